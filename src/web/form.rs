//! The fields of a form, taken only from pages of ours.
//!
//! Every handler of a method other than GET takes a [`Form`] (of `()` when it wants no fields): taking one *is* the check
//! against cross-site requests, so it can't be forgotten where fields are read.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Data, Query};
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::body;
use super::csrf;
use super::options::Options;
use super::problem::Refusal;

/// How large a form may be: a note of 20,000 characters, each of which may take twelve octets on the way, and some fields.
pub const BYTES_MAX: usize = 256 * 1024;

/// How large the form of a long text may be: 100,000 characters and as many again that it quotes, and some fields.
pub const LONG_BYTES_MAX: usize = 3 << 20;

/// The fields of a form that a page of ours sent.
///
/// `T` is a struct of `String`s and `Option<String>`s, mostly with `#[serde(default)]`, so that a missing field is an
/// empty one and the verb that checks it can say so; or `Vec<(String, String)>` for fields that come several times.
#[derive(Debug)]
pub struct Form<T, const BYTES: usize = BYTES_MAX>(pub T);

/// A form in which long texts are written.
pub type LongForm<T> = Form<T, LONG_BYTES_MAX>;

impl<T: DeserializeOwned + 'static, const BYTES: usize> FromRequest for Form<T, BYTES> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let options = request.app_data::<Data<Options>>().ok_or(Refusal::UNBUILT)?;
            if !csrf::is_same_site(request.headers(), options) {
                return Err(Refusal::FOREIGN);
            }
            let media_type =
                request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
            let bare = media_type.split(';').next().unwrap_or_default().trim();
            let bytes = body::read(&mut payload, BYTES, options.body_deadline).await?;
            if !bytes.is_empty() && !bare.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
                return Err(Refusal::NOT_A_FORM);
            }
            let (token, rest) = without_token(&bytes);
            if !csrf::is_token_right(request.headers(), options, token.as_deref()) {
                return Err(Refusal::FOREIGN);
            }
            Query::<T>::from_query(&rest).map(|fields| Self(fields.into_inner())).map_err(|_why| Refusal::UNREADABLE)
        })
    }
}

/// The token in a form's body, and the body without it.
fn without_token(body: &[u8]) -> (Option<String>, String) {
    let mut token = None;
    let mut rest = url::form_urlencoded::Serializer::new(String::with_capacity(body.len()));
    for (name, value) in url::form_urlencoded::parse(body) {
        if name == csrf::FIELD {
            token = Some(value.into_owned());
        } else {
            rest.append_pair(&name, &value);
        }
    }
    (token, rest.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_taken_out() {
        assert_eq!(without_token(b"a=1&csrf=x&b=%C3%BC+y"), (Some("x".to_owned()), "a=1&b=%C3%BC+y".to_owned()));
        assert_eq!(without_token(b""), (None, String::new()));
        assert_eq!(without_token(b"a=\xff&&=").0, None, "junk is no panic");
    }
}
