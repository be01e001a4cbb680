//! Talking with systemd: readiness, status, watchdog, and sockets that it opened for us.
//!
//! Without the feature `systemd`, and when systemd did not start us, all of this does nothing and there are no sockets; then
//! the daemon binds its own. Nothing here can fail a start except sockets that we can't use: whoever configured them would
//! otherwise wait at an address where nobody listens.

use std::future::Future;
use std::net::{TcpListener, UdpSocket};
use std::time::Duration;

/// Sockets that systemd hands over, by the `FileDescriptorName=` of their unit. Where there are none of a kind, the
/// addresses of the configuration are bound instead.
#[derive(Debug, Default)]
pub struct Sockets {
    /// `web`: for the web interface.
    pub web: Vec<TcpListener>,
    /// `sip-udp`: for SIP over UDP.
    pub sip_udp: Vec<UdpSocket>,
    /// `sip-tcp`: for SIP over TCP.
    pub sip_tcp: Vec<TcpListener>,
    /// `metrics`: for Prometheus.
    pub metrics: Vec<TcpListener>,
}

/// Takes the sockets that were handed over. Call it once, first thing, before there are threads: it takes the variables
/// that announce the sockets out of the environment, so that no child believes that they are its own.
///
/// # Errors
/// When a socket has a name that we don't know, or is of another kind than its name says.
#[cfg(feature = "systemd")]
pub fn take_sockets() -> std::io::Result<Sockets> {
    let named = systemd::daemon::listen_fds_with_names()?;
    let mut sockets = Sockets::default();
    // Without a word from systemd to this very process, what listenfd would find is somebody else's.
    if named.is_empty() {
        return Ok(sockets);
    }
    let mut passed = listenfd::ListenFd::from_env();
    for (index, (_, name)) in named.iter().enumerate() {
        let name = name.to_string_lossy();
        match name.as_ref() {
            "web" => sockets.web.extend(passed.take_tcp_listener(index)?),
            "sip-udp" => sockets.sip_udp.extend(passed.take_udp_socket(index)?),
            "sip-tcp" => sockets.sip_tcp.extend(passed.take_tcp_listener(index)?),
            "metrics" => sockets.metrics.extend(passed.take_tcp_listener(index)?),
            other => {
                let message = format!(
                    "systemd hands over a socket named {other:?}; FileDescriptorName= must be web, sip-udp, sip-tcp or metrics"
                );
                return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, message));
            }
        }
    }
    Ok(sockets)
}

/// Takes the sockets that were handed over: none, since this build knows no systemd.
///
/// # Errors
/// Never.
#[cfg(not(feature = "systemd"))]
pub fn take_sockets() -> std::io::Result<Sockets> {
    Ok(Sockets::default())
}

#[cfg(feature = "systemd")]
fn notify(key: &'static str, value: &str) {
    // A new line would be a new key, and the crate panics at a NUL.
    let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Err(error) = systemd::daemon::notify([(key, value.as_str())].iter()) {
        tracing::warn!(%error, key, "systemd was not told");
    }
}

#[cfg(not(feature = "systemd"))]
fn notify(_key: &'static str, _value: &str) {}

/// Says that the daemon can do its work: its sockets are open, its database is migrated.
pub fn ready() {
    notify("READY", "1");
}

/// Says that the daemon is on its way out.
pub fn stopping() {
    notify("STOPPING", "1");
}

/// Says in a line how things are, for `systemctl status`: `2 lines up, 14 agents`.
pub fn status(text: &str) {
    notify("STATUS", text);
}

/// Asks for so much more time to start or stop, from now on: a migration may take longer than `TimeoutStartSec=`.
pub fn extend_timeout(by: Duration) {
    notify("EXTEND_TIMEOUT_USEC", &by.as_micros().to_string());
}

/// How often to say that we are alive: half of what systemd waits; nothing when it does not wait for us.
#[cfg(feature = "systemd")]
pub fn watchdog_interval() -> Option<Duration> {
    systemd::daemon::watchdog_enabled().ok().filter(|usec| *usec > 0).map(|usec| Duration::from_micros(usec) / 2)
}

/// How often to say that we are alive: never, since this build knows no systemd.
#[cfg(not(feature = "systemd"))]
pub fn watchdog_interval() -> Option<Duration> {
    None
}

/// Says that we are alive, again and again, each time only after `check` has found so: a daemon that runs but can't write
/// is to be restarted. A check that takes too long counts as failed; the next round may still be in time. Returns at once
/// when systemd does not watch us, otherwise never.
pub async fn watchdog<F>(check: impl Fn() -> F)
where
    F: Future<Output = bool>,
{
    let Some(interval) = watchdog_interval() else { return };
    let mut beat = tokio::time::interval(interval);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        match tokio::time::timeout(interval, check()).await {
            Ok(true) => notify("WATCHDOG", "1"),
            Ok(false) => tracing::error!("the check for the watchdog failed"),
            Err(_) => tracing::error!(?interval, "the check for the watchdog took too long"),
        }
    }
}
