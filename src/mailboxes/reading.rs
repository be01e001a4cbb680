//! The octets of a mail become what the acts need: read, trimmed, its files put into the blob store.

use super::letter::{Bounced, BouncedRecipient, Class, Post, Proof, Read};
use super::mailbox::Mailbox;
use crate::base::{Result, sha256_hex};
use crate::blobs::Blobs;
use crate::mail::incoming::{self, Action, Incoming, Limits, Unreadable};
use crate::mail::subject::{self, Prefix};
use crate::mail::{authentication, commands, trimming};
use crate::people;
use crate::phone::NumberPlan;
use crate::tickets::{Correspondent, Invitation, NewFile};

/// Characters of a text that an entry keeps.
const TEXT_CHARACTERS_MAX: usize = 200_000;

/// A mail that was read, its files still in memory.
pub struct Parsed {
    read: Read,
    files: Vec<incoming::Attachment>,
}

impl Parsed {
    /// All but the files.
    pub(super) fn read(&self) -> &Read {
        &self.read
    }
}

/// Reads a mail, with telephone numbers as this plan has them. It takes processor time and belongs into a thread of its own.
///
/// # Errors
/// Why it can't be read.
pub fn parse(post: &Post, mailbox: &Mailbox, plan: Option<&NumberPlan>, raw: &[u8]) -> Result<Parsed, Unreadable> {
    let limits = Limits { mail_bytes_max: crate::blobs::BLOB_BYTES_MAX, ..Limits::default() };
    let mut mail = incoming::read(raw, &limits)?;
    let files = std::mem::take(&mut mail.attachments);
    let trimmed = trimming::trim(&mail.text, mail.raw_html.as_deref(), mail.is_answer());
    let signature = trimmed.signature.as_deref();
    let (orders, text_without_orders) = commands::read(&trimmed.shown);
    let text_without_orders = text_without_orders.to_owned();
    let domain = mail.from.address.rsplit_once('@').map_or("", |(_, domain)| domain);
    let verdict = authentication::verdict(&mail.headers, &mailbox.card.authserv_id, domain);
    let answers = mail.in_reply_to.iter().chain(mail.references.iter().rev()).map(|id| bare(id).to_owned()).collect();
    let read = Read {
        content_key: content_key(&mail, raw),
        message_id: mail.message_id.as_deref().map(|id| bare(id).to_owned()),
        answers,
        from: who(&mail.from),
        reply_to: mail.reply_to.first().map(who),
        to: mail.to.iter().map(who).collect(),
        cc: mail.cc.iter().map(who).collect(),
        delivered_to: mail.delivered_to.clone(),
        subject: mail.subject.clone(),
        sent_at: mail.date,
        handed_over_at: mail.handed_over_at(),
        text: crate::base::text::clean_text(&trimmed.shown, TEXT_CHARACTERS_MAX),
        rest: trimmed.rest.map(|rest| crate::base::text::clean_text(&rest, TEXT_CHARACTERS_MAX)),
        numbers: plan.zip(signature).map(|(plan, text)| people::numbers_of_signature(text, plan)).unwrap_or_default(),
        page: mail.html.clone().filter(|html| !html.trim().is_empty()),
        remote_images: mail.remote_images,
        class: Some(class(mail.class)),
        bounced: bounced(&mail),
        is_spam: mail.spam,
        is_own: mail.header("x-deskbell-loop").is_some_and(|mark| post.keys.is_own_loop_mark(mark)),
        proof: proof(verdict, mailbox),
        // An answer may quote what was passed on long ago.
        is_forward: subject::prefix(&mail.subject).map_or(trimmed.forwarded, |prefix| prefix == Prefix::Forward),
        invitation: mail.calendar.as_ref().map(invitation),
        oddities: mail.oddities.iter().map(|odd| oddity(*odd).to_owned()).collect(),
        files: Vec::new(),
        orders,
        text_without_orders,
        is_history: false,
        is_partial: false,
    };
    Ok(Parsed { read, files })
}

/// Puts the files of a mail into the blob store.
///
/// # Errors
/// Those of [`Blobs::put_all`].
pub async fn keep_files(blobs: &Blobs, parsed: Parsed) -> Result<Read> {
    let Parsed { mut read, mut files } = parsed;
    let octets = files.iter_mut().map(|file| std::mem::take(&mut file.bytes).into()).collect::<Vec<bytes::Bytes>>();
    let sizes: Vec<usize> = octets.iter().map(bytes::Bytes::len).collect();
    for ((file, blob), size) in files.into_iter().zip(blobs.put_all(octets).await?).zip(sizes) {
        let size_bytes = i64::try_from(size).unwrap_or(i64::MAX);
        read.files.push(NewFile {
            name: file.name,
            media_type: file.sniffed_type.to_owned(),
            size_bytes,
            blob: blob.as_str().to_owned(),
            content_id: file.content_id.unwrap_or_default(),
            is_inline: file.inline,
        });
    }
    Ok(read)
}

