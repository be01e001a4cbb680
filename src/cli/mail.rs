//! `deskbell mail …`: mailboxes are tried and read, the ledger and the outbox are shown, what was set aside is looked after.
//!
//! All of it works beside a running daemon: it uses the same database and files, and calls itself another node, so a mailbox
//! that the daemon reads just now is refused with exit code 75.

use std::io::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::serve::runtime;
use super::{Exit, Global, Outcome, print};
use crate::app::{self, Home};
use crate::base::id::InboundId;
use crate::base::{Clock, Error};
use crate::blobs::Blobs;
use crate::config::Config;
use crate::db::{Meters, Store};
use crate::events::{Actor, Books};
use crate::mailboxes::{
    self, Inbound, LedgerFilter, Mailbox, Outbound, OutboundState, OutboxFilter, Room, TrialState, Trials, Tried,
};
use crate::tickets::TicketNumber;
use crate::web::Lang;

/// What to do with mail.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Try a mailbox, step by step: connect, TLS, sign in, folders, fetch, send a letter to itself that arrives
    Test {
        /// The address of the mailbox
        mailbox: String,
    },
    /// Read a mailbox once, or all that are switched on; beside a daemon only those that it does not read
    FetchOnce {
        /// The address of the mailbox [default: all]
        mailbox: Option<String>,
    },
    /// Show what became of mails, the newest first
    Ledger(Ledger),
    /// Show what goes out and went out, the newest first
    Outbox(Outbox),
    /// Look after mails that nobody could read
    #[command(subcommand)]
    Quarantine(Quarantine),
    /// Take a new key into use for reply addresses and Message-IDs, while the daemon is stopped
    ///
    /// Reply addresses that were made with the present key are read for 365 days more; those of the key before it are not from
    /// now on. Who takes part in a ticket still answers by the Message-ID of a letter. The keys are in the file mail.keys in
    /// the data directory; several nodes need the same one.
    RotateKeys,
}

/// Arguments of `mail ledger`.
#[derive(Debug, Clone, clap::Args)]
pub struct Ledger {
    /// Only of the mailbox with this address
    #[arg(long, value_name = "ADDRESS")]
    pub mailbox: Option<String>,
    /// Only with this outcome, such as entry or quarantined; a wrong word is answered with all of them
    #[arg(long, value_parser = outcome)]
    pub outcome: Option<mailboxes::Outcome>,
    /// Only with this sender or Message-ID, or, of the newest 50,000, with this in subject or sender; at most 200
    #[arg(long, value_name = "TEXT")]
    pub find: Option<String>,
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub limit: u16,
}

/// Arguments of `mail outbox`.
#[derive(Debug, Clone, clap::Args)]
pub struct Outbox {
    /// Only of the mailbox with this address
    #[arg(long, value_name = "ADDRESS")]
    pub mailbox: Option<String>,
    /// Only in this state: held, queued, sent, failed, cancelled
    #[arg(long, value_parser = state)]
    pub state: Option<OutboundState>,
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub limit: u16,
}

/// What to do with mails that nobody could read.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Quarantine {
    /// List them
    List,
    /// Print one as it came
    Show {
        /// Its number in the ledger
        id: i64,
    },
    /// Read one again
    Retry {
        /// Its number in the ledger
        id: i64,
    },
    /// Make a ticket of one, with the mail as a file
    Ticket {
        /// Its number in the ledger
        id: i64,
    },
    /// Let one be, and say why
    Refuse {
        /// Its number in the ledger
        id: i64,
        /// Why, in a few words; it stands in the ledger
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

fn outcome(word: &str) -> Result<mailboxes::Outcome, String> {
    mailboxes::Outcome::from_word(word).ok_or_else(|| words(mailboxes::Outcome::ALL.iter().map(|one| one.word())))
}

fn state(word: &str) -> Result<OutboundState, String> {
    OutboundState::from_word(word).ok_or_else(|| words(OutboundState::ALL.iter().map(|one| one.word())))
}

fn words<'a>(all: impl Iterator<Item = &'a str>) -> String {
    format!("one of {}", all.collect::<Vec<_>>().join(", "))
}

