//! Numbers of mails as IMAP writes many of them: `3:7,9` (RFC 3501 9, sequence-set).

use std::fmt::Write as _;

/// Octets of one set; servers bound the length of a command (RFC 2683 3.2.1.5 asks for 8,000).
const SET_BYTES_MAX: usize = 4_000;

/// The sets that name these numbers, each fit for one command. Zero is no number of a mail and is left out.
pub(super) fn sets(uids: &[u32]) -> Vec<String> {
    let mut sorted: Vec<u32> = uids.iter().copied().filter(|uid| *uid > 0).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for uid in sorted {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => ranges.push((uid, uid)),
        }
    }
    let mut sets: Vec<String> = Vec::new();
    for (first, last) in ranges {
        let mut range = first.to_string();
        if last > first {
            // Writing to a String cannot fail.
            let _written = write!(range, ":{last}");
        }
        match sets.last_mut() {
            Some(set) if set.len() + range.len() < SET_BYTES_MAX => {
                set.push(',');
                set.push_str(&range);
            }
            _ => sets.push(range),
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_become_ranges() {
        assert_eq!(sets(&[]), Vec::<String>::new());
        assert_eq!(sets(&[0]), Vec::<String>::new());
        assert_eq!(sets(&[9, 3, 4, 5, 7, 6, 3]), ["3:7,9"]);
        assert_eq!(sets(&[u32::MAX, u32::MAX - 1, 1]), ["1,4294967294:4294967295"]);
    }

    #[test]
    fn long_sets_are_split() {
        let odd: Vec<u32> = (0..5_000).map(|n| n * 2 + 1).collect();
        let split = sets(&odd);
        assert!(split.len() > 1 && split.iter().all(|set| set.len() <= SET_BYTES_MAX));
        let back: Vec<u32> = split.iter().flat_map(|set| set.split(',')).map(|n| n.parse().unwrap()).collect();
        assert_eq!(back, odd);
    }
}
