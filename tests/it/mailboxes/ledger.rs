//! The ledger as admins see it: every mail has a line, what nobody could read is looked after.

use deskbell::accounts::Role;
use deskbell::events::{self, Actor, Event, Subject};
use deskbell::mailboxes::{self, MailboxCard, Outcome};
use deskbell::tickets::{self, TicketNumber};

use super::laid::{mail, today};
use crate::desk::TestDesk;

/// A file that is no mail: not a single header field.
const POISON: &str = "\u{1}\u{2} <script>alert(1)</script> this is no mail\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_mail_is_set_aside_and_its_neighbours_are_tickets() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let (one, two) = (today("ada@example.com", "Pump drips", "1@x"), today("bob@example.com", "No light", "2@x"));
    desk.deliver(&mailbox, &[&one, POISON, "", &two]).await;
    let outcomes: Vec<Outcome> = desk.ledger().await.iter().map(|row| row.outcome).collect();
    let set_aside = Outcome::Quarantined;
    assert_eq!(outcomes, [Outcome::Entry, set_aside, set_aside, Outcome::Entry]);
    let mut admin = desk.signed_in("root", Role::Admin).await;
    let page = admin.get("/admin/mail/ledger").await;
    for words in ["Pump drips", "No light", "2 mails could not be read.", "It has no header", "It is empty."] {
        assert!(page.words().contains(words), "{words}: {}", page.words());
    }
    let badge = admin.fragment("/admin/mail/quarantined").await;
    assert!(badge.text.starts_with('2'), "{}", badge.text);
    assert_eq!(admin.get("/admin/mail/quarantined").await.path, "/admin/mail/ledger?outcome=quarantined");
    let narrow = admin.fragment("/admin/mail/ledger?outcome=quarantined").await;
    assert!(!narrow.text.contains("Pump drips") && narrow.text.contains("It is empty."));
    assert!(!narrow.text.contains("<html"), "a part alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_asks_what_became_of_a_mail() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let (one, two) =
        (today("ada@example.com", "Pump drips", "first@x"), today("bob@example.com", "No light", "second@x"));
    desk.deliver(&mailbox, &[&one, &two]).await;
    let mut admin = desk.signed_in("root", Role::Admin).await;
    for (question, found, not) in [
        ("ada@example.com", "Pump drips", "No light"),
        ("ADA@example.com", "Pump drips", "No light"),
        ("%3Csecond%40x%3E", "No light", "Pump drips"),
        ("second%40x", "No light", "Pump drips"),
        ("no+li", "No light", "Pump drips"),
    ] {
        let page = admin.get(&format!("/admin/mail/ledger?q={question}")).await;
        assert!(page.text.contains(found) && !page.text.contains(not), "{question}: {}", page.words());
    }
    let none = admin.get("/admin/mail/ledger?q=nobody").await;
    assert!(none.words().contains("No mail like this"), "{}", none.words());
    let page = admin.get(&format!("/admin/mail/ledger?mailbox={}&outcome=entry", mailbox.id)).await;
    assert!(page.text.contains("Pump drips") && page.text.contains("/t/"), "with a way to its ticket");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_found_by_any_part_of_its_own_subject() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let subjects = ["=?utf-8?q?=C3=9Cbergabe_der_STRASSE?=", "50% off_now", "50 and off now", "a\\b"];
    let mails: Vec<String> =
        (0..).zip(subjects).map(|(n, subject)| today("ada@x.example", subject, &format!("{n}@x"))).collect();
    desk.deliver(&mailbox, &mails.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for (question, numbers) in [
        ("\u{dc}bergabe", &[0][..]),
        ("\u{fc}BERGABE der strasse", &[0]),
        ("50%", &[1]),
        ("off_", &[1]),
        ("OFF", &[1, 2]),
        ("a\\", &[3]),
        ("x.EXAM", &[0, 1, 2, 3]),
        ("%", &[1]),
    ] {
        let rows = desk.read(move |db| mailboxes::find_inbound(db, question, 50)).await;
        let mut found: Vec<i64> = rows.iter().map(|row| row.uid - 1).collect();
        found.sort();
        assert_eq!(found, numbers, "{question}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_one_mailbox_is_not_hidden_by_the_mails_of_another() {
    let desk = TestDesk::start().await;
    let busy = desk.mailbox().await;
    let row = |mailbox, uid, outcome: &str, n: u32| {
        format!(
            "({mailbox}, 'INBOX', 7, {uid}, '{n}@y', 'ada@x.example', 'Report {n}', 'report {n}', 0, '{outcome}', '', 0, {n}, 0)"
        )
    };
    let quiet = desk
        .act(|act| {
            let mut card =
                MailboxCard { name: "Sales".into(), address: "sales@example.org".into(), ..Default::default() };
            card.imap.host = "imap.example.org".into();
            mailboxes::add_mailbox(act, &card)
        })
        .await;
    let mut rows = vec![row(quiet, 1, "refused", 0)];
    rows.extend((1..=300).map(|n| row(busy.id, n, "entry", n)));
    desk.sql(&format!(
        "INSERT INTO inbound_mails (mailbox_id, folder, uid_validity, uid, message_id, sender, subject, searched, size_bytes, \
         outcome, reason, attempts, seen_at, settled_at) VALUES {}",
        rows.join(", ")
    ))
    .await;
    let mut admin = desk.signed_in("root", Role::Admin).await;
    for query in [format!("q=report&mailbox={quiet}"), "q=ada%40x.example&outcome=refused".into()] {
        let page = admin.get(&format!("/admin/mail/ledger?{query}")).await;
        assert!(page.words().contains("Report 0") && !page.words().contains("Report 1"), "{query}: {}", page.words());
        assert!(page.words().contains("in the newest 50,000"), "its bounds are said: {}", page.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_ledger_comes_page_by_page() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let mails: Vec<String> =
        (0..60).map(|n| today("ada@example.com", &format!("Number {n:02}"), &format!("{n}@x"))).collect();
    desk.deliver(&mailbox, &mails.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut admin = desk.signed_in("root", Role::Admin).await;
    let first = admin.get("/admin/mail/ledger").await;
    assert!(first.text.contains("Number 59") && first.text.contains("Number 10") && !first.text.contains("Number 09"));
    let next = first.text.split("href=\"").find(|link| link.contains("after=")).unwrap().split('"').next().unwrap();
    let second = admin.get(&next.replace("&amp;", "&")).await;
    assert!(
        second.text.contains("Number 09") && second.text.contains("Number 00") && !second.text.contains("Number 10")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mail_is_shown_harmlessly_and_can_be_had_as_it_came() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let text =
        mail("ada@example.com", "<b>Hi</b>", "1@x", "Fri, 20 Nov 2026 11:00:00 +0000", "X-Odd: <script>\u{202e}x\r\n");
    desk.deliver(&mailbox, &[&text]).await;
    let mut admin = desk.signed_in("root", Role::Admin).await;
    let id = desk.ledger().await[0].id;
    let page = admin.get(&format!("/admin/mail/ledger/{id}")).await;
    assert!(page.text.contains("X-Odd: &lt;script&gt;x"), "{}", page.text);
    assert!(page.words().contains("INBOX · UID 1") && page.words().contains("It is in a ticket."), "{}", page.words());
    assert!(!page.text.contains("The text of"), "its header alone");
    assert!(!page.text.contains("/refuse"), "there is nothing to decide");
    let raw = admin.get(&format!("/admin/mail/ledger/{id}/raw")).await;
    assert_eq!(raw.text, text);
    assert!(raw.header("content-disposition").starts_with(&format!("attachment; filename=\"mail-{id}.eml\"")));
    assert_eq!(raw.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(
        (raw.header("x-content-type-options"), raw.header("content-type")),
        ("nosniff", "application/octet-stream")
    );
    let mut agent = desk.signed_in("agent", Role::Agent).await;
    assert_eq!(agent.get(&format!("/admin/mail/ledger/{id}/raw")).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_aside_is_read_again_in_the_name_of_who_asked() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let id = desk.set_aside(&mailbox, 1, &today("ada@example.com", "Pump drips", "1@x")).await;
    let root = desk.agent("root", Role::Admin).await;
    let mut admin = desk.sign_in("root").await;
    admin.get("/admin/mail/ledger").await;
    let page = admin.post(&format!("/admin/mail/ledger/{id}/retry"), &[]).await;
    assert!(page.words().contains("The mail was read.") && page.words().contains("In a ticket"), "{}", page.words());
    let history = desk.read(move |db| events::history_of(db, Subject::Mailbox(mailbox.id), 100)).await;
    let asked = history.iter().find(|record| matches!(record.event, Event::MailReopened { .. })).unwrap();
    assert_eq!(asked.actor, Some(Actor::Agent(root)));
    let again = admin.post(&format!("/admin/mail/ledger/{id}/retry"), &[]).await;
    assert_eq!(again.status, 404, "it is set aside no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_made_of_what_can_be_told() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    let text = "From: Ada <ada@example.com>\r\nSubject: Pump drips\r\nMessage-ID: <1@x>\r\n\r\nHello\u{202e} there\r\n";
    let id = desk.set_aside(&mailbox, 1, text).await;
    let root = desk.agent("root", Role::Admin).await;
    let mut admin = desk.sign_in("root").await;
    admin.get("/admin/mail/ledger").await;
    let page = admin.post(&format!("/admin/mail/ledger/{id}/ticket"), &[]).await;
    assert!(page.path.starts_with("/t/") && page.words().contains("was made of the mail"), "{}", page.words());
    let row = desk.ledger().await.remove(0);
    let (ticket, entry) = (row.ticket.unwrap(), row.entry.unwrap());
    assert_eq!((row.outcome, row.reason.as_str()), (Outcome::Entry, "mail-reason-by-hand"));
    let (found, files) =
        desk.read(move |db| Ok((tickets::by_id(db, ticket)?, tickets::attachments_of(db, ticket)?))).await;
    assert_eq!((found.subject.as_str(), found.caller.as_str()), ("Pump drips", "ada@example.com"));
    assert_eq!((files.len(), files[0].entry, files[0].name.as_str()), (1, Some(entry), "mail-1.eml"));
    let history = desk.read(move |db| events::history_of(db, Subject::Ticket(ticket), 100)).await;
    assert!(history.iter().all(|record| record.actor == Some(Actor::Agent(root))), "all of it in the actor's name");
    assert_eq!(desk.number("SELECT count(*) AS number FROM outbound_mails").await, 0, "and nobody is answered");
    let late = admin.post(&format!("/admin/mail/ledger/{id}/refuse"), &[("reason", "spam")]).await;
    assert_eq!(late.status, 409, "{}", late.words());
    assert!(page.path.ends_with(&TicketNumber::of(ticket).to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_let_be_with_a_reason() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    desk.deliver(&mailbox, &[POISON]).await;
    let id = desk.ledger().await[0].id;
    let root = desk.agent("root", Role::Admin).await;
    let mut admin = desk.sign_in("root").await;
    admin.get("/admin/mail/ledger").await;
    let at = format!("/admin/mail/ledger/{id}/refuse");
    let bare = admin.post(&at, &[("reason", "  ")]).await;
    assert!(bare.status == 422 && bare.words().contains("Please fill this in."), "{}", bare.words());
    let page = admin.post(&at, &[("reason", "A test of <b>ours</b>")]).await;
    assert!(
        page.text.contains("A test of &lt;b&gt;ours&lt;/b&gt;") && page.words().contains("Not taken"),
        "{}",
        page.words()
    );
    let history = desk.read(move |db| events::history_of(db, Subject::Mailbox(mailbox.id), 100)).await;
    let refused = |event: &Event| matches!(event, Event::MailTaken { outcome, .. } if outcome == "refused");
    assert_eq!(history.iter().find(|r| refused(&r.event)).unwrap().actor, Some(Actor::Agent(root)));
    assert_eq!(admin.fragment("/admin/mail/quarantined").await.text, "", "nothing waits any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_shows_the_ledger_and_looks_after_what_was_set_aside() {
    let desk = TestDesk::start().await;
    let mailbox = desk.mailbox().await;
    desk.deliver(&mailbox, &[&today("ada@example.com", "Pump drips", "1@x"), POISON]).await;
    let text = today("bob@example.com", "No light", "2@x");
    let id = desk.set_aside(&mailbox, 9, &text).await.to_string();
    let run = |args: &[&str]| {
        let output = desk.cli(args, "");
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, out, err) = run(&["mail", "ledger", "--find", "ada@example.com", "--json"]);
    let rows: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert_eq!((code, &rows[0]["subject"], rows[1].is_null()), (Some(0), &"Pump drips".into(), true));
    let (_, out, _) = run(&["mail", "quarantine", "list"]);
    assert!(out.contains("It has no header") && !out.contains("Pump drips"), "{out}");
    assert_eq!(run(&["mail", "quarantine", "show", &id]).1, text);
    let (code, out, err) = run(&["mail", "quarantine", "retry", &id]);
    assert_eq!((code, out.as_str()), (Some(0), "entry\n"), "{err}");
    let (code, _, err) = run(&["mail", "quarantine", "retry", &id]);
    assert!(code == Some(1) && err.contains("is set aside"), "{err}");
    assert_eq!(run(&["mail", "ledger", "--outcome", "lost"]).0, Some(2));
    let (code, _, err) = run(&["mail", "test", "nobody@example.org"]);
    assert!(code == Some(1) && err.contains("help@example.org"), "it says which there are: {err}");
}
