//! Agents: who works here, made, changed, disabled and enabled. Leads see the list; the rest is for admins.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::{Hashing, Me};
use crate::accounts::{
    Agent, AgentCard, Role, Team, agent_by_id, agents, check_password, hash_checked, members_of, teams, teams_of, views,
};
use crate::base::id::{AgentId, TeamId};
use crate::base::{Error, Problem, Result};
use crate::events::Books;
use crate::web::ui::Again;
use crate::web::{Form, Options, Undo, see_other_saying, see_other_undoable};

/// What the card of an agent sends. The teams come once each, so the fields are read one after the other.
#[derive(Debug, Clone, Default)]
pub struct AgentForm {
    /// The name.
    pub name: String,
    /// The login.
    pub login: String,
    /// The word of the role.
    pub role: String,
    /// The teams that were ticked.
    pub teams: Vec<TeamId>,
    /// The first password; only on a new card.
    pub password: String,
}

impl AgentForm {
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "name" => form.name = value,
                "login" => form.login = value,
                "role" => form.role = value,
                "password" => form.password = value,
                "teams" => form.teams.extend(value.parse::<TeamId>()),
                _ => {}
            }
        }
        form
    }

    fn of(agent: Agent, teams: Vec<TeamId>) -> Self {
        Self { name: agent.name, login: agent.login, role: agent.role.word().into(), teams, password: String::new() }
    }

    fn card(&self) -> Result<AgentCard> {
        let role = Role::from_word(&self.role).ok_or_else(|| Error::invalid("role", "error-choice"))?;
        Ok(AgentCard { login: self.login.clone(), name: self.name.clone(), role, teams: self.teams.clone() })
    }

    /// The card of somebody new, with everything that is wrong with it and with the password, at once.
    fn new_card(&self) -> Result<AgentCard> {
        let mut problems: Vec<Problem> = Vec::new();
        let card = self.card().and_then(AgentCard::check);
        let password = check_password(&self.password, &self.login);
        for error in [card.as_ref().err(), password.as_ref().err()].into_iter().flatten() {
            if let Error::Invalid(more) = error {
                problems.extend(more.iter().cloned());
            }
        }
        if problems.is_empty() { card } else { Err(Error::Invalid(problems)) }
    }
}

/// `GET /admin/agents`
pub async fn list_agents(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (agents, teams, members) = books.read(|db| Ok((agents(db)?, teams(db)?, members_of(db)?))).await?;
    let shell = me.shell(&me.locale().t("agents-title"));
    Ok(shell.answer(&me.visit, views::agents(&me, &agents, &teams, &members)))
}

/// `GET /admin/agents/new`
pub async fn new_agent(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let form = AgentForm { role: Role::Agent.word().into(), ..AgentForm::default() };
    ask_new(&books, &me, &form, &Again::default()).await
}

async fn ask_new(books: &Books, me: &Me, form: &AgentForm, again: &Again) -> Result<HttpResponse> {
    let teams = books.read(teams).await?;
    let shell = me.shell(&me.locale().t("agents-new"));
    Ok(shell.answer_with(again.status(), &me.visit, views::new_agent(me, &teams, form, again)))
}

/// `POST /admin/agents`
pub async fn create_agent(
    books: Data<Books>,
    options: Data<Options>,
    hashing: Data<Hashing>,
    me: Me,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let form = AgentForm::read(form.0);
    let made = match form.new_card() {
        Ok(card) => {
            let (password, login) = (form.password.clone(), card.login.clone());
            let hash = hashing.run(move || hash_checked(&password, &login)).await??;
            books.write(me.by(), move |act| crate::accounts::create_agent(act, card, &hash)).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(see_other_saying(&options, "/admin/agents", "done-agent-added", "")),
        Err(error) => ask_new(&books, &me, &form, &Again::of(error)?).await,
    }
}

/// `GET /admin/agents/{id}`
pub async fn show_agent(books: Data<Books>, me: Me, id: Path<AgentId>) -> Result<HttpResponse> {
    agent_page(&books, &me, id.into_inner(), None, &Again::default()).await
}

/// The page of one agent. `typed` is what stays in its card; `again` belongs to the card whose fields it names.
pub(super) async fn agent_page(
    books: &Books,
    me: &Me,
    id: AgentId,
    typed: Option<AgentForm>,
    again: &Again,
) -> Result<HttpResponse> {
    let (agent, own, teams): (Agent, Vec<TeamId>, Vec<Team>) =
        books.read(move |db| Ok((agent_by_id(db, id)?, teams_of(db, id)?, teams(db)?))).await?;
    let shell = me.shell(&agent.name);
    let form = typed.unwrap_or_else(|| AgentForm::of(agent.clone(), own));
    Ok(shell.answer_with(again.status(), &me.visit, views::agent(me, &agent, &teams, &form, again)))
}

/// `POST /admin/agents/{id}`
pub async fn change_agent(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<AgentId>,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (id, form) = (id.into_inner(), AgentForm::read(form.0));
    let changed = match form.card() {
        Ok(card) => books.write(me.by(), move |act| crate::accounts::change_agent(act, id, card)).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => Ok(see_other_saying(&options, &place_of(id), "done-saved", "")),
        Err(error) => agent_page(&books, &me, id, Some(form), &Again::of(error)?).await,
    }
}

/// `POST /admin/agents/{id}/disable`
pub async fn disable_agent(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<AgentId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    match books.write(me.by(), move |act| crate::accounts::disable_agent(act, id)).await {
        Ok(()) => {
            let undo = Undo { path: format!("{}/enable", place_of(id)), fields: Vec::new() };
            Ok(see_other_undoable(&options, &me.visit, &place_of(id), "done-agent-disabled", "", &undo))
        }
        Err(error) => agent_page(&books, &me, id, None, &Again::of(error)?).await,
    }
}

/// `POST /admin/agents/{id}/enable`
pub async fn enable_agent(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<AgentId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    books.write(me.by(), move |act| crate::accounts::enable_agent(act, id)).await?;
    let undo = Undo { path: format!("{}/disable", place_of(id)), fields: Vec::new() };
    Ok(see_other_undoable(&options, &me.visit, &place_of(id), "done-agent-enabled", "", &undo))
}

pub(super) fn place_of(id: AgentId) -> String {
    format!("/admin/agents/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_read_with_all_ticked_teams_and_all_its_problems() {
        let fields = [("name", ""), ("login", "x"), ("role", "boss"), ("teams", "3"), ("teams", "x"), ("teams", "5")];
        let form = AgentForm::read(fields.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec());
        assert_eq!(form.teams, [TeamId(3), TeamId(5)]);
        let fields_of = |form: &AgentForm| match form.new_card() {
            Err(Error::Invalid(problems)) => problems.iter().map(|p| p.field).collect(),
            _ => Vec::new(),
        };
        assert_eq!(fields_of(&form), ["role", "password"]);
        let form = AgentForm { role: "lead".into(), ..form };
        assert_eq!(fields_of(&form), ["login", "name", "password"]);
        let form = AgentForm { name: "Ada".into(), login: "ada".into(), password: "blaue pumpe tropft".into(), ..form };
        assert_eq!(fields_of(&form), Vec::<&str>::new());
    }
}
