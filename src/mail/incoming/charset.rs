//! Octets of some charset into text. Labels lie: what is plainly UTF-8 is read as UTF-8 whatever the label says, what no
//! label fits is guessed. Never fails; what can't be read becomes U+FFFD.

use encoding_rs::Encoding;

/// Labels that mailers write and that the list of WHATWG lacks.
const ALIASES: [(&str, &str); 17] = [
    ("cp932", "shift_jis"),
    ("windows-932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("ks_c_5601", "euc-kr"),
    ("cp950", "big5"),
    ("latin-1", "iso-8859-1"),
    ("latin-2", "iso-8859-2"),
    ("latin-9", "iso-8859-15"),
    ("utf8mb4", "utf-8"),
    ("unicode-2-0-utf-8", "utf-8"),
    ("iso-2022-jp-ms", "iso-2022-jp"),
    ("iso-2022-jp-2", "iso-2022-jp"),
    ("iso-2022-jp-1", "iso-2022-jp"),
    ("macroman", "macintosh"),
    ("unicode", "utf-16le"),
    ("ansi", "windows-1252"),
];

/// What a label means.
enum Meaning {
    Known(&'static Encoding),
    Utf7,
    /// ISO-2022-KR and HZ, which WHATWG's list replaces by nothing.
    Shifted,
    Hz,
    /// No label, or one that says nothing.
    Unsaid,
}

fn meaning(label: Option<&str>) -> Meaning {
    let Some(label) = label else { return Meaning::Unsaid };
    let bare = label.trim_matches(|c: char| c.is_whitespace() || "\"'<>;=".contains(c)).to_ascii_lowercase();
    let bare = bare.strip_prefix("charset=").unwrap_or(&bare);
    let aliased = ALIASES.iter().find(|(alias, _)| *alias == bare).map_or(bare, |(_, label)| label);
    match aliased {
        "utf-7" | "unicode-1-1-utf-7" | "x-unicode-1-1-utf-7" | "utf7" => Meaning::Utf7,
        "iso-2022-kr" => Meaning::Shifted,
        "hz-gb-2312" | "hz" => Meaning::Hz,
        "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" => Meaning::Unsaid,
        known => {
            let found = Encoding::for_label(known.as_bytes());
            let dashed = || Encoding::for_label(known.replace('_', "-").as_bytes());
            let windows = || known.strip_prefix("cp-").and_then(|n| Encoding::for_label(format!("cp{n}").as_bytes()));
            let found = found.or_else(dashed).or_else(windows).filter(|e| *e != encoding_rs::REPLACEMENT);
            found.map_or(Meaning::Unsaid, Meaning::Known)
        }
    }
}

/// Whether a label names a charset that is known here.
pub(super) fn is_known(label: &str) -> bool {
    !matches!(meaning(Some(label)), Meaning::Unsaid)
}

/// The text of octets that are labelled with a charset, or not.
pub fn decode(bytes: &[u8], label: Option<&str>) -> String {
    match meaning(label) {
        Meaning::Utf7 => utf7(bytes),
        Meaning::Shifted if bytes.contains(&0x0E) => shifted(bytes),
        Meaning::Hz if bytes.windows(2).any(|two| two == b"~{") => hz(bytes),
        Meaning::Known(encoding) => by_label(bytes, encoding),
        _ => guess(bytes),
    }
}

/// The text of octets that have no charset of their own, but stand near text of one. A western charset there says little:
/// it is what mailers write who know no better.
pub(super) fn decode_hinted(bytes: &[u8], near: Option<&str>) -> String {
    let Meaning::Known(encoding) = meaning(near) else { return guess(bytes) };
    let foreign = bytes.iter().filter(|b| !b.is_ascii()).count();
    if encoding.is_single_byte() && foreign * 2 > bytes.len() {
        let found = detected(bytes);
        if !found.is_single_byte() && !found.decode_without_bom_handling(bytes).1 {
            return found.decode_without_bom_handling(bytes).0.into_owned();
        }
    }
    decode(bytes, near)
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..65_536).unwrap_or(bytes), true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

fn by_label(bytes: &[u8], encoding: &'static Encoding) -> String {
    if encoding == encoding_rs::UTF_8 {
        return guess(bytes);
    }
    // UTF-16 has no octets in common with what follows.
    if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        let (text, ..) = encoding.decode(bytes);
        return text.into_owned();
    }
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if let Ok(utf8) = std::str::from_utf8(bytes) {
        let wide = utf8.chars().filter(|c| c.len_utf8() > 2).count();
        let marked = utf8.chars().any(|c| c.len_utf8() == 2);
        // Two octets that are a letter in UTF-8 may as well be one of a double-byte charset; three rarely are.
        if (marked || wide > 0) && (encoding.is_single_byte() || had_errors || wide > 1) {
            return utf8.trim_start_matches('\u{FEFF}').to_owned();
        }
    }
    text.into_owned()
}

/// The text of octets that nobody labelled.
fn guess(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.contains(&0x1B) && bytes.is_ascii() {
        return encoding_rs::ISO_2022_JP.decode_without_bom_handling(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    // Mostly UTF-8 with a broken spot, as of a text that was cut: what is whole stays readable.
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.chars().filter(|c| *c == '\u{FFFD}').count();
    let whole = lossy.chars().filter(|c| !c.is_ascii() && *c != '\u{FFFD}').count();
    if whole > broken.saturating_mul(4) {
        return lossy.into_owned();
    }
    detected(bytes).decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-7 (RFC 2152): `+` .. `-` holds UTF-16 in base64.
fn utf7(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'+' {
            text.push(if byte.is_ascii() { byte as char } else { '\u{FFFD}' });
            continue;
        }
        let mut bits = 0_u32;
        let mut held = 0_u32;
        let mut units = Vec::new();
        let mut any = false;
        while let Some(value) = rest.peek().and_then(|byte| sextet(*byte)) {
            rest.next();
            any = true;
            bits = (bits << 6) | u32::from(value);
            held += 6;
            if held >= 16 {
                held -= 16;
                units.push(u16::try_from((bits >> held) & 0xFFFF).unwrap_or_default());
                bits &= (1 << held) - 1;
            }
        }
        let closed = rest.next_if_eq(&b'-').is_some();
        if any {
            text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')));
        } else if closed {
            text.push('+');
        }
    }
    text
}

/// The value of a letter of base64.
pub(super) fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// ISO-2022-KR (RFC 1557): between SO and SI the letters of EUC-KR without their high bit.
fn shifted(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut korean = false;
    for byte in bytes {
        match byte {
            0x0E => korean = true,
            0x0F => korean = false,
            b'\n' => {
                korean = false;
                out.push(b'\n');
            }
            _ if korean && *byte > 0x20 => out.push(byte | 0x80),
            _ => out.push(*byte),
        }
    }
    let text = encoding_rs::EUC_KR.decode_without_bom_handling(&out).0.into_owned();
    text.replace("\u{1B}$)C", "")
}

/// HZ (RFC 1843): between `~{` and `~}` the letters of GB 2312 without their high bit.
fn hz(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut chinese = false;
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match (byte, rest.peek()) {
            (b'~', Some(b'{')) => chinese = true,
            (b'~', Some(b'}')) => chinese = false,
            (b'~', Some(b'~')) => out.push(b'~'),
            (b'\n', _) => {
                chinese = false;
                out.push(byte);
                continue;
            }
            _ => {
                out.push(if chinese && byte > 0x20 { byte | 0x80 } else { byte });
                continue;
            }
        }
        rest.next();
    }
    encoding_rs::GBK.decode_without_bom_handling(&out).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_believed_until_they_lie() {
        assert_eq!(decode(b"Gr\xFC\xDFe", Some("iso-8859-1")), "Grüße");
        assert_eq!(decode("您好 Zürich, 再见".as_bytes(), Some("Big5")), "您好 Zürich, 再见");
        assert_eq!(decode("Grüße".as_bytes(), Some("\"ISO-8859-1\"")), "Grüße");
        assert_eq!(decode(b"\xC4\xA3\xC4\xE2", Some("gb2312")), "模拟", "two octets may be a letter of either");
        assert_eq!(decode(b"a\xE4", Some("x-klingon-8")), "aä");
        assert_eq!(decode(b"\x83e\x83X\x83g", Some("cp932")), "テスト");
        assert_eq!(decode(b"\xEF\xBB\xBFa", None), "a");
    }

    #[test]
    fn what_has_no_label_is_guessed() {
        assert_eq!(decode("Größe für Müller".as_bytes(), None), "Größe für Müller");
        assert_eq!(decode(b"Gr\xF6\xDFe f\xFCr M\xFCller", None), "Größe für Müller");
        assert_eq!(decode(b"\x1B$B4]?t;z\x1B(B", None), "丸数字");
        assert_eq!(decode("äöüäöü\u{e4}".as_bytes().split_last().unwrap().1, Some("utf-8")), "äöüäöü\u{FFFD}");
    }

    #[test]
    fn old_ways_of_seven_bits() {
        assert_eq!(decode(b"Hi +AOQ-b +- c +2D3eAA-", Some("utf-7")), "Hi äb + c 😀");
        assert_eq!(decode(b"\x1B$)C\x0EGQ1[\x0F ok", Some("iso-2022-kr")), "한글 ok");
        assert_eq!(decode(b"a ~{VPND~} ~~", Some("hz-gb-2312")), "a 中文 ~");
    }
}
