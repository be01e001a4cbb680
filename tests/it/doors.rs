//! Every door, tried by everybody: each route of the one page that has them all, as nobody and in every role.
//!
//! What is expected follows from the right that the route names and from the roles' own table; nothing is written down
//! twice. A new route is tried at once; one with a new kind of path fails until this file knows a path for it.

use std::time::Duration;

use deskbell::accounts::{self, May, Right, Role};
use deskbell::base::id::{
    AgentId, AttachmentId, CallId, CallbackId, CategoryId, EntryId, EventId, InboundId, IncidentId, LineId, MailTextId,
    MailboxId, OrganisationId, OutboundId, PersonId, SessionId, SiteId, TeamId, TicketId, WrapUpId,
};
use deskbell::calls::{self, CallFilter, IncidentCard, Makes};
use deskbell::events;
use deskbell::mailboxes::{self, Answer, MailTextCard, MailboxCard, TextKind};
use deskbell::people::{self, PersonCard, SiteCard};
use deskbell::routes::{ROUTES, Route};
use deskbell::tickets::{self, CategoryCard, NewFile, NewTicket, TicketNumber};
use deskbell::web::Lang;

use crate::desk::{Browser, PASSWORD, Page, TestDesk};

/// What a handler asks for beyond the right of its route.
const ALSO: &[(&str, &str, Right)] = &[("post", "/t/{number}/requester", Right::SeePeople)];

/// A desk with one of everything.
struct House {
    desk: TestDesk,
    north: TeamId,
    south: TeamId,
    ticket: TicketId,
    call: CallId,
    person: PersonId,
    organisation: OrganisationId,
    callback: CallbackId,
    code: WrapUpId,
    incident: IncidentId,
    site: SiteId,
    line: LineId,
    category: CategoryId,
    mail: (InboundId, OutboundId, MailTextId),
    mailbox: MailboxId,
    other: AgentId,
    own_session: SessionId,
    letter: EntryId,
    file: AttachmentId,
    laid: AttachmentId,
    text: MailTextId,
}

impl House {
    /// A desk where "me" has this role, in the team of the ticket.
    async fn of(role: Role) -> Self {
        let desk = TestDesk::with_line().await;
        let (north, south) = (desk.team("North").await, desk.team("South").await);
        let me = desk.agent_in("me", role, &[north]).await;
        desk.agent("spare", Role::Admin).await;
        let other = desk.agent("other", Role::Agent).await;
        let card = PersonCard { name: "Erika".into(), organisation: "Pumpen Nord".into(), ..PersonCard::default() };
        let person = desk.act(move |act| people::add_person(act, &card)).await;
        let organisation = desk.read(|db| people::organisations(db, 1)).await[0].id;
        let card = SiteCard { name: "Pump house".into(), ..SiteCard::default() };
        let site = desk.act(move |act| people::add_site(act, &card)).await;
        let ticket = ticket(&desk, "Pump drips", Some(north), None).await;
        let mut pbx = desk.pbx().await;
        let call = pbx.ring("+4930901820", "helpdesk").await;
        pbx.cancel(&call, "Q.850;cause=16").await;
        let call = loop {
            if let Some(call) = desk.read(|db| calls::ended(db, &CallFilter::default(), None, 1)).await.rows.pop() {
                break call.id;
            }
            tokio::task::yield_now().await;
        };
        let line = desk.read(calls::all_lines).await[0].id;
        let callback = desk.read(|db| calls::open_callbacks(db, 1)).await[0].id;
        let code = desk.act(|act| calls::add_wrap_up(act, "Question")).await;
        let card = IncidentCard { title: "No water".into(), ..IncidentCard::default() };
        let incident = desk.act(move |act| calls::declare(act, &card, &[])).await;
        let card = CategoryCard { name: "Water".into(), script: "- Where?".into(), ..CategoryCard::default() };
        let category = desk.act(move |act| tickets::add_category(act, &card)).await;
        let mail = mail(&desk).await;
        let mut card = MailboxCard { name: "Help".into(), address: "help@desk.test".into(), ..MailboxCard::default() };
        card.imap.host = "mail.invalid".into();
        let mailbox = desk.act(move |act| mailboxes::add_mailbox(act, &card)).await;
        desk.sign_in("me").await;
        let own_session = desk.read(move |db| accounts::sessions_of(db, me)).await[0].id;
        let (letter, file, laid, text) = letters(&desk, ticket, me, other).await;
        Self {
            desk,
            north,
            south,
            ticket,
            call,
            person,
            organisation,
            callback,
            code,
            incident,
            site,
            line,
            category,
            mail,
            mailbox,
            other,
            own_session,
            letter,
            file,
            laid,
            text,
        }
    }

