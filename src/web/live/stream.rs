//! One reader's stream, and the HTTP answer around it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, Sleep, interval, sleep};

use super::super::problem::Refusal;
use super::{Live, Subscriber};

/// What fills a silence.
pub(super) const BEAT: &[u8] = b"event: beat\ndata:\n\n";

/// The frames for one reader: how long to wait before coming back, what was missed, then what happens.
#[derive(Debug)]
pub struct EventStream {
    live: Live,
    number: u64,
    first: VecDeque<Bytes>,
    receiver: mpsc::Receiver<Bytes>,
    silence: Interval,
    age: Pin<Box<Sleep>>,
}

impl EventStream {
    pub(super) fn new(live: Live, number: u64, mut first: VecDeque<Bytes>, receiver: mpsc::Receiver<Bytes>) -> Self {
        first.push_front(Bytes::from_static(b"retry: 2000\n\n"));
        let mut silence = interval(live.limits.keep_alive);
        silence.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // An interval ticks at once, which would be a comment before the first silence.
        silence.reset();
        let age = Box::pin(sleep(live.limits.stream_age_max));
        Self { live, number, first, receiver, silence, age }
    }
}

impl Stream for EventStream {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(frame) = self.first.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if let Poll::Ready(frame) = self.receiver.poll_recv(context) {
            self.silence.reset();
            return Poll::Ready(frame.map(Ok));
        }
        if self.age.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        // An event and no comment: a script hears it, and knows a dead line from a quiet one.
        self.silence.poll_tick(context).map(|_| Some(Ok(Bytes::from_static(BEAT))))
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.live.leave(self.number);
    }
}

/// The last event that a browser saw: its own word after a broken stream (`Last-Event-ID`), or that of the page that opens
/// one (`?since=`).
pub fn last_seen(request: &HttpRequest) -> Option<i64> {
    let after_break =
        request.headers().get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|id| id.parse().ok());
    let of_page = || {
        let query = url::form_urlencoded::parse(request.query_string().as_bytes());
        query.into_iter().find(|(name, _)| name == "since").and_then(|(_, since)| since.parse().ok())
    };
    after_break.or_else(of_page)
}

/// Answers `GET /events` for a reader whom the handler has checked. The stream is neither compressed nor buffered.
pub fn answer(live: &Live, reader: Subscriber) -> Result<HttpResponse, Refusal> {
    let stream = live.subscribe(reader)?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        // For nginx, which would gather frames.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream))
}
