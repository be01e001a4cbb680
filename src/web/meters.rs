//! What the web side counts, for Prometheus. Labels come from closed sets: the route is the pattern that matched, never
//! the path that was asked for.

use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use prometheus::{HistogramOpts, HistogramVec, IntGauge, Registry};

/// Upper bounds of the durations, in seconds.
const SECONDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 1.0, 2.5];

/// The web side's meters. Clones count into the same.
#[derive(Debug, Clone)]
pub struct Meters {
    seconds: HistogramVec,
    /// Open event streams.
    pub streams: IntGauge,
}

impl Meters {
    /// Makes the meters and hangs them into `registry`.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let about = "Time from a request's head to the head of its answer.";
        let options = HistogramOpts::new("deskbell_http_request_duration_seconds", about).buckets(SECONDS.to_vec());
        let seconds = HistogramVec::new(options, &["method", "route", "code"])?;
        let streams = IntGauge::new("deskbell_sse_connections", "Open event streams.")?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(streams.clone()))?;
        Ok(Self { seconds, streams })
    }

    /// Counts an answer. Paths that matched no route and methods nobody uses are one row each.
    pub fn answered(&self, method: &Method, route: Option<String>, status: StatusCode, took: Duration) {
        let method = match *method {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::PATCH => "PATCH",
            Method::DELETE => "DELETE",
            _ => "other",
        };
        let route = route.unwrap_or_else(|| "none".to_owned());
        self.seconds.with_label_values(&[method, &route, status.as_str()]).observe(took.as_secs_f64());
    }
}
