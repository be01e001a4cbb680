//! What the operator decides about the web side, and what the handlers share: handed in once, never a global.

use std::net::IpAddr;
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use crate::base::{Clock, Network};

use super::lang::Lang;

/// The web side's settings, in the app data of every worker.
#[derive(Clone)]
pub struct Options {
    /// The address that people and links use. Without one, links are relative and any literal IP address is served.
    pub public_url: Option<Url>,
    /// Further host names that are served.
    pub hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The language of those who ask for none of ours.
    pub lang: Lang,
    /// The time zone of those who have none in their profile.
    pub zone: TimeZone,
    /// The secret under the tokens of forms. The same on every node and after a restart, or open pages lose their forms.
    pub key: [u8; 32],
    /// Where "now" comes from.
    pub clock: Clock,
    /// How long the body of a form may take.
    pub body_deadline: Duration,
    /// Whether this desk is only for looking at: it shows the style guide and speaks the languages of tests.
    pub demo: bool,
}

impl Options {
    /// Settings with nothing but a key: English, UTC, the machine's clock.
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            public_url: None,
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            lang: Lang::En,
            zone: TimeZone::UTC,
            key,
            clock: Clock::system(),
            body_deadline: Duration::from_secs(10),
            demo: false,
        }
    }

    /// Whether people come by https, by the configured address.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The host name of the configured address.
    pub fn public_host(&self) -> Option<&str> {
        self.public_url.as_ref().and_then(Url::host_str)
    }

    /// An absolute link to `path`, for mails and the like; nothing without a configured address, as the `Host` header of
    /// a request is the asker's word and never goes into a link.
    pub fn link(&self, path: &str) -> Option<String> {
        self.public_url.as_ref().and_then(|base| base.join(path).ok()).map(String::from)
    }

    /// Whether the machine at `address` is a proxy of ours.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|net| net.contains(address))
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the key.
        f.debug_struct("Options")
            .field("public_url", &self.public_url.as_ref().map(Url::as_str))
            .field("hosts", &self.hosts)
            .field("trusted_proxies", &self.trusted_proxies)
            .finish_non_exhaustive()
    }
}
