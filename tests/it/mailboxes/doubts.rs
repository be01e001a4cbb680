//! Letters that join a ticket by what others can know as well: they say so, and do no more than they may.

use deskbell::accounts::Role;
use deskbell::base::id::TicketId;
use deskbell::mailboxes::{self, Mailbox, MailboxCard};
use deskbell::tickets::{self, Status, TicketNumber};

use super::post::path;
use super::threads::{ERIKA, bounce, hard_bounces};
use super::{card, desk, letters, mail, mailbox, place, sink, take};
use crate::desk::TestDesk;

const KNOWN: &str = "In-Reply-To: <first@muster.example>";

/// A mailbox as it is set up when nobody changes anything: no server is asked about senders.
async fn unasked(desk: &TestDesk) -> Mailbox {
    let sink = sink().await;
    mailbox(desk, MailboxCard { authserv_id: MailboxCard::default().authserv_id, ..card(&sink) }).await
}

/// The ticket of Erika's first letter.
async fn first(desk: &TestDesk, inbox: &Mailbox) -> TicketId {
    let letter = mail(ERIKA, "Pump", "Message-ID: <first@muster.example>", "It drips.");
    place(&take(desk, inbox, 1, &[&letter]).await[0]).0
}

async fn put(desk: &TestDesk, ticket: TicketId, status: Status) {
    desk.act(move |act| tickets::by_id(act.db, ticket)?.set_status(act, status)).await;
}

async fn status(desk: &TestDesk, ticket: TicketId) -> Status {
    desk.read(move |db| tickets::by_id(db, ticket)).await.status
}

