//! Invitations (RFC 5545, RFC 5546): what a person wants to know of them.

use super::address::{self, Mailbox};
use crate::base::Timestamp;
use crate::base::text::clean_line;

/// What an invitation, or the answer to one, says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The method in upper case: REQUEST, CANCEL, REPLY, PUBLISH ...
    pub method: String,
    /// What it is about.
    pub summary: String,
    /// Who invites.
    pub organiser: Option<Mailbox>,
    /// When it begins, where it can be said without the sender's own time zones: UTC times and IANA names.
    pub starts_at: Option<Timestamp>,
    /// The beginning as it was written, with its zone.
    pub start: String,
    /// Where.
    pub location: String,
}

/// Lines that are read.
const LINES_MAX: usize = 5_000;

/// Reads the first event of a calendar.
pub(super) fn read(text: &str, method: Option<&str>) -> Option<Invitation> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().take(LINES_MAX) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(fold), Some(last)) if last.len() < 4_096 => last.push_str(fold),
            (Some(_), Some(_)) => {}
            _ => lines.push(line.trim_end().to_owned()),
        }
    }
    let begins = |line: &String| ["BEGIN:VEVENT", "BEGIN:VTODO"].iter().any(|start| line.eq_ignore_ascii_case(start));
    let event = lines.iter().position(begins);
    let find = |name: &str, from: usize| {
        lines.iter().skip(from).find_map(|line| {
            let end = line.find([':', ';'])?;
            line.get(..end)?.eq_ignore_ascii_case(name).then(|| line.get(end..).unwrap_or_default())
        })
    };
    let said = find("METHOD", 0).and_then(|rest| rest.strip_prefix(':')).or(method)?;
    let event = event?;
    let plain = |name: &str| {
        let value = find(name, event).map(|rest| value(rest).replace("\\n", " ").replace("\\N", " ").replace('\\', ""));
        clean_line(&value.unwrap_or_default(), 255)
    };
    let start = find("DTSTART", event).unwrap_or_default();
    Some(Invitation {
        method: clean_line(said, 20).to_ascii_uppercase(),
        summary: plain("SUMMARY"),
        organiser: find("ORGANIZER", event).and_then(organiser),
        starts_at: moment(start),
        start: clean_line(start.trim_start_matches([':', ';']), 100),
        location: plain("LOCATION"),
    })
}

/// What stands behind the parameters of a line.
fn value(rest: &str) -> &str {
    let mut quoted = false;
    let colon = rest.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    });
    colon.and_then(|(at, _)| rest.get(at + 1..)).unwrap_or_default()
}

fn parameter<'a>(rest: &'a str, name: &str) -> Option<&'a str> {
    let end = rest.len() - value(rest).len();
    let parameters = rest.get(..end)?.trim_end_matches(':').split(';');
    let found = parameters.filter_map(|p| p.split_once('=')).find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim_matches('"'))
}

fn organiser(rest: &str) -> Option<Mailbox> {
    let address = value(rest);
    let address = address
        .get(..7)
        .filter(|p| p.eq_ignore_ascii_case("mailto:"))
        .and_then(|_| address.get(7..))
        .unwrap_or(address);
    let mut mailbox = address::read(address, 1).0.pop()?;
    if let Some(name) = parameter(rest, "CN") {
        mailbox.name = clean_line(name, 200);
    }
    Some(mailbox)
}

/// `20260203T100000Z`, or local with an IANA zone.
fn moment(rest: &str) -> Option<Timestamp> {
    let text = value(rest).trim();
    let digits = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let small = |from: usize, to: usize| digits(from, to).and_then(|n| i8::try_from(n).ok());
    let date = jiff::civil::Date::new(digits(0, 4)?, small(4, 6)?, small(6, 8)?).ok()?;
    let time = jiff::civil::Time::new(small(9, 11)?, small(11, 13)?, small(13, 15)?, 0).ok()?;
    let zone = match (text.ends_with('Z'), parameter(rest, "TZID")) {
        (true, _) => jiff::tz::TimeZone::UTC,
        (false, Some(name)) => jiff::tz::TimeZone::get(name).ok()?,
        (false, None) => return None,
    };
    let zoned = date.to_datetime(time).to_zoned(zone).ok()?;
    Some(Timestamp(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation() {
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:16010101T000000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nORGANIZER;CN=\"Muster: Erika\":mailto:e@x.org\r\nSUMMARY;LANGUAGE=de:Wartung\\, Hal\r\n le 3\r\nDTSTART;TZID=Europe/Berlin:20260203T100000\r\nLOCATION:Halle\\n3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let found = read(text, None).unwrap();
        assert_eq!(
            (found.method.as_str(), found.summary.as_str(), found.location.as_str()),
            ("REQUEST", "Wartung, Halle 3", "Halle 3")
        );
        assert_eq!(
            found.organiser.unwrap(),
            Mailbox { name: "Muster: Erika".to_owned(), address: "e@x.org".to_owned() }
        );
        assert_eq!(found.starts_at.map(|at| at.0), Some(1_770_109_200_000));
        assert_eq!(
            read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260203T090000Z\n", Some("reply")).unwrap().method,
            "REPLY"
        );
        assert_eq!(read("nothing", Some("REQUEST")), None);
    }
}
