//! The pages of agents.

use maud::{Markup, html};

use crate::accounts::pages::AgentForm;
use crate::accounts::password::PASSWORD_CHARACTERS_MIN;
use crate::accounts::{Agent, Me, Right, Role, Team};
use crate::base::id::{AgentId, TeamId};
use crate::web::Locale;
use crate::web::ui::{
    Again, Button, Choice, Choices, Column, Field, Kind, Row, Table, Tone, above, ago, card, dot, page_head, panel,
    post, user_text,
};

/// Everybody who works here.
pub(in crate::accounts) fn agents(me: &Me, agents: &[Agent], teams: &[Team], members: &[(TeamId, AgentId)]) -> Markup {
    let l = me.locale();
    let admin = me.may(Right::Administer);
    let columns = vec![
        Column::new(&l.t("account-name")).wide(),
        Column::new(&l.t("account-login")),
        Column::new(&l.t("account-role")),
        Column::new(&l.t("teams-title")),
        Column::new(&l.t("account-state")),
    ];
    let row = |agent: &Agent| {
        let cells = vec![
            user_text(&agent.name),
            user_text(&agent.login),
            html! { (l.t(agent.role.label())) },
            user_text(&teams_named(agent.id, teams, members)),
            state(l, agent),
        ];
        let row = Row::new(&format!("agent-{}", agent.id), cells);
        if admin { row.href(&format!("/admin/agents/{}", agent.id)) } else { row }
    };
    let new = html! {
        @if admin { (Button::link("/admin/agents/new", &l.t("agents-new")).icon("user-plus").kind(Kind::Primary)) }
    };
    html! {
        (above(l, "/admin", "nav-admin"))
        (page_head(&l.t("agents-title"), new))
        (Table::new(&l.t("agents-title"), columns, agents.iter().map(row).collect()))
    }
}

