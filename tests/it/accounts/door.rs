//! The door: who gets in, what those hear who don't, and where one is led afterwards.

use std::collections::BTreeSet;

use deskbell::accounts::{self, Role};
use deskbell::events::Event;
use futures_util::future::join_all;

use super::is_in;
use crate::desk::{Browser, PASSWORD, Page, TestDesk};

fn tried(login: &str, password: &str) -> [(&'static str, String); 3] {
    [("login", login.to_owned()), ("password", password.to_owned()), ("next", "/".to_owned())]
}

async fn try_in(browser: &mut Browser, login: &str, password: &str) -> Page {
    browser.get("/login").await;
    let fields = tried(login, password);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post_once("/login", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_opens_the_desk() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    assert!(is_in(&mut ada).await);
    let mut other = desk.browser();
    let page = try_in(&mut other, "  ADA ", PASSWORD).await;
    assert_eq!((page.status, page.header("location")), (303, "/"), "neither case nor spaces of a login matter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_login_look_the_same() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Agent).await;
    let gone = desk.agent("gone", Role::Agent).await;
    desk.act(move |act| accounts::disable_agent(act, gone)).await;
    let mut browser = desk.browser();
    let told: Vec<(u16, String, BTreeSet<String>)> = {
        let mut told = Vec::new();
        for (login, password) in [("ada", "blaue pumpe tropfe"), ("bob", PASSWORD), ("gone", PASSWORD)] {
            let page = try_in(&mut browser, login, password).await;
            assert!(page.words().contains("Login or password is wrong."), "{}", page.words());
            let headers = page.headers.keys().map(ToString::to_string).collect();
            told.push((page.status, page.text.replace(login, "LOGIN").replace(&browser.csrf, "TOKEN"), headers));
        }
        told
    };
    assert_eq!(told[0].0, 422);
    assert_eq!(told[0], told[1], "a login that nobody has");
    assert_eq!(told[0], told[2], "a login of somebody who was disabled");
    assert!(!is_in(&mut browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_logins_are_wrong_ones_like_any_other() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Agent).await;
    for (n, login) in ["ada\0", "\0", "' OR 1=1 --", "%", "\u{202E}ada", "<script>alert(1)</script>"].iter().enumerate()
    {
        let mut browser = desk.browser_from(&format!("127.0.1.{}", n + 1));
        let page = try_in(&mut browser, login, "not the password").await;
        assert_eq!(page.status, 422, "{login:?}: {}", page.words());
        assert!(!page.text.contains("<script>alert"), "{login:?}");
    }
    let long = "a".repeat(10_000);
    assert_eq!(try_in(&mut desk.browser_from("127.0.1.99"), &long, &long).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_guesses_at_once_are_five() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Agent).await;
    let mut guesser = desk.browser();
    guesser.get("/login").await;
    let guesses = (0..100).map(|n| {
        let mut one = guesser.clone();
        async move {
            let password = format!("a guess, number {n}");
            one.post_once("/login", &[("login", "ada"), ("password", &password), ("next", "/")]).await
        }
    });
    let pages = join_all(guesses).await;
    let looked_at = pages.iter().filter(|page| page.words().contains("Login or password is wrong.")).count();
    let told_to_wait = pages.iter().filter(|page| page.words().contains("Too many tries. Wait 5 minutes")).count();
    assert_eq!((looked_at, told_to_wait), (5, 95));
    assert_eq!(desk.count(|event| matches!(event, Event::SignInFailed { .. })).await, 5);
    let page = try_in(&mut guesser, "ada", PASSWORD).await;
    assert_eq!(page.status, 422, "the right password does not help from there");

    let mut ada = desk.browser_from("127.0.0.2");
    assert_eq!(try_in(&mut ada, "ada", PASSWORD).await.status, 303, "its owner gets in from elsewhere");
    desk.pass(5 * 60_000);
    assert_eq!(try_in(&mut guesser, "ada", PASSWORD).await.status, 303, "and from there when the time is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_anybody_can_send_does_not_make_another_address() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Agent).await;
    for n in 0..7 {
        let (real, chain) = (format!("198.51.100.{n}"), format!("for=198.51.100.{n}"));
        let headers = [("x-forwarded-for", real.as_str()), ("forwarded", &chain), ("x-real-ip", &real)];
        let mut browser = desk.browser_with(&headers);
        let page = try_in(&mut browser, "ada", "not the password").await;
        assert_eq!(page.words().contains("Too many tries."), n >= 5, "try {n}: {}", page.words());
    }
    assert_eq!(
        desk.count(|e| matches!(e, Event::SignInFailed { address, .. } if address == "127.0.0.1")).await,
        5,
        "the log has the address of the socket"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_of_ours_each_address_has_its_own_tries() {
    let desk = TestDesk::configured(&[("web.trusted_proxies", "127.0.0.1")]).await;
    desk.agent("ada", Role::Agent).await;
    for _ in 0..6 {
        let mut guesser = desk.browser_with(&[("x-forwarded-for", "203.0.113.9, 198.51.100.1")]);
        try_in(&mut guesser, "ada", "not the password").await;
    }
    let mut ada = desk.browser_with(&[("x-forwarded-for", "198.51.100.1, 203.0.113.9")]);
    assert_eq!(try_in(&mut ada, "ada", PASSWORD).await.status, 303);
    let mut ada = desk.browser_with(&[("x-forwarded-for", "198.51.100.1")]);
    assert_eq!(try_in(&mut ada, "ada", PASSWORD).await.status, 422, "what stands left of it is hearsay");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Agent).await;
    let page = try_in(&mut desk.browser(), "ada", PASSWORD).await;
    let session = |page: &Page, name: &str| {
        let named = format!("{name}=");
        page.cookies().into_iter().find(|c| c.starts_with(&named)).expect("a session").to_owned()
    };
    let cookie = session(&page, "deskbell");
    let (value, rest) = cookie.split_once("; ").unwrap();
    assert_eq!(value.len(), "deskbell=".len() + 64, "256 bits");
    assert_eq!(rest, "Path=/; HttpOnly; SameSite=Lax");

    let desk = TestDesk::configured(&[("web.public_url", "https://desk.example.org")]).await;
    desk.agent("ada", Role::Agent).await;
    let mut browser = desk.browser_with(&[("host", "desk.example.org"), ("sec-fetch-site", "same-origin")]);
    let door = browser.get("/login").await;
    let before = session(&door, "__Host-deskbell-pre").split(';').next().unwrap().to_owned();
    let mut browser = desk.browser_with(&[("host", "desk.example.org"), ("cookie", &before)]);
    browser.csrf = door.text.split("name=\"csrf\" content=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = browser.post_once("/login", &[("login", "ada"), ("password", PASSWORD), ("next", "/")]).await;
    assert_eq!(page.status, 303, "{}", page.words());
    let cookie = session(&page, "__Host-deskbell");
    assert_eq!(cookie.split_once("; ").unwrap().1, "Path=/; HttpOnly; SameSite=Lax; Secure");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_led_where_one_wanted_to_go_but_never_out_of_the_house() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Agent).await;
    let mut browser = desk.browser();
    let page = browser.get_once("/t?status=all&team=1").await;
    assert_eq!((page.status, page.header("location")), (303, "/login?next=%2Ft%3Fstatus%3Dall%26team%3D1"));
    let page = browser.get(page.header("location")).await;
    assert_eq!(page.field("next"), "/t?status=all&team=1");
    for (next, wanted) in [
        ("/t?status=all&team=1", "/t?status=all&team=1"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/%5cevil.example", "/"),
        ("/%2Fevil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https:evil.example", "/"),
        ("https://evil.example", "/"),
        ("@evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
    ] {
        let mut browser = desk.browser();
        browser.get("/login").await;
        let page = browser.post_once("/login", &[("login", "ada"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!((page.status, page.header("location")), (303, wanted), "{next:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_in_by_a_form_of_another_site() {
    let desk = TestDesk::start().await;
    desk.agent("mallory", Role::Agent).await;
    let fields = [("login", "mallory"), ("password", PASSWORD), ("next", "/")];
    let mut victim = desk.browser();
    assert_eq!(victim.post_bare("/login", &fields).await.status, 403, "no token");
    victim.get("/login").await;
    assert_eq!(victim.post_bare("/login", &fields).await.status, 403, "no token, though there is a cookie");
    let mut attacker = desk.browser();
    attacker.get("/login").await;
    victim.csrf.clone_from(&attacker.csrf);
    assert_eq!(victim.post_once("/login", &fields).await.status, 403, "the token of another browser");
    for header in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")] {
        let mut victim = desk.browser_with(&[header]);
        victim.get("/login").await;
        assert_eq!(victim.post_once("/login", &fields).await.status, 403, "{header:?}");
    }
    assert_eq!(desk.count(|event| matches!(event, Event::SignedIn { .. })).await, 0);
}
