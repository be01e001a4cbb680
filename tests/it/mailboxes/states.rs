//! What is seen of a mailbox whose letters can't go out or come in, and what is done about it: nothing stops without a sign.

use deskbell::accounts::Role;
use deskbell::base::id::TicketId;
use deskbell::base::{Error, sha256_hex};
use deskbell::config::Secret;
use deskbell::mailboxes::{
    self, Credential, Endpoint, Mailbox, MailboxCard, Outbound, OutboundState, OutboxFilter, Outcome, Security,
};
use deskbell::tickets::{self, Status};

use super::boxes::until;
use super::fetching::{self, settled};
use super::post::path;
use super::{card, desk, field, mail, mailbox, place, rows, sink, take};
use crate::desk::{Browser, TestDesk, expect_error};
use crate::mail::dovecot::Dovecot;
use crate::mail::sink::{Manners, Sink};

/// A desk whose letters go to a server, an agent before its pages, and the ticket of a customer.
async fn written_to(sink: &Sink) -> (TestDesk, Browser, Mailbox, TicketId) {
    let desk = desk().await;
    let own = mailbox(&desk, MailboxCard { acknowledges: false, ..card(sink) }).await;
    let ada = desk.signed_in("ada", Role::Admin).await;
    let rows = take(&desk, &own, 1, &[&mail("Erika <erika@x.example>", "Pump", "", "It drips")]).await;
    let ticket = place(&rows[0]).0;
    (desk, ada, own, ticket)
}

/// Answers, and lets the time pass in which that can be taken back.
async fn answer(desk: &TestDesk, ada: &mut Browser, ticket: TicketId, to: &str, cc: &str) -> Outbound {
    ada.get(&path(ticket)).await;
    let fields = [("to", to), ("cc", cc), ("subject", "Re: Pump"), ("body", "We come"), ("sure", "1")];
    let page = ada.post(&format!("{}/answer", path(ticket)), &fields).await;
    assert_eq!(page.status, 200, "{}", page.words());
    desk.pass(11_000);
    desk.settle().await;
    newest_letter(desk).await
}

