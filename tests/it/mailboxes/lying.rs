//! A mailbox that has mails in it when it is connected: those of long ago become history or stay, as is chosen, and nobody is
//! told of them. What somebody has thrown away is not wanted.

use std::collections::BTreeSet;

use deskbell::accounts::Role;
use deskbell::base::{Error, Timestamp};
use deskbell::config::Secret;
use deskbell::mailboxes::{
    self, AfterTaking, Credential, Endpoint, Inbound, Lying, Mailbox, MailboxCard, NoticeKind, OutboundKind,
    OutboxFilter, Outcome, change_mailbox, choose_notices,
};
use deskbell::tickets;

use super::fetching::{self, settled, until_folder};
use super::laid::{mail, today};
use super::{rows, unaccounted};
use crate::desk::TestDesk;
use crate::mail::dovecot::Dovecot;
use crate::mail::gate::{Gate, Hold};
use crate::mail::sink::{Manners, Sink};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// 2020-03-01 10:00 UTC.
const THEN: Timestamp = Timestamp(1_583_056_800_000);

/// Why such a mail is left.
const LEFT: &str = "mail-reason-lay-before";

fn old(from: &str, n: usize) -> Vec<u8> {
    let date = "Sun, 1 Mar 2020 10:00:00 +0000";
    mail(from, &format!("Old {n}"), &format!("old{n}@r.example"), date, "").into_bytes()
}

fn new(from: &str, n: usize) -> Vec<u8> {
    today(from, &format!("New {n}"), &format!("new{n}@r.example")).into_bytes()
}

