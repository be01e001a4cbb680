//! The exchange under a clock that the test moves.

use std::time::Duration;

use super::*;
use crate::phone::call::{Answer, Outcome, Trust};
use crate::phone::testing::{octets, parse, request, source, stream_source};

const PBX: &str = "192.0.2.10:5060";

struct Desk {
    exchange: Exchange,
    now: u64,
    asked: Vec<(TxId, Arc<IncomingCall>)>,
    ended: Vec<(Arc<IncomingCall>, Ending)>,
    sent: Vec<String>,
}

impl Desk {
    fn new() -> Self {
        Self::with(Bounds::default())
    }

    fn with(bounds: Bounds) -> Self {
        let exchange = Exchange::new(bounds, Meters::new().unwrap());
        Self { exchange, now: 1_000, asked: vec![], ended: vec![], sent: vec![] }
    }

    fn settle(&mut self) -> Vec<u16> {
        self.sent.clear();
        for output in self.exchange.take_outputs() {
            match output {
                Output::Send(_, octets) => self.sent.push(String::from_utf8(octets.to_vec()).unwrap()),
                Output::Ask(id, call) => self.asked.push((id, call)),
                Output::Ended(call, ending) => self.ended.push((call, ending)),
                Output::Rang(_) => {}
            }
        }
        self.sent.iter().map(|octets| octets[8..11].parse().unwrap()).collect()
    }

    fn hear(&mut self, message: &Message) -> Vec<u16> {
        self.exchange.receive(self.now, &source(PBX), message);
        self.settle()
    }

    fn hear_on_stream(&mut self, message: &Message) -> Vec<u16> {
        self.exchange.receive(self.now, &stream_source(PBX), message);
        self.settle()
    }

    fn get(&mut self, method: &str, id: &str, more: &str) -> Vec<u16> {
        self.hear(&request(method, id, more))
    }

    fn say(&mut self, answer: Answer) -> Vec<u16> {
        let (id, _) = self.asked.remove(0);
        self.exchange.answered(self.now, id, answer);
        self.settle()
    }

    fn ring(&mut self) -> Vec<u16> {
        self.say(Answer::Ring { limit: Duration::from_secs(180) })
    }

    /// Lets time pass in steps of the timers, and returns what was sent at which moment from here.
    fn pass(&mut self, ms: u64) -> Vec<(u64, u16)> {
        let (from, until) = (self.now, self.now + ms);
        let mut seen = vec![];
        while let Some(at) = self.exchange.next_at().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.exchange.tick(self.now);
            let at = self.now - from;
            seen.extend(self.settle().into_iter().map(|code| (at, code)));
        }
        self.now = until;
        seen
    }

    fn to_tag(&self) -> String {
        let to = self.sent.last().unwrap().lines().find(|line| line.starts_with("To:")).unwrap().to_owned();
        to.split(";tag=").nth(1).unwrap().to_owned()
    }

    fn outcomes(&self) -> Vec<(Outcome, Trust)> {
        self.ended.iter().map(|(_, ending)| (ending.outcome, ending.trust)).collect()
    }

    fn is_empty(&self) -> bool {
        self.exchange.calls.is_empty() && self.exchange.by_dialog.is_empty() && self.exchange.table.len() == 0
    }
}

#[test]
fn it_rings_only_after_the_desk_has_kept_the_call() {
    let mut desk = Desk::new();
    assert_eq!(desk.get("INVITE", "1", ""), [100]);
    assert!(!desk.sent[0].contains(";tag=us") && desk.sent[0].contains("To: <sip:620@192.0.2.50>\r\n"));
    assert_eq!(desk.get("INVITE", "1", ""), [100], "a repetition while the desk writes");
    assert_eq!(desk.asked.len(), 1, "is no second call");
    assert_eq!(desk.ring(), [180]);
    assert!(
        desk.sent[0].contains("Contact: <sip:620@192.0.2.50:5060>\r\n")
            && desk.sent[0].ends_with("Content-Length: 0\r\n\r\n")
    );
    let tag = desk.to_tag();
    assert_eq!(desk.get("INVITE", "1", ""), [180]);
    assert_eq!(desk.get("CANCEL", "1", "Reason: SIP;cause=200\r\n"), [200, 487]);
    assert!(desk.sent.iter().all(|octets| octets.contains(&format!(";tag={tag}\r\n"))), "one tag in 180, 200 and 487");
    assert!(desk.sent[0].contains("CSeq: 1 CANCEL") && desk.sent[1].contains("CSeq: 1 INVITE"));
    assert_eq!(desk.outcomes(), [(Outcome::AnsweredElsewhere, Trust::Medium)]);
    assert_eq!(desk.get("CANCEL", "1", ""), [200], "a repeated CANCEL");
    assert_eq!(desk.get("INVITE", "1", ""), [487], "a repeated INVITE");
    assert_eq!(desk.get("ACK", "1", ""), Vec::<u16>::new());
    assert_eq!(desk.get("ACK", "1", ""), Vec::<u16>::new());
    assert_eq!(desk.get("INVITE", "1", ""), Vec::<u16>::new(), "after the ACK it is absorbed");
    assert_eq!(desk.ended.len(), 1);
    assert_eq!(desk.pass(40_000), Vec::<(u64, u16)>::new());
    assert!(desk.is_empty(), "nothing is left behind");
}

