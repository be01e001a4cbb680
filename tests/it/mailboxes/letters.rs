//! Letters in the thread: what is shown of them, and what strangers can't do with them.

use deskbell::accounts::Role;
use deskbell::mailboxes;
use deskbell::tickets;

use super::post::{came, entries, mailbox, path, plain, ticket};
use crate::desk::TestDesk;

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

fn with_everything() -> String {
    format!(
        "From: \"Eve <script>alert(1)</script>\" <eve@x.example>\nTo: help@desk.example\n\
         Cc: a@x.example, b@x.example, c@x.example, d@x.example\nSubject: <img src=x onerror=alert(2)>\n\
         Message-ID: <all@x.example>\nDate: Fri, 20 Nov 2026 11:00:00 +0000\nMIME-Version: 1.0\n\
         Content-Type: multipart/related; boundary=\"b\"\n\n\
         --b\nContent-Type: text/html; charset=utf-8\n\n\
         <p onclick=\"alert(3)\" style=\"position:fixed\" id=\"main\" class=\"notice\">Hello <b>you</b></p>\
         <script>alert(4)</script><a href=\"javascript:alert(5)\">x</a><img src=\"cid:pic@x\"><img src=\"cid:svg@x\">\
         <img src=\"https://evil.example/open.gif\"><form action=/logout><input name=csrf></form>\
         <div hx-get=\"/logout\" hx-trigger=\"load\" data-key=\"z\">y</div>\n\
         --b\nContent-Type: image/png; name=\"p.png\"\nContent-ID: <pic@x>\nContent-Transfer-Encoding: base64\n\n{PNG}\n\
         --b\nContent-Type: image/png; name=\"s.png\"\nContent-ID: <svg@x>\nContent-Disposition: attachment; filename=\"s.png\"\n\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(6)\"></svg>\n\
         --b\nContent-Type: text/html; name=\"evil.html\"\n\
         Content-Disposition: attachment; filename=\"e\\\"vil<b>.html\"\n\n<script>alert(7)</script>\n--b--\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_send_runs_nothing_and_loads_nothing() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let own = mailbox(&desk).await;
    came(&desk, &own, 1, &[with_everything()]).await;
    let id = ticket(&desk).await;
    let entry = entries(&desk, id).await[0].id;
    let page = ada.get(&path(id)).await;
    for evil in ["<script>alert", "<img src=x", "onerror=alert(2)>", "javascript:", "evil.example/open", "onload="] {
        assert!(!page.text.replace("&lt;img", "").contains(evil) || evil == "onerror=alert(2)>", "{evil}");
    }
    assert!(page.words().contains("4 people"), "many copies are one click away: {}", page.words());

    let layout = ada.fragment(&format!("{}/letters/{entry}/page", path(id))).await;
    assert_eq!(layout.status, 200, "{}", layout.text);
    for evil in [
        "<script",
        "onclick",
        "style=",
        "id=\"main\"",
        "class=\"notice\"",
        "javascript:",
        "<form",
        "hx-",
        "data-key",
        "svg@x",
    ] {
        assert!(!layout.text.contains(evil), "{evil}: {}", layout.text);
    }
    assert!(layout.text.contains("<b>you</b>"), "{}", layout.text);
    assert!(!layout.text.contains("<img src=\"https:"), "a picture elsewhere is no picture here: {}", layout.text);
    let src = layout.text.split("<img src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert!(src.starts_with(&format!("{}/files/", path(id))) && src.ends_with("?show=1"), "{src}");
    let whole = ada.get(&format!("{}/letters/{entry}/page", path(id))).await;
    assert!(whole.text.contains("<html") && whole.text.contains("<b>you</b>"), "also without scripts");

    let picture = ada.get(&src).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    for file in desk.read(move |db| tickets::attachments_of(db, id)).await {
        let page = ada.get(&format!("{}/files/{}?show=1", path(id), file.id)).await;
        assert_eq!(page.header("content-security-policy"), "sandbox; default-src 'none'", "{}", file.name);
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("cross-origin-resource-policy"), "same-origin");
        if file.media_type != "image/png" {
            assert_eq!(page.header("content-type"), "application/octet-stream", "{}", file.name);
            assert!(page.header("content-disposition").starts_with("attachment; filename=\""), "{}", file.name);
        }
        let kept = ada.get(&format!("{}/files/{}", path(id), file.id)).await;
        assert!(kept.header("content-disposition").starts_with("attachment;"), "{}", file.name);
    }
    let raw = ada.get(&format!("{}/letters/{entry}/raw", path(id))).await;
    assert_eq!((raw.status, raw.header("content-type")), (200, "message/rfc822"));
    assert!(raw.text.contains("Message-ID: <all@x.example>"));
}

/// A picture of noise, which no format makes small, and one that says it is 100,000 pixels wide and high.
fn pictures() -> (Vec<u8>, Vec<u8>) {
    let mut state = 1_u32;
    let noise = image::RgbImage::from_fn(900, 600, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(state >> 8) as u8, (state >> 16) as u8, (state >> 24) as u8])
    });
    let mut photo = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut photo, image::ImageFormat::Png).unwrap();
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\x01\x86\xa0\0\x01\x86\xa0\x08\x02\0\0\0".to_vec();
    bomb.extend([0; 4_096]);
    (photo.into_inner(), bomb)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_photo_is_shown_small_and_a_bomb_not_at_all() {
    use base64::Engine as _;

    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let own = mailbox(&desk).await;
    let (photo, bomb) = pictures();
    assert!(photo.len() > 1 << 20, "{}", photo.len());
    let part = |name: &str, octets: &[u8]| {
        let text = base64::engine::general_purpose::STANDARD.encode(octets);
        let lines: Vec<&str> = text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let lines = lines.join("\n");
        format!(
            "--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=\"{name}\"\n\
             Content-Transfer-Encoding: base64\n\n{lines}\n"
        )
    };
    let more = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n";
    let head = plain("p1", "erika@x.example", "Photos", more, "--b\n\nLook.");
    let head = head.replace("Content-Type: text/plain; charset=utf-8\n", "");
    came(&desk, &own, 1, &[format!("{head}{}{}--b--\n", part("photo.png", &photo), part("bomb.png", &bomb))]).await;
    let id = ticket(&desk).await;
    let files = desk.read(move |db| tickets::attachments_of(db, id)).await;
    let names: Vec<(&str, &str)> = files.iter().map(|file| (file.name.as_str(), file.media_type.as_str())).collect();
    assert_eq!(names, [("photo.png", "image/png"), ("bomb.png", "image/png")]);
    let small: Vec<String> = files.iter().map(|file| format!("{}/files/{}?show=small", path(id), file.id)).collect();
    let page = ada.get(&path(id)).await;
    assert!(small.iter().all(|src| page.text.contains(src)), "{}", page.text);

    for _ in 0..2 {
        let octets = ada.octets(&small[0]).await;
        let shown = image::load_from_memory(&octets).unwrap();
        assert_eq!((shown.width(), shown.height()), (320, 213));
        assert!(octets.len() < 100_000, "{}", octets.len());
        let answer = ada.get(&small[0]).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"));
        assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(ada.get(&small[1]).await.status, 404);
    }
    let page = ada.get(&path(id)).await;
    assert!(page.text.contains(&small[0]) && !page.text.contains(&small[1]), "the bomb is a file like any other");
    let other = ada.get(&small[0].replace(&path(id), "/t/10999")).await;
    assert_eq!(other.status, 404, "and only who sees the ticket sees it");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_letters_are_for_those_who_see_the_ticket() {
    let desk = TestDesk::start().await;
    let mut worker = desk.signed_in("wim", Role::Worker).await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let own = mailbox(&desk).await;
    came(&desk, &own, 1, &[with_everything(), plain("two", "bob@x.example", "Other", "", "Text")]).await;
    let id = ticket(&desk).await;
    let first = deskbell::base::id::TicketId(id.0 - 1);
    let entry = entries(&desk, first).await[0].id;
    let file = desk.read(move |db| tickets::attachments_of(db, first)).await[0].id;
    for of in [
        format!("files/{file}"),
        format!("letters/{entry}/page"),
        format!("letters/{entry}/raw"),
        "participants".into(),
    ] {
        assert_eq!(worker.get(&format!("{}/{of}", path(first))).await.status, 404, "{of} of a ticket he may not see");
        if of != "participants" {
            assert_eq!(ada.get(&format!("{}/{of}", path(id))).await.status, 404, "{of} by another ticket's number");
        }
    }
    assert_eq!(ada.get(&format!("{}/files/999999", path(first))).await.status, 404);
    assert_eq!(ada.get(&format!("{}/letters/x/page", path(first))).await.status, 404);
    let people = ada.fragment(&format!("{}/participants", path(first))).await;
    assert!(people.text.contains("eve@x.example") && !people.text.contains("<script>"), "{}", people.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_quotes_and_strangers_are_marked() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let own = mailbox(&desk).await;
    let first = plain("m1", "Erika <erika@x.example>", "Pump", "", "It drips");
    let answers = "In-Reply-To: <m1@x.example>\nReferences: <m1@x.example>\n";
    let quoting = plain(
        "m2",
        "erika@x.example",
        "Re: Pump",
        answers,
        "Still.\n\nOn Friday, Desk wrote:\n> Does it drip?\n> Really?",
    );
    let away = plain("m3", "erika@x.example", "Away", &format!("{answers}Auto-Submitted: auto-replied\n"), "I am away");
    came(&desk, &own, 1, &[first, quoting, away]).await;
    let id = ticket(&desk).await;
    let page = ada.get(&path(id)).await;
    let words = page.words();
    assert!(words.contains("Automatic reply") && words.contains("Still."), "{words}");
    assert!(page.text.contains("<details class=\"letter-rest\">") && words.contains("Does it drip?"), "{words}");
    let list = ada.get("/t?channel=mail").await;
    assert!(list.words().contains("Pump") && list.field("channel") == "mail", "{}", list.words());
    assert!(!ada.get("/t?channel=call").await.words().contains("Pump"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_can_not_be_written_to_is_marked_and_a_number_that_is_a_guess() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let own = mailbox(&desk).await;
    let body = "It drips.\n\nErika\n-- \nErika Muster\nTel. +49 30 901820-14";
    came(&desk, &own, 1, &[plain("m1", "Erika <erika@x.example>", "Pump", "", body)]).await;
    let id = ticket(&desk).await;
    let page = ada.get(&path(id)).await;
    let card = page.text.split("class=\"reach\"").nth(1).unwrap().split("</div>").next().unwrap().to_owned();
    assert!(card.contains("+49 30 901820-14") && card.contains("maybe"), "{card}");

    let person = desk.read(move |db| tickets::by_id(db, id)).await.requester_id.unwrap();
    let places = [(path(id), format!("{}/unreached", path(id))), {
        let place = format!("/people/{person}");
        (place.clone(), format!("{place}/unreached"))
    }];
    for (page, part) in &places {
        assert!(ada.get(page).await.text.contains(&format!("hx-get=\"{part}\"")), "{page} asks for {part}");
        assert_eq!(ada.fragment(part).await.words().trim(), "", "{part}");
    }
    let hour_ago = desk.clock.now().0 - 3_600_000;
    desk.sql(&format!(
        "INSERT INTO mail_addresses (address, hard_bounces, soft_bounces, undeliverable_at, reason, updated_at) \
         VALUES ('erika@x.example', 2, 0, {hour_ago}, '5.1.1 no such user', 5)"
    ))
    .await;
    for (_, part) in &places {
        let told = ada.fragment(part).await;
        let words = told.words();
        for word in ["Mail does not reach", "erika@x.example", "since", "1 h ago", "5.1.1 no such user"] {
            assert!(words.contains(word), "{part}: {word}: {words}");
        }
        assert!(told.text.contains("#triangle-alert"), "{}", told.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_failed_says_why_and_is_tried_again_or_written_anew() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let own = mailbox(&desk).await;
    came(&desk, &own, 1, &[plain("f1", "Erika <erika@x.example>", "Pump", "", "It drips")]).await;
    let id = ticket(&desk).await;
    ada.get(&path(id)).await;
    ada.post(
        &format!("{}/answer", path(id)),
        &[("to", "erika@x.example"), ("subject", "Re: Pump"), ("body", "Coming")],
    )
    .await;
    let entry = entries(&desk, id).await.pop().unwrap().id;
    let letters = format!("{}/letters/{entry}", path(id));
    assert_eq!(ada.post(&format!("{letters}/again"), &[]).await.status, 409, "it has not failed");
    assert_eq!(ada.get(&format!("{letters}/raw")).await.status, 409, "it has not been put together");

    // As the sender notes a refusal.
    desk.sql("UPDATE outbound_mails SET state = 'failed', answer = '550 no', settled_at = 1").await;
    desk.act(move |act| {
        let mut facts = tickets::letter_facts(act.db, entry)?;
        let refused = vec!["erika@x.example: 550 <b>no</b>".to_owned()];
        let delivery = tickets::Delivery {
            state: "failed".into(),
            answer: "550 <b>no</b>".into(),
            refused,
            ..tickets::Delivery::default()
        };
        facts.delivery = Some(delivery);
        tickets::letter_changed(act, entry, &facts)
    })
    .await;
    let page = ada.get(&path(id)).await;
    assert!(page.words().contains("Not delivered.") && page.text.contains("550 &lt;b&gt;no"), "{}", page.words());
    let page = ada.post(&format!("{letters}/edit"), &[]).await;
    assert!(page.words().contains("draft again"), "{}", page.words());
    let form = ada.fragment(&format!("{}/answer", path(id))).await;
    assert_eq!((form.field("body").as_str(), form.field("to").as_str()), ("Coming", "erika@x.example"));
    let page = ada.post(&format!("{letters}/again"), &[]).await;
    assert!(page.words().contains("tried again") && page.words().contains("On its way"), "{}", page.words());
    let row = desk.read(move |db| mailboxes::outbound_of_entry(db, entry)).await.unwrap();
    assert_eq!(row.state, mailboxes::OutboundState::Queued);
}
