//! Secrets that are handed out: random, kept only as their SHA-256.

use sha2::{Digest, Sha256};

use crate::base::{Error, Result};

/// The alphabet of codes that people read and type: no 0, 1, I, L, O, U.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A secret of 256 bits as 64 hexadecimal digits, for cookies.
pub fn token() -> Result<String> {
    let mut octets = [0_u8; 32];
    getrandom::fill(&mut octets).map_err(|e| Error::internal("random octets", e))?;
    Ok(octets.iter().map(|octet| format!("{octet:02x}")).collect())
}

/// A secret of 98 bits in four groups of five characters, for people.
pub fn code() -> Result<String> {
    let mut text = String::with_capacity(23);
    while text.len() < 23 {
        let mut octet = [0_u8; 1];
        getrandom::fill(&mut octet).map_err(|e| Error::internal("random octets", e))?;
        // 240 is the largest multiple of 30 that fits: every letter is as likely as any other.
        let Some(letter) = (octet[0] < 240).then(|| ALPHABET.get(usize::from(octet[0] % 30))).flatten() else {
            continue;
        };
        if matches!(text.len(), 5 | 11 | 17) {
            text.push('-');
        }
        text.push(char::from(*letter));
    }
    Ok(text)
}

/// A password that nobody has to think up: a code as it is.
pub fn new_password() -> Result<String> {
    code()
}

/// What is kept of a token.
pub fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// What is kept of a code that people type: case, spaces and dashes don't matter.
pub fn code_digest(code: &str) -> Vec<u8> {
    digest(&code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_can_be_read_out_and_typed_back() {
        let made = code().unwrap();
        assert_eq!(made.len(), 23);
        assert_eq!(code_digest(&made), code_digest(&format!(" {} ", made.to_lowercase().replace('-', " "))));
        assert_ne!(made, code().unwrap());
        assert_eq!(token().unwrap().len(), 64);
    }
}
