//! What the phone counts. Every label comes from a closed set, so a flood of odd messages can't grow the number of
//! series.

use prometheus::{
    Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry, Result as PrometheusResult,
};

/// Why a message was dropped or an answer could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// The sender is not among those that the desk knows.
    UnknownSource,
    /// It can't be read, and not even be answered.
    Malformed,
    /// The sender sent more than its share.
    Rate,
    /// The queue between sockets and core was full.
    QueueFull,
    /// More octets than a message may have.
    TooLarge,
    /// A connection beyond the limits, or one that took too long.
    Connection,
    /// A response to nothing that we asked.
    StrayResponse,
    /// The network did not take our answer.
    Unsent,
}

impl Dropped {
    const ALL: [Self; 8] = [
        Self::UnknownSource,
        Self::Malformed,
        Self::Rate,
        Self::QueueFull,
        Self::TooLarge,
        Self::Connection,
        Self::StrayResponse,
        Self::Unsent,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::UnknownSource => "unknown_source",
            Self::Malformed => "malformed",
            Self::Rate => "rate",
            Self::QueueFull => "queue_full",
            Self::TooLarge => "too_large",
            Self::Connection => "connection",
            Self::StrayResponse => "stray_response",
            Self::Unsent => "unsent",
        }
    }
}

/// The meters of one phone; clones count together.
#[derive(Debug, Clone)]
pub struct Meters {
    messages: IntCounterVec,
    dropped: IntCounterVec,
    refused: IntCounterVec,
    transactions: IntGauge,
    calls: IntGauge,
    unacknowledged: IntCounter,
    invite_to_ringing: Histogram,
}

impl Meters {
    /// New meters, all at zero.
    pub fn new() -> PrometheusResult<Self> {
        let vec = |name: &str, help: &str, labels: &[&str]| IntCounterVec::new(Opts::new(name, help), labels);
        // Around the promise: 180 within 20 ms when the desk is quick, seconds when its disk is not.
        let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0];
        let ringing = HistogramOpts::new("deskbell_sip_invite_to_ringing_seconds", "Time from an INVITE to its 180.");
        let meters = Self {
            messages: vec(
                "deskbell_sip_messages_total",
                "SIP messages by direction, and by method (in) or class of status (out).",
                &["direction", "method_or_class"],
            )?,
            dropped: vec("deskbell_sip_dropped_total", "SIP messages dropped without an answer.", &["reason"])?,
            refused: vec("deskbell_sip_refused_total", "SIP requests refused, by status.", &["code"])?,
            transactions: IntGauge::new("deskbell_sip_transactions", "SIP transactions open or lingering.")?,
            calls: IntGauge::new("deskbell_sip_calls", "Calls being kept or ringing.")?,
            unacknowledged: IntCounter::new("deskbell_sip_unacknowledged_total", "INVITEs whose ACK never came.")?,
            invite_to_ringing: Histogram::with_opts(ringing.buckets(buckets))?,
        };
        for reason in Dropped::ALL {
            meters.dropped.with_label_values(&[reason.word()]).inc_by(0);
        }
        Ok(meters)
    }

    /// Adds all of them to a registry.
    pub fn register(&self, registry: &Registry) -> PrometheusResult<()> {
        registry.register(Box::new(self.messages.clone()))?;
        registry.register(Box::new(self.dropped.clone()))?;
        registry.register(Box::new(self.refused.clone()))?;
        registry.register(Box::new(self.transactions.clone()))?;
        registry.register(Box::new(self.calls.clone()))?;
        registry.register(Box::new(self.unacknowledged.clone()))?;
        registry.register(Box::new(self.invite_to_ringing.clone()))
    }

    /// A request came.
    pub(crate) fn came(&self, method: &str) {
        const KNOWN: [&str; 14] = [
            "INVITE",
            "ACK",
            "CANCEL",
            "OPTIONS",
            "BYE",
            "REGISTER",
            "INFO",
            "MESSAGE",
            "NOTIFY",
            "PRACK",
            "PUBLISH",
            "REFER",
            "SUBSCRIBE",
            "UPDATE",
        ];
        let method = KNOWN.iter().find(|known| **known == method).copied().unwrap_or("other");
        self.messages.with_label_values(&["in", method]).inc();
    }

    /// A response was sent.
    pub(crate) fn sent(&self, code: u16) {
        let class = match code {
            0..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            500..=599 => "5xx",
            _ => "6xx",
        };
        self.messages.with_label_values(&["out", class]).inc();
    }

    /// A request was refused; the set of statuses that we refuse with is closed.
    pub(crate) fn refused(&self, code: u16) {
        self.refused.with_label_values(&[&code.to_string()]).inc();
    }

    /// A message was dropped.
    pub(crate) fn dropped(&self, reason: Dropped) {
        self.dropped.with_label_values(&[reason.word()]).inc();
    }

    /// How many messages were dropped for that reason so far.
    pub fn dropped_so_far(&self, reason: Dropped) -> u64 {
        self.dropped.with_label_values(&[reason.word()]).get()
    }

    pub(crate) fn open(&self, transactions: usize, calls: usize) {
        self.transactions.set(i64::try_from(transactions).unwrap_or(i64::MAX));
        self.calls.set(i64::try_from(calls).unwrap_or(i64::MAX));
    }

    pub(crate) fn unacknowledged(&self) {
        self.unacknowledged.inc();
    }

    pub(crate) fn rang_after(&self, seconds: f64) {
        self.invite_to_ringing.observe(seconds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_come_from_closed_sets() {
        let (meters, registry) = (Meters::new().unwrap(), Registry::new());
        meters.register(&registry).unwrap();
        for n in 0..100 {
            meters.came(&format!("M{n}"));
        }
        meters.sent(180);
        let messages = registry.gather().into_iter().find(|f| f.name() == "deskbell_sip_messages_total").unwrap();
        assert_eq!(messages.get_metric().len(), 2);
        assert_eq!(meters.dropped_so_far(Dropped::Rate), 0);
    }
}
