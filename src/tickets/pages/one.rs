//! The page of one ticket.

use std::collections::BTreeMap;

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::{named, seen, sees, told_again};
use crate::accounts::{self, Me, Right};
use crate::base::id::{PersonId, TicketId};
use crate::base::{Error, Message, Result};
use crate::db::Db;
use crate::events::{Act, Books, Subject, history_of};
use crate::people;
use crate::tickets::change::Change;
use crate::tickets::views::{self, Names, Shown};
use crate::tickets::{
    Priority, Status, Ticket, TicketNumber, attachments_of, entries_of, field_of, parts_of, places_of, read_field,
    siblings_of, tags_of,
};
use crate::web::{Form, Live, Options, Undo, see_other_saying, see_other_undoable};

/// Changes that a page tells of.
const HISTORY_MAX: i64 = 200;

/// Parts that a page shows.
const PARTS_MAX: i64 = 50;

/// How the page is opened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShowQuery {
    /// `1` when it was opened from a call: the cursor goes where the dispatcher types first.
    pub call: String,
    /// `1` when it was opened to be given to somebody: the cursor goes there.
    pub dispatch: String,
}

/// What a page shows to a reader. At a desk that shows who called only to whoever claimed the call, the people whom a number
/// may belong to are for whoever has the ticket.
fn load(db: &mut Db, me: &Me, id: TicketId) -> Result<Shown> {
    let sees = &sees(me);
    let ticket = seen(db, sees, id)?;
    let names = Names::of(db, std::slice::from_ref(&ticket))?;
    let key: Vec<String> = ticket.caller_key.clone().into_iter().collect();
    let mut candidates: Vec<_> = people::candidates(db, &key)?.into_iter().map(|(_, candidate)| candidate).collect();
    if me.settings.hides_identity() && ticket.assignee_id != Some(me.agent().id) {
        candidates.clear();
    }
    let persons: Vec<PersonId> = candidates.iter().map(|c| c.id).chain(ticket.requester_id).collect();
    let places = places_of(db, &persons, ticket.site_id)?;
    let members = accounts::members_of(db)?;
    let parent = ticket.parent_id.map(|parent| crate::tickets::by_id(db, parent)).transpose()?;
    let parent = parent.filter(|parent| sees.includes(parent));
    let seen = |tickets: Vec<Ticket>| tickets.into_iter().filter(|ticket| sees.includes(ticket)).collect();
    let (parts, siblings) = (seen(parts_of(db, id, PARTS_MAX)?), seen(siblings_of(db, id)?));
    let requester = ticket.requester_id.map(|person| people::person_by_id(db, person)).transpose()?;
    let (entries, files, tags) = (entries_of(db, id)?, attachments_of(db, id)?, tags_of(db, id)?);
    let history = history_of(db, Subject::Ticket(id), HISTORY_MAX)?;
    Ok(Shown {
        ticket,
        entries,
        files,
        tags,
        history,
        candidates,
        requester,
        names,
        members,
        places,
        parent,
        parts,
        siblings,
    })
}

/// `GET /t/{number}`
pub async fn show(
    request: HttpRequest,
    books: Data<Books>,
    live: Data<Live>,
    me: Me,
    query: Query<ShowQuery>,
) -> Result<HttpResponse> {
    let (id, asker) = (named(&request)?, me.clone());
    let mut shell = me.live_shell("", &live);
    let shown = books.read(move |db| load(db, &asker, id)).await?;
    shell.title = views::title(me.locale(), &shown.ticket);
    let (from_call, dispatch) = (query.call == "1", query.dispatch == "1");
    let draft = views::Draft { from_call, dispatch, ..views::Draft::default() };
    Ok(shell.answer(&me.visit, views::page(&me, &shown, &draft)))
}

