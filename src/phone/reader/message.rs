//! A message as a whole: start line, the headers that must be there once, the body (RFC 3261 section 7).

use std::fmt;

use rsip::Headers;

use super::grammar::{is_digits, is_token, split_top};
use super::lines::{self, Header};
use super::{Framing, MESSAGE_OCTETS_MAX, NameAddr, Refusal, SipUri, VIA_HOPS_MAX, Via, refuse};

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// A request.
    Request {
        /// The method as it was written; methods are case-sensitive and may be unknown to us.
        method: String,
        /// The Request-URI.
        uri: SipUri,
    },
    /// A response.
    Response {
        /// 100 to 699.
        code: u16,
        /// The reason phrase; may be empty.
        reason: String,
    },
}

/// A message that keeps all the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The first line.
    pub start: Start,
    /// All headers in order, names in full.
    pub headers: Vec<Header>,
    /// Every hop of every Via, the latest first. At least one.
    pub via: Vec<Via>,
    /// From.
    pub from: NameAddr,
    /// To.
    pub to: NameAddr,
    /// Call-ID.
    pub call_id: String,
    /// The number of `CSeq`, below 2^31.
    pub cseq: u32,
    /// The method of `CSeq`; the same as the request's.
    pub cseq_method: String,
    /// Contact addresses; a `*` is left out.
    pub contacts: Vec<NameAddr>,
    /// Max-Forwards, when given.
    pub max_forwards: Option<u8>,
    /// The body, cut to Content-Length.
    pub body: Vec<u8>,
}

impl Message {
    /// The values of all headers of that full name, in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |h| h.is(name)).map(|h| h.value.as_str())
    }

    /// The value of the first header of that full name.
    pub fn value<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.values(name).next()
    }

    /// The addresses in all headers of that full name; what can't be read is left out, for these headers are hints.
    pub fn addresses(&self, name: &str) -> Vec<NameAddr> {
        let lists = self.values(name).filter_map(|value| split_top(value, b',').ok());
        lists.flatten().filter_map(|item| NameAddr::read(item).ok()).collect()
    }

    /// Method and Request-URI, when this is a request.
    pub fn request(&self) -> Option<(&str, &SipUri)> {
        match &self.start {
            Start::Request { method, uri } => Some((method, uri)),
            Start::Response { .. } => None,
        }
    }

    /// The headers as `rsip` knows them.
    pub fn to_rsip(&self) -> Headers {
        self.headers.iter().map(|h| to_rsip(&h.name, &h.value)).collect::<Vec<_>>().into()
    }

    /// The message as octets again: headers unfolded, names in full, the body as it came.
    pub fn print(&self) -> Vec<u8> {
        let mut octets = format!("{}\r\n{}\r\n", self.start, self.to_rsip()).into_bytes();
        octets.extend_from_slice(&self.body);
        octets
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request { method, uri } => write!(f, "{method} {uri} SIP/2.0"),
            Self::Response { code, reason } => write!(f, "SIP/2.0 {code} {reason}"),
        }
    }
}

/// See [`super::read`].
pub(super) fn read(octets: &[u8], framing: Framing) -> Result<Message, Refusal> {
    let octets = lines::skip_line_ends(octets);
    if octets.starts_with(b"SIP/") {
        return read_whole(octets, framing).map_err(|refusal| Refusal { code: None, ..refusal });
    }
    read_whole(octets, framing)
}

