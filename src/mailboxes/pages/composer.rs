//! Answers are written: the form below the thread, its preview, its draft, and sending it.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::{named, sees};
use crate::accounts::Me;
use crate::base::id::{AgentId, EntryId, EventId, TicketId};
use crate::base::{Error, Message, Result};
use crate::db::Db;
use crate::events::{Act, Books, newest_id};
use crate::mail::markdown;
use crate::mailboxes::texts::language_of;
use crate::mailboxes::views::{self, Composer};
use crate::mailboxes::{
    self, Answer, Draft, Room, SeenUpTo, TextKind, Written, begin_draft, check_files, discard_draft, keep_draft,
    kept_draft, lay_files_of, mailbox_for, news_since, revive_address, signature_for,
};
use crate::tickets::views::Names;
use crate::tickets::{self, Attachment, Sees, Status, Ticket};
use crate::web::ui::Again;
use crate::web::visit::random_hex;
use crate::web::{LongForm, Options, Undo, see_other_saying, see_other_undoable};

/// How the form is opened.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AnswerQuery {
    /// `reply`, `all` or `forward`; nothing for what is there: a draft, or the buttons to begin with.
    pub how: String,
    /// The entry that is answered; nothing for the last letter.
    pub entry: String,
}

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    /// The letter.
    #[serde(flatten)]
    pub draft: Draft,
    /// A [`Status`] that the ticket gets.
    pub then: String,
    /// The newest entry that the writer has seen.
    pub seen: String,
    /// The newest event that he has seen.
    pub seen_event: String,
    /// `1` when he was asked whether he forgot a file.
    pub sure: String,
    /// `1` to throw it away.
    pub discard: String,
    /// `1` to look at it first.
    pub preview: String,
    /// `1` to write to addresses, too, that letters came back from.
    pub revive: String,
    /// The form's own key, by which its second sending is known.
    pub key: String,
}

impl AnswerForm {
    /// What its writer has seen; all that is there for a form that does not say.
    fn seen_up_to(&self, db: &mut Db, ticket: TicketId) -> Result<SeenUpTo> {
        let entry = match self.seen.parse() {
            Ok(id) => EntryId(id),
            Err(_) => tickets::newest_entry(db, ticket).unwrap_or(EntryId(0)),
        };
        let event = match self.seen_event.parse() {
            Ok(id) => EventId(id),
            Err(_) => newest_id(db)?,
        };
        Ok(SeenUpTo { entry, event })
    }
}

/// `GET /t/{number}/answer`
pub async fn show(
    request: HttpRequest,
    books: Data<Books>,
    room: Data<Room>,
    me: Me,
    query: Query<AnswerQuery>,
) -> Result<HttpResponse> {
    let (id, query, asker, room) = (named(&request)?, query.into_inner(), me.clone(), room.clone());
    let (ticket, composer) = books
        .read(move |db| {
            let ticket = tickets::seen_by(db, &sees(&asker), id)?;
            let kept = kept_draft(db, asker.agent().id, id)?;
            let how = ["reply", "all", "forward"].into_iter().find(|how| *how == query.how);
            let Some(mailbox) = mailbox_for(db, &ticket)? else { return Ok((ticket, None)) };
            let is_kept = kept.is_some();
            let draft = match (kept, how) {
                (Some(draft), _) => Some(draft),
                (None, Some(how)) => {
                    Some(begin_draft(db, &mailbox, &ticket, how, query.entry.parse().ok().map(EntryId))?)
                }
                (None, None) => None,
            };
            let composer = composer(db, &room, &asker, &ticket, draft)?;
            Ok((ticket, composer.map(|composer| Composer { is_kept, ..composer })))
        })
        .await?;
    let shell = me.shell(&me.locale().t("letter-answer"));
    let part = views::answer(&me, &ticket, composer.as_ref());
    Ok(shell.answer_part(&me.visit, part, |part| views::answer_page(&me, &ticket, part)))
}

