//! Addresses to listen on.

use std::net::{IpAddr, SocketAddr};

use super::metrics::{self, Metrics};
use super::phone::{self, Phone};
use super::reader::Reader;
use super::web::Web;

/// Reads `IP:PORT`; port 0 is any free one.
pub(super) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let (host, port) = match text.rsplit_once(':') {
        // In an IPv6 address without brackets the last colon does not start a port.
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let example = match bare.parse::<IpAddr>() {
        Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Err(_) if bare.is_empty() || bare == "*" => "0.0.0.0".to_owned(),
        Err(_) => "127.0.0.1".to_owned(),
    };
    let reason = match port {
        None if bare.parse::<IpAddr>().is_ok() => "lacks a port",
        Some(port) if port.parse::<u16>().is_err() && port.parse::<u64>().is_ok() => {
            return Err(format!("port {port} in {text:?} is out of range: ports go from 0 (any free one) to 65535"));
        }
        _ => "is not an address",
    };
    Err(format!("{text:?} {reason}: write IP:PORT such as \"{example}:8080\""))
}

/// Two listeners can't have the same TCP address. Port 0 never clashes.
pub(super) fn check_distinct(reader: &mut Reader, web: &Web, phone: &Phone, metrics: &Metrics) {
    let mut taken: Vec<(&str, SocketAddr)> = web.listen.iter().map(|address| ("web.listen", *address)).collect();
    let later = phone.listen_tcp.iter().map(|address| (phone::LISTEN_TCP, *address));
    for (field, address) in later.chain(metrics.listen.map(|address| (metrics::LISTEN, address))) {
        if let Some((other, _)) = taken.iter().find(|(_, there)| clash(*there, address)) {
            reader.fault(field, format!("{address} is already taken by {other}"));
        }
        taken.push((if field.section == "phone" { "phone.listen_tcp" } else { "metrics.listen" }, address));
    }
}

fn clash(a: SocketAddr, b: SocketAddr) -> bool {
    let everywhere = |x: SocketAddr, y: SocketAddr| x.ip().is_unspecified() && (x.is_ipv6() || y.is_ipv4());
    a.port() != 0 && a.port() == b.port() && (a.ip() == b.ip() || everywhere(a, b) || everywhere(b, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_clash_on_the_same_port_only() {
        for (a, b, expected) in [
            ("127.0.0.1:1", "127.0.0.1:1", true),
            ("0.0.0.0:1", "127.0.0.1:1", true),
            ("127.0.0.1:1", "[::]:1", true),
            ("127.0.0.1:1", "127.0.0.1:2", false),
            ("127.0.0.1:1", "127.0.0.2:1", false),
            ("127.0.0.1:0", "127.0.0.1:0", false),
        ] {
            assert_eq!(clash(a.parse().unwrap(), b.parse().unwrap()), expected, "{a} {b}");
        }
    }
}
