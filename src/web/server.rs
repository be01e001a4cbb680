//! The HTTP server over sockets that somebody else opened (the command line, or systemd).

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::KeepAlive;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer};

use super::assets;
use super::entry::entry;
use super::live::Live;
use super::meters::Meters;
use super::options::Options;
use super::problem::Refusal;

/// Threads that serve. Handlers wait for the database elsewhere, so a few suffice.
const WORKERS: usize = 2;

/// Connections of each worker; a browser holds up to six, and one for events.
const CONNECTIONS_PER_WORKER_MAX: usize = 4_096;

/// Starts a server on `listeners` with the routes that `configure` adds. It runs when awaited, until [`stop`].
pub fn serve(
    listeners: Vec<TcpListener>,
    options: &Options,
    meters: &Meters,
    live: &Live,
    configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> io::Result<Server> {
    let (options, meters, live) = (Data::new(options.clone()), Data::new(meters.clone()), Data::new(live.clone()));
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(options.clone())
            .app_data(meters.clone())
            .app_data(live.clone())
            // What comes last is outermost: the entry sees all, also what the compression refuses.
            .wrap(Compress::default())
            .wrap(from_fn(entry))
            .route("/a/{file}", web::get().to(assets::serve))
            .configure(configure.clone())
            .default_service(web::to(no_page))
    })
    .workers(WORKERS)
    .max_connections(CONNECTIONS_PER_WORKER_MAX)
    .backlog(1_024)
    // Without this, small answers wait 40 ms for an acknowledgement.
    .tcp_nodelay(true)
    .keep_alive(KeepAlive::Timeout(Duration::from_secs(75)))
    .client_request_timeout(Duration::from_secs(5))
    // A browser that goes away ends its event stream at once, not at the next comment. No browser half-closes.
    .h1_allow_half_closed(false)
    .client_disconnect_timeout(Duration::from_secs(2))
    .shutdown_timeout(2)
    .disable_signals();
    for listener in listeners {
        server = server.listen(listener)?;
    }
    Ok(server.run())
}

/// Ends the event streams, lets the running requests end within two seconds, and then the server.
pub async fn stop(handle: &ServerHandle, live: &Live) {
    live.close();
    handle.stop(true).await;
}

/// The answer to a path that nobody serves.
async fn no_page() -> Result<&'static str, Refusal> {
    Err(Refusal::NO_PAGE)
}
