//! Tickets through their pages: a life from opening to reopening, the list under filters, and who was faster.

use std::collections::BTreeSet;

use deskbell::accounts::Role;
use deskbell::base::id::{AgentId, PersonId, TeamId, TicketId};
use deskbell::people::{self, PersonCard};
use deskbell::tickets::{self, Filter, NewTicket, Priority, Sees, Status, Ticket, TicketNumber};

use crate::desk::{Browser, Page, TestDesk};

/// A ticket as the database has it.
async fn kept(desk: &TestDesk, id: TicketId) -> Ticket {
    desk.read(move |db| tickets::by_id(db, id)).await
}

/// The ticket that a page shows.
fn of_page(page: &Page) -> TicketId {
    let number = page.path.strip_prefix("/t/").unwrap_or_else(|| panic!("{}: {}", page.path, page.words()));
    TicketNumber::parse(number.split('?').next().unwrap()).unwrap().id()
}

async fn opened(browser: &mut Browser, fields: &[(&str, &str)]) -> TicketId {
    browser.get("/t/new").await;
    of_page(&browser.post("/t/new", fields).await)
}

fn path(id: TicketId) -> String {
    format!("/t/{}", TicketNumber::of(id))
}

/// Sends the card beside the thread as it stands on a page, but for these fields.
async fn change(browser: &mut Browser, page: &Page, but: &[(&str, &str)]) -> Page {
    let names = ["rev", "subject", "status", "priority", "wanted", "team", "assignee", "parent"];
    let was = ["was_subject", "was_status", "was_priority", "was_wanted", "was_team", "was_assignee", "was_parent"];
    let standing: Vec<(&str, String)> = names.into_iter().chain(was).map(|name| (name, page.field(name))).collect();
    let new = |name: &str| but.iter().find(|(changed, _)| *changed == name).map(|(_, value)| *value);
    let fields: Vec<(&str, &str)> = standing.iter().map(|(name, value)| (*name, new(name).unwrap_or(value))).collect();
    browser.post(page.path.split('?').next().unwrap(), &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_lives_from_opening_to_reopening() {
    let desk = TestDesk::start().await;
    let north = desk.team("North").await.to_string();
    let bob = desk.agent("bob", Role::Agent).await.to_string();
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let fields = [("subject", " Pump  drips "), ("priority", "high"), ("team", &north), ("note", "Since\r\nMonday")];
    let id = opened(&mut ada, &fields).await;
    let page = ada.get(&path(id)).await;
    assert!(page.text.contains("Pump drips") && page.text.contains("Since\nMonday"), "{}", page.words());

    let page = ada.post(&format!("{}/take", path(id)), &[]).await;
    assert!(
        page.words().contains("The ticket is yours.") && page.words().contains("gave it to Ada Test"),
        "{}",
        page.words()
    );
    assert_eq!(kept(&desk, id).await.status, Status::Open, "who takes it has opened it");

    let page = change(
        &mut ada,
        &page,
        &[("assignee", &bob), ("priority", "urgent"), ("status", "waiting"), ("team", ""), ("subject", "Pump floods")],
    )
    .await;
    let words = page.words();
    for told in [
        "named it “Pump floods”",
        "gave it the priority Urgent",
        "took it from its team",
        "gave it to Bob Test",
        "set it to Waiting",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    let now = kept(&desk, id).await;
    assert_eq!((now.status, now.priority, now.team_id), (Status::Waiting, Priority::Urgent, None));

    desk.pass(60_000);
    let page = ada.post(&format!("{}/note", path(id)), &[("note", "Valve closed"), ("then", "close")]).await;
    assert!(page.words().contains("Valve closed") && page.words().contains("closed it"), "{}", page.words());
    let now = kept(&desk, id).await;
    assert_eq!((now.status, now.closed_at.is_some(), now.updated_at), (Status::Closed, true, desk.clock.now()));
    let page = ada.post(&format!("{}/close", path(id)), &[]).await;
    assert!(page.status == 409 && page.words().contains("This ticket is closed."), "{}", page.words());

    let page = ada.post(&format!("{}/reopen", path(id)), &[]).await;
    assert!(page.words().contains("Open again.") && page.words().contains("reopened it"), "{}", page.words());
    let now = kept(&desk, id).await;
    assert_eq!((now.status, now.closed_at), (Status::Open, None));
    let page = ada.get(&path(id)).await;
    change(&mut ada, &page, &[("status", "closed")]).await;
    assert!(kept(&desk, id).await.closed_at.is_some(), "also by the status");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_new_ticket_is_said_and_nothing_typed_is_lost() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    ada.get("/t/new").await;
    let page = ada.post("/t/new", &[("subject", " \u{200B} "), ("note", "a long <story>"), ("priority", "high")]).await;
    assert_eq!(
        (page.status, page.field("note"), page.field("priority")),
        (422, "a long <story>".into(), "high".into())
    );
    assert!(page.text.contains("i-subject-error"), "{}", page.words());
    for (field, value) in [("team", "999"), ("assignee", "999"), ("requester", "999")] {
        let page = ada.post("/t/new", &[("subject", "x"), (field, value)]).await;
        assert_eq!(page.status, 422, "{field}: {}", page.words());
    }
    let none = desk.number("SELECT count(*) AS number FROM tickets").await;
    assert_eq!(none, 0);
    let id = opened(&mut ada, &[("subject", &"ä".repeat(500))]).await;
    assert_eq!(kept(&desk, id).await.subject.chars().count(), 200, "what is too long is cut where it shows");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_saves_over_a_change_of_somebody_else_is_told_and_keeps_what_was_typed() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let mut bob = desk.signed_in("bob", Role::Agent).await;
    let id = opened(&mut ada, &[("subject", "Pump drips")]).await;
    let seen_by_bob = bob.get(&path(id)).await;
    let page = ada.get(&path(id)).await;
    change(&mut ada, &page, &[("subject", "Pump floods"), ("priority", "high")]).await;
    let typed = [("subject", "Pump is loud"), ("status", "waiting"), ("wanted", "2026-12-24T18:30")];
    let page = change(&mut bob, &seen_by_bob, &typed).await;
    assert_eq!(page.status, 409);
    assert_eq!((page.field("status"), page.field("wanted")), ("waiting".to_owned(), "2026-12-24T18:30".to_owned()));
    assert!(page.words().contains("Somebody changed this ticket meanwhile."), "{}", page.words());
    assert_eq!((page.field("subject"), page.field("priority")), ("Pump is loud".to_owned(), "high".to_owned()));
    assert_eq!(kept(&desk, id).await.subject, "Pump floods");
    let again = Page { path: path(id), ..page };
    assert_eq!(change(&mut bob, &again, &[]).await.status, 200, "with the new revision it goes");
    assert_eq!(kept(&desk, id).await.subject, "Pump is loud");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_who_takes_a_ticket_is_told_that_it_is_taken() {
    let desk = TestDesk::start().await;
    let (mut ada, mut bob) = (desk.signed_in("ada", Role::Agent).await, desk.signed_in("bob", Role::Agent).await);
    for round in 0..5 {
        let id = opened(&mut ada, &[("subject", "Pump drips")]).await;
        bob.get(&path(id)).await;
        let take = format!("{}/take", path(id));
        let (mine, theirs) = tokio::join!(ada.post(&take, &[]), bob.post(&take, &[]));
        let mut told = [mine.status, theirs.status];
        told.sort_unstable();
        assert_eq!(told, [200, 409], "round {round}");
        let loser = if mine.status == 409 { mine } else { theirs };
        let words = loser.words();
        assert!(
            words.contains("Somebody else has this ticket already.")
                || words.contains("Somebody changed this ticket meanwhile."),
            "{words}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_note_is_no_note_and_a_long_one_is_kept() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = opened(&mut ada, &[("subject", "Pump drips")]).await;
    let page = ada.post(&format!("{}/note", path(id)), &[("note", " \n\u{200B}")]).await;
    assert!(page.status == 422 && page.text.contains("f-note-error"), "{}", page.words());
    let page = ada.post(&format!("{}/note", path(id)), &[("note", &"ü".repeat(20_000))]).await;
    assert!(page.status == 200 && page.text.contains(&"ü".repeat(20_000)), "{}", page.status);
    let entries = desk.read(move |db| tickets::entries_of(db, id)).await;
    assert_eq!(entries.len(), 1);
}

async fn ticket(desk: &TestDesk, new: NewTicket) -> TicketId {
    desk.act(move |act| tickets::open(act, &new)).await
}

fn plain(subject: &str) -> NewTicket {
    NewTicket { subject: subject.into(), ..NewTicket::default() }
}

/// The tickets of a list, in its order.
fn rows(page: &Page) -> Vec<TicketId> {
    let links = page.text.split("href=\"/t/").skip(1).filter_map(|rest| rest.split('"').next());
    let mut found: Vec<TicketId> = links.filter_map(TicketNumber::parse).map(TicketNumber::id).collect();
    found.dedup();
    found
}

fn next_of(page: &Page) -> Option<String> {
    let after = page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    after.into_iter().find(|href| href.contains("after=")).map(|href| href.replace("&amp;", "&"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_shows_what_it_says() {
    let desk = TestDesk::with_line().await;
    let north: TeamId = desk.team("North").await;
    let ada_id: AgentId = desk.agent("ada", Role::Agent).await;
    let card = PersonCard { name: "Erika".into(), ..PersonCard::default() };
    let erika: PersonId = desk.act(move |act| people::add_person(act, &card)).await;
    let of_north = ticket(&desk, NewTicket { team: Some(north), ..plain("north") }).await;
    let mine = ticket(&desk, NewTicket { assignee: Some(ada_id), ..plain("mine") }).await;
    let urgent = ticket(&desk, NewTicket { priority: Priority::Urgent, ..plain("urgent") }).await;
    let hers = ticket(&desk, NewTicket { requester: Some(erika), ..plain("hers") }).await;
    let closed = ticket(&desk, plain("closed")).await;
    desk.act(move |act| tickets::by_id(act.db, closed)?.close(act)).await;
    let waiting = ticket(&desk, plain("waiting")).await;
    desk.act(move |act| tickets::by_id(act.db, waiting)?.set_status(act, Status::Waiting)).await;
    let mut pbx = desk.pbx().await;
    let call = pbx.ring("+4930901820", "helpdesk").await;
    pbx.cancel(&call, "Q.850;cause=16").await;
    let missed = loop {
        let filter = Filter { missed: true, ..Filter::default() };
        if let Some(found) = desk.read(move |db| tickets::list(db, &Sees::All, &filter, None, 1)).await.rows.pop() {
            break found.id;
        }
        tokio::task::yield_now().await;
    };
    let everything = [of_north, mine, urgent, hers, closed, waiting, missed];
    let but = |gone: &[TicketId]| everything.iter().copied().filter(|id| !gone.contains(id)).collect::<BTreeSet<_>>();
    let only = |ids: &[TicketId]| ids.iter().copied().collect::<BTreeSet<_>>();
    let mut ada = desk.sign_in("ada").await;
    let (team, person) = (format!("/t?team={north}"), format!("/t?requester={erika}"));
    for (path, wanted) in [
        ("/t", but(&[closed])),
        ("/t?status=all", but(&[])),
        ("/t?status=closed", only(&[closed])),
        ("/t?status=waiting", only(&[waiting])),
        ("/t?status=new", but(&[closed, waiting, mine])),
        (&team, only(&[of_north])),
        (&person, only(&[hers])),
        ("/t?assignee=me", only(&[mine])),
        ("/t?assignee=none", but(&[mine, closed])),
        ("/t?priority=urgent", only(&[urgent])),
        ("/t?channel=call", only(&[missed])),
        ("/t?missed=1", only(&[missed])),
        ("/t?status=new&priority=urgent&assignee=none", only(&[urgent])),
        ("/t?status=nonsense&team=x&assignee=y&after=z", but(&[closed])),
    ] {
        let page = ada.get(path).await;
        assert_eq!((page.status, only(&rows(&page))), (200, wanted.clone()), "{path}: {}", page.words());
        let fragment = ada.fragment(path).await;
        assert!(fragment.text.len() < page.text.len() && only(&rows(&fragment)) == wanted, "{path} as a fragment");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_shows_every_ticket_once_while_others_change() {
    let desk = TestDesk::start().await;
    let mut all = Vec::new();
    for n in 0..120 {
        all.push(ticket(&desk, plain(&format!("Ticket {n}"))).await);
        // Some have the same time.
        desk.pass(i64::from(n % 3 == 0) * 1_000);
    }
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let (mut seen, mut path, mut pages) = (Vec::new(), "/t".to_owned(), 0);
    loop {
        let page = ada.get(&path).await;
        let found = rows(&page);
        // Somebody works meanwhile: on one that was seen, which comes to the top, and on new ones.
        desk.pass(1_000);
        let shown = found[0];
        desk.act(move |act| tickets::by_id(act.db, shown)?.note(act, "meanwhile")).await;
        ticket(&desk, plain("new meanwhile")).await;
        seen.extend(found);
        pages += 1;
        match next_of(&page) {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(pages, 3);
    let once: BTreeSet<TicketId> = seen.iter().copied().collect();
    assert_eq!(seen.len(), once.len(), "none twice");
    assert_eq!(once, all.iter().copied().collect(), "none missing");
    let newest_first: Vec<TicketId> = all.iter().rev().copied().collect();
    assert_eq!(seen, newest_first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_of_several_teams_pages_through_all_of_them_in_order() {
    let desk = TestDesk::start().await;
    let teams = [desk.team("North").await, desk.team("South").await, desk.team("East").await];
    let me = desk.agent_in("wilma", Role::Worker, &teams[..2]).await;
    let mut wanted = Vec::new();
    for n in 0..90 {
        let team = [Some(teams[0]), Some(teams[1]), Some(teams[2]), None][n % 4];
        let assignee = (n % 7 == 0).then_some(me);
        let id = ticket(&desk, NewTicket { team, assignee, ..plain(&format!("Ticket {n}")) }).await;
        if n % 4 < 2 || assignee.is_some() {
            wanted.insert(0, id);
        }
        desk.pass(1_000);
    }
    let mut wilma = desk.sign_in("wilma").await;
    let first = wilma.get("/t").await;
    let second = wilma.get(&next_of(&first).unwrap()).await;
    assert_eq!([rows(&first), rows(&second)].concat(), wanted, "each once, the newest first");
    assert_eq!(next_of(&second).filter(|href| !href.contains("status")), None, "{}", second.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_box_jumps_to_a_ticket_and_else_looks_for_people() {
    let desk = TestDesk::start().await;
    let id = ticket(&desk, plain("Pump drips")).await;
    let number = TicketNumber::of(id).to_string();
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    for typed in [number.clone(), format!("%23{number}"), format!("+{}+{}+", &number[..2], &number[2..])] {
        assert_eq!(ada.get(&format!("/search?q={typed}")).await.path, path(id), "{typed}");
    }
    let mut wrong = number.clone().into_bytes();
    let last = wrong.len() - 1;
    wrong[last] = b'0' + (wrong[last] - b'0' + 1) % 10;
    let wrong = String::from_utf8(wrong).unwrap();
    assert_eq!(ada.get(&format!("/search?q={wrong}")).await.path, format!("/people?q={wrong}"), "a wrong check digit");
    assert_eq!(ada.get("/search?q=m%C3%BCller+%26+co").await.path, "/people?q=m%C3%BCller+%26+co");
    assert_eq!(ada.get("/search").await.path, "/people?q=");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_is_chosen_by_people_and_never_by_the_desk() {
    let desk = TestDesk::with_line().await;
    let person = |name: &str| {
        let card = PersonCard { name: name.into(), numbers: "+49 30 901820".into(), ..PersonCard::default() };
        desk.act(move |act| people::add_person(act, &card))
    };
    let (erika, max) = (person("Erika Muster").await, person("Max Muster").await);
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let page = ada.get("/calls/newest/ticket").await;
    let id = of_page(&page);
    let words = page.words();
    assert!(words.contains("This number belongs to 2 people. Who is it?"), "{words}");
    assert!(words.contains("Erika Muster") && words.contains("Max Muster"));
    assert_eq!(kept(&desk, id).await.requester_id, None, "the desk guesses nobody");
    let max_text = max.to_string();
    let page = ada.post(&format!("{}/requester", path(id)), &[("person", &max_text)]).await;
    assert!(
        page.words().contains("set who asked") && page.words().contains("Erika Muster"),
        "the other one can still be chosen"
    );
    assert_eq!(kept(&desk, id).await.requester_id, Some(max));
    ada.post(&format!("{}/requester", path(id)), &[("person", "")]).await;
    assert_eq!(kept(&desk, id).await.requester_id, None);
    let page = ada.post_once(&format!("{}/requester", path(id)), &[("person", "999")]).await;
    assert_eq!(page.status, 422);
    let _ = erika;
}
