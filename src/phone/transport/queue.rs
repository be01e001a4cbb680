//! The bounded queue between sockets and core. Two lanes: what belongs to calls goes first, and when there is no room
//! an OPTIONS has to go before anything else does; a PBX repeats those every minute anyway. What ends calls (ACK,
//! CANCEL, BYE) has as much room again: an overload passes when calls end, not when more begin.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::phone::path::Source;
use crate::phone::reader::Message;

/// A message and the way it came.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) source: Source,
    pub(crate) message: Box<Message>,
}

#[derive(Debug, Default)]
struct Lanes {
    calls: VecDeque<Packet>,
    options: VecDeque<Packet>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Queue {
    limit: usize,
    lanes: Mutex<Lanes>,
    filled: Notify,
}

impl Queue {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, lanes: Mutex::default(), filled: Notify::new() }
    }

    /// Puts a packet in. When there is no room, what is dropped for it comes back: the oldest OPTIONS, or itself.
    pub(crate) fn push(&self, packet: Packet) -> Option<Packet> {
        let method = packet.message.cseq_method.as_str();
        let is_options = method == "OPTIONS";
        let limit = if matches!(method, "ACK" | "CANCEL" | "BYE") { 2 * self.limit } else { self.limit };
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut dropped = None;
        if lanes.calls.len() + lanes.options.len() >= limit {
            match lanes.options.pop_front() {
                Some(oldest) => dropped = Some(oldest),
                None => return Some(packet),
            }
        }
        if is_options {
            lanes.options.push_back(packet)
        } else {
            lanes.calls.push_back(packet)
        }
        drop(lanes);
        self.filled.notify_one();
        dropped
    }

    /// Takes up to `many` packets.
    pub(crate) fn take(&self, many: usize) -> Vec<Packet> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let from_calls = lanes.calls.len().min(many);
        let mut packets: Vec<Packet> = lanes.calls.drain(..from_calls).collect();
        let from_options = lanes.options.len().min(many - from_calls);
        packets.extend(lanes.options.drain(..from_options));
        packets
    }

    /// Waits until there is something. For one waiter only.
    pub(crate) async fn wait(&self) {
        let is_empty = {
            let lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            lanes.calls.is_empty() && lanes.options.is_empty()
        };
        if is_empty {
            // A push since the look above has left its permit.
            self.filled.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::testing::{request, source};

    fn packet(method: &str, id: &str) -> Packet {
        Packet { source: source("192.0.2.10:5060"), message: Box::new(request(method, id, "")) }
    }

    #[test]
    fn calls_go_first_and_options_are_dropped_first() {
        let queue = Queue::new(3);
        assert!(queue.push(packet("OPTIONS", "1")).is_none());
        assert!(queue.push(packet("OPTIONS", "2")).is_none());
        assert!(queue.push(packet("INVITE", "3")).is_none());
        assert_eq!(queue.push(packet("INVITE", "4")).unwrap().message.call_id, "c1");
        assert_eq!(queue.push(packet("OPTIONS", "5")).unwrap().message.call_id, "c2");
        assert_eq!(queue.push(packet("INVITE", "6")).unwrap().message.call_id, "c5");
        assert_eq!(queue.push(packet("INVITE", "7")).unwrap().message.call_id, "c7", "itself when there is no other");
        for id in ["8", "9", "10"] {
            assert!(queue.push(packet("CANCEL", id)).is_none(), "what ends calls has room of its own");
        }
        assert!(queue.push(packet("ACK", "11")).is_some(), "but that ends too");
        let order: Vec<_> = queue.take(2).into_iter().map(|p| p.message.call_id).collect();
        assert_eq!(order, ["c3", "c4"]);
        assert_eq!((queue.take(9).len(), queue.take(9).len()), (4, 0));
    }
}
