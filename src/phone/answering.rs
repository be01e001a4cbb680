//! Builds responses as octets (RFC 3261 section 8.2.6).
//!
//! Via, From, To, Call-ID, `CSeq` and Record-Route go back as the text that came, never re-printed from what we
//! understood of it: the sender compares them. Only the topmost Via learns where the request really came from. A
//! response has no body and names neither product nor version.

use std::fmt::Write as _;
use std::net::IpAddr;

use bytes::Bytes;

use super::path::Source;
use super::reader::grammar::split_top;
use super::reader::{Header, Message, Via};

/// The methods that we take part in, as they stand in Allow.
pub const ALLOW: &str = "INVITE, ACK, CANCEL, OPTIONS, BYE";

/// The part of a request that every response to it repeats; enough to answer long after the request is gone.
#[derive(Debug, Clone)]
pub struct Echo {
    /// Via, Record-Route, From: whole lines.
    before_to: Vec<u8>,
    /// The To line without its line end.
    to: Vec<u8>,
    /// Whether To already has a tag, so that none is added.
    tagged: bool,
    /// Call-ID and `CSeq`: whole lines.
    after_to: Vec<u8>,
}

impl Echo {
    /// What responses to this request repeat.
    pub fn of(request: &Message, source: &Source) -> Self {
        Self::build(&request.headers, source, request.to.tag().is_some())
    }

    /// The same from the headers that were salvaged from an unreadable request.
    pub fn of_salvaged(headers: &[Header], source: &Source) -> Self {
        let tagged = headers.iter().any(|h| h.is("To") && h.value.to_ascii_lowercase().contains(";tag="));
        Self::build(headers, source, tagged)
    }

    fn build(headers: &[Header], source: &Source, tagged: bool) -> Self {
        let mut echo = Self { before_to: Vec::with_capacity(512), to: Vec::new(), tagged, after_to: Vec::new() };
        let mut is_top = true;
        for header in headers {
            if header.is("Via") {
                let amended = if is_top { amend_top_via(&header.value, source) } else { None };
                is_top = false;
                push_line(&mut echo.before_to, "Via", amended.as_deref().map_or(header.octets(), str::as_bytes));
            } else if header.is("Record-Route") {
                push_line(&mut echo.before_to, "Record-Route", header.octets());
            } else if header.is("From") {
                push_line(&mut echo.before_to, "From", header.octets());
            } else if header.is("To") {
                echo.to = [b"To: ", header.octets()].concat();
            } else if header.is("Call-ID") {
                push_line(&mut echo.after_to, "Call-ID", header.octets());
            } else if header.is("CSeq") {
                push_line(&mut echo.after_to, "CSeq", header.octets());
            }
        }
        echo
    }

    /// A response. `tag` becomes the To-tag unless the request brought one; `extra` are whole headers.
    pub fn response(&self, code: u16, tag: Option<&str>, extra: &[(&str, &str)]) -> Bytes {
        let mut octets = format!("SIP/2.0 {code} {}\r\n", reason_phrase(code)).into_bytes();
        octets.extend_from_slice(&self.before_to);
        octets.extend_from_slice(&self.to);
        if let Some(tag) = tag.filter(|_| !self.tagged) {
            octets.extend_from_slice(b";tag=");
            octets.extend_from_slice(tag.as_bytes());
        }
        octets.extend_from_slice(b"\r\n");
        octets.extend_from_slice(&self.after_to);
        for (name, value) in extra {
            push_line(&mut octets, name, value.as_bytes());
        }
        octets.extend_from_slice(b"Content-Length: 0\r\n\r\n");
        octets.into()
    }
}

fn push_line(octets: &mut Vec<u8>, name: &str, value: &[u8]) {
    octets.extend_from_slice(name.as_bytes());
    octets.extend_from_slice(b": ");
    octets.extend_from_slice(value);
    octets.extend_from_slice(b"\r\n");
}

