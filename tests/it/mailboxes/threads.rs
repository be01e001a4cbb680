//! Which ticket a letter joins: what cannot be guessed decides, and who writes.

use deskbell::accounts::Role;
use deskbell::base::EmailAddress;
use deskbell::base::id::{AgentId, TicketId};
use deskbell::mail::token::Recipient;
use deskbell::mailboxes::{self, Answer, Mailbox, MailboxCard, Outcome};
use deskbell::tickets::{self, Correspondent, EntryKind, Status, TicketNumber};

use super::{card, desk, field, letters, mail, mailbox, place, sink, take, ticket_count};
use crate::desk::TestDesk;

pub(super) const ERIKA: &str = "Erika Muster <erika@muster.example>";
const DAY: i64 = 86_400_000;

/// Answers a ticket in the name of an agent.
pub(super) async fn answer(desk: &TestDesk, inbox: &Mailbox, ticket: TicketId, agent: AgentId, body: &str) {
    let (post, inbox, body) = (desk.app().room.post.clone(), inbox.clone(), body.to_owned());
    desk.act_as(agent, move |act| {
        let ticket = tickets::by_id(act.db, ticket)?;
        let answer = mailboxes::to_customer(act.db, &ticket, &body)?;
        mailboxes::answer(act, &post, &inbox, &ticket, agent, &answer)
    })
    .await
    .unwrap();
    desk.settle().await;
}

