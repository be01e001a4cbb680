//! E-mail addresses: checked before mail goes to them, taken apart, and names made fit to stand beside them.
//!
//! An address that goes into an envelope is ASCII: a domain with other letters becomes its `xn--` form (RFC 5891), and a
//! local part with other letters is refused, because few servers take one (RFC 6531).

use crate::base::EmailAddress;
use crate::base::text::clean_line;

/// Octets that a local part may have (RFC 5321 section 4.5.3.1.1).
pub const LOCAL_OCTETS_MAX: usize = 64;
/// Characters of a display name that are kept.
pub const NAME_CHARACTERS_MAX: usize = 120;

/// Why mail can't go to what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not of the form `name@host.example`.
    NotAnAddress,
    /// The part before the `@` has more than 64 octets, a dot at an end or two in a row, or characters that would have to
    /// be quoted.
    Local,
    /// The part before the `@` has letters outside ASCII.
    LocalNotAscii,
    /// The domain is none: a label is empty, too long, or has characters that a host name can't have.
    Domain,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAnAddress => "not an address like name@example.org",
            Self::Local => {
                "the part before the @ is not one that mail servers take; check its dots and special characters"
            }
            Self::LocalNotAscii => {
                "the part before the @ has letters that most mail servers refuse; ask for another address"
            }
            Self::Domain => "the part after the @ is not the name of a host; check its dots and letters",
        })
    }
}

/// Checks an address to which mail is to go, and makes it one that every server understands: lower case, the domain in
/// ASCII. `Bücher.example` becomes `xn--bcher-kva.example`; look-alikes of dots and digits become what they look like.
///
/// # Errors
/// What is wrong with it.
pub fn check(text: &str) -> Result<EmailAddress, Fault> {
    let text = text.trim();
    if text.len() > 4 * crate::base::text::EMAIL_OCTETS_MAX {
        return Err(Fault::NotAnAddress);
    }
    let (local, domain) = text.rsplit_once('@').ok_or(Fault::NotAnAddress)?;
    if !local.is_ascii() {
        return Err(Fault::LocalNotAscii);
    }
    if !is_dot_atom(local) || local.len() > LOCAL_OCTETS_MAX {
        return Err(Fault::Local);
    }
    let domain = host(domain).ok_or(Fault::Domain)?;
    EmailAddress::parse(&format!("{local}@{domain}")).ok_or(Fault::NotAnAddress)
}

/// Atoms with single dots between them (RFC 5322 section 3.2.3).
fn is_dot_atom(local: &str) -> bool {
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.split('.').all(|part| !part.is_empty() && part.chars().all(atom))
}

