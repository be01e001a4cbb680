//! What a token server grants.

use serde::Deserialize;

use super::{Error, Result};
use crate::base::Timestamp;
use crate::config::Secret;

/// Characters of a token that are taken.
const TOKEN_BYTES_MAX: usize = 32 << 10;

/// How long an access token lives if the server doesn't say (RFC 6749 5.1 leaves it open), in seconds.
const LIFE_S_UNSAID: i64 = 3_600;

/// Longest life that is believed, in seconds.
const LIFE_S_MAX: i64 = 7 * 24 * 3_600;

/// An access token and what gets the next one. Prints without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// What logs in.
    pub access: Secret,
    /// What gets the next tokens; the old one if the server kept it; nothing if it gives none at all.
    pub refresh: Option<Secret>,
    /// How long the access token lives from now on, in milliseconds.
    pub life_ms: i64,
}

impl Tokens {
    /// When the access token ends, if it was given at `granted_at`.
    pub fn expires_at(&self, granted_at: Timestamp) -> Timestamp {
        granted_at.plus_ms(self.life_ms)
    }
}

/// When to refresh an access token: at 80 % of its life.
pub fn refresh_at(granted_at: Timestamp, expires_at: Timestamp) -> Timestamp {
    granted_at.plus_ms(expires_at.since_ms(granted_at).max(0) / 5 * 4)
}

/// The answer of a token server (RFC 6749 5.1).
#[derive(Deserialize)]
pub(super) struct Granted {
    access_token: String,
    token_type: String,
    expires_in: Option<Seconds>,
    refresh_token: Option<String>,
}

/// A number, or a number in quotes, as some servers say it.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Seconds {
    Number(f64),
    Text(String),
}

impl Seconds {
    /// Whole seconds from `min` to `max`.
    pub(super) fn within(&self, min: i64, max: i64) -> i64 {
        let number = match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.parse().unwrap_or_default(),
        };
        // The clamp keeps it far inside what i64 holds exactly.
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "bounded on both sides")]
        let whole = number.clamp(min as f64, max as f64) as i64;
        whole
    }
}

impl Granted {
    pub(super) fn into_tokens(self, before: Option<&Secret>) -> Result<Tokens> {
        if !self.token_type.eq_ignore_ascii_case("Bearer") {
            return Err(Error::odd("it gives a kind of token that mail servers don't take"));
        }
        let fits = |token: &String| {
            !token.is_empty() && token.len() <= TOKEN_BYTES_MAX && token.bytes().all(|b| b.is_ascii_graphic())
        };
        if !fits(&self.access_token) {
            return Err(Error::odd("it gives no access token"));
        }
        let refresh = self.refresh_token.filter(fits).map(Secret::new).or_else(|| before.cloned());
        let life_s = self.expires_in.map_or(LIFE_S_UNSAID, |seconds| seconds.within(0, LIFE_S_MAX));
        Ok(Tokens { access: Secret::new(self.access_token), refresh, life_ms: life_s * 1_000 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(json: &str) -> Result<Tokens> {
        serde_json::from_str::<Granted>(json).unwrap().into_tokens(Some(&Secret::new("old")))
    }

    #[test]
    fn tokens_are_read_and_do_not_print() {
        let tokens =
            granted(r#"{"token_type":"bearer","access_token":"at","refresh_token":"rt","expires_in":3599}"#).unwrap();
        assert_eq!((tokens.access.reveal(), tokens.refresh.as_ref().unwrap().reveal()), ("at", "rt"));
        assert_eq!(tokens.expires_at(Timestamp(1_000)), Timestamp(3_600_000));
        assert_eq!(format!("{tokens:?}"), "Tokens { access: ***, refresh: Some(***), life_ms: 3599000 }");
        let kept = granted(r#"{"token_type":"Bearer","access_token":"at","expires_in":"60"}"#).unwrap();
        assert_eq!((kept.refresh.unwrap().reveal(), kept.life_ms), ("old", 60_000));
    }

    #[test]
    fn what_makes_no_sense_is_refused_or_bounded() {
        for json in [
            r#"{"token_type":"mac","access_token":"at"}"#,
            r#"{"token_type":"Bearer","access_token":""}"#,
            r#"{"token_type":"Bearer","access_token":"a\r\nb"}"#,
        ] {
            assert!(granted(json).is_err(), "{json}");
        }
        for (said, life_ms) in [("-5", 0), ("1e300", LIFE_S_MAX * 1_000), ("\"x\"", 0), ("null", 3_600_000)] {
            let json = format!(r#"{{"token_type":"Bearer","access_token":"at","expires_in":{said}}}"#);
            assert_eq!(granted(&json).unwrap().life_ms, life_ms, "{said}");
        }
    }

    #[test]
    fn it_is_refreshed_at_four_fifths_of_its_life() {
        assert_eq!(refresh_at(Timestamp(0), Timestamp(3_600_000)), Timestamp(2_880_000));
        assert_eq!(refresh_at(Timestamp(50), Timestamp(0)), Timestamp(50));
        assert_eq!(refresh_at(Timestamp(0), Timestamp(i64::MAX)), Timestamp(i64::MAX / 5 * 4));
    }
}
