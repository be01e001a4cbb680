//! SQL of the call log.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use crate::base::id::CallId;
use crate::base::{Cursor, Page, Result, Timestamp};
use crate::calls::Call;
use crate::calls::log::{Ended, LogFilter, Search};
use crate::db::schema::calls as c;
use crate::db::{Db, MultiBackend};
use crate::tickets::CallOutcome;

/// Calls that have ended and fit a filter, the newest first. Read in the order of an index: of the line, of the number,
/// or of the time, whatever else has to fit; [`LogFilter`] bounds the time where that may be rare.
pub fn search_log(db: &mut Db, filter: &LogFilter, after: Option<Cursor>, limit: usize) -> Result<Page<Call>> {
    let mut query = c::table.filter(c::ended_at.is_not_null()).into_boxed::<MultiBackend>();
    if let Some(line) = filter.line {
        query = query.filter(c::line_id.eq(line));
    }
    if let Some(from) = filter.from {
        query = query.filter(c::received_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(c::received_at.lt(to));
    }
    match &filter.search {
        Search::All => {}
        Search::Number(key) => query = query.filter(c::caller_key.eq(key.clone())),
        Search::Words { like, keys, persons } => {
            let named = sql::<Bool>("lower(caller_name) LIKE ").bind::<Text, _>(like.clone()).sql(" ESCAPE '\\'");
            let numbered = sql::<Nullable<Bool>>("caller_key LIKE ").bind::<Text, _>(like.clone()).sql(" ESCAPE '\\'");
            let known = c::caller_key.eq_any(keys.clone()).or(c::person_id.eq_any(persons.clone()));
            query = query.filter(named.or(numbered).or(known));
        }
    }
    // Said in a way that no index answers: one of few rows would be sorted, and the order is what the list needs.
    if let Some(agent) = filter.agent {
        query = query.filter(sql::<Nullable<Bool>>("claimed_by + 0 = ").bind::<diesel::sql_types::BigInt, _>(agent));
    }
    if filter.ticketless {
        query = query.filter(sql::<Bool>("(ticket_id IS NULL) IS TRUE"));
    }
    let seldom = [CallOutcome::WentOn, CallOutcome::Unconfirmed, CallOutcome::RangOut];
    let claimed = c::claimed_at.is_not_null().and(c::outcome.ne(CallOutcome::Missed));
    query = match filter.ended {
        Ended::Anyhow => query,
        Ended::Answered => {
            let spoken = [CallOutcome::AnsweredElsewhere, CallOutcome::Forwarded];
            query.filter(c::outcome.eq_any(spoken).or(claimed))
        }
        Ended::Missed => {
            let lost = c::outcome.eq_any(seldom).and(c::claimed_at.is_null());
            query.filter(c::outcome.eq(CallOutcome::Missed).or(lost))
        }
        Ended::So(outcome) => query.filter(c::outcome.eq(outcome)),
    };
    if let Some(cursor) = after {
        let (at, id) = (Timestamp(cursor.key), CallId(cursor.id));
        query = query.filter(c::received_at.le(at)).filter(c::received_at.lt(at).or(c::id.lt(id)));
    }
    let rows = query
        .order((c::received_at.desc(), c::id.desc()))
        .limit(i64::try_from(limit).unwrap_or(50) + 1)
        .select(columns!())
        .load(db)?;
    Ok(Page::cut(rows, limit, |call: &Call| Cursor { key: call.received_at.0, id: call.id.0 }))
}
