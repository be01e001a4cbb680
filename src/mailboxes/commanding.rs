//! Agents who answer by mail: who is believed to be one, and what he orders in the first lines.

use super::letter::{Class, Post, Read};
use super::mailbox::Mailbox;
use super::store::{self, Participant};
use super::threading::{self, By};
use super::writing::{self, Answer};
use crate::accounts::{self, Right};
use crate::base::id::{AgentId, EntryId};
use crate::base::{EmailAddress, Error, Message, Result};
use crate::db::Db;
use crate::events::{Act, Event};
use crate::mail::commands::Command;
use crate::people;
use crate::settings::Settings;
use crate::tickets::{self, Priority, Sees, Status, Ticket};
use crate::web::Lang;

/// Who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// An agent.
    Agent(AgentId),
    /// Somebody who says that he is an agent, and is not believed.
    Claimed,
    /// Somebody who takes part in the ticket.
    Participant,
    /// Somebody who does not: what he knows lets his letter in, and gives him no rights.
    Stranger,
}

/// The agent who wrote a mail, if he is believed: he answers by the token that he alone was given, from his own address, and
/// the own mail server vouches for that. Asked before the act, which is then done in his name.
pub fn agent_of(db: &mut Db, post: &Post, mailbox: &Mailbox, mail: &Read) -> Result<Option<AgentId>> {
    let Some((ticket, by)) = threading::thread(db, post, mailbox, mail)?.found else { return Ok(None) };
    let Some(agent) = believed(by, mail) else { return Ok(None) };
    let ticket = tickets::by_id(db, ticket)?;
    Ok(may_work(db, agent, &ticket)?.then_some(agent))
}

fn believed(by: By, mail: &Read) -> Option<AgentId> {
    match by {
        By::Token { agent: Some(agent), same: true } if mail.is_authenticated() && mail.class() == Class::Human => {
            Some(agent)
        }
        _ => None,
    }
}

/// Whether an agent can still sign in, sees the ticket and may change it.
fn may_work(db: &mut Db, id: AgentId, ticket: &Ticket) -> Result<bool> {
    let agent = accounts::agent_by_id(db, id)?;
    let teams = accounts::teams_of(db, id)?;
    let sees = Sees::of_agent(&agent, teams);
    Ok(agent.disabled_at.is_none() && agent.role.may(Right::WorkTickets) && sees.includes(ticket))
}

/// Whose letter it is within the act, and within the ticket that it joins.
pub(super) fn writer(act: &mut Act<'_>, ticket: &Ticket, by: By, mail: &Read) -> Result<Writer> {
    if let Some(agent) = believed(by, mail).filter(|agent| act.agent() == Some(*agent)) {
        return Ok(Writer::Agent(agent));
    }
    if matches!(by, By::Token { agent: Some(_), same: true }) {
        return Ok(Writer::Claimed);
    }
    if threading::takes_part(act.db, ticket.id, mail)? {
        return Ok(Writer::Participant);
    }
    let is_agents = accounts::addresses(act.db)?.iter().any(|(_, own)| own.eq_ignore_ascii_case(&mail.from.address));
    Ok(if is_agents { Writer::Claimed } else { Writer::Stranger })
}

/// Does what an agent ordered and keeps what he wrote: as a note, or, when he says so, as an answer to the customer. What
/// could not be done stands in the note, or in one of its own; the log has all of it.
pub(super) fn obey(
    act: &mut Act<'_>,
    post: &Post,
    mailbox: &Mailbox,
    ticket: &Ticket,
    agent: AgentId,
    mail: &Read,
) -> Result<EntryId> {
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    let mut failed = Vec::new();
    let language = accounts::agent_by_id(act.db, agent)?.language.unwrap_or(Settings::read(act.db)?.language);
    let language = Lang::from_word(&language).unwrap_or(Lang::En);
    let mut refuse = |order: &Command, why: &Message| {
        refused.push(said(order));
        failed.push(format!("✗ {}: {}", said(order), language.message(why)));
    };
    let mut public = false;
    for order in &mail.orders {
        match order {
            Command::Public => public = true,
            Command::Note => public = false,
            order => match come_of(carry_out(act, ticket, order), order)? {
                Ok(()) => done.push(said(order)),
                Err(why) => refuse(order, &why),
            },
        }
    }
    let text = mail.text_without_orders.trim();
    let mut answered = None;
    if public && !text.is_empty() {
        // As the orders left it.
        let now = tickets::by_id(act.db, ticket.id)?;
        let answer = Answer { hold_ms: 0, ..writing::to_customer(act.db, &now, text)? };
        match come_of(writing::answer(act, post, mailbox, &now, agent, &answer), &Command::Public)? {
            Ok(written) => {
                answered = Some(written);
                done.push(said(&Command::Public));
            }
            Err(why) => refuse(&Command::Public, &why),
        }
    }
    let failed = failed.join("\n");
    let note = |act: &mut Act<'_>, text: &str| -> Result<EntryId> {
        tickets::by_id(act.db, ticket.id)?.note(act, text)?;
        tickets::newest_entry(act.db, ticket.id)
    };
    let entry = match answered {
        Some(written) => {
            if !failed.is_empty() {
                note(act, &failed)?;
            }
            written.entry
        }
        None => {
            let orders = mail.orders.iter().map(said).collect::<Vec<_>>().join("\n");
            let texts = [text, orders.as_str(), mail.subject.as_str()];
            let text = texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
            note(act, format!("{text}\n\n{failed}").trim_end())?
        }
    };
    tickets::file(act, entry, &mail.files)?;
    if !(done.is_empty() && refused.is_empty()) {
        act.record(Event::MailOrdersRead { ticket: ticket.id, done, refused });
    }
    Ok(entry)
}

