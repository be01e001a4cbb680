//! A mail as it came, read: RFC 5322, MIME, and what mailers make of them.
//!
//! [`read`] never loses anything that it understood halfway: what is broken is read as well as it can be, what is over a
//! limit is cut, and each such thing is noted as an [`Oddity`]. Only a mail without any header, an overlong one, and one
//! that shows a fault of ours are [`Unreadable`]; those belong into quarantine.
//!
//! The raw octets are the truth and stay with the caller. What stands here is for showing, searching and threading; no
//! header of a mail proves who sent it.

mod address;
mod bounce;
mod calendar;
pub(super) mod charset;
mod class;
mod content;
pub(super) mod date;
mod field;
mod name;
mod parameter;
mod phrases;
pub mod sniff;
mod structure;
mod tnef;
mod transfer;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use address::Mailbox;
pub use bounce::{Action, BounceReport, FailedRecipient};
pub use calendar::Invitation;
pub use class::Class;
pub use content::Attachment;

use crate::base::Timestamp;
use crate::base::text::clean_line;

/// What of a mail is read at most.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Octets of a mail.
    pub mail_bytes_max: usize,
    /// Attachments that are kept.
    pub attachments_max: usize,
    /// MIME parts that are read.
    pub parts_max: usize,
    /// Recipients that are kept of each of To, Cc and the others.
    pub recipients_max: usize,
    /// Octets of a header block.
    pub header_bytes_max: usize,
    /// Characters of a subject.
    pub subject_characters_max: usize,
    /// Octets of text and of HTML that are kept.
    pub text_bytes_max: usize,
    /// Message-IDs of References that are kept: the first and the last ones.
    pub references_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mail_bytes_max: 30 << 20,
            attachments_max: 200,
            parts_max: 1_000,
            recipients_max: 100,
            header_bytes_max: 256 << 10,
            subject_characters_max: 255,
            text_bytes_max: 2 << 20,
            references_max: 50,
        }
    }
}

/// Why a mail could not be read; it belongs into quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// No octets.
    Empty,
    /// Not a single header field.
    NoHeaders,
    /// More octets than [`Limits::mail_bytes_max`].
    TooLarge,
    /// Reading it showed a fault of ours.
    Panicked,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "the mail is empty",
            Self::NoHeaders => "the mail has no header, so it is not known who wrote it",
            Self::TooLarge => "the mail is larger than the limit",
            Self::Panicked => "the mail could not be read because of a fault in Deskbell",
        })
    }
}

impl std::error::Error for Unreadable {}

/// What was unusual about a mail, for the eyes of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// More than one From; the first counts.
    SeveralFrom,
    /// From has no address; Reply-To was taken.
    SenderFromReplyTo,
    /// No address of a sender at all.
    NoSender,
    /// The header block was longer than is read.
    HeadersCut,
    /// Not all recipients were kept.
    RecipientsCut,
    /// The subject was shortened.
    SubjectCut,
    /// Not all parts were read.
    PartsCut,
    /// Not all attachments were kept.
    AttachmentsCut,
    /// The text was shortened.
    TextCut,
    /// The HTML was too large or too deeply nested to be shown; its text is.
    HtmlTooComplex,
    /// A charset that is not known; the text was guessed.
    UnknownCharset,
    /// An Outlook winmail.dat: its files were taken out, its rich text is not shown.
    RichTextNotShown,
    /// Encrypted: only the parts as they are.
    Encrypted,
    /// Signed with the content inside the signature, which is not opened.
    OpaquelySigned,
}

/// How a mail is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Signed by S/MIME; not checked.
    SmimeSigned,
    /// Encrypted by S/MIME, or signed with the content inside.
    SmimeSealed,
    /// Signed by `OpenPGP`; not checked.
    PgpSigned,
    /// Encrypted by `OpenPGP`.
    PgpEncrypted,
}

