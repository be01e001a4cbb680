//! A sentence about what was just done, carried over the redirect after a form to the next page.
//!
//! It travels as a cookie that names a text (`done-…`) and one value, never as text: what a cookie says, anybody may have
//! written.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap};

use super::cookie;
use super::locale::Locale;
use super::options::Options;
use super::redirect::see_other;

/// Name of the cookie.
pub(super) const COOKIE: &str = "deskbell-done";

/// How every key of such a text begins.
const PREFIX: &str = "done-";

/// A sentence by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    key: String,
    it: String,
}

impl Flash {
    /// The sentence that a request brings.
    pub(super) fn of(headers: &HeaderMap, options: &Options) -> Option<Self> {
        let value = cookie::read(headers, &cookie::full_name(options, COOKIE))?;
        let (key, it) = value.split_once('.').unwrap_or((value, ""));
        key.starts_with(PREFIX).then(|| Self { key: key.to_owned(), it: it.chars().take(40).collect() })
    }

    /// The sentence for its reader; nothing when there is no such text.
    pub fn text(&self, locale: &Locale) -> Option<String> {
        let text = locale.t_with(&self.key, &[("it", self.it.as_str().into())]);
        (text != self.key).then_some(text)
    }
}

/// `303 See Other` to `path`, where the next page says `key` (`"done-…"`) with `it` in the place of `{ $it }`: a number, a
/// ticket's number and the like; other characters than letters, digits, `-`, `_` are left out.
pub fn see_other_saying(options: &Options, path: &str, key: &'static str, it: &str) -> HttpResponse {
    let it: String = it.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let mut response = see_other(path);
    let line = cookie::set(options, COOKIE, &format!("{key}.{it}"), Some(60));
    response.headers_mut().append(header::SET_COOKIE, line);
    response
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;
    use crate::web::Lang;

    #[test]
    fn a_cookie_names_only_texts_that_are_meant_for_it() {
        let options = Options::new([0; 32]);
        let brought = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(line));
            Flash::of(&headers, &options)
        };
        let locale = Locale::new(Lang::En, jiff::tz::TimeZone::UTC);
        assert_eq!(brought("deskbell-done=done-saved.").unwrap().text(&locale).as_deref(), Some("Saved."));
        assert_eq!(brought("deskbell-done=done-nonsense.1").unwrap().text(&locale), None);
        assert_eq!(brought("deskbell-done=error-internal"), None);
    }
}
