//! The call board: what rings, what the reader has in hand, and who is to be called back.

use maud::{Markup, html};

use super::card::{card, who};
use super::duty::duty;
use super::hand::hand;
use super::incidents::storm;
use super::waiting::next_callbacks;
use crate::accounts::{Me, Right};
use crate::calls::Lines;
use crate::calls::board::Card;
use crate::calls::pages::Seen;
use crate::tickets::views::outcome_badge;
use crate::web::ui::{Button, Kind, Menu, empty, hx, page_head, panel, post, user_text};

/// The board.
pub fn board(me: &Me, lines: &Lines, seen: &Seen) -> Markup {
    let l = me.locale();
    let actions = html! {
        (Menu::named(&l.t("calls-more")).link("/calls/incidents", "triangle-alert", &l.t("incidents-title"))
            .link("/calls/callbacks", "phone-outgoing", &l.t("callbacks-title")).link("/calls/reports", "activity", &l.t("reports-title"))
            .link("/calls/wall", "monitor", &l.t("wall-title")))
        (Button::link("/calls/log", &l.t("calls-log")).icon("history"))
        @if me.may(Right::WorkTickets) { (Button::link("/t/new", &l.t("ticket-new")).icon("plus").key("c")) }
    };
    html! {
        (page_head(&l.t("calls-title"), actions))
        (storm(me, &seen.weather))
        div.cockpit {
            div.queue {
                (list(me, &seen.ringing, &seen.recent))
                @if seen.ringing.is_empty() && seen.recent.is_empty() { (nothing_yet(me, lines)) }
            }
            (hand(me, &seen.hand))
            aside { (next_callbacks(me, &seen.waiting)) (duty(me, &seen.duty.0, &seen.duty.1)) }
        }
    }
}

/// The cards, those that ring the oldest first. Single ones come by the live stream; all are loaded anew when that was
/// gone. The list is there when it is empty too: the first call is put into it.
pub fn list(me: &Me, ringing: &[Card], recent: &[Card]) -> Markup {
    let (l, late) = (me.locale(), me.settings.late_seconds());
    let content = html! {
        section.calls data-live-list="calls" data-queue data-rows data-live-required aria-label=(l.t("calls-queue")) {
            @for shown in ringing.iter().chain(recent) { (card(l, shown, me.visit.now, late)) }
        }
    };
    hx::region("call-list", "/calls/list", &[], content)
}

fn nothing_yet(me: &Me, lines: &Lines) -> Markup {
    let l = me.locale();
    let action = html! {
        @if me.may(Right::Administer) { (Button::link("/admin/lines", &l.t("calls-none-lines")).kind(Kind::Primary)) }
    };
    let active = lines.0.iter().filter(|line| line.disabled_at.is_none()).count();
    html! {
        div data-when-empty="calls" {
            (empty("phone", &l.t("calls-none"), &l.t_with("calls-none-text", &[("lines", active.into())]), action))
        }
    }
}

/// Asks whether a call shall have a ticket.
pub fn ask_ticket(me: &Me, shown: &Card) -> Markup {
    let l = me.locale();
    html! {
        (page_head(&l.t("call-make-ticket"), html! {}))
        div.narrow {
            (panel(html! {
                p { strong { (user_text(&who(l, shown))) } " " (outcome_badge(l, shown.call.outcome)) }
                p.dim { (l.t("call-make-ticket-text")) }
                (post(&me.visit.csrf, &format!("/calls/{}/ticket", shown.call.id), html! {
                    div.actions {
                        button.button.primary type="submit" autofocus { span { (l.t("call-make-ticket")) } }
                        (Button::link("/calls", &l.t("ui-cancel")).kind(Kind::Quiet))
                    }
                }))
            }))
        }
    }
}
