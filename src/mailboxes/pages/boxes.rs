//! All mailboxes and how they are; switched off and on, tried again, a certificate pinned.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use crate::accounts::{Me, agents_named, teams};
use crate::base::id::{AgentId, MailboxId};
use crate::base::{Error, Result};
use crate::events::Books;
use crate::mail::tls::Pin;
use crate::mailboxes::{
    Side, change_mailbox, disable_mailbox, enable_mailbox, folder_states, go_back, held_back, mailbox_by_id, mailboxes,
    mails_by_hour, queues, try_again, unaccounted_for, views,
};
use crate::web::{Form, Options, Undo, see_other_saying, see_other_undoable};

/// `GET /admin/mail`
pub async fn list_boxes(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let now = me.visit.now;
    let shown = books
        .read(move |db| {
            let held = held_back(db, now)?;
            let agents: Vec<AgentId> = held.limits.iter().filter_map(|limit| limit.of.agent()).collect();
            Ok(views::Shown {
                mailboxes: mailboxes(db)?,
                folders: folder_states(db)?,
                unaccounted: unaccounted_for(db, now)?,
                queues: queues(db)?,
                hours: mails_by_hour(db, views::first_hour(now))?,
                teams: teams(db)?,
                agents: agents_named(db, &agents)?,
                held,
            })
        })
        .await?;
    let shell = me.shell(&me.locale().t("boxes-title"));
    let part = views::boxes(&me, &shown);
    Ok(shell.answer_part(&me.visit, part, |part| views::list(&me, shown.mailboxes.is_empty(), part)))
}

/// What the switch of a mailbox sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SwitchForm {
    on: String,
}

/// `POST /admin/mail/{id}/switch`
pub async fn switch_box(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
    form: Form<SwitchForm>,
) -> Result<HttpResponse> {
    let (id, on) = (id.into_inner(), form.0.on == "yes");
    books.write(me.by(), move |act| if on { enable_mailbox(act, id) } else { disable_mailbox(act, id) }).await?;
    let place = format!("/admin/mail/{id}");
    let back = if on { "no" } else { "yes" };
    let undo = Undo { path: format!("{place}/switch"), fields: vec![("on".into(), back.into())] };
    let key = if on { "done-box-on" } else { "done-box-off" };
    Ok(see_other_undoable(&options, &me.visit, &place, key, "", &undo))
}

/// `POST /admin/mail/{id}/again`
pub async fn again_box(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    books.write(me.by(), move |act| try_again(act, id)).await?;
    Ok(see_other_saying(&options, &format!("/admin/mail/{id}"), "done-box-again", ""))
}

/// `POST /admin/mail/{id}/back`
pub async fn back_box(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    books.write(me.by(), move |act| go_back(act, id)).await?;
    Ok(see_other_saying(&options, &format!("/admin/mail/{id}"), "done-box-back", ""))
}

/// Which certificate is pinned.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PinForm {
    side: String,
    pin: String,
}

/// `POST /admin/mail/{id}/pin`
pub async fn pin(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<MailboxId>,
    form: Form<PinForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let side = Side::from_word(&form.0.side).ok_or_else(|| Error::invalid("side", "error-choice"))?;
    let pin = Pin::parse(&form.0.pin).ok_or_else(|| Error::invalid("pin", "error-pin"))?.to_string();
    let before = books
        .write(me.by(), move |act| {
            let mut card = mailbox_by_id(act.db, id)?.card;
            let endpoint = if side == Side::Imap { &mut card.imap } else { &mut card.smtp };
            let before = std::mem::replace(&mut endpoint.pin, pin.clone());
            change_mailbox(act, id, &card)?;
            Ok(before)
        })
        .await?;
    let place = format!("/admin/mail/{id}/test");
    if before.is_empty() {
        return Ok(see_other_saying(&options, &place, "done-box-pinned", ""));
    }
    let fields = vec![("side".into(), side.word().into()), ("pin".into(), before)];
    let undo = Undo { path: format!("/admin/mail/{id}/pin"), fields };
    Ok(see_other_undoable(&options, &me.visit, &place, "done-box-pinned", "", &undo))
}
