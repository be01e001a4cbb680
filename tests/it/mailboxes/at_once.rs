//! Two who decide about one mail at the same moment: a server's sign beside a press of a button, a double click.

use std::future::Future;

use deskbell::base::Error;
use deskbell::base::id::InboundId;
use deskbell::events::Actor;
use deskbell::mailboxes::{self, Mailbox, MailboxCard, Outcome, Raw};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use super::house::until;
use super::laid::today;
use super::{card, desk as reachable, letters, mail, mailbox, place, sink, take, ticket_count};
use crate::db::number;
use crate::desk::{TestDesk, server};

/// Does both at once. Where several can write, neither goes on before both have come to this door.
async fn both<A, B>(
    desk: &TestDesk,
    key: &str,
    one: impl Future<Output = A>,
    other: impl Future<Output = B>,
) -> (A, B) {
    let door = async {
        if server().is_none() {
            return;
        }
        let url = desk.database_url();
        let mut gate = PgConnection::establish(&url).unwrap();
        let shut = format!("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('{key}', 0))");
        gate.batch_execute(&shut).unwrap();
        let mut look = deskbell::db::Db::Postgres(PgConnection::establish(&url).unwrap());
        let waiting = "SELECT count(*) AS number FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        until("both wait", || number(&mut look, waiting) >= 2).await;
        gate.batch_execute("COMMIT").unwrap();
    };
    let ((), one, other) = tokio::join!(door, one, other);
    (one, other)
}

/// What those wait for who decide about mails of a mailbox.
fn door(mailbox: &Mailbox) -> String {
    format!("mail:{}", mailbox.id)
}

/// A mail that can be read and was set aside.
async fn aside(desk: &TestDesk, mailbox: &Mailbox, uid: i64) -> InboundId {
    desk.set_aside(mailbox, uid, &today("ada@example.com", &format!("Pump {uid}"), &format!("{uid}@x"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_two_take_at_once_is_one_ticket() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let id = aside(&desk, &mailbox, 1).await;
    let now = desk.clock.now();
    desk.sql(&format!(
        "UPDATE inbound_mails SET outcome = 'reading', attempts = 0, settled_at = NULL, seen_at = {}",
        now.0
    ))
    .await;
    let room = &desk.app().room;
    let taken = both(&desk, &door(&mailbox), room.resume(&mailbox, "INBOX"), room.resume(&mailbox, "INBOX")).await;
    assert!(matches!(taken, (Ok(_), Ok(_))), "{taken:?}");
    let row = desk.read(move |db| mailboxes::inbound_by_id(db, id)).await;
    assert_eq!((row.outcome, ticket_count(&desk).await), (Outcome::Entry, 1));
    assert_eq!(desk.number("SELECT count(*) AS number FROM entries").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_that_is_pressed_twice_makes_one_ticket() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let id = aside(&desk, &mailbox, 1).await;
    let room = &desk.app().room;
    let make = || room.make_ticket(id, Actor::Console);
    let made = both(&desk, &door(&mailbox), make(), make()).await;
    assert!(matches!(made, (Ok(_), Err(Error::Conflict(_))) | (Err(Error::Conflict(_)), Ok(_))), "{made:?}");
    assert_eq!(ticket_count(&desk).await, 1);

    // One lets it be, and the other makes a ticket of it.
    let id = aside(&desk, &mailbox, 2).await;
    let refuse = desk.try_act(move |act| mailboxes::refuse(act, id, "Not ours"));
    let made = both(&desk, &door(&mailbox), refuse, room.make_ticket(id, Actor::Console)).await;
    let row = desk.read(move |db| mailboxes::inbound_by_id(db, id)).await;
    let (wanted, tickets) = if made.0.is_ok() { (Outcome::Refused, 1) } else { (Outcome::Entry, 2) };
    assert_ne!(made.0.is_ok(), made.1.is_ok(), "{made:?}");
    assert_eq!((row.outcome, ticket_count(&desk).await), (wanted, tickets));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_two_mailboxes_get_at_once_is_one_entry_of_its_ticket() {
    // What a letter is known by does not depend on the desk.
    let key_of = async |letter: &str| {
        let (desk, sink) = (reachable().await, sink().await);
        let inbox = mailbox(&desk, card(&sink)).await;
        take(&desk, &inbox, 1, &[letter]).await;
        desk.read(|db| Ok(crate::db::texts(db, "SELECT content_key AS word FROM inbound_mails"))).await.remove(0)
    };
    let (desk, sink) = (reachable().await, sink().await);
    let help = mailbox(&desk, card(&sink)).await;
    let sales = mailbox(&desk, MailboxCard { address: "sales@desk.example".into(), ..card(&sink) }).await;
    let erika = "Erika Muster <erika@muster.example>";
    let first = mail(erika, "Pump", "Message-ID: <first@muster.example>", "It drips.");
    let ticket = place(&take(&desk, &help, 1, &[&first]).await[0]).0;
    let answer = mail(erika, "Re: Pump", "In-Reply-To: <first@muster.example>", "More.");
    let raw = || vec![Raw { uid: 2, octets: answer.replace('\n', "\r\n").into_bytes(), whole_bytes: None }];
    let room = &desk.app().room;
    let key = format!("letter:{}", key_of(&answer).await);
    let (one, other) = (room.take_all(&help, "INBOX", 7, raw()), room.take_all(&sales, "INBOX", 7, raw()));
    let taken = both(&desk, &key, one, other).await;
    assert!(matches!(taken, (Ok(()), Ok(()))), "{taken:?}");
    assert_eq!((letters(&desk, ticket).await.len(), ticket_count(&desk).await), (2, 1));
    assert_eq!(desk.number("SELECT count(*) AS number FROM inbound_mails WHERE outcome = 'duplicate'").await, 1);
}
