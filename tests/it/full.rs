//! What the desk does when it can't write: the database is locked by somebody else, the disk is full. It must say so, go on
//! reading, lose nothing that it acknowledged, and recover by itself.

use std::io::Write as _;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use deskbell::accounts::Role;
use deskbell::app::target;
use deskbell::calls::{self, CallFilter};
use deskbell::db::{Db, Target};
use deskbell::tickets::CallOutcome;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _};

use crate::desk::{Browser, Daemon, PASSWORD, Pbx, Premises, TestDesk, expect_error, sqlite};

/// The desk gives the database five seconds.
const PATIENCE: Duration = Duration::from_secs(15);

/// Somebody who has begun to write and does not end, such as a backup program that locks; ends when it is dropped.
fn hold_lock(desk: &TestDesk) -> Db {
    match target(desk.config()) {
        Target::Sqlite(path) => {
            let mut db = sqlite(&path);
            db.batch_execute("BEGIN IMMEDIATE").unwrap();
            db
        }
        Target::Postgres(url) => {
            let mut connection = PgConnection::establish(&url).unwrap();
            // Others may read these, and nobody may write them.
            connection.batch_execute("BEGIN; LOCK TABLE calls, tickets, entries IN EXCLUSIVE MODE").unwrap();
            Db::Postgres(connection)
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_refuses_and_recovers() {
    expect_error("calls could not be kept");
    let desk = TestDesk::with_line().await;
    let mut browser = desk.signed_in("ada", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    let ringing = pbx.ring("+4930901820", "helpdesk").await;
    desk.settle().await;
    let lock = hold_lock(&desk);

    // A call that the desk can't keep does not ring: the PBX hears so, and when to try again.
    let refused = pbx.invite("+4930901821", "helpdesk", "").await;
    let answer = until(&mut pbx, "SIP/2.0 503 ").await;
    assert!(answer.contains("Retry-After: "), "{answer}");
    pbx.ack(&refused, &answer).await;
    // One that rang already ends for the PBX at once; its end is kept when that can be.
    pbx.cancel(&ringing, "SIP;cause=200").await;
    // People are told, their text is not lost, and what needs no writing works.
    let page = browser.post("/t/new", &[("subject", "No water"), ("priority", "normal")]).await;
    assert_eq!(page.status, 503, "{}", page.words());
    assert!(!page.header("retry-after").is_empty());
    assert!(page.text.contains("value=\"No water\"") && page.words().contains("busy"), "{}", page.words());
    let page = browser.get("/t?closed=1").await;
    assert!(page.status == 200 && page.text.contains("30 901820"), "{}: {}", page.status, page.words());
    assert_eq!(browser.get("/calls").await.status, 200);

    drop(lock);
    pbx.ring("+4930901822", "helpdesk").await;
    desk.ended(1).await;
    let page = desk.read(|db| calls::ended(db, &CallFilter::default(), None, 10)).await;
    assert_eq!(page.rows[0].outcome, Some(CallOutcome::AnsweredElsewhere));
    let page = browser.post("/t/new", &[("subject", "No water"), ("priority", "normal")]).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let callers = desk.read(|db| calls::ringing(db, 10)).await;
    let mut callers: Vec<_> = callers.into_iter().filter_map(|call| call.caller_key).collect();
    callers.dedup();
    assert!(callers.contains(&"+4930901822".to_owned()), "{callers:?}");
    assert!(!callers.contains(&"+4930901821".to_owned()), "a call that was refused is not there: {callers:?}");
}

/// Waits for an answer that may take as long as the desk waits for the database.
async fn until(pbx: &mut Pbx, wanted: &str) -> String {
    loop {
        let heard = pbx.wire.hear(PATIENCE).await.expect("the desk answers");
        if heard.starts_with(wanted) {
            return heard;
        }
        assert!(heard.starts_with("SIP/2.0 1"), "{heard}");
    }
}

/// A command that runs behind a script, which may mount what only they see: `$1` and so on are these folders. As root that
/// needs nothing; others need a kernel that lets users make namespaces.
pub fn behind(script: &str, folders: &[&Path], then: &Command) -> Command {
    let script = format!("set -e; {script}; shift {}; exec \"$@\"", folders.len());
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0);
    let mut command = Command::new("unshare");
    command.arg(if is_root { "-m" } else { "-rm" }).args(["--", "sh", "-c", &script, "sh"]).args(folders);
    command.arg(then.get_program()).args(then.get_args()).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
}

/// A daemon whose data lies on a disk of 24 MB: a tmpfs that only this process sees.
fn on_a_small_disk(premises: &Premises) -> (Daemon, PathBuf) {
    let script = "cp -a \"$1\" \"$2\"; mount -t tmpfs -o size=24m,mode=700 deskbell \"$1\"; cp -a \"$2\"/. \"$1\"; \
        rm -r \"$2\"";
    let (data, aside) = (premises.data(), premises.data().with_extension("aside"));
    let command = behind(script, &[&data, &aside], &premises.command(&["serve"]));
    let daemon = Daemon::start(command).unwrap_or_else(|gone| {
        panic!("no daemon on a small disk: be root, or let users make mount namespaces (unshare -rm): {gone:?}")
    });
    // From outside, the disk is to be seen through the process only.
    let seen = PathBuf::from(format!("/proc/{}/root{}", daemon.pid(), data.display()));
    assert!(seen.join("deskbell.db").exists());
    (daemon, seen)
}

/// Fills a disk to the last octet.
pub fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("filler");
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&path).unwrap();
    for size in [1 << 20, 4_096, 1] {
        while file.write_all(&vec![7; size]).is_ok() {}
    }
    path
}

#[derive(Debug, diesel::QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    sip_call_id: String,
}

