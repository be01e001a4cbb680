//! Which machine asks, and under which name of ours: the two things that headers lie about.
//!
//! A page of someone else's can point a name of theirs at our address (DNS rebinding) and read us through the victim's
//! browser; so only names we know are answered. Literal IP addresses and `localhost` can't be rebound. And the address of
//! the asker is the socket's, unless the socket belongs to a proxy that the operator named.

use std::net::IpAddr;

use actix_web::http::Uri;
use actix_web::http::header::{self, HeaderMap};

use super::options::Options;

/// The address of the asker. Behind a trusted proxy: the last address in `X-Forwarded-For` that is no proxy of ours, as
/// those further left are only hearsay.
pub fn asker(peer: IpAddr, headers: &HeaderMap, options: &Options) -> IpAddr {
    let peer = peer.to_canonical();
    if !options.trusts(peer) {
        return peer;
    }
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").filter_map(|v| v.to_str().ok()).collect();
    let mut last = peer;
    for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        last = address.to_canonical();
        if !options.trusts(last) {
            break;
        }
    }
    last
}

/// The host, without port, that a request names; nothing when it names none, more than one, or what is no host.
fn named<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let mut lines = headers.get_all(header::HOST);
    let line = lines.next().and_then(|v| v.to_str().ok());
    if lines.next().is_some() {
        return None;
    }
    // A request line in absolute form names the host as well; it must not say otherwise than the header.
    let authority = match (uri.authority().map(|a| a.as_str()), line) {
        (Some(target), Some(line)) if target.eq_ignore_ascii_case(line) => target,
        (None, Some(line)) => line,
        _ => return None,
    };
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':').unwrap_or(rest)),
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    port.chars().all(|c| c.is_ascii_digit()).then_some(host)
}

/// Whether a request is for us: for a configured name, `localhost` or a literal address.
pub fn is_ours(uri: &Uri, headers: &HeaderMap, options: &Options) -> bool {
    let Some(host) = named(uri, headers) else { return false };
    let known = options.hosts.iter().map(String::as_str).chain(options.public_host()).chain(["localhost"]);
    host.parse::<IpAddr>().is_ok() || known.into_iter().any(|name| name.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in lines {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    fn options(proxies: &[&str]) -> Options {
        let mut options = Options::new([0; 32]);
        options.public_url = Some("https://desk.example.org".parse().unwrap());
        options.hosts = vec!["desk.lan".to_owned()];
        options.trusted_proxies = proxies.iter().map(|p| crate::base::Network::parse(p).unwrap()).collect();
        options
    }

    #[test]
    fn forwarded_addresses_count_from_our_proxies_only() {
        let peer: IpAddr = "192.0.2.1".parse().unwrap();
        let forged = headers(&[("x-forwarded-for", "6.6.6.6, 5.5.5.5")]);
        let who = |options: &Options, h: &HeaderMap| asker(peer, h, options).to_string();
        assert_eq!(who(&options(&[]), &forged), "192.0.2.1", "nobody is trusted unless named");
        assert_eq!(who(&options(&["192.0.2.1"]), &forged), "5.5.5.5", "the proxy's word, not the asker's");
        assert_eq!(who(&options(&["192.0.2.1", "5.5.5.0/24"]), &forged), "6.6.6.6", "two proxies in a row");
        assert_eq!(who(&options(&["192.0.2.1"]), &headers(&[("x-forwarded-for", "junk")])), "192.0.2.1");
        let lines = headers(&[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "5.5.5.5")]);
        assert_eq!(who(&options(&["192.0.2.1"]), &lines), "5.5.5.5", "the last of several lines");
    }

    #[test]
    fn only_our_names_are_served() {
        let ours =
            |uri: &str, lines: &[(&'static str, &str)]| is_ours(&uri.parse().unwrap(), &headers(lines), &options(&[]));
        for host in [
            "desk.example.org",
            "DESK.example.org:443",
            "desk.lan",
            "localhost:8080",
            "127.0.0.1",
            "[::1]:80",
            "10.0.0.7",
        ] {
            assert!(ours("/", &[("host", host)]), "{host}");
        }
        for host in [
            "evil.example",
            "desk.example.org.evil.example",
            "",
            "desk.lan:x",
            "[::1",
            "desk.lan@evil.example",
            "a:b:c",
        ] {
            assert!(!ours("/", &[("host", host)]), "{host}");
        }
        assert!(!ours("/", &[]), "no host at all");
        assert!(!ours("/", &[("host", "desk.lan"), ("host", "evil.example")]), "two hosts");
        assert!(!ours("http://evil.example/", &[("host", "desk.lan")]), "two opinions");
        assert!(ours("http://desk.lan/", &[("host", "desk.lan")]));
    }
}
