//! SQL of mailboxes.

use diesel::prelude::*;

use super::states;
use crate::base::id::{MailboxId, TeamId};
use crate::base::{Result, Timestamp};
use crate::db::schema::{mailbox_good_settings as g, mailboxes as m};
use crate::db::{Db, inserted_id};
use crate::mailboxes::mailbox::{
    AUTH_FAILURES_MAX, AfterTaking, Auth, Endpoint, Lying, Mailbox, MailboxCard, Security, SendingState,
};

/// Mailboxes that a desk may have.
pub const MAILBOXES_MAX: i64 = 200;

/// Settings that are kept, the sealed password among them, and when they were changed.
type GoodSettings = (String, Option<Vec<u8>>, Timestamp);

type EndpointRow = (String, i64, Security, String);
type CardRow = (
    (String, String, Option<TeamId>, Option<String>, String, Auth, String, String),
    (AfterTaking, String, i64, i64, bool, String, bool, String, String, Lying),
);
type SeenRow = (
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<String>,
    Option<Timestamp>,
    i64,
    (Option<Timestamp>, Option<String>, i64),
    Timestamp,
    Timestamp,
);
type Row = (MailboxId, CardRow, EndpointRow, EndpointRow, bool, SeenRow);

macro_rules! columns {
    () => {
        (
            m::id,
            (
                (m::name, m::address, m::team_id, m::language, m::login, m::auth, m::oauth, m::folders),
                (
                    m::after_taking,
                    m::taken_folder,
                    m::size_max_bytes,
                    m::reopen_days,
                    m::acknowledges,
                    m::authserv_id,
                    m::sends_verp,
                    m::dkim_domain,
                    m::dkim_selector,
                    m::lying,
                ),
            ),
            (m::imap_host, m::imap_port, m::imap_security, m::imap_pin),
            (m::smtp_host, m::smtp_port, m::smtp_security, m::smtp_pin),
            m::secret.is_not_null(),
            (
                m::disabled_at,
                m::fetched_at,
                m::newest_mail_at,
                m::failing_since_at,
                m::failure,
                m::needs_sign_in_at,
                m::auth_failures,
                (m::smtp_failing_since_at, m::smtp_failure, m::smtp_auth_failures),
                m::updated_at,
                m::created_at,
            ),
        )
    };
}

fn mailbox((id, (own, ways), imap, smtp, has_secret, seen): Row) -> Mailbox {
    let (name, address, team, language, login, auth, oauth, folders) = own;
    let (
        after_taking,
        taken_folder,
        size_bytes_max,
        reopen_days,
        acknowledges,
        authserv_id,
        sends_verp,
        domain,
        selector,
        lying,
    ) = ways;
    let endpoint = |(host, port, security, pin)| Endpoint { host, port, security, pin };
    let (
        disabled_at,
        fetched_at,
        newest_mail_at,
        failing_since_at,
        failure,
        needs_sign_in_at,
        auth_failures,
        (smtp_failing_since_at, smtp_failure, smtp_auth_failures),
        updated_at,
        created_at,
    ) = seen;
    Mailbox {
        id,
        card: MailboxCard {
            name,
            address,
            team,
            language,
            imap: endpoint(imap),
            smtp: endpoint(smtp),
            login,
            auth,
            oauth,
            folders,
            after_taking,
            taken_folder,
            size_bytes_max,
            reopen_days,
            acknowledges,
            authserv_id,
            sends_verp,
            dkim_domain: domain,
            dkim_selector: selector,
            lying,
        },
        has_secret,
        disabled_at,
        fetched_at,
        newest_mail_at,
        failing_since_at,
        failure,
        needs_sign_in_at,
        auth_failures,
        sending: SendingState {
            failing_since_at: smtp_failing_since_at,
            failure: smtp_failure,
            auth_failures: smtp_auth_failures,
        },
        updated_at,
        created_at,
    }
}

