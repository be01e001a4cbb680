//! The pages of sites.

use maud::{Markup, html};

use super::people::places;
use super::table::people_table;
use super::words::{access_note, address};
use crate::accounts::{Me, Right};
use crate::base::Cursor;
use crate::base::id::SiteId;
use crate::base::text::clean_line;
use crate::people::pages::{SHOWN_MAX, SiteForm};
use crate::people::{Organisation, Person, Site};
use crate::web::Locale;
use crate::web::ui::{
    Again, Button, Column, Field, Kind, Row, Table, Tone, card, dialog, empty, facts, hx, notice, page_head, pager,
    panel, post, user_text,
};

/// How much of the access notes a row shows.
const ACCESS_CHARACTERS: usize = 60;

/// What a search, or the list without one, brought.
pub(in crate::people) struct Found {
    /// The sites with the names of their organisations.
    pub sites: Vec<(Site, Option<String>)>,
    /// Where the next page starts.
    pub next: Option<Cursor>,
    /// Whether this is not the first page.
    pub paged: bool,
    /// Whether more would fit than are shown.
    pub more: bool,
}

/// The page of all sites.
pub(in crate::people) fn sites(me: &Me, text: &str, found: &Found) -> Markup {
    let l = me.locale();
    let search = Field::line("search", "q", &l.t("sites-search"))
        .value(text)
        .placeholder(&l.t("sites-search-hint"))
        .autocomplete("off")
        .unlabelled();
    html! {
        (page_head(&l.t("sites-title"), html! { @if me.may(Right::ChangePeople) { (new_button(l)) } }))
        (places(me, "/sites"))
        (hx::filters(&l.t("sites-search"), "/sites", "sites", html! {
            (search)
            (Button::submit(&l.t("ui-search")).icon("search").kind(Kind::Plain))
        }))
        div.stack id="sites" { (found_sites(me, text, found)) }
    }
}

fn new_button(l: &Locale) -> Button {
    Button::link("/sites/new", &l.t("sites-new")).icon("plus").kind(Kind::Primary)
}

/// The list alone, which follows while somebody types.
pub(in crate::people) fn found_sites(me: &Me, text: &str, found: &Found) -> Markup {
    let l = me.locale();
    if found.sites.is_empty() && text.is_empty() && !found.paged {
        let action = html! { @if me.may(Right::ChangePeople) { (new_button(l)) } };
        return panel(empty("map-pin", &l.t("sites-empty"), &l.t("sites-empty-text"), action));
    }
    if found.sites.is_empty() {
        return panel(empty("search", &l.t("sites-none"), &l.t("sites-none-text"), html! {}));
    }
    let next = found.next.map(|cursor| format!("/sites?after={}", cursor.encode()));
    let rows: Vec<_> = found.sites.iter().map(|(site, organisation)| (site, organisation.as_deref())).collect();
    html! {
        (sites_table(l, &rows, true))
        @if found.more { p.faint { (l.t_with("people-more", &[("count", found.sites.len().into())])) } }
        (pager(l, found.paged.then_some("/sites"), next.as_deref()))
    }
}

/// Sites, one to a row. An organisation's own page leaves its column away.
pub(super) fn sites_table(l: &Locale, sites: &[(&Site, Option<&str>)], with_organisation: bool) -> Table {
    let mut columns = vec![Column::new(&l.t("people-name")).wide()];
    if with_organisation {
        columns.push(Column::new(&l.t("people-organisation")));
    }
    columns.extend([
        Column::new(&l.t("sites-address")),
        Column::new(&l.t("sites-area")),
        Column::new(&l.t("sites-access")),
    ]);
    let row = |(site, organisation): &(&Site, Option<&str>)| {
        let mut cells = vec![user_text(&site.name)];
        if with_organisation {
            cells.push(user_text(organisation.unwrap_or_default()));
        }
        cells.push(user_text(&site.address_line()));
        cells.push(user_text(&site.area));
        cells.push(user_text(&clean_line(&site.access_note, ACCESS_CHARACTERS)));
        Row::new(&format!("site-{}", site.id), cells).href(&format!("/sites/{}", site.id))
    };
    Table::new(&l.t("sites-title"), columns, sites.iter().map(row).collect())
}

