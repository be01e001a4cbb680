//! What strangers sent: the layout of letters, and files.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::{named, seen, sees};
use crate::accounts::Me;
use crate::base::id::{AttachmentId, EntryId};
use crate::base::{Error, Result};
use crate::blobs::{BlobName, Blobs, thumbnail};
use crate::events::Books;
use crate::mail::html;
use crate::tickets::{Attachment, TicketNumber, store, views};
use crate::web::disposition;

/// Octets that a file begins with by which it is known.
const SNIFFED: usize = 1_024;

/// `GET /t/{number}/letters/{entry}/page`: a letter as its writer laid it out.
pub async fn letter_page(request: HttpRequest, books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let id = named(&request)?;
    let entry =
        request.match_info().get("entry").and_then(|text| text.parse().ok()).map(EntryId).ok_or(Error::Missing)?;
    let sees = sees(&me);
    let (ticket, facts, page, files, text) = books
        .read(move |db| {
            let ticket = seen(db, &sees, id)?;
            let own = store::entry_of(db, id, entry)?.ok_or(Error::Missing)?;
            let facts = own.letter.ok_or(Error::Missing)?;
            let page = match store::letter_page(db, entry) {
                Ok(page) => page,
                Err(Error::Missing) => String::new(),
                Err(error) => return Err(error),
            };
            Ok((ticket, facts, page, store::attachments_of_entry(db, entry)?, own.body))
        })
        .await?;
    let number = ticket.number();
    let cleaning = tokio::task::spawn_blocking(move || clean(&page, &files, number));
    let cleaned = cleaning.await.map_err(|e| Error::internal("cleaning a letter", e))?;
    let part = views::letter_page(me.locale(), &facts, &cleaned, &text);
    let shell = me.shell(&facts.subject);
    Ok(shell.answer_part(&me.visit, part, |part| views::whole_letter(&me, &ticket, part)))
}

/// Cleaning is the last step: what it answers is put into the page as it is.
fn clean(page: &str, files: &[Attachment], number: TicketNumber) -> html::Cleaned {
    html::clean(page, &|id| {
        let picture = files.iter().find(|file| file.content_id == id && file.is_picture())?;
        Some(format!("/t/{number}/files/{}?show=1", picture.id))
    })
}

/// How a file is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FileQuery {
    /// `1` for a picture within a page, `small` for a small one of it; everything else is a file to keep.
    show: String,
}

/// `GET /t/{number}/files/{id}`: who may see the ticket may have its files; who lays a file ready, that file.
pub async fn file(
    request: HttpRequest,
    books: Data<Books>,
    blobs: Data<Blobs>,
    me: Me,
    query: Query<FileQuery>,
) -> Result<HttpResponse> {
    let id = named(&request)?;
    let wanted = request.match_info().get("id").and_then(|text| text.parse().ok()).map(AttachmentId);
    let wanted = wanted.ok_or(Error::Missing)?;
    let (sees, agent) = (sees(&me), me.agent().id);
    let file = books
        .read(move |db| {
            seen(db, &sees, id)?;
            let (file, ticket) = store::attachment_by_id(db, wanted)?;
            let is_own = file.entry.is_some() || store::laid_files(db, agent, id)?.iter().any(|own| own.id == wanted);
            if ticket == id && is_own { Ok(file) } else { Err(Error::Missing) }
        })
        .await?;
    if query.show == "small" {
        let octets = small(&books, &blobs, &file).await?;
        let kind = picture_type(&octets).ok_or(Error::Missing)?;
        return Ok(disposition::picture(kind, &file.name, octets));
    }
    let octets = blobs.get(&BlobName::parse(&file.blob).ok_or(Error::Missing)?).await?;
    let start = octets.get(..octets.len().min(SNIFFED)).unwrap_or_default();
    match picture_type(start).filter(|kind| query.show == "1" && file.media_type == *kind) {
        Some(kind) => Ok(disposition::picture(kind, &file.name, octets)),
        None => Ok(disposition::attachment(&file.name, octets)),
    }
}

/// The small picture of a file: made once, when it is first asked for, one at a time.
///
/// # Errors
/// [`Error::Missing`] for what is no picture, or one that is broken or too large.
async fn small(books: &Books, blobs: &Blobs, file: &Attachment) -> Result<Bytes> {
    static MAKING: Semaphore = Semaphore::const_new(1);
    if !file.is_picture() || file.thumbnail.as_deref() == Some("") {
        return Err(Error::Missing);
    }
    if let Some(name) = file.thumbnail.as_deref().and_then(BlobName::parse) {
        return blobs.get(&name).await;
    }
    let octets = blobs.get(&BlobName::parse(&file.blob).ok_or(Error::Missing)?).await?;
    let turn = MAKING.acquire().await.map_err(|e| Error::internal("waiting for a small picture", e))?;
    let making = tokio::task::spawn_blocking(move || {
        // Kept until it is made, also when whoever asked is gone.
        let _turn = turn;
        thumbnail(&octets)
    });
    // Whatever a stranger's picture makes of its reader, it makes no small one.
    let made = making.await.unwrap_or_default().map(Bytes::from);
    let name = match &made {
        Some(octets) => blobs.put(octets.clone()).await?.as_str().to_owned(),
        None => String::new(),
    };
    let id = file.id;
    books.store().write(move |db| store::keep_thumbnail(db, id, &name)).await?;
    made.ok_or(Error::Missing)
}

/// The kind of a picture that runs nothing, by its first octets.
fn picture_type(start: &[u8]) -> Option<&'static str> {
    match start {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}
