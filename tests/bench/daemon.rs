//! The release binary as a child, on a database that was prepared through the library.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use deskbell::accounts::{self, AgentCard, Role};
use deskbell::base::Clock;
use deskbell::calls::{self, LineCard, Makes};
use deskbell::db::{Meters, Store, Target};
use deskbell::events::{Actor, Books};

pub const PASSWORD: &str = "blaue pumpe tropft";

/// A daemon that runs.
pub struct Daemon {
    child: Child,
    pub web: SocketAddr,
    pub sip: SocketAddr,
    pub metrics: SocketAddr,
    /// Goes with the daemon.
    _folder: tempfile::TempDir,
    pub target: Target,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
}

/// Where the data is: a new SQLite file, or the PostgreSQL database that `DESKBELL_BENCH_POSTGRES` names.
pub fn target(folder: &tempfile::TempDir, postgres: Option<&str>) -> Target {
    postgres.map_or_else(|| Target::Sqlite(folder.path().join("deskbell.db")), |url| Target::Postgres(url.to_owned()))
}

pub fn books(target: &Target) -> Books {
    Books::new(Store::open(target, Meters::new().unwrap()).unwrap(), Clock::system())
}

/// An admin `ada` and a line for this machine.
pub async fn prepare(books: &Books) {
    let hash = accounts::hash_password(PASSWORD).unwrap();
    books
        .write(Actor::Console, move |act| {
            let card =
                AgentCard { login: "ada".into(), name: "Ada Bench".into(), role: Role::Admin, teams: Vec::new() };
            accounts::create_agent(act, card, &hash)?;
            let line = LineCard {
                name: "Line".into(),
                team: None,
                makes: Makes::Every,
                country: "DE".into(),
                area_code: "30".into(),
                sources: "127.0.0.0/8".into(),
                numbers: String::new(),
            };
            calls::add_line(act, &line)
        })
        .await
        .unwrap();
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Daemon {
    /// Starts on a prepared database and waits for the first answer.
    pub async fn start(folder: tempfile::TempDir, target: Target) -> Self {
        let (web, metrics) = (free(), free());
        let sip = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
        command
            .arg("serve")
            .env("DESKBELL__DATA__DIR", folder.path())
            .env("DESKBELL__WEB__LISTEN", web.to_string())
            .env("DESKBELL__PHONE__LISTEN_UDP", sip.to_string())
            .env("DESKBELL__PHONE__LISTEN_TCP", sip.to_string())
            .env("DESKBELL__METRICS__LISTEN", metrics.to_string())
            .env("DESKBELL__LOG__LEVEL", "warn")
            .stdout(Stdio::null());
        if let Target::Postgres(url) = &target {
            command.env("DESKBELL__DATABASE__URL", url);
        }
        let began = Instant::now();
        let child = command.spawn().unwrap();
        loop {
            if let Ok(answer) = reqwest::get(format!("http://{web}/healthz")).await
                && answer.status().is_success()
            {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "the daemon does not start");
            tokio::task::yield_now().await;
        }
        let started_in = began.elapsed();
        Self { child, web, sip, metrics, _folder: folder, target, started_in }
    }

    /// Resident memory in MB.
    pub fn rss_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1_024.0
    }

    /// A client that is signed in.
    pub async fn signed_in(&self) -> reqwest::Client {
        let client = reqwest::Client::builder().cookie_store(true).build().unwrap();
        let page = client.get(format!("http://{}/login", self.web)).send().await.unwrap().text().await.unwrap();
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let fields = [("csrf", csrf.as_str()), ("login", "ada"), ("password", PASSWORD), ("next", "/me")];
        let answer = client.post(format!("http://{}/login", self.web)).form(&fields).send().await.unwrap();
        assert!(answer.status().is_success(), "signing in: {}", answer.status());
        client
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A fresh daemon.
pub async fn fresh() -> Daemon {
    let folder = tempfile::tempdir().unwrap();
    let target = target(&folder, None);
    prepare(&books(&target)).await;
    Daemon::start(folder, target).await
}
