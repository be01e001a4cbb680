//! The wall board: for a screen that everybody sees and nobody touches.

use maud::{Markup, html};

use crate::accounts::views::duty_state;
use crate::accounts::{Duty, Me};
use crate::calls::one::Incident;
use crate::calls::wall::Wall;
use crate::tickets::views::title;
use crate::web::ui::{Tone, chart::Unit, dot, hx, icon, timer, user_text};

/// Faces that have room.
const FACES_MAX: usize = 14;

/// The page: the clock, what is shown, and what says that it is old.
pub fn frame(me: &Me, part: Markup) -> Markup {
    let l = me.locale();
    let zoned = me.visit.now.to_jiff().to_zoned(l.zone.clone());
    let ahead_ms = i64::from(zoned.offset().seconds()) * 1_000;
    html! {
        div.wall data-wall {
            div.wall-head {
                h1 { (me.settings.desk_name) }
                button.button.quiet type="button" data-full-screen data-key="f" { (icon("monitor")) span { (l.t("wall-full")) } kbd { "f" } }
                time.wall-clock data-clock=(ahead_ms) { (zoned.strftime("%H:%M:%S").to_string()) }
            }
            (part)
            p.wall-stale role="alert" { (l.t("wall-stale")) " " span data-stale-since { } }
        }
    }
}

/// What is shown, loaded anew when something changes.
pub fn region(me: &Me, wall: &Wall) -> Markup {
    let l = me.locale();
    let today = &wall.today;
    let (amber, red) = me.settings.late_seconds();
    let percent = |part| Unit::Percent.show(l, today.percent(part));
    let waiting = if wall.waiting > 0 { "warn" } else { "calm" };
    let content = html! {
        @for incident in &wall.incidents { (known(me, wall, incident)) }
        div.wall-tiles {
            (tile(waiting, &l.t("wall-waiting"), html! { (l.number(count(wall.waiting))) }, html! {}))
            (tile(waiting, &l.t("wall-longest"), html! {
                @match wall.oldest { Some(since) => (timer(l, since, me.visit.now, amber, red)), None => "0:00" }
            }, html! {}))
            (tile("calm", &l.t("wall-answered"), html! { (l.number(today.answered)) }, html! {
                (l.t_with("wall-of", &[("count", today.calls.into())]))
            }))
            (tile("calm", &l.t("wall-ten"), html! { (percent(today.in_ten)) }, html! {
                (l.t_with("wall-twenty", &[("percent", percent(today.in_twenty).into())]))
            }))
            (tile(if today.missed > 0 { "bad" } else { "calm" }, &l.t("wall-missed"), html! { (l.number(today.missed)) }, html! {}))
            (tile(if wall.callbacks.1 > 0 { "bad" } else { "calm" }, &l.t("wall-callbacks"), html! { (l.number(wall.callbacks.0)) }, html! {
                @if wall.callbacks.1 > 0 { (l.t_with("wall-late", &[("count", wall.callbacks.1.into())])) }
            }))
        }
        (people(me, wall))
    };
    html! { (hx::region("wall", "/calls/wall", &["calls", "duty", "callbacks", "incidents"], html! { div.wall-part data-made=(me.visit.now.0) { (content) } })) }
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

fn tile(state: &str, name: &str, value: Markup, more: Markup) -> Markup {
    html! { div.wall-tile data-state=(state) { span.wall-name { (name) } strong { (value) } span.wall-more { (more) } } }
}

fn known(me: &Me, wall: &Wall, incident: &Incident) -> Markup {
    let l = me.locale();
    let ticket = wall.tickets.iter().find(|ticket| ticket.id == incident.ticket);
    let words = match (incident.announcement.as_str(), ticket) {
        ("", Some(ticket)) => title(l, ticket),
        (words, _) => words.to_owned(),
    };
    html! {
        div.wall-incident {
            (icon("triangle-alert")) span { (user_text(&words)) }
            @if let Some(eta) = incident.eta_at { span.end { (l.t_with("wall-until", &[("time", l.moment_near(eta, me.visit.now).into())])) } }
        }
    }
}

fn people(me: &Me, wall: &Wall) -> Markup {
    let l = me.locale();
    let is_busy = |agent| wall.busy.contains(&agent);
    html! {
        section.wall-duty aria-label=(l.t("duty-now")) {
            @if wall.duty.is_empty() { p { (icon("triangle-alert")) (l.t("duty-nobody")) } }
            @for row in wall.duty.iter().take(FACES_MAX) {
                div {
                    span.wall-who { (user_text(&row.name)) }
                    @if row.state == Duty::On && is_busy(row.agent) { (dot(Tone::Info, &l.t("duty-busy"))) }
                    @else { (duty_state(l, row.state)) }
                }
            }
            @if wall.duty.len() > FACES_MAX { div { "+" (wall.duty.len() - FACES_MAX) } }
        }
    }
}
