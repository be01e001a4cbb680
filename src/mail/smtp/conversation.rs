//! A conversation with a server, and how a letter is handed over in it.

use std::fmt::Display;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, timeout};

use super::reply::{Offers, Reply, reply_in_time};
use super::trouble::{Step, Trouble};
use super::{Delivery, Envelope, Outcome, Patience, Refused};
use crate::base::EmailAddress;
use crate::mail::address::{domain, local};
use crate::mail::outgoing::is_crlf_only;

/// Letters after which a conversation is ended; some servers count.
const LETTERS_MAX: usize = 100;
/// Octets of a letter that are written within one time.
const PIECE_BYTES: usize = 64 << 10;

/// An open conversation.
pub(super) struct Conversation {
    /// The connection, which the server has greeted.
    pub(super) smtp: AsyncSmtpConnection,
    /// What the server said to the last EHLO.
    pub(super) offers: Offers,
    patience: Patience,
    letters: usize,
    /// When it was last used.
    pub(super) used_at: Instant,
    /// Whether another letter can be handed over in it.
    pub(super) is_good: bool,
    #[expect(dead_code, reason = "given back when the conversation ends")]
    permit: Option<OwnedSemaphorePermit>,
}

/// What stops a letter on its way.
enum Stop {
    /// The server said no.
    No(Reply),
    /// The conversation broke; the letter was not handed over.
    Broken(Trouble),
    /// The conversation broke after the letter was handed over.
    Unknown(Trouble),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Broken(trouble)
    }
}

impl Conversation {
    /// After the greeting.
    pub(super) fn new(smtp: AsyncSmtpConnection, patience: Patience) -> Self {
        Self {
            smtp,
            offers: Offers::default(),
            patience,
            letters: 0,
            used_at: Instant::now(),
            is_good: true,
            permit: None,
        }
    }

    /// With what says that it may be open; see [`Server::open`](super::Server::open).
    pub(super) fn held_by(self, permit: Option<OwnedSemaphorePermit>) -> Self {
        Self { permit, ..self }
    }

    /// The reply to a command.
    pub(super) async fn ask(&mut self, command: impl Display, step: Step) -> Result<Reply, Trouble> {
        reply_in_time(self.patience.command, step, self.smtp.command(command)).await
    }

    /// Whether the server is still there.
    pub(super) async fn is_alive(&mut self) -> bool {
        timeout(self.patience.command, self.smtp.test_connected()).await.unwrap_or(false)
    }

    /// Ends it as one should; what the server thinks of it does not matter.
    pub(super) async fn end(mut self) {
        if self.is_good {
            drop(timeout(self.patience.greeting.min(Duration::from_secs(5)), self.smtp.quit()).await);
        }
    }

    /// Hands over a letter.
    pub(super) async fn hand_over(&mut self, envelope: &Envelope, octets: &[u8]) -> Delivery {
        if let Some(outcome) = self.unfit(octets) {
            return Delivery { outcome, refused: Vec::new() };
        }
        self.letters += 1;
        let mut refused = Vec::new();
        let outcome = match self.transaction(envelope, octets, &mut refused).await {
            Ok(reply) => Outcome::Accepted(format!("{} {}", reply.code, reply.text())),
            Err(Stop::No(reply)) => {
                // 421: the server is about to close the connection.
                self.is_good = self.is_good
                    && reply.code != 421
                    && matches!(self.ask(Rset, Step::Send).await, Ok(reply) if reply.is_yes());
                refusal(&reply)
            }
            Err(Stop::Broken(trouble)) => {
                self.is_good = false;
                Outcome::NotConnected(trouble)
            }
            Err(Stop::Unknown(trouble)) => {
                self.is_good = false;
                Outcome::Unknown(trouble.to_string())
            }
        };
        self.is_good &= self.letters < LETTERS_MAX;
        self.used_at = Instant::now();
        Delivery { outcome, refused }
    }

    /// Why this letter can't go to this server at all.
    fn unfit(&self, octets: &[u8]) -> Option<Outcome> {
        let length = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        if let Some(max) = self.offers.octets_max.filter(|max| length > *max) {
            let text = format!("not sent: the letter has {length} octets, and the server takes {max} at most");
            return Some(Outcome::Permanent(552, text));
        }
        // Servers disagree about lone CRs and LFs, and that is how a second mail is smuggled in.
        let text = "not sent: a line of the letter does not end in CR LF".to_owned();
        (!is_crlf_only(octets)).then_some(Outcome::Permanent(554, text))
    }

