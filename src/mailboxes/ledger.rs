//! The ledger: what became of each mail that was seen on a server.

use crate::base::id::{EntryId, InboundId, MailboxId, TicketId};
use crate::base::{Timestamp, words};

words! {
    /// What became of a mail.
    pub enum Outcome {
        /// It is on disk and being read. What stays so was read when the daemon died.
        Reading = "reading",
        /// It is an entry of a ticket.
        Entry = "entry",
        /// It was taken before, in another place or under another number.
        Duplicate = "duplicate",
        /// It can't be read; somebody has to look.
        Quarantined = "quarantined",
        /// It is larger than what is taken; it stays on the server, and a ticket tells of it.
        TooLarge = "too_large",
        /// A bounce of a letter that nobody knows.
        StrayBounce = "stray_bounce",
        /// It is not wanted: the reason says why.
        Refused = "refused",
    }
}

impl Outcome {
    /// Whether nothing is left to do.
    pub fn is_settled(self) -> bool {
        self != Self::Reading
    }
}

/// Where a mail stands on a server (RFC 9051 section 2.3.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// The folder.
    pub folder: String,
    /// Which life of the folder.
    pub uid_validity: i64,
    /// The number within it.
    pub uid: i64,
}

/// How the folders of archives are called in the ledger.
pub const IMPORT_PREFIX: &str = "import:";

/// The life of a folder that stands on no server: servers count them from 1 (RFC 9051 section 2.3.1.1).
pub const IMPORT_VALIDITY: i64 = 0;

impl Inbound {
    /// Whether it comes out of an archive, and not from a server.
    pub fn is_imported(&self) -> bool {
        self.uid_validity == IMPORT_VALIDITY
    }

    /// Whether it is long past: nobody is told of it, and nothing is answered.
    pub fn is_history(&self) -> bool {
        self.is_imported() || self.lay_since_at.is_some()
    }
}

/// Which life of a folder a mail stands in: of which account behind the mailbox, and its UIDVALIDITY there, which two accounts may
/// have alike. That has 32 bits (RFC 9051 section 2.3.1.1), and the account stands above them.
pub(super) fn life(account: i64, uid_validity: u32) -> i64 {
    (account << 32) | i64::from(uid_validity)
}

/// The UIDVALIDITY of such a life, as the server tells it.
pub fn uid_validity_of(life: i64) -> i64 {
    life & i64::from(u32::MAX)
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Inbound {
    /// Id.
    pub id: InboundId,
    /// The mailbox.
    pub mailbox: MailboxId,
    /// The folder.
    pub folder: String,
    /// Which life of the folder.
    pub uid_validity: i64,
    /// The number within it.
    pub uid: i64,
    /// The file with the raw mail.
    pub blob: Option<String>,
    /// Its Message-ID; empty for none.
    pub message_id: String,
    /// Who wrote it, as an address.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// Octets on the server.
    pub size_bytes: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// Why; a sentence for people, or a key of `mail-reason-…`.
    pub reason: String,
    /// How often it was begun to be read.
    pub attempts: i64,
    /// The ticket that it belongs to.
    pub ticket: Option<TicketId>,
    /// The entry that it is.
    pub entry: Option<EntryId>,
    /// When it was first seen.
    pub seen_at: Timestamp,
    /// When it was decided.
    pub settled_at: Option<Timestamp>,
    /// When the server was told.
    pub filed_at: Option<Timestamp>,
    /// When its server got it, if it lay there long before its folder was watched.
    pub lay_since_at: Option<Timestamp>,
}

/// How far a folder is read.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct FolderState {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Its name.
    pub name: String,
    /// Which life of the folder.
    pub uid_validity: i64,
    /// Every mail up to this one stands in the ledger, but for those that the server does not hand over.
    pub uid_high: i64,
    /// When all that the server has was last compared with the ledger.
    pub reconciled_at: Option<Timestamp>,
    /// Mails on the server that the ledger does not know.
    pub unaccounted: i64,
    /// Mails on the server, at that moment.
    pub on_server: i64,
    /// When it was last read to the end.
    pub fetched_at: Option<Timestamp>,
    /// Since when it can't be read.
    pub failing_since_at: Option<Timestamp>,
    /// Why, in plain words.
    pub failure: Option<String>,
    /// Since when a mail is known to stand in it that is not taken; nothing when all are.
    pub behind_since_at: Option<Timestamp>,
    /// Why the server refuses to move or mark mails that were taken; nothing when it does it.
    pub unfiled: Option<String>,
    /// The numbers of mails that the server does not hand over, and what it says instead; nothing when there are none.
    pub withheld: Option<String>,
    /// Since when it is watched: what came long before that is history. A new life of the folder does not change it.
    pub since_at: Timestamp,
    /// Which of the accounts behind its mailbox it belongs to.
    pub account: i64,
}

/// What the list of the ledger shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerFilter {
    /// Only of this mailbox.
    pub mailbox: Option<MailboxId>,
    /// Only with this outcome.
    pub outcome: Option<Outcome>,
    /// A Message-ID, a sender, or a part of that or of a subject; see [`find_inbound`](super::find_inbound).
    pub text: String,
}
