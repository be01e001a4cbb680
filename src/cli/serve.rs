//! `deskbell serve`: the daemon. Everything about it stands in the configuration.

use std::io::IsTerminal as _;

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
    runtime()?.block_on(async {
        let app = App::build(&config, sockets, Clock::system()).await?;
        announce(&config, &app).await?;
        systemd::ready();
        until_told(&app).await?;
        systemd::stopping();
        tracing::info!("stopping");
        app.stop().await;
        Ok(Exit::Ok)
    })
}

/// The threads of the daemon: few, since what blocks runs elsewhere.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, std::io::Error> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().thread_name("deskbell").build()
}

/// Waits for the signal to stop; meanwhile tells systemd that the database takes writes.
pub(super) async fn until_told(app: &App) -> Result<(), Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |e| Error::internal("waiting for signals", e);
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let watched = async {
        systemd::watchdog(|| app.is_alive()).await;
        // Not watched: wait for the signal alone.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = watched => {}
    }
    Ok(())
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
