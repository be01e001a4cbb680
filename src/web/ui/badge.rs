//! Short states and names: a state is always a colour, a picture and a word, as colour alone tells some people nothing.

use maud::{Markup, html};

use super::icon;

/// What a state means for the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do.
    Neutral,
    /// Worth knowing.
    Info,
    /// As it should be.
    Good,
    /// Soon a problem.
    Warn,
    /// A problem.
    Bad,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Info => "tone-info",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
        }
    }

    /// The picture of a notice of this tone.
    pub(super) fn icon(self) -> &'static str {
        match self {
            Self::Neutral | Self::Info => "info",
            Self::Good => "check",
            Self::Warn => "triangle-alert",
            Self::Bad => "circle-alert",
        }
    }
}

/// A state in a pill.
pub fn badge(tone: Tone, icon_name: &str, word: &str) -> Markup {
    html! { span class={ "badge " (tone.class()) } { (icon(icon_name)) (word) } }
}

/// A state as a dot and a word, for rows of a table, where pills would shout.
pub fn dot(tone: Tone, word: &str) -> Markup {
    html! { span class={ "dot " (tone.class()) } { (word) } }
}

/// Somebody, by two letters. The name stands beside it.
pub fn avatar(initials: &str) -> Markup {
    html! { span.avatar aria-hidden="true" { (initials) } }
}

/// One of several words that belong to something; with an address, a way to do without it, which `remove` says.
pub fn chip(word: &str, remove: Option<(&str, &str)>) -> Markup {
    html! {
        span.chip {
            bdi { (word) }
            @if let Some((href, remove)) = remove { a href=(href) title=(remove) { (icon("x")) span.unseen { (remove) " " (word) } } }
        }
    }
}
