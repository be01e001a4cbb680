//! URIs: `sip:`, `sips:` and `tel:` in full, every other scheme as an opaque text (RFC 3261 section 19.1, RFC 3966,
//! RFC 5118 for IPv6 references).
//!
//! The user part stays escaped as it came: `%40` in it is not an `@`, and only who shows or dials it may decode it.
//! A password is dropped at the door. Hosts of IPv6 keep their brackets, so that nobody prints them without.

use std::fmt;
use std::net::Ipv6Addr;

use super::grammar::{Params, ValueRule};
use super::{Refusal, refuse};

/// A URI that was read from a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SipUri {
    /// In lower case: `sip`, `sips`, `tel` or anything else.
    pub scheme: String,
    /// The user part, or the number of a `tel:` URI; still escaped, never empty, without a password.
    pub user: Option<String>,
    /// Name or address; IPv6 in brackets. Empty for schemes that have none.
    pub host: String,
    /// The port, when one is written.
    pub port: Option<u16>,
    /// The parameters after the host (or after the number of a `tel:` URI).
    pub params: Params,
    /// What follows a `?`, unread.
    pub headers: Option<String>,
    /// Everything after the colon of a scheme that we don't read.
    pub opaque: Option<String>,
}

impl SipUri {
    /// Reads a URI that stands alone or between angle brackets.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        if text.bytes().any(|c| c <= 32 || c == 127 || b"<>\"".contains(&c)) {
            return refuse(400, "character in URI");
        }
        let Some((scheme, rest)) = text.split_once(':') else { return refuse(400, "URI without scheme") };
        let lettered = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
        if !lettered || !scheme.bytes().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(&c)) {
            return refuse(400, "URI scheme");
        }
        let uri = Self { scheme: scheme.to_ascii_lowercase(), ..Self::default() };
        match uri.scheme.as_str() {
            "sip" | "sips" => uri.with_address(rest),
            "tel" => uri.with_number(rest),
            _ => Ok(Self { opaque: Some(rest.to_owned()), ..uri }),
        }
    }

    fn with_number(mut self, rest: &str) -> Result<Self, Refusal> {
        let mut parts = rest.split(';');
        let number = parts.next().unwrap_or_default();
        if number.is_empty() || !number.bytes().all(|c| c.is_ascii_hexdigit() || b"+-.()*#".contains(&c)) {
            return refuse(400, "number of a tel URI");
        }
        self.user = Some(number.to_owned());
        self.params = Params::read(&parts.collect::<Vec<_>>(), ValueRule::Address)?;
        Ok(self)
    }

    fn with_address(mut self, rest: &str) -> Result<Self, Refusal> {
        // Users may hold ; ? & = + $ , / and the host can't hold an @: so the last @ ends the user part, and it is the
        // only one, for a second would have to be escaped.
        let (user, address) = match rest.rsplit_once('@') {
            Some((user, _)) if user.contains('@') => return refuse(400, "two @ in URI"),
            Some((user, address)) => (Some(user), address),
            None => (None, rest),
        };
        if let Some(user) = user {
            let name = user.split_once(':').map_or(user, |(name, _password)| name);
            if name.is_empty() {
                return refuse(400, "empty user in URI");
            }
            self.user = Some(name.to_owned());
        }
        let (address, headers) = match address.split_once('?') {
            Some((address, headers)) => (address, Some(headers.to_owned())),
            None => (address, None),
        };
        let mut parts = address.split(';');
        (self.host, self.port) = host_port(parts.next().unwrap_or_default())?;
        self.params = Params::read(&parts.collect::<Vec<_>>(), ValueRule::Address)?;
        self.headers = headers;
        Ok(self)
    }
}

impl fmt::Display for SipUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.scheme)?;
        if let Some(opaque) = &self.opaque {
            return f.write_str(opaque);
        }
        if let Some(user) = &self.user {
            f.write_str(user)?;
            if !self.host.is_empty() {
                f.write_str("@")?;
            }
        }
        f.write_str(&self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        for (name, value) in self.params.iter() {
            match value {
                Some(value) => write!(f, ";{name}={value}")?,
                None => write!(f, ";{name}")?,
            }
        }
        self.headers.as_ref().map_or(Ok(()), |headers| write!(f, "?{headers}"))
    }
}

/// Reads `host`, `host:port`, `[v6]`, `[v6]:port`. Three colons in an IPv6 reference are taken for two: the grammar of
/// RFC 2543 to 3261 made devices send them, and RFC 5118 section 4.10 asks for this.
pub(crate) fn host_port(text: &str) -> Result<(String, Option<u16>), Refusal> {
    let (host, rest) = if let Some(inner) = text.strip_prefix('[') {
        let Some((address, rest)) = inner.split_once(']') else { return refuse(400, "IPv6 reference") };
        let address = address.replacen(":::", "::", 1);
        if address.parse::<Ipv6Addr>().is_err() {
            return refuse(400, "IPv6 reference");
        }
        (format!("[{address}]"), rest)
    } else {
        let (host, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
        let plain = host.bytes().all(|c| c.is_ascii_alphanumeric() || b"-._".contains(&c));
        if host.is_empty() || host.len() > 255 || !plain {
            return refuse(400, "host");
        }
        (host.to_owned(), rest)
    };
    if rest.is_empty() {
        return Ok((host, None));
    }
    let digits = rest.strip_prefix(':').map(str::trim).filter(|p| p.bytes().all(|c| c.is_ascii_digit()));
    match digits.and_then(|p| p.parse().ok()) {
        Some(port) => Ok((host, Some(port))),
        None => refuse(400, "port"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_every_shape() {
        let uri = SipUri::read("sip:max.muster:secret@[2001:db8::1]:5062;transport=tcp;lr?a=b").unwrap();
        assert_eq!(
            (uri.user.as_deref(), uri.host.as_str(), uri.port),
            (Some("max.muster"), "[2001:db8::1]", Some(5062))
        );
        assert_eq!(uri.to_string(), "sip:max.muster@[2001:db8::1]:5062;transport=tcp;lr?a=b");
        let odd = SipUri::read("sip:user;par=u%40example.net@example.com").unwrap();
        assert_eq!(odd.user.as_deref(), Some("user;par=u%40example.net"));
        let tel = SipUri::read("tel:+49-30;phone-context=+49").unwrap();
        assert_eq!((tel.user.as_deref(), tel.params.get("phone-context")), (Some("+49-30"), Some("+49")));
        assert_eq!(SipUri::read("isbn:2983792873").unwrap().opaque.as_deref(), Some("2983792873"));
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for bad in [
            "",
            "sip:",
            "x",
            "sip:a@b@c",
            "sip:@h",
            "sip:2001:db8::10",
            "sip:[::1",
            "sip:[::g]",
            "sip:h:99999",
            "sip:h:",
            "sip:h:+5",
            "sip:a b@h",
            "sip:h;;x",
            "1:x",
            "tel:",
            "sip:h<x>",
        ] {
            assert!(SipUri::read(bad).is_err(), "{bad}");
        }
    }
}
