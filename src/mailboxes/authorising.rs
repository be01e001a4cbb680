//! Somebody signs a mailbox in with Microsoft or Google. What has begun is kept sealed with the mailbox until it is done, so
//! it survives a restart and may go on at another node.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::intake::Room;
use super::mailbox::{Auth, Mailbox};
use super::registration::{Registration, refused};
use super::sealing::{self, Credential, Held, Seal};
use super::store;
use crate::base::id::MailboxId;
use crate::base::{Error, Message, Result, Timestamp};
use crate::config::Secret;
use crate::events::{Act, By, Event};
use crate::mail::oauth::microsoft::Polled;
use crate::mail::oauth::{Tokens, google, microsoft};

/// How long somebody may take at Google.
const GOOGLE_MS: i64 = 15 * 60_000;

/// A sign-in that has begun, as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Begun {
    Microsoft { user_code: String, page: String, device_code: String, interval_ms: i64, next_at: i64, ends_at: i64 },
    Google { session: String, state: String, verifier: String, ends_at: i64 },
}

/// What somebody has to do elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What to type.
    pub user_code: String,
    /// The page to type it into.
    pub page: String,
    /// Until when.
    pub ends_at: Timestamp,
}

/// How far a sign-in with Microsoft is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// None has begun.
    None,
    /// Somebody has to do something elsewhere.
    Waiting(Waiting),
    /// It is done.
    Done,
    /// Whoever was asked said no.
    Declined,
    /// It took too long.
    Expired,
}

/// Begins a sign-in with Microsoft.
///
/// # Errors
/// [`Error::Conflict`] with what the token server says.
pub async fn begin_microsoft(room: &Room, by: By, mailbox: &Mailbox) -> Result<()> {
    let microsoft = Registration::of(&mailbox.card).microsoft()?;
    let pending = microsoft::begin(&room.trust, &microsoft).await.map_err(|why| refused(&why))?;
    let (id, seal) = (mailbox.id, room.seal);
    let interval_ms = i64::try_from(pending.interval.as_millis()).unwrap_or(i64::MAX);
    room.books
        .write(by, move |act| {
            let begun = Begun::Microsoft {
                user_code: pending.user_code.clone(),
                page: pending.page.clone(),
                device_code: pending.device_code.reveal().to_owned(),
                interval_ms,
                next_at: act.now.plus_ms(interval_ms).0,
                ends_at: act.now.plus_ms(pending.life_ms).0,
            };
            sealing::keep_sign_in(act, &seal, id, Some(&begun))
        })
        .await
}

/// How far a sign-in with Microsoft is; asks there when it is time to.
///
/// # Errors
/// [`Error::Conflict`] with what the token server says.
pub async fn poll_microsoft(room: &Room, by: By, mailbox: &Mailbox) -> Result<SignIn> {
    let (id, seal) = (mailbox.id, room.seal);
    let begun: Option<Begun> = room.books.read(move |db| sealing::sign_in(db, &seal, id)).await?;
    let Some(Begun::Microsoft { user_code, page, device_code, interval_ms, next_at, ends_at }) = begun else {
        return Ok(SignIn::None);
    };
    let now = room.books.clock().now();
    let waiting =
        SignIn::Waiting(Waiting { user_code: user_code.clone(), page: page.clone(), ends_at: Timestamp(ends_at) });
    if now.0 < next_at {
        return Ok(waiting);
    }
    let pending = microsoft::Pending {
        user_code: user_code.clone(),
        page: page.clone(),
        device_code: Secret::new(device_code.clone()),
        interval: std::time::Duration::from_millis(interval_ms.unsigned_abs()),
        life_ms: 0,
    };
    let microsoft = Registration::of(&mailbox.card).microsoft()?;
    let polled = microsoft::poll(&room.trust, &microsoft, &pending).await.map_err(|why| refused(&why))?;
    let (again, more_ms) = match polled {
        Polled::Granted(tokens) => {
            room.books.write(by, move |act| accept(act, &seal, id, tokens)).await?;
            return Ok(SignIn::Done);
        }
        Polled::Declined => (SignIn::Declined, None),
        Polled::Expired => (SignIn::Expired, None),
        Polled::Waiting => (waiting, Some(0)),
        Polled::SlowDown(more) => (waiting, Some(i64::try_from(more.as_millis()).unwrap_or(0))),
    };
    room.books
        .write(by, move |act| {
            let next = more_ms.map(|more_ms| {
                let interval_ms = interval_ms.saturating_add(more_ms);
                let next_at = act.now.plus_ms(interval_ms).0;
                let (user_code, page, device_code) = (user_code.clone(), page.clone(), device_code.clone());
                Begun::Microsoft { user_code, page, device_code, interval_ms, next_at, ends_at }
            });
            sealing::keep_sign_in(act, &seal, id, next.as_ref())
        })
        .await?;
    Ok(again)
}

