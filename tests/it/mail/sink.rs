//! A mail server that takes what it is sent, and misbehaves as the local part of a recipient says.
//!
//! `450@`, `451@`, `550@`, `551@`, `571@`: that recipient is refused. `552@`, `421@`: the letter is refused after the dot.
//! `terse@`: a bare code after the dot. `slow@`: no answer after the dot. `drop@`: the connection ends after the dot. `cut@`:
//! it ends in the middle of DATA. `stuck@`: nothing is read after DATA. `gone@`: the connection ends at RCPT. `mute@`: no
//! answer at RCPT. `babble@`: an answer that is none. `flood@`: an answer of lines without end. `river@`: one of a line
//! without end. `held@`: the answer waits until [`Sink::let_go`]. `lost@`: the letter is taken, and the connection ends before
//! that is said.
//!
//! `once-` before any of them: only the first time, such as `once-450@`.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deskbell::base::Network;
use deskbell::mail::reach::Reach;
use deskbell::mail::smtp::{Login, Open, Patience, Security, Server};
use deskbell::mail::tls::Trust;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// How the sink behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manners {
    /// TLS from the first octet.
    pub implicit: bool,
    /// STARTTLS is offered.
    pub starttls: bool,
    /// What EHLO says of AUTH; a login is asked for when it says anything.
    pub logins: &'static str,
    /// Who is let in; `desk` if nobody is named.
    pub user: &'static str,
    /// What EHLO says of SIZE.
    pub size: Option<usize>,
    /// What is said instead of the greeting.
    pub greeting: Option<&'static str>,
    /// Plain text that is sent in the packet of the answer to STARTTLS.
    pub smuggled: &'static str,
    /// The name in the certificate is another one.
    pub wrong_name: bool,
}

/// A letter that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The command MAIL.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
    /// The octets, dots undone.
    pub octets: Vec<u8>,
}

#[derive(Default)]
struct Seen {
    taken: Mutex<Vec<Taken>>,
    commands: Mutex<Vec<String>>,
    /// Addresses that have misbehaved once.
    tried: Mutex<BTreeSet<String>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    open_most: AtomicUsize,
    held: AtomicUsize,
    was_held: Notify,
    closed: Notify,
}

/// The server.
pub struct Sink {
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// The SHA-256 of its certificate.
    pub pin: String,
    /// Its certificate, as PEM.
    pub certificate: String,
    /// Trusts its certificate.
    pub trust: Trust,
    seen: Arc<Seen>,
    go: watch::Sender<bool>,
}

impl Sink {
    /// Starts one.
    pub async fn start(manners: Manners) -> Self {
        let (acceptor, trust, pin, certificate) = certificates(manners.wrong_name);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let (go, going) = watch::channel(false);
        let shared = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
                shared.open_most.fetch_max(open, Ordering::SeqCst);
                let (seen, acceptor, going) = (shared.clone(), acceptor.clone(), going.clone());
                tokio::spawn(async move {
                    // A client that goes away ends the conversation; that is no fault of the test.
                    let _ = serve(stream, manners, acceptor, &seen, going).await;
                    seen.open.fetch_sub(1, Ordering::SeqCst);
                    seen.closed.notify_waiters();
                });
            }
        });
        Self { port, pin, certificate, trust, seen, go }
    }

    /// How to reach it: in plain, with short patience.
    pub fn server(&self) -> Server {
        let second = std::time::Duration::from_secs(5);
        let patience = Patience { greeting: second, command: second, dot: second, idle: second * 60 };
        Server {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: Security::None,
            trust: self.trust.clone(),
            pin: None,
            hello: "desk.example".to_owned(),
            patience,
            conversations_max: 4,
            open: Open::at_most(8),
        }
    }

    /// The letters that were taken.
    pub fn taken(&self) -> Vec<Taken> {
        self.seen.taken.lock().unwrap().clone()
    }

    /// All commands, in the order in which they came.
    pub fn commands(&self) -> Vec<String> {
        self.seen.commands.lock().unwrap().clone()
    }

    /// Connections so far, and the most that were open at once.
    pub fn connections(&self) -> (usize, usize) {
        (self.seen.connections.load(Ordering::SeqCst), self.seen.open_most.load(Ordering::SeqCst))
    }

    /// Waits until no connection is open.
    pub async fn empty(&self) {
        loop {
            let closed = self.seen.closed.notified();
            if self.seen.open.load(Ordering::SeqCst) == 0 {
                return;
            }
            closed.await;
        }
    }

    /// Waits until that many letters are held.
    pub async fn held(&self, letters: usize) {
        loop {
            let held = self.seen.was_held.notified();
            if self.seen.held.load(Ordering::SeqCst) >= letters {
                return;
            }
            held.await;
        }
    }

    /// Answers the letters that are held, and all that come.
    pub fn let_go(&self) {
        self.go.send(true).unwrap();
    }

    /// Holds letters again.
    pub fn hold_on(&self) {
        self.go.send(false).unwrap();
    }
}

