//! What monitoring sees of mail, without a sign-in: trouble is said and names no secret, figures have the names that alerts
//! and boards know, and a mail that the ledger does not know is red everywhere until it does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use deskbell::accounts::Role;
use deskbell::config::Secret;
use deskbell::mailboxes::{self, Credential, Mailbox, MailboxCard};
use serde_json::Value;

use super::boxes::until;
use super::fetching::{self, settled};
use super::{desk, mail, unaccounted};
use crate::cli::{code, err, out};
use crate::desk::{Browser, TestDesk};
use crate::mail::dovecot::Dovecot;

/// How `/readyz` answers, and what it says of mail.
pub(super) async fn readyz(desk: &TestDesk) -> (u16, String, String) {
    // An answer is good for a second.
    desk.pass(1_000);
    let response = reqwest::get(format!("http://{}/readyz", desk.app().metrics.unwrap())).await.unwrap();
    let status = response.status().as_u16();
    let told: Value = response.json().await.unwrap();
    let mail =
        told["checks"].as_array().unwrap().iter().find(|check| check["name"] == "mail").expect("mail is checked");
    (status, mail["status"].as_str().unwrap().to_owned(), mail["detail"].as_str().unwrap().to_owned())
}

async fn figures(desk: &TestDesk) -> String {
    let at = desk.app().metrics.unwrap();
    reqwest::get(format!("http://{at}/metrics")).await.unwrap().text().await.unwrap()
}

