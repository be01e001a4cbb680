//! A whole house: the built program as a process of its own, a real Dovecot, a server that takes letters, and a look into the
//! database. And letters of which it is known what has to become of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::time::Duration;

use deskbell::app::Home;
use deskbell::base::id::TicketId;
use deskbell::base::{Clock, Result, Timestamp};
use deskbell::config::Secret;
use deskbell::db::{Db, Meters, Store};
use deskbell::events::{Act, Actor, Books};
use deskbell::mail::imap::Server;
use deskbell::mailboxes::{
    self, AfterTaking, Credential, Endpoint, Inbound, LedgerFilter, Mailbox, MailboxCard, Outbound, OutboundKind,
    OutboundState, OutboxFilter, Outcome, Seal, Security,
};
use deskbell::settings::{self, Settings};
use diesel::connection::SimpleConnection as _;

use super::field;
use super::post::path;
use crate::db::number;
use crate::desk::{Browser, Daemon, PASSWORD, Premises};
use crate::mail::dovecot::Dovecot;
use crate::mail::sink::{Manners, Sink};

/// How long something that has to happen may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until something holds.
pub async fn until(what: &str, holds: impl FnMut() -> bool) {
    assert!(comes(holds).await, "not in {PATIENCE:?}: {what}");
}

/// Whether something comes to hold.
async fn comes(mut holds: impl FnMut() -> bool) -> bool {
    let mut look = tokio::time::interval(Duration::from_millis(5));
    let looking = async {
        while !holds() {
            look.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.is_ok()
}

/// The house.
pub struct House {
    pub dovecot: Dovecot,
    pub sink: Sink,
    pub premises: Premises,
    /// What the daemon trusts beside the world's authorities.
    _authorities: tempfile::NamedTempFile,
}

impl House {
    /// With servers that run and a daemon that does not yet.
    pub async fn build() -> Self {
        Self::on(Premises::prepare().await).await
    }

    /// The same on these premises.
    pub async fn on(premises: Premises) -> Self {
        let dovecot = Dovecot::start().await;
        let manners = Manners { implicit: true, logins: "PLAIN", user: "support@desk.test", ..Manners::default() };
        let sink = Sink::start(manners).await;
        let mut authorities = tempfile::NamedTempFile::new().unwrap();
        authorities.write_all(&std::fs::read(dovecot.authority()).unwrap()).unwrap();
        authorities.write_all(sink.certificate.as_bytes()).unwrap();
        let file = authorities.path().display();
        premises.write_config(&format!(
            "[mail]\nnetworks = [\"127.0.0.0/8\", \"::1\"]\nfree_mib_min = 0\nca_file = \"{file}\"\n"
        ));
        let house = Self { dovecot, sink, premises, _authorities: authorities };
        let hasty = Settings { undo_send_seconds: "1".into(), ..Settings::default() };
        house.act(move |act| settings::change(act, &hasty)).await;
        house
    }

    /// A mailbox that fetches from this server and sends by the sink.
    pub fn card(&self, server: &Server) -> MailboxCard {
        let endpoint = |host: &str, port: u16| Endpoint {
            host: host.to_owned(),
            port: i64::from(port),
            security: Security::Tls,
            pin: String::new(),
        };
        MailboxCard {
            name: "Support".into(),
            address: "support@desk.test".into(),
            imap: endpoint(&server.host, server.port),
            smtp: endpoint("127.0.0.1", self.sink.port),
            after_taking: AfterTaking::Move,
            ..MailboxCard::default()
        }
    }

    /// Does an act while no daemon runs.
    async fn act<T: Send + 'static>(&self, work: impl FnOnce(&mut Act<'_>) -> Result<T> + Send + 'static) -> T {
        let store = Store::open(&self.premises.target(), Meters::new().unwrap()).unwrap();
        Books::new(store, Clock::system()).write(Actor::Console, work).await.unwrap()
    }

    /// Sets a mailbox up while no daemon runs.
    pub async fn mailbox(&self, card: MailboxCard, password: &str) {
        let home = Home::open(&self.premises.data()).unwrap();
        let seal = Seal::new(home.derived("mail secrets"));
        let password = Credential::Password(Secret::new(password));
        self.act(move |act| {
            let id = mailboxes::add_mailbox(act, &card)?;
            mailboxes::keep_credential(act, &seal, id, &password)
        })
        .await;
    }

    /// Starts a daemon.
    pub fn start(&self) -> Daemon {
        self.premises.start().unwrap_or_else(|gone| panic!("no daemon: {gone:?}"))
    }

    /// The administrator before a daemon's pages.
    pub async fn ada(&self, daemon: &Daemon) -> Browser {
        let mut ada = Browser::new(&daemon.url());
        let page = ada.sign_in("ada", PASSWORD).await;
        assert_eq!(page.status, 200, "{}", page.words());
        ada
    }

    /// The answer to a query for one `number`.
    pub fn number(&self, query: &str) -> i64 {
        number(&mut self.premises.connect(), query)
    }

    /// Changes the database behind the daemon's back.
    pub fn sql(&self, statements: &str) {
        self.premises.connect().batch_execute(statements).unwrap();
    }

    /// Keeps everybody else from writing until it is dropped.
    pub fn lock(&self) -> Db {
        let mut db = self.premises.connect();
        let lock = match &db {
            Db::Sqlite(_) => "BEGIN IMMEDIATE",
            // Others may read these, and nobody may write them.
            Db::Postgres(_) => "BEGIN; LOCK TABLE mailboxes, inbound_mails, outbound_mails IN EXCLUSIVE MODE",
        };
        db.batch_execute(lock).unwrap();
        db
    }

    /// The first mailbox.
    pub fn support(&self) -> Mailbox {
        let all = mailboxes::mailboxes(&mut self.premises.connect()).unwrap();
        all.into_iter().find(|mailbox| mailbox.card.address == "support@desk.test").unwrap()
    }

    /// The whole ledger, the oldest first.
    pub fn ledger(&self) -> Vec<Inbound> {
        let mut db = self.premises.connect();
        let mut rows = mailboxes::ledger(&mut db, &LedgerFilter::default(), None, 5_000).unwrap().rows;
        rows.reverse();
        rows
    }

    /// The whole outbox, the oldest first.
    pub fn outbox(&self) -> Vec<Outbound> {
        let mut db = self.premises.connect();
        let mut rows = mailboxes::outbox(&mut db, &OutboxFilter::default(), None, 5_000).unwrap().rows;
        rows.reverse();
        rows
    }

    /// The letter to somebody, which was written meanwhile.
    pub async fn letter_to(&self, recipient: &str) -> Outbound {
        let find = || self.outbox().into_iter().rev().find(|row| row.recipients.all().any(|to| to == recipient));
        until(&format!("a letter to {recipient}"), || find().is_some()).await;
        find().unwrap()
    }

    /// The ticket that the mail of somebody became, and its page.
    pub fn ticket_of(&self, sender: &str) -> (TicketId, String) {
        let row = self.ledger().into_iter().find(|row| row.sender == sender);
        let ticket = row.and_then(|row| row.ticket).unwrap_or_else(|| panic!("{sender} has no ticket"));
        (ticket, path(ticket))
    }

    /// Mails of which it is decided what they become.
    pub fn settled(&self) -> usize {
        let count = self.number("SELECT count(*) AS number FROM inbound_mails WHERE outcome <> 'reading'");
        usize::try_from(count).unwrap()
    }

    /// Mails of which the server was told.
    pub fn filed(&self) -> usize {
        let count = self.number("SELECT count(*) AS number FROM inbound_mails WHERE filed_at IS NOT NULL");
        usize::try_from(count).unwrap()
    }

    /// Waits until so many mails are decided, the server was told, all that is due went out, and a daemon that began after
    /// `since` has compared the folders with the ledger.
    pub async fn rest(&self, count: usize, since: Timestamp) {
        let open = "SELECT (SELECT count(*) FROM inbound_mails WHERE filed_at IS NULL) \
            + (SELECT count(*) FROM outbound_mails WHERE settled_at IS NULL) AS number";
        let is_at_rest = || {
            self.settled() >= count && self.number(open) == 0 && self.support().fetched_at.is_some_and(|at| at >= since)
        };
        if !comes(is_at_rest).await {
            let (support, fates) = (self.support(), outcomes(&self.ledger()));
            panic!("not {count} mails at rest: {fates:?}, {} open, {:?}", self.number(open), support.failure);
        }
        assert_eq!(self.unaccounted(), 0);
    }

    /// Mails that the ledger does not know.
    pub fn unaccounted(&self) -> i64 {
        mailboxes::unaccounted(&mut self.premises.connect(), now()).unwrap()
    }

    /// What the sink has, by Message-ID.
    pub fn taken(&self) -> BTreeMap<String, Vec<Vec<u8>>> {
        let mut taken: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for letter in self.sink.taken() {
            taken.entry(field(&letter.octets, "Message-ID")).or_default().push(letter.octets);
        }
        taken
    }

    /// Compares what became of the letters 0 to `count` with the truth: each is one entry, in the ticket of its thread, and
    /// whoever began one was told so once.
    pub fn assert_truth(&self, count: usize) {
        let (rows, own) = (self.ledger(), self.support().id);
        let all: Vec<&Inbound> = rows.iter().filter(|row| row.outcome == Outcome::Entry).collect();
        let mut place = BTreeMap::new();
        for row in all.iter().filter(|row| row.mailbox == own && row.message_id.starts_with("letter-")) {
            let doubled = place.insert(row.message_id.as_str(), (row.ticket.unwrap(), row.entry.unwrap()));
            assert!(doubled.is_none(), "taken twice: {row:?}");
        }
        assert_eq!(place.len(), count, "{:?}", outcomes(&rows));
        let firsts: BTreeSet<usize> = (0..count).map(first_of).collect();
        for n in 0..count {
            let at = place.get(id_of(n).as_str()).unwrap_or_else(|| panic!("letter {n} is lost"));
            assert_eq!(at.0, place[id_of(first_of(n)).as_str()].0, "letter {n} stands with the others of its thread");
        }
        let entries: BTreeSet<_> = all.iter().map(|row| row.entry.unwrap()).collect();
        let tickets: BTreeSet<_> = all.iter().map(|row| row.ticket.unwrap()).collect();
        assert_eq!(
            place.values().map(|at| at.0).collect::<BTreeSet<_>>().len(),
            firsts.len(),
            "a ticket for each thread"
        );
        let of =
            |table: &str| usize::try_from(self.number(&format!("SELECT count(*) AS number FROM {table}"))).unwrap();
        assert_eq!(
            (of("tickets"), of("entries WHERE kind = 'letter'")),
            (tickets.len(), entries.len()),
            "none that is no mail"
        );
        assert_eq!(entries.len(), all.len(), "each has an entry of its own");
        let letters = self.outbox();
        let told: Vec<&str> = letters
            .iter()
            .filter(|row| row.kind == OutboundKind::Acknowledgement)
            .flat_map(|row| row.recipients.all())
            .filter(|to| to.starts_with("k@d"))
            .collect();
        if !told.is_empty() {
            let distinct: BTreeSet<&str> = told.iter().copied().collect();
            assert_eq!((told.len(), distinct.len()), (firsts.len(), firsts.len()), "one acknowledgement for each");
        }
        assert!(letters.iter().all(|row| row.state == OutboundState::Sent), "{letters:?}");
    }
}

