//! Mail servers that go away in every way, before a whole daemon: everything comes in the end, nothing twice, and one bad
//! server holds up nobody else.

use deskbell::mailboxes::{AfterTaking, MailboxCard, Outcome};

use super::house::{House, figure, letter, now, until};
use crate::mail::cutting::{Cut, Cutting};

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_anywhere_loses_nothing_and_holds_up_no_other_mailbox() {
    const COUNT: usize = 60;
    let house = House::build().await;
    // More than one lot, each of 100 KB.
    house.dovecot.lay("support", (0..COUNT).map(letter));
    let mut proxy = Cutting::before(&house.dovecot).await;
    house.mailbox(house.card(&proxy.server()), "secret").await;
    let sales = MailboxCard {
        name: "Sales".into(),
        address: "sales@desk.test".into(),
        acknowledges: false,
        ..house.card(&house.dovecot.tls())
    };
    house.mailbox(sales, "secret").await;

    proxy.cut_once_after(60_000, Cut::Close);
    // Now that a lot of fifty was cut, seven are asked for at once.
    proxy.cut_once_after(12_000, Cut::Boundary);
    // And nothing more is said until it is killed.
    proxy.cut_once_after(1, Cut::Stall);
    let daemon = house.start();
    proxy.was_cut(3).await;
    daemon.kill();
    assert!(house.ledger().is_empty(), "half a lot is none, even if it ends between two mails");

    proxy.cut_once_after(112_000, Cut::Stall);
    let since = now();
    let daemon = house.start();
    proxy.was_cut(4).await;
    let mail = b"From: <eva@s.example>\r\nMessage-ID: <s@s.example>\r\nSubject: An offer\r\n\r\nHow much?\r\n";
    house.dovecot.deliver("sales", &[mail]).await;
    until("the other mailbox goes on", || house.ledger().iter().any(|row| row.sender == "eva@s.example")).await;
    assert!(house.ledger().iter().all(|row| row.uid <= 50), "of the second lot nothing was taken");
    proxy.end_stalled();
    house.rest(COUNT + 1, since).await;
    assert_eq!(figure(&daemon, "deskbell_mail_unaccounted").await, "0");
    let failures = figure(&daemon, "deskbell_mail_fetch_errors_total{account=\"Support\",kind=\"lost\"}").await;
    assert_eq!(failures, "1");
    daemon.kill();
    house.assert_truth(COUNT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_throws_out_stops_and_forgets_its_numbers_doubles_nothing() {
    const COUNT: usize = 40;
    let mut house = House::build().await;
    house.dovecot.lay("support", (0..COUNT - 2).map(letter));
    let leaving = MailboxCard { after_taking: AfterTaking::Leave, ..house.card(&house.dovecot.tls()) };
    house.mailbox(leaving, "secret").await;
    let since = now();
    let daemon = house.start();
    house.rest(COUNT - 2, since).await;

    // Thrown out while it listens.
    house.dovecot.kick("support");
    house.dovecot.deliver("support", &[&letter(COUNT - 2)]).await;
    house.rest(COUNT - 1, since).await;

    // Away for a while, and other numbers afterwards.
    let since = now();
    house
        .dovecot
        .restart(|dovecot| {
            dovecot.lay("support", [letter(COUNT - 1)]);
            dovecot.forget_numbers("support");
        })
        .await;
    // Every mail stands there under a new number.
    house.rest(2 * COUNT - 1, since).await;
    assert_eq!(figure(&daemon, "deskbell_mail_unaccounted").await, "0");
    daemon.kill();
    house.assert_truth(COUNT);
    let doubles = house.ledger().into_iter().filter(|row| row.outcome == Outcome::Duplicate).count();
    assert_eq!(doubles, COUNT - 1, "known again, and not taken again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_is_tried_five_times_in_all_and_a_right_one_goes_on() {
    let house = House::build().await;
    house.dovecot.lay("support", (0..6).map(letter));
    house.mailbox(house.card(&house.dovecot.tls()), "wrong").await;
    let refusals = || house.number("SELECT auth_failures AS number FROM mailboxes");
    // Counted over restarts: whoever restarts in despair does not get the account locked.
    for wanted in 1..=4 {
        let daemon = house.start();
        until("the sign-in is refused", || refusals() >= wanted).await;
        daemon.kill();
    }
    let daemon = house.start();
    until("it gives up", || refusals() >= 5).await;
    assert_eq!((refusals(), house.ledger().len()), (5, 0));
    let mut ada = house.ada(&daemon).await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Given up") && words.contains("password"), "{words}");
    let health = ada.get("/admin/health").await.words();
    assert!(health.contains("given up"), "{health}");
    let failures = figure(&daemon, "deskbell_mail_fetch_errors_total{account=\"Support\",kind=\"login\"}").await;
    assert_eq!(failures, "1", "this daemon had the last of five");

    let form = ada.get("/admin/mail/1").await;
    let kept = ["address", "name", "auth", "imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port"];
    let more = ["smtp_security", "after_taking", "taken_folder", "size_mib_max", "reopen_days", "folders", "login"];
    let mut fields: Vec<(&str, String)> = kept.iter().chain(&more).map(|name| (*name, form.field(name))).collect();
    fields.push(("acknowledges", "1".into()));
    fields.push(("password", "secret".into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let since = now();
    let page = ada.post("/admin/mail/1", &fields).await;
    assert_eq!(page.status, 200, "{}", page.words());
    house.rest(6, since).await;
    assert_eq!(refusals(), 0);
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("In order"), "{words}");
    daemon.kill();
    house.assert_truth(6);
}
