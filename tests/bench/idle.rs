//! Start and rest: how soon the first answer comes, and what the daemon needs when nothing happens.

use std::time::Duration;

use crate::daemon::fresh;

pub async fn run() {
    let mut starts = Vec::new();
    let mut rss = 0.0;
    for _ in 0..5 {
        let daemon = fresh().await;
        starts.push(daemon.started_in.as_secs_f64() * 1_000.0);
        // One page for a browser and one look of the monitoring, then rest.
        daemon.signed_in().await;
        reqwest::get(format!("http://{}/metrics", daemon.metrics)).await.unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
        rss = f64::max(rss, daemon.rss_mb());
    }
    println!(
        "idle: start to first answer median {:.0} ms, max {:.0} ms; resident {rss:.1} MB",
        crate::quantile(&mut starts, 0.5),
        crate::quantile(&mut starts, 1.0)
    );
}
