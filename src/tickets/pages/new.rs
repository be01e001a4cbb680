//! A ticket that an agent types.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::{sees, told_again};
use crate::accounts::{self, Me, Right};
use crate::base::id::{AgentId, PersonId, TeamId};
use crate::base::{Problem, Result};
use crate::events::Books;
use crate::people;
use crate::tickets::views::{self, Names};
use crate::tickets::{NewTicket, Priority, TicketNumber, by_id, open};
use crate::web::{Form, Options, see_other_saying};

/// The form, as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewForm {
    /// See [`NewTicket::subject`].
    pub subject: String,
    /// A [`Priority`].
    pub priority: String,
    /// A team's id.
    pub team: String,
    /// An agent's id.
    pub assignee: String,
    /// A person's id.
    pub requester: String,
    /// See [`NewTicket::note`].
    pub note: String,
}

impl NewForm {
    /// Without a person for whoever may not see people, who else could learn every name by counting.
    fn for_eyes_of(self, me: &Me) -> Self {
        if me.may(Right::SeePeople) { self } else { Self { requester: String::new(), ..self } }
    }
}

/// `GET /t/new`
pub async fn new(books: Data<Books>, me: Me, form: Query<NewForm>) -> Result<HttpResponse> {
    show(&books, &me, StatusCode::OK, &form.into_inner().for_eyes_of(&me), &[]).await
}

/// `POST /t/new`
pub async fn create(books: Data<Books>, options: Data<Options>, me: Me, form: Form<NewForm>) -> Result<HttpResponse> {
    let (form, sees) = (form.0.for_eyes_of(&me), sees(&me));
    let new = NewTicket {
        subject: form.subject.clone(),
        priority: Priority::from_word(&form.priority).unwrap_or(Priority::Normal),
        team: form.team.parse().ok().map(TeamId),
        assignee: form.assignee.parse().ok().map(AgentId),
        requester: form.requester.parse().ok().map(PersonId),
        note: form.note.clone(),
    };
    let opened = books.write(me.by(), move |act| {
        let id = open(act, &new)?;
        Ok((id, sees.includes(&by_id(act.db, id)?)))
    });
    match opened.await {
        Ok((id, seen)) => {
            let number = TicketNumber::of(id).to_string();
            // A worker may open one for a team that is not his.
            let path = if seen { format!("/t/{number}") } else { "/t".to_owned() };
            Ok(see_other_saying(&options, &path, "done-ticket-opened", &number))
        }
        Err(error) => {
            let (status, problems) = told_again(error)?;
            show(&books, &me, status, &form, &problems).await
        }
    }
}

async fn show(
    books: &Books,
    me: &Me,
    status: StatusCode,
    form: &NewForm,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let person = form.requester.parse().ok().map(PersonId);
    let names = books
        .read(move |db| {
            let persons = people::person_names(db, &person.into_iter().collect::<Vec<_>>())?;
            Ok(Names { teams: accounts::active_teams(db)?, agents: accounts::agents(db)?, persons })
        })
        .await?;
    let shell = me.shell(&me.locale().t("ticket-new"));
    Ok(shell.answer_with(status, &me.visit, views::new(me, form, &names, problems)))
}
