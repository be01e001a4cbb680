//! Pages and fragments for what went wrong.

use maud::{Markup, html};

use super::super::Lang;
use super::super::problem::Asked;
use super::{Button, Field, Kind, bare_page, bell, icon};

/// A page that says what happened, what to do, and the id under which the log tells more.
pub(in crate::web) fn error_page(asked: &Asked, status: u16, title: &str, what: &str, details: &[String]) -> Markup {
    let lang = asked.lang;
    let content = html! {
        (bell("still"))
        div.error-page {
            p.error-status aria-hidden="true" { (status) }
            h1 { (title) }
            p { (what) }
            @if !details.is_empty() { ul { @for detail in details { li { (detail) } } } }
            @if asked.sent && status != 403 { p.kept { (icon("check")) span { (lang.t("error-text-kept")) } } }
            @if status == 404 && asked.has_session { (search(lang)) }
            div.actions { (Button::link("/", &lang.t("error-home")).icon("arrow-left")) }
            p.faint { (lang.t("error-request-id")) " " code { (asked.request_id) } }
        }
    };
    bare_page(lang, asked.theme, title, content)
}

/// What was looked for may be found under another address.
fn search(lang: Lang) -> Markup {
    html! {
        form.filters method="get" action="/search" role="search" {
            (Field::line("search", "q", &lang.t("ui-search")).unlabelled().placeholder(&lang.t("ui-search-hint")).autofocus())
            (Button::submit(&lang.t("ui-search")).icon("search").kind(Kind::Plain))
        }
    }
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
