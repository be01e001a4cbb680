//! `deskbell import mbox|eml|maildir PATH --mailbox ADDRESS`: old mails become tickets, with their own times. Nobody is told
//! of them, then or later.
//!
//! It works beside a running daemon. Whoever interrupts it, or is killed over it, runs the same command again: it goes on
//! where it was.

use std::io::{IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::mail::{find, lines, reason, room};
use super::serve::{Signals, runtime};
use super::{Exit, Global, Outcome, print};
use crate::base::Error;
use crate::mail::archive::{Archive, Kind};
use crate::mailboxes::{self, Import, Tally, Told};

/// Mails that were left out, named one by one in JSON; above that they are counted.
const NAMED_MAX: usize = 10_000;

/// Cells of the bar.
const BAR: usize = 30;

/// Take old mails out of files
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// What kind of archive it is: mbox (a file), maildir (a folder with cur and new), eml (a file, or a folder of them)
    #[arg(value_parser = kind)]
    pub kind: Kind,
    /// The file or folder
    pub path: PathBuf,
    /// The address of the mailbox that they belong to
    #[arg(long, value_name = "ADDRESS")]
    pub mailbox: String,
    /// What the archive is called in the ledger [default: the name of the file or folder]
    #[arg(long)]
    pub name: Option<String>,
    /// Close the tickets that are made: they are history
    #[arg(long)]
    pub closed: bool,
    /// Write nothing; say what would become of each mail
    #[arg(long)]
    pub dry_run: bool,
}

fn kind(word: &str) -> Result<Kind, String> {
    match word {
        "mbox" => Ok(Kind::Mbox),
        "maildir" => Ok(Kind::Maildir),
        "eml" => Ok(Kind::Eml),
        _ => Err("one of mbox, maildir, eml".into()),
    }
}

/// Runs `import …`.
pub fn run(global: &Global, args: &Args) -> Outcome {
    let config = global.load()?.config;
    let failed = |error: std::io::Error| Error::Internal(format!("{}: {error}", args.path.display()));
    runtime()?.block_on(async {
        let room = room(&config)?;
        let mailbox = find(&room, &args.mailbox).await?;
        let archive = Archive::list(args.kind, &args.path).map_err(failed)?;
        let name = args.name.clone().unwrap_or_else(|| name_of(&args.path));
        let how = Import { name, closed: args.closed, dry_run: args.dry_run };
        let stopped = stopped()?;
        let mut report = Report::new(global);
        let tally = mailboxes::import(&room, &mailbox, &archive, &how, |told| {
            report.hear(told);
            if stopped.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await?;
        report.end(&tally, args.dry_run)
    })
}

fn name_of(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_not_there| path.to_owned());
    whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Becomes true when somebody wants it to end; then the mails at hand are still taken.
fn stopped() -> Result<Arc<AtomicBool>, Error> {
    let (stopped, mut signals) = (Arc::new(AtomicBool::new(false)), Signals::listen()?);
    let heard = Arc::clone(&stopped);
    tokio::spawn(async move {
        signals.told().await;
        heard.store(true, Ordering::Relaxed);
    });
    Ok(stopped)
}

/// What is said on the way and in the end.
struct Report {
    json: bool,
    quiet: bool,
    bar: bool,
    skipped: Vec<(String, String)>,
    unnamed: usize,
}

impl Report {
    fn new(global: &Global) -> Self {
        let bar = std::io::stderr().is_terminal() && !global.quiet;
        Self { json: global.json, quiet: global.quiet, bar, skipped: Vec::new(), unnamed: 0 }
    }

    fn hear(&mut self, told: Told<'_>) {
        match told {
            Told::Progress(tally) if self.bar => {
                let done = tally.done * BAR / tally.mails.max(1);
                let _ = write!(
                    std::io::stderr(),
                    "\r[{}{}] {} of {}",
                    "#".repeat(done),
                    "-".repeat(BAR - done.min(BAR)),
                    tally.done,
                    tally.mails
                );
            }
            Told::Progress(_) => {}
            Told::Skipped(name, why) if self.json => {
                if self.skipped.len() < NAMED_MAX {
                    self.skipped.push((name.to_owned(), reason(why)));
                } else {
                    self.unnamed += 1;
                }
            }
            Told::Skipped(name, why) => {
                if self.bar {
                    // Over the bar, which is drawn again with the next step.
                    let _ = write!(std::io::stderr(), "\r{:60}\r", "");
                }
                // Whoever does not read the report any more does not end the import by that.
                let _ = print(&format!("left out: {name}: {}\n", reason(why)));
            }
        }
    }

    fn end(&self, tally: &Tally, dry_run: bool) -> Outcome {
        if self.bar {
            let _ = writeln!(std::io::stderr());
        }
        let is_whole = tally.done == tally.mails;
        if self.json {
            let skipped: Vec<_> =
                self.skipped.iter().map(|(name, why)| json!({ "mail": name, "reason": why })).collect();
            let all = json!({ "dry_run": dry_run, "whole": is_whole, "counts": tally, "left_out": skipped, "left_out_more": self.unnamed });
            print(&lines(&all))?;
        } else if !self.quiet {
            print(&summary(tally, dry_run))?;
        }
        Ok(if is_whole { Exit::Ok } else { Exit::TemporaryFailure })
    }
}

fn summary(tally: &Tally, dry_run: bool) -> String {
    let word = if dry_run { "would be taken" } else { "taken" };
    let Tally { mails, done, taken, known, duplicates, quarantined, too_large, left_out } = tally;
    let mut text = format!(
        "{done} of {mails} mails: {taken} {word}, {known} known from an earlier import, {duplicates} duplicates, \
         {quarantined} unreadable, {too_large} too large to be taken whole, {left_out} left out\n"
    );
    if done < mails {
        text.push_str("stopped before the end; run the same command again to go on\n");
    }
    text
}
