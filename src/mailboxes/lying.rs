//! Mails that lay on a server before their folder was watched, and mails that somebody had thrown away there: the first are
//! taken in silence or left, as is chosen; the second are not wanted, unless somebody restores them. Of each that is left the
//! ledger says why.

use super::gathering::Place;
use super::intake::Room;
use super::ledger::{Inbound, Outcome, Spot};
use super::letter::{Post, Read};
use super::mailbox::{Lying, Mailbox};
use super::store::{self, Fate};
use super::taking::{settled, wait_for_turn};
use super::threading;
use crate::base::{Result, Timestamp};
use crate::events::{Act, Actor};
use crate::mail::imap::Found;
use crate::tickets;

/// How long before its folder was watched a mail has to have come to be history: what came yesterday may wait for an answer.
const BEFORE_MS: i64 = 86_400_000;

/// Why such a mail is left.
const LAY_BEFORE: &str = "mail-reason-lay-before";

/// Rows of mails that are left, in one transaction.
const LEFT_AT_ONCE: usize = 100;

/// What is done with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lot {
    /// It is taken.
    Taken,
    /// It is taken in silence, as history of that time.
    Lain(Timestamp),
    /// It is left where it is; why, as a key of `mail-reason-…`.
    Left(&'static str),
}

impl Lot {
    /// By what the server says of it.
    pub(super) fn of(place: Place<'_>, mail: &Found) -> Self {
        Self::by(place.since_at, place.mailbox.card.lying, mail)
    }

    fn by(since_at: Timestamp, lying: Lying, mail: &Found) -> Self {
        let lain = mail.received_at.filter(|at| since_at.since_ms(*at) > BEFORE_MS);
        match (mail.deleted, lain, lying) {
            // Whoever threw it away knows it; a ticket of it would be one that comes back from the dead.
            (true, ..) => Self::Left(store::THROWN_AWAY),
            (false, Some(_), Lying::Leave) => Self::Left(LAY_BEFORE),
            (false, Some(at), Lying::Take | Lying::Close) => Self::Lain(at),
            (false, None, _) => Self::Taken,
        }
    }
}

impl Room {
    /// Notes mails that are left where they are, and moves the mark of their folder.
    pub(super) async fn leave(
        &self,
        mailbox: &Mailbox,
        folder: &str,
        validity: i64,
        left: &[(Found, &'static str)],
    ) -> Result<()> {
        for some in left.chunks(LEFT_AT_ONCE) {
            let (id, name, some) = (mailbox.id, folder.to_owned(), some.to_vec());
            self.books
                .write(Actor::Mail, move |act| {
                    wait_for_turn(act.db, id)?;
                    for (mail, reason) in &some {
                        let uid = i64::from(mail.uid);
                        let spot = Spot { mailbox: id, folder: name.clone(), uid_validity: validity, uid };
                        let size = i64::try_from(mail.size).unwrap_or(i64::MAX);
                        let row = store::begin(act.db, &spot, None, size, act.now)?;
                        let is_restored = row.reason == store::THROWN_AWAY && row.reason != *reason;
                        if is_restored || !row.outcome.is_settled() {
                            settled(act, &row, &Fate::new(Outcome::Refused, reason, None))?;
                            // Nothing is done with it on the server.
                            store::mark_filed(act.db, &[row.id], act.now)?;
                        }
                    }
                    let highest = some.iter().map(|(mail, _)| i64::from(mail.uid)).max().unwrap_or_default();
                    store::set_folder(act.db, id, &name, validity, highest)
                })
                .await?;
        }
        Ok(())
    }
}

/// What becomes of a letter that is left as it is history, though its server says that it came now; nothing when it is taken.
///
/// A mail that was left was never read, so it is not known again when the server is changed or somebody copies its folder: then
/// it comes with a new number, often with the time of that moment, and all of them at once. So where mails of before are left,
/// a letter that would begin a ticket, or go on with one by what others can know as well, is left, too, if by its own word it
/// was written more than a day before its folder was watched, and no server says that it took it later: a writer's clock may be
/// wrong by years, those of the servers on its way are not. What answers a letter of ours by a secret that we gave is taken
/// whatever its date: it can't be older than what it answers, and an answer that was long on its way is no history.
pub(super) fn left_again(
    act: &mut Act<'_>,
    post: &Post,
    mailbox: &Mailbox,
    row: &Inbound,
    mail: &Read,
) -> Result<Option<Fate<'static>>> {
    if mailbox.card.lying != Lying::Leave || mail.is_history || !is_before(act.now, mail) {
        return Ok(None);
    }
    let since_at = store::folder_state(act.db, row.mailbox, &row.folder)?.map(|folder| folder.since_at);
    if !since_at.is_some_and(|since_at| is_before(since_at, mail)) {
        return Ok(None);
    }
    if threading::thread(act.db, post, mailbox, mail)?.found.is_some_and(|(_, by)| by.is_secret()) {
        return Ok(None);
    }
    // Nothing is done with it on the server.
    store::mark_filed(act.db, &[row.id], act.now)?;
    Ok(Some(Fate::new(Outcome::Refused, LAY_BEFORE, None)))
}

/// Whether the ticket of a letter is closed once it has it: that is chosen for what lay there, and the letter begins the ticket
/// or goes on with one that is closed. Asked before it has it; one that was open until then stays so.
pub(super) fn ends_ticket(
    act: &mut Act<'_>,
    post: &Post,
    mailbox: &Mailbox,
    row: &Inbound,
    mail: &Read,
) -> Result<bool> {
    if mailbox.card.lying != Lying::Close || row.lay_since_at.is_none() {
        return Ok(false);
    }
    Ok(match threading::thread(act.db, post, mailbox, mail)?.found {
        Some((ticket, _)) => tickets::by_id(act.db, ticket)?.closed_at.is_some(),
        None => true,
    })
}

/// Whether all that a letter says of its time lies more than a day before a moment. One that says nothing of it does not.
fn is_before(moment: Timestamp, mail: &Read) -> bool {
    let told = [mail.sent_at, mail.handed_over_at];
    told.iter().flatten().max().is_some_and(|at| moment.since_ms(*at) > BEFORE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_before_its_folder_was_watched_a_mail_is_history_and_what_is_thrown_away_is_left() {
        let since_at = Timestamp(1_700_000_000_000);
        let mail = |received_at, deleted| Found { uid: 1, size: 1, received_at, seen: true, deleted };
        let (yesterday, before) = (since_at.plus_ms(-BEFORE_MS), since_at.plus_ms(-BEFORE_MS - 1));
        for lying in Lying::ALL {
            let of = |received_at, deleted| Lot::by(since_at, *lying, &mail(received_at, deleted));
            assert_eq!(of(Some(yesterday), false), Lot::Taken);
            assert_eq!(of(None, false), Lot::Taken, "of which nobody knows when it came");
            assert_eq!(of(Some(since_at), true), Lot::Left("mail-reason-thrown-away"));
            assert_eq!(of(Some(before), true), Lot::Left("mail-reason-thrown-away"));
        }
        let of = |lying| Lot::by(since_at, lying, &mail(Some(before), false));
        assert_eq!((of(Lying::Take), of(Lying::Close)), (Lot::Lain(before), Lot::Lain(before)));
        assert_eq!(of(Lying::Leave), Lot::Left("mail-reason-lay-before"));
    }
}