/// Begins a sign-in with Google; says where to send the browser. Only the session that began can end it.
///
/// # Errors
/// [`Error::Conflict`] when the registration lacks its secret.
pub async fn begin_google(room: &Room, by: By, mailbox: &Mailbox, session: &str, redirect_url: &str) -> Result<String> {
    let (id, seal) = (mailbox.id, room.seal);
    let secret = room.books.read(move |db| sealing::client_secret(db, &seal, id)).await?;
    let secret = secret.ok_or_else(|| Error::Conflict(Message::new("error-client-secret")))?;
    let google = Registration::of(&mailbox.card).google(secret, redirect_url);
    let pending = google::begin(&google, &mailbox.card.login).map_err(|why| refused(&why))?;
    let (session, url) = (session.to_owned(), pending.url.clone());
    room.books
        .write(by, move |act| {
            let begun = Begun::Google {
                session: session.clone(),
                state: pending.state.reveal().to_owned(),
                verifier: pending.verifier.reveal().to_owned(),
                ends_at: act.now.plus_ms(GOOGLE_MS).0,
            };
            sealing::keep_sign_in(act, &seal, id, Some(&begun))
        })
        .await?;
    Ok(url)
}

/// Ends a sign-in with Google, with what the browser brought back. Each can be ended once.
///
/// # Errors
/// [`Error::Conflict`] when this session has begun none with this state, or too long ago, or Google says no.
pub async fn finish_google(
    room: &Room,
    by: By,
    session: &str,
    redirect_url: &str,
    state: &str,
    code: &Secret,
) -> Result<MailboxId> {
    let (seal, own, given) = (room.seal, session.to_owned(), state.to_owned());
    let found = room
        .books
        .write(by.clone(), move |act| {
            let begun = store::mailboxes(act.db)?.into_iter().filter(|mailbox| mailbox.card.auth == Auth::Google);
            for mailbox in begun {
                let Some(Begun::Google { session, state, verifier, ends_at }) =
                    sealing::sign_in(act.db, &seal, mailbox.id)?
                else {
                    continue;
                };
                let is_own = bool::from(state.as_bytes().ct_eq(given.as_bytes())) && session == own;
                if is_own && act.now.0 < ends_at {
                    sealing::keep_sign_in::<Begun>(act, &seal, mailbox.id, None)?;
                    let secret = sealing::client_secret(act.db, &seal, mailbox.id)?;
                    return Ok(Some((mailbox, state, verifier, secret)));
                }
            }
            Ok(None)
        })
        .await?;
    let stale = || Error::Conflict(Message::new("error-sign-in-stale"));
    let (mailbox, state, verifier, secret) = found.ok_or_else(stale)?;
    let google = Registration::of(&mailbox.card).google(secret.ok_or_else(stale)?, redirect_url);
    let pending = google::Pending { url: String::new(), state: Secret::new(state), verifier: Secret::new(verifier) };
    let tokens = google::exchange(&room.trust, &google, &pending, code).await.map_err(|why| refused(&why))?;
    let id = mailbox.id;
    room.books.write(by, move |act| accept(act, &seal, id, tokens)).await?;
    Ok(id)
}

/// Keeps the tokens of a sign-in; the mailbox begins to work.
fn accept(act: &mut Act<'_>, seal: &Seal, id: MailboxId, tokens: Tokens) -> Result<()> {
    let mailbox = store::mailbox_by_id(act.db, id)?;
    let held = Held::granted(tokens, act.now);
    sealing::keep_credential(act, seal, id, &Credential::Tokens(held))?;
    sealing::keep_sign_in::<Begun>(act, seal, id, None)?;
    let ends_at = Registration::of(&mailbox.card).ends_at(mailbox.card.auth, act.now, None);
    store::set_needs_sign_in(act.db, id, ends_at)?;
    // What runs on the tokens before begins anew.
    store::forget_failures(act.db, id, act.now)?;
    act.record(Event::MailboxChanged { mailbox: id, name: mailbox.card.name });
    Ok(())
}
