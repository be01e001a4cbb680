//! Who is told of what by mail, and what for: asked once for all events that are told of together. And the limits of a day,
//! which are counted once and kept count of from then on, so that a flood costs no more than its first letters.

use std::collections::{BTreeMap, BTreeSet};

use super::mailbox::Mailbox;
use super::noticing::NoticeChoices;
use super::store::{self, Noticed};
use super::taking::is_at;
use super::writing::mailbox_among;
use crate::accounts::{self, Agent, Right};
use crate::base::id::{AgentId, EntryId, MailboxId, TeamId, TicketId};
use crate::base::{EmailAddress, Error, Result};
use crate::db::Db;
use crate::events::{Act, Event};
use crate::settings::Settings;
use crate::tickets::{self, Entry, Sees, Ticket};

/// Notices of one kind to one agent in a day.
const PER_AGENT: i64 = 50;

/// Notices to one agent in a day about letters of one writer.
const PER_WRITER: i64 = 20;

/// Notices of one kind in a day.
const PER_DESK: i64 = 2_000;

const DAY_MS: i64 = 86_400_000;

/// An agent who is told by mail.
#[derive(Debug, Clone)]
pub(super) struct Listener {
    /// The agent.
    pub agent: Agent,
    /// Where he is told; mail reaches it, and it is none of the desk's own.
    pub address: EmailAddress,
    /// Of what, and when not.
    pub choices: NoticeChoices,
    teams: Vec<TeamId>,
}

impl Listener {
    /// Whether he may see a ticket.
    pub fn may_see(&self, ticket: &Ticket) -> bool {
        let sees = Sees::of_agent(&self.agent, self.teams.clone());
        self.agent.role.may(Right::SeeTickets) && sees.includes(ticket)
    }
}

/// What is known while events are told of.
pub(super) struct Listeners {
    /// The settings of the desk.
    pub settings: Settings,
    mailboxes: Vec<Mailbox>,
    members: Vec<(TeamId, AgentId)>,
    all: BTreeMap<AgentId, Listener>,
    /// Tickets that were asked for, each with the mailbox that tells of it; none for one that is gone.
    tickets: BTreeMap<TicketId, Option<(Ticket, Option<Mailbox>)>>,
    /// The entry that was asked for last.
    said: Option<(EntryId, Option<Entry>)>,
    told: Told,
}

impl Listeners {
    /// Reads who listens.
    pub fn read(db: &mut Db) -> Result<Self> {
        let (mailboxes, members) = (store::mailboxes(db)?, accounts::members_of(db)?);
        let choices = store::all_notice_choices(db)?;
        let mut reached: BTreeMap<AgentId, EmailAddress> = BTreeMap::new();
        for (agent, text) in accounts::addresses(db)? {
            let address = EmailAddress::parse(&text);
            let is_own = |at: &EmailAddress| mailboxes.iter().any(|own| is_at(at.as_str(), &own.card.address));
            if let Some(address) = address.filter(|at| !is_own(at)) {
                reached.insert(agent, address);
            }
        }
        let dead: BTreeSet<String> = store::unreached(db, reached.values().map(EmailAddress::as_str))?;
        reached.retain(|_, address| !dead.contains(address.as_str()));
        let agents = if reached.is_empty() { Vec::new() } else { accounts::agents(db)? };
        let mut all = BTreeMap::new();
        for agent in agents.into_iter().filter(|agent| agent.disabled_at.is_none()) {
            let Some(address) = reached.remove(&agent.id) else { continue };
            let of = |(own, ..): &&(AgentId, String, String, String)| *own == agent.id;
            let choices = choices
                .iter()
                .find(of)
                .map_or_else(NoticeChoices::default, |(_, kinds, from, to)| NoticeChoices::written(kinds, from, to));
            let teams = members.iter().filter(|(_, own)| *own == agent.id).map(|(team, _)| *team).collect();
            all.insert(agent.id, Listener { agent, address, choices, teams });
        }
        let (settings, told) = (Settings::read(db)?, Told::default());
        Ok(Self { settings, mailboxes, members, all, tickets: BTreeMap::new(), said: None, told })
    }

    /// Whether nobody listens.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All who listen.
    pub fn all(&self) -> impl Iterator<Item = &Listener> {
        self.all.values()
    }

    /// An agent, if he listens.
    pub fn of(&self, agent: AgentId) -> Option<&Listener> {
        self.all.get(&agent)
    }

    /// Those of a team who listen.
    pub fn of_team(&self, team: TeamId) -> Vec<AgentId> {
        let members = self.members.iter().filter(|(of, _)| *of == team).map(|(_, agent)| *agent);
        members.filter(|agent| self.all.contains_key(agent)).collect()
    }

