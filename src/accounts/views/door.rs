//! The pages of those who are not signed in.

use maud::{Markup, html};

use crate::accounts::pages::SetUpForm;
use crate::accounts::password::PASSWORD_CHARACTERS_MIN;
use crate::base::{Message, Problem};
use crate::settings::Settings;
use crate::web::Visit;
use crate::web::ui::{Button, Field, Kind, Tone, bell, hidden, icon, notice, post, problem_summary};

/// Asks who is there.
pub(in crate::accounts) fn sign_in(
    visit: &Visit,
    settings: &Settings,
    login: &str,
    next: &str,
    wrong: Option<&Message>,
) -> Markup {
    let l = &visit.locale;
    let name = Field::text("login", &l.t("account-login")).value(login).autocomplete("username").required();
    let name = if login.is_empty() { name.autofocus() } else { name };
    let password = Field::password("password", &l.t("account-password")).autocomplete("current-password").required();
    let password = if login.is_empty() { password } else { password.autofocus() };
    let help = if settings.help.is_empty() { l.t("sign-in-help") } else { settings.help.clone() };
    html! {
        (bell("ringing"))
        header.threshold {
            p.greeting { (l.t_word("greeting", l.daytime(visit.now))) }
            h1 { (l.t("sign-in-at")) " " bdi { (settings.desk_name) } }
        }
        @if let Some(message) = wrong { (notice(Tone::Bad, html! { (l.message(message)) })) }
        (post(&visit.csrf, "/login", html! {
            (hidden("next", next))
            (name) (password)
            (Button::submit(&l.t("sign-in-title")).kind(Kind::Primary))
        }))
        p.threshold-help { (icon("circle-question-mark")) span { strong { (l.t("sign-in-trouble")) } " " bdi { (help) } } }
    }
}

/// Makes the first admin.
pub(in crate::accounts) fn set_up(visit: &Visit, form: &SetUpForm, problems: &[Problem]) -> Markup {
    let l = &visit.locale;
    let hint = l.t_with("account-password-hint", &[("min", PASSWORD_CHARACTERS_MIN.into())]);
    html! {
        (bell("ringing"))
        header.threshold {
            h1 { (l.t("set-up-title")) }
            p.dim { (l.t("set-up-text")) }
        }
        (problem_summary(l, problems))
        (post(&visit.csrf, "/setup", html! {
            (Field::text("code", &l.t("set-up-code")).value(&form.code).hint(&l.t("set-up-code-hint"))
                .problems(l, problems).autocomplete("off").required().autofocus())
            (Field::text("name", &l.t("account-name")).value(&form.name).problems(l, problems)
                .autocomplete("name").required())
            (Field::text("login", &l.t("account-login")).value(&form.login).problems(l, problems)
                .autocomplete("username").required())
            (Field::password("password", &l.t("account-password")).hint(&hint)
                .problems(l, problems).autocomplete("new-password").required())
            (Button::submit(&l.t("set-up-button")).kind(Kind::Primary))
        }))
        p.threshold-help { (icon("lock")) span { (l.t("set-up-note")) } }
    }
}
