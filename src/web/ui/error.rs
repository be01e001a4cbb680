//! Pages and fragments for what went wrong.

use maud::{Markup, html};

use super::super::problem::Asked;
use super::{Button, bare_page, icon};

/// A page that says what happened, what to do, and the id under which the log tells more.
pub(in crate::web) fn error_page(asked: &Asked, status: u16, title: &str, what: &str, details: &[String]) -> Markup {
    let lang = asked.lang;
    let content = html! {
        div.error-page {
            p.error-status aria-hidden="true" { (status) }
            h1 { (title) }
            p { (what) }
            @if !details.is_empty() { ul { @for detail in details { li { (detail) } } } }
            div.actions { (Button::link("/", &lang.t("error-home")).icon("arrow-left")) }
            p.faint { (lang.t("error-request-id")) " " code { (asked.request_id) } }
        }
    };
    bare_page(lang, asked.theme, title, content)
}

/// The same to be put into a page.
pub(in crate::web) fn error_fragment(asked: &Asked, what: &str, details: &[String]) -> Markup {
    html! {
        div.notice.tone-bad role="alert" {
            (icon("circle-alert"))
            div {
                strong { (what) }
                @if !details.is_empty() { ul { @for detail in details { li { (detail) } } } }
                p.faint { (asked.lang.t("error-request-id")) " " code { (asked.request_id) } }
            }
        }
    }
}
