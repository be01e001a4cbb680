//! DKIM (RFC 6376): a signature over a letter, for desks whose relay does not sign.
//!
//! It signs the octets that are stored, so that each try sends the same signature. Head and body are canonicalised "relaxed",
//! which survives what relays do to white space. The fields that may not be added later (From, Subject, Reply-To ..) are
//! named once more than they occur. RSA of 2048 bits and more with SHA-256, or Ed25519 (RFC 8463), by ring.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use crate::base::{EmailAddress, Timestamp};
use crate::mail::address;

/// Octets that a key file may have.
const KEY_BYTES_MAX: usize = 64 << 10;
/// What is signed, where a letter has it.
const SIGNED: [&str; 15] = [
    "From",
    "Reply-To",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Auto-Submitted",
    "Precedence",
    "X-Deskbell-Loop",
];
/// What is named once more than it occurs, so that nobody adds one (RFC 6376 section 8.15).
const SEALED: [&str; 7] = ["From", "Reply-To", "To", "Cc", "Subject", "Date", "Content-Type"];

/// A key for a domain, checked.
pub struct Signer {
    key: Key,
    domain: String,
    selector: String,
}

enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// Why a key can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not a private key in PEM (PKCS#8 or PKCS#1).
    NotAKey,
    /// A key, but not RSA of 2048 to 4096 bits or Ed25519; the text is ring's.
    Unfit(String),
    /// The selector is not a label of a host name.
    Selector,
    /// The domain is not one.
    Domain,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotAKey => f.write_str("this is not a private key in PEM; make one with `openssl genpkey`"),
            Self::Unfit(why) => write!(f, "the key must be RSA of 2048 to 4096 bits or Ed25519 ({why})"),
            Self::Selector => {
                f.write_str("the selector is what stands before ._domainkey in DNS: letters, digits, hyphens, dots")
            }
            Self::Domain => f.write_str("the domain is not one"),
        }
    }
}

impl std::error::Error for Fault {}

/// A new Ed25519 key, as PEM.
///
/// # Errors
/// [`Fault::Unfit`] when there is no randomness.
pub fn new_key() -> Result<String, Fault> {
    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|why| Fault::Unfit(why.to_string()))?;
    Ok(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(made.as_ref())))
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({}._domainkey.{})", self.selector, self.domain)
    }
}

impl Signer {
    /// Checks a key, its selector and its domain, at the time when they are saved.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(pem: &str, selector: &str, domain: &str) -> Result<Self, Fault> {
        let domain = address::check(&format!("x@{domain}")).map_err(|_fault| Fault::Domain)?;
        let label = |label: &str| {
            let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            !label.is_empty() && label.len() <= 63 && plain
        };
        if !selector.split('.').all(label) || selector.len() > 200 {
            return Err(Fault::Selector);
        }
        if pem.len() > KEY_BYTES_MAX {
            return Err(Fault::NotAKey);
        }
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_fault| Fault::NotAKey)?;
        let unfit = |why: ring::error::KeyRejected| Fault::Unfit(why.to_string());
        let key = match &der {
            PrivateKeyDer::Pkcs1(der) => Key::Rsa(RsaKeyPair::from_der(der.secret_pkcs1_der()).map_err(unfit)?),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                    Ok(key) => Key::Ed25519(key),
                    Err(_) => Key::Rsa(RsaKeyPair::from_pkcs8(der).map_err(unfit)?),
                }
            }
            _ => return Err(Fault::Unfit("it is neither".to_owned())),
        };
        Ok(Self { key, domain: address::domain(&domain).to_owned(), selector: selector.to_owned() })
    }

    /// What the record at `<selector>._domainkey.<domain>` in DNS must say.
    pub fn dns_record(&self) -> String {
        match &self.key {
            Key::Ed25519(key) => format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(key.public_key())),
            Key::Rsa(key) => format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(rsa_public(key.public_key().as_ref()))),
        }
    }

    /// Whether this key may sign for that sender: only then do receivers take it for his word (RFC 7489 section 3.1.1).
    pub fn is_for(&self, from: &EmailAddress) -> bool {
        let domain = address::domain(from);
        domain == self.domain || domain.strip_suffix(&self.domain).is_some_and(|sub| sub.ends_with('.'))
    }

    /// The letter with a signature at its top. Nothing when it has no head, or the key fails.
    pub fn sign(&self, octets: &[u8], at: Timestamp) -> Option<Vec<u8>> {
        let (head, body) = split(octets)?;
        let fields = fields(head);
        let body_hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
        let (chosen, names) = chosen(&fields);
        let algorithm = if matches!(self.key, Key::Rsa(_)) { "rsa-sha256" } else { "ed25519-sha256" };
        let value = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={}; s={};\r\n t={}; h={};\r\n bh={body_hash};\r\n b=",
            self.domain,
            self.selector,
            at.0.max(0) / 1_000,
            names.join(":\r\n  "),
        );
        let mut signed: Vec<u8> = chosen.iter().flat_map(|(name, value)| relaxed_field(name, value)).collect();
        let own = relaxed_field("DKIM-Signature", value.as_bytes());
        signed.extend_from_slice(own.strip_suffix(b"\r\n")?);
        let signature = STANDARD.encode(self.signature(&signed)?);
        let folded: Vec<&str> =
            signature.as_bytes().chunks(72).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let mut letter = format!("DKIM-Signature: {value}{}\r\n", folded.join("\r\n  ")).into_bytes();
        letter.extend_from_slice(octets);
        Some(letter)
    }

    fn signature(&self, signed: &[u8]) -> Option<Vec<u8>> {
        match &self.key {
            // RFC 8463 section 3: Ed25519 signs the hash, not the text.
            Key::Ed25519(key) => Some(key.sign(&Sha256::digest(signed)).as_ref().to_vec()),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}

/// A field of a head: name and value, the value with its folds.
type Field<'a> = (&'a str, &'a [u8]);

/// Head and body, without the empty line between them.
fn split(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memmem::find(octets, b"\r\n\r\n")?;
    Some((octets.get(..at + 2)?, octets.get(at + 4..)?))
}

/// The fields of a head.
fn fields(head: &[u8]) -> Vec<Field<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(rest) = head.get(from..).filter(|rest| !rest.is_empty()) {
        // A field ends at the first line end that no white space follows.
        let mut ends = memchr::memmem::find_iter(rest, b"\r\n").map(|at| at + 2);
        let end = ends.find(|end| !matches!(rest.get(*end), Some(b' ' | b'\t'))).unwrap_or(rest.len());
        let field = rest.get(..end).unwrap_or_default();
        if let Some(colon) = memchr::memchr(b':', field) {
            let name = field.get(..colon).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default();
            found.push((name.trim_end(), field.get(colon + 1..).unwrap_or_default()));
        }
        from += end;
    }
    found
}

