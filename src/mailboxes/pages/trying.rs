//! A mailbox is tried.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use crate::accounts::Me;
use crate::base::Result;
use crate::base::id::MailboxId;
use crate::mailboxes::{Trials, change_mailbox, mailbox_by_id, views};
use crate::web::{Form, Options, Undo, see_other, see_other_undoable};

/// `POST /admin/mail/{id}/test`
pub async fn begin_trial(trials: Data<Trials>, me: Me, id: Path<MailboxId>, _form: Form<()>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let mailbox = trials.room().books.read(move |db| mailbox_by_id(db, id)).await?;
    trials.begin(me.by(), mailbox);
    Ok(see_other(&format!("/admin/mail/{id}/test")))
}

/// The server that is believed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AuthservForm {
    authserv_id: String,
}

/// `POST /admin/mail/{id}/authserv`: believes what a server says of senders from now on.
pub async fn believe(
    trials: Data<Trials>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
    form: Form<AuthservForm>,
) -> Result<HttpResponse> {
    let (id, authserv_id) = (id.into_inner(), form.0.authserv_id);
    let before = trials.room().books.write(me.by(), move |act| {
        let mut card = mailbox_by_id(act.db, id)?.card;
        let before = std::mem::replace(&mut card.authserv_id, authserv_id.clone());
        change_mailbox(act, id, &card)?;
        Ok(before)
    });
    let undo = Undo { path: format!("/admin/mail/{id}/authserv"), fields: vec![("authserv_id".into(), before.await?)] };
    let place = format!("/admin/mail/{id}");
    Ok(see_other_undoable(&options, &me.visit, &place, "done-box-authserv", "", &undo))
}

/// `GET /admin/mail/{id}/test`
pub async fn show_trial(trials: Data<Trials>, me: Me, id: Path<MailboxId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let mailbox = trials.room().books.read(move |db| mailbox_by_id(db, id)).await?;
    let trial = trials.of(id);
    let shell = me.shell(&me.locale().t("trial-title"));
    let part = views::trial_part(&me, &mailbox, trial.as_ref());
    Ok(shell.answer_part(&me.visit, part, |part| views::trial(&me, &mailbox, trial.as_ref(), part)))
}
