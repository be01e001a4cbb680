//! Answers: begun, kept, previewed, sent, taken back, and refused without losing a word.

use deskbell::accounts::Role;
use deskbell::mailboxes::{self, OutboundState, TextKind};
use deskbell::settings::{self, Settings};
use deskbell::tickets::{self, Status};

use super::post::{came, entries, mailbox, newest, path, plain, ticket};
use crate::desk::{Browser, TestDesk};

pub(super) async fn written_to(desk: &TestDesk) -> deskbell::base::id::TicketId {
    let own = mailbox(desk).await;
    let mail =
        plain("c1", "Erika <erika@x.example>", "Pump", "Cc: Max <max@x.example>, help@desk.example\n", "It *drips*");
    came(desk, &own, 1, &[mail]).await;
    ticket(desk).await
}

pub(super) async fn upload(desk: &TestDesk, ada: &Browser, path: &str, name: &str, octets: &[u8]) -> (u16, String) {
    let cookie = ada.cookie("deskbell").unwrap();
    let request = reqwest::Client::new()
        .post(desk.url(path))
        .header("cookie", format!("deskbell={cookie}"))
        .header("x-csrf-token", &ada.csrf)
        .header("x-file-name", name)
        .header("hx-request-type", "partial")
        .header("accept", "text/html")
        .body(octets.to_vec());
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_begun_sent_and_taken_back() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    let answer = format!("{}/answer", path(id));
    let page = ada.get(&path(id)).await;
    assert!(page.text.contains(&format!("hx-get=\"{answer}\"")), "the page has a place for it");
    let begin = ada.fragment(&answer).await;
    assert!(begin.text.contains("data-key=\"r\"") && begin.text.contains("data-key=\"n\""), "{}", begin.text);

    let form = ada.fragment(&format!("{answer}?how=reply")).await;
    assert_eq!((form.field("to").as_str(), form.field("cc").as_str()), ("Erika <erika@x.example>", ""));
    assert!(form.field("subject").starts_with("Re: Pump [#"), "{}", form.field("subject"));
    assert!(form.field("quote").contains("Erika wrote:\nIt *drips*"), "{}", form.field("quote"));
    let all = ada.fragment(&format!("{answer}?how=all")).await;
    assert_eq!(all.field("cc"), "Max <max@x.example>", "and not ourselves");
    let forward = ada.fragment(&format!("{answer}?how=forward")).await;
    assert!(forward.field("to").is_empty() && forward.field("subject").starts_with("Fwd: Pump"));

    let (seen, quote) = (form.field("seen"), form.field("quote"));
    let fields = [
        ("how", "reply"),
        ("to", "Erika <erika@x.example>"),
        ("subject", "Re: Pump"),
        ("body", "We **come** <script>alert(1)</script>"),
        ("quote", &quote),
        ("seen", &seen),
        ("then", "waiting"),
    ];
    let page = ada.post(&answer, &fields).await;
    let words = page.words();
    assert!(page.status == 200 && words.contains("Letter about") && words.contains("Goes out soon"), "{words}");
    assert!(page.text.contains("<strong>come</strong>") && !page.text.contains("<script>alert"), "{}", page.text);
    let entry = newest(&desk, id).await;
    assert_eq!(desk.read(move |db| tickets::by_id(db, id)).await.status, Status::Waiting);
    let undo = format!("{}/letters/{entry}/take-back", path(id));
    assert!(page.text.contains(&format!("action=\"{undo}\"")), "{}", page.text);

    desk.pass(9_000);
    let page = ada.post(&undo, &[]).await;
    assert!(
        page.words().contains("Your text is a draft again") && page.words().contains("Taken back"),
        "{}",
        page.words()
    );
    let row = desk.read(move |db| mailboxes::outbound_of_entry(db, entry)).await.unwrap();
    assert_eq!(row.state, OutboundState::Cancelled);
    let form = ada.fragment(&answer).await;
    assert!(
        form.field("body").contains("We **come**") && form.words().contains("draft from before"),
        "{}",
        form.words()
    );
    assert_eq!(ada.post(&undo, &[]).await.status, 409, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_and_the_text_stays() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    let answer = format!("{}/answer", path(id));
    ada.get(&path(id)).await;
    desk.sql("INSERT INTO mail_addresses (address, hard_bounces, soft_bounces, undeliverable_at, reason, updated_at) VALUES ('gone@x.example', 2, 0, 1, '', 1)").await;
    let body = "Long & \"dear\" </textarea><script>alert(1)</script>";
    let page = ada.post(&answer, &[("to", "nobody, gone@x.example"), ("body", body)]).await;
    assert_eq!((page.status, page.field("body").as_str()), (422, body));
    assert!(
        page.words().contains("nobody is no e-mail address")
            && page.words().contains("Mail does not reach gone@x.example")
    );
    assert!(!page.text.contains("</textarea><script>alert"));
    let kept = ada.fragment(&answer).await;
    assert_eq!(kept.field("body"), body, "the draft has it too");
    let page = ada.post(&answer, &[("to", ""), ("body", " ")]).await;
    assert_eq!(page.status, 422);

    let page = ada.post(&answer, &[("to", "erika@x.example"), ("body", "See the attached plan")]).await;
    assert!(page.status == 409 && page.words().contains("speaks of a file"), "{}", page.words());
    assert_eq!((page.field("sure").as_str(), page.field("body").as_str()), ("1", "See the attached plan"));
    let fields = [("to", "erika@x.example"), ("body", "See the attached plan"), ("sure", "1")];
    let page = ada.post(&answer, &fields).await;
    assert!(page.status == 200 && page.words().contains("Goes out soon"), "{}", page.words());
    assert_eq!(ada.post(&answer, &[("discard", "1")]).await.status, 200);
    assert!(ada.fragment(&answer).await.text.contains("data-key=\"r\""), "nothing is left to restore");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_to_another_mailbox_of_the_desk_is_refused_with_what_to_do_instead() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    let card = mailboxes::MailboxCard {
        name: "Sales".into(),
        address: "sales@desk.example".into(),
        ..desk.read(mailboxes::mailboxes).await.remove(0).card
    };
    desk.act(move |act| mailboxes::add_mailbox(act, &card)).await;
    let answer = format!("{}/answer", path(id));
    ada.get(&path(id)).await;
    for (to, cc) in [("sales@desk.example", ""), ("erika@x.example", "Sales <Sales+t1@desk.example>")] {
        let page = ada.post(&answer, &[("to", to), ("cc", cc), ("body", "For you")]).await;
        assert!(page.status == 422 && page.words().contains("is a mailbox of this desk"), "{}", page.words());
        assert!(page.words().contains("Give the ticket to its team") && page.field("body") == "For you");
    }
    assert_eq!(entries(&desk, id).await.len(), 1, "nothing says that it went");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_written_anew_twice_is_there_once() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    ada.get(&path(id)).await;
    assert_eq!(upload(&desk, &ada, &format!("{}/upload", path(id)), "plan.txt", b"a plan").await.0, 200);
    ada.post(&format!("{}/answer", path(id)), &[("to", "erika@x.example"), ("body", "We come")]).await;
    let entry = newest(&desk, id).await;
    desk.sql("UPDATE outbound_mails SET state = 'failed'").await;
    let edit = format!("{}/letters/{entry}/edit", path(id));
    for _ in 0..2 {
        assert_eq!(ada.post(&edit, &[]).await.status, 200);
    }
    let answer = format!("{}/answer", path(id));
    let form = ada.fragment(&answer).await;
    let agent = desk.read(|db| deskbell::accounts::agent_by_login(db, "ada")).await.id;
    let laid = desk.read(move |db| tickets::laid_files(db, agent, id)).await;
    assert_eq!((form.field("body").as_str(), laid.len()), ("We come", 1), "{}", form.text);
    // What was made of it meanwhile stays, and what was thrown away comes back.
    let (how, of) = (form.field("how"), form.field("entry"));
    let fields =
        [("how", how.as_str()), ("entry", of.as_str()), ("to", "erika@x.example"), ("body", "We come at noon")];
    ada.post(&format!("{answer}/draft"), &fields).await;
    ada.post(&edit, &[]).await;
    assert_eq!(ada.fragment(&answer).await.field("body"), "We come at noon");
    ada.post(&answer, &[("discard", "1")]).await;
    ada.post(&edit, &[]).await;
    assert_eq!(ada.fragment(&answer).await.field("body"), "We come");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stands_in_two_places_gets_one_letter() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    ada.get(&path(id)).await;
    let people =
        [("to", "erika@x.example"), ("cc", "Erika <Erika@x.example>, max@x.example"), ("bcc", "max@x.example")];
    let page = ada.post(&format!("{}/answer", path(id)), &[&people[..], &[("body", "We come")]].concat()).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let entry = newest(&desk, id).await;
    let row = desk.read(move |db| mailboxes::outbound_of_entry(db, entry)).await.unwrap();
    assert_eq!(row.recipients.all().collect::<Vec<_>>(), ["erika@x.example", "max@x.example"]);
    assert_eq!((row.recipients.to.len(), row.recipients.cc.len(), row.recipients.bcc.len()), (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_past_something_new_is_shown_it_first() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let bob = desk.agent("bob", Role::Agent).await;
    let id = written_to(&desk).await;
    let answer = format!("{}/answer", path(id));
    ada.get(&path(id)).await;
    let seen = ada.fragment(&format!("{answer}?how=reply")).await.field("seen");
    desk.act_as(bob, move |act| tickets::by_id(act.db, id)?.note(act, "I phoned <b>her</b>")).await.unwrap();
    let fields = [("to", "erika@x.example"), ("body", "We come"), ("seen", seen.as_str())];
    let page = ada.post(&answer, &fields).await;
    assert!(page.status == 409 && page.words().contains("I phoned"), "{}", page.words());
    assert!(page.text.contains("Send anyway") && page.field("body") == "We come" && !page.text.contains("<b>her"));
    let now = page.field("seen");
    assert_ne!(now, seen);
    let page = ada.post(&answer, &[("to", "erika@x.example"), ("body", "We come"), ("seen", &now)]).await;
    assert!(page.status == 200 && page.words().contains("Goes out soon"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_a_ticket_that_a_colleague_took_or_closed_is_told_so_first() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let bob = desk.agent("bob", Role::Agent).await;
    let id = written_to(&desk).await;
    let answer = format!("{}/answer", path(id));
    ada.get(&path(id)).await;
    let form = ada.fragment(&format!("{answer}?how=reply")).await;
    let (seen, event) = (form.field("seen"), form.field("seen_event"));
    // What she does herself is no news to her.
    ada.post(&path(id), &[("priority", "high")]).await;
    desk.act_as(bob, move |act| tickets::by_id(act.db, id)?.take(act)).await.unwrap();
    desk.act_as(bob, move |act| tickets::by_id(act.db, id)?.close(act)).await.unwrap();
    let fields = [("to", "erika@x.example"), ("body", "We come"), ("seen", &*seen), ("seen_event", &*event)];
    let page = ada.post(&answer, &fields).await;
    let words = page.words();
    assert!(page.status == 409 && words.contains("New since you began"), "{words}");
    let news = words.split("New since you began").nth(1).unwrap();
    assert!(news.contains("Bob Test") && news.contains("losed") && !news.contains("Ada Test"), "{news}");
    assert!(page.text.contains("Send anyway") && page.field("body") == "We come");
    assert_eq!(entries(&desk, id).await.len(), 1, "nothing went");

    let (seen, event) = (page.field("seen"), page.field("seen_event"));
    let fields = [("to", "erika@x.example"), ("body", "We come"), ("seen", &*seen), ("seen_event", &*event)];
    let page = ada.post(&answer, &fields).await;
    assert!(page.status == 200 && page.words().contains("Goes out soon"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_outlive_the_daemon() {
    let mut desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    ada.get(&path(id)).await;
    let kept = ada
        .post(&format!("{}/answer/draft", path(id)), &[("how", "reply"), ("body", "Half a sen"), ("to", "a@b.example")])
        .await;
    assert_eq!((kept.status, kept.text.as_str()), (200, "Draft kept"));
    desk.restart().await;
    let mut ada = desk.sign_in("ada").await;
    let form = ada.fragment(&format!("{}/answer", path(id))).await;
    assert_eq!((form.field("body").as_str(), form.field("to").as_str()), ("Half a sen", "a@b.example"));
    let mut bob = desk.signed_in("bob", Role::Agent).await;
    assert!(!bob.fragment(&format!("{}/answer", path(id))).await.text.contains("Half a sen"), "it is Ada's alone");
    let long = "x".repeat(200_000);
    ada.get(&path(id)).await;
    let page = ada.post(&format!("{}/answer", path(id)), &[("to", "a@b.example"), ("body", &long)]).await;
    assert!(matches!(page.status, 200 | 422), "{}", page.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_laid_sent_along_and_refused_when_too_large() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    ada.get(&path(id)).await;
    let to = format!("{}/upload", path(id));
    let png = b"\x89PNG\r\n\x1a\nrest";
    let (status, list) = upload(&desk, &ada, &to, "..%2F..%2Fpl%C3%A4n%3Cb%3E.pdf", b"%PDF-1.4").await;
    assert!(status == 200 && list.contains("plän&lt;b&gt;.pdf") && !list.contains(".."), "{status} {list}");
    let (status, list) = upload(&desk, &ada, &format!("{to}?inline=1"), "shot.png", png).await;
    let cid = list.split("data-cid=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert!(status == 200 && cid.len() == 24, "{list}");
    let (status, list) = upload(&desk, &ada, &format!("{to}?inline=1"), "x.png", b"<svg onload=alert(1)>").await;
    assert!(status == 200 && list.matches("data-cid").count() == 1, "what is no picture stands in no text: {list}");
    assert_eq!(upload(&desk, &ada, &to, "none", b"").await.0, 422);
    let mut stranger = ada.clone();
    stranger.csrf = "0".repeat(40);
    assert_eq!(upload(&desk, &stranger, &to, "x", b"x").await.0, 403, "only from our pages");
    assert_eq!(upload(&desk, &ada, &to, "big", &vec![0; 25 << 20]).await.0, 422, "25 MB together");
    assert_eq!(upload(&desk, &ada, &to, "huge", &vec![0; (25 << 20) + 1]).await.0, 413);

    let agent = desk.read(|db| deskbell::accounts::agent_by_login(db, "ada")).await.id;
    let laid = desk.read(move |db| tickets::laid_files(db, agent, id)).await;
    assert_eq!(laid.len(), 3);
    let mut bob = desk.signed_in("bob", Role::Agent).await;
    bob.get(&path(id)).await;
    let file = format!("{}/files/{}", path(id), laid[0].id);
    assert_eq!((bob.get(&file).await.status, ada.get(&file).await.status), (404, 200), "hers, until it is sent");
    assert_eq!(bob.post(&format!("{file}/remove"), &[]).await.status, 404);
    let gone = format!("{}/files/{}/remove", path(id), laid[2].id);
    ada.get(&path(id)).await;
    let whole = [("to", "erika@x.example"), ("body", "Look")];
    assert_eq!(ada.post_fragment(&gone, &whole).await.status, 200, "the answer's form comes along");

    let body = format!("Look ![]( cid:{cid} ) ![](cid:{cid}) ![](https://evil.example/x.png)");
    let preview = ada.post_fragment(&format!("{}/answer/preview", path(id)), &[("body", &body)]).await;
    assert!(preview.text.contains(&format!("src=\"{}/files/{}?show=1\"", path(id), laid[1].id)), "{}", preview.text);
    assert!(!preview.text.contains("<img src=\"https"), "{}", preview.text);
    let page = ada.post(&format!("{}/answer", path(id)), &[("to", "erika@x.example"), ("body", &body)]).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let entry = newest(&desk, id).await;
    let files = desk.read(move |db| tickets::attachments_of(db, id)).await;
    assert_eq!(files.iter().filter(|file| file.entry == Some(entry)).count(), 2);
    assert_eq!(bob.get(&file).await.status, 200, "sent, it is part of the ticket");
    ada.post(&format!("{}/letters/{entry}/take-back", path(id)), &[]).await;
    assert_eq!(desk.read(move |db| tickets::laid_files(db, agent, id)).await.len(), 2, "files come back too");
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_addresses_and_settings_help() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let id = written_to(&desk).await;
    desk.act(|act| {
        for (kind, body) in [
            (TextKind::Template, "Dear {{person.name}}, {{ticket.number}}"),
            (TextKind::Signature, "-- {{agent.name}}"),
        ] {
            let card =
                mailboxes::MailTextCard { kind, name: "T<b>".into(), team: None, language: None, body: body.into() };
            mailboxes::keep_text(act, None, &card)?;
        }
        settings::change(act, &Settings { undo_send_seconds: "0".into(), ..Settings::default() })
    })
    .await;
    let form = ada.fragment(&format!("{}/answer?how=reply", path(id))).await;
    assert!(form.text.contains("-- Ada Test") && form.text.contains("T&lt;b&gt;"), "{}", form.text);
    for (name, language) in [("Auf Deutsch", "de"), ("In English", "en")] {
        let kind = TextKind::Template;
        let language = Some(language.to_owned());
        let card = mailboxes::MailTextCard { kind, name: name.into(), team: None, language, body: "x".into() };
        desk.act(move |act| mailboxes::keep_text(act, None, &card)).await;
    }
    let offered = ada.fragment(&format!("{}/answer?how=reply", path(id))).await.text;
    assert!(offered.contains("T&lt;b&gt;") && offered.contains("In English"), "{offered}");
    assert!(!offered.contains("Auf Deutsch"), "the mailbox writes English: {offered}");
    desk.sql("UPDATE mailboxes SET language = 'de'").await;
    let offered = ada.fragment(&format!("{}/answer?how=reply", path(id))).await.text;
    assert!(offered.contains("Auf Deutsch") && !offered.contains("In English"), "{offered}");
    desk.sql("UPDATE mailboxes SET language = NULL").await;
    let all = desk.read(mailboxes::all_texts).await;
    let text = all.into_iter().find(|text| text.kind == TextKind::Template && text.language.is_none()).unwrap();
    let filled = ada.get(&format!("{}/texts/{}", path(id), text.id)).await;
    assert!(
        filled.text.starts_with("Dear Erika, ") && filled.header("content-type").starts_with("text/plain"),
        "{}",
        filled.text
    );
    let offered = ada.fragment(&format!("{}/addresses?q=max", path(id))).await;
    assert_eq!(offered.text, "<option value=\"Max &lt;max@x.example&gt;\"></option>");
    ada.get(&path(id)).await;
    let page = ada.post(&format!("{}/answer", path(id)), &[("to", "erika@x.example"), ("body", "Now")]).await;
    assert!(page.words().contains("On its way") && !page.words().contains("Goes out soon"), "{}", page.words());
    assert_eq!(entries(&desk, id).await.len(), 2);
    for (typed, good) in [("60", true), ("61", false), ("-1", false), ("x", false)] {
        let wanted = Settings { undo_send_seconds: typed.into(), ..Settings::default() };
        assert_eq!(desk.try_act(move |act| settings::change(act, &wanted)).await.is_ok(), good, "{typed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mailbox_there_is_nothing_to_answer_with() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let new = tickets::NewTicket { subject: "Pump".into(), ..tickets::NewTicket::default() };
    let id = desk.act(move |act| tickets::open(act, &new)).await;
    let part = ada.fragment(&format!("{}/answer", path(id))).await;
    assert_eq!((part.status, part.words().as_str()), (200, ""));
    let page = ada.get(&format!("{}/answer", path(id))).await;
    assert!(page.words().contains("No mailbox can send yet"), "{}", page.words());
    let page = ada.post(&format!("{}/answer", path(id)), &[("to", "a@b.example"), ("body", "x")]).await;
    assert_eq!(page.status, 409);
}
