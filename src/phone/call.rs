//! A call as the desk sees it, and what the desk has to say about it.
//!
//! The promise that shapes this seam: *taken means kept*. The phone says 180 only after [`Desk::ring`] has returned, and
//! tells the end of a call ([`Desk::ended`]) only after that too, exactly once for every call that was said to ring.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use super::identity::{CallerIdentity, Diversion};
use super::path::Transport;

/// What makes two INVITEs the same call: Call-ID, From-tag and the user part that was called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallKey(pub String);

/// A call that arrives.
#[derive(Debug, Clone)]
pub struct IncomingCall {
    /// The same for every repetition of this call, also over another path or after a serial fork.
    pub key: CallKey,
    /// Who sent the INVITE.
    pub source: SocketAddr,
    /// Over what.
    pub transport: Transport,
    /// The Call-ID, to join with what a PBX tells by other ways; at most 256 characters.
    pub call_id: String,
    /// Who calls.
    pub caller: CallerIdentity,
    /// The number or name that was dialled, as it came.
    pub dialled: Option<String>,
    /// Whether the call was diverted on its way to us, by whom and why.
    pub diversion: Option<Diversion>,
    /// The User-Agent of the sender, at most 80 characters. A hint only: anybody can write anything there.
    pub user_agent: Option<String>,
    /// When the INVITE arrived.
    pub received: Instant,
}

/// What the desk does with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is kept; ring for at most `limit`, or for less when the INVITE expires earlier.
    Ring {
        /// How long; 180 s is a good limit.
        limit: Duration,
    },
    /// Not now. 3xx and 6xx are sent as 480, since they would end the ringing of others too.
    Refuse {
        /// 480 when nobody is there, 503 when the desk can't keep the call (database full or locked).
        code: u16,
        /// Sent as Retry-After.
        retry_after_s: Option<u32>,
    },
}

/// How a call ended for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Another phone of the ring group took it.
    AnsweredElsewhere,
    /// The caller hung up before anybody answered.
    Missed,
    /// Nobody here answered, and the call went on to somewhere else: voicemail, the next group.
    WentOn,
    /// The PBX sent it to another number.
    Forwarded,
    /// It was cancelled without a reason: most likely missed.
    Unconfirmed,
    /// Nobody answered until the limit.
    RangOut,
    /// We stopped while it rang.
    Stopped,
}

/// How far an outcome can be believed. Some PBXs say "answered elsewhere" when it was the caller who hung up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// A guess.
    Low,
    /// Said by the PBX, but known to be wrong in some products.
    Medium,
    /// Certain.
    High,
}

/// The end of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// What happened.
    pub outcome: Outcome,
    /// How far that can be believed.
    pub trust: Trust,
    /// The Reason headers as they came, joined by commas, cleaned, at most 300 characters.
    pub reason_raw: Option<String>,
}

/// Who keeps the calls. The phone knows nothing of tickets or databases; this is all it asks for.
pub trait Desk: Send + Sync + 'static {
    /// Whether requests of this address are answered at all. Asked for every message: it must be cheap and never block.
    fn knows(&self, source: IpAddr) -> bool;

    /// Keeps a call. Returns once it is on disk, or says why not. After 8 s without an answer the call is refused.
    ///
    /// The same key may come again when a PBX tries us a second time (a serial fork): after the end of the first try,
    /// but perhaps before [`Desk::ended`] of that has returned.
    fn ring(&self, call: Arc<IncomingCall>) -> BoxFuture<'static, Answer>;

    /// A call that [`Desk::ring`] answered with [`Answer::Ring`] has ended: told once, with the same `Arc`.
    fn ended(&self, call: Arc<IncomingCall>, ending: Ending) -> BoxFuture<'static, ()>;
}
