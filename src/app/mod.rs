//! The program: build, run until a signal, stop in order.
//!
//! [`App::build`] opens everything in the order of dependence and listens last, so that nobody is answered by half a desk.
//! [`App::stop`] goes backwards: no new work, then what runs, then the writer. Nothing of it is needed for correctness: a
//! killed daemon loses nothing that it acknowledged.

mod checks;
mod home;
mod sockets;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use prometheus::Registry;

pub(crate) use checks::ping;
pub use home::Home;
pub use sockets::Sockets;

use crate::accounts::{self, Hashing, SessionLimits, SweepSessions};
use crate::base::{Clock, Error, Result};
use crate::blobs::Blobs;
use crate::calls::{self, CallbackEnds, Intake, LineTable, Screens};
use crate::config::{Config, DatabaseUrl};
use crate::db::{self, Store, Target};
use crate::events::{Actor, Books, Followers, newest_id};
use crate::jobs::{self, Running, Worker};
use crate::mail::reach::Reach;
use crate::mail::tls::Trust;
use crate::mail::token::Keys;
use crate::mailboxes::{self, MailboxWatch, Notices, Post, Room, Seal, Trials};
use crate::ops::health::Details;
use crate::ops::metrics::Figures;
use crate::ops::watch::Watch;
use crate::phone::{self, Phone};
use crate::tickets;
use crate::web::live::Limits;
use crate::web::{self, Live, Options};
use crate::{ops, routes};

/// Mails that are read at once: reading takes a core.
const MAILS_READ_AT_ONCE: usize = 2;

/// How long stopping may take.
const STOP_LIMIT: Duration = Duration::from_millis(4_500);

/// The running desk.
pub struct App {
    /// The books, for those who run the desk from within: the demo, tests.
    pub books: Books,
    /// Files.
    pub blobs: Blobs,
    /// The folder of the data.
    pub home: Home,
    /// Where browsers reach it.
    pub web: Vec<SocketAddr>,
    /// Where calls come in by datagrams.
    pub sip_udp: Vec<SocketAddr>,
    /// Where calls come in by connections.
    pub sip_tcp: Vec<SocketAddr>,
    /// Where monitoring reaches it.
    pub metrics: Option<SocketAddr>,
    live: Live,
    phone: Phone,
    followers: Followers,
    worker: Running,
    mail: mailboxes::Running,
    /// What fetching and sending need, for the demo, tests and the command line.
    pub room: Room,
    servers: Vec<ServerHandle>,
    checks: Data<ops::health::Checks>,
}

/// Where the data is, as the store wants it.
pub fn target(config: &Config) -> Target {
    match &config.database.url {
        DatabaseUrl::Sqlite(path) => Target::Sqlite(path.clone()),
        DatabaseUrl::Postgres(_) => Target::Postgres(config.database.connection().reveal().to_owned()),
    }
}

impl App {
    /// Opens the data, starts everything and listens.
    ///
    /// # Errors
    /// The data folder, the database or an address can't be used; what was started is gone with the error.
    pub async fn build(config: &Config, sockets: Sockets, clock: Clock) -> Result<Self> {
        Self::open(config, sockets, clock, false).await
    }

    /// The same as a demo: with the style guide, and the languages that only tests read.
    ///
    /// # Errors
    /// As [`App::build`].
    pub async fn build_demo(config: &Config, clock: Clock) -> Result<Self> {
        Self::open(config, Sockets::default(), clock, true).await
    }

