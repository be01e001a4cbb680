//! The demo's callers: real SIP over the loopback, as a PBX would send it.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{sleep, timeout};

/// Who calls, in turn: user part of From, display name, whom, how long it rings (s), the Reason of the CANCEL.
const CALLERS: [(&str, &str, &str, u64, &str); 8] = [
    ("+493023125001", "Bäckerei Mustermann", "helpdesk", 9, "SIP;cause=200;text=\"Call completed elsewhere\""),
    ("+4917604069020", "", "helpdesk", 14, "Q.850;cause=16;text=\"Normal call clearing\""),
    ("anonymous", "", "helpdesk", 7, ""),
    ("+493023125030", "Klinik am Park", "helpdesk", 6, "SIP;cause=200;text=\"Call completed elsewhere\""),
    ("+4917604069099", "", "helpdesk", 12, "Q.850;cause=16"),
    ("+493023125020", "HV Nord", "billing", 8, "SIP;cause=480"),
    ("+33199001234", "", "helpdesk", 16, "Q.850;cause=19"),
    ("620", "Pförtner", "helpdesk", 5, "SIP;cause=200"),
];

/// Seconds from the end of a call to the next one.
const PAUSE: Duration = Duration::from_secs(4);

/// Calls the desk, one caller after the other, until it is aborted.
pub(super) async fn call_for_ever(desk: SocketAddr) {
    let mut count = 0_u64;
    for caller in CALLERS.iter().cycle() {
        sleep(PAUSE).await;
        count += 1;
        if let Err(error) = call(desk, caller, count).await {
            tracing::debug!(%error, "a demo call failed");
        }
    }
}

async fn call(desk: SocketAddr, caller: &(&str, &str, &str, u64, &str), count: u64) -> std::io::Result<()> {
    let local = if desk.is_ipv4() { "127.0.0.1:0" } else { "[::1]:0" };
    let socket = UdpSocket::bind(local).await?;
    socket.connect(desk).await?;
    let invite = Sent { desk, from: socket.local_addr()?, caller, count };
    send(&socket, &invite.request("INVITE", "", "")).await?;
    let mut to_tag = String::new();
    // The PBX asks again until it hears something.
    for _ in 0..3 {
        if let Some(tag) = heard(&socket, " 180 ", Duration::from_secs(1)).await {
            to_tag = tag;
            break;
        }
        send(&socket, &invite.request("INVITE", "", "")).await?;
    }
    sleep(Duration::from_secs(caller.3)).await;
    let reason = if caller.4.is_empty() { String::new() } else { format!("Reason: {}\r\n", caller.4) };
    send(&socket, &invite.request("CANCEL", "", &reason)).await?;
    if let Some(tag) = heard(&socket, " 487 ", Duration::from_secs(2)).await {
        to_tag = tag;
    }
    send(&socket, &invite.request("ACK", &to_tag, "")).await
}

async fn send(socket: &UdpSocket, text: &str) -> std::io::Result<()> {
    socket.send(text.as_bytes()).await.map(drop)
}

/// Waits for a response with this status and gives the To header's tag.
async fn heard(socket: &UdpSocket, status: &str, patience: Duration) -> Option<String> {
    let listening = async {
        let mut buffer = vec![0_u8; 4_096];
        loop {
            let length = socket.recv(&mut buffer).await.ok()?;
            let text = String::from_utf8_lossy(buffer.get(..length)?).into_owned();
            if text.lines().next()?.contains(status) {
                let to = text.lines().find(|line| line.starts_with("To:"))?;
                return Some(to.split(";tag=").nth(1).unwrap_or_default().to_owned());
            }
        }
    };
    timeout(patience, listening).await.ok().flatten()
}

/// One call's requests: they share Call-ID, branch, From-tag.
struct Sent<'a> {
    desk: SocketAddr,
    from: SocketAddr,
    caller: &'a (&'a str, &'a str, &'a str, u64, &'a str),
    count: u64,
}

impl Sent<'_> {
    fn request(&self, method: &str, to_tag: &str, more: &str) -> String {
        let (user, name, whom, ..) = self.caller;
        let Self { desk, from, count, .. } = self;
        let host = if *user == "anonymous" { "anonymous.invalid".to_owned() } else { from.ip().to_string() };
        let name = if name.is_empty() { String::new() } else { format!("\"{name}\" ") };
        let tag = if to_tag.is_empty() { String::new() } else { format!(";tag={to_tag}") };
        let port = from.port();
        format!(
            "{method} sip:{whom}@{desk} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {from};rport;branch=z9hG4bKdemo{port}x{count}\r\n\
             From: {name}<sip:{user}@{host}>;tag=demo{count}\r\n\
             To: <sip:{whom}@{desk}>{tag}\r\n\
             Call-ID: demo-{port}-{count}@{from}\r\n\
             CSeq: 1 {method}\r\n\
             Contact: <sip:pbx@{from}>\r\n\
             Max-Forwards: 70\r\n\
             User-Agent: Deskbell demo\r\n\
             {more}Content-Length: 0\r\n\r\n"
        )
    }
}
