//! The desk itself can't take mail: its disk is full, its database is held by somebody else. The mails stay on the server, it
//! says what is wrong, and it goes on by itself.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deskbell::base::Timestamp;
use deskbell::db::Db;
use deskbell::mailboxes::{MailboxCard, Outcome};
use diesel::connection::SimpleConnection as _;

use super::house::{House, figure, letter, letter_from, now, until};
use crate::desk::{Browser, Daemon};
use crate::full::{behind, fill};

/// How often the desk could not take mail.
const FAILURES: &str = "deskbell_mail_fetch_errors_total{account=\"Support\",kind=\"desk\"}";

/// A mail with a file of so many octets.
fn with_file(bytes: usize) -> Vec<u8> {
    let line = format!("{}\r\n", STANDARD.encode([7; 57]));
    format!(
        "From: <plan@f.example>\r\nMessage-ID: <plan@f.example>\r\nSubject: The plan\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHere it is.\r\n--b\r\nContent-Type: application/pdf\r\n\
         Content-Disposition: attachment; filename=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--b--\r\n",
        line.repeat(bytes / 57)
    )
    .into_bytes()
}

/// A daemon whose files lie on a disk of 2 MB, its database elsewhere.
fn with_a_small_disk(house: &House) -> (Daemon, PathBuf) {
    let blobs = house.premises.data().join("blobs");
    std::fs::create_dir_all(&blobs).unwrap();
    let script = "mount -t tmpfs -o size=2m,mode=700 deskbell \"$1\"";
    let daemon = Daemon::start(behind(script, &[&blobs], &house.premises.command(&["serve"])));
    let daemon = daemon.unwrap_or_else(|gone| panic!("no daemon on a small disk: {gone:?}"));
    let seen = PathBuf::from(format!("/proc/{}/root{}", daemon.pid(), blobs.display()));
    (daemon, seen)
}

