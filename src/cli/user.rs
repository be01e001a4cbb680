//! `deskbell user add|reset-password`. Passwords never stand on the command line, where everybody on the machine can see
//! them: they are read from standard input, or made up and printed once.

use std::io::Read as _;

use super::serve::runtime;
use super::{Exit, Global, Outcome, print};
use crate::accounts::{self, AgentCard, Role};
use crate::app;
use crate::base::{Clock, Error, Result};
use crate::db::{Meters, Store};
use crate::events::{Actor, Books};

/// Add people who work here, or let them in again
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Add somebody who works here
    Add(Add),
    /// Give somebody a new password and end their sessions
    ResetPassword(ResetPassword),
}

/// Arguments of `user add`.
#[derive(Debug, Clone, clap::Args)]
pub struct Add {
    /// What they type to sign in
    pub login: String,
    /// The name that others see [default: the login]
    #[arg(long)]
    pub name: Option<String>,
    /// What they are here: admin, lead, agent, worker or viewer
    #[arg(long, default_value = "agent", value_parser = role)]
    pub role: Role,
    /// Read the password from standard input instead of making one up and printing it
    #[arg(long)]
    pub password_stdin: bool,
}

/// Arguments of `user reset-password`.
#[derive(Debug, Clone, clap::Args)]
pub struct ResetPassword {
    /// What they type to sign in
    pub login: String,
    /// Read the password from standard input instead of making one up and printing it
    #[arg(long)]
    pub password_stdin: bool,
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| "one of admin, lead, agent, worker, viewer".to_owned())
}

/// Runs `user …`, on a desk that runs or one that does not.
pub fn run(global: &Global, command: &Command) -> Outcome {
    let (login, from_stdin) = match command {
        Command::Add(add) => (&add.login, add.password_stdin),
        Command::ResetPassword(reset) => (&reset.login, reset.password_stdin),
    };
    let password = password(from_stdin)?;
    let hash = accounts::hash_checked(&password, login)?;
    let books = open(global)?;
    runtime()?.block_on(async {
        match command.clone() {
            Command::Add(add) => {
                let name = add.name.unwrap_or_else(|| add.login.clone());
                let card = AgentCard { login: add.login, name, role: add.role, teams: Vec::new() };
                books.write(Actor::Console, move |act| accounts::create_agent(act, card, &hash)).await.map(drop)
            }
            Command::ResetPassword(reset) => {
                books
                    .write(Actor::Console, move |act| {
                        let agent = match accounts::agent_by_login(act.db, &reset.login) {
                            Err(Error::Missing) => {
                                return Err(Error::Internal(format!("nobody here has the login {:?}", reset.login)));
                            }
                            other => other?,
                        };
                        accounts::set_password(act, agent.id, &hash, None)
                    })
                    .await
            }
        }
    })?;
    if !from_stdin {
        print(&format!("{password}\n"))?;
    }
    Ok(Exit::Ok)
}

/// The books of the configured desk, without the daemon.
pub(super) fn open(global: &Global) -> std::result::Result<Books, Box<dyn std::error::Error + Send + Sync>> {
    let config = global.load()?.config;
    let store = Store::open(&app::target(&config), Meters::new()?)?;
    Ok(Books::new(store, Clock::system()))
}

fn password(from_stdin: bool) -> Result<String> {
    if !from_stdin {
        return accounts::new_password();
    }
    let mut text = String::new();
    let limit = u64::try_from(accounts::PASSWORD_BYTES_MAX).unwrap_or(u64::MAX) + 2;
    std::io::stdin()
        .take(limit)
        .read_to_string(&mut text)
        .map_err(|e| Error::internal("reading the password from standard input", e))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
