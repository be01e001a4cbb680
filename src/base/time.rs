//! Time: UTC milliseconds, and the clock that is read at the edge only.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. Columns of it end in `_at`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::BigInt)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment plus `ms` milliseconds; stays at the ends of the range.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to here; negative when `earlier` is later.
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The moment as jiff knows it; clamped to jiff's range (years -9999 to 9999).
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// The day on which it is, in a zone.
    pub fn day(self, zone: &TimeZone) -> Date {
        self.to_jiff().to_zoned(zone.clone()).date()
    }

    /// When a day begins in a zone.
    pub fn midnight(day: Date, zone: &TimeZone) -> Self {
        let began = day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp().as_millisecond());
        Self(began.unwrap_or(if day.year() < 1970 { i64::MIN } else { i64::MAX }))
    }

    /// RFC 3339 in UTC with milliseconds, as machines read it.
    pub fn rfc3339(self) -> String {
        format!("{:.3}", self.to_jiff())
    }
}

/// Where "now" comes from. Handlers read it once and hand the moment down; nothing below the edge reads a clock.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until [`Clock::pass`], for tests.
    pub fn fixed(at: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.0))))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(at) => Timestamp(at.load(Ordering::SeqCst)),
            None => Timestamp(jiff::Timestamp::now().as_millisecond()),
        }
    }

    /// Moves a fixed clock on by `ms`; does nothing to the machine's.
    pub fn pass(&self, ms: i64) {
        if let Some(at) = &self.0 {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(Timestamp(1_000));
        let same = clock.clone();
        assert_eq!(clock.now(), Timestamp(1_000));
        clock.pass(500);
        assert_eq!(same.now(), Timestamp(1_500), "clones are the same clock");
    }

    #[test]
    fn days_begin_where_one_lives() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let at = Timestamp(1_795_266_123_000);
        let day = at.day(&berlin);
        assert_eq!(Timestamp::midnight(day, &berlin).rfc3339(), "2026-11-20T23:00:00.000Z");
        assert_eq!(Timestamp::midnight(day, &berlin).day(&berlin), day);
        for edge in [Date::MIN, Date::MAX] {
            Timestamp::midnight(edge, &berlin);
        }
    }

    #[test]
    fn machines_read_rfc_3339() {
        assert_eq!(Timestamp(1_700_000_000_123).rfc3339(), "2023-11-14T22:13:20.123Z");
        assert_eq!(Timestamp(0).rfc3339(), "1970-01-01T00:00:00.000Z");
        Timestamp(i64::MAX).rfc3339();
        Timestamp(i64::MIN).rfc3339();
    }
}
