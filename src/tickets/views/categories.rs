//! The pages of the categories.

use maud::{Markup, html};

use super::form::script_body;
use super::words::{priority_badge, priority_word};
use crate::accounts::{Me, Team};
use crate::tickets::pages::CategoryForm;
use crate::tickets::{Category, Priority, ScriptLine, script_lines};
use crate::web::ui::{
    Again, Button, Column, Field, Kind, Row, Table, Tone, card, dot, empty, page_head, panel, post, user_text,
};

/// All of them.
pub(in crate::tickets) fn categories(me: &Me, categories: &[Category], teams: &[Team]) -> Markup {
    let l = me.locale();
    let add = html! { (Button::link("/admin/categories/new", &l.t("categories-new")).icon("plus").kind(Kind::Primary).key("n")) };
    let columns = vec![
        Column::new(&l.t("account-name")).wide(),
        Column::new(&l.t("ticket-team")),
        Column::new(&l.t("ticket-priority")),
        Column::number(&l.t("categories-checks")),
        Column::new(&l.t("account-state")),
    ];
    let row = |category: &Category| {
        let team = category.team.and_then(|id| teams.iter().find(|team| team.id == id)).map_or("", |team| &team.name);
        let checks = script_lines(&category.script).iter().filter(|l| matches!(l, ScriptLine::Check(..))).count();
        let state = match category.archived_at {
            Some(_) => dot(Tone::Neutral, &l.t("teams-archived")),
            None => dot(Tone::Good, &l.t("account-active")),
        };
        let cells = vec![
            user_text(&category.name),
            user_text(team),
            html! { @if let Some(priority) = category.priority { (priority_badge(l, priority)) } },
            html! { (checks) },
            state,
        ];
        Row::new(&format!("category-{}", category.id), cells).href(&format!("/admin/categories/{}", category.id))
    };
    html! {
        (page_head(&l.t("categories-title"), add))
        @if categories.is_empty() {
            (panel(empty("tag", &l.t("categories-none"), &l.t("categories-none-text"), html! {})))
        } @else {
            (Table::new(&l.t("categories-title"), columns, categories.iter().map(row).collect()))
        }
    }
}

/// What the page of one category shows.
pub(in crate::tickets) struct Shown<'a> {
    /// The category; nothing for a new one.
    pub category: Option<&'a Category>,
    /// What was typed.
    pub typed: &'a CategoryForm,
    /// Teams that take work.
    pub teams: &'a [Team],
    /// What was wrong with it.
    pub again: &'a Again,
}

/// One category, with its script as a dispatcher will see it.
pub(in crate::tickets) fn category(me: &Me, title: &str, shown: &Shown<'_>) -> Markup {
    let l = me.locale();
    let (typed, problems) = (shown.typed, &shown.again.problems);
    let action =
        shown.category.map_or_else(|| "/admin/categories".to_owned(), |c| format!("/admin/categories/{}", c.id));
    let none = || (String::new(), l.t("ticket-none"));
    let teams = std::iter::once(none()).chain(shown.teams.iter().map(|t| (t.id.to_string(), t.name.clone())));
    let priorities =
        std::iter::once(none()).chain(Priority::ALL.iter().map(|p| (p.word().to_owned(), priority_word(l, *p))));
    html! {
        (page_head(title, html! { (Button::link("/admin/categories", &l.t("categories-title")).icon("arrow-left").kind(Kind::Quiet)) }))
        div.split {
            (panel(post(&me.visit.csrf, &action, html! {
                div.form {
                    (shown.again.summary(l))
                    (Field::text("name", &l.t("account-name")).value(&typed.name).problems(l, problems).characters_max(80)
                        .autocomplete("off").required())
                    (Field::textarea("script", &l.t("interview-script"), 10).value(&typed.script).problems(l, problems)
                        .hint(&l.t("categories-script-hint")).characters_max(4_000))
                    div.columns {
                        (Field::select("team", &l.t("ticket-team"), teams.collect()).value(&typed.team).problems(l, problems))
                        (Field::select("priority", &l.t("ticket-priority"), priorities.collect()).value(&typed.priority))
                    }
                    div.actions {
                        (Button::submit(&l.t("ui-save")).kind(Kind::Primary).key("Ctrl+Enter"))
                        (Button::submit_as("then", "preview", &l.t("categories-preview")).icon("eye"))
                    }
                }
            })))
            aside {
                (card(&l.t("categories-preview"), html! {}, html! {
                    div.script {
                        @if typed.script.trim().is_empty() { p.dim { (l.t("categories-no-script")) } }
                        @else { (script_body(&typed.script, &[])) }
                    }
                }))
                @if let Some(category) = shown.category { (putting_away(me, category, &action)) }
            }
        }
    }
}

/// Archiving, which can be undone at once.
fn putting_away(me: &Me, category: &Category, action: &str) -> Markup {
    let l = me.locale();
    let (verb, key, icon) = match category.archived_at {
        Some(_) => ("restore", "categories-restore", "undo-2"),
        None => ("archive", "categories-archive", "inbox"),
    };
    let text = if verb == "archive" { "categories-archive-text" } else { "categories-archived-text" };
    card(
        &l.t("categories-state"),
        html! {},
        html! {
            p.dim { (l.t(text)) }
            (post(&me.visit.csrf, &format!("{action}/{verb}"), html! {
                (Button::submit(&l.t(key)).icon(icon).kind(Kind::Plain))
            }))
        },
    )
}