/// One site with the people there.
pub(in crate::people) fn site(me: &Me, site: &Site, organisation: Option<&Organisation>, people: &[Person]) -> Markup {
    let l = me.locale();
    let (place, may) = (format!("/sites/{}", site.id), me.may(Right::ChangePeople));
    let actions = html! {
        @if may {
            (Button::link(&format!("/people/new?site={}", site.id), &l.t("people-new")).icon("user-plus"))
            (Button::link(&format!("{place}/edit"), &l.t("people-change")).icon("pencil"))
            (Button::opens("remove", &format!("{place}/remove"), &l.t("people-remove")).icon("trash-2").kind(Kind::Quiet))
        }
    };
    let owner = html! { @if let Some(o) = organisation { a href={ "/orgs/" (o.id) } { (user_text(&o.name)) } } };
    html! {
        (page_head(&site.name, actions))
        (access_note(l, site))
        (panel(facts(&[
            (l.t("people-organisation"), owner),
            (l.t("sites-address"), address(l, site)),
            (l.t("sites-area"), user_text(&site.area)),
        ])))
        section.stack aria-labelledby="site-people" {
            h2 id="site-people" { (l.t("sites-people")) }
            @if people.is_empty() {
                p.dim { (l.t("sites-no-people")) }
            } @else {
                (people_table(l, &l.t("sites-people"), people, true))
                @if people.len() >= SHOWN_MAX { p.faint { (l.t_with("people-more", &[("count", people.len().into())])) } }
            }
        }
        @if may { (dialog(l, "remove", &l.t("people-remove"), remove_form(me, site, &Again::default()))) }
    }
}

/// A site to be written down.
pub(in crate::people) fn new_site(me: &Me, form: &SiteForm, again: &Again) -> Markup {
    let l = me.locale();
    html! {
        (page_head(&l.t("sites-new"), html! {}))
        (panel(fields(me, form, again, "/sites", &l.t("sites-add"), "/sites")))
    }
}

/// A site that is known.
pub(in crate::people) fn edit_site(me: &Me, id: SiteId, form: &SiteForm, again: &Again) -> Markup {
    let l = me.locale();
    let place = format!("/sites/{id}");
    html! {
        (page_head(&l.t("sites-change"), html! {}))
        (panel(fields(me, form, again, &place, &l.t("people-save"), &place)))
    }
}

fn fields(me: &Me, form: &SiteForm, again: &Again, action: &str, save: &str, back: &str) -> Markup {
    let (l, problems) = (me.locale(), &again.problems);
    post(
        &me.visit.csrf,
        action,
        html! {
            div.form {
                (again.summary(l))
                (Field::text("name", &l.t("people-name")).value(&form.name).hint(&l.t("sites-name-hint"))
                    .problems(l, problems).autocomplete("off").autofocus())
                (Field::text("organisation", &l.t("people-organisation")).value(&form.organisation)
                    .hint(&l.t("people-organisation-hint")).problems(l, problems).autocomplete("off"))
                (Field::textarea("address", &l.t("sites-address"), 3).value(&form.address).problems(l, problems))
                (Field::text("area", &l.t("sites-area")).value(&form.area).hint(&l.t("sites-area-hint"))
                    .problems(l, problems).autocomplete("off"))
                (Field::textarea("access_note", &l.t("sites-access"), 3).value(&form.access_note)
                    .hint(&l.t("sites-access-hint")).problems(l, problems))
                div.actions {
                    (Button::submit(save).key("Ctrl+Enter"))
                    (Button::link(back, &l.t("people-cancel")).kind(Kind::Quiet))
                }
            }
        },
    )
}

/// Asks once more before a site is removed.
pub(in crate::people) fn remove_site(me: &Me, site: &Site, again: &Again) -> Markup {
    html! {
        (page_head(&me.locale().t("people-remove"), html! {}))
        (panel(remove_form(me, site, again)))
    }
}

fn remove_form(me: &Me, site: &Site, again: &Again) -> Markup {
    let l = me.locale();
    let place = format!("/sites/{}", site.id);
    post(
        &me.visit.csrf,
        &format!("{place}/remove"),
        html! {
            div.form {
                (again.summary(l))
                @if again.refusal.is_none() {
                    (notice(Tone::Warn, html! { strong { (user_text(&site.name)) } p { (l.t("sites-remove-text")) } }))
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

/// The sites of an organisation, below its people.
pub(super) fn sites_section(me: &Me, organisation: &Organisation, sites: &[Site]) -> Markup {
    let l = me.locale();
    let query: String = url::form_urlencoded::byte_serialize(organisation.name.as_bytes()).collect();
    let rows: Vec<_> = sites.iter().map(|site| (site, None)).collect();
    let action = html! {
        @if me.may(Right::ChangePeople) {
            (Button::link(&format!("/sites/new?organisation={query}"), &l.t("sites-new")).icon("plus"))
        }
    };
    html! {
        @if sites.is_empty() {
            (card(&l.t("sites-title"), action, html! { p.dim { (l.t("sites-none-of")) } }))
        } @else {
            section.stack aria-labelledby="org-sites" {
                div.page-head { h2 id="org-sites" { (l.t("sites-title")) } div.actions { (action) } }
                (sites_table(l, &rows, false))
                @if sites.len() >= SHOWN_MAX { p.faint { (l.t_with("people-more", &[("count", sites.len().into())])) } }
            }
        }
    }
}
