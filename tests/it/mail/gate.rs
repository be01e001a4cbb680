//! A proxy in front of Dovecot that holds a command, or the answer to it, until it is told to go on: so a test can do
//! something at just this moment.

use std::time::Duration;

use deskbell::mail::imap::Server;
use deskbell::mail::tls::Security;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::cutting::acceptor;
use super::dovecot::Dovecot;

/// How long a client may take until it says what is held.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// The command: the server does not hear of it.
    Command,
    /// The answer: the server has done it, and nobody knows.
    Answer,
}

/// What is to be held, and which connections are to end.
#[derive(Debug, Clone, Copy, Default)]
struct Plan {
    hold: Option<(&'static str, Hold)>,
    /// Connections that began under another number end.
    life: u32,
}

/// The proxy.
pub struct Gate {
    port: u16,
    plan: watch::Sender<Plan>,
    held: watch::Receiver<u32>,
    task: tokio::task::JoinHandle<()>,
}

impl Gate {
    /// In front of a Dovecot; holds nothing yet.
    pub async fn before(dovecot: &Dovecot) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (plan, planned) = watch::channel(Plan::default());
        let (count, held) = watch::channel(0);
        let (acceptor, upstream) = (acceptor(dovecot), dovecot.plain());
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let passage = Passage { plan: planned.clone(), life: planned.borrow().life, count: count.clone() };
                tokio::spawn(passage.pass(acceptor.clone(), client, upstream));
            }
        });
        Self { port, plan, held, task }
    }

    /// From now on holds commands with these words, or the answers to them.
    pub fn hold(&mut self, words: &'static str, what: Hold) {
        self.held.mark_unchanged();
        self.plan.send_modify(|plan| plan.hold = Some((words, what)));
    }

    /// Waits until something is held.
    pub async fn held(&mut self) {
        let held = tokio::time::timeout(PATIENCE, self.held.changed()).await;
        assert!(held.is_ok(), "nothing was held in {PATIENCE:?}: {:?}", *self.plan.borrow());
    }

    /// Lets everything go on.
    pub fn open(&self) {
        self.plan.send_modify(|plan| plan.hold = None);
    }

    /// Ends all connections, what is held with them, and lets new ones through.
    pub fn shut(&self) {
        self.plan.send_modify(|plan| *plan = Plan { hold: None, life: plan.life + 1 });
    }

    /// How to reach it.
    pub fn server(&self) -> Server {
        Server { host: "localhost".to_owned(), port: self.port, security: Security::Tls, pin: None }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One connection.
#[derive(Clone)]
struct Passage {
    plan: watch::Receiver<Plan>,
    life: u32,
    count: watch::Sender<u32>,
}

impl Passage {
    async fn pass(self, acceptor: TlsAcceptor, client: TcpStream, upstream: std::net::SocketAddr) {
        let Ok(client) = acceptor.accept(client).await else { return };
        // A server that is away ends the connection.
        let Ok(server) = TcpStream::connect(upstream).await else { return };
        let (from_client, mut to_client) = split(client);
        let (mut from_server, mut to_server) = server.into_split();
        let (silence, silent) = watch::channel(false);
        let mut own = self.clone();
        let up = async move {
            let mut commands = BufReader::new(from_client);
            let mut line = Vec::new();
            while commands.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
                if own.is_held(&line, Hold::Answer) {
                    silence.send_replace(true);
                }
                if own.is_held(&line, Hold::Command) && !own.wait().await {
                    return;
                }
                if to_server.write_all(&line).await.is_err() {
                    return;
                }
                line.clear();
            }
        };
        let mut own = self.clone();
        let down = async move {
            let mut said = vec![0; 16 << 10];
            loop {
                let read = from_server.read(&mut said).await.unwrap_or(0);
                if read == 0
                    || (*silent.borrow() && !own.wait().await)
                    || to_client.write_all(&said[..read]).await.is_err()
                {
                    return;
                }
            }
        };
        let (mut plan, life) = (self.plan.clone(), self.life);
        let shut = async move {
            // An error means that the gate is gone, and the connections with it.
            let _gone = plan.wait_for(|plan| plan.life != life).await;
        };
        tokio::select! {
            () = up => {}
            () = down => {}
            () = shut => {}
        }
    }

    fn is_held(&self, line: &[u8], what: Hold) -> bool {
        let text = String::from_utf8_lossy(line).to_ascii_uppercase();
        self.plan.borrow().hold.is_some_and(|(words, held)| held == what && text.contains(words))
    }

    /// Says that something is held, and waits until it may go on; false when it must not.
    async fn wait(&mut self) -> bool {
        if self.plan.borrow().hold.is_some() {
            self.count.send_modify(|count| *count += 1);
        }
        let life = self.life;
        let went = self.plan.wait_for(|plan| plan.hold.is_none() || plan.life != life).await;
        went.is_ok_and(|plan| plan.life == life)
    }
}
