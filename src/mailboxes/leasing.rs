//! The right to fetch a mailbox, which one node has at a time and keeps by renewing it.

use std::future::Future;
use std::time::Duration;

use super::fetching::Trouble;
use super::intake::Room;
use super::mailbox::Mailbox;
use super::store;
use crate::base::Result;
use crate::events::Actor;

/// How long the right to fetch lasts without being renewed.
const LEASE_MS: i64 = 3 * 60_000;

/// How often it is renewed, whatever is done meanwhile: a mail may take ten minutes to come.
const RENEW: Duration = Duration::from_secs(50);

/// Does something with the right to fetch, which is renewed until that is done. Ends it when another node has the right.
pub(super) async fn leased<T>(
    room: &Room,
    mailbox: &Mailbox,
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    lease(room, mailbox).await?;
    kept(RENEW, || lease(room, mailbox), work).await
}

/// Does something, and renews a right again and again meanwhile. That it can't be renewed now does not matter until somebody
/// else has it.
async fn kept<T, F: Future<Output = Result<(), Trouble>>>(
    every: Duration,
    renew: impl Fn() -> F,
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    let renewing = async {
        loop {
            tokio::time::sleep(every).await;
            match renew().await {
                Err(Trouble::Elsewhere) => return Trouble::Elsewhere,
                Err(trouble) => tracing::debug!(%trouble, "the right to fetch can't be renewed yet"),
                Ok(()) => {}
            }
        }
    };
    tokio::select! {
        done = work => done,
        trouble = renewing => Err(trouble),
    }
}

/// Takes or renews the right to fetch.
async fn lease(room: &Room, mailbox: &Mailbox) -> Result<(), Trouble> {
    let (id, node) = (mailbox.id, room.node.clone());
    let has = room
        .books
        .write(Actor::Mail, move |act| store::lease(act.db, id, &node, act.now, act.now.plus_ms(LEASE_MS)))
        .await?;
    if has { Ok(()) } else { Err(Trouble::Elsewhere) }
}

/// Gives the right to fetch back, so that others need not wait until it ends by itself.
///
/// # Errors
/// Those of the database.
pub async fn let_go(room: &Room, mailbox: &Mailbox) -> Result<()> {
    let (id, node) = (mailbox.id, room.node.clone());
    room.books.write(Actor::Mail, move |act| store::release(act.db, id, &node)).await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::base::Error;

    #[tokio::test]
    async fn the_right_to_fetch_is_renewed_as_long_as_it_is_used_and_no_longer() {
        let (every, renewed) = (Duration::from_millis(1), AtomicU32::new(0));
        let renew = || async {
            match renewed.fetch_add(1, Ordering::SeqCst) {
                1 => Err(Trouble::Desk(Error::Busy("error-busy".into()))),
                _ => Ok(()),
            }
        };
        let long = async {
            while renewed.load(Ordering::SeqCst) < 5 {
                tokio::task::yield_now().await;
            }
            Ok(7)
        };
        assert_eq!(kept(every, renew, long).await.unwrap(), 7, "a database that is away for a moment ends nothing");
        let lost = || async { Err(Trouble::Elsewhere) };
        let ended = kept(every, lost, std::future::pending::<Result<(), Trouble>>()).await;
        assert!(matches!(ended, Err(Trouble::Elsewhere)), "{ended:?}");
    }
}
