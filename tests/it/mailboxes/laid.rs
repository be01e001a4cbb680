//! What tests of the pages and of the console lay into a desk: a mailbox, mails, those that were set aside.

use deskbell::base::id::InboundId;
use deskbell::mailboxes::{self, Inbound, LedgerFilter, Mailbox, MailboxCard, Raw};

use crate::desk::TestDesk;

/// The folder's life that test mails come from.
const VALIDITY: i64 = 7;

impl TestDesk {
    /// A mailbox that mails can be put into; its server is nowhere.
    pub async fn mailbox(&self) -> Mailbox {
        let mut card =
            MailboxCard { name: "Help".into(), address: "help@example.org".into(), ..MailboxCard::default() };
        card.imap.host = "imap.example.org".into();
        card.smtp.host = "smtp.example.org".into();
        self.act(move |act| {
            let id = mailboxes::add_mailbox(act, &card)?;
            mailboxes::mailbox_by_id(act.db, id)
        })
        .await
    }

    /// Takes mails as if they had come off the server under the numbers from 1.
    pub async fn deliver(&self, mailbox: &Mailbox, mails: &[&str]) {
        let raw = |(at, text): (usize, &&str)| Raw {
            uid: i64::try_from(at).unwrap() + 1,
            octets: text.as_bytes().to_vec(),
            whole_bytes: None,
        };
        let mails = mails.iter().enumerate().map(raw).collect();
        self.app().room.take_all(mailbox, "INBOX", VALIDITY, mails).await.unwrap();
    }

    /// The whole ledger, the oldest first.
    pub async fn ledger(&self) -> Vec<Inbound> {
        let mut rows = self.read(|db| mailboxes::ledger(db, &LedgerFilter::default(), None, 1_000)).await.rows;
        rows.reverse();
        rows
    }

    /// Puts a mail that can be read among those that were set aside.
    pub async fn set_aside(&self, mailbox: &Mailbox, uid: i64, text: &str) -> InboundId {
        let blob = self.app().blobs.put(text.as_bytes().to_vec().into()).await.unwrap();
        self.sql(&format!(
            "INSERT INTO inbound_mails (mailbox_id, folder, uid_validity, uid, blob, message_id, sender, subject, size_bytes, \
             outcome, reason, attempts, seen_at, settled_at) VALUES ({}, 'INBOX', {VALIDITY}, {uid}, '{}', '', '', '', {}, \
             'quarantined', 'mail-reason-too-long', 3, 0, 0)",
            mailbox.id,
            blob.as_str(),
            text.len()
        ))
        .await;
        self.ledger().await.last().unwrap().id
    }
}

/// A plain mail.
pub fn mail(from: &str, subject: &str, id: &str, date: &str, more: &str) -> String {
    format!(
        "From: {from}\r\nTo: help@example.org\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\nDate: {date}\r\n{more}\r\n\
         The text of {subject}.\r\n"
    )
}

/// A mail of today.
pub fn today(from: &str, subject: &str, id: &str) -> String {
    mail(from, subject, id, "Fri, 20 Nov 2026 11:00:00 +0000", "")
}
