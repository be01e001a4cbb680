//! SQL of the call reports: counting is done by the database, by quarters of an hour of UTC, which fit into every zone's
//! hours and days. Every question reads the calls of its time through the index of `received_at`.
//!
//! Parameters: `$1` from, `$2` to, `$3` a line or 0 for all; both databases number them so.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::base::id::LineId;
use crate::base::{Result, Timestamp};
use crate::db::schema::calls as c;
use crate::db::{Db, each_backend};

/// Milliseconds of a bucket.
pub(in crate::calls) const BUCKET_MS: i64 = 900_000;

/// Which calls count: those that are over, and no spam.
macro_rules! counted {
    () => {
        "ended_at IS NOT NULL AND spam_at IS NULL AND received_at >= $1 AND received_at < $2 AND ($3 = 0 OR line_id = $3)"
    };
}

/// Somebody spoke with the caller; as `Call::was_answered` has it.
macro_rules! answered {
    () => {
        "(outcome IN ('answered_elsewhere', 'forwarded') OR (claimed_at IS NOT NULL AND outcome <> 'missed'))"
    };
}

/// Nobody did; as `Call::was_missed` has it.
macro_rules! missed {
    () => {
        "(outcome = 'missed' OR (claimed_at IS NULL AND outcome IN ('went_on', 'unconfirmed', 'rang_out')))"
    };
}

/// How long the caller waited.
macro_rules! waited {
    () => {
        "(CASE WHEN claimed_at < ended_at THEN claimed_at ELSE ended_at END - received_at)"
    };
}

/// What happened on a line within a bucket.
#[derive(Debug, Clone, QueryableByName)]
pub(in crate::calls) struct Bucket {
    #[diesel(sql_type = BigInt)]
    pub bucket: i64,
    #[diesel(sql_type = BigInt)]
    pub line: LineId,
    #[diesel(sql_type = BigInt)]
    pub calls: i64,
    #[diesel(sql_type = BigInt)]
    pub answered: i64,
    #[diesel(sql_type = BigInt)]
    pub in_ten: i64,
    #[diesel(sql_type = BigInt)]
    pub in_twenty: i64,
    #[diesel(sql_type = BigInt)]
    pub missed: i64,
    #[diesel(sql_type = BigInt)]
    pub hung_up: i64,
    #[diesel(sql_type = BigInt)]
    pub ticketless: i64,
}

/// A value and how often it was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(in crate::calls) struct Often {
    #[diesel(sql_type = BigInt)]
    pub value: i64,
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// A text and how often it was there; `last` is when it last was.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(in crate::calls) struct Named {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    #[diesel(sql_type = BigInt)]
    pub last: Timestamp,
}

/// Whose calls are counted.
#[derive(Debug, Clone, Copy)]
pub(in crate::calls) struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
    pub line: Option<LineId>,
}

/// Asks for rows of calls within a span.
macro_rules! of_span {
    ($db:expr, $span:expr, $sql:expr) => {{
        let line = $span.line.unwrap_or(LineId(0));
        each_backend!($db, c => diesel::sql_query($sql)
            .bind::<BigInt, _>($span.from)
            .bind::<BigInt, _>($span.to)
            .bind::<BigInt, _>(line)
            .load(c))?
    }};
}

/// What happened, by bucket and line.
pub(in crate::calls) fn buckets(db: &mut Db, span: Span) -> Result<Vec<Bucket>> {
    Ok(of_span!(
        db,
        span,
        concat!(
            "SELECT received_at / 900000 AS bucket, line_id AS line, count(*) AS calls, count(*) FILTER (WHERE ",
            answered!(),
            ") AS answered, count(*) FILTER (WHERE ",
            answered!(),
            " AND ",
            waited!(),
            " <= 10000) AS in_ten, count(*) FILTER (WHERE ",
            answered!(),
            " AND ",
            waited!(),
            " <= 20000) AS in_twenty, count(*) FILTER (WHERE ",
            missed!(),
            ") AS missed, count(*) FILTER (WHERE outcome = 'missed') AS hung_up, count(*) FILTER (WHERE ticket_id IS NULL \
             AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.call_id = calls.id)) AS ticketless \
             FROM calls WHERE ",
            counted!(),
            " GROUP BY 1, 2"
        )
    ))
}

