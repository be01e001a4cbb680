//! How pages feel to one agent: rows, keys, the look.

use deskbell::accounts::Role;

use crate::desk::TestDesk;

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_keys_are_as_each_agent_chose_and_the_look_as_in_this_browser() {
    let desk = TestDesk::start().await;
    let (mut ada, mut bob) = (desk.signed_in("ada", Role::Agent).await, desk.signed_in("bob", Role::Agent).await);
    let page = ada.get("/me").await;
    assert!(page.text.contains("data-density=\"normal\"") && !page.text.contains(" data-hotkeys-off"));
    let page = ada.post("/me/feel", &[("theme", "contrast"), ("density", "compact")]).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/me"));
    for shown in ["data-density=\"compact\"", "data-theme=\"contrast\"", " data-hotkeys-off"] {
        assert!(page.text.contains(shown), "{shown}");
    }
    let mut elsewhere = desk.sign_in("ada").await;
    let page = elsewhere.get("/me").await;
    assert!(page.text.contains("data-density=\"compact\"") && !page.text.contains("data-theme="), "another browser");
    assert!(bob.get("/me").await.text.contains("data-density=\"normal\""), "another agent");
    let page = ada.post("/me/feel", &[("theme", "auto"), ("density", "touch"), ("letter_keys", "on")]).await;
    assert!(page.text.contains("data-density=\"touch\"") && !page.text.contains(" data-hotkeys-off"));
    for (theme, density) in [("pink", "touch"), ("auto", "huge"), ("", "")] {
        let page = ada.post("/me/feel", &[("theme", theme), ("density", density)]).await;
        assert!(page.status == 422 && page.text.contains("data-density=\"touch\""), "{theme} {density}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_whether_a_session_lives_does_not_keep_it_alive() {
    let desk = TestDesk::configured(&[("web.session_idle_minutes", "30")]).await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    for _ in 0..3 {
        desk.pass(10 * 60_000);
        ada.fragment("/palette").await;
    }
    assert_eq!(ada.fragment("/palette").await.status, 401);
}
