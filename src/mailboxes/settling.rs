//! What becomes of a letter after a try: taken, tried again, given up; on its row, on its entry and with its mailbox.

use super::explaining::in_english;
use super::outbound::{Outbound, OutboundKind, OutboundState, TRY_MS, pause_ms};
use super::store;
use crate::base::id::MailboxId;
use crate::base::text::clean_line;
use crate::base::{Error, Result};
use crate::events::{Act, Event};
use crate::mail::smtp::{Delivery as Sent, Outcome, Refused, Trouble};
use crate::tickets::{self, Delivery};

/// How long a letter waits that the desk could not hand over.
const PUT_OFF_MS: i64 = 5_000;

/// Characters of what a server said that are kept.
const ANSWER_CHARACTERS_MAX: usize = 400;

/// What becomes of a letter after a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// The server took it for everybody whom it did not refuse.
    Sent(String),
    /// It is tried again.
    Later(String),
    /// The desk could not hand it over: its disk is full, its database away. That was no try, and the next one is soon.
    PutOff(String),
    /// It was handed over, and nobody knows whether it was taken.
    Uncertain(String),
    /// Somebody has to look.
    Failed(String),
}

impl Fate {
    /// Of a letter that the desk could not hand over.
    pub fn put_off(error: &Error) -> Self {
        let told = in_english(error);
        if matches!(error, Error::Busy(_)) { Self::PutOff(told) } else { Self::Later(told) }
    }
}

/// What becomes of a letter by the outcome of its try.
pub(super) fn fate(letter: &Outbound, outcome: Outcome) -> Fate {
    match outcome {
        Outcome::Accepted(answer) => Fate::Sent(answer),
        Outcome::Permanent(code, text) => Fate::Failed(format!("{code} {text}")),
        Outcome::Transient(code, text) => Fate::Later(format!("{code} {text}")),
        Outcome::Unknown(text) if letter.uncertain_at.is_none() => Fate::Uncertain(text),
        Outcome::Unknown(text) => Fate::Failed(text),
        Outcome::NotConnected(trouble @ Trouble::LoginGivenUp) => Fate::PutOff(trouble.to_string()),
        Outcome::NotConnected(trouble) => Fate::Later(trouble.to_string()),
    }
}

/// What a try says of the way to the server, whatever becomes of the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// Nothing.
    Unknown,
    /// It is open.
    Open,
    /// It is closed, and why; perhaps because the sign-in was refused.
    Closed { why: String, is_refused: bool },
}

impl Way {
    /// What the outcome of a try says.
    pub fn of(sent: &Sent) -> Self {
        let closed = |why: String, is_refused| Self::Closed { why, is_refused };
        match &sent.outcome {
            Outcome::NotConnected(Trouble::LoginGivenUp) => Self::Unknown,
            Outcome::NotConnected(trouble) => closed(trouble.to_string(), trouble.is_refused_login()),
            // It takes nothing now, whoever it is for.
            Outcome::Transient(code, text) if sent.refused.is_empty() => closed(format!("{code} {text}"), false),
            Outcome::Unknown(why) => closed(why.clone(), false),
            Outcome::Accepted(_) | Outcome::Transient(..) | Outcome::Permanent(..) => Self::Open,
        }
    }

    /// When the desk did not even come to try it.
    pub fn of_desk(error: &Error) -> Self {
        match error {
            Error::Busy(_) => Self::Unknown,
            error => Self::Closed { why: in_english(error), is_refused: false },
        }
    }

    /// Notes it with the mailbox.
    pub fn note(&self, act: &mut Act<'_>, mailbox: MailboxId) -> Result<()> {
        match self {
            Self::Unknown => {}
            Self::Open => {
                if store::note_sending(act.db, mailbox)? {
                    act.record(Event::MailboxRecovered { mailbox });
                }
            }
            Self::Closed { why, is_refused } => {
                let why = clean_line(why, ANSWER_CHARACTERS_MAX);
                if store::note_not_sending(act.db, mailbox, &why, *is_refused, act.now)? {
                    act.record(Event::MailboxFailing { mailbox, failure: why });
                }
            }
        }
        Ok(())
    }
}

