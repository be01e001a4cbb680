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
use crate::tickets::{Priority, Sees, Status, Ticket, entries_of};
use crate::web::{Form, Live, Options, Undo, see_other_saying, see_other_undoable};

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
        Ok(done) if wants_close => Ok(back(&options, &me, &done, "done-ticket-closed")),
        Ok(done) => Ok(back(&options, &me, &done, "done-note-added")),
        Err(error) => again(&books, &live, &me, id, views::Draft { note, ..views::Draft::default() }, error).await,
    }
}

/// The fields beside the thread. What is not sent stays as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    subject: Option<String>,
    status: Option<String>,
    priority: Option<String>,
    team: Option<String>,
    assignee: Option<String>,
    /// The revision that was read; a command that names none means the ticket as it is.
    rev: Option<String>,
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
        Ok(done) => Ok(back(&options, &me, &done, "done-ticket-changed")),
        Err(error) => {
            let draft = views::Draft { subject: typed.subject, ..views::Draft::default() };
            again(&books, &live, &me, id, draft, error).await
        }
    }
}

fn apply(ticket: &Ticket, act: &mut Act<'_>, form: &ChangeForm) -> Result<()> {
    if form.rev.as_ref().is_some_and(|rev| rev.parse() != Ok(ticket.rev)) {
        return Err(Error::Conflict(Message::new("error-changed-meanwhile")));
    }
    let id = ticket.id;
    let status = form.status.as_deref().and_then(Status::from_word);
    if let Some(status) = status.filter(|status| ticket.closed_at.is_some() && *status != Status::Closed) {
        ticket.set_status(act, status)?;
    }
    // An empty subject stays what it was: a ticket of a call need not be named to be given to a team.
    if let Some(subject) = form.subject.as_ref().filter(|subject| !subject.trim().is_empty()) {
        reloaded(act, id)?.rename(act, subject)?;
    }
    if let Some(priority) = form.priority.as_deref().and_then(Priority::from_word) {
        reloaded(act, id)?.prioritise(act, priority)?;
    }
    if let Some(team) = &form.team {
        reloaded(act, id)?.move_to(act, team.parse().ok().map(TeamId))?;
    }
    if let Some(assignee) = &form.assignee {
        let (now, assignee) = (reloaded(act, id)?, assignee.parse().ok().map(AgentId));
        if now.closed_at.is_none() || form.status.is_none() {
            now.assign(act, assignee)?;
        }
    }
    match status {
        // Giving a new ticket to somebody opened it, and reopening makes it open; the form says what it is to be.
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
        Ok(done) => Ok(back(&options, &me, &done, "done-ticket-taken")),
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
        Ok(done) => Ok(back(&options, &me, &done, "done-ticket-closed")),
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
    let done = act(&books, &me, id, |ticket, act| ticket.reopen(act)).await?;
    Ok(back(&options, &me, &done, "done-ticket-reopened"))
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
    let done = act(&books, &me, id, move |ticket, act| ticket.set_requester(act, person)).await?;
    Ok(back(&options, &me, &done, "done-ticket-changed"))
}

/// A ticket before and after something was done with it.
struct Done {
    before: Ticket,
    after: Ticket,
    /// Whether who did it still may see it: a worker may give it away.
    seen: bool,
}

impl Done {
    /// The form that makes of it what it was, unless somebody changes it in between.
    fn undo(&self) -> Option<Undo> {
        let (before, after) = (&self.before, &self.after);
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let path = format!("/t/{}", before.number());
        if before.requester_id != after.requester_id {
            let person = id(before.requester_id.map(|p| p.0));
            return Some(Undo { path: path + "/requester", fields: vec![("person".into(), person)] });
        }
        let was = [
            ("subject", !before.subject.is_empty() && before.subject != after.subject, before.subject.clone()),
            ("status", before.status != after.status, before.status.word().to_owned()),
            ("priority", before.priority != after.priority, before.priority.word().to_owned()),
            ("team", before.team_id != after.team_id, id(before.team_id.map(|t| t.0))),
            ("assignee", before.assignee_id != after.assignee_id, id(before.assignee_id.map(|a| a.0))),
        ];
        let changed = was.into_iter().filter(|(_, changed, _)| *changed);
        let mut fields: Vec<_> = changed.map(|(name, _, value)| (name.to_owned(), value)).collect();
        if fields.is_empty() || !self.seen {
            return None;
        }
        fields.push(("rev".into(), after.rev.to_string()));
        Some(Undo { path, fields })
    }
}

/// Does something with a ticket that the asker may see.
async fn act<F>(books: &Books, me: &Me, id: TicketId, work: F) -> Result<Done>
where
    F: FnOnce(&Ticket, &mut Act<'_>) -> Result<()> + Send + 'static,
{
    let sees = sees(me);
    books
        .write(me.by(), move |act| {
            let before = seen(act.db, &sees, id)?;
            work(&before, act)?;
            let after = reloaded(act, id)?;
            let seen = sees.includes(&after);
            Ok(Done { before, after, seen })
        })
        .await
}

fn back(options: &Options, me: &Me, done: &Done, key: &'static str) -> HttpResponse {
    let number = done.after.number().to_string();
    let path = if done.seen { format!("/t/{number}") } else { "/t".to_owned() };
    match done.undo() {
        Some(undo) => see_other_undoable(options, &me.visit, &path, key, &number, &undo),
        None => see_other_saying(options, &path, key, &number),
    }
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
