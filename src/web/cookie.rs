//! Cookies: read by name, set and cleared in one way. Every cookie of ours is `HttpOnly`, `SameSite=Lax` and for the whole
//! host; with https also `Secure` under the `__Host-` prefix, which keeps other hosts of the domain from setting it.

use actix_web::http::header::{self, HeaderMap, HeaderValue};

use super::options::Options;

/// The session of somebody who signed in.
pub const SESSION: &str = "deskbell";

/// What forms are bound to before anybody signed in.
pub const PRE_SESSION: &str = "deskbell-pre";

/// The chosen look, a `Theme`. Scripts may set it, so it has neither prefix nor `HttpOnly`.
pub const THEME: &str = "deskbell-theme";

/// The name as it stands in headers: with the prefix where https makes it possible.
pub fn full_name(options: &Options, name: &str) -> String {
    if options.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

/// The value of the cookie with that exact name; the first, when there are several.
pub fn read<'a>(headers: &'a HeaderMap, full_name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name.trim() == full_name).then(|| value.trim().trim_matches('"'))
    })
}

/// A `Set-Cookie` line. `value` must be a token (letters, digits, `-`, `_`, `.`); anything else gives an empty value.
/// Without `seconds_max` the cookie ends with the browser.
pub fn set(options: &Options, name: &str, value: &str, seconds_max: Option<i64>) -> HeaderValue {
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let value = if plain { value } else { "" };
    let secure = if options.is_https() { "; Secure" } else { "" };
    let age = seconds_max.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    let name = full_name(options, name);
    let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    HeaderValue::try_from(line).unwrap_or(HeaderValue::from_static("deskbell="))
}

/// The `Set-Cookie` line for the chosen look, [`THEME`].
pub fn set_theme(word: &'static str) -> HeaderValue {
    HeaderValue::try_from(format!("{THEME}={word}; Path=/; SameSite=Lax; Max-Age=31536000"))
        .unwrap_or(HeaderValue::from_static("deskbell-theme="))
}

/// A `Set-Cookie` line that makes the browser forget the cookie.
pub fn clear(options: &Options, name: &str) -> HeaderValue {
    set(options, name, "", Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn https() -> Options {
        let mut options = Options::new([0; 32]);
        options.public_url = Some("https://desk.example.org".parse().unwrap());
        options
    }

    #[test]
    fn https_makes_cookies_that_no_other_host_can_set() {
        assert_eq!(
            set(&https(), SESSION, "abc", Some(60)).to_str().unwrap(),
            "__Host-deskbell=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60"
        );
        let http = Options::new([0; 32]);
        assert_eq!(set(&http, SESSION, "abc", None).to_str().unwrap(), "deskbell=abc; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(set(&http, SESSION, "a; Domain=evil", None), set(&http, SESSION, "", None));
        assert!(clear(&http, SESSION).to_str().unwrap().ends_with("Max-Age=0"));
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("xdeskbell=no; deskbell=yes; deskbell=late; other"));
        assert_eq!(read(&headers, "deskbell"), Some("yes"));
        assert_eq!(read(&headers, "desk"), None);
        assert_eq!(read(&HeaderMap::new(), "deskbell"), None);
    }
}
