//! The call log.

use maud::{Markup, html};

use crate::accounts::{Me, Right};
use crate::calls::pages::{LogQuery, Shown};
use crate::calls::{Lines, Logged};
use crate::tickets::CallOutcome;
use crate::tickets::TicketNumber;
use crate::tickets::views::{outcome_badge, outcome_word, title};
use crate::web::Locale;
use crate::web::ui::{
    Button, Column, Field, Kind, Row, Table, empty, hidden, hx, icon, page_head, pager, post, time, user_text,
};

const HERE: &str = "/calls/log";

/// The page around the rows.
pub fn log(me: &Me, query: &LogQuery, lines: &Lines, part: Markup) -> Markup {
    let l = me.locale();
    let any = || (String::new(), l.t("tickets-any"));
    let choices = std::iter::once(any()).chain(lines.0.iter().map(|line| (line.id.to_string(), line.name.clone())));
    let tickets = vec![any(), ("none".into(), l.t("log-ticketless"))];
    let mine = vec![any(), ("1".into(), l.t("tickets-me"))];
    let actions = html! {
        (Button::link("/calls", &l.t("calls-title")).icon("phone"))
        (Button::link("/calls/reports", &l.t("reports-title")).icon("activity"))
        (Button::link(&query.href("/calls/log.csv", None), &l.t("chart-csv")).icon("download").kind(Kind::Quiet))
    };
    html! {
        (page_head(&l.t("calls-log"), actions))
        (hx::filters(&l.t("tickets-filter"), HERE, "log-found", html! {
            (Field::line("search", "q", &l.t("log-search")).value(&query.q).placeholder(&l.t("log-search-hint")))
            (Field::select("outcome", &l.t("call-outcome"), outcomes(l)).value(query.outcome()))
            (Field::select("line", &l.t("call-line"), choices.collect()).value(&query.line))
            (Field::line("date", "from", &l.t("log-from")).value(&query.from))
            (Field::line("date", "to", &l.t("log-to")).value(&query.to))
            (Field::select("mine", &l.t("log-agent"), mine).value(&query.mine))
            (Field::select("ticket", &l.t("call-ticket"), tickets).value(&query.ticket))
            (Button::submit(&l.t("tickets-filter")).kind(Kind::Plain))
        }))
        div.stack id="log-found" { (part) }
    }
}

fn outcomes(l: &Locale) -> Vec<(String, String)> {
    let grouped = [("", "tickets-any"), ("answered", "log-answered"), ("missed", "log-missed")];
    let grouped = grouped.into_iter().map(|(value, key)| (value.to_owned(), l.t(key)));
    let single = |outcome: &CallOutcome| {
        (outcome.word().to_owned(), l.t_with("log-so", &[("outcome", outcome_word(l, *outcome).into())]))
    };
    // "Missed" names all that nobody answered; the narrower one of that word has an address of its own.
    grouped.chain(CallOutcome::ALL.iter().filter(|o| **o != CallOutcome::Missed).map(single)).collect()
}

/// The rows, loaded anew when calls change.
pub fn part(me: &Me, query: &LogQuery, shown: &Shown) -> Markup {
    let l = me.locale();
    let first = (!query.after.is_empty()).then(|| query.href(HERE, None));
    let next = shown.page.next.map(|cursor| query.href(HERE, Some(cursor)));
    let here = query.href(HERE, crate::base::Cursor::decode(&query.after));
    let content = html! {
        @if let Some(since) = shown.since { p.faint { (l.t_with("log-since", &[("date", l.date(since).into())])) } }
        @if shown.page.rows.is_empty() {
            (nothing(l, query))
        } @else {
            (Table::new(&l.t("calls-log"), columns(l), shown.page.rows.iter().map(|logged| row(me, logged, &here)).collect()))
            (pager(l, first.as_deref(), next.as_deref()))
        }
    };
    hx::region("log", &here, &["calls"], content)
}

/// What stands for no rows: how to see more.
fn nothing(l: &Locale, query: &LogQuery) -> Markup {
    let set = query.set();
    if set.is_empty() {
        return empty("phone", &l.t("calls-log-none"), &l.t("calls-log-none-text"), html! {});
    }
    let drop = html! {
        div.actions {
            @for name in &set {
                (Button::link(&query.without(name).href(HERE, None), &l.t_word("log-drop", name)).icon("x").kind(Kind::Quiet))
            }
            @if set.len() > 1 { (Button::link(HERE, &l.t("log-drop-all"))) }
        }
    };
    empty("search", &l.t("log-no-match"), &l.t("log-no-match-text"), drop)
}

fn columns(l: &Locale) -> Vec<Column> {
    vec![
        Column::new(&l.t("call-when")),
        Column::new(&l.t("call-who")).wide(),
        Column::new(&l.t("call-line")),
        Column::new(&l.t("call-outcome")),
        Column::number(&l.t("call-rang")),
        Column::new(&l.t("log-agent")),
        Column::new(&l.t("call-ticket")),
        Column::new(&l.t("call-actions")),
    ]
}

