//! SQL of letters: their facts, their layout, their files; and the tags of tickets.

use diesel::prelude::*;

use crate::base::id::{AgentId, AttachmentId, EntryId, TicketId};
use crate::base::{Error, Result, Timestamp};
use crate::db::schema::{attachments as a, entries as e, letter_pages as p, ticket_tags as g, tickets as t};
use crate::db::{Db, each_backend, inserted_id};
use crate::tickets::{Attachment, EntryKind, LetterFacts, NewFile, NewLetter, Ticket};

/// Files that a page shows.
const FILES_MAX: i64 = 2_000;

/// Tags of a ticket.
const TAGS_MAX: i64 = 50;

fn json(facts: &LetterFacts) -> Result<String> {
    serde_json::to_string(facts).map_err(|e| Error::internal("the facts of a letter", e))
}

pub(in crate::tickets) fn insert_letter(
    db: &mut Db,
    ticket: TicketId,
    letter: &NewLetter,
    now: Timestamp,
) -> Result<EntryId> {
    let row = (
        e::ticket_id.eq(ticket),
        e::kind.eq(EntryKind::Letter),
        e::author_id.eq(letter.author),
        e::body.eq(&letter.text),
        e::letter_facts.eq(json(&letter.facts)?),
        e::created_at.eq(now),
    );
    Ok(inserted_id!(db, e::table, e::id, row)?)
}

pub(in crate::tickets) fn insert_page(db: &mut Db, entry: EntryId, html: &str) -> Result<()> {
    diesel::insert_into(p::table).values((p::entry_id.eq(entry), p::html.eq(html))).execute(db)?;
    Ok(())
}

/// Notes that something came to a ticket, without a new revision; `touched` when an agent did it. An old letter out of an
/// archive does not make it older.
pub(in crate::tickets) fn tell(db: &mut Db, ticket: &Ticket, touched: bool, now: Timestamp) -> Result<()> {
    let touched_at = if touched { ticket.touched_at.or(Some(now)) } else { ticket.touched_at };
    if ticket.updated_at >= now && ticket.touched_at == touched_at {
        return Ok(());
    }
    diesel::update(t::table.find(ticket.id))
        .set((t::updated_at.eq(now.max(ticket.updated_at)), t::touched_at.eq(touched_at)))
        .execute(db)?;
    Ok(())
}

/// Makes a ticket a part of another without marking it as touched.
pub(in crate::tickets) fn set_parent(db: &mut Db, id: TicketId, parent: TicketId) -> Result<()> {
    diesel::update(t::table.find(id)).set(t::parent_id.eq(parent)).execute(db)?;
    Ok(())
}

pub(in crate::tickets) fn set_letter_facts(db: &mut Db, entry: EntryId, facts: &LetterFacts) -> Result<()> {
    diesel::update(e::table.find(entry)).set(e::letter_facts.eq(json(facts)?)).execute(db)?;
    Ok(())
}

/// What a letter is; [`Error::Missing`] when the entry is none.
pub fn letter_facts(db: &mut Db, entry: EntryId) -> Result<LetterFacts> {
    let text: Option<String> = e::table.find(entry).select(e::letter_facts).first(db)?;
    text.and_then(|text| serde_json::from_str(&text).ok()).ok_or(Error::Missing)
}

/// The ticket of an entry.
pub fn entry_place(db: &mut Db, entry: EntryId) -> Result<TicketId> {
    Ok(e::table.find(entry).select(e::ticket_id).first(db)?)
}

/// The layout of a letter.
pub fn letter_page(db: &mut Db, entry: EntryId) -> Result<String> {
    Ok(p::table.find(entry).select(p::html).first(db)?)
}

type Columns =
    (a::id, a::entry_id, a::name, a::media_type, a::size_bytes, a::blob, a::thumbnail, a::content_id, a::is_inline);
const COLUMNS: Columns =
    (a::id, a::entry_id, a::name, a::media_type, a::size_bytes, a::blob, a::thumbnail, a::content_id, a::is_inline);

/// The files of the entries of a ticket.
pub fn attachments_of(db: &mut Db, ticket: TicketId) -> Result<Vec<Attachment>> {
    let of = a::table.inner_join(e::table).filter(e::ticket_id.eq(ticket));
    Ok(of.order((a::entry_id, a::id)).limit(FILES_MAX).select(COLUMNS).load(db)?)
}

