//! From a real server into tickets.

use std::os::unix::fs::PermissionsExt as _;

use deskbell::accounts::Role;
use deskbell::config::Secret;
use deskbell::mailboxes::{self, AfterTaking, Credential, Endpoint, Mailbox, MailboxCard, Outcome, Security};
use deskbell::tickets;

use super::{mail, rows, ticket_count, unaccounted};
use crate::desk::TestDesk;
use crate::mail::dovecot::{Dovecot, Setup};

pub(super) async fn desk_at(dovecot: &Dovecot) -> TestDesk {
    let authority = dovecot.authority();
    TestDesk::configured(&[("mail.networks", "127.0.0.0/8,::1"), ("mail.ca_file", authority.to_str().unwrap())]).await
}

pub(super) fn card(dovecot: &Dovecot) -> MailboxCard {
    let server = dovecot.tls();
    let mut card =
        MailboxCard { name: "Support".into(), address: "support@desk.test".into(), ..MailboxCard::default() };
    card.imap =
        Endpoint { host: server.host, port: i64::from(server.port), security: Security::Tls, pin: String::new() };
    card
}

/// Sets the mailbox up, which begins to be fetched.
pub(super) async fn connect(desk: &TestDesk, card: MailboxCard) -> Mailbox {
    let seal = desk.app().room.seal;
    desk.act(move |act| {
        let id = mailboxes::add_mailbox(act, &card)?;
        mailboxes::keep_credential(act, &seal, id, &Credential::Password(Secret::new("secret")))?;
        mailboxes::mailbox_by_id(act.db, id)
    })
    .await
}

/// Waits until the ledger has so many rows that are decided.
pub(super) async fn settled(desk: &TestDesk, mailbox: &Mailbox, count: usize) -> Vec<mailboxes::Inbound> {
    let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
    for _ in 0..1_500 {
        look.tick().await;
        let rows = rows(desk, mailbox.id).await;
        if rows.iter().filter(|row| row.outcome.is_settled()).count() >= count {
            return rows;
        }
    }
    panic!("not {count} mails in 30 s: {:?}", rows(desk, mailbox.id).await);
}

