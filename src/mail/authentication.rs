//! What a trusted server found out about a sender (RFC 8601): its Authentication-Results, and none that somebody else wrote.
//!
//! Anybody can write such a field into his mail. Only those of the configured server count, and only where that server puts
//! them: topmost of their kind, and above every field that the author wrote.

use crate::base::text::clean_line;

/// Fields of one mail that are looked at.
const FIELDS_MAX: usize = 500;
/// Methods of one mail that are read.
const METHODS_MAX: usize = 50;

/// What is known about the sender of a mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the trusted server left a result at all.
    pub checked: bool,
    /// DMARC passed for the domain of From.
    pub dmarc_pass: bool,
    /// DMARC failed.
    pub dmarc_fail: bool,
    /// A DKIM signature passed whose domain is that of From or one above it.
    pub dkim_aligned: bool,
    /// SPF passed for a domain that is that of From or one above it. It says less: forwarding breaks and lends it.
    pub spf_aligned: bool,
    /// SPF failed for such a domain: its owner says that nothing of it comes from there.
    pub spf_fail: bool,
}

impl Verdict {
    /// Whether the domain in From is proven: DMARC passed, or an aligned DKIM signature without a DMARC failure.
    pub fn is_proven(self) -> bool {
        self.dmarc_pass || (self.dkim_aligned && !self.dmarc_fail)
    }

    /// Whether the domain in From is borrowed: DMARC failed, or SPF did and nothing else passed.
    pub fn is_refuted(self) -> bool {
        self.dmarc_fail || (self.spf_fail && !self.is_proven())
    }
}

/// A method with its result and properties, as `dkim=pass header.d=example.org`.
#[derive(Debug, Default)]
struct Finding {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

/// Fields that an author or his own server writes; what stands below them is his as well.
const AUTHORED: [&str; 8] = ["from", "to", "cc", "subject", "date", "message-id", "mime-version", "dkim-signature"];

/// What `authserv_id` says about a mail with these fields (name, text), topmost first, whose From has `from_domain`.
pub fn verdict(headers: &[(String, String)], authserv_id: &str, from_domain: &str) -> Verdict {
    let mut verdict = Verdict::default();
    let from = from_domain.trim().trim_end_matches('.').to_lowercase();
    if from.is_empty() || authserv_id.trim().is_empty() {
        return verdict;
    }
    let authored = |name: &str| AUTHORED.iter().any(|known| name.eq_ignore_ascii_case(known));
    let arrived = headers.iter().take(FIELDS_MAX).take_while(|(name, _)| !authored(name));
    let mut begun = false;
    for (name, value) in arrived {
        if !name.eq_ignore_ascii_case("authentication-results") {
            // A server writes its results in one block; behind a hop of transport they are of somebody else.
            if begun && name.eq_ignore_ascii_case("received") {
                break;
            }
            continue;
        }
        let tokens = tokens(value);
        let (id, findings) = read(&tokens);
        if !id.eq_ignore_ascii_case(authserv_id.trim()) {
            break;
        }
        begun = true;
        verdict.checked = true;
        for finding in findings {
            weigh(&finding, &from, &mut verdict);
        }
    }
    if verdict.dmarc_fail {
        verdict.dmarc_pass = false;
    }
    verdict
}

/// The name of the server that left the topmost result in a mail with these fields (name, text), topmost first: who it is
/// has to be known otherwise, such as from a letter of one's own. Nothing where none did, or it names nobody.
fn server_of(headers: &[(String, String)]) -> Option<String> {
    let authored = |name: &str| AUTHORED.iter().any(|known| name.eq_ignore_ascii_case(known));
    let arrived = headers.iter().take(FIELDS_MAX).take_while(|(name, _)| !authored(name));
    let value = arrived.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("authentication-results"))?.1.as_str();
    let tokens = tokens(value);
    let id = tokens.split(|word| word == ";").next()?;
    let is_name = |id: &String| id.contains('.') && id.len() <= 200 && !id.contains(['/', '@']);
    // A version may stand behind the name; with "=" it is a result already.
    id.first().filter(|id| is_name(id) && !tokens.iter().take(3).any(|word| word == "=")).map(|id| id.to_lowercase())
}

