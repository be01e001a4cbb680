//! The store: what is acknowledged is on disk, what fails leaves nothing behind, and readers only read.

mod plans;

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Barrier};

use deskbell::base::{Error, Result};
use deskbell::db::{Db, Meters, Store, Target};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::desk::{Database, server};

/// Closures that may wait for the writer of a SQLite file.
const WAITING_MAX: usize = 4_096;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// The answer to a query for one `number`.
pub fn number(db: &mut Db, sql: &str) -> i64 {
    let row: Number = match db {
        Db::Sqlite(c) => diesel::sql_query(sql).get_result(c).unwrap(),
        Db::Postgres(c) => diesel::sql_query(sql).get_result(c).unwrap(),
    };
    row.number
}

/// The answers to a query for texts, each a `word`.
pub fn texts(db: &mut Db, sql: &str) -> Vec<String> {
    let rows: Vec<Word> = match db {
        Db::Sqlite(c) => diesel::sql_query(sql).load(c).unwrap(),
        Db::Postgres(c) => diesel::sql_query(sql).load(c).unwrap(),
    };
    rows.into_iter().map(|row| row.word).collect()
}

fn settings(db: &mut Db) -> i64 {
    number(db, "SELECT count(*) AS number FROM settings")
}

fn put(db: &mut Db, key: &str) -> Result<()> {
    Ok(db.batch_execute(&format!("INSERT INTO settings (key, value, updated_at) VALUES ('{key}', '', 0)"))?)
}

/// A SQLite file of its own: the writer that commits in groups is only there.
fn sqlite() -> (TempDir, Store, Meters) {
    let folder = tempfile::tempdir().unwrap();
    let meters = Meters::new().unwrap();
    let store = Store::open(&Target::Sqlite(folder.path().join("desk.db")), meters.clone()).unwrap();
    (folder, store, meters)
}

