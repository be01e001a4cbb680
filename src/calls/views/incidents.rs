//! Incidents: the proposal on the board, the list, the form, one of them with its callbacks.

use maud::{Markup, html};

use super::waiting::callback_list;
use crate::accounts::{Me, Right};
use crate::calls::pages::{IncidentForm, Told, Weather};
use crate::calls::{Alike, Incident, Lines};
use crate::tickets::Ticket;
use crate::tickets::views::{status_badge, title};
use crate::web::Locale;
use crate::web::ui::{
    Again, Button, Column, Field, Kind, Row, Table, Tone, ago, badge, card, empty, hidden, hx, icon, page_head, panel,
    post, stat, time, user_text,
};

/// What the calls of a storm have in common, in words.
fn alike(l: &Locale, alike: &Alike) -> String {
    match alike {
        Alike::Area(area) => l.t_with("storm-area", &[("area", area.as_str().into())]),
        Alike::Word(word) => l.t_with("storm-word", &[("word", word.as_str().into())]),
        Alike::Prefix(prefix) => l.t_with("storm-prefix", &[("prefix", prefix.as_str().into())]),
    }
}

/// What is known, and what looks like an incident: above the board, and nothing most of the time.
pub fn storm(me: &Me, weather: &Weather) -> Markup {
    let l = me.locale();
    let content = html! {
        @for storm in &weather.storms {
            @let count = i64::try_from(storm.callers).unwrap_or(i64::MAX);
            div.storm.tone-warn role="status" {
                (icon("triangle-alert"))
                div {
                    strong { (l.t_with("storm-callers", &[("count", count.into()), ("minutes", storm.minutes.into())])) }
                    " " (alike(l, &storm.alike))
                }
                @if me.may(Right::WorkCalls) {
                    div.actions {
                        (Button::link(&new_href(&storm.alike), &l.t("storm-declare")).kind(Kind::Primary).key("i"))
                        (hx::post(&me.visit.csrf, "/calls/storm/quiet", "storm", html! {
                            (hidden("key", &storm.alike.key())) (Button::submit(&l.t("storm-quiet")).kind(Kind::Quiet))
                        }))
                    }
                }
            }
        }
        @for incident in &weather.known {
            div.storm.tone-bad {
                (icon("triangle-alert"))
                div {
                    a href={ "/calls/incidents/" (incident.id) } { strong { (user_text(&name(l, incident, &weather.tickets))) } }
                    @if !incident.announcement.is_empty() { " " (user_text(&incident.announcement)) }
                }
                (eta(l, me, incident))
            }
        }
    };
    hx::region("storm", "/calls/storm", &["calls", "incidents"], content)
}

fn new_href(alike: &Alike) -> String {
    let key: String = url::form_urlencoded::byte_serialize(alike.key().as_bytes()).collect();
    format!("/calls/incidents/new?key={key}")
}

fn name(l: &Locale, incident: &Incident, tickets: &[Ticket]) -> String {
    tickets.iter().find(|ticket| ticket.id == incident.ticket).map(|ticket| title(l, ticket)).unwrap_or_default()
}

/// Until when.
pub fn eta(l: &Locale, me: &Me, incident: &Incident) -> Markup {
    html! {
        @if let Some(eta) = incident.eta_at {
            @let late = eta < me.visit.now && incident.solved_at.is_none();
            (badge(if late { Tone::Bad } else { Tone::Info }, "clock", &l.t_with("incident-until", &[("time", l.moment_near(eta, me.visit.now).into())])))
        }
    }
}

/// All of them.
pub fn incidents(me: &Me, incidents: &[Incident], tickets: &[Ticket]) -> Markup {
    let l = me.locale();
    let columns = vec![
        Column::new(&l.t("incident-what")).wide(),
        Column::new(&l.t("account-state")),
        Column::new(&l.t("incident-eta")),
        Column::new(&l.t("incident-since")),
    ];
    let row = |incident: &Incident| {
        let state = match incident.solved_at {
            Some(_) => badge(Tone::Good, "check", &l.t("incident-solved")),
            None => badge(Tone::Bad, "triangle-alert", &l.t("incident-open")),
        };
        let cells = vec![
            user_text(&name(l, incident, tickets)),
            state,
            html! { @if let Some(eta) = incident.eta_at { (time(l, eta)) } },
            ago(l, incident.declared_at, me.visit.now),
        ];
        Row::new(&format!("incident-{}", incident.id), cells).href(&format!("/calls/incidents/{}", incident.id))
    };
    let actions = html! {
        (Button::link("/calls", &l.t("calls-title")).icon("phone"))
        @if me.may(Right::WorkCalls) { (Button::link("/calls/incidents/new", &l.t("incident-new")).icon("plus").kind(Kind::Primary)) }
    };
    html! {
        (page_head(&l.t("incidents-title"), actions))
        @if incidents.is_empty() { (panel(empty("check", &l.t("incidents-none"), &l.t("incidents-none-text"), html! {}))) }
        @else { (Table::new(&l.t("incidents-title"), columns, incidents.iter().map(row).collect())) }
    }
}

