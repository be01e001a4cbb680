//! Who may come in: only sources that the desk knows, and those at a rate.
//!
//! A stranger gets nothing, not even a refusal, so that a scan of the internet does not find us and a forged address
//! gets no packets from us. He is counted, and named in the log once a minute in one fixed shape that fail2ban can read.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::phone::call::Desk;
use crate::phone::meters::{Dropped, Meters};

/// Sources that are remembered at the same time, of each kind.
const SOURCES_MAX: usize = 1_024;
/// Between two log lines about the same stranger.
const LOG_GAP: Duration = Duration::from_secs(60);
/// Answers to unreadable messages a second, and how many at once.
const GARBAGE_PER_SECOND: f64 = 20.0;
const GARBAGE_BURST: f64 = 40.0;

/// So many a second, with some in store.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    fn take(&mut self, now: Instant, per_second: f64, burst: f64) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * per_second).min(burst);
        self.at = now;
        let is_there = self.tokens >= 1.0;
        self.tokens -= if is_there { 1.0 } else { 0.0 };
        is_there
    }
}

/// Buckets by source, bounded: when full, those who have been quiet longest make room.
#[derive(Debug, Default)]
struct Buckets(Mutex<HashMap<IpAddr, Bucket>>);

impl Buckets {
    fn take(&self, source: IpAddr, now: Instant, per_second: f64, burst: f64) -> bool {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let source = network(source);
        if buckets.len() >= SOURCES_MAX && !buckets.contains_key(&source) {
            let mut times: Vec<Instant> = buckets.values().map(|bucket| bucket.at).collect();
            let middle = times.len() / 2;
            let median = *times.select_nth_unstable(middle).1;
            buckets.retain(|_, bucket| bucket.at > median);
        }
        buckets.entry(source).or_insert(Bucket { tokens: burst, at: now }).take(now, per_second, burst)
    }
}

/// The guard.
pub(crate) struct Door {
    desk: Arc<dyn Desk>,
    meters: Meters,
    known_per_second: f64,
    known: Buckets,
    garbage: Buckets,
    strangers: Mutex<HashMap<IpAddr, Instant>>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("known_per_second", &self.known_per_second).finish_non_exhaustive()
    }
}

impl Door {
    pub(crate) fn new(desk: Arc<dyn Desk>, meters: Meters, known_per_second: u32) -> Self {
        let (known, garbage, strangers) = Default::default();
        Self { desk, meters, known_per_second: f64::from(known_per_second), known, garbage, strangers }
    }

    /// Whether the desk knows a source; a stranger is counted and perhaps logged.
    pub(crate) fn knows(&self, source: IpAddr, now: Instant) -> bool {
        if self.desk.knows(source) {
            return true;
        }
        self.meters.dropped(Dropped::UnknownSource);
        if self.may_log(source, now) {
            tracing::warn!(%source, "SIP from an unlisted source dropped");
        }
        false
    }

    /// Whether a message of a known source is within its rate, which may come in bursts of two seconds' worth after a
    /// stall. What ends work (ACK, CANCEL, BYE) always is: to drop it would only bring repetitions.
    pub(crate) fn is_within_rate(&self, source: IpAddr, octets: &[u8], now: Instant) -> bool {
        let ends_work = [&b"ACK "[..], b"CANCEL ", b"BYE "].iter().any(|method| octets.starts_with(method));
        let within = ends_work || self.known.take(source, now, self.known_per_second, 2.0 * self.known_per_second);
        if !within {
            self.meters.dropped(Dropped::Rate);
        }
        within
    }

    /// Whether one more unreadable message of this source gets an answer.
    pub(crate) fn may_answer_garbage(&self, source: IpAddr, now: Instant) -> bool {
        self.garbage.take(source, now, GARBAGE_PER_SECOND, GARBAGE_BURST)
    }

    fn may_log(&self, source: IpAddr, now: Instant) -> bool {
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        let source = network(source);
        if let Some(last) = strangers.get_mut(&source) {
            let may = now.saturating_duration_since(*last) >= LOG_GAP;
            if may {
                *last = now;
            }
            return may;
        }
        if strangers.len() >= SOURCES_MAX {
            // A flood from forged addresses: those logged over a minute ago make room, if any; the rest is only counted.
            strangers.retain(|_, last| now.saturating_duration_since(*last) < LOG_GAP);
        }
        let has_room = strangers.len() < SOURCES_MAX;
        if has_room {
            strangers.insert(source, now);
        }
        has_room
    }
}

/// What counts as one source: an IPv4 address, or a /64 of IPv6, of which everybody has 2^64 addresses.
fn network(source: IpAddr) -> IpAddr {
    match source {
        IpAddr::V4(_) => source,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::call::{Answer, Ending, IncomingCall};
    use futures_util::future::BoxFuture;

    struct Nobody;

    impl Desk for Nobody {
        fn knows(&self, source: IpAddr) -> bool {
            source.is_loopback()
        }
        fn ring(&self, _: Arc<IncomingCall>) -> BoxFuture<'static, Answer> {
            Box::pin(async { Answer::Refuse { code: 480, retry_after_s: None } })
        }
        fn ended(&self, _: Arc<IncomingCall>, _: Ending) -> BoxFuture<'static, ()> {
            Box::pin(async {})
        }
    }

    #[test]
    fn a_rate_is_kept_per_source() {
        let (door, now) = (Door::new(Arc::new(Nobody), Meters::new().unwrap(), 100), Instant::now());
        let (one, two) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let comes = |source, octets: &str, at| door.is_within_rate(source, octets.as_bytes(), at);
        assert_eq!((0..300).filter(|_| comes(one, "INVITE x", now)).count(), 200);
        assert!(comes(two, "INVITE x", now));
        assert!(comes(one, "CANCEL x", now) && comes(one, "ACK x", now) && !comes(one, "ACKX x", now));
        assert!(comes(one, "INVITE x", now + Duration::from_millis(11)));
        assert!(!comes(one, "INVITE x", now + Duration::from_millis(11)));
        assert_eq!((0..100).filter(|_| door.may_answer_garbage(one, now)).count(), 40);
        assert_eq!(door.meters.dropped_so_far(Dropped::Rate), 102);
    }

    #[test]
    fn strangers_are_logged_once_a_minute_and_the_table_is_bounded() {
        let (door, now) = (Door::new(Arc::new(Nobody), Meters::new().unwrap(), 100), Instant::now());
        let stranger: IpAddr = "203.0.113.9".parse().unwrap();
        assert!(door.may_log(stranger, now) && !door.may_log(stranger, now + Duration::from_secs(59)));
        assert!(door.may_log(stranger, now + LOG_GAP));
        for n in 0..5_000u32 {
            assert!(!door.knows(std::net::Ipv4Addr::from_bits(0xC633_0000 + n).into(), now));
            door.may_answer_garbage(std::net::Ipv4Addr::from_bits(n).into(), now + Duration::from_millis(n.into()));
        }
        assert!(door.strangers.lock().unwrap().len() <= SOURCES_MAX);
        assert!(door.garbage.0.lock().unwrap().len() <= SOURCES_MAX);
        assert!(door.may_log("203.0.113.10".parse().unwrap(), now + LOG_GAP * 3), "old ones make room");
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::2".parse().unwrap()));
    }
}
