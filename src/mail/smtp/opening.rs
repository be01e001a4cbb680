//! How a conversation begins: name, connection, greeting, TLS, login.

use std::net::IpAddr;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Auth, Ehlo, Starttls};
use lettre::transport::smtp::extension::ClientId;

use super::conversation::Conversation;
use super::line::Line;
use super::reply::{Offers, in_time};
use super::trouble::{Step, Trouble};
use super::{Login, Security, Server};
use crate::base::text::clean_line;
use crate::mail::tls;

/// Characters of what the server says of itself that are told.
const TOLD_CHARACTERS_MAX: usize = 100;

/// Opens a conversation; `done` hears of each step that worked, with what is worth telling.
pub(super) async fn open(
    server: &Server,
    login: &Login,
    done: &mut (dyn FnMut(Step, String) + Send),
) -> Result<Conversation, Trouble> {
    let (line, address) = connect(server, login).await?;
    done(Step::Connect, address.to_string());
    if server.security == Security::Implicit {
        done(Step::Encrypt, line.encrypt(server).await?);
    }
    let name = own_name(server);
    // Two answers in one: the greeting, and the one to EHLO.
    let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(line.clone()), &name);
    let greeted = in_time(server.patience.greeting * 2, Step::Greet, greeting).await?;
    let smtp = greeted.map_err(|refusal| Trouble::refused(&refusal))?;
    done(Step::Greet, clean_line(smtp.server_info().name(), TOLD_CHARACTERS_MAX));
    let can_starttls = smtp.can_starttls();
    let mut conversation = Conversation::new(smtp, server.patience);
    if server.security == Security::StartTls {
        if !can_starttls {
            return Err(tls::Error::NoStartTls { host: server.host.clone() }.into());
        }
        let reply = conversation.ask(Starttls, Step::Encrypt).await?;
        if !reply.is_yes() {
            return Err(Trouble::refused(&reply));
        }
        done(Step::Encrypt, line.encrypt(server).await?);
    }
    // Once more, because what was offered before TLS is forgotten (RFC 3207 section 4.2), and because the library does not
    // show what it was told.
    let reply = conversation.ask(Ehlo::new(name), Step::Greet).await?;
    if !reply.is_yes() {
        return Err(Trouble::refused(&reply));
    }
    conversation.offers = Offers::read(&reply);
    if *login != Login::None {
        log_in(login, &mut conversation).await?;
        done(Step::Login, String::new());
    }
    Ok(conversation)
}

/// Connects, if what answers may be spoken with as it was set up.
async fn connect(server: &Server, login: &Login) -> Result<(Line, IpAddr), Trouble> {
    let stream = server.trust.dial(&server.host, server.port).await?;
    let peer = stream.peer_addr().map_err(|_gone| Trouble::Lost(Step::Connect))?;
    may_speak(server.security, login, peer.ip())?;
    Ok((Line::new(stream, peer), peer.ip()))
}

/// Whether this address may be spoken with as it was set up. What counts is the address that the connection goes to, not the
/// name that was typed.
fn may_speak(security: Security, login: &Login, address: IpAddr) -> Result<(), Trouble> {
    let address = address.to_canonical();
    let private = match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    match security {
        Security::Implicit | Security::StartTls => Ok(()),
        Security::None | Security::PlainRelay if address.is_loopback() => Ok(()),
        Security::PlainRelay if private && *login == Login::None => Ok(()),
        Security::PlainRelay if private => Err(Trouble::LoginInPlain),
        Security::None | Security::PlainRelay => Err(Trouble::PlainForbidden),
    }
}

/// The name that this machine gives itself.
fn own_name(server: &Server) -> ClientId {
    let plain = |c: &char| c.is_ascii_alphanumeric() || ".-[]:".contains(*c);
    let name: String = server.hello.chars().filter(plain).take(255).collect();
    ClientId::Domain(if name.is_empty() { "localhost".to_owned() } else { name })
}

/// Logs in by the best way that both sides know.
///
/// By single commands: `auth` of the library goes by what was offered before TLS, leaves the challenge unanswered by which a
/// server tells that a token is refused, and gives up at a question of LOGIN that it does not know.
async fn log_in(login: &Login, conversation: &mut Conversation) -> Result<(), Trouble> {
    // Without TLS only on the way to this machine: `may_speak` saw to that.
    let (user, secret, ways) = match login {
        Login::None => return Ok(()),
        Login::Token { user, token } => (user, token, &[Mechanism::Xoauth2][..]),
        Login::Password { user, password } => (user, password, DEFAULT_MECHANISMS),
    };
    let offered = &conversation.offers.logins;
    let Some(way) = ways.iter().copied().find(|way| offered.contains(&way.to_string())) else {
        return Err(Trouble::NoLoginOffered(clean_line(&offered.join(", "), TOLD_CHARACTERS_MAX)));
    };
    let credentials = Credentials::new(user.clone(), secret.reveal().to_owned());
    let auth = |question: Option<&str>| {
        Auth::new(way, credentials.clone(), question.map(str::to_owned)).map_err(|_never| Trouble::NotSmtp)
    };
    let mut reply = conversation.ask(auth(None)?, Step::Login).await?;
    for question in ["Username", "Password"] {
        reply = match way {
            _ if reply.code != 334 => break,
            Mechanism::Login => conversation.ask(auth(Some(question))?, Step::Login).await?,
            // The reason for a refusal is in the challenge; an empty answer to it ends the attempt.
            Mechanism::Plain | Mechanism::Xoauth2 => conversation.ask("\r\n", Step::Login).await?,
        };
    }
    if reply.is_yes() { Ok(()) } else { Err(Trouble::LoginRefused(reply.code, reply.text())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[test]
    fn who_may_be_spoken_with_in_plain() {
        let password = Login::Password { user: "u".to_owned(), password: Secret::new("p") };
        let may = |security, login: &Login, address: &str| may_speak(security, login, address.parse().unwrap());
        for loopback in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(may(Security::None, &password, loopback), Ok(()));
            assert_eq!(may(Security::PlainRelay, &password, loopback), Ok(()));
        }
        for private in ["10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.1.1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"]
        {
            assert_eq!(may(Security::None, &Login::None, private), Err(Trouble::PlainForbidden));
            assert_eq!(may(Security::PlainRelay, &Login::None, private), Ok(()));
            assert_eq!(may(Security::PlainRelay, &password, private), Err(Trouble::LoginInPlain));
        }
        for public in ["9.9.9.9", "2620:fe::fe", "0.0.0.0", "100.64.0.1"] {
            assert_eq!(may(Security::PlainRelay, &Login::None, public), Err(Trouble::PlainForbidden));
            assert_eq!(may(Security::StartTls, &password, public), Ok(()));
        }
    }
}
