//! What the desk logs while tests run.

use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use deskbell::config::{self, Sources};
use deskbell::ops::logging;

static STARTED: Once = Once::new();
static ERRORS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static EXPECTED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What tests without a desk break on purpose, beside those that have one.
const BROKEN_ELSEWHERE: [&str; 2] = ["no database", "the secret is 4711"];

/// Starts to collect; gives how many errors there are so far.
pub(super) fn watch() -> usize {
    STARTED.call_once(|| {
        let levels = config::load(&Sources::default()).unwrap().config.log.level;
        let out: logging::Out = Arc::new(|line: &str| {
            if line.contains("level=error") {
                held(&ERRORS).push(line.to_owned());
            }
        });
        // Another test of this binary may watch logs by itself; then nothing is collected here.
        let _ = tracing::subscriber::set_global_default(logging::lines(&levels, logging::Style::Logfmt, out));
    });
    held(&ERRORS).len()
}

/// A test that fails must not take the others' log away.
fn held(lines: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lines with this text are what a test wants to see, here and in tests that run beside it.
pub fn expect_error(text: &str) {
    held(&EXPECTED).push(text.to_owned());
}

pub(super) fn assert_no_errors_since(before: usize) {
    let errors = held(&ERRORS)[before..].to_vec();
    let expected = held(&EXPECTED).clone();
    let on_purpose =
        |line: &&String| expected.iter().map(String::as_str).chain(BROKEN_ELSEWHERE).any(|text| line.contains(text));
    let new: Vec<&String> = errors.iter().filter(|line| !on_purpose(line)).collect();
    assert!(new.is_empty(), "logged as errors while this test ran: {new:#?}");
}
