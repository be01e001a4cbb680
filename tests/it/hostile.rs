//! Hostile text: what strangers and colleagues type is shown as text on every page, and nowhere else than asked.

use deskbell::accounts::{self, AgentCard, Role};
use deskbell::base::id::SiteId;
use deskbell::calls::{self, LineCard, Makes};
use deskbell::people::{self, PersonCard, SiteCard};
use deskbell::settings::{self, Settings};
use deskbell::tickets::{self, NewTicket, Priority, TicketNumber};

use crate::desk::{Page, TestDesk};

/// Markup, what breaks out of attributes, text that runs backwards, a NUL, and what a template language may take for its own.
const CANARY: &str = "<script>alert(7)</script>\"'><img src=x onerror=alert(7)>\u{202E}gnp\0{{7*7}}${7*7}";

/// What becomes more than text in a page.
const MARKUP: [&str; 5] = ["<script>alert", "<img src=x", "'><img", "{49}", "$49"];

/// What was kept has lost what can't be seen as well.
fn assert_harmless(what: &str, page: &Page) {
    assert_without(what, page, &[&MARKUP[..], &["\u{202E}", "\0"]].concat());
}

/// A field gives back what somebody typed a moment ago as it was; the words around it repeat it cleaned.
fn assert_only_text(what: &str, page: &Page) {
    assert_without(what, page, &[&MARKUP[..], &["gnp\0{{7*7}}${7*7}”"]].concat());
}

fn assert_without(what: &str, page: &Page, dangers: &[&str]) {
    let text = &page.text;
    for dangerous in dangers {
        let at = text.find(*dangerous);
        let near =
            at.map(|at| text.get(at.saturating_sub(120)..).unwrap_or(text).chars().take(240).collect::<String>());
        assert!(at.is_none(), "{what} shows {dangerous:?} as it is: {near:?}");
    }
    assert!(matches!(page.status, 200 | 409 | 422), "{what}: {} {}", page.status, page.words());
}

async fn hostile_site(desk: &TestDesk) -> SiteId {
    let hostile = || CANARY.to_owned();
    let card = SiteCard {
        organisation: hostile(),
        name: hostile(),
        address: hostile(),
        area: hostile(),
        access_note: hostile(),
    };
    desk.act(move |act| people::add_site(act, &card)).await
}

