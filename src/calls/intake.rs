//! Between the phone and the books: the phone's questions become acts, and its calls ring only when they are on disk.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use super::call::kept_outcome;
use super::{Heard, LineTable, Meters, end, recover, start, store};
use crate::base::{Error, Result};
use crate::events::{Actor, Books};
use crate::phone::number::mask;
use crate::phone::{Answer, Desk, Ending, IncomingCall};
use crate::tickets::CallOutcome;

/// Seconds after which a PBX may try again when the desk can't keep a call.
const RETRY_AFTER_S: u32 = 5;

/// The longest pause between two tries to keep the end of a call.
const END_PAUSE_MAX: Duration = Duration::from_secs(30);

/// How often refused calls are told of.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// The desk, as the phone knows it.
#[derive(Clone)]
pub struct Intake {
    books: Books,
    lines: LineTable,
    /// Which node of several on one database this is.
    node: Arc<str>,
    ring_limit: Duration,
    /// Whether the log may show whole numbers.
    shows_numbers: bool,
    meters: Meters,
    refused: Refused,
}

/// How many calls could not be kept since it was last said. A flood must not fill the journal.
#[derive(Clone, Default)]
struct Refused(Arc<Mutex<(Option<Instant>, u64)>>);

impl Refused {
    fn tell(&self, error: &Error) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.1 += 1;
        if told.0.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            tracing::error!(%error, calls = told.1, "calls could not be kept; the PBX is told to try again");
            *told = (Some(Instant::now()), 0);
        }
    }
}

impl Intake {
    /// A desk that keeps calls in these books.
    pub fn new(books: Books, lines: LineTable, node: &str, ring_limit: Duration, meters: Meters) -> Self {
        Self { books, lines, node: node.into(), ring_limit, shows_numbers: false, meters, refused: Refused::default() }
    }

    /// Lets the log show whole numbers instead of masked ones.
    #[must_use]
    pub fn showing_numbers(self, shows_numbers: bool) -> Self {
        Self { shows_numbers, ..self }
    }

    /// Closes the calls that rang when this node was killed. Called before the phone listens.
    pub async fn recover(&self) -> Result<usize> {
        let node = Arc::clone(&self.node);
        let closed = self
            .books
            .write(Actor::Daemon, move |act| {
                let open = store::ringing_on(act.db, &node)?;
                recover(act, &node)?;
                Ok(open)
            })
            .await?;
        for call in &closed {
            let line = self.lines.by_id(call.line).map(|line| line.name).unwrap_or_default();
            self.meters.ended(&line, CallOutcome::UnknownAfterRestart);
        }
        Ok(closed.len())
    }

    async fn keep(&self, call: &IncomingCall) -> Result<Option<()>> {
        let lines = self.lines.now();
        let Some(line) = lines.for_call(call.source.ip(), call.dialled.as_deref().unwrap_or_default()).cloned() else {
            return Ok(None);
        };
        let heard = Heard::read(call, &line, &self.node, self.books.clock().now());
        let name = line.name.clone();
        let number = heard.caller_key.clone().unwrap_or_default();
        let call = self.books.write(Actor::Phone, move |act| start(act, &line, &heard)).await?;
        let caller = if self.shows_numbers { number } else { mask(&number) };
        tracing::info!(%call, line = name, caller, "a call rings");
        Ok(Some(()))
    }

    async fn close(&self, call: &IncomingCall, outcome: CallOutcome, reason: Option<String>) -> Result<Option<String>> {
        let key = Heard::key_of(call);
        let lines = self.lines.now();
        self.books
            .write(Actor::Phone, move |act| {
                let Some(call) = store::by_key(act.db, &key)? else { return Ok(None) };
                let line = match lines.0.iter().find(|line| line.id == call.line) {
                    Some(line) => line.clone(),
                    None => store::line_by_id(act.db, call.line)?,
                };
                end(act, &line, call.id, outcome, reason.as_deref())?;
                Ok(Some(line.name))
            })
            .await
    }
}

impl Desk for Intake {
    fn knows(&self, source: IpAddr) -> bool {
        self.lines.knows(source)
    }

    fn ring(&self, call: Arc<IncomingCall>) -> BoxFuture<'static, Answer> {
        let intake = self.clone();
        Box::pin(async move {
            match intake.keep(&call).await {
                Ok(Some(())) => Answer::Ring { limit: intake.ring_limit },
                Ok(None) => {
                    tracing::warn!(source = %call.source.ip(), "a call is for a number that no line serves; it is refused with 404");
                    Answer::Refuse { code: 404, retry_after_s: None }
                }
                Err(error) => {
                    intake.refused.tell(&error);
                    Answer::Refuse { code: 503, retry_after_s: Some(RETRY_AFTER_S) }
                }
            }
        })
    }

    fn ended(&self, call: Arc<IncomingCall>, ending: Ending) -> BoxFuture<'static, ()> {
        let intake = self.clone();
        Box::pin(async move {
            let outcome = kept_outcome(&ending);
            let mut pause = Duration::from_secs(1);
            // Without end: a call that has ended must not ring on the board. Whoever stops the daemon stops this too, and the
            // next start closes the call.
            loop {
                match intake.close(&call, outcome, ending.reason_raw.clone()).await {
                    Ok(Some(line)) => return intake.meters.ended(&line, outcome),
                    Ok(None) => return tracing::error!("a call has ended that was never kept"),
                    Err(error) => tracing::warn!(%error, "the end of a call can't be kept yet; it is tried again"),
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(END_PAUSE_MAX);
            }
        })
    }
}
