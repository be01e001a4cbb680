//! A look at the whole desk, for its admin: each part with what was found, and how bad that is.
//!
//! What can't be read is unknown and shown grey: neither green, which would calm, nor red, which would cry wolf. A look
//! writes one row to the disk to see that it can, reads a few rows, and costs some milliseconds.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use prometheus::Registry;

use crate::app;
use crate::base::{Result, Timestamp};
use crate::calls::{self, LineTable};
use crate::db;
use crate::events::{self, Books};
use crate::jobs;
use crate::mailboxes::{self, Mailbox, OutboundState};
use crate::web::Locale;
use crate::web::live::Limits;

/// How a part is; the worse, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// As it should be.
    Good,
    /// Nobody can tell.
    Unknown,
    /// Soon a problem.
    Soon,
    /// A problem.
    Bad,
}

impl Light {
    /// The word in the keys of texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Soon => "soon",
            Self::Bad => "bad",
        }
    }

    /// The light of a value that should be small.
    fn under(value: i64, soon: i64, bad: i64) -> Self {
        match value {
            v if v >= bad => Self::Bad,
            v if v >= soon => Self::Soon,
            _ => Self::Good,
        }
    }
}

/// A part of the desk.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which, as the word in the keys of its texts.
    pub what: &'static str,
    /// Its own name, where there are several of a kind.
    pub name: String,
    /// How it is.
    pub light: Light,
    /// What was found.
    pub value: String,
    /// When it last did something, where that says more.
    pub last_at: Option<Timestamp>,
}

impl Row {
    fn new(what: &'static str, light: Light, value: String) -> Self {
        Self { what, name: String::new(), light, value, last_at: None }
    }
}

/// What a look has found.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// Since when the daemon runs.
    pub started_at: Timestamp,
    /// The parts.
    pub rows: Vec<Row>,
}

/// How long a single question may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where a machine that keeps its clock with systemd says that it is right.
const CLOCK_IS_RIGHT: &str = "/run/systemd/timesync/synchronized";

/// Everything that a look needs.
pub struct Watch {
    /// The books.
    pub books: Books,
    /// The lines.
    pub lines: LineTable,
    /// What the parts count of themselves.
    pub registry: Registry,
    /// The folder whose disk is watched.
    pub folder: PathBuf,
    /// Where calls come in.
    pub sockets: Vec<String>,
    /// Since when the daemon runs.
    pub started_at: Timestamp,
}

impl Watch {
    /// Looks at everything.
    pub async fn look(&self, l: &Locale) -> Seen {
        let at = self.books.clock().now();
        let mut rows = vec![self.database(l).await, self.disk(l).await];
        rows.push(self.phone(l));
        rows.extend(self.all_lines(l).await);
        rows.extend(self.mail(l, at).await);
        rows.push(self.streams(l));
        rows.push(self.queue(l, at).await);
        rows.push(self.followers(l));
        rows.push(self.clock(l, at).await);
        Seen { at, started_at: self.started_at, rows }
    }

    async fn database(&self, l: &Locale) -> Row {
        let begun = Instant::now();
        let written = tokio::time::timeout(PATIENCE, app::ping(&self.books)).await;
        let ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        let bytes = self.books.read(db::size_bytes).await.unwrap_or_default();
        let size = l.bytes(u64::try_from(bytes).unwrap_or_default());
        match written {
            Ok(Ok(())) => {
                let value = l.t_with("health-database-value", &[("ms", ms.into()), ("size", size.into())]);
                Row::new("database", Light::under(ms, 250, 1_000), value)
            }
            Ok(Err(_)) | Err(_) => Row::new("database", Light::Bad, l.t("health-database-away")),
        }
    }

    async fn disk(&self, l: &Locale) -> Row {
        let folder = self.folder.clone();
        let room = tokio::task::spawn_blocking(move || room(&folder)).await.ok().flatten();
        let Some((free, total)) = room else { return unknown("disk", l) };
        let light = match () {
            () if free < 500_000_000 || free < total / 50 => Light::Bad,
            () if free < 2_000_000_000 || free < total / 10 => Light::Soon,
            () => Light::Good,
        };
        let args = [("free", l.bytes(free).into()), ("total", l.bytes(total).into())];
        Row::new("disk", light, l.t_with("health-disk-value", &args))
    }

