//! Who calls, whom, and by way of whom: read from an INVITE of a trusted source (RFC 3325, 3323, 4244/7044, 5806, 3455,
//! 4458, 8224).
//!
//! A number that the network asserts beats one that the caller wrote. Every text from here is cleaned and capped, but
//! it is still the word of a stranger: escape it where it is shown. Numbers stay as they came; `number` makes sense of
//! them.

use super::call::CallKey;
use super::reader::{Message, NameAddr, SipUri, percent_decode};
use crate::base::text::clean_line;

/// Characters of a display name.
pub const NAME_CHARACTERS_MAX: usize = 80;
/// Characters of a number, a dialled name, a Call-ID's part in the key.
const NUMBER_CHARACTERS_MAX: usize = 128;

/// On whose word a caller's number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// The network: P-Asserted-Identity.
    Asserted,
    /// The PBX: Remote-Party-ID.
    RemoteParty,
    /// The caller's device: From.
    Claimed,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The number or user as it came, decoded; nothing when it is withheld or there is none.
    pub number: Option<String>,
    /// On whose word.
    pub vouched: Vouched,
    /// A name, cleaned, at most 80 characters; nothing when it only repeats the number.
    pub display_name: Option<String>,
    /// The caller asked not to be shown.
    pub withheld: bool,
    /// What the network says about the signature of the number (`TN-Validation-Passed` ..), as it came.
    pub verstat: Option<String>,
}

/// A diversion on the way to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diversion {
    /// The number that sent the call on to us (the latest diversion).
    pub from: Option<String>,
    /// Why, in the words of Diversion: `no-answer`, `user-busy`, `unconditional` ..
    pub reason: Option<String>,
}

/// Reads who calls. `keep_withheld` keeps an asserted number although the caller asked for privacy; the law allows that
/// to few.
pub fn caller_of(invite: &Message, keep_withheld: bool) -> CallerIdentity {
    let asserted = invite.addresses("P-Asserted-Identity");
    let asserted = asserted.iter().find(|a| a.uri.scheme.starts_with("sip")).or(asserted.first());
    let remote_parties = invite.addresses("Remote-Party-ID");
    let is_calling = |a: &&NameAddr| a.params.get("party").is_none_or(|party| party.eq_ignore_ascii_case("calling"));
    let remote_party = remote_parties.iter().find(is_calling);
    let (best, vouched) = match (asserted, remote_party) {
        (Some(asserted), _) => (asserted, Vouched::Asserted),
        (None, Some(remote_party)) => (remote_party, Vouched::RemoteParty),
        (None, None) => (&invite.from, Vouched::Claimed),
    };
    let withheld = is_withheld(invite, remote_party);
    let number = user_of(&best.uri).filter(|user| !is_anonymous(user));
    let names = [asserted, remote_party, Some(&invite.from)];
    let name = names.into_iter().flatten().find_map(|address| name_of(address, number.as_deref()));
    let hidden = withheld && !(keep_withheld && vouched != Vouched::Claimed);
    CallerIdentity {
        verstat: verstat_of(best).or_else(|| verstat_of(&invite.from)),
        number: number.filter(|_| !hidden),
        display_name: name.filter(|_| !hidden),
        vouched,
        withheld,
    }
}

/// What was dialled: P-Called-Party-ID > the first entry of History-Info > the first diversion (the bottom-most) > To >
/// Request-URI. The Request-URI comes last since for a registered phone it is only the phone's own contact.
pub fn dialled_of(invite: &Message) -> Option<String> {
    let called = invite.addresses("P-Called-Party-ID");
    let history = invite.addresses("History-Info");
    let diversions = invite.addresses("Diversion");
    let first = history.iter().find(|entry| entry.params.get("index") == Some("1"));
    let candidates = [called.first(), first, diversions.last(), Some(&invite.to)];
    let dialled = candidates.into_iter().flatten().find_map(|address| user_of(&address.uri));
    dialled.or_else(|| invite.request().and_then(|(_, uri)| user_of(uri)))
}

