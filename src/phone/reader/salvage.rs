//! What can be saved from a request that can't be read: the five headers that an error response has to carry
//! (RFC 3261 section 8.2.6.2). Without all of them there is no way to answer, and the request is dropped.

use super::lines::{self, Header};

/// The headers of an unreadable request that go back verbatim: every Via, then From, To, Call-ID and `CSeq`.
///
/// Nothing for a response, for an ACK (which is never answered), and when one of the five is missing or holds octets
/// that may not be sent on.
pub fn salvage(octets: &[u8]) -> Option<Vec<Header>> {
    let octets = lines::skip_line_ends(octets);
    if octets.starts_with(b"SIP/") || octets.starts_with(b"ACK ") {
        return None;
    }
    let head = lines::split_head(octets).map_or(octets, |(head, _)| head);
    let (_, logical) = lines::unfold(head).ok()?;
    let headers: Vec<Header> = logical.iter().filter_map(|line| lines::read_header(line).ok()).collect();
    let mut saved: Vec<Header> = headers.iter().filter(|h| h.is("Via") && !h.value.is_empty()).cloned().collect();
    if saved.is_empty() {
        return None;
    }
    for name in ["From", "To", "Call-ID", "CSeq"] {
        saved.push(headers.iter().find(|h| h.is(name) && !h.value.is_empty())?.clone());
    }
    Some(saved)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKEN: &str = "NOSUCH sip:a b SIP/2.0\r\nv: SIP/2.0/UDP h\r\nf: <sip:a@h>;tag=1\r\nt: \"x <sip:b@h>\r\n\
                          i: 1\r\nno colon here\r\nCSeq: 1 NOSUCH\r\n\r\n";

    #[test]
    fn the_five_are_found_among_rubble() {
        let saved = salvage(BROKEN.as_bytes()).unwrap();
        let names: Vec<_> = saved.iter().map(|h| h.name.as_ref()).collect();
        assert_eq!(names, ["Via", "From", "To", "Call-ID", "CSeq"]);
        assert_eq!(saved[2].value, "\"x <sip:b@h>");
    }

    #[test]
    fn what_cannot_be_answered_is_not_saved() {
        assert!(salvage(BROKEN.replace("i: 1\r\n", "").as_bytes()).is_none());
        assert!(salvage(BROKEN.replace("NOSUCH", "ACK").as_bytes()).is_none());
        assert!(salvage(format!("SIP/2.0 200 OK\r\n{BROKEN}").as_bytes()).is_none());
        assert!(salvage(BROKEN.replace("f: <sip", "f: \u{0}<sip").as_bytes()).is_none(), "no control goes back");
        assert!(salvage(b"").is_none());
    }
}
