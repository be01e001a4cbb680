//! `deskbell config check|show|sample`.

use serde_json::json;

use super::{Exit, Global, Outcome, print};
use crate::config;

/// What to do with the configuration.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Say ok, or everything that is wrong (exit code 78)
    Check,
    /// Show every key, its effective value and where that came from; secrets are redacted
    Show,
    /// Print a commented file with every key
    Sample,
}

/// Runs it.
pub fn run(global: &Global, command: &Command) -> Outcome {
    match command {
        Command::Check => check(global),
        Command::Show => {
            let shown = global.load()?.shown;
            print(&if global.json { lines(&config::show_json(&shown)) } else { config::show_text(&shown) })?;
            Ok(Exit::Ok)
        }
        Command::Sample => {
            print(&config::sample())?;
            Ok(Exit::Ok)
        }
    }
}

fn check(global: &Global) -> Outcome {
    let loaded = global.load();
    if global.json {
        let faults = loaded.as_ref().map_or_else(|refusal| refusal.faults.clone(), |_| Vec::new());
        let rows: Vec<_> =
            faults.iter().map(|fault| json!({ "place": fault.origin.to_string(), "message": fault.message })).collect();
        print(&lines(&json!({ "ok": rows.is_empty(), "problems": rows })))?;
        return Ok(if rows.is_empty() { Exit::Ok } else { Exit::Config });
    }
    loaded?;
    if !global.quiet {
        print("ok\n")?;
    }
    Ok(Exit::Ok)
}

fn lines(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
