//! Letters as another program reads them.

use deskbell::base::{EmailAddress, Timestamp};
use deskbell::mail::markdown::{Quote, Writing, html, plain};
use deskbell::mail::outgoing::dkim::{Fault as KeyFault, Signer};
use deskbell::mail::outgoing::{Attachment, Fault, InlineImage, Kind, Letter, Person};
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders, PartType};

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn letter() -> Letter {
    let writing = Writing { body: "Hello **Erika**,\n\nit works.", signature: "Ada", quote: None, lang: "en" };
    Letter {
        kind: Kind::Reply,
        from: Person::new("Ada at the desk", address("support@desk.example")),
        to: vec![Person::new("Erika Müller", address("erika@x.example"))],
        cc: Vec::new(),
        bcc: Vec::new(),
        reply_to: Some(Person::new("Desk", address("support+t1.2.abcdefghijklmnop@desk.example"))),
        subject: "Re: Drücker kaputt – Hilfe!".to_owned(),
        message_id: "<t1.2.abcdefghijklmnop@desk.example>".to_owned(),
        in_reply_to: Some("<first@x.example>".to_owned()),
        references: vec!["<first@x.example>".to_owned()],
        date: Timestamp(1_795_266_123_000),
        loop_mark: "abcdefghijklmnop".to_owned(),
        text: plain(&writing),
        html: Some(html(&writing, |_| None)),
        images: Vec::new(),
        attachments: Vec::new(),
    }
}

fn file(name: &str, media_type: &str, octets: &[u8]) -> Attachment {
    Attachment { name: name.to_owned(), media_type: media_type.to_owned(), octets: octets.to_vec() }
}

/// The octets, parsed, with the rules that every letter keeps checked.
fn read(letter: &Letter) -> (Vec<u8>, Message<'static>) {
    let octets = letter.seal().unwrap();
    assert!(octets.is_ascii(), "every server takes it");
    assert!(octets.split(|b| *b == b'\n').all(|line| line.len() <= 998), "no line is too long");
    assert_eq!(octets, letter.clone().seal().unwrap(), "the same letter, the same octets");
    let message = MessageParser::default().parse(&octets).unwrap().into_owned();
    (octets, message)
}

/// The names of the fields in the head, in order.
fn fields(octets: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(octets).unwrap();
    let head = text.split_once("\r\n\r\n").unwrap().0;
    let fields = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    fields.map(|line| line.split_once(':').unwrap().0.to_ascii_lowercase()).collect()
}

fn header<'a>(message: &'a Message<'_>, name: &str) -> Option<&'a str> {
    message.header(name.to_owned()).and_then(HeaderValue::as_text)
}

#[test]
fn a_reply_is_read_as_it_was_written() {
    let (octets, message) = read(&letter());
    assert_eq!(message.subject(), Some("Re: Drücker kaputt – Hilfe!"));
    let from = message.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Ada at the desk"), Some("support@desk.example")));
    let to = message.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Erika Müller"), Some("erika@x.example")));
    let reply_to = message.reply_to().unwrap().first().unwrap();
    assert_eq!(reply_to.address(), Some("support+t1.2.abcdefghijklmnop@desk.example"));
    assert_eq!(message.message_id(), Some("t1.2.abcdefghijklmnop@desk.example"));
    assert_eq!(message.in_reply_to().as_text(), Some("first@x.example"));
    assert_eq!(message.date().unwrap().to_timestamp(), 1_795_266_123);
    assert_eq!(message.body_text(0).unwrap().replace('\r', ""), "Hello Erika,\n\nit works.\n\n-- \nAda\n");
    let page = message.body_html(0).unwrap();
    assert!(page.contains("<strong>Erika</strong>") && page.contains("color-scheme"), "{page}");
    let names = fields(&octets);
    assert!(!names.iter().any(|name| name.starts_with("auto-") || name == "precedence"), "{names:?}");
    assert_eq!(header(&message, "X-Deskbell-Loop"), Some("abcdefghijklmnop"));
}

#[test]
fn machines_say_that_they_are() {
    let of = |kind| read(&Letter { kind, ..letter() }).1;
    let ack = of(Kind::Acknowledgement);
    assert_eq!(header(&ack, "Auto-Submitted"), Some("auto-replied"));
    assert_eq!(header(&ack, "X-Auto-Response-Suppress"), Some("All"));
    assert_eq!(header(&ack, "Precedence"), None, "some providers take it for junk");
    let notice = of(Kind::Notice);
    assert_eq!(header(&notice, "Auto-Submitted"), Some("auto-generated"));
    assert_eq!(header(&notice, "Precedence"), Some("bulk"));
}