/// [`server_of`] of a mail as it came, or of its head.
pub fn server_in(raw: &[u8]) -> Option<String> {
    let read = super::incoming::read(raw, &super::incoming::Limits::default()).ok()?;
    server_of(&read.headers)
}

fn weigh(finding: &Finding, from: &str, verdict: &mut Verdict) {
    let pass = finding.result == "pass";
    let property =
        |name: &str| finding.properties.iter().find(|(known, _)| known == name).map(|(_, value)| domain(value));
    match finding.method.as_str() {
        "dmarc" => {
            // Where the server says for which domain, it must be this one.
            let same = property("header.from").is_none_or(|checked| checked == from);
            verdict.dmarc_pass |= pass && same;
            verdict.dmarc_fail |= finding.result == "fail";
        }
        "dkim" => {
            let signer = property("header.d").or_else(|| property("header.i"));
            verdict.dkim_aligned |= pass && signer.is_some_and(|signer| is_aligned(&signer, from));
        }
        "spf" => {
            let sender = property("smtp.mailfrom").or_else(|| property("smtp.mail"));
            let aligned = sender.is_some_and(|sender| is_aligned(&sender, from));
            verdict.spf_aligned |= pass && aligned;
            verdict.spf_fail |= finding.result == "fail" && aligned;
        }
        _ => {}
    }
}

fn domain(value: &str) -> String {
    let domain = value.rsplit('@').next().unwrap_or_default();
    domain.trim_matches(|c: char| c == '"' || c == '.' || c == '<' || c == '>').to_lowercase()
}

/// Whether a domain speaks for that of From: the same, or one above it that is more than a top-level domain. Public
/// suffixes such as `co.uk` are not known here, so one above needs a name of at least four letters before its end.
fn is_aligned(signer: &str, from: &str) -> bool {
    if signer == from {
        return !signer.is_empty();
    }
    let above = from.strip_suffix(signer).is_some_and(|rest| rest.ends_with('.'));
    let own = signer.split('.').rev().nth(1).is_some_and(|label| label.len() > 3);
    above && own && signer.contains('.')
}

/// Words, `;` and `=`, comments left out, quoted strings as one word.
fn tokens(value: &str) -> Vec<String> {
    let value = clean_line(value, 8_000);
    let mut found: Vec<String> = vec![String::new()];
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        let Some(last) = found.last_mut() else { break };
        match c {
            '\\' if quoted || depth > 0 => {
                let next = rest.next();
                if depth == 0 {
                    last.extend(next);
                }
            }
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            ';' | '=' if !quoted => found.extend([c.to_string(), String::new()]),
            c if c.is_whitespace() && !quoted => found.push(String::new()),
            _ => last.push(c),
        }
    }
    found.retain(|word| !word.is_empty());
    found
}

