//! Mail against SIGKILL: wherever the daemon is killed, every mail becomes one entry, and nobody is answered twice but for the
//! one letter of which nobody can know that it was taken.

use std::collections::BTreeMap;

use deskbell::db::Db;
use deskbell::mailboxes::{MailboxCard, OutboundState};
use diesel::connection::SimpleConnection as _;

use super::field;
use super::house::{House, letter, letter_from, now, until};
use crate::db::number;
use crate::desk::server;
use crate::mail::gate::{Gate, Hold};

/// Mails in a folder of the server.
async fn on_server(house: &House, folder: &str) -> usize {
    let mut session = house.dovecot.session("support").await;
    session.select(folder).await.unwrap();
    session.uids(None).await.unwrap().len()
}

/// Files in a folder and in those within it.
fn files(folder: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| if entry.file_type().is_ok_and(|kind| kind.is_dir()) { files(&entry.path()) } else { 1 })
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_while_mails_are_taken_it_loses_and_doubles_none() {
    const COUNT: usize = 100;
    let house = House::build().await;
    house.dovecot.lay("support", (0..COUNT).map(letter));
    house.mailbox(house.card(&house.dovecot.tls()), "secret").await;
    // What was noted as sent, with how often the sink had it then.
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for more in [0, 1, 9, 17, 2, 31, 23] {
        let daemon = house.start();
        let wanted = (house.settled() + more).min(COUNT);
        until("mails are taken", || house.settled() >= wanted).await;
        daemon.kill();
        let taken = house.taken();
        for row in house.outbox().into_iter().filter(|row| row.state == OutboundState::Sent) {
            let times = taken.get(&row.message_id).map_or(0, Vec::len);
            assert!(times > 0, "noted as sent, and the server has it not: {row:?}");
            assert_eq!(*sent.entry(row.message_id).or_insert(times), times, "sent again after it was noted");
        }
    }
    let since = now();
    let daemon = house.start();
    house.rest(COUNT, since).await;
    daemon.kill();
    house.assert_truth(COUNT);
    let taken = house.taken();
    for (id, times) in &sent {
        assert_eq!(taken[id].len(), *times, "sent again after it was noted");
    }
    assert_eq!(taken.len(), house.outbox().len(), "each letter that was written went out");
    for copies in taken.values() {
        assert!(copies.iter().all(|copy| *copy == copies[0]), "a second try is the same letter");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_step_between_server_and_ledger_it_goes_on_where_it_was() {
    const COUNT: usize = 60;
    let house = House::build().await;
    house.dovecot.lay("support", (0..COUNT).map(letter));
    let mut gate = Gate::before(&house.dovecot).await;
    let card = house.card(&gate.server());
    house.mailbox(MailboxCard { acknowledges: false, ..card }, "secret").await;
    let blobs = house.premises.data().join("blobs");

    // The server has said what the mails are, and it was not heard.
    gate.hold("BODY.PEEK[", Hold::Answer);
    let daemon = house.start();
    gate.held().await;
    daemon.kill();
    gate.shut();
    assert_eq!((files(&blobs), house.ledger().len()), (0, 0));

    // They are on disk, and the ledger does not know.
    gate.hold("BODY.PEEK[", Hold::Answer);
    let daemon = house.start();
    gate.held().await;
    let lock = house.lock();
    gate.open();
    until("mails are on disk", || files(&blobs) >= 50).await;
    daemon.kill();
    drop(lock);
    gate.shut();
    assert_eq!(house.ledger().len(), 0);

    // They are entries, and the server was not told. Then it was told, and that was not noted.
    for what in [Hold::Command, Hold::Answer] {
        gate.hold("UID MOVE", what);
        let daemon = house.start();
        gate.held().await;
        house.assert_truth(COUNT);
        daemon.kill();
        gate.shut();
        assert_eq!(house.filed(), 0);
    }

    // One lot was moved and noted; more came; the next is held.
    let daemon = house.start();
    until("the first lot is moved", || house.filed() == COUNT).await;
    gate.hold("UID MOVE", Hold::Command);
    let more: Vec<Vec<u8>> = (COUNT..COUNT + 6).map(letter).collect();
    house.dovecot.deliver("support", &more.iter().map(Vec::as_slice).collect::<Vec<_>>()).await;
    gate.held().await;
    daemon.kill();
    gate.shut();

    // All that the server has is being compared with the ledger.
    gate.hold("UID SEARCH ALL", Hold::Answer);
    let daemon = house.start();
    gate.held().await;
    let lock = house.lock();
    gate.open();
    daemon.kill();
    drop(lock);
    gate.shut();

    let since = now();
    let daemon = house.start();
    house.rest(COUNT + 6, since).await;
    daemon.kill();
    house.assert_truth(COUNT + 6);
    assert_eq!((on_server(&house, "INBOX").await, on_server(&house, "Processed").await), (0, COUNT + 6));
}

/// Has the database take long over each ticket, or as long as somebody wants it to.
const SLOW: [&str; 2] = [
    "CREATE TRIGGER slow BEFORE INSERT ON tickets BEGIN \
     SELECT count(*) FROM inbound_mails a, inbound_mails b, inbound_mails c, inbound_mails d; END",
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(4711); RETURN NEW; END $$; \
     CREATE TRIGGER slow BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION slow()",
];
const QUICK: [&str; 2] = ["DROP TRIGGER slow", "DROP TRIGGER slow ON tickets"];

/// Whether a transaction that makes a ticket is under way: a long one, where nobody can look into it.
fn is_making_a_ticket(house: &House) -> bool {
    match house.premises.connect() {
        mut db @ Db::Postgres(_) => {
            let waiting = "SELECT count(*) AS number FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 \
                AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
            number(&mut db, waiting) > 0
        }
        Db::Sqlite(mut db) => (0..20).all(|_| {
            let is_free = db.batch_execute("PRAGMA busy_timeout=10; BEGIN IMMEDIATE").is_ok();
            if is_free {
                db.batch_execute("ROLLBACK").unwrap();
            }
            !is_free
        }),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_ledger_and_the_tickets_it_decides_each_once() {
    const COUNT: usize = 60;
    let which = usize::from(server().is_some());
    let house = House::build().await;
    house.dovecot.lay("support", (0..COUNT).map(letter));
    let card = house.card(&house.dovecot.tls());
    house.mailbox(MailboxCard { acknowledges: false, ..card }, "secret").await;

    // They are in the ledger; some are being made tickets in one transaction, and others wait behind it.
    house.sql(SLOW[which]);
    let mut door = house.premises.connect();
    if let Db::Postgres(door) = &mut door {
        door.batch_execute("SELECT pg_advisory_lock(4711)").unwrap();
    }
    let daemon = house.start();
    until("a lot is begun", || house.ledger().len() >= 50).await;
    until("a ticket is being made", || is_making_a_ticket(&house)).await;
    daemon.kill();
    assert_eq!(house.settled(), 0, "nothing of what was not written to its end");
    drop(door);
    house.sql(QUICK[which]);

    let since = now();
    let daemon = house.start();
    house.rest(COUNT, since).await;
    daemon.kill();
    house.assert_truth(COUNT);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_within_a_large_mail_it_has_passed_none() {
    let house = House::build().await;
    let large = [letter(3), b"It drips and drips.\r\n".repeat(100_000)].concat();
    house.dovecot.lay("support", [letter(0), letter(1), letter(2), large, letter(4), letter(5)]);
    let mut gate = Gate::before(&house.dovecot).await;
    house.mailbox(house.card(&gate.server()), "secret").await;
    gate.hold("BODY.PEEK[]<", Hold::Answer);
    let daemon = house.start();
    gate.held().await;
    until("what came before it is taken", || house.settled() == 3).await;
    daemon.kill();
    gate.shut();
    assert_eq!(house.number("SELECT uid_high AS number FROM mail_folders"), 3);
    let since = now();
    let daemon = house.start();
    house.rest(6, since).await;
    daemon.kill();
    house.assert_truth(6);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_letter_is_handed_over_it_sends_the_same_letter_once_more_and_soon() {
    let house = House::build().await;
    house.mailbox(house.card(&house.dovecot.tls()), "secret").await;
    let (before, within, after) = ("once-mute@a.example", "held@b.example", "held@c.example");

    // The server does not answer to the recipient: it has nothing.
    let daemon = house.start();
    house.dovecot.deliver("support", &[&letter_from(before)]).await;
    let asked = format!("RCPT TO:<{before}>");
    until("the letter is being handed over", || house.sink.commands().iter().any(|said| said.starts_with(&asked)))
        .await;
    daemon.kill();
    let daemon = house.start();
    let times = |id: &str| house.taken().get(id).map_or(0, Vec::len);
    let first = house.letter_to(before).await.message_id;
    until("the letter goes out", || times(&first) == 1).await;

    // The server has the letter and has not said so.
    house.dovecot.deliver("support", &[&letter_from(within)]).await;
    house.sink.held(1).await;
    daemon.kill();
    house.sink.let_go();
    let daemon = house.start();
    let second = house.letter_to(within).await.message_id;
    until("the letter goes out again", || times(&second) == 2).await;

    // The server has said so, and that could not be noted.
    until("all is noted", || house.outbox().iter().all(|row| row.state == OutboundState::Sent)).await;
    house.sink.hold_on();
    house.dovecot.deliver("support", &[&letter_from(after)]).await;
    house.sink.held(3).await;
    let lock = house.lock();
    house.sink.let_go();
    let third = house.letter_to(after).await.message_id;
    until("the server has taken it", || times(&third) == 1).await;
    daemon.kill();
    drop(lock);
    let since = now();
    let daemon = house.start();
    house.rest(3, since).await;
    daemon.kill();
    assert_eq!((times(&first), times(&second), times(&third)), (1, 2, 2));
    let letters = house.taken();
    assert_eq!(letters.len(), 3, "nobody was told a second time in other words");
    for copies in letters.values() {
        assert!(copies.iter().all(|copy| *copy == copies[0] && !field(copy, "Message-ID").is_empty()));
    }
}