/// Keeps the writer busy until the sender is used; it is busy when this returns.
async fn hold(store: &Store) -> (Sender<()>, tokio::task::JoinHandle<Result<()>>) {
    let (release, released) = channel::<()>();
    let (enter, entered) = oneshot::channel();
    let store = store.clone();
    let held = tokio::spawn(async move {
        store
            .write(move |db| {
                put(db, "holder")?;
                let _ = enter.send(());
                let _ = released.recv();
                Ok(())
            })
            .await
    });
    entered.await.unwrap();
    (release, held)
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_wait_share_one_commit_and_show_only_when_it_is_done() {
    let (_folder, store, meters) = sqlite();
    let (release, held) = hold(&store).await;
    let mut all = join_all((0..100).map(|n| store.write(move |db| put(db, &format!("key {n}")))));
    assert!((&mut all).now_or_never().is_none(), "they wait for the writer");
    assert_eq!(store.read(|db| Ok(settings(db))).await.unwrap(), 0, "nothing shows before it is acknowledged");
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert!(all.await.iter().all(Result::is_ok));
    assert_eq!(store.read(|db| Ok(settings(db))).await.unwrap(), 101, "what was acknowledged shows");
    assert_eq!((meters.group_size.get_sample_count(), meters.group_size.get_sample_sum() as i64), (2, 101));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_or_a_panic_takes_back_only_its_own_write() {
    let (_folder, store, meters) = sqlite();
    let (release, held) = hold(&store).await;
    let mut all = join_all((0..4).map(|n| {
        store.write(move |db| {
            put(db, &format!("key {n}"))?;
            match n {
                1 => Err(Error::Missing),
                2 => panic!("a bug in a write"),
                _ => Ok(()),
            }
        })
    }));
    assert!((&mut all).now_or_never().is_none());
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    let all = all.await;
    assert_eq!(all.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, true]);
    assert!(matches!((&all[1], &all[2]), (Err(Error::Missing), Err(Error::Internal(_)))), "{all:?}");
    assert_eq!(meters.group_size.get_sample_count(), 2, "they were one group");
    let kept = |key: &'static str| {
        let sql = format!("SELECT count(*) AS number FROM settings WHERE key = '{key}'");
        store.read(move |db| Ok(number(db, &sql)))
    };
    assert_eq!((kept("key 0").await.unwrap(), kept("key 3").await.unwrap()), (1, 1));
    assert_eq!((kept("key 1").await.unwrap(), kept("key 2").await.unwrap()), (0, 0));
    store.write(|db| put(db, "afterwards")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_try_again_and_loses_nothing_that_it_took() {
    let (_folder, store, _meters) = sqlite();
    let (release, held) = hold(&store).await;
    let mut all = join_all((0..WAITING_MAX).map(|n| store.write(move |db| put(db, &format!("key {n}")))));
    assert!((&mut all).now_or_never().is_none());
    let one_more = store.write(|db| put(db, "one more")).await;
    assert!(matches!(one_more, Err(Error::Busy(_))), "{one_more:?}");
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert!(all.await.iter().all(Result::is_ok));
    let rows = store.read(|db| Ok(settings(db))).await.unwrap();
    assert_eq!(rows, i64::try_from(WAITING_MAX).unwrap() + 1);
}

/// A store on whichever database the suite runs on.
struct Any {
    store: Store,
    target: Target,
    database: Database,
    _folder: TempDir,
}

impl Any {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(folder.path());
        let target = match server() {
            Some(_) => Target::Postgres(database.url()),
            None => Target::Sqlite(database.url().strip_prefix("sqlite:").unwrap().into()),
        };
        let store = Store::open(&target, Meters::new().unwrap()).unwrap();
        Self { store, target, database, _folder: folder }
    }
}

impl Drop for Any {
    fn drop(&mut self) {
        self.database.forget();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_write_leaves_nothing_behind() {
    let any = Any::open();
    let failed = any.store.write(|db| put(db, "a").and(Err::<(), _>(Error::Missing))).await;
    assert!(matches!(failed, Err(Error::Missing)));
    let panicked = any.store.write(|db| put(db, "b").map(|()| assert_eq!(1, 2, "a bug"))).await;
    assert!(matches!(panicked, Err(Error::Internal(_))), "{panicked:?}");
    let broken = any.store.write(|db| put(db, "c").and_then(|()| put(db, "c"))).await;
    assert!(broken.is_err(), "the same key twice");
    assert_eq!(any.store.read(|db| Ok(settings(db))).await.unwrap(), 0);
    any.store.write(|db| put(db, "d")).await.unwrap();
    assert_eq!(any.store.read(|db| Ok(settings(db))).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_can_not_write() {
    let any = Any::open();
    let written = any.store.read(|db| put(db, "x")).await;
    assert!(written.is_err(), "a read that writes is refused");
    assert_eq!(any.store.read(|db| Ok(settings(db))).await.unwrap(), 0);
    any.store.write(|db| put(db, "y")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_read_sees_fits_together() {
    let any = Any::open();
    let (go, gone) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (before, after) = (Arc::clone(&go), Arc::clone(&gone));
    let store = any.store.clone();
    let reader = tokio::spawn(async move {
        let counts = store.read(move |db| {
            let first = settings(db);
            before.wait();
            after.wait();
            Ok((first, settings(db)))
        });
        counts.await.unwrap()
    });
    tokio::task::spawn_blocking(move || go.wait()).await.unwrap();
    any.store.write(|db| put(db, "in between")).await.unwrap();
    tokio::task::spawn_blocking(move || gone.wait()).await.unwrap();
    assert_eq!(reader.await.unwrap(), (0, 0));
}

fn pragma(db: &mut Db, name: &str) -> i64 {
    number(db, &format!("SELECT {name} AS number FROM pragma_{name}"))
}

fn pragmas(db: &mut Db) -> (i64, i64, String, i64) {
    let Db::Sqlite(c) = db else { panic!("SQLite was asked for") };
    let mode: Word = diesel::sql_query("SELECT journal_mode AS word FROM pragma_journal_mode").get_result(c).unwrap();
    (pragma(db, "synchronous"), pragma(db, "foreign_keys"), mode.word, pragma(db, "query_only"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connection_keeps_what_it_acknowledges() {
    let (_folder, store, _meters) = sqlite();
    let readers = 4;
    // All readers meet inside their closures, so each has a connection of its own.
    let meet = Arc::new(Barrier::new(readers));
    let all = join_all((0..readers).map(|_| {
        let (store, meet) = (store.clone(), Arc::clone(&meet));
        tokio::task::spawn_blocking(move || {
            store.read_blocking(|db| {
                meet.wait();
                Ok(pragmas(db))
            })
        })
    }));
    for found in all.await {
        assert_eq!(
            found.unwrap().unwrap(),
            (2, 1, "wal".to_owned(), 1),
            "synchronous=FULL, foreign keys, WAL, read only"
        );
    }
    assert_eq!(store.connections(), u32::try_from(readers).unwrap() + 1);
    let writer = store.write(|db| Ok(pragmas(db))).await.unwrap();
    assert_eq!(writer, (2, 1, "wal".to_owned(), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_refused_in_plain_words() {
    let any = Any::open();
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')";
    any.store.write(|db| Ok(db.batch_execute(newer)?)).await.unwrap();
    let Err(error) = Store::open(&any.target, Meters::new().unwrap()) else { panic!("a newer schema was opened") };
    let told = error.to_string();
    assert!(told.contains("99991231000000") && told.contains("written by a newer Deskbell"), "{told}");
}
