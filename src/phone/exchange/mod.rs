//! What we answer to whom, and when: the core of the phone, without sockets, clocks or tasks.
//!
//! The driver hands in messages with the time ([`Exchange::receive`]), tells what the desk said
//! ([`Exchange::answered`]), lets time pass ([`Exchange::tick`]), and does what comes out ([`Output`]). So every timer
//! of RFC 3261 is tested in microseconds.
//!
//! - this file: which request goes where; the refusals of RFC 3261 section 8.2 that need no state. They are stateless
//!   with a To-tag that is the same for every repetition (section 8.2.7), so a flood of them costs no memory.
//! - `observer`: INVITE, CANCEL, BYE: the life of a call that we watch ring.
//!
//! Only requests of known sources come here; nothing here ever sends a request or answers 401, 407, 3xx or 6xx.

mod observer;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::hash_map::RandomState;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use self::observer::OpenCall;
use super::answering::{ALLOW, Echo};
use super::call::{Ending, IncomingCall};
use super::meters::{Dropped, Meters};
use super::path::{Source, Target};
use super::reader::Message;
use super::transaction::{Due, Key, Kind, Table, TxId};

/// Bounds and manners of the exchange.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Calls that are being kept or ring at the same time; more are answered 503.
    pub calls_max: usize,
    /// Server transactions, open and lingering.
    pub transactions_max: usize,
    /// Answer to the port that a UDP request came from even when it does not ask for it (peers behind a bad NAT).
    pub force_rport: bool,
    /// Keep an asserted number although the caller withheld it.
    pub keep_withheld: bool,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { calls_max: 4_096, transactions_max: 16_384, force_rport: false, keep_withheld: false }
    }
}

/// What the driver has to do.
#[derive(Debug, Clone)]
pub enum Output {
    /// Send these octets.
    Send(Target, Bytes),
    /// Ask the desk to keep this call, and hand what it says to [`Exchange::answered`].
    Ask(TxId, Arc<IncomingCall>),
    /// Tell the desk that this call has ended.
    Ended(Arc<IncomingCall>, Ending),
    /// The 180 of an INVITE that came then goes out with the outputs of this moment.
    Rang(Instant),
}

/// The state of all calls and transactions.
#[derive(Debug)]
pub struct Exchange {
    bounds: Bounds,
    meters: Meters,
    table: Table,
    /// By the INVITE's transaction: calls that wait for the desk or ring, and cancelled ones that wait for the desk.
    calls: HashMap<TxId, OpenCall>,
    /// Call-ID and From-tag of the calls whose INVITE has no final answer yet.
    by_dialog: HashMap<(String, String), TxId>,
    /// Times at which a call may want attention; those of ended calls are stale.
    call_timers: BinaryHeap<Reverse<(u64, TxId)>>,
    /// INVITEs that were cancelled before they came, and until when that is remembered; the oldest first in the queue.
    cancelled: HashMap<Key, u64>,
    cancelled_order: VecDeque<(u64, Key)>,
    /// Makes To-tags: keyed by chance per process, so nobody can foretell one, yet the same for the same request.
    tags: RandomState,
    outputs: Vec<Output>,
    stopping: bool,
}

impl Exchange {
    /// Nothing open yet.
    pub fn new(bounds: Bounds, meters: Meters) -> Self {
        let table = Table::new(bounds.transactions_max);
        let (calls, by_dialog, call_timers, cancelled, cancelled_order, tags) = Default::default();
        let (outputs, stopping) = (Vec::new(), false);
        Self {
            bounds,
            meters,
            table,
            calls,
            by_dialog,
            call_timers,
            cancelled,
            cancelled_order,
            tags,
            outputs,
            stopping,
        }
    }

