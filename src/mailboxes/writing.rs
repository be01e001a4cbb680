//! Agents write: an answer becomes an entry and a letter that goes out when the time to take it back is over.

use std::collections::BTreeSet;

use super::drafting;
use super::letter::Post;
use super::mailbox::Mailbox;
use super::outbound::{Outbound, OutboundKind, OutboundState, Recipients};
use super::settling::show_delivery;
use super::store::{self, NewOutbound, Participant};
use super::taking::is_at;
use crate::base::id::{AgentId, EntryId, MailboxId, OutboundId, PersonId, TicketId};
use crate::base::text::{clean_line, clean_text};
use crate::base::{EmailAddress, Error, Message, Problem, Result};
use crate::db::Db;
use crate::events::{Act, Event};
use crate::mail::address;
use crate::mail::token::Named;
use crate::people;
use crate::tickets::{self, Correspondent, Delivery, LetterFacts, NewLetter, Status, Ticket};

/// Characters of an answer.
pub const ANSWER_CHARACTERS_MAX: usize = 100_000;

/// People who get one answer.
pub const RECIPIENTS_MAX: usize = 50;

/// An answer as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// To whom.
    pub to: Vec<Correspondent>,
    /// Who gets a copy.
    pub cc: Vec<Correspondent>,
    /// Who gets a copy that the others don't know of.
    pub bcc: Vec<Correspondent>,
    /// Its subject.
    pub subject: String,
    /// The text, in Markdown.
    pub body: String,
    /// What it quotes, in Markdown; shown one click away.
    pub quote: Option<String>,
    /// What becomes of the ticket.
    pub then: Option<Status>,
    /// How long it can be taken back.
    pub hold_ms: i64,
    /// By what its second sending is known; see [`Draft::once`](super::Draft::once).
    pub once: Option<String>,
}

