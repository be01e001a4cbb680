//! Archives of old mails: they become tickets with their own times, once, and nobody is told.

use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use deskbell::base::{Error, Timestamp};
use deskbell::mail::archive::{Archive, Kind};
use deskbell::mailboxes::{Import, Mailbox, Outcome, Tally, Told, import};
use deskbell::tickets::{self, Status};

use super::laid::{mail, today};
use crate::desk::TestDesk;

/// 2020-03-01 10:00 UTC.
const THEN: Timestamp = Timestamp(1_583_056_800_000);

fn old(from: &str, subject: &str, id: &str, day: u32, more: &str) -> String {
    mail(from, subject, id, &format!("{day} Mar 2020 10:00:00 +0000"), more).replace("\r\n", "\n")
}

fn mbox(mails: &[String]) -> String {
    let one = |mail: &String| {
        let quoted = mail.replace("\n>From ", "\n>>From ").replace("\nFrom ", "\n>From ");
        format!("From somebody@x Sun Mar  1 10:00:00 2020\n{quoted}\n")
    };
    mails.iter().map(one).collect()
}

/// Takes an archive; gives what became of it and the names of what was left out.
async fn run(desk: &TestDesk, mailbox: &Mailbox, kind: Kind, path: &Path, how: Import) -> (Tally, Vec<String>) {
    let archive = Archive::list(kind, path).unwrap();
    let mut left_out = Vec::new();
    let tally = import(&desk.app().room, mailbox, &archive, &how, |told| {
        if let Told::Skipped(name, why) = told {
            left_out.push(format!("{name}: {why}"));
        }
        ControlFlow::Continue(())
    });
    (tally.await.unwrap(), left_out)
}