    /// A mailbox, if it is there.
    pub fn mailbox(&self, id: MailboxId) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.id == id)
    }

    /// A ticket and the mailbox that tells of it; nothing for a ticket that is gone.
    pub fn ticket(&mut self, db: &mut Db, id: TicketId) -> Result<Option<(Ticket, Option<Mailbox>)>> {
        if let Some(known) = self.tickets.get(&id) {
            return Ok(known.clone());
        }
        let found = match tickets::by_id(db, id) {
            Err(Error::Missing) => None,
            found => {
                let ticket = found?;
                let by = mailbox_among(db, &self.mailboxes, &ticket)?;
                Some((ticket, by))
            }
        };
        self.tickets.insert(id, found.clone());
        Ok(found)
    }

    /// An entry of a ticket; nothing for one that is gone.
    pub fn entry(&mut self, db: &mut Db, ticket: TicketId, id: EntryId) -> Result<Option<Entry>> {
        if let Some((_, known)) = self.said.as_ref().filter(|(said, _)| *said == id) {
            return Ok(known.clone());
        }
        let found = tickets::entry_of(db, ticket, id)?;
        self.said = Some((id, found.clone()));
        Ok(found)
    }

    /// Whether a kind has had all of its day, so that nothing more needs to be asked.
    pub fn is_over(&mut self, act: &mut Act<'_>, notice: &'static str) -> Result<bool> {
        Ok(self.told.of_kind(act, notice)? >= PER_DESK)
    }

    /// Whether the day leaves room for a notice, which is counted then. The one that reaches a limit is the last, and the log
    /// says so.
    pub fn count(
        &mut self,
        act: &mut Act<'_>,
        agent: AgentId,
        notice: &'static str,
        about: Option<&str>,
    ) -> Result<bool> {
        let told = &mut self.told;
        let all = told.of_kind(act, notice)?;
        if all >= PER_DESK {
            return Ok(false);
        }
        let own = told.of_agent(act, agent, notice)?;
        if own >= PER_AGENT {
            return Ok(false);
        }
        let of_writer = match about {
            Some(writer) => told.of_writer(act, agent, writer)?,
            None => 0,
        };
        if of_writer >= PER_WRITER {
            return Ok(false);
        }
        let held = |agent, notice: &str, writer: Option<&str>| Event::NoticesHeldBack {
            agent,
            notice: notice.to_owned(),
            writer: writer.map(str::to_owned),
        };
        told.kinds.insert(notice, all + 1);
        told.agents.insert((agent, notice), own + 1);
        if own + 1 == PER_AGENT {
            act.record(held(Some(agent), notice, None));
        }
        if all + 1 == PER_DESK {
            act.record(held(None, notice, None));
        }
        if let Some(writer) = about {
            told.writers.insert((agent, writer.to_owned()), of_writer + 1);
            if of_writer + 1 == PER_WRITER {
                act.record(held(Some(agent), "", about));
            }
        }
        Ok(true)
    }
}

/// Notices of the last day, of what was asked for.
#[derive(Default)]
struct Told {
    /// Of a kind, to all.
    kinds: BTreeMap<&'static str, i64>,
    /// Of a kind, to one agent.
    agents: BTreeMap<(AgentId, &'static str), i64>,
    /// Of any kind, to one agent, about letters of one writer.
    writers: BTreeMap<(AgentId, String), i64>,
}

impl Told {
    fn of_kind(&mut self, act: &mut Act<'_>, notice: &'static str) -> Result<i64> {
        if let Some(known) = self.kinds.get(notice) {
            return Ok(*known);
        }
        let count = store::count_notices(act.db, Noticed::Kind(notice), act.now.plus_ms(-DAY_MS))?;
        self.kinds.insert(notice, count);
        Ok(count)
    }

    fn of_agent(&mut self, act: &mut Act<'_>, agent: AgentId, notice: &'static str) -> Result<i64> {
        if let Some(known) = self.agents.get(&(agent, notice)) {
            return Ok(*known);
        }
        let count = store::count_notices(act.db, Noticed::Agent(agent, notice), act.now.plus_ms(-DAY_MS))?;
        self.agents.insert((agent, notice), count);
        Ok(count)
    }

    fn of_writer(&mut self, act: &mut Act<'_>, agent: AgentId, writer: &str) -> Result<i64> {
        let key = (agent, writer.to_owned());
        if let Some(known) = self.writers.get(&key) {
            return Ok(*known);
        }
        let count = store::count_notices(act.db, Noticed::Writer(agent, writer), act.now.plus_ms(-DAY_MS))?;
        self.writers.insert(key, count);
        Ok(count)
    }
}
