//! The HTML of the desk's health.

use maud::{Markup, html};

use super::watch::{Light, Row, Seen};
use crate::accounts::Me;
use crate::web::Locale;
use crate::web::ui::{Button, Tone, above, ago, badge, page_head, stat};

/// Everything that was looked at, the worst first in the summary.
pub(super) fn health(me: &Me, seen: &Seen) -> Markup {
    let l = me.locale();
    let worst = seen.rows.iter().map(|row| row.light).max().unwrap_or(Light::Unknown);
    let again = Button::link("/admin/health", &l.t("health-again")).icon("refresh-cw").key("r");
    html! {
        (above(l, "/admin", "nav-admin"))
        (page_head(&l.t("health-title"), html! { (again) }))
        div.stats {
            (stat(tone(worst), &l.t("health-all"), &l.t_word("health-light", worst.word()), &l.t_word("health-all", worst.word())))
            (stat(Tone::Neutral, &l.t("health-version"), super::VERSION, super::COMMIT.unwrap_or_default()))
            (stat(Tone::Neutral, &l.t("health-started"), &l.ago(seen.started_at, seen.at), &l.moment(seen.started_at)))
            (stat(Tone::Neutral, &l.t("health-looked"), &l.time(seen.at), &l.date(seen.at)))
        }
        section.card aria-label=(l.t("health-title")) { @for row in &seen.rows { (row_of(l, row, seen)) } }
    }
}

fn tone(light: Light) -> Tone {
    match light {
        Light::Good => Tone::Good,
        Light::Unknown => Tone::Neutral,
        Light::Soon => Tone::Warn,
        Light::Bad => Tone::Bad,
    }
}

fn row_of(l: &Locale, row: &Row, seen: &Seen) -> Markup {
    let icon = match row.light {
        Light::Good => "check",
        Light::Unknown => "circle-question-mark",
        Light::Soon => "triangle-alert",
        Light::Bad => "circle-alert",
    };
    html! {
        div.health {
            (badge(tone(row.light), icon, &l.t_word("health-light", row.light.word())))
            strong { @if row.name.is_empty() { (l.t_word("health", row.what)) } @else { bdi { (row.name) } } }
            div.health-value {
                span { (row.value) @if let Some(at) = row.last_at { " " (ago(l, at, seen.at)) } }
                span.faint { (l.t_word("health-bound", row.what)) }
            }
            @if row.light > Light::Unknown { p { (l.t_word("health-fix", row.what)) } }
        }
    }
}
