//! The fields of a ticket in the order of a conversation: what, where, how bad, who, when. The interview on the phone and the
//! form for a new ticket have them in common. Their ids begin with `i-`: the form may stand in a dialog over any page.

use maud::{Markup, html};

use super::similar::similar;
use super::words::priority_word;
use crate::accounts::{Agent, Me};
use crate::base::Problem;
use crate::base::id::{AgentId, CallId, TeamId};
use crate::tickets::pages::{Offers, Typed};
use crate::tickets::{
    Category, NOTE_CHARACTERS_MAX, Priority, SUBJECT_CHARACTERS_MAX, ScriptLine, Similar, When, script_lines,
};
use crate::web::Locale;
use crate::web::ui::{Button, Field, Tone, icon, notice};

/// A form as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// What was typed.
    pub typed: &'a Typed,
    /// What was wrong with it.
    pub problems: &'a [Problem],
    /// What can be chosen.
    pub offers: &'a Offers,
    /// Open tickets that are like it.
    pub similar: &'a [Similar],
    /// The call that it is for.
    pub call: Option<CallId>,
}

type Choices = Vec<(String, String)>;

/// All fields, for a form around them.
pub fn fields(me: &Me, form: &Form<'_>) -> Markup {
    let l = me.locale();
    let typed = form.typed;
    let field =
        |field: Field, name: &str| field.value(typed.get(name)).id(&format!("i-{name}")).problems(l, form.problems);
    let subject_max = u32::try_from(SUBJECT_CHARACTERS_MAX).unwrap_or(u32::MAX);
    let note_max = u32::try_from(NOTE_CHARACTERS_MAX).unwrap_or(u32::MAX);
    let team = typed.id("team");
    html! {
        div.interview-what {
            (field(Field::text("subject", &l.t("interview-what")), "subject").placeholder(&l.t("ticket-subject-hint"))
                .characters_max(subject_max).autocomplete("off").required().autofocus())
            @if !form.offers.categories.is_empty() {
                (field(Field::select("category", &l.t("ticket-category"), categories(l, &form.offers.categories)), "category"))
                noscript { (Button::submit_as("then", "script", &l.t("interview-script-load"))) }
            }
        }
        aside.interview-side {
            div data-follow=(similar_url(form)) data-fields="subject site" aria-live="polite" id="i-similar" {
                (similar(me, form.similar, form.call))
            }
            div data-follow="/t/script" data-fields="category" id="i-script" {
                @if let Some(category) = form.offers.category(typed) { (script(l, category, &typed.checks)) }
            }
        }
        div.interview-rest {
            @if !form.offers.places.is_empty() {
                (field(Field::select("site", &l.t("interview-where"), places(l, form.offers)), "site"))
            }
            (priority_keys(l, typed.get("priority")))
            div.columns {
                (field(Field::select("team", &l.t("interview-who"), teams(l, form.offers)), "team"))
                (field(Field::select("assignee", &l.t("ticket-assignee"), agents(l, form.offers, team)), "assignee"))
            }
            (when_keys(l, typed, form.problems))
            (field(Field::textarea("note", &l.t("interview-notes"), 3), "note").characters_max(note_max))
        }
    }
}

/// Where tickets like this one are asked for.
fn similar_url(form: &Form<'_>) -> String {
    let call = form.call.map(|call| call.to_string()).unwrap_or_default();
    format!(
        "/t/similar?call={call}&person={}",
        form.typed.id::<crate::base::id::PersonId>("requester").map_or(0, |p| p.0)
    )
}

/// One of a few, each a key as wide as its word. `keys` are said and shown with them.
fn keys(name: &'static str, legend: &str, chosen: &str, options: &[(&str, String, Option<&str>)]) -> Markup {
    html! {
        fieldset.keys {
            legend.label { (legend) }
            div {
                @for (at, (value, label, key)) in options.iter().enumerate() {
                    @let id = if at == 0 { format!("i-{name}") } else { format!("i-{name}-{at}") };
                    input.unseen id=(id) type="radio" name=(name) value=(value) checked[*value == chosen]
                        aria-keyshortcuts=[key.map(|key| format!("Alt+{key}"))];
                    label for=(id) data-value=(value) { (label) @if let Some(key) = key { kbd { "Alt+" (key) } } }
                }
            }
        }
    }
}

