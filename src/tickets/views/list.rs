//! The list.

use maud::{Markup, html};

use super::Names;
use super::words::{outcome_badge, priority_badge, priority_word, status_badge, title};
use crate::accounts::{Me, Right};
use crate::base::Page;
use crate::tickets::pages::ListQuery;
use crate::tickets::{Channel, Priority, Status, Ticket, TicketNumber};
use crate::web::ui::{
    Button, Column, Field, Kind, Row, Tab, Table, Tone, ago, badge, empty, hidden, hx, icon, page_head, pager, tabs,
    user_text,
};

type Choices = Vec<(String, String)>;

/// The page around the rows.
pub fn list(me: &Me, query: &ListQuery, names: &Names, rows: Markup) -> Markup {
    let l = me.locale();
    let actions = html! {
        @if me.may(Right::WorkTickets) {
            (Button::link("/t/new", &l.t("ticket-new")).icon("plus").kind(Kind::Primary).key("c"))
        }
    };
    html! {
        (page_head(&l.t("tickets-title"), actions))
        (views(me, query))
        (hx::filters(&l.t("tickets-filter"), "/t", "tickets", html! {
            (hidden("missed", &query.missed))
            (Field::select("status", &l.t("ticket-status"), statuses(me)).value(&query.status))
            (Field::select("team", &l.t("ticket-team"), teams(me, names)).value(&query.team))
            (Field::select("assignee", &l.t("ticket-assignee"), assignees(me, names)).value(&query.assignee))
            (Field::select("priority", &l.t("ticket-priority"), priorities(me)).value(&query.priority))
            (Field::select("channel", &l.t("ticket-channel"), channels(me)).value(&query.channel))
            (Button::submit(&l.t("tickets-filter")).kind(Kind::Plain))
        }))
        (rows)
    }
}

/// Ready-made filters.
fn views(me: &Me, query: &ListQuery) -> Markup {
    let l = me.locale();
    let own = ListQuery { assignee: "me".into(), ..ListQuery::default() };
    let free = ListQuery { assignee: "none".into(), ..ListQuery::default() };
    let missed = ListQuery { missed: "1".into(), ..ListQuery::default() };
    let all = ListQuery { status: "all".into(), ..ListQuery::default() };
    let here = query.href(None);
    let tab = |query: &ListQuery, key: &str| {
        let href = query.href(None);
        Tab { current: href == here, href, label: l.t(key), count: None }
    };
    let shown = [
        tab(&ListQuery::default(), "tickets-view-open"),
        tab(&own, "tickets-view-mine"),
        tab(&free, "tickets-view-free"),
        tab(&missed, "tickets-view-missed"),
        tab(&all, "tickets-view-all"),
    ];
    tabs(&l.t("tickets-views"), l, &shown)
}

/// The rows, loaded anew when a ticket changes.
pub fn rows(me: &Me, query: &ListQuery, page: &Page<Ticket>, names: &Names) -> Markup {
    let l = me.locale();
    let first = (!query.after.is_empty()).then(|| query.href(None));
    let next = page.next.map(|cursor| query.href(Some(cursor)));
    let here = query.href(crate::base::Cursor::decode(&query.after));
    let content = html! {
        @if page.rows.is_empty() {
            (empty("tickets", &l.t("tickets-none"), &l.t("tickets-none-text"), html! {}))
        } @else {
            (Table::new(&l.t("tickets-title"), columns(me), page.rows.iter().map(|t| row(me, t, names)).collect()))
            (pager(l, first.as_deref(), next.as_deref()))
        }
    };
    hx::region("tickets", &here, &["tickets"], content)
}

fn columns(me: &Me) -> Vec<Column> {
    let l = me.locale();
    vec![
        Column::new(&l.t("ticket-number")),
        Column::new(&l.t("ticket-subject")).wide(),
        Column::new(&l.t("ticket-status")),
        Column::new(&l.t("ticket-requester")),
        Column::new(&l.t("ticket-team")),
        Column::new(&l.t("ticket-assignee")),
        Column::new(&l.t("ticket-updated")),
    ]
}

