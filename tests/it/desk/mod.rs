//! [`TestDesk`]: a whole desk on free ports, with a clock that stands still, that speaks the domain.
//!
//! On SQLite each desk gets a copy of a migrated file, on PostgreSQL (`DESKBELL_TEST_POSTGRES` names a server) a database
//! of its own from a migrated template. When a desk is dropped it asserts that nothing was logged as an ERROR meanwhile and
//! that no job failed for good.

mod browser;
mod cli;
mod daemon;
mod database;
mod log;
mod pbx;

pub use browser::{Browser, Page};
pub use daemon::{Daemon, Premises, sqlite};
pub use database::{Database, server};
pub use log::expect_error;
pub use pbx::Pbx;

use std::path::PathBuf;

use deskbell::accounts::{self, AgentCard, Role};
use deskbell::app::{App, Sockets};
use deskbell::base::id::{AgentId, LineId, TeamId};
use deskbell::base::{Clock, Result, Timestamp};
use deskbell::calls::{self, LineCard, Makes};
use deskbell::config::{self, Config, Sources};
use deskbell::events::{Act, Actor};

/// Where every test's clock begins: 2026-11-20 12:00 UTC, a Friday.
pub const NOON: Timestamp = Timestamp(1_795_176_000_000);

/// The password of everybody.
pub const PASSWORD: &str = "blaue pumpe tropft";

/// A desk under test.
pub struct TestDesk {
    app: Option<App>,
    /// Its clock.
    pub clock: Clock,
    config: Config,
    folder: Option<tempfile::TempDir>,
    database: database::Database,
    errors_before: usize,
}

impl TestDesk {
    /// A desk with no agents, lines or people.
    pub async fn start() -> Self {
        Self::configured(&[]).await
    }

