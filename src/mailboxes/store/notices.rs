//! SQL of what agents are told of.

use diesel::prelude::*;

use crate::base::id::AgentId;
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::db::schema::{notice_choices as n, outbound_mails as o};

/// Kinds, and the beginning and end of the quiet hours, as they are kept.
pub(in crate::mailboxes) fn notice_choices(db: &mut Db, agent: AgentId) -> Result<Option<(String, String, String)>> {
    Ok(n::table.find(agent).select((n::kinds, n::quiet_from, n::quiet_to)).first(db).optional()?)
}

pub(in crate::mailboxes) fn put_notice_choices(
    db: &mut Db,
    agent: AgentId,
    kinds: &str,
    from: &str,
    to: &str,
    now: Timestamp,
) -> Result<()> {
    diesel::delete(n::table.find(agent)).execute(db)?;
    let row =
        (n::agent_id.eq(agent), n::kinds.eq(kinds), n::quiet_from.eq(from), n::quiet_to.eq(to), n::updated_at.eq(now));
    diesel::insert_into(n::table).values(row).execute(db)?;
    Ok(())
}

/// The same of all agents who chose.
pub(in crate::mailboxes) fn all_notice_choices(db: &mut Db) -> Result<Vec<(AgentId, String, String, String)>> {
    Ok(n::table.select((n::agent_id, n::kinds, n::quiet_from, n::quiet_to)).load(db)?)
}

/// Notices that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noticed<'a> {
    /// Of one kind, to all.
    Kind(&'a str),
    /// Of one kind, to one agent.
    Agent(AgentId, &'a str),
    /// Of any kind, to one agent, about letters of one writer.
    Writer(AgentId, &'a str),
}

/// How many notices there were since then.
pub fn count_notices(db: &mut Db, which: Noticed<'_>, since: Timestamp) -> Result<i64> {
    let recent = o::table.filter(o::created_at.ge(since));
    Ok(match which {
        Noticed::Kind(notice) => recent.filter(o::notice.eq(notice)).count().get_result(db)?,
        Noticed::Agent(agent, notice) => {
            recent.filter(o::agent_id.eq(agent)).filter(o::notice.eq(notice)).count().get_result(db)?
        }
        Noticed::Writer(agent, writer) => {
            recent.filter(o::agent_id.eq(agent)).filter(o::about.eq(writer)).count().get_result(db)?
        }
    })
}