/// A mail, read.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The Message-ID without its brackets; more than five characters with an `@`, or nothing. Never an empty string.
    pub message_id: Option<String>,
    /// The Message-ID that is answered.
    pub in_reply_to: Option<String>,
    /// The Message-IDs of the thread, oldest first.
    pub references: Vec<String>,
    /// Who it says wrote it. Both parts are empty when nobody is named ([`Oddity::NoSender`]).
    pub from: Mailbox,
    /// Where answers are wanted. Never sets the author.
    pub reply_to: Vec<Mailbox>,
    /// To whom it went.
    pub to: Vec<Mailbox>,
    /// Who got a copy.
    pub cc: Vec<Mailbox>,
    /// Addresses from Delivered-To, X-Original-To and Envelope-To: where it really arrived.
    pub delivered_to: Vec<String>,
    /// The Return-Path: `Some("")` is the null sender `<>`, nothing means that there was no such field.
    pub return_path: Option<String>,
    /// The subject, one line.
    pub subject: String,
    /// When it says it was written.
    pub date: Option<Timestamp>,
    /// The whole text: the plain parts, or what the HTML says.
    pub text: String,
    /// The HTML, clean ([`super::html::clean`]), inline images still as `cid:`. Clean it again with a resolver to show it.
    pub html: Option<String>,
    /// The HTML as it came, decoded; for [`super::trimming`] only, never to be shown.
    pub raw_html: Option<String>,
    /// Images on other servers that the HTML asks for.
    pub remote_images: usize,
    /// What hangs on it.
    pub attachments: Vec<Attachment>,
    /// What kind of mail it is.
    pub class: Class,
    /// Whether a filter on the way marked it as spam.
    pub spam: bool,
    /// What a bounce says.
    pub bounce: Option<BounceReport>,
    /// What an invitation says.
    pub calendar: Option<Invitation>,
    /// How it is signed or encrypted.
    pub protection: Option<Protection>,
    /// Every field as (name, text), topmost first, encoded words decoded, for questions not asked here, and for
    /// [`super::authentication::verdict`].
    pub headers: Vec<(String, String)>,
    /// What was unusual.
    pub oddities: Vec<Oddity>,
}

impl Incoming {
    /// Whether it says that it answers another mail, so that more of that may stand in it.
    pub fn is_answer(&self) -> bool {
        let told = self.in_reply_to.is_some() || !self.references.is_empty();
        super::subject::prefix(&self.subject).map_or(told, |prefix| prefix == super::subject::Prefix::Reply)
    }

    /// When the last server on the way took it, by its own word (`Received`, RFC 5321 section 4.4).
    pub fn handed_over_at(&self) -> Option<Timestamp> {
        self.header("received")?.rsplit_once(';').and_then(|(_, at)| date::read(at))
    }

    /// The first field of a name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Reads a mail.
///
/// # Errors
/// [`Unreadable`] when nothing can be made of it; keep the octets and put it into quarantine.
pub fn read(raw: &[u8], limits: &Limits) -> Result<Incoming, Unreadable> {
    if raw.len() > limits.mail_bytes_max {
        return Err(Unreadable::TooLarge);
    }
    catch_unwind(AssertUnwindSafe(|| parse(raw, limits))).unwrap_or(Err(Unreadable::Panicked))
}

fn parse(raw: &[u8], limits: &Limits) -> Result<Incoming, Unreadable> {
    // Some servers put blank lines before the header.
    let raw = raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw).trim_ascii_start();
    if raw.is_empty() {
        return Err(Unreadable::Empty);
    }
    let mut count = structure::Count::new(limits);
    let mut mail = structure::Part::read(raw, limits.header_bytes_max, &mut count);
    if mail.fields.is_empty() {
        return Err(Unreadable::NoHeaders);
    }
    if mail.fields.charset.is_none() {
        mail.fields.charset = mail.leaves().iter().find_map(|part| part.charset().map(str::to_owned));
    }
    let mut found = envelope(&mail.fields, limits);
    if count.cut {
        found.oddities.push(Oddity::PartsCut);
    }
    content::gather(&mail, limits, &mut found);
    found.bounce = bounce::read(&mail, &found);
    found.class = class::of(&mail, &found);
    if found.class != Class::Bounce {
        found.bounce = None;
    }
    found.oddities.sort();
    found.oddities.dedup();
    Ok(found)
}

