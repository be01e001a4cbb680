//! Real peers from Debian's packages: sipp as a PBX, sipsak as its probe, promtool as the reader of our figures. One that is
//! missing is a failure; `tests/run` installs them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};

use deskbell::calls::{self, Call, CallFilter};
use deskbell::tickets::{self, CallOutcome, Filter, Sees};

use crate::cli::{code, err, out};
use crate::desk::TestDesk;

/// Each Reason that is not a refusal of its own, and what the call was.
const REASONS: [(&str, u16, CallOutcome); 6] = [
    ("SIP", 200, CallOutcome::AnsweredElsewhere),
    ("Q.850", 16, CallOutcome::Missed),
    ("SIP", 487, CallOutcome::Missed),
    ("SIP", 480, CallOutcome::WentOn),
    ("SIP", 302, CallOutcome::Forwarded),
    ("Q.850", 26, CallOutcome::AnsweredElsewhere),
];

/// The number of a caller.
fn number(caller: u32) -> String {
    format!("+4930{}", 901_000 + caller)
}

/// Runs a peer to its end on a thread that may block.
async fn run(mut peer: Command) -> Output {
    tokio::task::spawn_blocking(move || {
        let name = peer.get_program().to_string_lossy().into_owned();
        let ran = peer.stdin(Stdio::null()).output();
        ran.unwrap_or_else(|e| panic!("{name} is needed ({e}); tests/run installs what tests need"))
    })
    .await
    .unwrap()
}

/// sipp with one of our scenarios; it must find nothing to complain about.
async fn sipp(desk: SocketAddr, scenario: &str, more: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let mut sipp = Command::new("sipp");
    let scenario = format!("{}/tests/peers/{scenario}", env!("CARGO_MANIFEST_DIR"));
    sipp.arg(desk.to_string()).args(["-sf", &scenario, "-i", "127.0.0.1", "-nostdin", "-timeout", "60s"]);
    sipp.args(["-timeout_error", "-max_socket", "1000", "-trace_err", "-error_file", "errors"])
        .args(more)
        .current_dir(folder.path());
    let output = run(sipp).await;
    let errors = std::fs::read_to_string(folder.path().join("errors")).unwrap_or_default();
    assert_eq!(code(&output), 0, "sipp: {errors}{}", err(&output));
}

/// Calls from these callers; the Reasons take turns.
async fn calls_from(desk: SocketAddr, callers: std::ops::Range<u32>, more: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("callers.csv");
    let mut text = "SEQUENTIAL\n".to_owned();
    for (caller, (protocol, cause, _)) in callers.clone().zip(REASONS.iter().cycle()) {
        writeln!(text, "{};{protocol};{cause}", number(caller)).unwrap();
    }
    std::fs::write(&rows, text).unwrap();
    let (rows, count) = (rows.to_string_lossy().into_owned(), callers.len().to_string());
    let load = ["-s", "helpdesk", "-inf", &rows, "-m", &count, "-r", "100", "-l", "64", "-d", "20"];
    sipp(desk, "invite_cancel.xml", &[&load, more].concat()).await;
}

/// The calls that have ended, by their caller.
async fn ended(desk: &TestDesk, count: usize) -> BTreeMap<String, Vec<Call>> {
    desk.ended(count).await;
    let page = desk.read(|db| calls::ended(db, &CallFilter::default(), None, 1_000)).await;
    let mut by_caller: BTreeMap<String, Vec<Call>> = BTreeMap::new();
    for call in page.rows {
        by_caller.entry(call.caller_key.clone().unwrap()).or_default().push(call);
    }
    by_caller
}

/// Every caller called once, and the call and its ticket say how that ended.
async fn assert_each_once(desk: &TestDesk, callers: std::ops::Range<u32>) {
    let found = ended(desk, callers.len()).await;
    assert_eq!(found.len(), callers.len());
    let all = Filter { closed_too: true, ..Filter::default() };
    let tickets = desk.read(move |db| Ok(tickets::list(db, &Sees::All, &all, None, 1_000)?.rows)).await;
    assert_eq!(tickets.len(), callers.len());
    for (caller, (protocol, cause, outcome)) in callers.zip(REASONS.iter().cycle()) {
        let calls = &found[&number(caller)];
        assert_eq!(calls.len(), 1, "{calls:?}");
        assert_eq!(calls[0].outcome, Some(*outcome), "{calls:?}");
        assert_eq!(calls[0].reason, Some(format!("{protocol};cause={cause}")));
        let ticket = tickets.iter().find(|ticket| Some(ticket.id) == calls[0].ticket).unwrap();
        assert_eq!(ticket.call_outcome, Some(*outcome));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sipp_over_udp_is_kept_call_by_call() {
    let desk = TestDesk::with_line().await;
    calls_from(desk.app().sip_udp[0], 0..60, &[]).await;
    assert_each_once(&desk, 0..60).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sipp_over_tcp_is_kept_call_by_call() {
    // One connection for all calls, then one for each.
    for mode in ["t1", "tn"] {
        let desk = TestDesk::with_line().await;
        calls_from(desk.app().sip_tcp[0], 0..40, &["-t", mode]).await;
        assert_each_once(&desk, 0..40).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_are_answered() {
    let desk = TestDesk::with_line().await;
    sipp(desk.app().sip_udp[0], "options.xml", &["-m", "20", "-r", "100"]).await;
    sipp(desk.app().sip_tcp[0], "options.xml", &["-m", "20", "-r", "100", "-t", "t1"]).await;
    let mut sipsak = Command::new("sipsak");
    sipsak.args(["-s", &format!("sip:helpdesk@{}", desk.app().sip_udp[0])]);
    let output = run(sipsak).await;
    assert_eq!(code(&output), 0, "sipsak: {}{}", out(&output), err(&output));
}

async fn figures(desk: &TestDesk) -> String {
    let url = format!("http://{}/metrics", desk.app().metrics.unwrap());
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

/// How many series there are of each of our names.
fn series(figures: &str) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for line in figures.lines().filter(|line| line.starts_with("deskbell_")) {
        *counted.entry(line.split(['{', ' ']).next().unwrap().to_owned()).or_default() += 1;
    }
    counted
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_sound_and_do_not_grow_with_callers() {
    let desk = TestDesk::with_line().await;
    calls_from(desk.app().sip_udp[0], 0..6, &[]).await;
    ended(&desk, 6).await;
    let few = figures(&desk).await;
    calls_from(desk.app().sip_udp[0], 6..300, &[]).await;
    assert_each_once(&desk, 0..300).await;
    let many = figures(&desk).await;
    assert_eq!(series(&few), series(&many), "each caller would be a series");
    assert!(!many.contains("+4930"), "{many}");
    let total: u32 = many
        .lines()
        .filter(|line| line.starts_with("deskbell_calls_total{"))
        .map(|line| line.rsplit(' ').next().unwrap().parse::<u32>().unwrap())
        .sum();
    assert_eq!(total, 300, "{many}");
    let output = promtool(&many);
    let told = format!("{}{}", out(&output), err(&output));
    let ours: Vec<&str> = told.lines().filter(|line| line.contains("deskbell_")).collect();
    assert!(code(&output) == 0 && ours.is_empty(), "promtool: {told}");
}

fn promtool(text: &str) -> Output {
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut promtool = promtool.spawn().expect("promtool is needed; tests/run installs what tests need");
    promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    promtool.wait_with_output().unwrap()
}
