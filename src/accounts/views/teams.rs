//! The page of teams.

use maud::{Markup, html};

use crate::accounts::{Agent, Me, Right, Team};
use crate::base::id::{AgentId, TeamId};
use crate::web::ui::{
    Again, Button, Column, Field, Kind, Row, Table, Tone, above, card, dot, empty, page_head, panel, post, user_text,
};

/// The card above the list: of the team that is being changed, or of a new one.
pub(in crate::accounts) struct TeamCard<'a> {
    /// The team that is being changed.
    pub edited: Option<&'a Team>,
    /// What was typed before.
    pub typed: Option<&'a str>,
    /// What was wrong with it.
    pub again: &'a Again,
}

/// All teams.
pub(in crate::accounts) fn teams(
    me: &Me,
    teams: &[Team],
    agents: &[Agent],
    members: &[(TeamId, AgentId)],
    form: &TeamCard<'_>,
) -> Markup {
    let l = me.locale();
    let admin = me.may(Right::Administer);
    html! {
        (above(l, "/admin", "nav-admin"))
        (page_head(&l.t("teams-title"), html! {}))
        div.split[admin] {
            div {
                @if teams.is_empty() {
                    (panel(empty("shield", &l.t("teams-empty"), &l.t("teams-empty-text"), html! {})))
                } @else {
                    (table(me, teams, agents, members))
                }
            }
            @if admin { div { (form_card(me, form)) } }
        }
    }
}

fn table(me: &Me, teams: &[Team], agents: &[Agent], members: &[(TeamId, AgentId)]) -> Markup {
    let l = me.locale();
    let columns = vec![
        Column::new(&l.t("account-name")).wide(),
        Column::new(&l.t("teams-members")),
        Column::new(&l.t("account-state")),
    ];
    let row = |team: &Team| {
        let state = match team.archived_at {
            Some(_) => dot(Tone::Neutral, &l.t("teams-archived")),
            None => dot(Tone::Good, &l.t("account-active")),
        };
        let crowd = user_text(&members_named(team.id, agents, members));
        let row = Row::new(&format!("team-{}", team.id), vec![user_text(&team.name), crowd, state]);
        if me.may(Right::Administer) { row.href(&format!("/admin/teams?edit={}", team.id)) } else { row }
    };
    html! { (Table::new(&l.t("teams-title"), columns, teams.iter().map(row).collect())) }
}

/// The names of a team's members who can sign in, in the order of the agents.
fn members_named(team: TeamId, agents: &[Agent], members: &[(TeamId, AgentId)]) -> String {
    let is_in = |a: &&Agent| a.disabled_at.is_none() && members.iter().any(|(t, m)| *t == team && *m == a.id);
    agents.iter().filter(is_in).map(|agent| agent.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn form_card(me: &Me, form: &TeamCard<'_>) -> Markup {
    let l = me.locale();
    let (title, place, save) = match form.edited {
        Some(team) => (team.name.clone(), format!("/admin/teams/{}", team.id), l.t("account-save")),
        None => (l.t("teams-new"), "/admin/teams".to_owned(), l.t("teams-add")),
    };
    let name = form.typed.or(form.edited.map(|team| team.name.as_str())).unwrap_or_default();
    let field = Field::text("name", &l.t("account-name"))
        .value(name)
        .problems(l, &form.again.problems)
        .autocomplete("off")
        .required();
    let fields = post(
        &me.visit.csrf,
        &place,
        html! {
            div.form {
                (form.again.summary(l))
                (field)
                div.actions {
                    (Button::submit(&save).kind(Kind::Primary))
                    @if form.edited.is_some() { (Button::link("/admin/teams", &l.t("account-cancel")).kind(Kind::Quiet)) }
                }
            }
        },
    );
    html! {
        (card(&title, html! {}, fields))
        @if let Some(team) = form.edited.filter(|team| team.archived_at.is_none()) {
            (card(&l.t("teams-archive"), html! {}, post(&me.visit.csrf, &format!("{place}/archive"), html! {
                div.form {
                    p.dim { (l.t_with("teams-archive-text", &[("name", team.name.as_str().into())])) }
                    div.actions { (Button::submit(&l.t("teams-archive")).kind(Kind::Danger)) }
                }
            })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;
    use crate::base::Timestamp;

    #[test]
    fn members_are_those_who_can_sign_in() {
        let agent = |id: i64, name: &str, out: bool| Agent {
            density: None,
            hotkeys_off_at: None,
            id: AgentId(id),
            login: name.to_lowercase(),
            name: name.into(),
            role: Role::Agent,
            language: None,
            disabled_at: out.then_some(Timestamp(1)),
        };
        let agents = [agent(1, "Ada", false), agent(2, "Bea", true), agent(3, "Cid", false)];
        let members = [1, 2, 3].map(|id| (TeamId(5), AgentId(id)));
        assert_eq!(members_named(TeamId(5), &agents, &members), "Ada, Cid");
        assert_eq!(members_named(TeamId(6), &agents, &members), "");
    }
}