/// To whom letters of this kind went.
async fn told(desk: &TestDesk, kind: OutboundKind) -> Vec<String> {
    desk.settle().await;
    let rows = desk.read(|db| mailboxes::outbox(db, &OutboxFilter::default(), None, 500)).await.rows;
    let of_kind = rows.into_iter().rev().filter(|row| row.kind == kind);
    of_kind.flat_map(|row| row.recipients.all().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// A card of a mailbox that could answer.
async fn card(dovecot: &Dovecot) -> (MailboxCard, Sink) {
    let manners = Manners { implicit: true, logins: "PLAIN", user: "support@desk.test", ..Manners::default() };
    let sink = Sink::start(manners).await;
    (MailboxCard { smtp: super::card(&sink).smtp, ..fetching::card(dovecot) }, sink)
}

fn of<'a>(rows: &'a [Inbound], sender: &str) -> Vec<&'a Inbound> {
    rows.iter().filter(|row| row.sender == sender).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lay_there_becomes_tickets_of_its_time_and_nobody_is_told() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    let north = desk.team("North").await;
    let ada = desk.agent_in("ada", Role::Agent, &[north]).await;
    desk.act_as(ada, move |act| choose_notices(act, ada, "ada@staff.example", NoticeKind::ALL, ("", "")))
        .await
        .unwrap();
    let noon = desk.clock.now();
    // More than make a storm, and one that does not say when it was written.
    dovecot.lay_at("support", THEN, (0..60).map(|n| old("regular@r.example", n)));
    let undated = b"From: <undated@u.example>\r\nSubject: Undated\r\nMessage-ID: <u@u.example>\r\n\r\nIt drips.\r\n";
    dovecot.lay_at("support", THEN, [undated.to_vec()]);
    dovecot.lay_at("support", noon.plus_ms(-25 * HOUR_MS), [old("day@before.example", 61)]);
    dovecot.lay_at("support", noon.plus_ms(-2 * HOUR_MS), [new("waits@w.example", 1)]);
    let (card, _sink) = card(&dovecot).await;
    let own = fetching::connect(&desk, MailboxCard { team: Some(north), ..card }).await;
    let all = settled(&desk, &own, 63).await;
    until_folder(&desk, |folder| folder.reconciled_at.is_some()).await;
    assert!(all.iter().all(|row| row.outcome == Outcome::Entry), "{all:?}");
    for sender in ["regular@r.example", "undated@u.example", "day@before.example"] {
        let id = of(&all, sender)[0].ticket.unwrap();
        let ticket = desk.read(move |db| tickets::by_id(db, id)).await;
        assert_eq!((ticket.created_at, ticket.updated_at), (THEN, THEN), "{sender}");
    }
    let id = of(&all, "waits@w.example")[0].ticket.unwrap();
    assert_eq!(desk.read(move |db| tickets::by_id(db, id)).await.created_at, noon, "it waits for an answer");
    assert_eq!(told(&desk, OutboundKind::Acknowledgement).await, ["waits@w.example"]);
    assert_eq!(told(&desk, OutboundKind::Notice).await, ["ada@staff.example"], "of that one");
    assert_eq!(desk.number("SELECT count(*) AS number FROM events WHERE kind = 'mail_storm_seen'").await, 0);

    dovecot.deliver("support", &[&new("regular@r.example", 2)]).await;
    settled(&desk, &own, 64).await;
    let acknowledged = told(&desk, OutboundKind::Acknowledgement).await;
    assert_eq!(acknowledged, ["waits@w.example", "regular@r.example"], "whoever wrote often is heard as before");
    assert_eq!(unaccounted(&desk).await, 0);
    let mut root = desk.signed_in("root", Role::Admin).await;
    let words = root.get("/admin/mail").await.words();
    assert!(words.contains("Mails of 24 hours 2, "), "those that came: {words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lay_there_stays_history_over_a_fall() {
    let (desk, sink) = (super::desk().await, super::sink().await);
    let inbox = super::mailbox(&desk, super::card(&sink)).await;
    let text = String::from_utf8(old("regular@r.example", 1)).unwrap();
    super::stranded::begun(&desk, &inbox, "INBOX", 1, &text).await;
    desk.sql(&format!("UPDATE inbound_mails SET lay_since_at = {}", THEN.0)).await;
    desk.pass(11 * 60_000);
    let rows = super::stranded::decided(&desk, &inbox).await;
    let (id, _) = super::place(&rows[0]);
    assert_eq!(desk.read(move |db| tickets::by_id(db, id)).await.created_at, THEN);
    assert!(told(&desk, OutboundKind::Acknowledgement).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lay_there_can_be_left_and_what_was_thrown_away_is_not_taken() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    dovecot.lay_at("support", THEN, (0..3).map(|n| old("regular@r.example", n)));
    dovecot.lay("support", [new("fickle@f.example", 1), new("waits@w.example", 2)]);
    dovecot.throw_away("support", "fickle@f.example");
    let (card, _sink) = card(&dovecot).await;
    let card =
        MailboxCard { lying: Lying::Leave, after_taking: AfterTaking::Move, taken_folder: "Done".into(), ..card };
    let own = fetching::connect(&desk, card).await;
    settled(&desk, &own, 5).await;
    until_folder(&desk, |folder| folder.reconciled_at.is_some() && folder.fetched_at.is_some()).await;
    let all = rows(&desk, own.id).await;
    let count = |reason: &str| {
        all.iter().filter(|row| row.outcome == Outcome::Refused && row.blob.is_none() && row.reason == reason).count()
    };
    assert_eq!((count("mail-reason-lay-before"), count("mail-reason-thrown-away")), (3, 1), "{all:?}");
    assert_eq!(of(&all, "waits@w.example")[0].outcome, Outcome::Entry);
    assert_eq!((super::ticket_count(&desk).await, unaccounted(&desk).await), (1, 0));
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    assert_eq!(session.uids(None).await.unwrap().len(), 4, "nothing is done with what is left");

    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let words = ada.get("/admin/mail/ledger?outcome=refused").await.words();
    assert!(words.contains("lay there before this folder was read") && words.contains("thrown it away"), "{words}");
    let refused = all.iter().find(|row| row.outcome == Outcome::Refused).unwrap();
    let words = ada.get(&format!("/admin/mail/ledger/{}", refused.id)).await.words();
    assert!(words.contains("lay there before") || words.contains("thrown it away"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_thrown_away_for_a_moment_and_restored_becomes_a_ticket_once() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    dovecot.lay("support", [new("fickle@f.example", 1), new("waits@w.example", 2), new("firm@f.example", 3)]);
    dovecot.lay_at("support", THEN, [old("regular@r.example", 4)]);
    for sender in ["fickle@f.example", "firm@f.example", "regular@r.example"] {
        dovecot.throw_away("support", sender);
    }
    let (card, _sink) = card(&dovecot).await;
    let card =
        MailboxCard { lying: Lying::Leave, after_taking: AfterTaking::Move, taken_folder: "Done".into(), ..card };
    let own = fetching::connect(&desk, card).await;
    settled(&desk, &own, 4).await;
    let thrown = |rows: &[Inbound]| rows.iter().filter(|row| row.reason == "mail-reason-thrown-away").count();
    assert_eq!(thrown(&rows(&desk, own.id).await), 3);
    until_folder(&desk, |folder| folder.reconciled_at.is_some() && folder.fetched_at.is_some()).await;
    let was = desk.read(mailboxes::folder_states).await[0].reconciled_at;
    dovecot.restore("support", "fickle@f.example");
    dovecot.restore("support", "regular@r.example");
    desk.pass(HOUR_MS);
    dovecot.kick("support");
    until_folder(&desk, |folder| folder.reconciled_at > was && folder.fetched_at == folder.reconciled_at).await;
    let all = rows(&desk, own.id).await;
    let fickle = of(&all, "fickle@f.example");
    assert_eq!((fickle.len(), fickle[0].outcome, thrown(&all), all.len()), (1, Outcome::Entry, 1, 4), "{all:?}");
    assert_eq!(all.iter().filter(|row| row.reason == "mail-reason-lay-before").count(), 1, "it is what it was before");
    assert!(fickle[0].filed_at.is_some(), "the server is told as of any other");
    assert_eq!(told(&desk, OutboundKind::Acknowledgement).await, ["waits@w.example", "fickle@f.example"]);
    // A console beside the daemon, and once more.
    desk.act({
        let id = own.id;
        move |act| mailboxes::disable_mailbox(act, id)
    })
    .await;
    dovecot.restore("support", "firm@f.example");
    for _ in 0..2 {
        mailboxes::fetch_once(&desk.app().room, &own).await.unwrap();
    }
    assert_eq!((super::ticket_count(&desk).await, unaccounted(&desk).await), (3, 0));
    assert_eq!(rows(&desk, own.id).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_stays_so_when_it_comes_again_with_the_time_of_now() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    dovecot.lay_at("support", THEN, [old("regular@r.example", 1)]);
    dovecot.lay("support", [new("waits@w.example", 2)]);
    let (card, _sink) = card(&dovecot).await;
    let card =
        MailboxCard { lying: Lying::Leave, after_taking: AfterTaking::Move, taken_folder: "Done".into(), ..card };
    let own = fetching::connect(&desk, card).await;
    settled(&desk, &own, 2).await;
    desk.settle().await;
    let sent = desk.read(|db| mailboxes::outbox(db, &OutboxFilter::default(), None, 10)).await.rows;
    let ours = sent.iter().find(|row| row.kind == OutboundKind::Acknowledgement).unwrap().message_id.clone();

    // Somebody copies all of it; a writer's clock is wrong by years; an answer was long on its way.
    let received =
        |at: &str, mail: Vec<u8>| [format!("Received: by mx.desk.test; {at}\r\n").into_bytes(), mail].concat();
    let answer = |subject: &str, date: &str, to: &str| {
        let more = format!("In-Reply-To: <{}>\r\n", to.trim_matches(['<', '>']));
        mail("waits@w.example", subject, &format!("{subject}@w.example"), date, &more).into_bytes()
    };
    dovecot.lay(
        "support",
        [
            old("regular@r.example", 1),
            received("Sun, 1 Mar 2020 10:00:01 +0000", old("moved@m.example", 2)),
            received("Fri, 20 Nov 2026 11:30:00 +0000", old("clock@c.example", 3)),
            answer("Late", "Tue, 10 Nov 2026 11:00:00 +0000", &ours),
            answer("Known", "Tue, 10 Nov 2026 11:00:00 +0000", "new2@r.example"),
        ],
    );
    dovecot.kick("support");
    let all = settled(&desk, &own, 7).await;
    let fates = |sender: &str| of(&all, sender).iter().map(|row| row.reason.clone()).collect::<Vec<_>>();
    assert_eq!((fates("regular@r.example"), fates("moved@m.example")), (vec![LEFT.into()], vec![LEFT.into()]));
    assert_eq!(fates("clock@c.example"), [""]);
    let waits = of(&all, "waits@w.example");
    let of_subject = |subject: &str| *waits.iter().find(|row| row.subject == subject).unwrap();
    assert_eq!((of_subject("Late").ticket, of_subject("Known").reason.as_str()), (of_subject("New 2").ticket, LEFT));
    assert_eq!(told(&desk, OutboundKind::Acknowledgement).await, ["waits@w.example", "clock@c.example"]);
    let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
    while rows(&desk, own.id).await.iter().any(|row| row.filed_at.is_none()) {
        look.tick().await;
    }
    assert_eq!((super::ticket_count(&desk).await, unaccounted(&desk).await), (2, 0));
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    assert_eq!(session.uids(None).await.unwrap().len(), 4, "nothing is done with what is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lay_there_can_become_closed_tickets_and_what_is_open_stays_open() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    let (card, _sink) = card(&dovecot).await;
    let seal = desk.app().room.seal;
    let own = desk
        .act(move |act| {
            let id = mailboxes::add_mailbox(act, &card)?;
            mailboxes::disable_mailbox(act, id)?;
            mailboxes::keep_credential(act, &seal, id, &Credential::Password(Secret::new("secret")))?;
            mailboxes::mailbox_by_id(act.db, id)
        })
        .await;
    dovecot.lay_at("support", THEN, [old("open@o.example", 1)]);
    mailboxes::fetch_once(&desk.app().room, &own).await.unwrap();

    let closing = Mailbox { card: MailboxCard { lying: Lying::Close, ..own.card.clone() }, ..own };
    let answer = |from: &str, n: usize, day: usize| {
        let more = format!("In-Reply-To: <old{n}@r.example>\r\n");
        let date = format!("{day} Mar 2020 10:00:00 +0000");
        mail(from, &format!("Re: Old {n}"), &format!("re{n}@r.example"), &date, &more).into_bytes()
    };
    let (goes_on, done) = (answer("open@o.example", 1, 2), answer("done@d.example", 2, 5));
    dovecot.lay_at(
        "support",
        THEN.plus_ms(DAY_MS),
        [goes_on, old("done@d.example", 2), done, old("once@e.example", 3)],
    );
    dovecot.lay("support", [new("waits@w.example", 4)]);
    mailboxes::fetch_once(&desk.app().room, &closing).await.unwrap();
    let all = rows(&desk, closing.id).await;
    let ticket = async |sender: &str| {
        let id = of(&all, sender)[0].ticket.unwrap();
        assert!(of(&all, sender).iter().all(|row| row.outcome == Outcome::Entry && row.ticket == Some(id)), "{all:?}");
        desk.read(move |db| tickets::by_id(db, id)).await
    };
    let closed = async |sender: &str| ticket(sender).await.closed_at;
    assert_eq!((closed("open@o.example").await, closed("waits@w.example").await), (None, None));
    assert_eq!(closed("once@e.example").await, Some(THEN));
    assert_eq!(closed("done@d.example").await, Some(THEN.plus_ms(4 * DAY_MS)), "with its last letter");
    assert_eq!(ticket("done@d.example").await.created_at, THEN);
    assert_eq!(told(&desk, OutboundKind::Acknowledgement).await, ["waits@w.example"]);
    assert_eq!((super::ticket_count(&desk).await, unaccounted(&desk).await), (4, 0));
}

/// Changes what is set, with the password that all accounts have.
async fn change(desk: &TestDesk, mailbox: &Mailbox, card: MailboxCard) {
    let (seal, id) = (desk.app().room.seal, mailbox.id);
    desk.act(move |act| {
        change_mailbox(act, id, &card)?;
        mailboxes::keep_credential(act, &seal, id, &Credential::Password(Secret::new("secret")))
    })
    .await;
}

/// Since when folders are watched.
async fn since(desk: &TestDesk) -> Vec<Timestamp> {
    desk.read(mailboxes::folder_states).await.into_iter().map(|folder| folder.since_at).collect()
}

fn is_lain(rows: &[Inbound], sender: &str) -> bool {
    let own = of(rows, sender);
    assert!(!own.is_empty(), "{sender} in {rows:?}");
    own.iter().all(|row| row.lay_since_at.is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_watched_later_brings_history_and_new_numbers_do_not() {
    let mut dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    let noon = desk.clock.now();
    let later = noon.plus_ms(40 * DAY_MS);
    dovecot.lay_at("support", noon.plus_ms(20 * DAY_MS), (0..3).map(|n| new("regular@r.example", n)));
    dovecot.lay_at("support", later.plus_ms(-2 * HOUR_MS), [new("waits@w.example", 4)]);
    let mut session = dovecot.session("support").await;
    session.create("Webform").await.unwrap();
    session.select("INBOX").await.unwrap();
    let all = session.uids(None).await.unwrap();
    session.move_to(&all, "Webform").await.unwrap();
    session.logout().await;
    let (card, _sink) = card(&dovecot).await;
    let own = fetching::connect(&desk, card.clone()).await;
    dovecot.deliver("support", &[&new("first@f.example", 5)]).await;
    settled(&desk, &own, 1).await;
    desk.pass(40 * DAY_MS);
    let both = MailboxCard { folders: "INBOX\nWebform".into(), ..card.clone() };
    change(&desk, &own, both.clone()).await;
    let all = settled(&desk, &own, 5).await;
    assert!(
        is_lain(&all, "regular@r.example") && !is_lain(&all, "waits@w.example") && !is_lain(&all, "first@f.example")
    );
    assert_eq!(told(&desk, OutboundKind::Acknowledgement).await, ["first@f.example", "waits@w.example"]);
    assert_eq!(since(&desk).await, [noon, later]);

    // What came since is new, whatever its number, and though nobody looked for days.
    desk.pass(10 * DAY_MS);
    dovecot
        .restart(|dovecot| {
            dovecot.forget_numbers("support");
            dovecot.lay_at("support", later.plus_ms(DAY_MS), [new("late@l.example", 6)]);
        })
        .await;
    let all = settled(&desk, &own, 7).await;
    assert!(!is_lain(&all, "late@l.example") && !is_lain(&all, "first@f.example"), "{all:?}");
    assert_eq!(of(&all, "late@l.example")[0].outcome, Outcome::Entry);
    assert_eq!(since(&desk).await, [noon, later]);

    // Watched no more for a month, and again.
    change(&desk, &own, card).await;
    desk.pass(30 * DAY_MS);
    change(&desk, &own, both).await;
    assert_eq!(
        since(&desk).await,
        [noon, desk.clock.now().plus_ms(-7 * DAY_MS)],
        "what came meanwhile is history, too"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_behind_a_card_brings_history_as_a_new_one_does() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    let noon = desk.clock.now();
    dovecot.lay_at("sales", noon.plus_ms(20 * DAY_MS), (0..3).map(|n| new("regular@r.example", n)));
    dovecot.lay_at("sales", noon.plus_ms(37 * DAY_MS), [new("waits@w.example", 4)]);
    let (card, _sink) = card(&dovecot).await;
    let own = fetching::connect(&desk, card.clone()).await;
    let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
    while desk.read(mailboxes::folder_states).await.iter().all(|folder| folder.fetched_at.is_none()) {
        look.tick().await;
    }
    desk.pass(40 * DAY_MS);
    change(&desk, &own, MailboxCard { name: "Renamed".into(), ..card.clone() }).await;
    assert_eq!(since(&desk).await, [noon], "it is the same account");
    desk.pass(1_000);
    change(&desk, &own, MailboxCard { login: "sales@desk.test".into(), ..card }).await;
    let all = settled(&desk, &own, 4).await;
    assert!(is_lain(&all, "regular@r.example") && !is_lain(&all, "waits@w.example"), "{all:?}");
    assert_eq!(told(&desk, OutboundKind::Acknowledgement).await, ["waits@w.example"], "the card may have led nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_whose_folder_has_the_same_numbers_loses_no_mail() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    dovecot.deliver("support", &[&new("one@o.example", 1), &new("two@t.example", 2)]).await;
    dovecot.deliver("sales", &[&new("three@t.example", 3), &new("four@f.example", 4), &new("two@t.example", 2)]).await;
    let mut session = dovecot.session("sales").await;
    let validity = session.select("INBOX").await.unwrap().uid_validity;
    session.logout().await;
    let (card, _sink) = card(&dovecot).await;
    let own = fetching::connect(&desk, card.clone()).await;
    settled(&desk, &own, 2).await;
    // Many servers give every folder the same.
    desk.sql(&format!(
        "UPDATE inbound_mails SET uid_validity = {validity}; UPDATE mail_folders SET uid_validity = {validity}"
    ))
    .await;
    desk.pass(1_000);
    change(&desk, &own, MailboxCard { login: "sales@desk.test".into(), ..card.clone() }).await;
    let all = settled(&desk, &own, 5).await;
    assert_eq!(of(&all, "three@t.example")[0].outcome, Outcome::Entry);
    assert_eq!(of(&all, "four@f.example")[0].outcome, Outcome::Entry);
    let twice: Vec<Outcome> = of(&all, "two@t.example").iter().map(|row| row.outcome).collect();
    let is_known = twice.len() == 2 && twice.contains(&Outcome::Entry) && twice.contains(&Outcome::Duplicate);
    assert!(is_known, "what both have is known by what it says: {twice:?}");
    let shown: BTreeSet<i64> = all.iter().map(|row| mailboxes::uid_validity_of(row.uid_validity)).collect();
    assert_eq!(shown, BTreeSet::from([i64::from(validity)]), "people see what the servers say");

    // And back: what is known stays known.
    desk.pass(1_000);
    change(&desk, &own, card).await;
    let all = settled(&desk, &own, 7).await;
    let known = all.iter().filter(|row| row.outcome == Outcome::Duplicate).count();
    assert_eq!((known, desk.number("SELECT count(*) AS number FROM tickets").await), (3, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_account_says_while_the_card_is_changed_is_not_taken_for_the_word_of_the_next() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    dovecot.deliver("support", &[&new("one@o.example", 1)]).await;
    dovecot.deliver("sales", &[&new("two@t.example", 2)]).await;
    let mut gate = Gate::before(&dovecot).await;
    let card = MailboxCard {
        imap: Endpoint { port: i64::from(gate.server().port), ..fetching::card(&dovecot).imap },
        ..fetching::card(&dovecot)
    };
    let own = fetching::connect(&desk, card.clone()).await;
    let id = own.id;
    desk.act(move |act| mailboxes::disable_mailbox(act, id)).await;
    gate.hold("SELECT", Hold::Answer);
    let room = desk.app().room.clone();
    let fetching = tokio::spawn({
        let (room, own) = (room.clone(), own.clone());
        async move { mailboxes::fetch_once(&room, &own).await }
    });
    gate.held().await;
    let other = MailboxCard { login: "sales@desk.test".into(), ..card };
    change(&desk, &own, other).await;
    gate.open();
    let ended = fetching.await.unwrap();
    assert!(matches!(&ended, Err(Error::Busy(why)) if why.key == "error-mail-changed"), "{ended:?}");
    assert!(rows(&desk, id).await.is_empty());

    let own = desk.read(move |db| mailboxes::mailbox_by_id(db, id)).await;
    mailboxes::fetch_once(&room, &own).await.unwrap();
    let all = rows(&desk, id).await;
    assert_eq!((all.len(), of(&all, "two@t.example").len()), (1, 1), "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_asks_what_becomes_of_mails_that_lie_there() {
    let desk = TestDesk::start().await;
    let own = desk.mailbox().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let form = ada.get("/admin/mail/1").await;
    assert!(form.words().contains("Mails that lay there before"), "{}", form.words());
    let names = ["address", "name", "auth", "imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port"];
    let more = ["smtp_security", "after_taking", "taken_folder", "size_mib_max", "reopen_days", "folders", "login"];
    let fields: Vec<(&str, String)> = names.iter().chain(&more).map(|name| (*name, form.field(name))).collect();
    for (word, lying) in [("leave", Lying::Leave), ("close", Lying::Close), ("take", Lying::Take)] {
        let mut sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sent.extend([("lying", word), ("password", "secret")]);
        assert_eq!(form.field("lying"), "take", "as long as nobody chose");
        desk.pass(1_000);
        let page = ada.post("/admin/mail/1", &sent).await;
        assert_eq!(page.status, 200, "{}", page.words());
        let id = own.id;
        assert_eq!(desk.read(move |db| mailboxes::mailbox_by_id(db, id)).await.card.lying, lying);
    }
}