fn read_whole(octets: &[u8], framing: Framing) -> Result<Message, Refusal> {
    if octets.len() > MESSAGE_OCTETS_MAX {
        return refuse(513, "message too large");
    }
    let Some((head, rest)) = lines::split_head(octets) else { return refuse(400, "no blank line") };
    let (start, logical) = lines::unfold(head)?;
    let headers = logical.iter().map(|line| lines::read_header(line)).collect::<Result<Vec<_>, _>>()?;
    let body = cut_body(&headers, rest, framing)?;
    let start = read_start(start)?;
    let call_id = must_have(&headers, "Call-ID")?;
    if call_id.contains(char::is_whitespace) {
        return refuse(400, "Call-ID");
    }
    let (cseq, cseq_method) = read_cseq(must_have(&headers, "CSeq")?)?;
    if let Start::Request { method, .. } = &start
        && *method != cseq_method
    {
        return refuse(400, "CSeq method");
    }
    check_expires(&start, &headers)?;
    Ok(Message {
        via: read_via(&headers)?,
        from: NameAddr::read(must_have(&headers, "From")?)?,
        to: NameAddr::read(must_have(&headers, "To")?)?,
        call_id: call_id.to_owned(),
        cseq,
        cseq_method,
        contacts: read_contacts(&headers)?,
        max_forwards: read_max_forwards(&headers)?,
        body: body.to_vec(),
        start,
        headers,
    })
}

/// The value of a header that may occur once only.
fn at_most_one<'a>(headers: &'a [Header], name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut found = headers.iter().filter(|h| h.is(name));
    let first = found.next();
    if found.next().is_some() {
        return refuse(400, "repeated header that may occur once");
    }
    Ok(first.map(|h| h.value.as_str()))
}

fn must_have<'a>(headers: &'a [Header], name: &str) -> Result<&'a str, Refusal> {
    match at_most_one(headers, name)? {
        Some(value) if !value.is_empty() => Ok(value),
        _ => refuse(400, "missing mandatory header"),
    }
}

/// The body by Content-Length. Several must agree, or two parties would see different messages (smuggling).
fn cut_body<'a>(headers: &[Header], rest: &'a [u8], framing: Framing) -> Result<&'a [u8], Refusal> {
    let mut declared = None;
    for header in headers.iter().filter(|h| h.is("Content-Length")) {
        if !is_digits(&header.value) {
            return refuse(400, "Content-Length");
        }
        let Some(octets) = header.value.parse::<usize>().ok().filter(|n| *n <= MESSAGE_OCTETS_MAX) else {
            return refuse(if framing == Framing::Datagram { 400 } else { 413 }, "Content-Length too large");
        };
        if declared.is_some_and(|other| other != octets) {
            return refuse(400, "two Content-Lengths");
        }
        declared = Some(octets);
    }
    match (declared, framing) {
        (Some(octets), _) => match rest.get(..octets) {
            Some(body) => Ok(body),
            None => refuse(400, "body shorter than Content-Length"),
        },
        (None, Framing::Datagram) => Ok(rest),
        (None, Framing::Stream) => Ok(&[]),
    }
}

fn read_start(line: &[u8]) -> Result<Start, Refusal> {
    if line.iter().any(|c| (*c < 32 && *c != b'\t') || *c == 127) {
        return refuse(400, "control character in the start line");
    }
    let line = lines::decode(line);
    if line.starts_with("SIP/") {
        return read_status(&line);
    }
    // Exactly one space between the three: RFC 4475 sections 3.1.2.8 to 3.1.2.10.
    let words: Vec<&str> = line.split(' ').collect();
    let [method, uri, version] = words.as_slice() else { return refuse(400, "request line") };
    if !is_token(method) {
        return refuse(400, "method");
    }
    if *version != "SIP/2.0" {
        return refuse(if version.starts_with("SIP/") { 505 } else { 400 }, "version");
    }
    let uri = SipUri::read(uri)?;
    if uri.headers.is_some() {
        return refuse(400, "headers in the Request-URI");
    }
    Ok(Start::Request { method: (*method).to_owned(), uri })
}

fn read_status(line: &str) -> Result<Start, Refusal> {
    let mut words = line.splitn(3, ' ');
    if words.next() != Some("SIP/2.0") {
        return refuse(505, "version");
    }
    let code = words.next().filter(|code| code.len() == 3 && is_digits(code)).and_then(|code| code.parse().ok());
    match code {
        Some(code) if (100..700).contains(&code) => {
            Ok(Start::Response { code, reason: words.next().unwrap_or_default().to_owned() })
        }
        _ => refuse(400, "status code"),
    }
}

