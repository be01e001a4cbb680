//! Letters get their final form: text and simple HTML, files, pictures, the ids and addresses that answers come back by.

use super::drafting::signature_for;
use super::intake::Room;
use super::letter::Post;
use super::mailbox::Mailbox;
use super::outbound::{Outbound, OutboundKind};
use super::reading::bare;
use super::sealing;
use super::store;
use super::texts;
use crate::base::{EmailAddress, Error, Message, Result, Timestamp};
use crate::blobs::BlobName;
use crate::config::Secret;
use crate::db::Db;
use crate::mail::markdown::{self, Quote, Writing};
use crate::mail::outgoing::dkim::Signer;
use crate::mail::outgoing::{Attachment, InlineImage, Kind, Letter, Person};
use crate::mail::token::Recipient;
use crate::settings::Settings;
use crate::tickets::{self, Attachment as File, Correspondent};

/// What was gathered for a letter, its files still in the blob store.
pub(super) struct Gathered {
    letter: Letter,
    body: String,
    signature: String,
    quote: Option<String>,
    lang: String,
    files: Vec<File>,
    dkim: Option<Secret>,
}

/// Gathers what a letter is made of.
///
/// # Errors
/// A file that is gone.
pub(super) async fn compose(room: &Room, mailbox: &Mailbox, row: &Outbound) -> Result<Gathered> {
    let (post, own, row) = (room.post.clone(), mailbox.clone(), row.clone());
    let (seal, now) = (room.seal, room.books.clock().now());
    let mut gathered = room
        .books
        .read(move |db| {
            let mut gathered = gather(db, &post, &own, &row, now)?;
            gathered.dkim = sealing::dkim_key(db, &seal, own.id)?;
            Ok(gathered)
        })
        .await?;
    for file in std::mem::take(&mut gathered.files) {
        let name = BlobName::parse(&file.blob).ok_or(Error::Missing)?;
        let octets = room.blobs.get(&name).await?.to_vec();
        let attachment = Attachment { name: file.name.clone(), media_type: file.media_type.clone(), octets };
        if file.is_inline && !file.content_id.is_empty() {
            gathered.letter.images.push(InlineImage { content_id: file.content_id.clone(), file: attachment });
        } else {
            gathered.letter.attachments.push(attachment);
        }
    }
    Ok(gathered)
}

/// Renders, builds and signs. It takes processor time.
///
/// # Errors
/// What can't go into a mail; [`Error::Conflict`] when it is to be signed and can't be. Receivers who know that the domain
/// signs would take it for a forged one.
pub(super) fn finish(gathered: Gathered, selector: &str, domain: &str, now: Timestamp) -> Result<Vec<u8>> {
    let Gathered { mut letter, body, signature, quote, lang, dkim, .. } = gathered;
    let quote = quote.as_deref().map(|text| text.split_once('\n').unwrap_or((text, "")));
    let quote = quote.map(|(intro, text)| Quote { intro, text });
    let writing = Writing { body: &body, signature: &signature, quote, lang: &lang };
    letter.text = markdown::plain(&writing);
    let ids: Vec<String> = letter.images.iter().map(|image| image.content_id.clone()).collect();
    letter.html = Some(markdown::html(&writing, |address| {
        let id = address.strip_prefix("cid:")?;
        ids.iter().any(|known| known == id).then(|| address.to_owned())
    }));
    let octets = letter.seal().map_err(|fault| Error::Internal(fault.to_string()))?;
    if domain.is_empty() {
        return Ok(octets);
    }
    let unsigned = |key| Error::Conflict(Message::new(key).with("domain", domain));
    let pem = dkim.ok_or_else(|| unsigned("error-letter-no-key"))?;
    let signer = Signer::new(pem.reveal(), selector, domain).map_err(|fault| {
        tracing::warn!(domain, %fault, "a letter can't be signed");
        unsigned("error-letter-unsigned")
    })?;
    signer.sign(&octets, now).ok_or_else(|| unsigned("error-letter-unsigned"))
}

