//! What the tests of mail share: a mailbox that no server knows, and mails as they would come off one.

use deskbell::base::id::{EntryId, TicketId};
use deskbell::mailboxes::{self, Mailbox, MailboxCard, Raw};
use deskbell::tickets::{self, Entry, TicketNumber};

use crate::desk::TestDesk;

/// A mailbox that sends, though nobody answers there.
pub async fn mailbox(desk: &TestDesk) -> Mailbox {
    desk.act(|act| {
        let mut card =
            MailboxCard { name: "Help".into(), address: "help@desk.example".into(), ..MailboxCard::default() };
        card.imap.host = "imap.desk.example".into();
        card.smtp.host = "smtp.desk.example".into();
        card.acknowledges = false;
        let id = mailboxes::add_mailbox(act, &card)?;
        mailboxes::mailbox_by_id(act.db, id)
    })
    .await
}

/// Lays mails in as if they had been fetched; they are numbered from `uid`.
pub async fn came(desk: &TestDesk, mailbox: &Mailbox, uid: i64, mails: &[String]) {
    let raws = mails.iter().zip(uid..).map(|(text, uid)| Raw {
        uid,
        octets: text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes(),
        whole_bytes: None,
    });
    desk.app().room.take_all(mailbox, "INBOX", 1, raws.collect()).await.unwrap();
}

/// A plain mail.
pub fn plain(id: &str, from: &str, subject: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: help@desk.example\nSubject: {subject}\nMessage-ID: <{id}@x.example>\n\
         Date: Fri, 20 Nov 2026 11:00:00 +0000\n{more}Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    )
}

/// The newest ticket.
pub async fn ticket(desk: &TestDesk) -> TicketId {
    TicketId(desk.number("SELECT max(id) AS number FROM tickets").await)
}

pub async fn entries(desk: &TestDesk, id: TicketId) -> Vec<Entry> {
    desk.read(move |db| tickets::entries_of(db, id)).await
}

pub async fn newest(desk: &TestDesk, id: TicketId) -> EntryId {
    desk.read(move |db| tickets::newest_entry(db, id)).await
}

pub fn path(id: TicketId) -> String {
    format!("/t/{}", TicketNumber::of(id))
}
