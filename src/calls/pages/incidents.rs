//! Incidents: what many call about, what they are told, and who is to be called when it is mended.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::board::{Waiting, show_hand};
use crate::accounts::{self, Me};
use crate::base::id::{AgentId, CallId, IncidentId};
use crate::base::{Error, Result, Timestamp};
use crate::calls::{self, Alike, Callback, Incident, IncidentCard, LineTable, Storm, store, storms, views};
use crate::db::Db;
use crate::events::Books;
use crate::settings::Settings;
use crate::tickets::{self, Ticket, field_of, read_field};
use crate::web::ui::Again;
use crate::web::{Form, Locale, Options, see_other, see_other_saying};

/// Rows of the list.
const ROWS: i64 = 100;

/// Rows of one incident's callbacks.
const CALLBACKS: i64 = 500;

/// What looks like an incident, and what is known.
pub struct Weather {
    /// What looks like one.
    pub storms: Vec<Storm>,
    /// What is known.
    pub known: Vec<Incident>,
    /// The tickets of that.
    pub tickets: Vec<Ticket>,
}

impl Weather {
    pub(super) fn read(db: &mut Db, settings: &Settings, now: Timestamp) -> Result<Self> {
        let known = store::open_incidents(db)?;
        let tickets = tickets::by_ids(db, &known.iter().map(|incident| incident.ticket).collect::<Vec<_>>())?;
        Ok(Self { storms: storms(db, settings, now)?, known, tickets })
    }
}

/// `GET /calls/storm`: what looks like an incident, for the board.
pub async fn storm(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (now, settings) = (me.visit.now, me.settings.clone());
    let weather = books.read(move |db| Weather::read(db, &settings, now)).await?;
    Ok(me.shell(&me.locale().t("incidents-title")).answer(&me.visit, views::storm(&me, &weather)))
}

/// A storm by its key.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StormForm {
    /// See [`Alike::key`].
    pub key: String,
}

/// `POST /calls/storm/quiet`: it is no incident.
pub async fn quiet_storm(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<StormForm>,
) -> Result<HttpResponse> {
    let key = form.0.key;
    books.write(me.by(), move |act| calls::wave_away(act, &key)).await?;
    if me.visit.partial { storm(books, me).await } else { Ok(see_other_saying(&options, "/calls", "done-saved", "")) }
}

/// An incident's form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct IncidentForm {
    /// What is broken.
    pub title: String,
    /// What callers are told.
    pub announcement: String,
    /// Where.
    pub area: String,
    /// Words of it.
    pub words: String,
    /// When it should be over, as browsers write a moment.
    pub eta: String,
    /// The storm that it was made of.
    pub key: String,
}

impl IncidentForm {
    fn of_storm(storm: &Alike) -> Self {
        let key = storm.key();
        match storm {
            Alike::Area(area) => Self { area: area.clone(), key, ..Self::default() },
            Alike::Prefix(prefix) => Self { area: prefix.clone(), key, ..Self::default() },
            Alike::Word(word) => Self { words: word.clone(), key, ..Self::default() },
        }
    }

    fn of(incident: &Incident, ticket: &Ticket, l: &Locale) -> Self {
        Self {
            title: ticket.subject.clone(),
            announcement: incident.announcement.clone(),
            area: incident.area.clone(),
            words: incident.words.clone(),
            eta: field_of(incident.eta_at, &l.zone),
            key: String::new(),
        }
    }

    fn card(&self, l: &Locale) -> Result<IncidentCard> {
        Ok(IncidentCard {
            title: self.title.clone(),
            announcement: self.announcement.clone(),
            area: self.area.clone(),
            words: self.words.clone(),
            eta_at: read_field(&self.eta, &l.zone).map_err(|key| Error::invalid("eta", key))?,
        })
    }
}

/// `GET /calls/incidents`
pub async fn list_incidents(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (incidents, tickets) = books
        .read(|db| {
            let incidents = store::incidents(db, ROWS)?;
            let tickets = tickets::by_ids(db, &incidents.iter().map(|i| i.ticket).collect::<Vec<_>>())?;
            Ok((incidents, tickets))
        })
        .await?;
    let shell = me.shell(&me.locale().t("incidents-title"));
    Ok(shell.answer(&me.visit, views::incidents(&me, &incidents, &tickets)))
}

/// `GET /calls/incidents/new`
pub async fn new_incident(me: Me, query: Query<StormForm>) -> Result<HttpResponse> {
    let form = Alike::of_key(&query.key).map(|alike| IncidentForm::of_storm(&alike)).unwrap_or_default();
    Ok(ask(&me, &form, &Again::default()))
}

