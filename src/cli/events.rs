//! `deskbell events verify`: the arguments.

/// Look after the event log
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Check that no event was changed or taken out since it was written
    Verify,
}
