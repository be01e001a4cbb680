//! `deskbell user add|reset-password`: the arguments. Passwords never stand on the command line, where everybody on the
//! machine can see them: they are read from standard input.

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
    /// The e-mail address to log in with
    pub email: String,
    /// The name that others see [default: the address]
    #[arg(long)]
    pub name: Option<String>,
    /// May change settings and accounts
    #[arg(long)]
    pub admin: bool,
    /// Read the password from standard input instead of making one up and printing it
    #[arg(long)]
    pub password_stdin: bool,
}

/// Arguments of `user reset-password`.
#[derive(Debug, Clone, clap::Args)]
pub struct ResetPassword {
    /// The e-mail address to log in with
    pub email: String,
    /// Read the password from standard input instead of making one up and printing it
    #[arg(long)]
    pub password_stdin: bool,
}
