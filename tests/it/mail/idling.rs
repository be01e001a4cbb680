//! Waiting for mail: it comes, it doesn't, the server goes away.

use std::time::{Duration, Instant};

use deskbell::mail::imap::{Idle, Patience, Session};

use super::cutting::{Cut, Cutting};
use super::dovecot::{Dovecot, Setup, login};
use super::fetching::mail;

const LONG: Duration = Duration::from_secs(30);

/// Waits in IDLE for `limit` while something is done after the server has begun to wait.
async fn idle_while(session: &mut Session, limit: Duration, act: impl Future<Output = ()>) -> Idle {
    let waiting = session.idle(async move { timer(limit).await });
    tokio::join!(waiting, act).0
}

/// Ready after a while.
async fn timer(limit: Duration) {
    let _over = tokio::time::timeout(limit, std::future::pending::<()>()).await;
}

#[tokio::test]
async fn a_delivery_is_heard() {
    let dovecot = Dovecot::start().await;
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    for round in 1..=3_u32 {
        let began = Instant::now();
        let heard = idle_while(&mut session, LONG, dovecot.deliver("support", &[b"Subject: x\r\n\r\nx\r\n"])).await;
        assert_eq!(heard, Idle::News);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        // It counts until somebody looks.
        assert_eq!(session.idle(timer(LONG)).await, Idle::News);
        assert_eq!(session.uids(None).await.unwrap().len(), usize::try_from(round).unwrap());
        assert!(!session.has_news());
    }
    assert_eq!(session.idle(timer(Duration::from_millis(50))).await, Idle::Nothing);
    session.noop().await.unwrap();
}

#[tokio::test]
async fn what_came_before_the_wait_is_heard_too() {
    let dovecot = Dovecot::start().await;
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    dovecot.deliver("support", &[b"Subject: x\r\n\r\nx\r\n"]).await;
    assert_eq!(session.idle(timer(LONG)).await, Idle::News);
}

#[tokio::test]
async fn a_kick_is_a_lost_connection() {
    let dovecot = Dovecot::start().await;
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    let began = Instant::now();
    let heard = idle_while(&mut session, LONG, async { dovecot.kick("support") }).await;
    assert!(matches!(heard, Idle::Lost(_)), "{heard:?}");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(session.noop().await.is_err());
}

#[tokio::test]
async fn a_server_that_fell_silent_is_noticed_when_the_wait_ends() {
    let dovecot = Dovecot::start().await;
    let proxy = Cutting::before(&dovecot).await;
    let (trust, patience) = (dovecot.trust(), Patience::default());
    let mut session = Session::connect(&trust, &proxy.server(), &login("support"), patience).await.unwrap();
    session.select("INBOX").await.unwrap();
    session.set_patience(Patience { quiet: Duration::from_secs(2), goodbye: Duration::from_millis(300), ..patience });
    let heard = idle_while(&mut session, Duration::from_millis(300), async {
        // The `+` has come; the answer to DONE won't.
        timer(Duration::from_millis(100)).await;
        proxy.cut_after(1, Cut::Stall);
    })
    .await;
    assert!(matches!(heard, Idle::Lost(_)), "{heard:?}");
}

#[tokio::test]
async fn a_server_without_idle_is_asked_later() {
    let more = "protocol imap {\n imap_capability = IMAP4rev1 MOVE\n}\n".to_owned();
    let dovecot = Dovecot::with(Setup { more, ..Setup::default() }).await;
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    dovecot.lay("support", [mail(1)]);
    assert_eq!(session.idle(timer(Duration::from_millis(20))).await, Idle::Nothing);
    // The answer is of before; the question after it brings the news, so the next wait ends at once.
    if session.uids(None).await.unwrap().is_empty() {
        assert_eq!(session.idle(timer(LONG)).await, Idle::News);
    }
    assert_eq!(session.uids(None).await.unwrap(), [1]);
}
