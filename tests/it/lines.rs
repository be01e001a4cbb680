//! Phone lines through their pages: what a card may say, and that it holds at once.

use deskbell::accounts::Role;
use deskbell::calls;

use crate::desk::TestDesk;

const GOOD: [(&str, &str); 6] = [
    ("name", "Fault line"),
    ("makes", "every"),
    ("country", "DE"),
    ("area_code", "030"),
    ("sources", "127.0.0.1"),
    ("numbers", ""),
];

/// The good card but for this.
fn but<'a>(field: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    GOOD.iter().copied().filter(|(name, _)| *name != field).chain([(field, value)]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_takes_calls_as_soon_as_it_is_saved_and_none_when_it_is_off() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/lines/new").await;
    let page = ada.post("/admin/lines", &GOOD).await;
    assert!(page.path == "/admin/lines" && page.words().contains("Fault line"), "{}", page.words());
    desk.settle().await;
    let mut pbx = desk.pbx().await;
    let call = pbx.ring("+4930901820", "helpdesk").await;
    pbx.cancel(&call, "SIP;cause=200").await;
    let line = desk.read(calls::all_lines).await.remove(0);
    assert_eq!((line.area_code.as_str(), line.sources.len()), ("30", 1));

    let place = format!("/admin/lines/{}", line.id);
    ada.get(&place).await;
    let page = ada.post(&place, &but("numbers", "hotline\r\n030 5550")).await;
    assert_eq!((page.status, page.field("numbers").trim()), (200, "030 5550\nhotline"));
    desk.settle().await;
    pbx.invite("+4930901820", "helpdesk", "").await;
    pbx.hear(404).await;
    let call = pbx.ring("+4930901821", "+49305550").await;
    pbx.cancel(&call, "SIP;cause=200").await;

    ada.post(&format!("{place}/switch"), &[("on", "no")]).await;
    desk.settle().await;
    assert!(desk.read(calls::all_lines).await[0].disabled_at.is_some());
    ada.post(&format!("{place}/switch"), &[("on", "yes")]).await;
    desk.settle().await;
    pbx.ring("+4930901822", "hotline").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_wrong_with_a_card_is_said_beside_its_field() {
    let desk = TestDesk::start().await;
    desk.line("Taken", calls::Makes::None, "").await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/lines/new").await;
    let many = (1..=60).map(|n| format!("10.0.0.{n}")).collect::<Vec<_>>().join("\n");
    for (field, value, told) in [
        ("name", " ", "Please fill this in."),
        ("name", "TAKEN", "This name is taken."),
        ("makes", "all", ""),
        ("country", "XX", ""),
        ("area_code", "3a", ""),
        ("area_code", "123456789", ""),
        ("sources", "", ""),
        ("sources", "pbx.example.org", "“pbx.example.org” is no address or network."),
        ("sources", "10.0.0.0/33", "“10.0.0.0/33” is no address or network."),
        ("sources", "0.0.0.0/0", "“0.0.0.0/0” is no address or network."),
        ("sources", &many, "at most 50"),
        ("team", "north", ""),
        ("team", "999", ""),
    ] {
        let page = ada.post("/admin/lines", &but(field, value)).await;
        let words = page.words();
        assert!(page.status == 422 && words.contains(told), "{field} {value:?}: {} {words}", page.status);
        assert!(page.text.contains(&format!("f-{field}-error")), "{field} {value:?}: {words}");
        if field == "sources" || field == "name" {
            assert_eq!(page.field(field).trim(), value.trim(), "what was typed stays");
        }
    }
    let page = ada.post("/admin/lines", &[]).await;
    assert_eq!(page.status, 422);
    assert_eq!(desk.read(calls::all_lines).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_change_leaves_the_line_as_it_was() {
    let desk = TestDesk::with_line().await;
    let before = desk.read(calls::all_lines).await.remove(0);
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let place = format!("/admin/lines/{}", before.id);
    let page = ada.get(&place).await;
    assert_eq!(page.field("name"), "Fault line");
    assert_eq!(ada.post(&place, &but("sources", "everywhere")).await.status, 422);
    assert_eq!(desk.read(calls::all_lines).await.remove(0), before);
}
