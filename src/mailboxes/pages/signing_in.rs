//! A mailbox is signed in with Microsoft or Google.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use crate::accounts::Me;
use crate::base::id::MailboxId;
use crate::base::{Error, Message, Result};
use crate::config::Secret;
use crate::mailboxes::{
    Auth, Mailbox, SignIn, Trials, begin_google, begin_microsoft, finish_google, mailbox_by_id, poll_microsoft, views,
};
use crate::web::{Form, Options, see_other, see_other_saying};

/// Where Google sends the browser back to.
const BACK: &str = "/admin/mail/google";

/// `GET /admin/mail/{id}/sign-in`
pub async fn show_sign_in(
    trials: Data<Trials>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let mailbox = trials.room().books.read(move |db| mailbox_by_id(db, id)).await?;
    let state = match mailbox.card.auth {
        Auth::Microsoft => poll_microsoft(trials.room(), me.by(), &mailbox).await,
        Auth::Google | Auth::Password => Ok(SignIn::None),
    };
    let (state, refusal) = match state {
        Ok(state) => (state, None),
        Err(Error::Conflict(message) | Error::Busy(message)) => (SignIn::None, Some(message)),
        Err(other) => return Err(other),
    };
    if state == SignIn::Done && !me.visit.partial {
        trials.begin(me.by(), mailbox);
        return Ok(see_other_saying(&options, &format!("/admin/mail/{id}/test"), "done-signed-in", ""));
    }
    shown(&me, &options, &mailbox, &state, refusal.as_ref(), None)
}

fn shown(
    me: &Me,
    options: &Options,
    mailbox: &Mailbox,
    state: &SignIn,
    refusal: Option<&Message>,
    lead: Option<&str>,
) -> Result<HttpResponse> {
    let shell = me.shell(&me.locale().t("box-sign-in-title"));
    let back = options.link(BACK);
    let part = views::sign_in_part(me, mailbox, state, refusal, lead, back.as_deref());
    Ok(shell.answer_part(&me.visit, part, |part| views::sign_in(me, mailbox, part)))
}

/// `POST /admin/mail/{id}/sign-in`
pub async fn begin_sign_in(
    trials: Data<Trials>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let mailbox = trials.room().books.read(move |db| mailbox_by_id(db, id)).await?;
    let begun = match mailbox.card.auth {
        Auth::Microsoft => begin_microsoft(trials.room(), me.by(), &mailbox).await.map(|()| None),
        Auth::Google => google(&trials, &options, &me, &mailbox).await.map(Some),
        Auth::Password => Err(Error::Conflict(Message::new("box-sign-in-password"))),
    };
    match begun {
        Ok(None) => Ok(see_other(&format!("/admin/mail/{id}/sign-in"))),
        // A form may not lead to another site, so the way there is a link.
        Ok(Some(url)) => shown(&me, &options, &mailbox, &SignIn::None, None, Some(&url)),
        Err(Error::Conflict(message)) => shown(&me, &options, &mailbox, &SignIn::None, Some(&message), None),
        Err(other) => Err(other),
    }
}

async fn google(trials: &Trials, options: &Options, me: &Me, mailbox: &Mailbox) -> Result<String> {
    let back = options.link(BACK).ok_or_else(|| Error::Conflict(Message::new("error-public-url")))?;
    begin_google(trials.room(), me.by(), mailbox, &me.who.session.to_string(), &back).await
}

/// What Google's page sends the browser back with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct BackQuery {
    state: String,
    code: String,
    error: String,
}

/// `GET /admin/mail/google`: the browser comes back from Google.
pub async fn google_back(
    trials: Data<Trials>,
    options: Data<Options>,
    me: Me,
    query: Query<BackQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    if !query.error.is_empty() {
        return Err(Error::Conflict(Message::new("error-sign-in-declined")));
    }
    let back = options.link(BACK).ok_or_else(|| Error::Conflict(Message::new("error-public-url")))?;
    let (session, code) = (me.who.session.to_string(), Secret::new(query.code));
    let id = finish_google(trials.room(), me.by(), &session, &back, &query.state, &code).await?;
    let mailbox = trials.room().books.read(move |db| mailbox_by_id(db, id)).await?;
    trials.begin(me.by(), mailbox);
    Ok(see_other_saying(&options, &format!("/admin/mail/{id}/test"), "done-signed-in", ""))
}