    /// A path that fits the pattern of a route.
    fn path(&self, route: &Route) -> String {
        let (_, below) = route.path.split_at(1);
        let id = match below.split('/').collect::<Vec<_>>()[..] {
            ["t", "{number}", "files", "{id}"] => self.file.to_string(),
            ["t", "{number}", "files", "{id}", "remove"] => self.laid.to_string(),
            ["t", "{number}", "texts", "{id}"] => self.text.to_string(),
            ["t", "{number}", ..] => TicketNumber::of(self.ticket).to_string(),
            ["calls", "callbacks", "{id}", ..] => self.callback.to_string(),
            ["admin", "wrap-up", "{id}"] => self.code.to_string(),
            ["calls", "incidents", "{id}", ..] => self.incident.to_string(),
            ["calls", "of-person", "{id}"] => self.person.to_string(),
            ["sites", "{id}", ..] => self.site.to_string(),
            ["calls", "{id}", ..] => self.call.to_string(),
            ["people", "{id}", ..] => self.person.to_string(),
            ["orgs", "{id}", ..] => self.organisation.to_string(),
            ["me", "sessions", "{id}", ..] => self.own_session.to_string(),
            ["admin", "duty", "{id}"] => self.other.to_string(),
            ["admin", "agents", "{id}", ..] => self.other.to_string(),
            ["admin", "teams", "{id}", ..] => self.south.to_string(),
            ["admin", "lines", "{id}", ..] => self.line.to_string(),
            ["admin", "mail", "ledger", "{id}", ..] => self.mail.0.to_string(),
            ["admin", "mail", "outbox", "{id}", ..] => self.mail.1.to_string(),
            ["admin", "mail", "texts", "{id}", ..] => self.mail.2.to_string(),
            ["admin", "categories", "{id}", ..] => self.category.to_string(),
            ["admin", "mail", "{id}", ..] => self.mailbox.to_string(),
            _ => String::new(),
        };
        let number = TicketNumber::of(self.ticket).to_string();
        let path = route.path.replace("{id}", &id).replace("{number}", &number);
        let path = path.replace("{entry}", &self.letter.to_string());
        let path = path.replace("{incident}", &self.incident.to_string());
        assert!(!path.contains(['{', '}']) && !path.contains("//"), "{route:?}: teach this test a path for it");
        path
    }

    /// A browser of "me" with a token for its forms.
    async fn enter(&self) -> Browser {
        self.desk.sign_in("me").await
    }
}

/// A mail that nobody could read, a letter that could not be delivered, a text.
async fn mail(desk: &TestDesk) -> (InboundId, OutboundId, MailTextId) {
    let mailbox = desk.mailbox().await;
    desk.deliver(&mailbox, &[""]).await;
    let card =
        MailTextCard { kind: TextKind::Template, name: "Thanks".into(), team: None, language: None, body: "x".into() };
    let text = desk.act(move |act| mailboxes::keep_text(act, None, &card)).await;
    (desk.ledger().await[0].id, desk.letter("failed", "550 no").await, text)
}

/// An answer that is held, with a file; a file that "me" laid ready; a template.
async fn letters(
    desk: &TestDesk,
    ticket: TicketId,
    me: AgentId,
    other: AgentId,
) -> (EntryId, AttachmentId, AttachmentId, MailTextId) {
    let room = desk.app().room.clone();
    let blob = room.blobs.put("text".into()).await.unwrap().as_str().to_owned();
    let made = desk.act_as(other, move |act| {
        let mut card = MailboxCard { name: "H".into(), address: "h@desk.example".into(), ..MailboxCard::default() };
        card.imap.host = "imap.desk.example".into();
        card.smtp.host = "smtp.desk.example".into();
        let mailbox = mailboxes::add_mailbox(act, &card)?;
        let mailbox = mailboxes::mailbox_by_id(act.db, mailbox)?;
        let file = NewFile { name: "a.txt".into(), size_bytes: 4, blob, ..NewFile::default() };
        let hung = tickets::lay(act, other, ticket, &file)?;
        let laid = tickets::lay(act, me, ticket, &file)?;
        let to = mailboxes::read_people("erika@x.example");
        let answer = Answer { to, body: "Coming".into(), hold_ms: 60_000, ..Answer::default() };
        let ticket = tickets::by_id(act.db, ticket)?;
        let letter = mailboxes::answer(act, &room.post, &mailbox, &ticket, other, &answer)?.entry;
        let (kind, name) = (TextKind::Template, "T".into());
        let text = MailTextCard { kind, name, team: None, language: None, body: "Hello".into() };
        Ok((letter, hung, laid, mailboxes::keep_text(act, None, &text)?))
    });
    made.await.unwrap()
}