async fn status(desk: &TestDesk, ticket: TicketId) -> Status {
    desk.read(move |db| tickets::by_id(db, ticket)).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_out_threaded_and_its_answer_comes_home() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let ada = desk.agent("ada", Role::Agent).await;
    let first = mail(ERIKA, "Pump", "Message-ID: <first@muster.example>", "It drips.");
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first]).await[0]);
    desk.settle().await;
    answer(&desk, &inbox, ticket, ada, "We *come* on Monday.").await;
    let sent = sink.taken().pop().unwrap().octets;
    assert_eq!(field(&sent, "to"), "\"Erika Muster\" <erika@muster.example>");
    assert!(field(&sent, "references").contains("<first@muster.example>"), "{}", String::from_utf8_lossy(&sent));
    assert!(field(&sent, "subject").contains("Pump") && field(&sent, "auto-submitted").is_empty());
    let entry = letters(&desk, ticket).await.pop().unwrap();
    assert_eq!(entry.letter.unwrap().delivery.unwrap().state, "sent");
    assert_eq!(status(&desk, ticket).await, Status::Open);

    // By the token alone, from the same address: with nothing else that threads.
    let to = field(&sent, "reply-to");
    let to = to.rsplit_once('<').map_or(to.as_str(), |(_, rest)| rest.trim_end_matches('>'));
    assert!(to.starts_with("help+t"), "{to}");
    desk.act(move |act| tickets::by_id(act.db, ticket)?.set_status(act, Status::Waiting)).await;
    let back =
        mail(ERIKA, "something else", "", "Monday is fine.").replace("To: help@", &format!("To: {to}\nCc: help@"));
    assert_eq!(place(&take(&desk, &inbox, 2, &[&back]).await[0]).0, ticket);
    assert_eq!(status(&desk, ticket).await, Status::Open, "who waited is heard");

    // By our Message-ID alone.
    let id = field(&sent, "message-id");
    let back = mail("E. <erika@work.example>", "Pump", &format!("In-Reply-To: {id}"), "From work.");
    assert_eq!(place(&take(&desk, &inbox, 3, &[&back]).await[0]).0, ticket);
    let last = letters(&desk, ticket).await.pop().unwrap().letter.unwrap();
    assert!(last.is_unverified, "another address is known, not trusted");
    // By her own Message-ID, and by the number in the subject.
    let number = TicketNumber::of(ticket);
    let back = [
        mail(ERIKA, "Pump", "References: <first@muster.example>", "And one more."),
        mail(ERIKA, &format!("Question [#{number}]"), "", "By number."),
    ];
    for row in take(&desk, &inbox, 4, &[&back[0], &back[1]]).await {
        assert_eq!(place(&row).0, ticket);
    }
    assert_eq!(ticket_count(&desk).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_can_be_guessed_joins_a_ticket() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let ada = desk.agent("ada", Role::Agent).await;
    let first = mail(ERIKA, "Pump", "Message-ID: <first@muster.example>", "It drips.");
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first]).await[0]);
    answer(&desk, &inbox, ticket, ada, "We come.").await;
    let sent = sink.taken().pop().unwrap().octets;
    let (id, token) = (field(&sent, "message-id"), field(&sent, "reply-to"));
    let token = token.rsplit_once('<').map_or(token.as_str(), |(_, rest)| rest.trim_end_matches('>')).to_owned();
    let eve = "Eve <eve@evil.example>";
    let number = TicketNumber::of(ticket);
    let bend = |text: &str, at: usize| {
        let mut chars: Vec<char> = text.chars().collect();
        chars[at] = if chars[at] == 'a' { 'b' } else { 'a' };
        chars.into_iter().collect::<String>()
    };
    let mac_at = id.find('@').unwrap() - 3;
    let token_at = token.find('@').unwrap() - 3;
    let forged = [
        mail(eve, &format!("Re: Pump [#{number}]"), "", "By number."),
        mail(eve, "Pump", &format!("In-Reply-To: {}", bend(&id, mac_at)), "By a bent id."),
        mail(eve, "Pump", "References: <first@muster.example>", "By her id, read in an archive."),
        mail(eve, "Pump", "", "By a bent token.")
            .replace("To: help@", &format!("To: {}\nCc: help@", bend(&token, token_at))),
        mail(eve, "Pump", "", "By a short one.")
            .replace("To: help@", &format!("To: help+t{}@desk.example\nCc: help@", ticket.0)),
        mail(eve, "Pump", "In-Reply-To: \nReferences: <>", "By nothing."),
        mail(eve, "Pump", "", &format!("In the text: {token} {id}")),
    ];
    for (at, letter) in forged.iter().enumerate() {
        let row = take(&desk, &inbox, 10 + i64::try_from(at).unwrap(), &[letter]).await.remove(0);
        assert_ne!(place(&row).0, ticket, "{letter}");
    }
    assert_eq!(letters(&desk, ticket).await.len(), 2);
    let parts = desk.read(move |db| tickets::parts_of(db, ticket, 10)).await;
    assert!(parts.is_empty(), "who names a ticket has no say in it: {parts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_passed_on_begins_anew_and_an_answer_that_quotes_such_joins() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let first = mail(ERIKA, "Pump", "Message-ID: <first@muster.example>", "It drips.");
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first]).await[0]);
    let quoting = "Still drips.\r\n\r\n---------- Forwarded message ----------\r\nFrom: Max\r\n\r\nHeard it too.";
    let known = "In-Reply-To: <first@muster.example>";
    for (uid, subject, joins) in
        [(2, "Re: Fwd: Pump", true), (3, "AW: Pump", true), (4, "Fwd: Pump", false), (5, "WG: Pump", false)]
    {
        let row = take(&desk, &inbox, uid, &[&mail(ERIKA, subject, known, quoting)]).await.remove(0);
        assert_eq!(place(&row).0 == ticket, joins, "{subject}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_tickets_reopen_for_a_while_and_not_for_machines() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let first = mail(ERIKA, "Pump", "Message-ID: <first@muster.example>", "It drips.");
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first]).await[0]);
    desk.settle().await;
    let close = || desk.act(move |act| tickets::by_id(act.db, ticket)?.close(act));
    close().await;
    let thread = "In-Reply-To: <first@muster.example>";
    let away = mail(ERIKA, "Automatic reply: Pump", &format!("{thread}\nAuto-Submitted: auto-replied"), "Away.");
    assert_eq!(place(&take(&desk, &inbox, 2, &[&away]).await[0]).0, ticket);
    assert_eq!(status(&desk, ticket).await, Status::Closed, "an absence note opens nothing");
    desk.pass(13 * DAY);
    take(&desk, &inbox, 3, &[&mail(ERIKA, "Re: Pump", thread, "Again.")]).await;
    assert_eq!(status(&desk, ticket).await, Status::Open);
    close().await;
    desk.pass(15 * DAY);
    let row = take(&desk, &inbox, 4, &[&mail(ERIKA, "Re: Pump", thread, "Once more.")]).await.remove(0);
    let (second, _) = place(&row);
    let next = desk.read(move |db| tickets::by_id(db, second)).await;
    assert_eq!((next.parent_id, status(&desk, ticket).await), (Some(ticket), Status::Closed));
    desk.settle().await;
    let told: Vec<String> = sink.taken().iter().map(|letter| field(&letter.octets, "subject")).collect();
    assert!(told.len() == 2 && told[1].contains(&TicketNumber::of(second).to_string()), "{told:?}");
}