/// What a mail is known by again, whatever servers wrote onto it on the way: its ids, its writer, its time, its body. One
/// without an id is known by when the last server took it as well: tomorrow's may say the same, by a clock that stands still.
fn content_key(mail: &Incoming, raw: &[u8]) -> String {
    let end = memchr::memmem::find(raw, b"\r\n\r\n").map(|at| at + 4);
    let end = end.or_else(|| memchr::memmem::find(raw, b"\n\n").map(|at| at + 2)).unwrap_or(raw.len());
    let body = raw.get(end..).unwrap_or_default();
    let mut told = Vec::with_capacity(body.len() + 512);
    let id = mail.message_id.as_deref().unwrap_or_default();
    let received = mail.header("received").filter(|_| id.is_empty());
    for part in
        [id, received.unwrap_or_default(), mail.header("date").unwrap_or_default(), &mail.from.address, &mail.subject]
    {
        told.extend_from_slice(part.as_bytes());
        told.push(0);
    }
    told.extend(body.iter().filter(|octet| **octet != b'\r'));
    while told.last().is_some_and(u8::is_ascii_whitespace) {
        told.pop();
    }
    sha256_hex(&told)
}

/// A Message-ID without its brackets.
pub(super) fn bare(id: &str) -> &str {
    id.trim().trim_matches(['<', '>'])
}

fn who(mailbox: &incoming::Mailbox) -> Correspondent {
    Correspondent {
        name: crate::mail::address::clean_name(&mailbox.name),
        address: crate::base::text::clean_line(&mailbox.address, 254).to_lowercase(),
    }
}

fn class(class: incoming::Class) -> Class {
    match class {
        incoming::Class::Human => Class::Human,
        incoming::Class::AutoReply => Class::AutoReply,
        incoming::Class::AutoGenerated => Class::AutoGenerated,
        incoming::Class::Bounce => Class::Bounce,
    }
}

fn proof(verdict: authentication::Verdict, mailbox: &Mailbox) -> Proof {
    match () {
        () if verdict.is_proven() => Proof::Given,
        () if verdict.is_refuted() => Proof::Failed,
        () if mailbox.card.authserv_id.is_empty() => Proof::Unasked,
        () => Proof::Missing,
    }
}

fn bounced(mail: &Incoming) -> Bounced {
    let Some(report) = &mail.bounce else { return Bounced::default() };
    let recipients = report.recipients.iter().filter(|who| matches!(who.action, Action::Failed | Action::Delayed));
    let told = recipients.map(|who| BouncedRecipient {
        address: who.address.clone(),
        hard: who.is_hard(),
        delayed: who.action == Action::Delayed,
        reason: [who.status.as_deref().unwrap_or_default(), &who.diagnostic].join(" ").trim().to_owned(),
    });
    let message_id = report.original_message_id.as_deref().map(|id| bare(id).to_owned());
    Bounced { recipients: told.collect(), message_id }
}

fn invitation(found: &incoming::Invitation) -> Invitation {
    Invitation {
        method: found.method.clone(),
        summary: found.summary.clone(),
        organiser: found.organiser.as_ref().map(|who_asks| who(who_asks).line()).unwrap_or_default(),
        starts: found.start.clone(),
        starts_at: found.starts_at,
        location: found.location.clone(),
    }
}

/// The key of the sentence `letter-odd-…`.
fn oddity(odd: incoming::Oddity) -> &'static str {
    use incoming::Oddity as O;
    match odd {
        O::SeveralFrom => "several-from",
        O::SenderFromReplyTo => "sender-from-reply-to",
        O::NoSender => "no-sender",
        O::HeadersCut => "headers-cut",
        O::RecipientsCut => "recipients-cut",
        O::SubjectCut => "subject-cut",
        O::PartsCut => "parts-cut",
        O::AttachmentsCut => "attachments-cut",
        O::TextCut => "text-cut",
        O::HtmlTooComplex => "html-too-complex",
        O::UnknownCharset => "unknown-charset",
        O::RichTextNotShown => "rich-text",
        O::Encrypted => "encrypted",
        O::OpaquelySigned => "opaquely-signed",
    }
}

/// Message-ID, sender and subject of a mail that can't be read, as far as its first lines tell them.
pub(super) fn told(raw: &[u8]) -> (String, String, String) {
    let head = String::from_utf8_lossy(raw.get(..raw.len().min(64 << 10)).unwrap_or_default()).into_owned();
    let field = |name: &str| {
        let line = head.lines().take(500).find(|line| {
            line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                && line.get(name.len()..).is_some_and(|rest| rest.starts_with(':'))
        });
        let value = line.and_then(|line| line.get(name.len() + 1..)).unwrap_or_default();
        crate::base::text::clean_line(value, 250)
    };
    let from = field("from");
    let address = from.rsplit_once('<').map_or(from.as_str(), |(_, rest)| rest.trim_end_matches('>')).to_lowercase();
    (bare(&field("message-id")).to_owned(), address, field("subject"))
}
