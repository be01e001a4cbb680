//! The sockets: handed over by systemd, or bound here.

use std::net::{SocketAddr, TcpListener, UdpSocket};

use crate::base::{Error, Result};
use crate::config::Config;
use crate::{ops, phone};

/// How many ports are tried for one that is free for both datagrams and connections.
const FREE_PORT_TRIES: u32 = 20;

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
        let (udp, tcp) = sip(config, given.sip_udp, given.sip_tcp)?;
        let metrics = match (given.metrics.into_iter().next(), config.metrics.listen) {
            (Some(listener), _) => Some(listener),
            (None, Some(address)) => Some(listen(address)?),
            (None, None) => None,
        };
        Ok(Bound { web, sip: phone::Sockets { udp, tcp }, metrics })
    }
}

/// The sockets of the phone. A port that was free for datagrams may be taken for connections; where any will do, another
/// one is tried.
fn sip(config: &Config, udp: Vec<UdpSocket>, tcp: Vec<TcpListener>) -> Result<(Vec<UdpSocket>, Vec<TcpListener>)> {
    let (listen_udp, listen_tcp) = (&config.phone.listen_udp, &config.phone.listen_tcp);
    if !udp.is_empty() || !tcp.is_empty() {
        let udp = if udp.is_empty() { all(listen_udp, datagrams)? } else { udp };
        let tcp = if tcp.is_empty() { all(&ports(listen_tcp, &udp), listen)? } else { tcp };
        return Ok((udp, tcp));
    }
    let any = listen_udp.iter().any(|address| address.port() == 0);
    let mut tries = if any { FREE_PORT_TRIES } else { 1 };
    loop {
        let udp = all(listen_udp, datagrams)?;
        match all(&ports(listen_tcp, &udp), listen) {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(_) if tries > 1 => tries -= 1,
            Err(error) => return Err(error),
        }
    }
}

fn ports(wanted: &[SocketAddr], udp: &[UdpSocket]) -> Vec<SocketAddr> {
    wanted.iter().map(|wanted| same_port(*wanted, udp)).collect()
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
