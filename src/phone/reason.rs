//! Why a call was cancelled: the Reason header (RFC 3326), several of them, decided by cause.
//!
//! The text is never looked at but for `ORIGINATOR_CANCEL`: the same Kamailio sends it or not, as the wind blows.

use super::call::{Ending, Outcome, Trust};
use super::reader::grammar::split_top;
use super::reader::{Message, Params, grammar::ValueRule};
use crate::base::text::clean_line;

/// Characters that are kept of the raw Reason headers.
const RAW_CHARACTERS_MAX: usize = 300;

/// What a CANCEL (or a BYE of a call that still rings) says about the end of its call.
pub fn ending_of(request: &Message) -> Ending {
    let raw = request.values("Reason").collect::<Vec<_>>().join(", ");
    let values = request.values("Reason").filter_map(|value| split_top(value, b',').ok()).flatten();
    let causes: Vec<(Outcome, Trust)> = values.filter_map(read_value).collect();
    // "Answered elsewhere" decides over everything beside it: Asterisk sends SIP;cause=200 together with Q.850;cause=26,
    // and FreeSWITCH adds a Q.850 of its own leg. Otherwise the first that we understand.
    let elsewhere = causes.iter().find(|(outcome, _)| *outcome == Outcome::AnsweredElsewhere);
    let (outcome, trust) = elsewhere.or(causes.first()).copied().unwrap_or((Outcome::Unconfirmed, Trust::Low));
    let reason_raw = (!raw.is_empty()).then(|| clean_line(&raw, RAW_CHARACTERS_MAX));
    Ending { outcome, trust, reason_raw }
}

/// One `protocol;cause=n;text="..."`.
fn read_value(value: &str) -> Option<(Outcome, Trust)> {
    let parts = split_top(value, b';').ok()?;
    let (protocol, rest) = parts.split_first()?;
    let params = Params::read(rest, ValueRule::Address).ok()?;
    let cause: Option<u16> = params.get("cause").and_then(|cause| cause.parse().ok());
    let by_cause = match (protocol.to_ascii_uppercase().as_str(), cause) {
        ("SIP", Some(200)) | ("Q.850", Some(26)) => Some((Outcome::AnsweredElsewhere, Trust::Medium)),
        ("SIP", Some(487)) | ("Q.850", Some(16)) => Some((Outcome::Missed, Trust::High)),
        ("SIP", Some(408 | 480 | 486)) | ("Q.850", Some(17..=19)) => Some((Outcome::WentOn, Trust::Medium)),
        ("SIP", Some(302)) => Some((Outcome::Forwarded, Trust::Medium)),
        _ => None,
    };
    by_cause.or_else(|| {
        let hung_up = params.get("text").is_some_and(|text| text.contains("ORIGINATOR_CANCEL"));
        hung_up.then_some((Outcome::Missed, Trust::High))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::testing::request;

    fn ending(reasons: &[&str]) -> Ending {
        let lines: String = reasons.iter().map(|r| format!("Reason: {r}\r\n")).collect();
        ending_of(&request("CANCEL", "1", &lines))
    }

    #[test]
    fn the_cause_decides() {
        use Outcome::{AnsweredElsewhere, Forwarded, Missed, Unconfirmed, WentOn};
        for (reasons, outcome, trust) in [
            (&["SIP;cause=200;text=\"Call completed elsewhere\""][..], AnsweredElsewhere, Trust::Medium),
            (&["sip ; cause = 200"], AnsweredElsewhere, Trust::Medium),
            (&["SIP;cause=200;text=\"Call completed elsewhere\"", "Q.850;cause=26"], AnsweredElsewhere, Trust::Medium),
            (&["Q.850;cause=16;text=\"a, b;c\", SIP;cause=200"], AnsweredElsewhere, Trust::Medium),
            (&["Q.850;cause=16;text=\"Normal\""], Missed, Trust::High),
            (&["SIP;cause=487;text=\"Call completed elsewhere\""], Missed, Trust::High),
            (&["FreeSWITCH;text=\"ORIGINATOR_CANCEL\""], Missed, Trust::High),
            (&["SIP;cause=480"], WentOn, Trust::Medium),
            (&["Q.850;cause=19"], WentOn, Trust::Medium),
            (&["SIP;cause=302"], Forwarded, Trust::Medium),
            (&["X;cause=1", "Q.850;cause=17"], WentOn, Trust::Medium),
            (&["SIP;cause=999"], Unconfirmed, Trust::Low),
            (&["SIP;cause=\"x", ";;;"], Unconfirmed, Trust::Low),
            (&[], Unconfirmed, Trust::Low),
        ] {
            let ending = ending(reasons);
            assert_eq!((ending.outcome, ending.trust), (outcome, trust), "{reasons:?}");
            assert_eq!(ending.reason_raw.is_some(), !reasons.is_empty());
        }
        assert_eq!(ending(&["SIP;cause=200", "Q.850;cause=26"]).reason_raw.unwrap(), "SIP;cause=200, Q.850;cause=26");
    }
}