/// Who a call is from, as far as is known: the person that was named, the name that came with it, or the number.
pub(super) fn caller(l: &Locale, logged: &Logged) -> String {
    let call = &logged.call;
    match (&logged.person, call.withheld) {
        (Some((_, name)), _) => name.clone(),
        (None, true) => l.t("call-withheld"),
        (None, false) if !call.caller_name.is_empty() => call.caller_name.clone(),
        (None, false) if !logged.number.is_empty() => logged.number.clone(),
        _ => l.t("call-no-number"),
    }
}

/// The names that a number may belong to, where none was named.
fn maybe(logged: &Logged) -> String {
    logged.maybe.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(" / ")
}

fn row(me: &Me, logged: &Logged, here: &str) -> Row {
    let (l, call) = (me.locale(), &logged.call);
    let who = caller(l, logged);
    let cells = vec![
        time(l, call.received_at),
        html! {
            (user_text(&who))
            @if !logged.maybe.is_empty() { div.faint { (l.t("log-maybe")) " " (user_text(&maybe(logged))) } }
            @else if who != logged.number && !logged.number.is_empty() { div.faint { bdi.nums { (logged.number) } } }
        },
        user_text(&logged.line),
        html! { (outcome_badge(l, call.outcome)) @if call.spam_at.is_some() { " " (l.t("log-spam")) } },
        html! { @if let Some(ms) = call.waited_ms() { span.nums { (l.span(ms)) } } },
        html! {
            @if let Some(agent) = &logged.agent { (user_text(agent)) }
            @if logged.code.is_some() || call.handled_ms().is_some() {
                div.faint {
                    @if let Some(ms) = call.handled_ms() { span.nums title=(l.t("log-handled")) { (l.span(ms)) } }
                    @if let Some(code) = &logged.code { " " (user_text(code)) }
                }
            }
        },
        html! {
            @if let Some(ticket) = &logged.ticket {
                a.clip href={ "/t/" (ticket.number()) } { (user_text(&title(l, ticket))) }
            }
        },
        actions(me, logged, here),
    ];
    Row::new(&format!("c-{}", call.id), cells).href(&format!("/calls/{}", call.id))
}

/// What can be done with a call from a row: call back, and say that it was missed where the PBX can't know.
fn actions(me: &Me, logged: &Logged, here: &str) -> Markup {
    let (l, call) = (me.locale(), &logged.call);
    html! {
        div.row-actions {
            @if let Some(key) = &call.caller_key {
                a.button.quiet.bare href={ "tel:" (key) } title=(l.t("call-back")) { (icon("phone-outgoing")) span.unseen { (l.t("call-back")) ": " (caller(l, logged)) } }
            }
            @if call.ticket.is_none() && me.may(Right::WorkCalls) {
                (Button::link(&format!("/calls/{}/ticket", call.id), &l.t("call-make-ticket")).icon_only("plus").kind(Kind::Quiet))
            }
            @if is_doubtful(call.outcome) && me.may(Right::WorkCalls) {
                (post(&me.visit.csrf, &format!("/calls/{}/missed", call.id), html! {
                    (hidden("next", here))
                    (Button::submit(&l.t("call-was-missed")).icon_only("phone-missed").kind(Kind::Quiet))
                }))
            }
        }
    }
}

/// Whether the PBX may have said "answered" of a caller who hung up.
pub(super) fn is_doubtful(outcome: Option<CallOutcome>) -> bool {
    matches!(outcome, Some(CallOutcome::AnsweredElsewhere | CallOutcome::Unconfirmed | CallOutcome::Forwarded))
}

/// The rows of a file, with their head.
pub fn log_rows(l: &Locale, calls: &[Logged]) -> Vec<Vec<String>> {
    let head = [
        "call-when",
        "call-who",
        "log-number",
        "log-maybe",
        "call-line",
        "call-outcome",
        "log-rang-s",
        "log-agent",
        "log-handled-s",
        "log-code",
        "log-ticket-number",
        "call-ticket",
    ];
    let seconds = |ms: Option<i64>| ms.map(|ms| (ms / 1_000).to_string()).unwrap_or_default();
    let row = |logged: &Logged| {
        let call = &logged.call;
        let at = call.received_at.to_jiff().to_zoned(l.zone.clone());
        vec![
            at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            caller(l, logged),
            logged.number.clone(),
            maybe(logged),
            logged.line.clone(),
            call.outcome.map(|outcome| outcome_word(l, outcome)).unwrap_or_default(),
            seconds(call.waited_ms()),
            logged.agent.clone().unwrap_or_default(),
            seconds(call.handled_ms()),
            logged.code.clone().unwrap_or_default(),
            call.ticket.map(|ticket| TicketNumber::of(ticket).to_string()).unwrap_or_default(),
            logged.ticket.as_ref().map(|ticket| title(l, ticket)).unwrap_or_default(),
        ]
    };
    std::iter::once(head.map(|key| l.t(key)).to_vec()).chain(calls.iter().map(row)).collect()
}
