//! The call board, and the way from a call to its ticket.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use crate::accounts::{Me, Right};
use crate::base::id::{CallId, LineId};
use crate::base::{Cursor, Error, Result};
use crate::calls::board::cards;
use crate::calls::{self, CallFilter, LineTable, store, views};
use crate::events::Books;
use crate::tickets::TicketNumber;
use crate::web::live::{Subscriber, answer, last_seen};
use crate::web::problem::Refusal;
use crate::web::{Form, Live, Options, see_other, see_other_saying};

/// Cards of calls that have ended, below those that ring.
const RECENT: usize = 12;

/// Calls that ring, at most; a desk with more is flooded.
const RINGING_MAX: i64 = 100;

/// Missed calls at the side.
const MISSED: usize = 15;

/// Rows of the call log.
const ROWS: usize = 50;

/// `GET /calls`
pub async fn board(books: Data<Books>, live: Data<Live>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    let mut shell = me.live_shell(&me.locale().t("calls-title"), &live);
    shell.live_required = true;
    let now = lines.now();
    let (ringing, recent, missed) = books
        .read(move |db| {
            let ringing = store::ringing(db, RINGING_MAX)?;
            let ringing = cards(db, &now, ringing)?;
            let recent = store::ended(db, &CallFilter::default(), None, RECENT)?.rows;
            let missed = store::ended(db, &CallFilter { missed: true, line: None }, None, MISSED)?.rows;
            Ok((ringing, cards(db, &now, recent)?, cards(db, &now, missed)?))
        })
        .await?;
    let lines = lines.now();
    Ok(shell.answer(&me.visit, views::board(&me, &lines, &ringing, &recent, &missed)))
}

/// `GET /calls/list`: the cards alone, for a board that lost the live stream.
pub async fn list(books: Data<Books>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    let now = lines.now();
    let (ringing, recent) = books
        .read(move |db| {
            let ringing = store::ringing(db, RINGING_MAX)?;
            let recent = store::ended(db, &CallFilter::default(), None, RECENT)?.rows;
            Ok((cards(db, &now, ringing)?, cards(db, &now, recent)?))
        })
        .await?;
    Ok(me.shell(&me.locale().t("calls-title")).answer(&me.visit, views::list(&me, &ringing, &recent)))
}

/// `GET /calls/missed`: the missed calls alone, for the board that follows what happens.
pub async fn missed(books: Data<Books>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    let now = lines.now();
    let missed = books
        .read(move |db| {
            let missed = store::ended(db, &CallFilter { missed: true, line: None }, None, MISSED)?.rows;
            cards(db, &now, missed)
        })
        .await?;
    Ok(me.shell(&me.locale().t("calls-missed")).answer(&me.visit, views::missed(&me, &missed)))
}

/// The call log's address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    /// `1` for missed calls.
    pub missed: String,
    /// A line's id.
    pub line: String,
    /// Where the page starts.
    pub after: String,
}

/// `GET /calls/log`
pub async fn log(books: Data<Books>, lines: Data<LineTable>, me: Me, query: Query<LogQuery>) -> Result<HttpResponse> {
    let query = query.into_inner();
    let filter = CallFilter { missed: query.missed == "1", line: query.line.parse().ok().map(LineId) };
    let after = Cursor::decode(&query.after);
    let now = lines.now();
    let (next, shown) = books
        .read(move |db| {
            let page = store::ended(db, &filter, after, ROWS)?;
            Ok((page.next, cards(db, &now, page.rows)?))
        })
        .await?;
    let shell = me.shell(&me.locale().t("calls-log"));
    Ok(shell.answer(&me.visit, views::log(&me, &query, &lines.now(), &shown, next)))
}

fn named(request: &HttpRequest) -> Result<CallId> {
    request.match_info().get("id").and_then(|id| id.parse().ok()).map(CallId).ok_or(Error::Missing)
}

/// `GET /calls/{id}/ticket`: to the call's ticket; asks before one is made where the line makes none by itself.
pub async fn ticket(request: HttpRequest, books: Data<Books>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    let (id, now) = (named(&request)?, lines.now());
    let card = books
        .read(move |db| {
            let call = calls::by_id(db, id)?;
            Ok(cards(db, &now, vec![call])?.pop())
        })
        .await?;
    lead(&me, &card.ok_or(Error::Missing)?)
}

/// `GET /calls/newest/ticket`: to the ticket of the call that has just begun to ring, else of the last one.
pub async fn newest_ticket(books: Data<Books>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    let now = lines.now();
    let card = books
        .read(move |db| {
            let newest = match store::ringing(db, 1)?.pop() {
                Some(call) => Some(call),
                None => store::ended(db, &CallFilter::default(), None, 1)?.rows.pop(),
            };
            Ok(cards(db, &now, newest.into_iter().collect())?.pop())
        })
        .await?;
    match card {
        Some(card) => lead(&me, &card),
        None => Ok(see_other("/t/new")),
    }
}

pub(super) fn lead(me: &Me, card: &crate::calls::board::Card) -> Result<HttpResponse> {
    match &card.ticket {
        Some(ticket) => Ok(see_other(&format!("/t/{}?call=1", ticket.number()))),
        None if me.may(Right::WorkCalls) => {
            Ok(me.shell(&me.locale().t("call-make-ticket")).answer(&me.visit, views::ask_ticket(me, card)))
        }
        None => Err(Error::Missing),
    }
}

/// `POST /calls/{id}/ticket`
pub async fn make_ticket(request: HttpRequest, books: Data<Books>, me: Me, _form: Form<()>) -> Result<HttpResponse> {
    let id = named(&request)?;
    let ticket = books.write(me.by(), move |act| calls::ticket_of(act, id)).await?;
    Ok(see_other(&format!("/t/{}?call=1", TicketNumber::of(ticket))))
}

/// `POST /calls/{id}/missed`
pub async fn mark_missed(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = named(&request)?;
    books.write(me.by(), move |act| calls::mark_missed(act, id)).await?;
    Ok(see_other_saying(&options, "/calls/log", "done-call-missed", ""))
}

/// `GET /events`: the live stream.
pub async fn events(request: HttpRequest, live: Data<Live>, me: Me) -> Result<HttpResponse, Refusal> {
    let reader = Subscriber {
        lang: me.locale().lang,
        mask: me.audience(),
        circles: me.circles(),
        topics: Vec::new(),
        session: me.who.session.to_string(),
        last_event_id: last_seen(&request),
    };
    answer(&live, reader)
}

/// `GET /`: to where the work of this role is.
pub async fn home(me: Me) -> HttpResponse {
    see_other(if me.may(Right::SeeCalls) { "/calls" } else { "/t" })
}
