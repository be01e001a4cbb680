//! Teams: one page that shows all, with a card above for the one that is being changed.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::Me;
use crate::accounts::{agents, members_of, teams, views};
use crate::base::Result;
use crate::base::id::TeamId;
use crate::events::Books;
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// Which team is being changed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TeamsQuery {
    edit: Option<TeamId>,
}

/// What the card of a team sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TeamForm {
    name: String,
}

/// `GET /admin/teams`
pub async fn list_teams(books: Data<Books>, me: Me, query: Query<TeamsQuery>) -> Result<HttpResponse> {
    page(&books, &me, query.edit, None, &Again::default()).await
}

async fn page(
    books: &Books,
    me: &Me,
    edit: Option<TeamId>,
    typed: Option<&str>,
    again: &Again,
) -> Result<HttpResponse> {
    let (teams, agents, members) = books.read(|db| Ok((teams(db)?, agents(db)?, members_of(db)?))).await?;
    let shell = me.shell(&me.locale().t("teams-title"));
    let edited = edit.and_then(|id| teams.iter().find(|team| team.id == id));
    let content = views::teams(me, &teams, &agents, &members, &views::TeamCard { edited, typed, again });
    Ok(shell.answer_with(again.status(), &me.visit, content))
}

/// `POST /admin/teams`
pub async fn create_team(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<TeamForm>,
) -> Result<HttpResponse> {
    let name = form.0.name.clone();
    match books.write(me.by(), move |act| crate::accounts::create_team(act, &name)).await {
        Ok(_) => Ok(see_other_saying(&options, "/admin/teams", "done-team-added", "")),
        Err(error) => page(&books, &me, None, Some(&form.0.name), &Again::of(error)?).await,
    }
}

/// `POST /admin/teams/{id}`
pub async fn rename_team(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<TeamId>,
    form: Form<TeamForm>,
) -> Result<HttpResponse> {
    let (id, name) = (id.into_inner(), form.0.name.clone());
    match books.write(me.by(), move |act| crate::accounts::rename_team(act, id, &name)).await {
        Ok(()) => Ok(see_other_saying(&options, "/admin/teams", "done-saved", "")),
        Err(error) => page(&books, &me, Some(id), Some(&form.0.name), &Again::of(error)?).await,
    }
}

/// `POST /admin/teams/{id}/archive`
pub async fn archive_team(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<TeamId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    books.write(me.by(), move |act| crate::accounts::archive_team(act, id)).await?;
    Ok(see_other_saying(&options, "/admin/teams", "done-team-archived", ""))
}
