//! The demo's past: two weeks of calls and shifts, so that the log, the wall and the reports have something to tell.

use crate::accounts::{self, Duty};
use crate::base::id::{AgentId, LineId, PersonId, WrapUpId};
use crate::base::{Result, Timestamp, sha256_hex};
use crate::calls::{self, Heard, PastCall};
use crate::events::Act;
use crate::people;
use crate::tickets::CallOutcome;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Days before today.
const DAYS: i64 = 14;

/// Calls of each day of the week, from Monday.
const OF_DAY: [u64; 7] = [26, 22, 21, 20, 23, 9, 6];

/// Calls of each hour from six on, as parts of the day.
const OF_HOUR: [u64; 14] = [3, 8, 14, 16, 12, 9, 6, 8, 9, 7, 4, 2, 1, 1];

/// Who calls: number and the name that the exchange sends along. The numbers are those of the demo's people, and of nobody.
const CALLERS: [(&str, &str); 11] = [
    ("+493023125001", "Bäckerei Mustermann"),
    ("+4917604069020", ""),
    ("+493023125010", "Müller & Söhne"),
    ("+493023125030", "Klinik am Park"),
    ("+493023125020", "HV Nord"),
    ("+4917604069031", ""),
    ("+493023125040", ""),
    ("+4917604069099", ""),
    ("+33199001234", ""),
    ("+493023125060", "Grundschule"),
    ("", ""),
];

/// Numbers that look thrown, and are the same on every start.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let at = usize::try_from(self.below(of.len() as u64)).ok()?;
        of.get(at).copied()
    }

    /// A place in a list, the likelier the heavier.
    fn weighed(&mut self, weights: &[u64]) -> i64 {
        let mut left = self.below(weights.iter().sum());
        let found = weights.iter().position(|weight| {
            let here = left < *weight;
            left = left.saturating_sub(*weight);
            here
        });
        found.and_then(|at| i64::try_from(at).ok()).unwrap_or(0)
    }
}

/// Makes the past of a desk whose agents, lines and codes are there.
pub(super) fn fill(act: &mut Act<'_>, agents: &[AgentId]) -> Result<()> {
    let mut dice = Dice(4_711);
    let lines: Vec<LineId> = calls::all_lines(act.db)?.into_iter().map(|line| line.id).collect();
    let codes: Vec<WrapUpId> = calls::wrap_up_codes(act.db)?.into_iter().map(|code| code.id).collect();
    let numbers: Vec<String> = CALLERS.iter().map(|(number, _)| (*number).to_owned()).collect();
    let known: Vec<(String, PersonId)> =
        people::candidates(act.db, &numbers)?.into_iter().map(|(key, person)| (key, person.id)).collect();
    let now = act.now;
    // Midnight of the desk's zone is near enough to that of UTC: shifts begin at six.
    let morning = now.0 - now.0.rem_euclid(DAY_MS);
    let mut past = Vec::new();
    for day in 0..=DAYS {
        let midnight = morning - day * DAY_MS;
        let weekday = usize::try_from((midnight / DAY_MS + 3).rem_euclid(7)).unwrap_or(0);
        for _ in 0..OF_DAY.get(weekday).copied().unwrap_or(0) {
            let at = midnight + (5 + dice.weighed(&OF_HOUR)) * HOUR_MS;
            let at = Timestamp(at + i64::try_from(dice.below(3_600_000)).unwrap_or(0));
            if at.plus_ms(20 * 60_000) < now {
                past.push(call(&mut dice, at, &lines, agents, &codes, &known));
            }
        }
        shifts(act, &mut dice, Timestamp(midnight), agents)?;
    }
    past.retain(|call| call.heard.line != LineId(0));
    past.sort_by_key(|call| call.heard.received_at);
    calls::keep_past(act, &past).map(drop)
}

fn call(
    dice: &mut Dice,
    at: Timestamp,
    lines: &[LineId],
    agents: &[AgentId],
    codes: &[WrapUpId],
    known: &[(String, PersonId)],
) -> PastCall {
    let (number, name) = dice.one(&CALLERS).unwrap_or_default();
    let second = |dice: &mut Dice, least: u64, more: u64| i64::try_from(least + dice.below(more)).unwrap_or(0) * 1_000;
    let line = if dice.below(5) == 0 { lines.first() } else { lines.last() };
    let (outcome, rang_ms) = match dice.below(100) {
        0..72 => (CallOutcome::AnsweredElsewhere, second(dice, 3, 16)),
        72..77 => (CallOutcome::Forwarded, second(dice, 8, 20)),
        77..90 => (CallOutcome::Missed, second(dice, 6, 40)),
        90..95 => (CallOutcome::WentOn, second(dice, 25, 20)),
        95..98 => (CallOutcome::Unconfirmed, second(dice, 10, 30)),
        _ => (CallOutcome::RangOut, 120_000),
    };
    let served = outcome == CallOutcome::AnsweredElsewhere;
    let claimed_at = at.plus_ms(rang_ms - 1_000);
    let claimed = agents.get(..3).and_then(|some| dice.one(some)).filter(|_| served).map(|agent| (agent, claimed_at));
    let wrapped = claimed.map(|(_, since)| (dice.one(codes), since.plus_ms(second(dice, 40, 420))));
    let person = known.iter().find(|(key, _)| key == number).map(|(_, person)| *person);
    PastCall {
        heard: Heard {
            key: sha256_hex(format!("past {} {number}", at.0).as_bytes()),
            node: "demo".into(),
            line: line.copied().unwrap_or(LineId(0)),
            source: "127.0.0.1".into(),
            sip_call_id: format!("past-{}@demo", at.0),
            caller_raw: number.into(),
            caller_key: (!number.is_empty()).then(|| number.to_owned()),
            number: number.into(),
            caller_internal: false,
            caller_name: name.into(),
            withheld: number.is_empty(),
            verstat: None,
            dialled: "helpdesk".into(),
            diverted_from: None,
            user_agent: Some("Deskbell demo".into()),
            received_at: at,
        },
        ended_at: at.plus_ms(rang_ms),
        outcome,
        reason: None,
        claimed,
        wrapped_up: wrapped,
        person: person.filter(|_| served && claimed.is_some()),
    }
}

/// Two take turns each day, with a break at noon; today they have just begun.
fn shifts(act: &mut Act<'_>, dice: &mut Dice, midnight: Timestamp, agents: &[AgentId]) -> Result<()> {
    let now = act.now;
    for (agent, begin) in agents.iter().skip(1).take(2).zip([5_i64, 11]) {
        let late = i64::try_from(dice.below(15)).unwrap_or(0) * 60_000;
        let at = |hours: i64| midnight.plus_ms((begin + hours) * HOUR_MS + late);
        for (state, from, to) in [
            (Duty::On, at(0), at(4)),
            (Duty::Break, at(4), at(4).plus_ms(HOUR_MS / 2)),
            (Duty::On, at(4).plus_ms(HOUR_MS / 2), at(8)),
        ] {
            if to < now {
                accounts::keep_past_duty(act, *agent, state, from, to)?;
            }
        }
    }
    Ok(())
}
