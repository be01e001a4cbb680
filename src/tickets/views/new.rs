//! The form for a ticket that an agent types.

use maud::{Markup, html};

use super::Names;
use super::words::priority_word;
use crate::accounts::Me;
use crate::base::Problem;
use crate::base::id::PersonId;
use crate::tickets::pages::NewForm;
use crate::tickets::{Priority, SUBJECT_CHARACTERS_MAX};
use crate::web::ui::{Button, Field, Kind, hidden, page_head, panel, post, problem_summary, user_text};

/// The form, with what was typed and what was wrong with it.
pub fn new(me: &Me, form: &NewForm, names: &Names, problems: &[Problem]) -> Markup {
    let l = me.locale();
    let none = || (String::new(), l.t("ticket-none"));
    let teams = std::iter::once(none()).chain(names.teams.iter().map(|t| (t.id.to_string(), t.name.clone())));
    let active = names.agents.iter().filter(|a| a.disabled_at.is_none());
    let agents = std::iter::once(none()).chain(active.map(|a| (a.id.to_string(), a.name.clone())));
    let priorities = Priority::ALL.iter().map(|p| (p.word().to_owned(), priority_word(l, *p)));
    let priority = if form.priority.is_empty() { Priority::Normal.word() } else { &form.priority };
    let person = names.person(form.requester.parse().ok().map(PersonId));
    let subject_max = u32::try_from(SUBJECT_CHARACTERS_MAX).unwrap_or(u32::MAX);
    html! {
        (page_head(&l.t("ticket-new"), html! {}))
        div.narrow {
            (panel(html! {
                (problem_summary(l, problems))
                (post(&me.visit.csrf, "/t/new", html! {
                    @if !person.is_empty() {
                        (hidden("requester", &form.requester))
                        p { (l.t("ticket-requester")) ": " strong { (user_text(person)) } }
                    }
                    (Field::text("subject", &l.t("ticket-subject")).value(&form.subject).problems(l, problems)
                        .characters_max(subject_max).hint(&l.t("ticket-subject-hint")).required().autofocus())
                    (Field::select("priority", &l.t("ticket-priority"), priorities.collect()).value(priority))
                    (Field::select("team", &l.t("ticket-team"), teams.collect()).value(&form.team).problems(l, problems))
                    (Field::select("assignee", &l.t("ticket-assignee"), agents.collect()).value(&form.assignee)
                        .problems(l, problems))
                    (Field::textarea("note", &l.t("ticket-note"), 5).value(&form.note))
                    div.actions {
                        (Button::submit(&l.t("ticket-open-button")).kind(Kind::Primary).key("Ctrl+Enter"))
                        (Button::link("/t", &l.t("ui-cancel")).kind(Kind::Quiet))
                    }
                }))
            }))
        }
    }
}
