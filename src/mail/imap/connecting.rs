//! From the name of a server to a session: TLS, greeting, login.

use std::collections::BTreeSet;
use std::time::Duration;

use async_imap::error::Error as LibraryError;
use async_imap::imap_proto::{Response, Status};
use async_imap::{Authenticator, Client};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::dialogue::{Dialogue, Stream};
use super::framing::Budget;
use super::grammar::Ended;
use super::guard::Guard;
use super::{Error, Login, Patience, Result, Server, Session};
use crate::mail::oauth::xoauth2;
use crate::mail::tls::{self, STEP_MAX, Security, Shown, Trust};

/// How often a server may ask for more in a login: for the message, if it wasn't sent with the command, and for an empty line
/// after it has said why it is not enough.
const CHALLENGES_MAX: usize = 2;

/// A connection by TLS to a server that has greeted, before anybody is logged in.
pub struct Connected {
    client: Client<Stream>,
    patience: Patience,
    capabilities: BTreeSet<String>,
    shown: Shown,
}

/// Connects by TLS and hears the greeting.
///
/// # Errors
/// [`Error::Unreachable`], [`Error::Tls`]; [`Error::Lost`] when no IMAP server answers.
pub async fn connect(trust: &Trust, server: &Server, patience: Patience) -> Result<Connected> {
    let tcp = trust.dial(&server.host, server.port).await?;
    let (tcp, greets) = match server.security {
        Security::Tls => (tcp, true),
        Security::StartTls => (start_tls(tcp, server, patience).await?, false),
    };
    let (stream, shown) = trust.secure(tcp, &server.host, server.pin).await?;
    let mut client = Client::new(Guard::new(stream, Budget::small(patience.quiet)));
    if greets {
        greeting(&mut client, STEP_MAX.min(patience.quiet)).await?;
    }
    // Whatever was said before TLS doesn't count.
    let capabilities = capabilities(&mut client, patience).await?;
    if !capabilities.contains("IMAP4REV1") {
        return Err(Error::lost("what answers there does not speak IMAP4rev1"));
    }
    Ok(Connected { client, patience, capabilities, shown })
}

/// The plain part of a connection with STARTTLS (RFC 2595 3.1): nothing that is heard here is believed, and nothing may follow
/// the server's consent before TLS does.
async fn start_tls(tcp: TcpStream, server: &Server, patience: Patience) -> Result<TcpStream> {
    let host = || server.host.clone();
    let mut client = Client::new(Guard::new(tcp, Budget::small(patience.quiet)));
    greeting(&mut client, STEP_MAX.min(patience.quiet)).await?;
    if !capabilities(&mut client, patience).await?.contains("STARTTLS") {
        return Err(tls::Error::NoStartTls { host: host() }.into());
    }
    match run(&mut client, "STARTTLS", patience).await?.status {
        Status::Ok => client.into_inner().into_inner().ok_or_else(|| tls::Error::Injected { host: host() }.into()),
        _ => Err(tls::Error::NoStartTls { host: host() }.into()),
    }
}

/// The first words of the server (RFC 3501 7.1).
async fn greeting<S>(client: &mut Client<Guard<S>>, within: Duration) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    client.get_mut().expect(Budget { line: 8 << 10, strict: true, ..Budget::small(within) });
    let heard = client.read_response().await.map_err(|error| match Error::of_connection(error) {
        Error::Lost(why) if why.contains("stopped") => {
            Error::lost("the server says nothing; if this is a port for TLS (993), use TLS instead of STARTTLS")
        }
        Error::Lost(why) if why.contains("makes no sense") => no_greeting(),
        other => other,
    })?;
    match heard.as_ref().map(|heard| heard.parsed()) {
        Some(Response::Data { status: Status::Ok, .. }) => Ok(()),
        // It would let us in as somebody, and past STARTTLS (RFC 8314 7.1).
        Some(Response::Data { status: Status::PreAuth, .. }) => {
            Err(Error::refused("it logs everybody in without asking, and that is not used"))
        }
        _ => Err(no_greeting()),
    }
}

fn no_greeting() -> Error {
    Error::lost("what answers there does not greet as an IMAP server")
}

async fn capabilities<S>(client: &mut Client<Guard<S>>, patience: Patience) -> Result<BTreeSet<String>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    run(client, "CAPABILITY", patience).await?.well()?;
    Ok(client.get_mut().capabilities())
}

/// Runs a command before the login, however it ends.
async fn run<S>(client: &mut Client<Guard<S>>, command: &str, patience: Patience) -> Result<Ended>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    client.get_mut().expect(Budget::small(patience.quiet));
    let done = client.run_command_and_check_ok(command, None).await;
    ended(client.get_mut(), done)
}