/// All mailboxes by name, those that are switched off at the end.
pub fn mailboxes(db: &mut Db) -> Result<Vec<Mailbox>> {
    let rows: Vec<Row> = m::table.order((m::name, m::id)).limit(MAILBOXES_MAX).select(columns!()).load(db)?;
    let mut all: Vec<Mailbox> = rows.into_iter().map(mailbox).collect();
    all.sort_by_key(|mailbox| mailbox.disabled_at.is_some());
    Ok(all)
}

/// The addresses of all mailboxes.
pub(in crate::mailboxes) fn own_addresses(db: &mut Db) -> Result<Vec<String>> {
    Ok(m::table.select(m::address).limit(MAILBOXES_MAX).load(db)?)
}

/// One mailbox.
pub fn mailbox_by_id(db: &mut Db, id: MailboxId) -> Result<Mailbox> {
    Ok(mailbox(m::table.find(id).select(columns!()).first(db)?))
}

macro_rules! set {
    ($card:expr, $now:expr) => {
        (
            (
                m::name.eq(&$card.name),
                m::address.eq(&$card.address),
                m::team_id.eq($card.team),
                m::language.eq(&$card.language),
                m::login.eq(&$card.login),
                m::auth.eq($card.auth),
                m::oauth.eq(&$card.oauth),
                m::folders.eq(&$card.folders),
                m::imap_host.eq(&$card.imap.host),
                m::imap_port.eq($card.imap.port),
                m::imap_security.eq($card.imap.security),
                m::imap_pin.eq(&$card.imap.pin),
                m::smtp_host.eq(&$card.smtp.host),
                m::smtp_port.eq($card.smtp.port),
                m::smtp_security.eq($card.smtp.security),
                m::smtp_pin.eq(&$card.smtp.pin),
            ),
            (
                m::after_taking.eq($card.after_taking),
                m::taken_folder.eq(&$card.taken_folder),
                m::size_max_bytes.eq($card.size_bytes_max),
                m::reopen_days.eq($card.reopen_days),
                m::acknowledges.eq($card.acknowledges),
                m::authserv_id.eq(&$card.authserv_id),
                m::sends_verp.eq($card.sends_verp),
                m::dkim_domain.eq(&$card.dkim_domain),
                m::dkim_selector.eq(&$card.dkim_selector),
                m::lying.eq($card.lying),
                m::updated_at.eq($now),
                m::auth_failures.eq(0),
                m::smtp_auth_failures.eq(0),
            ),
        )
    };
}

pub(in crate::mailboxes) fn insert_mailbox(db: &mut Db, card: &MailboxCard, now: Timestamp) -> Result<MailboxId> {
    let row = (set!(card, now), m::created_at.eq(now));
    Ok(inserted_id!(db, m::table, m::id, row)?)
}

/// Changes what is set; what went wrong before is forgotten, as it may be mended.
pub(in crate::mailboxes) fn update_mailbox(
    db: &mut Db,
    id: MailboxId,
    card: &MailboxCard,
    now: Timestamp,
) -> Result<()> {
    let before = states::watched(db, id)?;
    diesel::update(m::table.find(id)).set(set!(card, now)).execute(db)?;
    states::watch_anew(db, id, &before, now)?;
    states::forget_unwatched(db, id)
}

pub(in crate::mailboxes) fn set_disabled(
    db: &mut Db,
    id: MailboxId,
    at: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    diesel::update(m::table.find(id)).set((m::disabled_at.eq(at), m::updated_at.eq(now))).execute(db)?;
    Ok(())
}

/// The sealed password or tokens.
pub(in crate::mailboxes) fn sealed_secret(db: &mut Db, id: MailboxId) -> Result<Option<Vec<u8>>> {
    Ok(m::table.find(id).select(m::secret).first(db)?)
}

/// Replaces the sealed tokens; what is known of failures stays.
pub(in crate::mailboxes) fn set_secret(db: &mut Db, id: MailboxId, secret: &[u8]) -> Result<()> {
    diesel::update(m::table.find(id)).set(m::secret.eq(secret)).execute(db)?;
    Ok(())
}