    /// Takes what is to be done since the last time.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        self.meters.open(self.table.len(), self.calls.len());
        std::mem::take(&mut self.outputs)
    }

    /// When [`Exchange::tick`] may have something to do; nothing while no timer runs.
    pub fn next_at(&self) -> Option<u64> {
        let calls = self.call_timers.peek().map(|Reverse((at, _))| *at);
        [self.table.next_at(), calls].into_iter().flatten().min()
    }

    /// Takes a message that came at `now`.
    pub fn receive(&mut self, now: u64, source: &Source, message: &Message) {
        let Some((method, uri)) = message.request() else { return self.meters.dropped(Dropped::StrayResponse) };
        self.meters.came(method);
        let key = Key::of(message, method);
        match method {
            "ACK" => {
                // An ACK to nothing is absorbed: it belongs to a stateless refusal, or came twice.
                if let Some(id) = self.table.find(&key) {
                    self.table.acknowledge(now, id);
                }
                return;
            }
            "INVITE" | "CANCEL" | "BYE" => {
                if let Some(id) = self.table.find(&key) {
                    if let Some((target, octets)) = self.table.repeat(id) {
                        self.outputs.push(Output::Send(target, octets));
                    }
                    return;
                }
            }
            _ => {}
        }
        if method == "CANCEL" {
            return self.cancel(now, source, message, key);
        }
        let in_dialog = message.to.tag().is_some();
        match method {
            "INVITE" | "OPTIONS" | "BYE" => {}
            // These are never for a call that is only watched; inside a dialog of ours they can't be either.
            "UPDATE" | "INFO" | "PRACK" | "NOTIFY" if in_dialog && !self.is_open(message) => {
                return self.refuse(source, message, 481, &[]);
            }
            "UPDATE" | "INFO" | "PRACK" | "NOTIFY" | "REGISTER" | "MESSAGE" | "PUBLISH" | "REFER" | "SUBSCRIBE" => {
                return self.refuse(source, message, 405, &[("Allow", ALLOW)]);
            }
            _ => return self.refuse(source, message, 501, &[("Allow", ALLOW)]),
        }
        if !matches!(uri.scheme.as_str(), "sip" | "sips" | "tel") {
            return self.refuse(source, message, 416, &[]);
        }
        let required: Vec<&str> = message.values("Require").filter(|value| !value.is_empty()).collect();
        if !required.is_empty() {
            return self.refuse(source, message, 420, &[("Unsupported", &required.join(", "))]);
        }
        match method {
            "INVITE" if in_dialog => self.refuse(source, message, 481, &[]),
            "INVITE" => self.invite(now, source, message, key),
            "BYE" => self.bye(now, source, message, key),
            _ => {
                let octets = Echo::of(message, source).response(
                    200,
                    Some(&self.tag_for(message)),
                    &[("Allow", ALLOW), ("Accept", "application/sdp"), ("Supported", "")],
                );
                self.send(source.answer_target(message, self.bounds.force_rport), 200, octets);
            }
        }
    }

    /// Does what is due at `now`.
    pub fn tick(&mut self, now: u64) {
        while let Some(due) = self.table.next_due(now) {
            match due {
                Due::Resend(target, octets) => self.outputs.push(Output::Send(target, octets)),
                Due::Unacknowledged(_) => self.meters.unacknowledged(),
            }
        }
        while let Some(Reverse((at, id))) = self.call_timers.peek().copied().filter(|Reverse((at, _))| *at <= now) {
            self.call_timers.pop();
            self.call_due(now, at, id);
        }
        self.forget_cancelled(now);
    }

    /// Refuses without state.
    fn refuse(&mut self, source: &Source, request: &Message, code: u16, extra: &[(&str, &str)]) {
        let octets = Echo::of(request, source).response(code, Some(&self.tag_for(request)), extra);
        self.meters.refused(code);
        self.send(source.answer_target(request, self.bounds.force_rport), code, octets);
    }

    /// 503 without state, for when a table is full.
    fn refuse_busy(&mut self, source: &Source, request: &Message) {
        self.refuse(source, request, 503, &[("Retry-After", "5")]);
    }

    fn send(&mut self, target: Target, code: u16, octets: Bytes) {
        self.meters.sent(code);
        self.outputs.push(Output::Send(target, octets));
    }

    /// Answers a transaction: notes it there and sends it.
    fn answer(&mut self, now: u64, id: TxId, code: u16, octets: &Bytes) {
        if let Some(target) = self.table.answer(now, id, code, octets) {
            self.send(target, code, octets.clone());
        }
    }

    /// Opens a transaction, or says 503 when there is no room.
    fn open(&mut self, key: Key, kind: Kind, source: &Source, request: &Message) -> Option<TxId> {
        let id = self.table.open(key, kind, source.answer_target(request, self.bounds.force_rport));
        if id.is_none() {
            self.refuse_busy(source, request);
        }
        id
    }

    /// The To-tag for answers to this request, the same for its repetitions and for the CANCEL of an INVITE.
    fn tag_for(&self, request: &Message) -> String {
        let from_tag = request.from.tag().unwrap_or_default();
        format!("{:016x}", self.tags.hash_one((&request.call_id, from_tag, request.cseq)))
    }

    fn is_open(&self, request: &Message) -> bool {
        self.by_dialog.contains_key(&dialog_of(request))
    }
}

/// Call-ID and From-tag.
fn dialog_of(request: &Message) -> (String, String) {
    (request.call_id.clone(), request.from.tag().unwrap_or_default().to_owned())
}
