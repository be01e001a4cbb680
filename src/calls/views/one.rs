//! The page of one call.

use maud::{Markup, html};

use super::log::{caller, is_doubtful};
use super::timeline::timeline;
use crate::accounts::{Me, Right};
use crate::base::id::CallId;
use crate::calls::one::Whole;
use crate::calls::{Callback, Logged};
use crate::tickets::Ticket;
use crate::tickets::views::{outcome_badge, status_badge, title};
use crate::web::ui::{
    Button, Field, Kind, Tone, badge, card as boxed, dialog, facts, hidden, hx, icon, notice, page_head, panel, post,
    time, user_text,
};

/// The page, loaded anew when calls change.
pub fn call_page(me: &Me, whole: &Whole) -> Markup {
    let (l, call) = (me.locale(), &whole.row.call);
    let content = html! {
        (head(me, whole))
        div.split {
            div {
                @if let Some(callback) = &whole.callback { (waiting(me, callback)) }
                (boxed(&l.t("one-timeline"), html! {}, timeline(me, whole)))
                (boxed(&l.t("one-around"), html! {}, around(me, whole)))
            }
            div {
                (boxed(&l.t("one-facts"), html! {}, known(me, &whole.row)))
                (boxed(&l.t("one-tickets"), html! {}, tickets(me, whole)))
                @if me.may(Right::Administer) { (boxed(&l.t("one-trace"), html! {}, trace(me, whole))) }
            }
        }
    };
    html! {
        (hx::region("one", &format!("/calls/{}", call.id), &["calls"], content))
        @if me.visit.partial {} @else if me.may(Right::WorkCalls) {
            (dialog(l, "link", &l.t("one-link"), html! { (search(me, call.id, "")) div id="links" { (links(me, call.id, "", &whole.offered)) } }))
        }
    }
}

fn head(me: &Me, whole: &Whole) -> Markup {
    let (l, call) = (me.locale(), &whole.row.call);
    let action = |what: &str| format!("/calls/{}/{what}", call.id);
    let csrf = &me.visit.csrf;
    let back = || hidden("next", &format!("/calls/{}", call.id));
    let spam = if call.spam_at.is_some() { ("0", "one-no-spam") } else { ("1", "one-spam") };
    let actions = html! {
        @if let Some(key) = &call.caller_key {
            a.button.plain href={ "tel:" (key) } data-key="b" { (icon("phone-outgoing")) span { (l.t("call-back")) } kbd { "b" } }
        }
        @if me.may(Right::WorkCalls) {
            @if call.ended_at.is_some() && is_doubtful(call.outcome) {
                (post(csrf, &action("missed"), html! { (back()) (Button::submit(&l.t("call-was-missed")).icon("phone-missed").kind(Kind::Plain)) }))
            }
            @if call.ended_at.is_some() {
                (post(csrf, &action("spam"), html! { (back()) (hidden("spam", spam.0)) (Button::submit(&l.t(spam.1)).icon("flag").kind(Kind::Quiet)) }))
            }
            @if call.wrapped_up_at.is_none() && call.spam_at.is_none() && call.claimed_by != Some(me.agent().id) {
                @if call.claimed_by.is_none() {
                    (post(csrf, &action("claim"), html! { (Button::submit(&l.t("call-claim")).icon("user-plus").kind(Kind::Plain)) }))
                } @else {
                    (post(csrf, &action("take-over"), html! { (Button::submit(&l.t("call-take-over")).icon("user-plus").kind(Kind::Plain)) }))
                }
            }
            (Button::opens("link", &action("link"), &l.t("one-link")).icon("link").key("l"))
            (Button::link(&action("ticket"), &l.t("call-ticket")).icon("ticket").kind(Kind::Primary).key("F2"))
        }
    };
    html! {
        (page_head(&caller(l, &whole.row), actions))
        div.meta {
            (outcome_badge(l, call.outcome))
            @if call.spam_at.is_some() { (badge(Tone::Warn, "flag", &l.t("log-spam"))) }
            span { (icon("clock")) (time(l, call.received_at)) }
            span { (icon("phone")) (user_text(&whole.row.line)) }
        }
    }
}

fn waiting(me: &Me, callback: &Callback) -> Markup {
    let l = me.locale();
    let due = l.moment_near(callback.due_at, me.visit.now);
    notice(
        if callback.due_at < me.visit.now { Tone::Bad } else { Tone::Warn },
        html! {
            strong { (l.t_with("one-callback", &[("count", callback.times.into())])) } " "
            (l.t_with("one-callback-due", &[("time", due.into())])) " "
            a href="/calls/callbacks" { (l.t("duty-end-callbacks-open")) }
        },
    )
}

