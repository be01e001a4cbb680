//! `deskbell serve`: the arguments of the daemon. Everything else about it stands in the configuration.

/// Run the daemon until SIGTERM or SIGINT
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {}
