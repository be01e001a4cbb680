//! What the board shows of a call: who it may be, and what is open for them.

use super::{Call, Incident, Lines, store};
use crate::accounts;
use crate::base::id::CallId;
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::people::{self, Candidate};
use crate::tickets::{self, Ticket};

/// Open tickets that a card shows.
const TICKETS_MAX: usize = 5;

/// How long after its end a call is still in hand before it counts as forgotten.
const STALE_MS: i64 = 15 * 60_000;

/// A call with all that its card shows.
#[derive(Debug, Clone)]
pub struct Card {
    /// The call.
    pub call: Call,
    /// Whether the reader may not see who it may be; then nothing of that is here.
    pub hidden: bool,
    /// Its line's name.
    pub line: String,
    /// Its number as people read it.
    pub number: String,
    /// Everybody whom the number may belong to; the first of them when very many share it.
    pub candidates: Vec<Candidate>,
    /// How many that are.
    pub sharing: i64,
    /// The name of whoever has it.
    pub holder: Option<String>,
    /// Whether whoever has it went off duty since they claimed it.
    pub holder_is_away: bool,
    /// A fault that is known, which the call may be about, with its title.
    pub known: Option<(Incident, String)>,
    /// Its own ticket.
    pub ticket: Option<Ticket>,
    /// Other open tickets of the caller's number and of those people.
    pub open: Vec<Ticket>,
}

impl Card {
    /// Whether somebody claimed it and seems to have forgotten it: gone off duty, or silent for long after its end.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let since = self.call.ended_at.map(|ended| self.call.claimed_at.map_or(ended, |claimed| claimed.max(ended)));
        let lies = since.is_some_and(|since| now.since_ms(since) >= STALE_MS);
        self.call.is_claimed() && (self.holder_is_away || lies)
    }
}

/// The cards of these calls: a handful of queries, however many calls.
pub fn cards(db: &mut Db, lines: &Lines, calls: Vec<Call>) -> Result<Vec<Card>> {
    let mut keys: Vec<String> = calls.iter().filter_map(|call| call.caller_key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    let known = people::candidates(db, &keys)?;
    let counts = people::how_many(db, &keys)?;
    let persons: Vec<_> = known.iter().map(|(_, candidate)| candidate.id).collect();
    let open = tickets::open_of(db, &persons, &keys, 1_000)?;
    let holders = accounts::agents_named(db, &calls.iter().filter_map(|call| call.claimed_by).collect::<Vec<_>>())?;
    let away = gone(db, &calls)?;
    let own = tickets::by_ids(db, &calls.iter().filter_map(|call| call.ticket).collect::<Vec<_>>())?;
    let incidents = store::open_incidents(db)?;
    let titles = tickets::by_ids(db, &incidents.iter().map(|incident| incident.ticket).collect::<Vec<_>>())?;
    let card = |call: Call| {
        let key = call.caller_key.as_deref();
        let mine: Vec<Candidate> =
            known.iter().filter(|(k, _)| Some(k.as_str()) == key).map(|(_, c)| c.clone()).collect();
        let theirs = |ticket: &&Ticket| {
            let named = ticket.requester_id.is_some_and(|person| mine.iter().any(|c| c.id == person));
            Some(ticket.id) != call.ticket && key.is_some() && (named || ticket.caller_key.as_deref() == key)
        };
        let areas: Vec<&str> = mine.iter().filter_map(|c| c.site.as_ref()).map(|site| site.area.as_str()).collect();
        let own = own.iter().find(|t| Some(t.id) == call.ticket);
        let said = own.map(|ticket| ticket.subject.as_str()).unwrap_or_default();
        let concerns = |incident: &&Incident| {
            let is_in = own.is_some_and(|own| own.id == incident.ticket || own.parent_id == Some(incident.ticket));
            !is_in && incident.may_concern(key, &areas, said)
        };
        let known = incidents.iter().find(concerns).map(|incident| {
            let title = titles.iter().find(|ticket| ticket.id == incident.ticket).map(|ticket| ticket.subject.clone());
            (incident.clone(), title.unwrap_or_default())
        });
        let line = lines.0.iter().find(|line| line.id == call.line);
        Card {
            line: line.map(|l| l.name.clone()).unwrap_or_default(),
            number: call.number(line),
            holder: holders.iter().find(|h| Some(h.0) == call.claimed_by).map(|h| h.1.clone()),
            holder_is_away: away.contains(&call.id),
            ticket: own.cloned(),
            known,
            open: open.iter().filter(theirs).take(TICKETS_MAX).cloned().collect(),
            sharing: counts.iter().find(|(k, _)| Some(k.as_str()) == key).map_or(0, |(_, count)| *count),
            candidates: mine,
            hidden: false,
            call,
        }
    };
    Ok(calls.into_iter().map(card).collect())
}

/// The claimed calls whose holders went off duty since they claimed them. Who never was on duty is not missed.
fn gone(db: &mut Db, calls: &[Call]) -> Result<Vec<CallId>> {
    let claims = || calls.iter().filter(|c| c.is_claimed()).filter_map(|c| Some((c.id, c.claimed_by?, c.claimed_at?)));
    let Some(first) = claims().map(|(.., at)| at).min() else { return Ok(Vec::new()) };
    let on_duty = accounts::on_duty(db)?;
    let holders: Vec<_> = claims().map(|(_, agent, _)| agent).collect();
    let left = accounts::left_duty(db, &holders, first)?;
    let went = |agent, since| left.iter().any(|(who, at)| *who == agent && *at >= since);
    let is_gone = |agent, since| !on_duty.iter().any(|row| row.agent == agent) && went(agent, since);
    Ok(claims().filter(|(_, agent, since)| is_gone(*agent, *since)).map(|(id, ..)| id).collect())
}
