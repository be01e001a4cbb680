//! Of what an agent is told by mail, and when he is left in peace.

use super::store;
use super::taking::is_at;
use crate::accounts;
use crate::base::id::AgentId;
use crate::base::{EmailAddress, Error, Message, Problem, Result, Timestamp, words};
use crate::db::Db;
use crate::events::Act;

words! {
    /// What an agent can be told of.
    pub enum NoticeKind {
        /// A ticket came to one of his teams.
        New = "new",
        /// A ticket was given to him.
        Assigned = "assigned",
        /// A letter came to a ticket of his, or to one that nobody has: he wrote to it last, or nobody did and it is his team's.
        Reply = "reply",
        /// A note names him.
        Mention = "mention",
    }
}

/// When an agent is left in peace, in the zone of the desk: minutes since midnight, the end before the beginning for a night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// Where it begins.
    pub from: u16,
    /// Where it ends.
    pub to: u16,
}

/// What an agent chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeChoices {
    /// Of what he is told.
    pub kinds: Vec<NoticeKind>,
    /// When not; what happens then is told at its end.
    pub quiet: Option<Quiet>,
}

impl Default for NoticeChoices {
    fn default() -> Self {
        Self { kinds: NoticeKind::ALL.to_vec(), quiet: None }
    }
}

impl NoticeChoices {
    /// What this agent chose; everything, at all times, as long as he chose nothing. Nobody without an address is told.
    pub fn of(db: &mut Db, agent: AgentId) -> Result<Self> {
        let Some((kinds, from, to)) = store::notice_choices(db, agent)? else { return Ok(Self::default()) };
        Ok(Self::written(&kinds, &from, &to))
    }

    /// Choices as they are kept.
    pub(super) fn written(kinds: &str, from: &str, to: &str) -> Self {
        let kinds = kinds.split(',').filter_map(NoticeKind::from_word).collect();
        let quiet = match (minute_of(from), minute_of(to)) {
            (Some(from), Some(to)) => Some(Quiet { from, to }),
            _ => None,
        };
        Self { kinds, quiet }
    }
}

impl Quiet {
    /// The moment at which something is told that happens now: now, or when the peace is over.
    pub fn over_at(self, now: Timestamp, zone: &jiff::tz::TimeZone) -> Timestamp {
        let Ok(instant) = jiff::Timestamp::from_millisecond(now.0) else { return now };
        let local = instant.to_zoned(zone.clone());
        let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
        let (from, to) = (i64::from(self.from), i64::from(self.to));
        let is_quiet = if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to };
        if !is_quiet {
            return now;
        }
        let left = (to - minute).rem_euclid(24 * 60);
        now.plus_ms(left * 60_000 - i64::from(local.second()) * 1_000 - i64::from(local.millisecond()))
    }
}

/// `22:30` as minutes since midnight.
fn minute_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Minutes since midnight as a field of time has them.
fn written(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Sets where an agent is told of what, and when not. Without an address he is told of nothing.
///
/// # Errors
/// [`Error::Invalid`] with every problem: no address, that of a mailbox of the desk, half a time.
pub fn choose_notices(
    act: &mut Act<'_>,
    agent: AgentId,
    address: &str,
    kinds: &[NoticeKind],
    quiet: (&str, &str),
) -> Result<()> {
    let mut problems = Vec::new();
    let address = address.trim();
    let parsed = EmailAddress::parse(address);
    if !address.is_empty() && parsed.is_none() {
        problems.push(Problem::new("address", Message::new("error-address-named").with("text", address)));
    }
    if let Some(parsed) = &parsed {
        // A mailbox that is told of its own letters would never fall silent.
        if store::mailboxes(act.db)?.iter().any(|own| is_at(parsed.as_str(), &own.card.address)) {
            problems.push(Problem::new("address", "error-address-own"));
        }
    }
    let both = (minute_of(quiet.0), minute_of(quiet.1));
    let none = quiet.0.trim().is_empty() && quiet.1.trim().is_empty();
    if !none && !matches!(both, (Some(from), Some(to)) if from != to) {
        problems.push(Problem::new("quiet_from", "error-quiet"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    accounts::set_address(act, agent, parsed.as_ref())?;
    let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
    let (from, to) = match both {
        (Some(from), Some(to)) if !none => (written(from), written(to)),
        _ => (String::new(), String::new()),
    };
    store::put_notice_choices(act.db, agent, &words.join(","), &from, &to, act.now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peace_ends_when_it_was_said() {
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let night = Quiet { from: 22 * 60, to: 6 * 60 + 30 };
        let over = |now: &str| night.over_at(at(now), &zone);
        assert_eq!(over("2026-11-20T12:00:00Z"), at("2026-11-20T12:00:00Z"), "noon is loud");
        assert_eq!(over("2026-11-20T22:10:20Z"), at("2026-11-21T05:30:00Z"), "23:10 in Berlin");
        assert_eq!(over("2026-11-21T05:29:59Z"), at("2026-11-21T05:30:00Z"));
        assert_eq!(over("2026-11-21T05:30:00Z"), at("2026-11-21T05:30:00Z"));
        let lunch = Quiet { from: 12 * 60, to: 13 * 60 };
        assert_eq!(lunch.over_at(at("2026-11-20T11:15:00Z"), &zone), at("2026-11-20T12:00:00Z"));
    }

    #[test]
    fn times_are_read_strictly() {
        assert_eq!((minute_of("22:30"), minute_of("7:05"), minute_of("00:00:10")), (Some(1_350), Some(425), Some(0)));
        for junk in ["", "24:00", "12", "12:6", "12:60", "a:b", "-1:00"] {
            assert_eq!(minute_of(junk), None, "{junk}");
        }
    }
}
