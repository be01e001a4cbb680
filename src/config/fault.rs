//! What is wrong with a configuration, where, and what would be right.

use std::fmt;

use super::value::Origin;

/// One thing wrong, at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: a place in a file, a variable, a credential or a flag.
    pub origin: Origin,
    /// What is wrong and what would be right. Never holds a secret.
    pub message: String,
}

impl Fault {
    /// A fault at `origin`.
    pub fn new(origin: &Origin, message: impl Into<String>) -> Self {
        Self { origin: origin.clone(), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.message)
    }
}

/// Why a configuration can't be used: every fault, in the order in which the layers were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The faults; never empty.
    pub faults: Vec<Fault>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// The candidate that was probably meant, when one is near enough to be worth saying.
pub(super) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody mistypes a name by hundreds of letters, and the comparison is quadratic.
    if written.len() > 100 {
        return None;
    }
    let far = (written.chars().count() / 3).clamp(1, 3);
    let near = candidates.into_iter().map(|candidate| (distance(&written.to_lowercase(), candidate), candidate));
    near.filter(|(edits, _)| *edits <= far).min_by_key(|(edits, _)| *edits).map(|(_, candidate)| candidate)
}

/// Edits (insert, remove, replace, swap of neighbours) that turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |line: &[usize], k: usize| line.get(k).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

/// `; did you mean "x"?`, or nothing.
pub(super) fn hint<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(written, candidates).map(|meant| format!("; did you mean {meant:?}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_one_edit_each() {
        for (a, b, edits) in [
            ("", "", 0),
            ("web", "web", 0),
            ("wbe", "web", 1),
            ("we", "web", 1),
            ("listen", "liste", 1),
            ("abc", "xyz", 3),
        ] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        let names = ["listen", "public_url", "hosts"];
        assert_eq!(nearest("lisen", names), Some("listen"));
        assert_eq!(nearest("LISTEN", names), Some("listen"));
        assert_eq!(nearest("publicurl", names), Some("public_url"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest(&"x".repeat(100_000), names), None);
    }
}
