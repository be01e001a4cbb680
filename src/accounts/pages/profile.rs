//! The own profile: who one is here, the language one reads, the password, and where one is signed in.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::Me;
use crate::accounts::{SessionLimits, end_session, sessions_of, set_feel, set_language, teams, views};
use crate::base::id::SessionId;
use crate::base::{Error, Result};
use crate::events::Books;
use crate::web::ui::Again;
use crate::web::{Density, Form, Lang, Options, Theme, cookie, see_other_saying};

/// `GET /me`
pub async fn profile(books: Data<Books>, limits: Data<SessionLimits>, me: Me) -> Result<HttpResponse> {
    profile_page(&books, **limits, &me, &Again::default()).await
}

pub(super) async fn profile_page(books: &Books, limits: SessionLimits, me: &Me, again: &Again) -> Result<HttpResponse> {
    let agent = me.agent().id;
    let (mut sessions, teams) = books.read(move |db| Ok((sessions_of(db, agent)?, teams(db)?))).await?;
    let now = me.visit.now;
    sessions.retain(|s| now.since_ms(s.seen_at) < limits.idle_ms && now.since_ms(s.created_at) < limits.age_ms);
    let own: Vec<&str> = teams.iter().filter(|t| me.who.teams.contains(&t.id)).map(|t| t.name.as_str()).collect();
    let shell = me.shell(&me.locale().t("nav-profile"));
    Ok(shell.answer_with(again.status(), &me.visit, views::profile(me, &own.join(", "), &sessions, again)))
}

/// What the choice of a language sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LanguageForm {
    language: String,
}

/// `POST /me/language`
pub async fn set_own_language(
    books: Data<Books>,
    options: Data<Options>,
    limits: Data<SessionLimits>,
    me: Me,
    form: Form<LanguageForm>,
) -> Result<HttpResponse> {
    let chosen = Lang::from_word(&form.0.language);
    if chosen.is_none() && !form.0.language.is_empty() {
        let again = Again::of(Error::invalid("language", "error-choice"))?;
        return profile_page(&books, **limits, &me, &again).await;
    }
    let agent = me.agent().id;
    books.write(me.by(), move |act| set_language(act, agent, chosen.map(Lang::word))).await?;
    Ok(see_other_saying(&options, "/me", "done-saved", ""))
}

/// What the choice of the look sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FeelForm {
    theme: String,
    density: String,
    letter_keys: String,
}

/// `POST /me/feel`
pub async fn set_own_feel(
    books: Data<Books>,
    options: Data<Options>,
    limits: Data<SessionLimits>,
    me: Me,
    form: Form<FeelForm>,
) -> Result<HttpResponse> {
    let form = form.0;
    let (Some(theme), Some(density)) = (Theme::from_word(&form.theme), Density::from_word(&form.density)) else {
        let again = Again::of(Error::invalid("density", "error-choice"))?;
        return profile_page(&books, **limits, &me, &again).await;
    };
    let (agent, has_letter_keys) = (me.agent().id, !form.letter_keys.is_empty());
    books.write(me.by(), move |act| set_feel(act, agent, density.word(), has_letter_keys)).await?;
    let mut response = see_other_saying(&options, "/me", "done-saved", "");
    response.headers_mut().append(header::SET_COOKIE, cookie::set_theme(theme.word()));
    Ok(response)
}

/// `POST /me/sessions/{id}/end`
pub async fn end_own_session(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<SessionId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let (agent, session) = (me.agent().id, id.into_inner());
    match books.write(me.by(), move |act| end_session(act, agent, session)).await {
        // It may have ended by itself since the page was made.
        Ok(()) | Err(Error::Missing) => Ok(see_other_saying(&options, "/me", "done-session-ended", "")),
        Err(error) => Err(error),
    }
}
