//! `deskbell version`.

use serde_json::json;

use super::{Exit, Global, Outcome, print};
use crate::db::SQLITE_VERSION;
use crate::ops::{COMMIT, VERSION};

/// Prints the version, the commit and what was built in.
pub fn run(global: &Global) -> Outcome {
    let systemd = cfg!(feature = "systemd");
    let text = if global.json {
        let value = json!({ "name": "deskbell", "version": VERSION, "commit": COMMIT, "sqlite": SQLITE_VERSION, "features": { "systemd": systemd } });
        format!("{value:#}\n")
    } else {
        let commit = COMMIT.map(|commit| format!(", commit {commit}")).unwrap_or_default();
        let systemd = if systemd { "with" } else { "without" };
        format!("deskbell {VERSION}{commit}, SQLite {SQLITE_VERSION}, {systemd} systemd\n")
    };
    print(&text)?;
    Ok(Exit::Ok)
}
