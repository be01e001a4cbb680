//! How a mailbox signs in at its servers: with a password, or with a token that is fresh enough.

use super::intake::Room;
use super::mailbox::{Auth, Endpoint, Mailbox, Security};
use super::renewing;
use super::sealing::{self, Credential};
use super::store;
use crate::base::{Error, Message, Result};
use crate::mail::imap::{Login, Server};
use crate::mail::tls::{self, Pin};
use crate::mail::{address, smtp};

/// Letters that one server is handed at once.
const SENDS_AT_ONCE: usize = 4;

/// The server that letters come from.
///
/// # Errors
/// [`Error::Internal`] for a row that no card ever had.
pub(super) fn imap_server(mailbox: &Mailbox) -> Result<Server> {
    let Endpoint { host, port, security, pin } = &mailbox.card.imap;
    let port = u16::try_from(*port).map_err(|e| Error::internal("the port of a mail server", e))?;
    Ok(Server { host: host.clone(), port, security: tls_security(*security), pin: Pin::parse(pin) })
}

pub(super) fn tls_security(security: Security) -> tls::Security {
    match security {
        Security::Tls => tls::Security::Tls,
        Security::StartTls => tls::Security::StartTls,
    }
}

/// How to sign in. Tokens are renewed before they end, and the new ones are kept before they are used.
///
/// # Errors
/// [`Error::Conflict`] when somebody has to sign in first.
pub(super) async fn login(room: &Room, mailbox: &Mailbox) -> Result<Login> {
    let (id, seal) = (mailbox.id, room.seal);
    // The mailbox as it is now: somebody may have signed in since it was read.
    let found = room.books.read(move |db| Ok((store::mailbox_by_id(db, id)?, sealing::credential(db, &seal, id)?)));
    let (current, credential) = found.await?;
    let user = mailbox.card.login.clone();
    match (mailbox.card.auth, credential) {
        (Auth::Password, Some(Credential::Password(password))) => Ok(Login::Password { user, password }),
        (Auth::Microsoft | Auth::Google, Some(Credential::Tokens(held))) => {
            Ok(Login::XOAuth2 { user, token: renewing::fresh(room, &current, held).await? })
        }
        _ => Err(Error::Conflict(Message::new("error-mailbox-sign-in"))),
    }
}

/// The server that letters go to, with what all share who send to it.
///
/// # Errors
/// As [`imap_server`].
pub(super) fn smtp_server(room: &Room, mailbox: &Mailbox, open: smtp::Open) -> Result<smtp::Server> {
    let Endpoint { host, port, security, pin } = &mailbox.card.smtp;
    let port = u16::try_from(*port).map_err(|e| Error::internal("the port of a mail server", e))?;
    let hello = mailbox.address().map(|own| address::domain(&own).to_owned()).unwrap_or_default();
    Ok(smtp::Server {
        host: host.clone(),
        port,
        security: match security {
            Security::Tls => smtp::Security::Implicit,
            Security::StartTls => smtp::Security::StartTls,
        },
        trust: room.trust.clone(),
        pin: Pin::parse(pin),
        hello,
        patience: smtp::Patience::default(),
        conversations_max: SENDS_AT_ONCE,
        open,
    })
}