/// How many seconds callers waited until they were answered; ten minutes and more are one.
pub(in crate::calls) fn waits(db: &mut Db, span: Span) -> Result<Vec<Often>> {
    Ok(of_span!(
        db,
        span,
        concat!(
            "SELECT CASE WHEN ",
            waited!(),
            " >= 600000 THEN 600 ELSE ",
            waited!(),
            " / 1000 END AS value, count(*) AS count FROM calls WHERE ",
            counted!(),
            " AND ",
            answered!(),
            " GROUP BY 1 ORDER BY 1"
        )
    ))
}

/// How many seconds lay between claim and wrap-up; two hours and more are one.
pub(in crate::calls) fn handling(db: &mut Db, span: Span) -> Result<Vec<Often>> {
    Ok(of_span!(
        db,
        span,
        concat!(
            "SELECT CASE WHEN wrapped_up_at - claimed_at >= 7200000 THEN 7200 ELSE (wrapped_up_at - claimed_at) / 1000 END \
             AS value, count(*) AS count FROM calls WHERE ",
            counted!(),
            " AND wrapped_up_at >= claimed_at GROUP BY 1 ORDER BY 1"
        )
    ))
}

/// How often each wrap-up code was used.
pub(in crate::calls) fn codes_used(db: &mut Db, span: Span) -> Result<Vec<Named>> {
    Ok(of_span!(
        db,
        span,
        concat!(
            "SELECT w.name AS name, count(*) AS count, max(received_at) AS last FROM calls \
             JOIN wrap_up_codes AS w ON w.id = wrap_up_id WHERE ",
            counted!(),
            " GROUP BY w.id, w.name ORDER BY 2 DESC, 1"
        )
    ))
}

/// The numbers that called more than once, the most frequent first.
pub(in crate::calls) fn repeats(db: &mut Db, span: Span) -> Result<Vec<Named>> {
    // Put together with nothing, the number is answered by no index of its own, whose whole length would be read.
    Ok(of_span!(
        db,
        span,
        concat!(
            "SELECT caller_key || '' AS name, count(*) AS count, max(received_at) AS last FROM calls WHERE ",
            counted!(),
            " AND caller_key IS NOT NULL GROUP BY caller_key || '' HAVING count(*) > 1 ORDER BY 2 DESC, 1 LIMIT 20"
        )
    ))
}

/// How many numbers called more than once.
pub(in crate::calls) fn count_repeats(db: &mut Db, span: Span) -> Result<i64> {
    let counted: Vec<Often> = of_span!(
        db,
        span,
        concat!(
            "SELECT 0 + count(*) AS value, count(*) AS count FROM (SELECT caller_key || '' AS name FROM calls WHERE ",
            counted!(),
            " AND caller_key IS NOT NULL GROUP BY caller_key || '' HAVING count(*) > 1) AS often"
        )
    );
    Ok(counted.first().map_or(0, |often| often.count))
}

/// How many callbacks were closed, and how many of them (`value`) in time.
pub(in crate::calls) fn callbacks_closed(db: &mut Db, span: Span) -> Result<Often> {
    let counted: Vec<Often> = of_span!(
        db,
        span,
        "SELECT count(*) FILTER (WHERE closed_at <= due_at) AS value, count(*) AS count FROM callbacks \
         WHERE closed_at >= $1 AND closed_at < $2 AND ($3 = 0 OR line_id = $3)"
    );
    Ok(counted.first().copied().unwrap_or(Often { value: 0, count: 0 }))
}

/// The last call before a time, and the first one after it.
pub(in crate::calls) fn nearest(db: &mut Db, span: Span) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
    let before = c::table.filter(c::received_at.lt(span.from)).order(c::received_at.desc()).select(c::received_at);
    let after = c::table.filter(c::received_at.ge(span.to)).order(c::received_at).select(c::received_at);
    Ok((before.first(db).optional()?, after.first(db).optional()?))
}