/// `GET /t/{number}/thread`: the thread alone, for the page that follows what happens.
pub async fn thread(request: HttpRequest, books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (id, asker) = (named(&request)?, me.clone());
    let shown = books.read(move |db| load(db, &asker, id)).await?;
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

/// The fields beside the thread, as they were typed, and as they were before (`was_` and the name of the field).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct ChangeForm(BTreeMap<String, String>);

impl ChangeForm {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// What was typed into a field in place of what had stood there: the rest of the form may be shown as it is now.
    pub fn typed(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| self.get(&format!("was_{name}")) != Some(value))
    }

    /// What a field of ids says; nothing when it was not there.
    fn choice<T: std::str::FromStr>(&self, name: &str) -> Option<Option<T>> {
        self.get(name).map(|value| value.parse().ok())
    }

    fn change(&self, zone: &jiff::tz::TimeZone) -> Result<Change> {
        let wanted_at = self.get("wanted").map(|text| read_field(text, zone));
        let parent = self.get("parent").map(str::trim).map(|text| match TicketNumber::parse(text) {
            None if !text.is_empty() => Err(Error::invalid("parent", "error-ticket-number")),
            number => Ok(number.map(TicketNumber::id)),
        });
        Ok(Change {
            // An empty subject stays what it was: a ticket of a call need not be named to be given to a team.
            subject: self.get("subject").filter(|text| !text.trim().is_empty()).map(str::to_owned),
            priority: self.get("priority").and_then(Priority::from_word),
            team: self.choice("team"),
            assignee: self.choice("assignee"),
            site: self.choice("site"),
            category: self.choice("category"),
            wanted_at: wanted_at.transpose().map_err(|key| Error::invalid("wanted", key))?,
            parent: parent.transpose()?,
            ..Change::default()
        })
    }
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
    let (fields, zone, sees) = (form.clone(), me.locale().zone.clone(), sees(&me));
    let done = act(&books, &me, id, move |ticket, act| {
        let change = form.change(&zone)?;
        if let Some(Some(parent)) = change.parent.filter(|parent| *parent != ticket.parent_id) {
            // What may not be seen is not there.
            seen(act.db, &sees, parent).map_err(|_unseen| Error::invalid("parent", "error-parent"))?;
        }
        apply(ticket, act, &form, change)
    });
    match done.await {
        Ok(done) => Ok(back(&options, &me, &done, "done-ticket-changed")),
        Err(error) => again(&books, &live, &me, id, views::Draft { fields, ..views::Draft::default() }, error).await,
    }
}

/// A command that names no revision means the ticket as it is.
fn apply(ticket: &Ticket, act: &mut Act<'_>, form: &ChangeForm, change: Change) -> Result<()> {
    if form.get("rev").is_some_and(|rev| rev.parse() != Ok(ticket.rev)) {
        return Err(Error::Conflict(Message::new("error-changed-meanwhile")));
    }
    let (id, status) = (ticket.id, form.get("status").and_then(Status::from_word));
    if ticket.closed_at.is_some() && status.is_some_and(|status| status != Status::Closed) {
        ticket.reopen(act)?;
    }
    reloaded(act, id)?.revise(act, change)?;
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
    fn undo(&self, zone: &jiff::tz::TimeZone) -> Option<Undo> {
        let (before, after) = (&self.before, &self.after);
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let path = format!("/t/{}", before.number());
        if before.requester_id != after.requester_id {
            let person = id(before.requester_id.map(|p| p.0));
            return Some(Undo { path: path + "/requester", fields: vec![("person".into(), person)] });
        }
        let parent = before.parent_id.map(|parent| TicketNumber::of(parent).to_string()).unwrap_or_default();
        let was = [
            ("subject", !before.subject.is_empty() && before.subject != after.subject, before.subject.clone()),
            ("status", before.status != after.status, before.status.word().to_owned()),
            ("priority", before.priority != after.priority, before.priority.word().to_owned()),
            ("team", before.team_id != after.team_id, id(before.team_id.map(|t| t.0))),
            ("assignee", before.assignee_id != after.assignee_id, id(before.assignee_id.map(|a| a.0))),
            ("category", before.category_id != after.category_id, id(before.category_id.map(|c| c.0))),
            ("site", before.site_id != after.site_id, id(before.site_id.map(|s| s.0))),
            ("wanted", before.wanted_at != after.wanted_at, field_of(before.wanted_at, zone)),
            ("parent", before.parent_id != after.parent_id, parent),
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
    match done.undo(&me.locale().zone) {
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
    let asker = me.clone();
    let mut shell = me.live_shell("", live);
    let shown = books.read(move |db| load(db, &asker, id)).await?;
    shell.title = views::title(me.locale(), &shown.ticket);
    let draft = views::Draft { problems, ..draft };
    Ok(shell.answer_with(status, &me.visit, views::page(me, &shown, &draft)))
}