/// A mailbox at this address of ours that signs in with a password.
async fn signed_in(desk: &TestDesk, card: MailboxCard, password: &'static str) -> Mailbox {
    let seal = desk.app().room.seal;
    desk.act(move |act| {
        let id = mailboxes::add_mailbox(act, &card)?;
        mailboxes::keep_credential(act, &seal, id, &Credential::Password(Secret::new(password)))?;
        mailboxes::mailbox_by_id(act.db, id)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_with_mail_is_degraded_and_never_down_and_names_nobody() {
    let desk = desk().await;
    assert_eq!(readyz(&desk).await, (200, "ok".into(), String::new()), "a desk without mail lacks nothing");
    let mut card =
        MailboxCard { name: "Klaus Geheim".into(), address: "klaus@geheim.example".into(), ..Default::default() };
    (card.imap.host, card.imap.port, card.login) = ("127.0.0.1".into(), 1, "klaus-login".into());
    let own = signed_in(&desk, card, "hunter2-77").await;
    until(&desk, |mailbox| mailbox.failing_since_at.is_some()).await;
    // Servers say what they like, also what they were told.
    desk.sql("UPDATE mailboxes SET failure = 'no such user klaus-login with hunter2-77'").await;
    let expected = (200, "degraded".to_owned(), "1 mailbox can't be read".to_owned());
    assert_eq!(readyz(&desk).await, expected, "the desk works, and what it says has no names");
    let strangers = reqwest::get(desk.url("/readyz")).await.unwrap();
    assert_eq!(strangers.status().as_u16(), 200);
    let told = strangers.text().await.unwrap();
    assert!(told.contains("\"degraded\"") && !told.contains("read"), "{told}");
    assert!(!figures(&desk).await.contains("hunter2"), "nor do the figures");

    desk.act(move |act| mailboxes::disable_mailbox(act, own.id)).await;
    assert_eq!(readyz(&desk).await.1, "ok", "what is switched off can't fail");
    let mut card = MailboxCard { name: "Sales".into(), address: "sales@geheim.example".into(), ..Default::default() };
    card.imap.host = "imap.invalid".into();
    desk.act(move |act| mailboxes::add_mailbox(act, &card)).await;
    assert_eq!(readyz(&desk).await, (200, "degraded".into(), "1 mailbox needs a sign-in".into()));
}

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The names of ours in an expression.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("deskbell_")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_and_board_know_the_figures_by_their_names_and_fire_when_they_should() {
    let desk = desk().await;
    let mut card = MailboxCard { name: "Support".into(), address: "a@desk.test".into(), ..Default::default() };
    (card.imap.host, card.imap.port) = ("127.0.0.1".into(), 1);
    signed_in(&desk, card, "secret").await;
    until(&desk, |mailbox| mailbox.failing_since_at.is_some()).await;
    let figures = figures(&desk).await;
    for line in [
        "deskbell_mail_fetch_last_success_timestamp_seconds{account=\"Support\"} 0",
        "deskbell_mail_fetch_errors_total{account=\"Support\",kind=\"connect\"} ",
        "deskbell_mail_queue_messages{state=\"queued\"} 0",
        "deskbell_mail_unaccounted 0",
    ] {
        assert!(figures.contains(line), "{line}: {figures}");
    }
    let (rules, board) = (file("packaging/prometheus/deskbell.rules.yml"), file("packaging/grafana/mail.json"));
    let board: Value = serde_json::from_str(&std::fs::read_to_string(board).unwrap()).unwrap();
    let panels = board["panels"].as_array().unwrap().iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let mut asked: BTreeSet<String> = panels.flat_map(|target| names(target["expr"].as_str().unwrap())).collect();
    asked.extend(names(&std::fs::read_to_string(&rules).unwrap()));
    let known = names(&figures);
    assert!(asked.is_subset(&known), "{:?}", asked.difference(&known));

    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(rules, folder.path().join("deskbell.rules.yml")).unwrap();
    std::fs::copy(file("tests/peers/rules.test.yml"), folder.path().join("rules.test.yml")).unwrap();
    for args in [["check", "rules", "deskbell.rules.yml"], ["test", "rules", "rules.test.yml"]] {
        let promtool = Command::new("promtool").args(args).current_dir(folder.path()).output();
        let output = promtool.expect("promtool is needed; tests/run installs what tests need");
        assert_eq!(code(&output), 0, "{args:?}: {}{}", out(&output), err(&output));
    }
}

/// Lets Dovecot read the file of a mail, or not.
fn let_read(dovecot: &Dovecot, subject: &str, can: bool) {
    use std::os::unix::fs::PermissionsExt;
    let folders = ["new", "cur"].map(|name| dovecot.maildir("support").join(name));
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    let has = |path: &PathBuf| std::fs::read_to_string(path).is_ok_and(|text| text.contains(subject));
    // Whoever runs the tests without being root can't look into what nobody may read.
    let all: Vec<PathBuf> = files.collect();
    let found = all.iter().find(|path| has(path)).or_else(|| all.iter().find(|path| std::fs::read(path).is_err()));
    let mode = std::fs::Permissions::from_mode(if can { 0o644 } else { 0 });
    std::fs::set_permissions(found.expect("a file with this mail"), mode).unwrap();
}

/// The mailboxes' page and the page of the desk's health.
async fn pages(ada: &mut Browser) -> (String, String) {
    (ada.get("/admin/mail").await.words(), ada.get("/admin/health").await.words())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_the_server_cannot_hand_over_is_red_everywhere_until_the_ledger_has_it() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let letter = |n: usize| mail("Erika <erika@muster.example>", &format!("Letter {n}."), "", "It drips");
    dovecot.lay("support", (0..3).map(|n| letter(n).replace('\n', "\r\n").into_bytes()));
    let own = fetching::connect(&desk, fetching::card(&dovecot)).await;
    settled(&desk, &own, 3).await;
    until(&desk, |mailbox| mailbox.fetched_at.is_some()).await;
    let (page, health) = pages(&mut ada).await;
    assert!(page.contains("Unaccounted 0") && health.contains("0 unaccounted"), "{page} {health}");

    desk.act(move |act| mailboxes::disable_mailbox(act, own.id)).await;
    dovecot.lay("support", [letter(7).replace('\n', "\r\n").into_bytes()]);
    let_read(&dovecot, "Letter 7.", false);
    desk.pass(1_000);
    desk.act(move |act| mailboxes::enable_mailbox(act, own.id)).await;
    fetching::until_folder(&desk, |folder| folder.withheld.is_some()).await;
    until(&desk, |mailbox| mailbox.failing_since_at.is_none()).await;
    assert_eq!(unaccounted(&desk).await, 1);
    let (page, health) = pages(&mut ada).await;
    assert!(page.contains("Unaccounted 1") && page.contains("does not hand over"), "{page}");
    assert!(health.contains("1 unaccounted") && health.contains("Something does not work"), "{health}");
    assert!(figures(&desk).await.contains("\ndeskbell_mail_unaccounted 1\n"));
    let ready = readyz(&desk).await;
    assert_eq!(ready, (200, "degraded".into(), "1 mail is not accounted for".into()));

    let_read(&dovecot, "Letter 7.", true);
    desk.pass(1_000);
    desk.act(move |act| mailboxes::try_again(act, own.id)).await;
    settled(&desk, &own, 4).await;
    fetching::until_folder(&desk, |folder| folder.withheld.is_none() && folder.unaccounted == 0).await;
    let (page, health) = pages(&mut ada).await;
    assert!(page.contains("Unaccounted 0") && health.contains("0 unaccounted"), "{page} {health}");
    assert!(figures(&desk).await.contains("\ndeskbell_mail_unaccounted 0\n"));
    assert_eq!(readyz(&desk).await, (200, "ok".into(), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_how_many_mails_came_in_each_of_the_last_24_hours() {
    const HOUR: i64 = 3_600_000;
    let desk = TestDesk::start().await;
    let own = desk.mailbox().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Mails of 24 hours None"), "{words}");
    let letter = |n: usize| mail("erika@muster.example", &format!("Letter {n}"), "", "It drips");
    super::take(&desk, &own, 1, &[&letter(1), &letter(2)]).await;
    desk.pass(2 * HOUR);
    super::take(&desk, &own, 3, &[&letter(3)]).await;
    let page = ada.get("/admin/mail").await;
    assert!(page.words().contains("Mails of 24 hours 3, at most 2 in an hour"), "{}", page.words());
    assert!(page.text.contains("<svg class=\"spark\""), "{}", page.text);
    desk.pass(22 * HOUR);
    // The first two are older than a day.
    let mut ada = desk.sign_in("ada").await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Mails of 24 hours 1 "), "{words}");
}
