//! What mail servers see of our letters: the address that bounces come back to, and the signature of the desk.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deskbell::accounts::Role;
use deskbell::mailboxes::{self, Answer, MailboxCard, OutboundState, OutboxFilter, Outcome};
use deskbell::tickets::{self, NewFile};
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use super::threads::{ERIKA, answer, bounce, hard_bounces};
use super::{card, desk, letters, mail, mailbox, place, sink, take};
use crate::desk::{Browser, TestDesk};

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_to_the_address_that_a_letter_came_from_finds_its_ticket_with_nothing_else_in_it() {
    let (desk, sink) = (desk().await, sink().await);
    let own = MailboxCard { sends_verp: true, acknowledges: false, ..card(&sink) };
    let inbox = mailbox(&desk, own).await;
    let ada = desk.agent("ada", Role::Agent).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&mail(ERIKA, "Pump", "", "It drips.")]).await[0]);
    let (other, _) = place(&take(&desk, &inbox, 2, &[&mail("max@x.example", "Roof", "", "So does it.")]).await[0]);
    for id in [other, ticket] {
        answer(&desk, &inbox, id, ada, "We come.").await;
    }
    let letter = desk.read(|db| mailboxes::outbox(db, &OutboxFilter::default(), None, 1)).await.rows.remove(0);
    let sent = sink.taken().pop().unwrap();
    let from = sent.from.split(['<', '>']).nth(1).unwrap().to_owned();
    assert!(from.starts_with(&format!("help+{}.", letter.id)) && from.ends_with("@desk.example"), "{}", sent.from);
    let froms: Vec<String> = sink.taken().into_iter().map(|letter| letter.from).collect();
    assert_ne!(froms[0], froms[1], "each letter has its own");

    // What the server sends back to there has the address alone; one that somebody made up finds nothing.
    let to = |address: &str, n: usize| {
        bounce("", n, "erika@muster.example").replace("To: help@desk.example", &format!("To: {address}"))
    };
    let mut bent = from.clone();
    let at = from.find('@').unwrap() - 2;
    bent.replace_range(at..=at, if &from[at..=at] == "a" { "b" } else { "a" });
    let rows = take(&desk, &inbox, 3, &[&to(&bent, 3), &to(&from.to_uppercase(), 4)]).await;
    assert_eq!(rows[0].outcome, Outcome::StrayBounce, "{:?}", rows[0]);
    assert_eq!(place(&rows[1]).0, ticket, "servers may change the case of an address");
    assert_eq!(hard_bounces(&desk, "erika@muster.example").await, 1);
    assert_eq!(letters(&desk, other).await.len(), 2);
}

/// The value of a tag of a DKIM field or record, without white space.
fn tag(text: &str, name: &str) -> String {
    let tags = text.split(';').filter_map(|tag| tag.split_once('='));
    let found = tags.into_iter().find(|(own, _)| own.trim() == name);
    found.map(|(_, value)| value.split_whitespace().collect()).unwrap_or_default()
}

