//! The desk's settings. Their page stands here and not in `settings`, because a page needs to know who asks, and the
//! accounts are built on the settings.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::Me;
use crate::accounts::views;
use crate::base::Result;
use crate::events::Books;
use crate::settings::{Settings, change};
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// What the settings' card sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    /// The desk's name.
    pub desk_name: String,
    /// The word of a language.
    pub language: String,
    /// The name of a time zone.
    pub time_zone: String,
    /// Two letters of a country.
    pub country: String,
    /// An area code.
    pub area_code: String,
    /// Seconds.
    pub amber_seconds: String,
    /// Seconds.
    pub red_seconds: String,
    /// Minutes.
    pub callback_minutes: String,
    /// A count.
    pub storm_calls: String,
    /// Minutes.
    pub storm_minutes: String,
    /// `on` when only whoever claimed a call sees who it is from.
    pub identity_after_claim: String,
    /// Seconds.
    pub undo_send_seconds: String,
    /// Whom to ask.
    pub help: String,
}

impl SettingsForm {
    fn of(settings: Settings) -> Self {
        let identity_after_claim = if settings.hides_identity() { "on".into() } else { String::new() };
        Self {
            identity_after_claim,
            desk_name: settings.desk_name,
            help: settings.help,
            language: settings.language,
            time_zone: settings.time_zone,
            country: settings.country,
            area_code: settings.area_code,
            amber_seconds: settings.amber_seconds,
            red_seconds: settings.red_seconds,
            callback_minutes: settings.callback_minutes,
            storm_calls: settings.storm_calls,
            storm_minutes: settings.storm_minutes,
            undo_send_seconds: settings.undo_send_seconds,
        }
    }

    fn settings(self) -> Settings {
        Settings {
            desk_name: self.desk_name,
            help: self.help,
            language: self.language,
            time_zone: self.time_zone,
            country: self.country,
            area_code: self.area_code,
            amber_seconds: self.amber_seconds,
            red_seconds: self.red_seconds,
            callback_minutes: self.callback_minutes,
            storm_calls: self.storm_calls,
            identity_after_claim: if self.identity_after_claim == "on" { "1".into() } else { String::new() },
            storm_minutes: self.storm_minutes,
            undo_send_seconds: self.undo_send_seconds,
        }
    }
}

/// `GET /admin/settings`
pub async fn show_settings(me: Me) -> Result<HttpResponse> {
    Ok(ask(&me, &SettingsForm::of(me.settings.clone()), &Again::default()))
}

fn ask(me: &Me, form: &SettingsForm, again: &Again) -> HttpResponse {
    let shell = me.shell(&me.locale().t("settings-title"));
    shell.answer_with(again.status(), &me.visit, views::settings(me, form, again))
}

/// `POST /admin/settings`
pub async fn change_settings(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<SettingsForm>,
) -> Result<HttpResponse> {
    let form = form.0;
    let wanted = form.clone().settings();
    match books.write(me.by(), move |act| change(act, &wanted)).await {
        Ok(()) => Ok(see_other_saying(&options, "/admin/settings", "done-saved", "")),
        Err(error) => Ok(ask(&me, &form, &Again::of(error)?)),
    }
}
