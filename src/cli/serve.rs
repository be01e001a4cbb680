//! `deskbell serve`: the daemon. Everything about it stands in the configuration.

use std::io::IsTerminal as _;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Exit, Global, Outcome};
use crate::app::{self, App, Sockets};
use crate::base::{Clock, Error};
use crate::config::Config;
use crate::ops::{self, systemd};

/// Run the daemon until SIGTERM or SIGINT
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {}

/// Runs the daemon.
pub fn run(global: &Global, _args: &Args) -> Outcome {
    // Before any thread is there that could open a descriptor of its own.
    let sockets = Sockets(systemd::take_sockets()?);
    let config = global.load()?.config;
    ops::logging::start(&config.log, global.colour())?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let app = tokio::select! {
            app = App::build(&config, sockets, Clock::system()) => app?,
            () = signals.told() => return Ok(Exit::Ok),
            () = more_time() => return Err("the start went on for ever".into()),
        };
        announce(&config, &app).await?;
        systemd::ready();
        until_told(&app, &mut signals).await;
        systemd::stopping();
        tracing::info!("stopping");
        app.stop().await;
        Ok(Exit::Ok)
    });
    // A query to a database that is away may block a thread for half a minute; nobody waits for its answer any more.
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

/// Asks systemd for more time as long as the start goes on: a migration of a large database may take longer than the unit
/// allows.
async fn more_time() {
    loop {
        tokio::time::sleep(Duration::from_secs(20)).await;
        systemd::extend_timeout(Duration::from_secs(60));
    }
}

/// The threads of the daemon: few, since what blocks runs elsewhere.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, std::io::Error> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().thread_name("deskbell").build()
}

/// The signals that tell the daemon to stop. They are listened for before anything else: one that came between the first
/// call and the last step of the start would otherwise kill it.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Takes the signals from now on.
    pub(super) fn listen() -> Result<Self, Error> {
        let take = |kind| signal(kind).map_err(|e| Error::internal("waiting for signals", e));
        Ok(Self { terminate: take(SignalKind::terminate())?, interrupt: take(SignalKind::interrupt())? })
    }

    /// Returns when one of them came.
    pub(super) async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Waits for the signal to stop; meanwhile tells systemd that the database takes writes.
pub(super) async fn until_told(app: &App, signals: &mut Signals) {
    let watched = async {
        systemd::watchdog(|| app.is_alive()).await;
        // Not watched: wait for the signal alone.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = signals.told() => {}
        () = watched => {}
    }
}

async fn announce(config: &Config, app: &App) -> Result<(), Error> {
    let web = app.web.first().map(|bound| config.web.public_url_for(*bound)).unwrap_or_default();
    tracing::info!(version = ops::VERSION, %web, sip_udp = ?app.sip_udp, sip_tcp = ?app.sip_tcp, metrics = ?app.metrics, "ready");
    systemd::status(&format!("ready on {web}"));
    if let Some(code) = app::setup_code(app).await? {
        let path = app.home.setup_code_path();
        tracing::warn!(code_file = %path.display(), "no agent yet: open {web}/setup and enter the one-time code that stands in the file");
        // A terminal is in front of whoever started the daemon; a journal is read by many.
        if std::io::stdout().is_terminal() {
            let _ = super::print(&format!("\n  First admin: open {web}/setup and enter the code {code}\n\n"));
        }
    }
    Ok(())
}