/// The fields that are signed, in the order of the names in `h=`: fields of one name from the last to the first
/// (RFC 6376 section 5.4.2).
fn chosen<'a>(fields: &[Field<'a>]) -> (Vec<Field<'a>>, Vec<&'static str>) {
    let (mut chosen, mut names) = (Vec::new(), Vec::new());
    for name in SIGNED {
        let found = fields.iter().rev().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        for field in found {
            chosen.push(*field);
            names.push(name);
        }
        if SEALED.contains(&name) {
            names.push(name);
        }
    }
    (chosen, names)
}

/// RFC 6376 section 3.4.2: name in lower case, unfolded, white space to one space, none at the ends.
fn relaxed_field(name: &str, value: &[u8]) -> Vec<u8> {
    let mut field = format!("{}:", name.trim().to_ascii_lowercase()).into_bytes();
    let words = value.split(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).filter(|word| !word.is_empty());
    for (n, word) in words.enumerate() {
        if n > 0 {
            field.push(b' ');
        }
        field.extend_from_slice(word);
    }
    field.extend_from_slice(b"\r\n");
    field
}

/// RFC 6376 section 3.4.4: white space in a line to one space, none at its end, no empty lines at the end.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len());
    let mut empty = 0;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_end();
        if line.is_empty() {
            empty += 1;
            continue;
        }
        relaxed.extend(std::iter::repeat_n(*b"\r\n", empty).flatten());
        empty = 0;
        let mut gap = false;
        for octet in line {
            let space = matches!(octet, b' ' | b'\t');
            match (space, gap) {
                (true, _) => {}
                (false, true) => relaxed.extend_from_slice(&[b' ', *octet]),
                (false, false) => relaxed.push(*octet),
            }
            gap = space;
        }
        relaxed.extend_from_slice(b"\r\n");
    }
    relaxed
}

/// A PKCS#1 key as the `SubjectPublicKeyInfo` that DNS records carry (RFC 5280 section 4.1.2.7, RFC 3279 section 2.3.1).
fn rsa_public(pkcs1: &[u8]) -> Vec<u8> {
    const ALGORITHM: [u8; 15] = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0];
    let mut bits = vec![0];
    bits.extend_from_slice(pkcs1);
    let mut inner = ALGORITHM.to_vec();
    inner.extend(der(3, &bits));
    der(0x30, &inner)
}

