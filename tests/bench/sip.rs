//! INVITE, 180, CANCEL, 200, 487, ACK by sipp at growing rates, beside a sipp that answers without keeping anything.
//!
//! A rate is held when no call failed, nothing was sent twice, and the rate was reached.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use deskbell::calls::{self, CallFilter};

use crate::daemon::{books, fresh};

const SECONDS: u32 = 6;

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench").join(name)
}

pub async fn run() {
    for rate in [500, 1_000, 1_500, 2_000] {
        let mut answerer = bare("127.0.0.1:5290");
        let bare = drive("127.0.0.1:5290", rate);
        let _ = answerer.kill();
        let _ = answerer.wait();
        let daemon = fresh().await;
        let ours = drive(&daemon.sip.to_string(), rate);
        let kept = count(&daemon).await;
        println!(
            "sip: {rate}/s for {SECONDS} s: deskbell {ours}; {kept} calls in the database; {:.0} MB\n     bare sipp answerer {bare}",
            daemon.rss_mb()
        );
    }
}

/// Waits until no more calls end, then counts those that ended.
async fn count(daemon: &crate::daemon::Daemon) -> usize {
    let books = books(&daemon.target);
    let mut last = usize::MAX;
    loop {
        let mut after = None;
        let mut all = 0;
        loop {
            let page = books.read(move |db| calls::ended(db, &CallFilter::default(), after, 1_000)).await.unwrap();
            all += page.rows.len();
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if all == last {
            return all;
        }
        last = all;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
}

fn bare(at: &str) -> Child {
    let port = at.rsplit(':').next().unwrap();
    Command::new("sipp")
        .args([
            "-sf",
            scenario("ring.xml").to_str().unwrap(),
            "-i",
            "127.0.0.1",
            "-p",
            port,
            "-nostdin",
            "-l",
            "100000",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sipp is needed: apt-get install sip-tester")
}

fn drive(target: &str, rate: u32) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (stat, rtt) = (folder.path().join("stat.csv"), folder.path());
    let calls = (rate * SECONDS).to_string();
    let status = Command::new("sipp")
        .current_dir(rtt)
        .args([target, "-sf", scenario("call.xml").to_str().unwrap(), "-s", "helpdesk", "-i", "127.0.0.1", "-d", "20"])
        .args([
            "-r",
            &rate.to_string(),
            "-m",
            &calls,
            "-l",
            &(rate * 4).max(2_000).to_string(),
            "-key",
            "reason",
            "SIP;cause=200",
        ])
        .args(["-trace_stat", "-stf", stat.to_str().unwrap(), "-fd", "1", "-trace_rtt", "-rtt_freq", "1"])
        .args(["-nostdin", "-timeout", "60s", "-timeout_error", "-buff_size", "4194304"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let text = std::fs::read_to_string(&stat).unwrap_or_default();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(';').collect();
    let last: Vec<&str> = lines.next_back().unwrap_or_default().split(';').collect();
    let field = |name: &str| names.iter().position(|n| *n == name).and_then(|at| last.get(at)).copied().unwrap_or("?");
    let mut times = response_times(rtt);
    let held = status.success() && field("Retransmissions(C)") == "0" && field("FailedCall(C)") == "0";
    format!(
        "{} ok, {} failed, {} retransmissions, INVITE to 180 p50 {:.1} ms, p99 {:.1} ms{}",
        field("SuccessfulCall(C)"),
        field("FailedCall(C)"),
        field("Retransmissions(C)"),
        crate::quantile(&mut times, 0.5),
        crate::quantile(&mut times, 0.99),
        if held { ", HELD" } else { "" }
    )
}

fn response_times(folder: &Path) -> Vec<f64> {
    let files = std::fs::read_dir(folder).unwrap().filter_map(|e| Some(e.ok()?.path()));
    let rtt = files.into_iter().find(|p| p.to_string_lossy().ends_with("_rtt.csv"));
    let text = rtt.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    text.lines().filter_map(|line| line.split(';').nth(1)?.parse().ok()).collect()
}