/// The topmost Via with `received` and the port filled into `rport`, or nothing when it is right as it is: `received`
/// is added when the host written there is not the sender's address, and always when `rport` is asked for.
fn amend_top_via(value: &str, source: &Source) -> Option<String> {
    let hops = split_top(value, b',').ok()?;
    let (top, others) = hops.split_first()?;
    let parts = split_top(top, b';').ok()?;
    let (sent_by, params) = parts.split_first()?;
    let (peer, via) = (source.peer.ip(), Via::read(top).ok()?);
    let host = via.host.trim_start_matches('[').trim_end_matches(']');
    let same = host.parse().is_ok_and(|ip: IpAddr| ip.to_canonical() == peer);
    let wants_rport = via.wants_rport();
    let name = |param: &str| param.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
    if same && !wants_rport {
        return None;
    }
    let mut amended = (*sent_by).to_owned();
    for param in params {
        match name(param).as_str() {
            "received" => Ok(()),
            "rport" => write!(amended, ";rport={}", source.peer.port()),
            _ => write!(amended, ";{param}"),
        }
        .ok()?;
    }
    write!(amended, ";received={peer}").ok()?;
    others.iter().try_for_each(|hop| write!(amended, ", {hop}")).ok()?;
    Some(amended)
}

/// The usual words for the statuses that we send (RFC 3261 section 21).
fn reason_phrase(code: u16) -> &'static str {
    match code {
        100 => "Trying",
        180 => "Ringing",
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Request Entity Too Large",
        416 => "Unsupported URI Scheme",
        420 => "Bad Extension",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        482 => "Loop Detected",
        486 => "Busy Here",
        487 => "Request Terminated",
        500 => "Server Internal Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "Version Not Supported",
        513 => "Message Too Large",
        _ if code < 200 => "Progress",
        _ if code < 300 => "OK",
        _ => "Refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::reader::{Framing, read};
    use crate::phone::testing::source;

    const REQUEST: &[u8] = b"OPTIONS sip:a@h SIP/2.0\r\nRecord-Route: <sip:p;lr>\r\nVia: SIP/2.0/UDP pbx:5070 ;branch=z9hG4bK1; rport, \
        SIP/2.0/TCP [::1]\r\nv: SIP/2.0/UDP other\r\nf: M\xFCller <sip:c@h>;tag=1\r\nt: <sip:a@h>\r\ni: 1\r\nCSeq: 1  OPTIONS\r\n\r\n";

    #[test]
    fn what_came_goes_back_verbatim() {
        let request = read(REQUEST, Framing::Datagram).unwrap();
        let response = Echo::of(&request, &source("192.0.2.1:40000")).response(405, Some("us"), &[("Allow", ALLOW)]);
        let expected = b"SIP/2.0 405 Method Not Allowed\r\nRecord-Route: <sip:p;lr>\r\n\
            Via: SIP/2.0/UDP pbx:5070;branch=z9hG4bK1;rport=40000;received=192.0.2.1, SIP/2.0/TCP [::1]\r\n\
            Via: SIP/2.0/UDP other\r\nFrom: M\xFCller <sip:c@h>;tag=1\r\nTo: <sip:a@h>;tag=us\r\nCall-ID: 1\r\n\
            CSeq: 1  OPTIONS\r\nAllow: INVITE, ACK, CANCEL, OPTIONS, BYE\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(response, expected[..], "{}", String::from_utf8_lossy(&response));
    }

    #[test]
    fn the_top_via_learns_the_sender_only_where_it_has_to() {
        let amended = |via: &str, peer| amend_top_via(via, &source(peer));
        assert_eq!(amended("SIP/2.0/UDP 192.0.2.1:5060;branch=x", "192.0.2.1:9"), None);
        assert_eq!(amended("SIP/2.0/UDP [2001:db8:0::1];branch=x", "[2001:db8::1]:9"), None);
        assert_eq!(
            amended("SIP/2.0/UDP 192.0.2.1;received=9.9.9.9;branch=x", "192.0.2.2:9").unwrap(),
            "SIP/2.0/UDP 192.0.2.1;branch=x;received=192.0.2.2"
        );
        assert_eq!(
            amended("SIP/2.0/UDP [2001:db8::1];rport", "[2001:db8::1]:9").unwrap(),
            "SIP/2.0/UDP [2001:db8::1];rport=9;received=2001:db8::1",
        );
    }
}
