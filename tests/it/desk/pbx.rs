//! A small PBX: it calls the desk over a real socket and hears what the desk answers.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

/// How long an answer may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(10);

static CALLS: AtomicU32 = AtomicU32::new(1);

/// A socket of either kind.
pub enum Wire {
    Udp(UdpSocket),
    Tcp(TcpStream, Vec<u8>),
}

impl Wire {
    pub fn local(&self) -> SocketAddr {
        match self {
            Self::Udp(socket) => socket.local_addr().unwrap(),
            Self::Tcp(stream, _) => stream.local_addr().unwrap(),
        }
    }

    pub async fn send(&mut self, text: &str) {
        match self {
            Self::Udp(socket) => {
                // A desk that was killed refuses what was sent before; whoever waits for an answer finds that out.
                let _ = socket.send(text.as_bytes()).await;
            }
            Self::Tcp(stream, _) => stream.write_all(text.as_bytes()).await.unwrap(),
        }
    }

    /// The next message, if one comes within `patience`. Messages of the desk have no body.
    pub async fn hear(&mut self, patience: Duration) -> Option<String> {
        match self {
            Self::Udp(socket) => {
                let mut buffer = vec![0; 8_192];
                let length = timeout(patience, socket.recv(&mut buffer)).await.ok()?.ok()?;
                Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
            }
            Self::Tcp(stream, kept) => loop {
                if let Some(end) = kept.windows(4).position(|w| w == b"\r\n\r\n") {
                    let message = kept.drain(..end + 4).collect();
                    return Some(String::from_utf8(message).unwrap());
                }
                let mut buffer = vec![0; 8_192];
                let length = timeout(patience, stream.read(&mut buffer)).await.ok()?.ok().filter(|n| *n > 0)?;
                kept.extend_from_slice(&buffer[..length]);
            },
        }
    }
}

/// A PBX with one socket.
pub struct Pbx {
    pub wire: Wire,
    desk: SocketAddr,
}

/// A call on its way.
#[derive(Debug, Clone)]
pub struct PbxCall {
    pub number: u32,
    pub from: String,
    pub to: String,
    pub branch: String,
    /// Further header lines of the INVITE, each with its CRLF.
    pub headers: String,
}

impl Pbx {
    pub async fn udp(desk: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.connect(desk).await.unwrap();
        Self { wire: Wire::Udp(socket), desk }
    }

    pub async fn tcp(desk: SocketAddr) -> Self {
        let stream = TcpStream::connect(desk).await.unwrap();
        Self { wire: Wire::Tcp(stream, Vec::new()), desk }
    }

    /// Begins a call; nothing is heard yet.
    pub async fn invite(&mut self, from: &str, to: &str, headers: &str) -> PbxCall {
        // Counted over all sockets: the kernel gives a port again, and the same Call-ID would be the same call.
        let number = CALLS.fetch_add(1, Ordering::SeqCst);
        let branch = format!("z9hG4bKtest{}x{number}", self.wire.local().port());
        let call = PbxCall { number, from: from.into(), to: to.into(), branch, headers: headers.into() };
        self.repeat(&call).await;
        call
    }

    /// Sends the INVITE once more.
    pub async fn repeat(&mut self, call: &PbxCall) {
        let text = self.request(call, "INVITE", "", &call.headers);
        self.wire.send(&text).await;
    }

    /// A call that rings.
    pub async fn ring(&mut self, from: &str, to: &str) -> PbxCall {
        let call = self.invite(from, to, "").await;
        self.hear(180).await;
        call
    }

    /// Ends a call with a Reason (none when empty): 200, 487, ACK.
    pub async fn cancel(&mut self, call: &PbxCall, reason: &str) {
        let reason = if reason.is_empty() { String::new() } else { format!("Reason: {reason}\r\n") };
        let text = self.request(call, "CANCEL", "", &reason);
        self.wire.send(&text).await;
        let (first, second) = (self.next().await, self.next().await);
        let both = [&first, &second];
        let ended = both.iter().find(|m| m.starts_with("SIP/2.0 487 ")).expect("487 to the INVITE");
        assert!(both.iter().any(|m| m.starts_with("SIP/2.0 200 ")), "200 to the CANCEL: {both:?}");
        self.ack(call, ended).await;
    }

    /// Acknowledges a final answer, so that it is not repeated.
    pub async fn ack(&mut self, call: &PbxCall, answer: &str) {
        let tag = answer.lines().find(|l| l.starts_with("To:")).unwrap().split(";tag=").nth(1).unwrap().to_owned();
        let text = self.request(call, "ACK", &tag, "");
        self.wire.send(&text).await;
    }

    /// Waits for a response with this status; responses before it must be provisional.
    pub async fn hear(&mut self, status: u16) -> String {
        loop {
            let message = self.next().await;
            if message.starts_with(&format!("SIP/2.0 {status} ")) {
                return message;
            }
            assert!(message.starts_with("SIP/2.0 1"), "heard {message} when waiting for {status}");
        }
    }

    /// The next message.
    pub async fn next(&mut self) -> String {
        self.wire.hear(PATIENCE).await.expect("the desk answers")
    }

    /// The Call-ID of a call.
    pub fn call_id(&self, call: &PbxCall) -> String {
        format!("c{}-{}", call.number, self.wire.local())
    }

    /// A request of a call as text.
    pub fn request(&self, call: &PbxCall, method: &str, to_tag: &str, more: &str) -> String {
        let (local, desk) = (self.wire.local(), self.desk);
        let transport = if matches!(self.wire, Wire::Udp(_)) { "UDP" } else { "TCP" };
        let PbxCall { number, from, to, branch, .. } = call;
        let tag = if to_tag.is_empty() { String::new() } else { format!(";tag={to_tag}") };
        let from = if from.contains('<') { from.clone() } else { format!("<sip:{from}@127.0.0.1>") };
        format!(
            "{method} sip:{to}@{desk} SIP/2.0\r\nVia: SIP/2.0/{transport} {local};rport;branch={branch}\r\n\
             From: {from};tag=t{number}\r\nTo: <sip:{to}@{desk}>{tag}\r\nCall-ID: c{number}-{local}\r\n\
             CSeq: 1 {method}\r\nMax-Forwards: 70\r\nContact: <sip:pbx@{local}>\r\n{more}Content-Length: 0\r\n\r\n"
        )
    }
}