fn named(name: &str) -> Import {
    Import { name: name.into(), ..Import::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_mbox_becomes_tickets_with_their_own_times_and_nobody_is_told() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let mut first = old("Ada <ada@example.com>", "Pump drips", "1@old.example", 1, "Cc: bob@example.com\n");
    first.push_str("From the roof it drips.\n\nFrom here on too.\n>From a quote.\n");
    let answer = old("bob@example.com", "Re: Pump drips", "2@old.example", 2, "In-Reply-To: <1@old.example>\n");
    let bounce =
        old("MAILER-DAEMON@example.com", "Undeliverable", "3@old.example", 3, "Auto-Submitted: auto-replied\n");
    let path = desk.folder().join("old.mbox");
    // The answer stands before what it answers.
    std::fs::write(&path, mbox(&[answer.clone(), first.clone(), "no mail at all\n".into(), bounce, first.clone()]))
        .unwrap();
    let dry = run(&desk, &mailbox, Kind::Mbox, &path, Import { dry_run: true, ..named("old.mbox") }).await.0;
    assert_eq!((dry.taken + dry.left_out, dry.quarantined, dry.duplicates), (3, 1, 1), "{dry:?}");
    assert!(desk.ledger().await.is_empty(), "a dry run writes nothing");
    let (tally, left_out) = run(&desk, &mailbox, Kind::Mbox, &path, named("old.mbox")).await;
    assert_eq!((tally.mails, tally.done, tally.quarantined, tally.duplicates), (5, 5, 1, 1), "{tally:?} {left_out:?}");
    assert!(left_out.iter().any(|line| line.contains("mail-reason-no-headers")), "{left_out:?}");
    let rows = desk.ledger().await;
    assert!(rows.iter().all(|row| row.is_history() && row.folder == "import:old.mbox" && row.filed_at.is_some()));
    let of = |sender: &str| rows.iter().find(|row| row.sender == sender).unwrap().clone();
    let (ada, bob) = (of("ada@example.com"), of("bob@example.com"));
    assert_eq!((ada.outcome, ada.ticket), (Outcome::Entry, bob.ticket), "the answer joined, though it stood first");
    let ticket = ada.ticket.unwrap();
    let (found, entries) =
        desk.read(move |db| Ok((tickets::by_id(db, ticket)?, tickets::entries_of(db, ticket)?))).await;
    assert_eq!((found.created_at, found.updated_at), (THEN, THEN.plus_ms(86_400_000)));
    let first_entry = entries.iter().find(|entry| Some(entry.id) == ada.entry).unwrap();
    assert_eq!(first_entry.created_at, THEN);
    assert!(first_entry.body.contains("From the roof it drips."), "{}", first_entry.body);
    assert!(found.requester_id.is_some(), "people are learned");
    desk.settle().await;
    assert_eq!(desk.number("SELECT count(*) AS number FROM outbound_mails").await, 0, "nobody is told");
    let by_import = "SELECT count(*) AS number FROM events WHERE kind = 'ticket_created' AND actor <> 'import'";
    assert_eq!(desk.number(by_import).await, 0, "and nobody will be: it is marked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_archive_twice_gives_no_doubles_and_another_copy_neither() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let mails: Vec<String> =
        (1..=5).map(|n| old("ada@example.com", &format!("Number {n}"), &format!("{n}@old.example"), n, "")).collect();
    let path = desk.folder().join("a.mbox");
    std::fs::write(&path, mbox(&mails)).unwrap();
    assert_eq!(run(&desk, &mailbox, Kind::Mbox, &path, named("a")).await.0.taken, 5);
    // Sorted otherwise, and grown.
    let mut more: Vec<String> = mails.iter().rev().cloned().collect();
    more.insert(2, old("ada@example.com", "Number 6", "6@old.example", 6, ""));
    std::fs::write(&path, mbox(&more)).unwrap();
    let again = run(&desk, &mailbox, Kind::Mbox, &path, named("a")).await.0;
    assert_eq!((again.known, again.taken), (5, 1), "{again:?}");
    let copy = run(&desk, &mailbox, Kind::Mbox, &path, named("b")).await.0;
    assert_eq!((copy.known, copy.taken, copy.duplicates), (0, 0, 6), "{copy:?}");
    assert_eq!(desk.number("SELECT count(*) AS number FROM entries").await, 6);
    // What the server still has of them is no news either.
    desk.deliver(&mailbox, &[&mails[0].replace('\n', "\r\n")]).await;
    assert_eq!(desk.ledger().await.last().unwrap().outcome, Outcome::Duplicate);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_stopped_goes_on_where_it_was() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let mails: Vec<String> =
        (0..120).map(|n| old("ada@example.com", &format!("Number {n}"), &format!("{n}@old.example"), 1, "")).collect();
    let path = desk.folder().join("a.mbox");
    std::fs::write(&path, mbox(&mails)).unwrap();
    let archive = Archive::list(Kind::Mbox, &path).unwrap();
    let stop = |told: Told<'_>| match told {
        Told::Progress(_) => ControlFlow::Break(()),
        Told::Skipped(..) => ControlFlow::Continue(()),
    };
    let part = import(&desk.app().room, &mailbox, &archive, &named("a"), stop).await.unwrap();
    assert!(part.taken > 0 && part.taken < 120, "{part:?}");
    // As if it had been killed between the disk and the tickets.
    let killed = "UPDATE inbound_mails SET outcome = 'reading', ticket_id = NULL, entry_id = NULL, settled_at = NULL, \
        content_key = NULL WHERE id = (SELECT max(id) FROM inbound_mails)";
    desk.sql(killed).await;
    let rest = run(&desk, &mailbox, Kind::Mbox, &path, named("a")).await.0;
    assert_eq!((rest.known, rest.taken), (part.taken, 120 - part.taken), "{rest:?}");
    let rows = desk.ledger().await;
    assert_eq!((rows.len(), rows.iter().filter(|row| row.outcome == Outcome::Entry).count()), (120, 120));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maildir_and_a_folder_of_files_are_taken() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let maildir = desk.folder().join("Maildir");
    for folder in ["cur", "new", "tmp", ".Sent/cur"] {
        std::fs::create_dir_all(maildir.join(folder)).unwrap();
    }
    let write = |at: &str, text: String| std::fs::write(maildir.join(at), text).unwrap();
    write("cur/1.a:2,S", old("ada@example.com", "One", "1@old.example", 1, ""));
    write("cur/2.a:2,ST", old("ada@example.com", "Trashed", "2@old.example", 1, ""));
    write("cur/3.a:2,D", old("ada@example.com", "Draft", "3@old.example", 1, ""));
    write("new/4.a", old("ada@example.com", "Four", "4@old.example", 4, ""));
    write("tmp/5.a", old("ada@example.com", "Half", "5@old.example", 5, ""));
    let (tally, left_out) = run(&desk, &mailbox, Kind::Maildir, &maildir, named("Maildir")).await;
    assert_eq!((tally.mails, tally.taken, left_out.len()), (2, 2, 3), "{tally:?} {left_out:?}");
    assert!(Archive::list(Kind::Maildir, &desk.folder()).is_err(), "not every folder is one");

    let folder = desk.folder().join("mails");
    std::fs::create_dir_all(folder.join("deep")).unwrap();
    std::fs::write(folder.join("b.EML"), old("ada@example.com", "Six", "6@old.example", 6, "")).unwrap();
    std::fs::write(folder.join("deep/a.eml"), old("ada@example.com", "Seven", "7@old.example", 7, "")).unwrap();
    std::fs::write(folder.join("notes.txt"), "no mail").unwrap();
    std::os::unix::fs::symlink(&folder, folder.join("deep/round")).unwrap();
    let (tally, left_out) = run(&desk, &mailbox, Kind::Eml, &folder, named("mails")).await;
    assert_eq!((tally.taken, left_out.len()), (2, 2), "{tally:?} {left_out:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_can_be_closed_and_leaves_what_is_alive_alone() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    desk.deliver(&mailbox, &[&today("ada@example.com", "Alive", "alive@old.example")]).await;
    let alive = desk.ledger().await[0].ticket.unwrap();
    desk.sql("UPDATE tickets SET status = 'waiting'").await;
    let path = desk.folder().join("a.mbox");
    let question = old("bob@example.com", "Long ago", "1@old.example", 1, "");
    let answer = old("bob@example.com", "Re: Long ago", "2@old.example", 2, "In-Reply-To: <1@old.example>\n");
    let joins = old("ada@example.com", "Re: Alive", "3@old.example", 3, "In-Reply-To: <alive@old.example>\n");
    std::fs::write(&path, mbox(&[question, answer, joins])).unwrap();
    let (tally, _) = run(&desk, &mailbox, Kind::Mbox, &path, Import { closed: true, ..named("a") }).await;
    assert_eq!(tally.taken, 3, "{tally:?}");
    let past = desk.ledger().await.iter().find(|row| row.message_id == "1@old.example").unwrap().ticket.unwrap();
    let (past, alive) = desk.read(move |db| Ok((tickets::by_id(db, past)?, tickets::by_id(db, alive)?))).await;
    assert_eq!((past.status, past.closed_at), (Status::Closed, Some(THEN.plus_ms(86_400_000))));
    assert_eq!((alive.status, alive.updated_at), (Status::Waiting, crate::desk::NOON), "an old letter is no news");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_that_goes_through_a_whole_archive_is_closed_at_its_end() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    // More than are taken at once lie between question and answer.
    let others = (0..70).map(|n| old("max@example.com", &format!("Tap {n}"), &format!("tap{n}@x"), 2, ""));
    let first = old("ada@example.com", "Pump", "pump@x", 1, "");
    let last = old("ada@example.com", "Re: Pump", "again@x", 3, "In-Reply-To: <pump@x>\n");
    let mails: Vec<String> = std::iter::once(first).chain(others).chain([last]).collect();
    let path = desk.folder().join("a.mbox");
    std::fs::write(&path, mbox(&mails)).unwrap();
    run(&desk, &mailbox, Kind::Mbox, &path, Import { closed: true, ..named("a") }).await;
    assert_eq!(desk.number("SELECT count(*) AS number FROM tickets").await, 71);
    assert_eq!(desk.number("SELECT count(*) AS number FROM tickets WHERE closed_at IS NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_that_was_killed_before_it_was_closed_is_closed_by_the_next_import() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let mails: Vec<String> =
        (1..=3).map(|n| old("ada@example.com", &format!("Number {n}"), &format!("{n}@old.example"), n, "")).collect();
    let path = desk.folder().join("a.mbox");
    std::fs::write(&path, mbox(&mails)).unwrap();
    // As if it had been killed when the mails were tickets; one of them was not even that.
    assert_eq!(run(&desk, &mailbox, Kind::Mbox, &path, named("a")).await.0.taken, 3);
    desk.sql(
        "UPDATE inbound_mails SET outcome = 'reading', ticket_id = NULL, entry_id = NULL, settled_at = NULL, \
         content_key = NULL WHERE id = (SELECT max(id) FROM inbound_mails)",
    )
    .await;
    let how = || Import { closed: true, ..named("a") };
    let again = run(&desk, &mailbox, Kind::Mbox, &path, how()).await.0;
    assert_eq!((again.known, again.taken), (3, 0), "{again:?}");
    let tickets: Vec<_> = desk.ledger().await.iter().map(|row| row.ticket.unwrap()).collect();
    for id in &tickets {
        let id = *id;
        assert_eq!(desk.read(move |db| tickets::by_id(db, id)).await.status, Status::Closed);
    }
    // What somebody works on since then is left alone.
    let id = tickets[0];
    desk.act(move |act| tickets::by_id(act.db, id)?.reopen(act)).await;
    let agent = desk.agent("bob", deskbell::accounts::Role::Agent).await;
    desk.act_as(agent, move |act| tickets::by_id(act.db, id)?.note(act, "She asks again.")).await.unwrap();
    run(&desk, &mailbox, Kind::Mbox, &path, how()).await;
    assert_ne!(desk.read(move |db| tickets::by_id(db, id)).await.status, Status::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_does_not_fill_the_last_of_the_disk() {
    let desk = TestDesk::configured(&[("mail.free_mib_min", "1000000000")]).await;
    let mailbox = desk.mailbox().await;
    let path = desk.folder().join("a.mbox");
    std::fs::write(&path, mbox(&[old("bob@example.com", "Long ago", "1@old.example", 1, "")])).unwrap();
    let archive = Archive::list(Kind::Mbox, &path).unwrap();
    let room = desk.app().room.clone();
    let taken = import(&room, &mailbox, &archive, &named("a"), |_| ControlFlow::Continue(())).await;
    assert!(matches!(taken, Err(Error::Busy(_))), "{taken:?}");
    assert!(desk.ledger().await.is_empty());
    let dry = Import { dry_run: true, ..named("a") };
    assert!(
        import(&room, &mailbox, &archive, &dry, |_| ControlFlow::Continue(())).await.is_ok(),
        "looking takes nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_imports_beside_the_daemon() {
    let desk = TestDesk::start().await;
    desk.mailbox().await;
    let path = desk.folder().join("old.mbox");
    std::fs::write(&path, mbox(&[old("ada@example.com", "One", "1@old.example", 1, ""), "junk\n".into()])).unwrap();
    let path = path.to_str().unwrap();
    let run =
        |args: &[&str]| desk.cli(&[&["import", "mbox", path, "--mailbox", "help@example.org"], args].concat(), "");
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    let dry = run(&["--dry-run"]);
    assert_eq!((dry.status.code(), desk.ledger().await.len()), (Some(0), 0), "{}", text(dry.stderr));
    assert!(text(dry.stdout).contains("2 of 2 mails: 1 would be taken"));
    let output = run(&["--json"]);
    let (out, err) = (text(output.stdout), text(output.stderr));
    let told: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert_eq!((&told["counts"]["taken"], &told["counts"]["quarantined"]), (&1.into(), &1.into()), "{out}");
    assert_eq!((told["left_out"][0]["mail"].as_str(), err.as_str()), (Some("mail 2"), ""), "no bar into a pipe");
    assert!(text(run(&[]).stdout).contains("2 known from an earlier import"));
    let wrong = desk.cli(&["import", "maildir", path, "--mailbox", "help@example.org"], "");
    assert!(wrong.status.code() == Some(1) && text(wrong.stderr).contains("no Maildir"));
    assert_eq!(desk.cli(&["import", "pst", path, "--mailbox", "help@example.org"], "").status.code(), Some(2));
}

/// Lays an archive of so many mails of this kind into a folder, each about something else.
fn archive(folder: &Path, kind: &str, mails: usize) {
    for name in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    for n in 0..mails {
        let name = if kind == "eml" { format!("new/{n:04}.eml") } else { format!("cur/{n:04}.a:2,S") };
        let mail = old("ada@example.com", &format!("Number {n}"), &format!("{n}@old.example"), 1, "");
        std::fs::write(folder.join(name), mail).unwrap();
    }
}

/// Runs the console until the ledger has more than so many mails, then sends it a signal.
async fn interrupted(desk: &TestDesk, args: &[&str], mails: i64, signal: &str) -> Output {
    let child = desk.command(env!("CARGO_BIN_EXE_deskbell")).args(args).spawn().unwrap();
    let mut look = tokio::time::interval(Duration::from_millis(5));
    while desk.number("SELECT count(*) AS number FROM inbound_mails").await <= mails {
        look.tick().await;
    }
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    child.wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_by_the_console_that_is_killed_or_told_to_stop_loses_and_doubles_nothing() {
    const MANY: i64 = 600;
    for kind in ["eml", "maildir"] {
        let desk = TestDesk::start().await;
        desk.mailbox().await;
        let folder = desk.folder().join("old");
        archive(&folder, kind, usize::try_from(MANY).unwrap());
        let args = ["import", kind, folder.to_str().unwrap(), "--mailbox", "help@example.org"];
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();

        let killed = interrupted(&desk, &args, 0, "KILL").await;
        assert_eq!(killed.status.code(), None, "{kind}: {}", text(&killed.stdout));
        let had = desk.number("SELECT count(*) AS number FROM inbound_mails").await;
        let stopped = interrupted(&desk, &args, had, "TERM").await;
        let said = text(&stopped.stdout);
        assert_eq!(stopped.status.code(), Some(75), "{kind}: {said}{}", text(&stopped.stderr));
        assert!(said.contains("stopped before the end; run the same command again to go on"), "{said}");
        assert!(had < MANY && desk.number("SELECT count(*) AS number FROM tickets").await < MANY);

        let whole = desk.cli(&[&args[..], &["--json"]].concat(), "");
        let told: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
        let count = |name: &str| told["counts"][name].as_i64().unwrap();
        assert_eq!((whole.status.code(), &told["whole"]), (Some(0), &true.into()), "{told}");
        assert_eq!((count("known") + count("taken"), count("duplicates") + count("left_out")), (MANY, 0), "{told}");
        assert!(count("known") > had, "{told}");
        for table in
            ["inbound_mails WHERE outcome = 'entry'", "inbound_mails", "entries WHERE kind = 'letter'", "tickets"]
        {
            assert_eq!(desk.number(&format!("SELECT count(*) AS number FROM {table}")).await, MANY, "{kind}: {table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_shows_how_far_an_import_is_to_whoever_looks_on() {
    let desk = TestDesk::start().await;
    desk.mailbox().await;
    let folder = desk.folder().join("old");
    archive(&folder, "eml", 120);
    std::fs::write(folder.join("new/0003.eml"), "junk\n").unwrap();
    let program = env!("CARGO_BIN_EXE_deskbell");
    let line = format!("{program} import eml {} --mailbox help@example.org", folder.display());
    // It makes a terminal.
    let mut script = desk.command("/usr/bin/script");
    let output = script.args(["-q", "-e", "-c", &line, "/dev/null"]).output();
    let output = output.expect("script is needed; tests/run installs what tests need");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    for words in [
        "\r[############------------------] 50 of 120",
        "\r[##############################] 120 of 120\r\n",
        "left out: ",
        "120 of 120 mails: 119 taken, 0 known from an earlier import, 0 duplicates, 1 unreadable",
    ] {
        assert!(said.contains(words), "{words:?}: {said:?}");
    }
}