/// The names of an agent's teams, in the order of the teams.
fn teams_named(agent: AgentId, teams: &[Team], members: &[(TeamId, AgentId)]) -> String {
    let is_in = |team: &&Team| members.iter().any(|(t, a)| *t == team.id && *a == agent);
    teams.iter().filter(is_in).map(|team| team.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn state(l: &Locale, agent: &Agent) -> Markup {
    match agent.disabled_at {
        Some(_) => dot(Tone::Neutral, &l.t("account-disabled")),
        None => dot(Tone::Good, &l.t("account-active")),
    }
}

/// A card to fill in.
pub(in crate::accounts) fn new_agent(me: &Me, teams: &[Team], form: &AgentForm, again: &Again) -> Markup {
    let l = me.locale();
    let password = Field::password("password", &l.t("account-password"))
        .hint(&l.t_with("agents-password-hint", &[("min", PASSWORD_CHARACTERS_MIN.into())]))
        .problems(l, &again.problems)
        .autocomplete("new-password")
        .required();
    html! {
        (above(l, "/admin/agents", "agents-title"))
        (page_head(&l.t("agents-new"), html! {}))
        (panel(post(&me.visit.csrf, "/admin/agents", html! {
            div.form {
                (again.summary(l))
                (fields(l, teams, form, again))
                (password)
                div.actions {
                    (Button::submit(&l.t("agents-add")).key("Ctrl+Enter"))
                    (Button::link("/admin/agents", &l.t("account-cancel")).kind(Kind::Quiet))
                }
            }
        })))
    }
}

fn fields(l: &Locale, teams: &[Team], form: &AgentForm, again: &Again) -> Markup {
    let problems = &again.problems;
    let role = |role: &Role| Choice {
        value: role.word().to_owned(),
        label: l.t(role.label()),
        hint: l.t_word("role-hint", role.word()),
        chosen: form.role == role.word(),
    };
    html! {
        (Field::text("name", &l.t("account-name")).value(&form.name).problems(l, problems).autocomplete("off").required())
        (Field::text("login", &l.t("account-login")).value(&form.login).hint(&l.t("account-login-hint"))
            .problems(l, problems).autocomplete("off").required())
        (Choices::one("role", &l.t("account-role"), Role::ALL.iter().map(role).collect()).problems(l, problems))
        @if !teams.is_empty() {
            (Choices::any("teams", &l.t("teams-title"), team_choices(l, teams, &form.teams))
                .hint(&l.t("agents-teams-hint")).problems(l, problems))
        }
    }
}

/// The teams that take work, and those archived ones that the agent is still in.
fn team_choices(l: &Locale, teams: &[Team], chosen: &[TeamId]) -> Vec<Choice> {
    let shown = teams.iter().filter(|team| team.archived_at.is_none() || chosen.contains(&team.id));
    let choice = |team: &Team| Choice {
        value: team.id.to_string(),
        label: team.name.clone(),
        hint: team.archived_at.map(|_| l.t("teams-archived")).unwrap_or_default(),
        chosen: chosen.contains(&team.id),
    };
    shown.map(choice).collect()
}

/// One agent: the card, the password, and whether they can sign in.
pub(in crate::accounts) fn agent(me: &Me, agent: &Agent, teams: &[Team], form: &AgentForm, again: &Again) -> Markup {
    let l = me.locale();
    let place = format!("/admin/agents/{}", agent.id);
    let (own, csrf) = (agent.id == me.agent().id, &me.visit.csrf);
    let password = Field::password("password", &l.t("account-password-new"))
        .hint(&l.t_with("account-password-hint", &[("min", PASSWORD_CHARACTERS_MIN.into())]))
        .problems(l, &again.problems)
        .autocomplete("new-password")
        .required();
    html! {
        (above(l, "/admin/agents", "agents-title"))
        (page_head(&agent.name, state(l, agent)))
        (again.summary(l))
        div.split {
            div {
                (panel(post(csrf, &place, html! {
                    div.form {
                        (fields(l, teams, form, again))
                        div.actions { (Button::submit(&l.t("account-save")).key("Ctrl+Enter")) }
                    }
                })))
            }
            div {
                (card(&l.t("account-password"), html! {}, post(csrf, &format!("{place}/password"), html! {
                    div.form {
                        (super::whose(l, &agent.login))
                        p.dim { (l.t(if own { "agents-password-own" } else { "agents-password-text" })) }
                        (password)
                        div.actions { (Button::submit(&l.t("agents-password-set")).kind(Kind::Plain)) }
                    }
                })))
                (card(&l.t("agents-access"), html! {}, access(me, agent, &place)))
            }
        }
    }
}

/// Lets somebody in or keeps them out.
fn access(me: &Me, agent: &Agent, place: &str) -> Markup {
    let l = me.locale();
    let csrf = &me.visit.csrf;
    match agent.disabled_at {
        Some(at) => post(
            csrf,
            &format!("{place}/enable"),
            html! {
                div.form {
                    p.dim { (l.t("agents-disabled-since")) " " (ago(l, at, me.visit.now)) ". " (l.t("agents-enable-text")) }
                    div.actions { (Button::submit(&l.t("agents-enable")).kind(Kind::Plain)) }
                }
            },
        ),
        None => post(
            csrf,
            &format!("{place}/disable"),
            html! {
                div.form {
                    p.dim { (l.t("agents-disable-text")) }
                    div.actions { (Button::submit(&l.t("agents-disable")).icon("lock").kind(Kind::Danger)) }
                }
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use crate::web::Lang;

    fn team(id: i64, name: &str, archived: bool) -> Team {
        Team { id: TeamId(id), name: name.into(), archived_at: archived.then_some(Timestamp(1)) }
    }

    #[test]
    fn archived_teams_are_offered_only_to_those_who_are_in_them() {
        let l = Locale::new(Lang::En, jiff::tz::TimeZone::UTC);
        let teams = [team(1, "North", false), team(2, "Old", true), team(3, "Older", true)];
        let offered = team_choices(&l, &teams, &[TeamId(2)]);
        let seen: Vec<_> = offered.iter().map(|c| (c.label.as_str(), c.chosen)).collect();
        assert_eq!(seen, [("North", false), ("Old", true)]);
    }

    #[test]
    fn teams_of_an_agent_are_named_in_order() {
        let teams = [team(1, "North", false), team(2, "South", false)];
        let members = [(TeamId(2), AgentId(7)), (TeamId(1), AgentId(7)), (TeamId(1), AgentId(8))];
        assert_eq!(teams_named(AgentId(7), &teams, &members), "North, South");
        assert_eq!(teams_named(AgentId(9), &teams, &members), "");
    }
}
