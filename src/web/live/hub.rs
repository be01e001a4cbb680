//! Who listens, and what was said lately.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use prometheus::IntGauge;
use tokio::sync::mpsc;

use crate::base::Timestamp;

use super::super::lang::Lang;
use super::super::problem::Refusal;
use super::{EventStream, LiveEvent, PerLang};

/// The bounds of a hub.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Events that are kept for those who come back.
    pub kept_max: usize,
    /// How long events are kept.
    pub kept_ms: i64,
    /// Events that may wait for one reader.
    pub waiting_max: usize,
    /// Streams in all.
    pub streams_max: usize,
    /// Streams of one session: a browser needs one, without shared workers one for each tab.
    pub streams_per_session_max: usize,
    /// How long a stream lasts. A browser comes back at once and misses nothing, but only while its session lives: so an
    /// open screen does not outlive a session that was left idle.
    pub stream_age_max: Duration,
    /// After how much silence a comment is sent, so that no proxy takes the stream for dead.
    pub keep_alive: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            kept_max: 4_096,
            kept_ms: 5 * 60_000,
            // A burst of calls is told at once: a follower takes up to 500 events, each of which may be told twice.
            waiting_max: 2_048,
            streams_max: 2_000,
            streams_per_session_max: 12,
            stream_age_max: Duration::from_secs(10 * 60),
            keep_alive: Duration::from_secs(15),
        }
    }
}

/// Who wants to hear.
#[derive(Debug, Clone)]
pub struct Subscriber {
    /// The language of the pieces of page.
    pub lang: Lang,
    /// The groups that the reader belongs to; an event is heard when one of them is in its audience.
    pub mask: u32,
    /// The narrower groups that the reader belongs to; see [`LiveEvent::circles`].
    pub circles: Vec<String>,
    /// Topics to hear of; all when empty. `ticket:*` stands for every topic that begins with `ticket:`.
    pub topics: Vec<String>,
    /// Names the session, so that its streams end with it.
    pub session: String,
    /// The last event that the reader has seen; nothing for a reader that begins.
    pub last_event_id: Option<i64>,
}

impl Subscriber {
    fn wants(&self, topic: &str, audience: u32, circles: &[String]) -> bool {
        let fits = |wanted: &String| match wanted.strip_suffix('*') {
            Some(prefix) => topic.starts_with(prefix),
            None => topic == wanted,
        };
        let may = self.mask & audience != 0 || circles.iter().any(|circle| self.circles.contains(circle));
        may && (self.topics.is_empty() || self.topics.iter().any(fits))
    }
}

/// What was published, as it goes over the wire.
struct Kept {
    id: i64,
    at: Timestamp,
    topic: String,
    audience: u32,
    circles: Vec<String>,
    frames: PerLang<Bytes>,
}

#[derive(Default)]
struct State {
    kept: VecDeque<Kept>,
    /// Everything published after this number is in `kept`; nothing is known before the first event.
    complete_after: Option<i64>,
    readers: HashMap<u64, (Subscriber, mpsc::Sender<Bytes>)>,
    next_reader: u64,
    closed: bool,
}

/// The hub. Clones are the same hub.
#[derive(Clone)]
pub struct Live {
    state: Arc<Mutex<State>>,
    pub(super) limits: Limits,
    streams: IntGauge,
}

impl Live {
    /// A hub without readers that counts its streams in `streams`.
    pub fn new(limits: Limits, streams: IntGauge) -> Self {
        Self { state: Arc::default(), limits, streams }
    }

    /// Numbers what is published from here on, so that a browser that comes back after a restart is never taken for one
    /// that has seen what it has not. Milliseconds since 1970 times a thousand serve well: nobody publishes faster.
    #[must_use]
    pub fn starting_after(self, number: i64) -> Self {
        self.state().complete_after = Some(number);
        self
    }

    /// No code that holds the lock can panic half-way through a change, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the newest event that was published. A page reads it *before* its data and carries it, so that its
    /// script can ask for what happened since.
    pub fn newest(&self) -> i64 {
        self.state().newest().unwrap_or(0)
    }