async fn newest_letter(desk: &TestDesk) -> Outbound {
    desk.read(|db| mailboxes::outbox(db, &OutboxFilter::default(), None, 1)).await.rows.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_take_a_letter_later_gets_it_later_and_nobody_gets_it_twice() {
    let sink = sink().await;
    let (desk, mut ada, _, ticket) = written_to(&sink).await;
    let letter = answer(&desk, &mut ada, ticket, "erika@x.example", "once-451@d.example").await;
    assert_eq!(letter.state, OutboundState::Queued, "{letter:?}");
    let words = ada.get(&path(ticket)).await.words();
    assert!(words.contains("On its way") && words.contains("Others have it."), "{words}");
    assert!(words.contains("once-451@d.example") && !words.contains("did not take it"), "{words}");
    desk.pass(61_000);
    desk.settle().await;
    assert_eq!(newest_letter(&desk).await.state, OutboundState::Sent);
    let taken = sink.taken();
    assert_eq!(
        taken.iter().map(|letter| letter.to.clone()).collect::<Vec<_>>(),
        [vec!["erika@x.example".to_owned()], vec!["once-451@d.example".to_owned()]]
    );
    assert_eq!(taken[0].octets, taken[1].octets, "it is the same letter");
    assert!(!ada.get(&path(ticket)).await.words().contains("Others have it."));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_never_take_a_letter_is_a_failure_that_can_be_mended() {
    let sink = sink().await;
    let (desk, mut ada, _, ticket) = written_to(&sink).await;
    let cc = "once-450@b.example, 550@c.example";
    let letter = answer(&desk, &mut ada, ticket, "Erika <erika@x.example>", cc).await;
    assert_eq!(letter.state, OutboundState::Queued, "one of them may still take it: {letter:?}");
    let words = ada.get(&path(ticket)).await.words();
    assert!(words.contains("did not take it") && words.contains("550@c.example: 550 5.1.1"), "{words}");
    desk.pass(61_000);
    desk.settle().await;
    let letter = newest_letter(&desk).await;
    assert_eq!((letter.state, sink.taken().len()), (OutboundState::Failed, 2), "{letter:?}");
    let page = ada.get(&path(ticket)).await;
    assert!(page.words().contains("Not delivered to everybody."), "{}", page.words());

    // Again to the one who does not have it, and no one else.
    let letters = format!("{}/letters/{}", path(ticket), letter.entry.unwrap());
    let commands = sink.commands().len();
    ada.post(&format!("{letters}/again"), &[]).await;
    desk.settle().await;
    let asked: Vec<String> =
        sink.commands().split_off(commands).into_iter().filter(|c| c.starts_with("RCPT")).collect();
    assert!(asked.len() == 1 && asked[0].contains("550@c.example"), "{asked:?}");
    assert_eq!((newest_letter(&desk).await.state, sink.taken().len()), (OutboundState::Failed, 2));
    ada.post(&format!("{letters}/edit"), &[]).await;
    let form = ada.fragment(&format!("{}/answer", path(ticket))).await;
    assert_eq!((form.field("to").as_str(), form.field("cc").as_str()), ("", "550@c.example"), "{}", form.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_an_answer_back_has_the_ticket_back_as_it_was() {
    let sink = sink().await;
    let (desk, mut ada, _, ticket) = written_to(&sink).await;
    let status = || async { desk.read(move |db| tickets::by_id(db, ticket)).await.status };
    for before in [Status::New, Status::Waiting, Status::Open] {
        desk.act(move |act| tickets::by_id(act.db, ticket)?.set_status(act, before)).await;
        for then in ["", "waiting", "closed"] {
            ada.get(&path(ticket)).await;
            let fields = [("to", "erika@x.example"), ("subject", "Re: Pump"), ("body", "We come"), ("then", then)];
            let page = ada.post(&format!("{}/answer", path(ticket)), &fields).await;
            assert_eq!(page.status, 200, "{}", page.words());
            let entry = newest_letter(&desk).await.entry.unwrap();
            ada.post(&format!("{}/letters/{entry}/take-back", path(ticket)), &[]).await;
            assert_eq!(status().await, before, "after “{then}”");
        }
    }

    // What somebody else did since stays.
    ada.get(&path(ticket)).await;
    let fields = [("to", "erika@x.example"), ("subject", "Re: Pump"), ("body", "We come"), ("then", "waiting")];
    ada.post(&format!("{}/answer", path(ticket)), &fields).await;
    desk.act(move |act| tickets::by_id(act.db, ticket)?.set_status(act, Status::Closed)).await;
    let entry = newest_letter(&desk).await.entry.unwrap();
    ada.post(&format!("{}/letters/{entry}/take-back", path(ticket)), &[]).await;
    assert_eq!(status().await, Status::Closed);
    assert!(sink.taken().is_empty());
}

/// A desk that reads a Dovecot and sends to a port of this machine, with a ticket of a customer who wrote.
async fn connected(dovecot: &Dovecot, smtp: Endpoint) -> (TestDesk, Browser, Mailbox, TicketId) {
    let desk = fetching::desk_at(dovecot).await;
    let ada = desk.signed_in("ada", Role::Admin).await;
    let card = MailboxCard { smtp, acknowledges: false, ..fetching::card(dovecot) };
    let own = fetching::connect(&desk, card).await;
    dovecot.deliver("support", &[mail("Erika <erika@x.example>", "Pump", "", "It drips").as_bytes()]).await;
    let ticket = place(&settled(&desk, &own, 1).await[0]).0;
    (desk, ada, own, ticket)
}

/// A server that lets this user in.
async fn sink_of(user: &'static str) -> (Sink, Endpoint) {
    let sink = Sink::start(Manners { implicit: true, logins: "PLAIN", user, ..Manners::default() }).await;
    let (port, pin) = (i64::from(sink.port), sink.pin.clone());
    (sink, Endpoint { host: "127.0.0.1".into(), port, security: Security::Tls, pin })
}

/// Writes an answer that goes when it can be taken back no more.
async fn write(ada: &mut Browser, ticket: TicketId) {
    ada.get(&path(ticket)).await;
    let fields = [("to", "erika@x.example"), ("subject", "Re: Pump"), ("body", "We come"), ("sure", "1")];
    let page = ada.post(&format!("{}/answer", path(ticket)), &fields).await;
    assert_eq!(page.status, 200, "{}", page.words());
}

async fn figures(desk: &TestDesk) -> String {
    let at = desk.app().metrics.unwrap();
    reqwest::get(format!("http://{at}/metrics")).await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sign_in_for_sending_is_red_and_is_not_tried_a_sixth_time() {
    let dovecot = Dovecot::start().await;
    let (strict, smtp) = sink_of("somebody@else.test").await;
    let (desk, mut ada, own, ticket) = connected(&dovecot, smtp).await;
    for _ in 0..8 {
        write(&mut ada, ticket).await;
    }
    desk.pass(11_000);
    desk.settle().await;
    assert_eq!(strict.connections().0, 5, "more would lock the account");
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Not sending") && words.contains("five times in a row"), "{words}");
    assert!(words.contains("8, the oldest for") && words.contains("535 5.7.8 wrong"), "{words}");
    let words = ada.get("/admin/health").await.words();
    assert!(words.contains("refuses the sign-in for sending") && words.contains("8 waiting"), "{words}");
    assert!(ada.get("/admin/mail/1").await.words().contains("Try again"));

    desk.pass(3_600_000);
    desk.settle().await;
    assert_eq!(strict.connections().0, 5, "nobody changed anything");
    let letter = newest_letter(&desk).await;
    assert_eq!(letter.state, OutboundState::Queued, "and nothing is lost: {letter:?}");
    let page = ada.post(&format!("/admin/mail/outbox/{}/now", letter.id), &[]).await;
    assert!(page.status == 409 && page.words().contains("refused the sign-in"), "{}", page.words());
    ada.get("/admin/mail/1").await;
    let page = ada.post("/admin/mail/1/again", &[]).await;
    assert_eq!(page.status, 200, "{}", page.words());
    desk.settle().await;
    assert_eq!(strict.connections().0, 10, "five more, as somebody asked for it");

    let (sink, smtp) = sink_of("support@desk.test").await;
    desk.pass(1_000);
    desk.act(move |act| {
        let card = MailboxCard { smtp: smtp.clone(), ..own.card.clone() };
        mailboxes::change_mailbox(act, own.id, &card)
    })
    .await;
    desk.settle().await;
    assert_eq!(sink.taken().len(), 8, "they go at once");
    let words = ada.get("/admin/mail").await.words();
    assert!(!words.contains("no letter could be") && words.contains("Letters that wait None"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_for_sending_is_seen_long_before_letters_are_given_up() {
    let dovecot = Dovecot::start().await;
    let nobody = Endpoint { host: "127.0.0.1".into(), port: 1, security: Security::Tls, pin: String::new() };
    let (desk, mut ada, _, ticket) = connected(&dovecot, nobody).await;
    write(&mut ada, ticket).await;
    desk.pass(11_000);
    desk.settle().await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("1, for") && !words.contains("no letter could be"), "it may be over in a moment: {words}");
    desk.pass(16 * 60_000);
    desk.settle().await;
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("no letter could be handed over") && words.contains("127.0.0.1, port 1"), "{words}");
    let words = ada.get("/admin/health").await.words();
    assert!(words.contains("letters can't be handed over") && words.contains("1 waiting"), "{words}");
    let figures = figures(&desk).await;
    let line = figures.lines().find(|line| line.starts_with("deskbell_mail_queue_oldest_seconds{")).unwrap();
    let seconds: i64 = line.rsplit(' ').next().unwrap().parse().unwrap();
    assert!((16 * 60..17 * 60).contains(&seconds), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_was_taken_goes_no_second_time_when_its_entry_can_not_show_it() {
    let sink = sink().await;
    let (desk, mut ada, _, ticket) = written_to(&sink).await;
    let letter = answer(&desk, &mut ada, ticket, "once-450@b.example", "").await;
    desk.sql(&format!("UPDATE entries SET letter_facts = 'broken' WHERE id = {}", letter.entry.unwrap())).await;
    desk.pass(61_000);
    desk.settle().await;
    let letter = newest_letter(&desk).await;
    assert_eq!((letter.state, letter.attempts, sink.taken().len()), (OutboundState::Sent, 2, 1), "{letter:?}");
    desk.pass(31 * 60_000);
    desk.settle().await;
    assert_eq!(sink.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_of_a_mailbox_that_rested_for_days_have_their_two_days_again() {
    let sink = sink().await;
    let (desk, mut ada, own, ticket) = written_to(&sink).await;
    for (given_up, to) in [(false, "once-450@b.example"), (true, "once-451@c.example")] {
        ada.get(&path(ticket)).await;
        let fields = [("to", to), ("subject", "Re: Pump"), ("body", "We come"), ("sure", "1")];
        let page = ada.post(&format!("{}/answer", path(ticket)), &fields).await;
        assert_eq!(page.status, 200, "{}", page.words());
        if given_up {
            desk.sql("UPDATE mailboxes SET smtp_auth_failures = 5").await;
        } else {
            desk.act(move |act| mailboxes::disable_mailbox(act, own.id)).await;
        }
        desk.pass(50 * 3_600_000);
        desk.settle().await;
        assert_eq!((newest_letter(&desk).await.attempts, sink.taken().len()), (0, usize::from(given_up)), "it rests");
        desk.act(move |act| match given_up {
            true => mailboxes::try_again(act, own.id),
            false => mailboxes::enable_mailbox(act, own.id),
        })
        .await;
        desk.settle().await;
        let letter = newest_letter(&desk).await;
        assert_eq!((letter.state, letter.attempts), (OutboundState::Queued, 1), "not now is not never: {letter:?}");
        desk.pass(61_000);
        desk.settle().await;
        assert_eq!(newest_letter(&desk).await.state, OutboundState::Sent);
        ada = desk.sign_in("ada").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_waits_is_sent_now_when_somebody_says_so() {
    let sink = sink().await;
    let (desk, mut ada, _, ticket) = written_to(&sink).await;
    let letter = answer(&desk, &mut ada, ticket, "once-450@b.example", "").await;
    assert_eq!(letter.state, OutboundState::Queued, "{letter:?}");
    desk.settle().await;
    assert!(sink.taken().is_empty());
    assert!(ada.get("/admin/mail/outbox").await.text.contains(&format!("/admin/mail/outbox/{}/now", letter.id)));
    let page = ada.post(&format!("/admin/mail/outbox/{}/now", letter.id), &[]).await;
    assert!(page.words().contains("It is sent now."), "{}", page.words());
    desk.settle().await;
    assert_eq!((sink.taken().len(), newest_letter(&desk).await.state), (1, OutboundState::Sent));
    assert_eq!(ada.post(&format!("/admin/mail/outbox/{}/now", letter.id), &[]).await.status, 409, "it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_as_good_as_its_worst_folder() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let own =
        fetching::connect(&desk, MailboxCard { folders: "INBOX\nSales".into(), ..fetching::card(&dovecot) }).await;
    until(&desk, |mailbox| mailbox.failing_since_at.is_some()).await;
    // What goes well with one does not hide what goes wrong with the other.
    for n in 1..=2 {
        let text = mail("Erika <erika@x.example>", &format!("Pump {n}"), "", "It drips");
        dovecot.deliver("support", &[text.as_bytes()]).await;
        settled(&desk, &own, n).await;
    }
    let seen = until(&desk, |mailbox| mailbox.failing_since_at.is_some()).await;
    assert!(seen.failure.as_deref().is_some_and(|why| why.starts_with("Sales: ")), "{seen:?}");
    assert_eq!(seen.fetched_at, None, "not all of it was ever read");
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Failing") && words.contains("Not compared yet"), "{words}");
    let words = ada.get("/admin/mail/ledger").await.words();
    assert!(words.contains("Not compared yet") && !words.contains("0 not accounted"), "{words}");

    let made = dovecot.doveadm(&["mailbox", "create", "-u", "support", "Sales"]);
    assert!(made.status.success(), "{made:?}");
    let seen = until(&desk, |mailbox| mailbox.failing_since_at.is_none() && mailbox.fetched_at.is_some()).await;
    assert_eq!(seen.failure, None);
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("In order") && !words.contains("Not compared yet"), "{words}");
    assert!(ada.get("/admin/mail/ledger").await.words().contains("0 not accounted for"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_of_all_folders_that_are_refused_at_once_count_as_one() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    let names = ["INBOX", "A", "B", "C", "D", "E"];
    let (card, seal) = (MailboxCard { folders: names.join("\n"), ..fetching::card(&dovecot) }, desk.app().room.seal);
    desk.act(move |act| {
        let id = mailboxes::add_mailbox(act, &card)?;
        mailboxes::keep_credential(act, &seal, id, &Credential::Password(Secret::new("wrong")))
    })
    .await;
    let failing = || async {
        desk.read(mailboxes::folder_states).await.iter().filter(|folder| folder.failing_since_at.is_some()).count()
    };
    let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
    while failing().await < names.len() {
        look.tick().await;
    }
    let seen = desk.read(mailboxes::mailboxes).await.remove(0);
    assert!(seen.auth_failures == 1 && seen.is_tried(), "{seen:?}");
    desk.pass(1_000);
    let seen = until(&desk, |mailbox| mailbox.auth_failures > 1).await;
    assert!(seen.auth_failures == 2 && seen.is_tried(), "the next wave is the second: {seen:?}");
    desk.pass(60_000);
    until(&desk, |mailbox| mailbox.auth_failures == 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_sign_ins_are_forgotten_when_the_server_takes_one_and_not_before() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    let own = fetching::connect(&desk, fetching::card(&dovecot)).await;
    until(&desk, |mailbox| mailbox.fetched_at.is_some()).await;
    desk.sql("UPDATE mailboxes SET auth_failures = 3").await;
    desk.pass(60_000);
    dovecot.deliver("support", &[mail("erika@x.example", "Pump", "", "It drips").as_bytes()]).await;
    settled(&desk, &own, 1).await;
    let now = desk.clock.now();
    let seen = until(&desk, |mailbox| mailbox.fetched_at == Some(now)).await;
    assert_eq!(seen.auth_failures, 3, "that connection signed in before");
    dovecot.kick("support");
    until(&desk, |mailbox| mailbox.auth_failures == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_sets_no_mail_aside() {
    expect_error("files can't be read or written");
    let sink = sink().await;
    let desk = desk().await;
    let own = mailbox(&desk, card(&sink)).await;
    // A file stands where the folder of the attachment's file would be.
    let folder = desk.folder().join("blobs").join(&sha256_hex(b"a plan")[..2]);
    std::fs::write(&folder, "").unwrap();
    let more = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b";
    let body = "--b\n\nHere it is.\n--b\nContent-Type: text/plain; name=plan.txt\n\
                Content-Disposition: attachment; filename=plan.txt\nContent-Transfer-Encoding: base64\n\nYSBwbGFu\n--b--";
    let text = format!("From: erika@x.example\nSubject: Plan\nMessage-ID: <plan@x.example>\n{more}\n\n{body}\n");
    let octets = text.replace('\n', "\r\n").into_bytes();
    let room = desk.app().room.clone();
    let raw = mailboxes::Raw { uid: 1, octets, whole_bytes: None };
    let first = room.take_all(&own, "INBOX", 7, vec![raw]).await;
    assert!(matches!(first, Err(Error::Busy(_))), "{first:?}");
    for _ in 0..5 {
        assert!(matches!(room.resume(&own, "INBOX").await, Err(Error::Busy(_))));
    }
    let row = rows(&desk, own.id).await.remove(0);
    assert_eq!((row.outcome, row.attempts), (Outcome::Reading, 0), "{row:?}");
    std::fs::remove_file(&folder).unwrap();
    room.resume(&own, "INBOX").await.unwrap();
    assert_eq!(rows(&desk, own.id).await[0].outcome, Outcome::Entry);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_stays_on_the_server_while_the_disk_is_nearly_full() {
    let dovecot = Dovecot::start().await;
    let authority = dovecot.authority();
    let own = [("mail.networks", "127.0.0.0/8,::1"), ("mail.ca_file", authority.to_str().unwrap())];
    let desk = TestDesk::configured(&[&own[..], &[("mail.free_mib_min", "1000000000")]].concat()).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    dovecot.deliver("support", &[mail("erika@x.example", "Pump", "", "It drips").as_bytes()]).await;
    let own = fetching::connect(&desk, fetching::card(&dovecot)).await;
    until(&desk, |mailbox| mailbox.failing_since_at.is_some()).await;
    assert!(rows(&desk, own.id).await.is_empty(), "nothing of it was taken");
    desk.pass(5 * 60_000);
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Failing") && words.contains("MiB are free on the disk"), "{words}");
    assert!(words.contains("Lag 5") && !words.contains("all is taken"), "{words}");
    let figures = figures(&desk).await;
    assert!(figures.contains("deskbell_mail_fetch_lag_seconds{account=\"Support\"} 300"), "{figures}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_has_no_lag_however_long_ago_the_last_look_was() {
    let dovecot = Dovecot::start().await;
    let desk = fetching::desk_at(&dovecot).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    fetching::connect(&desk, fetching::card(&dovecot)).await;
    until(&desk, |mailbox| mailbox.fetched_at.is_some()).await;
    desk.pass(4 * 60_000);
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Lag None, all is taken"), "{words}");
    assert!(figures(&desk).await.contains("deskbell_mail_fetch_lag_seconds{account=\"Support\"} 0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_without_a_password_needs_a_sign_in_and_was_not_given_up() {
    let sink = sink().await;
    let desk = desk().await;
    let card = card(&sink);
    desk.act(move |act| mailboxes::add_mailbox(act, &card)).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let words = ada.get("/admin/health").await.words();
    assert!(words.contains("needs a sign-in") && !words.contains("given up after"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_are_told_once_that_a_sign_in_ends() {
    let sink = sink().await;
    let desk = desk().await;
    let own = mailbox(&desk, card(&sink)).await;
    let (ada, bob) = (desk.agent("ada", Role::Admin).await, desk.agent("bob", Role::Agent).await);
    desk.act(move |act| {
        mailboxes::choose_notices(act, ada, "ada@staff.example", &[], ("", ""))?;
        mailboxes::choose_notices(act, bob, "bob@staff.example", &[], ("", ""))
    })
    .await;
    let at = desk.clock.now().plus_ms(2 * 86_400_000).0;
    desk.sql(&format!("UPDATE mailboxes SET needs_sign_in_at = {at}")).await;
    for _ in 0..2 {
        desk.act(move |act| mailboxes::try_again(act, own.id)).await;
        let told = "SELECT count(*) AS number FROM mailboxes WHERE sign_in_told_at IS NOT NULL";
        let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
        while desk.number(told).await == 0 {
            look.tick().await;
        }
        desk.settle().await;
    }
    let taken = sink.taken();
    assert_eq!(taken.iter().map(|letter| letter.to.clone()).collect::<Vec<_>>(), [["ada@staff.example"]]);
    assert!(
        field(&taken[0].octets, "Subject").contains("sign-in of the mailbox Help ends"),
        "once, and those who can do it"
    );
    let mut ada = desk.sign_in("ada").await;
    let badge = ada.fragment("/admin/mail/quarantined").await;
    assert!(badge.words().contains("One mailbox needs a sign-in."), "{}", badge.words());

    // Who signs in again is told again when that one ends.
    let seal = desk.app().room.seal;
    let password = Credential::Password(Secret::new("secret"));
    desk.act(move |act| mailboxes::keep_credential(act, &seal, own.id, &password)).await;
    assert_eq!(desk.number("SELECT count(*) AS number FROM mailboxes WHERE sign_in_told_at IS NULL").await, 1);
    assert!(ada.fragment("/admin/mail/quarantined").await.words().trim().is_empty());
}
