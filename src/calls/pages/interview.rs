//! The interview: the ticket of a call is filled in while somebody talks.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::board::lead;
use crate::accounts::{Me, Right};
use crate::base::id::{AgentId, CallId, PersonId, SiteId, TicketId};
use crate::base::text::clean_line;
use crate::base::{Error, Message, Problem, Result};
use crate::calls::board::{Card, cards};
use crate::calls::privacy::shown_to;
use crate::calls::{self, Interview, LineTable, Lines, may_see_identity, store, views};
use crate::db::Db;
use crate::events::Books;
use crate::people;
use crate::tickets::pages::{Offers, Typed};
use crate::tickets::views::Form as Shown;
use crate::tickets::{self, Like, Priority, Sees, Similar, Ticket, TicketNumber, similar as like_ones};
use crate::web::ui::Again;
use crate::web::{Form, Options, Undo, safe_next, see_other, see_other_saying, see_other_undoable};

/// A call, and all that its form offers.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The call.
    pub card: Card,
    /// Its ticket, also where the reader may not see yet who called.
    pub ticket: Option<Ticket>,
    /// Who asks by what the ticket says so far.
    pub requester: String,
    offers: Offers,
    similar: Vec<Similar>,
}

/// Which call the address names.
#[derive(Debug, Clone, Copy)]
enum Which {
    Call(CallId),
    /// The one that this agent means by "the call".
    Current(AgentId),
}

impl Which {
    fn named(request: &HttpRequest, me: &Me) -> Result<Self> {
        match request.match_info().get("id") {
            Some("current") => Ok(Self::Current(me.agent().id)),
            Some(id) => id.parse().map(CallId).map(Self::Call).map_err(|_bad| Error::Missing),
            None => Err(Error::Missing),
        }
    }

    fn find(self, db: &mut Db) -> Result<Option<calls::Call>> {
        match self {
            Self::Call(id) => calls::by_id(db, id).map(Some),
            Self::Current(agent) => store::current_of(db, agent),
        }
    }
}

/// A call as whoever asks may see it, with its ticket.
fn card_of(db: &mut Db, lines: &Lines, me: &Me, which: Which) -> Result<Option<(Card, Option<Ticket>)>> {
    let Some(call) = which.find(db)? else { return Ok(None) };
    let ticket = call.ticket.map(|ticket| tickets::by_id(db, ticket)).transpose()?;
    let card = shown_to(&me.settings, Some(me.agent().id), cards(db, lines, vec![call])?).pop();
    Ok(card.map(|card| (card, ticket)))
}

/// All that the form of a call needs; what was typed decides what is like it.
fn load(db: &mut Db, me: &Me, (card, ticket): (Card, Option<Ticket>), typed: &Typed) -> Result<Asked> {
    let requester = typed.id::<PersonId>("requester");
    let mut persons: Vec<PersonId> = card.candidates.iter().map(|c| c.id).chain(requester).collect();
    persons.sort_unstable();
    persons.dedup();
    let site: Option<SiteId> = typed.id("site");
    let offers = Offers::of(db, &persons, ticket.as_ref().and_then(|ticket| ticket.site_id).or(site))?;
    let named: Vec<PersonId> = requester.into_iter().collect();
    let requester = people::person_names(db, &named)?.pop().map(|(_, name)| name).unwrap_or_default();
    let key = card.call.caller_key.clone().filter(|_| !card.hidden);
    let like = Like {
        text: typed.get("subject").to_owned(),
        caller_keys: key.into_iter().collect(),
        persons,
        site,
        except: card.call.ticket.into_iter().collect(),
    };
    let similar = like_ones(db, &Sees::of(&me.who), &like)?;
    Ok(Asked { card, ticket, requester, offers, similar })
}

/// What a form has to bring back so that nobody's work is overwritten.
fn rev_of(ticket: Option<&Ticket>) -> String {
    ticket.map_or(0, Ticket::work_rev).to_string()
}

