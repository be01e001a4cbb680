//! Body and attachments: which parts are text to be read, which are files.

use std::collections::BTreeSet;

use super::name;
use super::structure::Part;
use super::{Incoming, Limits, Oddity, Protection};
use super::{calendar, charset, sniff, tnef, transfer};
use crate::mail::html;

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// A safe name, never a path, distinct within its mail, at most about 150 octets.
    pub name: String,
    /// The media type that the sender declared, in lower case.
    pub declared_type: String,
    /// What its first octets are ([`sniff::media_type`]).
    pub sniffed_type: &'static str,
    /// Its Content-ID without brackets.
    pub content_id: Option<String>,
    /// Whether the text shows it: by `cid:`, or an image that was sent to stand within the text.
    pub inline: bool,
    /// The octets, exactly.
    pub bytes: Vec<u8>,
}

/// What is gathered while the parts are walked.
struct Gathering<'l> {
    limits: &'l Limits,
    text: String,
    html: String,
    /// Whether any part was HTML in truth and not text that was put beside it.
    has_html: bool,
    names: BTreeSet<String>,
}

/// Fills in text, HTML, attachments, invitation and protection of a mail.
pub(super) fn gather(mail: &Part<'_>, limits: &Limits, found: &mut Incoming) {
    let mut gathering =
        Gathering { limits, text: String::new(), html: String::new(), has_html: false, names: BTreeSet::new() };
    protection(mail, found);
    gathering.walk(mail, "", true, found);
    let Gathering { mut text, html: raw_html, has_html, .. } = gathering;
    if has_html {
        let cleaned = html::clean(&raw_html, &|cid| Some(format!("cid:{cid}")));
        if text.trim().is_empty() {
            text = html::to_text(&raw_html);
        }
        found.remote_images = cleaned.remote_images;
        if cleaned.too_complex {
            found.oddities.push(Oddity::HtmlTooComplex);
        } else {
            found.html = Some(cleaned.html);
        }
        mark_inline(&raw_html, &mut found.attachments);
        found.raw_html = Some(raw_html);
    }
    found.text = shortened(text.replace("\r\n", "\n").replace('\0', ""), limits, &mut found.oddities);
}

fn shortened(mut text: String, limits: &Limits, oddities: &mut Vec<Oddity>) -> String {
    if text.len() > limits.text_bytes_max {
        text.truncate(crate::mail::start_of(&text, limits.text_bytes_max).len());
        oddities.push(Oddity::TextCut);
    }
    text
}

