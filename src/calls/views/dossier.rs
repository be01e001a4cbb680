//! The dossier of a call: who it may be, with what a dispatcher does next under one key each.

use maud::{Markup, html};

use super::naming::dialogs;
use crate::accounts::{Me, Right};
use crate::base::Timestamp;
use crate::calls::pages::place_of_work;
use crate::calls::{Call, Contacts, Dossier, Known, Lines};
use crate::people::views::{access_note, address, maybe_badge, person_name};
use crate::tickets::Priority;
use crate::tickets::Ticket;
use crate::tickets::views::{outcome_badge, priority_badge, status_badge, title};
use crate::web::Locale;
use crate::web::ui::{
    Button, Kind, Tone, ago, badge, card, empty, hidden, hx, icon, notice, page_head, panel, post, unseen, user_text,
};

/// The id of the region.
const REGION: &str = "dossier";

/// The keys that say which of several people it is; those of the board and of the tickets are left out.
const KEYS: [&str; 6] = ["a", "d", "f", "h", "p", "q"];

/// The tickets that a digit links, in the order in which they are shown.
struct Digits(Vec<crate::base::id::TicketId>);

const DIGITS: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

impl Digits {
    fn of(dossier: &Dossier) -> Self {
        let open = dossier.people.iter().flat_map(|known| &known.open).chain(&dossier.tickets);
        let mut ids = Vec::new();
        for ticket in open.filter(|ticket| ticket.closed_at.is_none()) {
            if !ids.contains(&ticket.id) {
                ids.push(ticket.id);
            }
        }
        Self(ids)
    }

    fn key(&self, ticket: &Ticket) -> Option<&'static str> {
        let at = self.0.iter().position(|id| *id == ticket.id)?;
        DIGITS.get(at).copied()
    }
}

/// The dossier, which loads itself anew when something happens to the call.
pub fn dossier(me: &Me, dossier: &Dossier) -> Markup {
    let (l, id) = (me.locale(), dossier.call.id);
    let content = html! {
        div.stack.dossier {
            (facts(me, dossier))
            @if dossier.seen {
                (known_people(me, dossier))
                (of_number(me, dossier))
                (last_calls(me, dossier))
                @if me.may(Right::WorkCalls) { (dialogs(me, dossier)) }
            } @else {
                (notice(Tone::Info, html! { strong { (l.t("call-hidden")) } }))
            }
        }
    };
    hx::region(REGION, &format!("/calls/{id}/dossier"), &[&format!("call:{id}")], content)
}

/// The page that shows the dossier alone.
pub fn dossier_page(me: &Me, shown: &Dossier, part: Markup) -> Markup {
    let l = me.locale();
    let actions = html! {
        (Button::link("/calls", &l.t("calls-title")).icon("phone"))
        (Button::link(&format!("/calls/{}/ticket", shown.call.id), &l.t("call-ticket")).icon("ticket").key("F2"))
    };
    html! { (page_head(&l.t("dossier-title"), actions)) (part) }
}

/// What the call itself tells.
fn facts(me: &Me, dossier: &Dossier) -> Markup {
    let (l, call) = (me.locale(), &dossier.call);
    let name = match (call.withheld, call.caller_name.as_str(), dossier.number.as_str()) {
        (true, ..) => l.t("call-withheld"),
        (_, "", "") => l.t("call-no-number"),
        (_, "", number) => number.to_owned(),
        (_, name, _) => name.to_owned(),
    };
    html! {
        header.dossier-head {
            div.dossier-name { (user_text(&name)) }
            div.meta {
                (outcome_badge(l, call.outcome))
                @if !call.caller_name.is_empty() && !dossier.number.is_empty() { bdi.nums dir="ltr" { (dossier.number) } }
                @if let Some(verstat) = &dossier.verstat { (verstat_badge(l, verstat)) }
                span { (icon("phone")) (unseen(&l.t("call-line"))) (user_text(&dossier.line)) }
                @if !call.dialled.is_empty() { span { (l.t("call-dialled")) " " (user_text(&call.dialled)) } }
                @if let Some(from) = &call.diverted_from {
                    span { (icon("phone-forwarded")) (l.t("call-diverted")) " " (user_text(from)) }
                }
                (ago(l, call.received_at, me.visit.now))
            }
        }
    }
}

/// What a carrier that signs numbers says of this one.
fn verstat_badge(l: &Locale, verstat: &str) -> Markup {
    match verstat {
        "TN-Validation-Passed" => badge(Tone::Good, "shield", &l.t("dossier-verified")),
        "TN-Validation-Failed" => badge(Tone::Bad, "shield", &l.t("dossier-forged")),
        _ => badge(Tone::Neutral, "shield", &l.t("dossier-unverified")),
    }
}

