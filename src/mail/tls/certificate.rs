//! The one thing that we read in a certificate ourselves: when it ends (X.509, RFC 5280 4.1.2.5).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::base::Timestamp;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// When a certificate ends; nothing for octets that aren't one.
pub(super) fn not_after(der: &[u8]) -> Option<Timestamp> {
    let certificate = Items(der).sequence()?;
    let mut signed = Items(certificate).sequence().map(Items)?;
    let (first, _) = signed.next()?;
    if first == VERSION {
        signed.next()?;
    }
    let (_algorithm, _issuer) = (signed.next()?, signed.next()?);
    let mut validity = signed.sequence().map(Items)?;
    let _not_before = validity.next()?;
    let (kind, text) = validity.next()?;
    read_time(kind, std::str::from_utf8(text).ok()?)
}

fn read_time(kind: u8, text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?;
    let full = match kind {
        // Two digits of the year: 50 to 99 are of the last century.
        UTC_TIME if digits.get(..2)? >= "50" => format!("19{digits}"),
        UTC_TIME => format!("20{digits}"),
        GENERALIZED_TIME => digits.to_owned(),
        _ => return None,
    };
    let at = DateTime::strptime("%Y%m%d%H%M%S", full).ok()?;
    Some(Timestamp(at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond()))
}

/// DER items, one after the other: tag, length, content.
struct Items<'a>(&'a [u8]);

impl<'a> Items<'a> {
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (length, rest) = rest.split_first()?;
        let (length, rest) = match length {
            0..=0x7f => (usize::from(*length), rest),
            0x81..=0x83 => {
                let (octets, rest) = rest.split_at_checked(usize::from(length & 0x0f))?;
                (octets.iter().fold(0, |all, octet| all << 8 | usize::from(*octet)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }

    fn sequence(&mut self) -> Option<&'a [u8]> {
        self.next().filter(|(tag, _)| *tag == SEQUENCE).map(|(_, content)| content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_time_are_read() {
        let read = |kind, text| read_time(kind, text).map(Timestamp::rfc3339);
        assert_eq!(read(UTC_TIME, "260102030405Z").unwrap(), "2026-01-02T03:04:05.000Z");
        assert_eq!(read(UTC_TIME, "991231235959Z").unwrap(), "1999-12-31T23:59:59.000Z");
        assert_eq!(read(GENERALIZED_TIME, "20510101000000Z").unwrap(), "2051-01-01T00:00:00.000Z");
        for (kind, text) in [(UTC_TIME, "2601020304Z"), (UTC_TIME, "ä"), (0x02, "260102030405Z"), (UTC_TIME, "")] {
            assert_eq!(read_time(kind, text), None, "{text}");
        }
    }

    #[test]
    fn octets_that_are_no_certificate_have_no_end() {
        for octets in [&b""[..], b"\x30", b"\x30\x80", b"\x30\x03\x30\x01\x02", b"\x30\x84\xff\xff\xff\xff", b"hello"] {
            assert_eq!(not_after(octets), None);
        }
    }
}
