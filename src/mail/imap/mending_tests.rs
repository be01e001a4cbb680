//! Lines of servers, good and bad, through the mending and then through the library's grammar.

use async_imap::imap_proto::{
    AttributeValue, MailboxDatum, MessageSection, NameAttribute, Response, ResponseCode, SectionPath, Status,
};

use super::super::grammar::{Ended, body_of, capabilities, date, uid_of};
use super::*;

/// What the library reads of a line.
fn read(line: &[u8]) -> Option<Response<'static>> {
    let mended = mended(line)?;
    let (rest, response) = Response::parse(&mended).ok()?;
    rest.is_empty().then(|| response.into_owned())
}

/// As a server could have sent it.
fn line_of(text: &str, octets: usize) -> Vec<u8> {
    text.bytes().cycle().take(octets).collect()
}

fn ended(line: &[u8]) -> Ended {
    match read(line) {
        Some(Response::Done { status, outcome, .. } | Response::Data { status, outcome }) => {
            Ended::of(&status, &outcome)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn states_have_a_code_and_words() {
    let refused = ended(b"A1 NO [OVERQUOTA] No such \xff folder");
    assert_eq!((refused.status, &*refused.code, &*refused.text), (Status::No, "OVERQUOTA", "No such \u{fffd} folder"));
    let known = ended(b"A1 NO [TRYCREATE] No such folder");
    assert_eq!((&*known.code, &*known.text), ("TryCreate", "No such folder"));
    assert!(ended(b"A1 ok [READ-ONLY] done").read_only);
    let Some(Response::Data { outcome, .. }) = read(b"* ok [UIDVALIDITY 7]") else { panic!() };
    assert_eq!((outcome.code, outcome.information), (Some(ResponseCode::UidValidity(7)), None));
    assert!(matches!(read(b"* BYE"), Some(Response::Data { status: Status::Bye, .. })));
    assert!(matches!(read(b"A1 OK"), Some(Response::Done { status: Status::Ok, .. })));
    for line in [&b"+ go on"[..], b"+", b"+ [ALERT]\xff", b"+ not base64!"] {
        assert!(matches!(read(line), Some(Response::Continue(outcome)) if outcome.information.is_none()));
    }
    // The library would panic at the first two of these.
    for line in
        [&b"* OK [ALERT]\xc3\xa4"[..], b"A1 OK [ALERT]\xff\xff", b"A1 OK a\0b\rc", b"A1 OK [ALERT", b"A1 OK ]\xff"]
    {
        assert_eq!(ended(line).status, Status::Ok);
    }
}

#[test]
fn a_fetch_is_read_whatever_stands_beside_it() {
    let line = b"* 12 FETCH (UID 7 X-WEIRD (a (b \"c\")) MODSEQ (5) RFC822.SIZE 4827313828 INTERNALDATE \" 7-Feb-1994 22:43:04 -0800\" \
        FLAGS (\\Seen $Label \\*) BODY[HEADER.FIELDS (A B)] NIL  BODY[]<1048576> {4}\r\na)\r\n BODY[TEXT] \"x\\\"y\" BODY[HEADER] NIL)";
    let Some(Response::Fetch(12, found)) = read(line) else { panic!() };
    assert_eq!(uid_of(&found), Some(7));
    assert!(found.contains(&AttributeValue::Rfc822Size(u32::MAX)));
    assert!(found.contains(&AttributeValue::Flags(vec!["\\Seen".into()])));
    let sent = found.iter().find_map(|a| if let AttributeValue::InternalDate(text) = a { date(text) } else { None });
    assert_eq!(sent.unwrap().rfc3339(), "1994-02-08T06:43:04.000Z");
    let part = |section: MessageSection| body_of(&found, Some(&SectionPath::Full(section)), None);
    assert_eq!(body_of(&found, None, Some(1_048_576)).unwrap(), b"a)\r\n");
    assert_eq!(body_of(&found, None, None), None);
    assert_eq!(part(MessageSection::Text).unwrap(), b"x\"y");
    assert_eq!(part(MessageSection::Header).unwrap(), b"");
}

#[test]
fn lists_and_numbers_are_read() {
    let listed = |line: &[u8]| match read(line) {
        Some(Response::MailboxData(MailboxDatum::List(listed))) => listed,
        other => panic!("{other:?}"),
    };
    let found = listed(b"* LIST (\\HasNoChildren  \\Sent x) \"\\\\\" \"Gesendet &AOQ-\"");
    assert_eq!(found.name_attributes, [NameAttribute::Extension("\\HasNoChildren".into()), NameAttribute::Sent]);
    assert_eq!((found.delimiter.as_deref(), &*found.name), (Some("\\\\"), "Gesendet &AOQ-"));
    let found = listed(b"* LIST () NIL {5}\r\na \"b\\");
    assert_eq!((found.delimiter, &*found.name), (None, "a \"b\\"));
    assert_eq!(listed(b"* LIST () \"/\" \"a \\\"b\\\\\"").name, "a \"b\\");
    assert_eq!(read(b"* 23 EXISTS"), Some(Response::MailboxData(MailboxDatum::Exists(23))));
    assert_eq!(read(b"* 23 expunge"), Some(Response::Expunge(23)));
    let Some(Response::Capabilities(found)) = read(b"* CAPABILITY  IMAP4rev1 X=\"y\" auth=plain Idle ") else {
        panic!()
    };
    assert_eq!(capabilities(&found), ["AUTH=PLAIN", "IDLE", "IMAP4REV1"].map(str::to_owned).into());
}

#[test]
fn a_long_search_becomes_short_ones() {
    let uids: Vec<u32> = (1..=100_000).chain([u32::MAX]).collect();
    let numbers: Vec<String> = uids.iter().map(u32::to_string).collect();
    let mended = mended(format!("* SEARCH {} (MODSEQ 9)", numbers.join("  ")).as_bytes()).unwrap();
    assert!(mended.split_inclusive(|octet| *octet == b'\n').all(|line| line.len() < 3_000));
    let (mut found, mut rest) = (Vec::new(), mended.as_slice());
    while !rest.is_empty() {
        let (after, response) = Response::parse(rest).unwrap();
        let Response::MailboxData(MailboxDatum::Search(part)) = response else { panic!() };
        found.extend(part);
        rest = after;
    }
    assert_eq!(found, uids);
    assert_eq!(read(b"* SEARCH"), Some(Response::MailboxData(MailboxDatum::Search(Vec::new()))));
}

#[test]
fn nonsense_is_nothing() {
    let deep = |before: &str| [before.as_bytes(), &line_of("(", 200_000)].concat();
    let lines: [&[u8]; 23] = [
        b"",
        b"*",
        b"* ",
        b"* 1",
        b"* 4294967296 EXISTS",
        b"* +1 EXISTS",
        b"* 1 FETCH",
        b"* 1 FETCH (UID",
        b"* 1 FETCH (UID 1",
        b"* 1 FETCH (X 1)",
        b"* 1 FETCH (INTERNALDATE NIL)",
        b"* LIST",
        b"* LIST () \"/\"",
        b"* SEARCH 1 x",
        b"* METADATA \"\" (/private/\xff \xff)",
        b"* ID (\"name\" \"x\")",
        b"HTTP/1.1 400 Bad Request",
        b"* 1 FETCH (BODY[] {9}\r\nab)",
        b"* CAPABILITY IMAP4rev2",
        &deep("* 1 FETCH (BODYSTRUCTURE "),
        &deep("* 1 FETCH "),
        &deep("* LIST "),
        &deep("* 1 FETCH (X a\"b BODYSTRUCTURE "),
    ];
    for line in lines {
        assert_eq!(read(line), None, "{}", String::from_utf8_lossy(line.get(..40).unwrap_or(line)));
    }
}

/// What the library takes for the end of a value is not what a careful reader does: nothing deep may hide in a string, in a
/// literal, or in a value that isn't known.
#[test]
fn nothing_deep_hides_in_a_value() {
    let deep = line_of("(", 200_000);
    for (before, after) in [
        ("X a\"b BODYSTRUCTURE ", "\""),
        ("X \"a\\\" BODYSTRUCTURE ", "\""),
        ("X a{200050}\r\nz BODYSTRUCTURE ", &*" ".repeat(50)),
        ("X ({200050}\r\na) BODYSTRUCTURE ", &*" ".repeat(50)),
        ("FLAGS ({200050}\r\na) BODYSTRUCTURE ", &*" ".repeat(50)),
        ("BODY[]<1> {200050}\r\na) BODYSTRUCTURE ", &*" ".repeat(50)),
        ("INTERNALDATE {200050}\r\n\" BODYSTRUCTURE ", &*" ".repeat(50)),
    ] {
        let line = [b"* 1 FETCH (UID 7 ", before.as_bytes(), &deep, after.as_bytes(), b")"].concat();
        if let Some(Response::Fetch(_, found)) = read(&line) {
            assert!(!found.iter().any(|a| matches!(a, AttributeValue::BodyStructure(_))), "{before}");
        }
    }
}

/// The library reads a response as it comes, in pieces: of what it is given no part is an error, or another response.
#[test]
fn every_part_of_what_is_given_waits_for_the_rest() {
    let fetch = b"* 12 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE \" 7-Feb-1994 22:43:04 -0800\" RFC822.SIZE 3 BODY[]<1> {3}\r\n\r\n) BODY[TEXT] \"a\\\"b\" BODY[HEADER] NIL)";
    let lines: [&[u8]; 9] = [
        fetch,
        b"* LIST (\\Noinferiors \\Sent) \"/\" \"a b\"",
        b"* LIST () NIL INBOX",
        b"* CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE",
        b"* SEARCH 1 2 33",
        b"* 23 EXISTS",
        b"* OK [PERMANENTFLAGS (\\Seen \\*)] ok",
        b"A0001 NO [UNAVAILABLE] away",
        b"+ go on",
    ];
    for line in lines {
        let mended = mended(line).unwrap();
        assert!(Response::parse(&mended).is_ok_and(|(rest, _)| rest.is_empty()));
        for cut in 0..mended.len() {
            let part = String::from_utf8_lossy(&mended[..cut]);
            assert!(Response::parse(&mended[..cut]).is_err_and(|error| error.is_incomplete()), "{part}");
        }
    }
}

/// Whatever a line is cut to and whichever octet changes: reading it ends, and does not panic.
#[test]
fn every_cut_and_change_is_survived() {
    let lines: [&[u8]; 4] = [
        b"* 12 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE \" 7-Feb-1994 22:43:04 -0800\" BODY[]<1> {3}\r\nabc BODY[TEXT] \"a\\\"b\")",
        b"* OK [UIDVALIDITY 7] \xc3\xa4",
        b"* LIST (\\Sent) \"/\" {3}\r\na b",
        b"* CAPABILITY IMAP4rev1 AUTH=PLAIN",
    ];
    for line in lines {
        for cut in 0..line.len() {
            read(&line[..cut]);
            for octet in [b'(', b')', b'"', b'{', b'}', b'\\', b' ', b'[', b']', b'9', 0, 0xc3, 0xff] {
                let mut changed = line.to_vec();
                changed[cut] = octet;
                read(&changed);
            }
        }
    }
}
