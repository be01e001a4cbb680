//! A proxy in front of Dovecot that cuts what the server says. It speaks TLS to the client with Dovecot's own certificate and
//! plain text to Dovecot, so it sees where an answer ends.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskbell::mail::imap::Server;
use deskbell::mail::tls::Security;
use tokio::io::{AsyncReadExt, AsyncWriteExt, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::dovecot::Dovecot;

/// How long a client may take until it is cut.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// In the middle of whatever is being said.
    Close,
    /// In good order between two answers to a FETCH: what a client may take for the end.
    Boundary,
    /// Nothing more is said, and the connection stays open.
    Stall,
}

/// When the next cut comes.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// Octets of the server until then.
    octets: usize,
    cut: Cut,
    /// Whether only one connection is cut.
    once: bool,
}

/// What all connections share.
#[derive(Clone)]
struct Shared {
    plans: Arc<Mutex<VecDeque<Plan>>>,
    cuts: watch::Sender<usize>,
    /// How often stalled connections were ended.
    over: watch::Receiver<usize>,
}

/// A proxy that can be told when to cut.
pub struct Cutting {
    port: u16,
    plans: Arc<Mutex<VecDeque<Plan>>>,
    cuts: watch::Receiver<usize>,
    over: watch::Sender<usize>,
    task: tokio::task::JoinHandle<()>,
}

impl Cutting {
    /// In front of a Dovecot; cuts nothing yet.
    pub async fn before(dovecot: &Dovecot) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let plans = Arc::new(Mutex::new(VecDeque::new()));
        let ((cut, cuts), (over, ended)) = (watch::channel(0), watch::channel(0));
        let shared = Shared { plans: Arc::clone(&plans), cuts: cut, over: ended };
        let (acceptor, upstream) = (acceptor(dovecot), dovecot.plain());
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(pass(acceptor.clone(), client, upstream, shared.clone()));
            }
        });
        Self { port, plans, cuts, over, task }
    }

    /// Cuts after so many more octets of the server, whatever was planned.
    pub fn cut_after(&self, octets: usize, cut: Cut) {
        *self.plans.lock().unwrap() = VecDeque::from([Plan { octets, cut, once: false }]);
    }

    /// Cuts one connection after so many more octets of the server, behind the cuts that are planned, and lets those after it
    /// through.
    pub fn cut_once_after(&self, octets: usize, cut: Cut) {
        self.plans.lock().unwrap().push_back(Plan { octets, cut, once: true });
    }

    /// Waits until so many connections were cut in all.
    pub async fn was_cut(&mut self, times: usize) {
        let cut = self.cuts.wait_for(|cuts| *cuts >= times);
        assert!(tokio::time::timeout(PATIENCE, cut).await.is_ok(), "not cut {times} times in {PATIENCE:?}");
    }

    /// Ends the connections that are stalled.
    pub fn end_stalled(&self) {
        self.over.send_modify(|over| *over += 1);
    }

    /// Lets everything through again.
    pub fn mend(&self) {
        self.plans.lock().unwrap().clear();
    }

    /// How to reach it.
    pub fn server(&self) -> Server {
        Server { host: "localhost".to_owned(), port: self.port, security: Security::Tls, pin: None }
    }
}

impl Drop for Cutting {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// TLS with the certificate of a Dovecot.
pub fn acceptor(dovecot: &Dovecot) -> TlsAcceptor {
    let (certificate, key) = dovecot.certificate();
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(certificate).unwrap().map(Result::unwrap).collect();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_file(key).unwrap())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn pass(acceptor: TlsAcceptor, client: TcpStream, upstream: SocketAddr, mut shared: Shared) {
    let Ok(client) = acceptor.accept(client).await else { return };
    let (mut from_client, mut to_client) = split(client);
    let (mut from_server, mut to_server) = TcpStream::connect(upstream).await.unwrap().into_split();
    shared.over.mark_unchanged();
    let mut up = tokio::spawn(async move {
        let _gone = tokio::io::copy(&mut from_client, &mut to_server).await;
    });
    let mut held = Vec::new();
    let mut said = vec![0; 16 << 10];
    let mut cut = None;
    loop {
        let count = from_server.read(&mut said).await.unwrap_or(0);
        if count == 0 {
            break;
        }
        held.extend_from_slice(&said[..count]);
        cut = cut.or_else(|| shared.due(count));
        match cut {
            None => {
                if to_client.write_all(&held).await.is_err() {
                    break;
                }
                held.clear();
            }
            Some(Cut::Close) => {
                let _gone = to_client.write_all(&held[..held.len() / 2]).await;
                let _gone = to_client.flush().await;
                break;
            }
            Some(Cut::Boundary) => {
                // Up to the end of an answer; if there is none yet, more is waited for.
                let Some(end) = held.windows(5).rposition(|five| five == b")\r\n* ") else { continue };
                let _gone = to_client.write_all(&held[..end + 3]).await;
                let _gone = to_client.shutdown().await;
                break;
            }
            Some(Cut::Stall) => {
                let _gone = to_client.write_all(&held[..held.len() / 2]).await;
                let _gone = to_client.flush().await;
                // Until the client gives up, or is given up.
                tokio::select! {
                    _ = &mut up => {}
                    _ = shared.over.changed() => {}
                }
                break;
            }
        }
    }
    up.abort();
}

impl Shared {
    /// Counts octets towards a cut; the cut when it is due. It stays due, unless it is for one connection.
    fn due(&self, count: usize) -> Option<Cut> {
        let mut plans = self.plans.lock().unwrap();
        let due = plans.front_mut()?;
        due.octets = due.octets.saturating_sub(count);
        if due.octets > 0 {
            return None;
        }
        let (cut, once) = (due.cut, due.once);
        if once {
            plans.pop_front();
        }
        self.cuts.send_modify(|cuts| *cuts += 1);
        Some(cut)
    }
}
