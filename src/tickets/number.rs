//! The number by which people speak of a ticket: its id plus 1,000, then a check digit.
//!
//! The digit is Damm's (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004): it finds every wrong digit and every
//! swap of neighbours, which is what goes wrong when a number is said on the phone.

use std::fmt;

use crate::base::id::TicketId;

/// Numbers start here, so that the first ticket has five digits too.
const OFFSET: i64 = 1_000;

/// The operation of a totally anti-symmetric quasigroup of order ten.
const QUASIGROUP: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

fn check_digit(digits: &str) -> Option<u8> {
    digits.bytes().try_fold(0_u8, |interim, c| {
        let digit = c.checked_sub(b'0').filter(|d| *d < 10)?;
        QUASIGROUP.get(usize::from(interim))?.get(usize::from(digit)).copied()
    })
}

/// A ticket's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketNumber(TicketId);

impl TicketNumber {
    /// The number of a ticket.
    pub fn of(id: TicketId) -> Self {
        Self(id)
    }

    /// Whose number this is.
    pub fn id(self) -> TicketId {
        self.0
    }

    /// Reads a number as people type it, with spaces or a `#`; nothing when the check digit is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '#').collect();
        if !(5..=18).contains(&digits.len()) || check_digit(&digits) != Some(0) {
            return None;
        }
        let number: i64 = digits.get(..digits.len() - 1)?.parse().ok()?;
        (number > OFFSET).then(|| Self(TicketId(number - OFFSET)))
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = (self.0.0.saturating_add(OFFSET)).to_string();
        write!(f, "{digits}{}", check_digit(&digits).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_can_be_said_and_typed_back() {
        assert_eq!(check_digit("572"), Some(4), "the example of the paper");
        for id in [1, 2, 9, 10, 42, 99_999, 1_000_000] {
            let number = TicketNumber::of(TicketId(id)).to_string();
            assert_eq!(TicketNumber::parse(&number).map(TicketNumber::id), Some(TicketId(id)));
            assert_eq!(TicketNumber::parse(&format!(" #{number} ")).map(TicketNumber::id), Some(TicketId(id)));
        }
    }

    #[test]
    fn one_wrong_digit_or_a_swap_is_found() {
        let number = TicketNumber::of(TicketId(40_318)).to_string();
        for at in 0..number.len() {
            for digit in b'0'..=b'9' {
                let mut wrong = number.clone().into_bytes();
                if wrong[at] != digit {
                    wrong[at] = digit;
                    assert_eq!(TicketNumber::parse(std::str::from_utf8(&wrong).unwrap()), None);
                }
            }
            let mut swapped = number.clone().into_bytes();
            if at > 0 && swapped[at] != swapped[at - 1] {
                swapped.swap(at, at - 1);
                assert_eq!(TicketNumber::parse(std::str::from_utf8(&swapped).unwrap()), None);
            }
        }
        for junk in ["", "1", "abcde", "99999999999999999999", "-1234", "１２３４５"] {
            assert_eq!(TicketNumber::parse(junk), None);
        }
    }
}
