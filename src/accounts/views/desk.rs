//! The page of the desk's settings.

use maud::{Markup, html};

use crate::accounts::Me;
use crate::accounts::pages::SettingsForm;
use crate::web::Lang;
use crate::web::ui::{Again, Button, Field, above, fieldset, page_head, panel, post};

/// The settings, to be changed.
pub(in crate::accounts) fn settings(me: &Me, form: &SettingsForm, again: &Again) -> Markup {
    let (l, problems) = (me.locale(), &again.problems);
    let languages = Lang::ALL.iter().map(|lang| (lang.word().to_owned(), lang.name().to_owned())).collect();
    let clock = l.t_with("settings-time-zone-hint", &[("time", l.time(me.visit.now).into())]);
    let number = |name, key: &str, value: &str| {
        Field::text(name, &l.t(key)).value(value).problems(l, problems).characters_max(4).autocomplete("off")
    };
    html! {
        (above(l, "/admin", "nav-admin"))
        (page_head(&l.t("settings-title"), html! {}))
        (panel(post(&me.visit.csrf, "/admin/settings", html! {
            div.form {
                (again.summary(l))
                (Field::text("desk_name", &l.t("settings-desk-name")).value(&form.desk_name)
                    .hint(&l.t("settings-desk-name-hint")).problems(l, problems).characters_max(60).required())
                (Field::text("help", &l.t("settings-help")).value(&form.help).hint(&l.t("settings-help-hint"))
                    .problems(l, problems).characters_max(120).autocomplete("off"))
                (Field::select("language", &l.t("settings-language"), languages).value(&form.language)
                    .hint(&l.t("settings-language-hint")).problems(l, problems))
                (Field::text("time_zone", &l.t("settings-time-zone")).value(&form.time_zone).hint(&clock)
                    .placeholder("Europe/Berlin").problems(l, problems).autocomplete("off").required())
                (Field::text("country", &l.t("settings-country")).value(&form.country)
                    .hint(&l.t("settings-country-hint")).placeholder("DE").problems(l, problems)
                    .characters_max(2).autocomplete("off").required())
                (Field::text("area_code", &l.t("settings-area-code")).value(&form.area_code)
                    .hint(&l.t("settings-area-code-hint")).placeholder("30").problems(l, problems).autocomplete("off"))
                (fieldset(&l.t("settings-calls"), html! {
                    (number("amber_seconds", "settings-amber", &form.amber_seconds))
                    (number("red_seconds", "settings-red", &form.red_seconds))
                    (number("callback_minutes", "settings-callback", &form.callback_minutes))
                    (number("storm_calls", "settings-storm-calls", &form.storm_calls))
                    (number("storm_minutes", "settings-storm-minutes", &form.storm_minutes))
                }))
                (fieldset(&l.t("settings-mail"), html! {
                    (number("undo_send_seconds", "settings-undo-send", &form.undo_send_seconds))
                }))
                (Field::checkbox("identity_after_claim", &l.t("settings-identity"), form.identity_after_claim == "on")
                    .hint(&l.t("settings-identity-hint")))
                div.actions { (Button::submit(&l.t("account-save")).key("Ctrl+Enter")) }
            }
        })))
    }
}