/// How a call of the library ended; its own errors hold the words of the server as a programmer would see them.
fn ended<S>(guard: &mut Guard<S>, done: Result<(), LibraryError>) -> Result<Ended> {
    match done {
        Err(error @ LibraryError::Io(_)) => Err(Error::of_library(error)),
        _ => guard.ended().ok_or_else(|| Error::lost("what the server says makes no sense")),
    }
}

impl Connected {
    /// The certificate of the server.
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    /// Logs in.
    ///
    /// # Errors
    /// [`Error::Auth`] when the server doesn't accept it; [`Error::Refused`] when it can't take this kind of login, or says that
    /// it can't tell now.
    pub async fn login(mut self, login: &Login) -> Result<Session> {
        let budget = Budget { go_ons: CHALLENGES_MAX, login: true, ..Budget::small(self.patience.quiet) };
        self.client.get_mut().expect(budget);
        let session = match login {
            Login::Password { user, password } => {
                with_password(self.client, &self.capabilities, user, password.reveal()).await?
            }
            Login::XOAuth2 { user, token } => {
                fits(user)?;
                fits(token.reveal())?;
                if !self.capabilities.contains("AUTH=XOAUTH2") {
                    return Err(Error::refused("it does not offer OAuth2 (AUTH=XOAUTH2); use a password"));
                }
                let message = xoauth2(user, token);
                authenticate(self.client, &self.capabilities, "XOAUTH2", message.reveal()).await?
            }
        };
        let mut dialogue = Dialogue::new(session, self.patience);
        // Some are offered only to those who are logged in.
        let capabilities = dialogue.capabilities().await?;
        Ok(Session::new(dialogue, capabilities, self.shown))
    }
}

async fn with_password(
    client: Client<Stream>,
    capabilities: &BTreeSet<String>,
    user: &str,
    password: &str,
) -> Result<async_imap::Session<Stream>> {
    fits(user)?;
    fits(password)?;
    if capabilities.contains("AUTH=PLAIN") {
        let message = STANDARD.encode(format!("\0{user}\0{password}"));
        return authenticate(client, capabilities, "PLAIN", &message).await;
    }
    if capabilities.contains("LOGINDISABLED") {
        let offered: Vec<&str> = capabilities.iter().filter_map(|c| c.strip_prefix("AUTH=")).collect();
        return Err(Error::refused(format!("it takes no passwords here; it offers: {}", offered.join(", "))));
    }
    if !(user.is_ascii() && password.is_ascii()) {
        return Err(Error::refused("it takes only names and passwords of plain ASCII letters, digits and signs"));
    }
    accepted(client.login(user, password).await)
}

/// SASL with everything in the first message, in base64, and with the command where the server takes it so (RFC 4959).
async fn authenticate(
    client: Client<Stream>,
    capabilities: &BTreeSet<String>,
    mechanism: &str,
    message: &str,
) -> Result<async_imap::Session<Stream>> {
    if capabilities.contains("SASL-IR") {
        return accepted(client.authenticate(format!("{mechanism} {message}"), AtOnce(None)).await);
    }
    // The library writes it in base64 once more.
    let message = STANDARD.decode(message).map_err(|_never| Error::auth("the login cannot be sent"))?;
    accepted(client.authenticate(mechanism, AtOnce(Some(message))).await)
}

/// Says its message when it is asked first, and nothing from then on.
struct AtOnce(Option<Vec<u8>>);

impl Authenticator for AtOnce {
    type Response = Vec<u8>;

    fn process(&mut self, _challenge: &[u8]) -> Vec<u8> {
        self.0.take().unwrap_or_default()
    }
}

/// What goes into a login has no control characters: they would end the command, or separate fields.
fn fits(text: &str) -> Result<()> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(Error::auth("the name and the password may not be empty and have no control characters"));
    }
    Ok(())
}

type LoggedIn = Result<async_imap::Session<Stream>, (LibraryError, Client<Stream>)>;

/// Whether the login was accepted. Codes of RFC 5530 tell "not now" from "not you".
fn accepted(done: LoggedIn) -> Result<async_imap::Session<Stream>> {
    let (error, mut client) = match done {
        Ok(session) => return Ok(session),
        Err(refused) => refused,
    };
    let ended = ended(client.get_mut(), Err(error))?;
    let not_now = ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"];
    Err(match ended.status {
        Status::No if !not_now.iter().any(|code| ended.code.eq_ignore_ascii_case(code)) => Error::auth(ended.text),
        _ => ended.well().err().unwrap_or_else(|| Error::lost("what the server says makes no sense")),
    })
}
