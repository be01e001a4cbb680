//! The first admin: by a one-time code that only whoever holds the machine can read.

use deskbell::accounts::Role;
use deskbell::app::setup_code;
use deskbell::events::Event;
use futures_util::future::join_all;

use super::is_in;
use crate::desk::{Browser, PASSWORD, Page, TestDesk};

async fn set_up(browser: &mut Browser, code: &str, login: &str) -> Page {
    browser.get("/setup").await;
    let fields = [("code", code), ("name", "Ada"), ("login", login), ("password", PASSWORD)];
    browser.post_once("/setup", &fields).await
}

async fn code_of(desk: &TestDesk) -> String {
    setup_code(desk.app()).await.unwrap().expect("a code, as there is no agent")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_makes_one_admin_and_then_the_page_is_closed() {
    let desk = TestDesk::start().await;
    let code = code_of(&desk).await;
    let file = desk.app().home.setup_code_path();
    assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), code);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "nobody else can read it");
    let mut ada = desk.browser();
    let page = ada.get_once("/login").await;
    assert_eq!((page.status, page.header("location")), (303, "/setup"), "a new desk asks for its first admin");
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    let page = set_up(&mut ada, &typed, "ada").await;
    assert_eq!((page.status, page.header("location")), (303, "/admin"), "{}", page.words());
    assert!(is_in(&mut ada).await, "and lets him in");

    let mut late = desk.browser();
    let page = late.get_once("/setup").await;
    assert_eq!((page.status, page.header("location")), (303, "/login"));
    late.get("/login").await;
    let fields = [("code", code.as_str()), ("name", "Eve"), ("login", "eve"), ("password", PASSWORD)];
    assert_eq!(late.post_once("/setup", &fields).await.status, 409);
    assert_eq!(desk.number("SELECT count(*) AS number FROM agents").await, 1);
    assert!(setup_code(desk.app()).await.unwrap().is_none());
    assert!(!file.exists(), "the file goes");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_are_counted_and_the_right_one_does_not_help_afterwards() {
    let desk = TestDesk::start().await;
    let code = code_of(&desk).await;
    let mut guesser = desk.browser();
    for n in 0..7 {
        let page = set_up(&mut guesser, "22222-33333-44444-55555", "eve").await;
        let waits = page.words().contains("Too many tries.");
        assert_eq!((page.status, waits), (422, n >= 5), "try {n}: {}", page.words());
    }
    assert_eq!(set_up(&mut guesser, &code, "eve").await.status, 422);
    let mut ada = desk.browser_from("127.0.0.2");
    assert_eq!(set_up(&mut ada, &code, "ada").await.status, 303, "who holds the machine comes from elsewhere");
    assert_eq!(desk.count(|event| matches!(event, Event::AgentCreated { .. })).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_code_used_many_times_at_once_makes_one_admin() {
    let desk = TestDesk::start().await;
    let code = code_of(&desk).await;
    let tries = (1..=4).map(|n| {
        let (code, mut browser) = (code.clone(), desk.browser_from(&format!("127.0.0.{n}")));
        async move { set_up(&mut browser, &code, &format!("admin{n}")).await.status }
    });
    let mut told = join_all(tries).await;
    told.sort_unstable();
    assert_eq!(told, [303, 409, 409, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_worth_nothing_after_a_day_or_when_there_is_a_newer_one() {
    let desk = TestDesk::start().await;
    let old = code_of(&desk).await;
    let code = code_of(&desk).await;
    assert_eq!(set_up(&mut desk.browser(), &old, "ada").await.status, 422);
    desk.pass(24 * 3_600_000);
    let page = set_up(&mut desk.browser_from("127.0.0.2"), &code, "ada").await;
    assert!(page.status == 422 && page.words().contains("This code is wrong or too old."), "{}", page.words());
    for empty in ["", " - "] {
        assert_eq!(set_up(&mut desk.browser_from("127.0.0.3"), empty, "ada").await.status, 422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stays_when_something_is_wrong_with_it() {
    let desk = TestDesk::start().await;
    let code = code_of(&desk).await;
    let mut ada = desk.browser();
    ada.get("/setup").await;
    let fields = [("code", code.as_str()), ("name", "Ada"), ("login", "ada"), ("password", "short")];
    let page = ada.post_once("/setup", &fields).await;
    assert_eq!((page.status, page.field("name"), page.field("code")), (422, "Ada".to_owned(), code.clone()));
    assert!(!page.text.contains("short\""), "but no password");
    assert_eq!(set_up(&mut ada, &code, "ada").await.status, 303);
    let role = desk.read(|db| Ok(deskbell::accounts::agent_by_login(db, "ada")?.role)).await;
    assert_eq!(role, Role::Admin);
}
