//! The event log: a chain that shows every tampering, and followers that see each event once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskbell::accounts;
use deskbell::base::Error;
use deskbell::base::id::EventId;
use deskbell::events::{self, Act, Event, Follower, Followers, Record, Start, Verdict};
use diesel::connection::SimpleConnection as _;
use futures_util::future::join_all;
use tokio::sync::mpsc;

use crate::cli::{code, err, out};
use crate::desk::TestDesk;

/// A desk whose log has `count` events.
async fn with_events(count: usize) -> TestDesk {
    let desk = TestDesk::start().await;
    more_events(&desk, 0, count).await;
    desk
}

async fn more_events(desk: &TestDesk, from: usize, count: usize) {
    for n in from..from + count {
        desk.team(&format!("Team {n}")).await;
    }
}

async fn verdict(desk: &TestDesk) -> Verdict {
    desk.read(events::verify).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_touched_is_whole() {
    let desk = TestDesk::start().await;
    assert_eq!(verdict(&desk).await, Verdict::Whole { last: EventId(0), hash: String::new() });
    more_events(&desk, 0, 5).await;
    let Verdict::Whole { last, hash } = verdict(&desk).await else { panic!("it is whole") };
    assert_eq!((last, hash.len()), (EventId(5), 64));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changes_the_log_is_found_out_at_the_right_place() {
    let swap = "UPDATE events SET id = -3 WHERE id = 3; UPDATE events SET id = 3 WHERE id = 4; \
        UPDATE events SET id = 4 WHERE id = -3";
    let insert = "UPDATE events SET id = -(id + 1) WHERE id >= 3; UPDATE events SET id = -id WHERE id < 0; \
        INSERT INTO events SELECT 3, at, actor, subject, kind, data, request, prev_hash, hash FROM events WHERE id = 2";
    for (tampering, at, why) in [
        ("UPDATE events SET data = '{\"name\":\"Other\",\"team\":3}' WHERE id = 3", 3, "it was changed"),
        ("UPDATE events SET at = at + 1 WHERE id = 3", 3, "it was changed"),
        ("UPDATE events SET actor = 'agent:1' WHERE id = 3", 3, "it was changed"),
        ("UPDATE events SET request = '' WHERE id = 3", 3, "it was changed"),
        ("UPDATE events SET hash = prev_hash WHERE id = 3", 3, "it was changed"),
        ("UPDATE events SET prev_hash = hash WHERE id = 3", 3, "it does not follow the row before it"),
        ("DELETE FROM events WHERE id = 3", 4, "a row is missing before it"),
        ("DELETE FROM events WHERE id = 1", 2, "a row is missing before it"),
        (swap, 3, "it does not follow the row before it"),
        (insert, 3, "it does not follow the row before it"),
    ] {
        let desk = with_events(6).await;
        desk.sql(tampering).await;
        assert_eq!(verdict(&desk).await, Verdict::Broken { at: EventId(at), why }, "{tampering}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_cut_off_is_known_by_the_hash_that_was_kept() {
    let desk = with_events(6).await;
    let kept = verdict(&desk).await;
    desk.sql("DELETE FROM events WHERE id = 6").await;
    let Verdict::Whole { last, .. } = verdict(&desk).await else { panic!("what is left fits together") };
    assert_eq!(last, EventId(5));
    assert_ne!(verdict(&desk).await, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_at_once_leave_no_gap() {
    let desk = TestDesk::start().await;
    let acts = (0..60).map(|n| {
        desk.try_act(move |act| {
            accounts::create_team(act, &format!("Team {n}"))?;
            // Every third is refused after it recorded something.
            if n % 3 == 0 { Err(Error::Missing) } else { Ok(()) }
        })
    });
    let kept = join_all(acts).await.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(kept, 40);
    let log = desk.read(|db| events::read_after(db, EventId(0), 1_000)).await;
    assert_eq!(log.iter().map(|r| r.id.0).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
    assert!(matches!(verdict(&desk).await, Verdict::Whole { last: EventId(40), .. }));
}

/// Writes down each event that it sees, once: seeing one twice breaks a key.
struct Clerk {
    fails: Arc<AtomicBool>,
    failed: mpsc::UnboundedSender<()>,
}

impl Follower for Clerk {
    fn name(&self) -> &'static str {
        "clerk"
    }

    fn start(&self) -> Start {
        Start::Cursor
    }

    fn follow(&mut self, act: &mut Act<'_>, events: &[Record]) -> Result<(), Error> {
        for Record { id, event, .. } in events {
            let known = if matches!(event, Event::Unknown) { "unknown" } else { "known" };
            let row = format!("INSERT INTO settings (key, value, updated_at) VALUES ('seen:{id}', '{known}', 0)");
            act.db.batch_execute(&row)?;
        }
        if self.fails.load(Ordering::SeqCst) {
            let _ = self.failed.send(());
            return Err(Error::Internal("killed half-way".into()));
        }
        Ok(())
    }
}

const SEEN: &str = "SELECT count(*) AS number FROM settings WHERE key LIKE 'seen:%'";
const UNKNOWN: &str = "SELECT count(*) AS number FROM settings WHERE value = 'unknown'";
const PLACE: &str = "SELECT coalesce(max(cursor), 0) AS number FROM followers WHERE name = 'clerk'";

async fn clerk(desk: &TestDesk, fails: &Arc<AtomicBool>) -> (Followers, mpsc::UnboundedReceiver<()>) {
    let (failed, failures) = mpsc::unbounded_channel();
    let mut followers = Followers::new(desk.app().books.clone(), &prometheus::Registry::new()).unwrap();
    followers.add(Clerk { fails: Arc::clone(fails), failed }).await.unwrap();
    (followers, failures)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_durable_follower_sees_each_event_once_across_crashes_and_restarts() {
    let mut desk = with_events(7).await;
    let fails = Arc::new(AtomicBool::new(true));
    let (followers, mut failures) = clerk(&desk, &fails).await;
    failures.recv().await.unwrap();
    followers.stop().await;
    assert_eq!((desk.number(SEEN).await, desk.number(PLACE).await), (0, 0), "what it did went with its place");

    fails.store(false, Ordering::SeqCst);
    let (followers, _failures) = clerk(&desk, &fails).await;
    followers.have_seen(EventId(7)).await;
    assert_eq!((desk.number(SEEN).await, desk.number(PLACE).await), (7, 7));
    more_events(&desk, 7, 3).await;
    followers.have_seen(EventId(10)).await;
    followers.stop().await;

    more_events(&desk, 10, 2).await;
    desk.restart().await;
    let (followers, _failures) = clerk(&desk, &fails).await;
    followers.have_seen(EventId(12)).await;
    assert_eq!((desk.number(SEEN).await, desk.number(PLACE).await), (12, 12), "also what came while nobody followed");
    followers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_version_wrote_holds_nobody_up() {
    let desk = with_events(2).await;
    desk.settle().await;
    desk.sql(
        "INSERT INTO events (id, at, actor, subject, kind, data, request, prev_hash, hash) \
         SELECT id + 1, at, 'robot:7', 'planet:9', 'ticket_teleported', '{\"far\":true}', NULL, hash, hash \
         FROM events ORDER BY id DESC LIMIT 1",
    )
    .await;
    let (followers, _failures) = clerk(&desk, &Arc::new(AtomicBool::new(false))).await;
    more_events(&desk, 2, 1).await;
    followers.have_seen(EventId(4)).await;
    assert_eq!((desk.number(SEEN).await, desk.number(UNKNOWN).await), (4, 1));
    followers.stop().await;
    desk.settle().await;
    let log = desk.read(|db| events::read_after(db, EventId(2), 10)).await;
    assert_eq!((log[0].event.clone(), log[0].actor), (Event::Unknown, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_verifies_a_desk_that_runs() {
    let desk = with_events(4).await;
    let whole = desk.cli(&["events", "verify"], "");
    assert_eq!((code(&whole), err(&whole).as_str()), (0, ""));
    assert!(out(&whole).starts_with("whole: 4 events; the newest has the hash "), "{}", out(&whole));
    let whole = desk.cli(&["events", "verify", "--json"], "");
    let json: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
    assert_eq!((code(&whole), &json["whole"], &json["last"]), (0, &true.into(), &4.into()));
    assert_eq!(json["hash"].as_str().unwrap().len(), 64);

    desk.sql("DELETE FROM events WHERE id = 2").await;
    let broken = desk.cli(&["events", "verify"], "");
    assert_eq!((code(&broken), out(&broken).as_str()), (1, "BROKEN at event 3: a row is missing before it\n"));
    let broken = desk.cli(&["events", "verify", "--json"], "");
    let json: serde_json::Value = serde_json::from_slice(&broken.stdout).unwrap();
    assert_eq!((code(&broken), &json["whole"], &json["broken_at"]), (1, &false.into(), &3.into()));
}