/// How many mails had which fate.
fn outcomes(rows: &[Inbound]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.outcome.word()).or_default() += 1;
    }
    counts
}

/// The number of a monitoring figure.
pub async fn figure(daemon: &Daemon, name: &str) -> String {
    let text = reqwest::get(format!("http://{}/metrics", daemon.metrics)).await.unwrap().text().await.unwrap();
    let line = text.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
    line.and_then(|line| line.rsplit(' ').next()).unwrap_or_default().to_owned()
}

/// Now, for the daemon.
pub fn now() -> Timestamp {
    Clock::system().now()
}

/// The letter that began the thread of another: every third answers the one before it.
fn first_of(n: usize) -> usize {
    if n % 3 == 2 { n - 1 } else { n }
}

/// The Message-ID of a letter.
pub fn id_of(n: usize) -> String {
    format!("letter-{n}@d{}.example", first_of(n))
}

/// A letter. Everybody who begins a thread writes from a domain of his own.
pub fn letter(n: usize) -> Vec<u8> {
    let (first, id) = (first_of(n), id_of(n));
    let (re, answers) = if first == n {
        ("", String::new())
    } else {
        ("Re: ", format!("In-Reply-To: <{0}>\r\nReferences: <{0}>\r\n", id_of(first)))
    };
    let text = format!("It drips, says letter {n}.\r\n").repeat(60);
    format!(
        "Return-Path: <k@d{first}.example>\r\nFrom: Kim <k@d{first}.example>\r\nTo: support@desk.test\r\n\
         Subject: {re}Letter {first}\r\nMessage-ID: <{id}>\r\nDate: Fri, 20 Nov 2026 11:00:00 +0000\r\n{answers}\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    )
    .into_bytes()
}

/// A letter of somebody with this address who begins a thread.
pub fn letter_from(address: &str) -> Vec<u8> {
    format!(
        "Return-Path: <{address}>\r\nFrom: <{address}>\r\nTo: support@desk.test\r\nSubject: A pump\r\n\
         Message-ID: <of-{address}>\r\nDate: Fri, 20 Nov 2026 11:00:00 +0000\r\n\r\nIt drips.\r\n"
    )
    .into_bytes()
}