/// The files of an entry.
pub fn attachments_of_entry(db: &mut Db, entry: EntryId) -> Result<Vec<Attachment>> {
    let of = a::table.filter(a::entry_id.eq(entry)).order(a::id);
    Ok(of.limit(FILES_MAX).select(COLUMNS).load(db)?)
}

/// One file, with the ticket that it belongs to.
pub fn attachment_by_id(db: &mut Db, id: AttachmentId) -> Result<(Attachment, TicketId)> {
    let file: Attachment = a::table.find(id).select(COLUMNS).first(db)?;
    let ticket = match file.entry {
        Some(entry) => entry_place(db, entry)?,
        None => a::table.find(id).select(a::ticket_id).first::<Option<TicketId>>(db)?.ok_or(Error::Missing)?,
    };
    Ok((file, ticket))
}

/// The files that an agent has laid ready for an answer.
pub fn laid_files(db: &mut Db, agent: AgentId, ticket: TicketId) -> Result<Vec<Attachment>> {
    let laid = a::table.filter(a::agent_id.eq(agent)).filter(a::ticket_id.eq(ticket)).filter(a::entry_id.is_null());
    Ok(laid.order(a::id).limit(FILES_MAX).select(COLUMNS).load(db)?)
}

macro_rules! row {
    ($new:expr, $now:expr) => {
        (
            a::name.eq(&$new.name),
            a::media_type.eq(&$new.media_type),
            a::size_bytes.eq($new.size_bytes),
            a::blob.eq(&$new.blob),
            a::content_id.eq(&$new.content_id),
            a::is_inline.eq($new.is_inline),
            a::created_at.eq($now),
        )
    };
}

pub(in crate::tickets) fn hang(db: &mut Db, entry: EntryId, new: &NewFile, now: Timestamp) -> Result<()> {
    diesel::insert_into(a::table).values((a::entry_id.eq(entry), row!(new, now))).execute(db)?;
    Ok(())
}

pub(in crate::tickets) fn lay(
    db: &mut Db,
    agent: AgentId,
    ticket: TicketId,
    new: &NewFile,
    now: Timestamp,
) -> Result<AttachmentId> {
    let row = (a::agent_id.eq(agent), a::ticket_id.eq(ticket), row!(new, now));
    Ok(inserted_id!(db, a::table, a::id, row)?)
}

/// Keeps the small picture of a file; empty when there can be none.
pub(in crate::tickets) fn keep_thumbnail(db: &mut Db, id: AttachmentId, thumbnail: &str) -> Result<()> {
    diesel::update(a::table.find(id)).set(a::thumbnail.eq(thumbnail)).execute(db)?;
    Ok(())
}

pub(in crate::tickets) fn remove_laid(db: &mut Db, agent: AgentId, id: AttachmentId) -> Result<()> {
    let own = a::table.find(id).filter(a::agent_id.eq(agent)).filter(a::entry_id.is_null());
    if diesel::delete(own).execute(db)? == 0 { Err(Error::Missing) } else { Ok(()) }
}

pub(in crate::tickets) fn hang_laid(db: &mut Db, agent: AgentId, ticket: TicketId, entry: EntryId) -> Result<()> {
    let laid = a::table.filter(a::agent_id.eq(agent)).filter(a::ticket_id.eq(ticket)).filter(a::entry_id.is_null());
    diesel::update(laid).set((a::entry_id.eq(entry), a::agent_id.eq(None::<AgentId>))).execute(db)?;
    Ok(())
}

/// The tags of a ticket.
pub fn tags_of(db: &mut Db, ticket: TicketId) -> Result<Vec<String>> {
    Ok(g::table.filter(g::ticket_id.eq(ticket)).order(g::tag).limit(TAGS_MAX).select(g::tag).load(db)?)
}

/// Puts a tag on a ticket or takes it off; says whether that was new.
pub(in crate::tickets) fn set_tag(db: &mut Db, ticket: TicketId, tag: &str, on: bool) -> Result<bool> {
    let row = (g::ticket_id.eq(ticket), g::tag.eq(tag));
    let changed = if on {
        each_backend!(db, c => diesel::insert_into(g::table).values(row).on_conflict_do_nothing().execute(c))?
    } else {
        diesel::delete(g::table.filter(g::ticket_id.eq(ticket)).filter(g::tag.eq(tag))).execute(db)?
    };
    Ok(changed > 0)
}
