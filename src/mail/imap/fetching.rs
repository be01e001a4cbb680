//! Fetching mails: what is there, whole mails in batches, large ones in slices.

use std::collections::BTreeMap;

use async_imap::imap_proto::{AttributeValue, MessageSection, Response, SectionPath};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::framing::Budget;
use super::grammar::{body_of, date, uid_of};
use super::uids::sets;
use super::{Error, Result, Session};
use crate::base::Timestamp;

/// Mails that are fetched at once.
pub const BATCH_MAILS_MAX: usize = 50;

/// Octets that are fetched at once, by the sizes that the server tells.
pub const BATCH_BYTES_MAX: u64 = 8 << 20;

/// Larger mails come in slices of this size.
pub const SLICE_BYTES: u64 = 1 << 20;

/// Octets of a mail's text that [`Session::head`] fetches.
pub const HEAD_BYTES_MAX: u64 = 64 << 10;

/// Octets of a mail's headers that [`Session::head`] fetches.
const HEADERS_BYTES_MAX: u64 = 256 << 10;

/// Octets around a literal: numbers, flags, keywords.
const AROUND_BYTES: usize = 64 << 10;

/// A mail on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its number in the folder, for this UIDVALIDITY.
    pub uid: u32,
    /// Its size in octets, as the server counts; some are a little wrong.
    pub size: u64,
    /// When the server got it.
    pub received_at: Option<Timestamp>,
    /// Somebody has read it.
    pub seen: bool,
    /// Somebody has thrown it away, and the server not yet.
    pub deleted: bool,
}

/// A whole mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number in the folder.
    pub uid: u32,
    /// Its octets as the server keeps them.
    pub raw: Vec<u8>,
}

/// What came of those that were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// In ascending order of UIDs.
    pub mails: Vec<Mail>,
    /// Asked for and not given, though the server says that all is well: gone meanwhile, or it can't read them. Whether a mail is
    /// still there, [`Session::uids`] knows.
    pub missing: Vec<u32>,
}

