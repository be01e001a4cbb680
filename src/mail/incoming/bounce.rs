//! Bounces: whom a mail did not reach, and why (RFC 3464; the free text of those that know no RFC).

use std::sync::LazyLock;

use regex::Regex;

use super::field::{Fields, ids};
use super::structure::Part;
use super::{Incoming, phrases};

/// Recipients of one report that are read.
const RECIPIENTS_MAX: usize = 100;

/// What became of a mail for one recipient (RFC 3464 section 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It will not arrive.
    Failed,
    /// It is still being tried.
    Delayed,
    /// It arrived.
    Delivered,
    /// It went on to a system that sends no reports.
    Relayed,
    /// It went to several further addresses.
    Expanded,
}

/// One recipient of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRecipient {
    /// The address that was tried, in lower case; the one that was written first, where the report says both.
    pub address: String,
    /// What became of it.
    pub action: Action,
    /// The enhanced status code, `5.1.1` (RFC 3463).
    pub status: Option<String>,
    /// What the other server said, one line, at most 500 characters.
    pub diagnostic: String,
}

impl FailedRecipient {
    /// Whether it failed for good and is not tried any more, whatever the reason; a mailbox that was full too long counts.
    pub fn is_permanent(&self) -> bool {
        self.action == Action::Failed
    }

    /// Whether the address itself is at fault, so that no further mail makes sense: unknown, moved, disabled, no such
    /// domain; not a full mailbox, a policy, or a time-out.
    pub fn is_hard(&self) -> bool {
        let said = self.diagnostic.to_lowercase();
        if !self.is_permanent() || phrases::PASSING.iter().any(|phrase| said.contains(phrase)) {
            return false;
        }
        let status = self.status.as_deref().unwrap_or_default();
        let coded = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"].contains(&status);
        coded || phrases::UNKNOWN_USER.iter().any(|phrase| said.contains(phrase))
    }
}

/// A bounce, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BounceReport {
    /// Whom it is about. May be empty: then nobody could be read.
    pub recipients: Vec<FailedRecipient>,
    /// The Message-ID of the mail that came back.
    pub original_message_id: Option<String>,
    /// Whether it only says that the mail is late.
    pub delayed: bool,
}

/// Reads what a mail says about others that did not arrive; only of use if it is a bounce.
pub(super) fn read(mail: &Part<'_>, found: &Incoming) -> Option<BounceReport> {
    let leaves = mail.leaves();
    let mut recipients = Vec::new();
    for part in leaves
        .iter()
        .filter(|part| matches!(part.media.as_str(), "message/delivery-status" | "message/global-delivery-status"))
    {
        statuses(&part.octets(), &mut recipients);
    }
    if recipients.is_empty() {
        recipients = from_text(found, &mail.fields);
    }
    let delayed = !recipients.is_empty() && recipients.iter().all(|one| one.action == Action::Delayed);
    let returned = |part: &&&Part<'_>| {
        super::name::is_mail(&part.media)
            || matches!(part.media.as_str(), "text/rfc822-headers" | "message/rfc822-headers")
    };
    let original = leaves.iter().filter(returned).find_map(|part| {
        let octets = part.octets();
        let (fields, _) = Fields::read(octets.trim_ascii_start(), 65_536);
        fields.first("message-id").and_then(|value| ids(&value, 1).into_iter().next())
    });
    let in_text = || MESSAGE_ID.captures(&found.text).and_then(|m| ids(m.get(1)?.as_str(), 1).into_iter().next());
    let field = || mail.fields.first("original-message-id").and_then(|value| ids(&value, 1).into_iter().next());
    let original_message_id = original.or_else(in_text).or_else(field);
    Some(BounceReport { recipients, original_message_id, delayed })
}

/// The groups of fields of a delivery status.
fn statuses(octets: &[u8], found: &mut Vec<FailedRecipient>) {
    let mut rest = octets.trim_ascii_start();
    while !rest.is_empty() && found.len() < RECIPIENTS_MAX {
        let (fields, end) = Fields::read(rest, 65_536);
        rest = rest.get(end.max(1)..).unwrap_or_default().trim_ascii_start();
        let typed = |name: &str| {
            fields.text(name).map(|value| value.split_once(';').map_or(value.clone(), |(_, v)| v.to_owned()))
        };
        let Some(tried) = typed("final-recipient").or_else(|| typed("original-recipient")) else { continue };
        let address = typed("original-recipient").filter(|a| a.contains('@')).unwrap_or(tried);
        let status = fields.first("status").and_then(|value| STATUS.find(&value).map(|m| m.as_str().to_owned()));
        let action = match fields.first("action").unwrap_or_default().trim().to_ascii_lowercase() {
            action if action.starts_with("delayed") => Action::Delayed,
            action if action.starts_with("deliver") => Action::Delivered,
            action if action.starts_with("relayed") => Action::Relayed,
            action if action.starts_with("expanded") => Action::Expanded,
            _ => Action::Failed,
        };
        let diagnostic = typed("diagnostic-code").unwrap_or_default();
        found.push(recipient(&address, action, status, &diagnostic));
    }
}