    /// Tells every reader that may and wants to know. Never waits. What is published gets the number of its event, or the
    /// next one when that is taken: several things may be told of one event, and numbers only grow.
    pub fn publish(&self, event: &LiveEvent) {
        let mut state = self.state();
        let id = state.newest().map_or(event.id, |newest| event.id.max(newest + 1));
        let kept = Kept {
            id,
            at: event.at,
            topic: event.topic.clone(),
            audience: event.audience,
            circles: event.circles.clone(),
            frames: PerLang::of(|lang| event.frame(id, lang)),
        };
        state.readers.retain(|_, (reader, sender)| {
            // A full queue: the reader is too slow. Dropping the sender ends its stream after what already waits.
            !reader.wants(&kept.topic, kept.audience, &kept.circles)
                || sender.try_send(kept.frames.get(reader.lang).clone()).is_ok()
        });
        state.complete_after.get_or_insert(id - 1);
        state.kept.push_back(kept);
        let State { kept, complete_after, .. } = &mut *state;
        while kept.len() > self.limits.kept_max
            || kept.front().is_some_and(|oldest| event.at.since_ms(oldest.at) > self.limits.kept_ms)
        {
            *complete_after = kept.pop_front().map(|gone| gone.id).or(*complete_after);
        }
    }

    /// Opens a stream, which begins with what the reader missed. Refused when there are too many or the server stops.
    pub fn subscribe(&self, reader: Subscriber) -> Result<EventStream, Refusal> {
        let mut state = self.state();
        let of_session = state.readers.values().filter(|(other, _)| other.session == reader.session).count();
        let too_many =
            state.readers.len() >= self.limits.streams_max || of_session >= self.limits.streams_per_session_max;
        if too_many || state.closed {
            return Err(Refusal::TOO_MANY);
        }
        let first = state.missed_by(&reader);
        let (sender, receiver) = mpsc::channel(self.limits.waiting_max);
        let number = state.next_reader;
        state.next_reader += 1;
        state.readers.insert(number, (reader, sender));
        drop(state);
        self.streams.inc();
        Ok(EventStream::new(self.clone(), number, first, receiver))
    }

    /// Ends the streams of a session that is over.
    pub fn revoke(&self, session: &str) {
        self.state().readers.retain(|_, (reader, _)| reader.session != session);
    }

    /// Ends the streams of everybody in a circle; who still may comes back at once, with the circles that hold now.
    pub fn send_back(&self, circle: &str) {
        self.state().readers.retain(|_, (reader, _)| !reader.circles.iter().any(|own| own == circle));
    }

    /// Ends every stream and opens no more: the server stops.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.readers.clear();
    }

    /// A stream is over.
    pub(super) fn leave(&self, number: u64) {
        self.state().readers.remove(&number);
        self.streams.dec();
    }
}

impl State {
    fn newest(&self) -> Option<i64> {
        self.kept.back().map(|kept| kept.id).or(self.complete_after)
    }

