//! Files for an answer that is being written.

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{named, sees};
use crate::accounts::Me;
use crate::base::id::AttachmentId;
use crate::base::text::clean_line;
use crate::base::{Error, Result};
use crate::events::Books;
use crate::mail::incoming::sniff;
use crate::mailboxes::{Room, check_files, views};
use crate::tickets::{self, Attachment, NewFile};
use crate::web::visit::random_hex;
use crate::web::{LongForm, Upload};

/// How a file is laid.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UploadQuery {
    /// `1` for a picture that stands within the text.
    inline: String,
}

/// `POST /t/{number}/upload`: answers with the list of all that lie ready.
pub async fn upload(
    request: HttpRequest,
    books: Data<Books>,
    room: Data<Room>,
    me: Me,
    query: Query<UploadQuery>,
    upload: Upload,
) -> Result<HttpResponse> {
    let (id, agent, sees) = (named(&request)?, me.agent().id, sees(&me));
    let asked = sees.clone();
    books.read(move |db| tickets::seen_by(db, &asked, id).map(drop)).await?;
    if upload.octets.is_empty() {
        return Err(Error::invalid("files", "error-file-empty"));
    }
    let media_type = sniff::media_type(&upload.octets);
    let size_bytes = i64::try_from(upload.octets.len()).unwrap_or(i64::MAX);
    let is_inline =
        query.inline == "1" && matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp");
    let content_id = if is_inline { random_hex::<12>().unwrap_or_default() } else { String::new() };
    let blob = room.blobs.put(upload.octets).await?;
    let file = NewFile {
        name: name(&upload.name),
        media_type: media_type.to_owned(),
        size_bytes,
        blob: blob.as_str().to_owned(),
        is_inline: is_inline && !content_id.is_empty(),
        content_id,
    };
    let files = books
        .write(me.by(), move |act| {
            tickets::seen_by(act.db, &sees, id)?;
            check_files(act.db, agent, id, Some(size_bytes))?;
            tickets::lay(act, agent, id, &file)?;
            tickets::laid_files(act.db, agent, id)
        })
        .await?;
    Ok(list(&me, &request, &files))
}

/// `POST /t/{number}/files/{id}/remove`: takes a file away again that was laid. Its button stands in the form of the answer, all
/// of which comes along.
pub async fn remove_file(
    request: HttpRequest,
    books: Data<Books>,
    me: Me,
    _form: LongForm<IgnoredAny>,
) -> Result<HttpResponse> {
    let (id, agent, sees) = (named(&request)?, me.agent().id, sees(&me));
    let file = request.match_info().get("id").and_then(|text| text.parse().ok()).map(AttachmentId);
    let file = file.ok_or(Error::Missing)?;
    let files = books
        .write(me.by(), move |act| {
            tickets::seen_by(act.db, &sees, id)?;
            tickets::take_back(act, agent, file)?;
            tickets::laid_files(act.db, agent, id)
        })
        .await?;
    Ok(list(&me, &request, &files))
}

fn list(me: &Me, request: &HttpRequest, files: &[Attachment]) -> HttpResponse {
    let number = request.match_info().get("number").unwrap_or_default();
    me.shell(&me.locale().t("letter-files")).answer(&me.visit, views::files(me, number, files))
}

/// A file's name without the folders that it lay in.
fn name(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = clean_line(last, 120);
    if name.is_empty() { "file".to_owned() } else { name }
}
