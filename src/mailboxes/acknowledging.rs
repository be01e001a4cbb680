//! Whether somebody is told by itself that a letter arrived. Two desks that answer each other must stop after one round, and
//! nobody may use the desk to fill somebody else's mailbox.

use std::collections::BTreeSet;

use super::holding::MutedFor;
use super::letter::{Class, Post, Proof, Read};
use super::mailbox::Mailbox;
use super::outbound::{OutboundKind, Recipients};
use super::store::{self, Acknowledged, NewOutbound, Recent};
use super::taking::is_at;
use super::texts;
use crate::base::id::{EntryId, TicketId};
use crate::base::{EmailAddress, Result};
use crate::events::{Act, Event};
use crate::mail::token::{self, Named};
use crate::mail::{address, subject};

const HOUR_MS: i64 = 3_600_000;

/// A letter that begins something new this soon after we told its writer that the last one arrived may be an answer to that,
/// by a desk like this one: as long as such a one may wait until it looks for mail. It is not answered, which ends the round.
const ECHO_MS: i64 = 5 * 60_000;

/// Such letters by which a sender is taken for such a desk; people write a second one as well.
const ECHOES_MAX: usize = 3;

/// Letters with alike subjects within [`ALIKE_MS`] that one sender may write.
const ALIKE_MAX: usize = 3;

/// See above.
const ALIKE_MS: i64 = 10 * 60_000;

/// How long nothing is answered to who answers by itself.
const MUTED_MS: i64 = 24 * HOUR_MS;

/// Acknowledgements to one address within an hour, and within a day.
const PER_HOUR: i64 = 3;
const PER_DAY: i64 = 10;

/// Acknowledgements to one domain within an hour.
const PER_DOMAIN: i64 = 20;

/// Acknowledgements of one mailbox within an hour.
const PER_MAILBOX: i64 = 200;

/// Acknowledgements of the desk within a day.
const PER_DESK: i64 = 2_000;

/// Tells whoever wrote that it arrived, unless one of many reasons speaks against it. A late answer to what was closed long
/// ago is no machine's answer to us, though it names a letter of ours.
pub(super) fn acknowledge(
    act: &mut Act<'_>,
    post: &Post,
    mailbox: &Mailbox,
    mail: &Read,
    (ticket, entry): (TicketId, EntryId),
    is_late: bool,
) -> Result<()> {
    let to = mail.reply_to.as_ref().filter(|to| same_domain(&to.address, &mail.from.address)).unwrap_or(&mail.from);
    let Some(address) = EmailAddress::parse(&to.address) else { return Ok(()) };
    if mail.is_history
        || !mailbox.card.acknowledges
        || mailbox.card.smtp.host.is_empty()
        || !may(act, mailbox, mail, &address, is_late)?
        || is_loop(act, mailbox, mail, &address)?
        || !is_within_limits(act, mailbox, &address)?
    {
        return Ok(());
    }
    let Some(own) = mailbox.address() else { return Ok(()) };
    // Nobody is told what stands in a letter that somebody else may have written in his name.
    let is_known = match mail.proof {
        _ if address.as_str() != mail.from.address => false,
        Proof::Given => true,
        Proof::Failed => false,
        Proof::Unasked | Proof::Missing => store::was_written_to(act.db, address.as_str())?,
    };
    let (subject, content) = texts::acknowledgement(act.db, mailbox, ticket, is_known, post, act.now)?;
    // The id of the row is not known before; the entry and the kind make the Message-ID unique.
    let named = Named { ticket: ticket.0, entry: entry.0, letter: Some(1) };
    let message_id = post.keys.message_id(named, address::domain(&own));
    let new = NewOutbound {
        mailbox: mailbox.id,
        kind: OutboundKind::Acknowledgement,
        ticket: Some(ticket),
        entry: Some(entry),
        agent: None,
        message_id: message_id.clone(),
        recipients: Recipients::one(address.as_str()),
        notice: None,
        subject,
        content,
        due_at: act.now,
    };
    let id = store::insert_outbound(act.db, &new, act.now)?;
    store::keep_message_id(act.db, &message_id, ticket, Some(entry))?;
    act.record(Event::LetterQueued { mail: id, mailbox: mailbox.id, mail_kind: new.kind.word().into() });
    Ok(())
}

