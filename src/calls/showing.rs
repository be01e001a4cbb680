//! Live screens: what happened to calls and tickets goes to every open page.

use super::board::{Card, cards};
use super::privacy::shown_to;
use super::{LineTable, Meters, by_ids, views};
use crate::accounts::{
    AUDIENCE_ADMINS, AUDIENCE_CALLS, AUDIENCE_EVERYBODY, AUDIENCE_TICKETS, agent_circle, team_circle,
};
use crate::base::Result;
use crate::base::id::{AgentId, CallId, EventId, SessionId, TicketId};
use crate::events::{Act, Event, Follower, Record, Start, Subject};
use crate::settings::Settings;
use crate::tickets;
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

    /// The cards of calls that changed; counts those that have just begun.
    fn calls(&self, act: &mut Act<'_>, events: &[Record]) -> Result<Vec<LiveEvent>> {
        let changed = newest(events.iter().filter_map(|r| match r.event.subject() {
            Subject::Call(id) => Some((r.id, id)),
            _ => None,
        }));
        let ids: Vec<CallId> = changed.iter().map(|(_, id)| *id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let settings = Settings::read(act.db)?;
        let found = by_ids(act.db, &ids)?;
        let shown = shown_to(&settings, None, cards(act.db, &self.lines.now(), found)?);
        let began =
            |id: CallId| events.iter().any(|r| matches!(r.event, Event::CallStarted { call, .. } if call == id));
        let mut told = Vec::new();
        for (event, id) in changed {
            let Some(card) = shown.iter().find(|card| card.call.id == id) else { continue };
            told.push(card_event(event, card, &settings, act));
            let mut hands: Vec<AgentId> =
                events.iter().filter(|r| r.event.subject() == Subject::Call(id)).flat_map(hands).collect();
            hands.extend(card.call.claimed_by);
            if !hands.is_empty() {
                let circles = hands.into_iter().map(agent_circle).collect();
                told.push(said(event, act, "hand".into(), 0, circles));
            }
            // Whoever reads the dossier of this call loads it anew.
            told.push(said(event, act, format!("call:{id}"), AUDIENCE_CALLS, Vec::new()));
            if began(id) {
                self.meters.popped(act.now.since_ms(card.call.received_at));
            }
        }
        Ok(told)
    }
}