fn read_cseq(value: &str) -> Result<(u32, String), Refusal> {
    let mut words = value.split_ascii_whitespace();
    let (Some(number), Some(method), None) = (words.next(), words.next(), words.next()) else {
        return refuse(400, "CSeq");
    };
    if !is_digits(number) || !is_token(method) {
        return refuse(400, "CSeq");
    }
    match number.parse::<u32>() {
        Ok(number) if number < 1 << 31 => Ok((number, method.to_owned())),
        _ => refuse(400, "CSeq number"),
    }
}

fn read_max_forwards(headers: &[Header]) -> Result<Option<u8>, Refusal> {
    let Some(value) = at_most_one(headers, "Max-Forwards")? else { return Ok(None) };
    match value.parse::<u32>().ok().and_then(|hops| u8::try_from(hops).ok()) {
        Some(hops) if is_digits(value) => Ok(Some(hops)),
        _ => refuse(400, "Max-Forwards"),
    }
}

/// Expires counts where it binds a registrar or a subscription; in an INVITE it is only a hint, and a bad hint is none.
fn check_expires(start: &Start, headers: &[Header]) -> Result<(), Refusal> {
    let binding = match start {
        Start::Request { method, .. } => method == "REGISTER" || method == "SUBSCRIBE",
        Start::Response { .. } => true,
    };
    for name in ["Expires", "Min-Expires"] {
        let value = at_most_one(headers, name)?;
        if binding && value.is_some_and(|v| v.parse::<u32>().is_err()) {
            return refuse(400, "Expires");
        }
    }
    Ok(())
}

fn read_via(headers: &[Header]) -> Result<Vec<Via>, Refusal> {
    let mut hops = Vec::new();
    for header in headers.iter().filter(|h| h.is("Via")) {
        for hop in split_top(&header.value, b',')? {
            hops.push(Via::read(hop)?);
            if hops.len() > VIA_HOPS_MAX {
                return refuse(400, "too many Via hops");
            }
        }
    }
    if hops.is_empty() { refuse(400, "no Via") } else { Ok(hops) }
}

fn read_contacts(headers: &[Header]) -> Result<Vec<NameAddr>, Refusal> {
    let mut contacts = Vec::new();
    for header in headers.iter().filter(|h| h.is("Contact") && h.value != "*") {
        contacts.extend(NameAddr::read_list(&header.value)?);
    }
    Ok(contacts)
}

/// A header in `rsip`'s own type, by its name.
fn to_rsip(name: &str, value: &str) -> rsip::Header {
    use rsip::headers::{
        Allow, Authorization, CSeq, CallId, Contact, ContentLength, ContentType, Event, Expires, From, MaxForwards,
        RecordRoute, Require, Route, SubscriptionState, Supported, To, UntypedHeader, UserAgent, Via, WwwAuthenticate,
    };
    macro_rules! typed {
        ($($known:literal => $kind:ident),* $(,)?) => {
            $(if name.eq_ignore_ascii_case($known) { return rsip::Header::$kind($kind::new(value)); })*
        };
    }
    typed! {
        "Via" => Via, "From" => From, "To" => To, "Call-ID" => CallId, "CSeq" => CSeq, "Contact" => Contact,
        "Max-Forwards" => MaxForwards, "Content-Length" => ContentLength, "Content-Type" => ContentType,
        "Authorization" => Authorization, "WWW-Authenticate" => WwwAuthenticate, "Record-Route" => RecordRoute,
        "Route" => Route, "Supported" => Supported, "Require" => Require, "Allow" => Allow, "User-Agent" => UserAgent,
        "Expires" => Expires, "Event" => Event, "Subscription-State" => SubscriptionState,
    }
    rsip::Header::Other(name.to_owned(), value.to_owned())
}