/// What the header says.
fn envelope(fields: &field::Fields<'_>, limits: &Limits) -> Incoming {
    let mut oddities = Vec::new();
    let mut mailboxes = |name: &str| {
        let mut all = Vec::new();
        for field in fields.named(name).take(limits.recipients_max) {
            let (found, more) = address::read(&fields.unfolded(field), limits.recipients_max.saturating_sub(all.len()));
            all.extend(found);
            if more {
                oddities.push(Oddity::RecipientsCut);
            }
        }
        all
    };
    let (to, cc, reply_to) = (mailboxes("to"), mailboxes("cc"), mailboxes("reply-to"));
    let delivered_to = ["delivered-to", "x-original-to", "envelope-to"].iter().flat_map(|name| mailboxes(name));
    let delivered_to: Vec<String> =
        delivered_to.map(|mailbox| mailbox.address).filter(|address| !address.is_empty()).collect();
    let from = sender(fields, &reply_to, &mut oddities);
    let whole_subject = clean_line(&fields.text("subject").unwrap_or_default(), usize::MAX);
    let subject = clean_line(&whole_subject, limits.subject_characters_max);
    if subject.len() < whole_subject.len() {
        oddities.push(Oddity::SubjectCut);
    }
    if fields.cut {
        oddities.push(Oddity::HeadersCut);
    }
    let ids = |name: &str, max: usize| fields.first(name).map(|value| field::ids(&value, max)).unwrap_or_default();
    let headers = fields.all().iter().map(|field| (field.name.to_owned(), field::words(&fields.unfolded(field))));
    Incoming {
        message_id: ids("message-id", 2).into_iter().next(),
        in_reply_to: ids("in-reply-to", 2).into_iter().next(),
        references: ids("references", limits.references_max),
        from,
        reply_to,
        to,
        cc,
        delivered_to,
        return_path: fields.first("return-path").map(|value| value.trim_matches(['<', '>', ' ', '\t']).to_owned()),
        subject,
        date: fields.first("date").and_then(|value| date::read(&value)),
        text: String::new(),
        html: None,
        raw_html: None,
        remote_images: 0,
        attachments: Vec::new(),
        class: Class::Human,
        spam: class::is_spam(fields),
        bounce: None,
        calendar: None,
        protection: None,
        headers: headers.collect(),
        oddities,
    }
}

/// Who wrote it: the first mailbox with an address of the first From, else Reply-To, else Sender's.
fn sender(fields: &field::Fields<'_>, reply_to: &[Mailbox], oddities: &mut Vec<Oddity>) -> Mailbox {
    let mut froms = fields.named("from").map(|field| address::read(&fields.unfolded(field), 10).0);
    let first = froms.next().unwrap_or_default();
    if froms.next().is_some() {
        oddities.push(Oddity::SeveralFrom);
    }
    if let Some(found) = first.iter().find(|mailbox| !mailbox.address.is_empty()) {
        return found.clone();
    }
    let name = first.first().map(|mailbox| mailbox.name.clone()).unwrap_or_default();
    let sender = fields.first("sender").map(|value| address::read(&value, 1).0).unwrap_or_default();
    if let Some(found) = reply_to.iter().chain(&sender).find(|mailbox| !mailbox.address.is_empty()) {
        oddities.push(Oddity::SenderFromReplyTo);
        let name = if name.is_empty() { found.name.clone() } else { name };
        return Mailbox { name, address: found.address.clone() };
    }
    oddities.push(Oddity::NoSender);
    Mailbox { name, address: String::new() }
}
