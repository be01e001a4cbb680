//! What the wall board shows.

use super::one::{HELD_MS, Incident};
use super::report::{Figures, figures};
use super::store;
use crate::accounts::{self, DutyRow};
use crate::base::id::AgentId;
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::tickets::{self, Ticket};

/// Calls that ring, at most.
const RINGING_MAX: i64 = 200;

/// Incidents that have room.
const INCIDENTS_MAX: i64 = 3;

/// The desk at a glance.
#[derive(Debug, Clone)]
pub struct Wall {
    /// Calls that ring and that nobody has.
    pub waiting: usize,
    /// Since when the longest of them waits.
    pub oldest: Option<Timestamp>,
    /// Today's calls.
    pub today: Figures,
    /// Open callbacks, and how many of them are late.
    pub callbacks: (i64, i64),
    /// Who is on duty.
    pub duty: Vec<DutyRow>,
    /// Who of them has a call in hand.
    pub busy: Vec<AgentId>,
    /// What is known to be broken.
    pub incidents: Vec<Incident>,
    /// The tickets of those.
    pub tickets: Vec<Ticket>,
}

impl Wall {
    /// The desk now, with its day since `morning`.
    pub fn read(db: &mut Db, morning: Timestamp, now: Timestamp) -> Result<Self> {
        let ringing = store::ringing(db, RINGING_MAX)?;
        let waiting = || ringing.iter().filter(|call| call.claimed_by.is_none() && call.spam_at.is_none());
        let (duty, busy) = on_duty(db, now)?;
        let incidents = store::incidents_now(db, INCIDENTS_MAX)?;
        Ok(Self {
            waiting: waiting().count(),
            oldest: waiting().map(|call| call.received_at).min(),
            today: figures(db, morning, now.plus_ms(1))?,
            callbacks: store::count_callbacks(db, now)?,
            tickets: tickets::by_ids(db, &incidents.iter().map(|incident| incident.ticket).collect::<Vec<_>>())?,
            duty,
            busy,
            incidents,
        })
    }
}

/// Who is on duty, and who of them has a call in hand.
pub(super) fn on_duty(db: &mut Db, now: Timestamp) -> Result<(Vec<DutyRow>, Vec<AgentId>)> {
    let duty = accounts::on_duty(db)?;
    let ids: Vec<AgentId> = duty.iter().map(|row| row.agent).collect();
    let busy = store::busy_agents(db, &ids, now.plus_ms(-HELD_MS))?;
    Ok((duty, busy))
}
