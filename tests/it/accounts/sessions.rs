//! Sessions: how long they last, and that they end at once when they must.

use std::time::Duration;

use deskbell::accounts::{self, AgentCard, Role};
use deskbell::base::id::AgentId;
use deskbell::events::Event;

use super::is_in;
use crate::desk::{Browser, PASSWORD, TestDesk};

const MINUTE: i64 = 60_000;

/// How long a session lasts that nobody uses; short, so that it ends long before its age does.
fn idle_of(desk: &TestDesk) -> i64 {
    i64::from(desk.config().web.session_idle_minutes) * MINUTE
}

async fn desk_with_short_sessions() -> TestDesk {
    TestDesk::configured(&[("web.session_idle_minutes", "30")]).await
}

/// An open stream that has begun.
async fn stream_of(browser: &Browser) -> reqwest::Response {
    let mut stream = browser.events(0).await;
    assert_eq!(stream.status(), 200);
    stream.chunk().await.unwrap().expect("the greeting");
    stream
}

/// Reads a stream to its end.
async fn ends(mut stream: reqwest::Response) {
    let end = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(10), end).await.expect("the stream ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_as_long_as_pages_are_opened() {
    let desk = desk_with_short_sessions().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let idle = idle_of(&desk);
    for _ in 0..5 {
        desk.pass(idle - MINUTE);
        assert!(is_in(&mut ada).await, "a page now and then");
    }
    desk.pass(idle);
    assert!(!is_in(&mut ada).await, "nobody did anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_keep_a_session_alive_too() {
    let desk = desk_with_short_sessions().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    for _ in 0..3 {
        desk.pass(idle_of(&desk) - MINUTE);
        assert_eq!(ada.post_once("/me/language", &[("language", "en")]).await.status, 303);
    }
    assert!(is_in(&mut ada).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_screen_asks_for_by_itself_does_not_keep_a_session_alive() {
    let desk = desk_with_short_sessions().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let third = idle_of(&desk) / 3;
    for _ in 0..2 {
        desk.pass(third);
        assert_eq!(ada.fragment("/calls/list").await.status, 200);
        drop(stream_of(&ada).await);
    }
    desk.pass(third);
    assert_eq!(ada.fragment("/calls/list").await.status, 401, "nobody touched it");
    assert_eq!(ada.events(0).await.status(), 401);
    assert!(!is_in(&mut ada).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_lives_for_ever() {
    let desk = desk_with_short_sessions().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    for _ in 0..(12 * 60 / 20 - 1) {
        desk.pass(20 * MINUTE);
        assert!(is_in(&mut ada).await);
    }
    desk.pass(20 * MINUTE);
    assert!(!is_in(&mut ada).await, "after twelve hours");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_and_its_stream_and_no_other() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let mut elsewhere = desk.sign_in("ada").await;
    let (here, there) = (stream_of(&ada).await, stream_of(&elsewhere).await);
    let token = ada.cookie("deskbell").unwrap();
    ada.get("/me").await;
    let page = ada.post_once("/logout", &[]).await;
    assert_eq!((page.status, page.header("location")), (303, "/login"));
    assert!(
        page.cookies().iter().any(|c| c.starts_with("deskbell=;") && c.contains("Max-Age=0")),
        "{:?}",
        page.cookies()
    );
    assert_eq!(page.header("clear-site-data"), "\"cache\", \"storage\"");
    ends(here).await;
    let mut thief = desk.browser();
    thief.plant(&format!("deskbell={token}"));
    assert!(!is_in(&mut thief).await, "the token is worth nothing now");
    assert!(is_in(&mut elsewhere).await);
    elsewhere.get("/me").await;
    elsewhere.post_once("/logout", &[]).await;
    ends(there).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_can_be_ended_from_another_one() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let mut lost = desk.sign_in("ada").await;
    let eve = desk.agent("eve", Role::Agent).await;
    let mut eve_browser = desk.sign_in("eve").await;
    let of_eve = desk.read(move |db| accounts::sessions_of(db, eve)).await[0].id;
    let ada_id = desk.read(|db| Ok(accounts::agent_by_login(db, "ada")?.id)).await;
    let of_lost = desk.read(move |db| accounts::sessions_of(db, ada_id)).await[0].id;
    let page = ada.get("/me").await;
    assert!(page.text.contains(&format!("/me/sessions/{of_lost}/end")), "{}", page.words());
    ada.post(&format!("/me/sessions/{of_lost}/end"), &[]).await;
    ada.post(&format!("/me/sessions/{of_eve}/end"), &[]).await;
    assert!(!is_in(&mut lost).await);
    assert!(is_in(&mut eve_browser).await, "nobody ends the sessions of others");
    assert!(is_in(&mut ada).await);
}

async fn change(desk: &TestDesk, id: AgentId, role: Role) {
    let card = AgentCard { login: "ada".into(), name: "Ada Test".into(), role, teams: Vec::new() };
    desk.act(move |act| accounts::change_agent(act, id, card)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_agent_a_new_role_and_a_new_password_end_sessions_at_once() {
    let desk = TestDesk::start().await;
    let id = desk.agent("ada", Role::Agent).await;
    for what in ["disabled", "new role", "new password"] {
        let mut ada = desk.sign_in("ada").await;
        let stream = stream_of(&ada).await;
        match what {
            "disabled" => desk.act(move |act| accounts::disable_agent(act, id)).await,
            "new role" => change(&desk, id, Role::Lead).await,
            _ => {
                desk.act(move |act| {
                    accounts::set_password(act, id, &accounts::hash_password("another pass word")?, None)
                })
                .await
            }
        }
        assert!(!is_in(&mut ada).await, "{what}");
        ends(stream).await;
        if what == "disabled" {
            let page = ada.sign_in("ada", PASSWORD).await;
            assert_eq!(page.status, 422, "who is disabled does not come in again");
            desk.act(move |act| accounts::enable_agent(act, id)).await;
        }
    }
    assert_eq!(desk.browser().sign_in("ada", "another pass word").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_s_own_new_password_ends_the_other_sessions_and_needs_the_old_one() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let mut elsewhere = desk.sign_in("ada").await;
    ada.get("/me").await;
    let page = ada.post("/me/password", &[("current", "wrong wrong wrong"), ("password", "neues pass wort")]).await;
    assert!(page.status == 422 && page.words().contains("This is not your current password."), "{}", page.words());
    let page = ada.post("/me/password", &[("current", PASSWORD), ("password", "short")]).await;
    assert!(page.status == 422 && page.words().contains("at least 12"), "{}", page.words());
    assert!(is_in(&mut elsewhere).await);
    let page = ada.post("/me/password", &[("current", PASSWORD), ("password", "neues pass wort")]).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/me"), "{}", page.words());
    assert!(is_in(&mut ada).await, "the one that asked stays");
    assert!(!is_in(&mut elsewhere).await);
    assert_eq!(desk.browser().sign_in("ada", PASSWORD).await.status, 422);
    assert_eq!(desk.browser().sign_in("ada", "neues pass wort").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sits_at_an_open_screen_gets_no_more_tries_at_the_password_than_at_the_door() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    ada.get("/me").await;
    for n in 0..8 {
        let guess = format!("a guess, number {n}");
        let page = ada.post("/me/password", &[("current", &guess), ("password", "neues pass wort")]).await;
        assert_eq!(page.words().contains("Too many tries."), n >= 5, "guess {n}: {}", page.words());
    }
    assert_eq!(desk.count(|event| matches!(event, Event::SignInFailed { .. })).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_was_planted_is_not_the_session_afterwards() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Agent).await;
    let planted = "0".repeat(64);
    let mut ada = desk.browser();
    ada.plant(&format!("deskbell={planted}"));
    ada.get("/login").await;
    let page = ada.post("/login", &[("login", "ada"), ("password", PASSWORD), ("next", "/")]).await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert_ne!(ada.cookie("deskbell").unwrap(), planted);
    let mut thief = desk.browser();
    thief.plant(&format!("deskbell={planted}"));
    assert!(!is_in(&mut thief).await);
    let first = ada.cookie("deskbell").unwrap();
    ada.sign_in("ada", PASSWORD).await;
    assert_ne!(ada.cookie("deskbell").unwrap(), first, "every sign-in has a token of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_one_session_is_refused_in_another() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let mut eve = desk.signed_in("eve", Role::Agent).await;
    ada.get("/me").await;
    eve.get("/me").await;
    let own = ada.csrf.clone();
    ada.csrf.clone_from(&eve.csrf);
    let page = ada.post_once("/me/language", &[("language", "de")]).await;
    assert!(page.status == 403 && page.words().contains("not sent from a current page"), "{}", page.words());
    assert_eq!(ada.post_bare("/me/language", &[("language", "de")]).await.status, 403);
    ada.csrf = own;
    assert_eq!(ada.post_once("/me/language", &[("language", "en")]).await.status, 303);
}
