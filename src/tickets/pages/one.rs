//! The page of one ticket.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::{named, seen, sees, told_again};
use crate::accounts::{Me, Right};
use crate::base::id::{AgentId, PersonId, TeamId, TicketId};
use crate::base::{Error, Message, Result};
use crate::db::Db;
use crate::events::{Act, Books, Subject, history_of};
use crate::people;
use crate::tickets::views::{self, Names, Shown};
use crate::tickets::{Priority, Sees, Status, Ticket, TicketNumber, entries_of};
use crate::web::{Form, Live, Options, see_other_saying};

/// Changes that a page tells of.
const HISTORY_MAX: i64 = 200;

/// How the page is opened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShowQuery {
    /// `1` when it was opened from a call: the cursor goes where the dispatcher types first.
    pub call: String,
}

fn load(db: &mut Db, sees: &Sees, id: TicketId) -> Result<Shown> {
    let ticket = seen(db, sees, id)?;
    let names = Names::of(db, std::slice::from_ref(&ticket))?;
    let key: Vec<String> = ticket.caller_key.clone().into_iter().collect();
    let candidates = people::candidates(db, &key)?.into_iter().map(|(_, candidate)| candidate).collect();
    let requester = ticket.requester_id.map(|person| people::person_by_id(db, person)).transpose()?;
    let entries = entries_of(db, id)?;
    let history = history_of(db, Subject::Ticket(id), HISTORY_MAX)?;
    Ok(Shown { ticket, entries, history, candidates, requester, names })
}

/// `GET /t/{number}`
pub async fn show(
    request: HttpRequest,
    books: Data<Books>,
    live: Data<Live>,
    me: Me,
    query: Query<ShowQuery>,
) -> Result<HttpResponse> {
    let (id, sees) = (named(&request)?, sees(&me));
    let mut shell = me.live_shell("", &live);
    let shown = books.read(move |db| load(db, &sees, id)).await?;
    shell.title = views::title(me.locale(), &shown.ticket);
    let draft = views::Draft { from_call: query.call == "1", ..views::Draft::default() };
    Ok(shell.answer(&me.visit, views::page(&me, &shown, &draft)))
}

/// `GET /t/{number}/thread`: the thread alone, for the page that follows what happens.
pub async fn thread(request: HttpRequest, books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (id, sees) = (named(&request)?, sees(&me));
    let shown = books.read(move |db| load(db, &sees, id)).await?;
    Ok(me.shell("").answer(&me.visit, views::thread(&me, &shown)))
}

/// A note.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    note: String,
    then: String,
}

/// `POST /t/{number}/note`
pub async fn note(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    live: Data<Live>,
    me: Me,
    form: Form<NoteForm>,
) -> Result<HttpResponse> {
    let (id, NoteForm { note, then }) = (named(&request)?, form.0);
    let text = note.clone();
    let wants_close = then == "close";
    let done = act(&books, &me, id, move |ticket, act| {
        ticket.note(act, &text)?;
        if wants_close { reloaded(act, id)?.close(act) } else { Ok(()) }
    });
    match done.await {
        Ok(seen) if wants_close => Ok(back(&options, id, seen, "done-ticket-closed")),
        Ok(seen) => Ok(back(&options, id, seen, "done-note-added")),
        Err(error) => again(&books, &live, &me, id, views::Draft { note, ..views::Draft::default() }, error).await,
    }
}

/// The fields beside the thread.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    subject: String,
    status: String,
    priority: String,
    team: String,
    assignee: String,
    rev: String,
}

/// `POST /t/{number}`
pub async fn change(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    live: Data<Live>,
    me: Me,
    form: Form<ChangeForm>,
) -> Result<HttpResponse> {
    let (id, form) = (named(&request)?, form.0);
    let typed = form.clone();
    let done = act(&books, &me, id, move |ticket, act| apply(ticket, act, &form));
    match done.await {
        Ok(seen) => Ok(back(&options, id, seen, "done-saved")),
        Err(error) => {
            let draft = views::Draft { subject: Some(typed.subject), ..views::Draft::default() };
            again(&books, &live, &me, id, draft, error).await
        }
    }
}