fn ask(me: &Me, form: &IncidentForm, again: &Again) -> HttpResponse {
    let shell = me.shell(&me.locale().t("incident-new"));
    shell.answer_with(again.status(), &me.visit, views::incident_form(me, form, again))
}

/// `POST /calls/incidents`
pub async fn declare(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<IncidentForm>,
) -> Result<HttpResponse> {
    let (form, settings, now) = (form.0, me.settings.clone(), me.visit.now);
    let made = match form.card(me.locale()) {
        Err(error) => Err(error),
        Ok(card) => {
            let key = form.key.clone();
            let work = move |act: &mut crate::events::Act<'_>| {
                let storms = if key.is_empty() { Vec::new() } else { storms(act.db, &settings, now)? };
                let calls = storms.into_iter().find(|storm| storm.alike.key() == key).map(|s| s.calls);
                calls::declare(act, &card, &calls.unwrap_or_default())
            };
            books.write(me.by(), work).await
        }
    };
    match made {
        Ok(id) => Ok(see_other_saying(&options, &format!("/calls/incidents/{id}"), "done-incident-declared", "")),
        Err(error) => Ok(ask(&me, &form, &Again::of(error)?)),
    }
}

/// An incident with all that its page shows.
pub struct Told {
    /// The incident.
    pub incident: Incident,
    /// Its ticket.
    pub ticket: Ticket,
    /// How many calls hang on it.
    pub calls: usize,
    /// The tickets that are parts of it.
    pub parts: Vec<Ticket>,
    /// Who is to be called back.
    pub waiting: Waiting,
}

async fn read(books: &Books, me: &Me, id: IncidentId) -> Result<Told> {
    let settings = me.settings.clone();
    books
        .read(move |db| {
            let incident = store::incident_by_id(db, id)?;
            let ticket = tickets::by_id(db, incident.ticket)?;
            let mut parts = tickets::parts_of(db, ticket.id, ROWS)?;
            parts.retain(|part| !part.is_merged());
            let callbacks: Vec<Callback> = store::callbacks_of_incident(db, id, CALLBACKS)?;
            let held: Vec<AgentId> = callbacks.iter().filter_map(|callback| callback.held_by).collect();
            let holders = accounts::agents_named(db, &held)?;
            let waiting = Waiting::of(callbacks, holders, &settings, (0, 0));
            let calls = tickets::calls_of_ticket(db, ticket.id)?.len();
            Ok(Told { calls, parts, waiting, ticket, incident })
        })
        .await
}

/// `GET /calls/incidents/{id}`
pub async fn show_incident(
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    id: Path<IncidentId>,
) -> Result<HttpResponse> {
    let told = read(&books, &me, id.into_inner()).await?;
    let form = IncidentForm::of(&told.incident, &told.ticket, me.locale());
    let shell = me.shell(&told.ticket.subject);
    Ok(shell.answer(&me.visit, views::incident(&me, &lines.now(), &told, &form, &Again::default())))
}

/// `POST /calls/incidents/{id}`
pub async fn change_incident(
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    id: Path<IncidentId>,
    form: Form<IncidentForm>,
) -> Result<HttpResponse> {
    let (id, form) = (id.into_inner(), form.0);
    let changed = match form.card(me.locale()) {
        Err(error) => Err(error),
        Ok(card) => books.write(me.by(), move |act| calls::change_incident(act, id, &card)).await,
    };
    match changed {
        Ok(()) => Ok(see_other_saying(&options, &format!("/calls/incidents/{id}"), "done-saved", "")),
        Err(error) => {
            let (again, told) = (Again::of(error)?, read(&books, &me, id).await?);
            let shell = me.shell(&told.ticket.subject);
            let page = views::incident(&me, &lines.now(), &told, &form, &again);
            Ok(shell.answer_with(again.status(), &me.visit, page))
        }
    }
}

/// `POST /calls/incidents/{id}/solve`
pub async fn solve_incident(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<IncidentId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let made = books.write(me.by(), move |act| calls::solve(act, id)).await?;
    let place = format!("/calls/incidents/{id}");
    Ok(see_other_saying(&options, &place, "done-incident-solved", &made.to_string()))
}

/// `POST /calls/{id}/known/{incident}`: the caller calls about a known fault.
pub async fn add_known(
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    path: Path<(CallId, IncidentId)>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let (call, incident) = path.into_inner();
    books.write(me.by(), move |act| calls::add_to_incident(act, call, incident)).await?;
    if me.visit.partial {
        show_hand((&books, &lines, &me), &options, call.to_string(), None).await
    } else {
        Ok(see_other("/calls"))
    }
}
