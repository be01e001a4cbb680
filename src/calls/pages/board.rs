//! The call board, and the way from a call to its ticket.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::Weather;
use crate::accounts::{self, DutyRow, Me, Right};
use crate::base::id::{AgentId, CallId};
use crate::base::{Error, Result, Timestamp};
use crate::calls::board::{Card, cards};
use crate::calls::privacy::shown_to;
use crate::calls::{self, CallFilter, Callback, Dossier, LineTable, Lines, WrapUpCode, store, views, wall};
use crate::db::Db;
use crate::events::Books;
use crate::settings::Settings;
use crate::tickets::TicketNumber;
use crate::web::live::{Subscriber, answer, last_seen};
use crate::web::problem::Refusal;
use crate::web::{Form, Live, Options, Undo, safe_next, see_other, see_other_saying, see_other_undoable};

/// Cards of calls that have ended, below those that ring.
const RECENT: usize = 12;

/// Calls that ring, at most; a desk with more is flooded.
const RINGING_MAX: i64 = 100;

/// Callbacks at the side.
const CALLBACKS: i64 = 8;

/// Calls that one agent has in hand, at most.
const IN_HAND: i64 = 9;

/// Which of the calls in hand is shown.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HandQuery {
    /// A call's id.
    pub call: String,
}

/// What an agent has in hand: the calls, the one that is shown, and the codes to end it with.
pub struct Hand {
    /// The calls, the newest claim first.
    pub calls: Vec<Card>,
    /// The one that is shown.
    pub shown: Option<CallId>,
    /// All that is known of who that may be.
    pub dossier: Option<Dossier>,
    /// The codes in use.
    pub codes: Vec<WrapUpCode>,
}

impl Hand {
    fn read(db: &mut Db, lines: &Lines, settings: &Settings, agent: AgentId, wanted: &str) -> Result<Self> {
        let calls = store::in_hand_of(db, agent, IN_HAND)?;
        let calls = cards(db, lines, calls)?;
        let wanted = wanted.parse().ok().map(CallId);
        let shown = calls.iter().find(|c| Some(c.call.id) == wanted).or(calls.first()).map(|c| c.call.id);
        let mut codes = store::wrap_up_codes(db)?;
        codes.retain(|code| code.archived_at.is_none());
        let dossier = match shown {
            Some(id) => Some(calls::dossier(db, lines, settings, agent, id)?),
            None => None,
        };
        Ok(Self { calls, shown, dossier, codes })
    }
}

/// Callbacks with what their rows show.
pub struct Waiting {
    /// What is due first.
    pub callbacks: Vec<Callback>,
    /// The names of those who have one in hand.
    pub holders: Vec<(AgentId, String)>,
    /// How many are open, and how many of them late.
    pub count: (i64, i64),
}

impl Waiting {
    /// These callbacks, as a desk with these settings shows them.
    pub(super) fn of(
        mut callbacks: Vec<Callback>,
        holders: Vec<(AgentId, String)>,
        settings: &Settings,
        count: (i64, i64),
    ) -> Self {
        if settings.hides_identity() {
            callbacks.iter_mut().for_each(|callback| callback.caller.clear());
        }
        Self { callbacks, holders, count }
    }

    pub(super) fn read(db: &mut Db, settings: &Settings, now: Timestamp, limit: i64) -> Result<Self> {
        let callbacks = store::open_callbacks(db, limit)?;
        let held: Vec<AgentId> = callbacks.iter().filter_map(|callback| callback.held_by).collect();
        let holders = accounts::agents_named(db, &held)?;
        Ok(Self::of(callbacks, holders, settings, store::count_callbacks(db, now)?))
    }
}

/// All that the board shows.
pub struct Seen {
    /// What rings, the oldest first.
    pub ringing: Vec<Card>,
    /// What was, the newest first.
    pub recent: Vec<Card>,
    /// What the reader has in hand.
    pub hand: Hand,
    /// Who is to be called back.
    pub waiting: Waiting,
    /// What looks like an incident, and what is known.
    pub weather: Weather,
    /// Who is on duty, and who of them speaks.
    pub duty: (Vec<DutyRow>, Vec<AgentId>),
}

/// What rings, the oldest first, and what was, as a reader may see it.
fn queue(db: &mut Db, lines: &Lines, settings: &Settings, agent: AgentId) -> Result<(Vec<Card>, Vec<Card>)> {
    let mut ringing = store::ringing(db, RINGING_MAX)?;
    ringing.reverse();
    let recent = store::ended(db, &CallFilter::default(), None, RECENT)?.rows;
    let ringing = shown_to(settings, Some(agent), cards(db, lines, ringing)?);
    Ok((ringing, shown_to(settings, Some(agent), cards(db, lines, recent)?)))
}

