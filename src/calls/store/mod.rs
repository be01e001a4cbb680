//! All SQL of calls and lines.

use diesel::prelude::*;

use super::line::{Checked, source};
use super::{Call, Heard, Line, LineCard, Makes};
use crate::base::id::{AgentId, CallId, LineId, PersonId, TeamId, TicketId};
use crate::base::{Cursor, Page, Result, Timestamp};
use crate::db::schema::{calls as c, line_numbers as ln, line_sources as ls, lines as l};
use crate::db::{Db, MultiBackend, inserted_id};
use crate::tickets::CallOutcome;

/// Lines that a desk has at most; also bounds the labels on `/metrics`.
pub(super) const LINES_MAX: usize = 200;

/// The columns of a [`Call`], in the order of its fields.
macro_rules! columns {
    () => {
        (
            c::id,
            c::line_id,
            c::caller_raw,
            c::caller_key,
            c::caller_name,
            c::withheld,
            c::dialled,
            c::diverted_from,
            c::ticket_id,
            c::received_at,
            c::ended_at,
            c::outcome,
            c::reason,
            c::person_id,
            c::claimed_by,
            c::claimed_at,
            c::wrap_up_id,
            c::wrapped_up_at,
            c::spam_at,
        )
    };
}

// After the macro, which they use.
mod callbacks;
mod claims;
mod incidents;
mod log;
mod numbers;
mod one;
mod sums;

pub use callbacks::*;
pub use claims::*;
pub use incidents::*;
pub use log::*;
pub use numbers::*;
pub use one::*;
pub(super) use sums::*;

pub(super) fn insert(db: &mut Db, heard: &Heard) -> Result<CallId> {
    let row = (
        c::key.eq(&heard.key),
        c::node.eq(&heard.node),
        c::line_id.eq(heard.line),
        c::source.eq(&heard.source),
        c::sip_call_id.eq(&heard.sip_call_id),
        c::caller_raw.eq(&heard.caller_raw),
        c::caller_key.eq(&heard.caller_key),
        c::caller_internal.eq(heard.caller_internal),
        c::caller_name.eq(&heard.caller_name),
        c::withheld.eq(heard.withheld),
        c::verstat.eq(&heard.verstat),
        c::dialled.eq(&heard.dialled),
        c::diverted_from.eq(&heard.diverted_from),
        c::user_agent.eq(&heard.user_agent),
        c::received_at.eq(heard.received_at),
    );
    use crate::db::schema::calls::{id, table};
    Ok(inserted_id!(db, table, id, row)?)
}

/// One call.
pub fn by_id(db: &mut Db, id: CallId) -> Result<Call> {
    Ok(c::table.find(id).select(columns!()).first(db)?)
}

/// These calls.
pub fn by_ids(db: &mut Db, ids: &[CallId]) -> Result<Vec<Call>> {
    Ok(c::table.filter(c::id.eq_any(ids.to_vec())).select(columns!()).order(c::id).load(db)?)
}

pub(super) fn by_key(db: &mut Db, key: &str) -> Result<Option<Call>> {
    Ok(c::table.filter(c::key.eq(key)).select(columns!()).first(db).optional()?)
}

/// The calls that ring on a node.
pub(super) fn ringing_on(db: &mut Db, node: &str) -> Result<Vec<Call>> {
    let open = c::table.filter(c::ended_at.is_null()).filter(c::node.eq(node));
    Ok(open.select(columns!()).order(c::id).load(db)?)
}

/// The calls that ring, the newest first.
pub fn ringing(db: &mut Db, limit: i64) -> Result<Vec<Call>> {
    let open = c::table.filter(c::ended_at.is_null());
    Ok(open.select(columns!()).order((c::received_at.desc(), c::id.desc())).limit(limit).load(db)?)
}

/// The call that an agent means by "the call": the one claimed last and not wrapped up, else the oldest that rings and that
/// nobody has, else the last one.
pub fn current_of(db: &mut Db, agent: AgentId) -> Result<Option<Call>> {
    if let Some(call) = in_hand_of(db, agent, 1)?.pop() {
        return Ok(Some(call));
    }
    let rings = c::table.filter(c::ended_at.is_null()).filter(c::claimed_by.is_null()).filter(c::spam_at.is_null());
    let oldest = rings.order((c::received_at.asc(), c::id.asc())).select(columns!());
    match oldest.first(db).optional()? {
        Some(call) => Ok(Some(call)),
        None => Ok(ended(db, &CallFilter::default(), None, 1)?.rows.pop()),
    }
}

