//! Names of attachments: what is shown and offered for download, never a path, never a trick of direction.

use super::field::Fields;
use super::structure::Part;

/// Octets of a name.
const OCTETS_MAX: usize = 150;

/// Endings for files that came without a name.
const ENDINGS: [(&str, &str); 30] = [
    ("image/jpeg", "jpg"),
    ("image/jpg", "jpg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/tiff", "tif"),
    ("image/bmp", "bmp"),
    ("image/svg+xml", "svg"),
    ("text/plain", "txt"),
    ("text/html", "html"),
    ("text/calendar", "ics"),
    ("text/csv", "csv"),
    ("text/vcard", "vcf"),
    ("text/x-vcard", "vcf"),
    ("text/xml", "xml"),
    ("application/xml", "xml"),
    ("application/pdf", "pdf"),
    ("application/zip", "zip"),
    ("application/json", "json"),
    ("application/msword", "doc"),
    ("application/pkcs7-mime", "p7m"),
    ("application/x-pkcs7-mime", "p7m"),
    ("application/pgp-encrypted", "asc"),
    ("message/rfc822", "eml"),
    ("message/global", "eml"),
    ("message/delivery-status", "txt"),
    ("text/rfc822-headers", "txt"),
    ("video/quicktime", "mov"),
    ("video/mp4", "mp4"),
    ("audio/mpeg", "mp3"),
];

/// A name made safe: the last part of a path, without controls, invisible or turning characters, dots at its ends, and
/// names that Windows keeps for devices; at most 150 octets with its ending kept. Empty when nothing is left.
pub(super) fn safe(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim_matches(['.', ' ']).is_empty()).unwrap_or_default();
    let shown = crate::base::text::clean_line(last, 1_000);
    let shown: String =
        shown.chars().filter(|c| !matches!(c, '\u{200C}' | '\u{200D}' | '\u{FFFE}'..='\u{FFFF}')).collect();
    let shown: String = shown.chars().map(|c| if "<>:\"|?*".contains(c) { '_' } else { c }).collect();
    let bare = shown.trim().trim_start_matches('.').trim_end_matches(['.', ' ']);
    let stem = bare.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered =
        stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")).is_some_and(|n| n.len() == 1 && n != "0");
    let device = ["con", "prn", "aux", "nul"].contains(&stem.as_str())
        || (numbered && stem.ends_with(|c: char| c.is_ascii_digit()));
    shortened(&if device { format!("_{bare}") } else { bare.to_owned() })
}

fn shortened(name: &str) -> String {
    if name.len() <= OCTETS_MAX {
        return name.to_owned();
    }
    let ending =
        name.rsplit_once('.').map(|(_, ending)| ending).filter(|e| !e.is_empty() && e.len() <= 12 && e.is_ascii());
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    let mut end = OCTETS_MAX - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", name.get(..end).unwrap_or_default().trim_end())
}

/// What a part is called: as it says itself, or after what it is.
pub(super) fn of(part: &Part<'_>) -> String {
    let said = [
        part.disposition.parameter("filename"),
        part.content_type.parameter("name"),
        part.disposition.parameter("name"),
        part.content_type.parameter("filename"),
    ];
    let said = said.into_iter().flatten().map(safe).find(|name| !name.is_empty());
    said.or_else(|| located(part)).or_else(|| told(part)).unwrap_or_else(|| by_kind(&part.media))
}

/// A Content-Location that ends in a file name.
fn located(part: &Part<'_>) -> Option<String> {
    let location = part.fields.text("content-location")?;
    let name = safe(location.split(['?', '#']).next().unwrap_or_default());
    (name.contains('.') && !location.contains('@')).then_some(name)
}

/// After the subject of the mail that it is, or after its description.
fn told(part: &Part<'_>) -> Option<String> {
    if is_mail(&part.media) {
        let inner = part.octets();
        let (fields, _) = Fields::read(inner.trim_ascii_start(), 65_536);
        let subject = fields.text("subject").map(|s| crate::base::text::clean_line(&s.replace(['/', '\\'], "_"), 120));
        if let Some(subject) = subject.map(|subject| safe(&subject)).filter(|subject| !subject.is_empty()) {
            return Some(format!("{subject}.eml"));
        }
    }
    let description = part.fields.text("content-description").map(|text| safe(&text.replace(['/', '\\'], "_")));
    if let Some(name) = description.filter(|name| !name.is_empty()) {
        let ended = name.rsplit_once('.').is_some_and(|(_, ending)| (1..=5).contains(&ending.len()));
        return Some(if ended { name } else { format!("{name}.{}", ending(&part.media).unwrap_or("bin")) });
    }
    let id = part.fields.text("content-id")?;
    let (local, _) = id.trim_matches(['<', '>', ' ']).split_once('@')?;
    let name = safe(local);
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase())?;
    let image = part.media.starts_with("image/");
    (!image || ENDINGS.iter().any(|(_, known)| *known == end)).then_some(name)
}

/// A name for something of a kind.
pub(super) fn by_kind(media: &str) -> String {
    let stem = match media.split('/').next().unwrap_or_default() {
        "image" => "image",
        "audio" => "audio",
        "video" => "video",
        "text" if media == "text/calendar" => "invitation",
        "text" => "document",
        "message" => "message",
        _ => "file",
    };
    format!("{stem}.{}", ending(media).unwrap_or("bin"))
}

fn ending(media: &str) -> Option<&'static str> {
    ENDINGS.iter().find(|(known, _)| *known == media).map(|(_, ending)| *ending)
}

/// Whether a part is a mail of its own.
pub(super) fn is_mail(media: &str) -> bool {
    matches!(media, "message/rfc822" | "message/global" | "message/news")
}

/// A name that none of the others has: `name1.ending`, before the first dot, so that `.tar.gz` stays whole.
pub(super) fn distinct(name: String, taken: &mut std::collections::BTreeSet<String>) -> String {
    let mut tried = name.clone();
    let mut number = 0;
    while !taken.insert(tried.clone()) {
        number += 1;
        tried = match name.split_once('.') {
            Some((stem, ending)) if !stem.is_empty() => format!("{stem}{number}.{ending}"),
            _ => format!("{name}{number}"),
        };
    }
    tried
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_never_paths_or_tricks() {
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("..\\..\\x.exe", "x.exe"),
            ("C:\\dir\\Lebenslauf.pdf", "Lebenslauf.pdf"),
            ("con.txt", "_con.txt"),
            ("COM1", "_COM1"),
            ("company.txt", "company.txt"),
            ("a\tb.txt", "a b.txt"),
            (".htaccess", "htaccess"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            (".h\u{200b}taccess\0. ", "htaccess"),
            ("a/b/", "b"),
            ("..", ""),
            ("", ""),
            ("x:y?.txt", "x_y_.txt"),
        ] {
            assert_eq!(safe(given), kept, "{given:?}");
        }
        let long = safe(&format!("{}.txt", "ä".repeat(400)));
        assert!(long.len() <= OCTETS_MAX && long.ends_with(".txt"));
    }

    #[test]
    fn two_of_one_name() {
        let mut taken = std::collections::BTreeSet::new();
        let names: Vec<String> = (0..3).map(|_| distinct("a.b.txt".to_owned(), &mut taken)).collect();
        assert_eq!(names, ["a.b.txt", "a1.b.txt", "a2.b.txt"]);
    }
}
