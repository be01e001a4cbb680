//! What the desk logs while tests run.

use std::sync::{Arc, Mutex, Once};

use deskbell::config::{self, Sources};
use deskbell::ops::logging;

static STARTED: Once = Once::new();
static ERRORS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static EXPECTED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Starts to collect; gives how many errors there are so far.
pub(super) fn watch() -> usize {
    STARTED.call_once(|| {
        let levels = config::load(&Sources::default()).unwrap().config.log.level;
        let out: logging::Out = Arc::new(|line: &str| {
            if line.contains("level=error") {
                ERRORS.lock().unwrap().push(line.to_owned());
            }
        });
        // Another test of this binary may watch logs by itself; then nothing is collected here.
        let _ = tracing::subscriber::set_global_default(logging::lines(&levels, logging::Style::Logfmt, out));
    });
    ERRORS.lock().unwrap().len()
}

/// Lines with this text are what a test wants to see, here and in tests that run beside it.
pub fn expect_error(text: &str) {
    EXPECTED.lock().unwrap().push(text.to_owned());
}

pub(super) fn assert_no_errors_since(before: usize) {
    let errors = ERRORS.lock().unwrap();
    let expected = EXPECTED.lock().unwrap();
    let new: Vec<_> = errors[before..].iter().filter(|line| !expected.iter().any(|e| line.contains(e))).collect();
    assert!(new.is_empty(), "logged as errors while this test ran: {new:#?}");
}
