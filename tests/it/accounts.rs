//! Who works here: signing in and out, sessions, the first admin, roles.

mod door;
mod feel;
mod secrets;
mod sessions;
mod setting_up;
mod staff;

use deskbell::base::id::EventId;
use deskbell::events::{self, Event};

use crate::desk::{Browser, TestDesk};

impl TestDesk {
    /// How many events of the log are such.
    pub async fn count(&self, such: impl Fn(&Event) -> bool) -> usize {
        let log = self.read(|db| events::read_after(db, EventId(0), 100_000)).await;
        log.iter().filter(|record| such(&record.event)).count()
    }
}

/// Whether a browser is signed in.
async fn is_in(browser: &mut Browser) -> bool {
    let page = browser.get_once("/me").await;
    assert!(page.status == 200 || page.header("location").starts_with("/login"), "{} {}", page.status, page.text);
    page.status == 200
}