/// The sealed secret of our registration.
pub(in crate::mailboxes) fn sealed_client_secret(db: &mut Db, id: MailboxId) -> Result<Option<Vec<u8>>> {
    Ok(m::table.find(id).select(m::client_secret).first(db)?)
}

pub(in crate::mailboxes) fn set_client_secret(db: &mut Db, id: MailboxId, sealed: &[u8]) -> Result<()> {
    diesel::update(m::table.find(id)).set(m::client_secret.eq(sealed)).execute(db)?;
    Ok(())
}

/// A sealed sign-in that has begun.
pub(in crate::mailboxes) fn sealed_sign_in(db: &mut Db, id: MailboxId) -> Result<Option<Vec<u8>>> {
    Ok(m::table.find(id).select(m::sign_in).first(db)?)
}

pub(in crate::mailboxes) fn set_sign_in(db: &mut Db, id: MailboxId, sealed: Option<&[u8]>) -> Result<()> {
    diesel::update(m::table.find(id)).set(m::sign_in.eq(sealed)).execute(db)?;
    Ok(())
}

/// Forgets how a mailbox signs in, and a sign-in that has begun; the secret of our registration as well, where it is to be.
pub(in crate::mailboxes) fn forget_secrets(db: &mut Db, id: MailboxId, of_registration: bool) -> Result<()> {
    let none = (
        m::secret.eq(None::<Vec<u8>>),
        m::sign_in.eq(None::<Vec<u8>>),
        m::needs_sign_in_at.eq(None::<Timestamp>),
        m::sign_in_told_at.eq(None::<Timestamp>),
    );
    diesel::update(m::table.find(id)).set(none).execute(db)?;
    if of_registration {
        diesel::update(m::table.find(id)).set(m::client_secret.eq(None::<Vec<u8>>)).execute(db)?;
    }
    Ok(())
}

/// Takes the right to renew tokens; says whether it has it.
pub(in crate::mailboxes) fn lease_renewing(
    db: &mut Db,
    id: MailboxId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let free = m::renewing_until_at.is_null().or(m::renewing_until_at.lt(now));
    let taken = diesel::update(m::table.find(id).filter(free.assume_not_null()));
    Ok(taken.set(m::renewing_until_at.eq(until)).execute(db)? > 0)
}

/// Gives that right back.
pub(in crate::mailboxes) fn end_renewing(db: &mut Db, id: MailboxId) -> Result<()> {
    diesel::update(m::table.find(id)).set(m::renewing_until_at.eq(None::<Timestamp>)).execute(db)?;
    Ok(())
}

/// Tries a mailbox no more until somebody signs in.
pub(in crate::mailboxes) fn stop_trying(db: &mut Db, id: MailboxId, failures: i64, now: Timestamp) -> Result<()> {
    diesel::update(m::table.find(id)).set((m::auth_failures.eq(failures), m::needs_sign_in_at.eq(now))).execute(db)?;
    Ok(())
}

/// Tries a mailbox again, as if it had never failed.
pub(in crate::mailboxes) fn forget_failures(db: &mut Db, id: MailboxId, now: Timestamp) -> Result<()> {
    let none = (m::auth_failures.eq(0), m::smtp_auth_failures.eq(0), m::updated_at.eq(now));
    diesel::update(m::table.find(id)).set(none).execute(db)?;
    Ok(())
}

/// Those that send nothing: they are switched off, or their sign-in was refused too often.
pub(in crate::mailboxes) fn resting(db: &mut Db) -> Result<Vec<MailboxId>> {
    let rest = m::disabled_at.is_not_null().or(m::smtp_auth_failures.ge(AUTH_FAILURES_MAX));
    Ok(m::table.filter(rest).select(m::id).limit(MAILBOXES_MAX).load(db)?)
}

