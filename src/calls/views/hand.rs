//! What the reader has in hand: the middle of the board, and the strip on every page.

use maud::{Markup, html};

use super::card::{known, who};
use super::dossier::dossier;
use crate::accounts::Me;
use crate::calls::WrapUpCode;
use crate::calls::board::Card;
use crate::calls::pages::{Done, Hand};
use crate::tickets::views::{outcome_badge, title};
use crate::web::ui::{Button, Kind, Notice, Tone, dialog, empty, hidden, hx, icon, timer, toast, unseen, user_text};

/// Keys that choose a wrap-up code.
const DIGITS: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// The calls in hand, and one of them whole.
pub fn hand(me: &Me, hand: &Hand) -> Markup {
    let l = me.locale();
    let shown = hand.calls.iter().find(|card| Some(card.call.id) == hand.shown);
    let content = html! {
        section.hand aria-label=(l.t("hand-title")) data-held=(held_ids(hand)) {
            @if hand.calls.len() > 1 { (chips(me, hand)) }
            @match shown {
                Some(card) => {
                    (held(me, card, &hand.codes))
                    @if let Some(known) = &hand.dossier { (dossier(me, known)) }
                },
                None => div.card { div.card-body { (empty("phone", &l.t("hand-empty"), &l.t("hand-empty-text"), html! {})) } },
            }
        }
    };
    let url = shown.map_or("/calls/hand".to_owned(), |card| format!("/calls/hand?call={}", card.call.id));
    hx::region("hand", &url, &["hand"], content)
}

/// The calls in hand, for the script that marks their cards.
fn held_ids(hand: &Hand) -> String {
    hand.calls.iter().map(|card| card.call.id.to_string()).collect::<Vec<_>>().join(" ")
}

fn chips(me: &Me, hand: &Hand) -> Markup {
    let l = me.locale();
    html! {
        nav.chips aria-label=(l.t("hand-title")) {
            @for card in &hand.calls {
                a.chip href={ "/calls?call=" (card.call.id) } aria-current=[(Some(card.call.id) == hand.shown).then_some("true")] {
                    (icon("phone")) (user_text(&who(l, card)))
                }
            }
        }
    }
}

fn held(me: &Me, card: &Card, codes: &[WrapUpCode]) -> Markup {
    let (l, call) = (me.locale(), &card.call);
    let (csrf, late) = (&me.visit.csrf, me.settings.late_seconds());
    let place = |verb: &str| format!("/calls/{}/{verb}", call.id);
    html! {
        article.card.held data-call=(call.id) {
            header.held-head {
                div {
                    h2 { (user_text(&who(l, card))) }
                    p.dim {
                        @if !call.caller_name.is_empty() && !card.number.is_empty() { bdi.nums { (card.number) } " · " }
                        (unseen(&l.t("call-line"))) (user_text(&card.line))
                        @if let Some(from) = &call.diverted_from { " · " (l.t("call-diverted")) " " (user_text(from)) }
                    }
                }
                div.held-state {
                    (outcome_badge(l, call.outcome))
                    @if call.ended_at.is_none() { (timer(l, call.received_at, me.visit.now, late.0, late.1)) }
                    @else if let Some(since) = call.claimed_at { (timer(l, since, me.visit.now, 0, 0)) }
                }
            }
            div.actions.held-actions {
                (Button::link(&place("interview"), &l.t("call-ticket")).icon("ticket").kind(Kind::Primary).key("F2"))
                (Button::opens("wrap-up", &place(""), &l.t("call-wrap-up")).icon("check").key("w"))
                @if let Some(key) = &call.caller_key {
                    a.button.plain href={ "tel:" (key) } data-key="b" { (icon("phone-outgoing")) span { (l.t("call-back")) } kbd { "b" } }
                }
                (hx::post(csrf, &place("spam"), "hand", html! {
                    (hidden("spam", "1")) (hidden("block", "1"))
                    (Button::submit(&l.t("call-spam")).icon("phone-off").kind(Kind::Quiet).key("m"))
                }))
                (hx::post(csrf, &place("release"), "hand", html! {
                    (Button::submit(&l.t("call-release")).icon("arrow-left").kind(Kind::Quiet))
                }))
            }
            @if card.known.is_some() { div.held-known { (known(l, card, me.visit.now)) } }
            @if let Some(ticket) = &card.ticket {
                p.held-ticket { (icon("ticket")) a href={ "/t/" (ticket.number()) } { (ticket.number()) " " (user_text(&title(l, ticket))) } }
            }
            (wrap_up(me, card, codes))
        }
    }
}

/// What it was: one key a code.
fn wrap_up(me: &Me, card: &Card, codes: &[WrapUpCode]) -> Markup {
    let l = me.locale();
    let place = format!("/calls/{}/wrap-up", card.call.id);
    dialog(
        l,
        "wrap-up",
        &l.t("call-wrap-up"),
        hx::post(
            &me.visit.csrf,
            &place,
            "hand",
            html! {
                div.codes {
                    @for (at, code) in codes.iter().enumerate() {
                        @let button = Button::submit_as("code", &code.id.to_string(), &code.name);
                        @match DIGITS.get(at) { Some(digit) => (button.key(digit)), None => (button) }
                    }
                    (Button::submit_as("code", "", &l.t("call-wrap-up-none")).kind(Kind::Quiet).key("0"))
                }
            },
        ),
    )
}

/// What rings, what is in hand and what is late: on every page, and nothing where there is nothing.
pub fn strip(me: &Me, hand: &[Card], ringing: i64, late: i64) -> Markup {
    let l = me.locale();
    html! {
        @if ringing > 0 || late > 0 || !hand.is_empty() {
            nav.strip aria-label=(l.t("strip-title")) {
                @if ringing > 0 {
                    a.chip.tone-info href="/calls" data-key="F4" { (icon("bell")) span { (l.t_with("strip-ringing", &[("count", ringing.into())])) } kbd { "F4" } }
                }
                @for card in hand {
                    a.chip.tone-good href={ "/calls?call=" (card.call.id) } {
                        (icon("phone")) (user_text(&who(l, card)))
                        (timer(l, card.call.claimed_at.unwrap_or(card.call.received_at), me.visit.now, 0, 0))
                        @if card.call.ended_at.is_none() { (unseen(&l.t("call-rings"))) }
                    }
                }
                @if late > 0 {
                    a.chip.tone-bad href="/calls/callbacks" { (icon("clock")) span { (l.t_with("strip-late", &[("count", late.into())])) } }
                }
            }
        }
    }
}

/// The part of a page that changed, and what is said of it, with what takes it back.
pub fn and_said(me: &Me, part: Markup, done: Option<&Done>) -> Markup {
    let (l, csrf) = (me.locale(), &me.visit.csrf);
    let notice = |done: &Done| Notice { tone: Tone::Good, text: l.t(done.key), undo: Some(done.undo.clone()) };
    html! { (part) @if let Some(done) = done { (hx::also_toast(toast(l, csrf, &notice(done)))) } }
}
