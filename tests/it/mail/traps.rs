//! The traps of real mail in mails of our own: each says what is to come out.

use deskbell::mail::incoming::{self, Class, Incoming, Limits, Oddity, Protection};

/// A mail with these fields and this body, lines ended as on the wire.
fn raw(fields: &str, body: &[u8]) -> Vec<u8> {
    let fields = fields.trim_start().lines().map(|line| format!("{line}\r\n")).collect::<String>();
    [fields.as_bytes(), b"\r\n", body].concat()
}

fn read(octets: &[u8]) -> Incoming {
    incoming::read(octets, &Limits::default()).unwrap()
}

const FROM: &str =
    "From: Erika <erika@x.test>\nTo: support@desk.test\nSubject: Printer\nMessage-ID: <1.erika@x.test>\n";

fn eight_bits() -> Vec<u8> {
    let head = b"From: J\xFCrgen <j@x.test>\r\nSubject: Gr\xF6\xDFe f\xFCr M\xFCller\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n";
    [&head[..], b"Gr\xFC\xDFe\r\n"].concat()
}

fn split_words() -> Vec<u8> {
    let subject = "Subject: =?utf-8?Q?Gr=C3?=\n =?utf-8?Q?=BC=C3=9F?= =?utf-8?B?ZQ==?=";
    raw(&format!("From: =?utf-8?B?RXI=?= =?utf-8?B?aWth?= <e@x.test>\n{subject}"), b"x")
}

fn files() -> Vec<u8> {
    let body = b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the files.\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-2; name*0*=iso-8859-1''%E4%F6; name*1*=%FC.txt\r\nContent-Disposition: attachment\r\n\r\n\xB1\xE6\xEA\x00\xFF\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"../../=?utf-8?Q?Lebenslauf.pdf?=\"\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n";
    raw(&format!("{FROM}Content-Type: multipart/mixed; boundary=b"), body)
}

fn two_senders() -> Vec<u8> {
    raw("From: First <first@x.test>\nFrom: Second <second@x.test>\nSubject: s", b"x")
}

fn nobody() -> Vec<u8> {
    raw("From: \"Form\" <>\nReply-To: Erika <erika@x.test>\nSubject: s", b"x")
}

fn wrong_charset() -> Vec<u8> {
    raw(
        &format!("{FROM}Content-Type: text/plain; charset=Big5\nContent-Transfer-Encoding: 8bit"),
        "您好 Zürich 再见".as_bytes(),
    )
}

fn only_html_says_it() -> Vec<u8> {
    let body = b"--b\r\nContent-Type: text/plain\r\n\r\n \r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>It is <b>broken</b></p><img src=\"cid:pic@x\"><img src=\"http://x.test/p.png\">\r\n--b--\r\n";
    let related = [b"--r\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n", &body[..], b"--r\r\nContent-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--r--\r\n"].concat();
    raw(&format!("{FROM}Content-Type: multipart/related; boundary=r"), &related)
}

fn several_texts() -> Vec<u8> {
    let body = b"--b\r\n\r\none\r\n--b\r\nContent-Type: image/jpeg\r\nContent-Disposition: inline\r\n\r\n\xFF\xD8\xFF\r\n--b\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--b--\r\n";
    raw(&format!("{FROM}Content-Type: multipart/mixed; boundary=b"), body)
}

fn seven_bits() -> Vec<u8> {
    raw("From: a@x.test\nSubject: =?utf-7?Q?Gr+APwA3w-e?=\nContent-Type: text/plain; charset=utf-7", b"Gr+APwA3w-e\r\n")
}

fn uuencoded() -> Vec<u8> {
    raw(FROM, b"Here it is:\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nBye\r\n")
}

fn blank_before() -> Vec<u8> {
    [b" \r\n\r\n", raw(FROM, b"x").as_slice()].concat()
}

fn forwarded() -> Vec<u8> {
    let body = b"--b\r\n\r\nsee below\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@x.test\r\nSubject: Old news / part 2\r\n\r\nold\r\n--b--\r\n";
    raw(&format!("{FROM}Content-Type: multipart/mixed; boundary=b"), body)
}

fn signed() -> Vec<u8> {
    let body = b"--b\r\nContent-Type: text/plain\r\n\r\nsigned\r\n--b\r\nContent-Type: application/pgp-signature; name=signature.asc\r\n\r\nx\r\n--b--\r\n";
    raw(&format!("{FROM}Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b"), body)
}

fn sealed() -> Vec<u8> {
    raw(
        &format!(
            "{FROM}Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64"
        ),
        b"AAEC",
    )
}

