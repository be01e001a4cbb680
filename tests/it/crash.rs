//! The promise that taken means kept, against SIGKILL: the built program under a load of calls is killed again and again,
//! and after each start every call that was answered with 180 must be in the database, once, with its ticket.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use deskbell::db::Db;
use diesel::RunQueryDsl as _;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use tokio::sync::watch;

use crate::cli::{code, err, out};
use crate::desk::{Pbx, Premises};

/// How often the daemon is killed.
const KILLS: u32 = 20;

/// Callers that call at the same time, each from a socket of its own.
const CALLERS: u32 = 8;

/// How long one answer may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a caller knows of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// An INVITE was sent; nothing was heard.
    Sent,
    /// 180 was heard.
    Rang,
    /// 180 was heard and a CANCEL sent.
    Cancelled,
}

/// What all callers know, by Call-ID; and how often a call rang.
#[derive(Clone)]
struct Book {
    calls: Arc<Mutex<HashMap<String, Known>>>,
    rang: Arc<watch::Sender<u32>>,
}

impl Book {
    fn note(&self, call: String, known: Known) {
        self.calls.lock().unwrap().insert(call, known);
        if known == Known::Rang {
            self.rang.send_modify(|count| *count += 1);
        }
    }
}

/// Calls one after the other until the daemon is dead; every other call is cancelled, the others ring on.
async fn call_on(desk: SocketAddr, caller: u32, book: Book, mut dead: watch::Receiver<bool>) {
    let mut pbx = Pbx::udp(desk).await;
    loop {
        // The calls of one caller share a ticket as long as nobody touches it.
        let call = pbx.invite(&format!("+4930{}", 901_000 + caller), "helpdesk", "").await;
        let id = pbx.call_id(&call);
        book.note(id.clone(), Known::Sent);
        if !heard(&mut pbx, "SIP/2.0 180 ", &mut dead).await {
            return;
        }
        book.note(id.clone(), Known::Rang);
        if call.number % 2 == 0 {
            book.note(id, Known::Cancelled);
            let cancel = pbx.request(&call, "CANCEL", "", "Reason: SIP;cause=200\r\n");
            pbx.wire.send(&cancel).await;
            if !heard(&mut pbx, "SIP/2.0 487 ", &mut dead).await {
                return;
            }
        }
    }
}

/// Waits for an answer; false when the daemon is dead.
async fn heard(pbx: &mut Pbx, wanted: &str, dead: &mut watch::Receiver<bool>) -> bool {
    loop {
        let heard = tokio::select! {
            heard = pbx.wire.hear(PATIENCE) => heard,
            _ = dead.wait_for(|dead| *dead) => return false,
        };
        match heard {
            Some(message) if message.starts_with(wanted) => return true,
            Some(message) => assert!(!message.starts_with("SIP/2.0 5"), "{message}"),
            // The socket of a dead daemon refuses at once; a living one must answer.
            None => return !*dead.wait_for(|dead| *dead).await.unwrap(),
        }
    }
}

/// A call as the database has it.
#[derive(Debug, diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    sip_call_id: String,
    #[diesel(sql_type = Bool)]
    open: bool,
    #[diesel(sql_type = Nullable<Text>)]
    outcome: Option<String>,
    /// Entries of the call in its own ticket.
    #[diesel(sql_type = BigInt)]
    entries: i64,
}

const ROWS: &str = "SELECT sip_call_id, ended_at IS NULL AS open, outcome, (SELECT count(*) FROM entries \
    WHERE entries.call_id = calls.id AND entries.ticket_id = calls.ticket_id) AS entries FROM calls";

fn rows(premises: &Premises) -> Vec<Row> {
    match &mut premises.connect() {
        Db::Sqlite(c) => diesel::sql_query(ROWS).load(c).unwrap(),
        Db::Postgres(c) => diesel::sql_query(ROWS).load(c).unwrap(),
    }
}

/// Every call that rang is there once, with its ticket, and has ended as it can have ended.
fn assert_kept(premises: &Premises, known: &HashMap<String, Known>) {
    let mut found: HashMap<String, Row> = HashMap::new();
    for row in rows(premises) {
        assert!(!row.open, "open after a restart: {row:?}");
        assert_eq!(row.entries, 1, "a call is one entry of its ticket: {row:?}");
        let doubled = found.insert(row.sip_call_id.clone(), row);
        assert!(doubled.is_none(), "kept twice: {doubled:?}");
    }
    for (id, known) in known {
        let Some(row) = found.remove(id) else {
            assert_eq!(*known, Known::Sent, "call {id} rang and is lost");
            continue;
        };
        let outcome = row.outcome.as_deref().unwrap_or_default();
        let possible: &[&str] = match known {
            Known::Sent | Known::Rang => &["unknown_after_restart"],
            Known::Cancelled => &["unknown_after_restart", "answered_elsewhere"],
        };
        assert!(possible.contains(&outcome), "{known:?}: {row:?}");
    }
    assert!(found.is_empty(), "calls that nobody made: {found:?}");
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Asks whether the daemon is there, and waits for its answer.
async fn probe(desk: SocketAddr) {
    let mut pbx = Pbx::udp(desk).await;
    let local = pbx.wire.local();
    let options = format!(
        "OPTIONS sip:{desk} SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch=z9hG4bKprobe\r\nFrom: <sip:p@{local}>;tag=p\r\n\
         To: <sip:{desk}>\r\nCall-ID: probe-{local}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    );
    pbx.wire.send(&options).await;
    pbx.hear(200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_that_rang_is_lost_to_a_kill() {
    let premises = Premises::prepare().await;
    let mut dice = Dice(20_261_121);
    let mut caller = 0;
    let book = Book { calls: Arc::default(), rang: Arc::new(watch::channel(0).0) };
    let mut starts = Vec::new();
    for round in 0..=KILLS {
        let began = Instant::now();
        let daemon = premises.start().unwrap_or_else(|gone| panic!("round {round}: {gone:?}"));
        probe(daemon.sip_udp).await;
        starts.push(began.elapsed());
        assert_kept(&premises, &book.calls.lock().unwrap());
        let verified = premises.run(&["events", "verify"]);
        assert_eq!(code(&verified), 0, "round {round}: {}{}", out(&verified), err(&verified));
        if round == KILLS {
            break;
        }
        let (kill, dead) = watch::channel(false);
        let mut calling = tokio::task::JoinSet::new();
        for _ in 0..CALLERS {
            caller += 1;
            calling.spawn(call_on(daemon.sip_udp, caller, book.clone(), dead.clone()));
        }
        let until = *book.rang.borrow() + 1 + dice.roll(60);
        book.rang.subscribe().wait_for(|rang| *rang >= until).await.unwrap();
        daemon.kill();
        kill.send_replace(true);
        while let Some(done) = calling.join_next().await {
            done.unwrap();
        }
    }
    starts.sort_unstable();
    let known = book.calls.lock().unwrap();
    let rang = known.values().filter(|known| **known != Known::Sent).count();
    let after = rows(&premises).iter().filter(|row| row.outcome.as_deref() == Some("unknown_after_restart")).count();
    // Straight to the terminal: it is a measurement, and a test that passes shows nothing else.
    let _ = writeln!(
        std::io::stderr(),
        "killed {KILLS} times: {rang} of {} calls rang and are kept, {after} were closed after a restart; from start to \
         first answer {:?} to {:?}, median {:?}",
        known.len(),
        starts[0],
        starts[starts.len() - 1],
        starts[starts.len() / 2],
    );
    assert!(rang >= 100 && after >= 20, "too few calls to prove anything");
}