fn recipient(address: &str, action: Action, status: Option<String>, diagnostic: &str) -> FailedRecipient {
    let address = address.trim().trim_matches(['<', '>', '"', ' ']).to_lowercase();
    let diagnostic = crate::base::text::clean_line(diagnostic, 500);
    // A zero status says less than the answer of the other server.
    let said = STATUS.find(&diagnostic).map(|m| m.as_str().to_owned());
    let vague = status.as_deref().is_none_or(|status| status.ends_with(".0.0"));
    let status = if vague { said.or(status) } else { status };
    FailedRecipient { address: address.chars().take(320).collect(), action, status, diagnostic }
}

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static STATUS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[245]\.\d{1,3}\.\d{1,3}\b").unwrap());
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:^|[\s:>(#])([45])[0-5]\d[\s\-#]").unwrap());
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9._%+=/&'!#$*?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9]").unwrap());
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static MESSAGE_ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?im)^[ \t>]*message-id:[ \t]*(<[^<>\s]{5,500}>)").unwrap());

/// Recipients of a report in free text: those of X-Failed-Recipients, else the addresses that stand at the beginning of a
/// line, or alone on it, above the mail that came back.
fn from_text(found: &Incoming, fields: &Fields<'_>) -> Vec<FailedRecipient> {
    let lines: Vec<&str> = found.text.lines().take(400).collect();
    let below =
        |line: &&str| phrases::RETURNED_BELOW.iter().any(|mark| line.trim_start().to_lowercase().starts_with(mark));
    let end = lines.iter().position(below).unwrap_or(lines.len());
    let lines = lines.get(..end).unwrap_or_default();
    let mut places: Vec<(usize, String)> = Vec::new();
    for failed in fields.named("x-failed-recipients") {
        let value = fields.unfolded(failed);
        let all = ADDRESS.find_iter(&value).map(|m| m.as_str().to_lowercase());
        places.extend(all.map(|address| (line_of(lines, &address), address)));
    }
    if places.is_empty() {
        places = named_in(lines, found, true);
    }
    if places.is_empty() {
        places = named_in(lines, found, false);
    }
    let subject = found.subject.to_lowercase();
    let late = ["delayed", "delay)", "warning", "not yet been delivered", "verzögert"]
        .iter()
        .any(|word| subject.contains(word));
    let said = found.text.to_lowercase();
    let late = late
        || ["has not yet been delivered", "has been postponed", "will continue to try", "will be retried"]
            .iter()
            .any(|w| said.contains(w));
    let mut all = Vec::new();
    for (n, (place, address)) in places.iter().enumerate().take(RECIPIENTS_MAX) {
        let next = places.get(n + 1).map_or(lines.len(), |(next, _)| *next).max(place + 1);
        let said = lines.get(*place..next.min(place + 12)).unwrap_or_default().join(" ");
        let said = if next == lines.len() && !CODE.is_match(&said) { lines.join(" ") } else { said };
        let status = STATUS.find(&said).map(|m| m.as_str().to_owned());
        let coded = || CODE.captures(&said).and_then(|c| c.get(1)).map(|class| format!("{}.0.0", class.as_str()));
        let action = if late { Action::Delayed } else { Action::Failed };
        all.push(recipient(address, action, status.or_else(coded), &said));
    }
    all
}

fn line_of(lines: &[&str], address: &str) -> usize {
    lines.iter().position(|line| line.to_lowercase().contains(address)).unwrap_or_default()
}

/// Addresses that lines are about, with those lines: at the beginning or alone when `strict`, else anywhere.
fn named_in(lines: &[&str], found: &Incoming, strict: bool) -> Vec<(usize, String)> {
    let own = found.from.address.to_lowercase();
    let mut places: Vec<(usize, String)> = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let Some(hit) = ADDRESS.find(line) else { continue };
        let address = hit.as_str().trim_end_matches('.').to_lowercase();
        let before = line.get(..hit.start()).unwrap_or_default().trim_start().to_lowercase();
        let before = before.trim_start_matches("smtp:").trim_start_matches("rfc822;");
        let named = [
            "",
            "<",
            "* ",
            "- ",
            "to: <",
            "'",
            "\"",
            "(",
            "user:",
            "recipient:",
            "recipient address:",
            "final-recipient:",
            "final-recipient: rfc822;",
            "an: <",
        ];
        let placed = named.contains(&before) || before.ends_with("recipient:") || before.ends_with("recipient: <");
        let daemon = phrases::DAEMONS.iter().any(|daemon| address.starts_with(daemon));
        let known = places.iter().any(|(_, a)| *a == address)
            || found.to.iter().any(|m| m.address.eq_ignore_ascii_case(&address));
        if (placed || !strict) && !daemon && address != own && !known {
            places.push((n, address));
        }
    }
    places
}