/// What the form shows; nothing when no mailbox sends.
fn composer(db: &mut Db, room: &Room, me: &Me, ticket: &Ticket, draft: Option<Draft>) -> Result<Option<Composer>> {
    let Some(mailbox) = mailbox_for(db, ticket)? else { return Ok(None) };
    let agent = me.agent().id;
    // Read before all else: what happens meanwhile is shown twice rather than never.
    let event = newest_id(db)?;
    let seen = SeenUpTo { entry: tickets::newest_entry(db, ticket.id).unwrap_or(EntryId(0)), event };
    let language = language_of(&mailbox, &me.settings);
    let texts = mailboxes::all_texts(db)?.into_iter().filter(|text| {
        let fits = (text.team.is_none() || text.team == ticket.team_id)
            && text.language.as_deref().is_none_or(|own| own == language);
        text.kind == TextKind::Template && text.archived_at.is_none() && fits
    });
    Ok(Some(Composer {
        key: random_hex::<16>().unwrap_or_default(),
        from: mailbox.card.address.clone(),
        texts: texts.map(|text| (text.id, text.name)).collect(),
        files: tickets::laid_files(db, agent, ticket.id)?,
        seen,
        names: Names::of(db, std::slice::from_ref(ticket))?,
        signature: signature_for(db, &room.post, &mailbox, ticket, Some(agent), me.visit.now)?,
        hold_seconds: me.settings.undo_send_ms() / 1_000,
        draft,
        ..Composer::default()
    }))
}

/// `POST /t/{number}/answer`
pub async fn send(
    request: HttpRequest,
    books: Data<Books>,
    room: Data<Room>,
    options: Data<Options>,
    me: Me,
    form: LongForm<AnswerForm>,
) -> Result<HttpResponse> {
    let (id, form, agent) = (named(&request)?, form.0, me.agent().id);
    let path = format!("/t/{}", tickets::TicketNumber::of(id));
    let sees = sees(&me);
    if form.discard == "1" {
        let done = books.write(me.by(), move |act| {
            tickets::seen_by(act.db, &sees, id)?;
            discard_draft(act, agent, id)
        });
        done.await?;
        return Ok(see_other_saying(&options, &path, "done-draft-discarded", ""));
    }
    if form.preview == "1" {
        return ask_again(&books, &room, &me, id, form, Again::default()).await;
    }
    let (wanted, post, hold_ms) = (form.clone(), room.post.clone(), me.settings.undo_send_ms());
    let done = books.write(me.by(), move |act| post_answer(act, &post, &sees, agent, id, &wanted, hold_ms)).await;
    match done {
        Ok(written) => {
            let number = tickets::TicketNumber::of(id).to_string();
            if hold_ms == 0 {
                return Ok(see_other_saying(&options, &path, "done-letter-sent", &number));
            }
            let undo = Undo { path: format!("{path}/letters/{}/take-back", written.entry), fields: Vec::new() };
            Ok(see_other_undoable(&options, &me.visit, &path, "done-letter-sent", &number, &undo))
        }
        Err(error) => {
            let again = Again::of(error)?;
            // Whatever happens to the page, the text is not lost.
            let draft = form.draft.json()?;
            let kept = books.write(me.by(), move |act| keep_draft(act, agent, id, Some(&draft)));
            if let Err(error) = kept.await {
                tracing::warn!(%error, "a draft could not be kept; the page still has it");
            }
            ask_again(&books, &room, &me, id, form, again).await
        }
    }
}

/// Writes the letter, unless something came that its writer has not seen, or he forgot a file.
fn post_answer(
    act: &mut Act<'_>,
    post: &mailboxes::Post,
    sees: &Sees,
    agent: AgentId,
    id: TicketId,
    form: &AnswerForm,
    hold_ms: i64,
) -> Result<Written> {
    let ticket = tickets::seen_by(act.db, sees, id)?;
    let once = form.draft.once(&form.key)?;
    if let Some(once) = &once
        && let Some(written) = mailboxes::already_written(act, agent, once, Status::from_word(&form.then))?
        // Looked at behind who came at the same moment, whose letter has them.
        && tickets::laid_files(act.db, agent, id)?.is_empty()
    {
        return Ok(written);
    }
    let mailbox = mailbox_for(act.db, &ticket)?.ok_or(Error::Conflict(Message::new("error-no-mailbox")))?;
    let seen = form.seen_up_to(act.db, id)?;
    if !news_since(act.db, id, seen, agent)?.is_empty() {
        return Err(Error::Conflict(Message::new("error-letter-news")));
    }
    let goes_along = form.draft.files == "on";
    let has_files = goes_along || !tickets::laid_files(act.db, agent, id)?.is_empty();
    if form.sure != "1" && !has_files && form.draft.promises_file() {
        return Err(Error::Conflict(Message::new("error-letter-no-file")));
    }
    if let Some(entry) = form.draft.entry().filter(|_| goes_along) {
        if tickets::entry_place(act.db, entry)? != id {
            return Err(Error::Missing);
        }
        lay_files_of(act, agent, id, entry)?;
    }
    check_files(act.db, agent, id, None)?;
    let answer = Answer { once, ..form.draft.answer(Status::from_word(&form.then), hold_ms) };
    if form.revive == "1" {
        for who in answer.to.iter().chain(&answer.cc).chain(&answer.bcc) {
            match revive_address(act, &who.address) {
                Ok(()) | Err(Error::Missing) => {}
                Err(error) => return Err(error),
            }
        }
    }
    mailboxes::answer(act, post, &mailbox, &ticket, agent, &answer)
}

