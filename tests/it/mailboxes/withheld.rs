//! A mail that its server does not hand over stops neither those around it nor those behind it; it is red until it is taken.

use deskbell::accounts::Role;
use deskbell::mailboxes::{self, Mailbox, MailboxCard, Outcome};

use super::boxes::until;
use super::fetching::{self, settled, until_folder};
use super::{mail, rows, ticket_count, unaccounted};
use crate::desk::TestDesk;
use crate::mail::dovecot::Dovecot;
use crate::mail::refusing::{Refusal, Refusing};

/// The second of three.
const KEPT: u32 = 2;

fn letter(n: usize, text: &str) -> Vec<u8> {
    mail(&format!("k{n}@d{n}.example"), &format!("Letter {n}"), "", text).replace('\n', "\r\n").into_bytes()
}

/// The numbers that the ledger has, and that each became an entry.
async fn taken(desk: &TestDesk, own: &Mailbox) -> Vec<i64> {
    let rows = rows(desk, own.id).await;
    assert!(rows.iter().all(|row| row.outcome == Outcome::Entry), "{rows:?}");
    let mut uids: Vec<i64> = rows.iter().map(|row| row.uid).collect();
    uids.sort_unstable();
    uids
}

/// Three mails of which the second is not handed over, and what comes behind it; then the server is mended.
async fn goes_on_without_one(refusal: Refusal, text: &str, why: &str) {
    let dovecot = Dovecot::start().await;
    dovecot.lay("support", [letter(1, "It drips"), letter(2, text), letter(3, "It drips")]);
    let proxy = Refusing::before(&dovecot, KEPT, refusal).await;
    let desk = fetching::desk_at(&dovecot).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let mut card = MailboxCard { size_bytes_max: 2 << 20, ..fetching::card(&dovecot) };
    card.imap.port = i64::from(proxy.server().port);
    let own = fetching::connect(&desk, card).await;
    settled(&desk, &own, 2).await;
    until_folder(&desk, |folder| folder.withheld.is_some() && folder.failing_since_at.is_none()).await;
    assert_eq!(taken(&desk, &own).await, [1, 3]);

    dovecot.deliver("support", &[&letter(4, "It drips")]).await;
    settled(&desk, &own, 3).await;
    assert_eq!(
        (taken(&desk, &own).await, ticket_count(&desk).await),
        (vec![1, 3, 4], 3),
        "what comes behind it as well"
    );
    assert_eq!(unaccounted(&desk).await, 1);
    until(&desk, |mailbox| mailbox.failing_since_at.is_none()).await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("In order") && words.contains("Unaccounted 1"), "{words}");
    assert!(words.contains("does not hand over") && words.contains("2: ") && words.contains(why), "{words}");

    proxy.mend();
    if let Refusal::Size(_) = refusal {
        // It is larger than what is taken, and so a ticket tells of it.
        let id = own.id;
        desk.pass(1_000);
        desk.act(move |act| mailboxes::try_again(act, id)).await;
        let rows = settled(&desk, &own, 4).await;
        assert!(rows.iter().any(|row| row.uid == 2 && row.outcome == Outcome::TooLarge), "{rows:?}");
    } else {
        // By itself, when the pause is over.
        desk.pass(6 * 60_000);
        dovecot.deliver("support", &[&letter(5, "It drips")]).await;
        settled(&desk, &own, 5).await;
        assert_eq!((taken(&desk, &own).await, ticket_count(&desk).await), (vec![1, 2, 3, 4, 5], 5), "once");
    }
    until_folder(&desk, |folder| folder.withheld.is_none() && folder.unaccounted == 0).await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Unaccounted 0") && !words.contains("does not hand over"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_the_server_refuses_stops_no_other() {
    goes_on_without_one(Refusal::No, "It drips", "It can't be read").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_over_which_the_server_ends_the_connection_stops_no_other() {
    goes_on_without_one(Refusal::Bye, "It drips", "The connection was lost").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_larger_than_the_server_says_stops_no_other() {
    let text = "It drips and drips and drips, all day.\n".repeat((3 << 20) / 39);
    goes_on_without_one(Refusal::Size(1_500_000), &text, "larger than 2 MiB").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_once_takes_the_others_and_says_which_was_not_handed_over() {
    for refusal in [Refusal::No, Refusal::Bye] {
        let dovecot = Dovecot::start().await;
        dovecot.lay("support", (1..=3).map(|n| letter(n, "It drips")));
        let proxy = Refusing::before(&dovecot, KEPT, refusal).await;
        let desk = fetching::desk_at(&dovecot).await;
        let mut card = fetching::card(&dovecot);
        card.imap.port = i64::from(proxy.server().port);
        let own = fetching::connect(&desk, card).await;
        let id = own.id;
        desk.act(move |act| mailboxes::disable_mailbox(act, id)).await;
        desk.settle().await;
        let once = || async { mailboxes::fetch_once(&desk.app().room, &own).await };
        let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
        let error = loop {
            match once().await {
                Err(deskbell::base::Error::Busy(_)) => look.tick().await,
                done => break done.unwrap_err(),
            };
        };
        assert!(format!("{error:?}").contains("INBOX: 2: "), "{error:?}");
        assert_eq!(taken(&desk, &own).await, [1, 3], "{refusal:?}");
        proxy.mend();
        once().await.unwrap();
        assert_eq!(taken(&desk, &own).await, [1, 2, 3]);
    }
}
