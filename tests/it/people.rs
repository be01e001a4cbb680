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

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_written_down_found_and_shown_at_its_people() {
    let desk = berlin().await;
    let mut me = desk.signed_in("me", Role::Agent).await;
    me.get("/sites/new").await;
    let fields = [
        ("name", "House 7"),
        ("organisation", "Pumpen Nord"),
        ("address", "Nordufer 7\r\n13353 Berlin"),
        ("area", "13353"),
        ("access_note", "Dog in the yard"),
    ];
    let page = me.post("/sites", &fields).await;
    let words = page.words();
    for shown in ["Site added.", "House 7", "Pumpen Nord", "Nordufer 7, 13353 Berlin", "Dog in the yard"] {
        assert!(words.contains(shown), "{shown}: {words}");
    }
    assert!(page.text.contains("href=\"geo:0,0?q=Nordufer%207%2C%2013353%20Berlin\""), "{}", page.text);
    let place = page.path.clone();
    let site = place.rsplit('/').next().unwrap().to_owned();
    for typed in ["house", "NORDUFER", "1335", "pumpen"] {
        assert!(me.get(&format!("/sites?q={typed}")).await.words().contains("House 7"), "{typed}");
    }
    assert!(me.get("/sites?q=ouse").await.words().contains("No site found"));

    // Somebody new there begins with its organisation; the page of either shows the other.
    let new = me.get(&format!("/people/new?site={site}")).await;
    assert_eq!((new.field("organisation"), new.field("site")), ("Pumpen Nord".to_owned(), site.clone()));
    let page = me.post("/people", &[("name", "Ada"), ("organisation", "Pumpen Nord"), ("site", &site)]).await;
    assert!(page.words().contains("House 7") && page.words().contains("Dog in the yard"), "{}", page.words());
    assert!(me.get(&place).await.words().contains("Ada"));
    let organisation = desk.read(|db| people::organisation_named(db, "pumpen nord")).await.unwrap();
    assert!(me.get(&format!("/orgs/{organisation}")).await.words().contains("House 7"));
    let page = me.post(&format!("{place}/remove"), &[]).await;
    assert!(page.status == 409 && page.words().contains("People or tickets are at this site"), "{}", page.words());

    // An address that is no site yet becomes one.
    let page = me.post("/people", &[("name", "Otto"), ("place", "Hauptstr. 5\r\n10827 Berlin")]).await;
    assert!(page.words().contains("Hauptstr. 5"), "{}", page.words());
    assert!(me.get("/sites").await.words().contains("Hauptstr. 5"), "and is in the list");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_not_there_is_no_choice() {
    let desk = berlin().await;
    let mut me = desk.signed_in("me", Role::Agent).await;
    me.get("/people/new").await;
    let page = me.post("/people", &[("name", "Ada"), ("site", "999999")]).await;
    assert_eq!(page.status, 422, "{}", page.words());
    let page = me.post("/sites", &[("area", "x")]).await;
    assert!(page.status == 422 && page.words().contains("Please fill this in."), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn sites_are_paged_through_without_a_double() {
    let desk = berlin().await;
    for n in 0..70 {
        let card = people::SiteCard { name: format!("Site {n:03}"), ..people::SiteCard::default() };
        desk.act(move |act| people::add_site(act, &card)).await;
        desk.pass(i64::from(n % 2));
    }
    let mut me = desk.signed_in("me", Role::Viewer).await;
    let first = me.get("/sites").await;
    let next = first.text.split("href=\"").find(|rest| rest.starts_with("/sites?after=")).unwrap();
    let second = me.get(next.split('"').next().unwrap()).await;
    for n in 0..70 {
        let name = format!("Site {n:03}");
        let times = [&first, &second].iter().filter(|page| page.text.contains(&name)).count();
        assert_eq!(times, 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guessed_number_is_settled_with_one_click() {
    let desk = berlin().await;
    let erika = person(&desk, "Erika Muster", "", "030 901820 (office)", "").await;
    for (raw, key) in [("+49 171 1", "+491711"), ("+49 171 2", "+491712")] {
        desk.act(move |act| people::learn_number(act, erika, raw, key, false)).await;
    }
    let mut me = desk.signed_in("me", Role::Agent).await;
    let place = format!("/people/{erika}");
    assert_eq!(me.get(&place).await.words().matches("maybe").count(), 2);
    let edit = me.get(&format!("{place}/edit")).await;
    assert_eq!(edit.field("numbers").trim(), "030 901820 (office)", "saving the card settles nothing");
    assert!(edit.words().contains("Maybe also theirs: +49 171 1, +49 171 2"), "{}", edit.words());
    me.post(&place, &[("name", "Erika Muster"), ("numbers", "030 901820 (office)")]).await;
    assert_eq!(me.get(&place).await.words().matches("maybe").count(), 2);
    let page = me.post(&format!("{place}/numbers/confirm"), &[("number", "+491711")]).await;
    assert!(page.words().contains("The number is certain now."), "{}", page.words());
    let page = me.post(&format!("{place}/numbers/drop"), &[("number", "+491712")]).await;
    assert!(!page.words().contains("maybe") && !page.words().contains("+49 171 2"), "{}", page.words());
    let numbers = desk.read(move |db| people::person_by_id(db, erika)).await.numbers;
    assert!(numbers.len() == 2 && numbers.iter().all(|number| number.guessed_at.is_none()), "{numbers:?}");
    assert_eq!(me.post(&format!("{place}/numbers/drop"), &[("number", "+491712")]).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_first_is_marked_and_so_is_everybody_of_an_organisation_that_does() {
    let desk = berlin().await;
    let erika = person(&desk, "Erika Muster", "Klinik", "", "").await;
    let otto = person(&desk, "Otto Muster", "", "", "").await;
    let mut me = desk.signed_in("me", Role::Agent).await;
    let vip = |page: &crate::desk::Page| page.words().contains("VIP");
    assert!(!vip(&me.get("/people").await));
    let klinik = desk.read(|db| people::organisation_named(db, "klinik")).await.unwrap();
    me.post(&format!("/orgs/{klinik}"), &[("name", "Klinik"), ("vip", "on")]).await;
    assert!(vip(&me.get(&format!("/people/{erika}")).await) && !vip(&me.get(&format!("/people/{otto}")).await));
    assert!(vip(&me.get("/orgs").await) && vip(&me.get("/people").await));
    me.post(&format!("/people/{otto}"), &[("name", "Otto Muster"), ("vip", "on")]).await;
    assert!(vip(&me.get(&format!("/people/{otto}")).await));
    me.post(&format!("/people/{otto}"), &[("name", "Otto Muster")]).await;
    assert!(!vip(&me.get(&format!("/people/{otto}")).await));
}
