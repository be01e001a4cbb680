//! The switch of duty in the bar, and the page of who was on duty when.

use maud::{Markup, html};

use crate::accounts::{Duty, DutyRow, DutyTotal, Me};
use crate::base::Timestamp;
use crate::web::Locale;
use crate::web::ui::{
    Button, Column, Kind, Row, Table, Tone, card, dot, empty, hidden, icon, page_head, panel, post, timer, user_text,
};

/// The word for a duty, with its colour.
pub fn duty_state(l: &Locale, state: Duty) -> Markup {
    let tone = match state {
        Duty::On => Tone::Good,
        Duty::Break => Tone::Warn,
        Duty::Off => Tone::Neutral,
    };
    dot(tone, &l.t_word("duty-state", state.word()))
}

/// A form of one button that changes the own duty and comes back here.
fn change(me: &Me, to: Duty, button: Markup) -> Markup {
    post(&me.visit.csrf, "/duty", html! { (hidden("state", to.word())) (hidden("next", &me.visit.path)) (button) })
}

/// The switch. Going on duty is the gesture after which browsers let a page ring.
pub(in crate::accounts) fn duty_switch(me: &Me) -> Markup {
    let l = me.locale();
    let line = |name: &str, key: &str| html! { button type="submit" data-unlock-sound { (icon(name)) (l.t(key)) } };
    let Some((state, since)) = me.who.duty else {
        let on = html! {
            button.button.plain type="submit" data-unlock-sound title=(l.t("duty-go-on")) {
                (icon("phone")) span.duty-word { (l.t("duty-go-on")) }
            }
        };
        return html! { div.duty data-duty="off" { (change(me, Duty::On, on)) } };
    };
    html! {
        details.menu.duty data-duty=(state.word()) {
            summary { (duty_state(l, state)) span.duty-word { (timer(l, since, me.visit.now, 0, 0)) } }
            div.menu-sheet {
                @if state == Duty::On { (change(me, Duty::Break, line("pause", "duty-go-break"))) }
                @else { (change(me, Duty::On, line("play", "duty-go-back"))) }
                a href="/calls/shift-end" { (icon("log-out")) (l.t("duty-go-off")) }
            }
        }
    }
}

/// Who is on duty now and was lately: days with when they begin, the newest first.
pub(in crate::accounts) fn duty_page(me: &Me, now: &[DutyRow], days: &[(Timestamp, Vec<DutyTotal>)]) -> Markup {
    let l = me.locale();
    let quiet = now.is_empty() && days.iter().all(|(_, totals)| totals.is_empty());
    html! {
        (page_head(&l.t("duty-title"), html! {}))
        @if quiet {
            (panel(empty("clock", &l.t("duty-none"), &l.t("duty-none-text"), html! {})))
        } @else {
            (card(&l.t("duty-now"), html! {}, on_now(me, now)))
            @if let Some((today, totals)) = days.first().filter(|(_, totals)| !totals.is_empty()) {
                (Table::new(&l.t("duty-today"), columns(l, "duty-today"), totals.iter().map(|t| row(me, now, *today, t, true)).collect()))
            }
            @let before = days.iter().skip(1).flat_map(|(day, totals)| totals.iter().map(|t| row(me, now, *day, t, false)));
            @let before: Vec<Row> = before.collect();
            @if !before.is_empty() { (Table::new(&l.t("duty-before"), columns(l, "duty-before"), before)) }
        }
    }
}

fn on_now(me: &Me, rows: &[DutyRow]) -> Markup {
    let l = me.locale();
    html! {
        @if rows.is_empty() { p.dim { (l.t("duty-nobody")) } }
        div.rows {
            @for row in rows {
                div.on-now {
                    strong { (user_text(&row.name)) }
                    (duty_state(l, row.state))
                    span.faint { (l.t_with("duty-since", &[("time", l.moment_near(row.since, me.visit.now).into())])) }
                    span.end { (set(me, row.agent.0, Duty::Off, "duty-set-off", &row.name)) }
                }
            }
        }
    }
}

fn set(me: &Me, agent: i64, to: Duty, key: &str, name: &str) -> Markup {
    let label = me.locale().t(key);
    post(
        &me.visit.csrf,
        &format!("/admin/duty/{agent}"),
        html! {
            (hidden("state", to.word()))
            button.button.quiet type="submit" aria-label={ (label) ": " (name) } { span { (label) } }
        },
    )
}

fn columns(l: &Locale, title: &str) -> Vec<Column> {
    vec![
        Column::new(&l.t(title)).wide(),
        Column::number(&l.t("duty-day")),
        Column::number(&l.t("duty-from")),
        Column::number(&l.t("duty-until")),
        Column::number(&l.t("duty-length")),
        Column::number(&l.t("duty-breaks")),
    ]
}

fn row(me: &Me, now: &[DutyRow], day: Timestamp, total: &DutyTotal, today: bool) -> Row {
    let l = me.locale();
    let gone = today && !now.iter().any(|row| row.agent == total.agent);
    let cells = vec![
        html! {
            div.who { (user_text(&total.name)) @if gone { (set(me, total.agent.0, Duty::On, "duty-set-on", &total.name)) } }
        },
        html! { (l.date(day)) },
        html! { (l.time(total.first)) },
        html! { @if let Some(last) = total.last { (l.time(last)) } @else { (l.t("duty-goes-on")) } },
        html! { (hours(l, total.on_ms)) },
        html! { @if total.breaks > 0 { (total.breaks) " · " (hours(l, total.break_ms)) } @else { "–" } },
    ];
    Row::new(&format!("duty-{}-{}", day.0, total.agent), cells)
}

/// A length of time in hours and minutes.
fn hours(l: &Locale, ms: i64) -> String {
    let minutes = ms.max(0) / 60_000;
    l.t_with("duty-hours", &[("hours", (minutes / 60).into()), ("minutes", (minutes % 60).into())])
}

/// Buttons that lead to the own duty's end, for pages that ask before.
pub fn end_duty(me: &Me, label: &str) -> Markup {
    post(
        &me.visit.csrf,
        "/duty",
        html! {
            (hidden("state", Duty::Off.word()))
            (hidden("next", "/calls"))
            div.actions {
                (Button::submit(label).icon("log-out"))
                (Button::link("/calls", &me.locale().t("duty-stay")).kind(Kind::Quiet))
            }
        },
    )
}