fn invited() -> Vec<u8> {
    let body = b"--b\r\nContent-Type: text/plain\r\n\r\nCome\r\n--b\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Visit\r\nDTSTART:20260203T090000Z\r\nORGANIZER:mailto:e@x.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n";
    raw(&format!("{FROM}Content-Type: multipart/alternative; boundary=b"), body)
}

fn bounced() -> Vec<u8> {
    let body = b"--b\r\n\r\nThis is the mail system at host mx.x.test.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.x.test\r\n\r\nFinal-Recipient: rfc822; gone@x.test\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\nFinal-Recipient: rfc822; full@x.test\r\nAction: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 mailbox full\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <t7.1.mac@desk.test>\r\nSubject: Re: Printer\r\n--b--\r\n";
    raw(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.x.test\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
        body,
    )
}

fn bounced_in_words() -> Vec<u8> {
    let body = b"Hi. This is the qmail-send program at x.test.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n<gone@x.test>:\r\n192.0.2.1 does not like recipient.\r\nRemote host said: 550 no such user here\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <support@desk.test>\r\nMessage-ID: <t7.2.mac@desk.test>\r\nTo: other@x.test\r\n";
    raw("Return-Path: <>\nFrom: MAILER-DAEMON@x.test\nTo: support@desk.test\nSubject: failure notice", body)
}

fn late() -> Vec<u8> {
    let body = b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; slow@x.test\r\nAction: delayed\r\nStatus: 4.4.1\r\n--b--\r\n";
    raw(
        "From: MAILER-DAEMON@x.test\nSubject: Warning\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
        body,
    )
}

fn away() -> Vec<u8> {
    raw(
        "From: b@x.test\nSubject: Automatische Antwort: Printer\nIn-Reply-To: <t7.1.mac@desk.test>\nAuto-Submitted: auto-replied",
        b"I am away.",
    )
}

fn human_about_bounces() -> Vec<u8> {
    raw(
        "From: b@x.test\nSubject: Mail delivery failed, please help\nX-Auto-Response-Suppress: DR, OOF",
        b"Hello,\r\n\r\nI get this:\r\n> This is the qmail-send program\r\n",
    )
}

/// All of them, for what is done to mails.
pub fn mails() -> Vec<Vec<u8>> {
    vec![
        eight_bits(),
        split_words(),
        files(),
        two_senders(),
        nobody(),
        wrong_charset(),
        only_html_says_it(),
        several_texts(),
        seven_bits(),
        uuencoded(),
        blank_before(),
        forwarded(),
        signed(),
        sealed(),
        invited(),
        bounced(),
        bounced_in_words(),
        late(),
        away(),
        human_about_bounces(),
    ]
}

#[test]
fn headers_in_any_charset() {
    let mail = read(&eight_bits());
    assert_eq!((mail.subject.as_str(), mail.from.name.as_str()), ("Größe für Müller", "Jürgen"));
    assert_eq!(mail.text, "Grüße\n");
    let mail = read(&split_words());
    assert_eq!((mail.subject.as_str(), mail.from.name.as_str()), ("Grüße", "Erika"));
    let mail = read(&seven_bits());
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Grüße", "Grüße\n"));
    assert_eq!(read(&blank_before()).subject, "Printer");
    assert_eq!(read(&wrong_charset()).text, "您好 Zürich 再见");
}

#[test]
fn who_wrote() {
    let mail = read(&two_senders());
    assert_eq!((mail.from.address.as_str(), mail.oddities.as_slice()), ("first@x.test", &[Oddity::SeveralFrom][..]));
    let mail = read(&nobody());
    assert_eq!((mail.from.address.as_str(), mail.from.name.as_str()), ("erika@x.test", "Form"));
    assert_eq!(mail.oddities, [Oddity::SenderFromReplyTo]);
    let mail = read(&raw("Subject: s\nMessage-ID: <>\nIn-Reply-To: \nReturn-Path: <>", b"x"));
    assert_eq!((mail.message_id, mail.in_reply_to, mail.return_path.as_deref()), (None, None, Some("")));
    assert_eq!(mail.oddities, [Oddity::NoSender]);
}

#[test]
fn attachments_octet_for_octet() {
    let mail = read(&files());
    assert_eq!(mail.text, "See the files.");
    let names: Vec<&str> = mail.attachments.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["äöü.txt", "Lebenslauf.pdf"]);
    assert_eq!(mail.attachments[0].bytes, b"\xB1\xE6\xEA\x00\xFF");
    assert_eq!(mail.attachments[1].sniffed_type, "application/pdf");
    let mail = read(&uuencoded());
    assert_eq!((mail.attachments[0].name.as_str(), mail.attachments[0].bytes.as_slice()), ("cat.txt", &b"Cat"[..]));
    assert_eq!(mail.text, "Here it is:\nBye\n");
    let mail = read(&forwarded());
    assert_eq!(mail.attachments[0].name, "Old news _ part 2.eml");
    assert!(mail.attachments[0].bytes.ends_with(b"\r\n\r\nold") && mail.text == "see below");
}

