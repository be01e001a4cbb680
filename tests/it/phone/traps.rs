//! Messages of our own that hold the traps of RFC 4475, RFC 5118 and of real devices, so that every clone tests them.

use super::read_twice;
use deskbell::phone::reader::{Framing, Message, Start, percent_decode, read, salvage};

/// Right messages, each with the oddities of a real sender. Also the seeds of the mutations.
pub const RIGHT: [&[u8]; 12] = [
    // A PBX.
    b"INVITE sip:620@192.0.2.50:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bKPj1\r\nFrom: \"Erika Mustermann\" <sip:+4930901820@192.0.2.10>;tag=9b\r\nTo: <sip:620@192.0.2.50>\r\nContact: <sip:pbx@192.0.2.10:5060>\r\nCall-ID: 4c1f-6b2f\r\nCSeq: 20431 INVITE\r\nAllow: OPTIONS, INVITE\r\nMax-Forwards: 70\r\nP-Asserted-Identity: \"Erika\" <sip:+4930901820@192.0.2.10>\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n",
    // A carrier: compact names, two Vias in a line, tel, a dot and parameters in users, a diversion.
    b"INVITE sip:+4930123450;npdi@198.51.100.20;user=phone SIP/2.0\r\nRecord-Route: <sip:sbc.example;lr>, <sip:10.1.2.3;lr>\r\nv: SIP/2.0/TCP 203.0.113.7;branch=z9hG4bK0g.1, SIP/2.0/UDP 10.9.8.7:5070;received=10.9.8.7;branch=z9hG4bK7.1\r\nf: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=SD\r\nt: <sip:first.last@carrier.example;user=phone>\r\ni: SDd6n1801\r\nCSeq: 1 INVITE\r\nm: <sip:+491701234567@203.0.113.7:5060;transport=tcp>\r\nPrivacy: id;header\r\nP-Asserted-Identity: <tel:+491701234567>\r\nHistory-Info: <sip:+4930@c.example?Reason=SIP%3Bcause%3D480>;index=1,<sip:+4931@c.example;cause=408>;index=1.1\r\nk: 100rel,timer\r\nc: application/sdp\r\nl: 0\r\n\r\n",
    // IPv6 everywhere, a Call-ID with colons.
    b"INVITE sip:620@[2001:db8::50]:5060;transport=tcp SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::10]:5062;received=2001:db8::9:255;branch=z9hG4bK2a\r\nFrom: <sip:040@[2001:db8::10]>;tag=a1\r\nTo: <sip:620@[2001:db8::50]:5060>\r\nCall-ID: 5694@2001:db8::10\r\nCSeq: 14 INVITE\r\nContact: <sip:x@[2001:db8:::192.0.2.1]:5062>\r\nContent-Length: 0\r\n\r\n",
    // White space and folding wherever they are allowed; a keep-alive before.
    b"\r\n\r\nINVITE sip:vivekg@chair.example.com;unknownparam SIP/2.0\r\nTO :\r\n sip:vivekg@chair.example.com ;   tag    = 1918181833n\r\nfrom   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\nMaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.1@192.0.2.1\r\nContent-Length   : 0\r\ncseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\ns :\r\nUnknown: ;;,,;;,;\r\nv:  SIP  / 2.0  / TCP     spindle.example.com : 5061  ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\nm:\"Quoted \\\"\\\"\" <sip:jdrosen@example.com> ; q = 0.33\r\n\r\n",
    // A method and a name that nobody has heard of, controls as quoted pairs, letters beyond ASCII.
    b"!odd-Method_*+`.%ed'~ sip:1_odd~(to-be!sure)&is+it$/x?,/;;*:pw@example.com SIP/2.0\r\nVia: SIP/2.0/SCTP host1.example.com;branch=z9hG4bK-.!%66*_+`'~\r\nTo: \"BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f\" <sip:1@example.com>\r\nFrom: token1~` t2'+_ t3*%!.- <sip:mundane@example.com>;p=\"\xd1\x80\xd0\xb0\";tag=_t~1'+`*%!-.\r\nCall-ID: odd.w%ZK-!.*_+'@w`~)(><:\\/\"][?}{\r\nCSeq: 139122385 !odd-Method_*+`.%ed'~\r\nMax-Forwards: 255\r\nextension-!.%*+_`'~:\xef\xbb\xbf\xe5\xa4\xa7\r\nContent-Length: 0\r\n\r\n",
    // An old PBX: Latin-1, brackets in a quoted name, a semicolon in the user of a bare address, no branch.
    b"INVITE sip:max.muster@192.0.2.50 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.30\r\nFrom: \"M\xfcller, J\xf6rg <sales>\" <sip:1001@192.0.2.30;nf=e>;tag=5S\r\nTo: sip:+4930;npdi@192.0.2.50;tag=x\r\nCall-ID: 2a6f\r\nCSeq: 119482177 INVITE\r\n\r\nno length",
    // A CANCEL with two reasons.
    b"CANCEL sip:620@192.0.2.50:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bKPj1\r\nFrom: <sip:1@192.0.2.10>;tag=9b\r\nTo: <sip:620@192.0.2.50>\r\nCall-ID: 4c1f-6b2f\r\nCSeq: 20431 CANCEL\r\nReason: SIP;cause=200;text=\"Call completed elsewhere\"\r\nReason: Q.850;cause=26\r\nContent-Length: 0\r\n\r\n",
    // Two requests in a datagram, and two Content-Lengths that agree.
    b"OPTIONS sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nTo: sip:a@example.com\r\nFrom: caller<sip:b@example.com>;tag=1\r\nI: dbl\r\nCSeq: 8 OPTIONS\r\nContent-Length: 3\r\nl: 003\r\n\r\nabcINVITE sip:b SIP/2.0\r\n\r\n",
    // Foreign schemes.
    b"OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0\r\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK2\r\nTo: isbn:2983792873\r\nFrom: <http://www.example.com>;tag=1\r\nCall-ID: sch\r\nCSeq: 8 OPTIONS\r\nContact: <name:John_Smith>\r\nl: 0\r\n\r\n",
    // A registration.
    b"REGISTER sip:pbx.example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.50;branch=z9hG4bK3\r\nFrom: <sip:620@pbx.example.org>;tag=2\r\nTo: <sip:%75se%72@pbx.example.org>\r\nCall-ID: reg\r\nCSeq: 2 REGISTER\r\nContact: <sip:%00@192.0.2.50;n%61me=v%61lue>;expires=300\r\nM: *\r\nExpires: 300\r\nAuthorization: NoOne x=\"a, b\"\r\nL:0\r\n\r\n",
    // Responses: no reason phrase, not even its space; a binary body.
    b"SIP/2.0 180\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK4\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=2\r\nCall-ID: r\r\nCSeq: 0 INVITE\r\n\r\n",
    b"SIP/2.0 200 = 2**3 \xd0\xbd\xd0\xbe\r\nVia: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK4\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=2\r\nCall-ID: r\r\nCSeq: 2147483647 INVITE\r\nWWW-Authenticate: Digest realm=\"a, b\",algorithm=SHA-256,qop=\"auth,auth-int\"\r\nContent-Length: 4\r\n\r\n\x00\xff\r\n",
];

