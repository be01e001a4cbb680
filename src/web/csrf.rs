//! Against requests that another site makes in the browser of somebody who is signed in.
//!
//! Two guards, both must let a request pass. The browser's own word, `Sec-Fetch-Site` or `Origin`, where it gives one.
//! And a token in the form, an HMAC over the session (or, before sign-in, over a random cookie), which only pages of ours
//! can know; so signing somebody in against their will is covered too. The token needs no storage and ends with the
//! session.

use actix_web::http::header::{self, HeaderMap};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::cookie;
use super::options::Options;

/// Name of the hidden field.
pub const FIELD: &str = "csrf";

/// Name of the header that scripts send instead.
pub const HEADER: &str = "x-csrf-token";

/// The token for whom `binding` (a session token or the cookie before it) names.
pub fn token(key: &[u8; 32], binding: &str) -> String {
    seal(key, "csrf", binding)
}

/// What only we can have written under a text, for one purpose.
pub(super) fn seal(key: &[u8; 32], purpose: &str, text: &str) -> String {
    // An HMAC takes keys of every length; were that ever to fail, the empty seal below opens nothing.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a seal is the one that we would write. An empty one is none.
pub(super) fn is_sealed(right: &str, given: &str) -> bool {
    !right.is_empty() && bool::from(right.as_bytes().ct_eq(given.as_bytes()))
}

/// What the forms of this asker are bound to; nothing when they carry neither cookie.
pub fn binding<'a>(headers: &'a HeaderMap, options: &Options) -> Option<&'a str> {
    [cookie::SESSION, cookie::PRE_SESSION]
        .into_iter()
        .filter_map(|name| cookie::read(headers, &cookie::full_name(options, name)))
        .find(|value| !value.is_empty())
}

/// Whether a request comes from a page of ours, as far as cookies and token can tell.
pub fn is_token_right(headers: &HeaderMap, options: &Options, field: Option<&str>) -> bool {
    let given = field.or_else(|| headers.get(HEADER).and_then(|v| v.to_str().ok())).unwrap_or_default();
    let Some(binding) = binding(headers, options) else { return false };
    is_sealed(&token(&options.key, binding), given)
}

/// Whether the browser says that the request comes from our own pages. A browser that says nothing is not refused: the
/// token remains.
pub fn is_same_site(headers: &HeaderMap, options: &Options) -> bool {
    let text = |name: header::HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or("junk"));
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let public = options.public_url.as_ref().is_some_and(|url| url.origin().ascii_serialization() == origin);
    // The host check has let only names of ours pass, so the header is good to compare with.
    let host = text(header::HOST).unwrap_or_default();
    let here = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    public || (!host.is_empty() && here.is_some_and(|name| name.eq_ignore_ascii_case(host)))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in lines {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    #[test]
    fn a_token_opens_the_forms_of_one_session_only() {
        let options = Options::new([7; 32]);
        let right = token(&options.key, "session-a");
        let mine = headers(&[("cookie", "deskbell=session-a")]);
        assert!(is_token_right(&mine, &options, Some(&right)));
        assert!(!is_token_right(&mine, &options, None));
        assert!(!is_token_right(&mine, &options, Some("")));
        assert!(!is_token_right(&headers(&[("cookie", "deskbell=session-b")]), &options, Some(&right)));
        assert!(!is_token_right(&headers(&[]), &options, Some(&token(&options.key, ""))), "no cookie, no form");
        assert!(
            is_token_right(&headers(&[("cookie", "deskbell-pre=session-a")]), &options, Some(&right)),
            "before sign-in"
        );
        let by_script = headers(&[("cookie", "deskbell=session-a"), ("x-csrf-token", &right)]);
        assert!(is_token_right(&by_script, &options, None));
        assert!(!is_token_right(&by_script, &options, Some("wrong")), "the field counts where there is one");
    }

    #[test]
    fn other_sites_are_told_by_the_browser() {
        let mut options = Options::new([7; 32]);
        options.public_url = Some("https://desk.example.org".parse().unwrap());
        let from = |lines: &[(&'static str, &str)]| is_same_site(&headers(lines), &options);
        assert!(from(&[]));
        assert!(from(&[("sec-fetch-site", "same-origin"), ("origin", "https://desk.example.org")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!from(&[("sec-fetch-site", site)]), "{site}");
        }
        assert!(from(&[("origin", "https://desk.example.org")]));
        assert!(from(&[("origin", "http://10.0.0.7:8080"), ("host", "10.0.0.7:8080")]));
        for origin in ["null", "https://evil.example", "https://desk.example.org.evil.example", "", "http://10.0.0.7"] {
            assert!(!from(&[("origin", origin), ("host", "10.0.0.7:8080")]), "{origin}");
        }
    }
}
