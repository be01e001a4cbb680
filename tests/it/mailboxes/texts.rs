//! Signatures, acknowledgements and templates: kept, checked, looked at, put away.

use deskbell::accounts::Role;
use deskbell::mailboxes::{self, MailTextCard, MailboxCard, TextKind};

use super::post::path;
use super::{card, desk, mail, mailbox, place, sink, take};
use crate::desk::TestDesk;

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_written_looked_at_and_kept() {
    let desk = TestDesk::start().await;
    let north = desk.team("North").await;
    let mut admin = desk.signed_in("root", Role::Admin).await;
    let page = admin.get("/admin/mail/texts/new").await;
    assert!(page.text.contains("data-insert=\"{{ticket.number}}\""), "{}", page.text);
    let team = north.to_string();
    let fields = |body, then| {
        [
            ("kind", "signature"),
            ("name", "North, German"),
            ("team", team.as_str()),
            ("language", "de"),
            ("body", body),
            ("then", then),
        ]
    };
    let body = "**{{agent.name}}** <script>alert(1)</script>\n\n{{team.name}}";
    let shown = admin.post("/admin/mail/texts", &fields(body, "preview")).await;
    assert!(shown.text.contains("<strong>Root Test</strong>"), "{}", shown.text);
    assert!(
        shown.words().contains("‹Team of the ticket›") && !shown.text.contains("<script>alert"),
        "{}",
        shown.words()
    );
    assert_eq!((shown.field("body").as_str(), shown.field("team")), (body, team.clone()), "what was typed stays");
    assert!(desk.read(mailboxes::all_texts).await.is_empty(), "looking keeps nothing");
    let kept = admin.post("/admin/mail/texts", &fields(body, "")).await;
    assert!(kept.path == "/admin/mail/texts" && kept.words().contains("North, German"), "{}", kept.words());
    let best = desk.read(move |db| mailboxes::best(db, TextKind::Signature, Some(north), "de")).await.unwrap();
    assert_eq!((best.name.as_str(), best.body.as_str()), ("North, German", body));
    assert!(desk.read(move |db| mailboxes::best(db, TextKind::Signature, None, "de")).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_does_not_exist_is_named_with_its_line() {
    let desk = TestDesk::start().await;
    let mut admin = desk.signed_in("root", Role::Admin).await;
    admin.get("/admin/mail/texts/new").await;
    let body = "Hello,\n\nnumber {{ticket.nummer}}";
    let fields = [("kind", "template"), ("name", "T"), ("team", ""), ("language", ""), ("body", body)];
    let page = admin.post("/admin/mail/texts", &fields).await;
    assert_eq!(page.status, 422);
    let wanted = "Line 3: there is no variable “ticket.nummer”. Did you mean ticket.number?";
    assert!(page.words().contains(wanted), "{}", page.words());
    assert_eq!(page.field("body"), body);
    for (name, value) in [("team", "999"), ("team", "x"), ("language", "xx"), ("kind", "poem")] {
        let mut fields = vec![("kind", "template"), ("name", "T"), ("team", ""), ("language", ""), ("body", "x")];
        fields.retain(|(field, _)| *field != name);
        fields.push((name, value));
        let page = admin.post("/admin/mail/texts", &fields).await;
        assert!(page.status == 422 && page.words().contains("Please choose one"), "{name} {value}: {}", page.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_changed_and_put_away() {
    let desk = TestDesk::start().await;
    let mut admin = desk.signed_in("root", Role::Admin).await;
    admin.get("/admin/mail/texts/new").await;
    let fields = |body| [("kind", "template"), ("name", "Thanks"), ("team", ""), ("language", ""), ("body", body)];
    admin.post("/admin/mail/texts", &fields("One")).await;
    let id = desk.read(mailboxes::all_texts).await[0].id;
    let at = format!("/admin/mail/texts/{id}");
    assert_eq!(admin.get(&at).await.field("body"), "One");
    admin.post(&at, &fields("Two")).await;
    assert_eq!(desk.read(move |db| mailboxes::text_by_id(db, id)).await.body, "Two");
    let page = admin.post(&format!("{at}/archive"), &[("on", "no")]).await;
    assert!(page.words().contains("The text is archived.") && page.words().contains("Archived"), "{}", page.words());
    assert!(desk.read(|db| mailboxes::best(db, TextKind::Template, None, "en")).await.is_none());
    admin.post(&format!("{at}/archive"), &[("on", "yes")]).await;
    assert!(desk.read(|db| mailboxes::best(db, TextKind::Template, None, "en")).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_variable_stands_in_a_real_letter_and_a_strangers_words_make_no_link() {
    let (desk, sink) = (desk().await, sink().await);
    let own = mailbox(&desk, MailboxCard { language: Some("de".into()), ..card(&sink) }).await;
    let ada = desk.agent("ada", Role::Agent).await;
    let body = "{{today}}\n\n{{ticket.state}}\n\n{{ticket.priority}}\n\n{{ticket.subject}}\n\nby {{agent.email}}";
    desk.act(move |act| {
        mailboxes::choose_notices(act, ada, "ada_x@staff.example", &[], ("", ""))?;
        for kind in [TextKind::Signature, TextKind::Acknowledgement] {
            let card = MailTextCard { kind, name: "T".into(), team: None, language: None, body: body.into() };
            mailboxes::keep_text(act, None, &card)?;
        }
        Ok(())
    })
    .await;
    let letter = mail("Erika <erika@x.example>", "[Pay](http://e.example) *now*", "", "It drips");
    let letter = format!("Authentication-Results: mx.desk.example; dmarc=pass header.from=x.example\n{letter}");
    let ticket = place(&take(&desk, &own, 1, &[&letter]).await[0]).0;
    let mut page = desk.sign_in("ada").await;
    let form = page.get(&format!("{}/answer", path(ticket))).await;
    assert!(form.words().contains("[Pay](http://e.example) *now*"), "as it will be read: {}", form.words());
    let fields = [("to", "erika@x.example"), ("subject", "Re: Pump"), ("body", "We come"), ("then", "waiting")];
    let answered = page.post(&format!("{}/answer", path(ticket)), &fields).await;
    assert_eq!(answered.status, 200, "{}", answered.words());
    desk.pass(11_000);
    desk.settle().await;
    let letters: Vec<String> =
        sink.taken().into_iter().map(|letter| String::from_utf8_lossy(&letter.octets).replace("=\r\n", "")).collect();
    assert_eq!(letters.len(), 2);
    for (letter, state, by) in [(&letters[0], "Neu", "by"), (&letters[1], "Wartet", "by ada_x@staff.example")] {
        for line in ["20.11.2026", state, "Normal", "[Pay](http://e.example) *now*", by] {
            assert!(letter.lines().any(|own| own.trim() == line), "{line}: {letter}");
        }
        assert!(!letter.contains(">Pay</a>") && !letter.contains("<em>now"), "{letter}");
    }
}
