//! Logging in to mail servers without a password: the token servers of Microsoft and Google (RFC 6749).
//!
//! Two ways lead to tokens. [`microsoft`]: the device flow (RFC 8628), in which somebody types a code into a page of Microsoft's
//! while we ask again and again. [`google`]: the authorization code with PKCE (RFC 7636), in which the browser comes back with
//! a code, as Google doesn't allow mail in its device flow. Both end in [`Tokens`], and both go on with [`refresh`].
//!
//! A refresh token may be replaced with every use, and the old one is dead then. So whoever refreshes stores what comes back
//! *before* using it, and only one refreshes at a time; both are the caller's part. [`Error::SignInAgain`] is final: asking again
//! doesn't help, somebody has to sign in.
//!
//! Requests go over [`Trust`]: checked certificates, checked addresses, no redirects, an answer of
//! [`ANSWER_BYTES_MAX`](client::ANSWER_BYTES_MAX) at most within 15 seconds. Plain `http` is spoken only to this machine itself.

mod client;
mod error;
pub mod google;
pub mod microsoft;
mod sasl;
mod tokens;

pub use error::{Error, Result};
pub use sasl::xoauth2;
pub use tokens::{Tokens, refresh_at};

use crate::config::Secret;
use crate::mail::tls::Trust;
use tokens::Granted;

/// Who we are to a token server, and where it is.
#[derive(Debug, Clone)]
pub struct Client {
    /// The number of our registration there.
    pub id: String,
    /// The secret of our registration; public clients have none.
    pub secret: Option<Secret>,
    /// Where tokens are given.
    pub token_url: String,
    /// What we ask for, with blanks between.
    pub scope: String,
}

/// Gets new tokens for a refresh token. Store them before using them: the old refresh token may be dead now.
///
/// # Errors
/// [`Error::SignInAgain`] when the refresh token is worth nothing any more; others are worth another try later.
pub async fn refresh(trust: &Trust, client: &Client, refresh_token: &Secret) -> Result<Tokens> {
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("client_id", &client.id),
        ("refresh_token", refresh_token.reveal()),
        ("scope", &client.scope),
    ];
    if let Some(secret) = &client.secret {
        form.push(("client_secret", secret.reveal()));
    }
    let granted: Granted = client::ask(trust, &client.token_url, &form).await?;
    granted.into_tokens(Some(refresh_token))
}
