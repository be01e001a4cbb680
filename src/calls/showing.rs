//! Live screens: what happened to calls and tickets goes to every open page.

use super::board::{Card, cards};
use super::{LineTable, Meters, by_ids, views};
use crate::accounts::{AUDIENCE_CALLS, AUDIENCE_TICKETS};
use crate::base::Result;
use crate::base::id::{CallId, EventId, SessionId, TicketId};
use crate::events::{Act, Event, Follower, Record, Start, Subject};
use crate::settings::Settings;
use crate::web::{Live, LiveEvent, Locale, PerLang};

/// Tells browsers what happened.
pub struct Screens {
    live: Live,
    lines: LineTable,
    meters: Meters,
}

impl Screens {
    /// Screens that are fed through this hub.
    pub fn new(live: Live, lines: LineTable, meters: Meters) -> Self {
        Self { live, lines, meters }
    }

    fn show_calls(&self, act: &mut Act<'_>, calls: &[(EventId, CallId, bool)]) -> Result<()> {
        let ids: Vec<CallId> = calls.iter().map(|(_, id, _)| *id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let settings = Settings::read(act.db)?;
        let found = by_ids(act.db, &ids)?;
        let shown = cards(act.db, &self.lines.now(), found)?;
        for (event, id, began) in calls {
            let Some(card) = shown.iter().find(|card| card.call.id == *id) else { continue };
            self.live.publish(&card_event(*event, card, &settings, act));
            if *began {
                self.meters.popped(act.now.since_ms(card.call.received_at));
            }
        }
        Ok(())
    }

    fn say(&self, id: EventId, at: &Act<'_>, topic: String) {
        self.live.publish(&LiveEvent {
            id: id.0,
            at: at.now,
            topic,
            audience: AUDIENCE_TICKETS,
            html: None,
            data: serde_json::json!({}),
        });
    }
}

fn card_event(id: EventId, card: &Card, settings: &Settings, act: &Act<'_>) -> LiveEvent {
    let html = PerLang::of(|lang| {
        let locale = Locale::new(lang, settings.zone());
        views::card(&locale, card, act.now).into_string()
    });
    LiveEvent {
        id: id.0,
        at: act.now,
        topic: "calls".into(),
        audience: AUDIENCE_CALLS,
        html: Some(html),
        data: serde_json::json!({}),
    }
}

/// The newest event of each thing: a page that is told the last state needs none before it.
fn newest<T: PartialEq + Copy>(all: impl Iterator<Item = (EventId, T)>) -> Vec<(EventId, T)> {
    let mut kept: Vec<(EventId, T)> = Vec::new();
    for (event, thing) in all {
        kept.retain(|(_, other)| *other != thing);
        kept.push((event, thing));
    }
    kept
}

impl Follower for Screens {
    fn name(&self) -> &'static str {
        "screens"
    }

    fn start(&self) -> Start {
        Start::End
    }

    fn follow(&mut self, act: &mut Act<'_>, events: &[Record]) -> Result<()> {
        let tickets = newest(events.iter().filter_map(|r| match r.event.subject() {
            Subject::Ticket(id) => Some((r.id, id)),
            _ => None,
        }));
        for (event, id) in &tickets {
            self.say(*event, act, format!("ticket:{id}"));
        }
        for ticket in called(events).into_iter().filter(|t| !tickets.iter().any(|(_, id)| id == t)) {
            let event = events.last().map_or(EventId(0), |r| r.id);
            self.say(event, act, format!("ticket:{ticket}"));
        }
        let began =
            |id: CallId| events.iter().any(|r| matches!(r.event, Event::CallStarted { call, .. } if call == id));
        let calls = newest(events.iter().filter_map(|r| match r.event.subject() {
            Subject::Call(id) => Some((r.id, id)),
            _ => None,
        }));
        let calls: Vec<_> = calls.into_iter().map(|(event, id)| (event, id, began(id))).collect();
        self.show_calls(act, &calls)?;
        if let (Some(last), false) = (events.last(), tickets.is_empty() && calls.is_empty()) {
            self.say(last.id, act, "tickets".into());
        }
        for session in events.iter().filter_map(|r| ended_session(&r.event)) {
            self.live.revoke(&session.to_string());
        }
        Ok(())
    }
}

/// The tickets whose calls changed.
fn called(events: &[Record]) -> Vec<TicketId> {
    let of = |event: &Event| match event {
        Event::CallStarted { ticket, .. }
        | Event::CallEnded { ticket, .. }
        | Event::CallMarkedMissed { ticket, .. } => *ticket,
        _ => None,
    };
    let mut all: Vec<TicketId> = events.iter().filter_map(|r| of(&r.event)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn ended_session(event: &Event) -> Option<SessionId> {
    match event {
        Event::SignedOut { session, .. } => Some(*session),
        _ => None,
    }
}