/// The latest diversion, from Diversion or else from the cause that the last entry of History-Info carries.
pub fn diversion_of(invite: &Message) -> Option<Diversion> {
    if let Some(latest) = invite.addresses("Diversion").first() {
        let reason = latest.params.get("reason").map(|reason| clean_line(reason, NAME_CHARACTERS_MAX));
        return Some(Diversion { from: user_of(&latest.uri), reason });
    }
    let history = invite.addresses("History-Info");
    let (last, earlier) = history.split_last()?;
    let cause = last.uri.params.get("cause")?;
    let reason = match cause {
        "302" => "unconditional",
        "404" | "503" => "unavailable",
        "408" => "no-answer",
        "480" | "487" => "deflection",
        "486" => "user-busy",
        _ => "unknown",
    };
    Some(Diversion { from: earlier.last().and_then(|entry| user_of(&entry.uri)), reason: Some(reason.to_owned()) })
}

/// The key under which repetitions of a call meet.
pub fn key_of(invite: &Message) -> CallKey {
    let user = invite.request().and_then(|(_, uri)| uri.user.as_deref()).unwrap_or_default();
    CallKey(format!("{}\n{}\n{user}", invite.call_id, invite.from.tag().unwrap_or_default()))
}

/// The user part without what stands behind `;` in it (`npdi`, `phone-context`), decoded, cleaned.
fn user_of(uri: &SipUri) -> Option<String> {
    let user = uri.user.as_deref()?.split(';').next()?;
    let user = clean_line(&percent_decode(user), NUMBER_CHARACTERS_MAX);
    (!user.is_empty()).then_some(user)
}

fn name_of(address: &NameAddr, number: Option<&str>) -> Option<String> {
    let name = clean_line(address.display.as_deref()?, NAME_CHARACTERS_MAX);
    let own = user_of(&address.uri);
    let repeats = [number, own.as_deref()].into_iter().flatten().any(|number| is_same_number(&name, number));
    (!name.is_empty() && !repeats && !is_anonymous(&name)).then_some(name)
}

/// Whether a name is but the number in other clothes (`+49 30 901820`, `0049-30-901820` no: that would be guessing).
fn is_same_number(name: &str, number: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| !" -/().+".contains(*c)).collect::<String>();
    name == number || (!bare(name).is_empty() && bare(name) == bare(number))
}

fn is_anonymous(user: &str) -> bool {
    ["anonymous", "unknown", "unavailable", "restricted", "private"].iter().any(|word| user.eq_ignore_ascii_case(word))
}

fn is_withheld(invite: &Message, remote_party: Option<&NameAddr>) -> bool {
    let mut wishes = invite.values("Privacy").flat_map(|value| value.split([';', ',']));
    let by_header = wishes
        .any(|wish| ["id", "user", "header", "critical"].iter().any(|word| wish.trim().eq_ignore_ascii_case(word)));
    let by_host = invite.from.uri.host.eq_ignore_ascii_case("anonymous.invalid");
    let by_user = user_of(&invite.from.uri).is_some_and(|user| is_anonymous(&user));
    let by_party = remote_party.and_then(|a| a.params.get("privacy")).is_some_and(|p| !p.eq_ignore_ascii_case("off"));
    by_header || by_host || by_user || by_party
}

