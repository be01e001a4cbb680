//! The pages of people.

use maud::{Markup, html};

use super::table::{address_link, people_table};
use super::words::{access_note, address, number_link, vip_badge};
use crate::accounts::{Me, Right};
use crate::base::Cursor;
use crate::base::id::PersonId;
use crate::people::pages::{PersonForm, number_sought, number_typed};
use crate::people::{Person, PersonNumber, Site};
use crate::web::Locale;
use crate::web::ui::{
    Again, Button, Field, Kind, Tab, Tone, ago, card, dialog, empty, facts, hidden, hx, notice, page_head, pager,
    panel, post, tabs, user_text,
};

/// What a search, or the list without one, brought.
pub(in crate::people) struct Found {
    /// The people.
    pub people: Vec<Person>,
    /// Where the next page starts.
    pub next: Option<Cursor>,
    /// Whether this is not the first page.
    pub paged: bool,
    /// Whether more would fit than are shown.
    pub more: bool,
}

/// The three lists of this feature.
pub(super) fn places(me: &Me, current: &str) -> Markup {
    let l = me.locale();
    let all = [("/people", "people-title"), ("/orgs", "organisations-title"), ("/sites", "sites-title")];
    let tab =
        |(href, key): (&str, &str)| Tab { href: href.into(), label: l.t(key), count: None, current: href == current };
    tabs(&l.t("people-places"), l, &all.map(tab))
}

/// The page of all people.
pub(in crate::people) fn list(me: &Me, text: &str, list: &Found) -> Markup {
    let l = me.locale();
    let search = Field::line("search", "q", &l.t("people-search"))
        .value(text)
        .placeholder(&l.t("people-search-hint"))
        .autocomplete("off")
        .unlabelled();
    html! {
        (page_head(&l.t("people-title"), html! { @if me.may(Right::ChangePeople) { (new_button(me)) } }))
        (places(me, "/people"))
        (hx::filters(&l.t("people-search"), "/people", "people", html! {
            (search)
            (Button::submit(&l.t("ui-search")).icon("search").kind(Kind::Plain))
        }))
        div.stack id="people" { (found(me, text, list)) }
    }
}

fn new_button(me: &Me) -> Button {
    Button::link("/people/new", &me.locale().t("people-new")).icon("user-plus").kind(Kind::Primary)
}

/// The list alone, which follows while somebody types.
pub(in crate::people) fn found(me: &Me, text: &str, list: &Found) -> Markup {
    let l = me.locale();
    let may = me.may(Right::ChangePeople);
    if list.people.is_empty() && text.is_empty() && !list.paged {
        let action = html! { @if may { (new_button(me)) } };
        return panel(empty("users", &l.t("people-empty"), &l.t("people-empty-text"), action));
    }
    if list.people.is_empty() {
        let action = html! { @if may { (Button::link(&new_with(text), &l.t("people-new")).icon("user-plus")) } };
        let unsought = number_typed(text, &me.settings).is_some() && number_sought(text, &me.settings).is_none();
        let hint = if unsought { "people-none-hidden" } else { "people-none-text" };
        return panel(empty("search", &l.t("people-none"), &l.t(hint), action));
    }
    let next = list.next.map(|cursor| format!("/people?after={}", cursor.encode()));
    html! {
        (people_table(l, &l.t("people-title"), &list.people, true))
        @if list.more { p.faint { (l.t_with("people-more", &[("count", list.people.len().into())])) } }
        (pager(l, list.paged.then_some("/people"), next.as_deref()))
    }
}

/// The card of a new person with what was searched for in its place.
fn new_with(text: &str) -> String {
    let name = if text.chars().any(char::is_alphabetic) { "name" } else { "number" };
    let value: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("/people/new?{name}={value}")
}

/// A card to fill in.
pub(in crate::people) fn new(me: &Me, form: &PersonForm, known: &Known, again: &Again) -> Markup {
    let l = me.locale();
    let back = if form.call.is_empty() { "/people" } else { "/calls" };
    html! {
        (page_head(&l.t("people-new"), html! {}))
        (panel(fields(me, form, known, again, ["/people", &l.t("people-add"), back])))
    }
}