/// The login that the sink takes.
pub fn login() -> Login {
    Login::Password { user: "desk".to_owned(), password: deskbell::config::Secret::new("secret") }
}

/// A certificate for 127.0.0.1 and who trusts it.
fn certificates(wrong_name: bool) -> (TlsAcceptor, Trust, String, String) {
    let name = if wrong_name { "127.0.0.2" } else { "127.0.0.1" };
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let server = server.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("authority.pem");
    std::fs::write(&path, made.cert.pem()).unwrap();
    let reach = Reach::also([Network::parse("127.0.0.0/8").unwrap()]);
    let pin = deskbell::base::sha256_hex(made.cert.der());
    (TlsAcceptor::from(Arc::new(server)), Trust::new(Some(&path), reach).unwrap(), pin, made.cert.pem())
}

/// A stream of either kind.
trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// A conversation of the sink.
struct Talk<'a> {
    stream: BufReader<Box<dyn Duplex>>,
    manners: Manners,
    seen: &'a Seen,
    go: watch::Receiver<bool>,
    is_tls: bool,
    is_known: bool,
    from: String,
    to: Vec<String>,
}

async fn serve(
    stream: TcpStream,
    manners: Manners,
    acceptor: TlsAcceptor,
    seen: &Seen,
    go: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let stream: Box<dyn Duplex> =
        if manners.implicit { Box::new(acceptor.accept(stream).await?) } else { Box::new(stream) };
    let mut talk = Talk {
        stream: BufReader::new(stream),
        manners,
        seen,
        go,
        is_tls: manners.implicit,
        is_known: manners.logins.is_empty(),
        from: String::new(),
        to: Vec::new(),
    };
    talk.say(manners.greeting.unwrap_or("220 sink.example ESMTP")).await?;
    while let Some(line) = talk.line().await? {
        seen.commands.lock().unwrap().push(line.clone());
        if line == "STARTTLS" && manners.starttls && !talk.is_tls {
            let smuggled = manners.smuggled;
            talk.say(&format!("220 go on{}{smuggled}", if smuggled.is_empty() { "" } else { "\r\n" })).await?;
            let plain = talk.stream.into_inner();
            talk.stream = BufReader::new(Box::new(acceptor.accept(plain).await?));
            talk.is_tls = true;
        } else if !talk.command(&line).await? {
            break;
        }
    }
    Ok(())
}

