//! Categories through their pages, and what they do to a ticket.

use deskbell::accounts::Role;
use deskbell::base::id::CategoryId;
use deskbell::tickets::{self, Priority};

use crate::desk::TestDesk;

#[tokio::test(flavor = "multi_thread")]
async fn a_category_is_made_previewed_changed_put_away_and_taken_back() {
    let desk = TestDesk::start().await;
    let team = desk.team("Water").await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    assert!(ada.get("/admin/categories").await.words().contains("No categories yet"));
    ada.get("/admin/categories/new").await;
    let wet = [("name", " No  water "), ("script", "Where?\n- Floor\n- <b>Since</b> when"), ("then", "preview")];
    let page = ada.post("/admin/categories", &wet).await;
    assert!(page.text.contains("&lt;b&gt;Since&lt;/b&gt; when</label>"), "the script is shown as it will look");
    assert_eq!(desk.read(tickets::categories).await.len(), 0, "and nothing is saved yet");
    let team_text = team.to_string();
    let fields = [wet[0], wet[1], ("team", team_text.as_str()), ("priority", "high")];
    let page = ada.post("/admin/categories", &fields).await;
    assert!(page.words().contains("No water") && page.words().contains("The category is there."), "{}", page.words());
    let made = desk.read(tickets::categories).await.remove(0);
    assert_eq!((made.team, made.priority, made.name.as_str()), (Some(team), Some(Priority::High), "No water"));

    for (name, words) in [("", "Please fill this in."), ("no WATER", "taken")] {
        let page = ada.post("/admin/categories", &[("name", name), ("script", "kept")]).await;
        assert_eq!((page.status, page.field("script")), (422, "kept".to_owned()), "{name}: {}", page.words());
        let _ = words;
    }
    let path = format!("/admin/categories/{}", made.id);
    ada.post(&path, &[("name", "Water"), ("script", "- Floor")]).await;
    let page = ada.post(&format!("{path}/archive"), &[]).await;
    assert!(page.words().contains("Use again"), "{}", page.words());
    assert!(!ada.get("/t/new").await.text.contains("i-category"), "no new ticket is of it");
    ada.post(&format!("{path}/restore"), &[]).await;
    assert!(ada.get("/t/new").await.text.contains("i-category"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_brings_its_script_and_what_was_ticked_stands_in_the_note() {
    let desk = TestDesk::start().await;
    let team = desk.team("Water").await;
    let card = tickets::CategoryCard {
        name: "No water".into(),
        script: "Where?\n- Floor\n- Since when".into(),
        team: Some(team),
        priority: Some(Priority::Urgent),
    };
    let id: CategoryId = desk.act(move |act| tickets::add_category(act, &card)).await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let fragment = ada.fragment(&format!("/t/script?category={id}")).await;
    assert!(fragment.text.contains("data-priority=\"urgent\"") && fragment.words().contains("Since when"));
    assert_eq!(ada.fragment("/t/script?category=99").await.text, "", "what is not there has no script");

    ada.get("/t/new").await;
    let (category, then) = (id.to_string(), ("then", "script"));
    let page = ada.post("/t/new", &[("subject", "Dry tap"), ("category", &category), then]).await;
    assert_eq!((page.field("subject"), page.field("team")), ("Dry tap".into(), team.to_string()), "without scripts");
    assert!(page.words().contains("Since when"), "{}", page.words());
    let fields = [("subject", "Dry tap"), ("category", &category), ("check", "1"), ("note", "Cellar"), ("when", "now")];
    let page = ada.post("/t/new", &fields).await;
    assert!(page.text.contains("☐ Floor\n☑ Since when\nCellar"), "{}", page.words());
    assert!(page.words().contains("Wanted by 20 Nov 2026, 12:00"), "{}", page.words());
    let page = ada.post("/t/new", &[("subject", "x"), ("when", "at"), ("when_at", "soon"), ("note", "kept")]).await;
    assert_eq!((page.status, page.field("note")), (422, "kept".to_owned()), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_ticket_is_about_where_and_until_when_can_be_changed_and_is_told() {
    let desk = TestDesk::start().await;
    let card = |name: &str| tickets::CategoryCard { name: name.into(), ..tickets::CategoryCard::default() };
    let (wet, dark) = (card("Water"), card("Power"));
    let dark_id = desk
        .act(move |act| {
            tickets::add_category(act, &wet)?;
            tickets::add_category(act, &dark)
        })
        .await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    ada.get("/t/new").await;
    let page = ada.post("/t/new", &[("subject", "Lamp")]).await;
    let path = page.path.split('?').next().unwrap().to_owned();
    let (rev, category) = (page.field("rev"), dark_id.to_string());
    let fields = [("rev", rev.as_str()), ("category", &category), ("wanted", "2026-12-24T18:30"), ("team", "")];
    let page = ada.post(&path, &fields).await;
    let words = page.words();
    for told in ["put it under Power", "set it as wanted by 24 Dec 2026, 18:30"] {
        assert!(words.contains(told), "{told}: {words}");
    }
    assert_eq!(page.field("wanted"), "2026-12-24T18:30");
    assert!(ada.get("/t").await.words().contains("Power"), "the list says it");
    for (name, value) in [("wanted", "x"), ("category", "99"), ("parent", "10011"), ("parent", &path[3..])] {
        let fields = [("rev", page.field("rev")), (name, value.to_owned()), ("subject", "typed".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let again = ada.post(&path, &fields).await;
        assert_eq!((again.status, again.field("subject")), (422, "typed".to_owned()), "{name}: {}", again.words());
    }
}
