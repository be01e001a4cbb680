//! What the library read, in the words of this module.

use std::collections::BTreeSet;

use async_imap::imap_proto::{AttributeValue, Capability, Outcome, ResponseCode, SectionPath, Status};
use jiff::fmt::strtime;

use super::{Error, Result};
use crate::base::Timestamp;

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ended {
    /// [`Status::Ok`], [`Status::No`] or [`Status::Bad`].
    pub status: Status,
    /// What stands in brackets: `UNAVAILABLE`, or what the library calls it, if it knows it.
    pub code: String,
    pub text: String,
    /// Whether the folder that was opened can't be changed.
    pub read_only: bool,
}

impl Ended {
    pub(super) fn of(status: &Status, outcome: &Outcome<'_>) -> Self {
        let said = outcome.information.as_deref().unwrap_or_default();
        let coded = || said.strip_prefix('[').and_then(|said| said.split_once(']')).unwrap_or(("", said));
        let (code, text) = match &outcome.code {
            Some(known) => (format!("{known:?}"), said),
            None => (coded().0.to_owned(), coded().1),
        };
        let status = match status {
            Status::Ok => Status::Ok,
            Status::No => Status::No,
            _ => Status::Bad,
        };
        let read_only = matches!(outcome.code, Some(ResponseCode::ReadOnly));
        Self { status, code, text: text.trim().to_owned(), read_only }
    }

    /// An error unless it ended well.
    pub(super) fn well(self) -> Result<Self> {
        match self.status {
            Status::Ok => Ok(self),
            _ => Err(Error::refused(if self.text.is_empty() { &self.code } else { &self.text })),
        }
    }
}

/// What the server is able to do, in upper case.
pub(super) fn capabilities(found: &[Capability<'_>]) -> BTreeSet<String> {
    let name = |capability: &Capability<'_>| match capability {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
        Capability::Atom(name) => name.to_ascii_uppercase(),
    };
    found.iter().map(name).collect()
}

/// The number of the mail that a FETCH is about.
pub(super) fn uid_of(mail: &[AttributeValue<'_>]) -> Option<u32> {
    mail.iter().find_map(|attribute| if let AttributeValue::Uid(uid) = attribute { Some(*uid) } else { None })
}

/// The octets of a section in a FETCH, as a whole or from an offset on; a server says NIL for one that is empty.
pub(super) fn body_of(
    mail: &[AttributeValue<'_>],
    wanted: Option<&SectionPath>,
    offset: Option<u64>,
) -> Option<Vec<u8>> {
    mail.iter().find_map(|attribute| {
        let AttributeValue::BodySection { section, index, data } = attribute else { return None };
        let is_it = section.as_ref() == wanted && index.map(u64::from) == offset;
        is_it.then(|| data.as_deref().unwrap_or_default().to_vec())
    })
}

/// ` 7-Feb-1994 22:43:04 -0800`.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    let at = strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim_start()).ok()?.to_timestamp().ok()?;
    Some(Timestamp(at.as_millisecond()))
}