/// The host name in ASCII and lower case. No address literals: nobody at a help desk means one.
fn host(domain: &str) -> Option<String> {
    // The parser of hosts would decode `%61`; a mail server would not.
    if domain.contains('%') || domain.is_empty() {
        return None;
    }
    let url::Host::Domain(ascii) = url::Host::parse(domain).ok()? else { return None };
    let label = |label: &str| {
        let inner = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        !label.is_empty() && label.len() <= 63 && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    (ascii.len() <= 253 && ascii.split('.').all(label)).then_some(ascii)
}

/// The part before the `@`.
pub fn local(address: &EmailAddress) -> &str {
    address.as_str().split_once('@').map_or("", |(local, _)| local)
}

/// The part after the `@`.
pub fn domain(address: &EmailAddress) -> &str {
    address.as_str().split_once('@').map_or("", |(_, domain)| domain)
}

/// The address with `+tag` at the end of its local part (RFC 5233 calls it a detail). Nothing where that makes a local part
/// of more than 64 octets, or where the tag is not plain.
pub fn with_tag(address: &EmailAddress, tag: &str) -> Option<EmailAddress> {
    let tagged = format!("{}+{tag}", local(address));
    (tagged.len() <= LOCAL_OCTETS_MAX && is_dot_atom(&tagged))
        .then(|| EmailAddress::parse(&format!("{tagged}@{}", domain(address))))?
}

/// The address without its tag: `support+x@example.org` becomes `support@example.org`.
pub fn without_tag(address: &EmailAddress) -> EmailAddress {
    let plain = local(address).split('+').next().filter(|local| !local.is_empty());
    plain
        .and_then(|local| EmailAddress::parse(&format!("{local}@{}", domain(address))))
        .unwrap_or_else(|| address.clone())
}

/// Local parts behind which nobody reads, without `-`, `_` and `.`.
const NOBODY: [&str; 17] = [
    "noreply",
    "donotreply",
    "dontreply",
    "noresponse",
    "neverreply",
    "nepasrepondre",
    "nichtantworten",
    "keineantwort",
    "norespond",
    "mailerdaemon",
    "postmaster",
    "bounce",
    "bounces",
    "daemon",
    "autoreply",
    "autoresponder",
    "listserv",
];

/// Whether nobody reads what is sent there: no-reply addresses, bounce addresses, mailer daemons. No automatic answer goes to
/// such an address.
pub fn is_no_reply(address: &EmailAddress) -> bool {
    let local = local(address);
    let head = local.split(['+', '=']).next().unwrap_or_default();
    let plain: String = head.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    let starts = ["noreply", "donotreply", "mailerdaemon"].iter().any(|start| plain.starts_with(start));
    let ends = ["noreply", "donotreply"].iter().any(|end| plain.ends_with(end));
    // VERP of many senders: bounce-md_123.abc@, bounces-123@.
    let bounce = ["bounce-", "bounces-", "bounce_", "bounce.", "bounces."].iter().any(|start| head.starts_with(start));
    starts || ends || bounce || NOBODY.contains(&plain.as_str())
}

/// A display name that can stand before an address: one line, no controls or marks that deceive, none of the characters that
/// have a meaning in an address header, 120 characters. Empty when nothing is left.
pub fn clean_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if "\"\\<>".contains(c) { ' ' } else { c }).collect();
    let line = clean_line(&plain, NAME_CHARACTERS_MAX);
    line.trim_matches(|c: char| c == '\'' || c == ',' || c == ';' || c.is_whitespace()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn good_ones_become_ascii() {
        for (typed, sent) in [
            (" Erika.Muster+x@Example.ORG ", "erika.muster+x@example.org"),
            ("a@Bücher.example", "a@xn--bcher-kva.example"),
            ("a@example。org", "a@example.org"),
            ("a@ｅｘａｍｐｌｅ.org", "a@example.org"),
            ("o'neil!#$%&*/=?^_`{|}~-@localhost", "o'neil!#$%&*/=?^_`{|}~-@localhost"),
        ] {
            assert_eq!(check(typed).map(|a| a.to_string()).as_deref(), Ok(sent), "{typed}");
        }
    }

    #[test]
    fn bad_ones_say_why() {
        for (typed, fault) in [
            ("", Fault::NotAnAddress),
            ("erika", Fault::NotAnAddress),
            ("erika@", Fault::Domain),
            ("@example.org", Fault::Local),
            (".a@example.org", Fault::Local),
            ("a.@example.org", Fault::Local),
            ("a..b@example.org", Fault::Local),
            ("\"a\r\nRCPT TO:<x>\"@example.org", Fault::Local),
            ("a b@example.org", Fault::Local),
            ("a@b@example.org", Fault::Local),
            ("müller@example.org", Fault::LocalNotAscii),
            ("a@-x.example", Fault::Domain),
            ("a@x..example", Fault::Domain),
            ("a@[127.0.0.1]", Fault::Domain),
            ("a@127.0.0.1", Fault::Domain),
            ("a@exa%6Dple.org", Fault::Domain),
            ("a@exa mple.org", Fault::Domain),
            ("a@example.org\r\nBcc: x@y.z", Fault::Local),
            ("a@example.org\r\nBcc: x", Fault::Domain),
            ("a@example.org>", Fault::Domain),
            ("a@x\u{0}.org", Fault::Domain),
            ("a@example", Fault::NotAnAddress),
        ] {
            assert_eq!(check(typed), Err(fault), "{typed:?}");
        }
        assert_eq!(check(&format!("{}@example.org", "a".repeat(65))), Err(Fault::Local));
        assert_eq!(check(&format!("a@{}.org", "b".repeat(64))), Err(Fault::Domain));
        assert!(check(&"a@".repeat(1_000_000)).is_err());
    }

    #[test]
    fn tags_come_and_go() {
        let support = address("support@example.org");
        let tagged = with_tag(&support, "t1.2.abc").unwrap();
        assert_eq!(tagged.as_str(), "support+t1.2.abc@example.org");
        assert_eq!(without_tag(&tagged), support);
        assert_eq!(with_tag(&support, "a b"), None);
        assert_eq!(with_tag(&support, &"x".repeat(60)), None);
        assert_eq!((local(&tagged), domain(&tagged)), ("support+t1.2.abc", "example.org"));
    }

    #[test]
    fn nobody_reads_there() {
        for nobody in [
            "no-reply@x.org",
            "NoReply@x.org",
            "do_not_reply@x.org",
            "MAILER-DAEMON@x.org",
            "postmaster@x.org",
            "bounces+123-abc=y.org@x.org",
            "bounce-md_1.2@x.org",
            "noreply+ticket@x.org",
            "orders-noreply@x.org",
        ] {
            assert!(is_no_reply(&address(nobody)), "{nobody}");
        }
        for somebody in ["erika@x.org", "replies@x.org", "post@x.org", "bouncer@x.org", "info@noreply.org"] {
            assert!(!is_no_reply(&address(somebody)), "{somebody}");
        }
    }

    #[test]
    fn names_are_only_names() {
        assert_eq!(clean_name("Erika Müller"), "Erika Müller");
        assert_eq!(clean_name("\"Erika\" <ceo@bank.example>\r\nBcc: x@y.z"), "Erika ceo@bank.example Bcc: x@y.z");
        assert_eq!(clean_name("'Erika'"), "Erika");
        assert_eq!(clean_name("\u{202E}akirE\u{0}"), "akirE");
        assert_eq!(clean_name("\"\""), "");
    }
}
