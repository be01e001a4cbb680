//! The own profile.

use maud::{Markup, html};

use crate::accounts::password::PASSWORD_CHARACTERS_MIN;
use crate::accounts::{Me, Session};
use crate::web::ui::{
    Again, Button, Column, Field, Kind, Row, Table, Tone, ago, badge, card, facts, hx, icon, page_head, post, time,
    user_text,
};
use crate::web::{Density, Lang, Theme};

/// Who one is, the language, the password, and where one is signed in.
pub(in crate::accounts) fn profile(me: &Me, teams: &str, sessions: &[Session], again: &Again) -> Markup {
    let l = me.locale();
    let agent = me.agent();
    html! {
        (page_head(&agent.name, html! {}))
        (again.summary(l))
        (card(&l.t("profile-about"), html! {}, facts(&[
            (l.t("account-login"), user_text(&agent.login)),
            (l.t("account-role"), html! { (l.t(agent.role.label())) }),
            (l.t("teams-title"), if teams.is_empty() { html! {} } else { user_text(teams) }),
        ])))
        (card(&l.t("profile-language"), html! {}, language(me, again)))
        (card(&l.t("profile-feel"), html! {}, feel(me, again)))
        (card(&l.t("profile-signals"), html! {}, signals(me)))
        (hx::later("notices", "/me/notices", &l.t("notices-title")))
        (card(&l.t("account-password"), html! {}, password(me, again)))
        section.stack aria-labelledby="sessions" {
            h2 id="sessions" { (l.t("profile-sessions")) }
            p.dim { (l.t("profile-sessions-text")) }
            (session_table(me, sessions))
        }
    }
}

fn language(me: &Me, again: &Again) -> Markup {
    let l = me.locale();
    let mut choices = vec![(String::new(), l.t("profile-language-browser"))];
    choices.extend(Lang::ALL.iter().map(|lang| (lang.word().to_owned(), lang.name().to_owned())));
    let select = Field::select("language", &l.t("profile-language-label"), choices)
        .value(me.agent().language.as_deref().unwrap_or_default())
        .problems(l, &again.problems);
    post(
        &me.visit.csrf,
        "/me/language",
        html! {
            div.form {
                (select)
                div.actions { (Button::submit(&l.t("account-save")).kind(Kind::Plain)) }
            }
        },
    )
}

/// How pages look and feel to the hand.
fn feel(me: &Me, again: &Again) -> Markup {
    let (l, shell) = (me.locale(), me.shell(""));
    let named = |word: &str, key: &str| (word.to_owned(), l.t(key));
    let themes = vec![
        named(Theme::Auto.word(), "ui-theme-auto"),
        named(Theme::Light.word(), "ui-theme-light"),
        named(Theme::Dark.word(), "ui-theme-dark"),
        named(Theme::Contrast.word(), "ui-theme-contrast"),
    ];
    let densities = vec![
        named(Density::Compact.word(), "profile-density-compact"),
        named(Density::Normal.word(), "profile-density-normal"),
        named(Density::Touch.word(), "profile-density-touch"),
    ];
    post(
        &me.visit.csrf,
        "/me/feel",
        html! {
            div.form {
                (Field::select("theme", &l.t("ui-theme"), themes).value(me.visit.theme.word()))
                (Field::select("density", &l.t("profile-density"), densities).value(shell.density.word())
                    .problems(l, &again.problems))
                (Field::checkbox("letter_keys", &l.t("profile-letter-keys"), shell.has_letter_keys)
                    .hint(&l.t("profile-letter-keys-hint")))
                div.actions { (Button::submit(&l.t("account-save")).kind(Kind::Plain)) }
            }
        },
    )
}

/// Trying the bell, and allowing notices of the browser. Both are of this browser and need scripts.
fn signals(me: &Me) -> Markup {
    let l = me.locale();
    html! {
        p.dim { (l.t("profile-signals-text")) }
        div.actions {
            button.button.plain type="button" data-ring-test { (icon("bell")) span { (l.t("profile-ring-test")) } }
            div.notify data-notify {
                button.button.plain type="button" data-notify-ask { (icon("monitor")) span { (l.t("profile-notify-ask")) } }
                span data-when="granted" { (badge(Tone::Good, "check", &l.t("profile-notify-granted"))) }
                span data-when="denied" { (badge(Tone::Neutral, "x", &l.t("profile-notify-denied"))) }
            }
        }
    }
}

fn password(me: &Me, again: &Again) -> Markup {
    let (l, problems) = (me.locale(), &again.problems);
    let hint = l.t_with("account-password-hint", &[("min", PASSWORD_CHARACTERS_MIN.into())]);
    post(
        &me.visit.csrf,
        "/me/password",
        html! {
            div.form {
                (super::whose(l, &me.agent().login))
                p.dim { (l.t("profile-password-text")) }
                (Field::password("current", &l.t("account-password-current")).problems(l, problems)
                    .autocomplete("current-password").required())
                (Field::password("password", &l.t("account-password-new")).hint(&hint).problems(l, problems)
                    .autocomplete("new-password").required())
                div.actions { (Button::submit(&l.t("profile-password-change")).kind(Kind::Plain)) }
            }
        },
    )
}

fn session_table(me: &Me, sessions: &[Session]) -> Markup {
    let l = me.locale();
    let columns = vec![
        Column::new(&l.t("profile-browser")).wide(),
        Column::new(&l.t("profile-address")),
        Column::new(&l.t("profile-began")),
        Column::new(&l.t("profile-seen")),
        Column::new(&l.t("profile-end")),
    ];
    let row = |session: &Session| {
        let here = session.id == me.who.session;
        let end = html! {
            @if here { (badge(Tone::Good, "check", &l.t("profile-here"))) } @else {
                (post(&me.visit.csrf, &format!("/me/sessions/{}/end", session.id), html! {
                    (Button::submit(&l.t("profile-end")).icon("log-out").kind(Kind::Plain))
                }))
            }
        };
        let cells = vec![
            html! { span title=(session.user_agent) { (user_text(&browser_of(&session.user_agent))) } },
            user_text(&session.address),
            time(l, session.created_at),
            ago(l, session.seen_at, me.visit.now),
            end,
        ];
        Row::new(&format!("session-{}", session.id), cells)
    };
    html! { (Table::new(&l.t("profile-sessions"), columns, sessions.iter().map(row).collect())) }
}

/// What people call the browser and the machine; all of its own name when it is none that we know.
fn browser_of(user_agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // The order decides: Edge also says Chrome, Chrome also says Safari, phones also say Linux or Mac OS.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let machine = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, machine) {
        (Some(browser), Some(machine)) => format!("{browser}, {machine}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if user_agent.is_empty() => "–".to_owned(),
        (None, _) => user_agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        for (said, wanted) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge, Windows"),
            ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36", "Chrome, Android"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
            ("curl/8.5.0", "curl/8.5.0"),
            ("", "–"),
        ] {
            assert_eq!(browser_of(said), wanted);
        }
    }
}
