//! The page of one ticket: its head, its thread, and the fields beside it.

use maud::{Markup, html};

use super::form::{categories, members_first};
use super::together::{goes_on, together};
use super::words::{outcome_badge, priority_badge, priority_word, status_badge, title};
use super::{Draft, Shown, thread};
use crate::accounts::{Agent, Me, Right};
use crate::people::views::{maybe_badge, number_link, vip_badge};
use crate::tickets::{
    Category, Channel, NOTE_CHARACTERS_MAX, Place, Priority, SUBJECT_CHARACTERS_MAX, Status, TicketNumber, field_of,
};
use crate::web::ui::{
    Button, Field, Kind, ago, card, chip, facts, hidden, hx, icon, post, problem_summary, time, user_text,
};

/// The page.
pub fn page(me: &Me, shown: &Shown, draft: &Draft) -> Markup {
    let may = me.may(Right::WorkTickets);
    html! {
        (head(me, shown))
        (goes_on(me, shown))
        (problem_summary(me.locale(), &draft.problems))
        div.split {
            div {
                (thread(me, shown))
                @if may {
                    (hx::later("answer", &format!("/t/{}/answer", shown.ticket.number()), &me.locale().t("letter-answer")))
                    (composer(me, shown, draft))
                }
            }
            aside {
                @if may { (fields(me, shown, draft)) } @else { (read_only(me, shown)) }
                (requester(me, shown))
                (hx::filled("participants", &format!("/t/{}/participants", shown.ticket.number()), &[&format!("ticket:{}", shown.ticket.id)]))
                (together(me, shown))
            }
        }
    }
}

fn head(me: &Me, shown: &Shown) -> Markup {
    let (l, ticket) = (me.locale(), &shown.ticket);
    let action = |verb: &str| format!("/t/{}/{verb}", ticket.number());
    let csrf = &me.visit.csrf;
    html! {
        div.ticket-head {
            div.page-head {
                h1 { (user_text(&title(l, ticket))) }
                @if me.may(Right::WorkTickets) {
                    div.actions {
                        @if ticket.closed_at.is_some() {
                            (post(csrf, &action("reopen"), html! { (Button::submit(&l.t("ticket-reopen")).icon("undo-2").kind(Kind::Plain)) }))
                        } @else {
                            @if ticket.assignee_id.is_none() {
                                (post(csrf, &action("take"), html! { (Button::submit(&l.t("ticket-take")).icon("user-plus").kind(Kind::Primary).key("a")) }))
                            }
                            (post(csrf, &action("close"), html! { (Button::submit(&l.t("ticket-close")).icon("check").kind(Kind::Plain).key("C")) }))
                        }
                    }
                }
            }
            p.meta {
                span.nums data-number { "#" (ticket.number()) }
                (status_badge(l, ticket.status))
                @if ticket.priority != Priority::Normal { (priority_badge(l, ticket.priority)) }
                @if ticket.channel == Channel::Call { (outcome_badge(l, ticket.call_outcome)) }
                @if let Some(at) = ticket.wanted_at { span { (icon("calendar")) (l.t("ticket-wanted")) " " (time(l, at)) } }
                @if ticket.category_id.is_some() { span { (icon("tag")) (user_text(shown.names.category(ticket.category_id))) } }
                @for tag in &shown.tags { (chip(tag, None)) }
                @if let Some(place) = shown.names.place(ticket.site_id) { span { (icon("map-pin")) (user_text(&place.line())) } }
                span { (l.t("ticket-opened")) " " (ago(l, ticket.created_at, me.visit.now)) }
            }
        }
    }
}

fn composer(me: &Me, shown: &Shown, draft: &Draft) -> Markup {
    let (l, ticket) = (me.locale(), &shown.ticket);
    let max = u32::try_from(NOTE_CHARACTERS_MAX).unwrap_or(u32::MAX);
    let note = Field::textarea("note", &l.t("ticket-note"), 4)
        .value(&draft.note)
        .problems(l, &draft.problems)
        .characters_max(max)
        .required();
    let note = if draft.from_call && !ticket.subject.is_empty() { note.autofocus() } else { note };
    html! {
        section.card.composer {
            form method="post" action={ "/t/" (ticket.number()) "/note" } data-draft={ "note-" (ticket.id) } {
                (hidden("csrf", &me.visit.csrf))
                (note)
                div.actions {
                    (Button::submit(&l.t("ticket-note-button")).kind(Kind::Primary).key("Ctrl+Enter"))
                    @if ticket.closed_at.is_none() { (Button::submit_as("then", "close", &l.t("ticket-note-close"))) }
                }
            }
        }
    }
}

