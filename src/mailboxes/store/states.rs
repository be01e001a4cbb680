//! SQL of how mailboxes are: what went wrong with their folders and with sending, and since when.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::base::id::MailboxId;
use crate::base::{Result, Timestamp};
use crate::db::schema::{mail_folders as f, mailboxes as m};
use crate::db::{Db, each_backend};
use crate::mailboxes::mailbox::folders;

use super::mailboxes::MAILBOXES_MAX;

/// How long a folder may not have been read, for what came meanwhile to be new though its mailbox leads elsewhere now: a week.
const UNREAD_MS: i64 = 7 * 86_400_000;

/// Notes that a letter could not be handed over, and whether the sign-in was refused; says whether that is new.
pub(in crate::mailboxes) fn note_not_sending(
    db: &mut Db,
    id: MailboxId,
    failure: &str,
    refused: bool,
    now: Timestamp,
) -> Result<bool> {
    let since: Option<Timestamp> = m::table.find(id).select(m::smtp_failing_since_at).first(db)?;
    diesel::update(m::table.find(id))
        .set((
            m::smtp_failing_since_at.eq(since.or(Some(now))),
            m::smtp_failure.eq(failure),
            m::smtp_auth_failures.eq(m::smtp_auth_failures + i64::from(refused)),
        ))
        .execute(db)?;
    Ok(since.is_none())
}

/// Notes that letters can be handed over; says whether that is new.
pub(in crate::mailboxes) fn note_sending(db: &mut Db, id: MailboxId) -> Result<bool> {
    let failing = m::smtp_failing_since_at.is_not_null().or(m::smtp_auth_failures.gt(0));
    let mended = diesel::update(m::table.find(id).filter(failing)).set((
        m::smtp_failing_since_at.eq(None::<Timestamp>),
        m::smtp_failure.eq(None::<String>),
        m::smtp_auth_failures.eq(0),
    ));
    Ok(mended.execute(db)? > 0)
}

/// How long after the first of so many waves of refused sign-ins the next can't have begun: three quarters of the pause
/// that each folder makes then, the shortest that it can be.
fn wave_ms(waves: i64) -> i64 {
    750 << (waves - 1).clamp(0, 8)
}

/// Has the next refused sign-in counted whenever it is: the daemon begins, and tries at once.
pub(in crate::mailboxes) fn end_waves(db: &mut Db) -> Result<()> {
    let known = m::table.filter(m::refused_at.is_not_null());
    diesel::update(known).set(m::refused_at.eq(None::<Timestamp>)).execute(db)?;
    Ok(())
}

/// Notes what went wrong with a folder, or with the whole mailbox, and whether the sign-in was refused; says whether it is
/// new that the mailbox fails. All folders of a mailbox are refused at about the same time, and that counts once.
pub(in crate::mailboxes) fn note_failure(
    db: &mut Db,
    id: MailboxId,
    folder: Option<&str>,
    failure: &str,
    refused: bool,
    now: Timestamp,
) -> Result<bool> {
    let known = m::table.find(id).select((m::failing_since_at, m::auth_failures, m::refused_at));
    let (since, failures, refused_at): (Option<Timestamp>, i64, Option<Timestamp>) = known.first(db)?;
    let is_wave = refused && (failures == 0 || refused_at.is_none_or(|at| now.since_ms(at) >= wave_ms(failures)));
    let counted = (
        m::auth_failures.eq(failures + i64::from(is_wave)),
        m::refused_at.eq(if is_wave { Some(now) } else { refused_at }),
    );
    let Some(folder) = folder else {
        let failing = (m::failing_since_at.eq(since.or(Some(now))), m::failure.eq(failure), counted);
        diesel::update(m::table.find(id)).set(failing).execute(db)?;
        return Ok(since.is_none());
    };
    diesel::update(m::table.find(id)).set(counted).execute(db)?;
    let own = f::table.find((id, folder));
    let known: Option<Option<Timestamp>> = own.select(f::failing_since_at).first(db).optional()?;
    let failing = (f::failing_since_at.eq(known.flatten().unwrap_or(now)), f::failure.eq(failure));
    if known.is_some() {
        diesel::update(own).set(failing).execute(db)?;
    } else {
        // The server never told of it, so of its life nothing is known.
        let unseen = (f::uid_validity.eq(0), f::uid_high.eq(0), f::unaccounted.eq(0), f::on_server.eq(0));
        let row = (f::mailbox_id.eq(id), f::name.eq(folder), f::since_at.eq(now), unseen, failing);
        diesel::insert_into(f::table).values(row).execute(db)?;
    }
    be_as_the_folders(db, id)?;
    Ok(since.is_none())
}

