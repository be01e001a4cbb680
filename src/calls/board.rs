//! What the board shows of a call: who it may be, and what is open for them.

use super::{Call, Lines};
use crate::accounts;
use crate::base::Result;
use crate::db::Db;
use crate::people::{self, Candidate};
use crate::tickets::{self, Ticket};

/// Open tickets that a card shows.
const TICKETS_MAX: usize = 5;

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
    /// Its own ticket.
    pub ticket: Option<Ticket>,
    /// Other open tickets of the caller's number and of those people.
    pub open: Vec<Ticket>,
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
    let own = tickets::by_ids(db, &calls.iter().filter_map(|call| call.ticket).collect::<Vec<_>>())?;
    let card = |call: Call| {
        let key = call.caller_key.as_deref();
        let mine: Vec<Candidate> =
            known.iter().filter(|(k, _)| Some(k.as_str()) == key).map(|(_, c)| c.clone()).collect();
        let theirs = |ticket: &&Ticket| {
            let named = ticket.requester_id.is_some_and(|person| mine.iter().any(|c| c.id == person));
            Some(ticket.id) != call.ticket && key.is_some() && (named || ticket.caller_key.as_deref() == key)
        };
        let line = lines.0.iter().find(|line| line.id == call.line);
        Card {
            line: line.map(|l| l.name.clone()).unwrap_or_default(),
            number: call.number(line),
            holder: holders.iter().find(|h| Some(h.0) == call.claimed_by).map(|h| h.1.clone()),
            ticket: own.iter().find(|t| Some(t.id) == call.ticket).cloned(),
            open: open.iter().filter(theirs).take(TICKETS_MAX).cloned().collect(),
            sharing: counts.iter().find(|(k, _)| Some(k.as_str()) == key).map_or(0, |(_, count)| *count),
            candidates: mine,
            hidden: false,
            call,
        }
    };
    Ok(calls.into_iter().map(card).collect())
}