fn fields(me: &Me, shown: &Shown, draft: &Draft) -> Markup {
    let (l, ticket, names) = (me.locale(), &shown.ticket, &shown.names);
    let none = || (String::new(), l.t("ticket-none"));
    let teams = names.teams.iter().filter(|t| t.archived_at.is_none() || Some(t.id) == ticket.team_id);
    let teams = std::iter::once(none()).chain(teams.map(|t| (t.id.to_string(), t.name.clone()))).collect();
    let active = |a: &&Agent| a.disabled_at.is_none() || Some(a.id) == ticket.assignee_id;
    let agents: Vec<Agent> = names.agents.iter().filter(active).cloned().collect();
    let agents = members_first(l, &agents, &shown.members, ticket.team_id);
    let used = |c: &&Category| c.archived_at.is_none() || Some(c.id) == ticket.category_id;
    let kinds: Vec<Category> = names.categories.iter().filter(used).cloned().collect();
    let sites = shown.places.iter().map(|place| (place.id.to_string(), place.line()));
    let sites: Vec<_> = std::iter::once(none()).chain(sites).collect();
    let priorities = Priority::ALL.iter().map(|p| (p.word().to_owned(), priority_word(l, *p))).collect();
    let subject_max = u32::try_from(SUBJECT_CHARACTERS_MAX).unwrap_or(u32::MAX);
    let subject = Field::text("subject", &l.t("ticket-subject"))
        .placeholder(&l.t("ticket-subject-hint"))
        .characters_max(subject_max);
    let subject = if draft.from_call && ticket.subject.is_empty() { subject.autofocus() } else { subject };
    let assignee = match draft.dispatch {
        true => Field::select("assignee", &l.t("ticket-who-goes"), agents).autofocus(),
        false => Field::select("assignee", &l.t("ticket-assignee"), agents),
    };
    let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let number = ticket.parent_id.map(|parent| TicketNumber::of(parent).to_string()).unwrap_or_default();
    let rows = [
        (subject, "subject", ticket.subject.clone()),
        (Field::select("status", &l.t("ticket-status"), statuses(me)), "status", ticket.status.word().to_owned()),
        (Field::select("priority", &l.t("ticket-priority"), priorities), "priority", ticket.priority.word().to_owned()),
        (
            Field::select("category", &l.t("ticket-category"), categories(l, &kinds)),
            "category",
            id(ticket.category_id.map(|c| c.0)),
        ),
        (Field::select("site", &l.t("ticket-site"), sites), "site", id(ticket.site_id.map(|s| s.0))),
        (Field::line("datetime-local", "wanted", &l.t("ticket-wanted")), "wanted", field_of(ticket.wanted_at, &l.zone)),
        (Field::select("team", &l.t("ticket-team"), teams), "team", id(ticket.team_id.map(|t| t.0))),
        (assignee, "assignee", id(ticket.assignee_id.map(|a| a.0))),
        (Field::text("parent", &l.t("ticket-part-of")).placeholder(&l.t("ticket-number")), "parent", number),
    ];
    let may_choose = |name: &str| match name {
        "category" => !kinds.is_empty(),
        "site" => !shown.places.is_empty(),
        _ => true,
    };
    let body = html! {
        (hidden("rev", &ticket.rev.to_string()))
        @for (field, name, now) in rows.into_iter().filter(|(_, name, _)| may_choose(name)) {
            (hidden(&format!("was_{name}"), &now))
            (field.value(draft.fields.typed(name).unwrap_or(&now)).problems(l, &draft.problems))
        }
        (Button::submit(&l.t("ui-save")).kind(Kind::Plain).key("Ctrl+Enter"))
    };
    card(&l.t("ticket-details"), html! {}, hx::quick(&me.visit.csrf, &format!("/t/{}", ticket.number()), body))
}

