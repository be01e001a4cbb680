//! Tokens are renewed before they end: by one at a time, whatever node it is on, and the new ones are kept before they are
//! used, as the old refresh token may be dead from then on.

use std::time::Duration;

use tokio::time::Instant;

use super::intake::Room;
use super::mailbox::{AUTH_FAILURES_MAX, Mailbox};
use super::registration::{Registration, refused};
use super::sealing::{self, Credential, Held, Seal};
use super::store;
use crate::base::id::MailboxId;
use crate::base::{Error, Message, Result, Timestamp};
use crate::config::Secret;
use crate::db::Db;
use crate::events::{Act, Actor, Event};
use crate::mail::oauth;

/// How long who renews is alone with it; longer than a token server may take.
const LEASE_MS: i64 = 60_000;

/// How old an access token gets, however long it is good for: a refresh token that nobody uses dies.
const AGE_MS_MAX: i64 = 20 * 3_600_000;

/// How long one waits for who renews.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// How often one looks whether that is done.
const LOOK: Duration = Duration::from_millis(200);

/// How long is waited before something is written down again that the database could not take.
const AGAIN: Duration = Duration::from_secs(1);

/// What came of somebody's turn to renew.
enum Turn {
    /// A token that can be used.
    Fresh(Secret),
    /// Somebody was faster; these are the new ones.
    Known(Held),
    /// It is somebody else's turn.
    Others,
}

/// An access token that is fresh enough.
///
/// # Errors
/// [`Error::Conflict`] when somebody has to sign in, or the token server can't be asked.
pub(super) async fn fresh(room: &Room, mailbox: &Mailbox, mut held: Held) -> Result<Secret> {
    let began = Instant::now();
    loop {
        let now = room.books.clock().now();
        if now < due_at(&held) {
            return Ok(held.access);
        }
        let is_good = now < held.expires_at;
        let Some(refresh) = held.refresh.clone().filter(|_| mailbox.auth_failures < AUTH_FAILURES_MAX) else {
            return if is_good { Ok(held.access) } else { Err(sign_in_again()) };
        };
        // A task of its own: who waits for it may be stopped at any moment, and what the server gives is all there is then.
        let turn = tokio::spawn(take_turn(room.clone(), mailbox.clone(), held.clone(), refresh, is_good));
        match turn.await.map_err(|e| Error::internal("renewing a token", e))?? {
            Turn::Fresh(access) => return Ok(access),
            Turn::Known(others) => held = others,
            Turn::Others if is_good => return Ok(held.access),
            Turn::Others if began.elapsed() > WAIT_MAX => {
                return Err(Error::Conflict(Message::new("error-mail-renewing")));
            }
            Turn::Others => {
                tokio::time::sleep(LOOK).await;
                held = read(room, mailbox).await?;
            }
        }
    }
}

/// When the tokens are to be renewed.
fn due_at(held: &Held) -> Timestamp {
    oauth::refresh_at(held.granted_at, held.expires_at).min(held.granted_at.plus_ms(AGE_MS_MAX))
}

