//! The gate: every route names who may use it, and this is where that is held.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error as ActixError, HttpMessage as _, HttpResponse};

use super::me::Me;
use crate::accounts::{Right, SessionLimits, signed_in, touch, touch_is_due};
use crate::base::{Error, Message};
use crate::events::Books;
use crate::settings::Settings;
use crate::web::{Live, ReaderLang, Visit};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// Whoever can reach the server.
    Anybody,
    /// Whoever is signed in and has this right.
    Only(Right),
}

/// Lets a request through, sends it to the door, or refuses it.
pub async fn gate<B: MessageBody + 'static>(
    may: May,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<impl MessageBody>, ActixError> {
    let May::Only(right) = may else { return Ok(next.call(request).await?.map_into_left_body()) };
    let Some(me) = who_asks(&request).await? else {
        let door = to_the_door_of(&request);
        return Ok(request.into_response(door).map_into_right_body());
    };
    request.extensions_mut().insert(ReaderLang(me.locale().lang));
    if !me.may(right) {
        let named = me.locale().t_word("right", right.word());
        let refused = Error::Forbidden(Message::new("error-right").with("right", named));
        return Ok(request.error_response(refused).map_into_right_body());
    }
    note_activity(&request, &me).await;
    request.extensions_mut().insert(me);
    Ok(next.call(request).await?.map_into_left_body())
}

async fn who_asks(request: &ServiceRequest) -> Result<Option<Me>, ActixError> {
    let visit = Visit::of(request.request())?;
    let (Some(books), Some(limits)) =
        (request.app_data::<Data<Books>>(), request.app_data::<Data<SessionLimits>>().map(|l| ***l))
    else {
        return Err(Error::Internal("the gate was built without the books".into()).into());
    };
    let Some(token) = visit.session.clone() else { return Ok(None) };
    let newest = request.app_data::<Data<Live>>().map_or(0, |live| live.newest());
    let now = visit.now;
    let found = books
        .read(move |db| match signed_in(db, &token, limits, now)? {
            Some(who) => Ok(Some((who, Settings::read(db)?))),
            None => Ok(None),
        })
        .await?;
    Ok(found.map(|(who, settings)| Me::new(visit, who, settings, newest)))
}

/// Pages and forms keep a session alive; streams and what a script asks for by itself do not.
async fn note_activity(request: &ServiceRequest, me: &Me) {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let by_hand = changes || !(me.visit.partial || request.path() == "/events");
    if !by_hand || !touch_is_due(me.who.seen_at, me.visit.now) {
        return;
    }
    let (session, by) = (me.who.session, me.by());
    if let Some(books) = request.app_data::<Data<Books>>()
        && let Err(error) = books.write(by, move |act| touch(act, session)).await
    {
        // Better a session that ends early than a page that fails because the disk is full.
        tracing::debug!(%error, "the activity of a session could not be noted");
    }
}

/// A page leads to the door and back here afterwards; a script is told that nobody is signed in.
fn to_the_door_of(request: &ServiceRequest) -> HttpResponse {
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
    let door = format!("/login?next={next}");
    let is_page = request.method() == Method::GET
        && request.headers().get("hx-request-type").is_none()
        && request.path() != "/events";
    if is_page {
        return HttpResponse::SeeOther().insert_header((header::LOCATION, door)).finish();
    }
    HttpResponse::Unauthorized().insert_header(("hx-redirect", "/login")).finish()
}
