//! The palette: it offers each what their role allows, finds what they may see, and what it offers works and can be undone.

use deskbell::accounts::Role;
use deskbell::base::id::TicketId;
use deskbell::people::{self, PersonCard};
use deskbell::tickets::{self, NewTicket, Priority, Status, TicketNumber};

use crate::desk::{Browser, Page, TestDesk};

async fn ticket(desk: &TestDesk, subject: &str) -> TicketId {
    let new = NewTicket {
        subject: subject.into(),
        priority: Priority::Normal,
        assignee: None,
        requester: None,
        note: String::new(),
        ..NewTicket::default()
    };
    desk.act(move |act| tickets::open(act, &new)).await
}

async fn typed(browser: &mut Browser, line: &str) -> Page {
    let query: String = url::form_urlencoded::byte_serialize(line.as_bytes()).collect();
    browser.get(&format!("/palette?q={query}")).await
}

/// Takes back what the page says was just done.
async fn undo(browser: &mut Browser, page: &Page) -> Page {
    let toast = page.text.split("data-toast>").nth(1).expect("a notice").split("</form>").next().unwrap();
    let value = |text: &str, name: &str| {
        text.split(&format!("{name}=\"")).nth(1).unwrap_or_default().split('"').next().unwrap_or_default().to_owned()
    };
    let fields: Vec<(String, String)> = toast
        .split("<input type=\"hidden\" ")
        .skip(1)
        .map(|field| (value(field, "name"), value(field, "value")))
        .filter(|(name, _)| name != "csrf")
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(&value(toast, "action"), &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_found_by_its_number_and_commanded() {
    let desk = TestDesk::start().await;
    let north = desk.team("North side").await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = ticket(&desk, "Pump drips").await;
    let number = TicketNumber::of(id).to_string();
    let page = typed(&mut ada, &number).await;
    for offered in [format!("href=\"/t/{number}\""), format!("/t/{number}/close"), format!("/t/{number}/take")] {
        assert!(page.text.contains(&offered), "{offered}: {}", page.words());
    }
    let page = typed(&mut ada, &format!("{number} assign si")).await;
    assert!(page.words().contains(&format!("Give {number} to North side")), "{}", page.words());
    assert!(!page.text.contains("/close\""), "only what was said");
    let page = ada.post(&format!("/t/{number}"), &[("team", &north.to_string())]).await;
    let kept = desk.read(move |db| tickets::by_id(db, id)).await;
    assert_eq!((kept.team_id, kept.priority, kept.subject.as_str()), (Some(north), Priority::Normal, "Pump drips"));
    assert!(page.words().contains(&format!("Changed {number}.")), "{}", page.words());
    undo(&mut ada, &page).await;
    assert_eq!(desk.read(move |db| tickets::by_id(db, id)).await.team_id, None, "taken back");

    let page = typed(&mut ada, "peop").await;
    assert!(page.text.contains("href=\"/people\"") && page.text.contains("subject=peop"), "{}", page.words());
    let page = typed(&mut ada, "call 030 901820").await;
    assert!(page.text.contains("href=\"tel:+4930901820\""), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_offered_what_they_may_not() {
    let desk = TestDesk::start().await;
    let id = ticket(&desk, "Hidden leak").await;
    let number = TicketNumber::of(id).to_string();
    let card = PersonCard { name: "Erika Beispiel".into(), ..PersonCard::default() };
    desk.act(move |act| people::add_person(act, &card)).await;
    let mut worker = desk.signed_in("will", Role::Worker).await;
    let page = typed(&mut worker, &format!("{number} close")).await;
    assert!(!page.text.contains("Hidden leak") && !page.text.contains("/close\""), "{}", page.words());
    let page = typed(&mut worker, "Erika").await;
    assert!(!page.text.contains("Erika Beispiel"), "{}", page.words());
    let page = typed(&mut worker, "").await;
    for place in ["/calls", "/people", "/admin", "/admin/settings"] {
        assert!(!page.text.contains(&format!("href=\"{place}\"")), "{place}");
    }
    let mut viewer = desk.signed_in("vera", Role::Viewer).await;
    let page = typed(&mut viewer, &format!("{number} close")).await;
    assert!(page.text.contains("Hidden leak") && !page.text.contains("/close\""), "{}", page.words());
    assert!(!typed(&mut viewer, "new").await.text.contains("/t/new"), "nothing to make either");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_taken_back_unless_somebody_else_came_between() {
    let desk = TestDesk::start().await;
    let (mut ada, mut bob) = (desk.signed_in("ada", Role::Agent).await, desk.signed_in("bob", Role::Agent).await);
    let id = ticket(&desk, "Pump drips").await;
    let path = format!("/t/{}", TicketNumber::of(id));
    let now = || desk.read(move |db| tickets::by_id(db, id));
    ada.get(&path).await;
    bob.get(&path).await;
    ada.post(&path, &[("status", "waiting")]).await;
    let page = ada.post(&format!("{path}/close"), &[]).await;
    let page = undo(&mut ada, &page).await;
    assert_eq!((now().await.status, now().await.closed_at), (Status::Waiting, None), "it waits again");
    undo(&mut ada, &page).await;
    assert_eq!(now().await.status, Status::Closed, "and the undoing can be undone");
    ada.post(&format!("{path}/reopen"), &[]).await;
    let page = ada.post(&format!("{path}/take"), &[]).await;
    bob.post(&path, &[("priority", "high")]).await;
    let page = undo(&mut ada, &page).await;
    assert_eq!(page.status, 409, "{}", page.words());
    assert!(now().await.assignee_id.is_some() && now().await.priority == Priority::High);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_was_typed_and_survives_whatever_that_is() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    for line in ["<script>", "\"'&", "%00", "\u{0}", "' OR 1=1 --", &"x".repeat(3_000), "🔔", "call \u{202E}1"] {
        let page = typed(&mut ada, line).await;
        assert_eq!(page.status, 200, "{line:?}");
        assert!(!page.text.contains("<script>"), "{line:?}");
    }
}