/// The form once more as a page of its own, with what was typed, what is wrong and what is new.
async fn ask_again(
    books: &Books,
    room: &Data<Room>,
    me: &Me,
    id: TicketId,
    form: AnswerForm,
    again: Again,
) -> Result<HttpResponse> {
    let (asker, room, status) = (me.clone(), room.clone(), again.status());
    let was_asked = again.refusal.as_ref().is_some_and(|message| message.key == "error-letter-no-file");
    let preview = (form.preview == "1").then(|| form.draft.body.clone());
    let (ticket, composer) = books
        .read(move |db| {
            let ticket = tickets::seen_by(db, &sees(&asker), id)?;
            let (seen, is_sure) = (form.seen_up_to(db, id)?, was_asked || form.sure == "1");
            let key = form.key.clone();
            let composer = composer(db, &room, &asker, &ticket, Some(form.draft))?;
            let news = news_since(db, id, seen, asker.agent().id)?;
            Ok((
                ticket,
                composer.map(|composer| {
                    let key = if key.is_empty() { composer.key } else { key };
                    Composer { news, again, is_sure, key, ..composer }
                }),
            ))
        })
        .await?;
    let preview = preview.map(|body| {
        let files = composer.as_ref().map(|composer| composer.files.clone()).unwrap_or_default();
        rendered(&body, &files, &ticket)
    });
    let composer = composer.map(|composer| Composer { preview, ..composer });
    let shell = me.shell(&me.locale().t("letter-answer"));
    let part = views::answer(me, &ticket, composer.as_ref());
    Ok(shell.answer_with(status, &me.visit, views::answer_page(me, &ticket, part)))
}

/// A text as its reader will see it.
fn rendered(body: &str, files: &[Attachment], ticket: &Ticket) -> String {
    markdown::fragment(body, |address| {
        let id = address.strip_prefix("cid:")?;
        let file = files.iter().find(|file| file.content_id == id && file.is_picture())?;
        Some(format!("/t/{}/files/{}?show=1", ticket.number(), file.id))
    })
}

/// `POST /t/{number}/answer/preview`
pub async fn preview(
    request: HttpRequest,
    books: Data<Books>,
    me: Me,
    form: LongForm<AnswerForm>,
) -> Result<HttpResponse> {
    let (id, agent, sees) = (named(&request)?, me.agent().id, sees(&me));
    let (ticket, files) =
        books.read(move |db| Ok((tickets::seen_by(db, &sees, id)?, tickets::laid_files(db, agent, id)?))).await?;
    let body = form.0.draft.body;
    let made = tokio::task::spawn_blocking(move || rendered(&body, &files, &ticket));
    let html = made.await.map_err(|e| Error::internal("rendering a preview", e))?;
    Ok(me.shell(&me.locale().t("letter-preview")).answer(&me.visit, views::previewed(&me, &html)))
}

/// `POST /t/{number}/answer/draft`: keeps what was typed, sent by a script while somebody types.
pub async fn keep(
    request: HttpRequest,
    books: Data<Books>,
    me: Me,
    form: LongForm<AnswerForm>,
) -> Result<HttpResponse> {
    let (id, agent, sees, form) = (named(&request)?, me.agent().id, sees(&me), form.0);
    books
        .write(me.by(), move |act| {
            tickets::seen_by(act.db, &sees, id)?;
            let (once, draft) = (form.draft.once(&form.key)?, form.draft);
            // It came behind the letter that it was on its way to become.
            if let Some(once) = &once
                && mailboxes::is_written(act.db, agent, once)?
            {
                return Ok(());
            }
            let json = draft.json()?;
            keep_draft(act, agent, id, (!draft.is_empty()).then_some(json.as_str()))
        })
        .await?;
    Ok(HttpResponse::build(StatusCode::OK).content_type("text/plain; charset=utf-8").body(me.locale().t("letter-kept")))
}
