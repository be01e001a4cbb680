//! Two who decide about one mail at the same moment: a server's sign beside a press of a button, a double click.

use std::future::Future;

use deskbell::base::Error;
use deskbell::base::id::InboundId;
use deskbell::events::Actor;
use deskbell::mailboxes::{self, Mailbox, Outcome};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use super::house::until;
use super::laid::today;
use super::ticket_count;
use crate::db::number;
use crate::desk::{TestDesk, server};

/// Does both at once. Where several can write, neither goes on before both have come to the mailbox's door.
async fn both<A, B>(
    desk: &TestDesk,
    mailbox: &Mailbox,
    one: impl Future<Output = A>,
    other: impl Future<Output = B>,
) -> (A, B) {
    let door = async {
        if server().is_none() {
            return;
        }
        let url = desk.database_url();
        let mut gate = PgConnection::establish(&url).unwrap();
        let shut = format!("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('mail:{}', 0))", mailbox.id);
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
    let taken = both(&desk, &mailbox, room.resume(&mailbox, "INBOX"), room.resume(&mailbox, "INBOX")).await;
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
    let made = both(&desk, &mailbox, make(), make()).await;
    assert!(matches!(made, (Ok(_), Err(Error::Conflict(_))) | (Err(Error::Conflict(_)), Ok(_))), "{made:?}");
    assert_eq!(ticket_count(&desk).await, 1);

    // One lets it be, and the other makes a ticket of it.
    let id = aside(&desk, &mailbox, 2).await;
    let refuse = desk.try_act(move |act| mailboxes::refuse(act, id, "Not ours"));
    let made = both(&desk, &mailbox, refuse, room.make_ticket(id, Actor::Console)).await;
    let row = desk.read(move |db| mailboxes::inbound_by_id(db, id)).await;
    let (wanted, tickets) = if made.0.is_ok() { (Outcome::Refused, 1) } else { (Outcome::Entry, 2) };
    assert_ne!(made.0.is_ok(), made.1.is_ok(), "{made:?}");
    assert_eq!((row.outcome, ticket_count(&desk).await), (wanted, tickets));
}