/// Renews the tokens that were not renewed for most of a day: of a mailbox whose connection lives long nobody asks for them.
/// Those that are switched off or were given up are left alone.
///
/// # Errors
/// Those of the database; a mailbox whose tokens can't be renewed says so itself, and holds up no other.
pub async fn renew_due(room: &Room) -> Result<()> {
    let now = room.books.clock().now();
    for mailbox in room.books.read(store::mailboxes).await?.into_iter().filter(Mailbox::is_tried) {
        let (id, seal) = (mailbox.id, room.seal);
        match room.books.read(move |db| now_held(db, &seal, id)).await {
            Ok(Some(held)) if held.granted_at.plus_ms(AGE_MS_MAX) <= now => {
                if let Err(error) = fresh(room, &mailbox, held).await {
                    tracing::warn!(mailbox = mailbox.card.name, %error, "its tokens were not renewed today");
                }
            }
            Err(error @ Error::Busy(_)) => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Renews the tokens that were `held`, unless somebody else does or has.
async fn take_turn(room: Room, mailbox: Mailbox, held: Held, refresh: Secret, is_good: bool) -> Result<Turn> {
    // Whoever stops the desk waits for this.
    let _renewing = room.renewing.clone().read_owned().await;
    let id = mailbox.id;
    let has =
        room.books.write(Actor::Mail, move |act| store::lease_renewing(act.db, id, act.now, act.now.plus_ms(LEASE_MS)));
    if !has.await? {
        return Ok(Turn::Others);
    }
    let turn = match read(&room, &mailbox).await {
        Ok(now_held) if now_held.access == held.access => renew(&room, &mailbox, held, refresh, is_good).await,
        // Somebody was faster between the look and the lease.
        others => others.map(Turn::Known),
    };
    write_down(&room, move |act| store::end_renewing(act.db, id)).await?;
    turn
}

/// Writes down what must not be lost: what the database can't take now it is given again until it can.
async fn write_down<T: Send + 'static>(
    room: &Room,
    work: impl FnOnce(&mut Act<'_>) -> Result<T> + Clone + Send + 'static,
) -> Result<T> {
    let mut told = false;
    loop {
        match room.books.write(Actor::Mail, work.clone()).await {
            Err(error @ Error::Busy(_)) => {
                if !std::mem::replace(&mut told, true) {
                    tracing::warn!(%error, "what a token server said can't be written down yet; it is tried again");
                }
                tokio::time::sleep(AGAIN).await;
            }
            done => return done,
        }
    }
}

async fn read(room: &Room, mailbox: &Mailbox) -> Result<Held> {
    let (id, seal) = (mailbox.id, room.seal);
    room.books.read(move |db| now_held(db, &seal, id)).await?.ok_or_else(sign_in_again)
}

fn now_held(db: &mut Db, seal: &Seal, id: MailboxId) -> Result<Option<Held>> {
    Ok(match sealing::credential(db, seal, id)? {
        Some(Credential::Tokens(held)) => Some(held),
        _ => None,
    })
}

async fn renew(room: &Room, mailbox: &Mailbox, held: Held, refresh: Secret, is_good: bool) -> Result<Turn> {
    let (id, seal, auth) = (mailbox.id, room.seal, mailbox.card.auth);
    let registration = Registration::of(&mailbox.card);
    let secret = room.books.read(move |db| sealing::client_secret(db, &seal, id)).await?;
    let client = registration.client(auth, secret)?;
    match oauth::refresh(&room.trust, &client, &refresh).await {
        Ok(tokens) => {
            let new = Held::granted(tokens, room.books.clock().now());
            let (access, known) = (new.access.clone(), mailbox.needs_sign_in_at);
            write_down(room, move |act| {
                // Who signed in meanwhile has others, which stay.
                if now_held(act.db, &seal, id)?.is_none_or(|now| now.access != held.access) {
                    return Ok(());
                }
                sealing::renew_tokens(act, &seal, id, &new)?;
                store::set_needs_sign_in(act.db, id, registration.ends_at(auth, act.now, known))?;
                let own = store::mailbox_by_id(act.db, id)?;
                if own.auth_failures >= AUTH_FAILURES_MAX {
                    // It was given up while these could not be written down.
                    store::forget_failures(act.db, id, act.now)?;
                    act.record(Event::MailboxChanged { mailbox: id, name: own.card.name });
                }
                Ok(())
            })
            .await?;
            Ok(Turn::Fresh(access))
        }
        Err(why @ oauth::Error::SignInAgain(_)) => {
            let failure = why.to_string();
            let others = write_down(room, move |act| {
                // The refresh token may be dead because somebody was slow to write down what he got for it, or it may be
                // somebody's no more.
                let now = now_held(act.db, &seal, id)?;
                if now.as_ref().is_none_or(|now| now.access != held.access) {
                    return Ok(now);
                }
                store::note_failure(act.db, id, None, &failure, false, act.now)?;
                // Asking again can't help, and would only lock the account.
                store::stop_trying(act.db, id, AUTH_FAILURES_MAX, act.now)?;
                act.record(Event::MailboxFailing { mailbox: id, failure });
                Ok(None)
            });
            others.await?.map(Turn::Known).ok_or_else(sign_in_again)
        }
        Err(why) => {
            tracing::warn!(mailbox = mailbox.card.name, failure = %why, "a token could not be renewed; it is tried again");
            if is_good { Ok(Turn::Fresh(held.access)) } else { Err(refused(&why)) }
        }
    }
}

fn sign_in_again() -> Error {
    Error::Conflict(Message::new("error-mailbox-sign-in-again"))
}