/// A desk in which every text that somebody can choose is the canary.
async fn infested() -> (TestDesk, Vec<String>) {
    let desk = TestDesk::start().await;
    let settings = Settings { desk_name: CANARY.into(), ..Settings::default() };
    desk.act(move |act| settings::change(act, &settings)).await;
    let team = desk.team(CANARY).await;
    let agent = desk.agent("ada", Role::Admin).await;
    let card = AgentCard { login: "ada".into(), name: CANARY.into(), role: Role::Admin, teams: vec![team] };
    desk.act(move |act| accounts::change_agent(act, agent, card)).await;
    let card = PersonCard {
        name: CANARY.into(),
        organisation: CANARY.into(),
        note: CANARY.into(),
        numbers: "030 901820 (<script>alert`7`</script>)\n+49 30 5550, \"><img src=x onerror=alert`7`>".into(),
        addresses: "ada'{{7*7}}@example.org".into(),
        place: CANARY.into(),
        vip: true,
        site: None,
    };
    let person = desk.act(move |act| people::add_person(act, &card)).await;
    let organisation = desk.read(|db| people::organisations(db, 1)).await[0].id;
    desk.act(move |act| people::change_organisation(act, organisation, CANARY, CANARY, true)).await;
    let site = hostile_site(&desk).await;
    let card = LineCard {
        name: CANARY.into(),
        team: Some(team),
        makes: Makes::Every,
        country: "DE".into(),
        area_code: "30".into(),
        sources: "127.0.0.1".into(),
        numbers: String::new(),
    };
    let line = desk.act(move |act| calls::add_line(act, &card)).await;
    desk.settle().await;
    let new = NewTicket {
        subject: CANARY.into(),
        priority: Priority::High,
        team: Some(team),
        assignee: Some(agent),
        requester: Some(person),
        note: CANARY.into(),
        ..NewTicket::default()
    };
    let ticket = desk.act_as(agent, move |act| tickets::open(act, &new)).await.unwrap();
    let number = TicketNumber::of(ticket);
    let places = [
        format!("/t/{number}"),
        format!("/t/{number}/thread"),
        format!("/people/{person}"),
        format!("/people/{person}/edit"),
        format!("/people/{person}/remove"),
        format!("/orgs/{organisation}"),
        format!("/sites/{site}"),
        format!("/sites/{site}/edit"),
        format!("/sites/{site}/remove"),
        format!("/people/new?site={site}"),
        format!("/calls/of-person/{person}"),
        format!("/admin/agents/{agent}"),
        format!("/admin/teams?edit={team}"),
        format!("/admin/lines/{line}"),
        format!("/t/new?requester={person}"),
    ];
    (desk, places.to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_text_on_every_page() {
    let (desk, mut places) = infested().await;
    let mut pbx = desk.pbx().await;
    let name = "<script>alert(7)</script><img src=x onerror=alert(7)>\u{202E}{{7*7}}";
    let from = format!("\"{name}\" <sip:+4930901820@127.0.0.1>");
    let headers = "User-Agent: <script>alert(7)</script>\r\nDiversion: \"<script>alert(7)</script>\" <sip:\
        <img%20src=x>@x>;reason=unconditional\r\n";
    let call = pbx.invite(&from, "helpdesk", headers).await;
    pbx.hear(180).await;
    let mut ada = desk.browser_with(&[("user-agent", "<script>alert(7)</script>\"'><img src=x onerror=alert(7)>")]);
    ada.sign_in("ada", crate::desk::PASSWORD).await;
    assert_harmless("/calls while it rings", &ada.get("/calls").await);
    let mut stream = ada.events(0).await;
    pbx.cancel(&call, "Q.850;cause=16;text=\"<script>alert(7)</script>'><img src=x onerror=alert(7)>\"").await;
    let mut said = String::new();
    while !said.contains("\"calls\"") {
        said.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(!said.contains("<script>alert") && !said.contains("<img src=x"), "{said}");
    desk.settle().await;

    let call = desk.read(|db| calls::ended(db, &calls::CallFilter::default(), None, 1)).await.rows[0].id;
    let dossier = ["dossier", "person", "person?q=%3Cscript", "person/new"].map(|end| format!("/calls/{call}/{end}"));
    places.extend(dossier);
    let fixed = [
        "/calls",
        "/calls/callbacks",
        "/calls/log",
        "/calls/newest/ticket",
        "/t",
        "/t?status=all",
        "/t/new",
        "/people",
    ];
    let more = [
        "/people/new",
        "/orgs",
        "/sites",
        "/sites/new",
        "/me",
        "/admin",
        "/admin/agents",
        "/admin/agents/new",
        "/admin/teams",
        "/admin/settings",
    ];
    let lines = ["/admin/lines", "/admin/lines/new"];
    places.extend([&fixed[..], &more, &lines].concat().into_iter().map(str::to_owned));
    let mut shown = 0;
    for place in &places {
        let page = ada.get(place).await;
        assert_harmless(place, &page);
        shown += usize::from(page.text.contains("&lt;script&gt;alert(7)"));
    }
    assert!(shown >= places.len() - 6, "it is shown, as text, on nearly all: {shown} of {}", places.len());
    assert_harmless("/login", &desk.browser().get("/login").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_address_says_is_text_too() {
    let (desk, _) = infested().await;
    let mut ada = desk.sign_in("ada").await;
    let canary: String = url::form_urlencoded::byte_serialize(CANARY.as_bytes()).collect();
    for path in [
        "/people?q=X",
        "/orgs?q=X",
        "/sites?q=X",
        "/sites/new?name=X&organisation=X",
        "/search?q=X",
        "/people/new?name=X&number=X&call=X",
        "/t/new?subject=X&note=X",
    ] {
        assert_only_text(path, &ada.get(&path.replace('X', &canary)).await);
    }
    for path in
        ["/t?status=X&team=X&assignee=X&priority=X&channel=X&missed=X&requester=X&after=X", "/calls/log?line=X&after=X"]
    {
        assert_only_text(path, &ada.get(&path.replace('X', &canary)).await);
    }
    assert_only_text("/login", &desk.browser().get(&format!("/login?next={canary}")).await);
    let mut liar = desk.browser_with(&[(
        "cookie",
        "deskbell-done=done-saved.<script>alert(7)</script>; deskbell-theme=\"><img src=x>",
    )]);
    assert_only_text("/login with cookies", &liar.get("/login").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_back_with_its_mistakes_is_text_too() {
    let (desk, places) = infested().await;
    let mut ada = desk.sign_in("ada").await;
    ada.get("/me").await;
    let all = |names: &[&'static str]| names.iter().map(|name| (*name, CANARY)).collect::<Vec<_>>();
    let ticket = places[0].clone();
    for (path, names) in [
        ("/people", &["numbers", "addresses", "note", "organisation", "call"][..]),
        ("/sites", &["organisation", "area", "access_note"]),
        ("/t/new", &["note", "priority", "team", "assignee", "requester"]),
        ("/admin/agents", &["login", "name", "role", "teams", "password"]),
        ("/admin/lines", &["name", "team", "makes", "country", "area_code", "sources", "numbers"]),
        ("/admin/settings", &["desk_name", "language", "time_zone", "country", "area_code"]),
        ("/me/language", &["language"]),
        ("/me/password", &["current", "password"]),
        (&ticket, &["rev", "subject", "status", "priority", "team", "assignee"]),
    ] {
        let page = ada.post(path, &all(names)).await;
        assert_only_text(path, &page);
        assert!(matches!(page.status, 409 | 422), "{path}: {} {}", page.status, page.words());
    }
}
