//! Who takes part in a ticket by mail.

use maud::{Markup, html};

use crate::accounts::{Me, Right};
use crate::mailboxes::{AddressState, Participant};
use crate::tickets::Correspondent;
use crate::web::ui::{Tone, ago, badge, card, notice, user_text};

/// The card beside the thread; nothing when nobody does.
pub(in crate::mailboxes) fn participants(me: &Me, people: &[Participant]) -> Markup {
    let l = me.locale();
    let list = html! {
        ul.participants {
            @for who in people {
                li {
                    @match who.person.filter(|_| me.may(Right::SeePeople)) {
                        Some(person) => a href={ "/people/" (person) } { (user_text(name(who))) },
                        None => (user_text(name(who))),
                    }
                    @if !who.name.is_empty() { span.dim dir="ltr" { (user_text(&who.address)) } }
                    @if who.verified_at.is_none() { (badge(Tone::Warn, "triangle-alert", &l.t("participant-unverified"))) }
                }
            }
        }
    };
    html! { @if !people.is_empty() { (card(&l.t("participants-title"), html! {}, list)) } }
}

fn name(who: &Participant) -> &str {
    if who.name.is_empty() { &who.address } else { &who.name }
}

/// Addresses that mail does not reach, since when and why; nothing when it reaches all of them.
pub(in crate::mailboxes) fn unreached(me: &Me, dead: &[AddressState]) -> Markup {
    let l = me.locale();
    html! {
        @for state in dead {
            (notice(Tone::Warn, html! {
                strong { (l.t("unreached")) } " " bdi dir="ltr" { (state.address) }
                @if let Some(at) = state.undeliverable_at { " · " (l.t("unreached-since")) " " (ago(l, at, me.visit.now)) }
                @if !state.reason.is_empty() { div.faint.mono { (user_text(&state.reason)) } }
            }))
        }
    }
}

/// Addresses that fit what is typed, as the options of a list.
pub(in crate::mailboxes) fn offered(people: &[Correspondent]) -> Markup {
    html! { @for who in people { option value=(who.line()) {} } }
}
