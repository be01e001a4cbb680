//! Servers that lie, flood and inject.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use deskbell::config::{Levels, Secret, Sources};
use deskbell::mail::imap::{Error, Idle, Login, Patience, Server, Session, connect};
use deskbell::mail::tls::{self, Security};
use deskbell::ops::logging;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tracing::level_filters::LevelFilter;

use crate::cli::err;

use super::cutting::acceptor;
use super::dovecot::{Dovecot, login};

/// What a server says to a command; `TAG` stands for the tag.
type Script = fn(&str) -> Vec<u8>;

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, greeting: &[u8], script: Script) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    if stream.write_all(greeting).await.is_err() {
        return;
    }
    loop {
        let _flushed = stream.flush().await;
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        let said = script(command);
        let said: Vec<u8> = match memchr::memmem::find(&said, b"TAG") {
            Some(at) => [&said[..at], tag.as_bytes(), &said[at + 3..]].concat(),
            None => said,
        };
        if stream.write_all(&said).await.is_err() {
            return;
        }
    }
}

/// A server that follows a script behind TLS.
async fn scripted(dovecot: &Dovecot, script: Script) -> (Server, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server { port: port(&listener), ..dovecot.tls() };
    let acceptor = acceptor(dovecot);
    let task = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        if let Ok(stream) = acceptor.accept(tcp).await {
            converse(stream, b"* OK ready\r\n", script).await;
        }
    });
    (server, task)
}

fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().as_ref().map(SocketAddr::port).unwrap()
}

/// A server that follows a script in plain text.
async fn plain(dovecot: &Dovecot, greeting: &'static [u8], script: Script) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server { port: port(&listener), security: Security::StartTls, ..dovecot.tls() };
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        converse(tcp, greeting, script).await;
    });
    server
}

const PATIENCE: Patience =
    Patience { quiet: Duration::from_secs(20), mail: Duration::from_secs(20), goodbye: Duration::from_secs(1) };

/// Logs in and opens the inbox, and says this to UID FETCH and UID SEARCH.
macro_rules! answers {
    ($said:expr) => {
        |command| {
            let ok = "TAG OK done\r\n";
            if command.starts_with("CAPABILITY") {
                return format!("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR IDLE\r\n{ok}").into_bytes();
            }
            if command.starts_with("SELECT") {
                return format!("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n{ok}").into_bytes();
            }
            if command.starts_with("UID") { $said } else { ok.as_bytes().to_vec() }
        }
    };
}

async fn lies(script: Script) -> Session {
    let dovecot = Dovecot::start().await;
    let (server, _task) = scripted(&dovecot, script).await;
    let mut session = Session::connect(&dovecot.trust(), &server, &login("x"), PATIENCE).await.unwrap();
    session.select("INBOX").await.unwrap();
    session
}

