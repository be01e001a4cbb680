//! Mails that a server does not hand over, though it hands over those around them: which they are is found out by asking for
//! fewer and fewer at once, and the others go on without them.

use std::collections::BTreeMap;

use super::fetching::Trouble;
use crate::base::Timestamp;
use crate::mail::imap;

/// Into how many parts mails are divided of which one is not handed over.
const PARTS: usize = 8;

/// Failures after which a mail that ends the connection is left out, the last of them when it was asked for alone.
const FAILURES_MIN: u32 = 2;

/// Mails in a row, each asked for alone and refused, that make it the server's trouble and not theirs.
const ROW_MAX: usize = 5;

/// Visits in a row that may end so, until the mails are left out all the same.
const ROWS_MAX: u32 = 5;

/// How long a mail is left out after it was asked for in vain, twice as long each time.
const PAUSE_MIN_MS: i64 = 5 * 60_000;
const PAUSE_MAX_MS: i64 = 3_600_000;

/// Mails of which the admin is told one by one.
const TOLD_MAX: usize = 5;

/// What is known against a mail.
#[derive(Debug, Clone, Default)]
struct Doubt {
    /// How many may be asked for at once with it.
    at_once: usize,
    /// How often it was asked for in vain.
    failures: u32,
    /// Until when it is not asked for, and why.
    left: Option<Left>,
}

/// That a mail is not asked for.
#[derive(Debug, Clone)]
struct Left {
    until: Timestamp,
    pause_ms: i64,
    why: String,
}

/// The mails of a folder that are not handed over, or may be such. As long as the task that watches the folder lives.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// Of which life of the folder.
    validity: i64,
    of: BTreeMap<u32, Doubt>,
    /// Those that were asked for alone and refused since anything was handed over.
    row: Vec<u32>,
    /// Visits that ended as a whole row was refused, since anything was handed over.
    rows: u32,
    /// Whether something is not told yet.
    is_new: bool,
    /// Whether the connection ended over a mail of which that is known.
    is_known: bool,
    /// Whether the connection ended over mails that will be asked for otherwise.
    has_learned: bool,
}

impl Doubts {
    /// Forgets everything when the folder has begun a new life: its numbers mean other mails.
    pub(super) fn begin(&mut self, validity: i64) {
        if self.validity != validity {
            *self = Self { validity, ..Self::default() };
        }
    }

    /// Those of these numbers that may be asked for now.
    pub(super) fn without_left(&self, uids: Vec<u32>, now: Timestamp) -> Vec<u32> {
        let is_left = |uid: &u32| self.left(*uid).is_some_and(|left| left.until > now);
        uids.into_iter().filter(|uid| !is_left(uid)).collect()
    }

    fn left(&self, uid: u32) -> Option<&Left> {
        self.of.get(&uid).and_then(|doubt| doubt.left.as_ref())
    }

