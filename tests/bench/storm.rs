//! The call board in the middle of a storm: 2,000 calls of ten minutes that share a prefix, and as many at the same time of each
//! of the seven days before; beside it the report over those days. SQLite, and PostgreSQL when `DESKBELL_BENCH_POSTGRES`
//! names an empty database.

use std::time::Instant;

use deskbell::base::Clock;
use deskbell::db::Target;
use deskbell::events::Actor;
use diesel::RunQueryDsl as _;
use diesel::sql_types::BigInt;

use crate::daemon::{Daemon, books, prepare, target};
use crate::quantile;

const CALLS: i64 = 2_000;
const DAYS: i64 = 8;
const REQUESTS: usize = 200;
const DAY_MS: i64 = 86_400_000;
const MINUTES_MS: i64 = 600_000;

/// Calls of ten minutes from `$1` on, of numbers of one exchange, each with a ticket of the same word.
const TICKETS: &str = "WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 1999) \
     INSERT INTO tickets (subject, status, priority, channel, caller, created_at, updated_at, rev) \
     SELECT 'No water in house ' || i, 'open', 'normal', 'call', '', CAST($1 AS BIGINT) + i * 300, CAST($1 AS BIGINT), 1 FROM n";

const RINGS: &str = "WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 1999) \
     INSERT INTO calls (key, node, line_id, source, sip_call_id, caller_raw, caller_key, caller_internal, caller_name, \
     withheld, dialled, ticket_id, received_at, ended_at, outcome) \
     SELECT CAST($1 AS BIGINT) || 'k' || i, 'n', 1, '127.0.0.1', 'c' || i, '', '+493020' || (100000 + i * 7), 1 = 0, '', 1 = 0, \
     '200', (SELECT max(id) FROM tickets) - i, CAST($1 AS BIGINT) + i * 300, CAST($1 AS BIGINT) + i * 300 + 9000, 'missed' FROM n";

pub async fn run() {
    measure("SQLite", None).await;
    if let Ok(url) = std::env::var("DESKBELL_BENCH_POSTGRES") {
        measure("PostgreSQL", Some(&url)).await;
    } else {
        println!("storm: PostgreSQL is left out; DESKBELL_BENCH_POSTGRES names no database");
    }
}

async fn measure(name: &str, postgres: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let target: Target = target(&folder, postgres);
    let books = books(&target);
    prepare(&books).await;
    let now = Clock::system().now().0;
    // The past is as loud as the present, so each prefix is compared with all of it.
    for day in 0..DAYS {
        let from = now - day * DAY_MS - MINUTES_MS + 30_000;
        books
            .write(Actor::Console, move |act| {
                for rows in [TICKETS, RINGS] {
                    diesel::sql_query(rows).bind::<BigInt, _>(from).execute(act.db)?;
                }
                Ok(())
            })
            .await
            .unwrap();
    }
    drop(books);
    let daemon = Daemon::start(folder, target).await;
    let client = daemon.signed_in().await;
    println!("storm: {name}: {CALLS} calls in ten minutes, on each of {DAYS} days");
    for (what, path) in [("call board", "/calls"), ("report of 31 days", "/calls/reports?range=month")] {
        let mut times = Vec::new();
        for _ in 0..REQUESTS {
            let began = Instant::now();
            let answer = client.get(format!("http://{}{path}", daemon.web)).send().await.unwrap();
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
            answer.bytes().await.unwrap();
            times.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        let (p50, p99) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
        println!("storm: {name}: {what}: p50 {p50:.2} ms, p99 {p99:.2} ms");
    }
}