    /// The frames that a reader gets first.
    fn missed_by(&self, reader: &Subscriber) -> VecDeque<Bytes> {
        let newest = self.newest();
        let known = |seen: i64| self.complete_after.is_some_and(|c| seen >= c) && newest.is_some_and(|n| seen <= n);
        match reader.last_event_id {
            None => VecDeque::new(),
            Some(seen) if known(seen) => {
                let missed = self.kept.iter().filter(|k| k.id > seen && reader.wants(&k.topic, k.audience, &k.circles));
                missed.map(|k| k.frames.get(reader.lang).clone()).collect()
            }
            // A page made before the first event ever has missed nothing; everybody else starts anew.
            Some(0) if self.complete_after.is_none() => VecDeque::new(),
            Some(_) => {
                let id = newest.map(|n| format!("id: {n}\n")).unwrap_or_default();
                VecDeque::from([Bytes::from(format!("{id}event: resync\ndata: {{}}\n\n"))])
            }
        }
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("newest", &self.newest()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::super::stream::BEAT;
    use super::*;

    fn hub(limits: Limits) -> Live {
        Live::new(limits, IntGauge::new("streams", "streams").unwrap())
    }

    fn event(id: i64, topic: &str, audience: u32) -> LiveEvent {
        let html = Some(PerLang::of(|lang| format!("<p id=\"x\">{}\n</p>", lang.word())));
        LiveEvent {
            id,
            at: Timestamp(id * 1_000),
            topic: topic.to_owned(),
            audience,
            circles: Vec::new(),
            html,
            data: serde_json::json!({}),
        }
    }

    fn reader(last: Option<i64>) -> Subscriber {
        let (topics, circles, session) = (Vec::new(), vec!["team:3".to_owned()], "s".to_owned());
        Subscriber { lang: Lang::De, mask: 1, circles, topics, session, last_event_id: last }
    }

    /// The numbers of the events that a closed hub's stream still has, `-1` for a resync.
    async fn drained(live: &Live, stream: EventStream) -> Vec<i64> {
        live.close();
        let frames: Vec<_> = stream.map(|frame| String::from_utf8(frame.unwrap().to_vec()).unwrap()).collect().await;
        let number = |frame: &String| match frame.contains("event: resync") {
            true => Some(-1),
            false => frame.strip_prefix("id: ").and_then(|rest| rest.lines().next()).and_then(|id| id.parse().ok()),
        };
        frames.iter().filter_map(number).collect()
    }

    #[tokio::test]
    async fn who_comes_back_gets_what_was_missed() {
        for (last, wanted) in
            [(None, vec![]), (Some(12), vec![13]), (Some(13), vec![]), (Some(9), vec![10, 11, 12, 13])]
        {
            let live = hub(Limits::default());
            (10..=13).for_each(|id| live.publish(&event(id, "calls", 1)));
            let stream = live.subscribe(reader(last)).unwrap();
            assert_eq!(drained(&live, stream).await, wanted, "{last:?}");
        }
    }

    #[tokio::test]
    async fn who_was_away_too_long_starts_anew() {
        for last in [0, 8, 14] {
            let live = hub(Limits::default());
            (10..=13).for_each(|id| live.publish(&event(id, "calls", 1)));
            let stream = live.subscribe(reader(Some(last))).unwrap();
            assert_eq!(drained(&live, stream).await, [-1], "{last}");
        }
        let small = hub(Limits { kept_max: 2, ..Limits::default() });
        (10..=13).for_each(|id| small.publish(&event(id, "calls", 1)));
        let stream = small.subscribe(reader(Some(10))).unwrap();
        assert_eq!(drained(&small, stream).await, [-1], "11 is gone by number");
        let brief = hub(Limits { kept_ms: 1_500, ..Limits::default() });
        (10..=13).for_each(|id| brief.publish(&event(id, "calls", 1)));
        let (gone, there) = (brief.subscribe(reader(Some(10))).unwrap(), brief.subscribe(reader(Some(11))).unwrap());
        assert_eq!(drained(&brief, gone).await, [-1], "11 is gone by age");
        assert_eq!(drained(&brief, there).await, [12, 13]);
    }

    #[tokio::test]
    async fn a_page_before_the_first_event_missed_nothing() {
        let live = hub(Limits::default());
        assert_eq!(live.newest(), 0);
        let stream = live.subscribe(reader(Some(0))).unwrap();
        live.publish(&event(5, "calls", 1));
        assert_eq!(drained(&live, stream).await, [5]);
    }

    #[tokio::test]
    async fn numbers_only_grow_whatever_is_told_of_one_event() {
        let live = hub(Limits::default()).starting_after(100);
        for id in [7, 7, 3] {
            live.publish(&event(id, "calls", 1));
        }
        assert_eq!(live.newest(), 103);
        let stream = live.subscribe(reader(Some(101))).unwrap();
        assert_eq!(drained(&live, stream).await, [102, 103], "a break between two frames of one event loses none");
        let old = hub(Limits::default()).starting_after(100);
        old.publish(&event(1, "calls", 1));
        let stream = old.subscribe(reader(Some(57))).unwrap();
        assert_eq!(drained(&old, stream).await, [-1], "seen before the restart");
    }

    #[tokio::test]
    async fn only_who_may_and_wants_hears() {
        let live = hub(Limits::default());
        let narrow = Subscriber { mask: 0b10, topics: vec!["ticket:*".to_owned(), "calls".to_owned()], ..reader(None) };
        let stream = live.subscribe(narrow).unwrap();
        live.publish(&event(1, "ticket:7", 0b11));
        live.publish(&event(2, "ticket:7", 0b01));
        live.publish(&event(3, "callsign", 0b10));
        live.publish(&event(4, "calls", 0b10));
        live.publish(&LiveEvent { circles: vec!["team:2".to_owned()], ..event(5, "calls", 0b01) });
        live.publish(&LiveEvent { circles: vec!["team:2".to_owned(), "team:3".to_owned()], ..event(6, "calls", 0b01) });
        assert_eq!(drained(&live, stream).await, [1, 4, 6]);
    }

    #[tokio::test]
    async fn a_slow_reader_loses_its_stream_and_nobody_waits() {
        let live = hub(Limits { waiting_max: 2, ..Limits::default() });
        let slow = live.subscribe(reader(None)).unwrap();
        (1..=4).for_each(|id| live.publish(&event(id, "calls", 1)));
        assert_eq!(drained(&live, slow).await, [1, 2], "what waited still comes, then the stream ends");
    }

    #[tokio::test]
    async fn streams_are_counted_capped_and_end_with_their_session() {
        let live = hub(Limits { streams_max: 3, streams_per_session_max: 2, ..Limits::default() });
        let mut mine = live.subscribe(reader(None)).unwrap();
        let second = live.subscribe(reader(None)).unwrap();
        assert!(live.subscribe(reader(None)).is_err(), "two for each session");
        let other = live.subscribe(Subscriber { session: "t".to_owned(), ..reader(None) }).unwrap();
        assert!(live.subscribe(Subscriber { session: "u".to_owned(), ..reader(None) }).is_err(), "three in all");
        assert_eq!(live.streams.get(), 3);
        drop(second);
        assert_eq!(live.streams.get(), 2);
        live.send_back("team:4");
        live.revoke("s");
        let greeting = mine.next().await.unwrap().unwrap();
        assert_eq!(greeting, "retry: 2000\n\n");
        assert!(mine.next().await.is_none(), "revoked");
        drop((mine, other));
        assert_eq!(live.streams.get(), 0);
    }

    #[tokio::test]
    async fn a_stream_ends_after_a_while_so_that_its_session_is_asked_for_again() {
        let live = hub(Limits { stream_age_max: Duration::from_millis(1), ..Limits::default() });
        let stream = live.subscribe(reader(None)).unwrap();
        assert!(stream.collect::<Vec<_>>().await.len() <= 1, "it ends by itself");
        assert_eq!(live.streams.get(), 0);
    }

    #[tokio::test]
    async fn who_is_sent_back_comes_again_with_other_circles() {
        let live = hub(Limits::default());
        let stream = live.subscribe(reader(None)).unwrap();
        live.send_back("team:3");
        assert_eq!(stream.collect::<Vec<_>>().await.len(), 1, "the greeting, then the end");
    }

    #[tokio::test]
    async fn silence_is_filled_and_messages_are_one_line() {
        let live = hub(Limits { keep_alive: Duration::from_millis(1), ..Limits::default() });
        let mut stream = live.subscribe(reader(None)).unwrap();
        stream.next().await;
        assert_eq!(stream.next().await.unwrap().unwrap(), BEAT);
        live.publish(&event(1, "calls", 1));
        let frame = loop {
            let frame = stream.next().await.unwrap().unwrap();
            if frame != BEAT {
                break String::from_utf8(frame.to_vec()).unwrap();
            }
        };
        let (head, data) = frame.split_once("data: ").unwrap();
        assert_eq!((head, data.trim_end().lines().count()), ("id: 1\nevent: live\n", 1));
        let message: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(message["html"], "<p id=\"x\">de\n</p>");
    }
}
