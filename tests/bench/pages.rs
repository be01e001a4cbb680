//! The ticket list and page over 100,000 tickets, on both databases.
//!
//! SQLite always; PostgreSQL when `DESKBELL_BENCH_POSTGRES` names an empty database. Times are those of a client on this
//! machine, one request after the other, so the way over the loopback is in them.

use std::time::Instant;

use deskbell::accounts;
use deskbell::db::Target;
use deskbell::events::Actor;
use deskbell::people::{self, PersonCard};
use deskbell::tickets::{self, NewTicket, Priority, TicketNumber};

use crate::daemon::{Daemon, books, prepare, target};
use crate::quantile;

const TICKETS: usize = 100_000;
const AT_ONCE: usize = 500;
const REQUESTS: usize = 1_000;

pub async fn run() {
    measure("SQLite", None).await;
    if let Ok(url) = std::env::var("DESKBELL_BENCH_POSTGRES") {
        measure("PostgreSQL", Some(&url)).await;
    } else {
        println!("pages: PostgreSQL is left out; DESKBELL_BENCH_POSTGRES names no database");
    }
}

async fn measure(name: &str, postgres: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let target: Target = target(&folder, postgres);
    let began = Instant::now();
    fill(&target).await;
    println!("pages: {name}: {TICKETS} tickets with a note each made in {:.0} s", began.elapsed().as_secs_f64());
    let daemon = Daemon::start(folder, target).await;
    let client = daemon.signed_in().await;
    let numbers: Vec<String> = (0..REQUESTS)
        .map(|at| TicketNumber::of(deskbell::base::id::TicketId((at * 97 % TICKETS) as i64 + 1)).to_string())
        .collect();
    for (what, path) in [
        ("list, open", "/t".to_owned()),
        ("list, all", "/t?status=all".to_owned()),
        ("list, one team", "/t?team=2".to_owned()),
        ("list, mine and urgent", "/t?assignee=me&priority=urgent".to_owned()),
        ("list, nobody's and waiting", "/t?assignee=none&status=waiting".to_owned()),
        ("call board", "/calls".to_owned()),
    ] {
        let paths = vec![path; REQUESTS];
        report(name, what, &client, &daemon, &paths).await;
    }
    let pages: Vec<String> = numbers.iter().map(|number| format!("/t/{number}")).collect();
    report(name, "ticket page", &client, &daemon, &pages).await;
    let deep = walk(&client, &daemon).await;
    report(name, "list, page 200", &client, &daemon, &vec![deep; REQUESTS]).await;
    println!("pages: {name}: resident {:.1} MB afterwards", daemon.rss_mb());
}

async fn fill(target: &Target) {
    let books = books(target);
    prepare(&books).await;
    let (teams, people) = books
        .write(Actor::Console, |act| {
            let teams: Vec<_> = ["North", "South", "East", "West"]
                .iter()
                .map(|n| accounts::create_team(act, n))
                .collect::<Result<_, _>>()?;
            let people: Vec<_> = (0..1_000)
                .map(|n| {
                    let card = PersonCard {
                        name: format!("Person {n}"),
                        numbers: format!("030 2{n:06}"),
                        ..PersonCard::default()
                    };
                    people::add_person(act, &card)
                })
                .collect::<Result<_, _>>()?;
            Ok((teams, people))
        })
        .await
        .unwrap();
    let ada = books.read(|db| accounts::agent_by_login(db, "ada")).await.unwrap().id;
    for block in 0..TICKETS / AT_ONCE {
        let (teams, people) = (teams.clone(), people.clone());
        books
            .write(Actor::Agent(ada), move |act| {
                for at in block * AT_ONCE..(block + 1) * AT_ONCE {
                    let new = NewTicket {
                        subject: format!("Pump {at} drips in house {}", at % 977),
                        priority: Priority::ALL[at % 4],
                        team: Some(teams[at % teams.len()]),
                        assignee: (at % 3 == 0).then_some(ada),
                        requester: Some(people[at % people.len()]),
                        note: "Seen this morning; the caretaker has the key.".into(),
                        ..NewTicket::default()
                    };
                    let id = tickets::open(act, &new)?;
                    if at % 2 == 0 {
                        tickets::by_id(act.db, id)?.close(act)?;
                    }
                }
                Ok(())
            })
            .await
            .unwrap();
    }
}

async fn report(name: &str, what: &str, client: &reqwest::Client, daemon: &Daemon, paths: &[String]) {
    let mut times = Vec::with_capacity(paths.len());
    let mut size = 0;
    for path in paths {
        let began = Instant::now();
        let answer = client.get(format!("http://{}{path}", daemon.web)).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        size = answer.bytes().await.unwrap().len();
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    println!(
        "pages: {name}: {what}: p50 {:.2} ms, p99 {:.2} ms, {size} octets",
        quantile(&mut times, 0.5),
        quantile(&mut times, 0.99)
    );
}

/// The address of the 200th page.
async fn walk(client: &reqwest::Client, daemon: &Daemon) -> String {
    let mut path = "/t?status=all".to_owned();
    for _ in 0..199 {
        let page = client.get(format!("http://{}{path}", daemon.web)).send().await.unwrap().text().await.unwrap();
        let after = page.split("after=").nth(1).unwrap().split('"').next().unwrap();
        path = format!("/t?status=all&after={after}");
    }
    path
}