/// What the form begins with: what the ticket says, and what is certain of the caller.
fn begun(me: &Me, (card, ticket): &(Card, Option<Ticket>)) -> Typed {
    let shown = ticket.as_ref().filter(|_| !card.hidden);
    let mut typed = shown.map(|ticket| Typed::from_ticket(ticket, &me.locale().zone)).unwrap_or_default();
    typed.set("rev", &rev_of(ticket.as_ref()));
    typed.set("save_contact", "on");
    if typed.get("priority").is_empty() {
        typed.set("priority", Priority::default().word());
    }
    if typed.get("requester").is_empty() {
        // The form shows whom it names, and who saves it has seen that; of several, or of a guess, it names none.
        let only = match card.candidates.as_slice() {
            [only] if card.sharing == 1 && !only.maybe => Some(only.id),
            _ => None,
        };
        let person = card.call.person_id.filter(|_| !card.hidden).or(only);
        typed.set("requester", &person.map(|id| id.to_string()).unwrap_or_default());
    }
    typed
}

fn answer(me: &Me, status: StatusCode, asked: &Asked, typed: &Typed, problems: &[Problem]) -> HttpResponse {
    let form =
        Shown { typed, problems, offers: &asked.offers, similar: &asked.similar, call: Some(asked.card.call.id) };
    let shell = me.shell(&me.locale().t("interview-title"));
    shell.answer_with(status, &me.visit, views::interview(me, asked, &form))
}

/// `GET /calls/{id}/interview`; `current` is the call that whoever asks means. Who may only look is led to the ticket.
pub async fn interview(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
) -> Result<HttpResponse> {
    let (which, now, asking) = (Which::named(&request, &me)?, lines.now(), me.clone());
    let found = books
        .read(move |db| {
            let Some(card) = card_of(db, &now, &asking, which)? else { return Ok(None) };
            if !asking.may(Right::WorkCalls) {
                return Ok(Some((Err(card.0), Typed::default())));
            }
            let typed = begun(&asking, &card);
            Ok(Some((Ok(load(db, &asking, card, &typed)?), typed)))
        })
        .await?;
    match found {
        Some((Ok(asked), typed)) => Ok(answer(&me, StatusCode::OK, &asked, &typed, &[])),
        Some((Err(card), _)) => lead(&me, &card),
        None => Ok(see_other(if me.may(Right::WorkTickets) { "/t/new" } else { "/calls" })),
    }
}

/// `POST /calls/{id}/interview`
pub async fn save_interview(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (which, now, typed) = (Which::named(&request, &me)?, lines.now(), Typed::of(form.0));
    let then = typed.get("then").to_owned();
    if then == "script" {
        return again(&books, &lines, &me, which, typed, Again::default()).await;
    }
    let (kept, asking) = (typed.clone(), me.clone());
    let saved = books.write(me.by(), move |act| {
        let call = which.find(act.db)?.ok_or(Error::Missing)?;
        let said = said(&asking, act.db, &typed)?;
        let ticket = calls::interview(act, call.id, &said)?;
        if typed.get("then") == "more" {
            calls::another_ticket(act, call.id)?;
        }
        Ok((call.id, ticket))
    });
    let (call, ticket) = match saved.await {
        Ok(saved) => saved,
        Err(error) => return again(&books, &lines, &me, which, kept, Again::of(error)?).await,
    };
    let number = TicketNumber::of(ticket).to_string();
    if then == "more" && me.visit.partial {
        let asking = me.clone();
        let (asked, typed) = books
            .read(move |db| {
                let card = card_of(db, &now, &asking, Which::Call(call))?.ok_or(Error::Missing)?;
                let typed = begun(&asking, &card);
                Ok((load(db, &asking, card, &typed)?, typed))
            })
            .await?;
        return Ok(answer(&me, StatusCode::OK, &asked, &typed, &[]));
    }
    let path = match then.as_str() {
        "dispatch" => format!("/t/{number}?dispatch=1"),
        "more" => format!("/calls/{call}/interview"),
        _ => format!("/t/{number}"),
    };
    Ok(done(&options, &me, &path, ("done-ticket-saved", &number), None, then == "dispatch"))
}

