//! What goes with every subcommand.

use std::io::IsTerminal;
use std::path::PathBuf;

use crate::config::{self, Loaded, Refusal, Sources};

/// Global options. They may stand before or after the subcommand.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Global {
    /// Read this file instead of /etc/deskbell/deskbell.toml; it must exist
    #[arg(short, long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// No colours; the variable `NO_COLOR` says the same
    #[arg(long, global = true)]
    pub no_color: bool,
}

impl Global {
    /// Where the configuration comes from: the file, the environment, credentials, and these options above all.
    pub fn sources(&self) -> Sources {
        self.levelled(Sources::of_process(self.config.as_deref()))
    }

    /// Adds what `-q` and `-v` say about the log to `sources`.
    pub fn levelled(&self, sources: Sources) -> Sources {
        match (self.quiet, self.verbose) {
            (true, _) => sources.with_flag("--quiet", "log.level", "error"),
            (false, 0) => sources,
            (false, 1) => sources.with_flag("--verbose", "log.level", "debug"),
            (false, _) => sources.with_flag("--verbose", "log.level", "trace"),
        }
    }

    /// The configuration.
    ///
    /// # Errors
    /// [`Refusal`] with every fault; its exit code is 78.
    pub fn load(&self) -> Result<Loaded, Refusal> {
        config::load(&self.sources())
    }

    /// Whether standard error may be coloured: it is a terminal, and nobody asked for none (<https://no-color.org>).
    pub fn colour(&self) -> bool {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        !self.no_color && !refused && std::io::stderr().is_terminal()
    }
}
