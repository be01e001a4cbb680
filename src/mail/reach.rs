//! Which machines we connect to when somebody types in the name of a server.
//!
//! A field for a server's name makes the daemon a scanner of the network that it stands in, so a name is resolved once, the
//! addresses are checked, and the connection goes to a checked address: a second, different answer of a name server changes
//! nothing. Public addresses are always within reach; private ones and this machine itself only when the configuration
//! names their network; link-local ones (where clouds answer with keys), multicast and unspecified ones never.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::base::Network;

/// The addresses that may be connected to.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    also: Vec<Network>,
}

impl Reach {
    /// Public addresses only.
    pub fn public() -> Self {
        Self::default()
    }

    /// Public addresses, and those of these networks.
    pub fn also(networks: impl IntoIterator<Item = Network>) -> Self {
        Self { also: networks.into_iter().collect() }
    }

    /// Whether a connection to `address` is allowed.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if never(address) {
            return false;
        }
        is_public(address) || self.also.iter().any(|network| network.contains(address))
    }
}

/// Where no mail server is, whatever a configuration says.
fn never(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => ip.is_link_local() || ip.is_multicast() || ip.is_unspecified() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_unicast_link_local() || ip.is_multicast() || ip.is_unspecified(),
    }
}

/// Whether an address belongs to the public internet (the registries of RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (b == 18 || b == 19);
    let protocols = a == 192 && b == 0 && c == 0;
    let reserved = a == 0 || a >= 240;
    !(ip.is_private() || ip.is_loopback() || ip.is_documentation() || shared || benchmark || protocols || reserved)
}

/// Global unicast without the ranges that lead elsewhere: those that carry an IPv4 address are judged by that one.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let embedded = |high: u16, low: u16| {
        let [w, x] = high.to_be_bytes();
        let [y, z] = low.to_be_bytes();
        Ipv4Addr::new(w, x, y, z)
    };
    // NAT64 (RFC 6052), its local form (RFC 8215), and 6to4 (RFC 3056).
    if [a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let inner = embedded(g, h);
        return is_public_v4(inner) && !never(inner.into());
    }
    if a == 0x2002 {
        let inner = embedded(b, c);
        return is_public_v4(inner) && !never(inner.into());
    }
    let global = a & 0xe000 == 0x2000;
    let special = a == 0x2001 && b < 0x200;
    let documentation = (a == 0x2001 && b == 0xdb8) || (a == 0x3fff && b < 0x1000);
    global && !special && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_inside_stays_out_of_reach() {
        for address in [
            "127.0.0.1",
            "::1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::",
            "0.1.2.3",
            "255.255.255.255",
            "224.0.0.1",
            "ff02::1",
            "fe80::1",
            "fd00::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::",
            "2001:db8::1",
            "2001::1",
            "192.0.2.1",
            "198.18.0.1",
            "240.0.0.1",
            "::7f00:1",
            "192.0.0.8",
            "3fff::1",
        ] {
            assert!(!Reach::public().allows(ip(address)), "{address}");
        }
        for address in ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8", "172.32.0.1", "100.128.0.1"]
        {
            assert!(Reach::public().allows(ip(address)), "{address}");
        }
    }

    #[test]
    fn a_network_of_ours_is_named() {
        let ours = Reach::also(["10.0.0.0/8", "127.0.0.1", "0.0.0.0/0", "::/0"].map(|n| Network::parse(n).unwrap()));
        assert!(ours.allows(ip("10.1.2.3")) && ours.allows(ip("127.0.0.1")) && ours.allows(ip("::ffff:10.1.2.3")));
        for address in ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254"] {
            assert!(!ours.allows(ip(address)), "{address} is out of reach for everybody");
        }
    }
}
