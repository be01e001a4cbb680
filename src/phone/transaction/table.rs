//! The table of server transactions and its heap of timers.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use bytes::Bytes;

use super::{Key, PATIENCE_MS, T1_MS, T2_MS, T4_MS};
use crate::phone::path::Target;

/// Names a transaction for as long as this process lives; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TxId(u64);

/// Which of the two state machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// RFC 3261 section 17.2.1 with the Accepted state of RFC 6026.
    Invite,
    /// RFC 3261 section 17.2.2.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No final answer yet.
    Proceeding,
    /// A final answer was sent; for an INVITE it is repeated until the ACK comes.
    Completed,
    /// The ACK came; further ones are absorbed (INVITE only).
    Confirmed,
    /// A 2xx was sent; repeating it is up to who sent it (INVITE only).
    Accepted,
}

/// What a tick found to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Send the last answer again (timer G).
    Resend(Target, Bytes),
    /// No ACK came in all that time (timer H). The transaction is gone.
    Unacknowledged(TxId),
}

#[derive(Debug)]
struct Transaction {
    key: Key,
    kind: Kind,
    state: State,
    target: Target,
    last: Option<Bytes>,
    /// When the last answer is sent again; nothing when it is not.
    resend_at: Option<u64>,
    /// The gap before the next repetition.
    gap_ms: u64,
    /// When the transaction ends; nothing while it proceeds.
    closes_at: Option<u64>,
    /// The place in the heap that counts; entries at other times are stale.
    armed_at: Option<u64>,
}

impl Transaction {
    fn next_at(&self) -> Option<u64> {
        [self.resend_at, self.closes_at].into_iter().flatten().min()
    }
}

/// All server transactions.
#[derive(Debug)]
pub struct Table {
    limit: usize,
    next_id: u64,
    all: HashMap<TxId, Transaction>,
    by_key: HashMap<Key, TxId>,
    timers: BinaryHeap<Reverse<(u64, TxId)>>,
    /// Those that only linger, the oldest first; ids of gone ones among them.
    lingering: VecDeque<TxId>,
}

impl Table {
    /// An empty table for at most `limit` transactions.
    pub fn new(limit: usize) -> Self {
        let (all, by_key, timers, lingering) = Default::default();
        Self { limit, next_id: 0, all, by_key, timers, lingering }
    }

    /// Open and lingering transactions.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The transaction of that key.
    pub fn find(&self, key: &Key) -> Option<TxId> {
        self.by_key.get(key).copied()
    }

    /// Opens a transaction; nothing when the table is full of transactions that still proceed.
    pub fn open(&mut self, key: Key, kind: Kind, target: Target) -> Option<TxId> {
        while self.all.len() >= self.limit {
            let oldest = self.lingering.pop_front()?;
            self.remove(oldest);
        }
        self.next_id += 1;
        let id = TxId(self.next_id);
        self.by_key.insert(key.clone(), id);
        let state = State::Proceeding;
        let (last, resend_at, closes_at, armed_at) = Default::default();
        self.all
            .insert(id, Transaction { key, kind, state, target, last, resend_at, gap_ms: T1_MS, closes_at, armed_at });
        Some(id)
    }

    /// Notes an answer that is being sent, and tells where to. Nothing when the transaction is gone or was finally
    /// answered before.
    pub fn answer(&mut self, now: u64, id: TxId, code: u16, octets: &Bytes) -> Option<Target> {
        let tx = self.all.get_mut(&id).filter(|tx| tx.state == State::Proceeding)?;
        tx.last = Some(octets.clone());
        let (target, kind) = (tx.target, tx.kind);
        let reliable = target.transport.is_reliable();
        match (kind, code) {
            (_, ..200) => return Some(target),
            (Kind::Invite, 200..300) => {
                tx.state = State::Accepted;
                tx.closes_at = Some(now + PATIENCE_MS);
            }
            (Kind::Invite, _) => {
                tx.state = State::Completed;
                tx.resend_at = (!reliable).then_some(now + T1_MS);
                tx.closes_at = Some(now + PATIENCE_MS);
            }
            (Kind::Other, _) if reliable => {
                self.remove(id);
                return Some(target);
            }
            (Kind::Other, _) => {
                tx.state = State::Completed;
                tx.closes_at = Some(now + PATIENCE_MS);
                self.linger(id);
            }
        }
        self.arm(id);
        Some(target)
    }

    /// The request came again: what to send again, and where to, if anything.
    pub fn repeat(&self, id: TxId) -> Option<(Target, Bytes)> {
        let tx = self.all.get(&id).filter(|tx| matches!(tx.state, State::Proceeding | State::Completed))?;
        Some((tx.target, tx.last.clone()?))
    }

