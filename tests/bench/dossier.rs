//! The dossier of a call with 1,000,000 people and 5,000,000 calls, on both databases.
//!
//! SQLite always; PostgreSQL when `DESKBELL_BENCH_POSTGRES` names an empty database. The rows are made by the database itself,
//! in a few large transactions; `DESKBELL_BENCH_PEOPLE` makes fewer. Times are those of a client on this machine, one request
//! after the other, so the way over the loopback is in them.

use std::time::Instant;

use deskbell::base::id::CallId;
use deskbell::calls;
use deskbell::db::Target;
use deskbell::events::{Actor, Books};
use diesel::RunQueryDsl as _;

use crate::daemon::{Daemon, books, prepare, target};
use crate::quantile;

const PEOPLE: i64 = 1_000_000;
const CALLS_EACH: i64 = 5;
const AT_ONCE: i64 = 250_000;
const REQUESTS: i64 = 1_000;

/// Calls of a number that calls all day.
const BUSY: i64 = 10_000;

pub async fn run() {
    measure("SQLite", None).await;
    if let Ok(url) = std::env::var("DESKBELL_BENCH_POSTGRES") {
        measure("PostgreSQL", Some(&url)).await;
    } else {
        println!("dossier: PostgreSQL is left out; DESKBELL_BENCH_POSTGRES names no database");
    }
}

async fn measure(name: &str, postgres: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let target: Target = target(&folder, postgres);
    let people = std::env::var("DESKBELL_BENCH_PEOPLE").ok().and_then(|n| n.parse().ok()).unwrap_or(PEOPLE);
    let began = Instant::now();
    let books = books(&target);
    prepare(&books).await;
    fill(&books, people).await;
    let calls = people * CALLS_EACH;
    println!("dossier: {name}: {people} people and {calls} calls made in {:.0} s", began.elapsed().as_secs_f64());
    // What is measured is there.
    for (id, sharing) in [(1, 1), (calls + 1, 20), (calls + REQUESTS + 1, 1), (calls + REQUESTS + BUSY + 1, 0)] {
        let call = books.read(move |db| calls::by_id(db, CallId(id))).await.unwrap();
        let key = call.caller_key.into_iter().collect::<Vec<_>>();
        let found = books.read(move |db| deskbell::people::candidates(db, &key)).await.unwrap();
        assert_eq!(found.len(), sharing, "call {id}");
    }
    drop(books);
    let daemon = Daemon::start(folder, target).await;
    let client = daemon.signed_in().await;
    let spread = |at: i64| (at * 7_919) % calls + 1;
    report(name, "one person's number", &client, &daemon, (0..REQUESTS).map(spread)).await;
    report(name, "shared by 20 people", &client, &daemon, (1..=REQUESTS).map(|at| calls + at)).await;
    let busy = calls + REQUESTS;
    report(name, "10,000 calls and tickets", &client, &daemon, (1..=REQUESTS).map(|at| busy + at * BUSY / REQUESTS))
        .await;
    report(name, "a number of nobody", &client, &daemon, (1..=REQUESTS).map(|at| busy + BUSY + at)).await;
    println!("dossier: {name}: resident {:.1} MB afterwards", daemon.rss_mb());
}

/// Numbers from the one bound value to the other, as rows `n.i`. Both databases know this way to count.
macro_rules! counted {
    ($rest:literal) => {
        concat!("WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $2) ", $rest)
    };
}

async fn make(books: &Books, rows: &'static str, from: i64, to: i64) {
    let mut start = from;
    while start <= to {
        let end = to.min(start + AT_ONCE - 1);
        let made = books.write(Actor::Console, move |act| {
            let query = diesel::sql_query(rows).bind::<diesel::sql_types::BigInt, _>(start);
            query.bind::<diesel::sql_types::BigInt, _>(end).execute(act.db)?;
            Ok(())
        });
        made.await.unwrap();
        start = end + 1;
    }
}

const ORGANISATIONS: &str =
    counted!("INSERT INTO organisations (name, note, created_at) SELECT 'Firm ' || i, '', 0 FROM n");

const SITES: &str = counted!(
    "INSERT INTO sites (organisation_id, name, address, area, access_note, created_at, updated_at) \
     SELECT i, 'House ' || i, 'Street ' || i, '10' || (i % 999), 'Dog in the yard', 0, i FROM n"
);

const PERSONS: &str = counted!(
    "INSERT INTO persons (name, organisation_id, note, created_at, updated_at, site_id) \
     SELECT 'Person ' || i, i / 10 + 1, 'Calls early.', 0, i, i / 10 + 1 FROM n"
);

const NUMBERS: &str = counted!(
    "INSERT INTO person_numbers (person_id, raw, number_key, label) \
     SELECT i, '030 ' || (20000000 + i), '+4930' || (20000000 + i), 'office' FROM n"
);