#[test]
fn a_final_answer_is_repeated_until_the_ack() {
    let mut desk = Desk::new();
    desk.get("INVITE", "1", "");
    desk.ring();
    desk.get("CANCEL", "1", "");
    let seen = desk.pass(40_000);
    let times = [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    assert_eq!(seen, times.map(|at| (at, 487)), "timer G doubles from T1 to T2, timer H ends it at 32 s");
    assert!(desk.is_empty());
    assert_eq!(desk.get("CANCEL", "1", ""), [481]);
}

#[test]
fn on_a_stream_nothing_is_repeated() {
    let mut desk = Desk::new();
    assert_eq!(desk.hear_on_stream(&request("INVITE", "1", "")), [100]);
    assert_eq!(desk.ring(), [180]);
    assert!(desk.sent[0].contains(";transport=tcp>"));
    assert_eq!(desk.hear_on_stream(&request("CANCEL", "1", "")), [200, 487]);
    assert_eq!(desk.exchange.table.len(), 1, "timer J is zero");
    desk.hear_on_stream(&request("ACK", "1", ""));
    assert!(desk.is_empty(), "timer I is zero");
    assert_eq!(desk.pass(40_000), Vec::<(u64, u16)>::new());
}

#[test]
fn timers_i_and_j_absorb_what_is_late() {
    let mut desk = Desk::new();
    desk.get("INVITE", "1", "");
    desk.ring();
    desk.get("CANCEL", "1", "");
    desk.get("ACK", "1", "");
    assert_eq!(desk.exchange.table.len(), 2);
    desk.pass(4_999);
    assert_eq!(desk.exchange.table.len(), 2);
    desk.pass(1);
    assert_eq!(desk.exchange.table.len(), 1, "I: 5 s after the ACK");
    desk.pass(26_999);
    assert_eq!(desk.get("CANCEL", "1", ""), [200], "J: 32 s");
    desk.pass(1);
    assert!(desk.is_empty());
}

#[test]
fn a_cancel_while_the_desk_writes_is_answered_at_once_and_told_later() {
    let mut desk = Desk::new();
    desk.get("INVITE", "1", "");
    assert_eq!(desk.get("CANCEL", "1", "Reason: Q.850;cause=16\r\n"), [200, 487]);
    assert!(desk.ended.is_empty(), "not before ring() has returned");
    assert_eq!(desk.ring(), Vec::<u16>::new(), "no 180 after 487");
    assert_eq!(desk.outcomes(), [(Outcome::Missed, Trust::High)]);
    desk.get("INVITE", "2", "");
    desk.get("CANCEL", "2", "");
    assert_eq!(desk.say(Answer::Refuse { code: 503, retry_after_s: None }), Vec::<u16>::new());
    assert_eq!(desk.ended.len(), 1, "what was not kept has no end");
    desk.pass(40_000);
    assert!(desk.is_empty());
}

#[test]
fn a_cancel_before_its_invite_is_remembered_for_32_seconds() {
    let mut desk = Desk::new();
    assert_eq!(desk.get("CANCEL", "1", ""), [481]);
    desk.pass(31_999);
    assert_eq!(desk.get("INVITE", "1", ""), [487]);
    assert!(desk.asked.is_empty());
    desk.get("ACK", "1", "");
    desk.get("CANCEL", "2", "");
    desk.pass(32_001);
    desk.exchange.tick(desk.now);
    assert_eq!(desk.get("INVITE", "2", ""), [100], "then it is a call");
    assert!(desk.exchange.cancelled.is_empty() && desk.exchange.cancelled_order.is_empty());
}

#[test]
fn ringing_is_repeated_each_minute_until_the_limit() {
    let mut desk = Desk::new();
    desk.get("INVITE", "1", "");
    desk.ring();
    assert_eq!(desk.pass(180_000), [(60_000, 180), (120_000, 180), (180_000, 480)]);
    assert_eq!(desk.outcomes(), [(Outcome::RangOut, Trust::High)]);
    assert_eq!(desk.get("CANCEL", "1", ""), [200], "too late, but right");
    assert_eq!(desk.ended.len(), 1);
    desk.get("INVITE", "2", "Expires: 30\r\n");
    desk.now += 1_000;
    desk.ring();
    assert_eq!(desk.pass(29_000).last(), Some(&(29_000, 480)), "Expires counts from the INVITE");
}

#[test]
fn refusals_of_the_desk_never_end_the_ringing_of_others() {
    let mut desk = Desk::new();
    for (id, code, expected) in [("1", 480, 480), ("2", 503, 503), ("3", 603, 480), ("4", 302, 480), ("5", 200, 480)] {
        desk.get("INVITE", id, "");
        assert_eq!(desk.say(Answer::Refuse { code, retry_after_s: (code == 503).then_some(7) }), [expected]);
        assert_eq!(desk.sent[0].contains("Retry-After: 7\r\n"), code == 503);
        desk.get("ACK", id, "");
    }
    assert!(desk.ended.is_empty());
    desk.pass(40_000);
    assert!(desk.is_empty());
}

#[test]
fn a_desk_that_says_nothing_is_busy() {
    let mut desk = Desk::new();
    desk.get("INVITE", "1", "");
    assert_eq!(desk.pass(8_000), [(8_000, 503)]);
    assert!(desk.ended.is_empty());
    assert_eq!(desk.ring(), Vec::<u16>::new());
    assert_eq!(desk.outcomes(), [(Outcome::Unconfirmed, Trust::Low)]);
}

#[test]
fn merged_and_hasty_invites() {
    let mut desk = Desk::new();
    desk.get("INVITE", "1", "");
    let merged = octets("INVITE", "1", "").replace("branch=z9hG4bK1", "branch=z9hG4bKother");
    assert_eq!(desk.hear(&parse(&merged)), [482]);
    assert_eq!(desk.hear(&parse(&merged.replace("CSeq: 1", "CSeq: 2"))), [500]);
    desk.ring();
    desk.get("CANCEL", "1", "");
    assert_eq!(desk.hear(&parse(&merged)), [100], "after the end it is a serial fork: the same call again");
    assert_eq!(desk.asked[0].1.key, desk.ended[0].0.key);
}

#[test]
fn old_stacks_match_without_a_branch() {
    let mut desk = Desk::new();
    let old =
        |method: &str, more: &str| parse(&octets(method, "1", more).replace(";branch=z9hG4bK1", ";branch=z9hG4bK"));
    assert_eq!(desk.hear(&old("INVITE", "")), [100]);
    assert_eq!(desk.hear(&old("INVITE", "")), [100]);
    assert_eq!(desk.asked.len(), 1);
    desk.ring();
    let tag = desk.to_tag();
    assert_eq!(desk.hear(&old("CANCEL", "")), [200, 487]);
    let ack = octets("ACK", "1", "").replace(";branch=z9hG4bK1", ";branch=z9hG4bK");
    desk.hear(&parse(&ack.replace("To: <sip:620@192.0.2.50>", &format!("To: <sip:620@192.0.2.50>;tag={tag}"))));
    assert_eq!(desk.pass(20_000), Vec::<(u64, u16)>::new(), "the ACK was matched, nothing is repeated");
}

#[test]
fn a_bye_ends_an_early_dialog_and_nothing_else() {
    let mut desk = Desk::new();
    assert_eq!(desk.get("BYE", "1", ""), [481]);
    desk.get("INVITE", "1", "");
    desk.ring();
    let tag = desk.to_tag();
    let bye = |tag: &str| {
        let bye = octets("BYE", "1", "Reason: Q.850;cause=16\r\n").replace("z9hG4bK1", "z9hG4bKbye");
        parse(&bye.replace("To: <sip:620@192.0.2.50>", &format!("To: <sip:620@192.0.2.50>;tag={tag}")))
    };
    assert_eq!(desk.hear(&bye("guess")), [481]);
    assert_eq!(desk.hear(&bye(&tag)), [200, 487]);
    assert_eq!(desk.hear(&bye(&tag)), [200]);
    assert_eq!(desk.outcomes(), [(Outcome::Missed, Trust::High)]);
}

#[test]
fn what_we_take_no_part_in_is_refused_as_the_rfc_says() {
    let mut desk = Desk::new();
    for method in ["REGISTER", "MESSAGE", "PUBLISH", "REFER", "SUBSCRIBE", "NOTIFY", "UPDATE", "INFO", "PRACK"] {
        assert_eq!(desk.get(method, "1", ""), [405], "{method}");
        assert!(desk.sent[0].contains("Allow: INVITE, ACK, CANCEL, OPTIONS, BYE\r\n"));
    }
    let in_dialog = |method: &str| parse(&octets(method, "1", "").replace("50>\r\nCall-ID", "50>;tag=x\r\nCall-ID"));
    for method in ["NOTIFY", "UPDATE", "INFO", "PRACK", "BYE", "INVITE"] {
        assert_eq!(desk.hear(&in_dialog(method)), [481], "{method}");
    }
    assert_eq!(desk.get("invite", "1", ""), [501], "methods are case-sensitive");
    assert_eq!(desk.get("NEWMETHOD", "1", ""), [501]);
    assert_eq!(desk.get("INVITE", "1", "Require: 100rel, foo\r\n"), [420]);
    assert!(desk.sent[0].contains("Unsupported: 100rel, foo\r\n"));
    assert_eq!(
        desk.hear(&parse(&octets("OPTIONS", "1", "").replace("OPTIONS sip:620@192.0.2.50 ", "OPTIONS x:y "))),
        [416]
    );
    assert_eq!(desk.get("ACK", "9", ""), Vec::<u16>::new());
    assert_eq!(
        desk.hear(&parse(&octets("INVITE", "1", "").replace("INVITE sip:620@192.0.2.50 SIP/2.0", "SIP/2.0 200 OK"))),
        Vec::<u16>::new()
    );
    assert!(desk.is_empty(), "all of that without any state");
    assert_eq!(desk.get("INVITE", "1", "Require: \r\n"), [100]);
}

#[test]
fn options_tell_what_we_can_and_not_what_we_are() {
    let mut desk = Desk::new();
    assert_eq!(desk.get("OPTIONS", "1", ""), [200]);
    let first = desk.sent[0].clone();
    assert!(first.contains("Allow: INVITE") && !first.to_ascii_lowercase().contains("deskbell"), "{first}");
    desk.get("OPTIONS", "1", "");
    assert_eq!(first, desk.sent[0], "the same To-tag for a repetition");
}

#[test]
fn full_tables_refuse_without_state_and_recover() {
    let mut desk = Desk::with(Bounds { calls_max: 2, transactions_max: 4, ..Bounds::default() });
    for (id, codes) in [("1", [100]), ("2", [100]), ("3", [503]), ("4", [503])] {
        assert_eq!(desk.get("INVITE", id, ""), codes);
    }
    assert!(desk.sent[0].contains("Retry-After: 5\r\n"));
    assert_eq!(desk.exchange.table.len(), 2);
    for id in ["5", "6", "7", "8", "9"] {
        assert_eq!(desk.get("CANCEL", id, ""), [481], "what lingers makes room");
        assert!(desk.exchange.table.len() <= 4);
    }
    desk.get("CANCEL", "1", "");
    desk.ring();
    assert_eq!(desk.get("INVITE", "3", ""), [100]);
    let mut tiny = Desk::with(Bounds { transactions_max: 1, ..Bounds::default() });
    tiny.get("INVITE", "1", "");
    assert_eq!(tiny.get("INVITE", "2", ""), [503], "what proceeds does not make room");
}

#[test]
fn stopping_ends_every_call_once() {
    let mut desk = Desk::new();
    desk.get("INVITE", "1", "");
    desk.ring();
    desk.get("INVITE", "2", "");
    desk.exchange.stop(desk.now);
    assert_eq!(desk.settle(), [480, 480]);
    assert_eq!(desk.outcomes(), [(Outcome::Stopped, Trust::High)], "the other is still being written");
    desk.ring();
    assert_eq!(desk.outcomes(), [(Outcome::Stopped, Trust::High); 2]);
    assert_eq!(desk.get("INVITE", "3", ""), [480]);
}

#[test]
fn answers_go_where_the_request_wants_them() {
    let target = |message: &Message, bounds: Bounds| {
        let mut desk = Desk::with(bounds);
        desk.exchange.receive(0, &source("192.0.2.10:40000"), message);
        match desk.exchange.take_outputs().remove(0) {
            Output::Send(target, _) => target.to.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let plain = octets("OPTIONS", "1", "").replace(";rport", "");
    assert_eq!(target(&request("OPTIONS", "1", ""), Bounds::default()), "192.0.2.10:40000");
    assert_eq!(target(&parse(&plain), Bounds::default()), "192.0.2.10:5060");
    assert_eq!(target(&parse(&plain.replace("10:5060;", "10:5090;")), Bounds::default()), "192.0.2.10:5090");
    assert_eq!(
        target(&parse(&plain.replace("10:5060;", "10;maddr=203.0.113.1;")), Bounds::default()),
        "192.0.2.10:5060"
    );
    assert_eq!(target(&parse(&plain), Bounds { force_rport: true, ..Bounds::default() }), "192.0.2.10:40000");
}