/// RFC 6376 section 3.4.2.
fn relaxed(name: &str, value: &str) -> String {
    format!("{}:{}\r\n", name.to_lowercase(), value.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// RFC 6376 section 3.4.4.
fn relaxed_body(body: &str) -> String {
    let line = |line: &str| {
        let words: Vec<&str> = line.split([' ', '\t']).collect();
        let mut text = String::new();
        for (n, word) in words.iter().enumerate().filter(|(n, word)| *n == 0 || !word.is_empty()) {
            text.push_str(if n > 0 { " " } else { "" });
            text.push_str(word);
        }
        text
    };
    let lines: Vec<String> = body.split("\r\n").map(line).collect();
    let body = lines.join("\r\n");
    format!("{}\r\n", body.trim_end_matches("\r\n"))
}

/// Whether the letter bears a good signature, as a receiver finds out who looks the record up.
fn is_signed(octets: &[u8], record: &str) -> bool {
    let text = std::str::from_utf8(octets).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", "\u{0} ").replace("\r\n\t", "\u{0}\t");
    let fields: Vec<(String, String)> = unfolded
        .split("\r\n")
        .filter_map(|field| field.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.replace('\u{0}', "\r\n")))
        .collect();
    let Some((_, own)) = fields.iter().find(|(name, _)| name == "DKIM-Signature") else { return false };
    assert_eq!(
        (tag(own, "d"), tag(own, "s"), tag(own, "a")),
        ("desk.example".into(), "deskbell".into(), "ed25519-sha256".into())
    );
    if tag(own, "bh") != STANDARD.encode(Sha256::digest(relaxed_body(body))) {
        return false;
    }
    let mut rest: Vec<&(String, String)> = fields.iter().collect();
    let mut signed = String::new();
    let names = tag(own, "h");
    assert!(
        ["From", "Subject", "To", "Date", "Message-ID"].iter().all(|name| names.split(':').any(|own| own == *name))
    );
    for name in names.split(':') {
        if let Some(at) = rest.iter().rposition(|(own, _)| own.eq_ignore_ascii_case(name)) {
            let (name, value) = rest.remove(at);
            signed.push_str(&relaxed(name, value));
        }
    }
    let without = &own[..own.rfind("b=").unwrap() + 2];
    signed.push_str(relaxed("DKIM-Signature", without).trim_end());
    let key = STANDARD.decode(tag(record, "p")).unwrap();
    let signature = STANDARD.decode(tag(own, "b")).unwrap();
    UnparsedPublicKey::new(&ED25519, key).verify(&Sha256::digest(&signed), &signature).is_ok()
}

/// Has a key made on the mailbox's page; what DNS has to say then.
async fn make_key(desk: &TestDesk, ada: &mut Browser) -> String {
    desk.pass(1_000);
    ada.get("/admin/mail/1").await;
    let page = ada.post("/admin/mail/1/dkim", &[]).await;
    let record = page.text.split("v=DKIM1").nth(1).expect("the record is shown").split('<').next().unwrap().to_owned();
    assert!(page.text.contains("deskbell._domainkey.desk.example"), "{}", page.words());
    format!("v=DKIM1{record}")
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_signed_and_one_that_cannot_be_waits_and_says_so() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, MailboxCard { acknowledges: false, ..card(&sink) }).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let bob = desk.agent("bob", Role::Agent).await;
    let record = make_key(&desk, &mut ada).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&mail(ERIKA, "Pümp", "", "It drips.")]).await[0]);
    answer(&desk, &inbox, ticket, bob, "We *come*  soon.\n\nTrailing \n\n\n").await;
    let sent = sink.taken().pop().unwrap().octets;
    let text = String::from_utf8_lossy(&sent).into_owned();
    assert!(is_signed(&sent, &record), "{text}");
    for changed in [text.replace("soon", "never"), text.replace("Erika", "Erica")] {
        assert_ne!(changed, text);
        assert!(!is_signed(changed.as_bytes(), &record), "{changed}");
    }

    // A key that is gone, or was sealed by another desk: the letter would be taken for a forged one.
    desk.sql("UPDATE mailboxes SET dkim_key = NULL").await;
    answer(&desk, &inbox, ticket, bob, "On Monday.").await;
    assert_eq!(sink.taken().len(), 1, "nothing goes unsigned");
    let newest =
        || async { desk.read(|db| mailboxes::outbox(db, &OutboxFilter::default(), None, 1)).await.rows.remove(0) };
    let waiting = newest().await;
    assert_eq!(waiting.state, OutboundState::Queued, "{waiting:?}");
    assert!(waiting.answer.contains("can't be signed for desk.example"), "{waiting:?}");
    let words = ada.get(&super::post::path(ticket)).await.words();
    assert!(words.contains("On its way") && words.contains("can't be signed"), "{words}");
    desk.pass(16 * 60_000);
    desk.settle().await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("can't be signed for desk.example"), "{words}");

    let record = make_key(&desk, &mut ada).await;
    desk.settle().await;
    assert_eq!((newest().await.state, sink.taken().len()), (OutboundState::Sent, 2));
    assert!(is_signed(&sink.taken()[1].octets, &record), "with the new key");
    let words = ada.get("/admin/mail").await.words();
    assert!(!words.contains("can't be signed"), "{words}");
}

/// So many numbers, in SQL that both databases speak.
fn numbers(count: usize) -> String {
    format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_in_a_ticket_of_a_thousand_entries_and_files_goes_out_whole_and_is_shown() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, MailboxCard { acknowledges: false, ..card(&sink) }).await;
    let mut root = desk.signed_in("root", Role::Admin).await;
    let ada = desk.agent("ada", Role::Agent).await;
    let (ticket, first) = place(&take(&desk, &inbox, 1, &[&mail(ERIKA, "Pump", "", "It drips.")]).await[0]);
    desk.sql(&format!(
        "{} INSERT INTO attachments (entry_id, name, media_type, size_bytes, blob, content_id, is_inline, created_at) \
         SELECT {first}, 'old.txt', 'text/plain', 1, '', '', {}, 0 FROM n",
        numbers(2_001),
        if desk.database_url().starts_with("postgres") { "FALSE" } else { "0" }
    ))
    .await;
    let blob = desk.app().blobs.put(b"the plan".to_vec().into()).await.unwrap();
    let (post, own) = (desk.app().room.post.clone(), inbox.clone());
    desk.act_as(ada, move |act| {
        let file = NewFile {
            name: "plan.txt".into(),
            media_type: "text/plain".into(),
            size_bytes: 8,
            blob: blob.as_str().to_owned(),
            ..NewFile::default()
        };
        tickets::lay(act, ada, ticket, &file)?;
        let ticket = tickets::by_id(act.db, ticket)?;
        let answer = Answer { hold_ms: 10_000, ..mailboxes::to_customer(act.db, &ticket, "Here it is.")? };
        mailboxes::answer(act, &post, &own, &ticket, ada, &answer)
    })
    .await
    .unwrap();
    desk.sql(&format!(
        "{} INSERT INTO entries (ticket_id, kind, body, created_at) SELECT {ticket}, 'note', 'x', 0 FROM n",
        numbers(510)
    ))
    .await;
    desk.pass(11_000);
    desk.settle().await;
    let sent = sink.taken().pop().expect("it goes, however long the ticket is").octets;
    let text = String::from_utf8_lossy(&sent).into_owned();
    assert!(text.contains("Here it is.") && text.contains("plan.txt"), "with its file: {text}");
    let page = root.get(&format!("{}/letters/{first}/page", super::post::path(ticket))).await;
    assert!(page.status == 200 && page.words().contains("It drips."), "{}", page.words());
}
