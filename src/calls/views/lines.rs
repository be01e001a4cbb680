//! The pages of phone lines.

use maud::{Markup, html};

use crate::accounts::{Me, Team};
use crate::calls::pages::LineForm;
use crate::calls::{Line, Makes};
use crate::web::Locale;
use crate::web::ui::{
    Again, Button, Choice, Choices, Column, Field, Kind, Row, Table, Tone, above, ago, card, dot, empty, hidden,
    page_head, panel, post, user_text,
};

/// Stands for our own address where none is configured.
const HOST_UNKNOWN: &str = "192.0.2.10";

/// All lines, and how an exchange is connected.
pub(in crate::calls) fn lines(me: &Me, host: Option<&str>, lines: &[Line], teams: &[Team]) -> Markup {
    let l = me.locale();
    let new = Button::link("/admin/lines/new", &l.t("lines-new")).icon("plus").kind(Kind::Primary);
    html! {
        (above(l, "/admin", "nav-admin"))
        @if lines.is_empty() {
            (page_head(&l.t("lines-title"), html! {}))
            (panel(empty("phone", &l.t("lines-empty"), &l.t("lines-empty-text"), html! { (new) })))
        } @else {
            (page_head(&l.t("lines-title"), html! { (new) }))
            (table(l, lines, teams))
        }
        (card(&l.t("lines-connect"), html! {}, connecting(l, host)))
    }
}

fn table(l: &Locale, lines: &[Line], teams: &[Team]) -> Markup {
    let columns = vec![
        Column::new(&l.t("lines-name")).wide(),
        Column::new(&l.t("lines-team")),
        Column::new(&l.t("lines-makes")),
        Column::new(&l.t("lines-sources")),
        Column::new(&l.t("lines-numbers")),
        Column::new(&l.t("lines-state")),
    ];
    let row = |line: &Line| {
        let team = teams.iter().find(|team| Some(team.id) == line.team);
        let sources: Vec<String> = line.sources.iter().map(ToString::to_string).collect();
        let cells = vec![
            user_text(&line.name),
            html! { @if let Some(team) = team { (user_text(&team.name)) } },
            html! { (l.t_word("lines-makes", line.makes.word())) },
            html! { span.mono { (short(&sources)) } },
            html! { @if line.numbers.is_empty() { (l.t("lines-numbers-all")) } @else { (user_text(&short(&line.numbers))) } },
            state(l, line),
        ];
        Row::new(&format!("line-{}", line.id), cells).href(&format!("/admin/lines/{}", line.id))
    };
    html! { (Table::new(&l.t("lines-title"), columns, lines.iter().map(row).collect())) }
}

/// The first two of several, and how many more there are.
fn short(all: &[String]) -> String {
    let shown = all.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(", ");
    if all.len() > 2 { format!("{shown} +{}", all.len() - 2) } else { shown }
}

fn state(l: &Locale, line: &Line) -> Markup {
    match line.disabled_at {
        Some(_) => dot(Tone::Neutral, &l.t("lines-off")),
        None => dot(Tone::Good, &l.t("lines-on")),
    }
}

/// What to do at the exchange, step by step.
fn connecting(l: &Locale, host: Option<&str>) -> Markup {
    let address = format!("sip:desk@{}:5060", host.unwrap_or(HOST_UNKNOWN));
    html! {
        ol.stack {
            li { (l.t("lines-connect-listen")) }
            li {
                (l.t("lines-connect-phone")) " " code.mono { (address) }
                @if host.is_none() { " " span.faint { (l.t_with("lines-connect-host", &[("host", HOST_UNKNOWN.into())])) } }
            }
            li { (l.t("lines-connect-line")) }
            li { (l.t("lines-connect-test")) }
        }
        p.faint { (l.t("lines-connect-note")) }
    }
}

/// A card to fill in.
pub(in crate::calls) fn new_line(me: &Me, teams: &[Team], form: &LineForm, again: &Again) -> Markup {
    let l = me.locale();
    html! {
        (above(l, "/admin/lines", "lines-title"))
        (page_head(&l.t("lines-new"), html! {}))
        (panel(fields(me, teams, form, again, "/admin/lines", &l.t("lines-add"))))
    }
}

/// One line: its card and its switch.
pub(in crate::calls) fn line(me: &Me, line: &Line, teams: &[Team], form: &LineForm, again: &Again) -> Markup {
    let l = me.locale();
    let place = format!("/admin/lines/{}", line.id);
    html! {
        (above(l, "/admin/lines", "lines-title"))
        (page_head(&line.name, state(l, line)))
        div.split {
            div { (panel(fields(me, teams, form, again, &place, &l.t("lines-save")))) }
            div { (card(&l.t("lines-switch"), html! {}, switch(me, line, &place))) }
        }
    }
}