/// Notes that a folder was read to the end, and why the server could not be told so; says whether the mailbox failed before
/// and does no more.
pub(in crate::mailboxes) fn note_fetched(
    db: &mut Db,
    id: MailboxId,
    folder: &str,
    unfiled: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let since: Option<Timestamp> = m::table.find(id).select(m::failing_since_at).first(db)?;
    let read = (
        f::fetched_at.eq(now),
        f::failing_since_at.eq(None::<Timestamp>),
        f::failure.eq(None::<String>),
        f::behind_since_at.eq(None::<Timestamp>),
        f::unfiled.eq(unfiled),
    );
    diesel::update(f::table.find((id, folder))).set(read).execute(db)?;
    Ok(be_as_the_folders(db, id)? && since.is_some())
}

/// Notes that mails are known to stand in a folder that are not taken.
pub(in crate::mailboxes) fn note_behind(db: &mut Db, id: MailboxId, folder: &str, now: Timestamp) -> Result<()> {
    let level = f::table.find((id, folder)).filter(f::behind_since_at.is_null());
    diesel::update(level).set(f::behind_since_at.eq(now)).execute(db)?;
    Ok(())
}

/// Notes that the server took the sign-in of a mailbox as it was set up then, so that refusals before that count no more.
pub(in crate::mailboxes) fn note_signed_in(db: &mut Db, id: MailboxId, set_up_at: Timestamp) -> Result<()> {
    let own = m::table.find(id).filter(m::updated_at.eq(set_up_at)).filter(m::auth_failures.gt(0));
    diesel::update(own).set(m::auth_failures.eq(0)).execute(db)?;
    Ok(())
}

/// What of a mailbox says which folders are watched: the server, the account, and their names.
pub(super) type Watched = (String, String, String);

/// What it is now.
pub(super) fn watched(db: &mut Db, id: MailboxId) -> Result<Watched> {
    Ok(m::table.find(id).select((m::imap_host, m::login, m::folders)).first(db)?)
}

/// Has folders that were not watched `before` begin anew, as they lie on another server, belong to another account, or were
/// watched long ago: what came there before is history. But what came since they were last read is not, for some days: it may
/// have been a fault that is mended now, or the same account by another name.
pub(super) fn watch_anew(db: &mut Db, id: MailboxId, before: &Watched, now: Timestamp) -> Result<()> {
    let (host, login, names) = watched(db, id)?;
    let is_same = (&host, &login) == (&before.0, &before.1);
    if !is_same {
        // Its numbers are others, whatever its server says of their validity.
        let own = f::table.filter(f::mailbox_id.eq(id));
        diesel::update(own).set(f::account.eq(f::account + 1)).execute(db)?;
    }
    let known = if is_same { folders(&before.2) } else { Vec::new() };
    let begun: Vec<String> = folders(&names).into_iter().filter(|name| !known.contains(name)).collect();
    let rows = f::table.filter(f::mailbox_id.eq(id)).filter(f::name.eq_any(begun));
    let rows: Vec<(String, Timestamp, Option<Timestamp>)> =
        rows.select((f::name, f::since_at, f::fetched_at)).load(db)?;
    for (name, since_at, fetched_at) in rows {
        let anew = fetched_at.unwrap_or(since_at).max(now.plus_ms(-UNREAD_MS));
        diesel::update(f::table.find((id, name))).set(f::since_at.eq(anew)).execute(db)?;
    }
    Ok(())
}

