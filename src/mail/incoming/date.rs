//! Dates in headers (RFC 5322 section 3.3 and its obsolete forms), leniently.

use crate::base::Timestamp;

/// Reads a date: `[Tue,] 3 Feb 2026 10:00[:00] +0100`, the year with two digits or before the time, zones by name, or
/// ISO 8601. Nothing when it is none, or of no time that a mail can be of (1970 to 2100).
pub(in crate::mail) fn read(text: &str) -> Option<Timestamp> {
    let text = crate::mail::start_of(text, 200);
    let bare = text.split('(').next()?.trim();
    if let Ok(iso) = bare.parse::<jiff::Timestamp>() {
        return Some(Timestamp(iso.as_millisecond()));
    }
    let words: Vec<&str> = bare.split([' ', '\t', ',', '-']).filter(|word| !word.is_empty()).collect();
    let dashed = zone_after_dash(bare);
    let month_at = words.iter().position(|word| month(word).is_some())?;
    let month = month(words.get(month_at)?)?;
    let number = |at: usize| words.get(at).and_then(|word| word.trim_matches('.').parse::<i64>().ok());
    // "3 Feb 2026", or "Feb 3 10:00:00 2026" as of ctime.
    let before = month_at.checked_sub(1).and_then(number);
    let (day, year) = match before {
        Some(day) if (1..=31).contains(&day) => (day, number(month_at + 1)?),
        _ => (
            number(month_at + 1)?,
            words.iter().rev().find_map(|w| w.parse::<i64>().ok().filter(|n| (1970..=2100).contains(n)))?,
        ),
    };
    let year = match year {
        0..=49 => year + 2_000,
        50..=999 => year + 1_900,
        _ => year,
    };
    let time = words.iter().find(|word| word.contains(':'))?;
    let mut parts = time.split(':').map(|part| part.split('.').next().unwrap_or_default().parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().flatten().unwrap_or_default().min(59);
    let zone = words.iter().skip_while(|word| *word != time).skip(1).find_map(|word| zone(word));
    let zone = dashed.or(zone).unwrap_or_default();
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, month, i8::try_from(day).ok()?).ok()?;
    let moment = date.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
    if !(0..=24).contains(&hour) || !(0..=59).contains(&minute) || !(1970..=2100).contains(&year) {
        return None;
    }
    let minutes = i64::from(hour) * 60 + i64::from(minute) - zone;
    Some(Timestamp(moment + (minutes * 60 + i64::from(second)) * 1_000))
}

fn month(word: &str) -> Option<i8> {
    let known = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = word.get(..3)?.to_ascii_lowercase();
    let place = known.iter().position(|name| *name == start)?;
    i8::try_from(place + 1).ok()
}

/// A zone `-0500`, whose dash splits words here.
fn zone_after_dash(text: &str) -> Option<i64> {
    let (before, digits) = text.rsplit_once('-')?;
    let digits = digits.get(..4).filter(|_| before.contains(':'))?;
    zone(&format!("+{digits}")).map(|minutes| -minutes)
}

/// Minutes east of UTC.
fn zone(word: &str) -> Option<i64> {
    if let Some(digits) = word.strip_prefix('+') {
        let digits: String = digits.chars().filter(|c| *c != ':').collect();
        let number: i64 = digits.get(..4)?.parse().ok()?;
        return Some(number / 100 * 60 + number % 100).filter(|minutes| *minutes <= 14 * 60);
    }
    let hours = match word.to_ascii_uppercase().as_str() {
        "Z" | "UT" | "UTC" | "GMT" => 0,
        "EST" | "CDT" => -5,
        "EDT" => -4,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "CET" | "MEZ" | "BST" => 1,
        "CEST" | "MESZ" | "EET" => 2,
        _ => return None,
    };
    Some(hours * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_all_kinds() {
        let expected = "2026-02-03T09:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        for text in [
            "Tue, 3 Feb 2026 10:00:00 +0100",
            "3 Feb 26 09:00 GMT",
            "Tue, 03 Feb 2026 04:00:00 -0500 (EST)",
            "Tue, 3-Feb-2026 10:00:00 +0100",
            "Tue Feb  3 09:00:00 2026",
            "Tue, 3 Feb 2026 10:00:00.123 CET",
            "2026-02-03T10:00:00+01:00",
        ] {
            assert_eq!(read(text), Some(Timestamp(expected)), "{text}");
        }
        for text in [
            "",
            "x",
            "Sat, 99 Foo 99999 99:99:99 +9999",
            "31 Feb 2026 10:00",
            "3 Feb 2026 99:00 +0000",
            "3 Feb 1800 9:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
