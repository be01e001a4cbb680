//! What happened to something, one after the other.

use maud::{Markup, html};

use super::icon;

/// Something that was said or done, with what it says. `kind` is a word for the look: `note`, `call`.
pub fn entry(kind: &str, icon_name: &str, head: Markup, body: Markup) -> Markup {
    html! {
        article.entry data-kind=(kind) {
            span.entry-mark { (icon(icon_name)) }
            div.entry-card { header.entry-head { (head) } (body) }
        }
    }
}

/// Something that changed, in a line.
pub fn happening(icon_name: &str, words: Markup) -> Markup {
    html! { div.entry data-kind="change" { span.entry-mark { (icon(icon_name)) } span { (words) } } }
}
