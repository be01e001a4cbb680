//! Reading a request's body within bounds of size and time.
//!
//! The server has a deadline for headers but none for bodies: a client that sends one byte a minute would hold its
//! connection for ever. So a body has a deadline, which grows with what has come, so that a large upload over a slow line
//! arrives while a trickle does not.

use std::time::Duration;

use actix_web::dev::Payload;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout_at};

use super::problem::Refusal;

/// The slowest line that is waited for.
pub const BYTES_PER_SECOND_MIN: u64 = 16 * 1024;

/// Reads a body of at most `bytes_max` that begins within `deadline` and keeps the least rate after it.
pub async fn read(payload: &mut Payload, bytes_max: usize, deadline: Duration) -> Result<Bytes, Refusal> {
    let start = Instant::now();
    let mut body = BytesMut::new();
    loop {
        let came = u64::try_from(body.len()).unwrap_or(u64::MAX);
        let until = start + deadline + Duration::from_millis(came.saturating_mul(1_000) / BYTES_PER_SECOND_MIN);
        match timeout_at(until, payload.next()).await {
            Err(_elapsed) => return Err(Refusal::TOO_SLOW),
            Ok(None) => return Ok(body.freeze()),
            Ok(Some(Err(_broken))) => return Err(Refusal::UNREADABLE),
            Ok(Some(Ok(chunk))) if body.len() + chunk.len() > bytes_max => return Err(Refusal::TOO_LARGE),
            Ok(Some(Ok(chunk))) => body.extend_from_slice(&chunk),
        }
    }
}
