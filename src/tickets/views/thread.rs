//! The thread: entries and changes in the order in which they happened.

use maud::{Markup, html};

use super::letter::letter;
use super::words::{outcome_badge, priority_word, title};
use super::{Names, Shown};
use crate::accounts::{Me, Right};
use crate::base::Timestamp;
use crate::events::{Actor, Event, Record};
use crate::tickets::{CallFacts, Entry, EntryKind, Priority, Status, TicketNumber};
use crate::web::ui::{Button, Kind, hidden, hx, icon, post, time, timer, user_text};
use crate::web::{Locale, Value};

/// The thread, loaded anew when the ticket changes.
pub fn thread(me: &Me, shown: &Shown) -> Markup {
    let ticket = &shown.ticket;
    let told = shown.history.iter().filter_map(|record| Some((record.at, change(me, record, &shown.names)?)));
    let mut items: Vec<(Timestamp, Markup)> = told.collect();
    items.extend(shown.entries.iter().map(|e| (e.created_at, entry(me, e, shown))));
    // Stable: of what happened in the same act, the changes stand before the entries.
    items.sort_by_key(|(at, _)| *at);
    let content = html! {
        div.thread aria-label=(title(me.locale(), ticket)) role="log" { @for (_, item) in items { (item) } }
    };
    let topic = format!("ticket:{}", ticket.id);
    hx::region("thread", &format!("/t/{}/thread", ticket.number()), &[&topic], content)
}

fn entry(me: &Me, entry: &Entry, shown: &Shown) -> Markup {
    let l = me.locale();
    let author = shown.names.agent(entry.author);
    html! {
        article.entry id={ "e-" (entry.id) } data-kind=(entry.kind.word()) {
            span.entry-mark { (icon(mark(entry))) }
            div.entry-card {
                @match (&entry.facts, entry.kind) {
                    (Some(facts), EntryKind::Call) => {
                        (call(me, facts))
                        (call_actions(me, entry, shown))
                    }
                    (None, EntryKind::Letter) => (letter(me, entry, shown)),
                    _ => {
                        header.entry-head {
                            strong { (user_text(author)) }
                            span { (l.t("entry-note")) }
                            (time(l, entry.created_at))
                        }
                        div.entry-text dir="auto" { (entry.body) }
                    }
                }
            }
        }
    }
}

fn mark(entry: &Entry) -> &'static str {
    match (entry.kind, &entry.letter) {
        (EntryKind::Call, _) => "phone-incoming",
        (EntryKind::Letter, Some(letter)) if letter.incoming => "mail",
        (EntryKind::Letter, _) => "send",
        (EntryKind::Note, _) => "sticky-note",
    }
}

fn call(me: &Me, facts: &CallFacts) -> Markup {
    let l = me.locale();
    let who = match (facts.withheld, facts.name.as_str(), facts.number.as_str()) {
        (true, ..) => l.t("call-withheld"),
        (_, "", "") => l.t("call-no-number"),
        (_, "", number) => number.to_owned(),
        (_, name, _) => name.to_owned(),
    };
    html! {
        header.entry-head {
            strong { (user_text(&who)) }
            @if !facts.name.is_empty() && !facts.number.is_empty() { span.nums { (user_text(&facts.number)) } }
            (outcome_badge(l, facts.outcome))
            (time(l, facts.received_at))
        }
        p.meta {
            span { (icon("phone")) (user_text(&facts.line)) }
            @if !facts.dialled.is_empty() { span { (l.t("call-dialled")) " " (user_text(&facts.dialled)) } }
            @if let Some(from) = &facts.diverted_from { span { (l.t("call-diverted")) " " (user_text(from)) } }
            @match facts.ended_at {
                Some(ended) => span { (icon("timer")) (l.t_with("call-rang-for", &[("time", l.span(ended.since_ms(facts.received_at)).into())])) },
                None => (timer(l, facts.received_at, me.visit.now, 10, 20)),
            }
            @if let Some(reason) = &facts.reason { span title=(l.t("call-reason")) { code { (reason) } } }
        }
    }
}

/// What can be done with a call here: it may be about another matter too, or not belong to this ticket.
fn call_actions(me: &Me, entry: &Entry, shown: &Shown) -> Markup {
    let l = me.locale();
    let csrf = &me.visit.csrf;
    html! {
        @if let Some(call) = entry.call.filter(|_| me.may(Right::WorkCalls)) {
            div.actions.entry-actions {
                @if shown.ticket.closed_at.is_none() && shown.ticket.touched_at.is_none() {
                    (Button::link(&format!("/calls/{call}/interview"), &l.t("interview-title")).icon("keyboard").kind(Kind::Quiet))
                }
                (post(csrf, &format!("/calls/{call}/ticket/more"), html! { (Button::submit(&l.t("call-more")).icon("plus").kind(Kind::Quiet)) }))
                @if !shown.siblings.is_empty() {
                    (post(csrf, &format!("/calls/{call}/unlink"), html! {
                        (hidden("ticket", &shown.ticket.number().to_string()))
                        (Button::submit(&l.t("call-unlink")).icon("x").kind(Kind::Quiet))
                    }))
                }
            }
        }
    }
}

