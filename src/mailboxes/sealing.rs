//! Secrets of mailboxes, sealed in the database: whoever gets a copy of it gets no password. The key stands beside the data,
//! in a file that only the daemon may read.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::store;
use crate::base::id::MailboxId;
use crate::base::{Error, Result, Timestamp};
use crate::config::Secret;
use crate::db::Db;
use crate::events::Act;
use crate::mail::oauth::Tokens;

/// The key under all secrets of this desk.
#[derive(Clone, Copy)]
pub struct Seal([u8; 32]);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(***)")
    }
}

/// How a mailbox signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// With a password.
    Password(Secret),
    /// With tokens of somebody else.
    Tokens(Held),
}

/// Tokens, and how long they are good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// For the server.
    pub access: Secret,
    /// For the next access token.
    pub refresh: Option<Secret>,
    /// When the access token was given.
    pub granted_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Held {
    /// Tokens that were given now.
    pub fn granted(tokens: Tokens, now: Timestamp) -> Self {
        let expires_at = tokens.expires_at(now);
        Self { access: tokens.access, refresh: tokens.refresh, granted_at: now, expires_at }
    }
}

/// The same as it stands within the seal.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Password(String),
    Tokens { access: String, refresh: Option<String>, granted_at: i64, expires_at: i64 },
}

impl Seal {
    /// A seal with a key that is used for nothing else.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    fn key(&self) -> Result<LessSafeKey> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &self.0).map_err(|e| Error::internal("the key of secrets", e))?;
        Ok(LessSafeKey::new(key))
    }

    /// Seals octets for one use: what was sealed for a mailbox can't be opened as another's.
    ///
    /// # Errors
    /// [`Error::Internal`] when there is no randomness.
    pub fn close(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|e| Error::internal("randomness", e))?;
        let mut octets = plain.to_vec();
        self.key()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose), &mut octets)
            .map_err(|e| Error::internal("sealing a secret", e))?;
        let mut sealed = nonce.to_vec();
        sealed.append(&mut octets);
        Ok(sealed)
    }

    /// Opens what [`Seal::close`] sealed; nothing when it was sealed with another key or for another use.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, octets) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut octets = octets.to_vec();
        let opened = self.key().ok()?.open_in_place(nonce, Aad::from(purpose), &mut octets).ok()?;
        Some(opened.to_vec())
    }
}

fn purpose(mailbox: MailboxId, what: &str) -> String {
    format!("mailbox {mailbox} {what}")
}

/// Keeps how a mailbox signs in; that it could not is forgotten.
pub fn keep_credential(act: &mut Act<'_>, seal: &Seal, mailbox: MailboxId, credential: &Credential) -> Result<()> {
    let written = match credential {
        Credential::Password(password) => Written::Password(password.reveal().to_owned()),
        Credential::Tokens(held) => written(held),
    };
    store::seal_in(act.db, mailbox, Some(&sealed(seal, mailbox, "secret", &written)?), None, act.now)?;
    store::hasten(act.db, mailbox, act.now)
}

/// Keeps tokens in the place of those that they were given for.
pub(super) fn renew_tokens(act: &mut Act<'_>, seal: &Seal, mailbox: MailboxId, held: &Held) -> Result<()> {
    store::set_secret(act.db, mailbox, &sealed(seal, mailbox, "secret", &written(held))?)
}

fn written(held: &Held) -> Written {
    Written::Tokens {
        access: held.access.reveal().to_owned(),
        refresh: held.refresh.as_ref().map(|token| token.reveal().to_owned()),
        granted_at: held.granted_at.0,
        expires_at: held.expires_at.0,
    }
}

fn sealed<T: Serialize>(seal: &Seal, mailbox: MailboxId, what: &str, written: &T) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(written).map_err(|e| Error::internal("a secret", e))?;
    seal.close(&purpose(mailbox, what), &json)
}

