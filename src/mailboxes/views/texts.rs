//! Signatures, acknowledgements and templates.

use maud::{Markup, PreEscaped, html};

use crate::accounts::{Me, Team};
use crate::mail::{markdown, templates};
use crate::mailboxes::pages::TextForm;
use crate::mailboxes::{MailText, TextKind};
use crate::web::ui::{
    Again, Button, Choice, Choices, Column, Field, Kind, Row, Table, Tone, above, ago, card, dot, empty, hidden, hx,
    page_head, panel, post, user_text,
};
use crate::web::{Lang, Locale};

const HERE: &str = "/admin/mail/texts";

/// The page around the list.
pub fn texts(me: &Me, part: Markup) -> Markup {
    let l = me.locale();
    html! {
        (above(l, "/admin/mail", "boxes-title"))
        (page_head(&l.t("mail-texts-title"), html! {
            (Button::link("/admin/mail/texts/new", &l.t("mail-texts-new")).icon("plus").kind(Kind::Primary))
        }))
        p.dim { (l.t("mail-texts-text")) }
        (part)
    }
}

/// The list, loaded anew when a text is changed.
pub fn texts_part(me: &Me, texts: &[MailText], teams: &[Team]) -> Markup {
    let l = me.locale();
    let content = html! {
        @if texts.is_empty() { (panel(empty("file-text", &l.t("mail-texts-none"), &l.t("mail-texts-none-text"), html! {}))) }
        @else { (Table::new(&l.t("mail-texts-title"), columns(l), texts.iter().map(|text| line(me, text, teams)).collect())) }
    };
    hx::region("texts", HERE, &["mail"], content)
}

fn columns(l: &Locale) -> Vec<Column> {
    vec![
        Column::new(&l.t("mail-texts-name")).wide(),
        Column::new(&l.t("mail-texts-kind")),
        Column::new(&l.t("mail-texts-team")),
        Column::new(&l.t("mail-texts-language")),
        Column::new(&l.t("mail-texts-state")),
        Column::new(&l.t("mail-texts-changed")),
    ]
}

fn line(me: &Me, text: &MailText, teams: &[Team]) -> Row {
    let l = me.locale();
    let team = teams.iter().find(|team| Some(team.id) == text.team);
    let language = text.language.as_deref().and_then(Lang::from_word);
    let cells = vec![
        user_text(&text.name),
        html! { (l.t_word("mail-text-kind", text.kind.word())) },
        html! { @if let Some(team) = team { (user_text(&team.name)) } @else { span.faint { (l.t("mail-texts-every-team")) } } },
        html! { @if let Some(lang) = language { (lang.name()) } @else { span.faint { (l.t("mail-texts-every-language")) } } },
        state(l, text),
        ago(l, text.updated_at, me.visit.now),
    ];
    Row::new(&format!("text-{}", text.id), cells).href(&format!("{HERE}/{}", text.id))
}

fn state(l: &Locale, text: &MailText) -> Markup {
    match text.archived_at {
        Some(_) => dot(Tone::Neutral, &l.t("mail-texts-archived")),
        None => dot(Tone::Good, &l.t("mail-texts-offered")),
    }
}

/// A text, or a new one: its form, the variables, how it will look.
pub fn text(me: &Me, text: Option<&MailText>, teams: &[Team], form: &TextForm, again: &Again) -> Markup {
    let l = me.locale();
    let title = text.map_or_else(|| l.t("mail-texts-new"), |text| text.name.clone());
    let action = text.map_or_else(|| HERE.to_owned(), |text| format!("{HERE}/{}", text.id));
    html! {
        (above(l, HERE, "mail-texts-title"))
        (page_head(&title, html! { @if let Some(text) = text { (state(l, text)) } }))
        div.split {
            div { (panel(fields(me, teams, form, again, &action))) }
            div {
                (card(&l.t("mail-texts-preview"), html! {}, preview(me, &form.body)))
                (card(&l.t("mail-texts-variables"), html! {}, variables(l)))
                @if let Some(text) = text { (card(&l.t("mail-texts-state"), html! {}, switch(me, text))) }
            }
        }
    }
}