#[test]
fn nothing_gets_out_of_its_field() {
    let evil = "x\r\nBcc: evil@evil.example\r\n\r\n<script>\n.\r\nRCPT TO:<evil@evil.example>\u{2028}\u{0}\u{85}";
    let long = format!("{}{evil}", "ü".repeat(5_000));
    let plain_fields = fields(&letter().seal().unwrap());
    for trap in [evil, &long, "\"a\" <b@c.example>, d", "=?utf-8?q?a=0d=0aBcc:_x?=", "\\\"", "a,b;c:d@e(f)<g>"] {
        let changed = Letter {
            subject: trap.to_owned(),
            from: Person::new(trap, address("support@desk.example")),
            to: vec![Person::new(trap, address("erika@x.example"))],
            reply_to: Some(Person::new(trap, address("support@desk.example"))),
            in_reply_to: Some(format!("<{trap}@x>")),
            references: vec![format!("<{trap}@x>"), trap.to_owned()],
            loop_mark: trap.to_owned(),
            text: trap.to_owned(),
            html: Some(html(&Writing { body: trap, signature: trap, quote: None, lang: trap }, |_| None)),
            images: vec![InlineImage { content_id: "a@b".to_owned(), file: file(trap, trap, b"png") }],
            attachments: vec![file(trap, trap, b"data")],
            ..letter()
        };
        let (octets, message) = read(&changed);
        let names = fields(&octets);
        assert!(names.iter().all(|name| plain_fields.contains(name)), "{trap:?}: {names:?}");
        assert!(message.bcc().is_none());
        assert_eq!(message.to().unwrap().iter().count(), 1, "{trap:?}");
        assert_eq!(message.from().unwrap().first().unwrap().address(), Some("support@desk.example"));
        assert_eq!(message.attachment_count(), 2, "{trap:?}");
        for part in message.attachments() {
            assert!(part.attachment_name().is_some_and(|name| !name.contains(['\r', '\n', '/', '\0'])), "{trap:?}");
            assert!(part.content_type().unwrap().ctype() == "application" || trap.len() < 20, "{trap:?}");
        }
    }
}

#[test]
fn addresses_that_could_do_more_are_refused() {
    for trap in ["a..b@x.example", "müller@x.example", "a@-x.example"] {
        let to = vec![Person::new("", address(trap))];
        assert!(matches!(Letter { to, ..letter() }.seal(), Err(Fault::Address(..))), "{trap}");
    }
    let nobody = Letter { to: Vec::new(), ..letter() };
    assert_eq!(nobody.seal(), Err(Fault::NoRecipient));
    let many = (0..101).map(|n| address(&format!("a{n}@x.example"))).collect();
    assert_eq!(Letter { bcc: many, ..letter() }.seal(), Err(Fault::TooManyRecipients));
    for id in ["", "<>", "t1@x", "<a b@x>", "<a@x>\r\nBcc: x", "<a@x><b@y>"] {
        assert_eq!(Letter { message_id: id.to_owned(), ..letter() }.seal(), Err(Fault::MessageId), "{id:?}");
    }
    let images = vec![InlineImage { content_id: "a>\r\nX: y".to_owned(), file: file("a.png", "image/png", b"") }];
    assert!(matches!(Letter { images, ..letter() }.seal(), Err(Fault::ContentId(_))));
}

#[test]
fn who_is_hidden_stays_hidden() {
    let hidden = Letter { bcc: vec![address("boss@x.example"), address("erika@x.example")], ..letter() };
    assert!(!String::from_utf8(hidden.seal().unwrap()).unwrap().contains("boss"));
    let only = Letter { to: Vec::new(), bcc: vec![address("boss@x.example")], ..letter() };
    let text = String::from_utf8(only.seal().unwrap()).unwrap();
    assert!(text.contains("To: undisclosed-recipients:;\r\n") && !text.contains("boss"), "{text}");
}

#[test]
fn files_arrive_octet_by_octet_under_their_names() {
    let binary: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let attachments = vec![
        file("Rechnung für Müller & Söhne – 2026.pdf", "application/pdf", &binary),
        file("unix.txt", "text/plain; charset=x", b"a\nb\r\rc\n.\n"),
        file("請求書.csv", "text/csv", "ä;ö\n".as_bytes()),
        file("forwarded.eml", "message/rfc822", b"From: a@b.c\r\n\r\nx\r\n"),
        file("../../etc/passwd", "not a type", b""),
        file("C:\\temp\\report.docx", "a/b\r\nX: y", b"x"),
        file(&format!("{}.pdf", "l".repeat(300)), "application/pdf", b"x"),
        file("", "", b"x"),
    ];
    let message = read(&Letter { attachments: attachments.clone(), ..letter() }).1;
    let found: Vec<_> = message.attachments().collect();
    assert_eq!(found.len(), attachments.len());
    for (part, file) in found.iter().zip(&attachments) {
        assert_eq!(part.contents(), file.octets, "{}", file.name);
    }
    let names: Vec<&str> = found.iter().map(|part| part.attachment_name().unwrap()).collect();
    assert_eq!(
        names[..6],
        ["Rechnung für Müller & Söhne – 2026.pdf", "unix.txt", "請求書.csv", "forwarded.eml", "passwd", "report.docx"]
    );
    assert!(names[6].ends_with("l.pdf") && names[6].chars().count() == 120 && names[7] == "file", "{names:?}");
    assert!(message.body_text(0).unwrap().contains("it works"), "the text is still the first thing");
}