    async fn open(config: &Config, sockets: Sockets, clock: Clock, demo: bool) -> Result<Self> {
        let home = Home::open(&config.data.dir)?;
        let warm = tokio::task::spawn_blocking(phone::number::warm_up);
        let registry = Registry::new();
        let store_meters = db::Meters::new()?;
        store_meters.register(&registry)?;
        let (at, meters) = (target(config), store_meters.clone());
        let store = tokio::task::spawn_blocking(move || Store::open(&at, meters))
            .await
            .map_err(|e| Error::internal("opening the database", e))??;
        let ticket_meters = tickets::Meters::register(&registry)?;
        let books = Books::new(store, clock.clone()).observed_by(move |event| ticket_meters.saw(event));
        let blobs = Blobs::in_folder(&home.blobs())?;
        let lines = books.read(LineTable::read).await?;
        let call_meters = calls::Meters::register(&registry)?;
        let web_meters = web::Meters::register(&registry).map_err(|e| Error::internal("the web's counters", e))?;
        let live = Live::new(Limits::default(), web_meters.streams.clone())
            .starting_after(clock.now().0.saturating_mul(1_000));

        let mut followers = Followers::new(books.clone(), &registry)?;
        followers.add(lines.clone()).await?;
        followers.add(Screens::new(live.clone(), lines.clone(), call_meters.clone())).await?;
        followers.add(CallbackEnds).await?;
        let signs = MailboxWatch::default();
        followers.add(signs.clone()).await?;
        let room = room(config, &home, &books, &blobs)?;
        followers.add(Notices::new(room.post.clone())).await?;
        room.meters.register(&registry)?;
        let worker = work(&books, &registry).await?;

        let limit = Duration::from_secs(u64::from(config.phone.ring_seconds_max));
        let intake = Intake::new(books.clone(), lines.clone(), home.node(), limit, call_meters.clone())
            .showing_numbers(config.log.pii);
        let closed = intake.recover().await?;
        if closed > 0 {
            tracing::warn!(calls = closed, "calls rang when the daemon was killed; they are closed as unknown");
        }
        warm.await.map_err(|e| Error::internal("loading the numbering plans", e))?;

        let phone_meters = phone::Meters::new().map_err(|e| Error::internal("the phone's counters", e))?;
        phone_meters.register(&registry).map_err(|e| Error::internal("the phone's counters", e))?;
        let bound = sockets.bind(config)?;
        let phone = Phone::start(bound.sip, Arc::new(intake), phone_options(config), phone_meters)?;
        let checks = Data::new(checks::checks(&books, &clock));
        let mail = mailboxes::Running::start(room.clone(), &signs);
        let mut app = Self {
            web: bound.web.iter().filter_map(|l| l.local_addr().ok()).collect(),
            metrics: bound.metrics.as_ref().and_then(|l| l.local_addr().ok()),
            sip_udp: phone.udp_addresses().to_vec(),
            sip_tcp: phone.tcp_addresses().to_vec(),
            servers: Vec::new(),
            books,
            blobs,
            home,
            live,
            phone,
            followers,
            worker,
            mail,
            room,
            checks,
        };
        let options = web_options(config, &app.home, clock, demo);
        app.serve(config, bound.web, bound.metrics, &options, &web_meters, lines, &call_meters, registry)?;
        Ok(app)
    }

    #[expect(clippy::too_many_arguments, reason = "the one place where the web side is put together")]
    fn serve(
        &mut self,
        config: &Config,
        web: Vec<std::net::TcpListener>,
        metrics: Option<std::net::TcpListener>,
        options: &Options,
        meters: &web::Meters,
        lines: LineTable,
        calls: &calls::Meters,
        registry: Registry,
    ) -> Result<()> {
        let failed = |e: std::io::Error| Error::internal("starting the web server", e);
        let limits = SessionLimits {
            idle_ms: i64::from(config.web.session_idle_minutes) * 60_000,
            age_ms: i64::from(config.web.session_hours_max) * 3_600_000,
        };
        let line_table = lines.clone();
        let (books, limits, lines) = (Data::new(self.books.clone()), Data::new(limits), Data::new(lines));
        let demo = options.demo;
        let (hashing, checks) = (Data::new(Hashing::default()), self.checks.clone());
        let (room, blobs) = (Data::new(self.room.clone()), Data::new(self.blobs.clone()));
        let watch = Data::new(self.watch(registry.clone(), line_table.clone(), options));
        let trials = Data::new(Trials::new(self.room.clone()));
        let server = web::server::serve(web, options, meters, &self.live, move |routes| {
            routes
                .app_data(books.clone())
                .app_data(limits.clone())
                .app_data(lines.clone())
                .app_data(room.clone())
                .app_data(blobs.clone())
                .app_data(hashing.clone())
                .app_data(trials.clone())
                .app_data(watch.clone());
            ops::health::configure(checks.clone(), Details::Hidden)(routes);
            routes::configure(routes);
            if demo {
                routes::configure_demo(routes);
            }
        })
        .map_err(failed)?;
        self.servers.push(server.handle());
        tokio::spawn(server);
        if let Some(listener) = metrics {
            let token = config.metrics.token.clone();
            let figures = Figures::new(registry.clone(), token).map_err(|e| Error::internal("the figures", e))?;
            let figures = checks::refreshing(figures, &registry, &self.books, &line_table, calls, &self.room.meters)?;
            let server = ops::metrics::serve(listener, Data::new(figures), self.checks.clone()).map_err(failed)?;
            self.servers.push(server.handle());
            tokio::spawn(server);
        }
        Ok(())
    }

