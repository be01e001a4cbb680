//! A storm: many callers from one area, or with like words, within minutes. It proposes an incident before anybody has
//! seen the pattern.
//!
//! Callers are counted, not calls: one who tries eight times is no storm. What is usual at this hour is no storm either.

use std::collections::{BTreeMap, BTreeSet};

use super::{Incident, store};
use crate::base::id::{CallId, TicketId};
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::settings::Settings;
use crate::tickets::{self, Ticket};

/// Calls of the last minutes that are looked at; more than that is a storm whatever they are.
const CALLS_MAX: i64 = 2_000;

/// How a number may begin for its area: country and area code, and some digits of the exchange.
const PREFIX: std::ops::RangeInclusive<usize> = 5..=8;

/// Shortest word that says anything.
const WORD_MIN: usize = 4;

/// Days before, at the same time, that tell what is usual.
const DAYS: i64 = 7;

/// How many times the usual makes a storm.
const TIMES_USUAL: usize = 3;

/// Proposals that are shown at once.
const SHOWN_MAX: usize = 2;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// What the calls have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alike {
    /// The area of their sites.
    Area(String),
    /// A word of what was typed.
    Word(String),
    /// How their numbers begin.
    Prefix(String),
}

impl Alike {
    /// Its name in addresses and in the table of storms that were waved away.
    pub fn key(&self) -> String {
        match self {
            Self::Area(area) => format!("area:{area}"),
            Self::Word(word) => format!("word:{word}"),
            Self::Prefix(prefix) => format!("prefix:{prefix}"),
        }
    }

    /// What [`Alike::key`] wrote.
    pub fn of_key(key: &str) -> Option<Self> {
        let (kind, value) = key.split_once(':')?;
        let value = value.to_owned();
        match kind {
            "area" => Some(Self::Area(value)),
            "word" => Some(Self::Word(value)),
            "prefix" => Some(Self::Prefix(value)),
            _ => None,
        }
    }
}

/// A storm that may be an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storm {
    /// What the calls have in common.
    pub alike: Alike,
    /// How many callers that are.
    pub callers: usize,
    /// Over how many minutes.
    pub minutes: i64,
    /// Their calls.
    pub calls: Vec<CallId>,
}

/// A call of the last minutes, as far as it matters here.
#[derive(Debug, Clone, diesel::Queryable)]
pub struct Recent {
    /// The call.
    pub id: CallId,
    /// Who: the number as it compares.
    pub caller_key: String,
    /// Its ticket.
    pub ticket: Option<TicketId>,
}

/// The storms of now that nobody has waved away and that no known incident explains.
pub fn storms(db: &mut Db, settings: &Settings, now: Timestamp) -> Result<Vec<Storm>> {
    let Some((least, minutes)) = settings.storm() else { return Ok(Vec::new()) };
    let from = now.plus_ms(-minutes * MINUTE_MS);
    let mut recent = store::recent_calls(db, from, now.plus_ms(1), CALLS_MAX)?;
    // Most of the time this is all: too few calls for anything.
    if recent.len() < least.min(least.div_ceil(2).max(3)) {
        return Ok(Vec::new());
    }
    let quiet = store::quiet_storms(db, now)?;
    let known = store::open_incidents(db)?;
    recent.retain(|call| known.iter().all(|incident| Some(incident.ticket) != call.ticket));
    let ids: Vec<TicketId> = recent.iter().filter_map(|call| call.ticket).collect();
    let tickets = tickets::by_ids(db, &ids)?;
    let areas = store::areas_of_tickets(db, &ids)?;
    let mut found: Vec<Storm> = Vec::new();
    // Read once for all groups, and only when one asks.
    let mut past: Option<Vec<Vec<Recent>>> = None;
    for (alike, crowd) in crowds(&recent, &tickets, &areas, least) {
        let calls: Vec<CallId> = crowd.iter().map(|call| call.id).collect();
        let callers = crowd.iter().map(|call| call.caller_key.as_str()).collect::<BTreeSet<_>>().len();
        let told = found.iter().any(|storm| {
            let theirs: BTreeSet<CallId> = storm.calls.iter().copied().collect();
            calls.iter().filter(|id| theirs.contains(id)).count() * 5 >= calls.len() * 4
        });
        if told || quiet.contains(&alike.key()) || known.iter().any(|incident| explains(incident, &alike)) {
            continue;
        }
        if let Alike::Prefix(prefix) = &alike {
            let days = match past.take() {
                Some(days) => days,
                None => days_before(db, minutes, now)?,
            };
            let usual = usual(&days, prefix);
            past = Some(days);
            if callers < TIMES_USUAL * usual {
                continue;
            }
        }
        found.push(Storm { alike, callers, minutes, calls });
        if found.len() == SHOWN_MAX {
            break;
        }
    }
    Ok(found)
}

fn explains(incident: &Incident, alike: &Alike) -> bool {
    match alike {
        Alike::Area(area) => incident.area.eq_ignore_ascii_case(area),
        Alike::Word(word) => incident.words.split_whitespace().any(|own| own == word),
        Alike::Prefix(prefix) => {
            incident.area.starts_with('+') && (prefix.starts_with(&incident.area) || incident.area.starts_with(prefix))
        }
    }
}

