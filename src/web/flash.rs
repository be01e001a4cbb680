//! A sentence about what was just done, carried over the redirect after a form to the next page; and the form that takes
//! it back, where it can be taken back.
//!
//! It travels as a cookie that names a text (`done-…`) and one value, never as text: what a cookie says, anybody may have
//! written. A button that does something must not come from anybody, so the form is sealed for the session that it was
//! made in.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap};

use super::cookie;
use super::csrf;
use super::locale::Locale;
use super::options::Options;
use super::redirect::{safe_next, see_other};
use super::visit::Visit;

/// Name of the cookie.
pub(super) const COOKIE: &str = "deskbell-done";

/// How every key of such a text begins.
const PREFIX: &str = "done-";

/// A form that takes more than this is not offered: browsers keep 4,096 octets of a cookie, and this is written in
/// hexadecimal.
const UNDO_BYTES_MAX: usize = 1_500;

/// The form that takes something back: a `POST` with these fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// Where to.
    pub path: String,
    /// What is sent.
    pub fields: Vec<(String, String)>,
}

impl Undo {
    /// As letters and figures; nothing when it is too large.
    fn encode(&self) -> Option<String> {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.append_pair("", &self.path).extend_pairs(&self.fields);
        let text = text.finish();
        (text.len() <= UNDO_BYTES_MAX).then(|| text.bytes().map(|byte| format!("{byte:02x}")).collect())
    }

    fn decode(hex: &str) -> Option<Self> {
        let octet = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let text: Vec<u8> = (0..hex.len()).step_by(2).map(octet).collect::<Option<_>>()?;
        let mut pairs = url::form_urlencoded::parse(&text).into_owned();
        let path = pairs.next().filter(|(name, path)| name.is_empty() && safe_next(path).is_some())?.1;
        Some(Self { path, fields: pairs.collect() })
    }
}

/// A sentence by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    key: String,
    it: String,
    /// How to take it back.
    pub undo: Option<Undo>,
}

impl Flash {
    /// The sentence that a request brings.
    pub(super) fn of(headers: &HeaderMap, options: &Options) -> Option<Self> {
        let value = cookie::read(headers, &cookie::full_name(options, COOKIE))?;
        let (said, sealed) = match value.match_indices('.').nth(1) {
            Some((at, _)) => value.split_at(at),
            None => (value, ""),
        };
        let (key, it) = said.split_once('.').unwrap_or((said, ""));
        let undo = sealed.get(1..).and_then(|rest| rest.split_once('.')).and_then(|(form, given)| {
            let session = cookie::read(headers, &cookie::full_name(options, cookie::SESSION)).unwrap_or_default();
            csrf::is_sealed(&seal(options, session, said, form), given).then(|| Undo::decode(form))?
        });
        key.starts_with(PREFIX).then(|| Self { key: key.to_owned(), it: it.chars().take(40).collect(), undo })
    }

    /// The sentence for its reader; nothing when there is no such text.
    pub fn text(&self, locale: &Locale) -> Option<String> {
        let text = locale.t_with(&self.key, &[("it", self.it.as_str().into())]);
        (text != self.key).then_some(text)
    }
}

fn seal(options: &Options, session: &str, said: &str, form: &str) -> String {
    csrf::seal(&options.key, "undo", &format!("{session}\0{said}\0{form}"))
}

/// `303 See Other` to `path`, where the next page says `key` (`"done-…"`) with `it` in the place of `{ $it }`: a number, a
/// ticket's number and the like; other characters than letters, digits, `-`, `_` are left out.
pub fn see_other_saying(options: &Options, path: &str, key: &'static str, it: &str) -> HttpResponse {
    with_cookie(options, path, &said(key, it))
}

/// The same, with a button that takes it back for a while. `visit` is whose button it is.
pub fn see_other_undoable(
    options: &Options,
    visit: &Visit,
    path: &str,
    key: &'static str,
    it: &str,
    undo: &Undo,
) -> HttpResponse {
    let said = said(key, it);
    let Some(form) = undo.encode() else { return with_cookie(options, path, &said) };
    let seal = seal(options, visit.session.as_deref().unwrap_or_default(), &said, &form);
    with_cookie(options, path, &format!("{said}.{form}.{seal}"))
}

fn said(key: &str, it: &str) -> String {
    let it: String = it.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    format!("{key}.{it}")
}

fn with_cookie(options: &Options, path: &str, value: &str) -> HttpResponse {
    let mut response = see_other(path);
    response.headers_mut().append(header::SET_COOKIE, cookie::set(options, COOKIE, value, Some(60)));
    response
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;
    use crate::web::Lang;

    fn brought(line: &str) -> Option<Flash> {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(line).unwrap());
        Flash::of(&headers, &Options::new([0; 32]))
    }

    fn undo() -> Undo {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Undo { path: "/t/10014".into(), fields: vec![field("status", "open"), field("subject", "Öl & Wasser")] }
    }

    #[test]
    fn a_cookie_names_only_texts_that_are_meant_for_it() {
        let locale = Locale::new(Lang::En, jiff::tz::TimeZone::UTC);
        assert_eq!(brought("deskbell-done=done-saved.").unwrap().text(&locale).as_deref(), Some("Saved."));
        assert_eq!(brought("deskbell-done=done-nonsense.1").unwrap().text(&locale), None);
        assert_eq!(brought("deskbell-done=error-internal"), None);
    }

    #[test]
    fn only_what_we_sealed_for_this_session_can_be_undone() {
        let options = Options::new([0; 32]);
        let (said, form) = (said("done-ticket-closed", "10014"), undo().encode().unwrap());
        let right = seal(&options, "mine", &said, &form);
        let with = |said: &str, form: &str, seal: &str, session: &str| {
            brought(&format!("deskbell-done={said}.{form}.{seal}; deskbell={session}")).unwrap().undo
        };
        assert_eq!(with(&said, &form, &right, "mine"), Some(undo()));
        assert_eq!(with(&said, &form, &right, "other"), None, "a cookie of another session, planted here");
        assert_eq!(with("done-saved.1", &form, &right, "mine"), None, "under another sentence");
        assert_eq!(with(&said, &Undo { path: "/logout".into(), ..undo() }.encode().unwrap(), &right, "mine"), None);
        for junk in ["", "0", "zz", &"0".repeat(40)] {
            assert_eq!(with(&said, &form, junk, "mine"), None, "{junk}");
        }
        assert_eq!(brought("deskbell-done=done-saved.1...").unwrap().undo, None);
    }

    #[test]
    fn what_is_sealed_leads_nowhere_else_and_fits_into_a_cookie() {
        let away = Undo { path: "//evil.example".into(), fields: Vec::new() };
        assert_eq!(Undo::decode(&away.encode().unwrap()), None);
        let long = Undo { path: "/t".into(), fields: vec![("note".into(), "x".repeat(2_000))] };
        assert_eq!(long.encode(), None);
        for junk in ["0", "é0", "zz", ""] {
            assert_eq!(Undo::decode(junk), None, "{junk}");
        }
    }
}
