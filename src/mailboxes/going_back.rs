//! The settings by which a mailbox was read last are kept when somebody changes them, so that one press goes back to them when
//! the new ones don't work.

use serde::{Deserialize, Serialize};

use super::mailbox::{Auth, Endpoint, Mailbox, MailboxCard};
use super::store;
use crate::base::id::MailboxId;
use crate::base::{Error, Message, Result, Timestamp};
use crate::db::Db;
use crate::events::{Act, Event};

/// How a mailbox reaches its servers and signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Way {
    imap: Endpoint,
    smtp: Endpoint,
    login: String,
    auth: Auth,
    oauth: String,
}

/// The way that is kept, the sealed password of then, and until when it was good.
type Kept = (Way, Option<Vec<u8>>, Timestamp);

/// Settings that worked, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodSettings {
    /// When they were changed.
    pub until_at: Timestamp,
    /// The server that letters came from.
    pub imap_host: String,
    /// The name of the account.
    pub login: String,
}

impl Way {
    fn of(card: &MailboxCard) -> Self {
        let MailboxCard { imap, smtp, login, auth, oauth, .. } = card.clone();
        Self { imap, smtp, login, auth, oauth }
    }

    fn read(db: &mut Db, id: MailboxId) -> Result<Option<Kept>> {
        let kept = store::good_settings(db, id)?;
        Ok(kept.and_then(|(way, secret, at)| Some((serde_json::from_str(&way).ok()?, secret, at))))
    }
}

/// Whether a mailbox was read with what is set now, and nothing is wrong with it.
fn works(mailbox: &Mailbox) -> bool {
    let is_read = mailbox.fetched_at.is_some_and(|at| at >= mailbox.updated_at) && mailbox.failing_since_at.is_none();
    let sends = mailbox.sending.failing_since_at.is_none() && mailbox.sending.auth_failures == 0;
    is_read && sends && mailbox.is_tried()
}

/// Keeps how a mailbox works, before that is changed; what never worked is not worth it.
pub(super) fn keep_good(act: &mut Act<'_>, before: &Mailbox) -> Result<()> {
    if !works(before) {
        return Ok(());
    }
    // Tokens are renewed all the time, and old ones are worth nothing.
    let secret = match before.card.auth {
        Auth::Password => store::sealed_secret(act.db, before.id)?,
        Auth::Microsoft | Auth::Google => None,
    };
    let way = serde_json::to_string(&Way::of(&before.card)).map_err(|e| Error::internal("settings", e))?;
    store::put_good_settings(act.db, before.id, &way, secret.as_deref(), act.now)
}

/// The settings that one can go back to: those before the last change, as long as nothing was read with the new ones or
/// nothing can be sent with them.
pub fn good_settings(db: &mut Db, mailbox: &Mailbox) -> Result<Option<GoodSettings>> {
    let is_unread = mailbox.fetched_at.is_none_or(|at| at < mailbox.updated_at);
    let reads_not = is_unread && (mailbox.failing_since_at.is_some() || !mailbox.is_tried());
    let sends_not = mailbox.sending.failing_since_at.is_some() || mailbox.sending.auth_failures > 0;
    if mailbox.disabled_at.is_some() || !(reads_not || sends_not) {
        return Ok(None);
    }
    let kept = Way::read(db, mailbox.id)?.filter(|(way, ..)| reads_not || way.smtp != mailbox.card.smtp);
    Ok(kept.map(|(way, _, until_at)| GoodSettings { until_at, imap_host: way.imap.host, login: way.login }))
}

/// Goes back to the settings that worked, with the password of then. Secrets that were given for other servers or another
/// account are forgotten, as [`change_mailbox`](super::change_mailbox) does.
///
/// # Errors
/// [`Error::Conflict`] when none are kept.
pub fn go_back(act: &mut Act<'_>, id: MailboxId) -> Result<()> {
    let before = store::mailbox_by_id(act.db, id)?.card;
    let Some((way, secret, _)) = Way::read(act.db, id)? else {
        return Err(Error::Conflict(Message::new("error-no-good-settings")));
    };
    let Way { imap, smtp, login, auth, oauth } = way;
    let card = MailboxCard { imap, smtp, login, auth, oauth, ..before.clone() }.check()?;
    // What was given for the other servers never goes to these.
    if card.leads_elsewhere(&before) {
        store::forget_secrets(act.db, id, card.gets_tokens_elsewhere(&before))?;
    }
    store::update_mailbox(act.db, id, &card, act.now)?;
    if let Some(secret) = secret {
        store::seal_in(act.db, id, Some(&secret), None, act.now)?;
    }
    store::forget_good_settings(act.db, id)?;
    store::hasten(act.db, id, act.now)?;
    act.record(Event::MailboxChanged { mailbox: id, name: card.name });
    Ok(())
}