/// The sealed key for DKIM.
pub(in crate::mailboxes) fn sealed_dkim_key(db: &mut Db, id: MailboxId) -> Result<Option<Vec<u8>>> {
    Ok(m::table.find(id).select(m::dkim_key).first(db)?)
}

/// Keeps a sealed secret, the sealed key, or both.
pub(in crate::mailboxes) fn seal_in(
    db: &mut Db,
    id: MailboxId,
    secret: Option<&[u8]>,
    dkim_key: Option<&[u8]>,
    now: Timestamp,
) -> Result<()> {
    if let Some(secret) = secret {
        let cleared = (
            m::secret.eq(secret),
            m::needs_sign_in_at.eq(None::<Timestamp>),
            m::sign_in_told_at.eq(None::<Timestamp>),
            m::auth_failures.eq(0),
            m::smtp_auth_failures.eq(0),
            m::updated_at.eq(now),
        );
        diesel::update(m::table.find(id)).set(cleared).execute(db)?;
    }
    if let Some(key) = dkim_key {
        diesel::update(m::table.find(id)).set(m::dkim_key.eq(key)).execute(db)?;
    }
    Ok(())
}

/// Takes or renews the right to fetch for a node; says whether it has it.
pub(in crate::mailboxes) fn lease(
    db: &mut Db,
    id: MailboxId,
    node: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let free = m::leased_by.is_null().or(m::leased_by.eq(node)).or(m::leased_until_at.lt(now));
    let taken = diesel::update(m::table.find(id).filter(free.assume_not_null()))
        .set((m::leased_by.eq(node), m::leased_until_at.eq(until)))
        .execute(db)?;
    Ok(taken > 0)
}

/// Gives the right to fetch back.
pub(in crate::mailboxes) fn release(db: &mut Db, id: MailboxId, node: &str) -> Result<()> {
    let own = m::table.find(id).filter(m::leased_by.eq(node));
    diesel::update(own).set((m::leased_by.eq(None::<String>), m::leased_until_at.eq(None::<Timestamp>))).execute(db)?;
    Ok(())
}

/// Notes that somebody has to sign in again by then, or need not.
pub(in crate::mailboxes) fn set_needs_sign_in(db: &mut Db, id: MailboxId, at: Option<Timestamp>) -> Result<()> {
    let known: Option<Timestamp> = m::table.find(id).select(m::needs_sign_in_at).first(db)?;
    if known != at {
        // Who was told of the one was not told of the other.
        let other = (m::needs_sign_in_at.eq(at), m::sign_in_told_at.eq(None::<Timestamp>));
        diesel::update(m::table.find(id)).set(other).execute(db)?;
    }
    Ok(())
}

/// Notes when the newest mail was taken.
pub(in crate::mailboxes) fn note_new_mail(db: &mut Db, id: MailboxId, now: Timestamp) -> Result<()> {
    diesel::update(m::table.find(id)).set(m::newest_mail_at.eq(now)).execute(db)?;
    Ok(())
}

/// What is kept of a mailbox.
pub(in crate::mailboxes) fn good_settings(db: &mut Db, id: MailboxId) -> Result<Option<GoodSettings>> {
    Ok(g::table.find(id).select((g::settings, g::secret, g::until_at)).first(db).optional()?)
}

/// Keeps settings in the place of those before.
pub(in crate::mailboxes) fn put_good_settings(
    db: &mut Db,
    id: MailboxId,
    settings: &str,
    secret: Option<&[u8]>,
    now: Timestamp,
) -> Result<()> {
    forget_good_settings(db, id)?;
    let row = (g::mailbox_id.eq(id), g::settings.eq(settings), g::secret.eq(secret), g::until_at.eq(now));
    diesel::insert_into(g::table).values(row).execute(db)?;
    Ok(())
}

/// Forgets what is kept.
pub(in crate::mailboxes) fn forget_good_settings(db: &mut Db, id: MailboxId) -> Result<()> {
    diesel::delete(g::table.find(id)).execute(db)?;
    Ok(())
}
