//! A database for each test: a copy of one that was migrated once.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use deskbell::accounts;
use deskbell::db::{Meters, Store, Target};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// Names a PostgreSQL server on which databases can be made, such as `postgres:///postgres?host=/run/x&user=tester`.
const VARIABLE: &str = "DESKBELL_TEST_POSTGRES";

/// Databases of tests that are over and are not dropped yet.
const RETIRED_MAX: usize = 8;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The database of one test.
pub enum Database {
    Sqlite(PathBuf),
    Postgres { name: String },
}

/// The server that the suite runs on; nothing for SQLite.
pub fn server() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

fn on(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').unwrap_or((server, ""));
    let base = base.rsplit_once('/').unwrap().0;
    format!("{base}/{name}?{query}")
}

impl Database {
    pub fn fresh(folder: &Path) -> Self {
        let Some(server) = server() else {
            return Self::fresh_sqlite(folder);
        };
        let name = format!("desk_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let template = postgres_template(&server);
        let mut admin = PgConnection::establish(&server).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
        Self::Postgres { name }
    }

    /// A SQLite file, whatever the suite runs on.
    pub fn fresh_sqlite(folder: &Path) -> Self {
        let path = folder.join("deskbell.db");
        std::fs::copy(sqlite_template(), &path).unwrap();
        Self::Sqlite(path)
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres { name } => on(&server().unwrap(), name),
        }
    }

    /// Drops it, a little later: while tasks of its desk still run they would wait for connections that nobody gives, and the
    /// test with them.
    pub fn forget(&self) {
        static RETIRED: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());
        let (Self::Postgres { name }, Some(server)) = (self, server()) else { return };
        let mut retired = RETIRED.lock().unwrap();
        retired.push_back(name.clone());
        if retired.len() > RETIRED_MAX
            && let Some(oldest) = retired.pop_front()
        {
            let mut admin = PgConnection::establish(&server).unwrap();
            // Pools that come back while it is dropped would hold that up for five seconds.
            let closed = format!("UPDATE pg_database SET datallowconn = false WHERE datname = '{oldest}'");
            admin.batch_execute(&closed).unwrap();
            admin.batch_execute(&format!("DROP DATABASE IF EXISTS {oldest} WITH (FORCE)")).unwrap();
        }
    }
}

fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.db");
        drop(Store::open(&Target::Sqlite(path.clone()), Meters::new().unwrap()).unwrap());
        // The writer's thread may not have closed the file yet: what stands in the log belongs into the copy.
        let mut db = diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        db.batch_execute("PRAGMA busy_timeout=10000; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        (folder, path)
    });
    path
}

fn postgres_template(server: &str) -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("desk_template_{}", std::process::id());
        let mut admin = PgConnection::establish(server).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        drop(Store::open(&Target::Postgres(on(server, &name)), Meters::new().unwrap()).unwrap());
        name
    })
}

/// The hash of everybody's password, made once: it is slow on purpose.
pub(super) fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| accounts::hash_password(super::PASSWORD).unwrap())
}
