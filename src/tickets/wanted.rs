//! When work is wanted, as it is said on the phone: now, today, tomorrow morning, or at a time.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

use crate::base::{Timestamp, words};

words! {
    /// When.
    pub enum When {
        /// At once.
        Now = "now",
        /// By the end of the working day; late in the day, by its end.
        Today = "today",
        /// When the next day's work begins.
        Tomorrow = "tomorrow",
        /// At a time that was named.
        At = "at",
    }
}

/// When a working day ends and begins, in hours.
const EVENING: i8 = 17;
const MORNING: i8 = 8;

/// How browsers write a day and a time.
const FORMAT: &str = "%Y-%m-%dT%H:%M";

impl When {
    /// The moment that is meant, in the zone of who says it; `at` is a day and a time as browsers write it. Nothing when
    /// that can't be read.
    pub fn moment(self, at: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let here = now.to_jiff().to_zoned(zone.clone());
        let evening = Time::constant(if here.hour() < EVENING { EVENING } else { 23 }, 0, 0, 0);
        let told = match self {
            Self::Now => return Some(now),
            Self::Today => here.date().to_datetime(evening),
            Self::Tomorrow => here.date().tomorrow().ok()?.to_datetime(Time::constant(MORNING, 0, 0, 0)),
            Self::At => {
                let at = DateTime::strptime(FORMAT, at.get(..16).unwrap_or(at)).ok()?;
                // A ticket is not wanted in another century; what can't be a date is not kept as one.
                Some(at).filter(|at| (2000..2100).contains(&at.year()))?
            }
        };
        told.to_zoned(zone.clone()).ok().map(|zoned| Timestamp(zoned.timestamp().as_millisecond()))
    }
}

/// A moment as a field for a day and a time wants it.
pub fn field_of(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map(|at| at.to_jiff().to_zoned(zone.clone()).strftime(FORMAT).to_string()).unwrap_or_default()
}

/// What such a field says: nothing, or a moment.
///
/// # Errors
/// It is neither; with the key of what to say.
pub fn read_field(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    When::At.moment(text.trim(), Timestamp(0), zone).map(Some).ok_or("error-moment")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 12:00 UTC, a Friday.
    const NOON: Timestamp = Timestamp(1_795_176_000_000);

    #[test]
    fn what_is_said_is_a_moment_in_the_zone_of_who_says_it() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let said = |when: When, at: &str, now| field_of(when.moment(at, now, &berlin), &berlin);
        assert_eq!(said(When::Now, "", NOON), "2026-11-20T13:00");
        assert_eq!(said(When::Today, "", NOON), "2026-11-20T17:00");
        assert_eq!(
            said(When::Today, "", NOON.plus_ms(6 * 3_600_000)),
            "2026-11-20T23:00",
            "in the evening, by its end"
        );
        assert_eq!(said(When::Tomorrow, "", NOON), "2026-11-21T08:00");
        assert_eq!(said(When::At, "2026-12-24T18:30", NOON), "2026-12-24T18:30");
        assert_eq!(said(When::At, "2026-12-24T18:30:59", NOON), "2026-12-24T18:30", "some browsers add seconds");
        for junk in ["", "soon", "2026-13-40T99:99", "0001-01-01T00:00", "２０２６-12-24T18:30"] {
            assert_eq!(When::At.moment(junk, NOON, &berlin), None, "{junk}");
        }
        assert_eq!(read_field(" ", &berlin), Ok(None));
        assert!(read_field("x", &berlin).is_err());
    }
}
