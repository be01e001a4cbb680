//! The card of a call. It goes to every open page as it stands here, so it holds links only: a form would need the token
//! of one reader.

use maud::{Markup, html};

use super::log::is_doubtful;
use crate::base::Timestamp;
use crate::calls::Call;
use crate::calls::board::Card;
use crate::people::views::{maybe_badge, person_name};
use crate::tickets::CallOutcome;
use crate::tickets::views::{outcome_badge, status_badge, title};
use crate::web::Locale;
use crate::web::ui::{Button, Kind, Tone, ago, badge, hx, icon, timer, unseen, user_text};

/// Who it is, as far as the call itself tells.
pub(super) fn who(l: &Locale, card: &Card) -> String {
    let call = &card.call;
    if call.withheld {
        return l.t("call-withheld");
    }
    match (call.caller_name.as_str(), card.number.as_str()) {
        ("", "") => l.t("call-no-number"),
        ("", number) => number.to_owned(),
        (name, _) => name.to_owned(),
    }
}

fn state(call: &Call) -> &'static str {
    match call.outcome {
        None if call.is_claimed() => "claimed",
        None => "ringing",
        Some(CallOutcome::AnsweredElsewhere | CallOutcome::Forwarded) => "answered",
        Some(outcome) if outcome.is_missed() => "missed",
        Some(_) => "ended",
    }
}

/// The card. The clock of a call that rings turns amber and red after the seconds of `late`.
pub fn card(l: &Locale, card: &Card, now: Timestamp, late: (u32, u32)) -> Markup {
    let call = &card.call;
    html! {
        article.call id={ "call-" (call.id) } data-state=(state(call)) data-at=(call.received_at.0) data-call=(call.id)
            data-pop[call.spam_at.is_none()] tabindex="0" aria-label=(who(l, card)) {
            @if call.ended_at.is_none() { (rings(l, card, now, late)) } @else { (ended(l, card, now)) }
        }
    }
}

fn name(l: &Locale, card: &Card) -> Markup {
    let number_below = !card.call.caller_name.is_empty() && !card.number.is_empty();
    html! {
        div {
            div.call-name { a href={ "/calls/" (card.call.id) } { (user_text(&who(l, card))) } }
            @if number_below { div.call-number { bdi.nums { (card.number) } } }
        }
    }
}

fn rings(l: &Locale, card: &Card, now: Timestamp, late: (u32, u32)) -> Markup {
    let call = &card.call;
    html! {
        div.call-head {
            (outcome_badge(l, call.outcome))
            (timer(l, call.received_at, now, late.0, late.1))
        }
        (name(l, card))
        div.call-meta {
            span { (icon("phone")) (unseen(&l.t("call-line"))) (user_text(&card.line)) }
            @if let Some(from) = &call.diverted_from { span { (icon("phone-forwarded")) (l.t("call-diverted")) " " (user_text(from)) } }
        }
        (known(l, card, now))
        (people(l, card))
        (open_tickets(l, card))
        (holder(l, card, now))
        div.actions {
            @if call.claimed_by.is_none() && call.spam_at.is_none() {
                (hx::act(&format!("/calls/{}/claim", call.id), Kind::Primary, "user-plus", &l.t("call-claim"), Some("Enter")))
            } @else if call.is_claimed() {
                // The same card goes to every screen; a script takes this off the screen of whoever has the call.
                span.take-over { (hx::act(&format!("/calls/{}/take-over", call.id), Kind::Plain, "user-plus", &l.t("call-take-over"), None)) }
            }
            (Button::link(&format!("/calls/{}/interview", call.id), &l.t("call-ticket")).icon("ticket").key("F2"))
        }
    }
}

/// What callers are told of a known fault, and one key that adds the call to it.
pub fn known(l: &Locale, card: &Card, now: Timestamp) -> Markup {
    html! {
        @if let Some((incident, title)) = &card.known {
            div.known-fault {
                p { (icon("triangle-alert")) strong { (l.t("incident-known")) " " (user_text(title)) } }
                @if !incident.announcement.is_empty() { p { (user_text(&incident.announcement)) } }
                @if let Some(eta) = incident.eta_at { p.dim { (l.t_with("incident-until", &[("time", l.moment_near(eta, now).into())])) } }
                (hx::act(&format!("/calls/{}/known/{}", card.call.id, incident.id), Kind::Plain, "plus", &l.t("incident-add"), Some("k")))
            }
        }
    }
}

fn holder(l: &Locale, card: &Card, now: Timestamp) -> Markup {
    html! {
        @if let Some(holder) = &card.holder {
            div.call-holder { (icon("user")) span { (l.t_with("call-held-by", &[("name", holder.as_str().into())])) } (stale(l, card, now)) }
        }
    }
}

/// Says that whoever has a call seems to have forgotten it.
fn stale(l: &Locale, card: &Card, now: Timestamp) -> Markup {
    html! { @if card.is_stale(now) { " " (badge(Tone::Warn, "hourglass", &l.t("call-stale"))) } }
}

/// What is over takes little room.
fn ended(l: &Locale, card: &Card, now: Timestamp) -> Markup {
    html! {
        div.call-head {
            (name(l, card))
            span.dim { (ago(l, card.call.received_at, now)) }
        }
        div.call-meta {
            (outcome_badge(l, card.call.outcome))
            @if let Some(holder) = &card.holder { span { (icon("user")) (user_text(holder)) (stale(l, card, now)) } }
            a href={ "/calls/" (card.call.id) "/interview" } { (icon("ticket")) (l.t("call-ticket")) }
        }
        @if is_picked_up(&card.call) {
            div.actions {
                (hx::act(&format!("/calls/{}/claim", card.call.id), Kind::Plain, "user-plus", &l.t("call-claim"), Some("Enter")))
            }
        } @else if card.is_stale(now) {
            div.actions {
                (hx::act(&format!("/calls/{}/take-over", card.call.id), Kind::Plain, "user-plus", &l.t("call-take-over"), None))
            }
        }
    }
}

/// Whether somebody may speak with the caller without having claimed the call: the phone was picked up first.
fn is_picked_up(call: &Call) -> bool {
    is_doubtful(call.outcome) && call.claimed_by.is_none() && call.wrapped_up_at.is_none() && call.spam_at.is_none()
}

/// Everybody whom the number may belong to; never one of them alone when there are several.
fn people(l: &Locale, card: &Card) -> Markup {
    html! {
        @if card.hidden {
            div.call-list { span.dim { (l.t("call-hidden")) } }
        } @else if !card.candidates.is_empty() {
            div.call-list {
                @if card.candidates.len() > 1 {
                    span.dim { (badge(Tone::Warn, "users", &l.t_with("call-maybe", &[("count", card.sharing.into())]))) }
                }
                @for candidate in &card.candidates {
                    a href={ "/people/" (candidate.id) } {
                        (icon("user")) span { (person_name(l, &candidate.name, candidate.vip)) @if candidate.maybe { " " (maybe_badge(l)) } }
                        @if let Some(organisation) = &candidate.organisation { span.beside { (user_text(organisation)) } }
                    }
                }
            }
        } @else if !card.call.withheld && card.call.caller_key.is_some() {
            div.call-list { span.dim { (l.t("call-unknown")) } }
        }
    }
}

fn open_tickets(l: &Locale, card: &Card) -> Markup {
    html! {
        @if !card.open.is_empty() {
            div.call-list {
                @for ticket in &card.open {
                    a href={ "/t/" (ticket.number()) } {
                        (icon("ticket")) span { (user_text(&title(l, ticket))) } span.beside { (status_badge(l, ticket.status)) }
                    }
                }
            }
        }
    }
}