/// Runs `mail …`.
pub fn run(global: &Global, command: &Command) -> Outcome {
    let config = global.load()?.config;
    runtime()?.block_on(async {
        let room = room(&config)?;
        match command.clone() {
            Command::Test { mailbox } => test(global, &room, &find(&room, &mailbox).await?).await,
            Command::FetchOnce { mailbox } => fetch_once(global, &room, mailbox.as_deref()).await,
            Command::Ledger(asked) => ledger(global, &room, &asked).await,
            Command::Outbox(asked) => outbox(global, &room, &asked).await,
            Command::Quarantine(Quarantine::List) => {
                let outcome = Some(mailboxes::Outcome::Quarantined);
                ledger(global, &room, &Ledger { mailbox: None, outcome, find: None, limit: 10_000 }).await
            }
            Command::Quarantine(Quarantine::Show { id }) => show(&room, InboundId(id)).await,
            Command::Quarantine(Quarantine::Retry { id }) => retry(global, &room, InboundId(id)).await,
            Command::Quarantine(Quarantine::Ticket { id }) => ticket(global, &room, InboundId(id)).await,
            Command::Quarantine(Quarantine::Refuse { id, reason }) => {
                refuse(global, &room, InboundId(id), reason).await
            }
            Command::RotateKeys => rotate_keys(global, &config),
        }
    })
}

fn rotate_keys(global: &Global, config: &Config) -> Outcome {
    let read_until = Home::open(&config.data.dir)?.renew_mail_keys(Clock::system().now())?;
    if global.json {
        print(&lines(&json!({ "previous_read_until": read_until.rfc3339() })))?;
    } else if !global.quiet {
        let until = read_until.rfc3339();
        print(&format!(
            "A new key is in use from the next start on. Letters of the one before are read until {until}, \
             those of earlier ones no more.\n"
        ))?;
    }
    Ok(Exit::Ok)
}

/// What mail needs, beside a daemon that may run.
pub(super) fn room(config: &Config) -> Result<Room, Error> {
    let home = Home::visit(&config.data.dir)?;
    let store = Store::open(&app::target(config), Meters::new()?)?;
    let blobs = Blobs::in_folder(&home.blobs())?;
    app::room(config, &home, &Books::new(store, Clock::system()), &blobs)
}

/// The mailbox with this address.
pub(super) async fn find(room: &Room, address: &str) -> Result<Mailbox, Error> {
    let all = room.books.read(mailboxes::mailboxes).await?;
    let wanted = address.trim().to_lowercase();
    let known: Vec<String> = all.iter().map(|mailbox| mailbox.card.address.clone()).collect();
    let found = all.into_iter().find(|mailbox| mailbox.card.address == wanted);
    found.ok_or_else(|| match known.is_empty() {
        true => Error::Internal("there is no mailbox yet; set one up in the web interface".into()),
        false => Error::Internal(format!("there is no mailbox {wanted:?}, but {}", known.join(", "))),
    })
}

/// How often one looks how far a trial is.
const LOOK: Duration = Duration::from_millis(100);

async fn test(global: &Global, room: &Room, mailbox: &Mailbox) -> Outcome {
    let (trials, id) = (Trials::alone(room.clone()), mailbox.id);
    trials.begin(Actor::Console.into(), mailbox.clone());
    let mut shown = 0;
    let trial = loop {
        let trial = trials.of(id).unwrap_or_default();
        let ended = trial.steps.iter().take_while(|step| step.state != TrialState::Running).count();
        if !global.json {
            trial.steps.iter().take(ended).skip(shown).try_for_each(|step| print(&step_line(step)))?;
        }
        shown = ended;
        if trial.is_over {
            break trial;
        }
        tokio::time::sleep(LOOK).await;
    };
    let is_good = trial.steps.iter().all(|step| step.state != TrialState::Bad);
    if global.json {
        let rows = trial.steps.iter().map(|step| {
            json!({ "step": step.step.word(), "state": step.state.word(), "ok": step.state != TrialState::Bad,
                "text": english(step), "certificate": step.pin.as_ref().map(|(_, pin, _)| pin.to_string()),
                "perhaps": step.guesses, "authserv": step.authserv_id })
        });
        print(&lines(&json!({ "ok": is_good, "steps": rows.collect::<Value>() })))?;
    }
    Ok(if is_good { Exit::Ok } else { Exit::Unavailable })
}