#[test]
fn pictures_stand_in_the_text() {
    let writing =
        Writing { body: "![shot](shot1)\n![far](https://x.example/a.png)", signature: "", quote: None, lang: "de" };
    let page = html(&writing, |url| (url == "shot1").then(|| "cid:shot1@desk.example".to_owned()));
    assert!(page.contains("<img src=\"cid:shot1@desk.example\" alt=\"shot\">"), "{page}");
    assert!(page.contains("href=\"https://x.example/a.png\"") && page.matches("<img").count() == 1, "{page}");
    let images = vec![InlineImage {
        content_id: "shot1@desk.example".to_owned(),
        file: file("shot.png", "image/png", b"\x89PNG"),
    }];
    let (_, message) = read(&Letter { html: Some(page), images, ..letter() });
    let picture = message.attachments().next().unwrap();
    assert_eq!(picture.content_id(), Some("shot1@desk.example"));
    assert_eq!(picture.content_disposition().unwrap().ctype(), "inline");
    assert_eq!(picture.contents(), b"\x89PNG");
    assert!(matches!(picture.body, PartType::InlineBinary(_) | PartType::Binary(_)));
}

#[test]
fn long_threads_keep_their_beginning_and_their_end() {
    let references: Vec<String> = (0..5_000).map(|n| format!("<{n}.{}@x.example>", "r".repeat(50))).collect();
    let message = read(&Letter { references, ..letter() }).1;
    let kept = message.references().as_text_list().unwrap().iter().map(|id| id.split('.').next().unwrap().to_owned());
    let kept: Vec<String> = kept.collect();
    assert_eq!(kept.len(), 20);
    assert_eq!((kept[0].as_str(), kept[1].as_str(), kept[19].as_str()), ("0", "4981", "4999"));
}

#[test]
fn text_of_every_kind_comes_back() {
    let wide = "宛先".repeat(3_000);
    for text in [
        "",
        "a",
        "ends\n",
        "\n\n\nbegins",
        ".\n..\n.x",
        "a \nb\t\n",
        "=20 = =_x",
        "tab\there",
        "From me",
        "ä\r\nb\rc",
        &wide,
        &"x".repeat(5_000),
    ] {
        let (_, message) = read(&Letter { text: text.to_owned(), html: None, attachments: Vec::new(), ..letter() });
        let expected = text.replace("\r\n", "\n").replace('\r', "\n");
        let read = message.body_text(0).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(read.trim_end_matches('\n'), expected.trim_end_matches('\n'), "{text:?}");
    }
}

#[test]
fn quotes_are_quotes_in_both_parts() {
    let quote = Quote { intro: "On 3 May, Erika\r\nwrote:", text: "> older\nIt <b>broke</b> & burns" };
    let writing = Writing { body: "Sorry.", signature: "", quote: Some(quote), lang: "en" };
    assert_eq!(plain(&writing), "Sorry.\n\nOn 3 May, Erika wrote:\n>> older\n> It <b>broke</b> & burns\n");
    let page = html(&writing, |_| None);
    assert!(page.contains("<blockquote><p>&gt; older<br>\nIt &lt;b&gt;broke&lt;/b&gt; &amp; burns<br>"), "{page}");
}

#[test]
fn an_rsa_key_signs_the_octets_that_are_sent() {
    let octets = letter().seal().unwrap();
    let signer = Signer::new(include_str!("rsa_test_key.pem"), "desk", "desk.example").unwrap();
    let signed = signer.sign(&octets, letter().date).unwrap();
    assert!(signed.ends_with(&octets), "the letter itself is untouched");
    let top = String::from_utf8(signed[..signed.len() - octets.len()].to_vec()).unwrap();
    for tag in
        ["DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=desk.example; s=desk;", "t=1795266123;", "bh=", "b="]
    {
        assert!(top.contains(tag), "{top}");
    }
    assert!(top.lines().all(|line| line.len() <= 78) && top.ends_with("\r\n"), "{top}");
    assert_eq!(MessageParser::default().parse(&signed).unwrap().subject(), Some(letter().subject.as_str()));
    assert_eq!(signed, signer.sign(&octets, letter().date).unwrap(), "the same letter, the same signature");
    // What openssl prints of the same key.
    assert!(signer.dns_record().starts_with("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"));
    assert!(signer.is_for(&address("support@desk.example")));
    assert_eq!(Signer::new("", "desk", "desk.example").unwrap_err(), KeyFault::NotAKey);
}
