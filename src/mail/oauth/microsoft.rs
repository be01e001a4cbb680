//! Microsoft 365: the device flow (RFC 8628). Somebody opens a page of Microsoft's anywhere, types a short code, and signs in;
//! meanwhile we ask whether it has happened. It needs no address that Microsoft could send a browser to.

use std::time::Duration;

use serde::Deserialize;

use super::client::{ask, ask_or_refusal};
use super::tokens::{Granted, Seconds};
use super::{Client, Error, Result, Tokens};
use crate::config::Secret;
use crate::mail::tls::Trust;
use crate::mail::words::cleaned;

/// What mail needs: IMAP, SMTP, and a refresh token.
pub const SCOPE: &str =
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access";

/// Seconds between two questions if the server doesn't say (RFC 8628 3.2), and what "slow down" adds (3.5).
const INTERVAL_S: i64 = 5;

/// Longest wait between two questions, in seconds.
const INTERVAL_S_MAX: i64 = 60;

/// Our registration with Microsoft, and the tenant's addresses. It must be the tenant's own: tokens of `common` are refused when
/// they are refreshed for accounts of some tenants.
#[derive(Debug, Clone)]
pub struct Microsoft {
    /// Who we are, and where tokens are given.
    pub client: Client,
    /// Where a sign-in begins.
    pub device_url: String,
}

impl Microsoft {
    /// The public addresses of a tenant, by its number or its domain.
    ///
    /// # Errors
    /// [`Error::Address`] if it can't be the name of a tenant.
    pub fn of_tenant(tenant: &str, client_id: &str) -> Result<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if tenant.is_empty() || !tenant.chars().all(plain) || tenant.chars().all(|c| c == '.') {
            return Err(Error::Address("a tenant is a number with dashes, or a domain".to_owned()));
        }
        let base = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0");
        let client = Client {
            id: client_id.to_owned(),
            secret: None,
            token_url: format!("{base}/token"),
            scope: SCOPE.to_owned(),
        };
        Ok(Self { client, device_url: format!("{base}/devicecode") })
    }
}

/// A sign-in that has begun.
#[derive(Debug, Clone)]
pub struct Pending {
    /// What to type, for the person who signs in.
    pub user_code: String,
    /// The page to type it into.
    pub page: String,
    /// What we ask with. Whoever has it gets the tokens.
    pub device_code: Secret,
    /// How long to wait before each question.
    pub interval: Duration,
    /// How long the code is good from now on, in milliseconds.
    pub life_ms: i64,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Polled {
    /// Not yet: ask again after the interval.
    Waiting,
    /// Not yet, and we ask too often: add this to the interval for good.
    SlowDown(Duration),
    /// The person said no.
    Declined,
    /// Nobody signed in in time: begin again.
    Expired,
    /// Here they are. Store them before using them.
    Granted(Tokens),
}

#[derive(Deserialize)]
struct Begun {
    device_code: String,
    user_code: String,
    // Google's old name of it is `verification_url`.
    #[serde(alias = "verification_url")]
    verification_uri: String,
    expires_in: Seconds,
    interval: Option<Seconds>,
}

/// Begins a sign-in.
///
/// # Errors
/// Those of the token server, and [`Error::Refused`] if it sends people to a page that isn't a web page.
pub async fn begin(trust: &Trust, microsoft: &Microsoft) -> Result<Pending> {
    let client = &microsoft.client;
    let form = [("client_id", &*client.id), ("scope", &client.scope)];
    let begun: Begun = ask(trust, &microsoft.device_url, &form).await?;
    let is_page = url::Url::parse(&begun.verification_uri).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    if !is_page {
        return Err(Error::odd("it names no page to sign in on"));
    }
    let interval_s = begun.interval.map_or(INTERVAL_S, |seconds| seconds.within(1, INTERVAL_S_MAX));
    Ok(Pending {
        user_code: cleaned(&begun.user_code),
        page: begun.verification_uri,
        device_code: Secret::new(begun.device_code),
        interval: Duration::from_secs(interval_s.unsigned_abs()),
        life_ms: begun.expires_in.within(0, 3_600) * 1_000,
    })
}

/// Asks once whether somebody has signed in.
///
/// # Errors
/// Those of the token server that don't belong to waiting.
pub async fn poll(trust: &Trust, microsoft: &Microsoft, pending: &Pending) -> Result<Polled> {
    let client = &microsoft.client;
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", &*client.id),
        ("device_code", pending.device_code.reveal()),
    ];
    let answered = ask_or_refusal::<Granted>(trust, &client.token_url, &form).await?;
    let refusal = match answered {
        Ok(granted) => return granted.into_tokens(None).map(Polled::Granted),
        Err(refusal) => refusal,
    };
    match refusal.error.as_str() {
        "authorization_pending" => Ok(Polled::Waiting),
        "slow_down" => Ok(Polled::SlowDown(Duration::from_secs(INTERVAL_S.unsigned_abs()))),
        "access_denied" | "authorization_declined" => Ok(Polled::Declined),
        "expired_token" | "code_expired" => Ok(Polled::Expired),
        other => Err(Error::of_code(other, &refusal.error_description)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_makes_the_addresses() {
        let microsoft = Microsoft::of_tenant("contoso.onmicrosoft.com", "id").unwrap();
        assert_eq!(
            microsoft.client.token_url,
            "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token"
        );
        for tenant in ["", "..", "a/b", "a?b", "a b", "é"] {
            assert!(Microsoft::of_tenant(tenant, "id").is_err(), "{tenant}");
        }
    }
}
