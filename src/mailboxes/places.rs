//! Places for letters on their way: some for each mailbox, and those of notices apart, so that neither a slow server nor a
//! flood of notices keeps any other letter from going. And conversations: some for each server.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::mailbox::Endpoint;
use super::outbound::OutboundKind;
use crate::base::Timestamp;
use crate::base::id::{MailboxId, OutboundId};
use crate::mail::smtp::{Lane, Open};

/// Letters of one mailbox on their way at once that people wait for; conversations with its server are fewer.
const PROMPT_MAX: usize = 16;

/// Notices of one mailbox on their way at once.
const BULK_MAX: usize = 4;

/// Conversations that are open at once with one server, whatever mailboxes send by it: many relays refuse an address more than
/// ten.
const OPEN_MAX: usize = 8;

impl OutboundKind {
    /// Who waits for it.
    pub(super) fn lane(self) -> Lane {
        match self {
            Self::Reply | Self::Acknowledgement | Self::Trial => Lane::Prompt,
            Self::Notice => Lane::Bulk,
        }
    }
}

/// The letters that this process has on their way. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Mutex<BTreeMap<OutboundId, Taken>>>);

#[derive(Debug, Clone, Copy)]
struct Taken {
    mailbox: MailboxId,
    lane: Lane,
    leased_at: Timestamp,
}

/// The place of one letter; it is free again when this is dropped.
pub(super) struct Place {
    id: OutboundId,
    places: Places,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.with(|all| all.remove(&self.id));
    }
}

impl Places {
    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<OutboundId, Taken>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many letters more may be on their way.
    pub fn free(&self, mailbox: MailboxId, lane: Lane) -> usize {
        let max = if lane == Lane::Prompt { PROMPT_MAX } else { BULK_MAX };
        self.with(|all| max.saturating_sub(all.values().filter(|it| (it.mailbox, it.lane) == (mailbox, lane)).count()))
    }

    /// Gives a letter its place; nothing when it has one.
    pub fn take(&self, id: OutboundId, mailbox: MailboxId, lane: Lane, now: Timestamp) -> Option<Place> {
        let is_new = self.with(|all| {
            let is_new = !all.contains_key(&id);
            all.entry(id).or_insert(Taken { mailbox, lane, leased_at: now });
            is_new
        });
        is_new.then(|| Place { id, places: self.clone() })
    }

    /// The letters on their way.
    pub fn all(&self) -> Vec<OutboundId> {
        self.with(|all| all.keys().copied().collect())
    }

    /// Those that were leased, or renewed, before this.
    pub fn leased_before(&self, at: Timestamp) -> Vec<OutboundId> {
        self.with(|all| all.iter().filter(|(_, it)| it.leased_at < at).map(|(id, _)| *id).collect())
    }

    /// Notes that they were renewed.
    pub fn renewed(&self, ids: &[OutboundId], now: Timestamp) {
        self.with(|all| all.iter_mut().filter(|(id, _)| ids.contains(id)).for_each(|(_, it)| it.leased_at = now));
    }
}
/// The servers that letters go to.
#[derive(Clone, Default)]
pub(super) struct Servers(Arc<Mutex<BTreeMap<(String, i64), Open>>>);

impl Servers {
    /// What all share who send to a server.
    pub fn open(&self, server: &Endpoint) -> Open {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry((server.host.to_lowercase(), server.port)).or_insert_with(|| Open::at_most(OPEN_MAX)).clone()
    }
}
