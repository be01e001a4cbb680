//! The command line against real servers: without a daemon, and beside one.

use std::process::{Output, Stdio};
use std::time::Duration;

use deskbell::mailboxes::{OutboundKind, OutboundState, Outcome};
use deskbell::tickets::TicketNumber;
use serde_json::Value;

use super::house::{House, letter, now, until};
use super::laid::today;
use crate::cli::{code, err, out};
use crate::desk::TestDesk;

/// A mail that nobody can read.
const UNREADABLE: &[u8] = b"no header at all";

#[tokio::test(flavor = "multi_thread")]
async fn mailboxes_are_tried_and_read_by_hand() {
    let house = House::build().await;
    house.dovecot.lay("support", (0..3).map(letter));
    house.dovecot.lay("support", [UNREADABLE.to_vec()]);
    house.mailbox(house.card(&house.dovecot.tls()), "secret").await;
    let run = |args: &[&str]| {
        let output = house.premises.run(args);
        (code(&output), out(&output), err(&output))
    };
    let json = |args: &[&str]| -> Value {
        let (code, out, err) = run(&[args, &["--json"]].concat());
        assert_eq!(code, 0, "{args:?}: {out}{err}");
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("{args:?}: {e}: {out}"))
    };

    let (code, told, err) = run(&["mail", "fetch-once", "support@desk.test"]);
    assert_eq!((code, told.as_str()), (0, "support@desk.test: read\n"), "{err}");
    let rows = json(&["mail", "ledger"]);
    assert_eq!(rows.as_array().unwrap().len(), 4, "{rows}");
    let found = json(&["mail", "ledger", "--find", "letter-1@d1.example"]);
    assert_eq!(
        (&found[0]["subject"], &found[0]["outcome"], &found[1]),
        (&"Letter 1".into(), &"entry".into(), &Value::Null)
    );
    let read = json(&["mail", "fetch-once"]);
    assert_eq!((&read[0]["mailbox"], &read[0]["ok"]), (&"support@desk.test".into(), &true.into()), "{read}");
    assert_eq!(json(&["mail", "ledger"]), rows, "once more changes nothing");

    let aside = json(&["mail", "quarantine", "list"]);
    let id = aside[0]["id"].to_string();
    assert_eq!((&aside[0]["outcome"], &aside[1]), (&"quarantined".into(), &Value::Null));
    assert!(run(&["mail", "quarantine", "show", &id]).1.contains("no header at all"));
    let (code, told, err) = run(&["mail", "quarantine", "retry", &id]);
    assert!(code == 1 && told.starts_with("quarantined: "), "{code} {told}{err}");

    // Whoever wrote is told by the daemon, which sends.
    let letters = json(&["mail", "outbox"]);
    assert_eq!((letters.as_array().unwrap().len(), &letters[0]["state"]), (2, &"queued".into()), "{letters}");
    let since = now();
    let daemon = house.start();
    until("the daemon has read it", || house.support().fetched_at.is_some_and(|at| at >= since)).await;
    until("they are told", || house.sink.taken().len() == 2).await;
    until("that is noted", || json(&["mail", "outbox", "--state", "sent"]).as_array().unwrap().len() == 2).await;
    let (code, told, err) = run(&["mail", "fetch-once", "support@desk.test"]);
    assert_eq!(code, 75, "the daemon reads it just now: {told}{err}");
    daemon.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_tried_down_to_a_letter_to_itself_that_arrives() {
    let house = House::build().await;
    house.dovecot.lay("support", (0..4).map(letter));
    house.mailbox(house.card(&house.dovecot.tls()), "secret").await;
    let output = carrying(&house, &["mail", "test", "support@desk.test"]).await;
    let told = out(&output);
    assert_eq!(code(&output), 0, "{told}{}", err(&output));
    let steps: Vec<&str> = told.lines().map(|line| line.split(':').next().unwrap()).collect();
    let expected = [
        "ok        Connect",
        "ok        TLS",
        "ok        Sign in",
        "ok        Folders",
        "ok        Fetch",
        "ok        Connect for sending",
        "ok        TLS for sending",
        "ok        Sign in for sending",
        "ok        Send to itself",
        "ok        Arrive",
    ];
    assert_eq!(steps, expected, "{told}");
    assert!(told.contains("4 letters are there, and the newest can be read."), "{told}");
    assert!(house.ledger().is_empty(), "trying takes nothing");
    let letter = house.outbox().remove(0);
    assert_eq!((letter.kind, letter.state), (OutboundKind::Trial, OutboundState::Sent));

    let run = |args: &[&str]| {
        let output = house.premises.run(args);
        (code(&output), out(&output), err(&output))
    };
    house.sql("UPDATE mailboxes SET login = 'nobody@desk.test'");
    let (code, told, err) = run(&["mail", "test", "support@desk.test"]);
    assert!(code == 69 && told.contains("FAILED    Sign in: The server does not accept"), "{code}: {told}{err}");
    assert!(!told.contains("Send to itself"), "{told}");
    let (_, told, _) = run(&["mail", "test", "support@desk.test", "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    let last = told["steps"].as_array().unwrap().last().unwrap();
    assert_eq!((&told["ok"], &last["step"], &last["state"]), (&false.into(), &"login".into(), &"bad".into()), "{told}");
}

/// Runs a command, and meanwhile hands what the sink takes over to Dovecot, as mail servers do.
async fn carrying(house: &House, args: &[&str]) -> Output {
    let mut command = house.premises.command(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut done, mut look) = (house.sink.taken().len(), tokio::time::interval(Duration::from_millis(20)));
    while child.try_wait().unwrap().is_none() {
        for letter in house.sink.taken().iter().skip(done) {
            house.dovecot.deliver("support", &[&letter.octets]).await;
            done += 1;
        }
        look.tick().await;
    }
    child.wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_nobody_could_read_becomes_a_ticket_or_is_refused_by_hand() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let first = desk.set_aside(&mailbox, 1, &today("ada@example.com", "Pump drips", "1@x")).await;
    let second = desk.set_aside(&mailbox, 2, &today("junk@example.com", "Win", "2@x")).await;
    let run = |args: &[&str]| {
        let output = desk.cli(&[&["mail", "quarantine"], args].concat(), "");
        (code(&output), out(&output), err(&output))
    };
    let (first_id, second_id) = (first.to_string(), second.to_string());
    let (code, told, err) = run(&["ticket", &first_id]);
    let row = desk.ledger().await.into_iter().find(|row| row.id == first).unwrap();
    assert_eq!((code, row.outcome), (0, Outcome::Entry), "{told}{err}");
    assert_eq!(told, format!("#{}\n", TicketNumber::of(row.ticket.unwrap())));
    let files = "SELECT count(*) AS number FROM attachments WHERE media_type = 'message/rfc822'";
    assert_eq!(desk.number(files).await, 1, "the mail goes along as it came");

    let (code, _, err) = run(&["refuse", &second_id]);
    assert!(code == 2 && err.contains("--reason"), "whoever refuses says why: {err}");
    let (code, told, err) = run(&["refuse", &second_id, "--reason", "  "]);
    assert!(code == 1 && err.contains("reason: "), "{told}{err}");
    let (code, told, err) = run(&["refuse", &second_id, "--reason", "junk", "--json"]);
    let row: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{code} {told}{err}"));
    assert_eq!((&row["outcome"], &row["reason"]), (&"refused".into(), &"junk".into()), "{row}");
    let (_, told, _) = run(&["list", "--json"]);
    assert_eq!(told.trim(), "[]");

    for args in [&["ticket", &first_id][..], &["refuse", &second_id, "--reason", "junk"], &["ticket", "999"]] {
        let (code, told, err) = run(args);
        assert!(code == 1 && !err.contains("error-"), "{args:?}: {told}{err}");
    }
    assert_eq!(desk.number("SELECT count(*) AS number FROM tickets").await, 1);
}
