//! What kind of letter it is: people are heard, whatever they write about; machines are known by what they say of themselves.

use deskbell::mailboxes::Outcome;
use deskbell::tickets::{self, Status};

use super::{card, desk, letters, mail, mailbox, place, sink, take, ticket_count};

const ERIKA: &str = "Erika Muster <erika@muster.example>";

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_about_a_letter_that_came_back_gets_a_ticket() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let bounce = "This is the mail system at host mx.muster.example.\n\nI'm sorry to have to inform you that your message \
        could not be delivered to one or more recipients.\n\n<help@desk.example>: host mx.desk.example said: 550 no";
    let about = [
        mail(
            ERIKA,
            "Mail delivery failed",
            "",
            "When I write to you I get: your message could not be delivered. Please help.",
        ),
        mail(
            ERIKA,
            "Fwd: Undelivered Mail Returned to Sender",
            "",
            &format!("Please look.\n\n---------- Forwarded message ----------\nFrom: Mail Delivery System\n\n{bounce}"),
        ),
        mail(ERIKA, "Undelivered Mail Returned to Sender", "", bounce),
    ];
    for (letter, uid) in about.iter().zip(1..) {
        let (ticket, _) = place(&take(&desk, &inbox, uid, &[letter]).await[0]);
        assert_eq!(letters(&desk, ticket).await[0].letter.as_ref().unwrap().class, "human", "{letter}");
    }
    assert_eq!(ticket_count(&desk).await, 3);
    // The machine itself, which says that it is one.
    for (from, more, uid) in [
        ("MAILER-DAEMON@mx.muster.example", "", 10),
        ("Mail Delivery System <robot@mx.muster.example>", "", 11),
        ("robot@mx.muster.example", "Auto-Submitted: auto-generated", 12),
    ] {
        let own = mail(from, "Undelivered Mail Returned to Sender", more, bounce);
        assert_eq!(take(&desk, &inbox, uid, &[&own]).await[0].outcome, Outcome::StrayBounce, "{from}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_of_another_desk_is_heard_like_everybody() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let first = mail(ERIKA, "Pump", "Message-ID: <first@muster.example>", "It drips.");
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first]).await[0]);
    // Every letter of a desk carries its mark, those of its agents as well.
    let mark = "In-Reply-To: <first@muster.example>\nX-Deskbell-Loop: abcdefghijklmnop";
    for (uid, from, to) in [(2, Status::Waiting, Status::Open), (3, Status::Closed, Status::Open)] {
        desk.act(move |act| tickets::by_id(act.db, ticket)?.set_status(act, from)).await;
        let answer = mail(ERIKA, "Re: Pump", mark, &format!("We mended it, {uid}."));
        assert_eq!(place(&take(&desk, &inbox, uid, &[&answer]).await[0]).0, ticket);
        assert_eq!(desk.read(move |db| tickets::by_id(db, ticket)).await.status, to);
    }
    let said = letters(&desk, ticket).await.pop().unwrap().letter.unwrap();
    assert_eq!(said.class, "human");
}
