//! The desk's settings, and the language and time in which people read it.

use deskbell::accounts::Role;
use deskbell::settings::{self, Settings};

use crate::desk::{Browser, PASSWORD, TestDesk};

async fn set(desk: &TestDesk, settings: Settings) {
    desk.act(move |act| settings::change(act, &settings)).await;
}

fn german() -> Settings {
    Settings { language: "de".into(), ..Settings::default() }
}

/// The language that a page is in.
async fn lang(browser: &mut Browser, path: &str) -> String {
    let page = browser.get(path).await;
    page.text.split("<html lang=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_goes_before_the_browser_and_the_browser_before_the_desk() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Agent).await;
    for (desk_lang, browser_lang, profile, wanted) in [
        ("en", None, None, "en"),
        ("de", None, None, "de"),
        ("de", Some("en-GB,en;q=0.9"), None, "en"),
        ("en", Some("de-AT,en;q=0.3"), None, "de"),
        ("de", Some("fr,hu;q=0.5"), None, "de"),
        ("en", Some("fr,hu;q=0.5"), None, "en"),
        ("de", Some("de"), Some("en"), "en"),
        ("en", Some("en"), Some("de"), "de"),
        ("en", None, Some("de"), "de"),
    ] {
        set(&desk, Settings { language: desk_lang.into(), ..Settings::default() }).await;
        let headers: Vec<(&str, &str)> = browser_lang.map(|tags| ("accept-language", tags)).into_iter().collect();
        let mut ada = desk.browser_with(&headers);
        ada.sign_in("ada", PASSWORD).await;
        ada.get("/me").await;
        ada.post("/me/language", &[("language", profile.unwrap_or_default())]).await;
        let told = format!("desk {desk_lang}, browser {browser_lang:?}, profile {profile:?}");
        for path in ["/calls", "/t", "/people", "/me", "/t/99999999", "/admin/settings"] {
            assert_eq!(lang(&mut ada, path).await, wanted, "{path}: {told}");
        }
        let door = if profile.is_some() { continue } else { "/login" };
        assert_eq!(lang(&mut desk.browser_with(&headers), door).await, wanted, "the door: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_german_desk_speaks_german() {
    let desk = TestDesk::with_line().await;
    set(&desk, german()).await;
    desk.agent("ada", Role::Admin).await;
    let mut door = desk.browser();
    let page = door.get("/login").await;
    assert!(page.words().contains("Anmelden"), "{}", page.words());
    let page = door.post("/login", &[("login", "ada"), ("password", "falsch falsch falsch"), ("next", "/")]).await;
    assert!(page.words().contains("Passwort"), "{}", page.words());
    let mut ada = desk.sign_in("ada").await;
    for (path, words) in [
        ("/calls", "Anrufe"),
        ("/t", "Tickets"),
        ("/t/new", "Neues Ticket"),
        ("/people", "Personen"),
        ("/me", "Abmelden"),
        ("/admin/settings", "Einstellungen"),
        ("/admin/lines", "Leitung"),
        ("/admin/agents", "Mitarbeitende"),
    ] {
        let page = ada.get(path).await;
        assert!(page.status == 200 && page.words().contains(words), "{path}: {}", page.words());
        for english in ["Sign out", "Settings", "Add person", "New ticket", "Save "] {
            assert!(!page.words().contains(english), "{path} says {english:?}: {}", page.words());
        }
    }
    ada.get("/people/new").await;
    let page = ada.post("/people", &[("name", "")]).await;
    assert!(page.words().contains("Bitte füllen Sie dieses Feld aus."), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_shown_in_the_zone_of_the_desk() {
    let desk = TestDesk::with_line().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let mut pbx = desk.pbx().await;
    pbx.ring("+4930901820", "helpdesk").await;
    let shown = |page: crate::desk::Page| page.words();
    assert!(shown(ada.get("/calls/newest/ticket").await).contains("12:00"), "UTC at first");
    for (zone, wanted) in [("Europe/Berlin", "13:00"), ("Asia/Kolkata", "17:30"), ("America/New_York", "07:00")] {
        ada.get("/admin/settings").await;
        let fields =
            [("desk_name", "Desk"), ("language", "en"), ("time_zone", zone), ("country", "DE"), ("area_code", "")];
        assert_eq!(ada.post("/admin/settings", &fields).await.status, 200);
        let words =
            shown(ada.get("/calls/newest/ticket").await).replace("7:00 AM", "07:00").replace("1:00 PM", "13:00");
        assert!(words.contains(wanted), "{zone}: {words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_sees_what_is_set_and_what_is_wrong() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/settings").await;
    let fields = [
        ("desk_name", " Wasserwerk  Nord "),
        ("language", "de"),
        ("time_zone", "Europe/Berlin"),
        ("country", "at"),
        ("area_code", "01"),
    ];
    let page = ada.post("/admin/settings", &fields).await;
    let now: Vec<String> =
        ["desk_name", "language", "time_zone", "country", "area_code"].map(|f| page.field(f)).to_vec();
    assert_eq!(now, ["Wasserwerk Nord", "de", "Europe/Berlin", "AT", "1"]);
    assert!(desk.browser().get("/login").await.text.contains("Wasserwerk Nord"));
    let bad =
        [("desk_name", ""), ("language", "xx"), ("time_zone", "Mars/Base"), ("country", "XX"), ("area_code", "12a")];
    let page = ada.post("/admin/settings", &bad).await;
    assert_eq!((page.status, page.field("time_zone")), (422, "Mars/Base".to_owned()));
    for field in ["desk_name", "language", "time_zone", "country", "area_code"] {
        assert!(page.text.contains(&format!("f-{field}-error")), "{field}: {}", page.words());
    }
    let kept = desk.read(Settings::read).await;
    assert_eq!((kept.desk_name.as_str(), kept.country.as_str()), ("Wasserwerk Nord", "AT"), "nothing of it was taken");
    assert_eq!(desk.count(|e| matches!(e, deskbell::events::Event::DeskSettingChanged { .. })).await, 5);
}
