//! The call log.

use maud::{Markup, html};

use super::card::who;
use crate::accounts::{Me, Right};
use crate::base::Cursor;
use crate::calls::Lines;
use crate::calls::board::Card;
use crate::calls::pages::LogQuery;
use crate::tickets::CallOutcome;
use crate::tickets::views::{outcome_badge, title};
use crate::web::ui::{
    Button, Column, Field, Kind, Row, Tab, Table, empty, filters, hidden, page_head, pager, post, tabs, time, user_text,
};

fn href(missed: bool, line: &str, after: Option<Cursor>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if missed {
        query.append_pair("missed", "1");
    }
    if !line.is_empty() {
        query.append_pair("line", line);
    }
    if let Some(cursor) = after {
        query.append_pair("after", &cursor.encode());
    }
    format!("/calls/log?{}", query.finish())
}

/// The log.
pub fn log(me: &Me, query: &LogQuery, lines: &Lines, shown: &[Card], next: Option<Cursor>) -> Markup {
    let l = me.locale();
    let missed = query.missed == "1";
    let first = (!query.after.is_empty()).then(|| href(missed, &query.line, None));
    let next = next.map(|cursor| href(missed, &query.line, Some(cursor)));
    let tab = |only_missed: bool, key: &str| Tab {
        href: href(only_missed, &query.line, None),
        label: l.t(key),
        count: None,
        current: only_missed == missed,
    };
    let any = (String::new(), l.t("tickets-any"));
    let choices = std::iter::once(any).chain(lines.0.iter().map(|line| (line.id.to_string(), line.name.clone())));
    html! {
        (page_head(&l.t("calls-log"), html! { (Button::link("/calls", &l.t("calls-title")).icon("phone")) }))
        (tabs(&l.t("calls-log"), l, &[tab(false, "calls-all"), tab(true, "calls-missed")]))
        (filters(&l.t("tickets-filter"), "/calls/log", html! {
            @if missed { (hidden("missed", "1")) }
            (Field::select("line", &l.t("call-line"), choices.collect()).value(&query.line))
            (Button::submit(&l.t("tickets-filter")).kind(Kind::Plain))
        }))
        @if shown.is_empty() {
            (empty("phone", &l.t("calls-log-none"), &l.t("calls-log-none-text"), html! {}))
        } @else {
            (Table::new(&l.t("calls-log"), columns(me), shown.iter().map(|card| row(me, card)).collect()))
            (pager(l, first.as_deref(), next.as_deref()))
        }
    }
}

fn columns(me: &Me) -> Vec<Column> {
    let l = me.locale();
    vec![
        Column::new(&l.t("call-when")),
        Column::new(&l.t("call-who")).wide(),
        Column::new(&l.t("call-line")),
        Column::new(&l.t("call-outcome")),
        Column::new(&l.t("call-rang")),
        Column::new(&l.t("call-ticket")),
        Column::new(&l.t("call-actions")),
    ]
}

fn row(me: &Me, card: &Card) -> Row {
    let l = me.locale();
    let call = &card.call;
    let doubtful = matches!(
        call.outcome,
        Some(CallOutcome::AnsweredElsewhere | CallOutcome::Unconfirmed | CallOutcome::Forwarded)
    );
    let names: Vec<&str> = card.candidates.iter().map(|c| c.name.as_str()).collect();
    let cells = vec![
        time(l, call.received_at),
        html! {
            (user_text(&who(l, card)))
            @if !call.caller_name.is_empty() { " " span.dim { bdi.nums { (card.number) } } }
            @if !names.is_empty() { div.dim { (user_text(&names.join(" / "))) } }
        },
        user_text(&card.line),
        outcome_badge(l, call.outcome),
        html! { @if let Some(ended) = call.ended_at { span.nums { (l.span(ended.since_ms(call.received_at))) } } },
        html! {
            @if let Some(ticket) = &card.ticket {
                a href={ "/t/" (ticket.number()) } { (user_text(&title(l, ticket))) }
            } @else if me.may(Right::WorkCalls) {
                a href={ "/calls/" (call.id) "/ticket" } { (l.t("call-make-ticket")) }
            }
        },
        html! {
            @if doubtful && me.may(Right::WorkCalls) {
                (post(&me.visit.csrf, &format!("/calls/{}/missed", call.id), html! {
                    (Button::submit(&l.t("call-was-missed")).kind(Kind::Quiet))
                }))
            }
        },
    ];
    Row::new(&format!("c-{}", call.id), cells)
}
