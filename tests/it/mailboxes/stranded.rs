//! Mails that were begun and not decided, and whose folder nobody watches any more: they become tickets, or an alarm.

use std::time::Duration;

use deskbell::accounts::Role;
use deskbell::base::sha256_hex;
use deskbell::mailboxes::{self, Inbound, Mailbox, MailboxCard, Outcome};

use super::monitoring::readyz;
use super::{card, desk, mail, mailbox, rows, sink};
use crate::desk::{TestDesk, expect_error};

/// Begun in a folder and not decided, as when the daemon was told to stop.
pub(super) async fn begun(desk: &TestDesk, mailbox: &Mailbox, folder: &str, uid: i64, text: &str) {
    let blob = desk.app().blobs.put(text.as_bytes().to_vec().into()).await.unwrap();
    desk.sql(&format!(
        "INSERT INTO inbound_mails (mailbox_id, folder, uid_validity, uid, blob, message_id, sender, subject, size_bytes, \
         outcome, reason, attempts, seen_at) VALUES ({}, '{folder}', 7, {uid}, '{}', '', '', '', {}, 'reading', '', 1, {})",
        mailbox.id,
        blob.as_str(),
        text.len(),
        desk.clock.now().0
    ))
    .await;
}

/// Has the mailboxes looked at until all mails are decided.
pub(super) async fn decided(desk: &TestDesk, mailbox: &Mailbox) -> Vec<Inbound> {
    let id = mailbox.id;
    let mut look = tokio::time::interval(Duration::from_millis(20));
    for round in 0..1_500 {
        if round % 50 == 0 {
            desk.act(move |act| mailboxes::try_again(act, id)).await;
            desk.settle().await;
        }
        look.tick().await;
        let rows = rows(desk, id).await;
        if rows.iter().all(|row| row.outcome.is_settled()) {
            return rows;
        }
    }
    panic!("not decided in 30 s: {:?}", rows(desk, id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_becomes_a_ticket_though_nobody_watches_its_folder() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    // Its server can't be reached, the second folder is watched no more, and the third is an archive's.
    for (uid, folder) in [(1, "INBOX"), (2, "Old"), (3, "import:old.mbox")] {
        begun(&desk, &inbox, folder, uid, &mail("erika@muster.example", &format!("Pump {uid}"), "", "It drips.")).await;
    }
    desk.pass(11 * 60_000);
    let rows = decided(&desk, &inbox).await;
    assert!(rows.len() == 3 && rows.iter().all(|row| row.outcome == Outcome::Entry), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_when_a_mailbox_was_switched_off_becomes_a_ticket() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    begun(&desk, &inbox, "INBOX", 1, &mail("erika@muster.example", "Pump", "", "It drips.")).await;
    let id = inbox.id;
    desk.act(move |act| mailboxes::disable_mailbox(act, id)).await;
    desk.pass(3 * 60_000);
    assert_eq!(decided(&desk, &inbox).await[0].outcome, Outcome::Entry);
}

/// Waits until this holds of every mailbox and of every mail.
async fn all(desk: &TestDesk, holds: impl Fn(&Mailbox) -> bool, holds_of_mails: impl Fn(&Inbound) -> bool) {
    let mut look = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..1_500 {
        look.tick().await;
        let boxes = desk.read(mailboxes::mailboxes).await;
        if boxes.iter().all(&holds) && desk.ledger().await.iter().all(&holds_of_mails) {
            return;
        }
    }
    panic!("not in 30 s: {:?} {:?}", desk.read(mailboxes::mailboxes).await, desk.ledger().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_takes_long_holds_up_no_other_mailbox() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    begun(&desk, &inbox, "Old", 1, &mail("erika@muster.example", "Pump", "", "It drips.")).await;
    // Nothing can be read as long as nobody reads.
    let readers = std::sync::Arc::clone(&desk.app().room.readers);
    let count = u32::try_from(readers.available_permits()).unwrap();
    let held = readers.acquire_many(count).await.unwrap();
    desk.pass(3 * 60_000);
    let id = inbox.id;
    desk.act(move |act| mailboxes::try_again(act, id)).await;
    all(&desk, |_| true, |mail| mail.attempts == 2).await;
    let other = MailboxCard { name: "Sales".into(), address: "sales@desk.example".into(), ..card(&sink) };
    mailbox(&desk, other).await;
    all(&desk, |mailbox| mailbox.failing_since_at.is_some(), |mail| !mail.outcome.is_settled()).await;
    drop(held);
    assert_eq!(decided(&desk, &inbox).await[0].outcome, Outcome::Entry);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_decided_is_an_alarm() {
    expect_error("files can't be read or written");
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let text = mail("erika@muster.example", "Pump", "", "It drips.");
    begun(&desk, &inbox, "Old", 1, &text).await;
    // A file stands where the folder of its file was.
    let folder = desk.folder().join("blobs").join(&sha256_hex(text.as_bytes())[..2]);
    let aside = folder.with_extension("away");
    std::fs::rename(&folder, &aside).unwrap();
    std::fs::write(&folder, "").unwrap();
    desk.pass(11 * 60_000);
    let page = ada.get("/admin/mail/ledger").await.words();
    assert!(page.contains("1 not accounted for"), "{page}");
    let at = desk.app().metrics.unwrap();
    let figures = reqwest::get(format!("http://{at}/metrics")).await.unwrap().text().await.unwrap();
    assert!(figures.contains("deskbell_mail_unaccounted 1"), "{figures}");
    assert!(ada.get("/admin/health").await.words().contains("1 unaccounted"));
    let (_, state, told) = readyz(&desk).await;
    assert!(state == "degraded" && told.contains("1 mail is not accounted for"), "{state}: {told}");
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&aside, &folder).unwrap();
    assert_eq!(decided(&desk, &inbox).await[0].outcome, Outcome::Entry);
}
