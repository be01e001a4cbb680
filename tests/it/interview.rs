//! A call is taken down: one form, one act; who calls is kept; what is open and alike is found; nothing typed is lost.

use deskbell::accounts::Role;
use deskbell::base::id::{CallId, PersonId, TicketId};
use deskbell::calls;
use deskbell::people::{self, PersonCard};
use deskbell::tickets::{self, Like, NewTicket, Priority, Sees, Ticket, TicketNumber};

use crate::desk::{Page, TestDesk};
use crate::links::{ended, ringing, ticket_of};

async fn kept(desk: &TestDesk, id: TicketId) -> Ticket {
    desk.read(move |db| tickets::by_id(db, id)).await
}

async fn person(desk: &TestDesk, name: &str, numbers: &str) -> PersonId {
    let card = PersonCard { name: name.into(), numbers: numbers.into(), ..PersonCard::default() };
    desk.act(move |act| people::add_person(act, &card)).await
}

async fn opened(desk: &TestDesk, subject: &str, requester: Option<PersonId>) -> TicketId {
    let new = NewTicket { subject: subject.into(), requester, ..NewTicket::default() };
    desk.act(move |act| tickets::open(act, &new)).await
}

fn path(call: CallId) -> String {
    format!("/calls/{call}/interview")
}

