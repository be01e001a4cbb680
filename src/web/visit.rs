//! Who asks: all that a handler may know of a request before anybody is signed in.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use crate::base::Timestamp;

use super::cookie;
use super::csrf;
use super::flash::Flash;
use super::hosts;
use super::lang::Lang;
use super::locale::Locale;
use super::options::Options;
use super::problem::Refusal;

crate::base::column::words! {
    /// Light, dark, or with the greatest contrast.
    pub enum Theme {
        /// As the machine is set.
        Auto = "auto",
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
        /// Black and white, with lines where there are shades: for control rooms and tired eyes.
        Contrast = "contrast",
    }
}

crate::base::column::words! {
    /// How much room rows take.
    pub enum Density {
        /// 28 px rows, for those who live in lists.
        Compact = "compact",
        /// 36 px rows.
        Normal = "normal",
        /// 44 px rows, for fingers.
        Touch = "touch",
    }
}

/// The id of a request, in its log lines, its answer and its error page.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The language of a reader who is known, for what goes wrong after that is known.
#[derive(Debug, Clone, Copy)]
pub struct ReaderLang(pub Lang);

/// A cookie value that was made for this request and has to go out with the answer, so that its forms can come back.
#[derive(Debug, Clone)]
pub(super) struct NewPreSession(pub String);

/// What is known of a request.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The request's id; also in the answer's `X-Request-Id`.
    pub request_id: String,
    /// The moment the request came; what it changes is dated with it.
    pub now: Timestamp,
    /// The language the browser asks for and the default zone, until a profile or the desk says otherwise.
    pub locale: Locale,
    /// Whether the browser asks for a language of ours at all.
    pub lang_asked: bool,
    /// Whether a script asks for a fragment to put into a page, not for a page.
    pub partial: bool,
    /// The asker's address: the socket's, or what a trusted proxy says.
    pub address: IpAddr,
    /// The session token the browser sent. Nobody has checked it yet.
    pub session: Option<String>,
    /// The token for this asker's forms.
    pub csrf: String,
    /// The look chosen in this browser.
    pub theme: Theme,
    /// The path asked for, with the query.
    pub path: String,
    /// What was just done, to be said on this page.
    pub flash: Option<Flash>,
    /// The browser's name for itself, cut to 200 characters: for lists of sessions.
    pub user_agent: String,
}

impl Visit {
    /// The visit that `request` makes.
    pub fn of(request: &HttpRequest) -> Result<Self, Refusal> {
        let options = request.app_data::<Data<Options>>().ok_or(Refusal::UNBUILT)?;
        let headers = request.headers();
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let asked = Lang::asked(text("accept-language"), options);
        let lang = asked.unwrap_or(options.lang);
        let session = cookie::read(headers, &cookie::full_name(options, cookie::SESSION)).filter(|s| !s.is_empty());
        let theme = cookie::read(headers, cookie::THEME).and_then(Theme::from_word).unwrap_or(Theme::Auto);
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |a| a.ip());
        // A statement of its own: within the one below, its borrow would meet the one that stores a new cookie.
        let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        Ok(Self {
            request_id,
            now: options.clock.now(),
            locale: Locale::new(lang, options.zone.clone()),
            lang_asked: asked.is_some(),
            partial: text("hx-request-type") == "partial",
            address: hosts::asker(peer, headers, options),
            session: session.map(str::to_owned),
            csrf: csrf::token(&options.key, &binding(request, options)?),
            theme,
            path: request.uri().path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_default(),
            flash: Flash::of(headers, options),
            user_agent: text(header::USER_AGENT.as_str()).chars().take(200).collect(),
        })
    }
}

impl Visit {
    /// Reads the texts in the language that the reader chose, else in the one the browser asks for, else in the desk's; and
    /// the times in the desk's zone.
    pub fn speak(&mut self, chosen: Option<Lang>, desk: Option<Lang>, zone: jiff::tz::TimeZone) {
        let by_desk = desk.filter(|_| !self.lang_asked);
        self.locale = Locale::new(chosen.or(by_desk).unwrap_or(self.locale.lang), zone);
    }
}

/// What this asker's forms are bound to: a cookie they have, or one made now.
fn binding(request: &HttpRequest, options: &Options) -> Result<String, Refusal> {
    if let Some(binding) = csrf::binding(request.headers(), options) {
        return Ok(binding.to_owned());
    }
    if let Some(made) = request.extensions().get::<NewPreSession>() {
        return Ok(made.0.clone());
    }
    let made = random_hex::<16>().ok_or(Refusal::UNBUILT)?;
    request.extensions_mut().insert(NewPreSession(made.clone()));
    Ok(made)
}

/// `N` random bytes in hexadecimal; nothing when the system has no randomness to give.
pub fn random_hex<const N: usize>() -> Option<String> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl FromRequest for Visit {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
