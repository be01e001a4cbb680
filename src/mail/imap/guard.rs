//! The guard between a server and `async-imap`: a response reaches the library whole, counted and written anew, or not at all.
//!
//! The library reads from here as from any connection. It gets nothing before a response is whole, so it never waits in the
//! middle of one and never sets memory aside for one; what it gets was read by its own grammar before, so it never fails at
//! it. When the time is over, the server says goodbye or goes over its [`Budget`], reading fails with our [`Error`] inside,
//! and the connection is over. The guard also keeps how the last command ended, in the words of the server, and what the
//! server is able to do: the library's calls pass over the one or the other.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use async_imap::imap_proto::{Response, Status};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::framing::{Budget, Frames};
use super::grammar::{Ended, capabilities};
use super::mending::mended;
use super::{Error, Result};

/// Octets that are gathered before they are sent: the library writes a command in four pieces.
const SEND_BYTES: usize = 64 << 10;

/// A connection that nothing comes through which the library isn't fit for. Reading can be dropped and taken up again.
pub(super) struct Guard<S> {
    stream: S,
    budget: Budget,
    frames: Frames,
    /// What the library may read, and how much of it it has read.
    ready: Vec<u8>,
    handed: usize,
    /// What is to be sent, and how much of it was.
    outbox: Vec<u8>,
    sent: usize,
    /// When the last octet came or went.
    moved_at: Instant,
    /// When the response that is awaited is too late.
    until: Instant,
    alarm: Pin<Box<Sleep>>,
    ended: Option<Ended>,
    capabilities: BTreeSet<String>,
}

/// Prints nothing of what was said.
impl<S> fmt::Debug for Guard<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("budget", &self.budget).finish_non_exhaustive()
    }
}

impl<S> Guard<S> {
    /// Guards a connection, at first with this budget.
    pub(super) fn new(stream: S, budget: Budget) -> Self {
        let now = Instant::now();
        Self {
            stream,
            until: now + budget.response,
            budget,
            frames: Frames::default(),
            ready: Vec::new(),
            handed: 0,
            outbox: Vec::new(),
            sent: 0,
            moved_at: now,
            alarm: Box::pin(sleep_until(now)),
            ended: None,
            capabilities: BTreeSet::new(),
        }
    }

    /// What may come from now on.
    pub(super) fn expect(&mut self, budget: Budget) {
        self.moved_at = Instant::now();
        self.until = self.moved_at + budget.response;
        self.budget = budget;
        self.ended = None;
    }

    /// How the command ended that was sent after [`Guard::expect`], if it has.
    pub(super) fn ended(&mut self) -> Option<Ended> {
        self.ended.take()
    }

    /// What the server is able to do, in upper case, as it has said since somebody asked here.
    pub(super) fn capabilities(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.capabilities)
    }

    /// The connection itself, if nothing was said that hasn't been read.
    pub(super) fn into_inner(self) -> Option<S> {
        (self.frames.is_empty() && self.handed == self.ready.len()).then_some(self.stream)
    }

    /// What the library gets for a response: nothing if it makes no sense or wasn't asked for.
    fn let_through(&mut self, response: &[u8]) -> Result<Vec<u8>> {
        let fit = mended(response).unwrap_or_default();
        let mut rest = fit.as_slice();
        while !rest.is_empty() {
            let Ok((after, read)) = Response::parse(rest) else { break };
            self.note(&read)?;
            rest = after;
        }
        if !fit.is_empty() && rest.is_empty() {
            let kept_back = self.budget.login && fit.starts_with(b"* ");
            return Ok(if kept_back { Vec::new() } else { fit });
        }
        // A list of mails that can't be read is not an empty one.
        if self.budget.strict || response.get(..8).is_some_and(|begin| begin.eq_ignore_ascii_case(b"* SEARCH")) {
            return Err(Error::lost("what the server says makes no sense"));
        }
        Ok(Vec::new())
    }

    fn note(&mut self, response: &Response<'_>) -> Result<()> {
        match response {
            Response::Done { status, outcome, .. } => self.ended = Some(Ended::of(status, outcome)),
            Response::Capabilities(found) => self.capabilities.extend(capabilities(found)),
            Response::Data { status: Status::Bye, outcome } => {
                return Err(goodbye(outcome.information.as_deref().unwrap_or_default()));
            }
            Response::Continue(_) => {
                let left = self.budget.go_ons.checked_sub(1);
                let asks_more = || Error::lost("the server waits for something that it was not promised");
                self.budget.go_ons = left.ok_or_else(asks_more)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Ready with an error when nothing has moved for too long.
    fn poll_overdue(&mut self, cx: &mut Context<'_>, why: &str) -> Poll<io::Result<()>> {
        let Some(quiet) = self.budget.quiet else { return Poll::Pending };
        let due = self.until.min(self.moved_at + quiet);
        if self.alarm.deadline() != due {
            self.alarm.as_mut().reset(due);
        }
        ready!(self.alarm.as_mut().poll(cx));
        Poll::Ready(Err(lost(why)))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Guard<S> {
    /// Reads what there is, once. Nothing is lost when this is dropped.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let read = pin!(self.stream.read_buf(self.frames.room())).poll(cx);
        match read {
            Poll::Ready(Ok(0)) => Poll::Ready(Err(lost("the server closed the connection"))),
            Poll::Ready(Ok(_)) => {
                self.moved_at = Instant::now();
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(lost(error.to_string()))),
            Poll::Pending => self.poll_overdue(cx, "the server stopped in the middle of an answer"),
        }
    }

    /// Sends what was gathered.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(part) = self.outbox.get(self.sent..).filter(|part| !part.is_empty()) {
            match Pin::new(&mut self.stream).poll_write(cx, part) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(lost("the server closed the connection"))),
                Poll::Ready(Ok(count)) => {
                    self.sent += count;
                    self.moved_at = Instant::now();
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(lost(error.to_string()))),
                Poll::Pending => return self.poll_overdue(cx, NOT_TAKEN),
            }
        }
        self.outbox.clear();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Guard<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.handed == this.ready.len() {
            match this.frames.next(&mut this.budget).map_err(io::Error::other)? {
                Some(response) => {
                    this.until = Instant::now() + this.budget.response;
                    this.ready = this.let_through(&response).map_err(io::Error::other)?;
                    this.handed = 0;
                }
                None => ready!(this.poll_fill(cx))?,
            }
        }
        let fresh = this.ready.get(this.handed..).unwrap_or_default();
        let part = fresh.get(..buf.remaining()).unwrap_or(fresh);
        buf.put_slice(part);
        this.handed += part.len();
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.outbox.len() >= SEND_BYTES {
            ready!(this.poll_send(cx))?;
        }
        let part = buf.get(..SEND_BYTES).unwrap_or(buf);
        this.outbox.extend_from_slice(part);
        Poll::Ready(Ok(part.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        match Pin::new(&mut this.stream).poll_flush(cx) {
            Poll::Ready(flushed) => Poll::Ready(flushed.map_err(|error| lost(error.to_string()))),
            Poll::Pending => this.poll_overdue(cx, NOT_TAKEN),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

const NOT_TAKEN: &str = "the server does not take what is sent";

/// What reading and writing fail with: [`Error::Lost`], as the library passes it on.
fn lost(why: impl AsRef<str>) -> io::Error {
    io::Error::other(Error::lost(why))
}

fn goodbye(text: &str) -> Error {
    if text.is_empty() {
        return Error::lost("the server ended it");
    }
    Error::lost(format!("the server ended it and says: {text}"))
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
