//! The body of a letter: which parts there are, how they nest, how each is encoded.
//!
//! `mixed( related( alternative( text, html ), image.. ), attachment.. )`, each layer only where it has something to hold.
//! Files go as base64 whatever they are, so that no server changes a line end in them.

use lettre::Message;
use lettre::message::header::{ContentDisposition, ContentId, ContentTransferEncoding, ContentType};
use lettre::message::{Body, MessageBuilder, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::letter::{Attachment, Fault, InlineImage, Letter, build};
use crate::base::hex;
use crate::base::text::clean_line;

/// Characters of a file name.
const NAME_CHARACTERS_MAX: usize = 120;

/// Puts the body under its head.
pub(super) fn body(head: MessageBuilder, letter: &Letter) -> Result<Message, Fault> {
    let Some(html) = &letter.html else {
        return match letter.attachments.is_empty() {
            true => head.singlepart(text(ContentType::TEXT_PLAIN, &letter.text)?),
            false => {
                let mixed = MultiPart::mixed().boundary(boundary(letter, "mixed"));
                head.multipart(attached(mixed.singlepart(text(ContentType::TEXT_PLAIN, &letter.text)?), letter)?)
            }
        }
        .map_err(|error| build(&error));
    };
    let mut inner = MultiPart::alternative()
        .boundary(boundary(letter, "alternative"))
        .singlepart(text(ContentType::TEXT_PLAIN, &letter.text)?)
        .singlepart(text(ContentType::TEXT_HTML, html)?);
    if !letter.images.is_empty() {
        let mut related = MultiPart::related().boundary(boundary(letter, "related")).multipart(inner);
        for image in &letter.images {
            related = related.singlepart(inline(image)?);
        }
        inner = related;
    }
    if !letter.attachments.is_empty() {
        inner = attached(MultiPart::mixed().boundary(boundary(letter, "mixed")).multipart(inner), letter)?;
    }
    head.multipart(inner).map_err(|error| build(&error))
}

/// The files behind what is read.
fn attached(mut mixed: MultiPart, letter: &Letter) -> Result<MultiPart, Fault> {
    for file in &letter.attachments {
        let name = file_name(&file.name);
        mixed = mixed.singlepart(
            SinglePart::builder()
                .header(media_type(&file.media_type))
                .header(ContentDisposition::attachment(&name))
                .body(base64(file)?),
        );
    }
    Ok(mixed)
}

/// A picture.
fn inline(image: &InlineImage) -> Result<SinglePart, Fault> {
    let id = &image.content_id;
    let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || ".-_@+".contains(c));
    if !plain || id.is_empty() || id.len() > 200 {
        return Err(Fault::ContentId(clean_line(id, 60)));
    }
    Ok(SinglePart::builder()
        .header(media_type(&image.file.media_type))
        .header(ContentDisposition::inline_with_name(&file_name(&image.file.name)))
        .header(ContentId::from(format!("<{id}>")))
        .body(base64(&image.file)?))
}

/// Text: quoted-printable, or base64 where most of it would have to be quoted.
fn text(kind: ContentType, text: &str) -> Result<SinglePart, Fault> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    let ascii = lines.bytes().filter(u8::is_ascii).count();
    let encoding = match ascii * 2 < lines.len() {
        true => ContentTransferEncoding::Base64,
        false => ContentTransferEncoding::QuotedPrintable,
    };
    let body = Body::new_with_encoding(lines, encoding).map_err(|_octets| build(&"the text can't be encoded"))?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// A file, octet by octet.
fn base64(file: &Attachment) -> Result<Body, Fault> {
    let body = Body::new_with_encoding(file.octets.clone(), ContentTransferEncoding::Base64);
    body.map_err(|_octets| build(&"a file can't be encoded"))
}

/// The media type without parameters. `message/*` and `multipart/*` may not be base64 (RFC 2046 section 5.2.1): they go as
/// plain octets, and so does what is not a media type.
fn media_type(text: &str) -> ContentType {
    let octets = "application/octet-stream";
    let bare = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token = |part: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "!#$&^_.+-".contains(c);
        !part.is_empty() && part.len() <= 127 && part.chars().all(plain)
    };
    let whole = bare.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub));
    let composite = bare.starts_with("message/") || bare.starts_with("multipart/");
    let parsed = if whole && !composite { ContentType::parse(&bare) } else { ContentType::parse(octets) };
    parsed.unwrap_or(ContentType::TEXT_PLAIN)
}

/// The name of a file: its last path part, without controls and marks that deceive, 120 characters with its ending.
pub(super) fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().map(|c| if "\"<>:|?*".contains(c) { '_' } else { c }).collect();
    let line = clean_line(&plain, usize::MAX);
    let line = line.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let count = line.chars().count();
    let kept = match (line.rsplit_once('.'), count > NAME_CHARACTERS_MAX) {
        (_, false) => line.to_owned(),
        (Some((stem, ending)), true) if ending.len() <= 10 => {
            let room = NAME_CHARACTERS_MAX - ending.chars().count() - 1;
            format!("{}.{ending}", stem.chars().take(room).collect::<String>())
        }
        (_, true) => line.chars().take(NAME_CHARACTERS_MAX).collect(),
    };
    if kept.is_empty() { "file".to_owned() } else { kept }
}

/// A boundary that only this letter has, the same each time. Base64 and quoted-printable hold no `=_`, so it can't occur in
/// a part.
fn boundary(letter: &Letter, layer: &str) -> String {
    let seed = format!("{layer}|{}|{}", letter.message_id, letter.date.0);
    let hash = hex(&Sha256::digest(seed.as_bytes()));
    format!("=_{}", hash.get(..32).unwrap_or_default())
}