/// Notes whom the server refused, and who has the letter now. A letter that was taken and not by all goes on: to those who
/// may take it later, or to somebody who looks.
fn divide(row: &mut Outbound, fate: Fate, refused: &[Refused]) -> Fate {
    let said = |who: &Refused| format!("{} {}", who.code, who.text);
    let is_refused = |address: &str| refused.iter().any(|who| who.address.as_str() == address);
    let Fate::Sent(answer) = fate else {
        let never = refused.iter().filter(|who| who.is_permanent());
        row.recipients.refused.extend(never.map(|who| (who.address.as_str().to_owned(), said(who))));
        return fate;
    };
    let taken: Vec<String> = row.recipients.open().filter(|address| !is_refused(address)).map(str::to_owned).collect();
    row.recipients.taken.extend(taken);
    row.uncertain_at = None;
    let never = refused.iter().filter(|who| who.is_permanent());
    row.recipients.refused.extend(never.map(|who| (who.address.as_str().to_owned(), said(who))));
    match refused.iter().find(|who| !who.is_permanent()) {
        Some(who) => Fate::Later(said(who)),
        None if row.recipients.refused.is_empty() => Fate::Sent(answer),
        None => Fate::Failed(row.recipients.refused.values().next().cloned().unwrap_or_default()),
    }
}

/// Notes what became of a letter that a node had, on its row and on its entry.
pub(super) fn settle(act: &mut Act<'_>, node: &str, letter: Outbound, fate: Fate, refused: &[Refused]) -> Result<()> {
    match decide(act, node, letter, fate, refused)? {
        Some(row) => show_delivery(act, &row),
        None => Ok(()),
    }
}

/// Shows on its entry how far a letter of an agent is.
pub(super) fn show_delivery(act: &mut Act<'_>, row: &Outbound) -> Result<()> {
    let (OutboundKind::Reply, Some(entry)) = (row.kind, row.entry) else { return Ok(()) };
    let mut facts = tickets::letter_facts(act.db, entry)?;
    facts.delivery = Some(delivery(row));
    tickets::letter_changed(act, entry, &facts)
}

/// Notes what became of a letter on its row; nothing when somebody else has the letter or has dealt with it meanwhile.
pub(super) fn decide(
    act: &mut Act<'_>,
    node: &str,
    letter: Outbound,
    fate: Fate,
    refused: &[Refused],
) -> Result<Option<Outbound>> {
    let mut row = Outbound { attempts: letter.attempts + 1, ..letter };
    let over = act.now.since_ms(row.ready_at) >= TRY_MS;
    let answer = match divide(&mut row, fate, refused) {
        Fate::Sent(answer) => {
            row.state = OutboundState::Sent;
            answer
        }
        Fate::Failed(answer) => {
            row.state = OutboundState::Failed;
            answer
        }
        Fate::Later(answer) if over => {
            row.state = OutboundState::Failed;
            answer
        }
        Fate::Later(answer) => {
            row.state = OutboundState::Queued;
            row.due_at = act.now.plus_ms(pause_ms(row.attempts));
            answer
        }
        Fate::PutOff(answer) => {
            row.state = OutboundState::Queued;
            row.attempts -= 1;
            row.due_at = act.now.plus_ms(PUT_OFF_MS);
            answer
        }
        Fate::Uncertain(answer) => {
            row.state = OutboundState::Queued;
            row.uncertain_at = Some(act.now);
            row.due_at = act.now.plus_ms(pause_ms(row.attempts));
            answer
        }
    };
    row.answer = clean_line(&answer, ANSWER_CHARACTERS_MAX);
    if row.state == OutboundState::Failed && !row.recipients.taken.is_empty() {
        let open: Vec<String> = row.recipients.open().map(str::to_owned).collect();
        row.recipients.refused.extend(open.into_iter().map(|address| (address, row.answer.clone())));
    }
    let is_settled = matches!(row.state, OutboundState::Sent | OutboundState::Failed);
    row.settled_at = is_settled.then_some(act.now);
    if !store::settle_letter(act.db, node, &row)? {
        tracing::warn!(mail = %row.id, "a letter was in other hands when it had its answer, which is not noted");
        return Ok(None);
    }
    if is_settled {
        let state = row.state.word().into();
        act.record(Event::LetterSettled { mail: row.id, mailbox: row.mailbox, state });
    }
    Ok(Some(row))
}

/// How far a letter is, as its entry shows it.
fn delivery(row: &Outbound) -> Delivery {
    let is_partial = !row.recipients.taken.is_empty() && row.state != OutboundState::Sent;
    Delivery {
        state: row.state.word().into(),
        answer: row.answer.clone(),
        refused: row.recipients.refused.iter().map(|(address, said)| format!("{address}: {said}")).collect(),
        open: row.recipients.open().filter(|_| is_partial).map(str::to_owned).collect(),
        is_partial,
        ..Delivery::default()
    }
}
