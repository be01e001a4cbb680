//! Duty: who takes calls now, who is on a break, and since when.

use super::{Right, Role, store};
use crate::base::id::AgentId;
use crate::base::{Error, Message, Result, Timestamp, words};
use crate::events::{Act, Event};

words! {
    /// Whether an agent takes calls.
    pub enum Duty {
        /// Takes calls.
        On = "on",
        /// Back soon.
        Break = "break",
        /// Not here for calls.
        Off = "off",
    }
}

/// An agent who is on duty or on a break.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct DutyRow {
    /// Who.
    pub agent: AgentId,
    /// The name.
    pub name: String,
    /// What they are here.
    pub role: Role,
    /// On duty or on a break.
    pub state: Duty,
    /// Since when.
    pub since: Timestamp,
}

/// A time that somebody was on duty or on a break.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct DutySpan {
    /// Who.
    pub agent: AgentId,
    /// The name.
    pub name: String,
    /// On duty or on a break.
    pub state: Duty,
    /// Since when.
    pub began_at: Timestamp,
    /// Until when; nothing for now.
    pub ended_at: Option<Timestamp>,
}

/// All that an agent was on duty within a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyTotal {
    /// Who.
    pub agent: AgentId,
    /// The name.
    pub name: String,
    /// When it began.
    pub first: Timestamp,
    /// When it ended; nothing when it goes on.
    pub last: Option<Timestamp>,
    /// Milliseconds on duty.
    pub on_ms: i64,
    /// Milliseconds on a break.
    pub break_ms: i64,
    /// How many breaks.
    pub breaks: i64,
}

/// Puts an agent on duty, on a break, or off duty.
///
/// # Errors
/// [`Error::Conflict`] for an agent who may take no calls.
pub fn go(act: &mut Act<'_>, agent: AgentId, state: Duty) -> Result<()> {
    crate::db::serialise(act.db, &format!("duty:{agent}"))?;
    if store::duty_of(act.db, agent)?.unwrap_or(Duty::Off) == state {
        return Ok(());
    }
    store::end_duty(act.db, agent, act.now)?;
    if state != Duty::Off {
        let who = store::agent_by_id(act.db, agent)?;
        if who.disabled_at.is_some() || !who.role.may(Right::WorkCalls) {
            return Err(Error::Conflict(Message::new("error-duty-role")));
        }
        store::insert_duty(act.db, agent, state, act.now, None)?;
    }
    act.record(Event::DutyChanged { agent, state: state.word().into() });
    Ok(())
}

/// Notes a duty of the time before the log began, as an import or a demo knows it. It has no event.
pub fn keep_past_duty(act: &mut Act<'_>, agent: AgentId, state: Duty, from: Timestamp, to: Timestamp) -> Result<()> {
    store::insert_duty(act.db, agent, state, from, Some(to))
}

/// What each agent did between two moments, in the order in which they began.
pub fn totals(spans: &[DutySpan], from: Timestamp, to: Timestamp, now: Timestamp) -> Vec<DutyTotal> {
    let mut totals: Vec<DutyTotal> = Vec::new();
    for span in spans {
        let end = span.ended_at.unwrap_or(now).min(to);
        let began = span.began_at.max(from);
        let length = end.since_ms(began);
        if length < 0 || (length == 0 && span.began_at < from) || span.began_at >= to {
            continue;
        }
        let last = span.ended_at.filter(|ended| *ended <= to);
        let (on_ms, break_ms, breaks) = if span.state == Duty::Break { (0, length, 1) } else { (length, 0, 0) };
        match totals.iter_mut().find(|total| total.agent == span.agent) {
            Some(total) => {
                total.on_ms += on_ms;
                total.break_ms += break_ms;
                total.breaks += breaks;
                total.last = last;
            }
            None => totals.push(DutyTotal {
                agent: span.agent,
                name: span.name.clone(),
                first: began,
                last,
                on_ms,
                break_ms,
                breaks,
            }),
        }
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(agent: i64, state: Duty, began: i64, ended: Option<i64>) -> DutySpan {
        let (began_at, ended_at) = (Timestamp(began), ended.map(Timestamp));
        DutySpan { agent: AgentId(agent), name: format!("agent {agent}"), state, began_at, ended_at }
    }

    #[test]
    fn a_day_counts_what_lies_within_it() {
        let spans = [
            span(1, Duty::On, 50, Some(150)),
            span(1, Duty::Break, 150, Some(170)),
            span(1, Duty::On, 170, None),
            span(2, Duty::On, 20, Some(90)),
            span(3, Duty::On, 300, Some(310)),
        ];
        let day = totals(&spans, Timestamp(100), Timestamp(200), Timestamp(500));
        assert_eq!(day.len(), 1, "one ended before, one began after: {day:?}");
        assert_eq!((day[0].first, day[0].last), (Timestamp(100), None));
        assert_eq!((day[0].on_ms, day[0].break_ms, day[0].breaks), (50 + 30, 20, 1));
        let now = totals(&spans, Timestamp(100), Timestamp(1_000), Timestamp(500));
        assert_eq!((now[0].on_ms, now[1].last), (50 + 330, Some(Timestamp(310))));
        assert_eq!(totals(&[], Timestamp(0), Timestamp(1), Timestamp(1)), []);
    }
}
