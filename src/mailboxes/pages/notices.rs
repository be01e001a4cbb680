//! What an agent is told of by mail, on his profile.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use crate::accounts::{self, Me};
use crate::base::Result;
use crate::events::Books;
use crate::mailboxes::{NoticeChoices, NoticeKind, choose_notices, views};
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NoticeForm {
    /// Where to.
    pub address: String,
    /// `on` for tickets that come to a team.
    pub new: String,
    /// `on` for tickets that are given to him.
    pub assigned: String,
    /// `on` for letters to his tickets.
    pub reply: String,
    /// `on` for notes that name him.
    pub mention: String,
    /// When the quiet begins.
    pub quiet_from: String,
    /// When it ends.
    pub quiet_to: String,
}

impl NoticeForm {
    fn of(address: String, choices: &NoticeChoices) -> Self {
        let on = |kind| if choices.kinds.contains(&kind) { "on".to_owned() } else { String::new() };
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        Self {
            address,
            new: on(NoticeKind::New),
            assigned: on(NoticeKind::Assigned),
            reply: on(NoticeKind::Reply),
            mention: on(NoticeKind::Mention),
            quiet_from: choices.quiet.map(|quiet| time(quiet.from)).unwrap_or_default(),
            quiet_to: choices.quiet.map(|quiet| time(quiet.to)).unwrap_or_default(),
        }
    }

    fn kinds(&self) -> Vec<NoticeKind> {
        let all = [
            (&self.new, NoticeKind::New),
            (&self.assigned, NoticeKind::Assigned),
            (&self.reply, NoticeKind::Reply),
            (&self.mention, NoticeKind::Mention),
        ];
        all.into_iter().filter(|(word, _)| *word == "on").map(|(_, kind)| kind).collect()
    }
}

/// `GET /me/notices`: a part of the profile; without scripts, a page.
pub async fn notices(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let agent = me.agent().id;
    let form = books
        .read(move |db| {
            let address = accounts::addresses(db)?.into_iter().find(|(id, _)| *id == agent).map(|(_, address)| address);
            Ok(NoticeForm::of(address.unwrap_or_default(), &NoticeChoices::of(db, agent)?))
        })
        .await?;
    Ok(ask(&me, &form, &Again::default()))
}

fn ask(me: &Me, form: &NoticeForm, again: &Again) -> HttpResponse {
    let shell = me.shell(&me.locale().t("notices-title"));
    shell.answer_with(again.status(), &me.visit, views::notices(me, form, again))
}

/// `POST /me/notices`
pub async fn choose(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<NoticeForm>,
) -> Result<HttpResponse> {
    let (agent, form) = (me.agent().id, form.0);
    let wanted = form.clone();
    let done = books.write(me.by(), move |act| {
        let quiet = (wanted.quiet_from.as_str(), wanted.quiet_to.as_str());
        choose_notices(act, agent, &wanted.address, &wanted.kinds(), quiet)
    });
    match done.await {
        Ok(()) => Ok(see_other_saying(&options, "/me", "done-saved", "")),
        Err(error) => Ok(ask(&me, &form, &Again::of(error)?)),
    }
}
