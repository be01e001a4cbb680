//! Setting up tracing: who is heard, in which form, where to.
//!
//! Invariant: one event is one line, whatever strangers put into a caller's name or a URL. Every character that could start
//! a new line, move the cursor or turn the text around is escaped, in all forms (T36).
//!
//! An event is gathered into a [`Record`] first (`record.rs`), then rendered as a line (`line.rs`) or sent to the journal
//! with its fields (`journal.rs`). The fields of the spans around an event belong to it; of equal names the innermost counts.
//!
//! Nothing here masks anything: whoever logs a number or an address masks it first, unless `log.pii` is set.

#[cfg(feature = "systemd")]
mod journal;
mod line;
mod record;

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use tracing::Subscriber;
use tracing_subscriber::Registry;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

pub use line::Style;
pub use record::Record;

use crate::config::{Format, Levels, Log};

/// Where finished lines go. The line has no line end.
pub type Out = Arc<dyn Fn(&str) + Send + Sync>;

/// Traces passwords and mails as they go over the wire: nothing of it is heard, whatever `log.level` names.
const TELLS_SECRETS: &str = "async_imap";

/// What becomes of a record.
enum Sink {
    Line(Style, Out),
    #[cfg(feature = "systemd")]
    Journal,
}

/// Sets up the log of this process, for good. `colour` says whether standard error may be coloured.
///
/// # Errors
/// When there is one already.
pub fn start(log: &Log, colour: bool) -> Result<(), TryInitError> {
    let stderr: Out = Arc::new(|line| {
        // One write per line, so that lines of several threads don't mix. With standard error gone there is nobody to tell.
        let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
    });
    let journal = stderr_is_journal(std::env::var("JOURNAL_STREAM").ok().as_deref());
    subscriber(&log.level, sink(log.format, journal, colour, stderr)).try_init()?;
    log_panics();
    Ok(())
}

/// Makes a panic an event like any other, on one line, instead of several lines of text beside the log.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text =
            text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("of an unknown kind");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let backtrace = std::backtrace::Backtrace::capture();
        let captured = backtrace.status() == std::backtrace::BacktraceStatus::Captured;
        let backtrace = captured.then(|| backtrace.to_string());
        tracing::error!(target: "deskbell::panic", place, thread = std::thread::current().name(), backtrace, "panic: {text}");
    }));
}

/// A log that renders in `style` and hands each line to `out`, for tests and for those who log elsewhere.
pub fn lines(levels: &Levels, style: Style, out: Out) -> impl Subscriber + Send + Sync {
    subscriber(levels, Sink::Line(style, out))
}

fn subscriber(levels: &Levels, sink: Sink) -> impl Subscriber + Send + Sync {
    // What strangers send that is no HTTP is no error of ours; whoever wants to see it names the target.
    let targets = Targets::new().with_default(levels.default).with_target("actix_http", LevelFilter::OFF);
    let named = levels.targets.iter().filter(|(target, _)| !target.starts_with(TELLS_SECRETS));
    let targets = targets.with_targets(named.cloned()).with_target(TELLS_SECRETS, LevelFilter::OFF);
    Registry::default().with(record::Gather::new(move |record| pour(&sink, record)).with_filter(targets))
}

fn sink(format: Format, journal: bool, colour: bool, out: Out) -> Sink {
    match format {
        #[cfg(feature = "systemd")]
        Format::Auto | Format::Journald if journal || format == Format::Journald => Sink::Journal,
        Format::Auto if journal => Sink::Line(Style::Prefixed, out),
        Format::Auto | Format::Pretty => Sink::Line(Style::Pretty { colour }, out),
        Format::Journald => Sink::Line(Style::Prefixed, out),
        Format::Logfmt => Sink::Line(Style::Logfmt, out),
        Format::Json => Sink::Line(Style::Json, out),
    }
}

fn pour(sink: &Sink, record: &Record) {
    match sink {
        Sink::Line(style, out) => out(&line::render(*style, record)),
        #[cfg(feature = "systemd")]
        Sink::Journal => journal::send(record),
    }
}

/// Whether standard error goes to the journal: systemd says of its socket which device and inode it has.
fn stderr_is_journal(stream: Option<&str>) -> bool {
    let Some((device, inode)) = stream.and_then(|stream| stream.split_once(':')) else { return false };
    let file = std::io::stderr().as_fd().try_clone_to_owned().map(File::from);
    file.and_then(|file| file.metadata())
        .is_ok_and(|data| device.parse() == Ok(data.dev()) && inode.parse() == Ok(data.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_is_known_by_its_inode() {
        let stderr = File::from(std::io::stderr().as_fd().try_clone_to_owned().unwrap()).metadata().unwrap();
        assert!(stderr_is_journal(Some(&format!("{}:{}", stderr.dev(), stderr.ino()))));
        assert!(!stderr_is_journal(Some(&format!("{}:{}", stderr.dev(), stderr.ino() + 1))), "it went to a file since");
        for other in [None, Some(""), Some("x:y"), Some("1")] {
            assert!(!stderr_is_journal(other));
        }
    }

    #[test]
    fn auto_looks_where_it_is() {
        let style = |format, journal| match sink(format, journal, false, Arc::new(|_| ())) {
            Sink::Line(style, _) => Some(style),
            #[cfg(feature = "systemd")]
            Sink::Journal => None,
        };
        let in_journal = if cfg!(feature = "systemd") { None } else { Some(Style::Prefixed) };
        assert_eq!(style(Format::Auto, true), in_journal);
        assert_eq!(style(Format::Journald, false), in_journal);
        assert_eq!(style(Format::Auto, false), Some(Style::Pretty { colour: false }));
        assert_eq!(style(Format::Json, true), Some(Style::Json));
    }
}
