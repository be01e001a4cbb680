//! `[web]`: where browsers reach the daemon, by which names, through which proxies, and for how long they stay.

use std::net::SocketAddr;

use url::Url;

use crate::base::Network;

use super::address::listen_address;
use super::field::{Field, Form, Section};
use super::reader::Reader;

/// The section.
pub(super) const SECTION: Section = Section {
    name: "web",
    doc: "The web interface.",
    fields: &[LISTEN, PUBLIC_URL, HOSTS, TRUSTED_PROXIES, SESSION_IDLE_MINUTES, SESSION_HOURS_MAX],
};

const LISTEN: &Field = &Field {
    section: "web",
    name: "listen",
    form: Form::List,
    doc: "Addresses to listen on, as IP:PORT; port 0 is any free one. Sockets that systemd hands over win over these.\n\
          There is no TLS here: put a reverse proxy in front before others than this machine may come.",
    default: Some("[\"127.0.0.1:8080\"]"),
    example: "",
    credential: None,
};

const PUBLIC_URL: &Field = &Field {
    section: "web",
    name: "public_url",
    form: Form::Text,
    doc: "The address that people type, with http or https and no path. All links in mails start with it; what a browser\n\
          claims in its Host header is never used for that. When not set: http:// and the first address listened on.",
    default: None,
    example: "\"https://desk.example.org\"",
    credential: None,
};

const HOSTS: &Field = &Field {
    section: "web",
    name: "hosts",
    form: Form::List,
    doc: "Further host names under which browsers may ask, without port. The host of public_url and the addresses listened\n\
          on always may; any other is refused.",
    default: Some("[]"),
    example: "[\"desk.internal\"]",
    credential: None,
};

const TRUSTED_PROXIES: &Field = &Field {
    section: "web",
    name: "trusted_proxies",
    form: Form::List,
    doc: "Addresses or networks of reverse proxies whose X-Forwarded-For is believed. Empty: nobody's.",
    default: Some("[]"),
    example: "[\"127.0.0.1\"]",
    credential: None,
};

const SESSION_IDLE_MINUTES: &Field = &Field {
    section: "web",
    name: "session_idle_minutes",
    form: Form::Number { min: 5, max: 1_440 },
    doc: "Minutes without a click after which people must log in again, 5 to 1440. Watching a live page is no click,\n\
          so keep it longer than the quietest stretch of a shift.",
    default: Some("240"),
    example: "",
    credential: None,
};

const SESSION_HOURS_MAX: &Field = &Field {
    section: "web",
    name: "session_hours_max",
    form: Form::Number { min: 1, max: 168 },
    doc: "Hours after logging in when people must log in again in any case, 1 to 168.",
    default: Some("12"),
    example: "",
    credential: None,
};

/// `[web]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// Addresses to listen on; at least one; port 0 is any free one.
    pub listen: Vec<SocketAddr>,
    /// What links start with; see [`Web::public_url_for`] for when it is not set.
    pub public_url: Option<Url>,
    /// Further host names that are accepted, in lower case, without port.
    pub hosts: Vec<String>,
    /// Whose forwarding headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Minutes without a request after which a session ends; 5 to 1440.
    pub session_idle_minutes: u32,
    /// Hours after which a session ends in any case; 1 to 168.
    pub session_hours_max: u32,
}

impl Web {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let listen = reader.list(LISTEN, listen_address);
        if listen.as_ref().is_some_and(Vec::is_empty) {
            reader.fault(LISTEN, "name at least one address");
        }
        let public_url = reader.optional(PUBLIC_URL, public_url);
        let hosts = reader.list(HOSTS, host);
        let trusted_proxies = reader.list(TRUSTED_PROXIES, trusted_proxy);
        let session_idle_minutes = reader.number(SESSION_IDLE_MINUTES);
        let session_hours_max = reader.number(SESSION_HOURS_MAX);
        if let (Some(idle), Some(hours)) = (session_idle_minutes, session_hours_max)
            && idle > hours * 60
        {
            reader.fault(SESSION_IDLE_MINUTES, format!("{idle} minutes are more than session_hours_max = {hours}"));
        }
        Some(Self {
            listen: listen?,
            public_url: public_url?,
            hosts: hosts?,
            trusted_proxies: trusted_proxies?,
            session_idle_minutes: session_idle_minutes?,
            session_hours_max: session_hours_max?,
        })
    }

    /// What links start with, without a slash at the end, when the first listener is bound to `bound`: `public_url` or,
    /// when that is not set, `http://` and that address.
    pub fn public_url_for(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            // Nobody can open 0.0.0.0 in a browser.
            None if bound.ip().is_unspecified() => format!("http://localhost:{}", bound.port()),
            None => format!("http://{bound}"),
        }
    }
}

fn public_url(text: &str) -> Result<Url, String> {
    let example = "write http or https, a host and nothing else, such as \"https://desk.example.org\"";
    let url = Url::parse(text).map_err(|error| format!("this is not a URL ({error}): {example}"))?;
    let wrong = if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        "is not a web address"
    } else if !url.username().is_empty() || url.password().is_some() {
        // Not quoted: what stands before an @ is somebody's password.
        return Err(format!("a name or password must not stand here: {example}"));
    } else if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        "has something after the host"
    } else {
        return Ok(url);
    };
    Err(format!("{text:?} {wrong}: {example}"))
}

fn host(text: &str) -> Result<String, String> {
    let example = "write a host name without scheme and port, such as \"desk.example.org\"";
    let plain = !text.is_empty() && !text.contains(['/', '@', '*', ' ']) && text.parse::<SocketAddr>().is_err();
    match url::Host::parse(text) {
        Ok(host) if plain => Ok(host.to_string()),
        _ => Err(format!("{text:?} is not a host: {example}")),
    }
}

fn trusted_proxy(text: &str) -> Result<Network, String> {
    match Network::parse(text)? {
        network if network.is_everything() => {
            Err(format!("{text:?} would believe everybody about who they are; name the addresses of the proxies"))
        }
        network => Ok(network),
    }
}