fn fields(me: &Me, form: &IncidentForm, again: &Again, save: &str) -> Markup {
    let (l, problems) = (me.locale(), &again.problems);
    html! {
        div.form {
            (again.summary(l))
            @if !form.key.is_empty() { (hidden("key", &form.key)) }
            (Field::text("title", &l.t("incident-what")).value(&form.title).placeholder(&l.t("incident-what-hint"))
                .problems(l, problems).characters_max(200).autocomplete("off").required().autofocus())
            (Field::textarea("announcement", &l.t("incident-announcement"), 3).value(&form.announcement)
                .hint(&l.t("incident-announcement-hint")).problems(l, problems).characters_max(1_000))
            (Field::line("datetime-local", "eta", &l.t("incident-eta")).value(&form.eta).problems(l, problems))
            (Field::text("area", &l.t("incident-area")).value(&form.area).hint(&l.t("incident-area-hint"))
                .problems(l, problems).characters_max(40).autocomplete("off"))
            (Field::text("words", &l.t("incident-words")).value(&form.words).hint(&l.t("incident-words-hint"))
                .problems(l, problems).characters_max(120).autocomplete("off"))
            div.actions { (Button::submit(save).key("Ctrl+Enter")) (Button::link("/calls", &l.t("ui-cancel")).kind(Kind::Quiet)) }
        }
    }
}

/// The form of a new one.
pub fn incident_form(me: &Me, form: &IncidentForm, again: &Again) -> Markup {
    let l = me.locale();
    html! {
        (page_head(&l.t("incident-new"), html! {}))
        div.narrow {
            (panel(html! {
                p.dim { (l.t("incident-new-text")) }
                (post(&me.visit.csrf, "/calls/incidents", fields(me, form, again, &l.t("incident-declare"))))
            }))
        }
    }
}

/// One of them: what callers are told, and when it is mended, who is to be called.
pub fn incident(me: &Me, lines: &Lines, told: &Told, form: &IncidentForm, again: &Again) -> Markup {
    let (l, incident) = (me.locale(), &told.incident);
    let (place, may) = (format!("/calls/incidents/{}", incident.id), me.may(Right::WorkCalls));
    let count = |of: usize| l.number(i64::try_from(of).unwrap_or(i64::MAX));
    let left = told.waiting.callbacks.iter().filter(|callback| callback.closed_at.is_none()).count();
    let actions = html! {
        (Button::link(&format!("/t/{}", told.ticket.number()), &l.t("call-ticket")).icon("ticket"))
        @if may && incident.solved_at.is_none() {
            (post(&me.visit.csrf, &format!("{place}/solve"), html! { (Button::submit(&l.t("incident-solve")).icon("check")) }))
        }
    };
    html! {
        (page_head(&title(l, &told.ticket), actions))
        div.stats {
            (stat(Tone::Neutral, &l.t("incident-calls"), &count(told.calls), ""))
            (stat(Tone::Neutral, &l.t("incident-parts"), &count(told.parts.len()), ""))
            @if incident.solved_at.is_some() { (stat(if left > 0 { Tone::Warn } else { Tone::Good }, &l.t("incident-left"), &count(left), "")) }
        }
        @if incident.solved_at.is_some() {
            (card(&l.t("callbacks-title"), html! {}, html! {
                @if !incident.announcement.is_empty() { p { (l.t("incident-say")) " " q { (user_text(&incident.announcement)) } } }
                @if told.waiting.callbacks.is_empty() { p.dim { (l.t("incident-nobody")) } }
                @else { (callback_list(me, lines, &told.waiting)) }
            }))
        } @else if may {
            (card(&l.t("incident-told"), html! { (eta(l, me, incident)) }, post(&me.visit.csrf, &place, fields(me, form, again, &l.t("ui-save")))))
        } @else {
            (card(&l.t("incident-told"), html! { (eta(l, me, incident)) }, html! { p { (user_text(&incident.announcement)) } }))
        }
        @if !told.parts.is_empty() {
            (card(&l.t("incident-parts"), html! {}, html! {
                div.rows { @for part in &told.parts { div { a href={ "/t/" (part.number()) } { (user_text(&title(l, part))) } span.end { (status_badge(l, part.status)) } } } }
            }))
        }
    }
}