/// The Call-IDs that a database has with their entry.
fn kept(database: &Path) -> Vec<String> {
    let query = diesel::sql_query(
        "SELECT sip_call_id FROM calls WHERE (SELECT count(*) FROM entries WHERE entries.call_id = calls.id \
         AND entries.ticket_id = calls.ticket_id) = 1",
    );
    let Db::Sqlite(mut db) = sqlite(database) else { unreachable!() };
    query.load::<Kept>(&mut db).unwrap().into_iter().map(|row| row.sip_call_id).collect()
}

/// Calls until one is refused; says which rang.
async fn call_until_refused(pbx: &mut Pbx, rang: &mut Vec<String>) -> String {
    loop {
        let call = pbx.invite(&format!("+4930{}", 901_000 + rang.len()), "helpdesk", "").await;
        let answer = loop {
            let heard = pbx.wire.hear(PATIENCE).await.expect("the desk answers");
            if !heard.starts_with("SIP/2.0 100 ") {
                break heard;
            }
        };
        if !answer.starts_with("SIP/2.0 180 ") {
            pbx.ack(&call, &answer).await;
            return answer;
        }
        rang.push(pbx.call_id(&call));
        assert!(rang.len() < 5_000, "the disk does not get full");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_recovers() {
    // Always on SQLite: the disk of a PostgreSQL server is that server's.
    let premises = Premises::prepare_on_sqlite().await;
    let (daemon, disk) = on_a_small_disk(&premises);
    let mut browser = Browser::new(&daemon.url());
    assert_eq!(browser.sign_in("ada", PASSWORD).await.status, 200);
    let mut pbx = Pbx::udp(daemon.sip_udp).await;
    let first = pbx.ring("+4930901820", "helpdesk").await;
    let mut rang = vec![pbx.call_id(&first)];

    let filler = fill(&disk);
    let answer = call_until_refused(&mut pbx, &mut rang).await;
    assert!(answer.starts_with("SIP/2.0 503 ") && answer.contains("Retry-After: "), "{answer}");
    fill(&disk);
    let page = browser.post("/t/new", &[("subject", "No water"), ("priority", "normal")]).await;
    assert!(page.status == 503 && page.words().contains("disk"), "{}: {}", page.status, page.words());
    assert!(page.text.contains("value=\"No water\""), "{}", page.text);
    let page = browser.get("/t").await;
    assert!(page.status == 200 && page.text.contains("30 901820"), "{}: {}", page.status, page.words());
    assert_eq!(ready(&daemon).await, 503);
    // A call ends while nothing can be written.
    pbx.cancel(&first, "SIP;cause=200").await;

    std::fs::remove_file(filler).unwrap();
    let call = pbx.ring("+4930901899", "helpdesk").await;
    rang.push(pbx.call_id(&call));
    let page = browser.post("/t/new", &[("subject", "No water"), ("priority", "normal")]).await;
    assert_eq!(page.status, 200, "{}", page.words());
    while ready(&daemon).await != 200 {
        // The answer is kept for a second.
        tokio::task::yield_now().await;
    }
    while !page_says_answered(&mut browser).await {
        tokio::task::yield_now().await;
    }
    // An open folder outlives the process whose disk it is on. SQLite would follow the links of /proc: so it gets a copy.
    let handle = std::fs::File::open(&disk).unwrap();
    let gone = daemon.terminate();
    assert_eq!(gone.code, Some(0), "{}", gone.log);
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(format!("/proc/self/fd/{}", handle.as_raw_fd())).unwrap().map(Result::unwrap) {
        if file.file_name().to_string_lossy().starts_with("deskbell.db") {
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    let found = kept(&copy.path().join("deskbell.db"));
    for id in &rang {
        assert_eq!(found.iter().filter(|kept| *kept == id).count(), 1, "call {id} rang and is lost");
    }
    assert_eq!(found.len(), rang.len(), "calls that were refused are not there");
}

async fn ready(daemon: &Daemon) -> u16 {
    reqwest::get(format!("http://{}/readyz", daemon.metrics)).await.unwrap().status().as_u16()
}

/// Whether the log of calls has the one that was answered while the disk was full.
async fn page_says_answered(browser: &mut Browser) -> bool {
    browser.get("/calls/log").await.text.contains("901820")
}
