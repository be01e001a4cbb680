//! The callbacks: who is to be called back, what is due first.

use maud::{Markup, html};

use crate::accounts::{Me, Right};
use crate::base::id::AgentId;
use crate::calls::pages::Waiting;
use crate::calls::{Callback, CallbackKind, CallbackResult, Lines};
use crate::tickets::Priority;
use crate::tickets::TicketNumber;
use crate::tickets::views::priority_badge;
use crate::web::Locale;
use crate::web::ui::{Button, Kind, Tone, ago, badge, card as boxed, empty, hidden, hx, icon, page_head, user_text};

/// Who it is, as far as the calls told.
fn who(l: &Locale, callback: &Callback) -> String {
    match (callback.caller.as_str(), callback.number.as_str()) {
        ("", "") => l.t("call-withheld"),
        ("", number) => number.to_owned(),
        (name, _) => name.to_owned(),
    }
}

/// How often and over how long the caller tried.
fn tries(l: &Locale, callback: &Callback) -> Markup {
    html! {
        @if callback.times > 1 {
            (badge(if callback.times >= 4 { Tone::Bad } else { Tone::Warn }, "phone-missed",
                &l.t_with("callback-times", &[("count", callback.times.into()), ("minutes", callback.minutes().into())])))
        }
        @if callback.kind == CallbackKind::Incident { (badge(Tone::Info, "check", &l.t("callback-incident"))) }
        @if callback.attempts > 0 { span.dim { (l.t_with("callback-attempts", &[("count", callback.attempts.into())])) } }
    }
}

/// Until when: a clock to the second would only shout; minutes tell enough.
fn due(me: &Me, callback: &Callback) -> Markup {
    let l = me.locale();
    let left_ms = callback.due_at.since_ms(me.visit.now);
    let span = l.span(left_ms.abs());
    html! {
        @if left_ms < 0 { (badge(Tone::Bad, "clock", &l.t_with("callback-late", &[("time", span.as_str().into())]))) }
        @else { span.dim.nums { (l.t_with("callback-due", &[("time", span.as_str().into())])) } }
    }
}

fn holder(waiting: &Waiting, agent: Option<AgentId>) -> Option<&str> {
    waiting.holders.iter().find(|(id, _)| Some(*id) == agent).map(|(_, name)| name.as_str())
}

/// What is due first, beside the board.
pub fn next_callbacks(me: &Me, waiting: &Waiting) -> Markup {
    let l = me.locale();
    let (open, late) = waiting.count;
    let all = html! { @if open > 0 { (Button::link("/calls/callbacks", &l.t_with("callbacks-all", &[("count", open.into())])).kind(Kind::Quiet)) } };
    let list = html! {
        @if waiting.callbacks.is_empty() { p.dim { (l.t("callbacks-none")) } }
        @if late > 0 { p { (badge(Tone::Bad, "clock", &l.t_with("callbacks-late", &[("count", late.into())]))) } }
        ul.waiting {
            @for callback in &waiting.callbacks {
                li {
                    div.waiting-who { (user_text(&who(l, callback))) (due(me, callback)) }
                    div.meta { span { (ago(l, callback.last_at, me.visit.now)) } (tries(l, callback))
                        @if let Some(name) = holder(waiting, callback.held_by) { span { (icon("user")) (user_text(name)) } }
                    }
                    @if me.may(Right::WorkCalls) { (actions(me, callback, "callbacks-next", true)) }
                }
            }
        }
    };
    hx::region("callbacks-next", "/calls/callbacks/next", &["callbacks"], boxed(&l.t("callbacks-title"), all, list))
}

/// What can be done with one; `short` leaves away what only the page has room for.
fn actions(me: &Me, callback: &Callback, target: &str, short: bool) -> Markup {
    let l = me.locale();
    let place = |verb: &str| format!("/calls/callbacks/{}/{verb}", callback.id);
    let mine = callback.held_by == Some(me.agent().id);
    html! {
        div.actions {
            @if let Some(key) = &callback.caller_key {
                a.button.plain href={ "tel:" (key) } { (icon("phone-outgoing")) span { (l.t("call-back")) } }
            }
            @if short {
                (Button::link(&format!("/calls/callbacks#callback-{}", callback.id), &l.t("callback-result")).kind(Kind::Quiet))
            } @else {
                (hx::post(&me.visit.csrf, &place("hold"), target, html! {
                    (hidden("hold", if mine { "0" } else { "1" }))
                    (Button::submit(&l.t(if mine { "callback-drop" } else { "callback-hold" })).kind(Kind::Quiet))
                }))
                (hx::post(&me.visit.csrf, &place("result"), target, html! {
                    div.actions {
                        @for result in CallbackResult::CHOICES {
                            (Button::submit_as("result", result.word(), &l.t_word("callback-result", result.word()))
                                .kind(if result == CallbackResult::Reached { Kind::Plain } else { Kind::Quiet }))
                        }
                    }
                }))
            }
        }
    }
}

/// The page.
pub fn callbacks_page(me: &Me, list: Markup) -> Markup {
    let l = me.locale();
    html! {
        (page_head(&l.t("callbacks-title"), html! { (Button::link("/calls", &l.t("calls-title")).icon("phone")) }))
        (list)
    }
}

/// All of them.
pub fn callbacks(me: &Me, lines: &Lines, waiting: &Waiting) -> Markup {
    let l = me.locale();
    let content = html! {
        @if waiting.callbacks.is_empty() { (empty("check", &l.t("callbacks-none"), &l.t("callbacks-none-text"), html! {})) }
        @else {
            ul.card.waiting.wide data-rows {
                @for callback in &waiting.callbacks { (row(me, lines, waiting, callback)) }
            }
        }
    };
    hx::region("callbacks", "/calls/callbacks", &["callbacks"], content)
}

fn row(me: &Me, lines: &Lines, waiting: &Waiting, callback: &Callback) -> Markup {
    let l = me.locale();
    let line = lines.0.iter().find(|line| Some(line.id) == callback.line);
    html! {
        li id={ "callback-" (callback.id) } {
            div.waiting-who {
                span { (user_text(&who(l, callback))) @if !callback.caller.is_empty() { " " bdi.dim.nums { (callback.number) } } }
                (due(me, callback))
            }
            div.meta {
                span { (ago(l, callback.last_at, me.visit.now)) }
                (tries(l, callback))
                @if callback.priority() != Priority::Normal { (priority_badge(l, callback.priority())) }
                @if let Some(line) = line { span { (icon("phone")) (user_text(&line.name)) } }
                @if let Some(ticket) = callback.ticket {
                    @let number = TicketNumber::of(ticket);
                    span { (icon("ticket")) a href={ "/t/" (number) } { (number) } }
                }
                @if let Some(name) = holder(waiting, callback.held_by) { span { (icon("user")) (user_text(name)) } }
            }
            @if me.may(Right::WorkCalls) { (actions(me, callback, "callbacks", false)) }
        }
    }
}
