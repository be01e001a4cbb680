//! The words and pictures of a ticket's states, used wherever tickets and calls are shown.

use maud::Markup;

use crate::tickets::{CallOutcome, Channel, Priority, Status, Ticket};
use crate::web::Locale;
use crate::web::ui::{Tone, badge};

/// What a ticket is called: its subject, or who called.
pub fn title(l: &Locale, ticket: &Ticket) -> String {
    match (ticket.subject.as_str(), ticket.caller.as_str()) {
        ("", caller) if ticket.channel == Channel::Mail => l.t_with("ticket-letter-of", &[("sender", caller.into())]),
        ("", "") => l.t("ticket-call-of-withheld"),
        ("", caller) => l.t_with("ticket-call-of", &[("caller", caller.into())]),
        (subject, _) => subject.to_owned(),
    }
}

/// How far it is.
pub fn status_badge(l: &Locale, status: Status) -> Markup {
    match status {
        Status::New => badge(Tone::Info, "inbox", &l.t("ticket-status-new")),
        Status::Open => badge(Tone::Good, "play", &l.t("ticket-status-open")),
        Status::Waiting => badge(Tone::Warn, "hourglass", &l.t("ticket-status-waiting")),
        Status::Closed => badge(Tone::Neutral, "check", &l.t("ticket-status-closed")),
    }
}

/// The word for a priority.
pub fn priority_word(l: &Locale, priority: Priority) -> String {
    match priority {
        Priority::Low => l.t("ticket-priority-low"),
        Priority::Normal => l.t("ticket-priority-normal"),
        Priority::High => l.t("ticket-priority-high"),
        Priority::Urgent => l.t("ticket-priority-urgent"),
    }
}

/// How much it matters.
pub fn priority_badge(l: &Locale, priority: Priority) -> Markup {
    let word = priority_word(l, priority);
    match priority {
        Priority::Low => badge(Tone::Neutral, "arrow-down", &word),
        Priority::Normal => badge(Tone::Neutral, "flag", &word),
        Priority::High => badge(Tone::Warn, "arrow-up", &word),
        Priority::Urgent => badge(Tone::Bad, "triangle-alert", &word),
    }
}

/// The word for the end of a call.
pub fn outcome_word(l: &Locale, outcome: CallOutcome) -> String {
    match outcome {
        CallOutcome::AnsweredElsewhere => l.t("call-outcome-answered-elsewhere"),
        CallOutcome::Missed => l.t("call-outcome-missed"),
        CallOutcome::WentOn => l.t("call-outcome-went-on"),
        CallOutcome::Forwarded => l.t("call-outcome-forwarded"),
        CallOutcome::Unconfirmed => l.t("call-outcome-unconfirmed"),
        CallOutcome::RangOut => l.t("call-outcome-rang-out"),
        CallOutcome::Stopped => l.t("call-outcome-stopped"),
        CallOutcome::UnknownAfterRestart => l.t("call-outcome-unknown-after-restart"),
    }
}

/// How a call ended; nothing: it rings.
pub fn outcome_badge(l: &Locale, outcome: Option<CallOutcome>) -> Markup {
    let Some(outcome) = outcome else { return badge(Tone::Warn, "bell", &l.t("call-rings")) };
    let word = outcome_word(l, outcome);
    match outcome {
        CallOutcome::AnsweredElsewhere => badge(Tone::Good, "phone", &word),
        CallOutcome::Forwarded => badge(Tone::Info, "phone-forwarded", &word),
        CallOutcome::Stopped | CallOutcome::UnknownAfterRestart => badge(Tone::Neutral, "circle-question-mark", &word),
        _ => badge(Tone::Bad, "phone-missed", &word),
    }
}
