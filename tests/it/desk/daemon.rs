//! The built program as a process of its own with a configuration file, as an administrator runs it: it can be killed.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use deskbell::accounts::{self, AgentCard, Role};
use deskbell::base::Clock;
use deskbell::calls::{self, LineCard, Makes};
use deskbell::db::{Db, Meters, Store, Target};
use deskbell::events::{Actor, Books};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, SqliteConnection};

use super::database::{self, Database};

/// How long a start or an end may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program that cargo built for this run.
const PROGRAM: &str = env!("CARGO_BIN_EXE_deskbell");

/// Where a daemon can be started: a data folder with a line and an agent `ada`, and a configuration on free ports.
pub struct Premises {
    folder: tempfile::TempDir,
    database: Database,
}

impl Premises {
    /// On the database that the suite runs on.
    pub async fn prepare() -> Self {
        Self::prepare_with(Database::fresh).await
    }

    /// On a SQLite file, whatever the suite runs on.
    pub async fn prepare_on_sqlite() -> Self {
        Self::prepare_with(Database::fresh_sqlite).await
    }

    async fn prepare_with(database: fn(&Path) -> Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let premises = Self { database: database(&folder.path().join("data")), folder };
        premises.write_config("");
        let store = Store::open(&premises.target(), Meters::new().unwrap()).unwrap();
        let card = LineCard {
            name: "Fault line".into(),
            team: None,
            makes: Makes::Every,
            country: "DE".into(),
            area_code: "30".into(),
            sources: "127.0.0.1".into(),
            numbers: String::new(),
        };
        let ada = AgentCard { login: "ada".into(), name: "Ada Test".into(), role: Role::Admin, teams: Vec::new() };
        let books = Books::new(store, Clock::system());
        let filled = books.write(Actor::Console, move |act| {
            calls::add_line(act, &card)?;
            accounts::create_agent(act, ada, database::hash())
        });
        filled.await.unwrap();
        drop(books);
        if let Db::Sqlite(file) = &mut premises.connect() {
            // The writer's thread may not have closed the file yet: all of it belongs into the one file.
            file.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        }
        premises
    }

    /// Where the data is, as the store wants it.
    pub fn target(&self) -> Target {
        match &self.database {
            Database::Sqlite(path) => Target::Sqlite(path.clone()),
            Database::Postgres { .. } => Target::Postgres(self.database.url()),
        }
    }

    /// The folder of the data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The configuration file.
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("deskbell.toml")
    }

    /// Writes the configuration: free ports, and `more` in its end.
    pub fn write_config(&self, more: &str) {
        let text = format!(
            "[data]\ndir = {:?}\n[database]\nurl = {:?}\n[web]\nlisten = [\"127.0.0.1:0\"]\n[phone]\nlisten_udp = [\"127.0.0.1:0\"]\n\
             listen_tcp = [\"127.0.0.1:0\"]\n[log]\nformat = \"json\"\n[metrics]\nlisten = \"127.0.0.1:0\"\n{more}",
            self.data(),
            self.database.url(),
        );
        std::fs::write(self.config(), text).unwrap();
    }

    /// A connection of the test's own. It is closed when it is dropped, so that a killed daemon is alone with its file.
    pub fn connect(&self) -> Db {
        match &self.database {
            Database::Sqlite(path) => sqlite(path),
            Database::Postgres { .. } => Db::Postgres(PgConnection::establish(&self.database.url()).unwrap()),
        }
    }

    /// Starts a daemon and waits until it is ready.
    pub fn start(&self) -> Result<Daemon, Gone> {
        Daemon::start(self.command(&["serve"]))
    }

    /// The program with this configuration.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("-c").arg(self.config()).args(args).env_clear().env("PATH", "/usr/bin:/bin");
        command
    }

    /// Runs a subcommand to its end.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().unwrap()
    }
}

impl Drop for Premises {
    fn drop(&mut self) {
        self.database.forget();
    }
}

