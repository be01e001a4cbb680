//! Answers when it is hard: sent twice, very long, with too many files, to somebody whom letters did not reach.

use deskbell::accounts::Role;
use deskbell::mailboxes;
use deskbell::tickets;

use super::composer::{upload, written_to};
use super::post::{came, entries, newest, path, plain, ticket};
use super::{card, desk, mail, place, sink, take};
use crate::desk::TestDesk;

/// How many letters an agent wrote that were not taken back.
async fn sent(desk: &TestDesk) -> i64 {
    desk.number("SELECT count(*) AS number FROM outbound_mails WHERE kind = 'reply' AND state <> 'cancelled'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_sent_twice_is_one_letter() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    let answer = format!("{}/answer", path(id));
    ada.get(&path(id)).await;
    let key = ada.fragment(&format!("{answer}?how=reply")).await.field("key");
    assert_eq!(key.len(), 32);
    assert_eq!(upload(&desk, &ada, &format!("{}/upload", path(id)), "plan.txt", b"a plan").await.0, 200);
    let fields = [("to", "erika@x.example"), ("body", "See the attached plan"), ("key", key.as_str())];
    for _ in 0..2 {
        let page = ada.post(&answer, &fields).await;
        assert!(page.status == 200 && page.words().contains("Goes out soon"), "{}", page.words());
    }
    assert_eq!((entries(&desk, id).await.len(), sent(&desk).await), (2, 1));
    let first = newest(&desk, id).await;

    // Whoever goes back and changes a word, or opens a new form for the same words, writes another.
    let other = [("to", "erika@x.example"), ("body", "We come at noon"), ("key", key.as_str())];
    assert_eq!(ada.post(&answer, &other).await.status, 200);
    let next = ada.fragment(&format!("{answer}?how=reply")).await.field("key");
    assert_ne!(next, key);
    let anew = [("to", "erika@x.example"), ("body", "We come at noon"), ("key", next.as_str())];
    let (mut here, mut there) = (ada.clone(), ada.clone());
    let (one, two) = tokio::join!(here.post(&answer, &anew), there.post(&answer, &anew));
    assert_eq!((one.status, two.status, sent(&desk).await), (200, 200, 3));

    // What was taken back goes when it is sent again.
    assert_eq!(ada.post(&format!("{}/letters/{first}/take-back", path(id)), &[]).await.status, 200);
    assert_eq!(sent(&desk).await, 2);
    assert_eq!(ada.post(&answer, &fields).await.status, 200);
    assert_eq!(sent(&desk).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_sent_again_does_what_the_first_did_not() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    let answer = format!("{}/answer", path(id));
    let status = async || desk.read(move |db| tickets::by_id(db, id)).await.status;
    ada.get(&path(id)).await;
    let fields = [("to", "erika@x.example"), ("body", "We come at noon"), ("key", "0123")];
    assert_eq!(ada.post(&answer, &fields).await.status, 200);

    // What was kept last comes behind the letter: it is no draft of another.
    assert_eq!(ada.post(&format!("{answer}/draft"), &fields).await.status, 200);
    assert_eq!(desk.number("SELECT count(*) AS number FROM mail_drafts").await, 0);

    // Back, and "send and solve".
    let solved: Vec<_> = fields.into_iter().chain([("then", "closed")]).collect();
    assert_eq!(ada.post(&answer, &solved).await.status, 200);
    assert_eq!((status().await, sent(&desk).await), (tickets::Status::Closed, 1));
    desk.pass(1_000);
    desk.act(move |act| tickets::by_id(act.db, id)?.set_status(act, tickets::Status::Open)).await;
    assert_eq!(ada.post(&answer, &solved).await.status, 200);
    assert_eq!(status().await, tickets::Status::Open, "what somebody did since stays");

    // A letter that failed goes again.
    desk.sql("UPDATE outbound_mails SET state = 'failed', settled_at = 1").await;
    assert_eq!(ada.post(&answer, &fields).await.status, 200);
    assert_eq!(desk.number("SELECT count(*) AS number FROM outbound_mails WHERE state = 'queued'").await, 1);
    assert_eq!(sent(&desk).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_shown_again_is_still_the_same() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    let answer = format!("{}/answer", path(id));
    ada.get(&path(id)).await;
    let page = ada.post(&answer, &[("to", "nobody"), ("body", "We come"), ("key", "0123")]).await;
    assert_eq!((page.status, page.field("key").as_str()), (422, "0123"));
    let page = ada.post(&answer, &[("to", "nobody"), ("body", "We come")]).await;
    assert_eq!(page.field("key").len(), 32, "also for a form that had none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_in_any_writing_is_kept_and_sent() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    let answer = format!("{}/answer", path(id));
    for (n, letter) in ["ж", "漢", "𠀀"].into_iter().enumerate() {
        let (body, quote) = (letter.repeat(100_000), format!("Erika:\n{}", letter.repeat(99_000)));
        ada.get(&path(id)).await;
        let fields = [("to", "erika@x.example"), ("body", body.as_str()), ("quote", quote.as_str())];
        let kept = ada.post(&format!("{answer}/draft"), &fields).await;
        assert_eq!((kept.status, kept.text.as_str()), (200, "Draft kept"), "{letter}");
        let preview = ada.post_fragment(&format!("{answer}/preview"), &fields).await;
        assert_eq!(preview.status, 200, "{letter}");
        let page = ada.post(&answer, &fields).await;
        assert_eq!(page.status, 200, "{letter}");
        let all = entries(&desk, id).await;
        let entry = all.last().unwrap();
        assert_eq!((all.len(), entry.body.chars().count()), (n + 2, 100_000));
        assert_eq!(entry.letter.as_ref().unwrap().rest.as_ref().unwrap().chars().count(), quote.chars().count());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_letter_is_passed_on_whole_or_says_where_it_ends() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let own = super::post::mailbox(&desk).await;
    for (n, count) in [(1, 8_000), (2, 30_000)] {
        let text = "\u{6c49}\u{5b57}\u{3002} ok\n".repeat(count);
        came(&desk, &own, n, &[plain(&format!("long{n}"), "erika@x.example", &format!("Long {n}"), "", &text)]).await;
        let id = ticket(&desk).await;
        let answer = format!("{}/answer", path(id));
        ada.get(&path(id)).await;
        let form = ada.fragment(&format!("{answer}?how=forward")).await;
        let quote = form.field("quote");
        let is_whole = quote.matches("ok").count() == count;
        let says = quote.ends_with("[The letter goes on here; it was too long to be passed on whole.]");
        assert_eq!((is_whole, says), (n == 1, n == 2), "{}", quote.chars().count());
        let fields = [("how", "forward"), ("to", "max@x.example"), ("body", "Please read"), ("quote", quote.as_str())];
        assert_eq!(ada.post(&answer, &fields).await.status, 200);
        let facts = entries(&desk, id).await.pop().unwrap().letter.unwrap();
        assert_eq!(facts.rest.unwrap().trim(), quote.trim(), "all of it goes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_passed_on_are_held_to_the_limits() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let own = super::post::mailbox(&desk).await;
    let parts = "--b\n\nLook.\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=plan.pdf\n\n%PDF-1.4\n--b--";
    let head = plain("f1", "erika@x.example", "Plans", "", parts);
    let mixed = head.replace(
        "Content-Type: text/plain; charset=utf-8\n",
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
    );
    came(&desk, &own, 1, &[mixed]).await;
    let id = ticket(&desk).await;
    let answer = format!("{}/answer", path(id));
    desk.sql(&format!("UPDATE attachments SET size_bytes = {}", (25 << 20) + 1)).await;
    ada.get(&path(id)).await;
    let form = ada.fragment(&format!("{answer}?how=forward")).await;
    let entry = form.field("entry");
    let fields = [("how", "forward"), ("entry", entry.as_str()), ("to", "max@x.example"), ("body", "Please read")];
    let page = ada.post(&answer, &[&fields[..], &[("files", "on")]].concat()).await;
    assert_eq!(page.status, 422, "{}", page.words());
    assert!(page.words().contains("50 files and 25 MB"), "{}", page.words());
    assert_eq!((page.field("body").as_str(), sent(&desk).await), ("Please read", 0));
    let agent = desk.read(|db| deskbell::accounts::agent_by_login(db, "ada")).await.id;
    assert!(desk.read(move |db| tickets::laid_files(db, agent, id)).await.is_empty(), "nothing is left lying");
    assert_eq!(ada.post(&answer, &fields).await.status, 200, "without its files it goes");
}

/// Letters to this address came back.
async fn unreached(desk: &TestDesk, address: &str) {
    desk.sql(&format!(
        "INSERT INTO mail_addresses (address, hard_bounces, soft_bounces, undeliverable_at, muted_until_at, muted_for, reason, \
         updated_at) VALUES ('{address}', 2, 0, 5, 4102444800000, 'storm', '5.1.1 no such user', 5)"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_is_within_reach_again() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = super::mailbox(&desk, card(&sink)).await;
    unreached(&desk, "erika@muster.example").await;
    let is_dead = async || {
        let state = desk.read(|db| mailboxes::address_state(db, "erika@muster.example")).await;
        assert!(state.muted_until_at.is_some(), "who is muted stays so: {state:?}");
        state.undeliverable_at.is_some()
    };
    let forged = "Authentication-Results: mx.desk.example; dmarc=fail header.from=muster.example\n";
    let robot = mail("erika@muster.example", "Away", "Auto-Submitted: auto-replied", "I am away.");
    let forged = format!("{forged}{}", mail("erika@muster.example", "Forged", "", "Write to me."));
    take(&desk, &inbox, 1, &[&forged, &robot]).await;
    assert!(is_dead().await, "neither who borrows her name nor her machine says that she reads");
    place(&take(&desk, &inbox, 3, &[&mail("Erika@muster.example", "Pump", "", "It drips.")]).await[0]);
    assert!(!is_dead().await);
    assert_eq!(desk.number("SELECT count(*) AS number FROM events WHERE kind = 'address_revived'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_writes_all_the_same_to_an_address_that_letters_came_back_from() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    unreached(&desk, "max@x.example").await;
    let answer = format!("{}/answer", path(id));
    ada.get(&path(id)).await;
    let fields = [("to", "erika@x.example"), ("cc", "Max <Max@x.example>"), ("body", "We come")];
    let page = ada.post(&answer, &fields).await;
    let words = page.words();
    assert!(page.status == 422 && words.contains("Mail does not reach max@x.example"), "{words}");
    assert!(words.contains("The address is right: send") && page.text.contains("name=\"revive\""), "{words}");
    assert_eq!(sent(&desk).await, 0);
    let page = ada.post(&answer, &[&fields[..], &[("revive", "1")]].concat()).await;
    assert!(page.status == 200 && page.words().contains("Goes out soon"), "{}", page.words());
    assert_eq!(sent(&desk).await, 1);
    let state = desk.read(|db| mailboxes::address_state(db, "max@x.example")).await;
    assert_eq!((state.undeliverable_at, state.hard_bounces), (None, 0));
}
