//! SQL of mails that are left on their servers, as somebody had thrown them away there.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::ledger::inbound_by_id;
use crate::base::id::{InboundId, MailboxId};
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::db::schema::inbound_mails as i;
use crate::mailboxes::ledger::{Inbound, Outcome};

/// The reason of a mail that somebody had thrown away on its server when it was seen.
pub(in crate::mailboxes) const THROWN_AWAY: &str = "mail-reason-thrown-away";

/// The same for the database, word for word, so that it knows that the index of such mails fits.
const IS_THROWN_AWAY: &str = "reason = 'mail-reason-thrown-away'";

/// Mails of a folder that are looked at again.
const LOOKED_AT_MAX: i64 = 1_000;

/// The numbers of the newest mails of a folder that had been thrown away when they were seen.
pub(in crate::mailboxes) fn thrown_away(
    db: &mut Db,
    mailbox: MailboxId,
    folder: &str,
    validity: i64,
) -> Result<Vec<i64>> {
    let own = i::table.filter(i::mailbox_id.eq(mailbox)).filter(i::folder.eq(folder));
    let own = own.filter(i::uid_validity.eq(validity)).filter(diesel::dsl::sql::<Bool>(IS_THROWN_AWAY));
    Ok(own.order(i::uid.desc()).limit(LOOKED_AT_MAX).select(i::uid).load(db)?)
}

/// Makes a mail that had been thrown away, and is on the disk now, one that is to be read.
pub(in crate::mailboxes) fn reopen_restored(
    db: &mut Db,
    id: InboundId,
    blob: &str,
    size_bytes: i64,
) -> Result<Inbound> {
    let opened = (
        i::outcome.eq(Outcome::Reading),
        i::reason.eq(""),
        i::attempts.eq(1),
        i::settled_at.eq(None::<Timestamp>),
        i::filed_at.eq(None::<Timestamp>),
        i::blob.eq(blob),
        i::size_bytes.eq(size_bytes),
    );
    diesel::update(i::table.find(id)).set(opened).execute(db)?;
    inbound_by_id(db, id)
}