    /// Divides what is asked for, so that no doubtful mail is with more than it may be. The order stays.
    pub(super) fn parts<'a, T>(&self, asked: &'a [T], uid: impl Fn(&T) -> u32) -> Vec<&'a [T]> {
        let most = |one: &T| self.of.get(&uid(one)).map_or(usize::MAX, |doubt| doubt.at_once);
        let mut parts = Vec::new();
        let mut rest = asked;
        while !rest.is_empty() {
            let mut fits = usize::MAX;
            let counted = rest.iter().zip(1_usize..).take_while(|(one, count)| {
                fits = fits.min(most(one));
                *count <= fits
            });
            let (part, after) = rest.split_at(counted.count().max(1));
            parts.push(part);
            rest = after;
        }
        parts
    }

    /// Notes that these were asked for at once in vain. Gives how many of them may be asked for at once now; nothing when it
    /// was one alone, which is left out.
    ///
    /// # Errors
    /// The trouble, when the visit can't go on.
    pub(super) fn blame(&mut self, uids: &[u32], error: imap::Error, now: Timestamp) -> Result<Option<usize>, Trouble> {
        let goes_on = matches!(error, imap::Error::Refused(_) | imap::Error::TooLarge { .. });
        let at_once = uids.len().div_ceil(PARTS).max(1);
        if let [uid] = uids {
            let was_left = self.left(*uid).is_some();
            let doubt = self.of.entry(*uid).or_default();
            doubt.at_once = 1;
            doubt.failures += 1;
            if goes_on || doubt.failures >= FAILURES_MIN {
                self.leave(*uid, error.to_string(), now);
            }
            if goes_on {
                return self.go_on(*uid, error).map(|()| None);
            }
            self.is_known = was_left;
        } else if goes_on {
            return Ok(Some(at_once));
        } else {
            for uid in uids {
                let doubt = self.of.entry(*uid).or_default();
                doubt.at_once = if doubt.at_once == 0 { at_once } else { at_once.min(doubt.at_once) };
                doubt.failures += 1;
            }
        }
        self.has_learned = true;
        Err(error.into())
    }

    /// Goes on after a mail was refused, unless that is so with one after the other.
    fn go_on(&mut self, uid: u32, error: imap::Error) -> Result<(), Trouble> {
        self.row.push(uid);
        if self.row.len() < ROW_MAX {
            return Ok(());
        }
        let row = std::mem::take(&mut self.row);
        self.rows += 1;
        if self.rows <= ROWS_MAX {
            for (_, doubt) in self.of.iter_mut().filter(|(uid, _)| row.contains(uid)) {
                doubt.left = None;
            }
        }
        Err(error.into())
    }

    /// Notes that a mail was asked for and not given, without a word: it is gone, or can't be read.
    pub(super) fn miss(&mut self, uid: u32, now: Timestamp) {
        let doubt = self.of.entry(uid).or_default();
        doubt.at_once = 1;
        doubt.failures += 1;
        self.leave(uid, "The server gives nothing when it is asked for it.".to_owned(), now);
    }

    fn leave(&mut self, uid: u32, why: String, now: Timestamp) {
        let Some(doubt) = self.of.get_mut(&uid) else { return };
        let pause_ms = doubt.left.as_ref().map_or(PAUSE_MIN_MS, |left| (left.pause_ms * 2).min(PAUSE_MAX_MS));
        doubt.left = Some(Left { until: now.plus_ms(pause_ms), pause_ms, why });
        self.is_new = true;
    }

    /// Notes that a mail was handed over.
    pub(super) fn came(&mut self, uid: u32) {
        self.row.clear();
        self.rows = 0;
        self.is_new |= self.of.remove(&uid).is_some_and(|doubt| doubt.left.is_some());
    }

    /// Forgets those that are not on the server any more.
    pub(super) fn keep(&mut self, on_server: &[u32]) {
        self.of.retain(|uid, _| on_server.binary_search(uid).is_ok());
    }

    /// Whether the folder has to be compared before it is due: something is to be told, or to be asked for again.
    pub(super) fn wants_look(&self, now: Timestamp) -> bool {
        self.is_new || self.of.values().any(|doubt| doubt.left.as_ref().is_some_and(|left| left.until <= now))
    }

    /// The numbers of those that are left out, and why, for the admin; nothing when there are none.
    pub(super) fn tell(&mut self) -> Option<String> {
        self.is_new = false;
        self.told()
    }

    pub(super) fn told(&self) -> Option<String> {
        let left = || self.of.iter().filter_map(|(uid, doubt)| Some((uid, doubt.left.as_ref()?)));
        let count = left().count();
        let mut text: Vec<String> = left().take(TOLD_MAX).map(|(uid, left)| format!("{uid}: {}", left.why)).collect();
        if count > TOLD_MAX {
            text.push(format!("(+{})", count - TOLD_MAX));
        }
        (count > 0).then(|| text.join(" "))
    }

    /// Whether the connection just ended over a mail of which that was known: it is no news.
    pub(super) fn was_known(&mut self) -> bool {
        std::mem::take(&mut self.is_known)
    }

    /// Whether the connection just ended over mails that will be asked for otherwise.
    pub(super) fn has_learned(&mut self) -> bool {
        std::mem::take(&mut self.has_learned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn refused() -> imap::Error {
        imap::Error::Refused("can't read it".into())
    }

    fn lost() -> imap::Error {
        imap::Error::Lost("gone".into())
    }

    fn sizes(doubts: &Doubts, uids: &[u32]) -> Vec<usize> {
        doubts.parts(uids, |uid| *uid).into_iter().map(<[u32]>::len).collect()
    }

    #[test]
    fn a_mail_that_ends_the_connection_is_found_by_asking_for_fewer_and_fewer() {
        let (mut doubts, uids) = (Doubts::default(), (1..=60).collect::<Vec<u32>>());
        assert_eq!(sizes(&doubts, &uids), [60]);
        assert!(doubts.blame(&uids[..50], lost(), NOW).is_err() && doubts.has_learned());
        assert_eq!(sizes(&doubts, &uids), [7, 7, 7, 7, 7, 7, 7, 7, 4], "of the others as many as before");
        for uid in 1..=7 {
            doubts.came(uid);
        }
        assert!(doubts.blame(&uids[7..14], lost(), NOW).is_err());
        assert_eq!(sizes(&doubts, &uids[7..16]), [1, 1, 1, 1, 1, 1, 1, 2]);
        assert_eq!(doubts.told(), None, "it may be anybody's fault as yet");
        assert!(doubts.blame(&uids[7..8], lost(), NOW).is_err());
        assert_eq!(doubts.tell().as_deref(), Some("8: The connection was lost: gone."));
        assert_eq!(doubts.without_left(vec![7, 8, 9], NOW), [7, 9]);
        assert!(!doubts.was_known() && !doubts.wants_look(NOW));

        let mut pauses = Vec::new();
        let mut now = NOW;
        for _ in 0..6 {
            let until = doubts.left(8).unwrap().until;
            pauses.push(until.since_ms(now) / 60_000);
            now = until;
            assert!(doubts.wants_look(now) && doubts.without_left(vec![8], now) == [8]);
            assert!(doubts.blame(&[8], lost(), now).is_err() && doubts.was_known());
        }
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
        doubts.came(8);
        assert!(doubts.wants_look(now), "that is told as well");
        assert_eq!(doubts.tell(), None);
    }

    #[test]
    fn a_refusal_divides_at_once_and_one_alone_is_left_out() {
        let mut doubts = Doubts::default();
        assert_eq!(doubts.blame(&[1, 2, 3], refused(), NOW).unwrap(), Some(1));
        assert_eq!(doubts.blame(&[2], refused(), NOW).unwrap(), None);
        doubts.came(3);
        doubts.miss(4, NOW);
        let told = "2: The server refused: can't read it. 4: The server gives nothing when it is asked for it.";
        assert_eq!(doubts.tell().as_deref(), Some(told));
        doubts.keep(&[1, 3, 4]);
        assert!(doubts.told().unwrap().starts_with("4:"));
        doubts.begin(7);
        assert_eq!(doubts.told(), None, "other numbers, other mails");
    }

    #[test]
    fn a_server_that_refuses_everything_for_a_while_leaves_none_out() {
        let mut doubts = Doubts::default();
        let mut visit = |from: u32| (from..).take_while(|uid| doubts.blame(&[*uid], refused(), NOW).is_ok()).count();
        for _ in 0..ROWS_MAX {
            assert_eq!(visit(1), ROW_MAX - 1);
        }
        assert_eq!(doubts.told(), None);
        assert!((1..).take_while(|uid| doubts.blame(&[*uid], refused(), NOW).is_ok()).count() > 0);
        assert_eq!(doubts.without_left((1..=6).collect(), NOW), [6], "and these don't stop it for ever");
    }
}