    /// A desk with further settings of its configuration.
    pub async fn configured(flags: &[(&'static str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = database::Database::fresh(folder.path());
        let config = config_of(folder.path().to_path_buf(), &database, flags);
        let errors_before = log::watch();
        let clock = Clock::fixed(NOON);
        let app = App::build(&config, Sockets::default(), clock.clone()).await.unwrap();
        Self { app: Some(app), clock, config, folder: Some(folder), database, errors_before }
    }

    /// A desk with one line, "Fault line", that takes calls from this machine and makes a ticket of every call.
    pub async fn with_line() -> Self {
        let desk = Self::start().await;
        desk.line("Fault line", Makes::Every, "").await;
        desk
    }

    /// The program.
    pub fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    /// The data folder.
    pub fn folder(&self) -> PathBuf {
        self.folder.as_ref().unwrap().path().to_path_buf()
    }

    /// The address of its database.
    pub fn database_url(&self) -> String {
        self.database.url()
    }

    /// The configuration it runs with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Stops it in order and starts it again on the same data, on other ports.
    pub async fn restart(&mut self) {
        self.app.take().unwrap().stop().await;
        self.app = Some(App::build(&self.config, Sockets::default(), self.clock.clone()).await.unwrap());
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.app().web[0])
    }

    /// Lets time pass for the desk.
    pub fn pass(&self, ms: i64) {
        self.clock.pass(ms);
    }

    /// Waits until jobs that are due have run and followers have seen everything.
    pub async fn settle(&self) {
        self.app().settle().await.unwrap();
    }

    /// Does an act as the console.
    pub async fn act<T: Send + 'static>(&self, work: impl FnOnce(&mut Act<'_>) -> Result<T> + Send + 'static) -> T {
        self.try_act(work).await.unwrap()
    }

    /// Does an act as the console that may be refused.
    pub async fn try_act<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Act<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.app().books.write(Actor::Console, work).await
    }

    /// Does an act as an agent.
    pub async fn act_as<T: Send + 'static>(
        &self,
        agent: AgentId,
        work: impl FnOnce(&mut Act<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.app().books.write(Actor::Agent(agent), work).await
    }

    /// Reads.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut deskbell::db::Db) -> Result<T> + Send + 'static,
    ) -> T {
        self.app().books.read(work).await.unwrap()
    }

    /// An agent of a role, in these teams.
    pub async fn agent_in(&self, login: &str, role: Role, teams: &[TeamId]) -> AgentId {
        let name = format!("{}{} Test", login[..1].to_uppercase(), &login[1..]);
        let card = AgentCard { login: login.into(), name, role, teams: teams.to_vec() };
        self.act(move |act| accounts::create_agent(act, card, database::hash())).await
    }

    /// An agent of a role, in no team.
    pub async fn agent(&self, login: &str, role: Role) -> AgentId {
        self.agent_in(login, role, &[]).await
    }

    /// A team.
    pub async fn team(&self, name: &str) -> TeamId {
        let name = name.to_owned();
        self.act(move |act| accounts::create_team(act, &name)).await
    }

    /// A line that takes calls from this machine.
    pub async fn line(&self, name: &str, makes: Makes, numbers: &str) -> LineId {
        let card = LineCard {
            name: name.into(),
            team: None,
            makes,
            country: "DE".into(),
            area_code: "30".into(),
            sources: "127.0.0.1".into(),
            numbers: numbers.into(),
        };
        let line = self.act(move |act| calls::add_line(act, &card)).await;
        self.settle().await;
        line
    }

    /// A browser of nobody.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url(""))
    }

    /// A browser of nobody that sends these headers with everything.
    pub fn browser_with(&self, headers: &[(&str, &str)]) -> Browser {
        Browser::with(&self.url(""), headers, None)
    }

    /// A browser of nobody at another address.
    pub fn browser_from(&self, address: &str) -> Browser {
        Browser::with(&self.url(""), &[], Some(address.parse().unwrap()))
    }

    /// A browser of an agent who is known, signed in by the page.
    pub async fn sign_in(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.sign_in(login, PASSWORD).await;
        assert_eq!(page.status, 200, "{login} signs in: {}", page.text);
        browser
    }

    /// A browser of a new agent of this role, signed in by the page.
    pub async fn signed_in(&self, login: &str, role: Role) -> Browser {
        self.agent(login, role).await;
        self.sign_in(login).await
    }

    /// A PBX that calls over UDP.
    pub async fn pbx(&self) -> Pbx {
        Pbx::udp(self.app().sip_udp[0]).await
    }
}

fn config_of(folder: PathBuf, database: &database::Database, flags: &[(&'static str, &str)]) -> Config {
    let sources = Sources::default()
        .with_flag("test", "data.dir", folder.to_string_lossy())
        .with_flag("test", "database.url", database.url())
        .with_flag("test", "web.listen", "127.0.0.1:0")
        .with_flag("test", "phone.listen_udp", "127.0.0.1:0")
        .with_flag("test", "phone.listen_tcp", "127.0.0.1:0")
        .with_flag("test", "metrics.listen", "127.0.0.1:0");
    // A machine that runs tests may be nearly full.
    let is_said = flags.iter().any(|(key, _)| *key == "mail.free_mib_min");
    let sources = if is_said { sources } else { sources.with_flag("test", "mail.free_mib_min", "0") };
    let sources = flags.iter().fold(sources, |sources, (key, value)| sources.with_flag("test", key, *value));
    config::load(&sources).unwrap().config
}

impl Drop for TestDesk {
    fn drop(&mut self) {
        let Some(app) = self.app.take() else { return };
        // A runtime that is there may be of the kind that can't wait; a thread of its own can.
        let (books, panicking) = (app.books.clone(), std::thread::panicking());
        let failed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let now = books.clock().now();
                books.read(move |db| deskbell::jobs::waiting(db, now)).await.map(|w| w.failed)
            })
        });
        let failed = failed.join().unwrap();
        drop(app);
        self.database.forget();
        if !panicking {
            assert!(matches!(failed, Ok(0) | Err(_)), "jobs failed for good: {failed:?}");
            log::assert_no_errors_since(self.errors_before);
        }
    }
}
