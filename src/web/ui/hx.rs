//! Every htmx attribute, behind a few elements that also work without it.
//!
//! So a change of that library touches this file. Ids are given without `#`. Only attributes that need no `eval` are used:
//! no `hx-on`, no `js:` values, no filters in brackets.

use maud::{Markup, html};

use super::super::csrf;
use super::{Kind, icon};

/// The library's settings: no style element of its own, and no answer that takes longer than our own patience.
const CONFIG: &str = r#"{"includeIndicatorCSS":false,"defaultTimeout":15000}"#;

/// The settings, for the head of a page.
pub fn config() -> Markup {
    html! { meta name="htmx-config" content=(CONFIG); }
}

/// A part of the page that is loaded anew from `url` when one of the `topics` has news. The answer to `url`, asked for as a
/// fragment, is this same region and nothing else: see [`super::Shell::answer_part`].
pub fn region(id: &str, url: &str, topics: &[&str], content: Markup) -> Markup {
    // What is shown stays when the answer is an error.
    html! {
        div id=(id) hx-get=(url) hx-trigger=(news_of(topics)) hx-target="this" hx-swap="outerMorph"
            "hx-status:4xx"="swap:none" "hx-status:5xx"="swap:none" data-region {
            (content)
        }
    }
}

/// An element that is empty, and takes no room, until its content came from `url`; loaded anew like a [`region`].
pub fn filled(id: &str, url: &str, topics: &[&str]) -> Markup {
    html! {
        div.filled id=(id) hx-get=(url) hx-trigger={ "load, " (news_of(topics)) } hx-target="this" hx-swap="innerMorph"
            "hx-status:4xx"="swap:none" "hx-status:5xx"="swap:none" {}
    }
}

/// A number beside a name, which comes from `url` and takes no room while there is none.
pub fn count(url: &str, topic: &str) -> Markup {
    html! {
        span.nav-count hx-get=(url) hx-trigger={ "load, " (news_of(&[topic])) } hx-target="this" hx-swap="innerHTML"
            "hx-status:4xx"="swap:none" "hx-status:5xx"="swap:none" {}
    }
}

/// Fields that follow others of their form: loaded anew from `url`, with what the fields `from` hold, when one of these changes.
pub fn following(id: &str, url: &str, from: &[&str], content: Markup) -> Markup {
    let changes: Vec<String> = from.iter().map(|name| format!("change from:#f-{name}")).collect();
    let fields: Vec<String> = from.iter().map(|name| format!("#f-{name}")).collect();
    html! {
        div id=(id) hx-get=(url) hx-trigger=(changes.join(", ")) hx-include=(fields.join(", ")) hx-target="this"
            hx-swap="innerHTML" "hx-status:4xx"="swap:none" "hx-status:5xx"="swap:none" { (content) }
    }
}

/// A part of the page that looks every second how far something is, as long as that is at work. The answer to `url`, asked for
/// as a fragment, is this same part.
pub fn watched(id: &str, url: &str, is_at_work: bool, content: Markup) -> Markup {
    html! {
        div id=(id) hx-get=[is_at_work.then_some(url)] hx-trigger=[is_at_work.then_some("every 1s")] hx-target="this"
            hx-swap="outerHTML" "hx-status:4xx"="swap:none" "hx-status:5xx"="swap:none" { (content) }
    }
}

/// The trigger for news of these topics. The delay gathers the events of a burst; `db:resync` and `db:poll` come from app.js.
fn news_of(topics: &[&str]) -> String {
    let named = topics.iter().map(|topic| format!("db:{topic}")).chain(["db:resync".to_owned(), "db:poll".to_owned()]);
    let trigger: Vec<String> = named.map(|event| format!("{event} from:document delay:150ms")).collect();
    trigger.join(", ")
}

/// A button that changes something at once, on a piece of page that knows no reader's token: a script adds it. What it
/// changes is told by the live stream; a refusal is shown with the notices, also when the stream was faster and has put
/// another piece of page in the place of this one.
pub fn act(action: &str, kind: Kind, icon_name: &str, label: &str, key: Option<&str>) -> Markup {
    html! {
        button class={ "button " (kind.class()) } type="button" hx-post=(action) hx-target="#toasts" hx-swap="none"
            "hx-status:4xx"="target:#toasts swap:beforeend" data-enter[key == Some("Enter")]
            data-key=[key.filter(|key| *key != "Enter")] {
            (icon(icon_name)) span { (label) } @if let Some(key) = key { kbd { (key) } }
        }
    }
}

