//! What those who run the daemon see of it: logs, health, figures, and systemd.
//!
//! `logging.rs` sets up tracing once, from `[log]`. `health.rs` answers "are you alive" and "can you work", on the web
//! listener and on the one of `metrics.rs`, which has a worker of its own so that a busy or stuck web interface can still
//! be looked into. `systemd.rs` tells the service manager the same and takes sockets from it; without the feature `systemd`
//! it does nothing, under the same names. `watch.rs` looks at all that an admin wants to know of a running desk, and
//! `pages.rs` shows it under `/admin/health`.

pub mod health;
pub mod logging;
pub mod metrics;
pub mod pages;
pub mod systemd;
mod views;
pub mod watch;

/// The version of this build.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit of this build, from the variable `DESKBELL_COMMIT` at build time; the build itself never asks git.
pub const COMMIT: Option<&str> = option_env!("DESKBELL_COMMIT");
