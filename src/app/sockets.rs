//! The sockets: handed over by systemd, or bound here.

use std::net::{SocketAddr, TcpListener, UdpSocket};

use crate::base::{Error, Result};
use crate::config::Config;
use crate::{ops, phone};

/// Sockets that somebody else bound already.
#[derive(Debug, Default)]
pub struct Sockets(pub ops::systemd::Sockets);

/// Everything that the desk listens on.
pub(super) struct Bound {
    pub web: Vec<TcpListener>,
    pub sip: phone::Sockets,
    pub metrics: Option<TcpListener>,
}

impl Sockets {
    /// Binds what was not handed over. A SIP address with port 0 gets the same free port for datagrams and connections.
    pub(super) fn bind(self, config: &Config) -> Result<Bound> {
        let given = self.0;
        let web = if given.web.is_empty() { all(&config.web.listen, listen)? } else { given.web };
        let (udp, tcp) = match (given.sip_udp.is_empty(), given.sip_tcp.is_empty()) {
            (true, true) => pair(&config.phone.listen_udp, &config.phone.listen_tcp)?,
            (udp_wanted, tcp_wanted) => (
                if udp_wanted { all(&config.phone.listen_udp, datagrams)? } else { given.sip_udp },
                if tcp_wanted { all(&config.phone.listen_tcp, listen)? } else { given.sip_tcp },
            ),
        };
        let metrics = match (given.metrics.into_iter().next(), config.metrics.listen) {
            (Some(listener), _) => Some(listener),
            (None, Some(address)) => Some(listen(address)?),
            (None, None) => None,
        };
        Ok(Bound { web, sip: phone::Sockets { udp, tcp }, metrics })
    }
}

/// Both kinds of SIP sockets. Any free port for datagrams need not be free for connections: then another one is tried.
fn pair(udp_wanted: &[SocketAddr], tcp_wanted: &[SocketAddr]) -> Result<(Vec<UdpSocket>, Vec<TcpListener>)> {
    let is_any = udp_wanted.iter().chain(tcp_wanted).any(|wanted| wanted.port() == 0);
    let mut tries_left = if is_any { 20 } else { 0 };
    loop {
        let udp = all(udp_wanted, datagrams)?;
        let ports: Vec<SocketAddr> = tcp_wanted.iter().map(|wanted| same_port(*wanted, &udp)).collect();
        match all(&ports, listen) {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(_) if tries_left > 0 => tries_left -= 1,
            Err(error) => return Err(error),
        }
    }
}

/// A caller who knows one port knows both.
fn same_port(wanted: SocketAddr, udp: &[UdpSocket]) -> SocketAddr {
    let bound = udp.iter().filter_map(|socket| socket.local_addr().ok()).find(|bound| bound.ip() == wanted.ip());
    match (wanted.port(), bound) {
        (0, Some(bound)) => bound,
        _ => wanted,
    }
}

fn all<T>(addresses: &[SocketAddr], open: impl Fn(SocketAddr) -> Result<T>) -> Result<Vec<T>> {
    addresses.iter().map(|address| open(*address)).collect()
}

fn taken(address: SocketAddr, what: &str, error: &std::io::Error) -> Error {
    Error::Unavailable(format!(
        "can't listen on {address} ({what}): {error}. Stop what uses it, or set another address in the configuration."
    ))
}

fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).map_err(|e| taken(address, "TCP", &e))
}

fn datagrams(address: SocketAddr) -> Result<UdpSocket> {
    UdpSocket::bind(address).map_err(|e| taken(address, "UDP", &e))
}