/// The card of somebody known.
pub(in crate::people) fn edit(me: &Me, id: PersonId, form: &PersonForm, known: &Known, again: &Again) -> Markup {
    let l = me.locale();
    let place = format!("/people/{id}");
    html! {
        (page_head(&l.t("people-change"), html! {}))
        (panel(fields(me, form, known, again, [&place, &l.t("people-save"), &place])))
    }
}

/// What a card offers to choose from.
#[derive(Debug, Default)]
pub(in crate::people) struct Known {
    /// The sites of the organisation, and the one that is chosen.
    pub sites: Vec<Site>,
    /// The numbers that are guesses, as they read.
    pub maybe: Vec<String>,
}

/// The fields of a card. `way` is where they are sent, what the button says, and where it goes back to.
fn fields(me: &Me, form: &PersonForm, known: &Known, again: &Again, way: [&str; 3]) -> Markup {
    let (l, problems) = (me.locale(), &again.problems);
    let [action, save, back] = way;
    let numbers_hint = if known.maybe.is_empty() {
        l.t("people-numbers-hint")
    } else {
        l.t_with("people-numbers-maybe-hint", &[("numbers", known.maybe.join(", ").into())])
    };
    post(
        &me.visit.csrf,
        action,
        html! {
            div.form {
                (again.summary(l))
                @if !form.call.is_empty() { (hidden("call", &form.call)) }
                (Field::text("name", &l.t("people-name")).value(&form.name).problems(l, problems)
                    .autocomplete("off").required().autofocus())
                (Field::text("organisation", &l.t("people-organisation")).value(&form.organisation)
                    .hint(&l.t("people-organisation-hint")).problems(l, problems).autocomplete("off"))
                (site_fields(l, form, known, again))
                (Field::textarea("numbers", &l.t("people-numbers"), 3).value(&form.numbers)
                    .hint(&numbers_hint).problems(l, problems))
                (Field::textarea("addresses", &l.t("people-addresses"), 2).value(&form.addresses)
                    .hint(&l.t("people-addresses-hint")).problems(l, problems))
                (Field::textarea("note", &l.t("people-note"), 4).value(&form.note)
                    .hint(&l.t("people-note-hint")).problems(l, problems))
                (Field::checkbox("vip", &l.t("people-vip-tick"), form.vip == "on").hint(&l.t("people-vip-hint")))
                div.actions {
                    (Button::submit(save).key("Ctrl+Enter"))
                    (Button::link(back, &l.t("people-cancel")).kind(Kind::Quiet))
                }
            }
        },
    )
}

/// A site among those of the organisation, or any other address.
fn site_fields(l: &Locale, form: &PersonForm, known: &Known, again: &Again) -> Markup {
    let none = (String::new(), l.t("people-site-none"));
    let choices = std::iter::once(none).chain(known.sites.iter().map(|site| (site.id.to_string(), site.name.clone())));
    html! {
        @if !known.sites.is_empty() {
            (Field::select("site", &l.t("people-site"), choices.collect()).value(&form.site).problems(l, &again.problems))
        }
        (Field::textarea("place", &l.t("people-place"), 2).value(&form.place).hint(&l.t("people-place-hint"))
            .problems(l, &again.problems))
    }
}

