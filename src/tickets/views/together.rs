//! What a ticket hangs together with: what it is a part of, its parts, the other tickets of its calls.

use maud::{Markup, html};

use super::Shown;
use super::words::{status_badge, title};
use crate::accounts::{Me, Right};
use crate::tickets::Ticket;
use crate::web::ui::{Button, Kind, Tone, card, hidden, icon, notice, post, user_text};

/// The card of it, with the way to add the call that the reader means by "the call".
pub(super) fn together(me: &Me, shown: &Shown) -> Markup {
    let l = me.locale();
    let is_part = |id| shown.parts.iter().chain(&shown.parent).any(|other| other.id == id);
    let siblings: Vec<&Ticket> = shown.siblings.iter().filter(|ticket| !is_part(ticket.id)).collect();
    let groups = [
        ("ticket-part-of", shown.parent.iter().collect::<Vec<_>>()),
        ("ticket-parts", shown.parts.iter().collect()),
        ("ticket-siblings", siblings),
    ];
    let adds = me.may(Right::WorkCalls) && shown.ticket.closed_at.is_none();
    if !adds && groups.iter().all(|(_, tickets)| tickets.is_empty()) {
        return html! {};
    }
    let body = html! {
        @for (key, tickets) in &groups {
            @if !tickets.is_empty() {
                div.call-list {
                    span.dim { (l.t(key)) }
                    @for ticket in tickets {
                        a href={ "/t/" (ticket.number()) } {
                            (icon("ticket")) span { (user_text(&title(l, ticket))) } (status_badge(l, ticket.status))
                        }
                    }
                }
            }
        }
        @if adds {
            (post(&me.visit.csrf, "/calls/current/link", html! {
                (hidden("ticket", &shown.ticket.number().to_string()))
                (Button::submit(&l.t("ticket-add-call")).icon("link").kind(Kind::Plain).key("l"))
            }))
        }
    };
    card(&l.t("ticket-together"), html! {}, body)
}

/// Where a ticket goes on that was made of a call alone: whoever was told its number is led there.
pub(super) fn goes_on(me: &Me, shown: &Shown) -> Markup {
    let l = me.locale();
    html! {
        @if let Some(parent) = shown.parent.as_ref().filter(|_| shown.ticket.is_merged()) {
            (notice(Tone::Info, html! {
                (l.t("ticket-goes-on")) " " a href={ "/t/" (parent.number()) } { "#" (parent.number()) " " (user_text(&title(l, parent))) }
            }))
        }
    }
}