fn statuses(me: &Me) -> Vec<(String, String)> {
    let l = me.locale();
    let key = |status: Status| match status {
        Status::New => l.t("ticket-status-new"),
        Status::Open => l.t("ticket-status-open"),
        Status::Waiting => l.t("ticket-status-waiting"),
        Status::Closed => l.t("ticket-status-closed"),
    };
    Status::ALL.iter().map(|s| (s.word().to_owned(), key(*s))).collect()
}

fn read_only(me: &Me, shown: &Shown) -> Markup {
    let (l, ticket, names) = (me.locale(), &shown.ticket, &shown.names);
    card(
        &l.t("ticket-details"),
        html! {},
        facts(&[
            (l.t("ticket-status"), status_badge(l, ticket.status)),
            (l.t("ticket-priority"), priority_badge(l, ticket.priority)),
            (l.t("ticket-team"), user_text(names.team(ticket.team_id))),
            (l.t("ticket-assignee"), user_text(names.agent(ticket.assignee_id))),
            (l.t("ticket-category"), user_text(names.category(ticket.category_id))),
            (l.t("ticket-site"), user_text(&names.place(ticket.site_id).map(Place::line).unwrap_or_default())),
            (l.t("ticket-wanted"), html! { @if let Some(at) = ticket.wanted_at { (time(l, at)) } }),
            (l.t("ticket-updated"), time(l, ticket.updated_at)),
        ]),
    )
}

/// Who asked; for a call, everybody whom the number may belong to. The desk never picks one.
fn requester(me: &Me, shown: &Shown) -> Markup {
    let (l, ticket) = (me.locale(), &shown.ticket);
    let may = me.may(Right::WorkTickets) && me.may(Right::SeePeople);
    let action = format!("/t/{}/requester", ticket.number());
    let others = shown.candidates.iter().filter(|c| Some(c.id) != ticket.requester_id);
    let body = html! {
        @if let Some(person) = &shown.requester {
            div.reach {
                strong { (person_link(me, person.id.0, &person.name)) }
                @if person.is_vip() { (vip_badge(l)) }
                @if let Some(organisation) = &person.organisation { span.dim { (user_text(&organisation.name)) } }
                @for number in &person.numbers {
                    span.nums { (number_link(l, number)) }
                }
                @for address in &person.addresses { a href={ "mailto:" (address) } { bdi { (address) } } }
            }
            // The mailboxes know the tickets and not the other way round.
            (hx::filled("unreached", &format!("/t/{}/unreached", ticket.number()), &[&format!("ticket:{}", ticket.id)]))
            @if may {
                (post(&me.visit.csrf, &action, html! {
                    (hidden("person", "")) (Button::submit(&l.t("ticket-requester-remove")).kind(Kind::Quiet))
                }))
            }
        } @else if shown.candidates.is_empty() {
            p.dim { (l.t("ticket-requester-unknown")) }
        } @else {
            p.dim { (l.t_with("ticket-requester-maybe", &[("count", shown.candidates.len().into())])) }
        }
        @for candidate in others {
            div.choice {
                div {
                    (person_link(me, candidate.id.0, &candidate.name))
                    @if candidate.vip { " " (vip_badge(l)) }
                    @if candidate.maybe { " " (maybe_badge(l)) }
                    @if let Some(organisation) = &candidate.organisation { div.dim { (user_text(organisation)) } }
                }
                @if may {
                    (post(&me.visit.csrf, &action, html! {
                        (hidden("person", &candidate.id.to_string()))
                        (Button::submit(&l.t("ticket-requester-is")).kind(Kind::Plain))
                    }))
                }
            }
        }
        @if shown.requester.is_none() && me.may(Right::ChangePeople) && ticket.channel == Channel::Call {
            (Button::link(&new_person(ticket), &l.t("ticket-requester-new")).icon("user-plus").kind(Kind::Quiet))
        }
    };
    card(&l.t("ticket-requester"), html! {}, body)
}

fn new_person(ticket: &crate::tickets::Ticket) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("number", ticket.caller_key.as_deref().unwrap_or_default());
    if !ticket.caller.starts_with(['+', '0']) {
        query.append_pair("name", &ticket.caller);
    }
    format!("/people/new?{}", query.finish())
}

fn person_link(me: &Me, id: i64, name: &str) -> Markup {
    html! { @if me.may(Right::SeePeople) { a href={ "/people/" (id) } { (user_text(name)) } } @else { (user_text(name)) } }
}
