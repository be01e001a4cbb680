//! Replies of a server as the library read them, and what the server offers (EHLO, RFC 5321 section 4.1.1.1).

use std::error::Error as _;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::trouble::{Step, Trouble};
use crate::base::text::clean_line;

/// Characters of a reply that are kept for people.
const TEXT_CHARACTERS_MAX: usize = 500;

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// 200 to 559.
    pub(super) code: u16,
    /// The texts of its lines.
    pub(super) lines: Vec<String>,
}

/// What comes within its time; the library itself waits for ever.
pub(super) async fn in_time<T>(
    within: Duration,
    step: Step,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<Result<T, Reply>, Trouble> {
    let error = match timeout(within, answer).await {
        Ok(Ok(answer)) => return Ok(Ok(answer)),
        Ok(Err(error)) => error,
        Err(_) => return Err(Trouble::TimedOut(step)),
    };
    let source = error.source();
    if let Some(code) = error.status() {
        return Ok(Err(Reply { code: code.into(), lines: source.map(ToString::to_string).into_iter().collect() }));
    }
    match source.and_then(|source| source.downcast_ref::<io::Error>()) {
        Some(error) if error.kind() != io::ErrorKind::InvalidData => Err(Trouble::Lost(step)),
        _ => Err(Trouble::NotSmtp),
    }
}

/// The reply to a command, within its time.
pub(super) async fn reply_in_time(
    within: Duration,
    step: Step,
    answer: impl Future<Output = Result<Response, Error>>,
) -> Result<Reply, Trouble> {
    Ok(in_time(within, step, answer).await?.map_or_else(
        |refusal| refusal,
        |response| Reply { code: response.code().into(), lines: response.message().map(str::to_owned).collect() },
    ))
}

impl Reply {
    /// 2xx.
    pub(super) fn is_yes(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// What the server said, on one line, without what could deceive.
    pub(super) fn text(&self) -> String {
        clean_line(&self.lines.join(" "), TEXT_CHARACTERS_MAX)
    }
}

/// What a server offers. The library has its own list, without SIZE and without the logins that it does not know, and with
/// nothing that is written in small letters or with the `=` of old servers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Offers {
    /// Ways to log in, in upper case (RFC 4954).
    pub(super) logins: Vec<String>,
    /// Octets that a mail may have (RFC 1870); nothing when it does not say.
    pub(super) octets_max: Option<u64>,
    /// SIZE is understood at all.
    pub(super) size: bool,
    /// 8BITMIME (RFC 6152).
    pub(super) eight_bit: bool,
}

impl Offers {
    /// Reads the reply to EHLO.
    pub(super) fn read(reply: &Reply) -> Self {
        let mut offers = Self::default();
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // "AUTH=PLAIN" is the way of servers older than RFC 2554.
            let mut words = line.split([' ', '\t', '=']).filter(|word| !word.is_empty());
            match words.next() {
                Some("8BITMIME") => offers.eight_bit = true,
                Some("SIZE") => {
                    offers.size = true;
                    offers.octets_max = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                }
                Some("AUTH") => offers.logins.extend(words.take(20).map(str::to_owned)),
                _ => {}
            }
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_are_found() {
        let text = ["mx greets you", "size 1000", "auth LOGIN plain", "AUTH=CRAM-MD5", "8BITMIME"];
        let offers = Offers::read(&Reply { code: 250, lines: text.map(str::to_owned).to_vec() });
        assert_eq!(offers.octets_max, Some(1_000));
        assert!(offers.size && offers.eight_bit);
        assert_eq!(offers.logins, ["LOGIN", "PLAIN", "CRAM-MD5"]);
        let none = Offers::read(&Reply { code: 250, lines: vec!["8BITMIME".to_owned(), "SIZE 0".to_owned()] });
        assert!(!none.eight_bit && none.size, "the first line is a greeting");
        assert_eq!(none.octets_max, None);
    }
}