/// A DER value of up to 64 KiB.
fn der(tag: u8, octets: &[u8]) -> Vec<u8> {
    let [.., high, low] = octets.len().to_be_bytes();
    let mut value = match (high, low) {
        (0, 0..128) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    value.extend_from_slice(octets);
    value
}

#[cfg(test)]
mod tests {
    use ring::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    /// Appendix A.3 of RFC 8463, with the Ed25519 signature alone.
    const SIGNED_BY_OTHERS: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n \
         d=football.example.com; i=@football.example.com;\r\n \
         q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n \
         subject : date : message-id : from : subject : date;\r\n \
         bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n \
         b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n \
         Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n\
         From: Joe SixPack <joe@football.example.com>\r\n\
         To: Suzie Q <suzie@shopping.example.net>\r\n\
         Subject: Is dinner ready?\r\n\
         Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
         Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n\
         Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

    /// Checks a signature as a receiver does: by what the header says, not by what [`Signer::sign`] meant.
    fn verify(letter: &[u8], public: &[u8]) -> bool {
        let (head, body) = split(letter).unwrap();
        let fields = fields(head);
        let signature = fields.iter().find(|(name, _)| *name == "DKIM-Signature").unwrap().1;
        let text = String::from_utf8(signature.to_vec()).unwrap();
        let tag = |wanted: &str| {
            let tags = text.split(';').filter_map(|tag| tag.trim().split_once('='));
            let value = tags.filter(|(name, _)| *name == wanted).map(|(_, value)| value).next().unwrap();
            value.chars().filter(|c| !c.is_whitespace()).collect::<String>()
        };
        if tag("bh") != STANDARD.encode(Sha256::digest(relaxed_body(body))) {
            return false;
        }
        let mut signed = Vec::new();
        let mut used = vec![false; fields.len()];
        for name in tag("h").split(':') {
            let last = (0..fields.len()).rev().find(|n| !used[*n] && fields[*n].0.eq_ignore_ascii_case(name));
            if let Some(n) = last {
                used[n] = true;
                signed.extend(relaxed_field(fields[n].0, fields[n].1));
            }
        }
        let without = &text[..text.rfind("b=").unwrap() + 2];
        let own = relaxed_field("DKIM-Signature", without.as_bytes());
        signed.extend_from_slice(own.strip_suffix(b"\r\n").unwrap());
        let given = STANDARD.decode(tag("b")).unwrap();
        match tag("a").as_str() {
            "ed25519-sha256" => {
                UnparsedPublicKey::new(&ED25519, public).verify(&Sha256::digest(&signed), &given).is_ok()
            }
            _ => UnparsedPublicKey::new(&ring::signature::RSA_PKCS1_2048_8192_SHA256, public)
                .verify(&signed, &given)
                .is_ok(),
        }
    }

    #[test]
    fn the_example_of_the_rfc_is_right() {
        let public = STANDARD.decode("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=").unwrap();
        assert!(verify(SIGNED_BY_OTHERS.as_bytes(), &public));
        assert!(!verify(SIGNED_BY_OTHERS.replace("dinner", "supper").as_bytes(), &public));
        assert!(!verify(SIGNED_BY_OTHERS.replace("We lost", "We won").as_bytes(), &public));
    }

    #[test]
    fn letters_are_signed() {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        let signer = Signer::new(&pair.serialize_pem(), "desk", "Example.org").unwrap();
        let letter = SIGNED_BY_OTHERS.split_once("From:").map(|(_, rest)| format!("From:{rest}")).unwrap();
        let signed = signer.sign(letter.as_bytes(), Timestamp(1_700_000_000_000)).unwrap();
        assert!(verify(&signed, pair.public_key_raw()), "{}", String::from_utf8_lossy(&signed));
        let text = String::from_utf8(signed).unwrap();
        assert!(text.ends_with(&letter) && text.contains("t=1700000000;"), "{text}");
        for changed in [
            text.replace("Suzie", "Susie"),
            text.replace("hungry", "angry"),
            text.replace("\r\nFrom: ", "\r\nFrom: a@b.c\r\nFrom: "),
        ] {
            assert!(!verify(changed.as_bytes(), pair.public_key_raw()), "{changed}");
        }
        // What relays do to white space changes nothing.
        assert!(verify(text.replace("To: Suzie Q ", "To:   Suzie\r\n\tQ  ").as_bytes(), pair.public_key_raw()));
        assert!(signer.dns_record().contains(&STANDARD.encode(pair.public_key_raw())));
    }

    #[test]
    fn keys_are_checked_when_they_are_saved() {
        let pem = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().serialize_pem();
        let signer = |pem: &str, selector: &str, domain: &str| Signer::new(pem, selector, domain).map(|_| ());
        assert_eq!(signer(&pem, "desk.2026_a-1", "example.org"), Ok(()));
        assert_eq!(signer("hello", "desk", "example.org"), Err(Fault::NotAKey));
        assert_eq!(signer(&pem, "desk\r\nBcc: x", "example.org"), Err(Fault::Selector));
        assert_eq!(signer(&pem, "", "example.org"), Err(Fault::Selector));
        assert_eq!(signer(&pem, "desk", "exa mple"), Err(Fault::Domain));
        let other = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem();
        assert!(matches!(signer(&other, "desk", "example.org"), Err(Fault::Unfit(_))));
    }

    #[test]
    fn senders_of_the_domain_are_signed_for() {
        let pem = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().serialize_pem();
        let signer = Signer::new(&pem, "desk", "example.org").unwrap();
        let is_for = |text: &str| signer.is_for(&EmailAddress::parse(text).unwrap());
        assert!(is_for("a@example.org") && is_for("a@desk.example.org"));
        assert!(!is_for("a@notexample.org") && !is_for("a@example.com"));
    }

    #[test]
    fn bodies_are_relaxed() {
        assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b""), b"");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
        assert_eq!(relaxed_body(b"a\r\n\r\nb"), b"a\r\n\r\nb\r\n");
        assert_eq!(relaxed_field("A", b" X\r\n\t  y \r\n"), b"a:X y\r\n");
    }
}
