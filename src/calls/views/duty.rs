//! Who is on duty, beside the board; and what is open at the end of a shift.

use maud::{Markup, html};

use super::log::caller;
use crate::accounts::views::{duty_state, end_duty};
use crate::accounts::{Duty, DutyRow, Me};
use crate::base::id::AgentId;
use crate::calls::one::ShiftEnd;
use crate::tickets::views::title;
use crate::web::ui::{
    Button, Kind, Tone, ago, card as boxed, dot, hx, icon, notice, page_head, panel, timer, user_text,
};

/// Who is on duty, loaded anew when that changes.
pub fn duty(me: &Me, rows: &[DutyRow], busy: &[AgentId]) -> Markup {
    let content = boxed(&me.locale().t("duty-now"), html! {}, people(me, rows, busy));
    hx::region("duty", "/calls/duty", &["duty", "calls"], content)
}

fn people(me: &Me, rows: &[DutyRow], busy: &[AgentId]) -> Markup {
    let l = me.locale();
    html! {
        @if rows.is_empty() { p.dim { (l.t("duty-nobody")) } }
        ul.rows {
            @for row in rows {
                li {
                    span { (user_text(&row.name)) }
                    span.end {
                        @if row.state == Duty::On && busy.contains(&row.agent) { (dot(Tone::Info, &l.t("duty-busy"))) }
                        @else { (duty_state(l, row.state)) }
                        " " (timer(l, row.since, me.visit.now, 0, 0))
                    }
                }
            }
        }
    }
}

/// The end of a shift: what is open, who stays, and the way off.
pub fn shift_end(me: &Me, open: &ShiftEnd) -> Markup {
    let l = me.locale();
    let off = if open.is_clear() { "duty-go-off" } else { "duty-end-anyway" };
    html! {
        (page_head(&l.t("duty-end-title"), html! {}))
        div.narrow.stack {
            @if open.is_clear() { (notice(Tone::Good, html! { (l.t("duty-end-clear")) })) }
            @else { p.dim { (l.t("duty-end-open")) } }
            @if open.others.iter().all(|row| row.state != Duty::On) {
                (notice(Tone::Warn, html! { strong { (l.t("duty-end-last")) } }))
            }
            @if open.callbacks.0 > 0 { (callbacks(me, open.callbacks.0)) }
            @if !open.in_hand.is_empty() {
                (boxed(&l.t("duty-end-wrap-up"), html! {}, html! {
                    div.call-list {
                        @for logged in &open.in_hand {
                            a href={ "/calls/" (logged.call.id) } {
                                (icon("phone")) span { (user_text(&caller(l, logged))) } span { (ago(l, logged.call.received_at, me.visit.now)) }
                            }
                        }
                    }
                }))
            }
            @if !open.unnamed.is_empty() {
                (boxed(&l.t("duty-end-unnamed"), html! {}, html! {
                    div.call-list {
                        @for ticket in &open.unnamed {
                            a href={ "/t/" (ticket.number()) } {
                                (icon("ticket")) span { (user_text(&title(l, ticket))) } span { (ago(l, ticket.created_at, me.visit.now)) }
                            }
                        }
                    }
                }))
            }
            @if !open.others.is_empty() { (boxed(&l.t("duty-end-others"), html! {}, people(me, &open.others, &[]))) }
            (panel(end_duty(me, &l.t(off))))
        }
    }
}

fn callbacks(me: &Me, count: i64) -> Markup {
    let l = me.locale();
    boxed(
        &l.t("duty-end-callbacks"),
        html! { (Button::link("/calls/callbacks", &l.t("duty-end-callbacks-open")).icon("phone-outgoing").kind(Kind::Quiet)) },
        html! { p { (l.t_with("duty-end-callbacks-count", &[("count", count.into())])) } },
    )
}