/// `verstat` stands in the user part, behind the number of a tel URI, or among the header's parameters.
fn verstat_of(address: &NameAddr) -> Option<String> {
    let in_user = address.uri.user.as_deref().into_iter().flat_map(|user| user.split(';').skip(1));
    let mut in_user = in_user.filter_map(|part| part.strip_prefix("verstat="));
    let found = in_user.next().or(address.uri.params.get("verstat")).or(address.params.get("verstat"))?;
    Some(clean_line(found, NAME_CHARACTERS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::testing::{octets, parse, request};

    fn caller(more: &str) -> CallerIdentity {
        caller_of(&request("INVITE", "1", more), false)
    }

    #[test]
    fn the_network_beats_the_pbx_beats_the_device() {
        let from = caller("");
        assert_eq!((from.number.as_deref(), from.vouched), (Some("+4930901820"), Vouched::Claimed));
        assert_eq!(from.display_name.as_deref(), Some("Erika"));
        let rpid = "Remote-Party-ID: <sip:2@h>;party=called, \"PBX\" <sip:1@h>;party=calling;privacy=off\r\n";
        let party = caller(rpid);
        assert_eq!((party.number.as_deref(), party.vouched), (Some("1"), Vouched::RemoteParty));
        assert_eq!(party.display_name.as_deref(), Some("PBX"));
        let pai = format!("{rpid}P-Asserted-Identity: <tel:+4917>\r\nP-Asserted-Identity: <sip:+4918;npdi@h>\r\n");
        let asserted = caller(&pai);
        assert_eq!((asserted.number.as_deref(), asserted.vouched), (Some("+4918"), Vouched::Asserted));
        assert_eq!(asserted.display_name.as_deref(), Some("PBX"));
        assert_eq!(
            caller("P-Asserted-Identity: <tel:+4917;verstat=No-TN-Validation>\r\n").verstat.unwrap(),
            "No-TN-Validation"
        );
        assert_eq!(
            caller("P-Asserted-Identity: <sip:+1;verstat=TN-Validation-Passed@h>\r\n").verstat.unwrap(),
            "TN-Validation-Passed"
        );
        assert_eq!(caller("P-Asserted-Identity: broken, <\r\n").vouched, Vouched::Claimed);
    }

    #[test]
    fn who_asks_for_privacy_gets_it() {
        let pai = "P-Asserted-Identity: \"Erika\" <sip:+4917@h>\r\n";
        for more in ["Privacy: id\r\n", "Privacy: none;header\r\n", "Privacy: critical\r\n"] {
            let caller = caller(&format!("{pai}{more}"));
            assert_eq!((caller.withheld, caller.number, caller.display_name), (true, None, None), "{more}");
        }
        assert!(!caller("Privacy: none\r\n").withheld);
        assert!(caller("Remote-Party-ID: <sip:1@h>;privacy=full\r\n").withheld);
        let anonymous =
            octets("INVITE", "1", pai).replace("\"Erika\" <sip:+4930901820@192.0.2.10>", "<sip:x@anonymous.invalid>");
        assert!(caller_of(&parse(&anonymous), false).withheld);
        assert_eq!(
            caller_of(&parse(&anonymous), true).number.as_deref(),
            Some("+4917"),
            "kept where the law allows it"
        );
        let unasserted = octets("INVITE", "1", "").replace("sip:+4930901820@", "sip:Anonymous@");
        let caller = caller_of(&parse(&unasserted), true);
        assert_eq!((caller.withheld, caller.number), (true, None));
    }

    #[test]
    fn names_are_cleaned_and_say_more_than_the_number() {
        let named =
            |name: &str| caller(&format!("P-Asserted-Identity: \"{name}\" <sip:+4930901820@h>\r\n")).display_name;
        assert_eq!(named("\u{202E}Evil\\\u{0}").as_deref(), Some("Evil"));
        assert_eq!(named("+49 30 901820").as_deref(), Some("Erika"), "the next name is taken");
        assert_eq!(named(&"x".repeat(500)).unwrap().chars().count(), NAME_CHARACTERS_MAX);
    }

    #[test]
    fn what_was_dialled_is_found_behind_diversions() {
        let dialled = |more: &str| dialled_of(&request("INVITE", "1", more)).unwrap();
        assert_eq!(dialled(""), "620");
        let diversion = "Diversion: <sip:2@h>;reason=no-answer, <sip:1@h>;reason=user-busy\r\n";
        assert_eq!(dialled(diversion), "1");
        let history = "History-Info: <sip:7@h?Reason=x>;index=1, <sip:8@h;cause=486>;index=1.1\r\n";
        assert_eq!(dialled(&format!("{diversion}{history}")), "7");
        assert_eq!(dialled(&format!("{diversion}{history}P-Called-Party-ID: <sip:%2B4930@h>\r\n")), "+4930");
        let of = |more: &str| diversion_of(&request("INVITE", "1", more));
        assert_eq!(of(diversion), Some(Diversion { from: Some("2".into()), reason: Some("no-answer".into()) }));
        assert_eq!(of(history), Some(Diversion { from: Some("7".into()), reason: Some("user-busy".into()) }));
        assert_eq!(of(""), None);
        assert_eq!(key_of(&request("INVITE", "1", "")).0, "c1\nf1\n620");
    }
}
