//! Calls over UDP on loopback.

use std::time::Duration;

use super::desk::{Peer, TestPhone, code, request};
use deskbell::phone::{Answer, Dropped, Outcome, Transport, Trust};

const RING: Answer = Answer::Ring { limit: Duration::from_secs(180) };

fn codes(answers: &[String]) -> Vec<u16> {
    answers.iter().map(|answer| code(answer)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_rings_after_the_commit_and_hears_the_end() {
    let phone = TestPhone::start_with("127.0.0.1:0", RING).await;
    let peer = Peer::new(&phone).await;
    let more = "P-Called-Party-ID: <sip:030123@h>\r\nUser-Agent: PBX 1\r\n";
    assert_eq!(codes(&peer.ask(&request("INVITE", "1", more), 1).await), [100]);
    let call = phone.rang().await;
    assert_eq!(
        (call.caller.number.as_deref(), call.caller.display_name.as_deref()),
        (Some("+4930901820"), Some("Erika"))
    );
    assert_eq!((call.dialled.as_deref(), call.user_agent.as_deref()), (Some("030123"), Some("PBX 1")));
    assert_eq!((call.transport, call.call_id.as_str()), (Transport::Udp, "c1"));
    assert_eq!(peer.codes_until_sentinel().await, Vec::<u16>::new(), "no 180 while the desk writes");
    assert_eq!(codes(&peer.ask(&request("INVITE", "1", more), 1).await), [100], "a repetition is no second call");
    phone.gate.add_permits(1);
    let ringing = peer.receive().await;
    assert!(
        ringing.starts_with("SIP/2.0 180 Ringing\r\n")
            && ringing.contains(&format!("Contact: <sip:620@{}>", phone.udp))
    );
    assert!(ringing.contains(";received=127.0.0.1\r\n") && ringing.contains("z9hG4bK1;rport="), "{ringing}");
    let answers =
        peer.ask(&request("CANCEL", "1", "Reason: SIP;cause=200;text=\"x\"\r\nReason: Q.850;cause=26\r\n"), 2).await;
    assert_eq!(codes(&answers), [200, 487]);
    let (ended, ending) = phone.ended().await;
    assert_eq!((&ended.key, ending.outcome, ending.trust), (&call.key, Outcome::AnsweredElsewhere, Trust::Medium));
    assert_eq!(ending.reason_raw.as_deref(), Some("SIP;cause=200;text=\"x\", Q.850;cause=26"));
    assert_eq!(code(&peer.receive().await), 487, "timer G over the real clock");
    peer.send(request("ACK", "1", "").as_bytes()).await;
    assert!(phone.stop().await.is_empty(), "every end is told once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_is_told_only_after_the_desk_has_answered() {
    let phone = TestPhone::start_with("127.0.0.1:0", RING).await;
    let peer = Peer::new(&phone).await;
    peer.ask(&request("INVITE", "1", ""), 1).await;
    phone.rang().await;
    assert_eq!(codes(&peer.ask(&request("CANCEL", "1", ""), 2).await), [200, 487]);
    peer.send(request("ACK", "1", "").as_bytes()).await;
    assert!(phone.ended.lock().await.try_recv().is_err());
    phone.gate.add_permits(1);
    assert_eq!(phone.ended().await.1.outcome, Outcome::Unconfirmed);
    peer.send(request("OPTIONS", "last", "").as_bytes()).await;
    loop {
        let answer = peer.receive().await;
        assert_ne!(code(&answer), 180, "it never rings");
        if answer.contains("clast") {
            break;
        }
    }
    phone.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_that_cannot_keep_the_call_says_so() {
    let phone = TestPhone::start_with("127.0.0.1:0", Answer::Refuse { code: 503, retry_after_s: Some(9) }).await;
    phone.gate.add_permits(1);
    let peer = Peer::new(&phone).await;
    let answers = peer.ask(&request("INVITE", "1", ""), 2).await;
    assert_eq!(codes(&answers), [100, 503]);
    assert!(answers[1].contains("Retry-After: 9\r\n"));
    assert_eq!(codes(&peer.ask(&request("INVITE", "panic", ""), 2).await), [100, 500], "a desk that panics");
    assert!(phone.stop().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_hear_nothing() {
    let phone = TestPhone::start().await;
    let (stranger, friend) = (Peer::at("127.0.0.2:0", &phone).await, Peer::new(&phone).await);
    for octets in [request("INVITE", "1", ""), request("OPTIONS", "1", ""), "junk".to_owned(), "\r\n\r\n".to_owned()] {
        stranger.send(octets.as_bytes()).await;
    }
    friend.codes_until_sentinel().await;
    assert!(stranger.heard_nothing());
    assert_eq!(phone.meters.dropped_so_far(Dropped::UnknownSource), 4);
    let connection = tokio::net::TcpSocket::new_v4().unwrap();
    connection.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut connection = connection.connect(phone.tcp).await.unwrap();
    let mut heard = vec![];
    let closed = tokio::io::AsyncReadExt::read_to_end(&mut connection, &mut heard).await;
    assert!(heard.is_empty() && closed.is_ok_and(|octets| octets == 0), "closed without a word");
    assert!(phone.stop().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_is_answered_where_it_can_be_and_counted_where_not() {
    let phone = TestPhone::start().await;
    let peer = Peer::new(&phone).await;
    let broken = request("INVITE", "1", "Max-Forwards: 999\r\n");
    let answers = peer.ask(&broken, 1).await;
    assert!(answers[0].starts_with("SIP/2.0 400 Bad Request\r\n") && answers[0].contains("CSeq: 1 INVITE\r\n"));
    assert_eq!(codes(&peer.ask(&broken.replace("SIP/2.0\r\nVia", "SIP/3.0\r\nVia"), 1).await), [505]);
    peer.send(b"junk").await;
    peer.send(broken.replace("INVITE", "ACK").as_bytes()).await;
    assert_eq!(peer.codes_until_sentinel().await, Vec::<u16>::new());
    assert_eq!(phone.meters.dropped_so_far(Dropped::Malformed), 2);
    for _ in 0..300 {
        peer.send(broken.as_bytes()).await;
    }
    assert!(peer.codes_until_sentinel().await.len() < 200, "not all of a flood is answered");
    assert_eq!(peer.ask("\r\n\r\n", 1).await, ["\r\n"], "a keep-alive");
    phone.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_ends_open_calls_and_waits_for_the_desk() {
    let phone = TestPhone::start_with("127.0.0.1:0", RING).await;
    let peer = Peer::new(&phone).await;
    peer.ask(&request("INVITE", "1", ""), 1).await;
    phone.rang().await;
    phone.gate.add_permits(1);
    assert_eq!(code(&peer.receive().await), 180);
    peer.ask(&request("INVITE", "2", ""), 1).await;
    phone.rang().await;
    let gate = std::sync::Arc::clone(&phone.gate);
    let stopping = tokio::spawn(phone.stop());
    assert_eq!((code(&peer.receive().await), code(&peer.receive().await)), (480, 480));
    // The second call is still being written: the stop waits for it.
    gate.add_permits(1);
    let ended = stopping.await.unwrap();
    assert_eq!(ended.iter().map(|(_, ending)| ending.outcome).collect::<Vec<_>>(), [Outcome::Stopped; 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_of_ipv6_serves_ipv4_as_ipv4() {
    let phone = TestPhone::start_with("[::]:0", RING).await;
    phone.gate.add_permits(2);
    let four = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    four.connect(("127.0.0.1", phone.udp.port())).await.unwrap();
    four.send(request("INVITE", "1", "").as_bytes()).await.unwrap();
    assert_eq!(phone.rang().await.source, four.local_addr().unwrap());
    let mut buffer = [0; 2_048];
    let octets = four.recv(&mut buffer).await.unwrap();
    let answer = String::from_utf8_lossy(&buffer[..octets]).into_owned();
    assert!(answer.contains(";received=127.0.0.1\r\n"), "{answer}");
    let octets = four.recv(&mut buffer).await.unwrap();
    let answer = String::from_utf8_lossy(&buffer[..octets]).into_owned();
    assert!(answer.contains(&format!("Contact: <sip:620@127.0.0.1:{}>", phone.udp.port())), "{answer}");
    phone.stop().await;
}