/// What a list of calls shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// Only those that nobody is known to have answered.
    pub missed: bool,
    /// Only of this line.
    pub line: Option<LineId>,
}

/// Calls that have ended, the newest first.
pub fn ended(db: &mut Db, filter: &CallFilter, after: Option<Cursor>, limit: usize) -> Result<Page<Call>> {
    let mut query = c::table.filter(c::ended_at.is_not_null()).into_boxed::<MultiBackend>();
    if filter.missed {
        let missed: Vec<_> = CallOutcome::ALL.iter().copied().filter(|o| o.is_missed()).collect();
        query = query.filter(c::outcome.eq_any(missed));
    }
    if let Some(line) = filter.line {
        query = query.filter(c::line_id.eq(line));
    }
    if let Some(cursor) = after {
        let (at, id) = (Timestamp(cursor.key), CallId(cursor.id));
        query = query.filter(c::received_at.le(at)).filter(c::received_at.lt(at).or(c::id.lt(id)));
    }
    let rows = query
        .order((c::received_at.desc(), c::id.desc()))
        .limit(i64::try_from(limit).unwrap_or(50) + 1)
        .select(columns!())
        .load(db)?;
    Ok(Page::cut(rows, limit, |call: &Call| Cursor { key: call.received_at.0, id: call.id.0 }))
}

/// The last calls of a number, the newest first. Of one number: a list of them would be read whole and sorted.
pub fn calls_of(db: &mut Db, caller_key: &str, limit: i64) -> Result<Vec<Call>> {
    let of = c::table.filter(c::caller_key.eq(caller_key)).order((c::received_at.desc(), c::id.desc())).limit(limit);
    Ok(of.select(columns!()).load(db)?)
}

/// The last calls that somebody was named for, the newest first.
pub(super) fn calls_named(db: &mut Db, person: PersonId, limit: i64) -> Result<Vec<Call>> {
    let theirs = c::table.filter(c::person_id.eq(person)).order((c::received_at.desc(), c::id.desc())).limit(limit);
    Ok(theirs.select(columns!()).load(db)?)
}

/// When each of these people was last named for a call; those who never were are not in it.
pub(super) fn last_calls(db: &mut Db, people: &[PersonId]) -> Result<Vec<(PersonId, Timestamp)>> {
    let rows: Vec<(Option<PersonId>, Option<Timestamp>)> = c::table
        .filter(c::person_id.eq_any(people.to_vec()))
        .group_by(c::person_id)
        .select((c::person_id, diesel::dsl::max(c::received_at)))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(person, at)| Some((person?, at?))).collect())
}

/// What the carrier said of the number.
pub(super) fn verstat(db: &mut Db, id: CallId) -> Result<Option<String>> {
    Ok(c::table.find(id).select(c::verstat).first(db)?)
}

pub(super) fn set_person(db: &mut Db, id: CallId, person: Option<PersonId>) -> Result<()> {
    diesel::update(c::table.find(id)).set(c::person_id.eq(person)).execute(db)?;
    Ok(())
}

/// Notes the end; says whether the call was open.
pub(super) fn end(db: &mut Db, id: CallId, outcome: CallOutcome, reason: Option<&str>, now: Timestamp) -> Result<bool> {
    let open = c::table.find(id).filter(c::ended_at.is_null());
    let ended = (c::ended_at.eq(now), c::outcome.eq(outcome), c::reason.eq(reason));
    Ok(diesel::update(open).set(ended).execute(db)? > 0)
}

pub(super) fn reopen(db: &mut Db, id: CallId, node: &str) -> Result<()> {
    diesel::update(c::table.find(id))
        .set((
            c::ended_at.eq(None::<Timestamp>),
            c::outcome.eq(None::<CallOutcome>),
            c::reason.eq(None::<String>),
            c::node.eq(node),
        ))
        .execute(db)?;
    Ok(())
}

pub(super) fn set_node(db: &mut Db, id: CallId, node: &str) -> Result<()> {
    diesel::update(c::table.find(id)).set(c::node.eq(node)).execute(db)?;
    Ok(())
}

pub(super) fn set_outcome(db: &mut Db, id: CallId, outcome: CallOutcome) -> Result<()> {
    diesel::update(c::table.find(id)).set(c::outcome.eq(outcome)).execute(db)?;
    Ok(())
}