/// Whether an answer by itself does no harm.
fn may(act: &mut Act<'_>, mailbox: &Mailbox, mail: &Read, to: &EmailAddress, is_late: bool) -> Result<bool> {
    let by_hand = mail.class() == Class::Human && !mail.is_spam && !mail.is_own;
    let answers_ours = mailbox.address().is_some_and(|own| mail.answers.iter().any(|id| token::is_id_at(id, &own)));
    if !by_hand || (answers_ours && !is_late) || address::is_no_reply(to) {
        return Ok(false);
    }
    if store::mailboxes(act.db)?.iter().any(|own| is_at(to.as_str(), &own.card.address)) {
        return Ok(false);
    }
    let state = store::address_state(act.db, to.as_str())?;
    Ok(state.undeliverable_at.is_none() && state.muted_until_at.is_none_or(|until| until <= act.now))
}

/// Whether another desk may be answering what this one tells it, without saying that it is one. Who surely does is told nothing
/// for a day, and the log says so.
fn is_loop(act: &mut Act<'_>, mailbox: &Mailbox, mail: &Read, to: &EmailAddress) -> Result<bool> {
    // One letter to two mailboxes is one, and the second copy of it no answer to what the first was told.
    let is_copy = match &mail.message_id {
        Some(id) => store::tickets_of_message(act.db, id)?.len() > 1,
        None => false,
    };
    let told = if is_copy { None } else { store::just_acknowledged(act.db, to.as_str(), act.now.plus_ms(-ECHO_MS))? };
    let recent = store::recent_letters(act.db, &mail.from.address, act.now.plus_ms(-ALIKE_MS))?;
    let (own, mut known) = (subject::kernel(&mail.subject), BTreeSet::new());
    let this = Recent {
        message_id: mail.message_id.clone().unwrap_or_default(),
        subject: mail.subject.clone(),
        ticket: None,
        seen_at: act.now,
    };
    let letters: Vec<&Recent> = std::iter::once(&this)
        .chain(&recent)
        .filter(|letter| letter.message_id.is_empty() || known.insert(letter.message_id.as_str()))
        .collect();
    let is_growing = letters.iter().filter(|letter| subject::kernel(&letter.subject) == own).count() > ALIKE_MAX;
    if told.is_none() && !is_growing {
        return Ok(false);
    }
    let is_machine =
        is_growing || told.is_some_and(|told| repeats(&own, &told) || echoes(&letters, &told) >= ECHOES_MAX);
    // Who borrows a name does not get its owner muted.
    let is_his = mail.proof != Proof::Failed;
    let until = act.now.plus_ms(MUTED_MS);
    if is_machine && is_his && store::mute(act.db, to.as_str(), MutedFor::Loop, until, act.now)? {
        act.record(Event::MailLoopSeen { mailbox: mailbox.id, sender: to.as_str().to_owned() });
    }
    Ok(true)
}

/// Whether a subject has all the words of the one under which its writer was told that the last letter arrived. His own words,
/// which come back behind `Re:` to who is known, say nothing.
fn repeats(own: &BTreeSet<String>, told: &Acknowledged) -> bool {
    let words = subject::kernel(&told.subject);
    subject::prefix(&told.subject).is_none() && !words.is_empty() && own.is_superset(&words)
}

/// How many letters came since somebody was told, and not into the ticket that he was told of.
fn echoes(letters: &[&Recent], told: &Acknowledged) -> usize {
    let since = told.settled_at.unwrap_or(told.created_at);
    letters
        .iter()
        .filter(|letter| letter.seen_at > since && (letter.ticket.is_none() || letter.ticket != told.ticket))
        .count()
}

fn is_within_limits(act: &mut Act<'_>, mailbox: &Mailbox, to: &EmailAddress) -> Result<bool> {
    let (hour, day) = (act.now.plus_ms(-HOUR_MS), act.now.plus_ms(-24 * HOUR_MS));
    if store::acknowledged_since(act.db, to.as_str(), hour)? >= PER_HOUR
        || store::acknowledged_since(act.db, to.as_str(), day)? >= PER_DAY
        || store::acknowledged_domain_since(act.db, mailbox.id, address::domain(to), hour)? >= PER_DOMAIN
    {
        return Ok(false);
    }
    let of_box = store::sent_since(act.db, mailbox.id, OutboundKind::Acknowledgement, hour)?;
    let of_desk = store::all_acknowledged_since(act.db, day)?;
    if of_box >= PER_MAILBOX || of_desk >= PER_DESK {
        return Ok(false);
    }
    // The one that reaches a limit is the last, and the log says so.
    if of_box + 1 == PER_MAILBOX {
        act.record(Event::AcknowledgementsHeldBack { mailbox: Some(mailbox.id) });
    }
    if of_desk + 1 == PER_DESK {
        act.record(Event::AcknowledgementsHeldBack { mailbox: None });
    }
    Ok(true)
}

fn same_domain(one: &str, other: &str) -> bool {
    let domain = |text: &str| text.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    domain(one).is_some() && domain(one) == domain(other)
}
