//! What a file is, by its first octets. What may be shown inline is decided by this alone, never by what was declared.

/// Kinds and how they begin; at the octet given.
const MAGIC: [(usize, &[u8], &str); 26] = [
    (0, b"\x89PNG\r\n\x1A\n", "image/png"),
    (0, b"\xFF\xD8\xFF", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1F\x8B", "application/gzip"),
    (0, b"Rar!\x1A\x07", "application/vnd.rar"),
    (0, b"7z\xBC\xAF\x27\x1C", "application/x-7z-compressed"),
    (0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7FELF", "application/x-elf"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"BEGIN:VCALENDAR", "text/calendar"),
];

/// The media type of some octets: by magic, else markup (`text/html`, `image/svg+xml`, `text/xml`), else `text/plain` when
/// it is text, else `application/octet-stream`.
pub fn media_type(bytes: &[u8]) -> &'static str {
    let fits = |(at, magic, _): &&(usize, &[u8], &str)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic));
    if let Some((_, _, kind)) = MAGIC.iter().find(fits) {
        return kind;
    }
    let start = bytes.get(..1_024).unwrap_or(bytes);
    let lower = String::from_utf8_lossy(start).to_ascii_lowercase();
    let bare = lower.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    if lower.contains("<svg") {
        return "image/svg+xml";
    }
    if ["<!doctype html", "<html", "<head", "<body", "<script", "<div", "<p>", "<table"]
        .iter()
        .any(|tag| bare.starts_with(tag))
        || lower.contains("<script")
    {
        return "text/html";
    }
    if bare.starts_with("<?xml") {
        return "text/xml";
    }
    let text = !bytes.is_empty() && start.iter().all(|b| !matches!(b, 0..=8 | 11 | 14..=26 | 28..=31 | 127));
    if text { "text/plain" } else { "application/octet-stream" }
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn kinds() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1A\nrest"[..], "image/png"),
            (b"\xFF\xD8\xFF\xE0", "image/jpeg"),
            (b"RIFF\0\0\0\0WEBP", "image/webp"),
            (b"<?xml version=\"1.0\"?><svg onload=x>", "image/svg+xml"),
            (b"  <HTML>", "text/html"),
            (b"hello <script>", "text/html"),
            (b"Gr\xFC\xDFe", "text/plain"),
            (b"\0\x01", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ] {
            assert_eq!(media_type(bytes), kind, "{bytes:?}");
        }
    }
}
