//! Tests of `src/ops/logging.rs`: what becomes of an event.

use std::process::Command;
use std::sync::{Arc, Mutex};

use deskbell::config::{Format, Levels, Sources};
use deskbell::ops::logging::{self, Style};
use tracing::level_filters::LevelFilter;

use crate::cli::err;

/// What is logged by `say` in `style`.
fn logged(style: Style, say: impl FnOnce()) -> Vec<String> {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let lines = Arc::clone(&seen);
    let levels = Levels {
        default: LevelFilter::INFO,
        targets: vec![("quiet".to_owned(), LevelFilter::WARN), ("loud".to_owned(), LevelFilter::TRACE)],
    };
    let log = logging::lines(&levels, style, Arc::new(move |line: &str| lines.lock().unwrap().push(line.to_owned())));
    tracing::subscriber::with_default(log, say);
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[test]
fn one_event_is_one_line_whatever_it_says() {
    let nasty = "a\r\nb\u{1b}[31m\u{2028}\u{2029}\u{85}\u{7f}\u{0}\u{202E}\tc";
    for style in [Style::Pretty { colour: false }, Style::Logfmt, Style::Json, Style::Prefixed] {
        let lines = logged(style, || {
            let span = tracing::info_span!("request", path = nasty);
            let _inside = span.enter();
            tracing::info!(agent = %nasty, subject = ?nasty, "{nasty}");
        });
        assert_eq!(lines.len(), 1);
        assert!(lines[0].chars().all(|c| !c.is_control() && !('\u{2028}'..='\u{202E}').contains(&c)), "{:?}", lines[0]);
    }
}

#[test]
fn spans_give_their_fields_and_the_innermost_counts() {
    let lines = logged(Style::Logfmt, || {
        let outer = tracing::info_span!("request", request_id = "r1", user = tracing::field::Empty);
        let _outer = outer.enter();
        outer.record("user", 7);
        let inner = tracing::info_span!("call", request_id = "r2");
        let _inner = inner.enter();
        tracing::warn!(target: "deskbell::web", message_id = "8e2a", ok = false, ratio = 0.5, "slow answer");
    });
    let (_, line) = lines[0].split_once(' ').unwrap();
    let expected =
        "level=warn target=deskbell::web msg=\"slow answer\" message_id=8e2a user=7 request_id=r2 ok=false ratio=0.5";
    assert_eq!(line, expected);
}

#[test]
fn levels_go_by_target_and_length_is_bounded() {
    let lines = logged(Style::Json, || {
        tracing::debug!("unheard");
        tracing::info!(target: "quiet::part", "unheard");
        tracing::warn!(target: "quiet::part", "heard");
        tracing::trace!(target: "loud", url = %"ü".repeat(100_000), "heard");
    });
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.contains("\"heard\"") && line.len() < 5_000));
}

#[test]
fn what_tells_passwords_is_never_heard() {
    let everything = |target: &str| (target.to_owned(), LevelFilter::TRACE);
    let levels = Levels {
        default: LevelFilter::TRACE,
        targets: ["async", "async_imap", "async_imap::imap_stream"].map(everything).to_vec(),
    };
    let log = logging::lines(&levels, Style::Json, Arc::new(|line: &str| panic!("{line}")));
    tracing::subscriber::with_default(log, || {
        tracing::error!(target: "async_imap", "secret");
        tracing::trace!(target: "async_imap::imap_stream", "secret");
        tracing::trace!(target: "async_imap::imap_stream::deeper", "secret");
    });
}

/// What is done in a process of its own, since a log is set up for good; nothing in a normal run.
#[test]
fn child() {
    if std::env::var_os("DESKBELL_TEST_LOG").is_none() {
        return;
    }
    let mut config = deskbell::config::load(&Sources::default()).unwrap().config;
    config.log.format = Format::Json;
    logging::start(&config.log, true).unwrap();
    assert!(logging::start(&config.log, true).is_err(), "once only");
    tracing::info!(answer = 42, "started");
    let ended = std::thread::Builder::new().name("worker".to_owned()).spawn(|| panic!("no\nluck")).unwrap().join();
    assert!(ended.is_err());
}

#[test]
fn a_panic_is_an_event_too() {
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "ops::logging::child", "--nocapture"]);
    let output = again.env("DESKBELL_TEST_LOG", "1").env("RUST_BACKTRACE", "0").output().unwrap();
    let text = err(&output);
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!((&lines[0]["message"], &lines[0]["answer"]), (&"started".into(), &42.into()));
    assert_eq!((&lines[1]["level"], &lines[1]["message"]), (&"error".into(), &"panic: no\nluck".into()));
    assert_eq!(lines[1]["thread"], "worker");
    assert!(lines[1]["place"].as_str().unwrap().starts_with("tests/it/ops/logging.rs:"));
}
