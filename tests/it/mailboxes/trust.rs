//! Whom the desk believes: names that are borrowed, addresses that are smuggled in, agents whom nobody vouches for.

use deskbell::accounts::Role;
use deskbell::base::id::{AgentId, TicketId};
use deskbell::mailboxes::{self, Answer, Mailbox, MailboxCard, MutedFor, Participant};
use deskbell::tickets::{self, Correspondent, EntryKind, Status, TicketNumber};

use super::post::path;
use super::{card, desk, field, letters, mail, mailbox, place, sink, take};
use crate::desk::TestDesk;

const ERIKA: &str = "Erika Muster <erika@muster.example>";
const KNOWN: &str = "In-Reply-To: <first@muster.example>";
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Erika's first letter.
fn first() -> String {
    mail(ERIKA, "Pump", "Message-ID: <first@muster.example>", "It drips.")
}

/// A letter with what the own server found out about its sender, and with copies to somebody.
fn checked(results: &str, letter: &str) -> String {
    format!("Authentication-Results: mx.desk.example; {results}\n{letter}")
}

fn copied(to: &str, letter: &str) -> String {
    letter.replace("To: help@desk.example", &format!("To: help@desk.example\nCc: {to}"))
}

async fn participant(desk: &TestDesk, ticket: TicketId, address: &str) -> Option<Participant> {
    let all = desk.read(move |db| mailboxes::participants(db, ticket)).await;
    all.into_iter().find(|who| who.address == address)
}

async fn status(desk: &TestDesk, ticket: TicketId) -> Status {
    desk.read(move |db| tickets::by_id(db, ticket)).await.status
}

async fn oddities(desk: &TestDesk, ticket: TicketId) -> Vec<String> {
    letters(desk, ticket).await.pop().unwrap().letter.unwrap().oddities
}

#[tokio::test(flavor = "multi_thread")]
async fn a_borrowed_name_joins_nothing_and_brings_nobody_along() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first()]).await[0]);
    let number = TicketNumber::of(ticket);
    let forged = [
        mail(ERIKA, &format!("Re: Pump [#{number}]"), "", "Our bank has changed."),
        mail(ERIKA, "Re: Pump", KNOWN, "Our bank has changed."),
    ];
    for (n, letter) in forged.iter().enumerate() {
        for (at, failed) in
            ["dmarc=fail header.from=muster.example", "spf=fail smtp.mailfrom=muster.example"].iter().enumerate()
        {
            let uid = 10 + i64::try_from(2 * n + at).unwrap();
            let letter =
                checked(failed, &copied("eve@evil.example", &letter.replace("changed.", &format!("changed, {at}."))));
            let row = take(&desk, &inbox, uid, &[&letter]).await.remove(0);
            let (other, _) = place(&row);
            assert_ne!(other, ticket, "{letter}");
            assert!(oddities(&desk, other).await.contains(&"refuted".to_owned()));
            assert!(participant(&desk, other, "eve@evil.example").await.is_some_and(|eve| eve.verified_at.is_none()));
            let page = ada.get(&path(other)).await.words();
            assert!(page.contains("Sender check failed"), "{page}");
        }
    }
    assert_eq!(letters(&desk, ticket).await.len(), 1);
    assert!(participant(&desk, ticket, "eve@evil.example").await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_proven_joins_and_whom_he_names_is_written_to_by_nobody_unasked() {
    let (desk, sink) = (desk().await, sink().await);
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    for (n, authserv) in ["mx.desk.example", ""].into_iter().enumerate() {
        let own = format!("help{n}@desk.example");
        let inbox =
            mailbox(&desk, MailboxCard { address: own.clone(), authserv_id: authserv.into(), ..card(&sink) }).await;
        let id = format!("first{n}@muster.example");
        let to = |letter: String| letter.replace("help@desk.example", &own);
        let first = to(mail(ERIKA, "Pump", &format!("Message-ID: <{id}>"), "It drips."));
        let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first]).await[0]);
        let known = format!("In-Reply-To: <{id}>");
        let unproven = copied("eve@evil.example", &mail(ERIKA, "Re: Pump", &known, "Copy Eve."))
            .replace("help@desk.example", &own);
        assert_eq!(place(&take(&desk, &inbox, 2, &[&unproven]).await[0]).0, ticket);
        assert!(participant(&desk, ticket, "eve@evil.example").await.unwrap().verified_at.is_none());
        let all = ada.fragment(&format!("{}/answer?how=all", path(ticket))).await;
        assert!(all.field("to").contains("erika@") && all.field("cc").is_empty(), "{}", all.field("cc"));
        let words = ada.get(&path(ticket)).await.words();
        let said = words.contains("Sender not proven");
        assert_eq!(
            (said, words.contains("Sender not checked")),
            (!authserv.is_empty(), authserv.is_empty()),
            "{words}"
        );
        if said {
            let proven = to(copied("max@muster.example", &mail(ERIKA, "Re: Pump", &known, "Copy Max.")));
            let proven = checked("dmarc=pass header.from=muster.example", &proven);
            assert_eq!(place(&take(&desk, &inbox, 3, &[&proven]).await[0]).0, ticket);
            let all = ada.fragment(&format!("{}/answer?how=all", path(ticket))).await;
            assert_eq!(all.field("cc"), "max@muster.example");
        }
    }
}

