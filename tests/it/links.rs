//! Calls and tickets find each other afterwards: several tickets to a call, several calls to a ticket, and back again.

use deskbell::accounts::Role;
use deskbell::base::id::{CallId, TicketId};
use deskbell::calls;
use deskbell::tickets::{self, CallOutcome, NewTicket, Status, TicketNumber};

use crate::desk::{Browser, TestDesk};

/// The call that rings.
pub async fn ringing(desk: &TestDesk) -> CallId {
    desk.read(|db| calls::ringing(db, 1)).await[0].id
}

/// The ticket that a call has.
pub async fn ticket_of(desk: &TestDesk, call: CallId) -> TicketId {
    desk.read(move |db| calls::by_id(db, call)).await.ticket.expect("the call has a ticket")
}

/// Waits until a call has ended and everybody knows.
pub async fn ended(desk: &TestDesk, call: CallId) {
    while desk.read(move |db| calls::by_id(db, call)).await.ended_at.is_none() {
        tokio::task::yield_now().await;
    }
    desk.settle().await;
}

async fn named(desk: &TestDesk, subject: &str) -> TicketId {
    let new = NewTicket { subject: subject.into(), ..NewTicket::default() };
    desk.act(move |act| tickets::open(act, &new)).await
}

fn number(id: TicketId) -> String {
    TicketNumber::of(id).to_string()
}

async fn tickets_of(desk: &TestDesk, call: CallId) -> Vec<TicketId> {
    desk.read(move |db| tickets::tickets_of_call(db, call)).await.into_iter().map(|ticket| ticket.id).collect()
}