fn known_people(me: &Me, dossier: &Dossier) -> Markup {
    let (l, digits) = (me.locale(), Digits::of(dossier));
    let shown = i64::try_from(dossier.people.len()).unwrap_or(0);
    html! {
        @if dossier.people.is_empty() {
            (panel(empty("user", &l.t(if dossier.call.withheld { "call-withheld" } else { "call-unknown" }),
                &l.t("dossier-unknown-text"), html! { @if me.may(Right::WorkCalls) { div.actions { (ways(l, dossier, Kind::Primary)) } } })))
        } @else {
            section.stack aria-label=(l.t("dossier-people")) {
                @if dossier.people.len() > 1 && dossier.call.person_id.is_none() {
                    div { (badge(Tone::Warn, "users", &l.t_with("call-maybe", &[("count", dossier.sharing.into())]))) }
                }
                @for (at, known) in dossier.people.iter().enumerate() { (person(me, dossier, known, KEYS.get(at).copied(), &digits)) }
                @if dossier.sharing > shown {
                    p.faint { (l.t_with("dossier-more-people", &[("count", (dossier.sharing - shown).into())])) }
                }
                @if me.may(Right::WorkCalls) { div.actions { (ways(l, dossier, Kind::Plain)) } }
            }
        }
    }
}

/// The ways to name somebody who is not shown.
fn ways(l: &Locale, dossier: &Dossier, kind: Kind) -> Markup {
    let place = format!("/calls/{}/person", dossier.call.id);
    html! {
        (Button::opens("caller-new", &format!("{place}/new"), &l.t("caller-new")).icon("user-plus").kind(kind).key("n"))
        (Button::opens("caller-known", &place, &l.t("caller-known")).icon("search").kind(Kind::Plain).key("e"))
    }
}

fn person(me: &Me, dossier: &Dossier, known: &Known, key: Option<&'static str>, digits: &Digits) -> Markup {
    let (l, candidate) = (me.locale(), &known.candidate);
    let more = known.open_count - i64::try_from(known.open.len()).unwrap_or(0);
    // The ticket of this call is theirs too, and stands elsewhere.
    let own = dossier.ticket.as_ref().is_some_and(|t| t.closed_at.is_none() && t.requester_id == Some(candidate.id));
    let more = more - i64::from(own);
    html! {
        article.card.known data-named[known.named] aria-label=(candidate.name) {
            div.card-body {
                div.known-head {
                    div {
                        h2.known-name { a href={ "/people/" (candidate.id) } { (person_name(l, &candidate.name, candidate.vip)) } }
                        div.meta {
                            @if known.named { (badge(Tone::Good, "check", &l.t("dossier-named"))) }
                            @if candidate.maybe { (maybe_badge(l)) }
                            @if let Some(organisation) = &candidate.organisation { span { (icon("building-2")) (user_text(organisation)) } }
                            @if !candidate.label.is_empty() { span { (icon("phone")) (user_text(&candidate.label)) } }
                            @if let Some(at) = known.last_contact { span { (icon("history")) (ago(l, at, me.visit.now)) } }
                        }
                    }
                    @if me.may(Right::WorkCalls) { (choices(me, dossier, known, key)) }
                }
                @if let Some(site) = &candidate.site {
                    (access_note(l, site))
                    div.meta { span { (icon("map-pin")) a href={ "/sites/" (site.id) } { (user_text(&site.name)) } } (address(l, site)) }
                }
                @if !candidate.note.is_empty() { p.entry-text.known-note dir="auto" { (candidate.note) } }
                (tickets(me, dossier, &l.t("dossier-open"), &known.open, digits))
                @if more > 0 {
                    a.faint href={ "/t?requester=" (candidate.id) } { (l.t_with("dossier-more-open", &[("count", more.into())])) }
                }
                (tickets(me, dossier, &l.t("dossier-last"), &known.last, digits))
            }
        }
    }
}

/// Says that it is them, keeps their number, or takes that back. Each answer is the dossier as it is then.
fn choices(me: &Me, dossier: &Dossier, known: &Known, key: Option<&'static str>) -> Markup {
    let (l, candidate) = (me.locale(), &known.candidate);
    let place = format!("/calls/{}/person", dossier.call.id);
    let form = |fields: Markup| hx::post(&me.visit.csrf, &place, REGION, fields);
    let id = candidate.id.to_string();
    html! {
        div.actions {
            @if known.named {
                @if !known.certain && dossier.call.caller_key.is_some() {
                    @let label = l.t_with("dossier-remember", &[("number", dossier.number.as_str().into()), ("name", candidate.name.as_str().into())]);
                    (form(html! { (hidden("person", &id)) (hidden("remember", "on")) (Button::submit(&label).icon("check").kind(Kind::Plain).key("r")) }))
                }
                (form(html! { (hidden("person", "")) (Button::submit(&l.t("dossier-unname")).icon("undo-2").kind(Kind::Quiet).key("u")) }))
            } @else {
                @let label = l.t_with("dossier-it-is", &[("name", first_name(&candidate.name).into())]);
                @let button = Button::submit(&label).icon("check").kind(Kind::Plain);
                (form(html! { (hidden("person", &id)) @if let Some(key) = key { (button.key(key)) } @else { (button) } }))
            }
        }
    }
}