async fn ticket(desk: &TestDesk, subject: &str, team: Option<TeamId>, assignee: Option<AgentId>) -> TicketId {
    let new = NewTicket { subject: subject.into(), team, assignee, ..NewTicket::default() };
    desk.act(move |act| tickets::open(act, &new)).await
}

/// Asks as the route wants to be asked. Only the head of a live stream is waited for.
async fn ask(browser: &mut Browser, route: &Route, path: &str) -> Page {
    match route.method {
        "get" if path == "/events" => {
            let response = browser.events(0).await;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Page { status, headers, path: path.to_owned(), text: String::new() }
        }
        "get" => browser.get_once(path).await,
        "post" => browser.post_once(path, &[]).await,
        other => panic!("{route:?}: this test does not know how to {other}"),
    }
}

fn leads_to_the_door(page: &Page) -> bool {
    page.status == 303 && page.header("location").starts_with("/login")
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_signing_in() {
    let house = House::of(Role::Admin).await;
    for route in ROUTES {
        let mut nobody = house.desk.browser();
        nobody.get("/login").await;
        let path = house.path(route);
        let page = ask(&mut nobody, route, &path).await;
        let told = format!("{route:?}: {} {}", page.status, page.header("location"));
        match (route.may, route.method) {
            (May::Anybody, _) => assert!(matches!(page.status, 200 | 303 | 422), "{told}"),
            (May::Only(_), "get") if path != "/events" => assert!(leads_to_the_door(&page), "{told}"),
            (May::Only(_), _) => assert_eq!(page.status, 401, "{told}"),
        }
        let fragment = nobody.fragment(&path).await;
        if matches!(route.may, May::Only(_)) && route.method == "get" {
            assert_eq!((fragment.status, fragment.header("hx-redirect")), (401, "/login"), "{told}: as a fragment");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_what_its_rights_say_and_nothing_else() {
    for role in Role::ALL.iter().copied() {
        let house = House::of(role).await;
        let mut me = house.enter().await;
        for route in ROUTES {
            if route.path == "/logout" {
                let page = ask(&mut house.enter().await, route, "/logout").await;
                assert!(leads_to_the_door(&page), "{role:?} signs out: {}", page.status);
                continue;
            }
            let also = ALSO.iter().find(|(method, path, _)| (*method, *path) == (route.method, route.path));
            let may = match route.may {
                May::Anybody => true,
                May::Only(right) => role.may(right) && also.is_none_or(|(.., more)| role.may(*more)),
            };
            let page = ask(&mut me, route, &house.path(route)).await;
            let told = format!("{role:?} {route:?}: {} {}", page.status, page.words());
            if may {
                assert!(matches!(page.status, 200 | 303 | 409 | 422), "{told}");
                assert!(!leads_to_the_door(&page) || route.path == "/setup", "{told}");
            } else {
                assert_eq!(page.status, 403, "{told}");
                let lacks = match (route.may, also) {
                    (May::Only(right), _) if !role.may(right) => Some(right),
                    _ => None,
                };
                let named = lacks.map(|right| Lang::En.t_word("right", right.word())).unwrap_or_default();
                assert!(page.words().contains(&named), "{told} does not say that it takes {named:?}");
            }
        }
    }
}

impl House {
    async fn newest(&self) -> EventId {
        self.desk.read(events::newest_id).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_taken_that_no_page_of_ours_sent() {
    let house = House::of(Role::Admin).await;
    let mut me = house.enter().await;
    let mut spare = house.desk.sign_in("spare").await;
    spare.get("/me").await;
    let before = house.newest().await;
    let mut tried = 0;
    for route in ROUTES.iter().filter(|route| route.method != "get") {
        let path = house.path(route);
        assert_eq!(me.post_bare(&path, &[]).await.status, 403, "{route:?} without a token");
        let theirs = spare.csrf.clone();
        assert_eq!(me.post_bare(&path, &[("csrf", &theirs)]).await.status, 403, "{route:?} with another's token");
        let own = me.csrf.clone();
        let query = format!("{path}?csrf={own}");
        assert_eq!(me.post_bare(&query, &[]).await.status, 403, "{route:?} with the token in the address");
        tried += 1;
    }
    assert!(tried > 20, "there are forms");
    assert_eq!(house.newest().await, before, "and nothing happened");
    assert!(me.get_once("/me").await.status == 200, "nobody was signed out either");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_taken_from_another_site_even_with_the_right_token() {
    let house = House::of(Role::Admin).await;
    for header in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        let me = house.enter().await;
        let mut lured = house.desk.browser_with(&[header]);
        lured.plant(&format!("deskbell={}", me.cookie("deskbell").unwrap()));
        assert_eq!(lured.get("/me").await.status, 200, "looking is no harm");
        let before = house.newest().await;
        for route in ROUTES.iter().filter(|route| route.method != "get") {
            assert_eq!(ask(&mut lured, route, &house.path(route)).await.status, 403, "{header:?} {route:?}");
        }
        assert_eq!(house.newest().await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing() {
    let house = House::of(Role::Admin).await;
    let mut me = house.enter().await;
    let rows = "SELECT (SELECT count(*) FROM tickets) + (SELECT count(*) FROM entries) + (SELECT count(*) FROM persons) \
        + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM settings) + CAST((SELECT sum(rev) FROM tickets) AS bigint) AS number";
    let before = (house.newest().await, house.desk.number(rows).await);
    for route in ROUTES.iter().filter(|route| route.method == "get") {
        ask(&mut me, route, &house.path(route)).await;
    }
    assert_eq!((house.newest().await, house.desk.number(rows).await), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_there() {
    let house = House::of(Role::Admin).await;
    let mut me = house.enter().await;
    let patterns = ROUTES.iter().filter(|route| route.path.contains('{') && !route.path.starts_with("/me/"));
    for route in patterns {
        for junk in ["999999", "0", "-1", "x", "9223372036854775808", "%00", "%2e%2e%2fx", "1%27", "%F0%9F%94%94"] {
            let path = route.path.replace("{id}", junk).replace("{number}", junk);
            let page = ask(&mut me, route, &path).await;
            assert!(matches!(page.status, 404 | 422), "{route:?} {junk}: {} {}", page.status, page.words());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_sees_the_tickets_of_his_teams_and_his_own_and_no_others() {
    let house = House::of(Role::Worker).await;
    let desk = &house.desk;
    let mut me = house.enter().await;
    let hidden = ticket(desk, "Hidden leak", Some(house.south), None).await;
    let nobodys = ticket(desk, "Nobody's leak", None, None).await;
    for id in [hidden, nobodys] {
        let number = TicketNumber::of(id).to_string();
        let mut tried = 0;
        for route in ROUTES.iter().filter(|route| route.path.contains("{number}")) {
            let page = ask(&mut me, route, &route.path.replace("{number}", &number)).await;
            let may = !ALSO.iter().any(|(_, path, right)| *path == route.path && !Role::Worker.may(*right));
            assert_eq!(page.status, if may { 404 } else { 403 }, "{route:?}: {}", page.words());
            assert!(!page.text.contains("leak"), "{route:?}");
            tried += 1;
        }
        assert!(tried >= 8, "there are routes of a ticket");
        let (south, search) = (format!("/t?team={}", house.south), format!("/search?q={number}"));
        for path in ["/t", "/t?status=all", "/t?assignee=none", "/t?priority=normal", &south, &search] {
            let page = me.get(path).await;
            assert_eq!((page.status, page.path.starts_with("/t/")), (200, false), "{path}");
            assert!(!page.text.contains(&number) && !page.text.contains("leak"), "{path}: {}", page.words());
        }
    }
    assert!(me.get("/t").await.text.contains("Pump drips"), "those of his team he sees");
    let me_id = desk.read(|db| Ok(accounts::agent_by_login(db, "me")?.id)).await;
    desk.act(move |act| tickets::by_id(act.db, hidden)?.assign(act, Some(me_id))).await;
    let page = me.get(&format!("/t/{}", TicketNumber::of(hidden))).await;
    assert!(page.status == 200 && page.text.contains("Hidden leak"), "one that was given to him he sees");
}

/// Reads a stream until it says this; gives all that it said.
async fn heard(stream: &mut reqwest::Response, text: &str) -> String {
    let mut all = String::new();
    while !all.contains(text) {
        let chunk = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("{text} was never said: {all}")).unwrap();
        all.push_str(std::str::from_utf8(&chunk.expect("the stream goes on")).unwrap());
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_stream_of_a_worker_tells_of_his_own_tickets_alone() {
    let house = House::of(Role::Worker).await;
    let desk = &house.desk;
    desk.settle().await;
    let hidden = ticket(desk, "Hidden leak", Some(house.south), None).await;
    desk.settle().await;
    let me = house.enter().await;
    let mut boss = desk.sign_in("spare").await;
    boss.get("/me").await;
    let (mut mine, mut theirs) = (me.events(0).await, boss.events(0).await);
    let note = |id: TicketId| desk.act(move |act| tickets::by_id(act.db, id)?.note(act, "seen"));
    note(hidden).await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    note(house.ticket).await;
    let own = format!("\"ticket:{}\"", house.ticket);
    let all = heard(&mut theirs, &own).await;
    assert!(all.contains(&format!("\"ticket:{hidden}\"")) && all.contains("901820"), "others hear of all: {all}");
    let all = heard(&mut mine, &own).await;
    assert!(!all.contains(&format!("\"ticket:{hidden}\"")), "{all}");
    assert!(!all.contains("901820") && !all.contains("\"calls\""), "{all}");

    // Who leaves a team hears of it no more, also over the stream that was open.
    let me_id = desk.read(|db| Ok(accounts::agent_by_login(db, "me")?.id)).await;
    let card =
        accounts::AgentCard { login: "me".into(), name: "Me".into(), role: Role::Worker, teams: vec![house.south] };
    desk.act(move |act| accounts::change_agent(act, me_id, card)).await;
    desk.settle().await;
    note(house.ticket).await;
    desk.settle().await;
    let mut rest = String::new();
    while let Ok(Some(chunk)) = mine.chunk().await {
        rest.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    assert!(!rest.contains(&own), "{rest}");
    let mut mine = me.events(0).await;
    note(hidden).await;
    let all = heard(&mut mine, &format!("\"ticket:{hidden}\"")).await;
    assert!(!all.contains(&own), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_who_gives_a_ticket_away_or_opens_one_for_others_ends_on_his_list() {
    let house = House::of(Role::Worker).await;
    let mut me = house.enter().await;
    let path = format!("/t/{}", TicketNumber::of(house.ticket));
    let page = me.get(&path).await;
    let (rev, south) = (page.field("rev"), house.south.to_string());
    let fields = [("rev", rev.as_str()), ("team", &south), ("priority", "normal"), ("status", "new"), ("assignee", "")];
    let page = me.post(&path, &fields).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/t"), "{}", page.words());
    assert_eq!(me.get(&path).await.status, 404);
    me.get("/t/new").await;
    let page = me.post("/t/new", &[("subject", "For the south"), ("team", &south)]).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/t"), "{}", page.words());
    let north = house.north.to_string();
    let page = me.post("/t/new", &[("subject", "For us"), ("team", &north)]).await;
    assert!(page.path.starts_with("/t/") && page.text.contains("For us"), "{}", page.path);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_people_does_not_learn_their_names_from_a_form() {
    let house = House::of(Role::Worker).await;
    let mut me = house.enter().await;
    let page = me.get(&format!("/t/new?requester={}", house.person)).await;
    assert!(page.status == 200 && !page.text.contains("Erika"), "{}", page.words());
    let (person, north) = (house.person.to_string(), house.north.to_string());
    let page = me.post("/t/new", &[("subject", "Who?"), ("team", &north), ("requester", &person)]).await;
    assert!(page.status == 200 && !page.text.contains("Erika"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_navigation_shows_what_one_may_use() {
    let desk = TestDesk::start().await;
    desk.line("Fault line", Makes::Every, "").await;
    for role in Role::ALL.iter().copied() {
        desk.agent(role.word(), role).await;
        let mut me = desk.browser();
        let page = me.sign_in(role.word(), PASSWORD).await;
        for (place, right) in [
            ("/calls", Right::SeeCalls),
            ("/people", Right::SeePeople),
            ("/admin", Right::SeeAgents),
            ("/t", Right::SeeTickets),
        ] {
            let shown = page.text.contains(&format!("href=\"{place}\""));
            assert_eq!(shown, role.may(right), "{role:?} {place}");
        }
    }
}
