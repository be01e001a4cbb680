//! The command line: `deskbell serve`, `config`, `user` and their like. One file per subcommand.
//!
//! [`run`] parses, dispatches and maps what went wrong to an exit code (`exit.rs`); `main.rs` does nothing else. Results go
//! to standard output, for programs with `--json`; what goes wrong goes to standard error. A subcommand takes its arguments
//! and the global ones and returns an [`Outcome`]; it neither prints errors nor ends the process.

pub mod completions;
pub mod config;
pub mod demo;
pub mod events;
pub mod exit;
pub mod global;
pub mod import;
pub mod mail;
pub mod serve;
pub mod user;
pub mod version;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use exit::Exit;
pub use global::Global;

/// What a subcommand came to. Any error will do; [`Exit::of`] looks through its chain of causes.
pub type Outcome = Result<Exit, Box<dyn std::error::Error + Send + Sync>>;

/// Everything that can be said to `deskbell`.
#[derive(Debug, Parser)]
#[command(name = "deskbell", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 ok, 1 failure, 2 usage, 69 unavailable, 75 try again, 77 permission, 78 configuration."
)]
pub struct Cli {
    /// What goes with every subcommand.
    #[command(flatten)]
    pub global: Global,
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the daemon until SIGTERM or SIGINT
    Serve(serve::Args),
    /// Run a desk with invented people and calls, to look at
    Demo(demo::Args),
    /// Check or show the configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Add people who work here, or let them in again
    #[command(subcommand)]
    User(user::Command),
    /// Look after the event log
    #[command(subcommand)]
    Events(events::Command),
    /// Look after mailboxes, mails and letters
    #[command(subcommand)]
    Mail(mail::Command),
    /// Take old mails out of files
    Import(import::Args),
    /// Print completions for a shell
    Completions(completions::Args),
    /// Print the version and what it was built from
    Version,
}

/// Runs what the arguments (the first is the program) ask for, and says how it ended.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match parse(args.into_iter().collect()) {
        Ok(cli) => cli,
        Err(answer) => {
            // Help and version are answers too, and go to standard output with exit code 0. If that is closed, so be it.
            let _ = answer.print();
            return if answer.use_stderr() { Exit::Usage.into() } else { Exit::Ok.into() };
        }
    };
    match dispatch(&cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            let exit = Exit::of(error.as_ref());
            if exit != Exit::Ok {
                let _ = writeln!(std::io::stderr(), "{}", exit::told(error.as_ref()));
            }
            exit.into()
        }
    }
}

fn dispatch(cli: &Cli) -> Outcome {
    let global = &cli.global;
    match &cli.command {
        Command::Serve(args) => serve::run(global, args),
        Command::Demo(args) => demo::run(global, args),
        Command::User(command) => user::run(global, command),
        Command::Events(command) => events::run(global, command),
        Command::Config(command) => config::run(global, command),
        Command::Mail(command) => mail::run(global, command),
        Command::Import(args) => import::run(global, args),
        Command::Completions(args) => completions::run(args),
        Command::Version => version::run(global),
    }
}

fn parse(args: Vec<OsString>) -> Result<Cli, clap::Error> {
    // Looked for by hand: an error in the other arguments must come without colours too.
    let colour =
        if args.iter().any(|arg| arg == "--no-color") { clap::ColorChoice::Never } else { clap::ColorChoice::Auto };
    Cli::from_arg_matches(&Cli::command().color(colour).try_get_matches_from(args)?)
}

/// Writes to standard output. That the reader has gone (`| head`) is an error whose exit code is 0.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }
}