/// Tells those who may see a ticket that it changed, and no others even its number.
fn tickets(act: &mut Act<'_>, events: &[Record]) -> Result<Vec<LiveEvent>> {
    let mut of_events = Vec::new();
    for record in events {
        of_events.extend(touched(&record.event).map(|ticket| (record.id, ticket)));
        if let Event::CallEnded { call, .. } | Event::CallMarkedMissed { call, .. } = record.event {
            // A call may belong to several.
            let others = tickets::tickets_of_call(act.db, call)?;
            of_events.extend(others.into_iter().map(|ticket| (record.id, ticket.id)));
        }
    }
    let changed = newest(of_events.into_iter());
    let found = tickets::by_ids(act.db, &changed.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
    let mut told = Vec::new();
    for (event, id) in changed {
        let Some(ticket) = found.iter().find(|ticket| ticket.id == id) else { continue };
        let team = ticket.team_id.map(team_circle);
        let circles = team.into_iter().chain(ticket.assignee_id.map(agent_circle)).collect();
        told.push(said(event, act, format!("ticket:{id}"), AUDIENCE_TICKETS, circles));
    }
    Ok(told)
}

/// Says that who is on duty changed.
fn duty(act: &Act<'_>, events: &[Record]) -> Option<LiveEvent> {
    let changed = events.iter().rev().find(|record| matches!(record.event, Event::DutyChanged { .. }))?;
    Some(said(changed.id, act, "duty".into(), AUDIENCE_CALLS, Vec::new()))
}

fn said(id: EventId, at: &Act<'_>, topic: String, audience: u32, circles: Vec<String>) -> LiveEvent {
    LiveEvent { id: id.0, at: at.now, topic, audience, circles, html: None, data: serde_json::json!({}) }
}

fn card_event(id: EventId, card: &Card, settings: &Settings, act: &Act<'_>) -> LiveEvent {
    let html = PerLang::of(|lang| {
        let locale = Locale::new(lang, settings.zone());
        views::card(&locale, card, act.now, settings.late_seconds()).into_string()
    });
    LiveEvent {
        id: id.0,
        at: act.now,
        topic: "calls".into(),
        audience: AUDIENCE_CALLS,
        circles: Vec::new(),
        html: Some(html),
        data: serde_json::json!({}),
    }
}

/// Whose hands a call came into or left.
fn hands(record: &Record) -> Vec<AgentId> {
    match &record.event {
        Event::CallClaimed { agent, from, .. } => from.iter().copied().chain([*agent]).collect(),
        Event::CallReleased { agent, .. } => vec![*agent],
        _ => Vec::new(),
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
        let mut told = tickets(act, events)?;
        told.extend(self.calls(act, events)?);
        told.extend(duty(act, events));
        if let Some(last) = events.iter().rfind(|r| matches!(r.event.subject(), Subject::Callback(_))) {
            told.push(said(last.id, act, "callbacks".into(), AUDIENCE_CALLS, Vec::new()));
        }
        if let Some(last) = events.iter().rfind(|r| is_of_mail(&r.event)) {
            told.push(said(last.id, act, "mail".into(), AUDIENCE_ADMINS, Vec::new()));
        }
        let incident = |r: &&Record| {
            matches!(
                r.event,
                Event::IncidentDeclared { .. }
                    | Event::IncidentChanged { .. }
                    | Event::IncidentSolved { .. }
                    | Event::StormWavedAway { .. }
            )
        };
        if let Some(last) = events.iter().rfind(incident) {
            told.push(said(last.id, act, "incidents".into(), AUDIENCE_CALLS, Vec::new()));
        }
        // A reader that comes back names the last number it heard, so what it is told must come in their order.
        told.sort_by_key(|event| event.id);
        if let Some(last) = events.last().filter(|_| !told.is_empty()) {
            told.push(said(last.id, act, "tickets".into(), AUDIENCE_EVERYBODY, Vec::new()));
        }
        told.iter().for_each(|event| self.live.publish(event));
        for session in events.iter().filter_map(|r| ended_session(&r.event)) {
            self.live.revoke(&session.to_string());
        }
        for record in events {
            if let Event::AgentChanged { agent, .. } = &record.event {
                self.live.send_back(&agent_circle(*agent));
            }
        }
        Ok(())
    }
}

/// The ticket that an event is about: its own, or the one whose call changed.
fn touched(event: &Event) -> Option<TicketId> {
    match (event.subject(), event) {
        (Subject::Ticket(id), _) => Some(id),
        (
            _,
            Event::CallStarted { ticket, .. }
            | Event::CallEnded { ticket, .. }
            | Event::CallMarkedMissed { ticket, .. },
        ) => *ticket,
        (_, Event::CallLinked { ticket, .. } | Event::CallUnlinked { ticket, .. }) => Some(*ticket),
        _ => None,
    }
}

/// Whether pages of mailboxes, mails and letters show something else now.
fn is_of_mail(event: &Event) -> bool {
    let of_desk = matches!(
        event,
        Event::AddressUndeliverable { .. }
            | Event::AddressRevived { .. }
            | Event::MailTextChanged { .. }
            | Event::NoticesHeldBack { .. }
            | Event::AcknowledgementsHeldBack { .. }
            | Event::SenderHeard { .. }
    );
    of_desk || matches!(event.subject(), Subject::Mailbox(_))
}

fn ended_session(event: &Event) -> Option<SessionId> {
    match event {
        Event::SignedOut { session, .. } => Some(*session),
        _ => None,
    }
}