    fn phone(&self, l: &Locale) -> Row {
        if self.sockets.is_empty() {
            return Row::new("phone", Light::Bad, l.t("health-phone-none"));
        }
        Row::new("phone", Light::Good, self.sockets.join(", "))
    }

    async fn all_lines(&self, l: &Locale) -> Vec<Row> {
        let lines = self.lines.now();
        let ids: Vec<_> = lines.0.iter().map(|line| line.id).collect();
        let Ok(last) = self.books.read(move |db| calls::last_calls_of_lines(db, &ids)).await else {
            return vec![unknown("line", l)];
        };
        let row = |line: &calls::Line| {
            let last_at = last.iter().find(|(id, _)| *id == line.id).map(|(_, at)| *at);
            let (light, key) = match (line.disabled_at, last_at) {
                (Some(_), _) => (Light::Unknown, "health-line-off"),
                (None, None) => (Light::Soon, "health-line-never"),
                (None, Some(_)) => (Light::Good, "health-line-last"),
            };
            Row { name: line.name.clone(), last_at, ..Row::new("line", light, l.t(key)) }
        };
        if lines.0.is_empty() {
            return vec![Row::new("line", Light::Soon, l.t("health-line-none"))];
        }
        lines.0.iter().map(row).collect()
    }

    /// The mailboxes, and what nobody has dealt with. Nothing at a desk without mail.
    async fn mail(&self, l: &Locale, at: Timestamp) -> Vec<Row> {
        let read = self.books.read(move |db| {
            let quarantined = mailboxes::count_quarantined(db)?;
            let letters = mailboxes::count_outbox(db)?;
            let of = |state| letters.iter().find(|(own, _)| *own == state).map_or(0, |(_, count)| *count);
            let letters = (of(OutboundState::Failed), of(OutboundState::Queued));
            let held = mailboxes::held_back(db, at)?;
            Ok((mailboxes::mailboxes(db)?, mailboxes::unaccounted(db, at)?, quarantined, letters, held))
        });
        let Ok((all, unaccounted, quarantined, (failed, waiting), held)) = read.await else {
            return vec![unknown("mail", l)];
        };
        if all.is_empty() {
            return Vec::new();
        }
        let light = match (unaccounted, quarantined + failed) {
            (0, 0) => Light::Good,
            (0, _) => Light::Soon,
            _ => Light::Bad,
        };
        let args = [
            ("unaccounted", unaccounted.into()),
            ("quarantined", quarantined.into()),
            ("failed", failed.into()),
            ("waiting", waiting.into()),
        ];
        let sum = Row::new("mail", light, l.t_with("health-mail-value", &args));
        let args = [("senders", held.muted.len().into()), ("limits", held.limits.len().into())];
        let light = if held == mailboxes::HeldBack::default() { Light::Good } else { Light::Soon };
        let held = Row::new("held", light, l.t_with("health-held-value", &args));
        [sum, held].into_iter().chain(all.iter().map(|mailbox| box_row(l, mailbox, at))).collect()
    }

    fn streams(&self, l: &Locale) -> Row {
        let Some(open) = self.figure("deskbell_sse_connections") else { return unknown("streams", l) };
        let max = i64::try_from(Limits::default().streams_max).unwrap_or(i64::MAX);
        let light = Light::under(open, max / 10 * 8, max);
        let args = [("open", l.number(open).into()), ("max", l.number(max).into())];
        Row::new("streams", light, l.t_with("health-streams-value", &args))
    }

    async fn queue(&self, l: &Locale, at: Timestamp) -> Row {
        let Ok(waiting) = self.books.read(move |db| jobs::waiting(db, at)).await else { return unknown("queue", l) };
        let late = waiting.oldest_due_at.map_or(0, |due| at.since_ms(due) / 1_000);
        let light = Light::under(late, 60, 600).max(if waiting.failed > 0 { Light::Soon } else { Light::Good });
        let args = [("jobs", waiting.jobs.into()), ("failed", waiting.failed.into())];
        Row::new("queue", light, l.t_with("health-queue-value", &args))
    }

