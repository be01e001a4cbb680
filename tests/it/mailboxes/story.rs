//! The whole story, from an empty desk to a thread that a stranger can't join.

use std::time::{Duration, Instant};

use deskbell::base::Timestamp;
use deskbell::base::id::TicketId;
use deskbell::tickets::{self, EntryKind, TicketNumber};

use super::boxes::tried;
use super::field;
use super::house::{House, figure, now, until};
use crate::desk::Browser;

const CUSTOMER: &str = "erika@muster.example";

/// Hands what the server took for the mailbox itself over to it, for ever.
async fn bring(house: &House) {
    let mut look = tokio::time::interval(Duration::from_millis(20));
    let mut done = 0;
    loop {
        for letter in house.sink.taken().iter().skip(done) {
            if letter.to == ["support@desk.test"] {
                house.dovecot.deliver("support", &[&letter.octets]).await;
            }
            done += 1;
        }
        look.tick().await;
    }
}

fn mail(from: &str, to: &str, subject: &str, id: &str, more: &str, text: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\nDate: Fri, 20 Nov 2026 11:00:00 +0000\r\n\
         {more}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

/// Letters of a ticket.
fn letters(house: &House, ticket: TicketId) -> usize {
    let entries = tickets::entries_of(&mut house.premises.connect(), ticket).unwrap();
    entries.into_iter().filter(|entry| entry.kind == EntryKind::Letter).count()
}

/// Sets a mailbox up by its page, up to the end of its trial; says how long that took.
async fn connect(house: &House, ada: &mut Browser) -> Duration {
    let (imap, smtp) = (house.dovecot.tls().port.to_string(), house.sink.port.to_string());
    let own = [("address", "support@desk.test"), ("password", "secret"), ("name", "Support"), ("auth", "password")];
    let servers = [("imap_host", "localhost"), ("imap_port", &*imap), ("imap_security", "tls")];
    let more = [("smtp_host", "127.0.0.1"), ("smtp_port", &*smtp), ("smtp_security", "tls"), ("after_taking", "leave")];
    let rest = [("size_mib_max", "30"), ("reopen_days", "14"), ("folders", "INBOX"), ("acknowledges", "1")];
    ada.get("/admin/mail/new").await;
    let began = Instant::now();
    let page = ada.post("/admin/mail", &[&own[..], &servers, &more, &rest].concat()).await;
    assert_eq!(page.path, "/admin/mail/1/test", "{}", page.words());
    let page = tokio::select! {
        page = tried(ada, "/admin/mail/1") => page,
        () = bring(house) => unreachable!(),
    };
    assert!(page.words().contains("Everything works"), "{}", page.words());
    began.elapsed()
}

/// The same with another character before the `@`.
fn bent(text: &str) -> String {
    let at = text.find('@').unwrap() - 1;
    let other = if text[at..].starts_with('a') { "b" } else { "a" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

/// He is answered, below his own mail; the Message-ID and the octets.
async fn answer(house: &House, ada: &mut Browser, path: &str, told: &str, id: &str) -> (String, Vec<u8>) {
    let form = ada.get(&format!("{path}/answer?how=reply")).await;
    let (to, subject) = (form.field("to"), form.field("subject"));
    assert!(to.contains(CUSTOMER), "{to}");
    ada.get(path).await;
    let fields = [("to", &*to), ("subject", &*subject), ("body", "We come at noon."), ("sure", "1")];
    let page = ada.post(&format!("{path}/answer"), &fields).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let own = house.letter_to(CUSTOMER).await.message_id;
    assert_ne!(own, told);
    until("the answer is sent", || house.taken().contains_key(&own)).await;
    let letter = house.taken()[&own][0].clone();
    assert_eq!(field(&letter, "In-Reply-To"), format!("<{id}>"));
    assert!(field(&letter, "References").contains(&format!("<{id}>")));
    assert!(field(&letter, "Subject").starts_with("Re: The pump drips [#"), "{}", field(&letter, "Subject"));
    (own, letter)
}

/// By the number, by his Message-ID, by a token and a Message-ID that are nearly right.
fn forged(number: TicketNumber, id: &str, token: &str, own: &str) -> [Vec<u8>; 4] {
    let known = format!("In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n");
    let made_up = format!("In-Reply-To: {}\r\n", bent(own));
    [
        mail(
            "m1@evil.example",
            "support@desk.test",
            &format!("Re: The pump drips [#{number}]"),
            "f1@evil",
            "",
            "Pay me.",
        ),
        mail("m2@evil.example", "support@desk.test", "Re: The pump drips", "f2@evil", &known, "Pay me."),
        mail("m3@evil.example", &bent(token), "Re: The pump drips", "f3@evil", "", "Pay me."),
        mail("m4@evil.example", "support@desk.test", "Re: The pump drips", "f4@evil", &made_up, "Pay me."),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_desk_to_a_thread_that_no_stranger_joins() {
    let house = House::build().await;
    let daemon = house.start();
    let mut ada = house.ada(&daemon).await;

    let connected = connect(&house, &mut ada).await;
    // Its own letter came in and is no ticket.
    house.rest(1, Timestamp(0)).await;

    // A customer writes.
    let id = "1@muster.example";
    house
        .dovecot
        .deliver("support", &[&mail(CUSTOMER, "support@desk.test", "The pump drips", id, "", "Since noon.")])
        .await;
    let began = Instant::now();
    until("the mail is a ticket", || house.settled() == 2).await;
    let heard = began.elapsed();
    println!("connected and tried in {connected:?}; from delivery to ticket {heard:?}");
    assert!(heard < Duration::from_secs(2), "from delivery to ticket {heard:?}");
    let (ticket, path) = house.ticket_of(CUSTOMER);
    let list = ada.get("/t").await;
    assert!(list.words().contains("The pump drips"), "{}", list.words());
    let told = house.letter_to(CUSTOMER).await.message_id;
    until("he is told that it arrived", || house.taken().contains_key(&told)).await;
    assert_eq!(field(&house.taken()[&told][0], "Auto-Submitted"), "auto-replied");

    let (own, letter) = answer(&house, &mut ada, &path, &told, id).await;

    // He answers in turn, by whatever his program makes of it.
    let reply_to = field(&letter, "Reply-To");
    let token = reply_to.split(['<', '>']).nth(1).unwrap();
    let both = format!("In-Reply-To: {own}\r\nReferences: <{id}> {own}\r\n");
    let thanks = mail(CUSTOMER, token, "AW: The pump drips", "2@muster.example", &both, "Thanks.");
    let later = mail(CUSTOMER, "support@desk.test", "Something else", "3@muster.example", &both, "And bring a seal.");
    house.dovecot.deliver("support", &[&thanks, &later]).await;
    until("his answers are taken", || house.settled() == 4).await;
    assert_eq!(letters(&house, ticket), 4, "question, answer, and two of his");

    // Strangers try to get in.
    let forged = forged(TicketNumber::of(ticket), id, token, &own);
    let since = now();
    house.dovecot.deliver("support", &forged.iter().map(Vec::as_slice).collect::<Vec<_>>()).await;
    house.rest(8, since).await;
    assert_eq!(letters(&house, ticket), 4, "none of them is in");
    for n in 1..=4 {
        assert_ne!(house.ticket_of(&format!("m{n}@evil.example")).0, ticket);
    }
    let page = ada.get(&path).await;
    assert!(page.words().contains("bring a seal") && !page.words().contains("Pay me"), "{}", page.words());

    assert_eq!(figure(&daemon, "deskbell_mail_unaccounted").await, "0");
    let health = ada.get("/admin/health").await.words();
    assert!(health.contains("0 unaccounted, 0 unreadable, 0 not sent"), "{health}");
    let gone = daemon.terminate();
    assert!(gone.code == Some(0) && !gone.log.contains("\"level\":\"error\""), "{}", gone.log);
}
