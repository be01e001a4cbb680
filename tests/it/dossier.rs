//! The dossier of a call: who it may be, saying who it is, and who may see that.

use deskbell::accounts::Role;
use deskbell::base::id::{CallId, PersonId, TicketId};
use deskbell::calls::{self, Call};
use deskbell::people::{self, PersonCard};
use deskbell::settings::{self, Settings};
use deskbell::tickets::{self, NewTicket, Priority};

use crate::desk::{Browser, TestDesk};

const NUMBER: &str = "+4930901820";

async fn person(desk: &TestDesk, name: &str, numbers: &str) -> PersonId {
    let card = PersonCard { name: name.into(), numbers: numbers.into(), ..PersonCard::default() };
    desk.act(move |act| people::add_person(act, &card)).await
}

async fn ticket(desk: &TestDesk, person: PersonId, subject: &str) -> TicketId {
    let new = NewTicket {
        subject: subject.into(),
        priority: Priority::Normal,
        assignee: None,
        requester: Some(person),
        note: String::new(),
        ..NewTicket::default()
    };
    desk.act(move |act| tickets::open(act, &new)).await
}

/// A desk with a browser of an agent, and one call of [`NUMBER`] that rings.
async fn ringing(people: &[(&str, &str)]) -> (TestDesk, Browser, CallId, Vec<PersonId>) {
    let desk = TestDesk::with_line().await;
    let mut ids = Vec::new();
    for (name, numbers) in people {
        ids.push(person(&desk, name, numbers).await);
        desk.pass(1_000);
    }
    let mut pbx = desk.pbx().await;
    pbx.ring(NUMBER, "helpdesk").await;
    let call = desk.read(|db| calls::ringing(db, 1)).await[0].id;
    let mut me = desk.signed_in("me", Role::Agent).await;
    me.get("/me").await;
    (desk, me, call, ids)
}

async fn call(desk: &TestDesk, id: CallId) -> Call {
    desk.read(move |db| calls::by_id(db, id)).await
}

