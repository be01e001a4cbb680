//! Addresses as they stand in From, To, Contact and their relatives: `"Name" <uri>;params` or a bare `uri;params`
//! (RFC 3261 section 20).

use super::grammar::{Params, ValueRule, find_angle, is_bare_name, split_top, unquote};
use super::uri::SipUri;
use super::{Refusal, refuse};

/// A name, a URI and the parameters of the header around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameAddr {
    /// The display name as it is meant: unquoted, quoted pairs resolved. It may hold anything; clean it before it is
    /// stored or shown.
    pub display: Option<String>,
    /// The URI.
    pub uri: SipUri,
    /// The header's own parameters (`tag`, `expires`, `party`), not the URI's.
    pub params: Params,
}

impl NameAddr {
    /// Reads one address.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let parts = split_top(text, b';')?;
        let Some((first, rest)) = parts.split_first() else { return refuse(400, "empty address") };
        match find_angle(first)? {
            Some(at) => Self::in_brackets(first, at, rest),
            None => Self::bare(text, first, rest),
        }
    }

    /// Reads every address of a comma list.
    pub fn read_list(text: &str) -> Result<Vec<Self>, Refusal> {
        split_top(text, b',')?.into_iter().map(Self::read).collect()
    }

    fn in_brackets(first: &str, at: usize, rest: &[&str]) -> Result<Self, Refusal> {
        let (name, bracketed) = first.split_at(at);
        let Some((uri, after)) = bracketed.strip_prefix('<').and_then(|inner| inner.split_once('>')) else {
            return refuse(400, "unterminated <");
        };
        if !after.trim().is_empty() {
            return refuse(400, "text after >");
        }
        let name = name.trim();
        let display = if name.is_empty() {
            None
        } else if name.starts_with('"') {
            Some(unquote(name)?)
        } else if is_bare_name(name) {
            Some(name.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
        } else {
            return refuse(400, "display name");
        };
        Ok(Self { display, uri: SipUri::read(uri)?, params: Params::read(rest, ValueRule::Address)? })
    }

    /// Without brackets `;` belongs to the header, and `,` and `?` may not occur at all (RFC 3261 section 20).
    fn bare(text: &str, first: &str, rest: &[&str]) -> Result<Self, Refusal> {
        if first.contains(['?', ',']) {
            return refuse(400, "a URI with ? or , must stand in <>");
        }
        // A semicolon before the @ is still the user's: `sip:+4930;npdi@host;tag=1`.
        if let Some((user, host)) = text.split_once('@')
            && user.contains(';')
        {
            let mut parts = split_top(host, b';')?;
            let host = if parts.is_empty() { "" } else { parts.remove(0) };
            let uri = SipUri::read(&format!("{}@{host}", user.trim()))?;
            return Ok(Self { display: None, uri, params: Params::read(&parts, ValueRule::Address)? });
        }
        Ok(Self { display: None, uri: SipUri::read(first)?, params: Params::read(rest, ValueRule::Address)? })
    }

    /// The dialog tag of a From or To.
    pub fn tag(&self) -> Option<&str> {
        self.params.get("tag")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_parameters_keep_to_their_side() {
        let a = NameAddr::read(r#""Müller, J <x>" <sip:1@h;nf=e> ; tag = 9"#).unwrap();
        assert_eq!(
            (a.display.as_deref(), a.tag(), a.uri.params.get("nf")),
            (Some("Müller, J <x>"), Some("9"), Some("e"))
        );
        let b = NameAddr::read("sip:1@h;tag=9").unwrap();
        assert_eq!((b.display, b.uri.params.has("tag"), b.params.get("tag")), (None, false, Some("9")));
        let c = NameAddr::read("sip:+4930;npdi@h;tag=9").unwrap();
        assert_eq!((c.uri.user.as_deref(), c.params.get("tag")), (Some("+4930;npdi"), Some("9")));
        assert_eq!(NameAddr::read("caller<sip:c@h>").unwrap().display.as_deref(), Some("caller"));
        assert_eq!(NameAddr::read_list("<sip:a@h>, \"b, c\" <sip:b@h>").unwrap().len(), 2);
    }

    #[test]
    fn faults_are_refused() {
        for bad in [
            "",
            "Bell, A <sip:a@h>",
            "\"J <sip:a@h>",
            "<sip:a@h",
            "<sip:a@h> x",
            "< sip:a@h >",
            "sip:a@h?Route=x",
            "<sip:a@h>;;",
            "\"a\" b <sip:a@h>",
        ] {
            assert!(NameAddr::read(bad).is_err(), "{bad}");
        }
    }
}
