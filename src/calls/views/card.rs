//! The card of a call. It goes to every open page as it stands here, so it holds links only: a form would need the token
//! of one reader.

use maud::{Markup, html};

use crate::base::Timestamp;
use crate::calls::board::Card;
use crate::tickets::CallOutcome;
use crate::tickets::views::{outcome_badge, status_badge, title};
use crate::web::Locale;
use crate::web::ui::{Button, Kind, Tone, ago, badge, icon, timer, unseen, user_text};

/// Seconds of ringing after which a timer turns amber, and red.
const LATE_S: (u32, u32) = (10, 20);

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

fn state(outcome: Option<CallOutcome>) -> &'static str {
    match outcome {
        None => "ringing",
        Some(CallOutcome::AnsweredElsewhere | CallOutcome::Forwarded) => "answered",
        Some(outcome) if outcome.is_missed() => "missed",
        Some(_) => "ended",
    }
}

/// The card.
pub fn card(l: &Locale, card: &Card, now: Timestamp) -> Markup {
    let call = &card.call;
    let number_below = !call.caller_name.is_empty() && !card.number.is_empty();
    html! {
        article.call id={ "call-" (call.id) } data-state=(state(call.outcome)) data-pop aria-label=(who(l, card)) {
            div.call-head {
                (outcome_badge(l, call.outcome))
                @if call.ended_at.is_none() {
                    (timer(l, call.received_at, now, LATE_S.0, LATE_S.1))
                } @else {
                    span.dim { (ago(l, call.received_at, now)) }
                }
            }
            div {
                div.call-name { (user_text(&who(l, card))) }
                @if number_below { div.call-number { bdi.nums { (card.number) } } }
            }
            div.call-meta {
                span { (icon("phone")) (unseen(&l.t("call-line"))) (user_text(&card.line)) }
                @if let Some(from) = &call.diverted_from { span { (icon("phone-forwarded")) (l.t("call-diverted")) " " (user_text(from)) } }
            }
            (people(l, card))
            (open_tickets(l, card))
            div.actions {
                (Button::link(&format!("/calls/{}/interview", call.id), &l.t("call-ticket")).icon("ticket")
                    .kind(if call.ended_at.is_none() { Kind::Primary } else { Kind::Plain }).key("F2"))
                @if call.ended_at.is_some() && call.outcome.is_some_and(CallOutcome::is_missed) {
                    @if let Some(key) = &call.caller_key {
                        a.button.quiet href={ "tel:" (key) } { (icon("phone-outgoing")) span { (l.t("call-back")) } }
                    }
                }
            }
        }
    }
}

/// Everybody whom the number may belong to; never one of them alone when there are several.
fn people(l: &Locale, card: &Card) -> Markup {
    html! {
        @if !card.candidates.is_empty() {
            div.call-list {
                @if card.candidates.len() > 1 {
                    span.dim { (badge(Tone::Warn, "users", &l.t_with("call-maybe", &[("count", card.sharing.into())]))) }
                }
                @for candidate in &card.candidates {
                    a href={ "/people/" (candidate.id) } {
                        (icon("user")) span { (user_text(&candidate.name)) }
                        @if let Some(organisation) = &candidate.organisation { span { (user_text(organisation)) } }
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
                        (icon("ticket")) span { (user_text(&title(l, ticket))) } (status_badge(l, ticket.status))
                    }
                }
            }
        }
    }
}