fn gather(db: &mut Db, post: &Post, mailbox: &Mailbox, row: &Outbound, now: Timestamp) -> Result<Gathered> {
    let own = mailbox.address().ok_or(Error::Missing)?;
    let settings = Settings::read(db)?;
    let lang = texts::language_of(mailbox, &settings);
    let people = |addresses: &[String], named: &[Correspondent]| -> Vec<Person> {
        let person = |text: &String| {
            let address = EmailAddress::parse(text)?;
            let name = named.iter().find(|who| who.address.eq_ignore_ascii_case(text)).map(|who| who.name.clone());
            Some(Person::new(name.unwrap_or_default(), address))
        };
        addresses.iter().filter_map(person).collect()
    };
    let facts = match (row.kind, row.entry) {
        (OutboundKind::Reply, Some(entry)) => tickets::letter_facts(db, entry)?,
        _ => tickets::LetterFacts::default(),
    };
    let thread = match row.ticket {
        Some(ticket) => store::message_ids_of(db, ticket)?,
        None => Vec::new(),
    };
    // An acknowledgement stands beside what follows it, not above it.
    let is_above = |id: &&String| {
        let by_itself = post.keys.read_message_id(id).is_some_and(|named| named.letter.is_some());
        !by_itself && id.as_str() != bare(&row.message_id)
    };
    let references: Vec<String> = thread.iter().filter(is_above).map(|id| format!("<{id}>")).collect();
    let letter = Letter {
        kind: match row.kind {
            OutboundKind::Reply => Kind::Reply,
            OutboundKind::Acknowledgement => Kind::Acknowledgement,
            OutboundKind::Notice | OutboundKind::Trial => Kind::Notice,
        },
        from: Person::new(mailbox.card.name.clone(), own.clone()),
        to: people(&row.recipients.to, &facts.to),
        cc: people(&row.recipients.cc, &facts.cc),
        bcc: row.recipients.bcc.iter().filter_map(|text| EmailAddress::parse(text)).collect(),
        reply_to: reply_to(post, mailbox, row, &own),
        subject: row.subject.clone(),
        message_id: row.message_id.clone(),
        in_reply_to: references.last().cloned(),
        references,
        date: now,
        loop_mark: post.keys.loop_mark(),
        text: String::new(),
        html: None,
        images: Vec::new(),
        attachments: Vec::new(),
    };
    let (body, files) = match (row.kind, row.entry, row.ticket) {
        (OutboundKind::Reply, Some(entry), Some(ticket)) => {
            let own = tickets::entry_of(db, ticket, entry)?.ok_or(Error::Missing)?;
            (own.body, tickets::attachments_of_entry(db, entry)?)
        }
        _ => (row.content.clone(), Vec::new()),
    };
    let signature = match (row.kind, row.ticket) {
        (OutboundKind::Reply, Some(ticket)) => {
            let ticket = tickets::by_id(db, ticket)?;
            signature_for(db, post, mailbox, &ticket, row.agent, now)?
        }
        _ => String::new(),
    };
    Ok(Gathered { letter, body, signature, quote: facts.rest, lang, files, dkim: None })
}

/// Where answers go: with one recipient, an address that only he was given; with several, the mailbox, as a token is for one.
/// An agent gets none where no server could prove that it is him who answers.
fn reply_to(post: &Post, mailbox: &Mailbox, row: &Outbound, own: &EmailAddress) -> Option<Person> {
    let (ticket, entry) = (row.ticket?, row.entry?);
    let mut all = row.recipients.all();
    let (only, None) = (all.next()?, all.next()) else { return None };
    if row.kind == OutboundKind::Notice && mailbox.card.authserv_id.is_empty() {
        return None;
    }
    let agent = (row.kind == OutboundKind::Notice).then_some(row.agent).flatten();
    let to = Recipient { address: EmailAddress::parse(only)?, agent: agent.map(|agent| agent.0) };
    let address = post.keys.reply_address(own, mailbox.id.0, ticket.0, entry.0, &to)?;
    Some(Person::new(mailbox.card.name.clone(), address))
}
