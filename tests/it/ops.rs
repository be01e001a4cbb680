//! Tests of `src/ops`, `src/cli` and the units in `systemd/`: what those who run the daemon see of it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::web::Data;
use deskbell::base::{Clock, Timestamp};
use deskbell::config::{Levels, Secret};
use deskbell::ops::health::{Checks, Finding};
use deskbell::ops::logging::{self, Style};
use deskbell::ops::metrics::{self, Figures};
use tracing::level_filters::LevelFilter;

// ---- the command line -------------------------------------------------------------------------------------------------

fn deskbell(args: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_deskbell");
    Command::new(program).args(args).env_clear().env("PATH", "/usr/bin:/bin").output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A file with this text in a directory that goes with the returned guard.
fn file(text: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deskbell.toml");
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    (directory, path)
}

#[test]
fn a_good_configuration_is_ok() {
    let (_directory, path) = file("[web]\nlisten = [\"127.0.0.1:0\"]\n");
    let output = deskbell(&["config", "check", "-c", &path]);
    assert_eq!((code(&output), out(&output).as_str(), err(&output).as_str()), (0, "ok\n", ""));
    assert_eq!(out(&deskbell(&["-c", &path, "config", "check", "-q"])), "");
    let json: serde_json::Value =
        serde_json::from_slice(&deskbell(&["config", "check", "--json", "-c", &path]).stdout).unwrap();
    assert_eq!(json, serde_json::json!({ "ok": true, "problems": [] }));
}

#[test]
fn a_bad_configuration_is_told_whole_with_exit_code_78() {
    let (_directory, path) = file("[web]\nlisen = []\n[log]\nlevel = 'loud'\n");
    let output = deskbell(&["config", "check", "-c", &path]);
    let expected = format!(
        "{path}:2:1: unknown key \"lisen\" in [web]; did you mean \"listen\"?\n\
         {path}:4:9: log.level: \"loud\" is not a level: write \"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\"\n"
    );
    assert_eq!((code(&output), out(&output).as_str(), err(&output)), (78, "", expected));
    let output = deskbell(&["config", "check", "--json", "-c", &path]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((code(&output), json["problems"].as_array().unwrap().len()), (78, 2));
    assert_eq!(json["problems"][0]["place"], format!("{path}:2:1"));
    assert_eq!(code(&deskbell(&["config", "show", "-c", &path])), 78);
    let output = deskbell(&["config", "check", "-c", "/nonexistent/deskbell.toml"]);
    assert_eq!((code(&output), err(&output).as_str()), (78, "/nonexistent/deskbell.toml: there is no such file\n"));
}

#[test]
fn what_is_in_effect_is_shown_with_its_origin() {
    let (_directory, path) = file("[phone]\ncalls_max = 7\n");
    let output = deskbell(&["config", "show", "-v", "-c", &path]);
    assert_eq!(code(&output), 0);
    assert!(out(&output).contains(&format!("calls_max = 7  # {path}:2:13\n")), "{}", out(&output));
    assert!(out(&output).contains("level = \"debug\"  # --verbose\n"));
    let json: serde_json::Value =
        serde_json::from_slice(&deskbell(&["config", "show", "--json", "-c", &path]).stdout).unwrap();
    assert_eq!(json["web.listen"], serde_json::json!({ "value": ["127.0.0.1:8080"], "origin": "default" }));
    let sample = deskbell(&["config", "sample"]);
    assert_eq!(out(&sample), include_str!("../../config/deskbell.toml"));
}

#[test]
fn the_environment_is_read_and_named() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
    let command = command.args(["config", "check"]).env_clear().env("DESKBELL__WEB__LISTEN", "nowhere");
    let output = command.output().unwrap();
    assert_eq!(code(&output), 78);
    assert!(err(&output).starts_with("DESKBELL__WEB__LISTEN: web.listen: \"nowhere\""), "{}", err(&output));
}

#[test]
fn nonsense_is_a_usage_error() {
    for args in
        [&["frobnicate"][..], &["config"], &["config", "chekc"], &["config", "check", "-q", "-v"], &["completions"]]
    {
        let output = deskbell(args);
        assert_eq!((code(&output), out(&output).as_str()), (2, ""), "{args:?}");
        assert!(!err(&output).contains('\u{1b}'), "no colours into a pipe");
    }
    assert_eq!(code(&deskbell(&["--help"])), 0);
}

#[test]
fn the_version_can_be_read_by_programs() {
    let json: serde_json::Value = serde_json::from_slice(&deskbell(&["version", "--json"]).stdout).unwrap();
    assert_eq!((&json["name"], &json["version"]), (&"deskbell".into(), &env!("CARGO_PKG_VERSION").into()));
    assert_eq!(json["features"]["systemd"], cfg!(feature = "systemd"));
    assert!(out(&deskbell(&["version"])).starts_with(concat!("deskbell ", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn shells_get_completions() {
    for shell in ["bash", "zsh", "fish"] {
        let output = deskbell(&["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(out(&output).contains("deskbell") && out(&output).contains("completions"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_early_is_no_failure() {
    let program = env!("CARGO_BIN_EXE_deskbell");
    let script = format!("{{ {program} config sample; echo $? >&2; }} | true");
    // Whether the pipe is closed in time is up to the machine; either way the answer is 0 and nothing panics.
    let output = Command::new("bash").args(["-c", &script]).env_clear().output().unwrap();
    assert_eq!(err(&output), "0\n");
}

// ---- the log ----------------------------------------------------------------------------------------------------------

/// What is logged by `say` in `style`.
fn logged(style: Style, say: impl FnOnce()) -> Vec<String> {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let lines = Arc::clone(&seen);
    let levels = Levels {
        default: LevelFilter::INFO,
        targets: vec![("quiet".to_owned(), LevelFilter::WARN), ("loud".to_owned(), LevelFilter::TRACE)],
    };
    let log = logging::lines(&levels, style, Arc::new(move |line: &str| lines.lock().unwrap().push(line.to_owned())));
    tracing::subscriber::with_default(log, say);
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[test]
fn one_event_is_one_line_whatever_it_says() {
    let nasty = "a\r\nb\u{1b}[31m\u{2028}\u{2029}\u{85}\u{7f}\u{0}\u{202E}\tc";
    for style in [Style::Pretty { colour: false }, Style::Logfmt, Style::Json, Style::Prefixed] {
        let lines = logged(style, || {
            let span = tracing::info_span!("request", path = nasty);
            let _inside = span.enter();
            tracing::info!(agent = %nasty, subject = ?nasty, "{nasty}");
        });
        assert_eq!(lines.len(), 1);
        assert!(lines[0].chars().all(|c| !c.is_control() && !('\u{2028}'..='\u{202E}').contains(&c)), "{:?}", lines[0]);
    }
}

#[test]
fn spans_give_their_fields_and_the_innermost_counts() {
    let lines = logged(Style::Logfmt, || {
        let outer = tracing::info_span!("request", request_id = "r1", user = tracing::field::Empty);
        let _outer = outer.enter();
        outer.record("user", 7);
        let inner = tracing::info_span!("call", request_id = "r2");
        let _inner = inner.enter();
        tracing::warn!(target: "deskbell::web", message_id = "8e2a", ok = false, ratio = 0.5, "slow answer");
    });
    let (_, line) = lines[0].split_once(' ').unwrap();
    let expected =
        "level=warn target=deskbell::web msg=\"slow answer\" message_id=8e2a user=7 request_id=r2 ok=false ratio=0.5";
    assert_eq!(line, expected);
}

#[test]
fn levels_go_by_target_and_length_is_bounded() {
    let lines = logged(Style::Json, || {
        tracing::debug!("unheard");
        tracing::info!(target: "quiet::part", "unheard");
        tracing::warn!(target: "quiet::part", "heard");
        tracing::trace!(target: "loud", url = %"ü".repeat(100_000), "heard");
    });
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.contains("\"heard\"") && line.len() < 5_000));
}

// ---- health and figures -----------------------------------------------------------------------------------------------

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

// ---- systemd ----------------------------------------------------------------------------------------------------------

fn units() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd")
}

/// Runs a tool of the package systemd; that it is missing is a failure, since nobody else would notice.
fn analyze(args: &[&str], directory: &Path) -> Output {
    let output = Command::new("systemd-analyze").args(args).current_dir(directory).output();
    output.expect("systemd-analyze is needed: apt-get install systemd")
}

#[test]
fn the_unit_is_hardened() {
    let output =
        analyze(&["security", "--offline=true", "--threshold=15", "--no-pager", "./deskbell.service"], &units());
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
}

#[test]
fn the_units_say_what_systemd_understands() {
    // The program that the unit names is not installed here; the one that was just built stands in for it.
    let directory = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(units()).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("./{}", path.file_name().unwrap().to_string_lossy());
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace("/usr/bin/deskbell", env!("CARGO_BIN_EXE_deskbell"));
        std::fs::write(directory.path().join(&name), text).unwrap();
        files.extend((name.ends_with(".service") || name.ends_with(".socket")).then_some(name));
    }
    files.sort();
    assert_eq!(files.len(), 4);
    let args: Vec<&str> = ["verify", "--man=no"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let output = analyze(&args, directory.path());
    assert!(output.status.success() && err(&output).is_empty(), "{}", err(&output));
}

#[test]
fn the_user_can_be_made() {
    let file = units().join("deskbell.sysusers");
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("etc")).unwrap();
    let output = Command::new("systemd-sysusers").arg(format!("--root={}", root.path().display())).arg(file).output();
    let output = output.expect("systemd-sysusers is needed: apt-get install systemd");
    assert!(output.status.success(), "{}", err(&output));
    let users = std::fs::read_to_string(root.path().join("etc/passwd")).unwrap();
    assert!(
        users.lines().any(|line| line.starts_with("_deskbell:") && line.contains(":/var/lib/deskbell:")),
        "{users}"
    );
}

#[test]
fn comments_stand_on_lines_of_their_own() {
    // systemd takes a comment after a value for a part of the value.
    for entry in std::fs::read_dir(units()).unwrap() {
        for line in
            std::fs::read_to_string(entry.unwrap().path()).unwrap().lines().filter(|line| !line.starts_with('#'))
        {
            assert!(!line.contains([';', '#']), "{line}");
        }
    }
}

#[cfg(feature = "systemd")]
mod with_systemd {
    //! The environment belongs to a process, and nobody may change that of a running one: so the test binary starts itself
    //! again, with the one test `child` and the variables that systemd would set.

    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixDatagram;

    use deskbell::ops::systemd;

    use super::*;

    /// What is done in the process of its own; nothing in a normal run.
    #[test]
    fn child() {
        match std::env::var("DESKBELL_TEST_CHILD").as_deref() {
            Ok("notify") => {
                systemd::status("2 lines up\nREADY=1\0");
                systemd::extend_timeout(Duration::from_secs(60));
                systemd::ready();
                systemd::stopping();
            }
            Ok("watchdog") => actix_web::rt::System::new().block_on(async {
                assert_eq!(systemd::watchdog_interval(), Some(Duration::from_millis(10)));
                let round = AtomicUsize::new(0);
                let beats = systemd::watchdog(|| {
                    let n = round.fetch_add(1, Ordering::SeqCst);
                    systemd::status(&format!("check {n}"));
                    async move {
                        if n == 1 {
                            std::future::pending::<()>().await;
                        }
                        n % 2 == 0
                    }
                });
                // Ends with the process, which the parent ends once it has seen enough.
                beats.await;
            }),
            Ok("sockets") => match systemd::take_sockets() {
                Ok(sockets) => {
                    let port = |address: std::io::Result<SocketAddr>| address.unwrap().port();
                    for web in &sockets.web {
                        eprintln!("web {}", port(web.local_addr()));
                    }
                    for udp in &sockets.sip_udp {
                        eprintln!("sip-udp {}", port(udp.local_addr()));
                    }
                    eprintln!("left {:?}", std::env::var_os("LISTEN_FDS"));
                }
                Err(error) => eprintln!("error {error}"),
            },
            _ => (),
        }
    }

    /// This binary again, running only [`child`] as `role`.
    fn again(role: &str) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "ops::with_systemd::child", "--nocapture"]).env("DESKBELL_TEST_CHILD", role);
        command
    }

    fn notify_socket(directory: &tempfile::TempDir) -> (UnixDatagram, PathBuf) {
        let path = directory.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        (socket, path)
    }

    fn next(socket: &UnixDatagram) -> String {
        let mut buffer = [0; 500];
        let length = socket.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    #[test]
    fn systemd_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let (socket, path) = notify_socket(&directory);
        assert!(again("notify").env("NOTIFY_SOCKET", &path).output().unwrap().status.success());
        let told = [(); 4].map(|()| next(&socket));
        assert_eq!(told, ["STATUS=2 lines up READY=1 ", "EXTEND_TIMEOUT_USEC=60000000", "READY=1", "STOPPING=1"]);
    }

    #[test]
    fn the_watchdog_is_fed_only_after_a_good_check() {
        let directory = tempfile::tempdir().unwrap();
        let (socket, path) = notify_socket(&directory);
        let mut command = again("watchdog");
        command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "20000").stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let told = [(); 6].map(|()| next(&socket));
        child.kill().unwrap();
        child.wait().unwrap();
        let expected =
            ["STATUS=check 0", "WATCHDOG=1", "STATUS=check 1", "STATUS=check 2", "WATCHDOG=1", "STATUS=check 3"];
        assert_eq!(told, expected, "the hanging and the failing one feed nothing");
    }

    /// Lets [`child`] take two sockets under these names and says what it found.
    fn handed_over(names: &str) -> (u16, u16, String) {
        let web = TcpListener::bind("127.0.0.1:0").unwrap();
        let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let ports = (web.local_addr().unwrap().port(), udp.local_addr().unwrap().port());
        let child = again("sockets");
        // systemd passes sockets from descriptor 3 on and names the process that they are for.
        let script = "exec env LISTEN_PID=$$ LISTEN_FDS=2 \"$@\" 3<&0 4<&1 >/dev/null";
        let mut shell = Command::new("bash");
        shell.args(["-c", script, "bash"]).arg(child.get_program()).args(child.get_args());
        shell.env("DESKBELL_TEST_CHILD", "sockets").env("LISTEN_FDNAMES", names);
        shell.stdin(Stdio::from(OwnedFd::from(web))).stdout(Stdio::from(OwnedFd::from(udp)));
        let output = shell.stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        (ports.0, ports.1, err(&output))
    }

    #[test]
    fn sockets_are_taken_by_name() {
        let (web, udp, told) = handed_over("web:sip-udp");
        assert_eq!(told, format!("web {web}\nsip-udp {udp}\nleft None\n"));
    }

    #[test]
    fn a_wrong_socket_is_an_error() {
        let (_, _, told) = handed_over("web:sip");
        let expected = "error systemd hands over a socket named \"sip\"; FileDescriptorName= must be web, sip-udp, sip-tcp or metrics\n";
        assert_eq!(told, expected);
        let (_, _, told) = handed_over("sip-udp:web");
        assert_eq!(told, "error fd 3 is not a valid udp socket\n");
    }

    #[test]
    fn without_systemd_there_is_nothing_to_take() {
        let output = again("sockets").env("LISTEN_FDS", "1").env("LISTEN_PID", "1").output().unwrap();
        assert_eq!(err(&output), "left Some(\"1\")\n", "what is for another process stays alone");
    }
}
