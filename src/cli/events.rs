//! `deskbell events verify`: checks the hash chain of the event log.

use super::serve::runtime;
use super::{Exit, Global, Outcome, print};
use crate::app;
use crate::db::{Meters, Store};
use crate::events::{self, Verdict};

/// Look after the event log
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Check that no event was changed or taken out since it was written
    Verify,
}

/// Runs `events …`.
pub fn run(global: &Global, command: &Command) -> Outcome {
    let Command::Verify = command;
    let config = global.load()?.config;
    let store = Store::open_to_read(&app::target(&config), Meters::new()?)?;
    let verdict = runtime()?.block_on(store.read(events::verify))?;
    let (exit, text) = match &verdict {
        Verdict::Whole { last, hash } if global.json => {
            (Exit::Ok, serde_json::json!({ "whole": true, "last": last, "hash": hash }).to_string())
        }
        Verdict::Whole { last, hash } => (
            Exit::Ok,
            format!(
                "whole: {last} events; the newest has the hash {hash}. Keep it elsewhere to find a log that was cut off."
            ),
        ),
        Verdict::Broken { at, why } if global.json => {
            (Exit::Failure, serde_json::json!({ "whole": false, "broken_at": at, "why": why }).to_string())
        }
        Verdict::Broken { at, why } => (Exit::Failure, format!("BROKEN at event {at}: {why}")),
    };
    print(&format!("{text}\n"))?;
    Ok(exit)
}