/// The authserv-id and the findings of one field.
fn read(tokens: &[String]) -> (&str, Vec<Finding>) {
    let mut parts = tokens.split(|word| word == ";");
    let id = parts.next().and_then(<[String]>::first).map_or("", String::as_str);
    let mut found = Vec::new();
    for part in parts.take(METHODS_MAX) {
        let mut pairs = part.split(|word| word == "=");
        let Some(mut name) = pairs.next().and_then(<[String]>::last) else { continue };
        let mut finding = Finding::default();
        for words in pairs {
            let Some(value) = words.first() else { break };
            let name_ = name.to_lowercase();
            if finding.method.is_empty() {
                finding.method = name_.split('/').next().unwrap_or_default().to_owned();
                finding.result = value.to_lowercase();
            } else {
                finding.properties.push((name_, value.clone()));
            }
            let Some(next) = words.last() else { break };
            name = next;
        }
        found.push(finding);
    }
    (id, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict_of(fields: &[(&str, &str)]) -> Verdict {
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        verdict(&fields, "mx.desk.test", "example.org")
    }

    const PASS: &str = "mx.desk.test; dkim=pass (2048-bit key; (nested)) header.d=example.org header.s=a; spf=pass smtp.mailfrom=bounce@mail.example.org; dmarc=pass (p=reject) header.from=example.org";

    #[test]
    fn a_letter_of_ones_own_names_the_server() {
        let of = |fields: &[(&str, &str)]| {
            let fields: Vec<(String, String)> =
                fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            server_of(&fields)
        };
        assert_eq!(of(&[("Received", "x"), ("authentication-results", PASS)]).as_deref(), Some("mx.desk.test"));
        assert_eq!(of(&[("Authentication-Results", "MX.desk.test 1; none")]).as_deref(), Some("mx.desk.test"));
        let nobody = "spf=pass smtp.mailfrom=n.example; dkim=pass header.d=n.example";
        assert_eq!(of(&[("Authentication-Results", nobody), ("Authentication-Results", PASS)]), None);
        assert_eq!(of(&[("From", "a@example.org"), ("Authentication-Results", PASS)]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn the_trusted_server_is_believed() {
        let found = verdict_of(&[("Received", "x"), ("Authentication-Results", PASS), ("From", "a@example.org")]);
        assert!(found.checked && found.dmarc_pass && found.dkim_aligned && !found.spf_aligned && found.is_proven());
        let several = verdict_of(&[
            ("Authentication-Results", "mx.desk.test 1; spf=none smtp.mailfrom=x.test"),
            ("Authentication-Results", "MX.desk.test; dkim=pass header.i=@example.org"),
        ]);
        assert!(several.dkim_aligned && several.is_proven() && !several.dmarc_pass);
    }

    #[test]
    fn nobody_else_is() {
        for fields in [
            &[("Authentication-Results", "mx.evil.test; dmarc=pass"), ("Authentication-Results", PASS)][..],
            &[("From", "a@example.org"), ("Authentication-Results", PASS)],
            &[("Received", "x"), ("Subject", "x"), ("Authentication-Results", PASS)],
            &[("Authentication-Results", "\"mx.evil.test; mx.desk.test\"; dmarc=pass")],
            &[("Authentication-Results", "(mx.desk.test;) mx.evil.test; dmarc=pass")],
            &[("Authentication-Results", "mx.desk.test; none")],
            &[("Authentication-Results", "mx.desk.test; dmarc=fail header.from=example.org reason=\"; dmarc=pass\"")],
            &[("Authentication-Results", "mx.desk.test; dmarc=pass header.from=evil.test")],
            &[("Authentication-Results", "mx.desk.test; dkim=pass header.d=evil-example.org")],
            &[("Authentication-Results", "mx.desk.test; dkim=fail header.d=example.org; x=dkim=pass")],
            &[],
        ] {
            assert!(!verdict_of(fields).is_proven(), "{fields:?}");
        }
        for (results, refuted) in [
            ("dmarc=fail header.from=example.org", true),
            ("dkim=pass header.d=example.org; dmarc=fail", true),
            ("spf=fail smtp.mailfrom=a@example.org; dkim=none", true),
            ("spf=fail smtp.mailfrom=a@example.org; dkim=pass header.d=example.org", false),
            ("spf=fail smtp.mailfrom=list.test", false),
            ("spf=softfail smtp.mailfrom=example.org; dmarc=none", false),
            ("none", false),
        ] {
            let found = verdict_of(&[("Authentication-Results", &format!("mx.desk.test; {results}"))]);
            assert_eq!(found.is_refuted(), refuted, "{results}");
        }
        let below = verdict_of(&[
            ("Authentication-Results", "mx.desk.test; spf=fail"),
            ("Received", "from outside"),
            ("Authentication-Results", PASS),
        ]);
        assert!(below.checked && !below.is_proven());
    }

    #[test]
    fn alignment() {
        assert!(is_aligned("example.org", "mail.example.org") && is_aligned("example.org", "example.org"));
        for (signer, from) in
            [("org", "example.org"), ("co.uk", "shop.co.uk"), ("mail.example.org", "example.org"), ("", "")]
        {
            assert!(!is_aligned(signer, from), "{signer} {from}");
        }
    }
}
