//! What went wrong, told to the asker: the only place that knows which status an error has.
//!
//! A handler returns a `base::Error`, an extractor a [`Refusal`]; both only carry their status until the entry
//! middleware, which knows the reader's language and what kind of answer they expect, renders the words. What was
//! internal goes to the log under the request's id, and the asker gets that id alone.

use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::{HttpResponse, ResponseError};

use crate::base::{Error, Message};

use super::lang::Lang;
use super::ui;
use super::visit::Theme;

/// Seconds after which trying again makes sense.
pub(super) const RETRY_SECONDS: u32 = 5;

/// Why a request did not reach its handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    status: u16,
    key: &'static str,
    /// Whether the rest of the request is not worth waiting for.
    closes: bool,
}

impl Refusal {
    /// There is no such page.
    pub const NO_PAGE: Self = Self { status: 404, key: "error-missing", closes: false };
    /// The form was not sent by a page of ours, or its session has ended.
    pub const FOREIGN: Self = Self { status: 403, key: "error-foreign-form", closes: true };
    /// The body did not arrive in time.
    pub const TOO_SLOW: Self = Self { status: 408, key: "error-too-slow", closes: true };
    /// The body is larger than the form may be.
    pub const TOO_LARGE: Self = Self { status: 413, key: "error-form-too-large", closes: true };
    /// The body is no form.
    pub const NOT_A_FORM: Self = Self { status: 415, key: "error-not-a-form", closes: true };
    /// The request can't be understood.
    pub const UNREADABLE: Self = Self { status: 400, key: "error-unreadable", closes: true };
    /// The host name is none of ours.
    pub const NOT_OURS: Self = Self { status: 421, key: "error-not-ours", closes: true };
    /// Too many open streams.
    pub const TOO_MANY: Self = Self { status: 503, key: "error-busy", closes: false };
    /// The web side was put together wrongly, or the machine gives no randomness.
    pub const UNBUILT: Self = Self { status: 500, key: "error-internal", closes: true };
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.key)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::new(self.status_code());
        if self.closes {
            response.head_mut().set_connection_type(ConnectionType::Close);
        }
        response
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) | Self::Unavailable(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

/// The words for an error: what happened, and what the asker can do, as keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    status: StatusCode,
    what: Message,
    /// Each thing wrong with what was handed in.
    details: Vec<Message>,
}

impl Words {
    /// The words for the error that a response carries; nothing when it is no error or has words of its own.
    pub(super) fn of(response: &HttpResponse<impl actix_web::body::MessageBody>) -> Option<Self> {
        let status = response.status();
        let error = response.error();
        if let Some(known) = error.and_then(|e| Self::of_known(status, e)) {
            return Some(known);
        }
        let wordless =
            matches!(response.body().size(), actix_web::body::BodySize::None | actix_web::body::BodySize::Sized(0));
        let failed = status.is_client_error() || status.is_server_error();
        (failed && (wordless || error.is_some())).then(|| Self::of_status(status))
    }

    /// The words for an error that came out of a middleware.
    pub(super) fn of_thrown(error: &actix_web::Error) -> Self {
        let status = error.as_response_error().status_code();
        Self::of_known(status, error).unwrap_or_else(|| Self::of_status(status))
    }

    fn of_known(status: StatusCode, error: &actix_web::Error) -> Option<Self> {
        if let Some(error) = error.as_error::<Error>() {
            return Some(Self::of_error(status, error));
        }
        let refusal = error.as_error::<Refusal>()?;
        Some(Self { status, what: Message::new(refusal.key), details: Vec::new() })
    }

    fn of_error(status: StatusCode, error: &Error) -> Self {
        let (what, details) = match error {
            Error::Missing => (Message::new("error-missing"), Vec::new()),
            Error::Forbidden(message) | Error::Conflict(message) | Error::Busy(message) => {
                (message.clone(), Vec::new())
            }
            Error::Invalid(problems) => {
                (Message::new("error-invalid"), problems.iter().map(|p| p.message.clone()).collect())
            }
            Error::Internal(_) | Error::Unavailable(_) => (Message::new("error-internal"), Vec::new()),
        };
        Self { status, what, details }
    }

    /// For what the framework refuses by itself.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let what = match status.as_u16() {
            401 => Message::new("error-signed-out"),
            404 => Message::new("error-missing"),
            405 => Message::new("error-method"),
            403 => Message::new("error-forbidden"),
            408 => Message::new("error-too-slow"),
            413 => Message::new("error-form-too-large"),
            503 => Message::new("error-busy"),
            500.. => Message::new("error-internal"),
            _ => Message::new("error-unreadable"),
        };
        Self { status, what, details: Vec::new() }
    }

    /// The answer: a page, a fragment, JSON or plain text, by what the asker expects.
    pub(super) fn render(&self, asked: &Asked) -> (&'static str, String) {
        let lang = asked.lang;
        let title = lang.t(match self.status.as_u16() {
            404 => "error-title-missing",
            403 => "error-title-forbidden",
            409 => "error-title-conflict",
            503 => "error-title-busy",
            500.. => "error-title-internal",
            _ => "error-title-refused",
        });
        let what = lang.message(&self.what);
        let details: Vec<String> = self.details.iter().map(|m| lang.message(m)).collect();
        let id = &asked.request_id;
        match asked.form {
            AnswerForm::Page => (
                "text/html; charset=utf-8",
                ui::error_page(asked, self.status.as_u16(), &title, &what, &details).into_string(),
            ),
            AnswerForm::Fragment => {
                ("text/html; charset=utf-8", ui::error_fragment(asked, &what, &details).into_string())
            }
            AnswerForm::Json => {
                let problem = serde_json::json!({
                    "status": self.status.as_u16(), "title": title, "detail": what, "errors": details, "request_id": id,
                });
                ("application/problem+json", problem.to_string())
            }
            AnswerForm::Plain => {
                ("text/plain; charset=utf-8", format!("{title}: {what} {} [{id}]\n", details.join(" ")))
            }
        }
    }

    /// What an error means for the head of its answer.
    pub(super) fn mark(&self, headers: &mut HeaderMap) {
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_SECONDS.into());
        }
    }
}

/// The kind of answer that the asker can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerForm {
    /// A whole page.
    Page,
    /// Something to put into a page.
    Fragment,
    /// JSON.
    Json,
    /// Text for a terminal.
    Plain,
}

/// What is to be known of the asker to tell them.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(super) lang: Lang,
    pub(super) theme: Theme,
    pub(super) request_id: String,
    pub(super) form: AnswerForm,
    pub(super) brings_flash: bool,
    /// Whether the browser came with a session, good or not: then search is worth offering.
    pub(super) has_session: bool,
    /// Whether something was sent that the asker typed.
    pub(super) sent: bool,
}

impl AnswerForm {
    /// The kind that a request's headers ask for.
    pub(super) fn asked(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let accept = text("accept");
        match () {
            () if text("hx-request-type") == "partial" => Self::Fragment,
            () if accept.contains("text/html") => Self::Page,
            () if accept.contains("json") => Self::Json,
            () if accept.contains("text/plain") || accept.is_empty() => Self::Plain,
            () => Self::Page,
        }
    }
}