fn apply(ticket: &Ticket, act: &mut Act<'_>, form: &ChangeForm) -> Result<()> {
    if form.rev.parse() != Ok(ticket.rev) {
        return Err(Error::Conflict(Message::new("error-changed-meanwhile")));
    }
    // An empty subject stays what it was: a ticket of a call need not be named to be given to a team.
    if !form.subject.trim().is_empty() {
        ticket.rename(act, &form.subject)?;
    }
    let id = ticket.id;
    if let Some(priority) = Priority::from_word(&form.priority) {
        reloaded(act, id)?.prioritise(act, priority)?;
    }
    reloaded(act, id)?.move_to(act, form.team.parse().ok().map(TeamId))?;
    let status = Status::from_word(&form.status);
    let assignee = form.assignee.parse().ok().map(AgentId);
    if ticket.closed_at.is_none() && assignee != ticket.assignee_id {
        reloaded(act, id)?.assign(act, assignee)?;
    }
    match status {
        // Giving a new ticket to somebody opened it; the form still says what it was.
        Some(status) if status != ticket.status => reloaded(act, id)?.set_status(act, status),
        _ => Ok(()),
    }
}

fn reloaded(act: &mut Act<'_>, id: TicketId) -> Result<Ticket> {
    crate::tickets::by_id(act.db, id)
}

/// `POST /t/{number}/take`
pub async fn take(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    live: Data<Live>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = named(&request)?;
    match act(&books, &me, id, |ticket, act| ticket.take(act)).await {
        Ok(seen) => Ok(back(&options, id, seen, "done-ticket-taken")),
        Err(error) => again(&books, &live, &me, id, views::Draft::default(), error).await,
    }
}

/// `POST /t/{number}/close`
pub async fn close(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    live: Data<Live>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = named(&request)?;
    match act(&books, &me, id, |ticket, act| ticket.close(act)).await {
        Ok(seen) => Ok(back(&options, id, seen, "done-ticket-closed")),
        Err(error) => again(&books, &live, &me, id, views::Draft::default(), error).await,
    }
}

/// `POST /t/{number}/reopen`
pub async fn reopen(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = named(&request)?;
    let seen = act(&books, &me, id, |ticket, act| ticket.reopen(act)).await?;
    Ok(back(&options, id, seen, "done-ticket-reopened"))
}

/// Who asked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RequesterForm {
    person: String,
}

/// `POST /t/{number}/requester`
pub async fn set_requester(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<RequesterForm>,
) -> Result<HttpResponse> {
    if !me.may(Right::SeePeople) {
        return Err(Error::Forbidden(Message::new("error-forbidden")));
    }
    let id = named(&request)?;
    let person = form.0.person.parse().ok().map(PersonId);
    let seen = act(&books, &me, id, move |ticket, act| ticket.set_requester(act, person)).await?;
    Ok(back(&options, id, seen, "done-saved"))
}

/// Does something with a ticket that the asker may see, and says whether he still may: a worker may give it away.
async fn act<F>(books: &Books, me: &Me, id: TicketId, work: F) -> Result<bool>
where
    F: FnOnce(&Ticket, &mut Act<'_>) -> Result<()> + Send + 'static,
{
    let sees = sees(me);
    books
        .write(me.by(), move |act| {
            let ticket = seen(act.db, &sees, id)?;
            work(&ticket, act)?;
            Ok(sees.includes(&reloaded(act, id)?))
        })
        .await
}

fn back(options: &Options, id: TicketId, seen: bool, key: &'static str) -> HttpResponse {
    let number = TicketNumber::of(id).to_string();
    let path = if seen { format!("/t/{number}") } else { "/t".to_owned() };
    see_other_saying(options, &path, key, &number)
}

/// The page once more, with what was typed and what was wrong with it. What can't be told there is an error of its own.
async fn again(
    books: &Books,
    live: &Live,
    me: &Me,
    id: TicketId,
    draft: views::Draft,
    error: Error,
) -> Result<HttpResponse> {
    let (status, problems) = told_again(error)?;
    let sees = sees(me);
    let mut shell = me.live_shell("", live);
    let shown = books.read(move |db| load(db, &sees, id)).await?;
    shell.title = views::title(me.locale(), &shown.ticket);
    let draft = views::Draft { problems, ..draft };
    Ok(shell.answer_with(status, &me.visit, views::page(me, &shown, &draft)))
}