/// A part of the page that is loaded after it, from `url`; without scripts, a link that is called `label`. The answer to
/// `url`, asked for as a fragment, has this id itself.
pub fn later(id: &str, url: &str, label: &str) -> Markup {
    html! {
        div id=(id) hx-get=(url) hx-trigger="load" hx-target="this" hx-swap="outerHTML" "hx-status:4xx"="swap:none"
            "hx-status:5xx"="swap:none" { p { a href=(url) { (label) } } }
    }
}

/// What stays as it is while the part of the page around it is loaded anew: a dialog in which somebody types. Another id is
/// another thing, and takes its place.
pub fn kept(id: &str, content: Markup) -> Markup {
    html! { div id=(id) hx-morph-skip { (content) } }
}

/// A search box whose list, the element `target`, follows while somebody types; the page's address stays.
pub fn search(name: &str, action: &str, target: &str, content: Markup) -> Markup {
    html! {
        form method="get" action=(action) role="search" aria-label=(name) hx-get=(action) hx-trigger="input delay:150ms, submit"
            hx-target={ "#" (target) } hx-swap="innerHTML" hx-sync="this:replace" { (content) }
    }
}

/// A link whose answer replaces the content of the element `target`, and whose address goes into the address bar.
pub fn link(href: &str, target: &str, content: Markup) -> Markup {
    html! {
        a href=(href) hx-get=(href) hx-target={ "#" (target) } hx-swap="innerMorph" hx-push-url="true" { (content) }
    }
}

/// A link whose answer, as a fragment, fills the element `target`; the page's address stays.
pub fn reveal(href: &str, target: &str, content: Markup) -> Markup {
    html! {
        a href=(href) hx-get=(href) hx-target={ "#" (target) } hx-swap="innerHTML" "hx-status:4xx"="swap:none"
            "hx-status:5xx"="swap:none" { (content) }
    }
}

/// A button that puts another piece of page, loaded from `href`, into the place of the element `target`; without scripts, a
/// link to it.
pub fn replacing(href: &str, target: &str, kind: Kind, icon_name: &str, label: &str, key: Option<&str>) -> Markup {
    html! {
        a class={ "button " (kind.class()) } href=(href) hx-get=(href) hx-target={ "#" (target) } hx-swap="outerHTML"
            "hx-status:4xx"="swap:none" "hx-status:5xx"="swap:none" data-key=[key] {
            (icon(icon_name)) span { (label) } @if let Some(key) = key { kbd { (key) } }
        }
    }
}

/// A cross that takes something away; the answer takes the place of the element `target`. For what only scripts put there.
pub fn remover(action: &str, target: &str, label: &str) -> Markup {
    html! {
        button.button.quiet.bare type="button" hx-post=(action) hx-target={ "#" (target) } hx-swap="outerHTML" title=(label) {
            (icon("x")) span.unseen { (label) }
        }
    }
}

/// A form that changes something and whose answer, as a fragment, replaces the element `target`.
pub fn post(csrf_token: &str, action: &str, target: &str, content: Markup) -> Markup {
    html! {
        form method="post" action=(action) hx-post=(action) hx-target={ "#" (target) } hx-swap="outerMorph" {
            input type="hidden" name=(csrf::FIELD) value=(csrf_token);
            (content)
        }
    }
}

/// What an answer to a script brings besides: a [`super::toast`], put where the others are.
pub fn also_toast(toast: Markup) -> Markup {
    html! { hx-partial hx-target="[data-toasts]" hx-swap="beforeend" { (toast) } }
}

/// A form that sends itself when one of its choices is changed, and whose answer, a whole page, takes the place of this one
/// as far as it differs. What is typed into it is sent by its button. The delay lets a keyboard pass by the choices in
/// between.
pub fn quick(csrf_token: &str, action: &str, content: Markup) -> Markup {
    html! {
        form method="post" action=(action) hx-post=(action) hx-trigger="change target:select delay:400ms" hx-select="#main" hx-target="#main"
            hx-swap="outerMorph" hx-select-oob="#toasts:innerHTML" hx-sync="this:queue last" data-quick {
            input type="hidden" name=(csrf::FIELD) value=(csrf_token);
            (content)
        }
    }
}

/// A bar of filters whose list, the element `target`, follows while somebody types.
pub fn filters(name: &str, action: &str, target: &str, content: Markup) -> Markup {
    html! {
        form.filters method="get" action=(action) role="search" aria-label=(name) hx-get=(action)
            hx-trigger="input delay:200ms, submit" hx-target={ "#" (target) } hx-swap="innerMorph"
            hx-push-url="true" hx-sync="this:replace" { (content) }
    }
}
