//! Mailboxes are set up, changed, switched off and on again.

use super::going_back::keep_good;
use super::mailbox::MailboxCard;
use super::store;
use crate::base::id::{AgentId, MailboxId, TicketId};
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};

/// Octets of a draft: a text and what it quotes, at their longest, in any writing.
const DRAFT_BYTES_MAX: usize = 1 << 20;

/// Sets a mailbox up. It fetches nothing before it has a secret.
///
/// # Errors
/// [`Error::Invalid`] with every problem; another mailbox has the address.
pub fn add_mailbox(act: &mut Act<'_>, card: &MailboxCard) -> Result<MailboxId> {
    let card = card.check()?;
    must_be_free(act, &card, None)?;
    let mailbox = store::insert_mailbox(act.db, &card, act.now)?;
    act.record(Event::MailboxCreated { mailbox, name: card.name });
    Ok(mailbox)
}

/// Changes a mailbox. What ran with the old card begins anew with this one. Secrets that were meant for another server or
/// account are forgotten, so that they never go there: they have to be kept anew.
///
/// # Errors
/// As [`add_mailbox`].
pub fn change_mailbox(act: &mut Act<'_>, id: MailboxId, card: &MailboxCard) -> Result<()> {
    let before = store::mailbox_by_id(act.db, id)?;
    let card = card.check()?;
    must_be_free(act, &card, Some(id))?;
    keep_good(act, &before)?;
    if card.leads_elsewhere(&before.card) {
        store::forget_secrets(act.db, id, card.gets_tokens_elsewhere(&before.card))?;
    }
    store::update_mailbox(act.db, id, &card, act.now)?;
    store::hasten(act.db, id, act.now)?;
    act.record(Event::MailboxChanged { mailbox: id, name: card.name });
    Ok(())
}

/// Switches a mailbox off: it fetches and sends nothing. Its letters stay.
pub fn disable_mailbox(act: &mut Act<'_>, id: MailboxId) -> Result<()> {
    store::mailbox_by_id(act.db, id)?;
    store::set_disabled(act.db, id, Some(act.now), act.now)?;
    act.record(Event::MailboxDisabled { mailbox: id });
    Ok(())
}

/// Switches a mailbox on again; its letters go now.
pub fn enable_mailbox(act: &mut Act<'_>, id: MailboxId) -> Result<()> {
    let name = store::mailbox_by_id(act.db, id)?.card.name;
    store::set_disabled(act.db, id, None, act.now)?;
    store::hasten(act.db, id, act.now)?;
    act.record(Event::MailboxChanged { mailbox: id, name });
    Ok(())
}

/// Tries a mailbox again that was given up after refused sign-ins; its letters go now.
pub fn try_again(act: &mut Act<'_>, id: MailboxId) -> Result<()> {
    let name = store::mailbox_by_id(act.db, id)?.card.name;
    store::forget_failures(act.db, id, act.now)?;
    store::hasten(act.db, id, act.now)?;
    act.record(Event::MailboxChanged { mailbox: id, name });
    Ok(())
}

/// Keeps what an agent is writing for a ticket; nothing forgets it.
///
/// # Errors
/// [`Error::Invalid`] when it is too long to keep.
pub fn keep_draft(act: &mut Act<'_>, agent: AgentId, ticket: TicketId, content: Option<&str>) -> Result<()> {
    match content {
        None => store::forget_draft(act.db, agent, ticket),
        Some(content) if content.len() > DRAFT_BYTES_MAX => {
            Err(Error::invalid("body", Message::new("error-form-too-large")))
        }
        Some(content) => store::keep_draft(act.db, agent, ticket, content, act.now),
    }
}

fn must_be_free(act: &mut Act<'_>, card: &MailboxCard, but: Option<MailboxId>) -> Result<()> {
    let others = store::mailboxes(act.db)?;
    if others.iter().any(|other| other.card.address == card.address && Some(other.id) != but) {
        return Err(Error::invalid("address", "error-address-taken"));
    }
    Ok(())
}
