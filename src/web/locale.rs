//! How dates, times, spans and numbers are written for one reader: a language and a time zone.

use jiff::tz::TimeZone;

use crate::base::{Message, Timestamp};

use super::lang::{Lang, Value};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// English names of months, short: the German style writes dates in figures.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A reader's language and time zone.
#[derive(Debug, Clone)]
pub struct Locale {
    /// The language.
    pub lang: Lang,
    /// The zone that times are shown in.
    pub zone: TimeZone,
}

impl Locale {
    /// A reader of `lang` in `zone`.
    pub fn new(lang: Lang, zone: TimeZone) -> Self {
        Self { lang, zone }
    }

    /// The text of `key`: [`Lang::t`].
    pub fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }

    /// The text of `key` with values: [`Lang::t_with`].
    pub fn t_with(&self, key: &str, args: &[(&'static str, Value<'_>)]) -> String {
        self.lang.t_with(key, args)
    }

    /// The text for a stored word: [`Lang::t_word`].
    pub fn t_word(&self, prefix: &str, word: &str) -> String {
        self.lang.t_word(prefix, word)
    }

    /// What the domain says: [`Lang::message`].
    pub fn message(&self, message: &Message) -> String {
        self.lang.message(message)
    }

    /// The time of day as people greet by it: `morning`, `day`, `evening`, `night`.
    pub fn daytime(&self, at: Timestamp) -> &'static str {
        match at.to_jiff().to_zoned(self.zone.clone()).hour() {
            5..=10 => "morning",
            11..=17 => "day",
            18..=22 => "evening",
            _ => "night",
        }
    }

    /// The day: `21 Nov 2026`, `21.11.2026`.
    pub fn date(&self, at: Timestamp) -> String {
        self.civil_date(at.to_jiff().to_zoned(self.zone.clone()).date())
    }

    /// A day that is bound to no zone.
    pub fn civil_date(&self, date: jiff::civil::Date) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        let name = usize::try_from(month - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or_default();
        match self.lang {
            Lang::De => format!("{day:02}.{month:02}.{year}"),
            _ => format!("{day} {name} {year}"),
        }
    }

    /// The time of day: `14:02`.
    pub fn time(&self, at: Timestamp) -> String {
        let zoned = at.to_jiff().to_zoned(self.zone.clone());
        format!("{:02}:{:02}", zoned.hour(), zoned.minute())
    }

    /// Day and time.
    pub fn moment(&self, at: Timestamp) -> String {
        format!("{}, {}", self.date(at), self.time(at))
    }

    /// The time alone when `at` is on the same day as `now`, else day and time.
    pub fn moment_near(&self, at: Timestamp, now: Timestamp) -> String {
        if self.date(at) == self.date(now) { self.time(at) } else { self.moment(at) }
    }

    /// How long ago: "just now", "3 min ago", "2 h ago", "5 days ago", then the day. A moment to come is written out.
    pub fn ago(&self, at: Timestamp, now: Timestamp) -> String {
        let passed = now.since_ms(at);
        let count = |key, count: i64| self.t_with(key, &[("count", count.into())]);
        match passed {
            _ if passed < -MINUTE_MS => self.moment(at),
            _ if passed < 45_000 => self.t("ago-now"),
            _ if passed < HOUR_MS => count("ago-minutes", ((passed + MINUTE_MS / 2) / MINUTE_MS).min(59)),
            _ if passed < DAY_MS => count("ago-hours", passed / HOUR_MS),
            _ if passed < 7 * DAY_MS => count("ago-days", passed / DAY_MS),
            _ => self.date(at),
        }
    }

    /// A length of time as clocks count it: `0:42`, `12:05`, `1:02:03`. Less than nothing is nothing.
    pub fn span(&self, ms: i64) -> String {
        let seconds = ms.max(0) / 1_000;
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
    }

    /// A whole number in groups of three: `12,345`, `12.345`.
    pub fn number(&self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let mark = self.group_mark();
        let mut grouped = String::with_capacity(digits.len() + 8);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(mark);
            }
            grouped.push(digit);
        }
        // U+2212, as wide as the plus sign and the figures.
        if number < 0 { format!("\u{2212}{grouped}") } else { grouped }
    }

    /// A size in bytes, kB, MB or GB, with one figure after the point below ten.
    pub fn bytes(&self, bytes: u64) -> String {
        let (unit, name) = match bytes {
            0..1_000 => (1, "B"),
            1_000..1_000_000 => (1_000, "kB"),
            1_000_000..1_000_000_000 => (1_000_000, "MB"),
            _ => (1_000_000_000, "GB"),
        };
        let whole = bytes / unit;
        if unit > 1 && whole < 10 {
            let tenth = bytes % unit * 10 / unit;
            return format!("{whole}{}{tenth}\u{a0}{name}", self.decimal_mark());
        }
        format!("{}\u{a0}{name}", self.number(i64::try_from(whole).unwrap_or(i64::MAX)))
    }

    fn group_mark(&self) -> char {
        match self.lang {
            Lang::De => '.',
            _ => ',',
        }
    }

    fn decimal_mark(&self) -> char {
        match self.lang {
            Lang::De => ',',
            _ => '.',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budapest(lang: Lang) -> Locale {
        Locale::new(lang, TimeZone::get("Europe/Budapest").unwrap())
    }

    /// 2026-11-21T13:02:03Z, 14:02 in Budapest.
    const AT: Timestamp = Timestamp(1_795_266_123_000);

    #[test]
    fn days_and_times_are_those_of_the_zone() {
        assert_eq!(budapest(Lang::En).moment(AT), "21 Nov 2026, 14:02");
        assert_eq!(budapest(Lang::De).moment(AT), "21.11.2026, 14:02");
        assert_eq!(budapest(Lang::De).date(AT.plus_ms(10 * HOUR_MS)), "22.11.2026", "midnight is the zone's");
        assert_eq!(budapest(Lang::En).moment_near(AT, AT.plus_ms(HOUR_MS)), "14:02");
        for edge in [Timestamp(i64::MIN), Timestamp(i64::MAX)] {
            budapest(Lang::En).moment(edge);
        }
    }

    #[test]
    fn what_was_is_told_in_words_for_a_week() {
        let l = budapest(Lang::En);
        for (passed, wanted) in [
            (-2 * HOUR_MS, "21 Nov 2026, 14:02"),
            (-1, "just now"),
            (44_999, "just now"),
            (45_000, "1 min ago"),
            (59 * MINUTE_MS + 59_000, "59 min ago"),
            (HOUR_MS, "1 h ago"),
            (DAY_MS - 1, "23 h ago"),
            (DAY_MS, "1 day ago"),
            (7 * DAY_MS, "21 Nov 2026"),
        ] {
            assert_eq!(l.ago(AT, AT.plus_ms(passed)), wanted, "{passed} ms");
        }
    }

    #[test]
    fn spans_and_numbers() {
        let (en, de) = (budapest(Lang::En), budapest(Lang::De));
        assert_eq!(
            [0, -5, 42_999, 725_000, 3_723_000].map(|ms| en.span(ms)),
            ["0:00", "0:00", "0:42", "12:05", "1:02:03"]
        );
        assert_eq!(
            [0, 999, 1_000, 1_234_567, -1_000].map(|n| en.number(n)),
            ["0", "999", "1,000", "1,234,567", "\u{2212}1,000"]
        );
        assert_eq!(de.number(1_234_567), "1.234.567");
        assert_eq!(
            [0, 999, 1_500, 15_000_000].map(|n| de.bytes(n)),
            ["0\u{a0}B", "999\u{a0}B", "1,5\u{a0}kB", "15\u{a0}MB"]
        );
        en.number(i64::MIN);
    }
}
