//! Blocks of a page: its head, cards, notices, empty states, what still loads, facts, tabs, pages of a list, dialogs.

use maud::{Markup, html};

use super::super::locale::Locale;
use super::{Button, Kind, Tone, icon};

/// The head of a page: its title and what can be done with all of it.
pub fn page_head(title: &str, actions: Markup) -> Markup {
    html! {
        div.page-head {
            h1 { (title) }
            @if !actions.0.is_empty() { div.actions { (actions) } }
        }
    }
}

/// A box with a title.
pub fn card(title: &str, actions: Markup, body: Markup) -> Markup {
    html! {
        section.card {
            div.card-head { h2 { (title) } @if !actions.0.is_empty() { div.actions { (actions) } } }
            div.card-body { (body) }
        }
    }
}

/// A box that leads somewhere, with what is there.
pub fn link_card(href: &str, icon_name: &str, title: &str, text: &str) -> Markup {
    html! {
        section.card.link-card.linked {
            span.empty-icon { (icon(icon_name)) }
            div { h2 { a.row-link href=(href) { (title) } } p.dim { (text) } }
        }
    }
}

/// Where a page stands: the pages above it, from the top.
pub fn crumbs(name: &str, above: &[(&str, &str)]) -> Markup {
    html! {
        nav.crumbs aria-label=(name) {
            ol { @for (href, title) in above { li { a href=(href) { (title) } (icon("chevron-right")) } } }
        }
    }
}

/// The way back to the page above, over the head of a page.
pub fn above(locale: &Locale, href: &str, title_key: &str) -> Markup {
    let title = locale.t(title_key);
    crumbs(&locale.t("ui-above"), &[(href, &title)])
}

/// A box without a title.
pub fn panel(body: Markup) -> Markup {
    html! { section.card { div.card-body { (body) } } }
}

/// What has to be read before going on. What is bad is read out at once.
pub fn notice(tone: Tone, content: Markup) -> Markup {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    html! { div class={ "notice " (tone.class()) } role=(role) { (icon(tone.icon())) div { (content) } } }
}

/// Lines in the place of what still loads; they appear when that takes longer than a blink.
pub fn skeleton(locale: &Locale, lines: u8) -> Markup {
    html! {
        div.skeleton role="status" {
            span.unseen { (locale.t("ui-loading")) }
            @for _ in 0..lines { span.bone {} }
        }
    }
}

/// What stands where there is nothing yet: what would be here, and how to make the first.
pub fn empty(icon_name: &str, title: &str, text: &str, action: Markup) -> Markup {
    html! {
        div.empty {
            span.empty-icon { (icon(icon_name)) }
            h2 { (title) }
            p { (text) }
            (action)
        }
    }
}

/// Names and values. A value that is empty shows a dash, so that nobody takes it for not loaded.
pub fn facts(pairs: &[(String, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in pairs {
                div { dt { (name) } dd { @if value.0.is_empty() { "–" } @else { (value) } } }
            }
        }
    }
}

/// A page among several that show the same thing or list.
#[derive(Debug, Clone)]
pub struct Tab {
    /// Where it is.
    pub href: String,
    /// Its name.
    pub label: String,
    /// How many there are in it.
    pub count: Option<i64>,
    /// Whether it is the one shown.
    pub current: bool,
}

/// Links among pages that belong together.
pub fn tabs(name: &str, locale: &Locale, tabs: &[Tab]) -> Markup {
    html! {
        nav.tabs aria-label=(name) {
            @for tab in tabs {
                a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                    (tab.label)
                    @if let Some(count) = tab.count { span.count { (locale.number(count)) } }
                }
            }
        }
    }
}

/// The way on in a list, and back to its start. `next` and `first` are addresses; neither shows nothing.
pub fn pager(locale: &Locale, first: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        @if first.is_some() || next.is_some() {
            nav.pager aria-label=(locale.t("ui-pages")) {
                @if let Some(first) = first { (Button::link(first, &locale.t("ui-first-page")).icon("chevron-left").kind(Kind::Quiet)) }
                @if let Some(next) = next { (Button::link(next, &locale.t("ui-next-page")).icon("chevron-right").kind(Kind::Plain)) }
            }
        }
    }
}

/// A dialog, opened by a [`Button::opens`] with the same id. Without scripts that button is a link to a page of its own.
pub fn dialog(locale: &Locale, id: &str, title: &str, body: Markup) -> Markup {
    let heading = format!("{id}-title");
    html! {
        dialog id=(id) aria-labelledby=(heading) {
            div.dialog-head {
                h2 id=(heading) { (title) }
                form method="dialog" { (Button::submit(&locale.t("ui-close")).icon_only("x").kind(Kind::Quiet)) }
            }
            div.dialog-body { (body) }
        }
    }
}
