//! What is wrong with mail now, in counts alone: monitoring asks without a sign-in, so neither a name, nor an address, nor a
//! word of a server is told.

use super::mailbox::Mailbox;
use super::store;
use crate::base::{Result, Timestamp};
use crate::db::Db;

/// After how long without a look at the server, or without a letter handed over, something is wrong.
const LATE_MS: i64 = 15 * 60_000;

/// What is wrong. It is shown as one English sentence, which is empty when nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ailments {
    /// Mailboxes that are not read: their server is away or refuses, they were given up, or nobody has looked for a while.
    pub unread: usize,
    /// Mailboxes that somebody has to sign in to.
    pub unsigned: usize,
    /// Mailboxes whose letters don't go out.
    pub unsent: usize,
    /// Mails on servers that the ledger does not know, and those that it does not decide.
    pub unaccounted: i64,
}

impl Ailments {
    /// Looks at all mailboxes that are switched on; those of a sample have no servers.
    pub fn read(db: &mut Db, now: Timestamp) -> Result<Self> {
        let mut found = Self { unaccounted: store::unaccounted(db, now)?, ..Self::default() };
        for mailbox in store::mailboxes(db)?.iter().filter(|own| own.disabled_at.is_none() && !own.is_sample()) {
            let must_sign_in = !mailbox.has_secret || mailbox.needs_sign_in_at.is_some_and(|at| at <= now);
            found.unsigned += usize::from(must_sign_in);
            found.unread += usize::from(!must_sign_in && is_unread(mailbox, now));
            found.unsent += usize::from(!must_sign_in && is_unsent(mailbox, now));
        }
        Ok(found)
    }

    /// Whether nothing is wrong.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

fn is_late(since: Option<Timestamp>, now: Timestamp) -> bool {
    since.is_some_and(|since| now.since_ms(since) > LATE_MS)
}

fn is_unread(mailbox: &Mailbox, now: Timestamp) -> bool {
    !mailbox.is_tried() || mailbox.failing_since_at.is_some() || is_late(mailbox.fetched_at, now)
}

fn is_unsent(mailbox: &Mailbox, now: Timestamp) -> bool {
    mailbox.sending.auth_failures > 0 || is_late(mailbox.sending.failing_since_at, now)
}

impl std::fmt::Display for Ailments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut told = Vec::new();
        let mut tell = |count: i64, one: &str, many: &str| {
            if count > 0 {
                told.push(format!("{count} {}", if count == 1 { one } else { many }));
            }
        };
        let count = |mailboxes: usize| i64::try_from(mailboxes).unwrap_or(i64::MAX);
        tell(count(self.unread), "mailbox can't be read", "mailboxes can't be read");
        tell(count(self.unsigned), "mailbox needs a sign-in", "mailboxes need a sign-in");
        tell(count(self.unsent), "mailbox can't send", "mailboxes can't send");
        tell(self.unaccounted, "mail is not accounted for", "mails are not accounted for");
        f.write_str(&told.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Ailments;

    #[test]
    fn what_is_wrong_is_one_sentence() {
        assert_eq!(Ailments::default().to_string(), "");
        let all = Ailments { unread: 1, unsigned: 2, unsent: 1, unaccounted: 3 };
        assert_eq!(
            all.to_string(),
            "1 mailbox can't be read, 2 mailboxes need a sign-in, 1 mailbox can't send, 3 mails are not accounted for"
        );
    }
}
