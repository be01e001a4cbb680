//! Calls over TCP on loopback.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::desk::{PATIENCE, TestPhone, code, request};
use deskbell::phone::{Answer, Dropped, Options, Outcome, Transport};

struct Connection {
    stream: TcpStream,
    heard: String,
}

impl Connection {
    async fn to(phone: &TestPhone) -> Self {
        let stream = TcpStream::connect(phone.tcp).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, heard: String::new() }
    }

    async fn say(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// The status of the next response.
    async fn code(&mut self) -> u16 {
        loop {
            if let Some((response, rest)) = self.heard.split_once("\r\n\r\n") {
                let (code, rest) = (code(response), rest.to_owned());
                self.heard = rest;
                return code;
            }
            assert!(self.more().await > 0, "closed: {}", self.heard);
        }
    }

    async fn more(&mut self) -> usize {
        let mut buffer = [0; 4_096];
        let octets = timeout(PATIENCE, self.stream.read(&mut buffer)).await.unwrap().unwrap_or(0);
        self.heard.push_str(std::str::from_utf8(&buffer[..octets]).unwrap());
        octets
    }

    async fn is_closed(&mut self) -> bool {
        while self.more().await > 0 {}
        true
    }
}

fn over_tcp(method: &str, id: &str) -> String {
    request(method, id, "").replace("SIP/2.0/UDP", "SIP/2.0/TCP")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn split_and_merged_messages_are_the_same_calls() {
    let phone = TestPhone::start().await;
    let mut connection = Connection::to(&phone).await;
    let invite = over_tcp("INVITE", "1");
    for piece in invite.as_bytes().chunks(37) {
        connection.stream.write_all(piece).await.unwrap();
        connection.stream.flush().await.unwrap();
    }
    assert_eq!((connection.code().await, connection.code().await), (100, 180));
    assert_eq!(phone.rang().await.transport, Transport::Tcp);
    connection
        .say(&format!("\r\n{}{}{}", over_tcp("OPTIONS", "2"), over_tcp("CANCEL", "1"), over_tcp("ACK", "1")))
        .await;
    let mut codes = [connection.code().await, connection.code().await, connection.code().await];
    codes.sort_unstable();
    assert_eq!(codes, [200, 200, 487]);
    assert_eq!(phone.ended().await.1.outcome, Outcome::Unconfirmed);
    connection.say("\r\n\r\n").await;
    connection.more().await;
    assert_eq!(connection.heard, "\r\n", "ping, pong");
    phone.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_framing_is_answered_and_closed() {
    let phone = TestPhone::start().await;
    for (length, expected) in
        [("Content-Length: x", Some(400)), ("Content-Length: 70000", Some(413)), ("X: y", Some(400))]
    {
        let mut connection = Connection::to(&phone).await;
        connection.say(&over_tcp("INVITE", "1").replace("Content-Length: 0", length)).await;
        assert_eq!(Some(connection.code().await), expected, "{length}");
        assert!(connection.is_closed().await);
    }
    let mut connection = Connection::to(&phone).await;
    connection.say(&format!("INVITE sip:a SIP/2.0\r\nX: {}", "y".repeat(20_000))).await;
    assert!(connection.is_closed().await, "a head without end");
    let mut connection = Connection::to(&phone).await;
    connection.say(&over_tcp("INVITE", "2").replace("Max-Forwards", "X").replace("CSeq: 1 INVITE", "CSeq: 1 X")).await;
    assert_eq!(connection.code().await, 400);
    connection.say(&over_tcp("OPTIONS", "3")).await;
    assert_eq!(connection.code().await, 200, "what is framed well but wrong does not cost the connection");
    phone.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_has_so_many_connections_and_gets_them_back() {
    let phone = TestPhone::start().await;
    let mut held = vec![];
    for id in ["1", "2", "3"] {
        let mut connection = Connection::to(&phone).await;
        connection.say(&over_tcp("OPTIONS", id)).await;
        assert_eq!(connection.code().await, 200);
        held.push(connection);
    }
    assert!(Connection::to(&phone).await.is_closed().await, "one too many");
    assert_eq!(phone.meters.dropped_so_far(Dropped::Connection), 1);
    // Half a close says goodbye; the phone's own close says that the place is free.
    let mut first = held.remove(0);
    first.stream.shutdown().await.unwrap();
    assert!(first.is_closed().await);
    let mut again = loop {
        let mut connection = Connection::to(&phone).await;
        if connection.stream.write_all(over_tcp("OPTIONS", "4").as_bytes()).await.is_ok() && connection.more().await > 0
        {
            break connection;
        }
    };
    assert_eq!(again.code().await, 200);
    phone.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_too_long_is_closed() {
    let ring = Answer::Ring { limit: Duration::from_secs(1) };
    let begun = Options { message_limit: Duration::from_millis(20), ..Options::default() };
    let phone = TestPhone::start_within("127.0.0.1:0", ring, begun).await;
    let mut connection = Connection::to(&phone).await;
    connection.say("\r\n").await;
    connection.say(&format!("{}INVITE sip:", over_tcp("OPTIONS", "1"))).await;
    assert_eq!(connection.code().await, 200, "what was whole is answered");
    assert!(connection.is_closed().await, "what was begun was not finished");
    assert_eq!(phone.meters.dropped_so_far(Dropped::Connection), 1);
    phone.stop().await;
    let idle = Options { idle_limit: Duration::from_millis(20), ..Options::default() };
    let phone = TestPhone::start_within("127.0.0.1:0", ring, idle).await;
    assert!(Connection::to(&phone).await.is_closed().await);
    assert_eq!(phone.meters.dropped_so_far(Dropped::Connection), 0, "silence is no offence");
    phone.stop().await;
}