/// Opens a SQLite file as the daemon does, as far as it matters to others.
pub fn sqlite(path: &Path) -> Db {
    let mut connection = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    connection.batch_execute("PRAGMA busy_timeout=10000").unwrap();
    Db::Sqlite(connection)
}

/// How a daemon ended.
#[derive(Debug)]
pub struct Gone {
    /// Its exit code; nothing when a signal ended it.
    pub code: Option<i32>,
    /// What it said.
    pub log: String,
    /// How long the end took, from the signal on.
    pub took: Duration,
}

/// A daemon that runs.
pub struct Daemon {
    child: Option<Child>,
    lines: Receiver<String>,
    log: String,
    pub web: SocketAddr,
    pub sip_udp: SocketAddr,
    pub sip_tcp: SocketAddr,
    pub metrics: SocketAddr,
    /// From the start of the process to its word that it is ready.
    pub ready_after: Duration,
}

impl Daemon {
    /// Starts this command, which must become a daemon that logs JSON.
    pub fn start(mut command: Command) -> Result<Self, Gone> {
        let began = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("the program can be started");
        let stderr = child.stderr.take().unwrap();
        let (tell, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                // A test that has its daemon no more reads no more.
                let _ = tell.send(line);
            }
        });
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let (log, ready_after) = (String::new(), Duration::ZERO);
        let [web, sip_udp, sip_tcp, metrics] = [nowhere; 4];
        let mut daemon = Self { child: Some(child), lines, log, web, sip_udp, sip_tcp, metrics, ready_after };
        let Some(ready) = daemon.hear("ready") else { return Err(daemon.wait(began)) };
        daemon.ready_after = began.elapsed();
        daemon.web = address(&ready["web"]);
        daemon.sip_udp = address(&ready["sip_udp"]);
        daemon.sip_tcp = address(&ready["sip_tcp"]);
        daemon.metrics = address(&ready["metrics"]);
        Ok(daemon)
    }

    /// Waits until it logs this; nothing when it ends before that.
    pub fn hear(&mut self, message: &str) -> Option<serde_json::Value> {
        loop {
            let line = match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => panic!("no {message:?} in {PATIENCE:?}: {}", self.log),
            };
            self.log.push_str(&line);
            self.log.push('\n');
            let record = serde_json::from_str::<serde_json::Value>(&line).unwrap_or_default();
            if record["message"].as_str().is_some_and(|said| said.starts_with(message)) {
                return Some(record);
            }
        }
    }

    /// The number of the process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// The address of a page.
    pub fn url(&self) -> String {
        format!("http://{}", self.web)
    }

    /// Kills it as a power cut would, and waits until it is gone.
    pub fn kill(mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asks it to stop.
    pub fn terminate(self) -> Gone {
        let asked = Instant::now();
        let done = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.pid())]).status().unwrap();
        assert!(done.success());
        self.wait(asked)
    }

    /// Waits for its end.
    fn wait(mut self, since: Instant) -> Gone {
        let mut child = self.child.take().unwrap();
        let (tell, told) = mpsc::channel();
        let pid = child.id();
        std::thread::spawn(move || tell.send(child.wait()));
        let Ok(status) = told.recv_timeout(PATIENCE) else {
            let _ = Command::new("sh").args(["-c", &format!("kill -KILL {pid}")]).status();
            panic!("it runs {PATIENCE:?} after it should have ended: {}", self.log);
        };
        let took = since.elapsed();
        self.log.extend(self.lines.iter().map(|line| line + "\n"));
        Gone { code: status.unwrap().code(), log: self.log.clone(), took }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
            if std::thread::panicking() {
                self.log.extend(self.lines.iter().map(|line| line + "\n"));
                eprintln!("the daemon said:\n{}", self.log);
            }
        }
    }
}

/// The first address in a value such as `[127.0.0.1:5060]` or `http://127.0.0.1:8080`.
fn address(value: &serde_json::Value) -> SocketAddr {
    let text = value.as_str().unwrap().trim_start_matches("http://").trim_matches(['[', ']', '/']);
    let text = text.trim_start_matches("Some(").trim_end_matches(')');
    text.split(',').next().unwrap().parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}