fn known(me: &Me, row: &Logged) -> Markup {
    let (l, call) = (me.locale(), &row.call);
    let people = html! {
        @if let Some((id, name)) = &row.person { a href={ "/people/" (id) } { (user_text(name)) } }
        @else if !row.maybe.is_empty() {
            @for (id, name) in &row.maybe { div { (l.t("log-maybe")) " " a href={ "/people/" (id) } { (user_text(name)) } } }
        }
        @else if call.caller_key.is_some() { span.dim { (l.t("call-unknown")) } }
    };
    let optional = |text: &Option<String>| html! { @if let Some(text) = text { (user_text(text)) } };
    let text = |text: &str| html! { @if !text.is_empty() { (user_text(text)) } };
    let span = |ms: Option<i64>| html! { @if let Some(ms) = ms { span.nums { (l.span(ms)) } } };
    facts(&[
        (l.t("call-who"), people),
        (l.t("log-number"), html! { bdi.nums { (row.number) } }),
        (l.t("one-name"), text(&call.caller_name)),
        (l.t("one-dialled"), text(&call.dialled)),
        (l.t("one-diverted"), optional(&call.diverted_from)),
        (l.t("call-rang"), span(call.waited_ms())),
        (l.t("log-agent"), optional(&row.agent)),
        (l.t("log-handled"), span(call.handled_ms())),
        (l.t("log-code"), optional(&row.code)),
    ])
}

fn tickets(me: &Me, whole: &Whole) -> Markup {
    let l = me.locale();
    html! {
        @if whole.tickets.is_empty() { p.dim { (l.t("one-no-ticket")) } }
        @for ticket in &whole.tickets {
            div.choice {
                a href={ "/t/" (ticket.number()) } { span.nums { (ticket.number()) } " " (user_text(&title(l, ticket))) }
                (status_badge(l, ticket.status))
                @if me.may(Right::WorkCalls) {
                    (post(&me.visit.csrf, &format!("/calls/{}/unlink", whole.row.call.id), html! {
                        (hidden("ticket", &ticket.number().to_string()))
                        (hidden("next", &format!("/calls/{}", whole.row.call.id)))
                        (Button::submit(&l.t("one-unlink")).icon_only("x").kind(Kind::Quiet))
                    }))
                }
            }
        }
    }
}

fn trace(me: &Me, whole: &Whole) -> Markup {
    let l = me.locale();
    let (trace, call) = (&whole.trace, &whole.row.call);
    let code = |text: &str| html! { @if !text.is_empty() { code { bdi { (text) } } } };
    let optional = |text: &Option<String>| code(text.as_deref().unwrap_or_default());
    facts(&[
        ("Call-ID".to_owned(), code(&trace.sip_call_id)),
        (l.t("one-source"), code(&trace.source)),
        ("User-Agent".to_owned(), optional(&trace.user_agent)),
        (l.t("one-raw"), code(&trace.caller_raw)),
        (l.t("one-verstat"), optional(&trace.verstat)),
        (l.t("call-reason"), optional(&call.reason)),
        (l.t("one-node"), code(&trace.node)),
    ])
}

fn around(me: &Me, whole: &Whole) -> Markup {
    let l = me.locale();
    let (before, after) = &whole.around;
    let line = |logged: &Logged| {
        html! {
            a href={ "/calls/" (logged.call.id) } {
                (outcome_badge(l, logged.call.outcome))
                span { (time(l, logged.call.received_at)) @if let Some(agent) = &logged.agent { " · " (user_text(agent)) } }
                span.end { (user_text(&logged.line)) }
            }
        }
    };
    html! {
        @if before.is_empty() && after.is_empty() {
            p.dim { (l.t(if whole.row.call.caller_key.is_some() { "one-only" } else { "one-nameless" })) }
        }
        @if !after.is_empty() { h3 { (l.t("one-later")) } div.call-list { @for logged in after.iter().rev() { (line(logged)) } } }
        @if !before.is_empty() { h3 { (l.t("one-earlier")) } div.call-list { @for logged in before { (line(logged)) } } }
    }
}

fn search(me: &Me, id: CallId, typed: &str) -> Markup {
    let l = me.locale();
    hx::filters(
        &l.t("one-link"),
        &format!("/calls/{id}/link"),
        "links",
        html! {
            (Field::line("search", "q", &l.t("one-link-search")).value(typed).id("link-q").autofocus().autocomplete("off"))
            (Button::submit(&l.t("tickets-filter")).kind(Kind::Plain))
        },
    )
}

/// Tickets that a call can be linked to with one press.
pub fn links(me: &Me, id: CallId, typed: &str, found: &[Ticket]) -> Markup {
    let l = me.locale();
    let offer = |ticket: &Ticket| {
        html! {
            div.choice {
                span { span.nums { (ticket.number()) } " " (user_text(&title(l, ticket))) }
                (status_badge(l, ticket.status))
                (post(&me.visit.csrf, &format!("/calls/{id}/link"), html! {
                    (hidden("ticket", &ticket.number().to_string()))
                    (hidden("next", &format!("/calls/{id}")))
                    (Button::submit(&l.t("one-link-this")).icon("link").kind(Kind::Plain))
                }))
            }
        }
    };
    html! {
        @if found.is_empty() && !typed.trim().is_empty() { p.dim { (l.t("one-link-none")) } }
        @for ticket in found { (offer(ticket)) }
    }
}

/// The page that asks which ticket, where there are no scripts for the dialog.
pub fn ask_link(me: &Me, row: &Logged, typed: &str, found: Markup) -> Markup {
    let l = me.locale();
    html! {
        (page_head(&l.t("one-link"), html! {}))
        div.narrow {
            (panel(html! {
                p { a href={ "/calls/" (row.call.id) } { (user_text(&caller(l, row))) } " " (outcome_badge(l, row.call.outcome)) }
                (search(me, row.call.id, typed))
                div id="links" { (found) }
            }))
        }
    }
}
