//! What is said of people and places wherever they are shown.

use maud::{Markup, html};

use crate::people::{PersonNumber, Site};
use crate::web::Locale;
use crate::web::ui::{Tone, badge, icon, unseen, user_text};

/// Comes first.
pub fn vip_badge(l: &Locale) -> Markup {
    badge(Tone::Warn, "star", &l.t("people-vip"))
}

/// Only thought to be so.
pub fn maybe_badge(l: &Locale) -> Markup {
    badge(Tone::Neutral, "circle-question-mark", &l.t("people-maybe"))
}

/// A name, and whether its bearer comes first.
pub fn person_name(l: &Locale, name: &str, vip: bool) -> Markup {
    html! { (user_text(name)) @if vip { " " (vip_badge(l)) } }
}

/// A number that a phone can dial, with what it is, and whether it is certain.
pub fn number_link(l: &Locale, number: &PersonNumber) -> Markup {
    html! {
        a.nowrap href={ "tel:" (number.number_key) } { bdi dir="ltr" { (number.raw) } }
        @if !number.label.is_empty() { " " span.faint { (user_text(&number.label)) } }
        @if number.is_maybe() { " " (maybe_badge(l)) }
    }
}

/// What whoever goes there must know, where nobody can overlook it. Nothing when there is nothing.
pub fn access_note(l: &Locale, site: &Site) -> Markup {
    html! {
        @if !site.access_note.is_empty() {
            div.access {
                (icon("key"))
                div { strong { (l.t("sites-access")) } " " span.entry-text dir="auto" { (site.access_note) } }
            }
        }
    }
}

/// The address with a way to copy it and one to the map that this device has. Nothing is asked of anybody on the internet.
pub fn address(l: &Locale, site: &Site) -> Markup {
    let line = site.address_line();
    html! {
        @if !line.is_empty() {
            span.address {
                span { (user_text(&line)) }
                button.button.quiet.bare type="button" data-copy=(line) data-copied=(l.t("sites-copied")) title=(l.t("sites-copy")) {
                    (icon("copy")) (unseen(&l.t("sites-copy")))
                }
                a.button.quiet.bare href=(map_link(&line)) title=(l.t("sites-map")) { (icon("external-link")) (unseen(&l.t("sites-map"))) }
            }
        }
    }
}

/// RFC 5870: any place, to be found by its address.
fn map_link(line: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(line.as_bytes()).collect();
    format!("geo:0,0?q={}", query.replace('+', "%20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_can_only_be_looked_for() {
        assert_eq!(map_link("Hauptstr. 5, Köln & +1"), "geo:0,0?q=Hauptstr.%205%2C%20K%C3%B6ln%20%26%20%2B1");
        assert_eq!(map_link("\"><script>"), "geo:0,0?q=%22%3E%3Cscript%3E");
    }
}
