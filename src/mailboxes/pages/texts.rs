//! Texts that are written once and used often: signatures, acknowledgements, templates.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use crate::accounts::{Me, teams};
use crate::base::id::{MailTextId, TeamId};
use crate::base::{Error, Result};
use crate::events::Books;
use crate::mailboxes::{MailText, MailTextCard, TextKind, all_texts, keep_text, text_by_id, views};
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// Where they are.
const HERE: &str = "/admin/mail/texts";

/// What the form of a text sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TextForm {
    /// A [`TextKind`].
    pub kind: String,
    /// The name.
    pub name: String,
    /// The team's id; empty for all.
    pub team: String,
    /// The language; empty for all.
    pub language: String,
    /// The text.
    pub body: String,
    /// `preview` to look at it without keeping it.
    pub then: String,
}

impl TextForm {
    fn of(text: MailText) -> Self {
        Self {
            kind: text.kind.word().into(),
            name: text.name,
            team: text.team.map(|team| team.to_string()).unwrap_or_default(),
            language: text.language.unwrap_or_default(),
            body: text.body,
            then: String::new(),
        }
    }

    fn card(&self) -> Result<MailTextCard> {
        let team = match self.team.as_str() {
            "" => None,
            id => Some(id.parse::<TeamId>().or(Err(Error::invalid("team", "error-choice")))?),
        };
        Ok(MailTextCard {
            kind: TextKind::from_word(&self.kind).ok_or_else(|| Error::invalid("kind", "error-choice"))?,
            name: self.name.clone(),
            team,
            language: Some(self.language.clone()).filter(|word| !word.is_empty()),
            body: self.body.clone(),
        })
    }
}

/// `GET /admin/mail/texts`
pub async fn list_texts(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (texts, teams) = books.read(|db| Ok((all_texts(db)?, teams(db)?))).await?;
    let shell = me.shell(&me.locale().t("mail-texts-title"));
    let part = views::texts_part(&me, &texts, &teams);
    Ok(shell.answer_part(&me.visit, part, |part| views::texts(&me, part)))
}

/// `GET /admin/mail/texts/new`
pub async fn new_text(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let form = TextForm { kind: TextKind::Template.word().into(), ..TextForm::default() };
    page(&books, &me, None, Some(form), &Again::default()).await
}

/// `POST /admin/mail/texts`
pub async fn create_text(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<TextForm>,
) -> Result<HttpResponse> {
    keep(&books, &options, &me, None, form.0).await
}

/// `GET /admin/mail/texts/{id}`
pub async fn show_text(books: Data<Books>, me: Me, id: Path<MailTextId>) -> Result<HttpResponse> {
    page(&books, &me, Some(id.into_inner()), None, &Again::default()).await
}

/// `POST /admin/mail/texts/{id}`
pub async fn change_text(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<MailTextId>,
    form: Form<TextForm>,
) -> Result<HttpResponse> {
    keep(&books, &options, &me, Some(id.into_inner()), form.0).await
}

async fn keep(
    books: &Books,
    options: &Options,
    me: &Me,
    id: Option<MailTextId>,
    form: TextForm,
) -> Result<HttpResponse> {
    if let Some(id) = id {
        books.read(move |db| text_by_id(db, id)).await?;
    }
    if form.then == "preview" {
        return page(books, me, id, Some(form), &Again::default()).await;
    }
    let kept = match form.card() {
        Ok(card) => books.write(me.by(), move |act| keep_text(act, id, &card)).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(_) => Ok(see_other_saying(options, HERE, "done-saved", "")),
        Err(error) => page(books, me, id, Some(form), &Again::of(error)?).await,
    }
}

async fn page(
    books: &Books,
    me: &Me,
    id: Option<MailTextId>,
    typed: Option<TextForm>,
    again: &Again,
) -> Result<HttpResponse> {
    let (text, teams) = books
        .read(move |db| {
            let text = match id {
                Some(id) => Some(text_by_id(db, id)?),
                None => None,
            };
            Ok((text, teams(db)?))
        })
        .await?;
    let form = typed.or_else(|| text.clone().map(TextForm::of)).unwrap_or_default();
    let title = text.as_ref().map_or_else(|| me.locale().t("mail-texts-new"), |text| text.name.clone());
    let shell = me.shell(&title);
    Ok(shell.answer_with(again.status(), &me.visit, views::text(me, text.as_ref(), &teams, &form, again)))
}

/// What the switch of a text sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ArchiveForm {
    /// `yes` to offer it again.
    pub on: String,
}

/// `POST /admin/mail/texts/{id}/archive`
pub async fn archive_text(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<MailTextId>,
    form: Form<ArchiveForm>,
) -> Result<HttpResponse> {
    let (id, archived) = (id.into_inner(), form.0.on != "yes");
    books.write(me.by(), move |act| crate::mailboxes::archive_text(act, id, archived)).await?;
    let key = if archived { "done-text-archived" } else { "done-text-restored" };
    Ok(see_other_saying(&options, HERE, key, ""))
}
