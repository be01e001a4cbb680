//! TLS to a real server: what is refused, and what is said then.

use deskbell::config::Secret;
use deskbell::mail::imap::{Error, Login, Patience, Server, Session, connect};
use deskbell::mail::reach::Reach;
use deskbell::mail::tls::{self, Pin, Security, Trust};

use super::dovecot::{Dovecot, Setup, login, loopback};

/// Why there is no TLS.
async fn refused(trust: &Trust, server: &Server) -> tls::Error {
    match connect(trust, server, Patience::default()).await {
        Err(Error::Tls(error) | Error::Unreachable(error)) => error,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it connected"),
    }
}

/// Trusts what the system trusts: not our authority.
fn system() -> Trust {
    // The file may hold any authority; this one signs nothing here.
    Trust::new(None, loopback()).unwrap()
}

#[tokio::test]
async fn tls_and_start_tls_lead_in() {
    let dovecot = Dovecot::start().await;
    for server in [dovecot.tls(), dovecot.start_tls()] {
        let mut session =
            Session::connect(&dovecot.trust(), &server, &login("support"), Patience::default()).await.unwrap();
        session.select("INBOX").await.unwrap();
        assert!(session.shown().not_after.is_some());
        session.logout().await;
    }
}

#[tokio::test]
async fn only_the_pinned_certificate_counts() {
    let dovecot = Dovecot::start().await;
    for server in [dovecot.tls(), dovecot.start_tls()] {
        let error = refused(&system(), &server).await;
        assert!(matches!(error, tls::Error::Untrusted { .. }), "{error:?}");
        assert!(error.to_string().contains("Pin it"), "{error}");
        let pin = error.shown().unwrap().pin;
        // With it, neither the authority nor the name matters.
        let pinned = Server { pin: Some(pin), host: "127.0.0.1".to_owned(), ..server.clone() };
        assert_eq!(connect(&system(), &pinned, Patience::default()).await.unwrap().shown().pin, pin);
        // Another one is refused, however good the certificate is.
        let other = Server { pin: Pin::parse(&"00".repeat(32)), ..server };
        let error = refused(&dovecot.trust(), &other).await;
        assert!(matches!(error, tls::Error::OtherThanPinned { .. }), "{error:?}");
        assert!(error.to_string().contains(&pin.to_string()), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_for_somebody_else_is_refused() {
    let dovecot = Dovecot::start().await;
    for server in [dovecot.tls(), dovecot.start_tls()] {
        let error = refused(&dovecot.trust(), &Server { host: "127.0.0.1".to_owned(), ..server }).await;
        assert_eq!(
            error.to_string(),
            "The certificate is for localhost, not for 127.0.0.1. Correct the name of the server, or pin the certificate."
        );
    }
}

#[tokio::test]
async fn nothing_is_said_without_tls() {
    let dovecot = Dovecot::with(Setup { more: "ssl = no\n".to_owned(), ..Setup::default() }).await;
    let error = refused(&dovecot.trust(), &dovecot.start_tls()).await;
    assert_eq!(error, tls::Error::NoStartTls { host: "localhost".to_owned() });
    let plain = Server { security: Security::Tls, ..dovecot.start_tls() };
    assert_eq!(refused(&dovecot.trust(), &plain).await, tls::Error::NotTls { host: "localhost".to_owned() });
}

#[tokio::test]
async fn a_wrong_password_is_told_apart() {
    let dovecot = Dovecot::start().await;
    let attempt = async |user: &str, password: &str| {
        let login = Login::Password { user: user.to_owned(), password: Secret::new(password) };
        Session::connect(&dovecot.trust(), &dovecot.tls(), &login, Patience::default()).await.unwrap_err()
    };
    for (user, password) in
        [("support@desk.test", "wrong"), ("nobody@desk.test", "secret"), ("support@desk.test", "a\r\nb")]
    {
        let error = attempt(user, password).await;
        assert!(matches!(error, Error::Auth(_)), "{error:?}");
        assert!(!error.to_string().contains("wrong"), "{error}");
    }
}

#[tokio::test]
async fn nobody_is_made_to_connect_to_what_is_inside() {
    let dovecot = Dovecot::start().await;
    let outside = Trust::new(Some(&dovecot.authority()), Reach::public()).unwrap();
    for host in ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost."] {
        let error = refused(&outside, &Server { host: host.to_owned(), ..dovecot.tls() }).await;
        assert!(matches!(error, tls::Error::OutOfReach { .. }), "{host}: {error:?}");
    }
    let error = refused(&dovecot.trust(), &Server { host: "169.254.169.254".to_owned(), ..dovecot.tls() }).await;
    assert!(matches!(error, tls::Error::OutOfReach { .. }), "{error:?}");
    let nowhere = Server { host: "does-not-exist.invalid".to_owned(), ..dovecot.tls() };
    assert!(matches!(refused(&outside, &nowhere).await, tls::Error::NoSuchHost { .. }));
}