/// A message of which one thing can be replaced.
const PLAIN: &str = "INVITE sip:user@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
    From: \"A\" <sip:a@example.net>;tag=1\r\nTo: <sip:user@example.com>\r\nCall-ID: 1\r\nCSeq: 8 INVITE\r\n\
    Max-Forwards: 70\r\nContact: <sip:a@192.0.2.1>\r\nContent-Length: 2\r\n\r\nhi";

/// What replaced, by what, and the status that it deserves.
const WRONG: [(&str, &str, u16); 48] = [
    // Framing.
    ("\r\n\r\nhi", "\r\n", 400),
    ("Length: 2", "Length: 3", 400),
    ("Length: 2", "Length: -2", 400),
    ("Length: 2", "Length: +2", 400),
    ("Length: 2", "Length: 2, 2", 400),
    ("Length: 2", "Length: 99999999999999999999", 400),
    ("Length: 2", "Length: 2\r\nl: 1", 400),
    ("Length: 2", "Length:", 400),
    // The request line.
    ("SIP/2.0\r\nVia", "SIP/7.0\r\nVia", 505),
    ("SIP/2.0\r\nVia", "HTTP/1.1\r\nVia", 400),
    ("SIP/2.0\r\nVia", "SIP/2.0 \r\nVia", 400),
    ("INVITE sip:user@example.com SIP", "INVITE  sip:user@example.com  SIP", 400),
    ("INVITE sip:user@example.com", "INVITE <sip:user@example.com>", 400),
    ("INVITE sip:user@example.com", "INVITE sip:user@example.com; lr", 400),
    ("INVITE sip:user@example.com", "INVITE sip:user@example.com?Route=%3Csip:x%3E", 400),
    ("INVITE sip:user@example.com", "INVITE sip:2001:db8::10", 400),
    ("INVITE sip:user@example.com", "INVITE sip:[2001:db8::10", 400),
    ("INVITE sip:user@example.com", "INVITE sip:a@b@c", 400),
    ("INVITE sip:user@example.com", "INVITE sip:user@example.com:65536", 400),
    ("INVITE sip:user@example.com", "INVITE sip:@example.com", 400),
    ("INVITE sip:user@example.com", "INV(ITE sip:user@example.com", 400),
    ("INVITE sip:user@example.com", "INVITE sip:us\u{0}er@example.com", 400),
    // What must be there once.
    ("Call-ID: 1\r\n", "", 400),
    ("Call-ID: 1\r\n", "Call-ID: 1\r\ni: 2\r\n", 400),
    ("Call-ID: 1\r\n", "Call-ID: 1 2\r\n", 400),
    ("Call-ID: 1\r\n", "Call-ID: \r\n", 400),
    ("CSeq: 8 INVITE", "CSeq: 8 OPTIONS", 400),
    ("CSeq: 8 INVITE", "CSeq: 8 invite", 400),
    ("CSeq: 8 INVITE", "CSeq: 2147483648 INVITE", 400),
    ("CSeq: 8 INVITE", "CSeq: 36893488147419103232 INVITE", 400),
    ("CSeq: 8 INVITE", "CSeq: 8", 400),
    ("Max-Forwards: 70", "Max-Forwards: 256", 400),
    ("Max-Forwards: 70", "Max-Forwards: 70\r\nMax-Forwards: 70", 400),
    ("Max-Forwards: 70", "No colon here", 400),
    ("Max-Forwards: 70", "Bad name: x", 400),
    ("Max-Forwards: 70", "X: a\rb", 400),
    ("Max-Forwards: 70", "X: a\nb", 400),
    ("Max-Forwards: 70", "X: a\u{0}", 400),
    // Addresses.
    ("\"A\" <sip:a@example.net>", "\"A <sip:a@example.net>", 400),
    ("\"A\" <sip:a@example.net>", "Bell, A <sip:a@example.net>", 400),
    ("\"A\" <sip:a@example.net>", "< sip:a@example.net >", 400),
    ("<sip:a@192.0.2.1>", "sip:a@192.0.2.1?Route=x", 400),
    ("<sip:a@192.0.2.1>", "<sip:a@192.0.2.1>;;;", 400),
    // Via.
    ("192.0.2.1;branch=z9hG4bK1", "192.0.2.1;;,;,,", 400),
    ("192.0.2.1;branch=z9hG4bK1", "2001:db8::1;branch=z9hG4bK1", 400),
    ("Via: SIP/2.0/UDP", "Via: SIP/7.0/UDP", 400),
    ("Via: SIP/2.0/UDP", "Via:", 400),
    ("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n", "", 400),
];

