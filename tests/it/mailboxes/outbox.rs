//! The outbox as admins see it, and addresses that mail does not reach.

use deskbell::accounts::Role;
use deskbell::base::id::OutboundId;
use deskbell::events::{self, Actor, Event, Subject};
use deskbell::mailboxes::{self, OutboundState};

use crate::desk::TestDesk;

impl TestDesk {
    /// A letter in a state, with what a server said of it.
    pub async fn letter(&self, state: &str, answer: &str) -> OutboundId {
        let settled = if matches!(state, "held" | "queued") { "NULL" } else { "1" };
        self.sql(&format!(
            "INSERT INTO outbound_mails (mailbox_id, kind, message_id, sender, recipient, recipients, subject, content, \
             size_bytes, state, attempts, due_at, answer, created_at, settled_at) VALUES (1, 'acknowledgement', '<{state}@x>', '', \
             '{state}@example.com', '{{\"to\":[\"{state}@example.com\"]}}', 'About {state}', 'x', 0, '{state}', 2, \
             4102444800000, '{answer}', 0, {settled})"
        ))
        .await;
        OutboundId(self.number("SELECT max(id) AS number FROM outbound_mails").await)
    }

    async fn state_of(&self, id: OutboundId) -> OutboundState {
        self.read(move |db| mailboxes::outbound_by_id(db, id)).await.state
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_shown_with_what_the_server_said_in_plain_words() {
    let desk = TestDesk::start().await;
    desk.mailbox().await;
    desk.letter("failed", "550 5.1.1 no such user").await;
    desk.letter("queued", "451 4.3.0 try later").await;
    desk.letter("sent", "250 ok").await;
    let mut admin = desk.signed_in("root", Role::Admin).await;
    let page = admin.get("/admin/mail/outbox").await;
    for words in [
        "Nobody there has this address.",
        "550 5.1.1 no such user",
        "The server can't take it now.",
        "Next try 1 Jan 2100",
        "Acknowledgement",
        "sent@example.com",
    ] {
        assert!(page.words().contains(words), "{words}: {}", page.words());
    }
    let failed = admin.get("/admin/mail/outbox?state=failed").await;
    assert!(failed.text.contains("About failed") && !failed.text.contains("About sent"));
    let to = admin.get("/admin/mail/outbox?to=SENT@example.com").await;
    assert!(to.text.contains("About sent") && !to.text.contains("About failed"));
    let none = admin.get("/admin/mail/outbox?to=nobody@example.com").await;
    assert!(none.words().contains("No letter like this"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_failed_is_sent_again_and_one_that_waits_is_stopped() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let (failed, waiting) = (desk.letter("failed", "550 no").await, desk.letter("queued", "").await);
    let (held, sent) = (desk.letter("held", "").await, desk.letter("sent", "250 ok").await);
    let leased = desk.letter("queued", "").await;
    desk.sql(&format!("UPDATE outbound_mails SET leased_until_at = 4102444800000 WHERE id = {leased}")).await;
    let root = desk.agent("root", Role::Admin).await;
    let mut admin = desk.sign_in("root").await;
    admin.get("/admin/mail/outbox").await;
    let at = |id: OutboundId, what: &str| format!("/admin/mail/outbox/{id}/{what}");
    for id in [waiting, held] {
        let page = admin.post(&at(id, "cancel"), &[]).await;
        assert!(page.words().contains("The letter will not be sent."), "{}", page.words());
        assert_eq!(desk.state_of(id).await, OutboundState::Cancelled);
    }
    for (id, what) in [(sent, "cancel"), (leased, "cancel"), (waiting, "retry"), (sent, "retry")] {
        assert_eq!(admin.post(&at(id, what), &[]).await.status, 409, "{what} {id}");
    }
    // Nothing of it may reach a server in a test; what counts is that it is due again.
    desk.sql("UPDATE mailboxes SET smtp_host = ''").await;
    let page = admin.post(&at(failed, "retry"), &[]).await;
    assert!(page.words().contains("The letter is sent again."), "{}", page.words());
    let history = desk.read(move |db| events::history_of(db, Subject::Mailbox(mailbox.id), 100)).await;
    let by_root: Vec<_> = history.iter().filter(|record| record.actor == Some(Actor::Agent(root))).collect();
    let settled = |event: &Event| matches!(event, Event::LetterSettled { state, .. } if state == "cancelled");
    assert_eq!(by_root.iter().filter(|record| settled(&record.event)).count(), 2);
    assert_eq!(by_root.iter().filter(|record| matches!(record.event, Event::LetterQueued { .. })).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_given_another_chance() {
    let desk = TestDesk::start().await;
    desk.mailbox().await;
    desk.sql(
        "INSERT INTO mail_addresses (address, hard_bounces, soft_bounces, undeliverable_at, reason, updated_at) \
         VALUES ('ada@example.com', 2, 0, 5, '5.1.1 no such user', 5)",
    )
    .await;
    let mut admin = desk.signed_in("root", Role::Admin).await;
    let page = admin.get("/admin/mail/outbox").await;
    assert!(page.words().contains("5.1.1 no such user") && page.words().contains("Mail reaches them again"));
    for _ in 0..2 {
        let page = admin.post("/admin/mail/addresses/revive", &[("address", "ada@example.com")]).await;
        assert!(
            page.status == 200 && !page.words().contains("5.1.1"),
            "also when somebody was faster: {}",
            page.words()
        );
    }
    let revived = desk.number("SELECT count(*) AS number FROM events WHERE kind = 'address_revived'").await;
    assert_eq!(revived, 1);
    desk.sql("UPDATE mailboxes SET smtp_host = 'smtp.invalid'").await;
    let output = desk.cli(&["mail", "outbox", "--state", "queued", "--json"], "");
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "[]");
}