    /// What the page of the desk's health looks at.
    fn watch(&self, registry: Registry, lines: LineTable, options: &Options) -> Watch {
        let udp = self.sip_udp.iter().map(|address| format!("UDP {address}"));
        let tcp = self.sip_tcp.iter().map(|address| format!("TCP {address}"));
        Watch {
            books: self.books.clone(),
            lines,
            registry,
            folder: self.home.blobs(),
            sockets: udp.chain(tcp).collect(),
            started_at: options.clock.now(),
        }
    }

    /// Whether the database answers; what the watchdog asks. "Not now" is an answer: a full disk or a server that is away
    /// mends itself, and a restart would only lose the calls that ring.
    pub async fn is_alive(&self) -> bool {
        matches!(checks::ping(&self.books).await, Ok(()) | Err(Error::Busy(_)))
    }

    /// Runs the jobs that are due, and waits until every follower has seen everything that is in the log.
    pub async fn settle(&self) -> Result<()> {
        self.worker.run_due().await?;
        self.mail.send_due().await?;
        let newest = self.books.read(newest_id).await?;
        self.followers.have_seen(newest).await;
        Ok(())
    }

    /// The live screens, for tests that watch what browsers are told.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Stops in order: no new calls and requests, streams end, what runs ends, followers and jobs stop. Under 5 s.
    pub async fn stop(self) {
        let Self { phone, servers, live, worker, mail, followers, .. } = self;
        let in_order = async move {
            phone.stop().await;
            futures_util::future::join_all(servers.iter().map(|server| web::server::stop(server, &live))).await;
            mail.stop().await;
            worker.stop().await;
            followers.stop().await;
        };
        // What still waits then waits for a database that is away; nothing of it was acknowledged.
        if tokio::time::timeout(STOP_LIMIT, in_order).await.is_err() {
            tracing::warn!("not everything stopped in time");
        }
    }
}

/// Teaches a worker all kinds of jobs and starts the schedules.
async fn work(books: &Books, registry: &Registry) -> Result<Running> {
    let mut worker = Worker::new(books.clone(), registry)?;
    worker.add(SweepSessions);
    worker.add(tickets::IndexWords);
    books.write(Actor::Daemon, tickets::IndexWords::begin).await?;
    books
        .write(Actor::Daemon, |act| jobs::enqueue_once(act.db, "accounts.sweep_sessions", "schedule", act.now, act.now))
        .await?;
    Ok(worker.start())
}

/// What fetching and sending mail need. Keys for other uses than forms are derived from the desk's own.
pub fn room(config: &Config, home: &Home, books: &Books, blobs: &Blobs) -> Result<Room> {
    let reach = Reach::also(config.mail.networks.iter().cloned());
    let trust = Trust::new(config.mail.ca_file.as_deref(), reach)
        .map_err(|e| Error::Internal(format!("the certificate authorities for mail: {e}")))?;
    let url = config.web.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
    let (key, previous) = home.mail_keys(books.clock().now())?;
    Ok(Room {
        books: books.clone(),
        blobs: blobs.clone(),
        post: Post { keys: Keys::new(key, previous), url: url.unwrap_or_default() },
        seal: Seal::new(home.derived("mail secrets")),
        trust,
        node: home.node().into(),
        readers: Arc::new(tokio::sync::Semaphore::new(MAILS_READ_AT_ONCE)),
        renewing: Arc::default(),
        sums: mailboxes::Sums::default(),
        meters: mailboxes::Meters::new()?,
        free_bytes_min: u64::from(config.mail.free_mib_min) << 20,
    })
}

fn phone_options(config: &Config) -> phone::Options {
    let calls_max = usize::try_from(config.phone.calls_max).unwrap_or(usize::MAX);
    phone::Options {
        // A call that was cancelled leaves two transactions behind, one for 32 s: this is 1,000 such calls a second.
        bounds: phone::Bounds { calls_max, transactions_max: calls_max.saturating_mul(16), ..phone::Bounds::default() },
        known_per_second: config.phone.requests_per_second_max,
        ..phone::Options::default()
    }
}

fn web_options(config: &Config, home: &Home, clock: Clock, demo: bool) -> Options {
    Options {
        public_url: config.web.public_url.clone(),
        hosts: config.web.hosts.clone(),
        trusted_proxies: config.web.trusted_proxies.clone(),
        clock,
        demo,
        ..Options::new(home.key())
    }
}

/// Makes the code for the first admin when there is none, puts it where only the daemon's user can read it, and gives it.
pub async fn setup_code(app: &App) -> Result<Option<String>> {
    if !app.books.read(accounts::needs_setting_up).await? {
        app.home.forget_setup_code();
        return Ok(None);
    }
    let code = app.books.write(Actor::Daemon, accounts::new_code).await?;
    app.home.keep_setup_code(&code)?;
    Ok(Some(code))
}
