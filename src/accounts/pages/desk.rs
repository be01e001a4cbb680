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
    /// Whom to ask.
    pub help: String,
}

impl SettingsForm {
    fn of(settings: Settings) -> Self {
        let Settings { desk_name, language, time_zone, country, area_code, help } = settings;
        Self { desk_name, language, time_zone, country, area_code, help }
    }

    fn settings(self) -> Settings {
        let Self { desk_name, language, time_zone, country, area_code, help } = self;
        Settings { desk_name, language, time_zone, country, area_code, help }
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
