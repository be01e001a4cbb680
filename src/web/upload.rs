//! A file that a page of ours sends as the body of a request, beside a form.
//!
//! A script sends the octets as they are, the name in the header `X-File-Name` (percent-encoded) and the form's token in
//! `X-CSRF-Token`; taking an [`Upload`] is the check against cross-site requests, as with a [`super::Form`].

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use bytes::Bytes;

use super::body;
use super::csrf;
use super::form;
use super::options::Options;
use super::problem::Refusal;

/// Octets of one file.
pub const BYTES_MAX: usize = 25 << 20;

/// A file. One that is empty and has no name is a form without a file.
#[derive(Debug)]
pub struct Upload {
    /// The name that the sender's machine gave it. Anybody may have written it.
    pub name: String,
    /// What is in it.
    pub octets: Bytes,
}

impl FromRequest for Upload {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let options = request.app_data::<Data<Options>>().ok_or(Refusal::UNBUILT)?;
            let headers = request.headers();
            if !csrf::is_same_site(headers, options) {
                return Err(Refusal::FOREIGN);
            }
            let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
            if headers.contains_key(csrf::HEADER) {
                // Asked before a large body is read.
                if !csrf::is_token_right(headers, options, None) {
                    return Err(Refusal::FOREIGN);
                }
                let octets = body::read(&mut payload, BYTES_MAX, options.body_deadline).await?;
                return Ok(Self { name: decoded(text("x-file-name")), octets });
            }
            let is_form = text(header::CONTENT_TYPE.as_str()).starts_with("application/x-www-form-urlencoded");
            let body = body::read(&mut payload, form::BYTES_MAX, options.body_deadline).await?;
            let token =
                url::form_urlencoded::parse(&body).find(|(name, _)| name == csrf::FIELD).map(|(_, v)| v.into_owned());
            if !is_form || !csrf::is_token_right(headers, options, token.as_deref()) {
                return Err(Refusal::FOREIGN);
            }
            Ok(Self { name: String::new(), octets: Bytes::new() })
        })
    }
}

/// A header's text without its percent signs.
fn decoded(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair: Vec<u8> = rest.by_ref().take(2).collect();
            octets.extend(std::str::from_utf8(&pair).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok()));
        } else {
            octets.push(byte);
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_name_is_read_whatever_stands_in_it() {
        assert_eq!(decoded("Pl%C3%A4ne%20%25.pdf"), "Pläne %.pdf");
        assert_eq!(decoded("%"), "");
        assert_eq!(decoded("%zz%f"), "\u{f}");
        assert_eq!(decoded("%FF"), "\u{fffd}");
    }
}
