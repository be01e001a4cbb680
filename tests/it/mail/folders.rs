//! Folders and moving, with servers that can do more and less.

use deskbell::mail::imap::{Error, Moved, Use};

use super::dovecot::{Dovecot, Setup};
use super::fetching::mail;

/// The numbers of the mails in a folder.
async fn uids(session: &mut deskbell::mail::imap::Session, folder: &str) -> Vec<u32> {
    session.select(folder).await.unwrap();
    session.uids(None).await.unwrap()
}

fn able_to(capabilities: &str) -> Setup {
    let more = format!("protocol imap {{\n imap_capability = {capabilities}\n}}\n");
    Setup { more, ..Setup::default() }
}

#[tokio::test]
async fn folders_are_listed_with_what_they_are_for() {
    let dovecot = Dovecot::start().await;
    let mut session = dovecot.session("support").await;
    for name in ["Entwürfe", "Größe & \"Maß\"", "台北/日本語", "a*b%c"] {
        session.create(name).await.unwrap();
        assert_eq!(session.select(name).await.unwrap().exists, 0, "{name}");
        session.append(name, b"Subject: x\r\n\r\nx\r\n", true).await.unwrap();
        session.noop().await.unwrap();
        assert_eq!(session.uids(None).await.unwrap(), [1], "{name}");
        assert!(session.sizes(&[1]).await.unwrap()[0].seen);
    }
    let folders = session.folders().await.unwrap();
    let names: Vec<&str> = folders.iter().map(|folder| &*folder.name).collect();
    assert_eq!(names, ["Entwürfe", "Größe & \"Maß\"", "INBOX", "Processed", "Sent", "a*b%c", "台北", "台北/日本語"]);
    let by_name = |name: &str| folders.iter().find(|folder| folder.name == name).unwrap();
    assert_eq!(by_name("INBOX").usage, Some(Use::Inbox));
    assert_eq!(by_name("Sent").usage, Some(Use::Sent));
    assert_eq!((by_name("Processed").usage, by_name("Processed").delimiter), (None, Some('/')));
    assert!(!by_name("台北").selectable && by_name("台北/日本語").selectable);
    assert!(matches!(session.select("Nirgends").await, Err(Error::Refused(_))));
    assert!(matches!(session.select("a\r\nD9 DELETE Sent").await, Err(Error::Refused(_))));
    assert!(session.folders().await.unwrap().iter().any(|folder| folder.name == "Sent"));
}

#[tokio::test]
async fn mails_are_moved_and_marked() {
    let dovecot = Dovecot::start().await;
    dovecot.lay("support", (0..5).map(mail));
    let mut session = dovecot.session("support").await;
    assert!(session.can("MOVE"));
    session.select("INBOX").await.unwrap();
    // One that is gone doesn't matter.
    assert_eq!(session.move_to(&[1, 3, 99], "Processed").await.unwrap(), Moved::Moved);
    session.mark_seen(&[2, 99]).await.unwrap();
    assert_eq!(session.uids(None).await.unwrap(), [2, 4, 5]);
    let found = session.sizes(&[2, 4, 5]).await.unwrap();
    assert_eq!(found.iter().map(|mail| mail.seen).collect::<Vec<_>>(), [true, false, false]);
    assert!(matches!(session.move_to(&[4], "Nirgends").await, Err(Error::Refused(_))));
    session.create("Nirgends").await.unwrap();
    session.move_to(&[4], "Nirgends").await.unwrap();
    assert_eq!(uids(&mut session, "Nirgends").await, [1]);
    assert_eq!(uids(&mut session, "Processed").await, [1, 2]);
    assert_eq!(uids(&mut session, "INBOX").await, [2, 5]);
    assert_eq!(session.move_to(&[], "Processed").await.unwrap(), Moved::Moved);
}

#[tokio::test]
async fn without_move_only_ours_are_removed() {
    let dovecot = Dovecot::with(able_to("IMAP4rev1 UIDPLUS IDLE")).await;
    dovecot.lay("support", (0..4).map(mail));
    let flags = |query: &str| {
        let done = dovecot.doveadm(&[
            "flags",
            "add",
            "-u",
            "support@desk.test",
            "\\Deleted",
            "mailbox",
            "INBOX",
            "uid",
            query,
        ]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let mut session = dovecot.session("support").await;
    assert!(!session.can("MOVE"));
    session.select("INBOX").await.unwrap();
    flags("4");
    assert_eq!(session.move_to(&[1, 2], "Processed").await.unwrap(), Moved::Moved);
    // What somebody else has thrown away is still there.
    assert_eq!(session.uids(None).await.unwrap(), [3, 4]);
    assert!(session.sizes(&[4]).await.unwrap()[0].deleted);
    assert_eq!(uids(&mut session, "Processed").await, [1, 2]);
}

#[tokio::test]
async fn where_nothing_can_be_moved_it_stays_and_is_seen() {
    let dovecot = Dovecot::with(able_to("IMAP4rev1")).await;
    dovecot.lay("support", (0..2).map(mail));
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    assert_eq!(session.move_to(&[1], "Processed").await.unwrap(), Moved::OnlySeen);
    let found = session.sizes(&[1, 2]).await.unwrap();
    assert_eq!(found.iter().map(|mail| mail.seen).collect::<Vec<_>>(), [true, false]);
    assert!(uids(&mut session, "Processed").await.is_empty());
}

#[tokio::test]
async fn new_numbers_are_noticed() {
    let mut dovecot = Dovecot::start().await;
    dovecot.lay("support", (0..3).map(mail));
    let mut session = dovecot.session("support").await;
    let before = session.select("INBOX").await.unwrap();
    assert_eq!((before.exists, before.uid_next), (3, Some(4)));
    assert!(before.highest_modseq.is_some() && !before.read_only);
    session.move_to(&[1], "Processed").await.unwrap();
    session.logout().await;
    // A UIDVALIDITY is the second in which it was given; Dovecot never gives one twice.
    dovecot.restart(|dovecot| dovecot.forget_numbers("support")).await;
    let mut session = dovecot.session("support").await;
    let after = session.select("INBOX").await.unwrap();
    assert_ne!(after.uid_validity, before.uid_validity);
    assert_eq!(session.uids(None).await.unwrap(), [1, 2]);
}
