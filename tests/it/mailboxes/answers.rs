//! Answers from the page to a server that takes them, refuses them, and breaks off: each customer gets his, and gets it once
//! but where nobody can know.

use std::collections::BTreeMap;

use deskbell::base::id::OutboundId;
use deskbell::mailboxes::{MailboxCard, Outbound, OutboundState};

use super::field;
use super::house::{House, letter_from, until};
use crate::desk::Browser;

const FINE: &str = "fine@a.example";
const LATER: &str = "once-450@b.example";
const REFUSED: &str = "once-550@c.example";
const GONE: &str = "once-gone@d.example";
const CUT: &str = "once-cut@f.example";
const LOST: &str = "once-lost@e.example";

/// Answers a customer from the page of his ticket.
async fn answer(house: &House, ada: &mut Browser, customer: &str) -> OutboundId {
    let (_, path) = house.ticket_of(customer);
    ada.get(&path).await;
    let fields = [("to", customer), ("subject", "Re: A pump"), ("body", "We **come** at noon")];
    let page = ada.post(&format!("{path}/answer"), &fields).await;
    assert!(page.status == 200 && page.words().contains("Goes out soon"), "{}", page.words());
    house.letter_to(customer).await.id
}

/// It stands below the customer's mail, and what he answers comes back to the ticket.
fn assert_is_answer(letter: &[u8]) {
    assert_eq!(field(letter, "In-Reply-To"), format!("<of-{FINE}>"));
    assert_eq!(field(letter, "References"), format!("<of-{FINE}>"));
    assert_eq!((field(letter, "Subject"), field(letter, "To")), ("Re: A pump".into(), FINE.into()));
    assert_eq!(field(letter, "From"), "Support <support@desk.test>");
    assert!(field(letter, "Reply-To").contains("<support+t"), "{}", field(letter, "Reply-To"));
    let text = String::from_utf8_lossy(letter).into_owned();
    assert!(text.contains("<strong>come</strong>") && text.contains("text/plain"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_handed_over_until_the_server_has_it_and_a_refusal_is_seen() {
    let house = House::build().await;
    let customers = [FINE, LATER, REFUSED, GONE, CUT, LOST];
    house.dovecot.lay("support", customers.map(letter_from));
    let card = house.card(&house.dovecot.tls());
    house.mailbox(MailboxCard { acknowledges: false, ..card }, "secret").await;
    let daemon = house.start();
    until("the mails are tickets", || house.settled() == customers.len()).await;
    let mut ada = house.ada(&daemon).await;
    let mut ids = BTreeMap::new();
    for customer in customers {
        ids.insert(customer, answer(&house, &mut ada, customer).await);
    }
    let row = |customer: &str| -> Outbound {
        let id = ids[customer];
        house.outbox().into_iter().find(|row| row.id == id).unwrap()
    };
    let copies = |customer: &str| house.taken().remove(&row(customer).message_id).unwrap_or_default();

    // It went when it could be taken back no more, and the customer's program puts it below his mail.
    until("the answer is sent", || row(FINE).state == OutboundState::Sent).await;
    let sent = row(FINE);
    assert_eq!(sent.due_at.since_ms(sent.created_at), 1_000);
    assert!(sent.settled_at.is_some_and(|at| at >= sent.due_at), "{sent:?}");
    assert_is_answer(&copies(FINE)[0]);

    // Not now, gone before the letter was handed over, cut off within it, lost after it: it is tried again. Who is cut off
    // within it may have said everything already.
    for (customer, told, uncertain) in
        [(LATER, "450", Some(false)), (GONE, "", Some(false)), (CUT, "", None), (LOST, "", Some(true))]
    {
        until("the first try is over", || row(customer).attempts == 1).await;
        let waiting = row(customer);
        assert_eq!(waiting.state, OutboundState::Queued, "{waiting:?}");
        assert!(uncertain.is_none_or(|is| waiting.uncertain_at.is_some() == is), "{waiting:?}");
        assert!(waiting.answer.starts_with(told) && !waiting.answer.is_empty(), "{waiting:?}");
        assert!(waiting.due_at.since_ms(waiting.created_at) >= 60_000, "{waiting:?}");
    }
    let page = ada.get(&house.ticket_of(LATER).1).await;
    assert!(page.words().contains("450 4.2.0 try later"), "{}", page.words());
    assert_eq!([LATER, GONE, CUT, LOST].map(|customer| copies(customer).len()), [0, 0, 0, 1]);
    house.sql("UPDATE outbound_mails SET due_at = 0 WHERE state = 'queued'");
    for customer in [LATER, GONE, CUT, LOST] {
        until("the second try is good", || row(customer).state == OutboundState::Sent).await;
    }

    // Not at all: that is seen at the letter, and somebody may try again.
    until("the refusal is noted", || row(REFUSED).state == OutboundState::Failed).await;
    let (ticket, path) = house.ticket_of(REFUSED);
    let page = ada.get(&path).await;
    let words = page.words();
    assert!(words.contains("Not delivered.") && words.contains("550 5.1.1 no such user"), "{words}");
    let entry = row(REFUSED).entry.unwrap();
    let again = format!("{path}/letters/{entry}/again");
    assert!(page.text.contains(&format!("action=\"{again}\"")), "{ticket}: {}", page.text);
    assert_eq!(ada.get("/admin/mail/outbox?state=failed").await.words().matches("no such user").count(), 1);
    let page = ada.post(&again, &[]).await;
    assert!(page.words().contains("On its way"), "{}", page.words());
    until("it is sent", || row(REFUSED).state == OutboundState::Sent).await;
    daemon.kill();

    for customer in customers {
        let copies = copies(customer);
        assert_eq!(copies.len(), if customer == LOST { 2 } else { 1 }, "{customer}");
        assert!(copies.iter().all(|copy| *copy == copies[0]), "the same letter, to the octet");
    }
    assert_eq!(house.taken().len(), customers.len());
}
