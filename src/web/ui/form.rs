//! Forms around fields.

use maud::{Markup, html};

use crate::base::Problem;

use super::super::csrf;
use super::super::locale::Locale;
use super::icon;

/// A form that changes something: `POST` to `action` with the token that proves it is ours.
pub fn post(csrf_token: &str, action: &str, content: Markup) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name=(csrf::FIELD) value=(csrf_token);
            (content)
        }
    }
}

/// A field that nobody sees.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// Fields that belong together.
pub fn fieldset(legend: &str, content: Markup) -> Markup {
    html! { fieldset { legend { (legend) } (content) } }
}

/// A bar of fields that narrows the list below it down, by `GET`, so that the address can be shared.
pub fn filters(name: &str, action: &str, content: Markup) -> Markup {
    html! { form.filters method="get" action=(action) role="search" aria-label=(name) { (content) } }
}

/// All that is wrong with a form, on top of it, where a screen reader begins. Nothing when nothing is wrong.
pub fn problem_summary(locale: &Locale, problems: &[Problem]) -> Markup {
    html! {
        @if !problems.is_empty() {
            div.notice.tone-bad role="alert" {
                (icon("circle-alert"))
                div {
                    strong { (locale.t_with("ui-problems", &[("count", problems.len().into())])) }
                    ul {
                        @for problem in problems {
                            li { a href={ "#f-" (problem.field) } { (locale.message(&problem.message)) } }
                        }
                    }
                }
            }
        }
    }
}
