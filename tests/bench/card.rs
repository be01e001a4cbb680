//! From an INVITE on the wire to its card on the live stream, and to the 180, at a steady rate.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use tokio::net::UdpSocket;
use tokio::sync::Mutex;

use crate::daemon::{Daemon, fresh};
use crate::quantile;

type Times = Arc<Mutex<HashMap<String, Instant>>>;

pub async fn run() {
    for (rate, seconds) in [(5, 20), (200, 10)] {
        let daemon = fresh().await;
        let (mut rings, mut cards) = measure(&daemon, rate, seconds).await;
        assert!(!cards.is_empty(), "no card was seen on the live stream");
        println!(
            "card: {rate} calls/s, {} calls: INVITE to 180 p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms; INVITE to card ({}) p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
            rate * seconds,
            quantile(&mut rings, 0.5),
            quantile(&mut rings, 0.99),
            quantile(&mut rings, 1.0),
            cards.len(),
            quantile(&mut cards, 0.5),
            quantile(&mut cards, 0.95),
            quantile(&mut cards, 0.99),
        );
    }
}

async fn measure(daemon: &Daemon, rate: u32, seconds: u32) -> (Vec<f64>, Vec<f64>) {
    let client = daemon.signed_in().await;
    let stream = client.get(format!("http://{}/events?since=0", daemon.web)).send().await.unwrap();
    let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    socket.connect(daemon.sip).await.unwrap();
    let sent: Times = Arc::default();
    let (cards, rings) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let watching = tokio::spawn(watch(stream, Arc::clone(&sent), Arc::clone(&cards)));
    let hearing = tokio::spawn(hear(Arc::clone(&socket), Arc::clone(&sent), Arc::clone(&rings)));
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
    for number in 0..rate * seconds {
        ticks.tick().await;
        let number = format!("+4930{:07}", 1_000_000 + number);
        sent.lock().await.insert(number.clone(), Instant::now());
        socket.send(invite(&number, &socket, daemon).as_bytes()).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    watching.abort();
    hearing.abort();
    let (rings, cards) = (rings.lock().await.clone(), cards.lock().await.clone());
    (rings, cards)
}

fn invite(number: &str, socket: &UdpSocket, daemon: &Daemon) -> String {
    let (local, sip) = (socket.local_addr().unwrap(), daemon.sip);
    format!(
        "INVITE sip:helpdesk@{sip} SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch=z9hG4bK{number}\r\n\
         From: <sip:{number}@127.0.0.1>;tag=1\r\nTo: <sip:helpdesk@{sip}>\r\nCall-ID: {number}\r\nCSeq: 1 INVITE\r\n\
         Max-Forwards: 70\r\nContact: <sip:pbx@{local}>\r\nContent-Length: 0\r\n\r\n"
    )
}

async fn hear(socket: Arc<UdpSocket>, sent: Times, rings: Arc<Mutex<Vec<f64>>>) {
    let mut buffer = vec![0; 4_096];
    while let Ok(length) = socket.recv(&mut buffer).await {
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if text.starts_with("SIP/2.0 180") {
            let number = text.lines().find_map(|line| line.strip_prefix("Call-ID: ")).unwrap().to_owned();
            let began = sent.lock().await.get(&number).copied();
            rings.lock().await.extend(began.map(|began| began.elapsed().as_secs_f64() * 1_000.0));
        }
    }
}

async fn watch(stream: reqwest::Response, sent: Times, cards: Arc<Mutex<Vec<f64>>>) {
    let mut bytes = stream.bytes_stream();
    let mut kept = String::new();
    while let Some(Ok(chunk)) = bytes.next().await {
        kept.push_str(&String::from_utf8_lossy(&chunk));
        while let Some(end) = kept.find("\n\n") {
            let frame: String = kept.drain(..end + 2).collect();
            // A card's label is who calls: the number as people read it.
            let label = frame.split("aria-label=").nth(1).and_then(|rest| rest.split('>').next()).unwrap_or_default();
            let digits: String = label.chars().filter(char::is_ascii_digit).collect();
            let began = sent.lock().await.get(&format!("+{digits}")).copied();
            cards.lock().await.extend(began.map(|began| began.elapsed().as_secs_f64() * 1_000.0));
        }
    }
}