/// Forgets what went wrong with folders that are watched no more.
pub(super) fn forget_unwatched(db: &mut Db, id: MailboxId) -> Result<()> {
    let watched: String = m::table.find(id).select(m::folders).first(db)?;
    let others = f::table.filter(f::mailbox_id.eq(id)).filter(f::name.ne_all(folders(&watched)));
    let forgotten = (
        f::unaccounted.eq(0),
        f::failing_since_at.eq(None::<Timestamp>),
        f::failure.eq(None::<String>),
        f::behind_since_at.eq(None::<Timestamp>),
        f::unfiled.eq(None::<String>),
        f::withheld.eq(None::<String>),
    );
    diesel::update(others).set(forgotten).execute(db)?;
    be_as_the_folders(db, id).map(drop)
}

/// Mails that came off a server within an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::QueryableByName)]
pub struct MailHour {
    /// The mailbox.
    #[diesel(sql_type = BigInt)]
    pub mailbox: MailboxId,
    /// Which hour, counted from 1970-01-01 00:00 UTC.
    #[diesel(sql_type = BigInt)]
    pub hour: i64,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub mails: i64,
}

/// How many mails came off the servers since then, by mailbox and hour; hours without any, and mails of long ago, are left
/// out.
pub fn mails_by_hour(db: &mut Db, since: Timestamp) -> Result<Vec<MailHour>> {
    const BY_HOUR: &str = "SELECT mailbox_id AS mailbox, seen_at / 3600000 AS hour, count(*) AS mails FROM inbound_mails \
        WHERE seen_at >= $1 AND uid_validity <> 0 AND lay_since_at IS NULL AND blob IS NOT NULL \
        GROUP BY mailbox_id, seen_at / 3600000";
    Ok(each_backend!(db, c => diesel::sql_query(BY_HOUR).bind::<BigInt, _>(since).load(c))?)
}

type Seen = (String, Option<Timestamp>, Option<Timestamp>, Option<String>);

/// A mailbox is as good as the worst of its folders, and read when all of them are; says whether none fails.
fn be_as_the_folders(db: &mut Db, id: MailboxId) -> Result<bool> {
    let watched: String = m::table.find(id).select(m::folders).first(db)?;
    let watched = folders(&watched);
    let own = f::table.filter(f::mailbox_id.eq(id)).filter(f::name.eq_any(watched.clone()));
    let seen: Vec<Seen> = own.select((f::name, f::fetched_at, f::failing_since_at, f::failure)).load(db)?;
    let all_fetched = seen.len() == watched.len() && seen.iter().all(|(_, fetched_at, ..)| fetched_at.is_some());
    let fetched_at = seen.iter().filter_map(|(_, fetched_at, ..)| *fetched_at).min().filter(|_| all_fetched);
    let worst = seen.into_iter().filter_map(|(name, _, since, why)| Some((since?, name, why?))).min();
    let failing_since_at = worst.as_ref().map(|(since, ..)| *since);
    let failure = worst.map(|(_, name, why)| if watched.len() > 1 { format!("{name}: {why}") } else { why });
    diesel::update(m::table.find(id))
        .set((m::fetched_at.eq(fetched_at), m::failing_since_at.eq(failing_since_at), m::failure.eq(failure)))
        .execute(db)?;
    Ok(failing_since_at.is_none())
}

/// Mailboxes that need a sign-in before then, of which the admins were not told.
pub(in crate::mailboxes) fn sign_ins_untold(db: &mut Db, before: Timestamp) -> Result<Vec<MailboxId>> {
    let untold = m::table.filter(m::disabled_at.is_null()).filter(m::sign_in_told_at.is_null());
    Ok(untold.filter(m::needs_sign_in_at.le(before)).select(m::id).limit(MAILBOXES_MAX).load(db)?)
}

pub(in crate::mailboxes) fn note_sign_in_told(db: &mut Db, id: MailboxId, now: Timestamp) -> Result<()> {
    diesel::update(m::table.find(id)).set(m::sign_in_told_at.eq(now)).execute(db)?;
    Ok(())
}