/// `GET /calls`
pub async fn board(
    books: Data<Books>,
    live: Data<Live>,
    lines: Data<LineTable>,
    me: Me,
    query: Query<HandQuery>,
) -> Result<HttpResponse> {
    let mut shell = me.live_shell(&me.locale().t("calls-title"), &live);
    shell.live_required = true;
    let (now, settings, agent, at) = (lines.now(), me.settings.clone(), me.agent().id, me.visit.now);
    let seen = books
        .read(move |db| {
            let hand = Hand::read(db, &now, &settings, agent, &query.call)?;
            let (ringing, recent) = queue(db, &now, &settings, agent)?;
            let waiting = Waiting::read(db, &settings, at, CALLBACKS)?;
            let weather = Weather::read(db, &settings, at)?;
            Ok(Seen { weather, ringing, recent, hand, waiting, duty: wall::on_duty(db, at)? })
        })
        .await?;
    let lines = lines.now();
    Ok(shell.answer(&me.visit, views::board(&me, &lines, &seen)))
}

/// `GET /calls/list`: the cards alone, for a board that lost the live stream.
pub async fn list(books: Data<Books>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    let (now, settings, agent) = (lines.now(), me.settings.clone(), me.agent().id);
    let (ringing, recent) = books.read(move |db| queue(db, &now, &settings, agent)).await?;
    Ok(me.shell(&me.locale().t("calls-title")).answer(&me.visit, views::list(&me, &ringing, &recent)))
}

/// `GET /calls/hand`: what the asker has in hand.
pub async fn hand(
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    query: Query<HandQuery>,
) -> Result<HttpResponse> {
    show_hand((&books, &lines, &me), &options, query.into_inner().call, None).await
}

/// The asker's hand after something was done with it: the part of the board for a script, else the board.
pub(super) async fn show_hand(
    (books, lines, me): (&Books, &LineTable, &Me),
    options: &Options,
    call: String,
    done: Option<Done>,
) -> Result<HttpResponse> {
    if !me.visit.partial {
        return Ok(match done {
            Some(done) => see_other_undoable(options, &me.visit, "/calls", done.key, "", &done.undo),
            None => see_other("/calls"),
        });
    }
    let (now, settings, agent) = (lines.now(), me.settings.clone(), me.agent().id);
    let hand = books.read(move |db| Hand::read(db, &now, &settings, agent, &call)).await?;
    let part = views::and_said(me, views::hand(me, &hand), done.as_ref());
    Ok(me.shell(&me.locale().t("calls-title")).answer(&me.visit, part))
}

/// Something that was done with a call or callback: what the notice says, and what takes it back.
pub struct Done {
    /// The key of the sentence.
    pub key: &'static str,
    /// The form that takes it back.
    pub undo: Undo,
}

impl Done {
    /// Taken back by a form to `path` with these fields.
    pub(super) fn new(key: &'static str, path: String, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { key, undo: Undo { path, fields } }
    }
}

/// `GET /calls/strip`: what rings, what the asker has in hand and what is late, for the head of every page.
pub async fn strip(books: Data<Books>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    let (now, agent, at) = (lines.now(), me.agent().id, me.visit.now);
    let (hand, ringing, late) = books
        .read(move |db| {
            let hand = store::in_hand_of(db, agent, IN_HAND)?;
            let ringing: i64 = store::count_ringing(db)?.iter().map(|(_, count)| count).sum();
            Ok((cards(db, &now, hand)?, ringing, store::count_callbacks(db, at)?.1))
        })
        .await?;
    Ok(me.shell(&me.locale().t("calls-title")).answer(&me.visit, views::strip(&me, &hand, ringing, late)))
}

/// The call that the address names.
pub(super) fn named(request: &HttpRequest) -> Result<CallId> {
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

/// Where somebody stood who did something with a call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BackForm {
    /// The page to go back to; the log for none and for one that is not here.
    pub next: String,
}

/// `POST /calls/{id}/missed`
pub async fn mark_missed(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<BackForm>,
) -> Result<HttpResponse> {
    let id = named(&request)?;
    books.write(me.by(), move |act| calls::mark_missed(act, id)).await?;
    let next = safe_next(&form.0.next).unwrap_or("/calls/log");
    Ok(see_other_saying(&options, next, "done-call-missed", ""))
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