fn right(place: usize) -> Message {
    read_twice(RIGHT[place]).unwrap()
}

#[test]
fn right_messages_are_read_right() {
    let carrier = right(1);
    assert_eq!(carrier.via.len(), 2);
    assert_eq!((carrier.from.display.as_deref(), carrier.from.tag()), (Some("Anonymous"), Some("SD")));
    assert_eq!(carrier.to.uri.user.as_deref(), Some("first.last"));
    assert_eq!(carrier.request().unwrap().1.user.as_deref(), Some("+4930123450;npdi"));
    assert_eq!(carrier.addresses("P-Asserted-Identity")[0].uri.scheme, "tel");
    assert_eq!(carrier.addresses("History-Info").len(), 2);
    assert_eq!(carrier.value("supported"), Some("100rel,timer"));
    let v6 = right(2);
    assert_eq!(v6.request().unwrap().1.host, "[2001:db8::50]");
    assert_eq!(v6.via[0].params.get("received"), Some("2001:db8::9:255"));
    assert_eq!(v6.contacts[0].uri.host, "[2001:db8::192.0.2.1]", "three colons are two");
    let folded = right(3);
    assert_eq!(folded.from.display.as_deref(), Some("J Rosenberg \\\""));
    assert_eq!((folded.from.tag(), folded.to.tag()), (Some("98asjd8"), Some("1918181833n")));
    assert_eq!((folded.cseq, folded.max_forwards, folded.via.len()), (9, Some(68), 3));
    assert_eq!((folded.via[1].port, folded.via[2].branch()), (Some(5061), Some("z9hG4bK30239")));
    let odd = right(4);
    assert_eq!(odd.to.display.as_deref(), Some("BEL:\u{7} NUL:\0 DEL:\u{7f}"));
    assert_eq!(odd.request().unwrap().0, "!odd-Method_*+`.%ed'~");
    let old = right(5);
    assert_eq!(old.from.display.as_deref(), Some("Müller, Jörg <sales>"));
    assert_eq!((old.to.uri.user.as_deref(), old.to.tag()), (Some("+4930;npdi"), Some("x")));
    assert_eq!((old.body.as_slice(), old.via[0].branch()), (&b"no length"[..], None));
}

