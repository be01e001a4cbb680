//! What happened to a call, in plain words.

use maud::{Markup, html};

use crate::accounts::Me;
use crate::base::Timestamp;
use crate::base::id::TicketId;
use crate::calls::one::Whole;
use crate::events::{Actor, Event, Record};
use crate::tickets::views::outcome_word;
use crate::tickets::{CallOutcome, TicketNumber};
use crate::web::ui::{icon, user_text};

/// A step: when, its picture, its words.
struct Step {
    at: Timestamp,
    icon: &'static str,
    said: Markup,
}

/// The steps, oldest first. A call that is older than the log tells what its row knows.
pub fn timeline(me: &Me, whole: &Whole) -> Markup {
    let l = me.locale();
    let mut steps: Vec<Step> = whole.history.iter().filter_map(|record| told(me, whole, record)).collect();
    if whole.history.is_empty() {
        steps = remembered(me, whole);
    }
    html! {
        ol.timeline {
            @for step in &steps {
                li {
                    (icon(step.icon))
                    span { (step.said) }
                    time datetime=(step.at.rfc3339()) title=(l.moment(step.at)) { (clock(me, step.at)) }
                }
            }
        }
    }
}

/// The time to the second: in a call, seconds matter.
fn clock(me: &Me, at: Timestamp) -> String {
    let l = me.locale();
    let time = at.to_jiff().to_zoned(l.zone.clone()).strftime("%H:%M:%S").to_string();
    if l.date(at) == l.date(me.visit.now) { time } else { format!("{}, {time}", l.date(at)) }
}

fn words(me: &Me, key: &str, who: &str) -> Markup {
    user_text(&me.locale().t_with(key, &[("name", who.into())]))
}

fn told(me: &Me, whole: &Whole, record: &Record) -> Option<Step> {
    let l = me.locale();
    let name = |id| whole.agent(id).unwrap_or("–").to_owned();
    let by = match record.actor {
        Some(Actor::Agent(id)) => name(id),
        _ => l.t("step-desk"),
    };
    let (icon, said) = match &record.event {
        Event::CallStarted { .. } => ("bell", words(me, "step-rang", &whole.row.line)),
        Event::CallEnded { outcome, .. } => ("phone-off", ended(me, CallOutcome::from_word(outcome))),
        Event::CallMarkedMissed { .. } => ("phone-missed", words(me, "step-missed", &by)),
        Event::CallClaimed { agent, from: Some(from), .. } => (
            "arrow-right",
            user_text(&l.t_with("step-taken", &[("name", name(*agent).into()), ("from", name(*from).into())])),
        ),
        Event::CallClaimed { agent, .. } => ("phone", words(me, "step-claimed", &name(*agent))),
        Event::CallReleased { agent, .. } => ("undo-2", words(me, "step-released", &name(*agent))),
        Event::CallPersonNamed { person: Some(_), .. } => {
            ("user", user_text(&l.t_with("step-named", &[("name", by.into()), ("person", person(whole).into())])))
        }
        Event::CallPersonNamed { .. } => ("user", words(me, "step-unnamed", &by)),
        Event::CallWrappedUp { .. } => ("check", wrapped(me, whole, &by)),
        Event::CallWrapUpUndone { .. } => ("undo-2", words(me, "step-unwrapped", &by)),
        Event::CallMarkedSpam { spam: true, .. } => ("flag", words(me, "step-spam", &by)),
        Event::CallMarkedSpam { .. } => ("flag", words(me, "step-no-spam", &by)),
        Event::CallLinked { ticket, .. } => ("link", linked(me, whole, "step-linked", &by, *ticket)),
        Event::CallUnlinked { ticket, .. } => ("link", linked(me, whole, "step-unlinked", &by, *ticket)),
        _ => return None,
    };
    Some(Step { at: record.at, icon, said })
}

fn person(whole: &Whole) -> String {
    whole.row.person.as_ref().map_or_else(|| "–".to_owned(), |(_, name)| name.clone())
}

fn ended(me: &Me, outcome: Option<CallOutcome>) -> Markup {
    let l = me.locale();
    match outcome {
        Some(outcome) => html! { (l.t_with("step-ended", &[("outcome", outcome_word(l, outcome).into())])) },
        None => html! { (l.t("step-over")) },
    }
}

fn wrapped(me: &Me, whole: &Whole, by: &str) -> Markup {
    match &whole.row.code {
        Some(code) => {
            user_text(&me.locale().t_with("step-wrapped-as", &[("name", by.into()), ("code", code.as_str().into())]))
        }
        None => words(me, "step-wrapped", by),
    }
}

fn linked(me: &Me, whole: &Whole, key: &str, by: &str, ticket: TicketId) -> Markup {
    let number = TicketNumber::of(ticket);
    html! {
        (words(me, key, by)) " "
        @if whole.told.iter().any(|known| known.id == ticket) { a href={ "/t/" (number) } { (number) } } @else { (number) }
    }
}

fn remembered(me: &Me, whole: &Whole) -> Vec<Step> {
    let call = &whole.row.call;
    let agent = whole.row.agent.clone().unwrap_or_else(|| "–".to_owned());
    let mut steps = vec![Step { at: call.received_at, icon: "bell", said: words(me, "step-rang", &whole.row.line) }];
    steps.extend(call.claimed_at.map(|at| Step { at, icon: "phone", said: words(me, "step-claimed", &agent) }));
    steps.extend(call.ended_at.map(|at| Step { at, icon: "phone-off", said: ended(me, call.outcome) }));
    steps.extend(call.wrapped_up_at.map(|at| Step { at, icon: "check", said: wrapped(me, whole, &agent) }));
    steps.sort_by_key(|step| step.at);
    steps
}
