//! The page of the desk's health, and what only a demo has.

use deskbell::accounts::Role;
use deskbell::calls::{self, CallFilter};
use deskbell::settings::{self, Settings};

use crate::desk::{Browser, TestDesk};

async fn health(browser: &mut Browser) -> String {
    let page = browser.get("/admin/health").await;
    assert_eq!(page.status, 200, "{}", page.words());
    page.words()
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_of_every_part_and_of_a_line_that_nobody_called() {
    let desk = TestDesk::with_line().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let words = health(&mut ada).await;
    for part in ["Database", "Disk", "Phone", "Fault line", "Live screens", "Background work", "Live updates", "Clock"]
    {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(words.contains("no call so far") && words.contains("Make a test call"), "{words}");

    let mut pbx = desk.pbx().await;
    let call = pbx.ring("+4930901820", "helpdesk").await;
    pbx.cancel(&call, "Q.850;cause=16").await;
    while desk.read(|db| calls::ended(db, &CallFilter::default(), None, 1)).await.rows.is_empty() {
        tokio::task::yield_now().await;
    }
    let words = health(&mut ada).await;
    assert!(words.contains("last call just now") && !words.contains("Make a test call"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_turned_back_is_red_and_says_what_to_do() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    assert!(!health(&mut ada).await.contains("was turned back"));
    desk.pass(-3_600_000);
    let words = health(&mut ada).await;
    assert!(words.contains("was turned back") && words.contains("Something does not work"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_desk_has_no_style_guide_and_no_language_of_tests() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Admin).await;
    let mut door = desk.browser_with(&[("accept-language", "ar-XB,en;q=0.5")]);
    assert_eq!(door.get("/dev/ui").await.status, 404);
    assert!(door.get("/login").await.text.contains("<html lang=\"en\" dir=\"ltr\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_says_whom_to_ask_and_greets_by_the_clock_of_the_desk() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Admin).await;
    let mut door = desk.browser();
    let words = door.get("/login").await.words();
    assert!(words.contains("Hello.") && words.contains("Ask whoever administers this desk"), "{words}");
    let asked = Settings { help: "Dana, room 3".into(), time_zone: "Asia/Tokyo".into(), ..Settings::default() };
    desk.act(move |act| settings::change(act, &asked)).await;
    let words = door.get("/login").await.words();
    assert!(words.contains("Good evening.") && words.contains("Dana, room 3"), "{words}");
}