/// What a server says when a letter with this id did not reach these.
pub(super) fn bounce(id: &str, n: usize, to: &str) -> String {
    let failed = |to: &str| {
        format!(
            "Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\
             Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
        )
    };
    let failed: String = to.split(' ').map(failed).collect();
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: help@desk.example\nSubject: Undelivered Mail\nMessage-ID: <b{n}@mx.example>\n\
         Date: Fri, 20 Nov 2026 11:00:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nIt did not arrive.\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example\n\n{failed}--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {id}\n\n--b--\n"
    )
}

pub(super) async fn hard_bounces(desk: &TestDesk, address: &'static str) -> i64 {
    desk.read(move |db| mailboxes::address_state(db, address)).await.hard_bounces
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_silences_only_whom_our_letter_went_to_and_only_with_its_mark() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let ada = desk.agent("ada", Role::Agent).await;
    let first = mail(ERIKA, "Pump", "Message-ID: <first@muster.example>", "It drips.");
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&first]).await[0]);
    desk.settle().await;
    let (post, own) = (desk.app().room.post.clone(), inbox.clone());
    let sent = desk.act_as(ada, move |act| {
        let ticket = tickets::by_id(act.db, ticket)?;
        let max = vec![Correspondent { name: String::new(), address: "max@muster.example".into() }];
        let answer = Answer { cc: max, ..mailboxes::to_customer(act.db, &ticket, "We come.")? };
        mailboxes::answer(act, &post, &own, &ticket, ada, &answer)
    });
    let letter = sent.await.unwrap().mail;
    desk.settle().await;

    // Anybody can write a bounce, and know what stands in an archive.
    for (n, id) in ["<elsewhere@other.example>", "<first@muster.example>", "<x@desk.example>", ""].iter().enumerate() {
        let forged = bounce(id, n, "erika@muster.example max@muster.example");
        take(&desk, &inbox, 10 + i64::try_from(n).unwrap(), &[&forged]).await;
    }
    assert_eq!(
        (hard_bounces(&desk, "erika@muster.example").await, hard_bounces(&desk, "max@muster.example").await),
        (0, 0)
    );

    // A true one speaks of those to whom the letter went, the second as well as the first, and of nobody else.
    let id = field(&sink.taken().pop().unwrap().octets, "message-id");
    let row = take(&desk, &inbox, 20, &[&bounce(&id, 20, "max@muster.example boss@bank.example")]).await.remove(0);
    assert_eq!(place(&row).0, ticket);
    assert_eq!(
        (hard_bounces(&desk, "max@muster.example").await, hard_bounces(&desk, "boss@bank.example").await),
        (1, 0)
    );
    let to = desk.app().room.post.keys.return_path(&inbox.address().unwrap(), letter.0).unwrap();
    let by_path = bounce("", 21, "max@muster.example").replace("To: help@desk.example", &format!("To: {to}"));
    assert_eq!(place(&take(&desk, &inbox, 21, &[&by_path]).await[0]).0, ticket);
    let state = desk.read(|db| mailboxes::address_state(db, "max@muster.example")).await;
    assert!(state.hard_bounces == 1 && state.undeliverable_at.is_none(), "one letter counts once: {state:?}");
    assert_eq!(hard_bounces(&desk, "erika@muster.example").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bounces_find_their_ticket_and_silence_the_address() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let ada = desk.agent("ada", Role::Agent).await;
    let (ticket, _) = place(&take(&desk, &inbox, 1, &[&mail(ERIKA, "Pump", "", "It drips.")]).await[0]);
    desk.act(move |act| tickets::by_id(act.db, ticket)?.close(act)).await;
    for n in 0..2 {
        answer(&desk, &inbox, ticket, ada, &format!("Are you there? {n}")).await;
        desk.act(move |act| tickets::by_id(act.db, ticket)?.set_status(act, Status::Closed)).await;
        let id = field(&sink.taken().pop().unwrap().octets, "message-id");
        let row = take(&desk, &inbox, 10 + i64::try_from(n).unwrap(), &[&bounce(&id, n, "erika@muster.example")])
            .await
            .remove(0);
        assert_eq!(place(&row).0, ticket);
        assert_eq!(status(&desk, ticket).await, Status::Closed);
    }
    let state = desk.read(|db| mailboxes::address_state(db, "erika@muster.example")).await;
    assert!(state.undeliverable_at.is_some() && state.reason.contains("no such user"), "{state:?}");
    let (post, own) = (desk.app().room.post.clone(), inbox.clone());
    let refused = desk.act_as(ada, move |act| {
        let ticket = tickets::by_id(act.db, ticket)?;
        let answer: Answer = mailboxes::to_customer(act.db, &ticket, "Once more")?;
        mailboxes::answer(act, &post, &own, &ticket, ada, &answer)
    });
    assert!(refused.await.is_err(), "nothing more is sent there");
    let stray =
        take(&desk, &inbox, 20, &[&bounce("<elsewhere@other.example>", 9, "erika@muster.example")]).await.remove(0);
    assert_eq!(stray.outcome, Outcome::StrayBounce);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_by_mail_is_one_only_with_his_token_and_a_trusted_word() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let ada = desk.agent("ada", Role::Agent).await;
    desk.sql("UPDATE agents SET address = 'ada@desk.example' WHERE login = 'ada'").await;
    let (ticket, entry) = place(&take(&desk, &inbox, 1, &[&mail(ERIKA, "Pump", "", "It drips.")]).await[0]);
    let own = EmailAddress::parse("help@desk.example").unwrap();
    let to = Recipient { address: EmailAddress::parse("ada@desk.example").unwrap(), agent: Some(ada.0) };
    let keys = &desk.app().room.post.keys;
    let token = keys.reply_address(&own, inbox.id.0, ticket.0, entry.0, &to).unwrap();
    let trusted = "Authentication-Results: mx.desk.example; dmarc=pass header.from=desk.example";
    let order = |results: &str, n: usize| {
        let letter =
            mail("Ada <ada@desk.example>", &format!("Re: Pump {n}"), "", "#status solved\n#tag leak\n\nMended it.");
        let letter = letter.replace("To: help@", &format!("To: {token}\nCc: help@"));
        format!("{results}{}{letter}", if results.is_empty() { "" } else { "\n" })
    };
    let forged = "Authentication-Results: mx.evil.example; dmarc=pass header.from=desk.example";
    for (at, results) in ["", forged].into_iter().enumerate() {
        take(&desk, &inbox, 2 + i64::try_from(at).unwrap(), &[&order(results, at)]).await;
        assert_ne!(status(&desk, ticket).await, Status::Closed, "{results}");
    }
    take(&desk, &inbox, 5, &[&order(trusted, 5)]).await;
    assert_eq!(status(&desk, ticket).await, Status::Closed);
    let entries = desk.read(move |db| tickets::entries_of(db, ticket)).await;
    let note = entries.last().unwrap();
    assert_eq!((note.kind, note.author, note.body.as_str()), (EntryKind::Note, Some(ada), "Mended it."));
    assert_eq!(desk.read(move |db| tickets::tags_of(db, ticket)).await, ["leak"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_two_mailboxes_is_one_entry_of_each_ticket() {
    let (desk, sink) = (desk().await, sink().await);
    let help = mailbox(&desk, card(&sink)).await;
    let sales = mailbox(&desk, MailboxCard { address: "sales@desk.example".into(), ..card(&sink) }).await;
    let to_both = |letter: String| letter.replace("To: help@desk.example", "To: help@desk.example, sales@desk.example");
    let both = to_both(mail(ERIKA, "Pump", "Message-ID: <first@muster.example>", "It drips."));
    let one = place(&take(&desk, &help, 1, &[&both]).await[0]).0;
    let two = place(&take(&desk, &sales, 1, &[&both]).await[0]).0;
    assert_ne!(one, two);
    let more = to_both(mail(ERIKA, "Re: Pump", "In-Reply-To: <first@muster.example>", "More."));
    let (by_help, by_sales) = (take(&desk, &help, 2, &[&more]).await, take(&desk, &sales, 2, &[&more]).await);
    assert_eq!((place(&by_help[0]).0, place(&by_sales[0]).0), (one, two), "each goes on in its own");
    // A number of one ticket sends both copies there.
    let named = format!("Re: Pump [#{}]", TicketNumber::of(one));
    let named = to_both(mail(ERIKA, &named, "", "The number."));
    let first = take(&desk, &help, 3, &[&named]).await.remove(0);
    let copy = take(&desk, &sales, 3, &[&named]).await.remove(0);
    assert_eq!((first.outcome, copy.outcome), (Outcome::Entry, Outcome::Duplicate));
    assert_eq!((first.ticket, copy.entry, letters(&desk, one).await.len()), (copy.ticket, first.entry, 3));
}
