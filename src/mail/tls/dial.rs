//! From the name of a server to a connection with a checked address.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpStream;

use super::{Error, STEP_MAX};
use crate::mail::reach::Reach;

/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 4;

/// A name as it goes to the name server and into TLS: lower case, international names as `xn--`.
pub(super) fn plain_name(host: &str) -> Result<String, Error> {
    let no_such = || Error::NoSuchHost { host: crate::mail::words::cleaned(host) };
    match url::Host::parse(host.trim()) {
        Ok(url::Host::Domain(name)) => Ok(name.trim_end_matches('.').to_owned()),
        Ok(url::Host::Ipv4(ip)) => Ok(ip.to_string()),
        Ok(url::Host::Ipv6(ip)) => Ok(ip.to_string()),
        // An IPv6 address without brackets.
        Err(_) => host.trim().parse::<IpAddr>().map(|ip| ip.to_string()).map_err(|_invalid| no_such()),
    }
}

/// Resolves once, checks, and connects to what was checked.
pub(super) async fn dial(reach: &Reach, host: &str, port: u16) -> Result<TcpStream, Error> {
    let host = plain_name(host)?;
    let looking = async { tokio::net::lookup_host((host.as_str(), port)).await.map(Iterator::collect::<Vec<_>>) };
    let Ok(found) = tokio::time::timeout(STEP_MAX, looking).await else {
        return Err(Error::unreachable(&host, port, "the name server does not answer"));
    };
    let found: Vec<SocketAddr> = found.unwrap_or_default();
    let Some(first) = found.first().copied() else { return Err(Error::NoSuchHost { host }) };
    let allowed: Vec<SocketAddr> = found.into_iter().filter(|address| reach.allows(address.ip())).collect();
    if allowed.is_empty() {
        return Err(Error::OutOfReach { host, address: first.ip() });
    }
    let mut why = "";
    for address in allowed.into_iter().take(ADDRESSES_MAX) {
        match tokio::time::timeout(STEP_MAX, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // Commands are small and wait for an answer each.
                if let Err(error) = tcp.set_nodelay(true) {
                    tracing::debug!(%error, "a connection goes on with delayed packets");
                }
                return Ok(tcp);
            }
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => why = "nothing listens there",
            Ok(Err(_)) => why = "there is no way to it",
            Err(_) => why = "no answer in time",
        }
    }
    Err(Error::unreachable(&host, port, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_plain() {
        for (typed, plain) in [
            (" Mail.Example.ORG ", "mail.example.org"),
            ("mail.example.org.", "mail.example.org"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("2130706433", "127.0.0.1"),
            ("0x7f.1", "127.0.0.1"),
            ("[::1]", "::1"),
            ("::1", "::1"),
        ] {
            assert_eq!(plain_name(typed).unwrap(), plain);
        }
        for typed in ["", "a b", "user@host", "https://host", "host/path", "a\r\nb"] {
            assert!(plain_name(typed).is_err(), "{typed}");
        }
    }
}