async fn oddities(desk: &TestDesk, ticket: TicketId) -> Vec<String> {
    letters(desk, ticket).await.pop().unwrap().letter.unwrap().oddities
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_anybody_could_have_written_says_so_and_what_to_do() {
    let desk = desk().await;
    let inbox = unasked(&desk).await;
    let ticket = first(&desk, &inbox).await;
    assert!(oddities(&desk, ticket).await.is_empty(), "it begins a ticket of its own");
    let number = TicketNumber::of(ticket);
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    // Her address stands in every letter of hers, and numbers are counted up.
    let forged = [
        mail(ERIKA, &format!("Re: Pump [#{number}]"), "", "Our bank has changed."),
        mail(ERIKA, "Re: Pump", KNOWN, "Please send me the key."),
    ];
    for (letter, uid) in forged.iter().zip(2..) {
        put(&desk, ticket, Status::Waiting).await;
        assert_eq!(place(&take(&desk, &inbox, uid, &[letter]).await[0]).0, ticket);
        assert_eq!(oddities(&desk, ticket).await, ["unchecked"]);
        assert_eq!(status(&desk, ticket).await, Status::Open, "she takes part, and is heard");
    }
    let words = ada.get(&path(ticket)).await.words();
    for said in ["Sender not checked", "Nobody has checked who sent this", "Ask back on a way you know"] {
        assert_eq!(words.matches(said).count(), 2, "{said}: {words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_alone_opens_no_closed_ticket_again() {
    let desk = desk().await;
    let inbox = unasked(&desk).await;
    let ticket = first(&desk, &inbox).await;
    let number = TicketNumber::of(ticket);
    put(&desk, ticket, Status::Closed).await;
    let forged = mail(ERIKA, &format!("Re: Pump [#{number}]"), "", "Our bank has changed.");
    let (next, _) = place(&take(&desk, &inbox, 2, &[&forged]).await[0]);
    let next = desk.read(move |db| tickets::by_id(db, next)).await;
    assert_eq!((next.parent_id, status(&desk, ticket).await), (Some(ticket), Status::Closed), "it is heard elsewhere");

    // For whom a server vouches it does.
    let inbox = mailbox(&desk, MailboxCard { address: "sales@desk.example".into(), ..card(&sink().await) }).await;
    let hers = mail(ERIKA, &format!("Re: Pump [#{number}]"), "", "It drips again.");
    let hers = format!("Authentication-Results: mx.desk.example; dmarc=pass header.from=muster.example\n{hers}");
    assert_eq!(place(&take(&desk, &inbox, 3, &[&hers]).await[0]).0, ticket);
    assert_eq!((status(&desk, ticket).await, oddities(&desk, ticket).await), (Status::Open, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_letter_that_went_out_is_not_doubted() {
    let desk = desk().await;
    let inbox = unasked(&desk).await;
    let ticket = first(&desk, &inbox).await;
    let ada = desk.agent("ada", Role::Agent).await;
    super::threads::answer(&desk, &inbox, ticket, ada, "We come.").await;
    let id = desk.read(move |db| mailboxes::message_ids_of(db, ticket)).await.pop().unwrap();
    let back = mail(ERIKA, "Re: Pump", &format!("In-Reply-To: <{id}>"), "Thanks.");
    assert_eq!(place(&take(&desk, &inbox, 2, &[&back]).await[0]).0, ticket);
    assert!(oddities(&desk, ticket).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_that_anybody_could_have_written_is_shown_as_such_and_does_nothing() {
    let desk = desk().await;
    let inbox = mailbox(&desk, card(&sink().await)).await;
    let ticket = first(&desk, &inbox).await;
    let ada = desk.agent("ada", Role::Agent).await;
    super::threads::answer(&desk, &inbox, ticket, ada, "We come.").await;
    put(&desk, ticket, Status::Waiting).await;
    let forged = bounce("<first@muster.example>", 1, "erika@muster.example");
    let row = take(&desk, &inbox, 2, &[&forged]).await.remove(0);
    assert_eq!(place(&row).0, ticket);
    assert_eq!(oddities(&desk, ticket).await, ["unproven-bounce"]);
    assert_eq!((status(&desk, ticket).await, hard_bounces(&desk, "erika@muster.example").await), (Status::Waiting, 0));
    let mut bob = desk.signed_in("bob", Role::Agent).await;
    let words = bob.get(&path(ticket)).await.words();
    assert!(words.contains("Not proven to be real") && words.contains("Anybody could have written this"), "{words}");

    // One about our own letter, which names its Message-ID, is believed.
    let id = desk.read(move |db| mailboxes::message_ids_of(db, ticket)).await;
    let own = id.iter().rev().find(|id| id.starts_with('t') && id.ends_with("@desk.example")).unwrap();
    let real = bounce(&format!("<{own}>"), 2, "erika@muster.example");
    assert_eq!(place(&take(&desk, &inbox, 3, &[&real]).await[0]).0, ticket);
    assert!(oddities(&desk, ticket).await.is_empty());
    assert_eq!(hard_bounces(&desk, "erika@muster.example").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mail_with_many_reply_addresses_is_asked_about_few() {
    let desk = desk().await;
    let inbox = mailbox(&desk, card(&sink().await)).await;
    let ticket = first(&desk, &inbox).await;
    desk.settle().await;
    let ada = desk.agent("ada", Role::Agent).await;
    let (own, to) = (inbox.address().unwrap(), deskbell::base::EmailAddress::parse("erika@muster.example").unwrap());
    let to = deskbell::mail::token::Recipient { address: to, agent: None };
    super::threads::answer(&desk, &inbox, ticket, ada, "We come.").await;
    let entry = letters(&desk, ticket).await.pop().unwrap().id;
    let keys = desk.app().room.post.keys.clone();
    let token = keys.reply_address(&own, inbox.id.0, ticket.0, entry.0, &to).unwrap();
    // Her own among many of the same entry that are bent, and among those of other entries.
    let bent = |n: usize| {
        token.as_str().replace(
            &token.as_str()[token.as_str().find('@').unwrap() - 2..],
            &format!("{}{}@desk.example", ['a', 'b', 'c', 'd'][n % 4], ['e', 'f', 'g', 'h'][n / 4]),
        )
    };
    let many: Vec<String> =
        (0..15).map(bent).filter(|bent| bent != token.as_str()).chain([token.as_str().to_owned()]).collect();
    let letter = |to: &[String], body: &str| {
        mail("Eve <eve@evil.example>", "Hello", "", body)
            .replace("To: help@desk.example", &format!("To: {}", to.join(", ")))
    };
    assert_eq!(place(&take(&desk, &inbox, 2, &[&letter(&many, "One.")]).await[0]).0, ticket);
    let others =
        |count: i64| (0..count).map(|n| format!("help+t{}.{}.aaaaaaaaaaaaaaaa@desk.example", ticket.0, 900 + n));
    let few: Vec<String> = others(4).chain([token.as_str().to_owned()]).collect();
    assert_eq!(place(&take(&desk, &inbox, 3, &[&letter(&few, "Two.")]).await[0]).0, ticket);
    let hoard: Vec<String> = others(40).chain([token.as_str().to_owned()]).collect();
    assert_ne!(place(&take(&desk, &inbox, 4, &[&letter(&hoard, "Three.")]).await[0]).0, ticket, "nobody has so many");
}
