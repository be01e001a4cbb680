//! A mailbox is tried, step by step, from the name of its server to a letter to itself that arrives; each step says what came
//! of it and, where it failed, what to do.
//!
//! A trial runs by itself and is kept in memory until the next one of its mailbox: whoever looks sees how far it is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::explaining::{self, of_imap, of_smtp, of_tls};
use super::intake::Room;
use super::mailbox::{AfterTaking, Mailbox};
use super::outbound::{OutboundKind, OutboundState, Recipients};
use super::sending::{self, Carrier};
use super::store::{self, NewOutbound};
use super::{fetching, presets, signing};
use crate::base::id::{MailboxId, OutboundId};
use crate::base::{Error, Message, Result, Timestamp, words};
use crate::events::{By, Event};
use crate::mail::imap::{self, Patience, Session};
use crate::mail::smtp::{Step as SmtpStep, Trouble};
use crate::mail::tls::{self, Pin, Shown};
use crate::mail::token::Named;
use crate::mail::{address, authentication, imap::Connected};

/// How long the letter to oneself may take to be handed over, and to come back.
const SENT_WITHIN: Duration = Duration::from_secs(60);
const BACK_WITHIN: Duration = Duration::from_secs(120);

/// How often one looks, into the ledger and into a folder.
const LOOK: Duration = Duration::from_millis(250);
const LOOK_THERE: Duration = Duration::from_secs(2);

/// Mails of a folder among which a letter is looked for: it is one of the newest.
const NEWEST: usize = 20;

words! {
    /// A step of a trial, in their order.
    pub enum TrialStep {
        /// The name of the server, and a connection to it.
        Connect = "connect",
        /// TLS, and the certificate.
        Tls = "tls",
        /// The sign-in.
        Login = "login",
        /// The folders that are watched, and where taken mails are moved.
        Folders = "folders",
        /// A mail is fetched.
        Fetch = "fetch",
        /// The server that letters go to.
        SmtpConnect = "smtp-connect",
        /// TLS with it.
        SmtpTls = "smtp-tls",
        /// The sign-in there.
        SmtpLogin = "smtp-login",
        /// A letter to oneself is handed over.
        Send = "send",
        /// It arrives.
        Arrive = "arrive",
    }
}

words! {
    /// What came of a step.
    pub enum TrialState {
        /// It is at work.
        Running = "running",
        /// It worked.
        Good = "good",
        /// It did not.
        Bad = "bad",
        /// It was not tried, as that makes no sense here.
        Skipped = "skipped",
    }
}

words! {
    /// Which of the two servers of a mailbox.
    pub enum Side {
        /// The one that letters come from.
        Imap = "imap",
        /// The one that letters go to.
        Smtp = "smtp",
    }
}

/// A step that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Which.
    pub step: TrialStep,
    /// What came of it.
    pub state: TrialState,
    /// What was found, or what to do.
    pub told: Option<Message>,
    /// A certificate that nobody vouches for, and which could be pinned: on which side, which, and when it ends.
    pub pin: Option<(Side, Pin, String)>,
    /// Other names that the server may have.
    pub guesses: Vec<String>,
    /// The name of the server that told of the sender of the letter that came back, when it is not the one that is believed.
    pub authserv_id: Option<String>,
}

/// A trial.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// Its steps so far.
    pub steps: Vec<Tried>,
    /// Whether it is over.
    pub is_over: bool,
}

/// Trials that run or were run. Cheap to clone.
#[derive(Clone)]
pub struct Trials {
    room: Room,
    /// What sends the letter where no daemon may be there that does.
    carrier: Option<Carrier>,
    all: Arc<Mutex<BTreeMap<MailboxId, Trial>>>,
}

/// A step that ends its half of the trial.
struct Stop;

/// One trial at work.
struct At<'a> {
    trials: &'a Trials,
    mailbox: &'a Mailbox,
}

impl Trials {
    /// None yet.
    pub fn new(room: Room) -> Self {
        Self { room, carrier: None, all: Arc::default() }
    }

    /// The same for somebody who may have no daemon beside him: the letter to oneself is sent here, and looked for where it
    /// arrives. Nothing is taken off the server.
    pub fn alone(room: Room) -> Self {
        Self { carrier: Some(Carrier::new(room.clone())), ..Self::new(room) }
    }

