//! The words of the subjects of open tickets.

use diesel::prelude::*;

use crate::base::Result;
use crate::base::id::TicketId;
use crate::db::schema::{ticket_words as w, tickets as t};
use crate::db::{Db, each_backend};
use crate::tickets::wording::words_of;

/// Makes a ticket found by the words of this subject, and by no others; an empty one makes it found by none.
pub(in crate::tickets) fn set_words(db: &mut Db, id: TicketId, subject: &str) -> Result<()> {
    diesel::delete(w::table.filter(w::ticket_id.eq(id))).execute(db)?;
    insert_words(db, id, subject)
}

/// Makes a ticket found by the words of this subject that was found by none.
pub(in crate::tickets) fn insert_words(db: &mut Db, id: TicketId, subject: &str) -> Result<()> {
    let rows: Vec<_> = words_of(subject).into_iter().map(|word| (w::word.eq(word), w::ticket_id.eq(id))).collect();
    if !rows.is_empty() {
        each_backend!(db, c => diesel::insert_into(w::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// The newest open tickets with this word; `begun` also takes words that it may become.
pub(in crate::tickets) fn tickets_with(db: &mut Db, word: &str, begun: bool, limit: i64) -> Result<Vec<TicketId>> {
    let exact = w::table.filter(w::word.eq(word)).order(w::ticket_id.desc()).limit(limit);
    let mut ids: Vec<TicketId> = exact.select(w::ticket_id).load(db)?;
    if begun {
        let longer = w::table.filter(w::word.gt(word)).filter(w::word.lt(format!("{word}\u{10FFFF}")));
        ids.extend(longer.limit(limit).select(w::ticket_id).load::<TicketId>(db)?);
    }
    Ok(ids)
}

/// The words of these tickets.
pub(in crate::tickets) fn words_of_tickets(db: &mut Db, ids: &[TicketId]) -> Result<Vec<(TicketId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(w::table.filter(w::ticket_id.eq_any(ids.to_vec())).select((w::ticket_id, w::word)).load(db)?)
}

/// Whether there are tickets, but no words of any: they are older than the words.
pub(in crate::tickets) fn is_unindexed(db: &mut Db) -> Result<bool> {
    let words = w::table.select(w::ticket_id).first::<TicketId>(db).optional()?;
    let named = t::table.filter(t::closed_at.is_null()).filter(t::subject.ne(""));
    Ok(words.is_none() && named.select(t::id).first::<TicketId>(db).optional()?.is_some())
}

/// Makes the next `limit` tickets after this one found by their words; says which was the last, or nothing at the end.
pub(in crate::tickets) fn index_after(db: &mut Db, after: TicketId, limit: i64) -> Result<Option<TicketId>> {
    let next = t::table.filter(t::id.gt(after)).order(t::id.asc()).limit(limit);
    let rows: Vec<(TicketId, String, bool)> = next.select((t::id, t::subject, t::closed_at.is_null())).load(db)?;
    for (id, subject, _) in rows.iter().filter(|(_, subject, is_open)| *is_open && !subject.is_empty()) {
        set_words(db, *id, subject)?;
    }
    Ok(rows.last().map(|(id, ..)| *id))
}