/// Cuts mails into batches for [`Session::fetch`]: [`BATCH_MAILS_MAX`] and [`BATCH_BYTES_MAX`] at most, never an empty one.
/// What is larger than [`SLICE_BYTES`] isn't for a batch and should be left out before.
pub fn batches(found: &[Found]) -> impl Iterator<Item = &[Found]> {
    let mut rest = found;
    std::iter::from_fn(move || {
        let mut bytes = 0_u64;
        let fits = rest.iter().take(BATCH_MAILS_MAX).take_while(|mail| {
            bytes = bytes.saturating_add(mail.size);
            bytes <= BATCH_BYTES_MAX
        });
        let count = fits.count().max(1).min(rest.len());
        let (batch, after) = rest.split_at_checked(count)?;
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

impl Session {
    /// Size, date and marks of mails, in ascending order of UIDs. Those that aren't there any more are missing.
    ///
    /// # Errors
    /// [`Error::Lost`], [`Error::Refused`].
    pub async fn sizes(&mut self, uids: &[u32]) -> Result<Vec<Found>> {
        let mut found = BTreeMap::new();
        let budget = Budget { total: (4 << 20) + uids.len() * 512, ..self.dialogue.small() };
        for set in sets(uids) {
            let command = format!("UID FETCH {set} (UID FLAGS INTERNALDATE RFC822.SIZE)");
            self.dialogue
                .command(&command, budget.clone(), &mut |response| {
                    if let Response::Fetch(_, mail) = response
                        && let Some(mail) = Found::of(mail)
                    {
                        found.insert(mail.uid, mail);
                    }
                })
                .await?;
        }
        let mut asked = uids.to_vec();
        asked.sort_unstable();
        Ok(found.into_values().filter(|mail| asked.binary_search(&mail.uid).is_ok()).collect())
    }

    /// Whole mails, without marking them as seen. They are held in memory: give it one of [`batches`].
    ///
    /// # Errors
    /// [`Error::Lost`] also when a mail is far larger than the server has said; [`Error::Refused`].
    pub async fn fetch(&mut self, batch: &[Found]) -> Result<Fetched> {
        let largest = batch.iter().map(|mail| mail.size).max().unwrap_or_default();
        let sum = batch.iter().map(|mail| mail.size).fold(0, u64::saturating_add);
        // Twice, as sizes are a little wrong on some servers.
        let twice =
            |bytes: u64| usize::try_from(bytes.min(BATCH_BYTES_MAX * 4)).unwrap_or(usize::MAX).saturating_mul(2);
        let literal = twice(largest.max(SLICE_BYTES));
        let total = twice(sum.max(SLICE_BYTES)).saturating_add(AROUND_BYTES * (batch.len() + 16));
        let budget = self.mail_budget(literal, total);
        let uids: Vec<u32> = batch.iter().map(|mail| mail.uid).collect();
        let mut came: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for set in sets(&uids) {
            let command = format!("UID FETCH {set} (UID BODY.PEEK[])");
            self.dialogue
                .command(&command, budget.clone(), &mut |response| {
                    if let Some((uid, octets)) = section(response, None)
                        && uids.contains(&uid)
                    {
                        came.entry(uid).or_insert(octets);
                    }
                })
                .await?;
        }
        // A server that says nothing of a mail that has a size failed to read it.
        came.retain(|uid, octets| !octets.is_empty() || batch.iter().any(|mail| mail.uid == *uid && mail.size == 0));
        let missing = uids.iter().copied().filter(|uid| !came.contains_key(uid)).collect();
        Ok(Fetched { mails: came.into_iter().map(|(uid, raw)| Mail { uid, raw }).collect(), missing })
    }

    /// Writes a large mail slice by slice, and says how many octets it has; nothing if it isn't there. Memory holds one slice.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above `bytes_max`; [`Error::Lost`] also when the mail ends before the size that the server told or takes
    /// longer than [`Patience::mail`](super::Patience::mail), or when `to` can't be written; [`Error::Refused`]. What was
    /// written until then is worth nothing.
    pub async fn fetch_to(
        &mut self,
        mail: &Found,
        bytes_max: u64,
        to: &mut (impl AsyncWrite + Unpin + Send),
    ) -> Result<Option<u64>> {
        let within = self.dialogue.patience.mail;
        timeout(within, self.slices(mail, bytes_max, to))
            .await
            .unwrap_or_else(|_| Err(Error::lost("one mail took too long")))
    }

    async fn slices(
        &mut self,
        mail: &Found,
        bytes_max: u64,
        to: &mut (impl AsyncWrite + Unpin + Send),
    ) -> Result<Option<u64>> {
        let mut offset = 0;
        while let Some(slice) = self.slice(mail.uid, offset).await? {
            let length = slice.len() as u64;
            if offset + length > bytes_max {
                return Err(Error::TooLarge { bytes_max });
            }
            to.write_all(&slice).await.map_err(|e| Error::lost(format!("the mail cannot be written here: {e}")))?;
            offset += length;
            // A short slice is the last one, if the server has told the size right; otherwise an empty one is.
            if length == 0 || (length < SLICE_BYTES && offset >= mail.size) {
                to.flush().await.map_err(|e| Error::lost(format!("the mail cannot be written here: {e}")))?;
                return Ok((offset > 0).then_some(offset));
            }
        }
        if offset > 0 {
            return Err(Error::lost("a mail went away while it was fetched"));
        }
        Ok(None)
    }

    /// Octets of a mail from `offset` on, [`SLICE_BYTES`] at most; empty behind its end, nothing if there is no such mail.
    ///
    /// # Errors
    /// [`Error::Lost`], [`Error::Refused`].
    pub async fn slice(&mut self, uid: u32, offset: u64) -> Result<Option<Vec<u8>>> {
        let command = format!("UID FETCH {uid} (UID BODY.PEEK[]<{offset}.{SLICE_BYTES}>)");
        let literal = usize::try_from(SLICE_BYTES).unwrap_or(usize::MAX);
        let budget = self.mail_budget(literal, literal + AROUND_BYTES * 16);
        let mut slice = None;
        self.dialogue
            .command(&command, budget, &mut |response| {
                if let Some((_, octets)) = section(response, Some(offset)).filter(|(of, _)| *of == uid) {
                    slice.get_or_insert(octets);
                }
            })
            .await?;
        Ok(slice)
    }

    /// The headers of a mail and the first [`HEAD_BYTES_MAX`] octets of its text, for one that is too large to take; nothing if it
    /// isn't there.
    ///
    /// # Errors
    /// [`Error::Lost`], [`Error::Refused`].
    pub async fn head(&mut self, uid: u32) -> Result<Option<Vec<u8>>> {
        let command = format!(
            "UID FETCH {uid} (UID BODY.PEEK[HEADER]<0.{HEADERS_BYTES_MAX}> BODY.PEEK[TEXT]<0.{HEAD_BYTES_MAX}>)"
        );
        let literal = usize::try_from(HEADERS_BYTES_MAX).unwrap_or(usize::MAX);
        let budget = self.mail_budget(literal, literal * 2 + AROUND_BYTES * 16);
        let (mut headers, mut text) = (None, None);
        self.dialogue
            .command(&command, budget, &mut |response| {
                let Response::Fetch(_, mail) = response else { return };
                if uid_of(mail) == Some(uid) {
                    let part = |section| body_of(mail, Some(&SectionPath::Full(section)), Some(0));
                    headers = part(MessageSection::Header).or(headers.take());
                    text = part(MessageSection::Text).or(text.take());
                }
            })
            .await?;
        Ok(headers.map(|headers| [headers, text.unwrap_or_default()].concat()))
    }

    fn mail_budget(&self, literal: usize, total: usize) -> Budget {
        let patience = self.dialogue.patience;
        Budget { literal, total, response: patience.mail, ..self.dialogue.small() }
    }
}

impl Found {
    /// What a FETCH says; nothing if it is of news of flags, which nobody asked for and which have no size.
    fn of(mail: &[AttributeValue<'_>]) -> Option<Self> {
        let (mut size, mut received_at, mut seen, mut deleted) = (None, None, false, false);
        for attribute in mail {
            match attribute {
                AttributeValue::Rfc822Size(octets) => size = Some(u64::from(*octets)),
                AttributeValue::InternalDate(text) => received_at = date(text),
                AttributeValue::Flags(flags) => {
                    let has = |flag: &str| flags.iter().any(|f| f.eq_ignore_ascii_case(flag));
                    (seen, deleted) = (has("\\Seen"), has("\\Deleted"));
                }
                _ => {}
            }
        }
        Some(Self { uid: uid_of(mail)?, size: size?, received_at, seen, deleted })
    }
}

/// A mail or a slice of it in a FETCH, and whose it is.
fn section(response: &Response<'_>, offset: Option<u64>) -> Option<(u32, Vec<u8>)> {
    let Response::Fetch(_, mail) = response else { return None };
    Some((uid_of(mail)?, body_of(mail, None, offset)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(uid: u32, size: u64) -> Found {
        Found { uid, size, received_at: None, seen: false, deleted: false }
    }

    #[test]
    fn batches_hold_fifty_mails_or_eight_mebibytes() {
        let small: Vec<Found> = (1..=120).map(|uid| mail(uid, 1_000)).collect();
        assert_eq!(batches(&small).map(<[Found]>::len).collect::<Vec<_>>(), [50, 50, 20]);
        let large: Vec<Found> = (1..=5).map(|uid| mail(uid, 3 << 20)).collect();
        assert_eq!(batches(&large).map(<[Found]>::len).collect::<Vec<_>>(), [2, 2, 1]);
        let huge = [mail(1, u64::MAX), mail(2, u64::MAX), mail(3, 1)];
        assert_eq!(batches(&huge).map(<[Found]>::len).collect::<Vec<_>>(), [1, 1, 1]);
        assert_eq!(batches(&[]).count(), 0);
    }
}