    /// MAIL, RCPT, DATA.
    async fn transaction(
        &mut self,
        envelope: &Envelope,
        octets: &[u8],
        refused: &mut Vec<Refused>,
    ) -> Result<Reply, Stop> {
        let mut more = Vec::new();
        if self.offers.size {
            more.push(MailParameter::Size(octets.len()));
        }
        if self.offers.eight_bit && !octets.is_ascii() {
            more.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let reply = self.ask(Mail::new(envelope.from.as_ref().map(written), more), Step::Send).await?;
        if !reply.is_yes() {
            return Err(Stop::No(reply));
        }
        let (mut taken, mut no) = (0, None);
        for address in &envelope.to {
            let reply = self.ask(Rcpt::new(written(address), Vec::new()), Step::Send).await?;
            if reply.is_yes() {
                taken += 1;
                continue;
            }
            refused.push(Refused { address: address.clone(), code: reply.code, text: reply.text() });
            if reply.code == 421 {
                return Err(Stop::No(reply));
            }
            // As long as one of them may be tried again, so may the letter.
            if no.as_ref().is_none_or(|kept: &Reply| kept.code >= 500 && reply.code < 500) {
                no = Some(reply);
            }
        }
        if let Some(reply) = no.filter(|_| taken == 0) {
            return Err(Stop::No(reply));
        }
        let reply = self.ask(Data, Step::Send).await?;
        if reply.code != 354 {
            return Err(Stop::No(reply));
        }
        self.data(octets).await
    }

    /// The letter, the final dot, and the answer to it.
    async fn data(&mut self, octets: &[u8]) -> Result<Reply, Stop> {
        let patience = self.patience;
        // The library writes a line end before the dot, whether there is one or not.
        let mut pieces = octets.strip_suffix(b"\r\n").unwrap_or(octets).chunks(PIECE_BYTES);
        // It asks for a piece when those before it were written, and for one more before it writes the dot.
        let (asked, is_written) = watch::channel(false);
        let pieces = std::iter::from_fn(|| {
            let piece = pieces.next();
            asked.send_replace(piece.is_none());
            piece
        });
        let answer = tokio::select! {
            biased;
            // Its time is the matter of the other.
            answer = reply_in_time(Duration::MAX, Step::Send, self.smtp.message_iter(pieces)) => answer,
            () = stalled(is_written.clone(), patience) => Err(Trouble::TimedOut(Step::Send)),
        };
        match answer {
            Ok(reply) if reply.is_yes() => Ok(reply),
            Ok(reply) if reply.code >= 400 => Err(Stop::No(reply)),
            Ok(_) => Err(Stop::Unknown(Trouble::NotSmtp)),
            Err(trouble) if *is_written.borrow() => Err(Stop::Unknown(trouble)),
            Err(trouble) => {
                // The dot was not sent, so nothing was taken; perhaps the server said why it closed.
                self.is_good = false;
                Err(match reply_in_time(patience.greeting, Step::Send, self.smtp.read_response()).await {
                    Ok(reply) if reply.code >= 400 => Stop::No(reply),
                    _ => Stop::Broken(trouble),
                })
            }
        }
    }
}

/// Comes when a letter has not moved for as long as a server may take: with each piece, and with the dot.
async fn stalled(mut is_written: watch::Receiver<bool>, patience: Patience) {
    loop {
        let within = if *is_written.borrow_and_update() { patience.dot } else { patience.command };
        if !matches!(timeout(within, is_written.changed()).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// The address as the library writes it. It was checked for an envelope; the library's own check refuses some that are good.
fn written(address: &EmailAddress) -> Address {
    Address::new_dangerous(local(address), domain(address))
}

/// What a refusal means for the letter. What is neither 4xx nor 5xx makes no sense here; later it may.
fn refusal(reply: &Reply) -> Outcome {
    match reply.code {
        500.. => Outcome::Permanent(reply.code, reply.text()),
        code => Outcome::Transient(code, reply.text()),
    }
}