fn letter(n: usize) -> String {
    mail("Erika <erika@muster.example>", &format!("Letter {n}"), "", &format!("Text {n}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_there_is_taken_and_what_comes_is_heard_at_once() {
    let dovecot = Dovecot::start().await;
    dovecot.lay("support", (0..30).map(|n| letter(n).replace('\n', "\r\n").into_bytes()));
    let desk = desk_at(&dovecot).await;
    let inbox = connect(&desk, card(&dovecot)).await;
    settled(&desk, &inbox, 30).await;
    assert_eq!(ticket_count(&desk).await, 30);
    let began = std::time::Instant::now();
    dovecot.deliver("support", &[letter(31).replace('\n', "\r\n").as_bytes()]).await;
    settled(&desk, &inbox, 31).await;
    println!("from delivery to ticket: {:?}", began.elapsed());
    assert_eq!(unaccounted(&desk).await, 0);
    // Thrown out by the server, it comes back and hears again.
    dovecot.kick("support");
    dovecot.deliver("support", &[letter(32).replace('\n', "\r\n").as_bytes()]).await;
    settled(&desk, &inbox, 32).await;
    assert_eq!(ticket_count(&desk).await, 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_begin_anew_and_mails_that_were_moved_double_nothing() {
    let mut dovecot = Dovecot::start().await;
    dovecot.lay("support", (0..12).map(|n| letter(n).replace('\n', "\r\n").into_bytes()));
    let mut desk = desk_at(&dovecot).await;
    let moving = MailboxCard { after_taking: AfterTaking::Move, taken_folder: "Done".into(), ..card(&dovecot) };
    let inbox = connect(&desk, moving).await;
    settled(&desk, &inbox, 12).await;
    let once = |desk: &TestDesk| {
        let (room, inbox) = (desk.app().room.clone(), inbox.clone());
        async move { mailboxes::fetch_once(&room, &inbox).await.unwrap() }
    };
    desk.act({
        let id = inbox.id;
        move |act| mailboxes::disable_mailbox(act, id)
    })
    .await;
    once(&desk).await;
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    assert!(session.uids(None).await.unwrap().is_empty(), "everything was moved");
    session.select("Done").await.unwrap();
    let moved = session.uids(None).await.unwrap();
    assert_eq!(moved.len(), 12);
    // Somebody moves them back, and the folder loses its numbers.
    session.move_to(&moved, "INBOX").await.unwrap();
    session.logout().await;
    dovecot.restart(|dovecot| dovecot.forget_numbers("support")).await;
    once(&desk).await;
    let rows = rows(&desk, inbox.id).await;
    assert_eq!(ticket_count(&desk).await, 12);
    assert!(rows.iter().filter(|row| row.outcome == Outcome::Duplicate).count() >= 12, "{}", rows.len());
    desk.restart().await;
    once(&desk).await;
    assert_eq!((ticket_count(&desk).await, unaccounted(&desk).await), (12, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_ends_after_five_tries_and_says_what_to_do() {
    let dovecot = Dovecot::start().await;
    let desk = desk_at(&dovecot).await;
    let seal = desk.app().room.seal;
    let new = card(&dovecot);
    let inbox = desk
        .act(move |act| {
            let id = mailboxes::add_mailbox(act, &new)?;
            mailboxes::disable_mailbox(act, id)?;
            mailboxes::keep_credential(act, &seal, id, &Credential::Password(Secret::new("wrong")))?;
            mailboxes::mailbox_by_id(act.db, id)
        })
        .await;
    let error = mailboxes::fetch_once(&desk.app().room, &inbox).await.unwrap_err();
    assert!(error.to_string().contains("fetch"), "{error}");
    assert!(rows(&desk, inbox.id).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_taken_in_their_order_whatever_their_size() {
    let dovecot = Dovecot::start().await;
    let answers = |id: &str| format!("In-Reply-To: <{id}>");
    let long = |bytes: usize| "It drips and drips.\n".repeat(bytes / 20);
    let mails = [
        mail("erika@muster.example", "Large", "Message-ID: <large@x.example>", &long(1_500 << 10)),
        mail("erika@muster.example", "Re: Large", &answers("large@x.example"), "Have you seen it?"),
        mail("erika@muster.example", "Too large", "Message-ID: <huge@x.example>", &long(3 << 20)),
        mail("erika@muster.example", "Re: Too large", &answers("huge@x.example"), "And this?"),
    ];
    dovecot.lay("support", mails.map(|mail| mail.replace('\n', "\r\n").into_bytes()));
    let desk = desk_at(&dovecot).await;
    let inbox = connect(&desk, MailboxCard { size_bytes_max: 2 << 20, ..card(&dovecot) }).await;
    let mut rows = settled(&desk, &inbox, 4).await;
    rows.sort_by_key(|row| row.uid);
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), {
        let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        ids.sort();
        ids
    });
    assert_eq!((rows[0].ticket, rows[2].ticket), (rows[1].ticket, rows[3].ticket), "an answer finds what it answers");
    assert_eq!((ticket_count(&desk).await, rows[2].outcome), (2, Outcome::TooLarge));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_too_large_is_fetched_whole_when_somebody_raised_the_limit() {
    let dovecot = Dovecot::start().await;
    let desk = desk_at(&dovecot).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let own = connect(&desk, MailboxCard { size_bytes_max: 1 << 20, ..card(&dovecot) }).await;
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let large = format!(
        "From: erika@muster.example\r\nSubject: Drawings\r\nMessage-ID: <large@there.example>\r\n\
         Date: Fri, 20 Nov 2026 11:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\n\r\nSee the drawings.\r\n--b\r\nContent-Type: application/pdf; name=plan.pdf\r\n\
         Content-Disposition: attachment; filename=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--b--\r\n",
        line.repeat(30_000)
    );
    dovecot.deliver("support", &[large.as_bytes()]).await;
    let row = settled(&desk, &own, 1).await.remove(0);
    assert_eq!(row.outcome, Outcome::TooLarge, "{row:?}");
    let (here, ticket) = (format!("/admin/mail/ledger/{}", row.id), row.ticket.unwrap());
    assert!(ada.get(&here).await.words().contains("Fetch it whole"));
    let page = ada.post(&format!("{here}/whole"), &[]).await;
    assert!(page.status == 409 && page.words().contains("Raise the limit of the mailbox first"), "{}", page.words());

    let (id, card) = (own.id, MailboxCard { size_bytes_max: 4 << 20, ..own.card });
    desk.act(move |act| mailboxes::change_mailbox(act, id, &card)).await;
    // What is there of it is its beginning, whatever the limit is now.
    desk.sql("UPDATE inbound_mails SET outcome = 'quarantined', ticket_id = NULL, entry_id = NULL, content_key = NULL")
        .await;
    ada.get(&here).await;
    ada.post(&format!("{here}/retry"), &[]).await;
    assert_eq!(rows(&desk, id).await[0].outcome, Outcome::TooLarge);
    desk.sql(&format!("UPDATE inbound_mails SET ticket_id = {ticket}")).await;

    let page = ada.post(&format!("{here}/whole"), &[]).await;
    assert!(page.status == 200 && page.words().contains("The whole mail was fetched"), "{}", page.words());
    let row = rows(&desk, id).await.remove(0);
    assert_eq!((row.outcome, row.ticket, row.size_bytes > 2 << 20), (Outcome::Entry, Some(ticket), true), "{row:?}");
    let files = desk.read(move |db| tickets::attachments_of(db, ticket)).await;
    let file = files.iter().find(|file| file.entry == row.entry).unwrap();
    assert_eq!((file.name.as_str(), file.size_bytes), ("plan.pdf", 30_000 * 57));
    assert_eq!(ada.post(&format!("{here}/whole"), &[]).await.status, 409, "it is whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_moves_nothing_is_heard_all_the_same_and_that_is_said() {
    let rules = tempfile::NamedTempFile::new().unwrap();
    std::fs::set_permissions(rules.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let file = rules.path().display();
    let more = format!("protocol imap {{\n mail_plugins = $mail_plugins acl\n}}\nplugin {{\n acl = vfile:{file}\n}}\n");
    let dovecot = Dovecot::with(Setup { more, ..Setup::default() }).await;
    dovecot.session("support").await.create("Done").await.unwrap();
    let desk = desk_at(&dovecot).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    std::fs::write(rules.path(), "Done owner lr\n").unwrap();
    let moving = MailboxCard { after_taking: AfterTaking::Move, taken_folder: "Done".into(), ..card(&dovecot) };
    let inbox = connect(&desk, moving).await;
    // The second is heard by the connection that could not move the first.
    for n in 1..=2 {
        dovecot.deliver("support", &[letter(n).replace('\n', "\r\n").as_bytes()]).await;
        settled(&desk, &inbox, n).await;
        until_folder(&desk, |folder| folder.unfiled.is_some()).await;
    }
    let seen = desk.read(move |db| mailboxes::mailbox_by_id(db, inbox.id)).await;
    assert_eq!((seen.failing_since_at, seen.failure), (None, None));
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("In order") && words.contains("they stay where they are on the server"), "{words}");
    assert!(words.contains("Permission denied") && !words.contains("already exists"), "{words}");
    std::fs::write(rules.path(), "").unwrap();
    dovecot.kick("support");
    until_folder(&desk, |folder| folder.unfiled.is_none()).await;
    assert!(!ada.get("/admin/mail").await.words().contains("they stay where they are"));
    let mut session = dovecot.session("support").await;
    session.select("Done").await.unwrap();
    assert_eq!(session.uids(None).await.unwrap().len(), 2, "they are moved as soon as they can be");
}

/// Waits until this holds of the only folder.
pub(super) async fn until_folder(desk: &TestDesk, holds: impl Fn(&mailboxes::FolderState) -> bool) {
    let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
    for _ in 0..1_500 {
        look.tick().await;
        if desk.read(mailboxes::folder_states).await.iter().all(&holds) {
            return;
        }
    }
    panic!("not in 30 s: {:?}", desk.read(mailboxes::folder_states).await);
}