    /// What trials work with.
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// How far the trial of a mailbox is; nothing when there was none since the start.
    pub fn of(&self, mailbox: MailboxId) -> Option<Trial> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).get(&mailbox).cloned()
    }

    /// Begins a trial, unless one runs.
    pub fn begin(&self, by: By, mailbox: Mailbox) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.get(&mailbox.id).is_some_and(|trial| !trial.is_over) {
            return;
        }
        all.insert(mailbox.id, Trial::default());
        drop(all);
        let trials = self.clone();
        tokio::spawn(async move {
            let at = At { trials: &trials, mailbox: &mailbox };
            if at.receive().await.is_ok() {
                // Whoever can't read can't see the letter come back; the other half is tried once this one works.
                let _ = at.send(by).await;
            }
            trials.change(mailbox.id, |trial| trial.is_over = true);
        });
    }

    fn change(&self, mailbox: MailboxId, change: impl FnOnce(&mut Trial)) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(mailbox).and_modify(change);
    }
}

impl At<'_> {
    fn room(&self) -> &Room {
        &self.trials.room
    }

    fn begin(&self, step: TrialStep) {
        let tried =
            Tried { step, state: TrialState::Running, told: None, pin: None, guesses: Vec::new(), authserv_id: None };
        self.trials.change(self.mailbox.id, |trial| trial.steps.push(tried));
    }

    fn end(&self, change: impl FnOnce(&mut Tried)) {
        self.trials.change(self.mailbox.id, |trial| {
            if let Some(last) = trial.steps.last_mut() {
                change(last);
            }
        });
    }

    fn good(&self, told: impl Into<Option<Message>>) {
        let told = told.into();
        self.end(|step| (step.state, step.told) = (TrialState::Good, told));
    }

    fn bad(&self, told: Message) -> Stop {
        self.end(|step| (step.state, step.told) = (TrialState::Bad, Some(told)));
        Stop
    }

    fn skip(&self, step: TrialStep, key: &'static str) {
        self.begin(step);
        self.end(|step| (step.state, step.told) = (TrialState::Skipped, Some(Message::new(key))));
    }

    fn offer(&self, side: Side, error: &tls::Error) {
        if let Some(shown) = error.shown() {
            let pin = Some((side, shown.pin, explaining::day(shown)));
            self.end(|step| step.pin = pin);
        }
    }

    fn refused_desk(&self, error: &Error) -> Stop {
        match error {
            Error::Conflict(message) | Error::Busy(message) => self.bad(message.clone()),
            other => {
                tracing::warn!(error = %other, "a trial of a mailbox failed");
                self.bad(Message::new("fault-desk"))
            }
        }
    }

    /// From the name of the server to a mail that was fetched.
    async fn receive(&self) -> Result<(), Stop> {
        let connected = self.connect().await?;
        self.begin(TrialStep::Login);
        let login = signing::login(self.room(), self.mailbox).await.map_err(|error| self.refused_desk(&error))?;
        let mut session =
            connected.login(&login).await.map_err(|error| self.bad(of_imap(&error, &self.mailbox.card.imap)))?;
        self.good(Message::new("trial-login").with("text", &self.mailbox.card.login));
        self.folders(&mut session).await?;
        let fetched = self.fetch(&mut session).await;
        session.logout().await;
        fetched
    }

    async fn connect(&self) -> Result<Connected, Stop> {
        self.begin(TrialStep::Connect);
        let server = signing::imap_server(self.mailbox).map_err(|error| self.refused_desk(&error))?;
        match self.room().trust.dial(&server.host, server.port).await {
            Ok(tcp) => {
                let address = tcp.peer_addr().map(|address| address.ip().to_string()).unwrap_or_default();
                self.good(Message::new("trial-connect").with("text", address));
            }
            Err(error) => {
                let stop = self.bad(of_tls(&error));
                if matches!(error, tls::Error::NoSuchHost { .. }) {
                    self.end(|step| step.guesses = presets::other_guesses(&server.host));
                }
                return Err(stop);
            }
        }
        self.begin(TrialStep::Tls);
        match imap::connect(&self.room().trust, &server, Patience::default()).await {
            Ok(connected) => {
                self.good(certificate(connected.shown()));
                Ok(connected)
            }
            Err(error) => {
                let stop = self.bad(of_imap(&error, &self.mailbox.card.imap));
                if let imap::Error::Tls(error) = &error {
                    self.offer(Side::Imap, error);
                }
                Err(stop)
            }
        }
    }

    async fn folders(&self, session: &mut Session) -> Result<(), Stop> {
        self.begin(TrialStep::Folders);
        let failed = |error: imap::Error| self.bad(of_imap(&error, &self.mailbox.card.imap));
        let there: Vec<String> =
            session.folders().await.map_err(failed)?.into_iter().map(|folder| folder.name).collect();
        let card = &self.mailbox.card;
        let missing: Vec<String> = self
            .mailbox
            .folders()
            .into_iter()
            .filter(|wanted| !there.iter().any(|name| name == wanted) && !wanted.eq_ignore_ascii_case("INBOX"))
            .collect();
        if !missing.is_empty() {
            let some: Vec<&str> = there.iter().take(20).map(String::as_str).collect();
            let told = Message::new("fault-folder").with("missing", missing.join(", ")).with("there", some.join(", "));
            return Err(self.bad(told));
        }
        if card.after_taking == AfterTaking::Move && !there.contains(&card.taken_folder) {
            session.create(&card.taken_folder).await.map_err(failed)?;
            self.good(Message::new("trial-folder-made").with("text", &card.taken_folder));
            return Ok(());
        }
        self.good(Message::new("trial-folders").with("count", there.len()));
        Ok(())
    }

    async fn fetch(&self, session: &mut Session) -> Result<(), Stop> {
        self.begin(TrialStep::Fetch);
        let failed = |error: imap::Error| self.bad(of_imap(&error, &self.mailbox.card.imap));
        let Some(folder) = self.mailbox.folders().into_iter().next() else { return Ok(()) };
        session.select(&folder).await.map_err(failed)?;
        let uids = session.uids(None).await.map_err(failed)?;
        let Some(last) = uids.last() else {
            self.good(Message::new("trial-no-mail"));
            return Ok(());
        };
        // The head is enough to see that it can be read, and costs the same for a mail of any size.
        match session.head(*last).await.map_err(failed)? {
            Some(_) => self.good(Message::new("trial-fetch").with("count", uids.len())),
            None => self.good(Message::new("trial-no-mail")),
        }
        Ok(())
    }

    /// From the server that letters go to, to a letter that came back.
    async fn send(&self, by: By) -> Result<(), Stop> {
        if self.mailbox.card.smtp.host.is_empty() {
            self.skip(TrialStep::SmtpConnect, "trial-no-smtp");
            return Ok(());
        }
        self.begin(TrialStep::SmtpConnect);
        let checked = sending::verify(self.room(), self.mailbox).await.map_err(|error| self.refused_desk(&error))?;
        for one in checked {
            let last = self.trials.of(self.mailbox.id).and_then(|trial| trial.steps.last().map(|last| last.step));
            let step = match one.step {
                SmtpStep::Connect => TrialStep::SmtpConnect,
                // It comes before TLS or within it.
                SmtpStep::Greet => last.unwrap_or(TrialStep::SmtpConnect),
                SmtpStep::Encrypt => TrialStep::SmtpTls,
                SmtpStep::Login | SmtpStep::Send => TrialStep::SmtpLogin,
            };
            if last != Some(step) {
                self.begin(step);
            }
            match one.result {
                Ok(text) if one.step == SmtpStep::Connect => {
                    self.good(Message::new("trial-connect").with("text", text))
                }
                Ok(text) if one.step == SmtpStep::Encrypt => {
                    self.good(Message::new("trial-certificate-pin").with("text", text));
                }
                Ok(_) => self.end(|step| step.state = TrialState::Good),
                Err(trouble) => {
                    let stop = self.bad(of_smtp(&trouble, &self.mailbox.card.smtp));
                    if let Trouble::Connection(error) = &trouble
                        && error.shown().is_some()
                    {
                        self.offer(Side::Smtp, error);
                    }
                    return Err(stop);
                }
            }
        }
        if self.mailbox.disabled_at.is_some() {
            self.skip(TrialStep::Send, "trial-is-off");
            return Ok(());
        }
        let message_id = self.hand_over(by).await?;
        self.wait_for(&message_id).await
    }

    /// A letter to oneself goes out the way that all letters go.
    async fn hand_over(&self, by: By) -> Result<String, Stop> {
        self.begin(TrialStep::Send);
        let (id, message_id) = self.write(by).await.map_err(|error| self.refused_desk(&error))?;
        if let Some(carrier) = &self.trials.carrier {
            carrier.send_one(id).await.map_err(|error| self.refused_desk(&error))?;
            carrier.rest().await;
        }
        let began = Instant::now();
        while began.elapsed() < SENT_WITHIN {
            let row = self.room().books.read(move |db| store::outbound_by_id(db, id)).await;
            let row = row.map_err(|error| self.refused_desk(&error))?;
            match row.state {
                OutboundState::Sent => {
                    self.good(Message::new("trial-sent").with("text", row.answer));
                    return Ok(message_id);
                }
                OutboundState::Failed | OutboundState::Cancelled => {
                    return Err(self.bad(Message::new("fault-not-sent").with("text", row.answer)));
                }
                OutboundState::Queued if row.attempts > 0 => {
                    return Err(self.bad(Message::new("fault-sent-later").with("text", row.answer)));
                }
                _ => tokio::time::sleep(LOOK).await,
            }
        }
        Err(self.bad(Message::new("fault-sent-slow")))
    }

    async fn write(&self, by: By) -> Result<(OutboundId, String)> {
        let own = self.mailbox.address().ok_or(Error::Missing)?;
        let mut octets = [0; 6];
        getrandom::fill(&mut octets).map_err(|e| Error::internal("randomness", e))?;
        let letter = octets.iter().fold(0_i64, |all, octet| all << 8 | i64::from(*octet));
        let named = Named { ticket: 0, entry: 0, letter: Some(letter) };
        let message_id = self.room().post.keys.message_id(named, address::domain(&own));
        let new = NewOutbound {
            mailbox: self.mailbox.id,
            kind: OutboundKind::Trial,
            ticket: None,
            entry: None,
            agent: None,
            message_id: message_id.clone(),
            recipients: Recipients::one(own.as_str()),
            notice: None,
            subject: "Deskbell: test".to_owned(),
            content: "Deskbell wrote this letter to see whether mail goes out and comes back. You can delete it."
                .to_owned(),
            due_at: Timestamp(0),
        };
        let id = self
            .room()
            .books
            .write(by, move |act| {
                let new = NewOutbound { due_at: act.now, ..new.clone() };
                let id = store::insert_outbound(act.db, &new, act.now)?;
                act.record(Event::LetterQueued { mail: id, mailbox: new.mailbox, mail_kind: new.kind.word().into() });
                Ok(id)
            })
            .await?;
        Ok((id, message_id))
    }

    async fn wait_for(&self, message_id: &str) -> Result<(), Stop> {
        self.begin(TrialStep::Arrive);
        let began = Instant::now();
        while began.elapsed() < BACK_WITHIN {
            let text = message_id.to_owned();
            let found = self.room().books.read(move |db| store::find_inbound(db, &text, 1)).await;
            let found = found.map_err(|error| self.refused_desk(&error))?;
            let is_alone = self.trials.carrier.is_some();
            let raw = match found.iter().find(|row| row.outcome.is_settled()) {
                Some(row) => Some(self.room().raw_of(row.id).await.map(Vec::from).unwrap_or_default()),
                None if is_alone => self.stands_there(message_id).await,
                None => None,
            };
            if let Some(raw) = raw {
                let ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
                self.good(Message::new("trial-arrived").with("seconds", (ms + 500) / 1_000));
                let believed = &self.mailbox.card.authserv_id;
                let named = authentication::server_in(&raw).filter(|named| !named.eq_ignore_ascii_case(believed));
                self.end(|step| step.authserv_id = named);
                return Ok(());
            }
            tokio::time::sleep(if is_alone { LOOK_THERE } else { LOOK }).await;
        }
        Err(self.bad(Message::new("fault-not-back")))
    }

    /// The head of a letter that is among the newest of a watched folder. A server that does not say is asked again.
    async fn stands_there(&self, message_id: &str) -> Option<Vec<u8>> {
        let mut session = fetching::connect(self.room(), self.mailbox).await.ok()?;
        let mut found = None;
        for folder in self.mailbox.folders() {
            found = is_in(&mut session, &folder, message_id).await.ok().flatten().or(found);
        }
        session.logout().await;
        found
    }
}

/// The head of a letter with this Message-ID that is among the newest of a folder.
async fn is_in(session: &mut Session, folder: &str, message_id: &str) -> Result<Option<Vec<u8>>, imap::Error> {
    session.select(folder).await?;
    for uid in session.uids(None).await?.into_iter().rev().take(NEWEST) {
        let head = session.head(uid).await?.unwrap_or_default();
        if memchr::memmem::find(&head, message_id.as_bytes()).is_some() {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

/// What a certificate shows of itself.
fn certificate(shown: &Shown) -> Message {
    Message::new("trial-certificate").with("text", shown.pin).with("date", explaining::day(shown))
}