/// Short enough for a button.
fn first_name(name: &str) -> &str {
    name.split_whitespace().find(|word| word.chars().count() > 2 && !word.ends_with('.')).unwrap_or(name)
}

/// Tickets under a heading; open ones can be linked to the call by a digit. Nothing when there are none.
fn tickets(me: &Me, dossier: &Dossier, heading: &str, tickets: &[Ticket], digits: &Digits) -> Markup {
    let l = me.locale();
    html! {
        @if !tickets.is_empty() {
            div.call-list {
                h3 { (heading) }
                @for ticket in tickets {
                    div.known-ticket {
                        @if let Some(key) = digits.key(ticket).filter(|_| ticket.closed_at.is_none() && me.may(Right::WorkCalls)) {
                            (post(&me.visit.csrf, &format!("/calls/{}/link", dossier.call.id), html! {
                                (hidden("ticket", &ticket.number().to_string()))
                                (hidden("next", &place_of_work(me, &dossier.call)))
                                button.digit type="submit" data-key=(key) title=(l.t("dossier-link")) { kbd { (key) } (unseen(&l.t("dossier-link"))) }
                            }))
                        }
                        a href={ "/t/" (ticket.number()) } {
                            span { (user_text(&title(l, ticket))) }
                            span.known-states {
                                @if ticket.priority > Priority::Normal { (priority_badge(l, ticket.priority)) }
                                (status_badge(l, ticket.status)) (ago(l, ticket.updated_at, me.visit.now))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Tickets that hang on the number and on nobody who is shown.
fn of_number(me: &Me, dossier: &Dossier) -> Markup {
    let l = me.locale();
    let digits = Digits::of(dossier);
    let list = tickets(me, dossier, &l.t("dossier-of-number"), &dossier.tickets, &digits);
    html! { @if !dossier.tickets.is_empty() { (panel(list)) } }
}

fn last_calls(me: &Me, dossier: &Dossier) -> Markup {
    let l = me.locale();
    html! {
        @if !dossier.calls.is_empty() {
            (card(&l.t("dossier-calls"), html! {}, html! { div.rows.contacts { @for call in &dossier.calls { (call_row(l, call, "", me.visit.now)) } } }))
        }
    }
}

fn call_row(l: &Locale, call: &Call, what: &str, now: Timestamp) -> Markup {
    html! {
        div {
            (outcome_badge(l, call.outcome))
            @if !what.is_empty() { span { (user_text(what)) } }
            @if let Some(ended) = call.ended_at { span.dim { (l.t_with("call-rang-for", &[("time", l.span(ended.since_ms(call.received_at)).into())])) } }
            @if call.ticket.is_some() { a href={ "/calls/" (call.id) "/ticket" } { (l.t("call-ticket")) } }
            span.end { (ago(l, call.received_at, now)) }
        }
    }
}

/// The calls and tickets of a person, for their page.
pub fn contacts(me: &Me, lines: &Lines, contacts: &Contacts) -> Markup {
    let (l, now) = (me.locale(), me.visit.now);
    let number = |call: &Call| call.number(lines.0.iter().find(|line| line.id == call.line));
    let row = |ticket: &Ticket| {
        html! {
            div {
                a href={ "/t/" (ticket.number()) } { (user_text(&title(l, ticket))) }
                span.end { (status_badge(l, ticket.status)) " " (ago(l, ticket.updated_at, now)) }
            }
        }
    };
    html! {
        div.columns.contacts id="contacts" {
            (card(&l.t("dossier-tickets"), html! {}, html! {
                @if contacts.open.is_empty() && contacts.last.is_empty() { p.dim { (l.t("dossier-no-tickets")) } }
                div.rows { @for ticket in contacts.open.iter().chain(&contacts.last) { (row(ticket)) } }
                @if contacts.open_count > 10 {
                    a href={ "/t?requester=" (contacts.person.id) } { (l.t_with("dossier-more-open", &[("count", (contacts.open_count - 10).into())])) }
                }
            }))
            (card(&l.t("dossier-person-calls"), html! {}, html! {
                @if contacts.calls.is_empty() { p.dim { (l.t("dossier-no-calls")) } }
                div.rows { @for call in &contacts.calls { (call_row(l, call, &number(call), now)) } }
            }))
        }
    }
}

/// The page that shows the contacts alone.
pub fn contacts_page(me: &Me, contacts: &Contacts, part: Markup) -> Markup {
    let l = me.locale();
    let person = &contacts.person;
    let way = Button::link(&format!("/people/{}", person.id), &l.t("people-title")).icon("user");
    html! { (page_head(&person.name, html! { (way) })) (part) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_the_first_name_that_is_one() {
        assert_eq!(first_name("Ada Lovelace"), "Ada");
        assert_eq!(first_name("Dr. J. Müller"), "Müller");
        assert_eq!(first_name("Xu"), "Xu");
        assert_eq!(first_name(""), "");
    }
}
