//! The listener for Prometheus: `/metrics`, `/healthz`, `/readyz`, nothing else.
//!
//! It has a listener and a worker of its own, so that figures and health can still be had when the web interface is stuck,
//! and so that they are never one mistaken route away from the internet. Labels come from closed sets: no ids, addresses or
//! subjects, or the number of series would grow with the desk.

use std::future::Future;
use std::net::TcpListener;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use prometheus::process_collector::ProcessCollector;
use prometheus::{Encoder, IntGaugeVec, Opts, Registry, TextEncoder};
use subtle::ConstantTimeEq;

use super::health::{self, Checks, Details};
use super::{COMMIT, VERSION};
use crate::config::Secret;

/// How long the hook before a scrape may take; Prometheus itself gives up after ten seconds.
const REFRESH_DEADLINE: Duration = Duration::from_secs(3);

/// Connections at the same time. There is one Prometheus, perhaps two, and somebody with curl.
const CONNECTIONS_MAX: usize = 64;

/// Run before each scrape.
type Refresh = Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What there is to see.
pub struct Figures {
    registry: Registry,
    refresh: Refresh,
    token: Option<Secret>,
}

impl Figures {
    /// The figures of `registry`; adds those about the build and the process. With `token`, whoever asks for them must have
    /// it.
    ///
    /// # Errors
    /// When the registry has figures of these names already.
    pub fn new(registry: Registry, token: Option<Secret>) -> prometheus::Result<Self> {
        let info =
            IntGaugeVec::new(Opts::new("deskbell_build_info", "What runs here; always 1."), &["version", "commit"])?;
        info.with_label_values(&[VERSION, COMMIT.unwrap_or("unknown")]).set(1);
        registry.register(Box::new(info))?;
        registry.register(Box::new(ProcessCollector::for_self()))?;
        Ok(Self { registry, refresh: Box::new(|| Box::pin(async {})), token })
    }

    /// With a hook that is run before each scrape, to set the gauges that nobody keeps up to date otherwise. When it takes
    /// more than three seconds the figures are shown as they are.
    #[must_use]
    pub fn refreshed_by<F>(mut self, hook: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.refresh = Box::new(move || Box::pin(hook()));
        self
    }

    fn may_see(&self, request: &HttpRequest) -> bool {
        let Some(token) = &self.token else { return true };
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let given = header.strip_prefix("Bearer ").unwrap_or_default();
        given.as_bytes().ct_eq(token.reveal().as_bytes()).into()
    }
}

/// Serves on `listener` until the returned server is stopped. Call it in a running actix system.
///
/// # Errors
/// When the listener can't be used.
pub fn serve(
    listener: TcpListener,
    figures: web::Data<Figures>,
    checks: web::Data<Checks>,
) -> std::io::Result<actix_web::dev::Server> {
    let app = move || {
        let metrics = web::resource("/metrics").route(web::get().to(scrape)).route(web::head().to(scrape));
        App::new()
            .app_data(figures.clone())
            .service(metrics)
            .configure(health::configure(checks.clone(), Details::Shown))
    };
    let server = HttpServer::new(app)
        .workers(1)
        .max_connections(CONNECTIONS_MAX)
        .client_request_timeout(Duration::from_secs(5))
        .shutdown_timeout(1)
        .disable_signals();
    Ok(server.listen(listener)?.run())
}

async fn scrape(request: HttpRequest, figures: web::Data<Figures>) -> HttpResponse {
    if !figures.may_see(&request) {
        return HttpResponse::Unauthorized().insert_header((WWW_AUTHENTICATE, "Bearer")).finish();
    }
    // A task of its own: a hook that panics must not take the figures away that would show why.
    let mut refreshing = tokio::spawn((figures.refresh)());
    match tokio::time::timeout(REFRESH_DEADLINE, &mut refreshing).await {
        Ok(Ok(())) => (),
        Ok(Err(error)) => tracing::error!(%error, "figures were not refreshed"),
        Err(_) => {
            refreshing.abort();
            tracing::warn!(seconds = REFRESH_DEADLINE.as_secs(), "figures were not refreshed in time");
        }
    }
    let encoder = TextEncoder::new();
    let mut text = Vec::new();
    match encoder.encode(&figures.registry.gather(), &mut text) {
        Ok(()) => HttpResponse::Ok().insert_header((CONTENT_TYPE, encoder.format_type().to_owned())).body(text),
        Err(error) => {
            tracing::error!(%error, "figures can't be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}
