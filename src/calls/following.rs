//! Work that ends elsewhere ends callbacks here.

use super::calling_back;
use crate::base::Result;
use crate::events::{Act, Event, Follower, Record, Start};

/// Follows tickets: who called about one that was closed need not be called back.
pub struct CallbackEnds;

impl Follower for CallbackEnds {
    fn name(&self) -> &'static str {
        "callback_ends"
    }

    fn start(&self) -> Start {
        Start::Cursor
    }

    fn follow(&mut self, act: &mut Act<'_>, events: &[Record]) -> Result<()> {
        for record in events {
            if let Event::TicketClosed { ticket } = &record.event {
                calling_back::ticket_closed(act, *ticket)?;
            }
        }
        Ok(())
    }
}
