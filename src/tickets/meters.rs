//! What monitoring sees of the tickets.

use prometheus::{IntCounterVec, Opts, Registry};

use super::Channel;
use crate::base::{Error, Result};
use crate::events::Event;

/// Counters of the tickets that this node made.
#[derive(Clone)]
pub struct Meters {
    created: IntCounterVec,
}

impl Meters {
    /// New counters, shown by `registry`.
    pub fn register(registry: &Registry) -> Result<Self> {
        let failed = |e| Error::internal("making the tickets' counters", e);
        let created =
            IntCounterVec::new(Opts::new("deskbell_tickets_created_total", "Tickets that were made"), &["channel"])
                .map_err(failed)?;
        registry.register(Box::new(created.clone())).map_err(failed)?;
        for channel in Channel::ALL {
            // A rate needs a zero to begin with.
            created.with_label_values(&[channel.word()]);
        }
        Ok(Self { created })
    }

    /// Counts what this node committed.
    pub fn saw(&self, event: &Event) {
        if let Event::TicketCreated { channel, .. } = event {
            self.created.with_label_values(&[channel]).inc();
        }
    }
}