/// Has the mailbox begun anew, so that it is tried now and not when its pause is over; waits until that failed once more.
async fn fail_once_more(house: &House, daemon: &Daemon, ada: &mut Browser) {
    let before = figure(daemon, FAILURES).await;
    ada.get("/admin/mail").await;
    for on in ["no", "yes"] {
        let page = ada.post("/admin/mail/1/switch", &[("on", on)]).await;
        assert_eq!(page.status, 200, "{}", page.words());
    }
    let mut look = tokio::time::interval(Duration::from_millis(20));
    while figure(daemon, FAILURES).await == before {
        look.tick().await;
    }
    assert!(house.support().failing_since_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_leaves_mails_on_the_server_and_sets_none_aside() {
    let house = House::build().await;
    let card = house.card(&house.dovecot.tls());
    house.mailbox(MailboxCard { acknowledges: false, ..card }, "secret").await;
    let (daemon, disk) = with_a_small_disk(&house);
    let mut ada = house.ada(&daemon).await;
    until("it was read once", || house.support().fetched_at.is_some()).await;

    // There is room for the mail and none for its file.
    let filler = fill(&disk);
    let file = std::fs::OpenOptions::new().write(true).open(&filler).unwrap();
    file.set_len(file.metadata().unwrap().len() - (700 << 10)).unwrap();
    drop(file);
    house.dovecot.deliver("support", &[&with_file(400 << 10)]).await;
    until("it fails", || house.support().failing_since_at.is_some()).await;
    for _ in 0..4 {
        fail_once_more(&house, &daemon, &mut ada).await;
    }
    let rows = house.ledger();
    assert_eq!((rows.len(), rows[0].outcome), (1, Outcome::Reading), "the mail is not at fault: {rows:?}");

    // There is room for nothing.
    fill(&disk);
    house.dovecot.deliver("support", &[&letter(0), &letter(1), &letter(2)]).await;
    fail_once_more(&house, &daemon, &mut ada).await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Failing") && words.contains("The disk is full"), "{words}");
    assert!(!words.contains("error-"), "in words, and not by a key: {words}");
    assert_eq!(house.ledger().len(), 1);
    let mut session = house.dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    assert_eq!(session.uids(None).await.unwrap().len(), 4, "all are on the server");

    std::fs::remove_file(filler).unwrap();
    let since = now();
    house.rest(4, since).await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("In order") && !words.contains("The disk is full"), "{words}");
    assert_eq!(house.number("SELECT count(*) AS number FROM attachments"), 1);
    assert!(house.ledger().iter().all(|row| row.outcome == Outcome::Entry), "{:?}", house.ledger());
    daemon.kill();
}

/// Ends every connection to a database server; a file has none.
fn break_off(house: &House) {
    if let Db::Postgres(mut connection) = house.premises.connect() {
        let others = "datname = current_database() AND pid <> pg_backend_pid()";
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}");
        connection.batch_execute(&end).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_breaks_off_and_is_locked_loses_no_mail_and_sends_no_letter_twice() {
    const COUNT: usize = 60;
    let house = House::build().await;
    house.dovecot.lay("support", [letter_from("held@a.example")]);
    house.dovecot.lay("support", (0..COUNT).map(letter));
    house.mailbox(house.card(&house.dovecot.tls()), "secret").await;
    let mut daemon = house.start();
    for wanted in [2, 12, 30] {
        until("mails are taken", || house.settled() >= wanted).await;
        break_off(&house);
    }
    house.sink.held(1).await;
    let failures = figure(&daemon, FAILURES).await;
    let lock = house.lock();
    house.sink.let_go();
    house.dovecot.deliver("support", &[&letter_from("late@b.example")]).await;
    // Neither what became of the letter nor the mail can be written down.
    assert!(daemon.hear("what became of a letter can't be written down yet").is_some());
    let mut look = tokio::time::interval(Duration::from_millis(20));
    while figure(&daemon, FAILURES).await == failures {
        look.tick().await;
    }
    assert!(house.ledger().iter().all(|row| row.sender != "late@b.example"));
    drop(lock);
    house.rest(COUNT + 2, Timestamp(0)).await;
    assert_eq!(figure(&daemon, "deskbell_mail_unaccounted").await, "0");
    daemon.kill();
    house.assert_truth(COUNT);
    assert!(house.ledger().iter().all(|row| row.outcome == Outcome::Entry), "none is set aside");
    let (letters, taken) = (house.outbox(), house.taken());
    assert!(letters.iter().all(|row| row.attempts == 1), "none of it was a server's fault: {letters:?}");
    assert_eq!(taken.len(), letters.len());
    assert!(taken.values().all(|copies| copies.len() == 1), "nobody died, so all is known");
}

/// A second daemon on the same database, with a data folder of its own and the same key.
fn another(house: &House, folder: &Path) -> Daemon {
    let (data, config) = (folder.join("data"), folder.join("deskbell.toml"));
    std::fs::create_dir(&data).unwrap();
    std::fs::copy(house.premises.data().join("secret.key"), data.join("secret.key")).unwrap();
    // Files are for all.
    std::os::unix::fs::symlink(house.premises.data().join("blobs"), data.join("blobs")).unwrap();
    let text = std::fs::read_to_string(house.premises.config()).unwrap();
    let own = format!("dir = {:?}", house.premises.data());
    assert!(text.contains(&own), "{text}");
    std::fs::write(&config, text.replacen(&own, &format!("dir = {data:?}"), 1)).unwrap();
    let first = house.premises.command(&[]);
    let mut command = Command::new(first.get_program());
    command.arg("-c").arg(config).arg("serve").env_clear().env("PATH", "/usr/bin:/bin");
    Daemon::start(command).unwrap_or_else(|gone| panic!("no second daemon: {gone:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_daemons_on_one_database_take_and_send_everything_once() {
    const COUNT: usize = 60;
    let house = House::build().await;
    house.dovecot.lay("support", (0..COUNT).map(letter));
    house.mailbox(house.card(&house.dovecot.tls()), "secret").await;
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (house.start(), another(&house, folder.path()));
    until("one of them takes mails", || house.settled() >= 10).await;
    one.kill();
    // As if the time had passed after which the other may go on.
    house.sql("UPDATE mailboxes SET leased_until_at = 0 WHERE leased_until_at IS NOT NULL");
    until("the other takes the rest", || house.settled() == COUNT).await;
    // What the first was sending when it died, it takes up again.
    let one = house.start();
    house.rest(COUNT, Timestamp(0)).await;
    house.assert_truth(COUNT);
    one.kill();
    other.kill();
    let taken = house.taken();
    assert_eq!(taken.len(), house.outbox().len());
    for copies in taken.values() {
        assert!(copies.iter().all(|copy| *copy == copies[0]), "a second try is the same letter");
    }
}
