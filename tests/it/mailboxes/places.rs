//! Letters on their way: each in the hands of one, sent once, and none in the way of another.

use std::net::TcpListener;
use std::time::Duration;

use deskbell::accounts::Role;
use deskbell::mailboxes::{self, Mailbox, MailboxCard, MailboxWatch, Room, Running};
use deskbell::tickets;

use super::threads::ERIKA;
use super::{card, desk, mail, mailbox, place, sink, take};
use crate::desk::TestDesk;

const MINUTE: i64 = 60_000;

impl TestDesk {
    /// Letters that are due now, each to an address of its own by which the server knows how to behave.
    async fn due(&self, mailbox: &Mailbox, kind: &str, to: &str, count: usize) {
        let now = self.clock.now().0;
        let own = mailbox.id;
        let row = |n: usize| {
            let address = format!("{to}@n{n}.example");
            format!(
                "({own}, '{kind}', '<{kind}.{to}.{own}.{n}@desk.example>', '', '{address}', '{{\"to\":[\"{address}\"]}}', \
                 'About {n}', 'Text', 0, 'queued', 0, {now}, {now}, '', {now})"
            )
        };
        let rows: Vec<String> = (0..count).map(row).collect();
        self.sql(&format!(
            "INSERT INTO outbound_mails (mailbox_id, kind, message_id, sender, recipient, recipients, subject, content, \
             size_bytes, state, attempts, due_at, ready_at, answer, created_at) VALUES {}",
            rows.join(", ")
        ))
        .await;
    }

    /// Waits until there are so many letters of which this holds.
    async fn letters(&self, condition: &str, count: i64) {
        let query = format!("SELECT count(*) AS number FROM outbound_mails WHERE {condition}");
        let looking = async {
            let mut look = tokio::time::interval(Duration::from_millis(10));
            while self.number(&query).await != count {
                look.tick().await;
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(60), looking).await;
        assert!(found.is_ok(), "{condition}: {} and not {count}", self.number(&query).await);
    }
}

fn silent(card: MailboxCard) -> MailboxCard {
    MailboxCard { acknowledges: false, ..card }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_takes_its_server_longer_than_any_lease_is_sent_once() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, silent(card(&sink))).await;
    desk.due(&inbox, "acknowledgement", "held", 6).await;
    // Four conversations, and who waits for one waits as long.
    sink.held(4).await;
    desk.letters("leased_until_at IS NOT NULL", 6).await;
    // Another node looks on, and takes what nobody holds.
    let room = Room { node: "other".into(), ..desk.app().room.clone() };
    let other = Running::start(room, &MailboxWatch::default());
    for _ in 0..5 {
        desk.pass(4 * MINUTE);
        let far = desk.clock.now().0 + 9 * MINUTE;
        desk.letters(&format!("leased_until_at > {far}"), 6).await;
        assert_eq!(desk.number("SELECT max(attempts) AS number FROM outbound_mails").await, 0);
    }
    // All at once it seems to be over, as after a sleep of the machine: who has a letter on its way does not begin it again.
    other.stop().await;
    desk.pass(60 * MINUTE);
    desk.letters(&format!("leased_until_at > {}", desk.clock.now().0), 6).await;
    sink.let_go();
    desk.letters("state = 'sent'", 6).await;
    desk.settle().await;
    assert_eq!(sink.taken().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_came_into_other_hands_is_left_to_them() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, silent(card(&sink))).await;
    desk.due(&inbox, "acknowledgement", "held", 4).await;
    sink.held(4).await;
    desk.due(&inbox, "acknowledgement", "max", 1).await;
    desk.letters("leased_until_at IS NOT NULL", 5).await;
    // One is with its server already, one waits for its turn.
    let until = desk.clock.now().0 + 10 * MINUTE;
    desk.sql(&format!(
        "UPDATE outbound_mails SET leased_by = 'other', leased_until_at = {until} \
         WHERE recipient IN ('held@n0.example', 'max@n0.example')"
    ))
    .await;
    desk.due(&inbox, "acknowledgement", "eva", 1).await;
    desk.letters("leased_until_at IS NOT NULL", 6).await;
    sink.let_go();
    desk.letters("state = 'sent'", 4).await;
    desk.settle().await;
    let to: Vec<String> = sink.taken().iter().flat_map(|letter| letter.to.clone()).collect();
    assert!(to.contains(&"eva@n0.example".to_owned()) && !to.contains(&"max@n0.example".to_owned()), "{to:?}");
    desk.letters("state = 'queued' AND leased_by = 'other' AND attempts = 0", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_hundreds_of_notices_nor_a_server_that_stalls_keep_an_answer_from_going() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, silent(card(&sink))).await;
    let sales = MailboxCard { address: "sales@desk.example".into(), ..silent(card(&sink)) };
    let sales = mailbox(&desk, sales).await;
    // It lets everybody in, and never says a word.
    let stalled = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut slow = MailboxCard { address: "slow@desk.example".into(), ..silent(card(&sink)) };
    slow.smtp.port = i64::from(stalled.local_addr().unwrap().port());
    let slow = mailbox(&desk, slow).await;
    let ada = desk.agent("ada", Role::Agent).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&mail(ERIKA, "Pump", "", "It drips.")]).await[0]);

    desk.due(&slow, "acknowledgement", "max", 250).await;
    desk.due(&inbox, "notice", "held", 300).await;
    sink.held(1).await;
    desk.letters(&format!("leased_until_at IS NOT NULL AND mailbox_id = {}", slow.id), 16).await;
    desk.letters(&format!("leased_until_at IS NOT NULL AND mailbox_id = {}", inbox.id), 4).await;

    let (post, own) = (desk.app().room.post.clone(), inbox.clone());
    desk.act_as(ada, move |act| {
        let ticket = tickets::by_id(act.db, ticket)?;
        let answer = mailboxes::to_customer(act.db, &ticket, "We come.")?;
        mailboxes::answer(act, &post, &own, &ticket, ada, &answer)
    })
    .await
    .unwrap();
    desk.due(&sales, "acknowledgement", "eva", 1).await;
    desk.letters("state = 'sent'", 2).await;
    let mut to: Vec<String> = sink.taken().iter().flat_map(|letter| letter.to.clone()).collect();
    to.sort();
    assert_eq!(to, ["erika@muster.example", "eva@n0.example"]);

    // Who waits is in nobody's hands: it can be stopped.
    desk.letters("leased_until_at IS NULL AND kind = 'notice' AND state = 'queued'", 296).await;
    desk.sql("UPDATE outbound_mails SET settled_at = 1, state = 'cancelled' WHERE leased_until_at IS NULL AND state = 'queued'")
        .await;
    sink.let_go();
    drop(stalled);
    desk.letters("kind = 'notice' AND state = 'sent'", 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mailboxes_that_send_by_one_server_share_how_many_conversations_it_has() {
    let (desk, sink) = (desk().await, sink().await);
    for n in 0..3 {
        let card = MailboxCard { address: format!("help{n}@desk.example"), ..silent(card(&sink)) };
        desk.due(&mailbox(&desk, card).await, "acknowledgement", "held", 4).await;
    }
    sink.held(8).await;
    sink.let_go();
    desk.letters("state = 'sent'", 12).await;
    let (_, most) = sink.connections();
    assert_eq!(most, 8, "and nobody waited for what others kept");
}