fn fields(me: &Me, teams: &[Team], form: &TextForm, again: &Again, action: &str) -> Markup {
    let (l, problems) = (me.locale(), &again.problems);
    let kind = |kind: &TextKind| Choice {
        value: kind.word().to_owned(),
        label: l.t_word("mail-text-kind", kind.word()),
        hint: l.t_word("mail-text-kind-hint", kind.word()),
        chosen: form.kind == kind.word(),
    };
    let every = |key| (String::new(), l.t(key));
    let shown = teams.iter().filter(|team| team.archived_at.is_none() || team.id.to_string() == form.team);
    let teams = std::iter::once(every("mail-texts-every-team"))
        .chain(shown.map(|team| (team.id.to_string(), team.name.clone())));
    let languages = std::iter::once(every("mail-texts-every-language"))
        .chain(Lang::ALL.iter().map(|lang| (lang.word().to_owned(), lang.name().to_owned())));
    post(
        &me.visit.csrf,
        action,
        html! {
            div.form {
                (again.summary(l))
                (Choices::one("kind", &l.t("mail-texts-kind"), TextKind::ALL.iter().map(kind).collect()).problems(l, problems))
                (Field::text("name", &l.t("mail-texts-name")).value(&form.name).problems(l, problems)
                    .autocomplete("off").characters_max(80).required())
                div.columns {
                    (Field::select("team", &l.t("mail-texts-team"), teams.collect()).value(&form.team).problems(l, problems))
                    (Field::select("language", &l.t("mail-texts-language"), languages.collect()).value(&form.language).problems(l, problems))
                }
                (Field::textarea("body", &l.t("mail-texts-body"), 12).value(&form.body).hint(&l.t("mail-texts-body-hint"))
                    .problems(l, problems).required())
                div.actions {
                    (Button::submit(&l.t("mail-texts-save")).key("Ctrl+Enter"))
                    (Button::submit_as("then", "preview", &l.t("mail-texts-preview")).icon("eye"))
                    (Button::link(HERE, &l.t("mail-texts-cancel")).kind(Kind::Quiet))
                }
            }
        },
    )
}

/// The text as it will look, with words for what is filled in later.
fn preview(me: &Me, body: &str) -> Markup {
    let l = me.locale();
    let filled = templates::fill(body, |variable| {
        Some(match variable {
            templates::Variable::DeskName => me.settings.desk_name.clone(),
            templates::Variable::AgentName => me.agent().name.clone(),
            templates::Variable::Today => l.date(me.visit.now),
            other => format!("‹{}›", about(l, other)),
        })
    });
    html! {
        @if body.trim().is_empty() { p.dim { (l.t("mail-texts-preview-none")) } }
        // What the mechanism gives is cleaned: tags and addresses of a fixed list, and nothing else.
        @else { div.prose dir="auto" { (PreEscaped(markdown::fragment(&filled, |_| None))) } }
    }
}

fn variables(l: &Locale) -> Markup {
    html! {
        p.dim { (l.t("mail-texts-variables-text")) }
        ul.gaps {
            @for variable in templates::Variable::ALL {
                @let gap = format!("{{{{{}}}}}", variable.name());
                li {
                    button type="button" data-insert=(gap) data-into="f-body" { span { (about(l, *variable)) } code { (gap) } }
                }
            }
        }
    }
}

/// What a variable stands for.
fn about(l: &Locale, variable: templates::Variable) -> String {
    l.t_word("mail-variable", &variable.name().replace('.', "-"))
}

fn switch(me: &Me, text: &MailText) -> Markup {
    let l = me.locale();
    let is_archived = text.archived_at.is_some();
    let (label, about) = if is_archived {
        ("mail-texts-restore", "mail-texts-restore-text")
    } else {
        ("mail-texts-archive", "mail-texts-archive-text")
    };
    post(
        &me.visit.csrf,
        &format!("{HERE}/{}/archive", text.id),
        html! {
            (hidden("on", if is_archived { "yes" } else { "no" }))
            div.form {
                p.dim { (l.t(about)) }
                div.actions { (Button::submit(&l.t(label)).kind(if is_archived { Kind::Plain } else { Kind::Danger })) }
            }
        },
    )
}