fn row(me: &Me, ticket: &Ticket, names: &Names) -> Row {
    let l = me.locale();
    let number = ticket.number().to_string();
    let who = match names.person(ticket.requester_id) {
        "" => ticket.caller.as_str(),
        name => name,
    };
    let cells = vec![
        html! { span.nums { (number) } },
        html! {
            span.subject { (user_text(&title(l, ticket))) } " "
            @if ticket.priority != Priority::Normal { (priority_badge(l, ticket.priority)) " " }
            @if ticket.channel == Channel::Call { (outcome_badge(l, ticket.call_outcome)) " " }
            (where_and_when(me, ticket, names))
        },
        status_badge(l, ticket.status),
        user_text(who),
        user_text(names.team(ticket.team_id)),
        user_text(names.agent(ticket.assignee_id)),
        ago(l, ticket.updated_at, me.visit.now),
    ];
    Row::new(&format!("t-{}", ticket.id), cells).href(&format!("/t/{number}")).loud(ticket.status == Status::New)
}

/// The kind of matter, where, until when, and of what it is a part, in a few faint words.
fn where_and_when(me: &Me, ticket: &Ticket, names: &Names) -> Markup {
    let l = me.locale();
    let place = names.place(ticket.site_id).map_or("", |place| &place.name);
    html! {
        @if ticket.category_id.is_some() { span.faint { (user_text(names.category(ticket.category_id))) } " " }
        @if !place.is_empty() { span.faint { (icon("map-pin")) (user_text(place)) } " " }
        @if let Some(at) = ticket.wanted_at.filter(|_| ticket.closed_at.is_none()) {
            @let tone = if at < me.visit.now { Tone::Bad } else { Tone::Neutral };
            (badge(tone, "calendar", &l.moment_near(at, me.visit.now))) " "
        }
        @if let Some(parent) = ticket.parent_id { span.faint { (l.t("ticket-part-of")) " #" (TicketNumber::of(parent)) } }
    }
}

fn statuses(me: &Me) -> Choices {
    let l = me.locale();
    vec![
        (String::new(), l.t("tickets-view-open")),
        ("new".into(), l.t("ticket-status-new")),
        ("open".into(), l.t("ticket-status-open")),
        ("waiting".into(), l.t("ticket-status-waiting")),
        ("closed".into(), l.t("ticket-status-closed")),
        ("all".into(), l.t("tickets-view-all")),
    ]
}

fn teams(me: &Me, names: &Names) -> Choices {
    let any = (String::new(), me.locale().t("tickets-any"));
    std::iter::once(any).chain(names.teams.iter().map(|t| (t.id.to_string(), t.name.clone()))).collect()
}

fn assignees(me: &Me, names: &Names) -> Choices {
    let l = me.locale();
    let fixed = [("", "tickets-any"), ("me", "tickets-me"), ("none", "tickets-nobody")];
    let fixed = fixed.into_iter().map(|(value, key)| (value.to_owned(), l.t(key)));
    fixed.chain(names.agents.iter().map(|a| (a.id.to_string(), a.name.clone()))).collect()
}

fn priorities(me: &Me) -> Choices {
    let l = me.locale();
    let any = (String::new(), l.t("tickets-any"));
    std::iter::once(any).chain(Priority::ALL.iter().map(|p| (p.word().to_owned(), priority_word(l, *p)))).collect()
}

fn channels(me: &Me) -> Choices {
    let l = me.locale();
    let all = [
        ("", "tickets-any"),
        ("call", "ticket-channel-call"),
        ("mail", "ticket-channel-mail"),
        ("desk", "ticket-channel-desk"),
    ];
    all.into_iter().map(|(value, key)| (value.to_owned(), l.t(key))).collect()
}