/// Whether a radio of a page is on.
fn is_on(page: &Page, name: &str, value: &str) -> bool {
    let tag = page.text.split('<').find(|tag| tag.contains(&format!("name=\"{name}\" value=\"{value}\"")));
    tag.is_some_and(|tag| tag.contains(" checked"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_on_the_phone_is_the_ticket_in_one_act() {
    let desk = TestDesk::with_line().await;
    let team = desk.team("Water").await.to_string();
    let erika = person(&desk, "Erika Muster", "030 901820").await;
    let mut pbx = desk.pbx().await;
    let sip = pbx.ring("+4930901820", "helpdesk").await;
    let call = ringing(&desk).await;
    let own = ticket_of(&desk, call).await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let page = ada.get("/calls/current/interview").await;
    assert!(page.status == 200 && page.words().contains("Erika Muster") && page.text.contains("data-timer"));
    assert!(is_on(&page, "requester", &erika.to_string()), "the only one whom the number belongs to is named");
    assert!(page.text.contains("<h1") && !ada.fragment(&path(call)).await.text.contains("<h1"), "a dialog has no page");

    // The call drops while she types.
    pbx.cancel(&sip, "Q.850;cause=16").await;
    ended(&desk, call).await;
    let before = kept(&desk, own).await;
    let (rev, who) = (page.field("rev"), erika.to_string());
    let fields = [
        ("rev", rev.as_str()),
        ("requester", &who),
        ("subject", "No water"),
        ("priority", "urgent"),
        ("team", &team),
        ("note", "Since six"),
        ("when", "today"),
    ];
    let page = ada.post(&path(call), &fields).await;
    assert_eq!(page.path, format!("/t/{}", TicketNumber::of(own)), "{}", page.words());
    let now = kept(&desk, own).await;
    assert_eq!((now.subject.as_str(), now.priority, now.requester_id), ("No water", Priority::Urgent, Some(erika)));
    assert_eq!(now.rev, before.rev + 1, "one change");
    assert!(now.wanted_at.is_some() && now.touched_at.is_some());
    assert!(page.words().contains("Since six") && page.words().contains("set who asked"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_caller_is_asked_for_the_name_first_and_kept_with_the_number() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let call = ringing(&desk).await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let page = ada.get(&path(call)).await;
    let at = |name: &str| page.text.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("{name}"));
    assert!(at("caller_name") < at("subject"), "the name comes first");
    assert!(page.text.contains("name=\"save_contact\" type=\"checkbox\" value=\"on\" checked"), "and is kept");
    let rev = page.field("rev");
    let fields = [("rev", rev.as_str()), ("caller_name", "Olga <b>"), ("save_contact", "on"), ("subject", "Leak")];
    ada.post(&path(call), &fields).await;
    let known = desk.read(|db| people::candidates(db, &["+4930901820".into()])).await;
    assert_eq!((known.len(), known[0].1.name.as_str()), (1, "Olga <b>"));
    let ticket = kept(&desk, ticket_of(&desk, call).await).await;
    assert_eq!(ticket.requester_id, Some(known[0].1.id));

    // Who does not want to be kept stands in the note.
    let second = {
        pbx.ring("+4930901821", "helpdesk").await;
        ringing(&desk).await
    };
    let page = ada.get(&path(second)).await;
    let rev = page.field("rev");
    let page = ada.post(&path(second), &[("rev", &rev), ("caller_name", "Max"), ("subject", "Smell")]).await;
    assert!(page.words().contains("Caller: Max"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_and_what_was_typed_is_there_also_when_somebody_was_faster() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let call = ringing(&desk).await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let mut bob = desk.signed_in("bob", Role::Agent).await;
    let (hers, his) = (ada.get(&path(call)).await.field("rev"), bob.get(&path(call)).await.field("rev"));
    let fields = [("rev", hers.as_str()), ("caller_name", "Olga"), ("save_contact", "on"), ("note", "long story")];
    let page = ada.post(&path(call), &fields).await;
    assert_eq!((page.status, page.field("note"), page.field("caller_name")), (422, "long story".into(), "Olga".into()));
    assert!(page.text.contains("i-subject-error"), "{}", page.words());
    assert_eq!(desk.number("SELECT count(*) AS number FROM persons").await, 0, "all or nothing");
    assert_eq!(ada.post(&path(call), &[("rev", &hers), ("subject", "Leak")]).await.status, 200);

    let page = bob.post(&path(call), &[("rev", &his), ("subject", "Burst"), ("note", "mine")]).await;
    assert_eq!((page.status, page.field("subject"), page.field("note")), (409, "Burst".into(), "mine".into()));
    let again = page.field("rev");
    assert_eq!(
        bob.post(&path(call), &[("rev", &again), ("subject", "Burst")]).await.status,
        200,
        "who has seen it may"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_call_that_is_meant_is_mine_else_the_oldest_that_rings_else_the_last() {
    let desk = TestDesk::with_line().await;
    let ada_id = desk.agent("ada", Role::Agent).await;
    let mut ada = desk.sign_in("ada").await;
    assert_eq!(ada.get("/calls/current/interview").await.path, "/t/new", "none was ever");
    let mut pbx = desk.pbx().await;
    let first = pbx.ring("+4930901820", "helpdesk").await;
    let first_id = ringing(&desk).await;
    desk.pass(1_000);
    let second = pbx.ring("+4930901821", "helpdesk").await;
    let second_id = ringing(&desk).await;
    let current = || async { desk.read(move |db| calls::current_of(db, ada_id)).await.map(|call| call.caller_raw) };
    assert!(current().await.unwrap().ends_with("820"), "the oldest");
    pbx.cancel(&first, "").await;
    ended(&desk, first_id).await;
    assert!(current().await.unwrap().ends_with("821"), "the one that rings");
    pbx.cancel(&second, "").await;
    ended(&desk, second_id).await;
    assert!(current().await.unwrap().ends_with("821"), "the last");
    desk.sql("UPDATE calls SET claimed_by = 1, claimed_at = 1 WHERE caller_key LIKE '%820'").await;
    assert!(current().await.unwrap().ends_with("820"), "mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_get_a_word_or_the_form_again_and_browsers_go_on() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let call = ringing(&desk).await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let rev = ada.get(&path(call)).await.field("rev");
    let page = ada.post_fragment(&path(call), &[("rev", &rev), ("subject", "Leak"), ("then", "more")]).await;
    assert!(page.status == 200 && page.text.contains("data-interview"), "another form: {}", page.words());
    let rev = page.field("rev");
    let page = ada.post_fragment(&path(call), &[("rev", &rev), ("subject", "Lamp"), ("then", "dispatch")]).await;
    let second = ticket_of(&desk, call).await;
    assert_eq!(page.header("hx-redirect"), format!("/t/{}?dispatch=1", TicketNumber::of(second)));
    let page = ada.get(page.header("hx-redirect")).await;
    assert!(page.words().contains("Who goes?"), "{}", page.words());
    let known = opened(&desk, "Leak upstairs", None).await;
    let number = TicketNumber::of(known).to_string();
    let page = ada.post_fragment(&format!("/calls/{call}/link"), &[("ticket", &number)]).await;
    assert!(page.text.contains("/unlink") && page.words().contains("Undo"), "{}", page.words());
    let mut viewer = desk.signed_in("vera", Role::Viewer).await;
    assert!(viewer.get(&path(call)).await.path.starts_with("/t/"), "who may only look sees the ticket");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_and_alike_is_found_while_typing_and_only_what_may_be_seen() {
    let desk = TestDesk::start().await;
    let (north, south) = (desk.team("North").await, desk.team("South").await);
    let erika = person(&desk, "Erika Muster", "030 901820").await;
    let hot = opened(&desk, "No hot water on the third floor", Some(erika)).await;
    let brown = opened(&desk, "Brown water in the cellar", None).await;
    let lamp = opened(&desk, "Street lamp is dark", None).await;
    let found = |text: &str, persons: Vec<PersonId>, sees: Sees| {
        let like = Like { text: text.into(), persons, ..Like::default() };
        desk.read(move |db| tickets::similar(db, &sees, &like))
    };
    let ids = |found: &[tickets::Similar]| found.iter().map(|similar| similar.ticket.id).collect::<Vec<_>>();
    let all = found("hot wat", vec![], Sees::All).await;
    assert_eq!(ids(&all), [hot, brown], "the last word may be half typed");
    assert!(!all[0].double, "another caller's");
    let hers = found("hot water", vec![erika], Sees::All).await;
    assert!(hers[0].double && hers[0].ticket.id == hot, "the same caller once more");
    assert_eq!(ids(&found("", vec![erika], Sees::All).await), [hot], "what is open for her");

    // Words follow the ticket.
    desk.act(move |act| tickets::by_id(act.db, brown)?.rename(act, "Cellar floods")).await;
    assert_eq!(ids(&found("brown", vec![], Sees::All).await), []);
    assert_eq!(ids(&found("floods", vec![], Sees::All).await), [brown]);
    desk.act(move |act| tickets::by_id(act.db, lamp)?.close(act)).await;
    assert_eq!(ids(&found("lamp", vec![], Sees::All).await), []);
    desk.act(move |act| tickets::by_id(act.db, lamp)?.reopen(act)).await;
    assert_eq!(ids(&found("lamp", vec![], Sees::All).await), [lamp]);

    desk.act(move |act| tickets::by_id(act.db, lamp)?.move_to(act, Some(north))).await;
    desk.act(move |act| tickets::by_id(act.db, hot)?.move_to(act, Some(south))).await;
    let wilma = desk.agent_in("wilma", Role::Worker, &[north]).await;
    let own = Sees::Own { teams: vec![north], agent: wilma };
    assert_eq!(ids(&found("lamp water", vec![erika], own).await), [lamp]);
    let mut wilma = desk.sign_in("wilma").await;
    let page = wilma.fragment("/t/similar?q=hot+water+lamp&call=1&person=1").await;
    assert!(page.words().contains("lamp") && !page.words().contains("hot water"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_that_are_older_than_the_words_are_found_after_the_next_start() {
    let mut desk = TestDesk::start().await;
    let old = opened(&desk, "Pump drips", None).await;
    let closed = opened(&desk, "Pump floods", None).await;
    desk.act(move |act| tickets::by_id(act.db, closed)?.close(act)).await;
    desk.sql("DELETE FROM ticket_words").await;
    desk.restart().await;
    desk.settle().await;
    let like = Like { text: "pump".into(), ..Like::default() };
    let found = desk.read(move |db| tickets::similar(db, &Sees::All, &like)).await;
    assert_eq!(found.iter().map(|similar| similar.ticket.id).collect::<Vec<_>>(), [old]);
}
