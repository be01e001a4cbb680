//! Moments: for people in their zone and language, for machines in UTC.

use maud::{Markup, html};

use crate::base::Timestamp;

use super::super::locale::Locale;

/// Day and time.
pub fn time(locale: &Locale, at: Timestamp) -> Markup {
    html! { time datetime=(at.rfc3339()) { (locale.moment(at)) } }
}

/// How long ago, with day and time as a tip.
pub fn ago(locale: &Locale, at: Timestamp, now: Timestamp) -> Markup {
    html! { time datetime=(at.rfc3339()) title=(locale.moment(at)) { (locale.ago(at, now)) } }
}

/// A clock that counts from `since`; scripts keep it running, and mark it after `warn_s` and `bad_s` seconds, never for
/// nought.
pub fn timer(locale: &Locale, since: Timestamp, now: Timestamp, warn_s: u32, bad_s: u32) -> Markup {
    html! {
        time.timer datetime=(since.rfc3339()) data-timer data-warn=(warn_s) data-bad=(bad_s) role="timer" {
            (locale.span(now.since_ms(since)))
        }
    }
}
