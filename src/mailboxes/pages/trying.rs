//! A mailbox is tried.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::accounts::Me;
use crate::base::Result;
use crate::base::id::MailboxId;
use crate::mailboxes::{Trials, mailbox_by_id, views};
use crate::web::{Form, see_other};

/// `POST /admin/mail/{id}/test`
pub async fn begin_trial(trials: Data<Trials>, me: Me, id: Path<MailboxId>, _form: Form<()>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let mailbox = trials.room().books.read(move |db| mailbox_by_id(db, id)).await?;
    trials.begin(me.by(), mailbox);
    Ok(see_other(&format!("/admin/mail/{id}/test")))
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