/// A change as an item of the thread; nothing for events that an entry or the head already shows.
fn change(me: &Me, record: &Record, names: &Names) -> Option<Markup> {
    let line = change_line(me, record, names)?;
    Some(html! {
        div.entry data-kind="change" id={ "h-" (record.id) } { span.entry-mark { (icon("history")) } span { (line) } }
    })
}

/// Who changed what of a ticket when; nothing for events that are no change of it.
pub fn change_line(me: &Me, record: &Record, names: &Names) -> Option<Markup> {
    let l = me.locale();
    let text = told(l, &record.event, names).or_else(|| placed(l, &record.event, names))?;
    let who = match record.actor {
        Some(Actor::Agent(id)) => names.agent(Some(id)).to_owned(),
        Some(Actor::Phone) => l.t("actor-phone"),
        Some(Actor::Mail) => l.t("actor-mail"),
        Some(Actor::Import) => l.t("actor-import"),
        Some(Actor::Console) => l.t("actor-console"),
        _ => "Deskbell".to_owned(),
    };
    Some(html! { (user_text(&who)) " · " (text) " · " (time(l, record.at)) })
}

fn told(l: &Locale, event: &Event, names: &Names) -> Option<String> {
    let status = |word: &str| match Status::from_word(word) {
        Some(Status::New) => l.t("ticket-status-new"),
        Some(Status::Open) => l.t("ticket-status-open"),
        Some(Status::Waiting) => l.t("ticket-status-waiting"),
        Some(Status::Closed) => l.t("ticket-status-closed"),
        None => word.to_owned(),
    };
    let priority = |word: &str| Priority::from_word(word).map_or_else(|| word.to_owned(), |p| priority_word(l, p));
    let with = |key: &str, name: &'static str, value: &str| l.t_with(key, &[(name, Value::from(value))]);
    Some(match event {
        Event::TicketCreated { .. } => l.t("history-opened"),
        Event::TicketSubjectChanged { subject, .. } => with("history-subject", "subject", subject),
        Event::TicketStatusChanged { to, .. } => with("history-status", "status", &status(to)),
        Event::TicketPriorityChanged { to, .. } => with("history-priority", "priority", &priority(to)),
        Event::TicketTeamChanged { team: None, .. } => l.t("history-no-team"),
        Event::TicketTeamChanged { team, .. } => with("history-team", "team", names.team(*team)),
        Event::TicketAssigned { agent: None, .. } => l.t("history-unassigned"),
        Event::TicketAssigned { agent, .. } => with("history-assigned", "agent", names.agent(*agent)),
        Event::TicketRequesterChanged { person: None, .. } => l.t("history-no-requester"),
        Event::TicketRequesterChanged { .. } => l.t("history-requester"),
        Event::TicketClosed { .. } => l.t("history-closed"),
        Event::TicketReopened { .. } => l.t("history-reopened"),
        _ => return None,
    })
}

/// Changes of what it is about, where, when, and with what it hangs together.
fn placed(l: &Locale, event: &Event, names: &Names) -> Option<String> {
    let with = |key: &str, name: &'static str, value: &str| l.t_with(key, &[(name, Value::from(value))]);
    Some(match event {
        Event::TicketSiteChanged { site: None, .. } => l.t("history-no-site"),
        Event::TicketSiteChanged { site, .. } => match names.place(*site) {
            Some(place) => with("history-site", "site", &place.name),
            None => l.t("history-site-changed"),
        },
        Event::TicketCategoryChanged { category: None, .. } => l.t("history-no-category"),
        Event::TicketCategoryChanged { category, .. } => {
            with("history-category", "category", names.category(*category))
        }
        Event::TicketParentChanged { parent: None, .. } => l.t("history-no-parent"),
        Event::TicketParentChanged { parent: Some(parent), .. } => {
            with("history-parent", "number", &TicketNumber::of(*parent).to_string())
        }
        Event::MailOrdersRead { done, refused, .. } => {
            let said =
                |key: &str, orders: &[String]| (!orders.is_empty()).then(|| with(key, "orders", &orders.join(", ")));
            [said("history-orders-done", done), said("history-orders-refused", refused)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("; ")
        }
        Event::TicketMentionFound { other, .. } => {
            with("history-mention", "number", &TicketNumber::of(*other).to_string())
        }
        Event::TicketWantedChanged { wanted_at: None, .. } => l.t("history-no-wanted"),
        Event::TicketWantedChanged { wanted_at: Some(at), .. } => {
            with("history-wanted", "moment", &l.moment(Timestamp(*at)))
        }
        _ => return None,
    })
}
