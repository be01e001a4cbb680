//! SQL of texts that are used often, and of answers that are being written.

use diesel::prelude::*;

use crate::base::id::{AgentId, MailTextId, TicketId};
use crate::base::{Result, Timestamp};
use crate::db::schema::{mail_drafts as d, mail_texts as x};
use crate::db::{Db, inserted_id};
use crate::mailboxes::texts::{MailText, MailTextCard};

/// Texts that a desk may have.
const TEXTS_MAX: i64 = 1_000;

/// All texts by kind and name.
pub fn texts(db: &mut Db) -> Result<Vec<MailText>> {
    let columns = (x::id, x::kind, x::name, x::team_id, x::language, x::body, x::updated_at, x::archived_at);
    Ok(x::table.order((x::kind, x::name, x::id)).limit(TEXTS_MAX).select(columns).load(db)?)
}

/// One text.
pub fn text_by_id(db: &mut Db, id: MailTextId) -> Result<MailText> {
    let columns = (x::id, x::kind, x::name, x::team_id, x::language, x::body, x::updated_at, x::archived_at);
    Ok(x::table.find(id).select(columns).first(db)?)
}

pub(in crate::mailboxes) fn put_text(
    db: &mut Db,
    id: Option<MailTextId>,
    card: &MailTextCard,
    now: Timestamp,
) -> Result<MailTextId> {
    let set = (
        x::kind.eq(card.kind),
        x::name.eq(&card.name),
        x::team_id.eq(card.team),
        x::language.eq(&card.language),
        x::body.eq(&card.body),
        x::updated_at.eq(now),
    );
    match id {
        Some(id) => {
            diesel::update(x::table.find(id)).set(set).execute(db)?;
            Ok(id)
        }
        None => {
            let row = (set, x::created_at.eq(now));
            Ok(inserted_id!(db, x::table, x::id, row)?)
        }
    }
}

pub(in crate::mailboxes) fn archive_text(db: &mut Db, id: MailTextId, at: Option<Timestamp>) -> Result<()> {
    diesel::update(x::table.find(id)).set(x::archived_at.eq(at)).execute(db)?;
    Ok(())
}

/// What an agent was writing for a ticket, and when he last did.
pub fn draft(db: &mut Db, agent: AgentId, ticket: TicketId) -> Result<Option<(String, Timestamp)>> {
    Ok(d::table.find((agent, ticket)).select((d::content, d::updated_at)).first(db).optional()?)
}

/// Keeps what an agent is writing.
pub(in crate::mailboxes) fn keep_draft(
    db: &mut Db,
    agent: AgentId,
    ticket: TicketId,
    content: &str,
    now: Timestamp,
) -> Result<()> {
    forget_draft(db, agent, ticket)?;
    let row = (d::agent_id.eq(agent), d::ticket_id.eq(ticket), d::content.eq(content), d::updated_at.eq(now));
    diesel::insert_into(d::table).values(row).execute(db)?;
    Ok(())
}

/// Forgets what an agent was writing.
pub(in crate::mailboxes) fn forget_draft(db: &mut Db, agent: AgentId, ticket: TicketId) -> Result<()> {
    diesel::delete(d::table.find((agent, ticket))).execute(db)?;
    Ok(())
}
