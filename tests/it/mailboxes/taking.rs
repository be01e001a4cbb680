//! A mail becomes a ticket, once, whatever else happens.

use deskbell::mailboxes::{self, AfterTaking, MailboxCard, Outcome};
use deskbell::people::PersonCard;
use deskbell::tickets::{self, Channel, Status};

use super::{card, desk, field, letters, mail, mailbox, place, rows, sink, take, ticket_count};
use crate::desk::{TestDesk, expect_error};

const ERIKA: &str = "Erika Muster <erika@muster.example>";

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_becomes_a_ticket_of_its_writer_who_is_told_so_once() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let body = "The pump drips.\n\nErika\n-- \nErika Muster\nTel. +49 30 901820-14";
    let row = take(&desk, &inbox, 1, &[&mail(ERIKA, "Pump", "", body)]).await.remove(0);
    let (ticket, entry) = place(&row);
    assert_eq!((row.sender.as_str(), row.subject.as_str()), ("erika@muster.example", "Pump"));
    let found = desk.read(move |db| tickets::by_id(db, ticket)).await;
    assert_eq!((found.subject.as_str(), found.channel, found.status), ("Pump", Channel::Mail, Status::New));
    let person = found.requester_id.unwrap();
    let person = desk.read(move |db| deskbell::people::person_by_id(db, person)).await;
    assert_eq!((person.name.as_str(), person.addresses[0].as_str()), ("Erika Muster", "erika@muster.example"));
    assert!(person.numbers[0].is_maybe(), "a number of a signature is a guess: {:?}", person.numbers);
    let letter = letters(&desk, ticket).await.remove(0);
    assert_eq!(letter.id, entry);
    assert_eq!(letter.body, "The pump drips.\n\nErika");
    assert!(letter.letter.unwrap().rest.unwrap().contains("901820"), "the signature is one click away");

    desk.settle().await;
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, ["erika@muster.example"]);
    let told = &taken[0].octets;
    assert_eq!(field(told, "auto-submitted"), "auto-replied");
    assert!(!String::from_utf8_lossy(told).contains("drips") && !field(told, "subject").contains("Pump"), "strangers");
    desk.settle().await;
    assert_eq!(sink.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_met_without_a_name_gets_the_one_of_a_proven_letter_and_no_card_is_overwritten() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let proven = |result: &str, letter: String| {
        format!("Authentication-Results: mx.desk.example; dmarc={result} header.from=muster.example\n{letter}")
    };
    let names = async || {
        let all = desk.read(|db| deskbell::people::recent_people(db, None, 10)).await.rows;
        let mut names: Vec<String> = all.into_iter().map(|person| person.name).collect();
        names.sort();
        names
    };
    take(&desk, &inbox, 1, &[&mail("erika@muster.example", "One", "Message-ID: <one@muster.example>", "It drips.")])
        .await;
    take(&desk, &inbox, 2, &[&mail("max@muster.example", "One", "", "It drips.")]).await;
    assert_eq!(names().await, ["erika", "max"]);
    let max =
        desk.number("SELECT person_id AS number FROM person_addresses WHERE address = 'max@muster.example'").await;
    let max = deskbell::base::id::PersonId(max);
    desk.act(move |act| {
        let person = deskbell::people::person_by_id(act.db, max)?;
        let addresses = "max@muster.example".to_owned();
        let card = PersonCard { name: person.name, note: "Roof".into(), addresses, ..PersonCard::default() };
        deskbell::people::change_person(act, max, &card)
    })
    .await;
    take(&desk, &inbox, 3, &[&proven("fail", mail("Eve Evil <erika@muster.example>", "Two", "", "Pay now."))]).await;
    take(&desk, &inbox, 4, &[&mail("Eve Evil <erika@muster.example>", "Three", "", "Pay now.")]).await;
    assert_eq!(names().await, ["erika", "max"], "others can write in her name");
    let answer = mail(ERIKA, "Re: One", "In-Reply-To: <one@muster.example>", "Still.");
    take(&desk, &inbox, 5, &[&proven("pass", answer)]).await;
    take(&desk, &inbox, 6, &[&proven("pass", mail("Max Muster <max@muster.example>", "Two", "", "Still."))]).await;
    assert_eq!(names().await, ["Erika Muster", "max"], "somebody had the card in hand");
    take(&desk, &inbox, 7, &[&proven("pass", mail("Erika <erika@muster.example>", "Four", "", "Thanks."))]).await;
    assert_eq!(names().await, ["Erika Muster", "max"], "a name is not taken for another");
    let found = desk.read(|db| deskbell::people::find_people(db, "muster", None, 10)).await;
    assert_eq!(found.len(), 1, "she is found by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_is_not_taken_again() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let letter = mail(ERIKA, "Pump", "", "It drips.");
    take(&desk, &inbox, 1, &[&letter]).await;
    // The same number again, as after a fall before the mark moved.
    take(&desk, &inbox, 1, &[&letter]).await;
    // The same letter in another place, with what servers added on another way.
    let copied = format!("Received: from elsewhere\nX-Copy: 1\n{letter}");
    let copy = take(&desk, &inbox, 2, &[&copied]).await.remove(0);
    assert_eq!((copy.outcome, ticket_count(&desk).await), (Outcome::Duplicate, 1));
    // The same Message-ID over another letter is another letter.
    let id = "Message-ID: <same@there.example>";
    let both = [mail(ERIKA, "One", id, "First."), mail(ERIKA, "One", id, "Second, and different.")];
    let taken = take(&desk, &inbox, 3, &[&both[0], &both[1]]).await;
    assert!(taken.iter().all(|row| row.outcome == Outcome::Entry), "{taken:?}");
    // The numbers begin anew: everything is seen once more, and nothing doubled.
    let tickets = ticket_count(&desk).await;
    let raw = deskbell::mailboxes::Raw { uid: 1, octets: letter.replace('\n', "\r\n").into_bytes(), whole_bytes: None };
    desk.app().room.take_all(&inbox, "INBOX", 8, vec![raw]).await.unwrap();
    assert_eq!(ticket_count(&desk).await, tickets);
    let newest = rows(&desk, inbox.id).await.remove(0);
    assert_eq!((newest.uid_validity, newest.outcome), (8, Outcome::Duplicate));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_words_every_night_are_a_letter_every_night() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let night = |day: u32, clock: &str| {
        format!(
            "Received: from nas by mx.desk.example id {day}; {day} Nov 2026 03:00:00 +0000\nFrom: nas@there.example\n\
             To: help@desk.example\nSubject: Backup ok\n{clock}\nAll files are saved.\n"
        )
    };
    // One that says neither who nor when it is, and one whose clock stands still.
    for (clock, first) in [("", 1), ("Date: Thu, 01 Jan 1970 00:00:00 +0000\n", 10)] {
        let nights = [night(20, clock), night(21, clock)];
        let taken = take(&desk, &inbox, first, &[&nights[0], &nights[1]]).await;
        assert!(taken.iter().all(|row| row.outcome == Outcome::Entry), "{taken:?}");
        // It was moved to and fro.
        assert_eq!(take(&desk, &inbox, first + 5, &[&nights[1]]).await[0].outcome, Outcome::Duplicate);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_mail_is_set_aside_and_its_neighbours_go_on() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let good = [mail(ERIKA, "One", "", "a"), mail(ERIKA, "Two", "", "b")];
    let taken = take(&desk, &inbox, 1, &[&good[0], "no header at all\n", "", &good[1]]).await;
    let outcomes: Vec<_> = taken.iter().map(|row| (row.outcome, row.reason.as_str())).collect();
    assert_eq!(
        outcomes,
        [
            (Outcome::Entry, ""),
            (Outcome::Quarantined, "mail-reason-no-headers"),
            (Outcome::Quarantined, "mail-reason-empty"),
            (Outcome::Entry, "")
        ]
    );
    assert!(taken.iter().all(|row| row.blob.is_some()), "every raw mail is kept");
    // Who dies of a mail three times sets it aside.
    desk.sql("UPDATE inbound_mails SET outcome = 'reading', attempts = 3, settled_at = NULL WHERE uid = 1").await;
    desk.app().room.resume(&inbox, "INBOX").await.unwrap();
    let row = rows(&desk, inbox.id).await.into_iter().find(|row| row.uid == 1).unwrap();
    assert_eq!((row.outcome, row.reason.as_str()), (Outcome::Quarantined, "mail-reason-attempts"));
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_and_loops_are_not_answered() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let mark = format!("X-Deskbell-Loop: {}", desk.app().room.post.keys.loop_mark());
    let others = [
        mail("Robot <robot@there.example>", "Report", "Auto-Submitted: auto-generated", "x"),
        mail("A <a@there.example>", "Automatic reply: away", "Auto-Submitted: auto-replied", "x"),
        mail("News <news@there.example>", "News", "List-Id: <news.there.example>\nPrecedence: bulk", "x"),
        mail("No <no-reply@there.example>", "Code 1234", "", "x"),
        mail("Help <help@desk.example>", "To myself", "", "x"),
        mail("Spam <spam@there.example>", "Buy", "X-Spam-Flag: YES", "x"),
        mail("Us <help@desk.example>", "Back again", &mark, "x"),
    ];
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let taken = take(&desk, &inbox, 1, &others).await;
    assert_eq!(taken[6].outcome, Outcome::Refused, "what we wrote does not come back as a ticket");
    assert!(taken[..6].iter().all(|row| row.outcome == Outcome::Entry), "{taken:?}");
    desk.settle().await;
    assert!(sink.taken().is_empty(), "{:?}", sink.taken());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_letters_is_tickets_and_not_a_flood_of_answers() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let flood: Vec<String> = (0..60).map(|n| mail(ERIKA, &format!("Flood {n}"), "", "x")).collect();
    let flood: Vec<&str> = flood.iter().map(String::as_str).collect();
    for (at, some) in flood.chunks(20).enumerate() {
        take(&desk, &inbox, i64::try_from(at * 20 + 1).unwrap(), some).await;
    }
    desk.settle().await;
    assert_eq!((ticket_count(&desk).await, sink.taken().len()), (60, 3));
    let state = desk.read(|db| mailboxes::address_state(db, "erika@muster.example")).await;
    assert!(state.muted_until_at.is_some(), "a storm is noticed");
    desk.pass(2 * 3_600_000);
    take(&desk, &inbox, 100, &[&mail(ERIKA, "Later", "", "x")]).await;
    desk.settle().await;
    assert_eq!(sink.taken().len(), 3, "a day of silence after a storm");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_and_copies_are_no_storm() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let old = (1..=60).map(|uid| {
        let octets = mail(ERIKA, &format!("Old {uid}"), "", "x").into_bytes();
        mailboxes::Raw { uid, octets, whole_bytes: None }
    });
    desk.app().room.take_all(&inbox, "import:old", 0, old.collect()).await.unwrap();
    let letter = mail(ERIKA, "Pump", "Message-ID: <one@muster.example>", "It drips.");
    let copies = take(&desk, &inbox, 1, &[letter.as_str(); 60]).await;
    assert_eq!(copies.iter().filter(|row| row.outcome == Outcome::Duplicate).count(), 59);
    desk.settle().await;
    // As long as who was told just now may be another desk that answers.
    desk.pass(6 * 60_000);
    take(&desk, &inbox, 100, &[&mail(ERIKA, "Roof", "", "It leaks.")]).await;
    desk.settle().await;
    let state = desk.read(|db| mailboxes::address_state(db, "erika@muster.example")).await;
    assert_eq!((state.muted_until_at, sink.taken().len()), (None, 2), "he wrote two letters");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_in_a_borrowed_name_mutes_nobody() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let failed = "Authentication-Results: mx.desk.example; dmarc=fail header.from=muster.example";
    let flood: Vec<String> =
        (0..60).map(|n| format!("{failed}\n{}", mail(ERIKA, "Pump", "", &n.to_string()))).collect();
    take(&desk, &inbox, 1, &flood.iter().map(String::as_str).collect::<Vec<_>>()).await;
    desk.pass(60_000);
    let row = take(&desk, &inbox, 100, &[&mail(ERIKA, "Pump", "", "It drips, says she herself.")]).await.remove(0);
    assert_eq!((row.outcome, row.reason.as_str()), (Outcome::Entry, ""));
    let state = desk.read(|db| mailboxes::address_state(db, "erika@muster.example")).await;
    assert_eq!(state.muted_until_at, None);
    let page = desk.signed_in("ada", deskbell::accounts::Role::Admin).await.get("/admin/mail/ledger").await;
    assert!(page.words().contains("The sender check failed"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_acknowledges_only_so_much_in_a_day() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, card(&sink)).await;
    let earlier = desk.clock.now().0 - 5 * 3_600_000;
    desk.sql(&format!(
        "INSERT INTO outbound_mails (mailbox_id, kind, message_id, sender, recipient, recipients, subject, content, \
         size_bytes, state, attempts, due_at, answer, created_at, settled_at) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1999) \
         SELECT {}, 'acknowledgement', '<x@y>', '', 'somebody@else.example', '{{}}', '', '', 0, 'sent', 1, {earlier}, \
         '', {earlier}, {earlier} FROM n",
        inbox.id
    ))
    .await;
    take(&desk, &inbox, 1, &[&mail(ERIKA, "Pump", "", "x"), &mail("Max <max@other.example>", "Tap", "", "x")]).await;
    desk.settle().await;
    let told: Vec<_> = sink.taken().into_iter().flat_map(|letter| letter.to).collect();
    assert_eq!(told, ["erika@muster.example"], "hers was the last of the day");
    assert_eq!(ticket_count(&desk).await, 2);
    let page = desk.signed_in("ada", deskbell::accounts::Role::Admin).await.get("/admin/mail").await;
    assert!(page.words().contains("so many acknowledgements that the rest"), "{}", page.words());
    desk.pass(24 * 3_600_000);
    take(&desk, &inbox, 3, &[&mail("Max <max@other.example>", "Tap again", "", "x")]).await;
    desk.settle().await;
    assert_eq!(sink.taken().len(), 2, "a day later there is room again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_too_large_is_told_of_and_stays() {
    let (desk, sink) = (desk().await, sink().await);
    let limited = MailboxCard { after_taking: AfterTaking::Move, ..card(&sink) };
    let inbox = mailbox(&desk, limited).await;
    let beginning = mail(ERIKA, "Drawings", "", "See the drawings.").replace('\n', "\r\n").into_bytes();
    let raw = deskbell::mailboxes::Raw { uid: 1, octets: beginning, whole_bytes: Some(80 << 20) };
    desk.app().room.take_all(&inbox, "INBOX", 7, vec![raw]).await.unwrap();
    let row = rows(&desk, inbox.id).await.remove(0);
    assert_eq!((row.outcome, row.size_bytes), (Outcome::TooLarge, 80 << 20));
    let letter = letters(&desk, row.ticket.unwrap()).await.remove(0).letter.unwrap();
    assert!(letter.oddities.iter().any(|odd| odd == "too-large"), "{:?}", letter.oddities);
}

/// Has the database refuse tickets about this.
const REFUSED: [&str; 2] = [
    "CREATE TRIGGER refused BEFORE INSERT ON tickets WHEN NEW.subject = 'Fault' BEGIN SELECT RAISE(ABORT, 'no'); END",
    "CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; \
     CREATE TRIGGER refused BEFORE INSERT ON tickets FOR EACH ROW WHEN (NEW.subject = 'Fault') EXECUTE FUNCTION refused()",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_for_its_question_when_those_around_that_can_not_be_taken_together() {
    let (desk, sink) = (desk().await, sink().await);
    let inbox = mailbox(&desk, MailboxCard { acknowledges: false, ..card(&sink) }).await;
    desk.sql(REFUSED[usize::from(crate::desk::server().is_some())]).await;
    expect_error("a mail could not be taken; it is set aside");
    // The fault falls among the first that are taken together; each answer is taken together with others.
    let question =
        |n: usize| mail(ERIKA, &format!("Pump {n}"), &format!("Message-ID: <q{n}@there.example>"), "It drips.");
    let answer = |n: usize| {
        let more = format!("Message-ID: <a{n}@there.example>\nIn-Reply-To: <q{n}@there.example>");
        mail(ERIKA, &format!("Re: Pump {n}"), &more, "It drips still.")
    };
    let mut mails: Vec<String> = (0..30).map(question).chain((0..30).map(answer)).collect();
    mails.insert(3, mail(ERIKA, "Fault", "", "It is on fire."));
    let mails: Vec<&str> = mails.iter().map(String::as_str).collect();
    let mut rows = take(&desk, &inbox, 1, &mails).await;
    let fault = rows.remove(3);
    assert_eq!((fault.outcome, rows.len()), (Outcome::Quarantined, 60), "{fault:?}");
    for n in 0..30 {
        assert_eq!(place(&rows[n]).0, place(&rows[30 + n]).0, "question {n} and its answer");
    }
    assert_eq!(ticket_count(&desk).await, 30);

    // The others of a long row are taken together again.
    let before = writes(&desk).await;
    let mut mails: Vec<String> = (100..350).map(question).collect();
    mails.insert(3, mail(ERIKA, "Fault", "", "It is on fire again."));
    let mails: Vec<&str> = mails.iter().map(String::as_str).collect();
    take(&desk, &inbox, 1_000, &mails).await;
    let written = writes(&desk).await - before;
    // Those of the followers among them.
    assert!(written < 220, "{written} writes for 250 mails");
    assert_eq!(ticket_count(&desk).await, 280);
}

/// How often something was written to the database.
async fn writes(desk: &TestDesk) -> i64 {
    let at = desk.app().metrics.unwrap();
    let text = reqwest::get(format!("http://{at}/metrics")).await.unwrap().text().await.unwrap();
    let line = text.lines().find_map(|it| it.strip_prefix("deskbell_db_query_duration_seconds_count{op=\"write\"} "));
    line.unwrap().parse().unwrap()
}
