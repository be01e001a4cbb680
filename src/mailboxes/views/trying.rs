//! The page on which a mailbox is tried.

use maud::{Markup, html};

use crate::accounts::Me;
use crate::mailboxes::{Mailbox, Trial, TrialState, Tried};
use crate::web::Locale;
use crate::web::ui::{Button, Kind, Tone, above, badge, empty, hidden, hx, notice, page_head, panel, post, user_text};

/// The page around a trial.
pub(in crate::mailboxes) fn trial(me: &Me, mailbox: &Mailbox, trial: Option<&Trial>, part: Markup) -> Markup {
    let l = me.locale();
    let place = format!("/admin/mail/{}", mailbox.id);
    let again = post(
        &me.visit.csrf,
        &format!("{place}/test"),
        html! {
            (Button::submit(&l.t(if trial.is_some() { "trial-again" } else { "trial-begin" })).icon("play"))
        },
    );
    html! {
        (above(l, "/admin/mail", "boxes-title"))
        (page_head(&l.t_with("trial-of", &[("name", mailbox.card.address.as_str().into())]), html! {
            (Button::link(&place, &l.t("boxes-set-up")).icon("settings").kind(Kind::Quiet))
            (again)
        }))
        (part)
    }
}

/// The steps; loads itself anew while it runs.
pub(in crate::mailboxes) fn trial_part(me: &Me, mailbox: &Mailbox, trial: Option<&Trial>) -> Markup {
    let l = me.locale();
    let place = format!("/admin/mail/{}", mailbox.id);
    let content = match trial {
        None => panel(empty("play", &l.t("trial-none"), &l.t("trial-text"), html! {})),
        Some(trial) => html! {
            div.stack {
                @if trial.is_over { (verdict(l, trial, &place)) }
                section.card aria-label=(l.t("trial-title")) aria-live="polite" {
                    @for tried in &trial.steps { (step(me, tried, &place)) }
                    @if !trial.is_over { noscript { p { a href={ (place) "/test" } { (l.t("box-sign-in-look")) } } } }
                }
            }
        },
    };
    let is_running = trial.is_some_and(|trial| !trial.is_over);
    hx::watched("trial", &format!("{place}/test"), is_running, content)
}

fn verdict(l: &Locale, trial: &Trial, place: &str) -> Markup {
    if trial.steps.iter().all(|step| step.state != TrialState::Bad) {
        return notice(Tone::Good, html! { (l.t("trial-all-good")) });
    }
    notice(Tone::Bad, html! { (l.t("trial-not-good")) " " (Button::link(place, &l.t("boxes-mend")).kind(Kind::Plain)) })
}

fn step(me: &Me, tried: &Tried, place: &str) -> Markup {
    let l = me.locale();
    let (tone, icon) = match tried.state {
        TrialState::Running => (Tone::Info, "hourglass"),
        TrialState::Good => (Tone::Good, "check"),
        TrialState::Bad => (Tone::Bad, "circle-alert"),
        TrialState::Skipped => (Tone::Neutral, "info"),
    };
    html! {
        div.health {
            (badge(tone, icon, &l.t_word("trial-state", tried.state.word())))
            strong { (l.t_word("trial-step", tried.step.word())) }
            div.health-value { @if let Some(told) = &tried.told { span { (user_text(&l.message(told))) } } }
            @if let Some((side, pin, ends_on)) = &tried.pin {
                (post(&me.visit.csrf, &format!("{place}/pin"), html! {
                    (hidden("side", side.word()))
                    (hidden("pin", &pin.to_string()))
                    p { (l.t_with("trial-pin", &[("date", ends_on.as_str().into())])) }
                    p { code.mono { (pin.to_string()) } }
                    (Button::submit(&l.t("trial-pin-it")).icon("lock").kind(Kind::Plain))
                }))
            }
            @if let Some(named) = &tried.authserv_id {
                (post(&me.visit.csrf, &format!("{place}/authserv"), html! {
                    (hidden("authserv_id", named))
                    p { (l.t_with("trial-authserv", &[("name", named.as_str().into())])) }
                    (Button::submit(&l.t("trial-authserv-it")).icon("shield").kind(Kind::Plain))
                }))
            }
            @if !tried.guesses.is_empty() { p { (l.t("trial-guesses")) " " (user_text(&tried.guesses.join(", "))) } }
        }
    }
}
