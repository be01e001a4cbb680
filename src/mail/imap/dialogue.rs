//! Commands and their answers, one after the other, through a session of the library.

use std::collections::BTreeSet;

use async_imap::imap_proto::{MailboxDatum, RequestId, Response};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::framing::Budget;
use super::grammar::Ended;
use super::guard::Guard;
use super::{Error, Patience, Result};

/// What hears the answers to a command before it ends.
pub(super) type Hear<'a> = &'a mut (dyn for<'r> FnMut(&Response<'r>) + Send);

/// A connection that is secured and guarded.
pub(super) type Stream = Guard<TlsStream<TcpStream>>;

/// What a server asks for, or how the command ended.
pub(super) enum Step {
    /// `+`: the server waits for more.
    GoOn,
    Ended(Ended),
}

/// A connection on which one command runs at a time.
pub(super) struct Dialogue {
    session: async_imap::Session<Stream>,
    pub patience: Patience,
    /// A command has begun and not ended: after an error or a dropped future, what comes next belongs to nobody.
    busy: bool,
    /// Mails in the folder, as far as the server has said.
    pub exists: u32,
    /// Whether more mails were announced since somebody looked.
    pub news: bool,
}

impl Dialogue {
    pub(super) fn new(session: async_imap::Session<Stream>, patience: Patience) -> Self {
        Self { session, patience, busy: false, exists: 0, news: false }
    }

    /// The budget of a command with a small answer.
    pub(super) fn small(&self) -> Budget {
        Budget::small(self.patience.quiet)
    }

    /// What may come from now on.
    pub(super) fn expect(&mut self, budget: Budget) {
        self.session.get_mut().expect(budget);
    }

    /// Runs a command that ends well.
    pub(super) async fn command(&mut self, command: &str, budget: Budget, hear: Hear<'_>) -> Result<Ended> {
        let tag = self.begin(command, budget).await?;
        match self.next(&tag, hear).await? {
            Step::Ended(ended) => ended.well(),
            Step::GoOn => Err(Error::lost("the server waits for something that it was not promised")),
        }
    }

    /// Runs a command whose answers don't matter.
    pub(super) async fn plain(&mut self, command: &str) -> Result<Ended> {
        let budget = self.small();
        self.command(command, budget, &mut |_| {}).await
    }

    /// Sends a command; its tag.
    pub(super) async fn begin(&mut self, command: &str, budget: Budget) -> Result<RequestId> {
        if self.busy {
            return Err(Error::lost("an earlier command was given up"));
        }
        self.busy = true;
        self.expect(budget);
        self.session.run_command(command).await.map_err(Error::of_library)
    }

    /// Sends a line that the server waits for.
    pub(super) async fn go_on(&mut self, line: &str) -> Result<()> {
        self.session.run_command_untagged(line).await.map_err(Error::of_library)
    }

    /// Sends octets that the server waits for, and the end of the command.
    pub(super) async fn literal(&mut self, octets: &[u8]) -> Result<()> {
        let stream = self.session.get_mut();
        let sending = async {
            stream.write_all(octets).await?;
            stream.write_all(b"\r\n").await?;
            stream.flush().await
        };
        sending.await.map_err(Error::of_connection)
    }

    /// Hears answers up to the end of the command, or until the server waits for more.
    pub(super) async fn next(&mut self, tag: &RequestId, hear: Hear<'_>) -> Result<Step> {
        loop {
            if let Some(step) = self.one(tag, hear).await? {
                return Ok(step);
            }
        }
    }

    /// Hears one answer. May be dropped and called again.
    pub(super) async fn hear(&mut self, tag: &RequestId) -> Result<Option<Step>> {
        self.one(tag, &mut |_| {}).await
    }

    async fn one(&mut self, tag: &RequestId, hear: Hear<'_>) -> Result<Option<Step>> {
        let heard = self.session.read_response().await.map_err(Error::of_connection)?;
        let heard = heard.ok_or_else(|| Error::lost("the connection ended before"))?;
        match heard.parsed() {
            Response::Done { tag: done, status, outcome } if done == tag => {
                self.busy = false;
                Ok(Some(Step::Ended(Ended::of(status, outcome))))
            }
            Response::Done { .. } => Err(Error::lost("the server answers a command that was not given")),
            Response::Continue(_) => Ok(Some(Step::GoOn)),
            other => {
                self.note(other);
                hear(other);
                Ok(None)
            }
        }
    }

    fn note(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                self.news |= *count > self.exists;
                self.exists = *count;
            }
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            _ => {}
        }
    }

    /// What the server is able to do, in upper case.
    pub(super) async fn capabilities(&mut self) -> Result<BTreeSet<String>> {
        self.plain("CAPABILITY").await?;
        Ok(self.session.get_mut().capabilities())
    }

    /// Says goodbye and ends the connection, in bounded time, whatever the other side does.
    pub(super) async fn logout(mut self) {
        let within = self.patience.goodbye;
        if !self.busy {
            self.expect(Budget::small(within));
            // The goodbye that comes first is what was asked for, and ends the connection here.
            if let Ok(Err(error)) = timeout(within, self.session.logout()).await {
                tracing::trace!(error = %Error::of_library(error), "logged out");
            }
        }
        if let Ok(Err(error)) = timeout(within, self.session.get_mut().shutdown()).await {
            tracing::debug!(%error, "the server closed first");
        }
    }
}
