//! Tests of `src/ops`: what those who run the daemon see of it. Health and figures are here.

mod logging;
#[cfg(feature = "systemd")]
mod notify;
mod units;
mod watch;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::web::Data;
use deskbell::base::{Clock, Timestamp};
use deskbell::config::Secret;
use deskbell::ops::health::{Checks, Finding};
use deskbell::ops::metrics::{self, Figures};

use crate::cli::{code, err, out};
use crate::desk::expect_error;

/// The metrics listener on a free port.
fn listen(figures: Figures, checks: Checks) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    actix_web::rt::spawn(metrics::serve(listener, Data::new(figures), Data::new(checks)).unwrap());
    address
}

fn figures() -> Figures {
    Figures::new(prometheus::Registry::new(), None).unwrap()
}

fn no_checks() -> Checks {
    Checks::new(Clock::system())
}

async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let response = reqwest::get(format!("http://{address}{path}")).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[actix_web::test]
async fn the_listener_serves_three_paths_and_no_other() {
    let address = listen(figures(), no_checks());
    assert_eq!(get(address, "/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(get(address, "/readyz").await, (200, "{\"checks\":[]}".to_owned()));
    for path in ["/", "/metrics/", "/metrics/x", "/login", "/%2e%2e/etc/passwd"] {
        assert_eq!(get(address, path).await.0, 404, "{path}");
    }
    let client = reqwest::Client::new();
    assert_eq!(client.head(format!("http://{address}/metrics")).send().await.unwrap().status(), 200);
    assert_eq!(client.post(format!("http://{address}/metrics")).send().await.unwrap().status(), 405);
}

#[actix_web::test]
async fn figures_are_refreshed_then_shown() {
    let registry = prometheus::Registry::new();
    let open = prometheus::IntGauge::new("deskbell_sse_connections", "Open streams.").unwrap();
    registry.register(Box::new(open.clone())).unwrap();
    let figures = Figures::new(registry, None).unwrap().refreshed_by(move || {
        let open = open.clone();
        async move { open.inc() }
    });
    let address = listen(figures, no_checks());
    let response = reqwest::get(format!("http://{address}/metrics")).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4");
    let text = response.text().await.unwrap();
    let build = format!("deskbell_build_info{{commit=\"unknown\",version=\"{}\"}} 1\n", env!("CARGO_PKG_VERSION"));
    assert!(option_env!("DESKBELL_COMMIT").is_some() || text.contains(&build), "{text}");
    assert!(
        text.contains("\nprocess_resident_memory_bytes ") && text.contains("\ndeskbell_sse_connections 1\n"),
        "{text}"
    );
    assert!(get(address, "/metrics").await.1.contains("\ndeskbell_sse_connections 2\n"), "before each scrape");
}

#[actix_web::test]
async fn prometheus_finds_nothing_to_complain_about() {
    let address = listen(figures(), no_checks());
    let (_, text) = get(address, "/metrics").await;
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut promtool = promtool.spawn().expect("promtool is needed: apt-get install prometheus");
    promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    assert_eq!((code(&output), out(&output), err(&output)), (0, String::new(), String::new()));
}

#[actix_web::test]
async fn a_hook_that_panics_takes_no_figures_away() {
    expect_error("figures were not refreshed");
    let figures = figures().refreshed_by(|| async { panic!("no database") });
    let address = listen(figures, no_checks());
    assert_eq!(get(address, "/metrics").await.0, 200);
    assert_eq!(get(address, "/metrics").await.0, 200);
}

#[actix_web::test]
async fn figures_ask_for_their_token() {
    let address = listen(Figures::new(prometheus::Registry::new(), Some(Secret::new("t0ken"))).unwrap(), no_checks());
    for header in
        [None, Some("Bearer t0ke"), Some("Bearer "), Some("Basic t0ken"), Some("t0ken"), Some("Bearer t0ken2")]
    {
        let mut request = reqwest::Client::new().get(format!("http://{address}/metrics"));
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        assert_eq!(request.send().await.unwrap().status(), 401, "{header:?}");
    }
    let request = reqwest::Client::new().get(format!("http://{address}/metrics")).bearer_auth("t0ken");
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(get(address, "/healthz").await.0, 200, "whoever restarts processes needs no token");
}

#[actix_web::test]
async fn garbage_is_answered_or_hung_up_on_and_the_next_is_served() {
    expect_error("request parse error");
    let address = listen(figures(), no_checks());
    for garbage in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET\r\n\r\n",
        b"GET /metrics HTTP/9.9\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET /\xFF\xFE HTTP/1.1\r\n\r\n",
        b"INVITE sip:a@b SIP/2.0\r\n\r\n",
    ] {
        let answer = actix_web::rt::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            stream.write_all(garbage).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            String::from_utf8_lossy(&answer).into_owned()
        });
        let answer = answer.await.unwrap();
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 404"),
            "{answer}"
        );
    }
    assert_eq!(get(address, "/healthz").await.0, 200);
}

