//! Short states: always a colour, a picture and a word, as colour alone tells some people nothing.

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
