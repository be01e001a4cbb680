//! The call board: claims, wrap-up, spam, and missed calls as work.

use deskbell::accounts::{self, Duty, Role};
use deskbell::base::Error;
use deskbell::base::id::{AgentId, CallId};
use deskbell::calls::{self, Callback, CallbackKind, CallbackResult};
use deskbell::tickets::{self, Filter, Priority, Sees};

use crate::desk::{Pbx, TestDesk};

const MINUTE: i64 = 60_000;

impl TestDesk {
    async fn ringing(&self) -> CallId {
        self.read(|db| calls::ringing(db, 1)).await[0].id
    }

    async fn callbacks(&self) -> Vec<Callback> {
        self.read(|db| calls::open_callbacks(db, 50)).await
    }

    /// A call that nobody answers, or that somebody does; `so_far` calls have ended before.
    async fn call(&self, pbx: &mut Pbx, from: &str, reason: &str, so_far: usize) {
        let call = pbx.ring(from, "helpdesk").await;
        pbx.cancel(&call, reason).await;
        self.ended(so_far + 1).await;
    }
}

const MISSED: &str = "Q.850;cause=16";
const ANSWERED: &str = "SIP;cause=200";

async fn two_agents(desk: &TestDesk) -> (AgentId, AgentId) {
    (desk.agent("ana", Role::Agent).await, desk.agent("ben", Role::Agent).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_claim_a_call_one_has_it_and_the_other_hears_who() {
    let desk = TestDesk::with_line().await;
    let (ana, ben) = two_agents(&desk).await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let call = desk.ringing().await;
    let (one, other) = tokio::join!(
        desk.act_as(ana, move |act| calls::claim(act, call)),
        desk.act_as(ben, move |act| calls::claim(act, call)),
    );
    let (winner, refused) = match (one, other) {
        (Ok(()), Err(error)) => ("Ana Test", error),
        (Err(error), Ok(())) => ("Ben Test", error),
        both => panic!("exactly one gets it: {both:?}"),
    };
    let Error::Conflict(message) = refused else { panic!("{refused}") };
    assert_eq!(message.args, [("name", winner.to_owned())]);
    let holder = desk.read(move |db| calls::by_id(db, call)).await.claimed_by.unwrap();
    let loser = if holder == ana { ben } else { ana };
    desk.act_as(loser, move |act| calls::take_over(act, call)).await.unwrap();
    assert_eq!(desk.read(move |db| calls::in_hand_of(db, loser, 9)).await[0].id, call, "who answers may take over");
    assert!(desk.act_as(holder, move |act| calls::release(act, call)).await.is_err(), "it is not theirs any more");
    desk.act_as(loser, move |act| calls::release(act, call)).await.unwrap();
    assert_eq!(desk.read(move |db| calls::by_id(db, call)).await.claimed_by, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrapped_up_call_is_out_of_the_hand_and_can_come_back() {
    let desk = TestDesk::with_line().await;
    let (ana, ben) = two_agents(&desk).await;
    let code = desk.act(|act| calls::add_wrap_up(act, "Question")).await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let call = desk.ringing().await;
    desk.act_as(ana, move |act| calls::wrap_up(act, call, Some(code))).await.unwrap();
    let kept = desk.read(move |db| calls::by_id(db, call)).await;
    assert_eq!((kept.claimed_by, kept.wrap_up), (Some(ana), Some(code)));
    assert!(desk.read(move |db| calls::in_hand_of(db, ana, 9)).await.is_empty());
    assert!(desk.act_as(ben, move |act| calls::take_over(act, call)).await.is_err(), "it is done with");
    assert!(desk.act_as(ben, move |act| calls::undo_wrap_up(act, call)).await.is_err(), "it is not Ben's");
    desk.act_as(ana, move |act| calls::undo_wrap_up(act, call)).await.unwrap();
    assert_eq!(desk.read(move |db| calls::in_hand_of(db, ana, 9)).await[0].wrap_up, None);
    desk.act(move |act| calls::archive_wrap_up(act, code, true)).await;
    assert!(desk.act_as(ana, move |act| calls::wrap_up(act, call, Some(code))).await.is_err(), "out of use");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_tries_again_is_one_callback_that_matters_more() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    for at in 0..4 {
        desk.call(&mut pbx, "+4930901820", MISSED, at).await;
        desk.pass(5 * MINUTE);
    }
    desk.call(&mut pbx, "+4930901821", MISSED, 4).await;
    let open = desk.callbacks().await;
    assert_eq!(open.iter().map(|c| c.times).collect::<Vec<_>>(), [4, 1], "one for each caller, the first due first");
    assert_eq!((open[0].minutes(), open[0].priority()), (15, Priority::Urgent));
    assert_eq!(open[0].due_at.since_ms(open[0].first_at), 15 * MINUTE, "the first try started the clock");
    let found = desk.read(|db| tickets::list(db, &Sees::All, &Filter::default(), None, 10)).await.rows;
    let theirs = found.iter().find(|t| t.caller_key.as_deref() == Some("+4930901820")).unwrap();
    assert_eq!(theirs.priority, Priority::Urgent, "the ticket that nobody has touched rises too");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_later_contact_ends_a_callback() {
    let desk = TestDesk::with_line().await;
    let ana = desk.agent("ana", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    // The caller is answered at the next try.
    desk.call(&mut pbx, "+4930901820", MISSED, 0).await;
    desk.call(&mut pbx, "+4930901820", ANSWERED, 1).await;
    assert!(desk.callbacks().await.is_empty());
    // The ticket is closed.
    desk.call(&mut pbx, "+4930901821", MISSED, 2).await;
    let ticket = desk.callbacks().await[0].ticket.unwrap();
    desk.act_as(ana, move |act| tickets::by_id(act.db, ticket)?.close(act)).await.unwrap();
    desk.settle().await;
    assert!(desk.callbacks().await.is_empty());
    // An agent reaches them, after one try in vain.
    desk.call(&mut pbx, "+4930901822", MISSED, 3).await;
    let open = desk.callbacks().await[0].clone();
    let id = open.id;
    desk.act_as(ana, move |act| calls::hold_callback(act, id, true)).await.unwrap();
    desk.act_as(ana, move |act| calls::callback_tried(act, id, CallbackResult::NoAnswer)).await.unwrap();
    let again = desk.callbacks().await[0].clone();
    assert!(again.attempts == 1 && again.held_by.is_none() && again.due_at > open.due_at);
    desk.act_as(ana, move |act| calls::callback_tried(act, id, CallbackResult::Reached)).await.unwrap();
    assert!(desk.callbacks().await.is_empty());
    // And says that this was a mistake.
    desk.act_as(ana, move |act| calls::reopen_callback(act, id)).await.unwrap();
    assert_eq!((desk.callbacks().await[0].id, desk.callbacks().await[0].kind), (id, CallbackKind::Missed));
    // One of two callbacks of a caller must not be opened again.
    desk.act_as(ana, move |act| calls::callback_tried(act, id, CallbackResult::NotNeeded)).await.unwrap();
    desk.call(&mut pbx, "+4930901822", MISSED, 4).await;
    assert!(desk.act_as(ana, move |act| calls::reopen_callback(act, id)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_agent_calls_back() {
    let desk = TestDesk::with_line().await;
    let (ana, ben) = two_agents(&desk).await;
    let mut pbx = desk.pbx().await;
    desk.call(&mut pbx, "+4930901820", MISSED, 0).await;
    let id = desk.callbacks().await[0].id;
    desk.act_as(ana, move |act| calls::hold_callback(act, id, true)).await.unwrap();
    assert!(desk.act_as(ben, move |act| calls::hold_callback(act, id, true)).await.is_err());
    assert!(desk.act_as(ben, move |act| calls::hold_callback(act, id, false)).await.is_err());
    desk.act_as(ana, move |act| calls::hold_callback(act, id, false)).await.unwrap();
    desk.act_as(ben, move |act| calls::hold_callback(act, id, true)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_number_rings_on_no_board_and_stays_in_the_log() {
    let desk = TestDesk::with_line().await;
    let mut ana = desk.signed_in("ana", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    desk.call(&mut pbx, "+4930901820", MISSED, 0).await;
    let first = desk.callbacks().await[0].call.unwrap();
    ana.get("/calls").await;
    let page = ana.post(&format!("/calls/{first}/spam"), &[("spam", "1"), ("block", "1")]).await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert!(desk.callbacks().await.is_empty(), "nobody calls spam back");
    let call = pbx.ring("+4930901820", "helpdesk").await;
    let second = desk.ringing().await;
    let kept = desk.read(move |db| calls::by_id(db, second)).await;
    assert!(kept.spam_at.is_some() && kept.ticket.is_none());
    pbx.cancel(&call, MISSED).await;
    desk.ended(2).await;
    assert!(desk.callbacks().await.is_empty());
    assert!(ana.get("/calls/log").await.words().matches("901820").count() >= 2, "the log has both");
    desk.act(|act| calls::unblock_number(act, "+4930901820")).await;
    desk.call(&mut pbx, "+4930901820", MISSED, 2).await;
    assert_eq!(desk.callbacks().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_shows_who_has_what_and_the_strip_is_on_every_page() {
    let desk = TestDesk::with_line().await;
    let mut ana = desk.signed_in("ana", Role::Agent).await;
    let mut ben = desk.signed_in("ben", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    let call = pbx.ring("\"Erika\" <sip:+4930901820@pbx>", "helpdesk").await;
    let id = desk.ringing().await;
    ana.get("/calls").await;
    ana.post(&format!("/calls/{id}/claim"), &[]).await;
    let board = ana.get("/calls").await.words();
    assert!(board.contains("Give back") && board.contains("Wrap up"), "{board}");
    let other = ben.get("/calls").await.words();
    assert!(other.contains("Ana Test has it") && other.contains("Nothing in your hand"), "{other}");
    let refused = ben.post(&format!("/calls/{id}/claim"), &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.words().contains("Ana Test has this call"), "{}", refused.words());
    pbx.cancel(&call, MISSED).await;
    desk.ended(1).await;
    desk.pass(20 * MINUTE);
    let strip = ana.fragment("/calls/strip").await.words();
    assert!(strip.contains("1 callback late"), "{strip}");
    assert!(ana.get("/t").await.text.contains("/calls/strip"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_with_a_call_can_be_taken_back() {
    let desk = TestDesk::with_line().await;
    let mut ana = desk.signed_in("ana", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let id = desk.ringing().await;
    ana.get("/calls").await;
    for (place, fields, said, undo, undone) in [
        ("wrap-up", &[("code", "")][..], "Wrapped up.", "wrap-up/undo", &[][..]),
        ("release", &[], "The call is nobody's.", "claim", &[]),
        ("spam", &[("spam", "1"), ("block", "1")], "Spam; the number is blocked", "spam", &[("spam", "0")]),
    ] {
        ana.post(&format!("/calls/{id}/claim"), &[]).await;
        let page = ana.post(&format!("/calls/{id}/{place}"), fields).await;
        assert!(page.words().contains(said) && page.words().contains("Undo"), "{place}: {}", page.words());
        assert!(page.text.contains(&format!("action=\"/calls/{id}/{undo}\"")), "{place}");
        assert!(page.words().contains("Nothing in your hand"), "{place}: {}", page.words());
        ana.post(&format!("/calls/{id}/{undo}"), undone).await;
        assert!(ana.get("/calls").await.words().contains("Give back"), "{place} is undone");
    }
    assert!(desk.read(|db| calls::blocked_numbers(db, 9)).await.is_empty(), "and the number rings again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_can_be_taken_over_and_one_that_was_picked_up_first_can_still_be_claimed() {
    let desk = TestDesk::with_line().await;
    let (mut ana, mut bea) = (desk.signed_in("ana", Role::Agent).await, desk.signed_in("bea", Role::Agent).await);
    let mut pbx = desk.pbx().await;
    let sip = pbx.ring("+4930901820", "helpdesk").await;
    let call = desk.read(|db| calls::ringing(db, 1)).await[0].id;
    let (claim, take_over) = (format!("/calls/{call}/claim"), format!("/calls/{call}/take-over"));
    let page = bea.get("/calls/list").await.text;
    assert!(page.contains(&claim) && !page.contains(&take_over), "{page}");
    ana.get("/calls").await;
    ana.post(&claim, &[]).await;
    for path in ["/calls/list", &format!("/calls/{call}")] {
        let page = bea.get(path).await.text;
        assert!(page.contains(&take_over) && !page.contains(&claim), "{path}: {page}");
    }
    bea.get("/calls").await;
    let board = bea.post(&take_over, &[]).await;
    assert!(board.text.contains(&format!("data-held=\"{call}\"")), "{}", board.words());
    assert!(ana.get("/calls").await.text.contains("data-held=\"\""), "it is in nobody else's hand");
    pbx.cancel(&sip, "SIP;cause=200").await;
    desk.ended(1).await;

    let sip = pbx.ring("+4930901821", "helpdesk").await;
    pbx.cancel(&sip, "SIP;cause=200").await;
    desk.ended(2).await;
    let found = desk.read(|db| calls::ended(db, &calls::CallFilter::default(), None, 2)).await.rows;
    let claim = format!("/calls/{}/claim", found[0].id);
    for path in ["/calls/list", &format!("/calls/{}", found[0].id)] {
        assert!(ana.get(path).await.text.contains(&claim), "{path}: the phone was picked up first");
    }
    ana.get("/calls").await;
    assert!(ana.post(&claim, &[]).await.text.contains(&format!("data-held=\"{}\"", found[0].id)));
    assert!(!ana.get("/calls/list").await.text.contains(&claim), "claimed once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_somebody_claimed_and_left_lying_says_so_and_can_be_taken_over() {
    let desk = TestDesk::with_line().await;
    let (ana, ben) = two_agents(&desk).await;
    let mut pbx = desk.pbx().await;
    let ring = pbx.ring("+4930901820", "helpdesk").await;
    let call = desk.ringing().await;
    for agent in [ana, ben] {
        desk.act_as(agent, move |act| accounts::go(act, agent, Duty::On)).await.unwrap();
    }
    desk.act_as(ana, move |act| calls::claim(act, call)).await.unwrap();
    pbx.cancel(&ring, ANSWERED).await;
    desk.ended(1).await;
    let mut browser = desk.sign_in("ben").await;
    assert!(!browser.get("/calls").await.words().contains("forgotten?"), "she has it in hand");
    desk.pass(16 * 60_000);
    let page = browser.get("/calls").await;
    assert!(page.words().contains("forgotten?") && page.text.contains("/take-over"), "{}", page.words());
    desk.act_as(ben, move |act| calls::take_over(act, call)).await.unwrap();
    assert!(!browser.get("/calls").await.words().contains("forgotten?"), "it is his own now");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_off_duty_with_a_call_leaves_it_lying_and_who_never_was_on_duty_does_not() {
    let desk = TestDesk::with_line().await;
    let (ana, ben) = two_agents(&desk).await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let call = desk.ringing().await;
    desk.act_as(ben, move |act| accounts::go(act, ben, Duty::On)).await.unwrap();
    desk.act_as(ana, move |act| calls::claim(act, call)).await.unwrap();
    let mut browser = desk.sign_in("ben").await;
    assert!(!browser.get("/calls").await.words().contains("forgotten?"), "she speaks, on duty or not");
    desk.act_as(ana, move |act| accounts::go(act, ana, Duty::On)).await.unwrap();
    desk.act_as(ana, move |act| accounts::go(act, ana, Duty::Break)).await.unwrap();
    assert!(!browser.get("/calls").await.words().contains("forgotten?"), "a break is no end");
    desk.act_as(ana, move |act| accounts::go(act, ana, Duty::Off)).await.unwrap();
    assert!(browser.get("/calls").await.words().contains("forgotten?"));
}
