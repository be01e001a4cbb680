//! Google: the authorization code with PKCE (RFC 7636). The browser goes to Google, somebody signs in there, and the browser
//! comes back to us with a code and with the state that it was sent off with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::client::ask;
use super::tokens::Granted;
use super::{Client, Error, Result, Tokens};
use crate::config::Secret;
use crate::mail::tls::Trust;

/// What mail needs: IMAP and SMTP come with the one right to all of the mail.
pub const SCOPE: &str = "https://mail.google.com/";

/// Our registration with Google, and its addresses.
#[derive(Debug, Clone)]
pub struct Google {
    /// Who we are, and where tokens are given. Google gives web applications a secret.
    pub client: Client,
    /// Where the browser is sent.
    pub authorize_url: String,
    /// Where the browser comes back to: an address of ours, as registered.
    pub redirect_url: String,
}

impl Google {
    /// With Google's public addresses.
    pub fn new(client_id: &str, secret: Secret, redirect_url: &str) -> Self {
        let client = Client {
            id: client_id.to_owned(),
            secret: Some(secret),
            token_url: "https://oauth2.googleapis.com/token".to_owned(),
            scope: SCOPE.to_owned(),
        };
        let authorize_url = "https://accounts.google.com/o/oauth2/v2/auth".to_owned();
        Self { client, authorize_url, redirect_url: redirect_url.to_owned() }
    }
}

/// A sign-in that has begun: keep it with the session of whoever began it, and use it once.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Where to send the browser.
    pub url: String,
    /// What the browser must bring back; compare it in constant time before [`exchange`].
    pub state: Secret,
    /// What proves that who exchanges the code is who began.
    pub verifier: Secret,
}

/// Begins a sign-in of an address, which Google then offers first.
///
/// # Errors
/// [`Error::Address`]; [`Error::Busy`] if this machine has no random numbers.
pub fn begin(google: &Google, login_hint: &str) -> Result<Pending> {
    let (state, verifier) = (random()?, random()?);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let mut url = url::Url::parse(&google.authorize_url).map_err(|e| Error::Address(e.to_string()))?;
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", &google.client.id),
        ("redirect_uri", &google.redirect_url),
        ("scope", &google.client.scope),
        ("state", &state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        // Without these two there is no refresh token.
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("login_hint", login_hint),
    ]);
    Ok(Pending { url: url.into(), state: Secret::new(state), verifier: Secret::new(verifier) })
}

/// 256 random bits, fit for an address and for a verifier (RFC 7636 4.1).
fn random() -> Result<String> {
    let mut octets = [0; 32];
    getrandom::fill(&mut octets).map_err(|e| Error::Busy(format!("this machine has no random numbers: {e}")))?;
    Ok(URL_SAFE_NO_PAD.encode(octets))
}

/// Exchanges the code that the browser came back with. Store the tokens before using them.
///
/// # Errors
/// [`Error::SignInAgain`] when the code was used, is too old, or isn't of this sign-in.
pub async fn exchange(trust: &Trust, google: &Google, pending: &Pending, code: &Secret) -> Result<Tokens> {
    let client = &google.client;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", &client.id),
        ("code", code.reveal()),
        ("redirect_uri", &google.redirect_url),
        ("code_verifier", pending.verifier.reveal()),
    ];
    if let Some(secret) = &client.secret {
        form.push(("client_secret", secret.reveal()));
    }
    let tokens = ask::<Granted>(trust, &client.token_url, &form).await?.into_tokens(None)?;
    if tokens.refresh.is_none() {
        return Err(Error::odd(
            "it gives no refresh token; remove Deskbell from the account's connected apps, and sign in again",
        ));
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_sent_off_with_a_challenge() {
        let google = Google::new("id", Secret::new("s"), "https://desk.example/mail/google");
        let pending = begin(&google, "a@b.example").unwrap();
        let url = url::Url::parse(&pending.url).unwrap();
        let query: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(query["state"], pending.state.reveal());
        assert_eq!(query["code_challenge"], URL_SAFE_NO_PAD.encode(Sha256::digest(pending.verifier.reveal())));
        assert_eq!((&*query["access_type"], &*query["prompt"], &*query["scope"]), ("offline", "consent", SCOPE));
        assert!(!pending.url.contains(pending.verifier.reveal()), "the verifier stays here");
        assert!(!format!("{google:?}{:?}", pending.verifier).contains(pending.verifier.reveal()));
        assert_ne!(begin(&google, "").unwrap().state, pending.state);
    }
}
