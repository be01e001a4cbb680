//! The call log and the page of one call.

use deskbell::accounts::Role;
use deskbell::base::id::{AgentId, CallId, LineId};
use deskbell::base::{Timestamp, sha256_hex};
use deskbell::calls::{self, Heard, Makes, PastCall};
use deskbell::people::{self, PersonCard};
use deskbell::tickets::CallOutcome;

use crate::desk::{NOON, TestDesk};

const DAY: i64 = 86_400_000;

/// A call of the past: seconds before noon, who, how it ended, how long it rang.
pub fn past(line: LineId, ago_s: i64, number: &str, outcome: CallOutcome, rang_s: i64) -> PastCall {
    let received_at = NOON.plus_ms(-ago_s * 1_000);
    PastCall {
        heard: Heard {
            key: sha256_hex(format!("{line} {ago_s} {number}").as_bytes()),
            node: "test".into(),
            line,
            source: "192.0.2.7".into(),
            sip_call_id: format!("{ago_s}@pbx"),
            caller_raw: number.into(),
            caller_key: (!number.is_empty()).then(|| number.to_owned()),
            number: number.into(),
            caller_internal: false,
            caller_name: String::new(),
            withheld: number.is_empty(),
            verstat: None,
            dialled: "helpdesk".into(),
            diverted_from: None,
            user_agent: Some("PBX 1".into()),
            received_at,
        },
        ended_at: received_at.plus_ms(rang_s * 1_000),
        outcome,
        reason: None,
        claimed: None,
        wrapped_up: None,
        person: None,
    }
}

/// The same call, claimed after some seconds and wrapped up after more.
pub fn claimed(mut call: PastCall, agent: AgentId, after_s: i64, handled_s: i64) -> PastCall {
    let at = call.heard.received_at.plus_ms(after_s * 1_000);
    call.claimed = Some((agent, at));
    call.wrapped_up = Some((None, at.plus_ms(handled_s * 1_000)));
    call
}

impl TestDesk {
    /// Keeps calls of the past.
    pub async fn keep(&self, calls: Vec<PastCall>) -> Vec<CallId> {
        self.act(move |act| calls::keep_past(act, &calls)).await
    }
}

