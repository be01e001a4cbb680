//! The pages of organisations.

use std::collections::HashMap;

use maud::{Markup, html};

use super::people::places;
use super::sites::sites_section;
use super::table::people_table;
use super::words::{person_name, vip_badge};
use crate::accounts::{Me, Right};
use crate::base::id::OrganisationId;
use crate::people::pages::{OrganisationForm, SHOWN_MAX};
use crate::people::{Organisation, Person, Site};
use crate::web::Locale;
use crate::web::ui::{Again, Button, Column, Field, Kind, Row, Table, card, empty, hx, page_head, panel, post};

/// The page of all organisations.
pub(in crate::people) fn organisations(
    me: &Me,
    text: &str,
    found: &[Organisation],
    sizes: &[(OrganisationId, i64)],
) -> Markup {
    let l = me.locale();
    let search = Field::line("search", "q", &l.t("organisations-search"))
        .value(text)
        .placeholder(&l.t("organisations-search-hint"))
        .autocomplete("off")
        .unlabelled();
    html! {
        (page_head(&l.t("organisations-title"), html! {}))
        (places(me, "/orgs"))
        (hx::filters(&l.t("organisations-search"), "/orgs", "orgs", html! {
            (search)
            (Button::submit(&l.t("ui-search")).icon("search").kind(Kind::Plain))
        }))
        div.stack id="orgs" { (found_organisations(me, text, found, sizes)) }
    }
}

/// The list alone, which follows while somebody types.
pub(in crate::people) fn found_organisations(
    me: &Me,
    text: &str,
    found: &[Organisation],
    sizes: &[(OrganisationId, i64)],
) -> Markup {
    let l = me.locale();
    if found.is_empty() && text.is_empty() {
        return panel(empty("building-2", &l.t("organisations-empty"), &l.t("organisations-empty-text"), html! {}));
    }
    if found.is_empty() {
        return panel(empty("search", &l.t("organisations-none"), &l.t("organisations-none-text"), html! {}));
    }
    let sizes: HashMap<OrganisationId, i64> = sizes.iter().copied().collect();
    let columns = vec![Column::new(&l.t("people-name")).wide(), Column::number(&l.t("people-title"))];
    let row = |o: &Organisation| {
        let size = l.number(sizes.get(&o.id).copied().unwrap_or(0));
        Row::new(&format!("org-{}", o.id), vec![person_name(l, &o.name, o.vip_at.is_some()), html! { (size) }])
            .href(&format!("/orgs/{}", o.id))
    };
    html! {
        (Table::new(&l.t("organisations-title"), columns, found.iter().map(row).collect()))
        @if found.len() >= SHOWN_MAX { p.faint { (l.t_with("people-more", &[("count", found.len().into())])) } }
    }
}

/// An organisation with who and what belongs to it.
pub(in crate::people) struct Shown {
    /// The organisation.
    pub organisation: Organisation,
    /// Its people.
    pub people: Vec<Person>,
    /// Its sites.
    pub sites: Vec<Site>,
}

/// The page of an organisation.
pub(in crate::people) fn organisation(me: &Me, shown: &Shown, form: &OrganisationForm, again: &Again) -> Markup {
    let l = me.locale();
    let Shown { organisation, people, sites } = shown;
    let crowd = if people.is_empty() {
        panel(empty("users", &l.t("organisations-no-people"), &l.t("organisations-no-people-text"), html! {}))
    } else {
        html! {
            (people_table(l, &l.t("people-title"), people, false))
            @if people.len() >= SHOWN_MAX { p.faint { (l.t_with("people-more", &[("count", people.len().into())])) } }
        }
    };
    html! {
        (page_head(&organisation.name, html! {}))
        @if organisation.vip_at.is_some() { (vip_badge(l)) }
        @if me.may(Right::ChangePeople) {
            (card(&l.t("organisations-card"), html! {}, fields(me, organisation.id, form, again)))
        } @else if !organisation.note.is_empty() {
            (card(&l.t("people-note"), html! {}, html! { p.entry-text dir="auto" { (organisation.note) } }))
        }
        section.stack aria-labelledby="org-people" {
            div.page-head {
                h2 id="org-people" { (l.t("people-title")) }
                @if me.may(Right::ChangePeople) { (new_person(l, organisation)) }
            }
            (crowd)
        }
        (sites_section(me, organisation, sites))
    }
}

fn new_person(l: &Locale, organisation: &Organisation) -> Button {
    let query: String = url::form_urlencoded::byte_serialize(organisation.name.as_bytes()).collect();
    Button::link(&format!("/people/new?organisation={query}"), &l.t("people-new")).icon("user-plus")
}

fn fields(me: &Me, id: OrganisationId, form: &OrganisationForm, again: &Again) -> Markup {
    let (l, problems) = (me.locale(), &again.problems);
    post(
        &me.visit.csrf,
        &format!("/orgs/{id}"),
        html! {
            div.form {
                (again.summary(l))
                (Field::text("name", &l.t("people-name")).value(&form.name).problems(l, problems)
                    .autocomplete("organization").required())
                (Field::textarea("note", &l.t("people-note"), 3).value(&form.note)
                    .hint(&l.t("organisations-note-hint")).problems(l, problems))
                (Field::checkbox("vip", &l.t("people-vip-tick"), form.vip == "on").hint(&l.t("organisations-vip-hint")))
                div.actions { (Button::submit(&l.t("people-save")).key("Ctrl+Enter")) }
            }
        },
    )
}
