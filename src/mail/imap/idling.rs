//! Waiting for mail (IDLE, RFC 2177).

use std::future::Future;

use tokio::time::timeout;

use super::dialogue::Step;
use super::framing::Budget;

use super::{Error, Session};

/// Octets that a server may send while nothing happens: "still here" every two minutes.
const IDLE_BYTES_MAX: usize = 1 << 20;

/// How waiting ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Idle {
    /// There are more mails than before.
    News,
    /// The time is over.
    Nothing,
    /// The connection is gone, or the server no longer answers: connect again.
    Lost(Error),
}

impl Session {
    /// Waits until the server tells of new mails, or until `until` is ready. News that came earlier and were not looked at
    /// ([`Session::has_news`]) count at once.
    ///
    /// The caller lets `until` be ready after 25 minutes at most and calls again: servers end what idles for half an hour, and what
    /// lies between forgets connections earlier. Against a server that can't IDLE it waits for `until` alone.
    pub async fn idle(&mut self, until: impl Future<Output = ()> + Send) -> Idle {
        if self.has_news() {
            return Idle::News;
        }
        if !self.can("IDLE") {
            until.await;
            return Idle::Nothing;
        }
        match self.wait(until).await {
            Ok(()) if self.has_news() => Idle::News,
            Ok(()) => Idle::Nothing,
            Err(error) => Idle::Lost(error),
        }
    }

    async fn wait(&mut self, until: impl Future<Output = ()> + Send) -> Result<(), Error> {
        let budget = Budget { go_ons: 1, ..self.dialogue.small() };
        let tag = self.dialogue.begin("IDLE", budget).await?;
        if let Step::Ended(ended) = self.dialogue.next(&tag, &mut |_| {}).await? {
            ended.well()?;
            return Err(Error::lost("the server does not wait"));
        }
        let budget = Budget { total: IDLE_BYTES_MAX, quiet: None, ..self.dialogue.small() };
        self.dialogue.expect(budget);
        let mut until = std::pin::pin!(until);
        while !self.has_news() {
            // A goodbye, the end of the connection and an answer that wasn't asked for are errors here.
            let heard = tokio::select! {
                heard = self.dialogue.hear(&tag) => Some(heard?),
                () = &mut until => None,
            };
            match heard {
                None => break,
                Some(None) => {}
                Some(Some(_)) => return Err(Error::lost("the server stopped waiting by itself")),
            }
        }
        let goodbye = self.dialogue.patience.goodbye;
        self.dialogue.expect(self.dialogue.small());
        let leaving = async {
            self.dialogue.go_on("DONE").await?;
            self.dialogue.next(&tag, &mut |_| {}).await
        };
        match timeout(goodbye, leaving).await {
            Ok(Ok(Step::Ended(ended))) => ended.well().map(|_| ()),
            Ok(Ok(Step::GoOn)) => Err(Error::lost("the server goes on waiting")),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Error::lost("the server no longer answers")),
        }
    }
}