impl Gathering<'_> {
    fn walk(&mut self, part: &Part<'_>, within: &str, first: bool, found: &mut Incoming) {
        if !part.parts.is_empty() {
            if part.media == "multipart/alternative" {
                return self.alternative(part, found);
            }
            for (place, child) in part.parts.iter().enumerate() {
                self.walk(child, &part.media, place == 0, found);
            }
            return;
        }
        if is_signature(part) {
            return;
        }
        match body_kind(part, within, first) {
            Some(Kind::Plain) => self.plain(part, true, found),
            Some(Kind::Html) => self.html(part, true, found),
            None => self.file(part, found),
        }
    }

    /// The versions of one text: the plain one for the text, the HTML for the HTML, all else are files.
    fn alternative(&mut self, part: &Part<'_>, found: &mut Incoming) {
        let (text_before, html_before) = (self.text.len(), self.html.len());
        for (place, child) in part.parts.iter().enumerate() {
            if !child.parts.is_empty() {
                // A multipart/related with the HTML, or a mixed one: its plain texts are not another version.
                let had_text = self.text.len() > text_before;
                let kept = self.text.len();
                self.walk(child, &part.media, place == 0, found);
                if had_text {
                    self.text.truncate(kept);
                }
                continue;
            }
            match body_kind(child, &part.media, place == 0) {
                Some(Kind::Plain) if self.text.get(text_before..).is_none_or(|text| text.trim().is_empty()) => {
                    self.plain(child, false, found);
                }
                Some(Kind::Html) => self.html(child, false, found),
                Some(Kind::Plain) => {}
                None => self.walk(child, &part.media, place == 0, found),
            }
        }
        let text = self.text.get(text_before..).unwrap_or_default().to_owned();
        let html = self.html.get(html_before..).unwrap_or_default().to_owned();
        if text.trim().is_empty() && !html.is_empty() {
            self.text.truncate(text_before);
            self.text.push_str(&html::to_text(&html));
        } else if html.is_empty() && !text.is_empty() {
            self.html.push_str(&as_html(&text));
        }
    }

    /// Takes a plain text; `alone` when there is no other version of it.
    fn plain(&mut self, part: &Part<'_>, alone: bool, found: &mut Incoming) {
        let mut octets = part.octets();
        if octets.len() > self.limits.text_bytes_max {
            octets.truncate(self.limits.text_bytes_max);
            found.oddities.push(Oddity::TextCut);
        }
        while found.attachments.len() < self.limits.attachments_max
            && let Some(file) = transfer::uuencoded(&octets)
        {
            octets.drain(file.place);
            self.keep(name::safe(&file.name), "application/octet-stream", None, file.bytes, found);
        }
        let mut text = self.decoded(part, &octets, found);
        if part.content_type.parameter("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")) {
            let delsp = part.content_type.parameter("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"));
            text = unflowed(&text, delsp);
        }
        if alone && !text.trim().is_empty() {
            self.html.push_str(&as_html(&text));
        }
        join(&mut self.text, &text);
    }

    /// Takes an HTML text.
    fn html(&mut self, part: &Part<'_>, alone: bool, found: &mut Incoming) {
        let mut octets = part.octets();
        octets.truncate(self.limits.text_bytes_max.saturating_mul(2));
        let declared = part.charset().is_none().then(|| meta_charset(&octets)).flatten();
        let text = match declared {
            Some(label) => charset::decode(&octets, Some(&label)),
            None => self.decoded(part, &octets, found),
        };
        if alone {
            let plain = html::to_text(&text);
            join(&mut self.text, &plain);
        }
        self.has_html = true;
        self.html.push_str(&text);
    }

    fn decoded(&self, part: &Part<'_>, octets: &[u8], found: &mut Incoming) -> String {
        let ascii = |label: &str| label.to_ascii_lowercase().contains("ascii");
        if part.charset().is_some_and(|label| !ascii(label) && !charset::is_known(label)) {
            found.oddities.push(Oddity::UnknownCharset);
        }
        charset::decode(octets, part.charset())
    }

    /// Takes a part as a file.
    fn file(&mut self, part: &Part<'_>, found: &mut Incoming) {
        let octets = part.octets();
        if part.media == "text/calendar" || part.media == "application/ics" {
            let text = charset::decode(&octets, part.charset());
            let method = part.content_type.parameter("method");
            found.calendar = found.calendar.take().or_else(|| calendar::read(&text, method));
        }
        let named = name::of(part);
        if part.media == "application/ms-tnef" || named.eq_ignore_ascii_case("winmail.dat") {
            found.oddities.push(Oddity::RichTextNotShown);
            for file in tnef::files(&octets) {
                self.keep(name::safe(&file.name), "application/octet-stream", None, file.bytes, found);
            }
        }
        let id = part.fields.text("content-id").map(|id| id.trim_matches(['<', '>', ' ', '\t']).to_owned());
        let before = found.attachments.len();
        self.keep(named, &part.media, id.filter(|id| !id.is_empty()), octets, found);
        let placed = part.disposition.value == "inline" && part.media.starts_with("image/");
        if placed && let Some(kept) = found.attachments.get_mut(before) {
            kept.inline = true;
        }
    }

    fn keep(&mut self, name: String, declared: &str, content_id: Option<String>, bytes: Vec<u8>, found: &mut Incoming) {
        if found.attachments.len() >= self.limits.attachments_max {
            found.oddities.push(Oddity::AttachmentsCut);
            return;
        }
        let name = if name.is_empty() { name::by_kind(declared) } else { name };
        let name = name::distinct(name, &mut self.names);
        let sniffed_type = sniff::media_type(&bytes);
        let declared_type = declared.to_owned();
        found.attachments.push(Attachment { name, declared_type, sniffed_type, content_id, inline: false, bytes });
    }
}

enum Kind {
    Plain,
    Html,
}