impl Answer {
    /// The same with everybody in one place alone, the first in which he stands: a server that is told of him twice may hand it
    /// over twice.
    fn with_each_once(&self) -> Self {
        let mut known = BTreeSet::new();
        let mut once = |people: &[Correspondent]| -> Vec<Correspondent> {
            people.iter().filter(|who| known.insert(who.address.trim().to_lowercase())).cloned().collect()
        };
        Self { to: once(&self.to), cc: once(&self.cc), bcc: once(&self.bcc), ..self.clone() }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The entry.
    pub entry: EntryId,
    /// The letter.
    pub mail: OutboundId,
}

/// The mailbox by which a ticket is answered: the one that its last letter came in by, the one of its team, or the first that
/// sends.
pub fn mailbox_for(db: &mut Db, ticket: &Ticket) -> Result<Option<Mailbox>> {
    let all = store::mailboxes(db)?;
    mailbox_among(db, &all, ticket)
}

/// The same, when all mailboxes are known.
pub(super) fn mailbox_among(db: &mut Db, all: &[Mailbox], ticket: &Ticket) -> Result<Option<Mailbox>> {
    let all: Vec<&Mailbox> =
        all.iter().filter(|mailbox| mailbox.disabled_at.is_none() && !mailbox.card.smtp.host.is_empty()).collect();
    let came_by: Option<MailboxId> = store::mailbox_of_ticket(db, ticket.id)?;
    let of_team = |mailbox: &&&Mailbox| mailbox.card.team.is_some() && mailbox.card.team == ticket.team_id;
    let found =
        all.iter().find(|mailbox| Some(mailbox.id) == came_by).or_else(|| all.iter().find(of_team)).or(all.first());
    Ok(found.map(|mailbox| (*mailbox).clone()))
}

/// An answer to whoever asked, with the subject that letters about the ticket have.
pub fn to_customer(db: &mut Db, ticket: &Ticket, body: &str) -> Result<Answer> {
    let verified: Vec<Participant> =
        store::participants(db, ticket.id)?.into_iter().filter(|who| who.verified_at.is_some()).collect();
    let asked = |who: &&Participant| ticket.requester_id.is_some() && who.person == ticket.requester_id;
    let to = match verified.iter().find(asked).or(verified.first()) {
        Some(who) => vec![Correspondent { name: who.name.clone(), address: who.address.clone() }],
        None => person_addresses(db, ticket.requester_id)?.into_iter().take(1).collect(),
    };
    Ok(Answer { to, subject: subject_for(ticket), body: body.to_owned(), ..Answer::default() })
}

/// The addresses of a person.
pub fn person_addresses(db: &mut Db, person: Option<PersonId>) -> Result<Vec<Correspondent>> {
    let Some(id) = person else { return Ok(Vec::new()) };
    let person = people::person_by_id(db, id)?;
    let at = |address: &EmailAddress| Correspondent { name: person.name.clone(), address: address.as_str().to_owned() };
    Ok(person.addresses.iter().map(at).collect())
}

/// The subject of letters about a ticket: once `Re:`, and its number for people.
pub fn subject_for(ticket: &Ticket) -> String {
    let number = format!("[#{}]", ticket.number());
    let bare = ticket.subject.trim_start_matches("Re: ").trim();
    if bare.is_empty() { number } else { format!("Re: {} {number}", bare.replace(&number, "").trim()) }
}

/// Keeps an answer and lets it go out.
///
/// # Errors
/// [`Error::Invalid`] with every problem: nobody to write to, an address that is none, that is the desk's own or that mail does
/// not reach, no text.
pub fn answer(
    act: &mut Act<'_>,
    post: &Post,
    mailbox: &Mailbox,
    ticket: &Ticket,
    agent: AgentId,
    answer: &Answer,
) -> Result<Written> {
    let answer = &answer.with_each_once();
    let (recipients, body) = check(act.db, answer)?;
    let own = mailbox.address().ok_or_else(|| Error::invalid("mailbox", "error-choice"))?;
    let due_at = act.now.plus_ms(answer.hold_ms.clamp(0, 60_000));
    let held = due_at > act.now;
    let state = if held { OutboundState::Held } else { OutboundState::Queued };
    let then = answer.then.unwrap_or(if ticket.status == Status::New { Status::Open } else { ticket.status });
    let moved = (then != ticket.status).then(|| (ticket.status.word().to_owned(), then.word().to_owned()));
    let facts = LetterFacts {
        incoming: false,
        from: Correspondent { name: mailbox.card.name.clone(), address: own.as_str().to_owned() },
        to: answer.to.clone(),
        cc: answer.cc.clone(),
        bcc: answer.bcc.clone(),
        subject: clean_line(&answer.subject, 250),
        sent_at: Some(act.now),
        class: "human".into(),
        rest: answer.quote.as_deref().map(|it| clean_text(it, ANSWER_CHARACTERS_MAX)).filter(|it| !it.is_empty()),
        delivery: Some(Delivery {
            state: state.word().into(),
            held_until_at: held.then_some(due_at),
            moved,
            ..Delivery::default()
        }),
        ..LetterFacts::default()
    };
    let letter = NewLetter { facts: facts.clone(), text: body, page: None, author: Some(agent) };
    let entry = ticket.add_letter(act, &letter)?;
    tickets::hang_laid(act, agent, ticket.id, entry)?;
    let named = Named { ticket: ticket.id.0, entry: entry.0, letter: None };
    let message_id = post.keys.message_id(named, address::domain(&own));
    let new = NewOutbound {
        mailbox: mailbox.id,
        kind: OutboundKind::Reply,
        ticket: Some(ticket.id),
        entry: Some(entry),
        agent: Some(agent),
        message_id: message_id.clone(),
        recipients,
        notice: None,
        subject: facts.subject,
        content: String::new(),
        due_at,
    };
    let mail = store::insert_outbound(act.db, &new, act.now)?;
    if let Some(once) = &answer.once {
        store::mark_once(act.db, mail, once)?;
    }
    store::keep_message_id(act.db, &message_id, ticket.id, Some(entry))?;
    store::forget_draft(act.db, agent, ticket.id)?;
    for who in answer.to.iter().chain(&answer.cc) {
        let person =
            EmailAddress::parse(&who.address).map(|at| people::with_address(act.db, &at)).transpose()?.flatten();
        let joining =
            Participant { address: who.address.clone(), name: who.name.clone(), person, verified_at: Some(act.now) };
        store::join(act.db, ticket.id, &joining, act.now)?;
    }
    act.record(Event::LetterQueued { mail, mailbox: mailbox.id, mail_kind: new.kind.word().into() });
    tickets::by_id(act.db, ticket.id)?.set_status(act, then)?;
    Ok(Written { entry, mail })
}

/// The letter that an agent has sent already by the same press of a button: his browser sent the form once more, as the
/// connection broke or he went back and pressed again. Who comes at the same moment waits here for the first. A letter that failed
/// goes again, and a status that goes with it this time is set, unless something happened to the ticket since.
pub fn already_written(act: &mut Act<'_>, agent: AgentId, once: &str, then: Option<Status>) -> Result<Option<Written>> {
    crate::db::serialise(act.db, &format!("answers:{agent}"))?;
    let Some((mail, Some(entry))) = store::written_once(act.db, agent, once)? else { return Ok(None) };
    let letter = store::outbound_by_id(act.db, mail)?;
    if letter.state == OutboundState::Failed {
        super::sending::send_again(act, mail)?;
    }
    if let (Some(ticket), Some(then)) = (letter.ticket, then) {
        let ticket = tickets::by_id(act.db, ticket)?;
        if ticket.updated_at <= letter.created_at && ticket.status != then {
            ticket.set_status(act, then)?;
        }
    }
    Ok(Some(Written { entry, mail }))
}

/// Whether an agent has sent what a form says, so that it is no draft any more.
pub fn is_written(db: &mut Db, agent: AgentId, once: &str) -> Result<bool> {
    Ok(store::written_once(db, agent, once)?.is_some())
}

/// Takes a letter back that has not gone yet. Its text comes back as a draft, and the ticket is as it was before, unless
/// somebody changed that since.
///
/// # Errors
/// [`Error::Conflict`] when it is on its way.
pub fn take_back(act: &mut Act<'_>, mail: OutboundId) -> Result<TicketId> {
    let letter = store::outbound_by_id(act.db, mail)?;
    if !store::withdraw(act.db, mail, &[OutboundState::Held], act.now)? {
        return Err(Error::Conflict(Message::new("error-letter-gone")));
    }
    let (Some(ticket), Some(entry)) = (letter.ticket, letter.entry) else { return Err(Error::Missing) };
    let facts = tickets::letter_facts(act.db, entry)?;
    if let Some((from, to)) = facts.delivery.and_then(|delivery| delivery.moved) {
        move_back(act, ticket, &from, &to)?;
    }
    let letter = Outbound { state: OutboundState::Cancelled, ..letter };
    show_delivery(act, &letter)?;
    if let Some(agent) = act.agent().or(letter.agent) {
        drafting::draft_again(act, agent, ticket, entry)?;
    }
    act.record(Event::LetterSettled { mail, mailbox: letter.mailbox, state: letter.state.word().into() });
    Ok(ticket)
}

/// Gives a ticket the status back that it had before a letter, when it still has the one that came with the letter.
fn move_back(act: &mut Act<'_>, id: TicketId, from: &str, to: &str) -> Result<()> {
    let Some(from) = Status::from_word(from) else { return Ok(()) };
    let ticket = tickets::by_id(act.db, id)?;
    if ticket.status.word() != to {
        return Ok(());
    }
    ticket.set_status(act, from)?;
    // What is opened again is open first of all.
    tickets::by_id(act.db, id)?.set_status(act, from)
}

/// Who gets it and what it says, or all that is wrong with it.
fn check(db: &mut Db, answer: &Answer) -> Result<(Recipients, String)> {
    let (mut problems, own) = (Vec::new(), store::own_addresses(db)?);
    let mut read = |db: &mut Db, field: &'static str, people: &[Correspondent]| -> Result<Vec<String>> {
        let mut addresses = Vec::new();
        for who in people {
            match address::check(&who.address) {
                Err(_) => {
                    problems.push(Problem::new(field, Message::new("error-address-named").with("text", &who.address)))
                }
                // It would come back with our mark, and be no letter.
                Ok(at) if own.iter().any(|own| is_at(at.as_str(), own)) => {
                    problems
                        .push(Problem::new(field, Message::new("error-address-own-named").with("text", &who.address)));
                }
                Ok(at) if store::address_state(db, at.as_str())?.undeliverable_at.is_some() => {
                    problems.push(Problem::new(field, Message::new("error-undeliverable").with("text", &who.address)));
                }
                Ok(at) => addresses.push(at.as_str().to_owned()),
            }
        }
        Ok(addresses)
    };
    let recipients = Recipients {
        to: read(db, "to", &answer.to)?,
        cc: read(db, "cc", &answer.cc)?,
        bcc: read(db, "bcc", &answer.bcc)?,
        ..Recipients::default()
    };
    if answer.to.is_empty() {
        problems.push(Problem::new("to", "error-required"));
    }
    if recipients.all().count() > RECIPIENTS_MAX {
        problems.push(Problem::new("to", Message::new("error-too-many").with("max", RECIPIENTS_MAX)));
    }
    let body = clean_text(&answer.body, ANSWER_CHARACTERS_MAX);
    if body.is_empty() {
        problems.push(Problem::new("body", "error-required"));
    }
    if problems.is_empty() { Ok((recipients, body)) } else { Err(Error::Invalid(problems)) }
}