#[test]
fn text_from_where_it_is() {
    let mail = read(&only_html_says_it());
    assert_eq!(mail.text, "It is broken\n");
    assert_eq!((mail.attachments.len(), mail.attachments[0].inline, mail.remote_images), (1, true, 1));
    let html = mail.html.unwrap();
    assert!(html.contains("src=\"cid:pic@x\"") && html.contains("href=\"http://x.test/p.png\""), "{html}");
    let mail = read(&several_texts());
    assert_eq!(mail.text, "one\ntwo");
    assert!(mail.attachments[0].inline && mail.attachments[0].sniffed_type == "image/jpeg" && mail.html.is_none());
}

#[test]
fn protected_and_invited() {
    let mail = read(&signed());
    assert_eq!(
        (mail.protection, mail.attachments.len(), mail.text.as_str()),
        (Some(Protection::PgpSigned), 0, "signed")
    );
    let mail = read(&sealed());
    assert_eq!((mail.protection, mail.attachments[0].name.as_str()), (Some(Protection::SmimeSealed), "smime.p7m"));
    assert_eq!(mail.oddities, [Oddity::Encrypted]);
    let mail = read(&invited());
    let invitation = mail.calendar.unwrap();
    assert_eq!((invitation.method.as_str(), invitation.summary.as_str()), ("REQUEST", "Visit"));
    assert_eq!(invitation.starts_at.unwrap().rfc3339(), "2026-02-03T09:00:00.000Z");
    assert_eq!((mail.text.as_str(), mail.attachments[0].name.as_str()), ("Come", "invitation.ics"));
}

#[test]
fn machines_and_people() {
    let mail = read(&bounced());
    let report = mail.bounce.unwrap();
    assert_eq!(
        (mail.class, report.delayed, report.original_message_id.as_deref()),
        (Class::Bounce, false, Some("t7.1.mac@desk.test"))
    );
    let found: Vec<(&str, bool)> = report.recipients.iter().map(|one| (one.address.as_str(), one.is_hard())).collect();
    assert_eq!(found, [("gone@x.test", true), ("full@x.test", false)]);
    let report = read(&bounced_in_words()).bounce.unwrap();
    assert_eq!(report.original_message_id.as_deref(), Some("t7.2.mac@desk.test"));
    assert_eq!((report.recipients.len(), report.recipients[0].address.as_str()), (1, "gone@x.test"));
    assert!(report.recipients[0].is_hard());
    let report = read(&late()).bounce.unwrap();
    assert!(report.delayed && !report.recipients[0].is_permanent());
    assert_eq!(read(&away()).class, Class::AutoReply);
    assert_eq!(read(&human_about_bounces()).class, Class::Human);
}

#[test]
fn classes_by_field() {
    let of = |fields: &str| read(&raw(&format!("{FROM}{fields}"), b"Hello")).class;
    for (fields, class) in [
        ("Auto-Submitted: no", Class::Human),
        ("Auto-Submitted: auto-generated", Class::AutoGenerated),
        ("Precedence: bulk", Class::AutoGenerated),
        ("Precedence: auto_reply", Class::AutoReply),
        ("List-Id: <list.x.test>", Class::AutoGenerated),
        ("X-Autoreply: yes", Class::AutoReply),
        ("X-Auto-Response-Suppress: All", Class::Human),
        ("X-Failed-Recipients: a@x.test", Class::Bounce),
        ("X-Spam-Flag: YES", Class::Human),
    ] {
        assert_eq!(of(fields), class, "{fields}");
    }
    assert!(read(&raw(&format!("{FROM}X-Spam-Flag: YES"), b"x")).spam);
    assert!(!read(&raw(&format!("{FROM}X-Spam-Status: No, score=1"), b"x")).spam);
    let of = |subject: &str| read(&raw(&format!("From: a@x.test\nSubject: {subject}"), b"Hello")).class;
    for (subject, class) in [
        ("Automatic reply: Printer", Class::AutoReply),
        ("Abwesenheitsnotiz: Printer", Class::AutoReply),
        ("Re: Automatic reply: Printer", Class::Human),
        ("Out of office next week", Class::Human),
        ("Undelivered parcel", Class::Human),
        ("Delivery report needed", Class::Human),
    ] {
        assert_eq!(of(subject), class, "{subject}");
    }
}
