//! Duty: the own switch, and for leads who was on duty when.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use jiff::ToSpan as _;
use serde::Deserialize;

use super::Me;
use crate::accounts::{Duty, DutyTotal, duties_between, go, on_duty, totals, views};
use crate::base::id::AgentId;
use crate::base::{Error, Result, Timestamp};
use crate::events::Books;
use crate::web::{Form, Options, safe_next, see_other_saying};

/// Days before today that the page shows.
const DAYS: i64 = 14;

/// A duty that began earlier than this before a day no longer lies in it.
const SHIFT_MS: i64 = 24 * 60 * 60 * 1_000;

/// What the switch sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DutyForm {
    /// The word of a [`Duty`].
    pub state: String,
    /// The page that the switch stood on.
    pub next: String,
}

impl DutyForm {
    fn duty(&self) -> Result<Duty> {
        Duty::from_word(&self.state).ok_or_else(|| Error::invalid("state", "error-choice"))
    }
}

fn said(duty: Duty) -> &'static str {
    match duty {
        Duty::On => "done-duty-on",
        Duty::Break => "done-duty-break",
        Duty::Off => "done-duty-off",
    }
}

/// `POST /duty`
pub async fn set_own_duty(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<DutyForm>,
) -> Result<HttpResponse> {
    let (agent, duty) = (me.agent().id, form.0.duty()?);
    books.write(me.by(), move |act| go(act, agent, duty)).await?;
    Ok(see_other_saying(&options, safe_next(&form.0.next).unwrap_or("/calls"), said(duty), ""))
}

/// `GET /admin/duty`
pub async fn show_duty(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (now, zone) = (me.visit.now, me.locale().zone.clone());
    let today = now.day(&zone);
    let start = |ago: i64| Timestamp::midnight(today.saturating_sub(ago.days()), &zone);
    let (from, to) = (start(DAYS).plus_ms(-SHIFT_MS), start(-1));
    let (rows, spans) = books.read(move |db| Ok((on_duty(db)?, duties_between(db, from, to)?))).await?;
    let day = |ago: i64| (start(ago), totals(&spans, start(ago), start(ago - 1), now));
    let days: Vec<(Timestamp, Vec<DutyTotal>)> = (0..=DAYS).map(day).collect();
    let shell = me.shell(&me.locale().t("duty-title"));
    Ok(shell.answer(&me.visit, views::duty_page(&me, &rows, &days)))
}

/// `POST /admin/duty/{id}`: for those who forgot, and back.
pub async fn set_agent_duty(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<AgentId>,
    form: Form<DutyForm>,
) -> Result<HttpResponse> {
    let agent = id.into_inner();
    books.read(move |db| crate::accounts::agent_by_id(db, agent)).await?;
    let duty = form.0.duty()?;
    books.write(me.by(), move |act| go(act, agent, duty)).await?;
    let key = if duty == Duty::Off { "done-duty-set-off" } else { "done-duty-set-on" };
    Ok(see_other_saying(&options, "/admin/duty", key, ""))
}
