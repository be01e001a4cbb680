//! Style sheets, scripts and pictures, built into the program and served under `/a/NAME.HASH.EXT`.
//!
//! `build.rs` hashes and compresses them. A name changes with its content, so browsers keep a file for ever and a new
//! release never meets an old script. The folder `assets/vendor` holds what others wrote, pinned by `vendor.lock`.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::problem::Refusal;

/// One file in its three forms.
#[derive(Debug)]
pub struct Asset {
    /// The name in the source tree, `app.css`.
    pub name: &'static str,
    /// The name in the URL, with the hash.
    pub file: &'static str,
    /// As it is.
    pub raw: &'static [u8],
    /// Compressed with brotli.
    pub br: &'static [u8],
    /// Compressed with gzip.
    pub gz: &'static [u8],
}

/// Every file that is served.
pub const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The URL of `name`; that of nothing (a 404) when there is no such file, which a test rules out for every literal.
pub fn url(name: &str) -> String {
    let file = ASSETS.iter().find(|asset| asset.name == name).map_or(name, |asset| asset.file);
    format!("/a/{file}")
}

impl Asset {
    /// The media type, by the name's extension.
    fn media_type(&self) -> &'static str {
        match self.name.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            // The only one: what a browser may fetch as soon as a finger is down.
            Some("json") => "application/speculationrules+json",
            _ => "application/octet-stream",
        }
    }
}

/// Answers `GET /a/{file}`.
pub async fn serve(request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let wanted = request.match_info().query("file");
    let asset = ASSETS.iter().find(|asset| asset.file == wanted).ok_or(Refusal::NO_PAGE)?;
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (encoding, body) = match accepted {
        _ if accepts(accepted, "br") => ("br", asset.br),
        _ if accepts(accepted, "gzip") => ("gzip", asset.gz),
        // Named all the same, so that the compressing middleware does not compress on every request.
        _ => ("identity", asset.raw),
    };
    Ok(HttpResponse::Ok()
        .content_type(asset.media_type())
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(encoding)))
        .body(body))
}

/// Whether an `Accept-Encoding` takes `coding`: named, or `*`, and not with a weight of nought.
fn accepts(header: &str, coding: &str) -> bool {
    let weight = |part: &str| {
        let q = part.split(';').skip(1).find_map(|p| p.trim().strip_prefix("q="));
        q.and_then(|q| q.trim().parse::<f32>().ok()).unwrap_or(1.0)
    };
    let named = |wanted: &str| {
        header.split(',').find(|part| part.split(';').next().is_some_and(|n| n.trim().eq_ignore_ascii_case(wanted)))
    };
    named(coding).or_else(|| named("*")).is_some_and(|part| weight(part) > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_negotiated_as_rfc_9110_says() {
        for (header, br, gzip) in [
            ("", false, false),
            ("gzip, deflate, br, zstd", true, true),
            ("gzip", false, true),
            ("br;q=0, gzip;q=0.5", false, true),
            ("*", true, true),
            ("*;q=0", false, false),
            ("BR", true, false),
            ("identity", false, false),
            ("brotli", false, false),
        ] {
            assert_eq!((accepts(header, "br"), accepts(header, "gzip")), (br, gzip), "{header:?}");
        }
    }

    #[test]
    fn names_carry_their_hash() {
        assert!(url("app.css").starts_with("/a/app."));
        assert_eq!(url("app.css").len(), "/a/app.0123456789.css".len());
    }
}