#[test]
fn bodies_methods_and_schemes_are_kept_as_they_are() {
    let double = right(7);
    assert_eq!(double.body, b"abc", "the rest of the datagram is ignored");
    let foreign = right(8);
    assert_eq!(foreign.request().unwrap().1.scheme, "soap.beep");
    assert_eq!(foreign.to.uri.opaque.as_deref(), Some("2983792873"));
    let registration = right(9);
    assert_eq!(percent_decode(registration.to.uri.user.as_deref().unwrap()), "user");
    assert_eq!(registration.contacts[0].uri.user.as_deref(), Some("%00"));
    assert_eq!(right(10).start, Start::Response { code: 180, reason: String::new() });
    let answer = right(11);
    assert_eq!((answer.body.as_slice(), answer.cseq), (&b"\x00\xff\r\n"[..], 2_147_483_647));
    // On a stream there is no body without a Content-Length.
    assert!(read(RIGHT[5], Framing::Stream).unwrap().body.is_empty());
    let limit = PLAIN.replace("Max-Forwards: 70", "Max-Forwards: 0");
    assert_eq!(read(limit.as_bytes(), Framing::Datagram).unwrap().max_forwards, Some(0));
}

#[test]
fn wrong_messages_are_refused_with_the_right_status() {
    assert!(read_twice(PLAIN.as_bytes()).is_ok());
    for (what, by, code) in WRONG {
        assert!(PLAIN.contains(what), "{what}");
        let wrong = PLAIN.replacen(what, by, 1);
        assert_eq!(read_twice(wrong.as_bytes()).unwrap_err(), Some(code), "{by:?} for {what:?}");
    }
    let big = format!("{PLAIN}{}", "x".repeat(65_536));
    assert_eq!(read_twice(big.as_bytes()).unwrap_err(), Some(513));
    let large = PLAIN.replace("Length: 2", "Length: 65536");
    assert_eq!(read(large.as_bytes(), Framing::Stream).unwrap_err().code, Some(413));
    let vias = PLAIN.replace("z9hG4bK1\r\n", &format!("z9hG4bK1{}\r\n", ", SIP/2.0/UDP h".repeat(70)));
    assert_eq!(read_twice(vias.as_bytes()).unwrap_err(), Some(400));
    let expires = PLAIN.replace("INVITE", "REGISTER").replace("Max-Forwards: 70", "Expires: 99999999999");
    assert_eq!(read_twice(expires.as_bytes()).unwrap_err(), Some(400));
    let hint = PLAIN.replace("Max-Forwards: 70", "Expires: 99999999999");
    assert!(read_twice(hint.as_bytes()).is_ok(), "in an INVITE it is but a hint");
}

#[test]
fn wrong_responses_get_no_answer() {
    let response = PLAIN.replace("INVITE sip:user@example.com SIP/2.0", "SIP/2.0 503 Service Unavailable");
    assert!(read_twice(response.as_bytes()).is_ok());
    for (what, by) in [
        ("503 ", "4294967301 "),
        ("503", "99"),
        ("503", "700"),
        ("8 INVITE", "9292394834772304023312 X"),
        ("SIP/2.0 503", "SIP/7.0 503"),
    ] {
        let wrong = response.replacen(what, by, 1);
        assert_eq!(read_twice(wrong.as_bytes()).unwrap_err(), None, "{by}");
        assert!(salvage(wrong.as_bytes()).is_none());
    }
}
