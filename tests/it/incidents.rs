//! Storms: many callers alike, the incident that is made of them, and who is called back when it is mended.

use deskbell::accounts::Role;
use deskbell::base::id::CallId;
use deskbell::calls::{self, Alike, CallFilter, Callback, CallbackKind, CallbackResult, IncidentCard};
use deskbell::settings::Settings;
use deskbell::tickets::{self, Status};

use crate::desk::{Pbx, TestDesk};

const ANSWERED: &str = "SIP;cause=200";

/// Calls from `+49 30 9018xx`, one for each caller, that somebody answers.
async fn callers(desk: &TestDesk, pbx: &mut Pbx, from: usize, count: usize) {
    let before = desk.read(|db| calls::ended(db, &CallFilter::default(), None, 500)).await.rows.len();
    for at in from..from + count {
        let call = pbx.ring(&format!("+49309018{at:02}"), "helpdesk").await;
        pbx.cancel(&call, ANSWERED).await;
        desk.ended(before + at + 1 - from).await;
    }
}

async fn storms(desk: &TestDesk) -> Vec<calls::Storm> {
    let now = desk.clock.now();
    let settings = desk.read(Settings::read).await;
    desk.read(move |db| calls::storms(db, &settings, now)).await
}

fn card(area: &str) -> IncidentCard {
    IncidentCard {
        title: "No water in the north".into(),
        announcement: "We know. It is mended by three.".into(),
        area: area.into(),
        ..IncidentCard::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_callers_from_one_area_propose_an_incident_and_one_caller_does_not() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    for at in 0..9 {
        let call = pbx.ring("+4930901800", "helpdesk").await;
        pbx.cancel(&call, ANSWERED).await;
        desk.ended(at + 1).await;
    }
    assert!(storms(&desk).await.is_empty(), "one caller who tries nine times is no storm");
    callers(&desk, &mut pbx, 1, 7).await;
    let storm = storms(&desk).await.remove(0);
    assert_eq!((storm.alike.clone(), storm.callers), (Alike::Prefix("+4930901".into()), 8));
    desk.pass(11 * 60_000);
    assert!(storms(&desk).await.is_empty(), "it is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_usual_at_this_hour_is_no_storm() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    callers(&desk, &mut pbx, 0, 30).await;
    // The same callers on each day before make this many of them usual.
    for _ in 0..7 {
        desk.pass(86_400_000);
        callers(&desk, &mut pbx, 0, 12).await;
    }
    assert!(storms(&desk).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_that_is_waved_away_stays_away_for_an_hour() {
    let desk = TestDesk::with_line().await;
    let mut pbx = desk.pbx().await;
    callers(&desk, &mut pbx, 0, 8).await;
    let key = storms(&desk).await[0].alike.key();
    desk.act(move |act| calls::wave_away(act, &key)).await;
    let left: Vec<Alike> = storms(&desk).await.into_iter().map(|storm| storm.alike).collect();
    assert!(!left.contains(&Alike::Prefix("+4930901".into())), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn later_callers_are_known_and_everybody_is_called_back_when_it_is_mended() {
    let desk = TestDesk::with_line().await;
    let mut ana = desk.signed_in("ana", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    callers(&desk, &mut pbx, 0, 8).await;
    let known: Vec<CallId> = storms(&desk).await.remove(0).calls;
    let id = desk.act(move |act| calls::declare(act, &card("+4930901"), &known)).await;
    assert!(storms(&desk).await.is_empty(), "the incident explains it");
    // The next caller sees it while it rings, and one key adds them.
    pbx.ring("+4930901855", "helpdesk").await;
    let call = desk.read(|db| calls::ringing(db, 1)).await[0].clone();
    let board = ana.get("/calls").await;
    assert!(board.text.contains(&format!("/calls/{}/known/{id}", call.id)), "{}", board.words());
    assert_eq!(ana.post(&format!("/calls/{}/known/{id}", call.id), &[]).await.status, 200);
    let incident = desk.read(move |db| calls::incident_by_id(db, id)).await;
    assert_eq!(desk.read(move |db| calls::by_id(db, call.id)).await.ticket, Some(incident.ticket));
    assert!(!ana.get("/calls").await.text.contains(&format!("/calls/{}/known", call.id)), "it is added once");
    // A caller from elsewhere is not.
    pbx.ring("+4940123456", "helpdesk").await;
    let board = ana.get("/calls").await;
    assert!(!board.text.contains("/known/"), "on no card");
    assert_eq!(board.words().matches("We know.").count(), 1, "but above the board");
    // Mended: all nine are called back, each once, the first caller first.
    assert_eq!(desk.act(move |act| calls::solve(act, id)).await, 9);
    assert!(desk.try_act(move |act| calls::solve(act, id)).await.is_err(), "once");
    let ticket = desk.read(move |db| tickets::by_id(db, incident.ticket)).await;
    assert_eq!(ticket.status, Status::Closed);
    desk.settle().await;
    let open: Vec<Callback> = desk.read(|db| calls::open_callbacks(db, 50)).await;
    let theirs: Vec<&Callback> = open.iter().filter(|callback| callback.kind == CallbackKind::Incident).collect();
    assert_eq!((theirs.len(), theirs[0].caller_key.as_deref()), (9, Some("+4930901800")));
    let first = theirs[0].id;
    let page = ana.get(&format!("/calls/incidents/{id}")).await;
    assert!(page.words().contains("Still to call 9"), "{}", page.words());
    let reached = CallbackResult::Reached.word();
    ana.post(&format!("/calls/callbacks/{first}/result"), &[("result", reached)]).await;
    assert_eq!(desk.read(|db| calls::open_callbacks(db, 50)).await.len(), open.len() - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_with_a_word_of_its_own_becomes_a_part_and_is_closed_when_its_caller_is_told() {
    let desk = TestDesk::with_line().await;
    let ana = desk.agent("ana", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    callers(&desk, &mut pbx, 0, 1).await;
    let call = desk.read(|db| calls::ended(db, &calls::CallFilter::default(), None, 1)).await.rows[0].clone();
    let own = call.ticket.unwrap();
    desk.act_as(ana, move |act| tickets::by_id(act.db, own)?.rename(act, "Cellar is flooded")).await.unwrap();
    let id = desk.act(move |act| calls::declare(act, &card(""), &[call.id])).await;
    let incident = desk.read(move |db| calls::incident_by_id(db, id)).await;
    assert_eq!(desk.read(move |db| tickets::by_id(db, own)).await.parent_id, Some(incident.ticket));
    assert_eq!(desk.act(move |act| calls::solve(act, id)).await, 1);
    let callback = desk.read(|db| calls::open_callbacks(db, 9)).await.remove(0);
    desk.act_as(ana, move |act| calls::callback_tried(act, callback.id, CallbackResult::Reached)).await.unwrap();
    assert_eq!(desk.read(move |db| tickets::by_id(db, own)).await.status, Status::Closed);
}
