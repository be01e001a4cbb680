//! Tests of `src/ops/systemd.rs`, with the feature.
//!
//! The environment belongs to a process, and nobody may change that of a running one: so the test binary starts itself
//! again, with the one test `child` and the variables that systemd would set.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deskbell::ops::systemd;

use crate::cli::err;

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
                    n.is_multiple_of(2)
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
    command.args(["--exact", "ops::notify::child", "--nocapture"]).env("DESKBELL_TEST_CHILD", role);
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
    String::from_utf8_lossy(buffer.get(..length).unwrap()).into_owned()
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
    let expected = ["STATUS=check 0", "WATCHDOG=1", "STATUS=check 1", "STATUS=check 2", "WATCHDOG=1", "STATUS=check 3"];
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