fn fields(me: &Me, teams: &[Team], form: &LineForm, again: &Again, action: &str, save: &str) -> Markup {
    let (l, problems) = (me.locale(), &again.problems);
    let makes = |makes: &Makes| Choice {
        value: makes.word().to_owned(),
        label: l.t_word("lines-makes", makes.word()),
        hint: l.t_word("lines-makes-hint", makes.word()),
        chosen: form.makes == makes.word(),
    };
    post(
        &me.visit.csrf,
        action,
        html! {
            div.form {
                (again.summary(l))
                (Field::text("name", &l.t("lines-name")).value(&form.name).hint(&l.t("lines-name-hint"))
                    .problems(l, problems).autocomplete("off").required())
                (Field::textarea("sources", &l.t("lines-sources"), 2).value(&form.sources)
                    .hint(&l.t("lines-sources-hint")).placeholder("192.0.2.20").problems(l, problems).required())
                (Field::textarea("numbers", &l.t("lines-numbers"), 2).value(&form.numbers)
                    .hint(&l.t("lines-numbers-hint")).problems(l, problems))
                (Field::select("team", &l.t("lines-team"), team_choices(l, teams, &form.team)).value(&form.team)
                    .hint(&l.t("lines-team-hint")).problems(l, problems))
                (Choices::one("makes", &l.t("lines-makes"), Makes::ALL.iter().map(makes).collect()).problems(l, problems))
                div.columns {
                    (Field::text("country", &l.t("lines-country")).value(&form.country)
                        .hint(&l.t("lines-country-hint")).problems(l, problems).characters_max(2).required())
                    (Field::text("area_code", &l.t("lines-area-code")).value(&form.area_code)
                        .hint(&l.t("lines-area-code-hint")).problems(l, problems))
                }
                div.actions {
                    (Button::submit(save).key("Ctrl+Enter"))
                    (Button::link("/admin/lines", &l.t("lines-cancel")).kind(Kind::Quiet))
                }
            }
        },
    )
}

/// None, the teams that take work, and the archived one that the line still has.
fn team_choices(l: &Locale, teams: &[Team], chosen: &str) -> Vec<(String, String)> {
    let mut choices = vec![(String::new(), l.t("lines-team-none"))];
    let shown = teams.iter().filter(|team| team.archived_at.is_none() || team.id.to_string() == chosen);
    choices.extend(shown.map(|team| (team.id.to_string(), team.name.clone())));
    choices
}

fn switch(me: &Me, line: &Line, place: &str) -> Markup {
    let l = me.locale();
    let action = format!("{place}/switch");
    match line.disabled_at {
        Some(at) => post(
            &me.visit.csrf,
            &action,
            html! {
                (hidden("on", "yes"))
                div.form {
                    p.dim { (l.t("lines-off-since")) " " (ago(l, at, me.visit.now)) ". " (l.t("lines-on-text")) }
                    div.actions { (Button::submit(&l.t("lines-turn-on")).kind(Kind::Plain)) }
                }
            },
        ),
        None => post(
            &me.visit.csrf,
            &action,
            html! {
                (hidden("on", "no"))
                div.form {
                    p.dim { (l.t("lines-off-text")) }
                    div.actions { (Button::submit(&l.t("lines-turn-off")).icon("phone-off").kind(Kind::Danger)) }
                }
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use crate::base::id::TeamId;
    use crate::web::Lang;

    fn english() -> Locale {
        Locale::new(Lang::En, jiff::tz::TimeZone::UTC)
    }

    #[test]
    fn long_lists_are_cut_and_counted() {
        let all = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(short(&all), "a, b +2");
        assert_eq!((short(&all[..2]), short(&[])), ("a, b".to_owned(), String::new()));
    }

    #[test]
    fn the_address_to_dial_is_our_own_or_an_example_that_says_so() {
        let known = connecting(&english(), Some("desk.example.org")).into_string();
        assert!(known.contains("sip:desk@desk.example.org:5060") && !known.contains(HOST_UNKNOWN), "{known}");
        let unknown = connecting(&english(), None).into_string();
        assert!(unknown.matches(HOST_UNKNOWN).count() == 2, "{unknown}");
    }

    #[test]
    fn a_line_keeps_its_archived_team_and_no_other_line_gets_it() {
        let team = |id, archived: bool| Team {
            id: TeamId(id),
            name: format!("team {id}"),
            archived_at: archived.then_some(Timestamp(1)),
        };
        let teams = [team(1, false), team(2, true)];
        let values = |chosen| -> Vec<String> {
            team_choices(&english(), &teams, chosen).into_iter().map(|(value, _)| value).collect()
        };
        assert_eq!(values(""), ["", "1"]);
        assert_eq!(values("2"), ["", "1", "2"]);
    }
}