    /// An ACK came for a final answer: no more repetitions, and the end after T4 (at once on a stream).
    pub fn acknowledge(&mut self, now: u64, id: TxId) {
        let Some(tx) = self.all.get_mut(&id).filter(|tx| tx.state == State::Completed && tx.kind == Kind::Invite)
        else {
            return;
        };
        if tx.target.transport.is_reliable() {
            return self.remove(id);
        }
        tx.state = State::Confirmed;
        tx.resend_at = None;
        tx.closes_at = Some(now + T4_MS);
        self.linger(id);
        self.arm(id);
    }

    /// When the next timer may be due.
    pub fn next_at(&self) -> Option<u64> {
        self.timers.peek().map(|Reverse((at, _))| *at)
    }

    /// The next thing due at `now`; call until nothing comes.
    pub fn next_due(&mut self, now: u64) -> Option<Due> {
        while let Some(Reverse((at, id))) = self.timers.peek().copied().filter(|Reverse((at, _))| *at <= now) {
            self.timers.pop();
            let Some(tx) = self.all.get_mut(&id).filter(|tx| tx.armed_at == Some(at)) else { continue };
            tx.armed_at = None;
            if tx.closes_at.is_some_and(|at| at <= now) {
                let unacknowledged = tx.kind == Kind::Invite && tx.state == State::Completed;
                self.remove(id);
                if unacknowledged {
                    return Some(Due::Unacknowledged(id));
                }
                continue;
            }
            let mut due = None;
            if tx.resend_at.is_some_and(|at| at <= now) {
                tx.gap_ms = (tx.gap_ms * 2).min(T2_MS);
                tx.resend_at = Some(now + tx.gap_ms);
                due = tx.last.clone().map(|octets| Due::Resend(tx.target, octets));
            }
            self.arm(id);
            if due.is_some() {
                return due;
            }
        }
        None
    }

    /// Puts the transaction into the heap at its next time, unless it stands there early enough already.
    fn arm(&mut self, id: TxId) {
        let Some(tx) = self.all.get_mut(&id) else { return };
        let Some(next) = tx.next_at() else { return };
        if tx.armed_at.is_none_or(|armed| next < armed) {
            tx.armed_at = Some(next);
            self.timers.push(Reverse((next, id)));
        }
    }

    fn linger(&mut self, id: TxId) {
        self.lingering.push_back(id);
        if self.lingering.len() > 2 * self.limit {
            self.lingering.retain(|id| self.all.contains_key(id));
        }
    }

    fn remove(&mut self, id: TxId) {
        if let Some(tx) = self.all.remove(&id)
            && self.by_key.get(&tx.key) == Some(&id)
        {
            self.by_key.remove(&tx.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::testing::{request, source};

    fn open(table: &mut Table, id: &str) -> (Key, TxId) {
        let invite = request("INVITE", id, "");
        let key = Key::of(&invite, "INVITE");
        let tx =
            table.open(key.clone(), Kind::Invite, source("192.0.2.10:5060").answer_target(&invite, false)).unwrap();
        (key, tx)
    }

    #[test]
    fn a_2xx_leaves_repeating_to_its_sender() {
        let mut table = Table::new(10);
        let (key, id) = open(&mut table, "1");
        table.answer(0, id, 200, &Bytes::from_static(b"ok")).unwrap();
        assert_eq!((table.repeat(id), table.next_due(PATIENCE_MS - 1)), (None, None));
        table.acknowledge(1, id);
        assert_eq!(table.find(&key), Some(id), "the ACK of a 2xx is no business of the transaction (RFC 6026)");
        assert_eq!(table.next_due(PATIENCE_MS), None);
        assert_eq!((table.find(&key), table.len(), table.next_at()), (None, 0, None), "timer L");
    }

    #[test]
    fn only_the_first_final_answer_counts() {
        let mut table = Table::new(10);
        let (_, id) = open(&mut table, "1");
        let octets = Bytes::from_static(b"x");
        assert!(table.answer(0, id, 100, &octets).is_some());
        assert!(table.answer(0, id, 487, &octets).is_some());
        assert!(table.answer(0, id, 180, &octets).is_none());
        assert!(table.answer(0, id, 200, &octets).is_none());
        let mut dues = vec![];
        for now in 0..=PATIENCE_MS {
            dues.extend(std::iter::from_fn(|| table.next_due(now)));
        }
        assert_eq!((dues.len(), dues.pop()), (11, Some(Due::Unacknowledged(id))));
    }

    #[test]
    fn many_transactions_cost_only_what_is_due() {
        let mut table = Table::new(1_000);
        for n in 0..20_000u64 {
            let (_, id) = open(&mut table, &n.to_string());
            table.answer(n, id, 487, &Bytes::from_static(b"x"));
            table.acknowledge(n, id);
            assert!(table.len() <= 1_000);
            while table.next_due(n).is_some() {}
        }
        assert!(table.lingering.len() <= 2_001 && table.timers.len() <= 20_000);
        while table.next_due(100_000).is_some() {}
        assert_eq!((table.len(), table.timers.len()), (0, 0));
    }
}
