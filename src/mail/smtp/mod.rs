//! SMTP, the sending side (RFC 5321): a [`Sender`] for one server, which says for every letter what became of it.
//!
//! What matters after a letter was handed over is whether it may be handed over again. So `lettre` speaks for us command by
//! command, over a connection of ours: what fails before the final dot was never taken ([`Outcome::NotConnected`]) and can be
//! tried again at any time; what fails behind it may have been taken ([`Outcome::Unknown`]) and is tried again once, with
//! the same Message-ID; and each recipient's refusal is told by itself.
//!
//! - `line` is the connection below the library: TLS of ours, and bounds for what the server says.
//! - `reply` bounds the time, which the library does not, and tells a refusal from a failure.
//! - `opening` greets, begins TLS and logs in; `conversation` hands over letters; `sender` keeps conversations.
//! - A sender has at most four conversations, and one more for bulk, which so never stands before a person's letter; all who
//!   send to one server share how many are open at once, as servers count by address.
//! - A sending runs in a task of its own: who stops waiting does not stop it half-way.
//! - Names, addresses and certificates are the matter of [`tls`](crate::mail::tls): there is no switch to look away. Without
//!   TLS only to this machine, or, where that was said for a relay, to a private address and then without a password.
//! - Replies of the server are hostile: 64 KiB at most, in time, and cleaned before anybody reads them.

mod conversation;
mod line;
mod opening;
mod reply;
mod sender;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::base::EmailAddress;
use crate::config::Secret;
use crate::mail::tls::{Pin, Trust};

pub use sender::{Checked, Lane, REFUSALS_MAX, Sender, Turn};
pub use trouble::{Step, Trouble};

/// A server and how to speak with it.
#[derive(Debug, Clone)]
pub struct Server {
    /// Name, or address, of the server; its certificate must be for it.
    pub host: String,
    /// 465 for [`Security::Implicit`], 587 for [`Security::StartTls`].
    pub port: u16,
    /// How the conversation is kept from others.
    pub security: Security,
    /// Whom we trust, and whom we connect to.
    pub trust: Trust,
    /// The certificate that stands in for an authority.
    pub pin: Option<Pin>,
    /// The name that this machine gives itself in EHLO.
    pub hello: String,
    /// How long it waits.
    pub patience: Patience,
    /// Conversations at once for what people wait for; 4 is usual.
    pub conversations_max: usize,
    /// What all who send to this server share.
    pub open: Open,
}

/// How many conversations may be open at once with one server, used or kept, by all who send to it. Clones share them.
#[derive(Debug, Clone)]
pub struct Open(Arc<Semaphore>);

impl Open {
    /// So many.
    pub fn at_most(conversations: usize) -> Self {
        Self(Arc::new(Semaphore::new(conversations)))
    }

    /// Waits until one more may be open.
    async fn one_more(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }

    /// Whether one more would have to wait.
    fn is_full(&self) -> bool {
        self.0.available_permits() == 0
    }
}

/// How a conversation is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first octet (RFC 8314).
    Implicit,
    /// TLS by STARTTLS (RFC 3207). A server that does not offer it gets no mail.
    StartTls,
    /// None: only to a loopback address.
    None,
    /// None, to a relay on a loopback, private or link-local address that somebody vouched for; no password is sent.
    PlainRelay,
}

/// Who we are to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// Nobody.
    None,
    /// AUTH PLAIN, or LOGIN where only that is offered.
    Password {
        /// User name.
        user: String,
        /// Password.
        password: Secret,
    },
    /// AUTH XOAUTH2 with an access token.
    Token {
        /// User name, mostly the address.
        user: String,
        /// Access token.
        token: Secret,
    },
}

/// How long to wait for a server; `dot` is what RFC 5321 section 4.5.3.2.6 asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the greeting, and for the answer to EHLO.
    pub greeting: Duration,
    /// For the answer to a command, and for each 64 KiB of a mail.
    pub command: Duration,
    /// For the answer to the final dot. Long, because giving up here makes a duplicate.
    pub dot: Duration,
    /// How long a conversation without a letter is kept.
    pub idle: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            greeting: Duration::from_secs(30),
            command: Duration::from_secs(120),
            dot: Duration::from_secs(600),
            idle: Duration::from_secs(20),
        }
    }
}

/// Who sends and who gets a mail; the mail itself does not say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where bounces go; nothing for mail that must not bounce (`<>`).
    pub from: Option<EmailAddress>,
    /// The recipients.
    pub to: Vec<EmailAddress>,
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What became of it as a whole.
    pub outcome: Outcome,
    /// The recipients that the server refused. With [`Outcome::Accepted`] all others will get the letter.
    pub refused: Vec<Refused>,
}

/// What became of a letter as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it, and said this.
    Accepted(String),
    /// Not now: try again later.
    Transient(u16, String),
    /// Not at all: it makes no sense to try again.
    Permanent(u16, String),
    /// The conversation broke after the letter was handed over and before the answer: it may have been taken.
    Unknown(String),
    /// The letter was not handed over: no connection, no TLS, no login, or the conversation broke before. Try again later.
    NotConnected(Trouble),
}

/// A recipient that the server refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Whom.
    pub address: EmailAddress,
    /// 4xx: not now. 5xx: not at all.
    pub code: u16,
    /// What the server said.
    pub text: String,
}

impl Refused {
    /// Whether it makes no sense to try again.
    pub fn is_permanent(&self) -> bool {
        self.code >= 500
    }
}
