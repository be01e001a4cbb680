//! Duty: who takes calls, and what is left open when they stop.

use deskbell::accounts::{self, Duty, DutyRow, Role};
use deskbell::calls::Makes;

use crate::desk::{NOON, TestDesk};

const HOUR: i64 = 3_600_000;

impl TestDesk {
    async fn on_duty(&self) -> Vec<DutyRow> {
        self.read(accounts::on_duty).await
    }

    async fn states(&self) -> Vec<(String, Duty)> {
        self.on_duty().await.into_iter().map(|row| (row.name, row.state)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switch_stands_on_every_page_and_comes_back_to_it() {
    let desk = TestDesk::with_line().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let page = ada.get("/people").await;
    assert!(page.text.contains("data-duty=\"off\"") && page.text.contains("data-unlock-sound"), "{}", page.words());
    let page = ada.post("/duty", &[("state", "on"), ("next", "/people")]).await;
    assert!(page.path == "/people" && page.text.contains("data-duty=\"on\""), "{} {}", page.path, page.words());
    assert!(page.words().contains("You are on duty."));
    desk.pass(2 * HOUR);
    let page = ada.post("/duty", &[("state", "break"), ("next", "//evil.example")]).await;
    assert!(page.path == "/calls" && page.text.contains("data-duty=\"break\""), "{}", page.path);
    assert_eq!(desk.states().await, [("Ada Test".to_owned(), Duty::Break)]);
    assert_eq!(desk.on_duty().await[0].since, NOON.plus_ms(2 * HOUR));
    assert_eq!(ada.post("/duty", &[("state", "asleep")]).await.status, 422);
    ada.post("/duty", &[("state", "off")]).await;
    assert!(desk.on_duty().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_has_one_duty_at_a_time_and_only_who_may_take_calls_has_one() {
    let desk = TestDesk::start().await;
    let (ada, wim) = (desk.agent("ada", Role::Agent).await, desk.agent("wim", Role::Worker).await);
    for state in [Duty::On, Duty::On, Duty::Break, Duty::On] {
        desk.act(move |act| accounts::go(act, ada, state)).await;
    }
    assert_eq!(desk.on_duty().await.len(), 1);
    let all = desk.read(|db| accounts::duties_between(db, NOON, NOON.plus_ms(1))).await;
    assert_eq!(all.len(), 3, "the second time changed nothing: {all:?}");
    assert!(desk.try_act(move |act| accounts::go(act, wim, Duty::On)).await.is_err());
    desk.act(move |act| accounts::go(act, wim, Duty::Off)).await;
    let mut wim = desk.sign_in("wim").await;
    assert!(!wim.get("/t").await.text.contains("data-duty"), "a worker has no switch");
    assert_eq!(wim.post_once("/duty", &[("state", "on")]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_everywhere_is_off_duty() {
    let desk = TestDesk::start().await;
    let mut here = desk.signed_in("ada", Role::Agent).await;
    let mut there = desk.sign_in("ada").await;
    here.get("/calls").await;
    here.post("/duty", &[("state", "on")]).await;
    here.post("/logout", &[]).await;
    assert_eq!(desk.states().await.len(), 1, "still signed in elsewhere");
    there.get("/calls").await;
    there.post("/logout", &[]).await;
    assert_eq!(desk.states().await, []);

    let bea = desk.agent("bea", Role::Agent).await;
    desk.sign_in("bea").await;
    desk.act(move |act| accounts::go(act, bea, Duty::On)).await;
    desk.act(move |act| accounts::disable_agent(act, bea)).await;
    assert_eq!(desk.states().await, [], "nor is who was disabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_sees_who_was_there_and_sets_off_duty_who_forgot() {
    let desk = TestDesk::start().await;
    let ada = desk.agent("ada", Role::Agent).await;
    let mut lea = desk.signed_in("lea", Role::Lead).await;
    assert!(lea.get("/admin/duty").await.words().contains("Nobody has been on duty yet"));
    desk.act(move |act| accounts::go(act, ada, Duty::On)).await;
    desk.pass(3 * HOUR);
    desk.act(move |act| accounts::go(act, ada, Duty::Break)).await;
    desk.pass(HOUR / 2);
    desk.act(move |act| accounts::go(act, ada, Duty::On)).await;
    lea = desk.sign_in("lea").await;
    let page = lea.get("/admin/duty").await.words();
    assert!(page.contains("Ada Test 20 Nov 2026 12:00 now 3 h 0 min 1 · 0 h 30 min"), "{page}");
    let place = format!("/admin/duty/{ada}");
    let page = lea.post(&place, &[("state", "off")]).await.words();
    assert!(page.contains("Set off duty.") && page.contains("Nobody is on duty.") && page.contains("15:30"), "{page}");
    let page = lea.post(&place, &[("state", "on")]).await.words();
    assert!(page.contains("Back on duty."), "{page}");
    assert_eq!(desk.states().await, [("Ada Test".to_owned(), Duty::On)]);
    desk.pass(24 * HOUR);
    lea = desk.sign_in("lea").await;
    let page = lea.get("/admin/duty").await.words();
    assert!(page.contains("20 Nov 2026") && page.contains("Today"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_shift_counts_what_is_open() {
    let desk = TestDesk::with_line().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    ada.get("/calls").await;
    ada.post("/duty", &[("state", "on")]).await;
    let page = ada.get("/calls/shift-end").await.words();
    assert!(page.contains("Nothing is left open") && page.contains("You are the last one on duty"), "{page}");
    assert!(page.contains("Go off duty") && !page.contains("anyway"), "{page}");

    let bea = desk.agent("bea", Role::Agent).await;
    desk.act(move |act| accounts::go(act, bea, Duty::On)).await;
    let mut pbx = desk.pbx().await;
    let call = pbx.ring("+4930901820", "helpdesk").await;
    pbx.cancel(&call, "Q.850;cause=16").await;
    desk.ended(1).await;
    let page = ada.get("/calls/shift-end").await.words();
    assert!(page.contains("One caller waits for a call back") && page.contains("without a subject"), "{page}");
    assert!(page.contains("Bea Test") && !page.contains("the last one"), "{page}");
    assert!(page.contains("Go off duty anyway"), "{page}");
    let page = ada.post("/duty", &[("state", "off"), ("next", "/calls")]).await;
    assert!(page.path == "/calls" && page.text.contains("data-duty=\"off\""), "{}", page.path);
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_hear_of_duty_and_show_it() {
    let desk = TestDesk::start().await;
    desk.line("Fault line", Makes::None, "").await;
    let mut vera = desk.signed_in("vera", Role::Viewer).await;
    let ada = desk.agent("ada", Role::Agent).await;
    assert!(vera.fragment("/calls/duty").await.words().contains("Nobody is on duty."));
    desk.settle().await;
    let mut stream = vera.events(0).await;
    desk.act(move |act| accounts::go(act, ada, Duty::On)).await;
    let mut heard = String::new();
    while !heard.contains("\"topic\":\"duty\"") {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(10), stream.chunk()).await.expect("it is said");
        heard.push_str(std::str::from_utf8(&chunk.unwrap().expect("the stream goes on")).unwrap());
    }
    let page = vera.fragment("/calls/duty").await.words();
    assert!(page.contains("Ada Test On duty 0:00"), "{page}");
    let wall = vera.get("/calls/wall").await.words();
    assert!(wall.contains("Ada Test On duty") && wall.contains("Waiting 0"), "{wall}");
}
