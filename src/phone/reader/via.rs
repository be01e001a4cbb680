//! Via: the way a request came, hop by hop (RFC 3261 section 20.42, RFC 3581).

use super::grammar::{Params, ValueRule, is_token, split_top};
use super::uri::host_port;
use super::{Refusal, refuse};

/// What a branch starts with when its maker follows RFC 3261 (section 8.1.1.7): it is then unique and names the
/// transaction.
pub const MAGIC_COOKIE: &str = "z9hG4bK";

/// One hop of a Via.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    /// As it was written; transports that we don't know are kept.
    pub transport: String,
    /// The host that the sender gave as its own; IPv6 in brackets.
    pub host: String,
    /// The port that the sender gave, if any.
    pub port: Option<u16>,
    /// `branch`, `received`, `rport` and others.
    pub params: Params,
}

impl Via {
    /// Reads one hop.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let parts = split_top(text, b';')?;
        let Some((first, rest)) = parts.split_first() else { return refuse(400, "empty Via") };
        let mut words = first.splitn(3, '/').map(str::trim);
        let (name, version, last) = (words.next(), words.next(), words.next().unwrap_or_default());
        if !name.is_some_and(|name| name.eq_ignore_ascii_case("SIP")) || version != Some("2.0") {
            return refuse(400, "Via protocol");
        }
        let Some((transport, sent_by)) = last.split_once([' ', '\t']) else { return refuse(400, "Via sent-by") };
        if !is_token(transport) {
            return refuse(400, "Via transport");
        }
        // White space around the colon of sent-by is legal and some stacks fold there.
        let sent_by: String = sent_by.split_ascii_whitespace().collect();
        let (host, port) = host_port(&sent_by)?;
        Ok(Self { transport: transport.to_owned(), host, port, params: Params::read(rest, ValueRule::Via)? })
    }

    /// The branch, when its maker follows RFC 3261; a bare cookie names nothing and counts as none.
    pub fn branch(&self) -> Option<&str> {
        self.params.get("branch").filter(|b| b.len() > MAGIC_COOKIE.len() && b.starts_with(MAGIC_COOKIE))
    }

    /// Whether the sender asks that answers go to the port it sent from (RFC 3581).
    pub fn wants_rport(&self) -> bool {
        self.params.has("rport")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_odd_transports_are_kept_out_of_the_way() {
        let via = Via::read("SIP  / 2.0  / SCTP     [2001:db8::9] : 5061   ; branch  =  z9hG4bK9 ; rport").unwrap();
        assert_eq!((via.transport.as_str(), via.host.as_str(), via.port), ("SCTP", "[2001:db8::9]", Some(5061)));
        assert_eq!((via.branch(), via.wants_rport()), (Some("z9hG4bK9"), true));
        let v6 = Via::read("SIP/2.0/UDP h;received=2001:db8::9:255;branch=z9hG4bK").unwrap();
        assert_eq!((v6.params.get("received"), v6.branch()), (Some("2001:db8::9:255"), None));
    }

    #[test]
    fn faults_are_refused() {
        for bad in
            ["", "SIP/2.0/UDP 192.0.2.15;;", "SIP/7.0/UDP h", "SIP/2.0/UDP", "SIP/2.0 h", "SIP/2.0/UDP 2001:db8::1"]
        {
            assert!(Via::read(bad).is_err(), "{bad}");
        }
    }
}
