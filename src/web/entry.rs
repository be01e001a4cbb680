//! The outermost middleware: every request comes in here and every answer goes out here.
//!
//! In: an id, and the check that the request is for a name of ours. Out: words for errors, the security headers, the
//! cookie that binds forms before sign-in, the duration. A handler that panics costs its asker a 500 page and the log a
//! line, not the worker its life.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpResponse, ResponseError as _};

use super::cookie;
use super::flash::{self, Flash};
use super::headers;
use super::hosts;
use super::lang::Lang;
use super::meters::Meters;
use super::options::Options;
use super::problem::{AnswerForm, Asked, Refusal, Words};
use super::visit::{NewPreSession, ReaderLang, RequestId, Theme, random_hex};

/// The answer's body: the handler's, or one made here.
type Body<B> = EitherBody<B, BoxBody>;

/// Passes a request on and dresses its answer.
pub async fn entry<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Body<B>>, actix_web::Error> {
    let start = Instant::now();
    let Some(options) = request.app_data::<Data<Options>>().cloned() else {
        return Err(Refusal::UNBUILT.into());
    };
    let meters = request.app_data::<Data<Meters>>().cloned();
    let asked = asked(request.method(), request.headers(), &options);
    request.extensions_mut().insert(RequestId(asked.request_id.clone()));
    let method = request.method().clone();

    if !hosts::is_ours(request.uri(), request.headers(), &options) {
        let words = Words::of_thrown(&Refusal::NOT_OURS.into());
        tracing::info!(request_id = asked.request_id, "refused a request for a host name that is not configured");
        let response = dressed(Refusal::NOT_OURS.error_response(), &words, &asked, &options);
        return Ok(request.into_response(response).map_into_right_body());
    }
    let response = match unless_it_panics(next.call(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return Err(bare(error, &asked, &options)),
        Err(panic) => {
            tracing::error!(request_id = asked.request_id, panic = panic_text(panic.as_ref()), "a handler panicked");
            return Err(bare(Refusal::UNBUILT.into(), &asked, &options));
        }
    };
    let response = told(response, &asked, &options);
    if let Some(meters) = meters {
        meters.answered(&method, response.request().match_pattern(), response.status(), start.elapsed());
    }
    Ok(response)
}

/// Runs a future to its end or to a panic in it.
async fn unless_it_panics<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// The words of a panic, where it has some.
fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&'static str>().copied()).unwrap_or("without words")
}

/// What is to be known of the asker to tell them what went wrong.
fn asked(method: &Method, headers: &HeaderMap, options: &Options) -> Asked {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    Asked {
        lang: Lang::asked(accepted, options).unwrap_or(options.lang),
        theme: cookie::read(headers, cookie::THEME).and_then(Theme::from_word).unwrap_or(Theme::Auto),
        request_id: random_hex::<8>().unwrap_or_else(|| "none".to_owned()),
        form: AnswerForm::asked(headers),
        brings_flash: Flash::of(headers, options).is_some(),
        has_session: cookie::read(headers, &cookie::full_name(options, cookie::SESSION)).is_some_and(|s| !s.is_empty()),
        sent: *method == Method::POST,
    }
}

/// An answer of ours from nothing but a status: words and headers put on.
fn dressed(mut response: HttpResponse, words: &Words, asked: &Asked, options: &Options) -> HttpResponse {
    let (media_type, text) = words.render(asked);
    words.mark(response.headers_mut());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers::put(response.headers_mut(), options, &asked.request_id);
    response.set_body(BoxBody::new(text))
}

/// An error that left the app without an answer (a middleware of a feature refused), with one that has everything every
/// answer has.
fn bare(error: actix_web::Error, asked: &Asked, options: &Options) -> actix_web::Error {
    note_internal(Some(&error), asked);
    let words = Words::of_thrown(&error);
    let response = dressed(error.as_response_error().error_response(), &words, asked, options);
    InternalError::from_response(error, response).into()
}

/// What was internal goes to the log.
fn note_internal(error: Option<&actix_web::Error>, asked: &Asked) {
    if let Some(crate::base::Error::Internal(text)) = error.and_then(|e| e.as_error()) {
        tracing::error!(request_id = asked.request_id, cause = text, "a request failed");
    }
}

/// A handler's answer on its way out.
fn told<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    asked: &Asked,
    options: &Options,
) -> ServiceResponse<Body<B>> {
    note_internal(response.response().error(), asked);
    let words = Words::of(response.response());
    let reader = response.request().extensions().get::<ReaderLang>().map(|reader| reader.0);
    let asked = &Asked { lang: reader.unwrap_or(asked.lang), ..asked.clone() };
    let made = response.request().extensions().get::<NewPreSession>().cloned();
    let mut response = match words {
        None => response.map_into_left_body(),
        Some(words) => {
            let (request, old) = response.into_parts();
            // Kept: the head, as it may hold cookies or say that the connection closes. Dropped: the framework's words.
            let mut kept = old.drop_body();
            words.mark(kept.headers_mut());
            let (media_type, text) = words.render(asked);
            kept.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            kept.headers_mut().remove(header::CONTENT_ENCODING);
            kept.headers_mut().remove(header::CONTENT_LENGTH);
            ServiceResponse::new(request, kept.set_body(BoxBody::new(text)).map_into_right_body())
        }
    };
    let head = response.response_mut().headers_mut();
    headers::put(head, options, &asked.request_id);
    let is_page = head.get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    // A whole page has said what was just done; a fragment has not.
    if is_page && asked.brings_flash && asked.form == AnswerForm::Page {
        head.append(header::SET_COOKIE, cookie::clear(options, flash::COOKIE));
    }
    if let Some(NewPreSession(value)) = made.filter(|_| is_page) {
        head.append(header::SET_COOKIE, cookie::set(options, cookie::PRE_SESSION, &value, None));
    }
    response
}