    fn followers(&self, l: &Locale) -> Row {
        let Some(seconds) = self.figure("deskbell_follower_lag_seconds") else { return unknown("followers", l) };
        let value = l.t_with("health-followers-value", &[("seconds", seconds.into())]);
        Row::new("followers", Light::under(seconds, 5, 60), value)
    }

    async fn clock(&self, l: &Locale, at: Timestamp) -> Row {
        let newest: Result<Option<Timestamp>> = self.books.read(events::newest_at).await;
        match newest {
            // What was written down in the future says that the clock was wrong then, or is now.
            Ok(Some(newest)) if newest.since_ms(at) > 1_000 => Row::new("clock", Light::Bad, l.t("health-clock-back")),
            Ok(_) if Path::new(CLOCK_IS_RIGHT).exists() => Row::new("clock", Light::Good, l.t("health-clock-kept")),
            _ => unknown("clock", l),
        }
    }

    /// The greatest value of a figure, in whole numbers.
    fn figure(&self, name: &str) -> Option<i64> {
        let family = self.registry.gather().into_iter().find(|family| family.name() == name)?;
        let values = family.get_metric().iter().map(|metric| metric.get_gauge().get_value());
        #[expect(clippy::cast_possible_truncation, reason = "counts and seconds")]
        values.reduce(f64::max).map(|value| value.ceil() as i64)
    }
}

/// How a mailbox is.
fn box_row(l: &Locale, mailbox: &Mailbox, at: Timestamp) -> Row {
    let silent_s = mailbox.fetched_at.map_or(0, |fetched| at.since_ms(fetched) / 1_000);
    let ends = mailbox.needs_sign_in_at.map(|ends| ends.since_ms(at));
    let unsent_s = mailbox.sending.failing_since_at.map_or(0, |since| at.since_ms(since) / 1_000);
    let (light, key) = match ends {
        _ if mailbox.disabled_at.is_some() => (Light::Unknown, "health-mailbox-off"),
        _ if mailbox.is_sample() => (Light::Unknown, "health-mailbox-sample"),
        Some(..=0) => (Light::Bad, "health-mailbox-sign-in"),
        _ if !mailbox.has_secret => (Light::Bad, "health-mailbox-sign-in"),
        _ if !mailbox.is_tried() => (Light::Bad, "health-mailbox-given-up"),
        _ if mailbox.failing_since_at.is_some() => (Light::Bad, "health-mailbox-failing"),
        _ if mailbox.sending.auth_failures > 0 => (Light::Bad, "health-mailbox-not-sending"),
        _ if unsent_s > 900 => (Light::Soon, "health-mailbox-sending-late"),
        _ if mailbox.sign_in_ends_soon(at) => (Light::Soon, "health-mailbox-sign-in-soon"),
        _ if mailbox.fetched_at.is_none() => (Light::Soon, "health-mailbox-never"),
        _ => (Light::under(silent_s, 900, 3_600), "health-mailbox-last"),
    };
    let last_at = mailbox.fetched_at.filter(|_| key == "health-mailbox-last");
    Row { name: mailbox.card.name.clone(), last_at, ..Row::new("mailbox", light, l.t(key)) }
}

fn unknown(what: &'static str, l: &Locale) -> Row {
    Row::new(what, Light::Unknown, l.t("health-unread"))
}

/// Octets that are free for us, and octets in all, on the disk of a folder.
fn room(folder: &Path) -> Option<(u64, u64)> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some((disk.f_bavail.saturating_mul(disk.f_frsize), disk.f_blocks.saturating_mul(disk.f_frsize)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_light_wins_and_grey_is_worse_than_green() {
        assert!(Light::Good < Light::Unknown && Light::Unknown < Light::Soon && Light::Soon < Light::Bad);
        assert_eq!(
            [0, 249, 250, 1_000].map(|ms| Light::under(ms, 250, 1_000)),
            [Light::Good, Light::Good, Light::Soon, Light::Bad]
        );
    }

    #[test]
    fn a_disk_has_room_and_a_folder_that_is_not_there_has_none() {
        let (free, total) = room(&std::env::temp_dir()).unwrap();
        assert!(free <= total && total > 0);
        assert_eq!(room(Path::new("/nowhere/at/all")), None);
    }
}