/// What came of a step; the console speaks English.
fn english(step: &Tried) -> String {
    step.told.as_ref().map(|told| Lang::En.message(told)).unwrap_or_default()
}

fn step_line(step: &Tried) -> String {
    let l = Lang::En;
    let mark = match step.state {
        TrialState::Good => "ok",
        TrialState::Bad => "FAILED",
        TrialState::Skipped | TrialState::Running => "left out",
    };
    let (name, text) = (l.t_word("trial-step", step.step.word()), english(step));
    let mut line = format!("{mark:<8}  {name}{}{text}\n", if text.is_empty() { "" } else { ": " });
    if let Some((_, pin, ends_on)) = &step.pin {
        line.push_str(&format!(
            "{:10}{}\n{:10}{pin}\n",
            "",
            l.t_with("trial-pin", &[("date", ends_on.as_str().into())]),
            ""
        ));
    }
    if let Some(named) = &step.authserv_id {
        line.push_str(&format!("{:10}{}\n", "", l.t_with("trial-authserv", &[("name", named.as_str().into())])));
    }
    if !step.guesses.is_empty() {
        line.push_str(&format!("{:10}{} {}\n", "", l.t("trial-guesses"), step.guesses.join(", ")));
    }
    line
}

async fn fetch_once(global: &Global, room: &Room, address: Option<&str>) -> Outcome {
    let wanted = match address {
        Some(address) => vec![find(room, address).await?],
        None => room.books.read(mailboxes::mailboxes).await?.into_iter().filter(Mailbox::is_tried).collect(),
    };
    let mut rows = Vec::new();
    let mut failed = None;
    for mailbox in wanted {
        let fetched = mailboxes::fetch_once(room, &mailbox).await;
        mailboxes::let_go(room, &mailbox).await?;
        let text = match &fetched {
            Ok(()) => "read".to_owned(),
            Err(error) => super::exit::in_words(error),
        };
        rows.push(json!({ "mailbox": mailbox.card.address, "ok": fetched.is_ok(), "text": text }));
        failed = failed.or(fetched.err());
        if !global.json && !global.quiet {
            print(&format!("{}: {text}\n", mailbox.card.address))?;
        }
    }
    if global.json {
        print(&lines(&Value::Array(rows)))?;
    }
    Ok(failed.map_or(Exit::Ok, |error| Exit::of(&error)))
}

async fn ledger(global: &Global, room: &Room, asked: &Ledger) -> Outcome {
    let mailbox = match &asked.mailbox {
        Some(address) => Some(find(room, address).await?.id),
        None => None,
    };
    let filter = LedgerFilter { mailbox, outcome: asked.outcome, text: asked.find.clone().unwrap_or_default() };
    let limit = usize::from(asked.limit);
    let mut rows = room.books.read(move |db| mailboxes::ledger(db, &filter, None, limit)).await?.rows;
    rows.truncate(limit);
    if global.json {
        print(&lines(&rows.iter().map(inbound).collect()))?;
        return Ok(Exit::Ok);
    }
    for row in &rows {
        let ticket = row.ticket.map(|id| format!(" #{}", TicketNumber::of(id))).unwrap_or_default();
        let (at, word) = (row.seen_at.rfc3339(), row.outcome.word());
        print(&format!("{:>8}  {at}  {word:<12}{ticket}  {}  {}\n", row.id, row.sender, row.subject))?;
        if !row.reason.is_empty() {
            print(&format!("{:>8}  {}\n", "", reason(&row.reason)))?;
        }
    }
    Ok(Exit::Ok)
}

fn inbound(row: &Inbound) -> Value {
    json!({
        "id": row.id.0, "mailbox": row.mailbox.0, "folder": row.folder, "uid_validity": mailboxes::uid_validity_of(row.uid_validity),
        "uid": row.uid, "message_id": row.message_id, "sender": row.sender, "subject": row.subject,
        "size_bytes": row.size_bytes, "outcome": row.outcome.word(), "reason": reason(&row.reason),
        "attempts": row.attempts, "ticket": row.ticket.map(|id| TicketNumber::of(id).to_string()),
        "seen_at": row.seen_at.rfc3339(), "settled_at": row.settled_at.map(|at| at.rfc3339()),
    })
}

