//! The keyboard: the sheet of all keys, and the palette.

use maud::{Markup, html};

use super::super::locale::Locale;
use super::shell::Shell;
use super::{dialog, icon};

/// A place, or something to do, that a key leads to from every page.
#[derive(Debug, Clone)]
pub struct Jump {
    /// The key, or two in a row: `c`, `g t`.
    pub key: &'static str,
    /// Where to.
    pub href: &'static str,
    /// Its name.
    pub label: String,
}

/// What the scripts do by themselves on every page.
const OWN: [(&str, &str); 8] = [
    ("Ctrl+K", "keys-palette"),
    (".", "keys-copy"),
    ("z", "keys-undo"),
    ("j", "keys-next"),
    ("k", "keys-previous"),
    ("Enter", "keys-open"),
    ("Ctrl+Enter", "keys-send"),
    ("Esc", "ui-close"),
];

/// All keys: those of the page, which scripts fill in, and those of every page. The links in it are what the keys press.
pub(super) fn sheet(shell: &Shell) -> Markup {
    let l = &shell.locale;
    let named =
        |key: &str, name: Markup| html! { li { (name) span { @for part in key.split(' ') { kbd { (part) } } } } };
    let body = html! {
        section hidden { h3 { (l.t("keys-here")) } ul.keys data-keys-here {} }
        section {
            h3 { (l.t("keys-everywhere")) }
            ul.keys {
                @for (key, label) in OWN { (named(key, html! { span { (l.t(label)) } })) }
            }
        }
        @if !shell.jumps.is_empty() {
            section {
                h3 { (l.t("keys-go")) }
                ul.keys {
                    @for jump in &shell.jumps { (named(jump.key, html! { a href=(jump.href) data-key=(jump.key) { (jump.label) } })) }
                }
            }
        }
        @if !shell.has_letter_keys { p.dim { (l.t("keys-off")) } }
    };
    dialog(l, "keys", &l.t("keys-title"), body)
}

/// The line that takes places, people, tickets and commands, over the page. Scripts open it and fill its list.
pub(super) fn palette(l: &Locale, url: &str) -> Markup {
    html! {
        dialog.palette id="palette" aria-label=(l.t("keys-palette")) {
            (palette_line(l, url, None))
            div data-palette-list {}
        }
    }
}

/// The line itself, which is also that of the palette's own page. On that it has what was `typed`, and its list is no list
/// of options.
pub fn palette_line(l: &Locale, url: &str, typed: Option<&str>) -> Markup {
    let list = typed.is_none();
    let id = if list { "palette-line" } else { "palette-page-line" };
    html! {
        form.palette-line method="get" action=(url) role="search" aria-label=(l.t("keys-palette")) {
            label.unseen for=(id) { (l.t("keys-palette")) }
            (icon("search"))
            input id=(id) type="text" name="q" value=[typed] dir="auto" autocomplete="off" spellcheck="false" maxlength="200"
                placeholder=(l.t("palette-hint"))
                autofocus[!list] role=[list.then_some("combobox")] aria-expanded=[list.then_some("true")]
                aria-controls=[list.then_some("palette-list")] aria-autocomplete=[list.then_some("list")];
        }
    }
}