/// How many rows a page of the log has.
fn rows(text: &str) -> usize {
    text.matches(" id=\"c-").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_narrows_the_log_and_says_how_to_widen_it() {
    use CallOutcome::{AnsweredElsewhere, Forwarded, Missed, RangOut};
    let desk = TestDesk::start().await;
    let north = desk.line("North", Makes::None, "north").await;
    let south = desk.line("South", Makes::None, "south").await;
    let ada = desk.agent("ada", Role::Agent).await;
    let card = PersonCard { name: "Erika Muster".into(), numbers: "030 901820".into(), ..PersonCard::default() };
    desk.act(move |act| people::add_person(act, &card)).await;
    desk.keep(vec![
        claimed(past(north, 60, "+4930901820", AnsweredElsewhere, 8), ada, 7, 120),
        past(north, 120, "+4930901821", Missed, 20),
        claimed(past(south, 180, "+4930901820", RangOut, 60), ada, 30, 60),
        past(south, 3 * 86_400, "+4930901822", Forwarded, 12),
        past(south, 40 * 86_400, "", Missed, 5),
    ])
    .await;
    let mut browser = desk.sign_in("ada").await;
    let mut count = async |query: &str| {
        let page = browser.get(&format!("/calls/log?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        (rows(&page.text), page)
    };
    for (query, wanted) in [
        ("", 5),
        ("outcome=answered", 3),
        ("outcome=missed", 2),
        ("missed=1", 2),
        ("outcome=rang_out", 1),
        ("line=1", 2),
        ("mine=1", 2),
        ("ticket=none", 4),
        ("ticket=none&from=2026-10-01", 5),
        ("q=030+901820", 2),
        ("q=erika", 2),
        ("q=9018", 4),
        ("q=%25", 0),
        ("from=2026-11-20", 3),
        ("to=2026-11-19", 2),
        ("from=2026-11-17&to=2026-11-17", 1),
        ("line=x&outcome=x&from=x&to=x", 5),
        ("q=erika&line=2&mine=1&outcome=answered", 1),
    ] {
        let (found, page) = count(query).await;
        assert_eq!(found, wanted, "{query}: {}", page.words());
    }
    let (found, page) = count("q=nobody&outcome=missed").await;
    assert!(found == 0 && page.words().contains("No call fits"), "{}", page.words());
    assert!(
        page.text.contains("href=\"/calls/log?outcome=missed\"") && page.text.contains("href=\"/calls/log?q=nobody\"")
    );
    assert!(page.words().contains("Looking at calls since 20 Oct 2026"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_and_the_file_has_all() {
    let desk = TestDesk::start().await;
    let line = desk.line("=North", Makes::None, "").await;
    desk.keep(
        (0..120)
            .map(|n| past(line, n / 3, "+4930901820", CallOutcome::Missed, n % 7))
            .map(|mut call| {
                call.heard.key = format!("{} {}", call.heard.key, call.ended_at.0);
                call
            })
            .collect(),
    )
    .await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let mut path = "/calls/log?outcome=missed".to_owned();
    let mut seen = Vec::new();
    for wanted in [50, 50, 20] {
        let page = ada.get(&path).await;
        let ids = page.text.split(" id=\"c-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        let ids: Vec<String> = ids.collect();
        assert_eq!(ids.len(), wanted);
        seen.extend(ids);
        let next = page.text.split("href=\"").filter(|rest| rest.contains("after=")).last();
        path = next.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")).unwrap_or_default();
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 120, "none twice");
    let file = ada.get("/calls/log.csv?outcome=missed&after=1-1").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.header("content-disposition").contains("calls.csv"));
    assert_eq!(file.text.trim_end().lines().count(), 121);
    assert!(file.text.contains("\"'+49 30 901820\"") && file.text.contains("\"'=North\""), "{}", &file.text[..400]);
    assert!(file.text.contains("2026-11-20 12:00:00,"), "{}", &file.text[..400]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_call_tells_what_happened() {
    let desk = TestDesk::with_line().await;
    let (ada, bea) = (desk.agent("ada", Role::Agent).await, desk.agent("bea", Role::Agent).await);
    let mut browser = desk.sign_in("ada").await;
    let mut pbx = desk.pbx().await;
    let sip = pbx.ring("+4930901820", "helpdesk").await;
    let id = desk.read(|db| calls::ringing(db, 1)).await[0].id;
    let place = format!("/calls/{id}");
    assert!(browser.get(&place).await.words().contains("Rang on Fault line"));
    desk.act_as(ada, move |act| calls::claim(act, id)).await.unwrap();
    desk.pass(3_000);
    desk.act_as(bea, move |act| calls::take_over(act, id)).await.unwrap();
    pbx.cancel(&sip, "SIP;cause=200").await;
    desk.ended(1).await;
    desk.pass(60_000);
    desk.act_as(bea, move |act| calls::wrap_up(act, id, None)).await.unwrap();
    let page = browser.get(&place).await;
    let words = page.words();
    for said in [
        "Rang on Fault line 12:00:00",
        "Ada Test has it 12:00:00",
        "Bea Test took it over from Ada Test 12:00:03",
        "Ended: Answered 12:00:03",
        "Wrapped up by Bea Test 12:01:03",
        "In hand for 1:00",
        "This number called only once.",
        "Call from +49 30 901820",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(!words.contains("Call-ID"), "what the phone heard is for admins");
    let mut boss = desk.signed_in("boss", Role::Admin).await;
    let words = boss.get(&place).await.words();
    assert!(words.contains("Call-ID") && words.contains("127.0.0.1") && words.contains("SIP;cause=200"), "{words}");

    let second = pbx.ring("+4930901820", "helpdesk").await;
    pbx.cancel(&second, "Q.850;cause=16").await;
    desk.ended(2).await;
    let words = browser.get(&place).await.words();
    assert!(words.contains("Later") && words.contains("Waits for a call back."), "{words}");
    let mut vera = desk.signed_in("vera", Role::Viewer).await;
    let page = vera.get(&place).await;
    assert!(page.status == 200 && !page.text.contains(&format!("{place}/spam")), "a viewer changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_older_than_the_log_tells_what_is_kept_of_it() {
    let desk = TestDesk::start().await;
    let line = desk.line("North", Makes::None, "").await;
    let ada = desk.agent("ada", Role::Agent).await;
    let calls = vec![claimed(past(line, DAY / 1_000, "+4930901820", CallOutcome::AnsweredElsewhere, 9), ada, 7, 90)];
    let id = desk.keep(calls.clone()).await[0];
    assert_eq!(desk.keep(calls).await, [id], "kept once");
    let words = desk.sign_in("ada").await.get(&format!("/calls/{id}")).await.words();
    for said in ["Rang on North 19 Nov 2026, 12:00:00", "Ada Test has it", "Ended: Answered", "Wrapped up by Ada Test"]
    {
        assert!(words.contains(said), "{said}: {words}");
    }
    let kept = desk.read(move |db| calls::by_id(db, id)).await;
    assert_eq!((kept.waited_ms(), kept.handled_ms()), (Some(7_000), Some(90_000)));
    assert_eq!(kept.received_at, Timestamp(NOON.0 - DAY));
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_to_link_are_found_by_number_and_offered_of_the_caller() {
    let desk = TestDesk::with_line().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    for number in ["+4930901820", "+4930901821"] {
        let call = pbx.ring(number, "helpdesk").await;
        pbx.cancel(&call, "SIP;cause=200").await;
    }
    desk.ended(2).await;
    let found = desk.read(|db| calls::ended(db, &calls::CallFilter::default(), None, 2)).await.rows;
    let (call, other) = (found[0].id, found[1].ticket.unwrap());
    let number = deskbell::tickets::TicketNumber::of(other).to_string();
    let page = ada.fragment(&format!("/calls/{call}/link?q={number}")).await;
    assert!(page.text.contains(&format!("name=\"ticket\" value=\"{number}\"")), "{}", page.text);
    assert!(!page.text.contains("<html"), "the list alone");
    let page = ada.get(&format!("/calls/{call}/link?q=nothing+such")).await;
    assert!(page.text.contains("<html") && page.words().contains("No open ticket fits."), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_a_call_leads_back_to_where_it_was_said() {
    let desk = TestDesk::with_line().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    for _ in 0..2 {
        let call = pbx.ring("+4930901820", "helpdesk").await;
        pbx.cancel(&call, "SIP;cause=200").await;
    }
    desk.ended(2).await;
    let found = desk.read(|db| calls::ended(db, &calls::CallFilter::default(), None, 2)).await.rows;
    let place = format!("/calls/{}", found[0].id);
    let next = ada.get(&place).await.field("next");
    assert_eq!(next, place);
    let page = ada.post(&format!("{place}/spam"), &[("spam", "1"), ("next", &next)]).await;
    assert!(page.path == place && page.words().contains("Marked as spam."), "{}: {}", page.path, page.words());
    let page = ada.post(&format!("{place}/spam"), &[("spam", "0"), ("next", &next)]).await;
    assert!(
        page.path == place && page.words().contains("No longer marked as spam."),
        "{}: {}",
        page.path,
        page.words()
    );
    let page = ada.post(&format!("{place}/missed"), &[("next", &next)]).await;
    assert!(page.path == place && page.status == 200, "{}", page.path);

    let other = format!("/calls/{}/missed", found[1].id);
    let log = "/calls/log?mine=1";
    assert_eq!(ada.get("/calls/log?outcome=answered").await.field("next"), "/calls/log?outcome=answered");
    assert_eq!(ada.post(&other, &[("next", log)]).await.path, log);
    for away in ["//evil.example/", "https://evil.example/", "/\\evil.example", ""] {
        assert_eq!(ada.post(&other, &[("next", away)]).await.path, "/calls/log", "{away}");
    }
}