impl Talk<'_> {
    async fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.stream.get_mut().write_all(format!("{text}\r\n").as_bytes()).await?;
        self.stream.get_mut().flush().await
    }

    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut octets = Vec::new();
        let read = self.stream.read_until(b'\n', &mut octets).await?;
        let line = String::from_utf8_lossy(&octets).trim_end_matches(['\r', '\n']).to_owned();
        Ok((read > 0).then_some(line))
    }

    /// Does a command; whether the conversation goes on.
    async fn command(&mut self, line: &str) -> std::io::Result<bool> {
        let verb = line.split(' ').next().unwrap().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => self.hello().await?,
            "AUTH" => self.auth(line).await?,
            "NOOP" | "RSET" => self.say("250 ok").await?,
            "QUIT" => {
                self.say("221 bye").await?;
                return Ok(false);
            }
            _ if !self.is_known => self.say("530 5.7.0 log in first").await?,
            "MAIL" => {
                (self.from, self.to) = (line.to_owned(), Vec::new());
                self.say("250 ok").await?;
            }
            "RCPT" => return self.recipient(line).await,
            "DATA" if self.to.is_empty() => self.say("503 no recipients").await?,
            "DATA" => return self.data().await,
            _ => self.say("500 what?").await?,
        }
        Ok(true)
    }

    async fn hello(&mut self) -> std::io::Result<()> {
        let mut lines = vec!["sink.example greets".to_owned(), "8BITMIME".to_owned()];
        lines.extend(self.manners.size.map(|size| format!("SIZE {size}")));
        lines.extend((self.manners.starttls && !self.is_tls).then(|| "STARTTLS".to_owned()));
        lines.extend((!self.manners.logins.is_empty()).then(|| format!("AUTH {}", self.manners.logins)));
        let last = lines.len() - 1;
        for (n, line) in lines.iter().enumerate() {
            self.say(&format!("250{}{line}", if n == last { ' ' } else { '-' })).await?;
        }
        Ok(())
    }

    async fn auth(&mut self, line: &str) -> std::io::Result<()> {
        let mut words = line.split(' ').skip(1);
        let (way, first) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let decoded = |text: &str| String::from_utf8(STANDARD.decode(text).unwrap_or_default()).unwrap_or_default();
        let user = if self.manners.user.is_empty() { "desk" } else { self.manners.user };
        self.is_known = match way {
            "PLAIN" => decoded(first) == format!("\0{user}\0secret"),
            "LOGIN" => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = self.line().await?.unwrap_or_default();
                self.say("334 UGFzc3dvcmQ6").await?;
                let password = self.line().await?.unwrap_or_default();
                decoded(&user) == "desk" && decoded(&password) == "secret"
            }
            "XOAUTH2" if decoded(first) == "user=desk\u{1}auth=Bearer secret\u{1}\u{1}" => true,
            "XOAUTH2" => {
                self.say("334 eyJzdGF0dXMiOiI0MDAifQ==").await?;
                assert_eq!(self.line().await?.as_deref(), Some(""), "a challenge that tells of a failure is answered");
                false
            }
            _ => false,
        };
        self.say(if self.is_known { "235 2.7.0 welcome" } else { "535 5.7.8 wrong" }).await
    }

    /// How it misbehaves to an address now, if in one of these ways.
    fn kind(&self, address: &str, ways: &[&str]) -> String {
        let local = address.split('@').next().unwrap();
        let kind = local.strip_prefix("once-").unwrap_or(local);
        let is_over = || !self.seen.tried.lock().unwrap().insert(address.to_owned());
        if !ways.contains(&kind) || (kind != local && is_over()) { String::new() } else { kind.to_owned() }
    }

    async fn recipient(&mut self, line: &str) -> std::io::Result<bool> {
        let address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        match self
            .kind(&address, &["450", "451", "550", "551", "571", "gone", "mute", "babble", "river", "flood"])
            .as_str()
        {
            code @ ("450" | "451") => self.say(&format!("{code} 4.2.0 try later")).await?,
            code @ ("550" | "551") => self.say(&format!("{code} 5.1.1 no such user")).await?,
            "571" => {
                // Latin-1 and a lone LF, as some servers write.
                self.stream.get_mut().write_all(b"571-5.7.1 \xfcber\n571 5.7.1 blocked\n").await?;
                self.stream.get_mut().flush().await?;
            }
            "gone" => return Ok(false),
            "mute" => std::future::pending().await,
            "babble" => self.say("yes, of course").await?,
            "river" => self.say(&format!("250 {}", "x".repeat(1 << 20))).await?,
            "flood" => {
                for _ in 0..100_000 {
                    self.say("250-and").await?;
                }
            }
            _ => {
                self.to.push(address);
                self.say("250 ok").await?;
            }
        }
        Ok(true)
    }

    async fn data(&mut self) -> std::io::Result<bool> {
        self.say("354 go on").await?;
        let ways = ["552", "421", "drop", "cut", "slow", "held", "lost", "stuck", "terse"];
        let kind = self.kind(&self.to[0], &ways);
        if kind == "stuck" {
            std::future::pending::<()>().await;
        }
        let mut octets = Vec::new();
        loop {
            let from = octets.len();
            if self.stream.read_until(b'\n', &mut octets).await? == 0 || kind == "cut" {
                return Ok(false);
            }
            if &octets[from..] == b".\r\n" {
                octets.truncate(from);
                break;
            }
            if octets[from] == b'.' {
                octets.remove(from);
            }
        }
        match kind.as_str() {
            "552" => self.say("552 5.3.4 too big").await?,
            "421" => {
                self.say("421 4.3.2 shutting down").await?;
                return Ok(false);
            }
            "drop" => return Ok(false),
            "slow" => std::future::pending().await,
            _ => {
                if kind == "held" {
                    self.seen.held.fetch_add(1, Ordering::SeqCst);
                    self.seen.was_held.notify_waiters();
                    self.go.wait_for(|go| *go).await.unwrap();
                }
                let taken = Taken { from: self.from.clone(), to: std::mem::take(&mut self.to), octets };
                self.seen.taken.lock().unwrap().push(taken);
                if kind == "lost" {
                    return Ok(false);
                }
                self.say(if kind == "terse" { "250" } else { "250 2.0.0 stored" }).await?;
            }
        }
        Ok(true)
    }
}
