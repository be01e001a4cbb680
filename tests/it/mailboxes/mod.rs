//! Tests of `src/mailboxes`: what becomes of letters, and of those that go out.

mod answers;
mod at_once;
mod boxes;
mod classes;
mod composer;
mod console;
mod cuts;
mod doubts;
mod fetching;
mod hard;
mod house;
mod import;
mod kills;
mod laid;
mod ledger;
mod letters;
mod lying;
mod monitoring;
mod notices;
mod outages;
mod outbox;
mod places;
mod post;
mod rotation;
mod sign_ins;
mod states;
mod story;
mod stranded;
mod taking;
mod texts;
mod threads;
mod trust;
mod wire;
mod withheld;

use deskbell::base::id::{EntryId, MailboxId, TicketId};
use deskbell::config::Secret;
use deskbell::mailboxes::{
    self, Credential, Endpoint, Inbound, LedgerFilter, Mailbox, MailboxCard, Outcome, Raw, Security,
};
use deskbell::tickets::{self, Entry, EntryKind, Sees};

use crate::desk::TestDesk;
use crate::mail::sink::{Manners, Sink};

/// A desk that may reach this machine.
pub async fn desk() -> TestDesk {
    TestDesk::configured(&[("mail.networks", "127.0.0.0/8")]).await
}

/// A card of a mailbox whose letters come from nowhere and go to a sink.
pub fn card(sink: &Sink) -> MailboxCard {
    let mut card = MailboxCard { name: "Help".into(), address: "help@desk.example".into(), ..MailboxCard::default() };
    card.imap.host = "imap.invalid".into();
    card.smtp = Endpoint {
        host: "127.0.0.1".into(),
        port: i64::from(sink.port),
        security: Security::Tls,
        pin: sink.pin.clone(),
    };
    card.login = "desk".into();
    card.authserv_id = "mx.desk.example".into();
    card
}

/// A server that takes letters.
pub async fn sink() -> Sink {
    Sink::start(Manners { implicit: true, logins: "PLAIN LOGIN", ..Manners::default() }).await
}

/// Sets a mailbox up that sends, and fetches nothing by itself.
pub async fn mailbox(desk: &TestDesk, card: MailboxCard) -> Mailbox {
    let id = desk.act(move |act| mailboxes::add_mailbox(act, &card)).await;
    let seal = desk.app().room.seal;
    desk.act(move |act| {
        mailboxes::keep_credential(act, &seal, id, &Credential::Password(Secret::new("secret")))?;
        mailboxes::mailbox_by_id(act.db, id)
    })
    .await
}

/// Lays mails into the ledger as if they were fetched from INBOX, numbered from `first` on.
pub async fn take(desk: &TestDesk, mailbox: &Mailbox, first: i64, mails: &[&str]) -> Vec<Inbound> {
    let raw = mails.iter().zip(first..).map(|(mail, uid)| {
        let octets = mail.replace('\n', "\r\n").into_bytes();
        Raw { uid, octets, whole_bytes: None }
    });
    desk.app().room.take_all(mailbox, "INBOX", 7, raw.collect()).await.unwrap();
    let last = first + i64::try_from(mails.len()).unwrap();
    let mut rows = rows(desk, mailbox.id).await;
    rows.retain(|row| row.uid >= first && row.uid < last);
    rows.sort_by_key(|row| row.uid);
    rows
}

/// The ledger of a mailbox.
pub async fn rows(desk: &TestDesk, id: MailboxId) -> Vec<Inbound> {
    let filter = LedgerFilter { mailbox: Some(id), ..LedgerFilter::default() };
    desk.read(move |db| mailboxes::ledger(db, &filter, None, 1_000)).await.rows
}

/// The letters of a ticket.
pub async fn letters(desk: &TestDesk, ticket: TicketId) -> Vec<Entry> {
    let entries = desk.read(move |db| tickets::entries_of(db, ticket)).await;
    entries.into_iter().filter(|entry| entry.kind == EntryKind::Letter).collect()
}

/// How many mails are not accounted for.
pub async fn unaccounted(desk: &TestDesk) -> i64 {
    let now = desk.clock.now();
    desk.read(move |db| mailboxes::unaccounted(db, now)).await
}

/// How many tickets there are.
pub async fn ticket_count(desk: &TestDesk) -> usize {
    let filter = tickets::Filter { closed_too: true, ..tickets::Filter::default() };
    desk.read(move |db| tickets::list(db, &Sees::All, &filter, None, 5_000)).await.rows.len()
}

/// The ticket and the entry that a mail became.
pub fn place(row: &Inbound) -> (TicketId, EntryId) {
    assert_eq!(row.outcome, Outcome::Entry, "{row:?}");
    (row.ticket.unwrap(), row.entry.unwrap())
}

/// A plain letter.
pub fn mail(from: &str, subject: &str, more: &str, body: &str) -> String {
    let id = deskbell::base::sha256_hex(format!("{from}{subject}{more}{body}").as_bytes());
    let id = &id[..16];
    let more = if more.is_empty() { String::new() } else { format!("{more}\n") };
    let own = if more.to_lowercase().contains("message-id:") {
        String::new()
    } else {
        format!("Message-ID: <{id}@there.example>\n")
    };
    format!(
        "Return-Path: <x@there.example>\nFrom: {from}\nTo: help@desk.example\nSubject: {subject}\n{own}Date: Fri, 20 Nov 2026 11:00:00 +0000\n{more}\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    )
}

/// The same field of a letter that went out, unfolded.
pub fn field(octets: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(octets).replace("\r\n ", " ").replace("\r\n\t", " ");
    let head = text.split("\r\n\r\n").next().unwrap().to_owned();
    let prefix = format!("{}: ", name.to_lowercase());
    let found = head.lines().find(|line| line.to_lowercase().starts_with(&prefix));
    found.map(|line| line[prefix.len()..].trim().to_owned()).unwrap_or_default()
}
