//! Which ticket a mail belongs to: by what cannot be guessed, and by who writes.

use std::collections::BTreeMap;

use super::letter::{Class, Post, Proof, Read};
use super::mailbox::Mailbox;
use super::store;
use crate::accounts;
use crate::base::id::{AgentId, EntryId, TicketId};
use crate::base::{EmailAddress, Result};
use crate::db::Db;
use crate::mail::token::{Recipient, ReplyTag};
use crate::tickets::{self, Ticket, TicketNumber};

/// Addresses of a mail that are looked at for a token.
const ADDRESSES_MAX: usize = 50;

/// Entries whose reply addresses one mail may claim to have: each is asked about once.
const CLAIMS_MAX: usize = 10;

/// Message-IDs that are looked up.
const IDS_MAX: usize = 30;

/// Tickets that went on in others, followed one after the other.
const MERGES_MAX: usize = 10;

/// Why a mail belongs to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// It was sent to the reply address that one recipient of ours was given.
    Token {
        /// The agent, when it was an agent's.
        agent: Option<AgentId>,
        /// Whether whoever writes is the one who was given it.
        same: bool,
    },
    /// It answers a letter of ours, by a Message-ID that only who got it knows.
    OwnId,
    /// It answers a letter that is in the ticket, and its writer takes part in it.
    KnownId,
    /// It names the ticket, and its writer takes part in it.
    Tag,
}

