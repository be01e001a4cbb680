//! A proxy in front of Dovecot that does not hand one mail over: it refuses, goes away, or is wrong about its size. It speaks
//! TLS to the client with Dovecot's own certificate and plain text to Dovecot, so it sees what is asked for.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use deskbell::mail::imap::Server;
use deskbell::mail::tls::Security;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, split};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::cutting::acceptor;
use super::dovecot::Dovecot;

/// How a mail is not handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Whoever asks for it is told that it can't be read.
    No,
    /// Whoever asks for it is thrown out.
    Bye,
    /// It is told to have so many octets, and has more.
    Size(u64),
}

type Refused = Arc<Mutex<Option<(u32, Refusal)>>>;

/// A proxy that can be told which mail to keep.
pub struct Refusing {
    port: u16,
    refused: Refused,
    task: tokio::task::JoinHandle<()>,
}

impl Refusing {
    /// In front of a Dovecot; keeps this mail.
    pub async fn before(dovecot: &Dovecot, uid: u32, refusal: Refusal) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let refused = Arc::new(Mutex::new(Some((uid, refusal))));
        let (acceptor, upstream, shared) = (acceptor(dovecot), dovecot.plain(), Arc::clone(&refused));
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(pass(acceptor.clone(), client, upstream, Arc::clone(&shared)));
            }
        });
        Self { port, refused, task }
    }

    /// Hands everything over.
    pub fn mend(&self) {
        *self.refused.lock().unwrap() = None;
    }

    /// How to reach it.
    pub fn server(&self) -> Server {
        Server { host: "localhost".to_owned(), port: self.port, security: Security::Tls, pin: None }
    }
}

impl Drop for Refusing {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(acceptor: TlsAcceptor, client: TcpStream, upstream: SocketAddr, refused: Refused) {
    let Ok(client) = acceptor.accept(client).await else { return };
    let (from_client, mut to_client) = split(client);
    let (mut from_server, mut to_server) = TcpStream::connect(upstream).await.unwrap().into_split();
    let (say, mut own) = tokio::sync::mpsc::unbounded_channel::<Option<String>>();
    let shared = Arc::clone(&refused);
    let up = tokio::spawn(async move {
        let mut lines = BufReader::new(from_client).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let now = *shared.lock().unwrap();
            let kept = now.filter(|(uid, _)| asks_for(&line, *uid)).map(|(_, refusal)| refusal);
            let tag = line.split(' ').next().unwrap_or_default();
            let _gone = match kept {
                Some(Refusal::No) => say.send(Some(format!("{tag} NO [SERVERBUG] It can't be read.\r\n"))).is_ok(),
                Some(Refusal::Bye) => say.send(None).is_ok(),
                _ => to_server.write_all(format!("{line}\r\n").as_bytes()).await.is_ok(),
            };
        }
    });
    let mut said = vec![0; 16 << 10];
    loop {
        tokio::select! {
            word = own.recv() => match word {
                Some(Some(word)) => {
                    let _gone = to_client.write_all(word.as_bytes()).await;
                    let _gone = to_client.flush().await;
                }
                Some(None) => {
                    let _gone = to_client.write_all(b"* BYE Something is broken.\r\n").await;
                    let _gone = to_client.shutdown().await;
                    break;
                }
                None => break,
            },
            read = from_server.read(&mut said) => {
                let count = read.unwrap_or(0);
                let now = *refused.lock().unwrap();
                if count == 0 || to_client.write_all(&told(&said[..count], now)).await.is_err() {
                    break;
                }
                let _gone = to_client.flush().await;
            }
        }
    }
    up.abort();
}

/// Whether a command wants the octets of a mail.
fn asks_for(line: &str, uid: u32) -> bool {
    let Some((_, rest)) = line.split_once("UID FETCH ") else { return false };
    let (set, what) = rest.split_once(' ').unwrap_or_default();
    let is_within = |range: &str| {
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        (first.parse::<u32>().unwrap()..=last.parse().unwrap()).contains(&uid)
    };
    what.contains("BODY.PEEK[") && set.split(',').any(is_within)
}

/// What the client is told of what the server says.
fn told(said: &[u8], refused: Option<(u32, Refusal)>) -> Vec<u8> {
    let Some((uid, Refusal::Size(size))) = refused else { return said.to_vec() };
    let text = String::from_utf8_lossy(said);
    let field = format!("(UID {uid} ");
    let Some((before, rest)) = text.split_once(&field) else { return said.to_vec() };
    let Some((flags, number)) = rest.split_once("RFC822.SIZE ") else { return said.to_vec() };
    let after = number.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}{field}{flags}RFC822.SIZE {size}{after}").into_bytes()
}
