//! A box that says something about the page it stands on.

use maud::{Markup, html};

use super::{Tone, icon};

/// What the reader should know before going on. What is bad is read out at once.
pub fn notice(tone: Tone, content: Markup) -> Markup {
    html! {
        div class={ "notice " (tone.class()) } role=[(tone == Tone::Bad).then_some("alert")] {
            (icon(tone.icon()))
            div { (content) }
        }
    }
}