impl By {
    /// Whether only those to whom we wrote can know it: then it proves more than the name of a sender does.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Token { .. } | Self::OwnId)
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thread {
    /// The ticket, and why.
    pub found: Option<(TicketId, By)>,
    /// A ticket that is named by somebody who does not take part, or who borrows the name of one who does: it is mentioned,
    /// not joined.
    pub mentioned: Option<TicketId>,
}

/// Finds the ticket of a mail. The first of these decides: reply token, Message-ID of ours, known Message-ID, number in the
/// subject. What others can know as well, the last two, lets in nobody of whom a trusted server says that he is not who he
/// says.
pub fn thread(db: &mut Db, post: &Post, mailbox: &Mailbox, mail: &Read) -> Result<Thread> {
    if let Some(found) = by_token(db, post, mailbox, mail)? {
        return Ok(Thread { found: Some(found), mentioned: None });
    }
    let is_borrowed = mail.proof == Proof::Failed && mail.class() != Class::Bounce;
    if !(mail.is_forward && mail.class() == Class::Human)
        && let Some((ticket, by)) = by_message_id(db, post, mailbox, mail)?
    {
        return Ok(match by {
            By::KnownId if is_borrowed => Thread { found: None, mentioned: Some(ticket) },
            by => Thread { found: Some((ticket, by)), mentioned: None },
        });
    }
    let Some(ticket) = named_in(&mail.subject).and_then(|number| tickets::by_id(db, number.id()).ok()) else {
        return Ok(Thread::default());
    };
    let ticket = goes_on_in(db, ticket)?;
    Ok(if !is_borrowed && takes_part(db, ticket.id, mail)? {
        Thread { found: Some((ticket.id, By::Tag)), mentioned: None }
    } else {
        Thread { found: None, mentioned: Some(ticket.id) }
    })
}

/// Whether whoever writes is known to take part in a ticket.
pub(super) fn takes_part(db: &mut Db, ticket: TicketId, mail: &Read) -> Result<bool> {
    let known = store::participants(db, ticket)?;
    Ok(known.iter().any(|who| who.address == mail.from.address && who.verified_at.is_some()))
}

fn by_token(db: &mut Db, post: &Post, mailbox: &Mailbox, mail: &Read) -> Result<Option<(TicketId, By)>> {
    let from = EmailAddress::parse(&mail.from.address);
    let mut agents = None;
    let mut claims = BTreeMap::new();
    for tag in mail.recipients().take(ADDRESSES_MAX).filter_map(ReplyTag::parse) {
        let claimed = (TicketId(tag.ticket), EntryId(tag.entry));
        if !claims.contains_key(&claimed) {
            if claims.len() >= CLAIMS_MAX {
                break;
            }
            claims.insert(claimed, claim(db, claimed, &mut agents)?);
        }
        let Some(Some((ticket, given))) = claims.get(&claimed) else { continue };
        let Some(place) = post.keys.whose_reply(&tag, mailbox.id.0, given) else { continue };
        let Some(owner) = given.get(place) else { continue };
        let ticket = ticket.clone();
        let same = from.as_ref() == Some(&owner.address);
        let by = By::Token { agent: owner.agent.map(AgentId), same };
        return Ok(Some((goes_on_in(db, ticket)?.id, by)));
    }
    Ok(None)
}

/// The ticket of an entry, and whom a reply address of it may have been given to: those who take part, those who got the
/// letter, and the `agents`, read at the first need, who may have been told of it. Nothing when there is no such ticket.
fn claim(
    db: &mut Db,
    (ticket, entry): (TicketId, EntryId),
    agents: &mut Option<Vec<Recipient>>,
) -> Result<Option<(Ticket, Vec<Recipient>)>> {
    let Ok(ticket) = tickets::by_id(db, ticket) else { return Ok(None) };
    let mut given = Vec::new();
    for who in store::participants(db, ticket.id)? {
        given.extend(EmailAddress::parse(&who.address).map(|address| Recipient { address, agent: None }));
    }
    if let Some(letter) = store::outbound_of_entry(db, entry)? {
        for address in letter.recipients.all().filter_map(EmailAddress::parse) {
            if !given.iter().any(|known| known.address == address) {
                given.push(Recipient { address, agent: None });
            }
        }
    }
    let agents = match agents {
        Some(known) => known,
        unknown => unknown.insert(recipients_among_agents(db)?),
    };
    given.extend_from_slice(agents);
    Ok(Some((ticket, given)))
}

fn recipients_among_agents(db: &mut Db) -> Result<Vec<Recipient>> {
    let all = accounts::addresses(db)?.into_iter();
    let own = |(agent, address): (AgentId, String)| {
        EmailAddress::parse(&address).map(|address| Recipient { address, agent: Some(agent.0) })
    };
    Ok(all.filter_map(own).collect())
}

fn by_message_id(db: &mut Db, post: &Post, mailbox: &Mailbox, mail: &Read) -> Result<Option<(TicketId, By)>> {
    for id in mail.answers.iter().take(IDS_MAX) {
        if let Some(named) = post.keys.read_message_id(id)
            && let Ok(ticket) = tickets::by_id(db, TicketId(named.ticket))
        {
            return Ok(Some((goes_on_in(db, ticket)?.id, By::OwnId)));
        }
    }
    for id in mail.answers.iter().take(IDS_MAX) {
        for ticket in tickets_of(db, mailbox, id)? {
            // Others can have read a Message-ID in an archive: it lets in only those who take part.
            let who = if mail.class() == Class::Bounce { bounced_to(mail) } else { vec![mail.from.address.as_str()] };
            let known = store::participants(db, ticket)?;
            if known.iter().any(|known| who.contains(&known.address.as_str()))
                && let Ok(ticket) = tickets::by_id(db, ticket)
            {
                return Ok(Some((goes_on_in(db, ticket)?.id, By::KnownId)));
            }
        }
    }
    Ok(None)
}

/// The tickets of a Message-ID. One letter to two mailboxes begins a ticket by each, and an answer to it goes on in that of the
/// mailbox by which it comes.
fn tickets_of(db: &mut Db, mailbox: &Mailbox, id: &str) -> Result<Vec<TicketId>> {
    let found = store::tickets_of_message(db, id)?.into_iter().map(|(ticket, _)| ticket);
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for ticket in found {
        let is_own = store::mailbox_of_ticket(db, ticket)? == Some(mailbox.id);
        if is_own { own.push(ticket) } else { others.push(ticket) }
    }
    own.append(&mut others);
    Ok(own)
}

/// Whom a letter did not reach.
fn bounced_to(mail: &Read) -> Vec<&str> {
    mail.bounced.recipients.iter().map(|who| who.address.as_str()).collect()
}

/// The ticket in which a merged one goes on.
pub(super) fn goes_on_in(db: &mut Db, ticket: Ticket) -> Result<Ticket> {
    let mut at = ticket;
    for _ in 0..MERGES_MAX {
        match at.parent_id.filter(|_| at.is_merged()) {
            Some(parent) => at = tickets::by_id(db, parent)?,
            None => break,
        }
    }
    Ok(at)
}

/// The ticket number that stands in a subject as `[#10014]`, with its check digit right.
pub fn named_in(subject: &str) -> Option<TicketNumber> {
    subject.match_indices("[#").find_map(|(at, _)| {
        let inside = subject.get(at + 2..)?.split_once(']')?.0;
        let digits = inside.bytes().all(|c| c.is_ascii_digit());
        (digits && inside.len() <= 20).then(|| TicketNumber::parse(inside))?
    })
}
