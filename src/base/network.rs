//! A range of IP addresses (RFC 4632): who is trusted, who may call.

use std::fmt;
use std::net::IpAddr;

/// `10.0.0.0/8`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads an address or `ADDRESS/PREFIX`. The bits after the prefix must be zero: otherwise one of the two is a slip,
    /// and this guards a border.
    pub fn parse(text: &str) -> Result<Self, String> {
        let example = "write an address or a network such as \"192.0.2.0/24\"";
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let Ok(address) = address.parse::<IpAddr>() else {
            return Err(format!("{text:?} is not a network: {example}"));
        };
        // An IPv4 address that is written as an IPv6 one means the IPv4 one.
        let address = if prefix.is_none() { address.to_canonical() } else { address };
        let bits: u8 = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix.map(str::parse::<u8>) {
            None => bits,
            Some(Ok(prefix)) if prefix <= bits => prefix,
            Some(_) => return Err(format!("{text:?} is not a network: the prefix goes from 1 to {bits}")),
        };
        let network = Self { address, prefix };
        let base = network.base(address);
        if base != number(address) {
            let meant = match address {
                IpAddr::V4(_) => IpAddr::V4(u32::try_from(base).unwrap_or_default().into()),
                IpAddr::V6(_) => IpAddr::V6(base.into()),
            };
            return Err(format!("{text:?} has bits set after the prefix; did you mean \"{meant}/{prefix}\"?"));
        }
        Ok(network)
    }

    /// Whether it holds every address there is of its kind.
    pub fn is_everything(&self) -> bool {
        self.prefix == 0
    }

    /// Whether `address` is in it. An IPv4 address counts as itself when it is written as an IPv6 one (`::ffff:10.0.0.1`).
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && self.base(address) == number(self.address)
    }

    /// The address with the bits after our prefix cleared.
    fn base(&self, address: IpAddr) -> u128 {
        let bits: u32 = if address.is_ipv4() { 32 } else { 128 };
        let low = bits - u32::from(self.prefix);
        if low >= 128 { 0 } else { number(address) >> low << low }
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => u128::from(ip),
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix == if self.address.is_ipv4() { 32 } else { 128 } {
            return self.address.fmt(f);
        }
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_it_says() {
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("::1", "::1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "10.0.0.1", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("::/0", "::1", true),
            ("::ffff:192.0.2.7", "192.0.2.7", true),
        ] {
            let held = Network::parse(network).unwrap().contains(address.parse().unwrap());
            assert_eq!(held, expected, "{network} {address}");
            let shown = Network::parse(network).unwrap().to_string();
            assert_eq!(Network::parse(&shown), Network::parse(network), "{shown} reads back");
        }
    }

    #[test]
    fn slips_are_told() {
        for (text, message) in [
            ("*", "\"*\" is not a network: write an address or a network such as \"192.0.2.0/24\""),
            ("10.0.0.0/33", "\"10.0.0.0/33\" is not a network: the prefix goes from 1 to 32"),
            ("10.0.0.1/8", "\"10.0.0.1/8\" has bits set after the prefix; did you mean \"10.0.0.0/8\"?"),
            ("2001:db8::1/32", "\"2001:db8::1/32\" has bits set after the prefix; did you mean \"2001:db8::/32\"?"),
        ] {
            assert_eq!(Network::parse(text), Err(message.to_owned()));
        }
    }
}
