//! The call log: which calls it shows, and what it shows of each.

use super::{Call, Lines, Reader, store};
use crate::accounts;
use crate::base::id::{AgentId, LineId, PersonId};
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::people;
use crate::phone::number::NumberPlan;
use crate::tickets::{self, CallOutcome, Ticket};

/// People who are looked for by a name.
const PEOPLE_MAX: i64 = 50;

/// Milliseconds before now that are searched where a filter may fit seldom and no day was named.
pub(super) const LATELY_MS: i64 = 31 * 86_400_000;

/// How the calls of a list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ended {
    /// In whatever way.
    #[default]
    Anyhow,
    /// Somebody spoke with the caller.
    Answered,
    /// Nobody did.
    Missed,
    /// In this way.
    So(CallOutcome),
}

/// Whose calls a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Search {
    /// Everybody's.
    #[default]
    All,
    /// Of this number.
    Number(String),
    /// Where a text is part of the name or number, or of these people.
    Words {
        /// The pattern, in lower case.
        like: String,
        /// Numbers of people who are called so.
        keys: Vec<String>,
        /// Those people.
        persons: Vec<PersonId>,
    },
}

impl Search {
    /// What somebody typed: a whole number, a part of one, or words.
    pub fn of(db: &mut Db, typed: &str, plan: Option<&NumberPlan>) -> Result<Self> {
        let typed: String = typed.trim().chars().filter(|c| !c.is_control()).take(80).collect();
        if typed.is_empty() {
            return Ok(Self::All);
        }
        let looks_dialled = typed.chars().all(|c| c.is_ascii_digit() || " +-/().".contains(c));
        let whole = plan.map(|plan| plan.read(&typed)).filter(|_| looks_dialled);
        if let Some(key) = whole.and_then(|number| number.e164) {
            return Ok(Self::Number(key));
        }
        let plain =
            if looks_dialled { typed.chars().filter(char::is_ascii_digit).collect() } else { typed.to_lowercase() };
        let escaped: String =
            plain.chars().flat_map(|c| if "%_\\".contains(c) { vec!['\\', c] } else { vec![c] }).collect();
        let found = if looks_dialled { Vec::new() } else { people::find_people(db, &typed, None, PEOPLE_MAX)? };
        let keys = found.iter().flat_map(|person| person.numbers.iter().map(|n| n.number_key.clone())).collect();
        Ok(Self::Words { like: format!("%{escaped}%"), keys, persons: found.iter().map(|person| person.id).collect() })
    }
}

/// What the log shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogFilter {
    /// Only of this line.
    pub line: Option<LineId>,
    /// Only those that ended so.
    pub ended: Ended,
    /// Only from this moment.
    pub from: Option<Timestamp>,
    /// Only before this moment.
    pub to: Option<Timestamp>,
    /// Only of these callers.
    pub search: Search,
    /// Only those that this agent had.
    pub agent: Option<AgentId>,
    /// Only those without a ticket of their own.
    pub ticketless: bool,
}

impl LogFilter {
    /// Whether it may fit so seldom that all calls would be looked at for a page.
    pub fn is_seldom(&self) -> bool {
        matches!(self.search, Search::Words { .. })
            || self.agent.is_some()
            || self.ticketless
            || matches!(self.ended, Ended::So(_))
    }
}

/// A call with all that its row shows.
#[derive(Debug, Clone)]
pub struct Logged {
    /// The call.
    pub call: Call,
    /// Its line's name.
    pub line: String,
    /// Its number as people read it.
    pub number: String,
    /// Who it was, as an agent said.
    pub person: Option<(PersonId, String)>,
    /// Whom the number may belong to.
    pub maybe: Vec<(PersonId, String)>,
    /// The name of who had it.
    pub agent: Option<String>,
    /// The word that it was ended with.
    pub code: Option<String>,
    /// Its ticket.
    pub ticket: Option<Ticket>,
}

/// These calls with what their rows show to a reader: five queries, however many calls.
pub fn logged(db: &mut Db, lines: &Lines, reader: &Reader, mut calls: Vec<Call>) -> Result<Vec<Logged>> {
    fn unique<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
        let mut all: Vec<T> = all.collect();
        all.sort_unstable();
        all.dedup();
        all
    }
    for call in calls.iter_mut().filter(|call| !reader.may_see(call)) {
        call.caller_name.clear();
        call.person_id = None;
        call.ticket = None;
    }
    let seen = || calls.iter().filter(|call| reader.may_see(call));
    let keys = unique(seen().filter(|call| call.person_id.is_none()).filter_map(|call| call.caller_key.clone()));
    let known = people::candidates(db, &keys)?;
    let persons = people::person_names(db, &unique(calls.iter().filter_map(|call| call.person_id)))?;
    let agents = accounts::agents_named(db, &unique(calls.iter().filter_map(|call| call.claimed_by)))?;
    let own = tickets::by_ids(db, &unique(calls.iter().filter_map(|call| call.ticket)))?;
    let codes = store::wrap_up_codes(db)?;
    let row = |call: Call| {
        let line = lines.0.iter().find(|line| line.id == call.line);
        let key = call.caller_key.as_deref();
        let maybe =
            known.iter().filter(|(k, _)| Some(k.as_str()) == key && call.person_id.is_none() && reader.may_see(&call));
        Logged {
            line: line.map(|line| line.name.clone()).unwrap_or_default(),
            number: call.number(line),
            person: persons.iter().find(|(id, _)| Some(*id) == call.person_id).cloned(),
            maybe: maybe.take(3).map(|(_, candidate)| (candidate.id, candidate.name.clone())).collect(),
            agent: agents.iter().find(|(id, _)| Some(*id) == call.claimed_by).map(|(_, name)| name.clone()),
            code: codes.iter().find(|code| Some(code.id) == call.wrap_up).map(|code| code.name.clone()),
            ticket: own.iter().find(|ticket| Some(ticket.id) == call.ticket).cloned(),
            call,
        }
    };
    Ok(calls.into_iter().map(row).collect())
}

impl Call {
    /// Whether somebody spoke with the caller: the PBX says so, or an agent had it and nobody says that it was missed.
    pub fn was_answered(&self) -> bool {
        let spoken = [Some(CallOutcome::AnsweredElsewhere), Some(CallOutcome::Forwarded)].contains(&self.outcome);
        spoken || (self.claimed_at.is_some() && self.outcome.is_some_and(|outcome| outcome != CallOutcome::Missed))
    }

    /// Whether nobody did.
    pub fn was_missed(&self) -> bool {
        self.outcome.is_some_and(CallOutcome::is_missed) && !self.was_answered()
    }

    /// How long the caller waited until the call was claimed or ended; nothing while it rings.
    pub fn waited_ms(&self) -> Option<i64> {
        let ended = self.ended_at?;
        Some(self.claimed_at.map_or(ended, |claimed| claimed.min(ended)).since_ms(self.received_at))
    }

    /// How long it was in hand, from the claim to the wrap-up, where both are known.
    pub fn handled_ms(&self) -> Option<i64> {
        Some(self.wrapped_up_at?.since_ms(self.claimed_at?)).filter(|ms| *ms >= 0)
    }
}
