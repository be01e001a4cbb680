//! Mails from a real Dovecot into tickets, as a ratio to the rate at which a bare client can merely fetch them.
//!
//! The mails are those of `../shared/tools/mail/loadgen.py` where that is found, with its truth file: tickets are threads, letters
//! are mails without their doubles. `DESKBELL_BENCH_MAILS` makes fewer than 100,000. Everything is kept with fsync. Meanwhile
//! somebody reads the list of tickets.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use deskbell::app::{App, Sockets};
use deskbell::base::Clock;
use deskbell::config::{self, Secret, Sources};
use deskbell::events::Actor;
use deskbell::mailboxes::{self, Credential, Endpoint, MailboxCard, Outcome, Security};
use futures_util::StreamExt as _;

use crate::daemon::{PASSWORD, books, prepare};
use crate::dovecot::Dovecot;
use crate::quantile;

const LOADGEN: &str = "../shared/tools/mail/loadgen.py";

pub async fn run() {
    if !Path::new(LOADGEN).exists() {
        println!("mail: left out; the generator of mails is not here");
        return;
    }
    let count: usize = std::env::var("DESKBELL_BENCH_MAILS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("mails");
    let status = std::process::Command::new("python3")
        .args([LOADGEN, &count.to_string(), made.to_str().unwrap(), "--to", "maildir", "--attach-rate", "0.02"])
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let dovecot = Dovecot::start().await;
    let mut files: Vec<_> = std::fs::read_dir(made.join("new")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    dovecot.lay("bench", files.iter().map(|path| std::fs::read(path).unwrap()));
    let bare = fetch_only(&dovecot).await;
    println!("mail: {count} mails, merely fetched: {bare:.0} mails/s");
    let taken = take(&dovecot, &folder, count).await;
    println!("mail: ratio {:.2}", taken / bare);
}

/// Mails that a bare client of the library fetches in a second over TLS, 200 with each command, with nothing done to them.
async fn fetch_only(dovecot: &Dovecot) -> f64 {
    let server = dovecot.tls();
    let trust = dovecot.trust();
    let tcp = trust.dial(&server.host, server.port).await.unwrap();
    let (stream, _) = trust.secure(tcp, &server.host, None).await.unwrap();
    let mut client = async_imap::Client::new(stream);
    client.read_response().await.unwrap();
    let mut session = client.login("bench@desk.test", "secret").await.map_err(|(error, _)| error).unwrap();
    session.select("INBOX").await.unwrap();
    let began = Instant::now();
    let mut uids: Vec<u32> = session.uid_search("ALL").await.unwrap().into_iter().collect();
    uids.sort_unstable();
    let mut count = 0;
    for some in uids.chunks(200) {
        let set = format!("{}:{}", some[0], some[some.len() - 1]);
        let mut mails = session.uid_fetch(set, "(UID BODY.PEEK[])").await.unwrap();
        while let Some(mail) = mails.next().await {
            count += usize::from(mail.unwrap().body().is_some());
        }
    }
    assert_eq!(count, uids.len());
    count as f64 / began.elapsed().as_secs_f64()
}

/// Mails that become tickets in a second.
async fn take(dovecot: &Dovecot, folder: &tempfile::TempDir, count: usize) -> f64 {
    let data = folder.path().join("data");
    let authority = dovecot.authority();
    let sources = Sources::default()
        .with_flag("bench", "data.dir", data.to_string_lossy())
        .with_flag("bench", "web.listen", "127.0.0.1:0")
        .with_flag("bench", "phone.listen_udp", "127.0.0.1:0")
        .with_flag("bench", "phone.listen_tcp", "127.0.0.1:0")
        .with_flag("bench", "metrics.listen", "off")
        .with_flag("bench", "mail.networks", "127.0.0.0/8,::1")
        .with_flag("bench", "mail.ca_file", authority.to_string_lossy());
    let config = config::load(&sources).unwrap().config;
    std::fs::create_dir_all(&data).unwrap();
    let target = deskbell::app::target(&config);
    prepare(&books(&target)).await;
    let app = App::build(&config, Sockets::default(), Clock::system()).await.unwrap();
    let server = dovecot.tls();
    let mut card = MailboxCard { name: "Bench".into(), address: "bench@desk.test".into(), ..MailboxCard::default() };
    card.imap =
        Endpoint { host: server.host, port: i64::from(server.port), security: Security::Tls, pin: String::new() };
    card.acknowledges = false;
    let seal = app.room.seal;
    let mailbox = app
        .books
        .write(Actor::Console, move |act| {
            let id = mailboxes::add_mailbox(act, &card)?;
            mailboxes::disable_mailbox(act, id)?;
            mailboxes::keep_credential(act, &seal, id, &Credential::Password(Secret::new("secret")))?;
            mailboxes::mailbox_by_id(act.db, id)
        })
        .await
        .unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let reading = tokio::spawn(read_pages(app.web[0], Arc::clone(&over)));
    let began = Instant::now();
    mailboxes::fetch_once(&app.room, &mailbox).await.unwrap();
    let rate = count as f64 / began.elapsed().as_secs_f64();
    over.store(true, Ordering::SeqCst);
    let mut pages = reading.await.unwrap();
    println!(
        "mail: {count} mails into tickets: {rate:.0} mails/s; the list of tickets meanwhile p50 {:.1} ms, p99 {:.1} ms; resident {:.0} MB",
        quantile(&mut pages, 0.5),
        quantile(&mut pages, 0.99),
        resident_mb()
    );
    compare(&app, folder).await;
    app.stop().await;
    rate
}

/// The time of the list of tickets, again and again.
async fn read_pages(web: std::net::SocketAddr, over: Arc<AtomicBool>) -> Vec<f64> {
    let client = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let page = client.get(format!("http://{web}/login")).send().await.unwrap().text().await.unwrap();
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("csrf", csrf.as_str()), ("login", "ada"), ("password", PASSWORD), ("next", "/me")];
    client.post(format!("http://{web}/login")).form(&fields).send().await.unwrap();
    let mut times = Vec::new();
    let mut look = tokio::time::interval(std::time::Duration::from_millis(100));
    while !over.load(Ordering::SeqCst) {
        look.tick().await;
        let began = Instant::now();
        client.get(format!("http://{web}/t")).send().await.unwrap().bytes().await.unwrap();
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    times
}

/// Compares what is there with what was generated.
async fn compare(app: &App, folder: &tempfile::TempDir) {
    let truth = std::fs::read_to_string(folder.path().join("mails.truth.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = truth.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let threads: BTreeSet<&str> = lines.iter().map(|line| line["thread"].as_str().unwrap()).collect();
    let doubles = lines.iter().filter(|line| line["kind"] == "dup").count();
    let now = app.books.clock().now();
    let counts = app.books.read(move |db| Ok((mailboxes::outcome_counts(db)?, mailboxes::unaccounted(db, now)?)));
    let (outcomes, unaccounted) = counts.await.unwrap();
    let of = |wanted| outcomes.iter().find(|(outcome, _)| *outcome == wanted).map_or(0, |(_, count)| *count);
    let tickets = app
        .books
        .read(|db| {
            #[derive(diesel::QueryableByName)]
            struct Count {
                #[diesel(sql_type = diesel::sql_types::BigInt)]
                count: i64,
            }
            use diesel::RunQueryDsl as _;
            let rows: Vec<Count> = diesel::sql_query("SELECT count(*) AS count FROM tickets").load(db)?;
            Ok(rows.first().map_or(0, |row| row.count))
        })
        .await
        .unwrap();
    println!(
        "mail: tickets {tickets} of {} threads, letters {} of {}, duplicates {} of {doubles}, set aside {}, unaccounted {unaccounted}",
        threads.len(),
        of(Outcome::Entry),
        lines.len() - doubles,
        of(Outcome::Duplicate),
        of(Outcome::Quarantined),
    );
}

fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1_024.0
}
