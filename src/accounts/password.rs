//! Passwords: argon2id (RFC 9106) with 19 MiB and two passes, as OWASP advises for servers.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::base::{Error, Message, Result};

/// Characters that a password must have.
pub const PASSWORD_CHARACTERS_MIN: usize = 12;

/// Octets that a password may have; hashing more would only serve to keep us busy.
pub const PASSWORD_BYTES_MAX: usize = 1_024;

/// A hash of a password that nobody has, checked for unknown logins so that they take as long as known ones.
pub(super) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$1Zp2dPbHFxJ2W0h9tGmQvX1pT8gB0Wm9cD3aVnQ4uYk";

/// Passwords that everybody tries first. Shorter ones than the minimum need no entry.
const COMMON: &[&str] = &[
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789012345",
    "1234567890123456",
    "qwertyuiopas",
    "qwertyuiop123",
    "qwertyuiop[]",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "adminadminadmin",
    "administrator",
    "administrator1",
    "letmeinletmein",
    "welcome12345",
    "iloveyou1234",
    "aaaaaaaaaaaa",
    "000000000000",
    "111111111111",
    "abcdefghijkl",
    "abc123abc123",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "qazwsxedcrfv",
    "changemechangeme",
    "changeme1234",
    "deskbelldeskbell",
    "passwort1234",
    "passwortpasswort",
    "hallo1234567",
    "qwertzuiopas",
    "qwertzuiop123",
];

fn argon() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(|e| Error::internal("argon2's parameters", e))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a password may be chosen.
///
/// # Errors
/// [`Error::Invalid`] on the field `password` with what to do about it.
pub fn check(password: &str, login: &str) -> Result<()> {
    let wrong = |message: Message| Err(Error::invalid("password", message));
    if password.chars().count() < PASSWORD_CHARACTERS_MIN {
        return wrong(Message::new("error-password-short").with("min", PASSWORD_CHARACTERS_MIN));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return wrong(Message::new("error-password-long").with("max", PASSWORD_BYTES_MAX));
    }
    let lower = password.to_lowercase();
    let own = login.len() >= 4 && lower.contains(&login.to_lowercase());
    if own || COMMON.contains(&lower.as_str()) {
        return wrong(Message::new("error-password-common"));
    }
    Ok(())
}

/// The hash to keep. Takes some 20 ms and 19 MiB: call it on a thread that may block.
pub fn hash(password: &str) -> Result<String> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|e| Error::internal("random octets", e))?;
    let hash = argon()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|e| Error::internal("hashing a password", e))?;
    Ok(hash.to_string())
}

/// Whether a password has this hash. As slow as [`hash`].
pub fn matches(password: &str, hash: &str) -> bool {
    password.len() <= PASSWORD_BYTES_MAX
        && argon().is_ok_and(|argon| argon.verify_password(password.as_bytes(), hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let kept = hash("correct horse battery").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches("correct horse battery", &kept));
        assert!(!matches("correct horse batterz", &kept));
        assert!(!matches("", &kept) && !matches("x", "not a hash") && !matches("x", ""));
        assert!(!matches(&"x".repeat(PASSWORD_BYTES_MAX + 1), &kept));
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        assert!(!matches("anything at all", NOBODY));
        assert!(
            argon2::PasswordVerifier::verify_password(&Argon2::default(), b"x", NOBODY)
                .is_err_and(|e| e == argon2::password_hash::Error::PasswordInvalid),
            "it is a hash that can be checked"
        );
    }

    #[test]
    fn weak_ones_are_refused_with_a_reason() {
        let key = |p: &str| match check(p, "erika") {
            Err(Error::Invalid(problems)) => problems[0].message.key,
            _ => "",
        };
        assert_eq!(key("short"), "error-password-short");
        assert_eq!(key(&"x".repeat(2_000)), "error-password-long");
        assert_eq!(key("Passwort1234"), "error-password-common");
        assert_eq!(key("ich-bin-erika-hier"), "error-password-common");
        assert_eq!(key("blaue pumpe tropft"), "");
    }
}
