//! Passwords: an admin sets anybody's, everybody changes their own.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::agents::{agent_page, place_of};
use super::profile::profile_page;
use super::{Hashing, Me};
use crate::accounts::{
    SessionLimits, agent_by_id, begin, check_password, hash_checked, password_matches, renew_password, set_password,
};
use crate::base::id::AgentId;
use crate::base::{Error, Result};
use crate::events::Books;
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// What an admin sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewPassword {
    password: String,
}

/// `POST /admin/agents/{id}/password`
pub async fn set_agent_password(
    books: Data<Books>,
    options: Data<Options>,
    hashing: Data<Hashing>,
    me: Me,
    id: Path<AgentId>,
    form: Form<NewPassword>,
) -> Result<HttpResponse> {
    let (id, password) = (id.into_inner(), form.0.password);
    let login = books.read(move |db| agent_by_id(db, id)).await?.login;
    let hash = match hashing.run(move || hash_checked(&password, &login)).await? {
        Ok(hash) => hash,
        Err(error) => return agent_page(&books, &me, id, None, &Again::of(error)?).await,
    };
    let but = (id == me.agent().id).then_some(me.who.session);
    books.write(me.by(), move |act| set_password(act, id, &hash, but)).await?;
    Ok(see_other_saying(&options, &place_of(id), "done-password-set", ""))
}

/// What somebody sends to change their own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OwnPassword {
    current: String,
    password: String,
}

/// `POST /me/password`
pub async fn change_own_password(
    books: Data<Books>,
    options: Data<Options>,
    hashing: Data<Hashing>,
    limits: Data<SessionLimits>,
    me: Me,
    form: Form<OwnPassword>,
) -> Result<HttpResponse> {
    match renew(&books, &hashing, &me, form.0).await {
        Ok(()) => Ok(see_other_saying(&options, "/me", "done-password-changed", "")),
        Err(error) => profile_page(&books, **limits, &me, &Again::of(error)?).await,
    }
}

async fn renew(books: &Books, hashing: &Hashing, me: &Me, form: OwnPassword) -> Result<()> {
    let login = me.agent().login.clone();
    // What can't be chosen costs no try.
    check_password(&form.password, &login)?;
    let address = me.visit.address.to_string();
    let tried = match books.write(me.by(), move |act| begin(act, &login, &address)).await {
        Err(Error::Busy(message)) if message.key == "error-too-many-tries" => {
            return Err(Error::invalid("current", message));
        }
        other => other?,
    };
    let (old, login, hash) = (tried.hash.clone(), me.agent().login.clone(), form);
    let new_hash = hashing
        .run(move || {
            let right = password_matches(&hash.current, &old);
            right.then(|| hash_checked(&hash.password, &login)).transpose()
        })
        .await??;
    let session = me.who.session;
    let done = books.write(me.by(), move |act| renew_password(act, &tried, new_hash.as_deref(), session)).await?;
    if done { Ok(()) } else { Err(Error::invalid("current", "error-password-wrong")) }
}
