//! Files that strangers sent, handed out so that a browser can do nothing with them but keep them.

use actix_web::HttpResponse;
use actix_web::http::header;
use bytes::Bytes;

/// What such a file may load and do when it is opened all the same: nothing.
const POLICY: &str = "sandbox; default-src 'none'";

/// Characters of a file's name.
const NAME_CHARACTERS_MAX: usize = 120;

/// A file to keep.
pub fn attachment(name: &str, octets: Bytes) -> HttpResponse {
    answer("application/octet-stream", &format!("attachment; {}", named(name)), octets)
}

/// A picture to show. Only for a kind that runs nothing, and only when its first octets were looked at.
pub fn picture(media_type: &'static str, name: &str, octets: Bytes) -> HttpResponse {
    answer(media_type, &format!("inline; {}", named(name)), octets)
}

/// A mail as it was written.
pub fn mail(name: &str, octets: Bytes) -> HttpResponse {
    answer("message/rfc822", &format!("attachment; {}", named(name)), octets)
}

fn answer(media_type: &'static str, disposition: &str, octets: Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        // Compressed once more, a picture is no smaller, and a file is not the one whose size was told.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(octets)
}

/// The name of a file in two forms (RFC 6266, 4.3): for old browsers in ASCII, for all others as it is.
fn named(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARACTERS_MAX).collect();
    let name = if name.trim().is_empty() { "file".to_owned() } else { name };
    let plain = |c: char| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        // RFC 8187: what needs no encoding.
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_name_breaks_out_of_nothing() {
        assert_eq!(named("Plan 3.pdf"), "filename=\"Plan 3.pdf\"; filename*=UTF-8''Plan%203.pdf");
        assert_eq!(named("ä\"\r\nx: y;.html"), "filename=\"__x_ y_.html\"; filename*=UTF-8''%C3%A4%22x%3A%20y%3B.html");
        assert_eq!(named("\u{0}"), "filename=\"file\"; filename*=UTF-8''file");
    }
}
