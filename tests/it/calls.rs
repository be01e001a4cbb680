//! Calls: from the wire to the ticket.

use deskbell::accounts::Role;
use deskbell::base::Timestamp;
use deskbell::calls::{self, CallFilter, Makes};
use deskbell::tickets::{self, CallOutcome, Filter, Sees, Status, Ticket};

use crate::desk::{NOON, Pbx, TestDesk};

async fn tickets_of(desk: &TestDesk) -> Vec<Ticket> {
    let all = Filter { closed_too: true, ..Filter::default() };
    desk.read(move |db| Ok(tickets::list(db, &Sees::All, &all, None, 100)?.rows)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_a_ticket_before_it_rings() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    let call = pbx.ring("+4930901820", "helpdesk").await;
    // 180 was heard: everything must be in the database now, without waiting for anything.
    let (ringing, found) = desk
        .read(|db| {
            let ringing = calls::ringing(db, 10)?;
            let tickets = tickets::list(db, &Sees::All, &Filter::default(), None, 10)?.rows;
            Ok((ringing, tickets))
        })
        .await;
    assert_eq!(ringing.len(), 1);
    assert_eq!(ringing[0].caller_key.as_deref(), Some("+4930901820"));
    assert_eq!(ringing[0].received_at, NOON);
    assert_eq!((found.len(), found[0].id, found[0].status), (1, ringing[0].ticket.unwrap(), Status::New));
    assert_eq!(found[0].caller, "+49 30 901820");
    desk.pass(7_000);
    pbx.cancel(&call, "SIP;cause=200;text=\"Call completed elsewhere\"").await;
    desk.ended(1).await;
    let ticket = &tickets_of(&desk).await[0];
    assert_eq!((ticket.call_outcome, ticket.status), (Some(CallOutcome::AnsweredElsewhere), Status::Open));
    let id = ticket.id;
    let entries = desk.read(move |db| tickets::entries_of(db, id)).await;
    let facts = entries[0].facts.as_ref().unwrap();
    assert_eq!(facts.reason.as_deref(), Some("SIP;cause=200;text=\"Call completed elsewhere\""));
    assert_eq!(facts.ended_at, Some(Timestamp(NOON.0 + 7_000)));
}

impl TestDesk {
    /// Waits until `count` calls have ended on disk.
    pub async fn ended(&self, count: usize) {
        loop {
            let page = self.read(|db| calls::ended(db, &CallFilter::default(), None, 500)).await;
            if page.rows.len() >= count {
                return self.settle().await;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outcome_follows_the_reason() {
    for (reason, outcome, status) in [
        ("SIP;cause=200", CallOutcome::AnsweredElsewhere, Status::Open),
        ("Q.850;cause=26", CallOutcome::AnsweredElsewhere, Status::Open),
        ("Q.850;cause=16;text=\"Normal call clearing\"", CallOutcome::Missed, Status::New),
        ("SIP;cause=487", CallOutcome::Missed, Status::New),
        ("SIP;cause=480", CallOutcome::WentOn, Status::New),
        ("SIP;cause=302", CallOutcome::Forwarded, Status::Open),
        ("", CallOutcome::Unconfirmed, Status::New),
    ] {
        let desk = TestDesk::with_line().await;
        let mut pbx = desk.pbx().await;
        let call = pbx.ring("+4930901820", "helpdesk").await;
        pbx.cancel(&call, reason).await;
        desk.ended(1).await;
        let ticket = &tickets_of(&desk).await[0];
        assert_eq!((ticket.call_outcome, ticket.status), (Some(outcome), status), "{reason}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_call_joins_a_ticket_that_nobody_touched() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    for _ in 0..3 {
        let call = pbx.ring("+4930901820", "helpdesk").await;
        pbx.cancel(&call, "Q.850;cause=16").await;
    }
    desk.ended(3).await;
    let ticket = tickets_of(&desk).await.remove(0);
    assert_eq!(tickets_of(&desk).await.len(), 1);
    let id = ticket.id;
    assert_eq!(desk.read(move |db| tickets::entries_of(db, id)).await.len(), 3);
    // Another caller, and the same caller once somebody has touched the ticket, get tickets of their own.
    pbx.ring("+4930901821", "helpdesk").await;
    let ada = desk.agent("ada", Role::Agent).await;
    desk.act_as(ada, move |act| tickets::by_id(act.db, id)?.take(act)).await.unwrap();
    pbx.ring("+4930901820", "helpdesk").await;
    assert_eq!(tickets_of(&desk).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn withheld_callers_never_share_a_ticket() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    for _ in 0..2 {
        pbx.ring("\"Anonymous\" <sip:anonymous@anonymous.invalid>", "helpdesk").await;
    }
    let all = tickets_of(&desk).await;
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|t| t.caller.is_empty() && t.caller_key.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_says_which_calls_become_tickets() {
    let desk = TestDesk::start().await;
    desk.line("Missed", Makes::Missed, "missed").await;
    desk.line("None", Makes::None, "none").await;
    let mut pbx = desk.pbx().await;
    let answered = pbx.ring("+4930901820", "missed").await;
    pbx.cancel(&answered, "SIP;cause=200").await;
    let none = pbx.ring("+4930901820", "none").await;
    pbx.cancel(&none, "Q.850;cause=16").await;
    desk.ended(2).await;
    assert_eq!(tickets_of(&desk).await.len(), 0);
    let missed = pbx.ring("+4930901821", "missed").await;
    assert_eq!(tickets_of(&desk).await.len(), 0, "not while it rings");
    pbx.cancel(&missed, "Q.850;cause=16").await;
    desk.ended(3).await;
    let all = tickets_of(&desk).await;
    assert_eq!((all.len(), all[0].call_outcome), (1, Some(CallOutcome::Missed)));
    // A number that no line serves is not a call of ours.
    pbx.invite("+4930901820", "elsewhere", "").await;
    pbx.hear(404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unlisted_source_hears_nothing_and_makes_nothing() {
    let desk = TestDesk::start().await;
    desk.act(|act| {
        let card = calls::LineCard {
            name: "Elsewhere".into(),
            team: None,
            makes: Makes::Every,
            country: "DE".into(),
            area_code: String::new(),
            sources: "192.0.2.1".into(),
            numbers: String::new(),
        };
        calls::add_line(act, &card)
    })
    .await;
    desk.settle().await;
    let mut stranger = desk.pbx().await;
    stranger.invite("+4930901820", "helpdesk", "").await;
    // A listed source behind it in the queue proves that the INVITE was dealt with.
    desk.line("Here", Makes::Every, "").await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901821", "helpdesk").await;
    assert_eq!(tickets_of(&desk).await.len(), 1);
    let page = desk.browser().get_metrics(&desk).await;
    assert!(page.contains("deskbell_sip_dropped_total{reason=\"unknown_source\"} 1"), "{page}");
}

impl crate::desk::Browser {
    async fn get_metrics(&self, desk: &TestDesk) -> String {
        let url = format!("http://{}/metrics", desk.app().metrics.unwrap());
        reqwest::get(url).await.unwrap().text().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_invite_and_one_over_tcp_are_one_call_each() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    let call = pbx.ring("+4930901820", "helpdesk").await;
    for _ in 0..3 {
        pbx.repeat(&call).await;
        pbx.hear(180).await;
    }
    let mut tcp = Pbx::tcp(desk.app().sip_tcp[0]).await;
    let over_tcp = tcp.ring("+4930901899", "helpdesk").await;
    assert_eq!(tickets_of(&desk).await.len(), 2);
    tcp.cancel(&over_tcp, "Q.850;cause=16").await;
    desk.ended(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_end_with_the_daemon_and_are_there_after_a_restart() {
    let mut desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    desk.restart().await;
    let page = desk.read(|db| calls::ended(db, &CallFilter::default(), None, 10)).await;
    assert_eq!(page.rows[0].outcome, Some(CallOutcome::Stopped));
    assert_eq!(tickets_of(&desk).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_text() {
    let desk = TestDesk::with_line().await;
    let mut browser = desk.signed_in("ada", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    let call = pbx.invite("\"<script>alert(1)</script>\u{202E}gnp\" <sip:+4930901820@127.0.0.1>", "helpdesk", "").await;
    pbx.hear(180).await;
    let board = browser.get("/calls").await;
    assert!(board.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;gnp"), "{}", board.words());
    assert!(!board.text.contains("<script>alert") && !board.text.contains('\u{202E}'));
    pbx.cancel(&call, "Q.850;cause=16;text=\"<img src=x onerror=alert(1)>\"").await;
    desk.ended(1).await;
    let ticket = browser.get("/calls/newest/ticket").await;
    assert_eq!(ticket.status, 200);
    assert!(ticket.text.contains("&lt;img src=x") && !ticket.text.contains("<img src=x"));
}
