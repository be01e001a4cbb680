//! Saying who called: a new person, or one who is known.

use maud::{Markup, html};

use crate::accounts::Me;
use crate::calls::pages::NewCallerForm;
use crate::calls::{Call, Dossier};
use crate::people::Person;
use crate::people::views::person_name;
use crate::web::Locale;
use crate::web::ui::{Again, Button, Field, Kind, Tone, dialog, hx, icon, notice, page_head, panel, post, user_text};

/// Both ways as dialogs, which stay open while the dossier around them changes.
pub(super) fn dialogs(me: &Me, dossier: &Dossier) -> Markup {
    let (l, call) = (me.locale(), &dossier.call);
    let form = NewCallerForm::of(call);
    hx::kept(
        &format!("caller-dialogs-{}", call.id),
        html! {
            (dialog(l, "caller-new", &l.t("caller-new"), new_fields(me, dossier, &form, &Again::default(), "nc")))
            (dialog(l, "caller-known", &l.t("caller-known"), picks(me, call, "", caller_options(l, "", &[]), "kc")))
        },
    )
}

/// The page for a new person.
pub fn new_caller(me: &Me, dossier: &Dossier, form: &NewCallerForm, again: &Again) -> Markup {
    let l = me.locale();
    html! {
        (page_head(&l.t("caller-new"), html! {}))
        @if dossier.seen {
            (panel(new_fields(me, dossier, form, again, "f")))
        } @else {
            (notice(Tone::Info, html! { strong { (l.t("call-hidden")) } }))
        }
    }
}

/// The fields; `mark` begins their ids, as the same may stand elsewhere on the page.
fn new_fields(me: &Me, dossier: &Dossier, form: &NewCallerForm, again: &Again, mark: &str) -> Markup {
    let (l, problems) = (me.locale(), &again.problems);
    let id = |name: &str| format!("{mark}-{name}");
    let number = dossier.number.as_str();
    post(
        &me.visit.csrf,
        &format!("/calls/{}/person/new", dossier.call.id),
        html! {
            div.form {
                (again.summary(l))
                (Field::text("name", &l.t("people-name")).id(&id("name")).value(&form.name).problems(l, problems)
                    .autocomplete("off").required().autofocus())
                (Field::text("organisation", &l.t("people-organisation")).id(&id("organisation"))
                    .value(&form.organisation).problems(l, problems).autocomplete("off"))
                (Field::text("place", &l.t("caller-place")).id(&id("place")).value(&form.place)
                    .hint(&l.t("caller-place-hint")).problems(l, problems).autocomplete("off"))
                @if dossier.call.caller_key.is_some() {
                    (Field::checkbox("remember", &l.t_with("caller-remember", &[("number", number.into())]), form.remember == "on")
                        .id(&id("remember")))
                }
                div.actions { (Button::submit(&l.t("caller-add")).icon("user-plus").key("Ctrl+Enter")) }
            }
        },
    )
}

/// The page for somebody known.
pub fn find_caller(me: &Me, call: &Call, text: &str, options: Markup) -> Markup {
    html! {
        (page_head(&me.locale().t("caller-known"), html! {}))
        (panel(picks(me, call, text, options, PAGE)))
    }
}

/// How ids begin on the page of its own.
const PAGE: &str = "f";

/// A search box over what it finds. Arrows go through the options, Enter takes the first or the one that has the focus.
fn picks(me: &Me, call: &Call, text: &str, options: Markup, mark: &str) -> Markup {
    let l = me.locale();
    let (place, list) = (format!("/calls/{}/person", call.id), format!("{mark}-found"));
    let search = Field::line("search", "q", &l.t("people-search"))
        .id(&format!("{mark}-q"))
        .value(text)
        .placeholder(&l.t("people-search-hint"))
        .autocomplete("off")
        .autofocus();
    let remember =
        Field::checkbox("remember", &l.t("caller-remember-known"), false).id(&format!("{mark}-remember-known"));
    html! {
        div.picks data-picks {
            (hx::search(&l.t("people-search"), &place, &list, html! {
                div.find { (search) (Button::submit(&l.t("ui-search")).icon_only("search").kind(Kind::Plain)) }
            }))
            (post(&me.visit.csrf, &place, html! {
                div.stack {
                    div id=(list) aria-live="polite" { (options) }
                    @if call.caller_key.is_some() { (remember) }
                    @if mark != PAGE {
                        div.actions { button.button.quiet type="submit" formmethod="dialog" { (l.t("ui-cancel")) } }
                    }
                }
            }))
        }
    }
}

/// Whom a search found.
pub fn caller_options(l: &Locale, text: &str, found: &[Person]) -> Markup {
    html! {
        div.rows data-query=(text) {
            @if text.is_empty() {
                p.dim { (l.t("caller-known-text")) }
            } @else if found.is_empty() {
                p.dim { (l.t("people-none")) }
            }
            @for person in found {
                button.pick type="submit" name="person" value=(person.id) data-pick {
                    (icon("user"))
                    span { (person_name(l, &person.name, person.is_vip())) }
                    @if let Some(organisation) = &person.organisation { span.dim { (user_text(&organisation.name)) } }
                    @if let Some(number) = person.numbers.first() { span.end { bdi.nums dir="ltr" { (number.raw) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_names_the_person_and_what_was_typed() {
        let l = Locale::new(crate::web::Lang::En, jiff::tz::TimeZone::UTC);
        let html = caller_options(&l, "<b>", &[]).into_string();
        assert!(html.contains("data-query=\"&lt;b&gt;\"") && !html.contains("data-pick"), "{html}");
    }
}