/// Somebody, with all that is known.
pub(in crate::people) fn show(me: &Me, person: &Person) -> Markup {
    let l = me.locale();
    let place = format!("/people/{}", person.id);
    let actions = html! {
        (Button::link(&format!("/t?status=all&requester={}", person.id), &l.t("people-tickets")).icon("tickets"))
        @if me.may(Right::WorkTickets) {
            (Button::link(&format!("/t/new?requester={}", person.id), &l.t("people-new-ticket")).icon("plus").key("c"))
        }
        @if me.may(Right::ChangePeople) {
            (Button::link(&format!("{place}/edit"), &l.t("people-change")).icon("pencil"))
            (Button::opens("remove", &format!("{place}/remove"), &l.t("people-remove")).icon("trash-2").kind(Kind::Quiet))
        }
    };
    html! {
        (page_head(&person.name, actions))
        @if person.is_vip() { (vip_badge(l)) }
        @if let Some(site) = &person.site { (access_note(l, site)) }
        @if !person.addresses.is_empty() { (hx::filled("unreached", &format!("{place}/unreached"), &[])) }
        (panel(all_facts(me, person)))
        @if !person.note.is_empty() {
            (card(&l.t("people-note"), html! {}, html! { p.entry-text dir="auto" { (person.note) } }))
        }
        // The calls know the people and not the other way round: their part of this page they show themselves.
        @if me.may(Right::SeeCalls) {
            (hx::later("contacts", &format!("/calls/of-person/{}", person.id), &l.t("people-contacts")))
        }
        @if me.may(Right::ChangePeople) {
            (dialog(l, "remove", &l.t("people-remove"), remove_form(me, person, &Again::default())))
        }
    }
}

fn all_facts(me: &Me, person: &Person) -> Markup {
    let l = me.locale();
    let organisation = html! {
        @if let Some(o) = &person.organisation { a href={ "/orgs/" (o.id) } { (user_text(&o.name)) } }
    };
    let site = html! {
        @if let Some(site) = &person.site { div { a href={ "/sites/" (site.id) } { (user_text(&site.name)) } } (address(l, site)) }
    };
    let lines = |all: Vec<Markup>| html! { @for one in all { div { (one) } } };
    facts(&[
        (l.t("people-organisation"), organisation),
        (l.t("people-site"), site),
        (l.t("people-numbers"), lines(person.numbers.iter().map(|number| number_line(me, person, number)).collect())),
        (l.t("people-addresses"), lines(person.addresses.iter().map(address_link).collect())),
        (l.t("people-changed"), ago(l, person.updated_at, me.visit.now)),
    ])
}

/// A number; one that is a guess can be settled on the spot.
fn number_line(me: &Me, person: &Person, number: &PersonNumber) -> Markup {
    let l = me.locale();
    let settle = |verb: &str, key: &str, icon: &'static str| {
        let place = format!("/people/{}/numbers/{verb}", person.id);
        let content =
            html! { (hidden("number", &number.number_key)) (Button::submit(&l.t(key)).icon(icon).kind(Kind::Plain)) };
        post(&me.visit.csrf, &place, content)
    };
    html! {
        (number_link(l, number))
        @if number.is_maybe() && me.may(Right::ChangePeople) {
            div.actions { (settle("confirm", "people-number-confirm", "check")) (settle("drop", "people-number-drop", "x")) }
        }
    }
}

/// Asks once more before somebody is removed.
pub(in crate::people) fn remove(me: &Me, person: &Person, again: &Again) -> Markup {
    html! {
        (page_head(&me.locale().t("people-remove"), html! {}))
        (panel(remove_form(me, person, again)))
    }
}

fn remove_form(me: &Me, person: &Person, again: &Again) -> Markup {
    let l = me.locale();
    let place = format!("/people/{}", person.id);
    post(
        &me.visit.csrf,
        &format!("{place}/remove"),
        html! {
            div.form {
                (again.summary(l))
                @if again.refusal.is_none() {
                    (notice(Tone::Warn, html! {
                        strong { (user_text(&person.name)) }
                        p { (l.t("people-remove-text")) }
                    }))
                }
                div.actions {
                    @if again.refusal.is_none() {
                        (Button::submit(&l.t("people-remove")).icon("trash-2").kind(Kind::Danger))
                    }
                    (Button::link(&place, &l.t("people-keep")).kind(Kind::Quiet))
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_was_found_by_goes_onto_the_new_card() {
        assert_eq!(new_with("Ada & Söhne"), "/people/new?name=Ada+%26+S%C3%B6hne");
        assert_eq!(new_with("+49 30 1"), "/people/new?number=%2B49+30+1");
    }
}