#[actix_web::test]
async fn what_is_down_is_not_ready_and_what_is_degraded_is() {
    let state: Arc<Mutex<Finding>> = Arc::new(Mutex::new(Finding::degraded("line 2 is not registered")));
    let asked = Arc::new(AtomicUsize::new(0));
    let clock = Clock::fixed(Timestamp(1_700_000_000_000));
    let (found, count) = (Arc::clone(&state), Arc::clone(&asked));
    let checks =
        Checks::new(clock.clone()).with("database", || async { Finding::ok("writable") }).with("phone", move || {
            count.fetch_add(1, Ordering::SeqCst);
            let finding = found.lock().unwrap().clone();
            async move { finding }
        });
    let address = listen(figures(), checks);
    let (status, text) = get(address, "/readyz").await;
    let expected = serde_json::json!({ "checks": [
        { "name": "database", "status": "ok", "detail": "writable", "observed_at": "2023-11-14T22:13:20.000Z" },
        { "name": "phone", "status": "degraded", "detail": "line 2 is not registered", "observed_at": "2023-11-14T22:13:20.000Z" },
    ]});
    assert_eq!((status, serde_json::from_str::<serde_json::Value>(&text).unwrap()), (200, expected));

    *state.lock().unwrap() = Finding::down("no socket");
    clock.pass(999);
    assert_eq!(get(address, "/readyz").await.0, 200, "within a second the answer is the same");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    clock.pass(1);
    assert_eq!(get(address, "/readyz").await.0, 503);
    assert_eq!(get(address, "/healthz").await.0, 200, "alive all the same");
}

#[actix_web::test]
async fn a_check_that_hangs_or_panics_is_down() {
    let checks = Checks::new(Clock::system())
        .with_deadline(Duration::from_millis(20))
        .with("fine", || async { Finding::ok("") })
        .with("hanging", || async { std::future::pending().await })
        .with("panicking", || async { panic!("no database") });
    let found = checks.observe().await;
    let told: Vec<String> =
        found.iter().map(|o| format!("{} {:?} {}", o.name, o.status, o.detail.as_ref().unwrap())).collect();
    let expected = ["fine Ok ", "hanging Down no answer within 20ms", "panicking Down the check failed"];
    assert_eq!(told, expected);
}

#[actix_web::test]
async fn strangers_get_no_reasons() {
    use deskbell::ops::health::{Details, configure};
    let checks = Data::new(Checks::new(Clock::system()).with("disk", || async { Finding::down("/srv/desk is full") }));
    let app = actix_web::App::new().configure(configure(checks, Details::Hidden));
    let app = actix_web::test::init_service(app).await;
    let request = actix_web::test::TestRequest::get().uri("/readyz").to_request();
    let response = actix_web::test::call_service(&app, request).await;
    assert_eq!(response.status(), 503);
    let text = String::from_utf8(actix_web::test::read_body(response).await.to_vec()).unwrap();
    assert!(text.contains("\"disk\"") && text.contains("\"down\"") && !text.contains("full"), "{text}");
}