fn priority_keys(l: &Locale, chosen: &str) -> Markup {
    let chosen = Priority::from_word(chosen).unwrap_or_default();
    let key = ["1", "2", "3", "4"];
    let options: Vec<_> =
        Priority::ALL.iter().zip(key).map(|(p, key)| (p.word(), priority_word(l, *p), Some(key))).collect();
    keys("priority", &l.t("interview-how-bad"), chosen.word(), &options)
}

fn when_keys(l: &Locale, typed: &Typed, problems: &[Problem]) -> Markup {
    let options = [
        ("", l.t("when-any"), None),
        (When::Now.word(), l.t("when-now"), None),
        (When::Today.word(), l.t("when-today"), None),
        (When::Tomorrow.word(), l.t("when-tomorrow"), None),
        (When::At.word(), l.t("when-at"), None),
    ];
    html! {
        div.when {
            (keys("when", &l.t("interview-when"), typed.get("when"), &options))
            (Field::line("datetime-local", "when_at", &l.t("when-at-field")).id("i-when_at").value(typed.get("when_at"))
                .problems(l, problems))
        }
    }
}

fn none(l: &Locale) -> (String, String) {
    (String::new(), l.t("ticket-none"))
}

fn places(l: &Locale, offers: &Offers) -> Choices {
    std::iter::once(none(l)).chain(offers.places.iter().map(|place| (place.id.to_string(), place.line()))).collect()
}

fn teams(l: &Locale, offers: &Offers) -> Choices {
    std::iter::once(none(l)).chain(offers.teams.iter().map(|team| (team.id.to_string(), team.name.clone()))).collect()
}

/// The categories as choices.
pub(super) fn categories(l: &Locale, categories: &[Category]) -> Choices {
    std::iter::once(none(l)).chain(categories.iter().map(|c| (c.id.to_string(), c.name.clone()))).collect()
}

fn agents(l: &Locale, offers: &Offers, team: Option<TeamId>) -> Choices {
    members_first(l, &offers.agents, &offers.members, team)
}

/// The agents, those of the team first.
pub(super) fn members_first(
    l: &Locale,
    agents: &[Agent],
    members: &[(TeamId, AgentId)],
    team: Option<TeamId>,
) -> Choices {
    let is_in = |agent: &&Agent| team.is_some_and(|team| members.contains(&(team, agent.id)));
    let (own, others): (Vec<&Agent>, Vec<&Agent>) = agents.iter().partition(is_in);
    std::iter::once(none(l)).chain(own.into_iter().chain(others).map(|a| (a.id.to_string(), a.name.clone()))).collect()
}

/// What is asked and said for a category, with a checklist whose ticks become part of the first note.
pub fn script(l: &Locale, category: &Category, ticked: &[usize]) -> Markup {
    let team = category.team.map(|team| team.to_string());
    html! {
        section.script data-team=[team] data-priority=[category.priority.map(Priority::word)] {
            p.side-title { (icon("list")) (l.t("interview-script")) }
            (script_body(&category.script, ticked))
        }
    }
}

/// The lines of a script.
pub(super) fn script_body(script: &str, ticked: &[usize]) -> Markup {
    html! {
        @for line in script_lines(script) {
            @match line {
                ScriptLine::Say(text) => p dir="auto" { (text) },
                ScriptLine::Check(at, text) => div.field.check {
                    input id={ "i-check-" (at) } type="checkbox" name="check" value=(at) checked[ticked.contains(&at)];
                    label.label for={ "i-check-" (at) } dir="auto" { (text) }
                },
            }
        }
    }
}

/// All that is wrong with the form, with links to its fields. Nothing when nothing is.
pub fn problems(l: &Locale, problems: &[Problem]) -> Markup {
    html! {
        @if !problems.is_empty() {
            (notice(Tone::Bad, html! {
                ul { @for problem in problems { li { a href={ "#i-" (problem.field) } { (l.message(&problem.message)) } } } }
            }))
        }
    }
}