fn opened<T: DeserializeOwned>(seal: &Seal, mailbox: MailboxId, what: &str, sealed: Option<Vec<u8>>) -> Option<T> {
    seal.open(&purpose(mailbox, what), &sealed?).and_then(|json| serde_json::from_slice(&json).ok())
}

/// How a mailbox signs in; nothing when that was never said, or was sealed with another key.
pub fn credential(db: &mut Db, seal: &Seal, mailbox: MailboxId) -> Result<Option<Credential>> {
    let written = opened(seal, mailbox, "secret", store::sealed_secret(db, mailbox)?);
    Ok(written.map(|written| match written {
        Written::Password(password) => Credential::Password(Secret::new(password)),
        Written::Tokens { access, refresh, granted_at, expires_at } => Credential::Tokens(Held {
            access: Secret::new(access),
            refresh: refresh.map(Secret::new),
            granted_at: Timestamp(granted_at),
            expires_at: Timestamp(expires_at),
        }),
    }))
}

/// Keeps the secret of our registration with who signs a mailbox in.
pub fn keep_client_secret(act: &mut Act<'_>, seal: &Seal, mailbox: MailboxId, secret: &Secret) -> Result<()> {
    let sealed = sealed(seal, mailbox, "client", &secret.reveal())?;
    store::set_client_secret(act.db, mailbox, &sealed)
}

/// The secret of our registration.
pub(super) fn client_secret(db: &mut Db, seal: &Seal, mailbox: MailboxId) -> Result<Option<Secret>> {
    let text: Option<String> = opened(seal, mailbox, "client", store::sealed_client_secret(db, mailbox)?);
    Ok(text.map(Secret::new))
}

/// Keeps a sign-in that has begun, or forgets it.
pub(super) fn keep_sign_in<T: Serialize>(
    act: &mut Act<'_>,
    seal: &Seal,
    mailbox: MailboxId,
    begun: Option<&T>,
) -> Result<()> {
    let sealed = begun.map(|begun| sealed(seal, mailbox, "sign-in", begun)).transpose()?;
    store::set_sign_in(act.db, mailbox, sealed.as_deref())
}

/// A sign-in that has begun.
pub(super) fn sign_in<T: DeserializeOwned>(db: &mut Db, seal: &Seal, mailbox: MailboxId) -> Result<Option<T>> {
    Ok(opened(seal, mailbox, "sign-in", store::sealed_sign_in(db, mailbox)?))
}

/// Keeps the key that a mailbox signs its letters with (PEM).
pub fn keep_dkim_key(act: &mut Act<'_>, seal: &Seal, mailbox: MailboxId, pem: &Secret) -> Result<()> {
    let sealed = seal.close(&purpose(mailbox, "dkim"), pem.reveal().as_bytes())?;
    store::seal_in(act.db, mailbox, None, Some(&sealed), act.now)
}

/// The key that a mailbox signs its letters with.
pub fn dkim_key(db: &mut Db, seal: &Seal, mailbox: MailboxId) -> Result<Option<Secret>> {
    let Some(sealed) = store::sealed_dkim_key(db, mailbox)? else { return Ok(None) };
    let opened = seal.open(&purpose(mailbox, "dkim"), &sealed);
    Ok(opened.and_then(|pem| String::from_utf8(pem).ok()).map(Secret::new))
}

#[cfg(test)]
mod tests {
    use super::Seal;

    #[test]
    fn a_seal_opens_for_its_own_use_and_key_alone() {
        let seal = Seal::new([7; 32]);
        let sealed = seal.close("mailbox 1 secret", b"hunter2").unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"hunter2"));
        assert_eq!(seal.open("mailbox 1 secret", &sealed).as_deref(), Some(&b"hunter2"[..]));
        assert_eq!(seal.open("mailbox 2 secret", &sealed), None);
        assert_eq!(Seal::new([8; 32]).open("mailbox 1 secret", &sealed), None);
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert_eq!(seal.open("mailbox 1 secret", &bent), None, "octet {at}");
        }
        assert_eq!(seal.open("mailbox 1 secret", b"short"), None);
    }
}
