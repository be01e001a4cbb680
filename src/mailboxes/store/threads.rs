//! SQL of threads: which Message-IDs belong to which tickets, and who takes part.

use diesel::prelude::*;

use crate::base::id::{EntryId, PersonId, TicketId};
use crate::base::{Result, Timestamp};
use crate::db::schema::{message_ids as m, participants as p};
use crate::db::{Db, each_backend};
use crate::mailboxes::reading::bare;

/// Participants of a ticket that are shown and looked at.
pub const PARTICIPANTS_MAX: i64 = 200;

/// Message-IDs of a ticket that an answer refers to.
const REFERENCES_MAX: i64 = 20;

/// Who takes part in a ticket by mail.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Participant {
    /// The address, in lower case.
    pub address: String,
    /// The name that stood beside it; may be empty.
    pub name: String,
    /// The person whose address it is.
    pub person: Option<PersonId>,
    /// Since when it is known to take part; nothing for somebody who had a right token and nothing else.
    pub verified_at: Option<Timestamp>,
}

/// Notes which ticket a Message-ID belongs to.
pub(in crate::mailboxes) fn keep_message_id(
    db: &mut Db,
    message_id: &str,
    ticket: TicketId,
    entry: Option<EntryId>,
) -> Result<()> {
    let row = (m::message_id.eq(bare(message_id)), m::ticket_id.eq(ticket), m::entry_id.eq(entry));
    each_backend!(db, c => diesel::insert_into(m::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The tickets that a Message-ID belongs to, the newest first.
pub(in crate::mailboxes) fn tickets_of_message(
    db: &mut Db,
    message_id: &str,
) -> Result<Vec<(TicketId, Option<EntryId>)>> {
    let found = m::table.filter(m::message_id.eq(bare(message_id))).order(m::ticket_id.desc()).limit(5);
    Ok(found.select((m::ticket_id, m::entry_id)).load(db)?)
}

/// The last Message-IDs of a ticket, without brackets, the oldest first.
pub fn message_ids_of(db: &mut Db, ticket: TicketId) -> Result<Vec<String>> {
    let last = m::table.filter(m::ticket_id.eq(ticket)).order(m::entry_id.desc()).limit(REFERENCES_MAX);
    let mut ids: Vec<String> = last.select(m::message_id).load(db)?;
    ids.reverse();
    Ok(ids)
}

/// Who takes part in a ticket.
pub fn participants(db: &mut Db, ticket: TicketId) -> Result<Vec<Participant>> {
    let of = p::table.filter(p::ticket_id.eq(ticket)).order((p::created_at, p::address)).limit(PARTICIPANTS_MAX);
    Ok(of.select((p::address, p::name, p::person_id, p::verified_at)).load(db)?)
}

/// Lets somebody take part; who is verified already stays so. Says whether that is new.
pub(in crate::mailboxes) fn join(db: &mut Db, ticket: TicketId, who: &Participant, now: Timestamp) -> Result<bool> {
    let row = (
        p::ticket_id.eq(ticket),
        p::address.eq(&who.address),
        p::name.eq(&who.name),
        p::person_id.eq(who.person),
        p::verified_at.eq(who.verified_at),
        p::created_at.eq(now),
    );
    let joined = each_backend!(db, c => diesel::insert_into(p::table).values(row).on_conflict_do_nothing().execute(c))?;
    if joined == 0 && who.verified_at.is_some() {
        let unverified = p::table.find((ticket, &who.address)).filter(p::verified_at.is_null());
        // Most are verified already, and a statement that only asks is made once.
        if unverified.select(p::address).first::<String>(db).optional()?.is_some() {
            diesel::update(unverified).set(p::verified_at.eq(who.verified_at)).execute(db)?;
        }
    }
    Ok(joined > 0)
}
