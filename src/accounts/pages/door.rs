//! The door: signing in and out, and making the first admin.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Query};
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::Me;
use crate::accounts::{
    AgentCard, Role, begin, count_code_try, end_session, first_admin, hash_checked, needs_setting_up, open_session,
    password_matches, succeed, views,
};
use crate::base::{Error, Message, Problem, Result};
use crate::events::{Actor, Books, By};
use crate::settings::Settings;
use crate::web::ui::Shell;
use crate::web::{Form, Lang, Options, Visit, cookie, safe_next, see_other};

/// Hashing takes a core and 19 MiB: two at a time leave room for the phone.
pub struct Hashing(pub Semaphore);

impl Default for Hashing {
    fn default() -> Self {
        Self(Semaphore::new(2))
    }
}

impl Hashing {
    /// Runs slow work on a thread that may block, with at most one other.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _turn = self.0.acquire().await.map_err(|e| Error::internal("waiting to hash", e))?;
        actix_web::web::block(work).await.map_err(|e| Error::internal("hashing", e))
    }
}

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// What the sign-in page sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    login: String,
    password: String,
    next: String,
}

fn by(visit: &Visit) -> By {
    By { actor: Actor::Visitor, request: Some(visit.request_id.clone()) }
}

/// `GET /login`
pub async fn sign_in_page(books: Data<Books>, mut visit: Visit, next: Query<Next>) -> Result<HttpResponse> {
    let (fresh, settings) = books.read(|db| Ok((needs_setting_up(db)?, Settings::read(db)?))).await?;
    speak(&mut visit, &settings);
    if fresh {
        return Ok(see_other("/setup"));
    }
    Ok(ask(&visit, &settings, "", &next.next, None))
}

/// Nobody has a profile here yet; the desk's language is for those whose browser asks for none of ours.
fn speak(visit: &mut Visit, settings: &Settings) {
    visit.speak(None, Lang::from_word(&settings.language), settings.zone());
}

fn ask(visit: &Visit, settings: &Settings, login: &str, next: &str, wrong: Option<&Message>) -> HttpResponse {
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shell = Shell::new(visit, &visit.locale.t("sign-in-title"));
    shell.answer_with(status, visit, views::sign_in(visit, settings, login, next, wrong))
}

fn ask_set_up(status: StatusCode, visit: &Visit, form: &SetUpForm, problems: &[Problem]) -> HttpResponse {
    let shell = Shell::new(visit, &visit.locale.t("set-up-title"));
    shell.answer_with(status, visit, views::set_up(visit, form, problems))
}

/// `POST /login`
pub async fn sign_in(
    books: Data<Books>,
    options: Data<Options>,
    hashing: Data<Hashing>,
    mut visit: Visit,
    form: Form<SignInForm>,
) -> Result<HttpResponse> {
    let form = form.0;
    let settings = books.read(Settings::read).await?;
    speak(&mut visit, &settings);
    let (login, address) = (form.login.clone(), visit.address.to_string());
    let tried = match books.write(by(&visit), move |act| begin(act, &login, &address)).await {
        Err(Error::Busy(message)) if message.key == "error-too-many-tries" => {
            return Ok(ask(&visit, &settings, &form.login, &form.next, Some(&message)));
        }
        other => other?,
    };
    let (password, hash) = (form.password, tried.hash.clone());
    let matched = hashing.run(move || password_matches(&password, &hash)).await?;
    let agent = visit.user_agent.clone();
    let Some(token) = books.write(by(&visit), move |act| succeed(act, &tried, matched, &agent)).await? else {
        return Ok(ask(&visit, &settings, &form.login, &form.next, Some(&Message::new("error-sign-in"))));
    };
    Ok(let_in(&options, &token, safe_next(&form.next).unwrap_or("/")))
}

fn let_in(options: &Options, token: &str, path: &str) -> HttpResponse {
    let mut response = see_other(path);
    response.headers_mut().append(header::SET_COOKIE, cookie::set(options, cookie::SESSION, token, None));
    response
}

/// `POST /logout`
pub async fn sign_out(books: Data<Books>, options: Data<Options>, me: Me, _form: Form<()>) -> Result<HttpResponse> {
    let (agent, session) = (me.who.agent.id, me.who.session);
    match books.write(me.by(), move |act| end_session(act, agent, session)).await {
        Ok(()) | Err(Error::Missing) => {}
        Err(error) => return Err(error),
    }
    let mut response = see_other("/login");
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie::clear(&options, cookie::SESSION));
    // Nothing of a session stays in a shared browser.
    headers.insert(
        header::HeaderName::from_static("clear-site-data"),
        header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

/// What the set-up page sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SetUpForm {
    /// The one-time code.
    pub code: String,
    /// The admin's name.
    pub name: String,
    /// The admin's login.
    pub login: String,
    /// The admin's password.
    pub password: String,
}

/// `GET /setup`
pub async fn set_up_page(books: Data<Books>, visit: Visit) -> Result<HttpResponse> {
    if books.read(needs_setting_up).await? {
        return Ok(ask_set_up(StatusCode::OK, &visit, &SetUpForm::default(), &[]));
    }
    Ok(see_other("/login"))
}

/// `POST /setup`
pub async fn set_up(
    books: Data<Books>,
    options: Data<Options>,
    hashing: Data<Hashing>,
    visit: Visit,
    form: Form<SetUpForm>,
) -> Result<HttpResponse> {
    let form = form.0;
    let again = |problems: &[Problem]| Ok(ask_set_up(StatusCode::UNPROCESSABLE_ENTITY, &visit, &form, problems));
    let address = visit.address.to_string();
    match books.write(by(&visit), move |act| count_code_try(act, &address)).await {
        Err(Error::Busy(message)) => return again(&[Problem::new("code", message)]),
        other => other?,
    }
    let (password, login) = (form.password.clone(), form.login.clone());
    let hash = match hashing.run(move || hash_checked(&password, &login)).await? {
        Err(Error::Invalid(problems)) => return again(&problems),
        other => other?,
    };
    let card = AgentCard { login: form.login.clone(), name: form.name.clone(), role: Role::Admin, teams: Vec::new() };
    let (code, address, agent) = (form.code.clone(), visit.address.to_string(), visit.user_agent.clone());
    let made = books
        .write(by(&visit), move |act| {
            let admin = first_admin(act, &code, card, &hash)?;
            open_session(act, admin, &address, &agent)
        })
        .await;
    match made {
        Ok(token) => Ok(let_in(&options, &token, "/admin")),
        Err(Error::Invalid(problems)) => again(&problems),
        Err(error) => Err(error),
    }
}