/// Whether a part is text of the mail and not a file.
fn body_kind(part: &Part<'_>, within: &str, first: bool) -> Option<Kind> {
    let kind = match part.media.as_str() {
        "text/plain" | "text/enriched" => Kind::Plain,
        "text/html" | "application/xhtml+xml" => Kind::Html,
        // A multipart whose parts were not found: the text is in there.
        multipart if multipart.starts_with("multipart/") => Kind::Plain,
        _ => return None,
    };
    if part.is_attachment() {
        return None;
    }
    let named = part.disposition.parameter("filename").is_some() || part.content_type.parameter("name").is_some();
    let body = match within {
        // The mail itself, or a version of its text.
        "" | "multipart/alternative" => true,
        // Only the root is text; what it refers to are files.
        "multipart/related" => first,
        _ => !named,
    };
    body.then_some(kind)
}

/// The detached signature of a signed mail: nothing that a reader would open.
fn is_signature(part: &Part<'_>) -> bool {
    matches!(
        part.media.as_str(),
        "application/pkcs7-signature" | "application/x-pkcs7-signature" | "application/pgp-signature"
    )
}

fn protection(mail: &Part<'_>, found: &mut Incoming) {
    let protocol = || mail.content_type.parameter("protocol").unwrap_or_default().to_ascii_lowercase();
    let sealed =
        |part: &&Part<'_>| matches!(part.media.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime");
    found.protection = match mail.media.as_str() {
        "multipart/signed" if protocol().contains("pgp") => Some(Protection::PgpSigned),
        "multipart/signed" => Some(Protection::SmimeSigned),
        "multipart/encrypted" => {
            found.oddities.push(Oddity::Encrypted);
            Some(Protection::PgpEncrypted)
        }
        _ => mail.leaves().iter().find(|part| sealed(part)).map(|part| {
            let kind = part.content_type.parameter("smime-type").unwrap_or_default().to_ascii_lowercase();
            found.oddities.push(if kind == "signed-data" { Oddity::OpaquelySigned } else { Oddity::Encrypted });
            Protection::SmimeSealed
        }),
    };
}

/// Marks the files that the HTML shows. A Content-ID may be written with its percent signs.
fn mark_inline(html: &str, attachments: &mut [Attachment]) {
    let shown = html::inline_ids(html);
    for attachment in attachments {
        let id = attachment.content_id.as_deref();
        if id.is_some_and(|id| shown.contains(id)) || shown.contains(attachment.name.as_str()) {
            attachment.inline = true;
        }
    }
}

/// Appends a further text, a line apart.
fn join(text: &mut String, further: &str) {
    if !text.is_empty() && !further.trim().is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(further);
}

/// Plain text as HTML.
fn as_html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<div>{}</div>", escaped.replace("\r\n", "\n").replace('\n', "<br>\n"))
}

/// The charset that HTML says of itself within its first octets.
fn meta_charset(octets: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(octets.get(..2_048).unwrap_or(octets)).to_ascii_lowercase();
    let (_, rest) = start.split_once("charset=")?;
    let label: String = rest
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c))
        .collect();
    charset::is_known(&label).then_some(label)
}

/// Joins the lines that a `format=flowed` text was wrapped into (RFC 3676): those that end in a blank, at one depth of
/// quotes. The signature's `-- ` is no such line.
fn unflowed(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.len() - line.trim_start_matches('>').len();
        let content = line.get(depth..).unwrap_or_default();
        let stuffed = content.strip_prefix(' ').unwrap_or(content);
        let signature = stuffed == "-- ";
        if open == Some(depth) && !signature {
            out.push_str(stuffed);
        } else {
            if open.is_some() {
                out.push('\n');
            }
            out.push_str(line.get(..depth).unwrap_or_default());
            if depth > 0 {
                out.push(' ');
            }
            out.push_str(stuffed);
        }
        if stuffed.ends_with(' ') && !signature {
            if delsp {
                out.pop();
            }
            open = Some(depth);
        } else {
            out.push('\n');
            open = None;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_text() {
        assert_eq!(unflowed("one \ntwo\n> a \n> b\n-- \nme\n", false), "one two\n> a b\n-- \nme\n");
        assert_eq!(unflowed("你 \n好\n", true), "你好\n");
        assert_eq!(unflowed(" > not a quote\n>> x \n> y\n", false), "> not a quote\n>> x \n> y\n");
    }

    #[test]
    fn charsets_within_html() {
        assert_eq!(meta_charset(b"<meta charset='GB2312'>").as_deref(), Some("gb2312"));
        assert_eq!(meta_charset(b"<meta charset=nonsense>"), None);
    }
}
