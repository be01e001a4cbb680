//! The guard beneath the library's own client: what it lets through, and when it ends.

use std::time::Duration;

use async_imap::Client;
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;

use super::*;

fn budget() -> Budget {
    Budget { line: 1 << 20, literal: 4 << 20, total: 8 << 20, ..Budget::small(Duration::from_secs(20)) }
}

/// A client, and the other end of its connection.
fn client(budget: Budget) -> (Client<Guard<DuplexStream>>, DuplexStream) {
    let (ours, theirs) = duplex(64 << 10);
    (Client::new(Guard::new(ours, budget)), theirs)
}

/// What the library hears of a server that says this and hangs up; the last is why it ended.
async fn heard(said: &[u8], piece: usize, budget: Budget) -> (Vec<String>, Error) {
    let (mut client, mut theirs) = client(budget);
    let said = said.to_vec();
    let server = tokio::spawn(async move {
        for part in said.chunks(piece) {
            if theirs.write_all(part).await.is_err() {
                break;
            }
        }
    });
    let mut all = Vec::new();
    let error = loop {
        match client.read_response().await {
            Ok(heard) => all.push(format!("{:?}", heard.unwrap().parsed())),
            Err(error) => break Error::of_connection(error),
        }
    };
    drop(client);
    server.await.unwrap();
    (all, error)
}

fn closed() -> Error {
    Error::lost("the server closed the connection")
}

#[tokio::test]
async fn what_makes_no_sense_costs_itself() {
    let mut said = b"garbage\r\n* 1 FETCH (INTERNALDATE NIL)\r\n* OK [ALERT]\xc3\xa4\r\n\r\n* METADATA \"\" ({5}\r\n\xff\xff)\r\nx NIL)\r\n".to_vec();
    said.extend([&b"* 1 FETCH (BODYSTRUCTURE "[..], &vec![b'('; 200_000], b"\r\n* 1 EXPUNGE\r\n"].concat());
    for piece in [3, 4096, 1 << 20] {
        let (all, error) = heard(&said, piece, budget()).await;
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all[0].contains("Alert") && all[1] == "Expunge(1)", "{all:?}");
        assert_eq!(error, closed());
        // Where it counts, the first line of it is the end.
        let (all, error) = heard(&said, piece, Budget { strict: true, ..budget() }).await;
        assert_eq!((all, error), (Vec::new(), Error::lost("what the server says makes no sense")));
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_not_an_empty_one() {
    let (all, error) = heard(b"* SEARCH 1 x\r\nA0001 OK done\r\n", 4096, budget()).await;
    assert_eq!((all, error), (Vec::new(), Error::lost("what the server says makes no sense")));
}

/// Counts how often the library reads: it parses what it has each time.
#[derive(Debug)]
struct Counting<S>(S, usize);

impl<S: AsyncRead + Unpin> AsyncRead for Counting<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.0).poll_read(cx, buf);
        self.1 += usize::from(read.is_ready());
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counting<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[tokio::test]
async fn a_large_mail_is_parsed_a_few_times_however_it_comes() {
    let body = b"0123456789abcde\n".repeat(1 << 16);
    let said = [format!("* 1 FETCH (UID 7 BODY[] {{{}}}\r\n", body.len()).as_bytes(), &body, b")\r\n"].concat();
    let (ours, mut theirs) = duplex(1_000);
    let mut client = Client::new(Counting(Guard::new(ours, budget()), 0));
    let server = tokio::spawn(async move { theirs.write_all(&said).await });
    let response = client.read_response().await.unwrap().unwrap();
    let Response::Fetch(1, mail) = response.parsed() else { panic!() };
    assert_eq!(crate::mail::imap::grammar::body_of(mail, None, None).unwrap(), body);
    assert!(client.get_ref().1 <= 3, "{}", client.get_ref().1);
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_login_hears_only_what_it_waits_for() {
    struct Message;
    impl async_imap::Authenticator for Message {
        type Response = &'static str;
        fn process(&mut self, _challenge: &[u8]) -> &'static str {
            "secret"
        }
    }
    let (client, mut theirs) = client(Budget { go_ons: 1, login: true, ..budget() });
    let said = b"* OK wait\r\n* CAPABILITY IMAP4rev1 IDLE\r\n+ in words\r\n* 1 EXISTS\r\nA0001 OK [X] welcome\r\n";
    theirs.write_all(said).await.unwrap();
    let mut session = client.authenticate("PLAIN", Message).await.unwrap();
    assert_eq!(session.get_mut().ended().unwrap().text, "welcome");
    assert!(session.get_mut().capabilities().contains("IDLE"));
}

#[tokio::test]
async fn budgets_and_goodbyes_are_the_end() {
    let too_much = Error::lost("the server sent far more than it was asked for");
    let many = b"* 1 EXPUNGE\r\n".repeat(20_000);
    for said in [&b"* 1 FETCH (BODY[] {500000000}\r\n"[..], &many] {
        let budget = Budget { total: 200_000, ..budget() };
        assert_eq!(heard(said, 4096, budget).await.1, too_much);
    }
    let (all, error) = heard(b"* BYE going down\r\n* 1 EXPUNGE\r\n", 4096, budget()).await;
    assert_eq!((all, error), (Vec::new(), Error::lost("the server ended it and says: going down")));
    let (all, error) = heard(b"+ more\r\n+ more\r\n", 4096, Budget { go_ons: 1, ..budget() }).await;
    assert_eq!((all.len(), error), (1, Error::lost("the server waits for something that it was not promised")));
}

#[tokio::test]
async fn silence_ends() {
    for said in [&b""[..], b"* 1 FETCH (BODY[] {5}\r\na"] {
        let (mut client, mut theirs) = client(Budget { quiet: Some(Duration::from_millis(20)), ..budget() });
        theirs.write_all(said).await.unwrap();
        let lost = Error::of_connection(client.read_response().await.unwrap_err());
        assert_eq!(lost, Error::lost("the server stopped in the middle of an answer"));
    }
    // Also of a server that reads nothing.
    let (mut client, _theirs) = client(Budget { quiet: Some(Duration::from_millis(20)), ..budget() });
    let long = "x".repeat(1 << 20);
    let lost = Error::of_library(client.run_command_and_check_ok(&long, None).await.unwrap_err());
    assert_eq!(lost, Error::lost(NOT_TAKEN));
}

#[tokio::test]
async fn reading_is_taken_up_where_it_was_dropped() {
    let (mut client, mut theirs) = client(budget());
    theirs.write_all(b"* 1 EX").await.unwrap();
    assert!(timeout(Duration::from_millis(20), client.read_response()).await.is_err());
    theirs.write_all(b"PUNGE\r\n").await.unwrap();
    assert_eq!(client.read_response().await.unwrap().unwrap().parsed(), &Response::Expunge(1));
}

#[tokio::test]
async fn words_after_the_last_response_are_seen() {
    let (mut client, mut theirs) = client(budget());
    theirs.write_all(b"A0001 OK begin\r\nA0002 OK injected\r\n").await.unwrap();
    client.run_command_and_check_ok("STARTTLS", None).await.unwrap();
    assert_eq!(client.get_mut().ended().unwrap().text, "begin");
    assert!(client.into_inner().into_inner().is_none());
}