/// What was typed, as the verb wants it. A name that is not to be kept stands at the head of the note.
fn said(me: &Me, db: &mut Db, typed: &Typed) -> Result<Interview> {
    let l = me.locale();
    let mut answers = typed.answers(db, me.visit.now, &l.zone)?;
    let name = if answers.requester.is_none() { clean_line(typed.get("caller_name"), 120) } else { String::new() };
    let keeps = typed.get("save_contact") == "on" && me.may(Right::ChangePeople);
    if !name.is_empty() && !keeps {
        let line = l.t_with("interview-caller-line", &[("name", name.as_str().into())]);
        answers.note = format!("{line}\n{}", answers.note);
    }
    let contact = if keeps { name } else { String::new() };
    Ok(Interview { answers, work_rev: typed.id("rev").unwrap_or(0), contact })
}

/// The form once more, with what was typed and what was wrong with it.
async fn again(
    books: &Books,
    lines: &LineTable,
    me: &Me,
    which: Which,
    mut typed: Typed,
    again: Again,
) -> Result<HttpResponse> {
    let (now, asking, then) = (lines.now(), me.clone(), typed.clone());
    let asked = books
        .read(move |db| {
            let card = card_of(db, &now, &asking, which)?.ok_or(Error::Missing)?;
            load(db, &asking, card, &then)
        })
        .await?;
    if typed.get("then") == "script" {
        asked.offers.preset(&mut typed);
    }
    // Whoever has seen that somebody was faster may save over it.
    typed.set("rev", &rev_of(asked.ticket.as_ref()));
    let status = again.status();
    let whole = again.refusal.map(|message| Problem::new("subject", message));
    let problems: Vec<Problem> = whole.into_iter().chain(again.problems).collect();
    Ok(answer(me, status, &asked, &typed, &problems))
}

/// What a script, which stays on its page, or a browser, which goes on, is told once it is done.
fn done(
    options: &Options,
    me: &Me,
    path: &str,
    (key, number): (&'static str, &str),
    undo: Option<&Undo>,
    goes_on: bool,
) -> HttpResponse {
    if !me.visit.partial {
        return match undo {
            Some(undo) => see_other_undoable(options, &me.visit, path, key, number, undo),
            None => see_other_saying(options, path, key, number),
        };
    }
    let mut response = HttpResponse::Ok();
    if goes_on {
        response.insert_header(("hx-redirect", path));
    }
    let text = me.locale().t_with(key, &[("it", number.into())]);
    let toast = views::done(me, &text, number, undo);
    response.content_type("text/html; charset=utf-8").body(toast.into_string())
}

/// To which ticket a call goes, with what was typed so far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LinkForm {
    /// A ticket's number.
    pub ticket: String,
    /// A number that was typed by hand.
    pub duplicate: String,
    /// The subject so far, which would be lost.
    pub subject: String,
    /// The note so far.
    pub note: String,
    /// The page to go back to; the ticket for none and for one that is not here.
    pub next: String,
}

impl LinkForm {
    fn ticket(&self) -> Result<TicketId> {
        let text = if self.ticket.is_empty() { &self.duplicate } else { &self.ticket };
        let number = TicketNumber::parse(text).map(TicketNumber::id);
        number.ok_or_else(|| Error::Conflict(Message::new("error-ticket-number")))
    }
}

/// Where somebody goes on who linked a call to a ticket or took it off, the form at `path` that takes it back and leads to
/// the same place, and the ticket's number.
fn back_from(next: String, path: &str, ticket: TicketId) -> (String, Undo, String) {
    let number = TicketNumber::of(ticket).to_string();
    let mut fields = vec![("ticket".to_owned(), number.clone())];
    if safe_next(&next).is_none() {
        return (format!("/t/{number}"), Undo { path: path.to_owned(), fields }, number);
    }
    fields.push(("next".to_owned(), next.clone()));
    (next, Undo { path: path.to_owned(), fields }, number)
}

