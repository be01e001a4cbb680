//! Tokens: from a sign-in, from a refresh token, and at the door of a real mail server.

use std::time::Duration;

use deskbell::config::Secret;
use deskbell::mail::imap::{Error, Login, Patience, Session};
use deskbell::mail::oauth::google::{self, Google};
use deskbell::mail::oauth::microsoft::{self, Microsoft, Polled};
use deskbell::mail::oauth::{self, Client};
use deskbell::mail::reach::Reach;
use deskbell::mail::tls::{Security, Trust};

use super::dovecot::{Dovecot, Setup, loopback};
use super::tokens::TokenServer;

fn client(server: &TokenServer, path: &str) -> Client {
    Client { id: "app".to_owned(), secret: None, token_url: server.url(path), scope: "imap".to_owned() }
}

fn trust() -> Trust {
    Trust::new(None, loopback()).unwrap()
}

#[tokio::test]
async fn a_device_signs_in_after_a_while() {
    let server = TokenServer::start().await;
    let microsoft = Microsoft { client: client(&server, "/token"), device_url: server.url("/devicecode") };
    let pending = microsoft::begin(&trust(), &microsoft).await.unwrap();
    assert_eq!((&*pending.user_code, &*pending.page), ("ABCD-EFGH", "https://login.example/device"));
    assert_eq!((pending.interval, pending.life_ms), (Duration::from_secs(1), 900_000));
    assert!(!format!("{pending:?}").contains(pending.device_code.reveal()));
    let poll = async || microsoft::poll(&trust(), &microsoft, &pending).await.unwrap();
    assert_eq!(poll().await, Polled::Waiting);
    assert_eq!(poll().await, Polled::SlowDown(Duration::from_secs(5)));
    let Polled::Granted(tokens) = poll().await else { panic!() };
    assert_eq!((tokens.life_ms, tokens.refresh.is_some()), (3_600_000, true));
    assert_eq!(poll().await, Polled::Expired);
}

#[tokio::test]
async fn a_browser_comes_back_with_a_code() {
    let server = TokenServer::start().await;
    let google = Google {
        client: Client { secret: Some(Secret::new("s")), ..client(&server, "/token") },
        authorize_url: "https://accounts.example/auth".to_owned(),
        redirect_url: "https://desk.example/mail/google".to_owned(),
    };
    let pending = google::begin(&google, "support@desk.test").unwrap();
    let url = url::Url::parse(&pending.url).unwrap();
    let challenge = url.query_pairs().find(|(name, _)| name == "code_challenge").unwrap().1.into_owned();
    let code = Secret::new(server.sign_in(&challenge));
    // Somebody else's sign-in doesn't fit the code, and a code is used up by that.
    let other = google::begin(&google, "").unwrap();
    let refused = google::exchange(&trust(), &google, &other, &code).await.unwrap_err();
    assert!(matches!(refused, oauth::Error::SignInAgain(_)), "{refused:?}");
    server.sign_in(&challenge);
    assert!(google::exchange(&trust(), &google, &pending, &code).await.unwrap().refresh.is_some());
    assert!(google::exchange(&trust(), &google, &pending, &code).await.is_err());
}

#[tokio::test]
async fn a_refresh_token_is_good_once() {
    let server = TokenServer::start().await;
    let client = client(&server, "/token");
    let microsoft = Microsoft { client: client.clone(), device_url: server.url("/devicecode") };
    let pending = microsoft::begin(&trust(), &microsoft).await.unwrap();
    let first = loop {
        if let Polled::Granted(tokens) = microsoft::poll(&trust(), &microsoft, &pending).await.unwrap() {
            break tokens.refresh.unwrap();
        }
    };
    let second = oauth::refresh(&trust(), &client, &first).await.unwrap().refresh.unwrap();
    assert_ne!(first, second);
    let error = oauth::refresh(&trust(), &client, &first).await.unwrap_err();
    assert_eq!(error, oauth::Error::SignInAgain("AADSTS1: invalid_grant Trace".to_owned()));
    assert!(!error.to_string().contains(first.reveal()));
    oauth::refresh(&trust(), &client, &second).await.unwrap();
}

#[tokio::test]
async fn what_a_token_server_may_not_do() {
    let server = TokenServer::start().await;
    let token = Secret::new("rt-secret");
    let ask = async |trust: &Trust, client: &Client| oauth::refresh(trust, client, &token).await.unwrap_err();
    let busy = ask(&trust(), &client(&server, "/busy")).await;
    assert_eq!(busy, oauth::Error::Busy("it answers 503".to_owned()));
    for path in ["/huge", "/odd", "/elsewhere", "/nothing"] {
        let error = ask(&trust(), &client(&server, path)).await;
        assert!(matches!(error, oauth::Error::Refused(_)), "{path}: {error:?}");
        assert!(!error.to_string().contains("at-1"), "{error}");
    }
    assert!(!server.was_asked("/token"), "redirects are not followed");
    // Neither inside, nor in plain text to others, nor to what isn't a server.
    let outside = Trust::new(None, Reach::public()).unwrap();
    assert!(matches!(ask(&outside, &client(&server, "/token")).await, oauth::Error::Connection(_)));
    for url in ["file:///etc/passwd", "gopher://127.0.0.1/", "http://user@127.0.0.1/", "not a url", "https://"] {
        let error = ask(&trust(), &Client { token_url: url.to_owned(), ..client(&server, "/") }).await;
        assert!(matches!(error, oauth::Error::Address(_)), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn a_mail_server_takes_a_good_token_only() {
    let tokens = TokenServer::start().await;
    let introspection = Some(tokens.url("/introspect"));
    let dovecot = Dovecot::with(Setup { introspection, ..Setup::default() }).await;
    let attempt = async |token: &str, user: &str, security: Security| {
        let server = if security == Security::Tls { dovecot.tls() } else { dovecot.start_tls() };
        let login = Login::XOAuth2 { user: format!("{user}@desk.test"), token: Secret::new(token) };
        Session::connect(&dovecot.trust(), &server, &login, Patience::default()).await
    };
    let good = tokens.mint("support@desk.test");
    for security in [Security::Tls, Security::StartTls] {
        let mut session = attempt(&good, "support", security).await.unwrap();
        session.select("INBOX").await.unwrap();
        session.logout().await;
    }
    let other = tokens.mint("sales@desk.test");
    for (token, user) in [("at-unknown", "support"), (&*other, "support")] {
        let error = attempt(token, user, Security::Tls).await.unwrap_err();
        assert!(matches!(error, Error::Auth(_)), "{error:?}");
    }
    tokens.expire(&good);
    assert!(matches!(attempt(&good, "support", Security::Tls).await, Err(Error::Auth(_))));
    // A server without it says so.
    let plain = Dovecot::start().await;
    let login = Login::XOAuth2 { user: "support@desk.test".to_owned(), token: Secret::new(good) };
    let error = Session::connect(&plain.trust(), &plain.tls(), &login, Patience::default()).await.unwrap_err();
    assert!(matches!(error, Error::Refused(_)), "{error:?}");
}