/// Groups that are large enough: areas first, then words, then prefixes, the longest first; each the largest first. What is
/// typed is fewer than what rings, so half as many say as much.
fn crowds<'a>(
    recent: &'a [Recent],
    tickets: &[Ticket],
    areas: &[(TicketId, String)],
    least: usize,
) -> Vec<(Alike, Vec<&'a Recent>)> {
    let areas: BTreeMap<TicketId, &str> = areas.iter().map(|(ticket, area)| (*ticket, area.as_str())).collect();
    let subjects: BTreeMap<TicketId, &str> = tickets.iter().map(|t| (t.id, t.subject.as_str())).collect();
    let mut groups: BTreeMap<Alike, Vec<&Recent>> = BTreeMap::new();
    for call in recent {
        if let Some(area) = call.ticket.and_then(|ticket| areas.get(&ticket)) {
            groups.entry(Alike::Area(area.to_lowercase())).or_default().push(call);
        }
        let subject = call.ticket.and_then(|ticket| subjects.get(&ticket)).map(|subject| subject.to_lowercase());
        let words: BTreeSet<&str> = subject.iter().flat_map(|s| s.split(|c: char| !c.is_alphanumeric())).collect();
        for word in words.into_iter().filter(|word| word.chars().count() >= WORD_MIN) {
            groups.entry(Alike::Word(word.to_owned())).or_default().push(call);
        }
        for length in PREFIX {
            // A prefix that is the whole number is a caller, not an area.
            if let Some(prefix) = call.caller_key.get(..length).filter(|_| call.caller_key.len() > length + 2) {
                groups.entry(Alike::Prefix(prefix.to_owned())).or_default().push(call);
            }
        }
    }
    let needed = |alike: &Alike| if matches!(alike, Alike::Prefix(_)) { least } else { least.div_ceil(2).max(3) };
    let callers = |crowd: &[&Recent]| crowd.iter().map(|call| call.caller_key.as_str()).collect::<BTreeSet<_>>().len();
    let mut large: Vec<_> = groups.into_iter().filter(|(alike, crowd)| callers(crowd) >= needed(alike)).collect();
    large.sort_by_key(|(alike, crowd)| {
        let (kind, length) = match alike {
            Alike::Area(_) => (0, 0),
            Alike::Word(_) => (1, 0),
            Alike::Prefix(prefix) => (2, prefix.len()),
        };
        (kind, std::cmp::Reverse(length), std::cmp::Reverse(callers(crowd)))
    });
    large
}

/// The calls of so many minutes at this time of each of the days before.
fn days_before(db: &mut Db, minutes: i64, now: Timestamp) -> Result<Vec<Vec<Recent>>> {
    let day = |day: i64| {
        let to = now.plus_ms(-day * DAY_MS);
        store::recent_calls(db, to.plus_ms(-minutes * MINUTE_MS), to.plus_ms(1), CALLS_MAX)
    };
    (1..=DAYS).map(day).collect()
}

/// How many callers with such a number there are on one of these days.
fn usual(days: &[Vec<Recent>], prefix: &str) -> usize {
    let callers = |day: &Vec<Recent>| {
        let keys = day.iter().map(|call| call.caller_key.as_str()).filter(|key| key.starts_with(prefix));
        keys.collect::<BTreeSet<_>>().len()
    };
    days.iter().map(callers).sum::<usize>().div_ceil(days.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(keys: &[&str]) -> Vec<Recent> {
        let call = |(at, key): (usize, &&str)| Recent {
            id: CallId(i64::try_from(at).unwrap()),
            caller_key: (*key).to_owned(),
            ticket: None,
        };
        keys.iter().enumerate().map(call).collect()
    }

    fn found(keys: &[&str], least: usize) -> Vec<Alike> {
        crowds(&calls(keys), &[], &[], least).into_iter().map(|(alike, _)| alike).collect()
    }

    #[test]
    fn callers_are_counted_and_not_calls() {
        assert!(found(&["+4930901820"; 9], 3).is_empty());
        assert_eq!(found(&["+4930901820", "+4930901821", "+4930901822"], 3)[0], Alike::Prefix("+4930901".into()));
    }

    #[test]
    fn the_longest_prefix_that_all_have_is_named_first() {
        let all = found(&["+4930111111", "+4930222222", "+4930333333"], 3);
        assert_eq!(all, [Alike::Prefix("+4930".into())]);
        assert!(found(&["110", "112", "115"], 3).is_empty(), "extensions are of no area");
    }

    #[test]
    fn a_key_names_what_it_was_made_of() {
        for alike in [Alike::Area("12047".into()), Alike::Word("a:b".into()), Alike::Prefix("+4930".into())] {
            assert_eq!(Alike::of_key(&alike.key()), Some(alike));
        }
        assert_eq!(Alike::of_key("x:y"), None);
    }
}
