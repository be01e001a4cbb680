//! A connection that is cut in nasty places: an answer is whole or it is none.

use std::time::Duration;

use deskbell::mail::imap::{Error, Found, Patience, Result, Session};

use super::cutting::{Cut, Cutting};
use super::dovecot::{Dovecot, login};
use super::fetching::mail;

/// A session through the proxy, with the inbox open.
async fn session(dovecot: &Dovecot, proxy: &Cutting) -> Session {
    let (trust, patience) = (dovecot.trust(), Patience::default());
    let mut session = Session::connect(&trust, &proxy.server(), &login("support"), patience).await.unwrap();
    session.select("INBOX").await.unwrap();
    session
}

/// From now on the connection is cut, and silence isn't waited for long.
fn cut(session: &mut Session, proxy: &Cutting, octets: usize, cut: Cut) {
    let quiet = if cut == Cut::Stall { Duration::from_millis(300) } else { Duration::from_secs(60) };
    session.set_patience(Patience { quiet, ..Patience::default() });
    proxy.cut_after(octets, cut);
}

fn is_lost<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Lost(_)))
}

#[tokio::test]
async fn a_cut_answer_is_no_answer() {
    let dovecot = Dovecot::start().await;
    dovecot.lay("support", (0..50).map(mail));
    let proxy = Cutting::before(&dovecot).await;
    let all: Vec<u32> = (1..=50).collect();
    for how in [Cut::Close, Cut::Boundary, Cut::Stall] {
        for octets in [1, 300, 2_000, 20_000] {
            let mut session = session(&dovecot, &proxy).await;
            let found = session.sizes(&all).await.unwrap();
            cut(&mut session, &proxy, octets, how);
            let fetched = session.fetch(&found).await;
            assert!(is_lost(&fetched), "{how:?} after {octets}: {fetched:?}");
            // What would come next belongs to nobody.
            assert!(is_lost(&session.noop().await));
            proxy.mend();
        }
        // Answers to the other questions are short, and their ends are missed just the same.
        let mut session = session(&dovecot, &proxy).await;
        cut(&mut session, &proxy, 1, if how == Cut::Boundary { Cut::Close } else { how });
        assert!(is_lost(&session.uids(None).await));
        proxy.mend();
    }
}

#[tokio::test]
async fn a_cut_large_mail_is_no_mail() {
    let dovecot = Dovecot::start().await;
    dovecot.lay("support", [[b"Subject: Large\r\n\r\n".to_vec(), b"0123456789abcdef\r\n".repeat(200_000)].concat()]);
    let proxy = Cutting::before(&dovecot).await;
    for (octets, how) in [(10, Cut::Close), (1 << 20, Cut::Close), (2_000_000, Cut::Stall)] {
        let mut session = session(&dovecot, &proxy).await;
        let found = session.sizes(&[1]).await.unwrap();
        cut(&mut session, &proxy, octets, how);
        assert!(is_lost(&session.fetch_to(&found[0], 64 << 20, &mut Vec::new()).await), "{how:?} after {octets}");
        proxy.mend();
    }
}

#[tokio::test]
async fn a_mail_that_takes_too_long_is_given_up() {
    let dovecot = Dovecot::start().await;
    dovecot.lay("support", (0..1).map(mail));
    let proxy = Cutting::before(&dovecot).await;
    let mut session = session(&dovecot, &proxy).await;
    session.set_patience(Patience { mail: Duration::from_millis(300), ..Patience::default() });
    proxy.cut_after(1, Cut::Stall);
    let found = Found { uid: 1, size: 5_000_000, received_at: None, seen: false, deleted: false };
    assert!(is_lost(&session.fetch_to(&found, 64 << 20, &mut Vec::new()).await));
    assert!(is_lost(&session.noop().await));
}

#[tokio::test]
async fn a_dropped_command_ends_the_session() {
    let dovecot = Dovecot::start().await;
    let proxy = Cutting::before(&dovecot).await;
    let mut session = session(&dovecot, &proxy).await;
    proxy.cut_after(1, Cut::Stall);
    assert!(tokio::time::timeout(Duration::from_millis(50), session.noop()).await.is_err());
    proxy.mend();
    assert!(is_lost(&session.noop().await));
    // Leaving takes a bounded time even so.
    session.logout().await;
}
