//! People and organisations through their pages.

use deskbell::accounts::Role;
use deskbell::base::id::PersonId;
use deskbell::people::{self, PersonCard};
use deskbell::settings::{self, Settings};

use crate::desk::{Browser, TestDesk};

async fn berlin() -> TestDesk {
    let desk = TestDesk::with_line().await;
    let settings = Settings { area_code: "30".into(), ..Settings::default() };
    desk.act(move |act| settings::change(act, &settings)).await;
    desk
}

async fn person(desk: &TestDesk, name: &str, organisation: &str, numbers: &str, addresses: &str) -> PersonId {
    let card = PersonCard {
        name: name.into(),
        organisation: organisation.into(),
        numbers: numbers.into(),
        addresses: addresses.into(),
        ..PersonCard::default()
    };
    desk.act(move |act| people::add_person(act, &card)).await
}

/// Who of these is on a page.
async fn found(browser: &mut Browser, typed: &str) -> Vec<&'static str> {
    let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let page = browser.get(&format!("/people?q={query}")).await;
    assert_eq!(page.status, 200, "{typed:?}: {}", page.words());
    ["Ada Lovelace", "Jörg Müller-Lüdenscheid", "Erika Muster"]
        .into_iter()
        .filter(|name| page.text.contains(name))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_the_beginnings_of_words_by_number_and_by_address() {
    let desk = berlin().await;
    person(&desk, "Ada Lovelace", "Pumpen Nord", "030 901820 (office)", "ada@example.org").await;
    person(&desk, "Jörg Müller-Lüdenscheid", "Wasserwerk", "0171 1234567", "jm@wasser.example").await;
    person(&desk, "Erika Muster", "Pumpen Nord", "620, desk", "").await;
    let mut me = desk.signed_in("me", Role::Agent).await;
    for (typed, wanted) in [
        ("ada", &["Ada Lovelace"][..]),
        ("ADA", &["Ada Lovelace"]),
        ("love a", &["Ada Lovelace"]),
        ("lüden jör", &["Jörg Müller-Lüdenscheid"]),
        ("LÜDEN", &["Jörg Müller-Lüdenscheid"]),
        ("pump", &["Ada Lovelace", "Erika Muster"]),
        ("pumpen eri", &["Erika Muster"]),
        ("ovelace", &[]),
        ("ada muster", &[]),
        ("030 901820", &["Ada Lovelace"]),
        ("+49 30 901820", &["Ada Lovelace"]),
        ("901820", &["Ada Lovelace"]),
        ("+49 171 123-4567", &["Jörg Müller-Lüdenscheid"]),
        ("620", &["Erika Muster"]),
        ("ada@", &["Ada Lovelace"]),
        ("JM@Wasser", &["Jörg Müller-Lüdenscheid"]),
        ("%", &[]),
        ("_", &[]),
        ("a' OR '1'='1", &[]),
        ("\0", &[]),
        ("ada@\0", &["Ada Lovelace"]),
        ("\u{202E}ada", &["Ada Lovelace"]),
    ] {
        assert_eq!(found(&mut me, typed).await, wanted, "{typed:?}");
    }
    assert_eq!(found(&mut me, "").await.len(), 3, "without words, the last that were changed");
    for path in ["/orgs?q=%00", "/orgs?q=pump", "/orgs?q=%25", "/people?after=zz", "/people?after=1-1"] {
        assert_eq!(me.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_number_shows_everybody_and_never_one() {
    let desk = berlin().await;
    let mut me = desk.signed_in("me", Role::Agent).await;
    for name in ["Erika Muster", "Max Muster", "Otto Muster"] {
        person(&desk, name, "Muster GmbH", "030 901820", "").await;
    }
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let card = me.get("/calls").await.words();
    for name in ["Erika Muster", "Max Muster", "Otto Muster", "Maybe one of 3"] {
        assert!(card.contains(name), "{name}: {card}");
    }
    assert_eq!(desk.number("SELECT count(*) AS number FROM tickets WHERE requester_id IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_written_down_changed_and_forgotten() {
    let desk = berlin().await;
    let mut me = desk.signed_in("me", Role::Agent).await;
    me.get("/people/new").await;
    let fields = [
        ("name", " Erika  Muster "),
        ("organisation", "Muster GmbH"),
        ("numbers", "030 901820 (office)\r\n\r\n620, desk\r\n+49 30 901820"),
        ("addresses", "Erika@Example.org"),
        ("note", "calls early"),
    ];
    let page = me.post("/people", &fields).await;
    let words = page.words();
    for shown in [
        "Person added.",
        "Erika Muster",
        "Muster GmbH",
        "030 901820",
        "office",
        "620",
        "erika@example.org",
        "calls early",
    ] {
        assert!(words.contains(shown), "{shown}: {words}");
    }
    let place = page.path.clone();
    let edit = me.get(&format!("{place}/edit")).await;
    assert_eq!(edit.field("numbers").trim(), "030 901820 (office)\n620 (desk)", "the same number once");
    let page = me.post(&place, &[("name", "Erika Schmidt"), ("numbers", "0171 1234567")]).await;
    let words = page.words();
    assert!(words.contains("Erika Schmidt") && !words.contains("620") && !words.contains("Muster GmbH"), "{words}");
    assert!(!me.get("/people?q=muster").await.words().contains("Erika"));
    let page = me.get(&format!("{place}/remove")).await;
    assert!(page.words().contains("This can't be undone."));
    let page = me.post(&format!("{place}/remove"), &[]).await;
    assert!(page.path == "/people" && page.words().contains("Person removed."), "{}", page.words());
    assert_eq!(me.get(&place).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_a_card_is_named_and_what_was_typed_stays() {
    let desk = berlin().await;
    let mut me = desk.signed_in("me", Role::Agent).await;
    me.get("/people/new").await;
    let page =
        me.post("/people", &[("name", " "), ("numbers", "call me"), ("addresses", "nowhere"), ("note", "x")]).await;
    assert_eq!((page.status, page.field("numbers"), page.field("note")), (422, "call me".to_owned(), "x".to_owned()));
    let words = page.words();
    for told in ["“call me” is no phone number", "“nowhere” is no e-mail address", "Please fill this in."] {
        assert!(words.contains(told), "{told}: {words}");
    }
    let many = (0..30).map(|n| format!("030 9018{n:02}")).collect::<Vec<_>>().join("\n");
    let page = me.post("/people", &[("name", "Erika"), ("numbers", &many)]).await;
    assert!(page.status == 422 && page.words().contains("at most 20"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_for_a_ticket_can_not_be_removed() {
    let desk = berlin().await;
    let erika = person(&desk, "Erika Muster", "", "", "").await;
    let mut me = desk.signed_in("me", Role::Agent).await;
    me.get("/t/new").await;
    me.post("/t/new", &[("subject", "Pump"), ("requester", &erika.to_string())]).await;
    let page = me.post(&format!("/people/{erika}/remove"), &[]).await;
    assert!(page.status == 409 || page.status == 422, "{} {}", page.status, page.words());
    assert_eq!(me.get(&format!("/people/{erika}")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn organisations_are_renamed_with_their_people() {
    let desk = berlin().await;
    person(&desk, "Erika Muster", "Pumpen Nord", "", "").await;
    person(&desk, "Max Muster", "PUMPEN NORD", "", "").await;
    person(&desk, "Otto Bauer", "Wasserwerk", "", "").await;
    let mut me = desk.signed_in("me", Role::Agent).await;
    let list = me.get("/orgs").await;
    assert!(list.words().contains("Pumpen Nord") && list.words().contains("Wasserwerk"));
    let id = desk.read(|db| people::find_organisations(db, "pumpen", 10)).await;
    assert_eq!(id.len(), 1, "the case of a name makes no other organisation");
    let place = format!("/orgs/{}", id[0].id);
    let page = me.get(&place).await;
    assert!(page.words().contains("Erika Muster") && page.words().contains("Max Muster"), "{}", page.words());
    let page = me.post(&place, &[("name", "Wasserwerk"), ("note", "")]).await;
    assert!(page.status == 422 && page.words().contains("This name is taken."), "{}", page.words());
    let page = me.post(&place, &[("name", "Brunnen Süd"), ("note", "gate code 7")]).await;
    assert!(page.words().contains("Brunnen Süd") && page.text.contains("gate code 7"), "{}", page.words());
    assert!(me.get("/people?q=brunnen").await.words().contains("Max Muster"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_paged_through_without_a_double() {
    let desk = berlin().await;
    for n in 0..70 {
        person(&desk, &format!("Person {n:03}"), "", "", "").await;
        desk.pass(i64::from(n % 2));
    }
    let mut me = desk.signed_in("me", Role::Agent).await;
    let first = me.get("/people").await;
    let next =
        first.text.split("href=\"").find(|rest| rest.starts_with("/people?") && rest.contains("after=")).unwrap();
    let second = me.get(&next.split('"').next().unwrap().replace("&amp;", "&")).await;
    for n in 0..70 {
        let name = format!("Person {n:03}");
        let times = [&first, &second].iter().filter(|page| page.text.contains(&name)).count();
        assert_eq!(times, 1, "{name}");
    }
}