/// The order in which these names stand on the dossier.
async fn order(me: &mut Browser, call: CallId, names: &[&'static str]) -> Vec<&'static str> {
    let words = me.get(&format!("/calls/{call}/dossier")).await.words();
    let mut found: Vec<_> = names.iter().filter_map(|name| Some((words.find(name)?, *name))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_share_a_number_are_shown_the_certain_and_the_latest_first() {
    let all = [("Anna Alt", NUMBER), ("Berta Bald", NUMBER), ("Cora Certain", NUMBER)];
    let (desk, mut me, id, people) = ringing(&all).await;
    let guessed = person(&desk, "Gerd Guess", "").await;
    desk.act(move |act| people::learn_number(act, guessed, NUMBER, NUMBER, false)).await;
    let names = ["Anna Alt", "Berta Bald", "Cora Certain", "Gerd Guess"];
    let open = ticket(&desk, people[1], "Pump of Berta").await;
    desk.pass(1_000);
    ticket(&desk, guessed, "Pump of Gerd").await;
    assert_eq!(order(&mut me, id, &names).await, ["Berta Bald", "Anna Alt", "Cora Certain", "Gerd Guess"]);
    let page = me.get(&format!("/calls/{id}/dossier")).await;
    let words = page.words();
    assert!(words.contains("Maybe one of 4") && words.contains("maybe") && words.contains("Pump of Berta"), "{words}");
    assert!(page.text.contains("data-key=\"1\"") && page.text.contains("data-key=\"2\""), "open tickets have digits");
    assert!(page.text.contains(&format!("name=\"ticket\" value=\"{}\"", tickets::TicketNumber::of(open))));
    assert!(call(&desk, id).await.person_id.is_none(), "nobody was taken for the caller");

    // Whoever was named stands first, whatever else is so.
    me.post(&format!("/calls/{id}/person"), &[("person", &guessed.to_string())]).await;
    assert_eq!(order(&mut me, id, &names).await[0], "Gerd Guess");
}

#[tokio::test(flavor = "multi_thread")]
async fn not_even_the_only_one_is_taken_for_the_caller() {
    let (desk, mut me, id, _) = ringing(&[("Ada Lovelace", NUMBER)]).await;
    assert!(me.get(&format!("/calls/{id}/dossier")).await.words().contains("It’s Ada"));
    assert_eq!(desk.number("SELECT count(*) AS number FROM calls WHERE person_id IS NOT NULL").await, 0);
    assert_eq!(desk.number("SELECT count(*) AS number FROM tickets WHERE requester_id IS NOT NULL").await, 0);
}

/// Who may have [`NUMBER`], and whether that is a guess.
async fn candidates(desk: &TestDesk) -> Vec<(PersonId, bool)> {
    let found = desk.read(|db| people::candidates(db, &[NUMBER.to_owned()])).await;
    found.into_iter().map(|(_, candidate)| (candidate.id, candidate.maybe)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn naming_somebody_notes_the_number_as_maybe_and_can_be_taken_back() {
    let (desk, mut me, id, people) = ringing(&[("Ada Lovelace", "0171 1234567")]).await;
    let (ada, place) = (people[0], format!("/calls/{id}/person"));
    let found = me.get(&format!("{place}?q=love")).await;
    assert!(found.words().contains("Ada Lovelace"), "{}", found.words());
    let page = me.post(&place, &[("person", &ada.to_string())]).await;
    assert!(
        page.path == format!("/calls/{id}/dossier") && page.words().contains("Noted who called."),
        "{}",
        page.words()
    );
    assert!(page.words().contains("Remember +49 30 901820 for Ada Lovelace"), "{}", page.words());
    let named = call(&desk, id).await;
    assert_eq!(named.person_id, Some(ada));
    let ticket = named.ticket.unwrap();
    assert_eq!(desk.read(move |db| tickets::by_id(db, ticket)).await.requester_id, Some(ada));
    assert_eq!(candidates(&desk).await, [(ada, true)]);

    let page = me.post(&place, &[("person", "")]).await;
    assert!(page.words().contains("It is open again who called."), "{}", page.words());
    assert_eq!((call(&desk, id).await.person_id, candidates(&desk).await), (None, Vec::new()));
    assert_eq!(desk.read(move |db| tickets::by_id(db, ticket)).await.requester_id, None);

    // Remembered, it is certain, and stays.
    me.post(&place, &[("person", &ada.to_string())]).await;
    me.post(&place, &[("person", &ada.to_string()), ("remember", "on")]).await;
    assert_eq!(candidates(&desk).await, [(ada, false)]);
    me.post(&place, &[("person", "")]).await;
    assert_eq!(candidates(&desk).await, [(ada, false)]);
    for wrong in [&[("person", "999999")][..], &[("person", "x")], &[]] {
        assert_eq!(me.post(&place, wrong).await.status, 422, "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_says_somebody_else_asked_keeps_that() {
    let (desk, mut me, id, people) = ringing(&[("Ada Lovelace", NUMBER), ("Otto Bauer", "")]).await;
    let (ada, otto) = (people[0], people[1]);
    let ticket = call(&desk, id).await.ticket.unwrap();
    desk.act(move |act| tickets::by_id(act.db, ticket)?.set_requester(act, Some(otto))).await;
    me.post(&format!("/calls/{id}/person"), &[("person", &ada.to_string())]).await;
    assert_eq!(call(&desk, id).await.person_id, Some(ada));
    assert_eq!(desk.read(move |db| tickets::by_id(db, ticket)).await.requester_id, Some(otto));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_becomes_a_person_with_number_and_place() {
    let (desk, mut me, id, _) = ringing(&[]).await;
    let place = format!("/calls/{id}/person/new");
    assert!(me.get(&place).await.words().contains("+49 30 901820 is theirs: remember it"));
    let page = me.post(&place, &[("name", " "), ("place", "Hauptstr. 5")]).await;
    assert_eq!((page.status, page.field("place")), (422, "Hauptstr. 5".to_owned()));
    let fields =
        [("name", "Ada Lovelace"), ("organisation", "Pumpen Nord"), ("place", "Hauptstr. 5"), ("remember", "on")];
    let page = me.post(&place, &fields).await;
    let words = page.words();
    for shown in ["Person added; the call is theirs.", "It is them", "Ada Lovelace", "Pumpen Nord", "Hauptstr. 5"] {
        assert!(words.contains(shown), "{shown}: {words}");
    }
    assert!(!words.contains("Remember"), "{words}");
    let named = call(&desk, id).await;
    assert_eq!(candidates(&desk).await, [(named.person_id.unwrap(), false)]);
    let shown = me.get(&format!("/calls/of-person/{}", named.person_id.unwrap())).await.words();
    assert!(shown.contains("+49 30 901820") && shown.contains("Call from"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_person_shows_calls_of_numbers_that_are_certain_and_not_of_others() {
    let (desk, mut me, id, people) = ringing(&[("Ada Lovelace", NUMBER), ("Otto Bauer", NUMBER)]).await;
    let gerd = person(&desk, "Gerd Guess", "").await;
    desk.act(move |act| people::learn_number(act, gerd, NUMBER, NUMBER, false)).await;
    let mut has = async |person: PersonId| {
        let page = me.get(&format!("/calls/of-person/{person}")).await;
        page.words().contains("901820")
    };
    assert_eq!((has(people[0]).await, has(people[1]).await, has(gerd).await), (true, true, false));
    let ada = people[0];
    desk.act(move |act| calls::name_caller(act, id, Some(ada), false)).await;
    assert_eq!((has(people[0]).await, has(people[1]).await), (true, false));
}

/// Gives a call to an agent, as claiming it does.
async fn claim(desk: &TestDesk, call: CallId, login: &'static str) {
    use diesel::RunQueryDsl as _;
    let given =
        format!("UPDATE calls SET claimed_by = (SELECT id FROM agents WHERE login = '{login}') WHERE id = {call}");
    desk.act(move |act| Ok(diesel::sql_query(given).execute(act.db).map(drop)?)).await;
}

async fn hide(desk: &TestDesk, on: bool) {
    let identity_after_claim = if on { "1".to_owned() } else { String::new() };
    let settings = Settings { identity_after_claim, area_code: "30".into(), ..Settings::default() };
    desk.act(move |act| settings::change(act, &settings)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_hides_identity_shows_it_to_whoever_claimed_the_call_alone() {
    let (desk, mut me, id, people) = ringing(&[("Ada Lovelace", NUMBER)]).await;
    ticket(&desk, people[0], "Secret pump").await;
    hide(&desk, true).await;
    let person = format!("/calls/{id}/person");
    for path in ["/calls", "/calls/list", &format!("/calls/{id}/dossier"), &format!("{person}/new")] {
        let words = me.get(path).await.words();
        assert!(!words.contains("Ada") && !words.contains("Secret pump"), "{path}: {words}");
        assert!(words.contains("Claim the call to see who it may be."), "{path}: {words}");
    }
    for (path, fields) in [
        (person.clone(), vec![("person", people[0].to_string())]),
        (format!("{person}/new"), vec![("name", "X".to_owned())]),
    ] {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(me.post(&path, &fields).await.status, 409, "{path}");
    }
    let page = me.get(&format!("/calls/of-person/{}", people[0])).await.words();
    assert!(!page.contains("901820"), "nor is the call shown as Ada's: {page}");

    claim(&desk, id, "me").await;
    let words = me.get(&format!("/calls/{id}/dossier")).await.words();
    assert!(words.contains("Ada Lovelace") && words.contains("Secret pump"), "{words}");
    let mut other = desk.signed_in("other", Role::Lead).await;
    assert!(!other.get(&format!("/calls/{id}/dossier")).await.words().contains("Ada"));
    assert!(!other.get("/calls").await.words().contains("Ada"));
    hide(&desk, false).await;
    assert!(other.get(&format!("/calls/{id}/dossier")).await.words().contains("Ada Lovelace"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_hides_identity_sends_no_name_to_any_screen() {
    let desk = TestDesk::with_line().await;
    person(&desk, "Ada Lovelace", NUMBER).await;
    hide(&desk, true).await;
    let me = desk.signed_in("me", Role::Agent).await;
    let mut stream = me.events(0).await;
    let mut pbx = desk.pbx().await;
    pbx.invite(&format!("\"Countess Ada\" <sip:{NUMBER}@127.0.0.1>"), "helpdesk", "").await;
    let mut said = String::new();
    while !said.contains("\"call:1\"") {
        said.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(said.contains("901820") && said.contains("Claim the call"), "{said}");
    assert!(!said.contains("Ada"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_page_switches_it() {
    let desk = TestDesk::with_line().await;
    let mut me = desk.signed_in("me", Role::Admin).await;
    me.get("/admin/settings").await;
    let fields = [("desk_name", "D"), ("language", "en"), ("time_zone", "UTC"), ("country", "DE")];
    me.post("/admin/settings", &[&fields[..], &[("identity_after_claim", "on")]].concat()).await;
    assert!(desk.read(Settings::read).await.hides_identity());
    assert!(
        me.get("/admin/settings")
            .await
            .text
            .contains("name=\"identity_after_claim\" type=\"checkbox\" value=\"on\" checked")
    );
    me.post("/admin/settings", &fields).await;
    assert!(!desk.read(Settings::read).await.hides_identity());
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_desk_that_hides_who_called_the_ticket_tells_it_only_to_whoever_has_it() {
    let desk = TestDesk::with_line().await;
    let settings = Settings { identity_after_claim: "1".into(), area_code: "30".into(), ..Settings::default() };
    desk.act(move |act| settings::change(act, &settings)).await;
    let card = PersonCard { name: "Erika Muster".into(), numbers: "+49 30 901820".into(), ..PersonCard::default() };
    desk.act(move |act| people::add_person(act, &card)).await;
    let mut ana = desk.signed_in("ana", Role::Agent).await;
    let mut pbx = desk.pbx().await;
    pbx.invite("\"Secret Name\" <sip:+4930901820@pbx>", "helpdesk", "").await;
    pbx.hear(180).await;
    let ticket = desk.read(|db| calls::ringing(db, 1)).await[0].ticket.unwrap();
    let place = format!("/t/{}", tickets::TicketNumber::of(ticket));
    for path in [place.as_str(), "/t"] {
        let page = ana.get(path).await.words();
        assert!(!page.contains("Secret Name") && !page.contains("Erika Muster"), "{path}: {page}");
    }
    ana.post(&format!("{place}/take"), &[]).await;
    assert!(ana.get(&place).await.words().contains("Erika Muster"), "whoever has it sees who it may be");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_desk_that_hides_who_called_no_search_by_number_tells_it() {
    let (desk, mut me, id, _) = ringing(&[("Ada Lovelace", NUMBER)]).await;
    let typed = NUMBER.replace('+', "%2B");
    let searches = [format!("/people?q={typed}"), "/people?q=030+901820".into(), "/people?q=%2B493090182".into()];
    let palette = [format!("/palette?q={typed}"), "/palette?q=%2B493090182".into()];
    let all = || searches.iter().chain(&palette);
    for path in all() {
        assert!(me.get(path).await.words().contains("Ada Lovelace"), "{path}");
    }
    hide(&desk, true).await;
    let on_dossier = format!("/calls/{id}/person?q={typed}");
    for path in all().chain([&on_dossier]) {
        let words = me.get(path).await.words();
        assert!(!words.contains("Lovelace"), "{path}: {words}");
    }
    let words = me.get(&searches[0]).await.words();
    assert!(words.contains("nobody is found by a number here. Claim the call"), "it says why: {words}");
    for path in ["/people?q=love", "/palette?q=love", &format!("/calls/{id}/person?q=love")] {
        assert!(me.get(path).await.words().contains("Ada Lovelace"), "{path}: who knows the name may look for it");
    }
    claim(&desk, id, "me").await;
    assert!(me.get(&on_dossier).await.words().contains("Ada Lovelace"), "whoever has the call finds by number");
}