/// A reason in words; the console speaks English.
pub(super) fn reason(reason: &str) -> String {
    if reason.starts_with("mail-reason-") { Lang::En.t(reason) } else { reason.to_owned() }
}

async fn outbox(global: &Global, room: &Room, asked: &Outbox) -> Outcome {
    let mailbox = match &asked.mailbox {
        Some(address) => Some(find(room, address).await?.id),
        None => None,
    };
    let filter = OutboxFilter { mailbox, state: asked.state, recipient: None };
    let limit = usize::from(asked.limit);
    let rows = room.books.read(move |db| mailboxes::outbox(db, &filter, None, limit)).await?.rows;
    if global.json {
        print(&lines(&rows.iter().map(outbound).collect()))?;
        return Ok(Exit::Ok);
    }
    for row in &rows {
        let to: Vec<&str> = row.recipients.all().collect();
        let (at, word) = (row.created_at.rfc3339(), row.state.word());
        print(&format!("{:>8}  {at}  {word:<9}  {}  {}\n", row.id, to.join(", "), row.subject))?;
        if !row.answer.is_empty() {
            print(&format!("{:>8}  {}\n", "", row.answer))?;
        }
    }
    Ok(Exit::Ok)
}

fn outbound(row: &Outbound) -> Value {
    json!({
        "id": row.id.0, "mailbox": row.mailbox.0, "kind": row.kind.word(), "state": row.state.word(),
        "to": row.recipients.all().collect::<Vec<_>>(), "subject": row.subject, "message_id": row.message_id,
        "attempts": row.attempts, "due_at": row.due_at.rfc3339(), "answer": row.answer,
        "ticket": row.ticket.map(|id| TicketNumber::of(id).to_string()), "created_at": row.created_at.rfc3339(),
        "settled_at": row.settled_at.map(|at| at.rfc3339()),
    })
}

async fn show(room: &Room, id: InboundId) -> Outcome {
    let raw = room.raw_of(id).await.map_err(|error| told(error, id))?;
    let mut out = std::io::stdout().lock();
    out.write_all(&raw)?;
    out.flush()?;
    Ok(Exit::Ok)
}

async fn retry(global: &Global, room: &Room, id: InboundId) -> Outcome {
    let outcome = room.retry(id, Actor::Console).await.map_err(|error| told(error, id))?;
    let row = room.books.read(move |db| mailboxes::inbound_by_id(db, id)).await?;
    if global.json {
        print(&lines(&inbound(&row)))?;
    } else if !global.quiet {
        let why = if row.reason.is_empty() { String::new() } else { format!(": {}", reason(&row.reason)) };
        print(&format!("{}{why}\n", outcome.word()))?;
    }
    Ok(if outcome == mailboxes::Outcome::Quarantined { Exit::Failure } else { Exit::Ok })
}

async fn ticket(global: &Global, room: &Room, id: InboundId) -> Outcome {
    let ticket = room.make_ticket(id, Actor::Console).await.map_err(|error| told(error, id))?;
    decided(global, room, id, &format!("#{}", TicketNumber::of(ticket))).await
}

async fn refuse(global: &Global, room: &Room, id: InboundId, reason: String) -> Outcome {
    let refused = room.books.write(Actor::Console, move |act| mailboxes::refuse(act, id, &reason));
    refused.await.map_err(|error| told(error, id))?;
    decided(global, room, id, mailboxes::Outcome::Refused.word()).await
}

/// Says what became of a mail that was set aside.
async fn decided(global: &Global, room: &Room, id: InboundId, text: &str) -> Outcome {
    if global.json {
        let row = room.books.read(move |db| mailboxes::inbound_by_id(db, id)).await?;
        print(&lines(&inbound(&row)))?;
    } else if !global.quiet {
        print(&format!("{text}\n"))?;
    }
    Ok(Exit::Ok)
}

fn told(error: Error, id: InboundId) -> Error {
    match error {
        Error::Missing => {
            Error::Internal(format!("no mail {id} is set aside; deskbell mail quarantine list says which are"))
        }
        other => other,
    }
}

pub(super) fn lines(value: &Value) -> String {
    format!("{value:#}\n")
}
