//! The call board.

use maud::{Markup, html};

use super::card::{card, who};
use crate::accounts::{Me, Right};
use crate::calls::Lines;
use crate::calls::board::Card;
use crate::tickets::views::outcome_badge;
use crate::web::ui::{Button, Kind, ago, card as boxed, empty, hx, page_head, panel, post, user_text};

/// The board: what rings and what was, and the missed calls beside it.
pub fn board(me: &Me, lines: &Lines, ringing: &[Card], recent: &[Card], missed: &[Card]) -> Markup {
    let l = me.locale();
    let actions = html! {
        (Button::link("/calls/log", &l.t("calls-log")).icon("history"))
        @if me.may(Right::WorkTickets) { (Button::link("/t/new", &l.t("ticket-new")).icon("plus").key("c")) }
    };
    html! {
        (page_head(&l.t("calls-title"), actions))
        div.board {
            div {
                (list(me, ringing, recent))
                @if ringing.is_empty() && recent.is_empty() { (nothing_yet(me, lines)) }
            }
            aside { (self::missed(me, missed)) }
        }
    }
}

/// The cards. Single ones come by the live stream; all are loaded anew when that was gone. The list is there when it is
/// empty too: the first call is put into it.
pub fn list(me: &Me, ringing: &[Card], recent: &[Card]) -> Markup {
    let l = me.locale();
    let content = html! {
        section.calls data-live-list="calls" data-live-required aria-label=(l.t("calls-title")) {
            @for shown in ringing.iter().chain(recent) { (card(l, shown, me.visit.now)) }
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

/// The missed calls, loaded anew when calls change.
pub fn missed(me: &Me, missed: &[Card]) -> Markup {
    let l = me.locale();
    let content = boxed(
        &l.t("calls-missed"),
        html! {},
        html! {
            @if missed.is_empty() { p.dim { (l.t("calls-missed-none")) } }
            div.call-list {
                @for shown in missed {
                    a href={ "/calls/" (shown.call.id) "/ticket" } {
                        span { (user_text(&who(l, shown))) }
                        span { (ago(l, shown.call.received_at, me.visit.now)) }
                    }
                }
            }
        },
    );
    hx::region("missed", "/calls/missed", &["calls"], content)
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