/// What came of an order, or why it can't be done. A fault of the desk is none of the order.
fn come_of<T>(tried: Result<T>, order: &Command) -> Result<Result<T, Message>> {
    match tried {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Invalid(problems)) => {
            let first = problems.into_iter().next().map(|problem| problem.message);
            Ok(Err(first.unwrap_or_else(|| unknown(order))))
        }
        Err(Error::Missing) => Ok(Err(unknown(order))),
        Err(Error::Conflict(why) | Error::Forbidden(why)) => Ok(Err(why)),
        Err(fault) => Err(fault),
    }
}

/// That what an order names is not there, and what there is.
fn unknown(order: &Command) -> Message {
    match order {
        Command::Status(_) => Message::new("order-unknown-status"),
        Command::Priority(_) => Message::new("order-unknown-priority"),
        Command::Assign(_) => Message::new("order-unknown-agent"),
        Command::Team(_) => Message::new("order-unknown-team"),
        Command::Category(_) => Message::new("order-unknown-category"),
        Command::Requester(_) => Message::new("order-unknown-person"),
        Command::Cc(_) => Message::new("order-unknown-address"),
        _ => Message::new("order-unknown"),
    }
}

/// An order as it could be typed again.
fn said(order: &Command) -> String {
    let (word, value) = match order {
        Command::Status(value) => ("status", value.as_str()),
        Command::Assign(value) => ("assign", value.as_str()),
        Command::Priority(value) => ("priority", value.as_str()),
        Command::Tag(value) => ("tag", value.as_str()),
        Command::Untag(value) => ("untag", value.as_str()),
        Command::Team(value) => ("team", value.as_str()),
        Command::Requester(value) => ("requester", value.as_str()),
        Command::Cc(value) => ("cc", value.as_str()),
        Command::Subject(value) => ("subject", value.as_str()),
        Command::Category(value) => ("category", value.as_str()),
        Command::Note => ("note", ""),
        Command::Public => ("public", ""),
    };
    format!("#{word} {value}").trim().to_owned()
}

/// Carries one order out. Each reads the ticket anew: the one before has changed it.
fn carry_out(act: &mut Act<'_>, ticket: &Ticket, order: &Command) -> Result<()> {
    let ticket = tickets::by_id(act.db, ticket.id)?;
    let unknown = || Error::invalid("order", unknown(order));
    match order {
        Command::Status(value) => ticket.set_status(act, status(&value.to_lowercase()).ok_or_else(unknown)?),
        Command::Priority(value) => {
            ticket.prioritise(act, Priority::from_word(&value.to_lowercase()).ok_or_else(unknown)?)
        }
        Command::Assign(value) => {
            let agent = match value.to_lowercase().as_str() {
                "me" => act.agent(),
                "nobody" | "none" => None,
                login => Some(accounts::agent_by_login(act.db, login)?.id),
            };
            ticket.assign(act, agent)
        }
        Command::Team(value) => {
            let teams = accounts::active_teams(act.db)?;
            let team = teams.iter().find(|team| team.name.eq_ignore_ascii_case(value)).ok_or_else(unknown)?;
            ticket.move_to(act, Some(team.id))
        }
        Command::Category(value) => {
            let all = tickets::categories(act.db)?;
            let found = all.iter().find(|category| category.name.eq_ignore_ascii_case(value)).ok_or_else(unknown)?;
            ticket.set_category(act, Some(found.id))
        }
        Command::Requester(value) => {
            let address = EmailAddress::parse(value).ok_or_else(unknown)?;
            let person = people::with_address(act.db, &address)?.ok_or_else(unknown)?;
            ticket.set_requester(act, Some(person))
        }
        Command::Cc(value) => {
            let address = EmailAddress::parse(value).ok_or_else(unknown)?;
            let person = people::with_address(act.db, &address)?;
            let address = address.as_str().to_owned();
            let who = Participant { address, name: String::new(), person, verified_at: Some(act.now) };
            store::join(act.db, ticket.id, &who, act.now).map(drop)
        }
        Command::Subject(value) => ticket.rename(act, value),
        Command::Tag(value) => ticket.tag(act, value, true),
        Command::Untag(value) => ticket.tag(act, value, false),
        Command::Note | Command::Public => Ok(()),
    }
}

/// The status that is meant: our own words, and those of others.
fn status(word: &str) -> Option<Status> {
    Some(match word {
        "open" | "reopen" | "reopened" => Status::Open,
        "waiting" | "pending" | "hold" => Status::Waiting,
        "solved" | "resolved" | "closed" | "close" | "done" => Status::Closed,
        _ => return None,
    })
}