/// The first twenty share a switchboard, half of them perhaps.
const SHARED: &str = counted!(
    "INSERT INTO person_numbers (person_id, raw, number_key, label, guessed_at) \
     SELECT i, '030 100', '+4930100', '', CASE WHEN i % 2 = 0 THEN 1 END FROM n"
);

const TICKETS: &str = counted!(
    "INSERT INTO tickets (subject, status, priority, channel, requester_id, caller, created_at, updated_at, closed_at, rev) \
     SELECT 'Pump ' || i, CASE WHEN i % 5 = 0 THEN 'open' ELSE 'closed' END, 'normal', 'desk', i, '', i, i, \
     CASE WHEN i % 5 > 0 THEN i END, 1 FROM n"
);

/// One person with many tickets; of every hundred one is open.
const BUSY_TICKETS: &str = counted!(
    "INSERT INTO tickets (subject, status, priority, channel, requester_id, caller, caller_key, created_at, updated_at, closed_at, rev) \
     SELECT 'Busy ' || i, CASE WHEN i % 100 = 0 THEN 'open' ELSE 'closed' END, 'normal', 'desk', 21, '', '+4930200', i, i, \
     CASE WHEN i % 100 > 0 THEN i END, 1 FROM n"
);

const CALLS: &str = counted!(
    "INSERT INTO calls (key, node, line_id, source, sip_call_id, caller_raw, caller_key, caller_internal, caller_name, \
     withheld, dialled, ticket_id, received_at, ended_at, outcome, person_id) \
     SELECT 'k' || i, 'n', 1, '127.0.0.1', 'c' || i, '', '+4930' || (20000000 + i / 5 + 1), 1 = 0, '', 1 = 0, '200', i / 5 + 1, \
     i, i + 9, 'missed', CASE WHEN i % 2 = 0 THEN i / 5 + 1 END FROM n"
);

const SHARED_CALLS: &str = counted!(
    "INSERT INTO calls (key, node, line_id, source, sip_call_id, caller_raw, caller_key, caller_internal, caller_name, \
     withheld, dialled, received_at, ended_at, outcome) \
     SELECT 's' || i, 'n', 1, '127.0.0.1', 's' || i, '', '+4930100', 1 = 0, '', 1 = 0, '200', i, i + 9, 'missed' FROM n"
);

const BUSY_CALLS: &str = counted!(
    "INSERT INTO calls (key, node, line_id, source, sip_call_id, caller_raw, caller_key, caller_internal, caller_name, \
     withheld, dialled, received_at, ended_at, outcome, person_id) \
     SELECT 'b' || i, 'n', 1, '127.0.0.1', 'b' || i, '', '+4930200', 1 = 0, '', 1 = 0, '200', i, i + 9, 'missed', 21 FROM n"
);

const STRANGE_CALLS: &str = counted!(
    "INSERT INTO calls (key, node, line_id, source, sip_call_id, caller_raw, caller_key, caller_internal, caller_name, \
     withheld, dialled, received_at, ended_at, outcome) \
     SELECT 'x' || i, 'n', 1, '127.0.0.1', 'x' || i, '', '+4930300' || i, 1 = 0, '', 1 = 0, '200', i, i + 9, 'missed' FROM n"
);

async fn fill(books: &Books, people: i64) {
    let calls = people * CALLS_EACH;
    for (rows, from, to) in [
        (ORGANISATIONS, 1, people / 10 + 1),
        (SITES, 1, people / 10 + 1),
        (PERSONS, 1, people),
        (NUMBERS, 1, people),
        (SHARED, 1, 20),
        (TICKETS, 1, people),
        (BUSY_TICKETS, 1, BUSY),
        (CALLS, 0, calls - 1),
        (SHARED_CALLS, calls, calls + REQUESTS - 1),
        (BUSY_CALLS, calls, calls + BUSY - 1),
        (STRANGE_CALLS, calls, calls + REQUESTS - 1),
    ] {
        make(books, rows, from, to).await;
    }
    // The busy number is on the card of the one whose tickets those are.
    let busy = "INSERT INTO person_numbers (person_id, raw, number_key, label) VALUES (21, '030 200', '+4930200', '')";
    books.write(Actor::Console, move |act| Ok(diesel::sql_query(busy).execute(act.db).map(drop)?)).await.unwrap();
}

async fn report(name: &str, what: &str, client: &reqwest::Client, daemon: &Daemon, ids: impl Iterator<Item = i64>) {
    let mut times = Vec::new();
    let mut size = 0;
    for id in ids {
        let path = format!("http://{}/calls/{id}/dossier", daemon.web);
        let began = Instant::now();
        let answer = client.get(&path).header("hx-request-type", "partial").send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        size = answer.bytes().await.unwrap().len();
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    println!(
        "dossier: {name}: {what}: p50 {:.2} ms, p99 {:.2} ms, {size} octets",
        quantile(&mut times, 0.5),
        quantile(&mut times, 0.99)
    );
}
