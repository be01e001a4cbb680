//! The registration of the desk with Microsoft or Google, as the admin made it there.

use serde::{Deserialize, Serialize};

use super::mailbox::{Auth, MailboxCard};
use crate::base::{Error, Message, Problem, Result, Timestamp};
use crate::config::Secret;
use crate::mail::oauth::google::Google;
use crate::mail::oauth::microsoft::Microsoft;
use crate::mail::oauth::{self, Client};

const DAY_MS: i64 = 86_400_000;

/// How long a refresh token of Microsoft's lives without being used, and one of Google's.
const MICROSOFT_UNUSED_MS: i64 = 90 * DAY_MS;
const GOOGLE_UNUSED_MS: i64 = 180 * DAY_MS;

/// How long one of Google's lives in all while the app there is in testing.
const GOOGLE_TESTING_MS: i64 = 7 * DAY_MS;

/// How long before any sign-in ends somebody is told, at most.
pub(super) const AHEAD_MS_MAX: i64 = 7 * DAY_MS;

/// What a sign-in elsewhere needs of the settings; kept as [`MailboxCard::oauth`]. The secret is sealed apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Registration {
    /// The number of our registration there.
    pub client_id: String,
    /// With Microsoft: the tenant, by its number or domain.
    pub tenant: String,
    /// Where a sign-in begins, if not at the provider's public address.
    pub begin_url: String,
    /// Where tokens are given, if not at the provider's public address.
    pub token_url: String,
    /// With Google: the app is in testing, so that a sign-in lasts seven days.
    pub is_testing: bool,
}

impl Registration {
    /// What a card says.
    pub fn of(card: &MailboxCard) -> Self {
        serde_json::from_str(&card.oauth).unwrap_or_default()
    }

    /// The same as it is kept in a card.
    pub fn written(&self) -> String {
        let trimmed = Self {
            client_id: self.client_id.trim().into(),
            tenant: self.tenant.trim().to_lowercase(),
            begin_url: self.begin_url.trim().into(),
            token_url: self.token_url.trim().into(),
            is_testing: self.is_testing,
        };
        serde_json::to_string(&trimmed).unwrap_or_default()
    }

    /// What is wrong with the registration of a card.
    pub(super) fn problems(card: &MailboxCard, problems: &mut Vec<Problem>) {
        if card.auth == Auth::Password {
            return;
        }
        let own = Self::of(card);
        if own.client_id.is_empty() {
            problems.push(Problem::new("client_id", "error-required"));
        }
        if card.auth == Auth::Microsoft && Microsoft::of_tenant(&own.tenant, &own.client_id).is_err() {
            problems.push(Problem::new("tenant", "error-tenant"));
        }
        for (field, text) in [("begin_url", &own.begin_url), ("token_url", &own.token_url)] {
            let is_web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
            if !text.is_empty() && !is_web {
                problems.push(Problem::new(field, "error-web-address"));
            }
        }
    }

    /// Microsoft, as this registration has it.
    pub(super) fn microsoft(&self) -> Result<Microsoft> {
        let mut microsoft = Microsoft::of_tenant(&self.tenant, &self.client_id).map_err(|why| refused(&why))?;
        replace(&mut microsoft.device_url, &self.begin_url);
        replace(&mut microsoft.client.token_url, &self.token_url);
        Ok(microsoft)
    }

    /// Google, as this registration has it.
    pub(super) fn google(&self, secret: Secret, redirect_url: &str) -> Google {
        let mut google = Google::new(&self.client_id, secret, redirect_url);
        replace(&mut google.authorize_url, &self.begin_url);
        replace(&mut google.client.token_url, &self.token_url);
        google
    }

    /// Who we are when tokens are renewed.
    pub(super) fn client(&self, auth: Auth, secret: Option<Secret>) -> Result<Client> {
        match auth {
            Auth::Google => Ok(self.google(secret.unwrap_or_else(|| Secret::new("")), "").client),
            _ => Ok(self.microsoft()?.client),
        }
    }

    /// How long before a sign-in ends somebody is told: a week, or the last third of its life when that is less.
    pub(super) fn ahead_ms(&self, auth: Auth) -> i64 {
        let life_ms = match auth {
            Auth::Google if self.is_testing => GOOGLE_TESTING_MS,
            Auth::Google => GOOGLE_UNUSED_MS,
            Auth::Microsoft | Auth::Password => MICROSOFT_UNUSED_MS,
        };
        (life_ms / 3).min(AHEAD_MS_MAX)
    }

    /// When somebody has to sign in again if the tokens are used for the last time now, as far as settings tell; `known` is what
    /// was known at the last time, and nothing when somebody has just signed in.
    pub(super) fn ends_at(&self, auth: Auth, now: Timestamp, known: Option<Timestamp>) -> Option<Timestamp> {
        match auth {
            Auth::Password => None,
            Auth::Microsoft => Some(now.plus_ms(MICROSOFT_UNUSED_MS)),
            // It ends then, however often it is used.
            Auth::Google if self.is_testing => Some(known.unwrap_or_else(|| now.plus_ms(GOOGLE_TESTING_MS))),
            Auth::Google => Some(now.plus_ms(GOOGLE_UNUSED_MS)),
        }
    }
}

fn replace(url: &mut String, other: &str) {
    if !other.is_empty() {
        other.clone_into(url);
    }
}

/// Why there are no tokens, for whoever asked for them.
pub(super) fn refused(why: &oauth::Error) -> Error {
    Error::Conflict(Message::new("error-mail-tokens").with("text", why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_and_ends_are_known() {
        let mut card = MailboxCard { auth: Auth::Microsoft, ..MailboxCard::default() };
        let fields = |card: &MailboxCard| {
            let mut problems = Vec::new();
            Registration::problems(card, &mut problems);
            problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!(fields(&card), ["client_id", "tenant"]);
        let own = Registration { client_id: " id ".into(), tenant: "Contoso.com".into(), ..Registration::default() };
        card.oauth = own.written();
        assert_eq!(fields(&card), [""; 0]);
        assert!(Registration::of(&card).microsoft().unwrap().client.token_url.contains("/contoso.com/"));
        card.oauth = Registration { token_url: "ftp://x".into(), ..Registration::of(&card) }.written();
        assert_eq!(fields(&card), ["token_url"]);
        let testing = Registration { is_testing: true, ..own.clone() };
        let (day, week) = (Timestamp(DAY_MS), Timestamp(GOOGLE_TESTING_MS));
        assert_eq!(testing.ends_at(Auth::Google, Timestamp(0), None), Some(week));
        assert_eq!(testing.ends_at(Auth::Google, day, Some(week)), Some(week), "using it does not make it longer");
        assert_eq!(own.ends_at(Auth::Microsoft, day, Some(week)), Some(Timestamp(91 * DAY_MS)));
        assert_eq!((own.ahead_ms(Auth::Microsoft), own.ahead_ms(Auth::Google)), (7 * DAY_MS, 7 * DAY_MS));
        assert_eq!(testing.ahead_ms(Auth::Google), 7 * DAY_MS / 3, "not from its first moment on");
    }
}
