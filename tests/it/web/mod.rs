//! Tests of `src/web`: a small app that uses the kit as features do, asked over real sockets.

mod answers;
mod assets;
mod forms;
mod gallery;
mod live;
pub mod source;
mod texts;

use std::net::{SocketAddr, TcpListener};

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use deskbell::base::{Clock, Error, Message, Timestamp};
use deskbell::web::live::{Limits, Subscriber, answer, last_seen};
use deskbell::web::ui::{self, Field, Shell};
use deskbell::web::{Form, Live, Meters, Options, Visit, see_other_saying, server};
use maud::html;
use prometheus::Registry;
use serde::Deserialize;
use tokio::task::JoinHandle;

/// 2026-11-21T13:02:03Z.
const NOW: Timestamp = Timestamp(1_795_266_123_000);

/// The app under test, on a port of its own.
struct Demo {
    address: SocketAddr,
    live: Live,
    registry: Registry,
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
    http: reqwest::Client,
}

impl Demo {
    async fn start() -> Self {
        Self::with(|_| ()).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::on(listener, change).await
    }

    async fn on(listener: TcpListener, change: impl FnOnce(&mut Options)) -> Self {
        crate::desk::expect_error("the secret is 4711");
        let mut options = Options::new([7; 32]);
        options.clock = Clock::fixed(NOW);
        change(&mut options);
        let registry = Registry::new();
        let meters = Meters::register(&registry).unwrap();
        let live = Live::new(Limits { streams_per_session_max: 2, ..Limits::default() }, meters.streams.clone());
        let address = listener.local_addr().unwrap();
        let server = server::serve(vec![listener], &options, &meters, &live, routes).unwrap();
        let handle = server.handle();
        let task = tokio::spawn(server);
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { address, live, registry, handle, task, http }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        let request = headers.iter().fold(self.http.get(self.url(path)), |r, (name, value)| r.header(*name, *value));
        request.send().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        self.get(path, &[("accept", "text/html")]).await.text().await.unwrap()
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> reqwest::Response {
        let start = self.http.post(self.url(path)).header("content-type", "application/x-www-form-urlencoded");
        let request = headers.iter().fold(start, |r, (name, value)| r.header(*name, *value));
        request.body(body.to_owned()).send().await.unwrap()
    }

    async fn stop(self) {
        server::stop(&self.handle, &self.live).await;
        self.task.await.unwrap().unwrap();
    }
}

fn routes(app: &mut web::ServiceConfig) {
    app.route("/hello", web::get().to(hello))
        .service(web::resource("/note").route(web::get().to(blank_note)).route(web::post().to(save_note)))
        .route("/fail/{how}", web::get().to(fail))
        .route("/events", web::get().to(events))
        .route("/gallery/{page}", web::get().to(gallery::page));
}

async fn hello(visit: Visit) -> HttpResponse {
    Shell::new(&visit, "Hello")
        .answer(&visit, html! { p { "Asked by " (visit.address) " in " (visit.locale.lang.name()) } })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Note {
    text: String,
}

async fn blank_note(visit: Visit) -> HttpResponse {
    note_page(&visit, &Note::default(), &[])
}

async fn save_note(visit: Visit, form: Form<Note>, options: Data<Options>) -> Result<HttpResponse, Error> {
    match keep(&form.0) {
        Ok(()) => Ok(see_other_saying(&options, "/note", "done-saved", "")),
        Err(Error::Invalid(problems)) => Ok(note_page(&visit, &form.0, &problems)),
        Err(other) => Err(other),
    }
}

/// What a verb of a feature would do.
fn keep(note: &Note) -> Result<(), Error> {
    match note.text.as_str() {
        "" => Err(Error::invalid("text", "error-required")),
        "taken" => Err(Error::Conflict(Message::new("error-busy"))),
        _ => Ok(()),
    }
}

fn note_page(visit: &Visit, note: &Note, problems: &[deskbell::base::Problem]) -> HttpResponse {
    let shell = Shell::new(visit, "Note");
    let l = &shell.locale;
    let fields = html! {
        (ui::problem_summary(l, problems))
        (Field::textarea("text", "Text", 3).value(&note.text).required().problems(l, problems))
        (ui::Button::submit("Save"))
    };
    shell.answer_form(visit, problems, ui::post(&shell.csrf, "/note", fields))
}

async fn fail(how: web::Path<String>) -> Result<HttpResponse, Error> {
    match how.as_str() {
        "missing" => Err(Error::Missing),
        "forbidden" => Err(Error::Forbidden(Message::new("error-forbidden"))),
        "invalid" => Err(Error::invalid("text", Message::new("error-too-many").with("max", 9))),
        "conflict" => Err(Error::Conflict(Message::new("error-busy"))),
        "busy" => Err(Error::Busy(Message::new("error-busy"))),
        "internal" => Err(Error::Internal("the secret is 4711".to_owned())),
        _ => panic!("the secret is 4711"),
    }
}

async fn events(request: HttpRequest, visit: Visit, hub: Data<Live>) -> HttpResponse {
    let reader = Subscriber {
        lang: visit.locale.lang,
        mask: 1,
        circles: Vec::new(),
        topics: Vec::new(),
        session: visit.session.unwrap_or_default(),
        last_event_id: last_seen(&request),
    };
    answer(&hub, reader).unwrap_or_else(HttpResponse::from_error)
}