pub(super) fn set_ticket(db: &mut Db, id: CallId, ticket: TicketId) -> Result<()> {
    diesel::update(c::table.find(id)).set(c::ticket_id.eq(ticket)).execute(db)?;
    Ok(())
}

/// How many calls ring, by line.
pub fn count_ringing(db: &mut Db) -> Result<Vec<(LineId, i64)>> {
    let open = c::table.filter(c::ended_at.is_null());
    Ok(open.group_by(c::line_id).select((c::line_id, diesel::dsl::count_star())).load(db)?)
}

type LineRow = (LineId, String, Option<TeamId>, Makes, String, String, Option<Timestamp>);

type LineColumns = (l::id, l::name, l::team_id, l::makes, l::country, l::area_code, l::disabled_at);
const LINE: LineColumns = (l::id, l::name, l::team_id, l::makes, l::country, l::area_code, l::disabled_at);

/// When the last call of each of these lines came; a seek for each.
pub fn last_calls_of_lines(db: &mut Db, lines: &[LineId]) -> Result<Vec<(LineId, Timestamp)>> {
    let mut found = Vec::new();
    for line in lines {
        let of_line = c::table.filter(c::line_id.eq(*line)).order((c::received_at.desc(), c::id.desc()));
        found.extend(of_line.select(c::received_at).first(db).optional()?.map(|at| (*line, at)));
    }
    Ok(found)
}

/// Every line by name, the disabled ones last: three queries.
pub fn all_lines(db: &mut Db) -> Result<Vec<Line>> {
    let rows = l::table.order((l::disabled_at.is_not_null(), l::name, l::id)).select(LINE).load(db)?;
    filled(db, rows)
}

fn filled(db: &mut Db, rows: Vec<LineRow>) -> Result<Vec<Line>> {
    let sources: Vec<(LineId, String)> = ls::table.select((ls::line_id, ls::source)).order(ls::source).load(db)?;
    let numbers: Vec<(LineId, String)> = ln::table.select((ln::line_id, ln::number)).order(ln::number).load(db)?;
    let line = |(id, name, team, makes, country, area_code, disabled_at): LineRow| Line {
        id,
        name,
        team,
        makes,
        country,
        area_code,
        sources: sources.iter().filter(|s| s.0 == id).filter_map(|s| source(&s.1)).collect(),
        numbers: numbers.iter().filter(|n| n.0 == id).map(|n| n.1.clone()).collect(),
        disabled_at,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// One line.
pub fn line_by_id(db: &mut Db, id: LineId) -> Result<Line> {
    let row = l::table.find(id).select(LINE).first(db)?;
    filled(db, vec![row])?.pop().ok_or(crate::base::Error::Missing)
}

pub(super) fn insert_line(db: &mut Db, card: &LineCard, checked: &Checked, now: Timestamp) -> Result<LineId> {
    let row = (
        l::name.eq(&checked.name),
        l::team_id.eq(card.team),
        l::makes.eq(card.makes),
        l::country.eq(&checked.country),
        l::area_code.eq(&checked.area_code),
        l::created_at.eq(now),
    );
    let id = inserted_id!(db, l::table, l::id, row)?;
    set_reach(db, id, checked)?;
    Ok(id)
}

pub(super) fn update_line(db: &mut Db, id: LineId, card: &LineCard, checked: &Checked) -> Result<()> {
    diesel::update(l::table.find(id))
        .set((
            l::name.eq(&checked.name),
            l::team_id.eq(card.team),
            l::makes.eq(card.makes),
            l::country.eq(&checked.country),
            l::area_code.eq(&checked.area_code),
        ))
        .execute(db)?;
    set_reach(db, id, checked)
}

fn set_reach(db: &mut Db, id: LineId, checked: &Checked) -> Result<()> {
    diesel::delete(ls::table.filter(ls::line_id.eq(id))).execute(db)?;
    diesel::delete(ln::table.filter(ln::line_id.eq(id))).execute(db)?;
    for source in &checked.sources {
        diesel::insert_into(ls::table).values((ls::line_id.eq(id), ls::source.eq(source.to_string()))).execute(db)?;
    }
    for number in &checked.numbers {
        diesel::insert_into(ln::table).values((ln::line_id.eq(id), ln::number.eq(number))).execute(db)?;
    }
    Ok(())
}

pub(super) fn set_line_disabled(db: &mut Db, id: LineId, at: Option<Timestamp>) -> Result<()> {
    diesel::update(l::table.find(id)).set(l::disabled_at.eq(at)).execute(db)?;
    Ok(())
}