async fn dispatcher(desk: &TestDesk) -> Browser {
    desk.signed_in("ada", Role::Agent).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_goes_to_a_ticket_that_was_there_and_its_own_leads_on() {
    let desk = TestDesk::with_line().await;
    let known = named(&desk, "No water").await;
    let mut pbx = desk.pbx().await;
    let sip = pbx.ring("+4930901820", "helpdesk").await;
    let call = ringing(&desk).await;
    let own = ticket_of(&desk, call).await;
    let mut ada = dispatcher(&desk).await;
    let form = [("ticket", number(known)), ("note", "Third floor too".to_owned())];
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = ada.post(&format!("/calls/{call}/link"), &fields).await;
    assert_eq!(page.path, format!("/t/{}", number(known)), "{}", page.words());
    assert!(page.words().contains("Third floor too") && page.words().contains("901820"), "{}", page.words());
    assert_eq!(ticket_of(&desk, call).await, known);
    let page = ada.post(&format!("/calls/{call}/link"), &fields[..1]).await;
    assert_eq!(page.status, 200, "twice is once");
    assert_eq!(tickets_of(&desk, call).await, [own, known]);

    let closed = desk.read(move |db| tickets::by_id(db, own)).await;
    assert!(closed.is_merged() && closed.status == Status::Closed && closed.parent_id == Some(known));
    let page = ada.get(&format!("/t/{}", number(own))).await;
    assert!(page.words().contains("This call goes on in") && page.words().contains("No water"), "{}", page.words());

    // What becomes of the call shows wherever it is.
    pbx.cancel(&sip, "SIP;cause=200").await;
    ended(&desk, call).await;
    for id in [known, own] {
        let entries = desk.read(move |db| tickets::entries_of(db, id)).await;
        let outcome = entries.iter().find_map(|entry| entry.facts.as_ref()).and_then(|facts| facts.outcome);
        assert_eq!(outcome, Some(CallOutcome::AnsweredElsewhere), "{id}");
    }

    let page = ada.post(&format!("/calls/{call}/unlink"), &[("ticket", &number(known))]).await;
    assert!(page.words().contains("Call taken off"), "{}", page.words());
    let again = desk.read(move |db| tickets::by_id(db, own)).await;
    assert_eq!((again.closed_at, again.parent_id, ticket_of(&desk, call).await), (None, None, own), "as it was");
    assert_eq!(tickets_of(&desk, call).await, [own]);
    let page = ada.post(&format!("/calls/{call}/unlink"), &[("ticket", &number(own))]).await;
    assert_eq!(page.status, 409, "a call keeps its last ticket: {}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_somebody_worked_on_stays_when_its_call_goes_to_another_too() {
    let desk = TestDesk::with_line().await;
    let known = named(&desk, "No water").await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let call = ringing(&desk).await;
    let own = ticket_of(&desk, call).await;
    desk.act(move |act| tickets::by_id(act.db, own)?.rename(act, "Lift stuck")).await;
    let mut ada = dispatcher(&desk).await;
    ada.get("/t").await;
    ada.post("/calls/current/link", &[("duplicate", &number(known))]).await;
    let kept = desk.read(move |db| tickets::by_id(db, own)).await;
    assert_eq!((kept.closed_at, kept.parent_id), (None, None));
    let page = ada.get(&format!("/t/{}", number(own))).await;
    assert!(page.words().contains("From the same calls") && page.words().contains("No water"), "{}", page.words());
    ada.post(&format!("/calls/{call}/unlink"), &[("ticket", &number(known))]).await;
    assert_eq!((ticket_of(&desk, call).await, tickets_of(&desk, call).await), (own, vec![own]));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_matter_gets_a_ticket_of_its_own() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    let sip = pbx.ring("+4930901820", "helpdesk").await;
    let call = ringing(&desk).await;
    let first = ticket_of(&desk, call).await;
    let mut ada = dispatcher(&desk).await;
    ada.get("/t").await;
    let page = ada.post(&format!("/calls/{call}/ticket/more"), &[]).await;
    assert_eq!((page.status, page.path.as_str()), (200, format!("/calls/{call}/interview").as_str()));
    let second = ticket_of(&desk, call).await;
    assert_ne!(first, second);
    assert_eq!(tickets_of(&desk, call).await, [second, first]);
    pbx.cancel(&sip, "SIP;cause=200").await;
    ended(&desk, call).await;
    for id in [first, second] {
        let ticket = desk.read(move |db| tickets::by_id(db, id)).await;
        assert_eq!((ticket.status, ticket.call_outcome), (Status::Open, Some(CallOutcome::AnsweredElsewhere)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_linked_is_refused_and_changes_nothing() {
    let desk = TestDesk::with_line().await;
    let mut ada = dispatcher(&desk).await;
    ada.get("/t").await;
    let page = ada.post("/calls/current/link", &[("ticket", &number(TicketId(1)))]).await;
    assert!(page.status == 409 && page.words().contains("There is no call to add."), "{}", page.words());
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let call = ringing(&desk).await;
    for (ticket, status) in [("", 409), ("10011", 409), ("x", 409), (number(TicketId(999)).as_str(), 404)] {
        let page = ada.post(&format!("/calls/{call}/link"), &[("ticket", ticket)]).await;
        assert_eq!(page.status, status, "{ticket}: {}", page.words());
    }
    assert_eq!(tickets_of(&desk, call).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_a_ticket_never_run_in_a_circle() {
    let desk = TestDesk::start().await;
    let ids = [named(&desk, "One").await, named(&desk, "Two").await, named(&desk, "Three").await];
    let put = |part: TicketId, into: TicketId| {
        desk.try_act(move |act| tickets::by_id(act.db, part)?.set_parent(act, Some(into)))
    };
    put(ids[1], ids[0]).await.unwrap();
    put(ids[2], ids[1]).await.unwrap();
    for into in ids {
        assert!(put(ids[0], into).await.is_err(), "{into} is the ticket or a part of it");
    }
    assert!(put(ids[0], TicketId(99)).await.is_err());
    let parts = desk.read(move |db| tickets::parts_of(db, ids[0], 10)).await;
    assert_eq!(parts.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), [ids[1]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_linked_from_the_board_leaves_one_there_with_the_call_in_hand() {
    let desk = TestDesk::with_line().await;
    let known = named(&desk, "No water").await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let call = ringing(&desk).await;
    let mut ada = dispatcher(&desk).await;
    ada.get("/calls").await;
    ada.post(&format!("/calls/{call}/claim"), &[]).await;
    let (link, number) = (format!("/calls/{call}/link"), number(known));
    let next = format!("/calls?call={call}");
    let fields = [("ticket", number.as_str()), ("next", next.as_str())];
    let page = ada.post(&link, &fields).await;
    assert!(page.path == next && page.words().contains(&format!("Call added to {number}.")), "{}", page.path);
    assert!(page.text.contains(&format!("data-held=\"{call}\"")), "the call is still in hand");
    let page = ada.post(&link, &[("ticket", &number), ("next", "//evil.example")]).await;
    assert_eq!(page.path, format!("/t/{number}"), "nowhere else");
}