#[tokio::test]
async fn words_before_tls_are_not_believed() {
    let dovecot = Dovecot::start().await;
    let injecting: Script = |command| match command {
        "CAPABILITY" => b"* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK\r\n".to_vec(),
        _ => b"TAG OK begin\r\nA0001 OK injected\r\n".to_vec(),
    };
    let server = plain(&dovecot, b"* OK hello\r\n", injecting).await;
    let error = connect(&dovecot.trust(), &server, PATIENCE).await.err().unwrap();
    assert_eq!(error, Error::Tls(tls::Error::Injected { host: "localhost".to_owned() }));
    let stripped: Script = |_| b"* CAPABILITY IMAP4rev1\r\nTAG OK\r\n".to_vec();
    let server = plain(&dovecot, b"* OK hello\r\n", stripped).await;
    let error = connect(&dovecot.trust(), &server, PATIENCE).await.err().unwrap();
    assert_eq!(error, Error::Tls(tls::Error::NoStartTls { host: "localhost".to_owned() }));
    for greeting in [&b"* PREAUTH welcome\r\n"[..], b"220 ESMTP secret banner\r\n", b"* BYE busy\r\n", b""] {
        let server = plain(&dovecot, greeting, stripped).await;
        // One says nothing.
        let quiet = if greeting.is_empty() { Duration::from_millis(300) } else { PATIENCE.quiet };
        let error = connect(&dovecot.trust(), &server, Patience { quiet, ..PATIENCE }).await.err().unwrap();
        assert!(matches!(error, Error::Lost(_) | Error::Refused(_)), "{error:?}");
        assert!(!error.to_string().contains("banner"), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_is_not_an_empty_answer() {
    let mut session = lies(answers!(b"* SEARCH 1\r\nTAG NO \x1b[31mdisk\r\n".to_vec())).await;
    assert_eq!(session.uids(None).await, Err(Error::Refused("[31mdisk".to_owned())));
    // The session goes on.
    session.noop().await.unwrap();
    let mut session = lies(answers!(b"* SEARCH 1\r\n* BYE over\r\n".to_vec())).await;
    assert!(matches!(session.uids(None).await, Err(Error::Lost(_))));
}

#[tokio::test]
async fn floods_end_the_connection_and_fill_no_memory() {
    let floods: [Script; 5] = [
        answers!(b"* 1 FETCH (UID 1 BODY[] {500000000}\r\n".to_vec()),
        answers!([b"* 1 FETCH (UID 1 X ".to_vec(), vec![b'('; 3 << 20]].concat()),
        answers!(b"* 1 FETCH (UID 1 BODY[] \"x\")\r\n".repeat(1_000_000)),
        answers!(b"* 1 FETCH (UID 1 BODY[] {2000000}\r\n".iter().copied().chain(vec![b'a'; 1 << 20]).collect()),
        answers!(b"OTHER OK done\r\n".to_vec()),
    ];
    for flood in floods {
        let mut session = lies(flood).await;
        assert!(matches!(session.slice(1, 0).await, Err(Error::Lost(_))));
    }
}

#[tokio::test]
async fn an_answer_to_another_question_is_not_taken() {
    // Another mail, another slice, deep nonsense, the same mail twice.
    let mut session = lies(answers!(
        [
            b"* 1 FETCH (UID 9 BODY[]<0> {1}\r\na)\r\n* 1 FETCH (UID 1 BODY[]<5> {1}\r\nb)\r\n".to_vec(),
            b"* 1 FETCH (BODYSTRUCTURE ".to_vec(),
            vec![b'('; 500_000],
            b"\r\n* 1 FETCH (UID 1 BODY[]<0> {1}\r\nc)\r\n* 1 FETCH (UID 1 BODY[]<0> {1}\r\nd)\r\nTAG OK\r\n".to_vec(),
        ]
        .concat()
    ))
    .await;
    assert_eq!(session.slice(1, 0).await.unwrap().unwrap(), b"c");
}

#[tokio::test]
async fn what_cannot_be_read_costs_itself() {
    let mut session = lies(answers!(
        [
            b"garbage\r\n\r\n* \r\n* 1 FETCH (INTERNALDATE NIL)\r\n* OK [ALERT]\xc3\xa4\r\n".to_vec(),
            b"* METADATA \"\" ({1}\r\n\xff NIL)\r\n* 1 FETCH (FLAGS (\xff) UID 1 X (a (b)) BODY[]<0> \"x\\\"".to_vec(),
            b"\")\r\n* 1 FETCH (UID 1 BODYSTRUCTURE ".to_vec(),
            vec![b'('; 200_000],
            b"\r\n* 1 FETCH (X a\"b BODYSTRUCTURE ".to_vec(),
            vec![b'('; 200_000],
            b"\")\r\nTAG OK [X]\xc3\xa4 \0\r\n".to_vec(),
        ]
        .concat()
    ))
    .await;
    assert_eq!(session.slice(1, 0).await.unwrap().unwrap(), b"x\"");
    session.noop().await.unwrap();
    // But a list that can't be read is not an empty one.
    let mut session = lies(answers!(b"* SEARCH 1 x\r\nTAG OK\r\n".to_vec())).await;
    assert!(matches!(session.uids(None).await, Err(Error::Lost(_))));
}

#[tokio::test]
async fn a_goodbye_or_silence_ends_the_wait() {
    /// Logs in and opens the inbox, and then says this to IDLE.
    macro_rules! waits {
        ($said:expr) => {
            |command| match command {
                "IDLE" => $said.to_vec(),
                "DONE" => Vec::new(),
                other => {
                    let answer: Script = answers!(Vec::new());
                    answer(other)
                }
            }
        };
    }
    let scripts: [Script; 3] =
        [waits!(b"+ idling\r\n* BYE restarting\r\n"), waits!(b"+ idling\r\n"), waits!(b"+ idling\r\n+ idling\r\n")];
    for script in scripts {
        let mut session = lies(script).await;
        let began = std::time::Instant::now();
        let heard = session
            .idle(async { drop(tokio::time::timeout(Duration::from_millis(200), std::future::pending::<()>()).await) });
        assert!(matches!(heard.await, Idle::Lost(_)));
        assert!(matches!(session.noop().await, Err(Error::Lost(_))));
        session.logout().await;
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_folder_whose_life_has_no_number_is_not_read() {
    let scripts: [Script; 3] = [
        |command| folder(command, "* OK [UIDVALIDITY 0] x\r\n"),
        |command| folder(command, ""),
        |command| folder(command, "* OK [UIDVALIDITY 7] x\r\n* NO [UIDNOTSTICKY] x\r\n"),
    ];
    for script in scripts {
        let dovecot = Dovecot::start().await;
        let (server, _task) = scripted(&dovecot, script).await;
        let mut session = Session::connect(&dovecot.trust(), &server, &login("x"), PATIENCE).await.unwrap();
        let error = session.select("INBOX").await.unwrap_err();
        assert!(error.to_string().contains("does not keep the numbers of the mails in this folder"), "{error}");
    }
}

/// A server that says this when a folder is opened.
fn folder(command: &str, said: &str) -> Vec<u8> {
    match command {
        _ if command.starts_with("SELECT") => format!("* 3 EXISTS\r\n{said}TAG OK done\r\n").into_bytes(),
        _ if command.starts_with("CAPABILITY") => b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\nTAG OK\r\n".to_vec(),
        _ => b"TAG OK done\r\n".to_vec(),
    }
}

/// What is done in a process of its own, since a log is set up for good; nothing in a normal run.
#[tokio::test]
async fn child() {
    if std::env::var_os("DESKBELL_TEST_IMAP_LOG").is_none() {
        return;
    }
    let mut config = deskbell::config::load(&Sources::default()).unwrap().config;
    config.log.level = Levels {
        default: LevelFilter::TRACE,
        targets: ["async_imap", "async_imap::imap_stream"]
            .map(|target| (target.to_owned(), LevelFilter::TRACE))
            .to_vec(),
    };
    logging::start(&config.log, false).unwrap();
    let dovecot = Dovecot::start().await;
    dovecot.lay("support", [b"Subject: confidential\r\n\r\nconfidential\r\n".to_vec()]);
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    let found = session.sizes(&[1]).await.unwrap();
    assert_eq!(session.fetch(&found).await.unwrap().mails.len(), 1);
    session.logout().await;
    tracing::info!("logged out");
}

#[test]
fn neither_passwords_nor_mails_are_logged() {
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "mail::hostile::child", "--nocapture"]).env("DESKBELL_TEST_IMAP_LOG", "1");
    let text = err(&again.output().unwrap());
    assert!(text.contains("logged out"), "{text}");
    for secret in ["secret", "AHN1cHBvcn", "confidential", "AUTHENTICATE", "async_imap"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn passwords_go_only_where_they_are_taken() {
    let dovecot = Dovecot::start().await;
    let attempt = async |script: Script, password: &str| {
        let (server, _task) = scripted(&dovecot, script).await;
        let login = Login::Password { user: "a b".to_owned(), password: Secret::new(password) };
        Session::connect(&dovecot.trust(), &server, &login, PATIENCE).await
    };
    // LOGIN as a command, where AUTHENTICATE PLAIN isn't offered; quoted, so that nothing ends it.
    let old: Script = |command| match command {
        "CAPABILITY" => b"* CAPABILITY IMAP4rev1\r\nTAG OK\r\n".to_vec(),
        r#"LOGIN "a b" "x\"\\ y""# => b"TAG OK\r\n".to_vec(),
        _ => b"TAG NO\r\n".to_vec(),
    };
    attempt(old, r#"x"\ y"#).await.unwrap();
    assert!(matches!(attempt(old, "other").await, Err(Error::Auth(_))));
    assert!(matches!(attempt(old, "pässword").await, Err(Error::Refused(_))));
    let disabled: Script = |command| match command {
        "CAPABILITY" => b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2\r\nTAG OK\r\n".to_vec(),
        _ => b"TAG OK\r\n".to_vec(),
    };
    let error = attempt(disabled, "secret").await.unwrap_err();
    assert_eq!(error.to_string(), "The server refused: it takes no passwords here; it offers: XOAUTH2.");
    // "Not now" is not "not you"; the first message waits where it isn't taken with the command (SASL-IR).
    let later: Script = |command| match command {
        "CAPABILITY" => b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK\r\n".to_vec(),
        "AUTHENTICATE PLAIN" => b"+\r\n".to_vec(),
        // The line after the `+` has no tag: base64 of NUL, "a b", NUL, "secret".
        _ => b"A0002 NO [UNAVAILABLE] database is away\r\n".to_vec(),
    };
    assert_eq!(attempt(later, "secret").await.unwrap_err(), Error::Refused("database is away".to_owned()));
    let endless: Script = |command| match command {
        "CAPABILITY" => b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK\r\n".to_vec(),
        _ => b"+ more\r\n".to_vec(),
    };
    assert!(matches!(attempt(endless, "secret").await, Err(Error::Lost(_))));
}
