//! A connection that is logged in: folders, and which mails are there.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use async_imap::imap_proto::{MailboxDatum, Response, ResponseCode};

use super::dialogue::Dialogue;
use super::folder::{Folder, argument};
use super::framing::Budget;
use super::{Error, Login, Patience, Result, Server, connect};
use crate::mail::tls::{Shown, Trust};

/// Folders of a mailbox that are listed.
const FOLDERS_MAX: usize = 10_000;

/// Octets of an answer to SEARCH: the numbers of more than a million mails.
const SEARCH_BYTES_MAX: usize = 16 << 20;

/// One connection to a mailbox, logged in.
pub struct Session {
    pub(super) dialogue: Dialogue,
    capabilities: BTreeSet<String>,
    shown: Shown,
}

/// A folder that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    /// As long as it stays the same, a UID means the same mail (RFC 3501 2.3.1.1).
    pub uid_validity: u32,
    /// What the next mail's UID will be at least.
    pub uid_next: Option<u32>,
    /// Mails in it.
    pub exists: u32,
    /// Grows with every change, where the server counts them (RFC 7162).
    pub highest_modseq: Option<u64>,
    /// Whether nothing can be changed in it.
    pub read_only: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn new(dialogue: Dialogue, capabilities: BTreeSet<String>, shown: Shown) -> Self {
        Self { dialogue, capabilities, shown }
    }

    /// Connects and logs in.
    ///
    /// # Errors
    /// Those of [`connect`] and of [`Connected::login`](super::Connected::login).
    pub async fn connect(trust: &Trust, server: &Server, login: &Login, patience: Patience) -> Result<Self> {
        connect(trust, server, patience).await?.login(login).await
    }

    /// Waits otherwise than before, for the commands that follow.
    pub fn set_patience(&mut self, patience: Patience) {
        self.dialogue.patience = patience;
    }

    /// The certificate of the server.
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    /// Whether the server is able to do something, by its name in capitals: `MOVE`, `IDLE`, `UIDPLUS`.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// The folders, in the order of their names. One whose name can't be said back to the server is left out.
    ///
    /// # Errors
    /// Those of every command: [`Error::Lost`], [`Error::Refused`].
    pub async fn folders(&mut self) -> Result<Vec<Folder>> {
        let mut found = Vec::new();
        let budget = self.dialogue.small();
        self.dialogue
            .command("LIST \"\" \"*\"", budget, &mut |response| {
                if let Response::MailboxData(MailboxDatum::List(listed)) = response
                    && found.len() < FOLDERS_MAX
                {
                    found.extend(Folder::of(listed));
                }
            })
            .await?;
        found.sort_by(|a: &Folder, b| a.name.cmp(&b.name));
        found.dedup_by(|a, b| a.name == b.name);
        Ok(found)
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// [`Error::Refused`], also when it is there already; [`Error::Lost`].
    pub async fn create(&mut self, folder: &str) -> Result<()> {
        let command = format!("CREATE {}", argument(folder)?);
        self.dialogue.plain(&command).await.map(|_| ())
    }

    /// Opens a folder; what follows is about its mails.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is no such folder, or when its UIDs mean nothing tomorrow; [`Error::Lost`].
    pub async fn select(&mut self, folder: &str) -> Result<Selected> {
        let counts = if self.can("CONDSTORE") || self.can("QRESYNC") { " (CONDSTORE)" } else { "" };
        let command = format!("SELECT {}{counts}", argument(folder)?);
        let (mut uid_validity, mut uid_next, mut highest_modseq, mut sticky) = (None, None, None, true);
        let budget = self.dialogue.small();
        self.dialogue.exists = 0;
        let ended = self
            .dialogue
            .command(&command, budget, &mut |response| {
                let Response::Data { outcome, .. } = response else { return };
                match outcome.code {
                    Some(ResponseCode::UidValidity(number)) => uid_validity = Some(number),
                    Some(ResponseCode::UidNext(number)) => uid_next = Some(number),
                    Some(ResponseCode::HighestModSeq(number)) => highest_modseq = Some(number),
                    Some(ResponseCode::UidNotSticky) => sticky = false,
                    _ => {}
                }
            })
            .await?;
        self.dialogue.news = false;
        // RFC 9051 section 9: it is a number above zero. Zero is what servers say that have none to tell.
        let Some(uid_validity) = uid_validity.filter(|number| sticky && *number > 0) else {
            return Err(Error::refused("it does not keep the numbers of the mails in this folder"));
        };
        let (exists, read_only) = (self.dialogue.exists, ended.read_only);
        Ok(Selected { uid_validity, uid_next, exists, highest_modseq, read_only })
    }

    /// The UIDs of the folder's mails in ascending order; only those of a range, if one is given.
    ///
    /// The answer counts when the server has ended the command well and has answered another one after it: an empty list means
    /// that nothing is there, not that nothing was heard.
    ///
    /// # Errors
    /// [`Error::Lost`], [`Error::Refused`].
    pub async fn uids(&mut self, range: Option<RangeInclusive<u32>>) -> Result<Vec<u32>> {
        let within = |uid: &u32| *uid > 0 && range.as_ref().is_none_or(|range| range.contains(uid));
        let command = match &range {
            None => "UID SEARCH ALL".to_owned(),
            Some(range) if range.is_empty() || *range.end() == 0 => return Ok(Vec::new()),
            Some(range) if *range.end() == u32::MAX => format!("UID SEARCH UID {}:*", (*range.start()).max(1)),
            Some(range) => format!("UID SEARCH UID {}:{}", (*range.start()).max(1), range.end()),
        };
        let quiet = self.dialogue.patience.quiet;
        let budget = Budget { line: SEARCH_BYTES_MAX, total: SEARCH_BYTES_MAX * 2, ..Budget::small(quiet) };
        let mut found = Vec::new();
        // What is announced from here on isn't in the answer for sure.
        self.dialogue.news = false;
        self.dialogue
            .command(&command, budget, &mut |response| {
                if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                    // `n:*` finds the last mail even if its UID is below n (RFC 3501 6.4.8).
                    found.extend(uids.iter().copied().filter(within));
                }
            })
            .await?;
        self.noop().await?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Asks whether the server is there. It may tell of new mails: see [`Session::has_news`].
    ///
    /// # Errors
    /// [`Error::Lost`], [`Error::Refused`].
    pub async fn noop(&mut self) -> Result<()> {
        self.dialogue.plain("NOOP").await.map(|_| ())
    }

    /// Whether the server has told of more mails since [`Session::uids`] or [`Session::select`].
    pub fn has_news(&self) -> bool {
        self.dialogue.news
    }

    /// Logs out and ends the connection; takes [`Patience::goodbye`] twice at most.
    pub async fn logout(self) {
        self.dialogue.logout().await;
    }
}
