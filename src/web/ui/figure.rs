//! Figures: a number that matters, how full something is, how far something has come.

use maud::{Markup, html};

use super::Tone;

/// A number with its name and a word on it. The tone says what it means; neutral for a number that is only a number.
pub fn stat(tone: Tone, name: &str, value: &str, note: &str) -> Markup {
    html! {
        div class={ "stat " (tone.class()) } {
            span.stat-name { (name) }
            strong.stat-value { (value) }
            @if !note.is_empty() { span.stat-note { (note) } }
        }
    }
}

/// How much there is of what there can be, in words and as a bar.
pub fn meter(tone: Tone, name: &str, words: &str, value: u64, max: u64) -> Markup {
    html! {
        div class={ "meter " (tone.class()) } {
            span { (name) } span.dim { (words) }
            meter.meter-bar min="0" max=(max) value=(value) aria-label=(name) { (words) }
        }
    }
}

/// How far something has come; without a value, that it goes on.
pub fn progress(name: &str, words: &str, done: Option<(u64, u64)>) -> Markup {
    let (value, max) = done.unzip();
    html! {
        div.meter.tone-info {
            span { (name) } span.dim { (words) }
            progress.meter-bar max=[max] value=[value] aria-label=(name) { (words) }
        }
    }
}
