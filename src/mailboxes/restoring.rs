//! Mails that somebody had thrown away on their server when they were seen, and has restored since: many programs mark a mail
//! (`\Deleted`, RFC 9051 section 2.3.2) and take the mark off again, and it stays what it was, a mail that waits for an answer.

use super::fetching::Trouble;
use super::gathering::{Place, take_uids};
use super::store;
use super::withholding::Doubts;
use crate::mail::imap::{self, Session};

/// Takes those of the mails that were left because of their mark that don't have it any more. `on_server` are the numbers of
/// all that stand there, in their order.
pub(super) async fn take_restored(
    place: Place<'_>,
    session: &mut Session,
    doubts: &mut Doubts,
    on_server: &[u32],
) -> Result<(), Trouble> {
    let (id, name, validity) = (place.mailbox.id, place.folder.to_owned(), place.validity);
    let left = place.room.books.read(move |db| store::thrown_away(db, id, &name, validity)).await?;
    let left = left.into_iter().filter_map(|uid| u32::try_from(uid).ok());
    let mut left: Vec<u32> = left.filter(|uid| on_server.binary_search(uid).is_ok()).collect();
    left.sort_unstable();
    if left.is_empty() {
        return Ok(());
    }
    let found = match session.sizes(&left).await {
        // They are accounted for, and are asked about again within the hour.
        Err(refused @ imap::Error::Refused(_)) => {
            tracing::info!(mailbox = place.mailbox.card.name, folder = place.folder, %refused, "marks are not told");
            return Ok(());
        }
        found => found?,
    };
    let restored: Vec<u32> = found.iter().filter(|mail| !mail.deleted).map(|mail| mail.uid).collect();
    if restored.is_empty() {
        return Ok(());
    }
    take_uids(Place { left_too: true, ..place }, session, doubts, &restored).await
}