/// `POST /calls/{id}/link`: the call belongs to that ticket too.
pub async fn link(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<LinkForm>,
) -> Result<HttpResponse> {
    let (which, form) = (Which::named(&request, &me)?, form.0);
    let (typed, next) = ([form.subject.trim(), form.note.trim()], form.next.clone());
    let note = typed.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    let (call, to) = books
        .write(me.by(), move |act| {
            let none = || Error::Conflict(Message::new("error-no-call"));
            let (call, to) = (which.find(act.db)?.ok_or_else(none)?.id, form.ticket()?);
            calls::link(act, call, to, &note)?;
            Ok((call, to))
        })
        .await?;
    let (back, undo, number) = back_from(next, &format!("/calls/{call}/unlink"), to);
    Ok(done(&options, &me, &back, ("done-call-linked", &number), Some(&undo), false))
}

/// `POST /calls/{id}/unlink`: the call does not belong to that ticket.
pub async fn unlink(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<LinkForm>,
) -> Result<HttpResponse> {
    let (which, form) = (Which::named(&request, &me)?, form.0);
    let next = form.next.clone();
    let (call, from) = books
        .write(me.by(), move |act| {
            let (call, from) = (which.find(act.db)?.ok_or(Error::Missing)?.id, form.ticket()?);
            calls::unlink(act, call, from).map(|()| (call, from))
        })
        .await?;
    let (back, undo, number) = back_from(next, &format!("/calls/{call}/link"), from);
    Ok(done(&options, &me, &back, ("done-call-unlinked", &number), Some(&undo), false))
}

/// `POST /calls/{id}/ticket/more`: the caller has another matter.
pub async fn another_ticket(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let which = Which::named(&request, &me)?;
    let (call, ticket) = books
        .write(me.by(), move |act| {
            let call = which.find(act.db)?.ok_or(Error::Missing)?.id;
            Ok((call, calls::another_ticket(act, call)?))
        })
        .await?;
    let (path, number) = (format!("/calls/{call}/interview"), TicketNumber::of(ticket).to_string());
    Ok(see_other_saying(&options, &path, "done-ticket-opened", &number))
}

/// What is being typed, and for whom.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SimilarQuery {
    #[serde(alias = "subject")]
    q: String,
    call: String,
    person: String,
    site: String,
}

/// `GET /t/similar`: open tickets that are like what is being typed. Only who may see calls and people learns what is
/// open for them.
pub async fn similar(books: Data<Books>, me: Me, query: Query<SimilarQuery>) -> Result<HttpResponse> {
    let (query, sees, settings, agent) = (query.into_inner(), Sees::of(&me.who), me.settings.clone(), me.agent().id);
    let call = query.call.parse().ok().map(CallId).filter(|_| me.may(Right::SeeCalls));
    let person = query.person.parse().ok().map(PersonId).filter(|_| me.may(Right::SeePeople));
    let found = books
        .read(move |db| {
            let call = call.map(|id| calls::by_id(db, id)).transpose()?;
            let known = call.as_ref().filter(|call| may_see_identity(&settings, call, agent));
            let caller_keys: Vec<String> = known.and_then(|call| call.caller_key.clone()).into_iter().collect();
            let known = people::candidates(db, &caller_keys)?;
            let persons = known.into_iter().map(|(_, candidate)| candidate.id).chain(person).collect();
            let except = call.and_then(|call| call.ticket).into_iter().collect();
            let site = query.site.parse().ok().map(SiteId);
            like_ones(db, &sees, &Like { text: query.q, caller_keys, persons, site, except })
        })
        .await?;
    let shell = me.shell(&me.locale().t("similar-title"));
    let call = call.filter(|_| me.may(Right::WorkCalls));
    Ok(shell.answer(&me.visit, crate::tickets::views::similar(&me, &found, call)))
}
