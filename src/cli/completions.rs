//! `deskbell completions SHELL`.

use clap::CommandFactory;

use super::{Cli, Exit, Outcome, print};

/// For which shell.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Prints them. They go where the shell looks, such as `/usr/share/bash-completion/completions/deskbell`.
pub fn run(args: &Args) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "deskbell", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}
