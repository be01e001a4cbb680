//! Everything at once, in an order that nobody thought of but that is the same in every run: whatever comes, each kept
//! call is ended once, nothing is left behind, and what we send can be read.

use std::collections::HashMap;
use std::time::Duration;

use super::*;
use crate::phone::call::Answer;
use crate::phone::reader::{Framing, Start, read};
use crate::phone::testing::{octets, parse, source, stream_source};

/// Xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }
}

/// What the desk was asked and told, by the pointer of the call.
#[derive(Default)]
struct Ledger {
    waiting: Vec<(TxId, Arc<IncomingCall>)>,
    kept: HashMap<*const IncomingCall, u32>,
    /// Keeps the pointers from being used again.
    calls: Vec<Arc<IncomingCall>>,
}

impl Ledger {
    fn read(&mut self, exchange: &mut Exchange) {
        for output in exchange.take_outputs() {
            match output {
                Output::Send(_, octets) => match read(&octets, Framing::Stream).unwrap().start {
                    Start::Response { code, .. } => assert!(![183, 401, 407].contains(&code) && code < 600, "{code}"),
                    Start::Request { .. } => panic!("we never ask"),
                },
                Output::Ask(id, call) => {
                    self.calls.push(Arc::clone(&call));
                    self.waiting.push((id, call));
                }
                Output::Ended(call, _) => {
                    *self.kept.get_mut(&Arc::as_ptr(&call)).expect("an end of a call that was not kept") += 1;
                }
                Output::Rang(_) => {}
            }
        }
    }

    fn answer(&mut self, exchange: &mut Exchange, now: u64, which: usize, refuse: bool) {
        let (id, call) = self.waiting.swap_remove(which);
        if refuse {
            return exchange.answered(now, id, Answer::Refuse { code: 480, retry_after_s: None });
        }
        self.kept.insert(Arc::as_ptr(&call), 0);
        exchange.answered(now, id, Answer::Ring { limit: Duration::from_secs(100) });
    }
}

fn run(seed: u64, bounds: Bounds) {
    let (mut random, mut ledger, mut now) = (Random(seed), Ledger::default(), 0);
    let mut exchange = Exchange::new(bounds, Meters::new().unwrap());
    for _ in 0..1_000 {
        now += [0, 0, 0, 0, 10, 300, 2_000, 20_000][usize::try_from(random.below(8)).unwrap()];
        let id = random.below(12).to_string();
        let method =
            ["INVITE", "INVITE", "CANCEL", "ACK", "BYE", "OPTIONS", "INFO"][usize::try_from(random.below(7)).unwrap()];
        let mut text = octets(
            method,
            &id,
            ["", "Expires: 5\r\n", "Reason: SIP;cause=200\r\n"][usize::try_from(random.below(3)).unwrap()],
        );
        match random.below(10) {
            0 => text = text.replace(";branch=z9hG4bK", ";x="),
            1 => text = text.replace(";branch=z9hG4bK", ";branch=z9hG4bKother"),
            2 => text = text.replace("CSeq: 1", "CSeq: 2"),
            _ => {}
        }
        let from = if random.below(3) == 0 { stream_source("192.0.2.10:5060") } else { source("192.0.2.10:5060") };
        exchange.receive(now, &from, &parse(&text));
        ledger.read(&mut exchange);
        while !ledger.waiting.is_empty() && random.below(2) == 0 {
            let which = usize::try_from(random.below(ledger.waiting.len() as u64)).unwrap();
            ledger.answer(&mut exchange, now, which, random.below(4) == 0);
            ledger.read(&mut exchange);
        }
        exchange.tick(now);
        ledger.read(&mut exchange);
        assert!(exchange.table.len() <= exchange.bounds.transactions_max);
        assert!(exchange.calls.len() <= exchange.bounds.calls_max);
    }
    exchange.stop(now);
    ledger.read(&mut exchange);
    while !ledger.waiting.is_empty() {
        ledger.answer(&mut exchange, now, 0, false);
        ledger.read(&mut exchange);
    }
    for _ in 0..100 {
        now += 10_000;
        exchange.tick(now);
        ledger.read(&mut exchange);
    }
    assert!(ledger.kept.len() > 10, "the storm tests something");
    assert!(ledger.kept.values().all(|ends| *ends == 1), "each kept call is ended once");
    let left = (exchange.calls.len(), exchange.by_dialog.len(), exchange.table.len(), exchange.cancelled.len());
    assert_eq!((left, exchange.next_at()), ((0, 0, 0, 0), None), "nothing is left behind");
}

#[test]
fn a_storm_leaves_nothing_behind() {
    for seed in 1..=5 {
        run(seed, Bounds::default());
        run(seed, Bounds { calls_max: 3, transactions_max: 6, ..Bounds::default() });
    }
}