/// The subjects of what went to somebody by itself.
fn told(sink: &crate::mail::sink::Sink, to: &str) -> Vec<String> {
    sink.taken().iter().filter(|letter| letter.to == [to]).map(|letter| field(&letter.octets, "subject")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_known_is_told_what_his_letter_was_about() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let ada = desk.agent("ada", Role::Agent).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first()]).await[0]);
    desk.settle().await;
    desk.pass(HOUR);
    take(&desk, &inbox, 2, &[&mail(ERIKA, "Second", "", "It drips again.")]).await;
    desk.settle().await;
    assert!(
        told(&sink, "erika@muster.example").iter().all(|subject| !subject.contains("Second")),
        "only the desk itself wrote"
    );

    let (post, own) = (desk.app().room.post.clone(), inbox.clone());
    let sent = desk.act_as(ada, move |act| {
        let ticket = tickets::by_id(act.db, ticket)?;
        let max = vec![Correspondent { name: String::new(), address: "max@muster.example".into() }];
        let answer = Answer { cc: max, ..mailboxes::to_customer(act.db, &ticket, "We come.")? };
        mailboxes::answer(act, &post, &own, &ticket, ada, &answer)
    });
    sent.await.unwrap();
    desk.settle().await;
    desk.pass(HOUR);
    let letters = [
        mail(ERIKA, "Third", "", "Known by our answer."),
        mail("max@muster.example", "Fourth", "", "Known by a copy of it."),
        checked("dmarc=pass header.from=new.example", &mail("ann@new.example", "Fifth", "", "Vouched for.")),
        mail("bob@new.example", "Sixth", "", "Not known."),
        checked("dmarc=fail header.from=muster.example", &mail("erika@muster.example", "Seventh", "", "Forged.")),
    ];
    for (letter, uid) in letters.iter().zip(10..) {
        take(&desk, &inbox, uid, &[letter]).await;
    }
    desk.settle().await;
    for (to, subject, is_told) in [
        ("erika@muster.example", "Third", true),
        ("max@muster.example", "Fourth", true),
        ("ann@new.example", "Fifth", true),
        ("bob@new.example", "Sixth", false),
        ("erika@muster.example", "Seventh", false),
    ] {
        let told = told(&sink, to);
        assert!(!told.is_empty() && told.iter().any(|told| told.contains(subject)) == is_told, "{to}: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_desks_that_face_each_other_stop_after_one_round() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let other = "Other desk <desk@other.example>";
    take(&desk, &inbox, 1, &[&mail(other, "Invoice", "", "Please pay.")]).await;
    desk.settle().await;
    let answer = told(&sink, "desk@other.example").remove(0);
    // One that keeps our subject joins by the number in it, and is told nothing more.
    let kept = mail(other, &format!("[Other #500] Received: {answer}"), "", "Thank you for your message.");
    take(&desk, &inbox, 2, &[&kept]).await;
    desk.settle().await;
    for n in 0..4_i64 {
        desk.pass(60_000);
        // A plain letter each time: nothing says that a program wrote it, or what it answers.
        let received = format!("[Other #{}] Your request was received", 501 + n);
        take(&desk, &inbox, 3 + n, &[&mail(other, &received, "", "Thank you for your message.")]).await;
        desk.settle().await;
    }
    assert_eq!(told(&sink, "desk@other.example").len(), 1);
    let state = desk.read(|db| mailboxes::address_state(db, "desk@other.example")).await;
    // At the third, a minute ago: people write a second letter as well.
    assert_eq!(state.muted_until_at, Some(desk.clock.now().plus_ms(DAY - 60_000)));
    assert_eq!(desk.number("SELECT count(*) AS number FROM events WHERE kind = 'mail_loop_seen'").await, 1);
    assert_eq!(super::ticket_count(&desk).await, 5, "nothing of it is lost");

    // After a day of silence it is a sender like others.
    desk.pass(DAY + HOUR);
    take(&desk, &inbox, 20, &[&mail(other, "Reminder", "", "You did not pay.")]).await;
    desk.settle().await;
    assert_eq!(told(&sink, "desk@other.example").len(), 2);
}

/// A mailbox of a team, and somebody in it who administers and hears of new tickets.
async fn watched(desk: &TestDesk, sink: &crate::mail::sink::Sink) -> Mailbox {
    let north = desk.team("North").await;
    let ada = desk.agent_in("ada", Role::Admin, &[north]).await;
    desk.act_as(ada, move |act| {
        mailboxes::choose_notices(act, ada, "ada@staff.example", mailboxes::NoticeKind::ALL, ("", ""))
    })
    .await
    .unwrap();
    mailbox(desk, MailboxCard { team: Some(north), ..card(sink) }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_a_second_letter_within_minutes_is_no_machine() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = watched(&desk, &sink).await;
    for (uid, subject) in ["Pump", "Lamp"].into_iter().enumerate() {
        take(&desk, &inbox, i64::try_from(uid).unwrap() + 1, &[&mail(ERIKA, subject, "", "It is broken.")]).await;
        hear(&desk).await;
        desk.pass(3 * 60_000);
    }
    let state = desk.read(|db| mailboxes::address_state(db, "erika@muster.example")).await;
    assert_eq!((state.muted_until_at, told(&sink, "erika@muster.example").len()), (None, 1), "one round, and no more");
    assert_eq!(told(&sink, "ada@staff.example").len(), 2, "her team hears of both");
    desk.pass(10 * 60_000);
    take(&desk, &inbox, 3, &[&mail(ERIKA, "Door", "", "It is broken.")]).await;
    hear(&desk).await;
    assert_eq!(told(&sink, "erika@muster.example").len(), 2, "she is answered as ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_who_is_muted_for_a_loop_hides_no_ticket_from_the_team() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = watched(&desk, &sink).await;
    // Anybody can write the last three in her name, as long as no server is asked.
    for (uid, subject) in ["Pump", "Lamp", "Door", "Roof", "Wall"].into_iter().enumerate() {
        take(&desk, &inbox, i64::try_from(uid).unwrap() + 1, &[&mail(ERIKA, subject, "", "It is broken.")]).await;
        hear(&desk).await;
        desk.pass(60_000);
    }
    let state = desk.read(|db| mailboxes::address_state(db, "erika@muster.example")).await;
    assert_eq!((state.muted_for, told(&sink, "erika@muster.example").len()), (Some(MutedFor::Loop), 1));
    assert_eq!(told(&sink, "ada@staff.example").len(), 5);
    let words = desk.sign_in("ada").await.get("/admin/mail").await.words();
    assert!(words.contains("answer by themselves what they are told") && !words.contains("great many"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_repeats_what_he_was_told_is_a_machine_at_once() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    take(&desk, &inbox, 1, &[&mail("desk@other.example", "Invoice", "", "Please pay.")]).await;
    desk.settle().await;
    desk.pass(60_000);
    take(&desk, &inbox, 2, &[&mail("desk@other.example", "Received: Your message has arrived", "", "Thanks.")]).await;
    desk.settle().await;
    let state = desk.read(|db| mailboxes::address_state(db, "desk@other.example")).await;
    assert_eq!((state.muted_for, told(&sink, "desk@other.example").len()), (Some(MutedFor::Loop), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn subjects_that_grow_make_a_loop() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let grown = ["Pump", "Re: Pump", "[#1232] Re: Re: Pump", "AW: [#1250] Pump [#77]"];
    // All at once: before anything was answered.
    let letters = grown.map(|subject| mail("desk@other.example", subject, "", "It was received."));
    take(&desk, &inbox, 1, &letters.each_ref().map(String::as_str)).await;
    let state = desk.read(|db| mailboxes::address_state(db, "desk@other.example")).await;
    assert!(state.muted_until_at.is_some());
    assert_eq!(desk.number("SELECT count(*) AS number FROM events WHERE kind = 'mail_loop_seen'").await, 1);
    let storms: Vec<String> =
        (0..60).map(|n| mail("desk@other.example", "Pump", "", &format!("Once more {n}"))).collect();
    let storms: Vec<&str> = storms.iter().map(String::as_str).collect();
    take(&desk, &inbox, 10, &storms).await;
    assert_eq!(desk.number("SELECT count(*) AS number FROM events WHERE kind = 'mail_storm_seen'").await, 1);
    desk.settle().await;
    assert_eq!(told(&sink, "desk@other.example").len(), 3);
}

/// Lets notices be written, and then go.
async fn hear(desk: &TestDesk) {
    desk.settle().await;
    desk.settle().await;
}

/// Gives an agent an address and all notices, and a ticket of Erika's to look after.
async fn listens(desk: &TestDesk, login: &str, ticket: TicketId) -> AgentId {
    let (agent, address) = (desk.agent(login, Role::Agent).await, format!("{login}@desk.example"));
    desk.act_as(agent, move |act| {
        mailboxes::choose_notices(act, agent, &address, mailboxes::NoticeKind::ALL, ("", ""))?;
        tickets::by_id(act.db, ticket)?.assign(act, Some(agent))
    })
    .await
    .unwrap();
    agent
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_whom_nobody_vouches_for_leaves_a_letter_and_does_nothing() {
    for authserv in ["mx.desk.example", ""] {
        let (desk, sink) = (desk().await, sink().await);
        let inbox = mailbox(&desk, MailboxCard { authserv_id: authserv.into(), ..card(&sink) }).await;
        let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first()]).await[0]);
        listens(&desk, "ada", ticket).await;
        take(&desk, &inbox, 2, &[&mail(ERIKA, "Re: Pump", KNOWN, "Still.")]).await;
        hear(&desk).await;
        let notice = sink.taken().into_iter().find(|letter| letter.to == ["ada@desk.example"]).unwrap().octets;
        let (reply_to, id) = (field(&notice, "reply-to"), field(&notice, "message-id"));
        let text = String::from_utf8_lossy(&notice).into_owned();
        assert_eq!(
            (reply_to.contains("+t"), text.contains("your answer becomes a")),
            (!authserv.is_empty(), !authserv.is_empty()),
            "{text}"
        );

        // She answers as her program makes it, and nobody says that it is her.
        for (at, close) in [(10, false), (11, true), (12, true)] {
            if close {
                desk.act(move |act| tickets::by_id(act.db, ticket)?.set_status(act, Status::Closed)).await;
            }
            if at == 12 {
                desk.pass(30 * DAY);
            }
            let before = status(&desk, ticket).await;
            let letter = mail(
                "Ada <ada@desk.example>",
                &format!("Re: Pump {at}"),
                &format!("In-Reply-To: {id}"),
                "#status open\n\nI go there.",
            );
            let letter = match reply_to.split(['<', '>']).find(|part| part.contains('@')) {
                Some(token) => letter.replace("To: help@desk.example", &format!("To: {token}")),
                None => letter,
            };
            assert_eq!(place(&take(&desk, &inbox, at, &[&letter]).await[0]).0, ticket);
            assert_eq!(status(&desk, ticket).await, before);
            assert_eq!(oddities(&desk, ticket).await, ["unproven"]);
        }
        assert!(participant(&desk, ticket, "ada@desk.example").await.is_none());
        let mut bob = desk.signed_in("bob", Role::Agent).await;
        let page = bob.get(&path(ticket)).await.words();
        assert!(page.contains("Sender not proven") && !page.contains("another sender"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_with_a_right_token_opens_nothing_again() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first()]).await[0]);
    desk.settle().await;
    let told = sink.taken().pop().unwrap().octets;
    let (token, id) = (field(&told, "reply-to"), field(&told, "message-id"));
    let token = token.split(['<', '>']).find(|part| part.contains("+t")).unwrap();
    desk.act(move |act| tickets::by_id(act.db, ticket)?.close(act)).await;
    let by_token = mail("Eve <eve@evil.example>", "Hello", "", "Let me in.")
        .replace("To: help@desk.example", &format!("To: {token}"));
    let by_id = mail("Eve <eve@evil.example>", "Hello", &format!("In-Reply-To: {id}"), "Let me in.");
    for (letter, uid) in [by_token, by_id].iter().zip(2..) {
        assert_eq!(place(&take(&desk, &inbox, uid, &[letter]).await[0]).0, ticket);
        assert!(letters(&desk, ticket).await.pop().unwrap().letter.unwrap().is_unverified);
        assert_eq!(status(&desk, ticket).await, Status::Closed);
    }
    let by_her = mail(ERIKA, "Hello", &format!("In-Reply-To: {id}"), "It drips again.");
    take(&desk, &inbox, 10, &[&by_her]).await;
    assert_eq!(status(&desk, ticket).await, Status::Open);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_names_a_ticket_of_others_gets_one_of_his_own_and_is_told_so() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first()]).await[0]);
    let number = TicketNumber::of(ticket);
    let eve = mail("Eve <eve@evil.example>", &format!("Re: Pump [#{number}]"), "", "What is it about?");
    let (own, _) = place(&take(&desk, &inbox, 2, &[&eve]).await[0]);
    let found = desk.read(move |db| tickets::by_id(db, own)).await;
    assert_eq!((own == ticket, found.parent_id), (false, None));
    desk.settle().await;
    let told = told(&sink, "eve@evil.example");
    assert!(
        told.len() == 1 && told[0].contains(&TicketNumber::of(own).to_string()) && !told[0].contains("Pump"),
        "{told:?}"
    );
    let page = ada.get(&path(own)).await.words();
    assert!(page.contains(&format!("names ticket {number}")), "{page}");
    assert!(!ada.get(&path(ticket)).await.words().contains(&TicketNumber::of(own).to_string()));
}

/// What a late answer by the customer to a letter of ours becomes.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_is_acknowledged_as_well() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first()]).await[0]);
    desk.settle().await;
    let id = field(&sink.taken().pop().unwrap().octets, "message-id");
    desk.act(move |act| tickets::by_id(act.db, ticket)?.close(act)).await;
    desk.pass(15 * DAY);
    let late = mail(ERIKA, "Re: Your message has arrived", &format!("In-Reply-To: {id}"), "It drips again.");
    let (next, _) = place(&take(&desk, &inbox, 2, &[&late]).await[0]);
    assert_eq!(desk.read(move |db| tickets::by_id(db, next)).await.parent_id, Some(ticket));
    desk.settle().await;
    let told = told(&sink, "erika@muster.example");
    assert!(told.len() == 2 && told[1].contains(&TicketNumber::of(next).to_string()), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_learned_from_every_letter_of_who_takes_part() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first()]).await[0]);
    let signed = |number: &str| format!("It drips.\n\nErika\n-- \nErika Muster\nTel. {number}");
    let letters = [
        mail(ERIKA, "Re: Pump", KNOWN, &signed("+49 30 901820-14")),
        checked("dmarc=fail header.from=muster.example", &mail(ERIKA, "Re: Pump", KNOWN, &signed("+49 30 901820-66"))),
        mail(ERIKA, "Away", &format!("{KNOWN}\nAuto-Submitted: auto-replied"), &signed("+49 30 901820-77")),
    ];
    for (letter, uid) in letters.iter().zip(2..) {
        take(&desk, &inbox, uid, &[letter]).await;
    }
    let person = desk.read(move |db| tickets::by_id(db, ticket)).await.requester_id.unwrap();
    let numbers = desk.read(move |db| deskbell::people::person_by_id(db, person)).await.numbers;
    assert!(numbers.len() == 1 && numbers[0].is_maybe() && numbers[0].number_key.ends_with("90182014"), "{numbers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_agent_ordered_by_mail_stands_in_the_history_done_or_not() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let mut bob = desk.signed_in("bob", Role::Agent).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first()]).await[0]);
    let ada = listens(&desk, "ada", ticket).await;
    take(&desk, &inbox, 2, &[&mail(ERIKA, "Re: Pump", KNOWN, "Still.")]).await;
    hear(&desk).await;
    let notice = sink.taken().into_iter().find(|letter| letter.to == ["ada@desk.example"]).unwrap().octets;
    let token = field(&notice, "reply-to");
    let token = token.split(['<', '>']).find(|part| part.contains("+t")).unwrap().to_owned();
    let ordered = |subject: &str, body: &str| {
        let letter = mail("Ada <ada@desk.example>", subject, "", body);
        let letter = letter.replace("To: help@desk.example", &format!("To: {token}"));
        checked("dmarc=pass header.from=desk.example", &letter)
    };
    let body = "#public\n#status solved\n#assign nobody-of-that-name\n#priority sky-high\n\nWe come at noon.";
    let row = take(&desk, &inbox, 10, &[&ordered("One", body)]).await.remove(0);
    let (_, entry) = place(&row);
    assert_eq!(status(&desk, ticket).await, Status::Closed);
    let entries = desk.read(move |db| tickets::entries_of(db, ticket)).await;
    let letter = entries.iter().find(|own| own.id == entry).unwrap();
    assert_eq!((letter.kind, letter.body.as_str(), letter.author), (EntryKind::Letter, "We come at noon.", Some(ada)));
    let note = entries.last().unwrap();
    assert_eq!(
        (note.kind, note.body.as_str()),
        (
            EntryKind::Note,
            "✗ #assign nobody-of-that-name: no agent has this user name; say one, me or nobody\n\
             ✗ #priority sky-high: there is no such priority; say low, normal, high or urgent"
        )
    );
    let page = bob.get(&path(ticket)).await.words();
    assert!(page.contains("ordered by mail: #status solved, #public"), "{page}");
    assert!(page.contains("could not be done: #assign nobody-of-that-name, #priority sky-high"), "{page}");
    desk.settle().await;
    let sent = sink.taken().into_iter().rfind(|letter| letter.to == ["erika@muster.example"]).unwrap().octets;
    assert!(!String::from_utf8_lossy(&sent).contains("sky-high"), "the customer reads none of it");

    // An answer that can't go is kept as a note, and says so.
    desk.sql("INSERT INTO mail_addresses (address, hard_bounces, soft_bounces, undeliverable_at, reason, updated_at) VALUES ('erika@muster.example', 2, 0, 1, '', 1)").await;
    let row = take(&desk, &inbox, 11, &[&ordered("Two", "#public\n\nAre you there?")]).await.remove(0);
    let (_, entry) = place(&row);
    let note = desk.read(move |db| tickets::entry_of(db, ticket, entry)).await.unwrap();
    let says_why =
        note.body.starts_with("Are you there?\n\n✗ #public: ") && note.body.contains("came back several times");
    assert_eq!((note.kind, says_why), (EntryKind::Note, true), "{}", note.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_letter_to_two_mailboxes_is_no_loop() {
    let (desk, sink) = (desk().await, sink().await);
    let help = mailbox(&desk, card(&sink)).await;
    let sales = mailbox(&desk, MailboxCard { address: "sales@desk.example".into(), ..card(&sink) }).await;
    let both = first().replace("To: help@desk.example", "To: help@desk.example, sales@desk.example");
    take(&desk, &help, 1, &[&both]).await;
    desk.settle().await;
    take(&desk, &sales, 1, &[&both]).await;
    desk.settle().await;
    let state = desk.read(|db| mailboxes::address_state(db, "erika@muster.example")).await;
    assert_eq!((state.muted_until_at, told(&sink, "erika@muster.example").len()), (None, 2));
}
