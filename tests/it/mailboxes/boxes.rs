//! Mailboxes by the pages: connected to a real Dovecot and a server that takes letters, tried, switched off, and never a secret
//! shown.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use deskbell::accounts::Role;
use deskbell::base::id::MailboxId;
use deskbell::mailboxes::{self, Mailbox, OutboundKind, OutboundState, Outcome};

use crate::desk::{Browser, Page, TestDesk};
use crate::mail::dovecot::Dovecot;
use crate::mail::sink::{Manners, Sink};

/// Longest wait for something that takes a real mail server.
const PATIENCE: Duration = Duration::from_secs(40);

/// A server for each way.
struct Servers {
    dovecot: Arc<Dovecot>,
    sink: Arc<Sink>,
    authorities: tempfile::NamedTempFile,
}

impl Servers {
    /// Dovecot, and a server that hands what it takes over to it.
    async fn start() -> Self {
        let dovecot = Arc::new(Dovecot::start().await);
        let manners = Manners { implicit: true, logins: "PLAIN", user: "support@desk.test", ..Manners::default() };
        let sink = Arc::new(Sink::start(manners).await);
        let mut authorities = tempfile::NamedTempFile::new().unwrap();
        authorities.write_all(&std::fs::read(dovecot.authority()).unwrap()).unwrap();
        authorities.write_all(sink.certificate.as_bytes()).unwrap();
        let (from, to) = (Arc::clone(&sink), Arc::downgrade(&dovecot));
        tokio::spawn(async move {
            let mut done = 0;
            let mut look = tokio::time::interval(Duration::from_millis(20));
            while let Some(dovecot) = to.upgrade() {
                for letter in from.taken().iter().skip(done) {
                    let found = b"Authentication-Results: mx.desk.test; spf=pass smtp.mailfrom=desk.test\r\n";
                    dovecot.deliver("support", &[&[found.as_slice(), &letter.octets].concat()]).await;
                    done += 1;
                }
                drop(dovecot);
                look.tick().await;
            }
        });
        Self { dovecot, sink, authorities }
    }

    async fn desk(&self) -> TestDesk {
        let path = self.authorities.path().to_str().unwrap();
        TestDesk::configured(&[("mail.networks", "127.0.0.0/8, ::1"), ("mail.ca_file", path)]).await
    }

    /// What somebody fills in.
    fn card(&self) -> Vec<(&'static str, String)> {
        let fields = [
            ("address", "support@desk.test"),
            ("password", "secret"),
            ("name", "Support"),
            ("auth", "password"),
            ("imap_host", "localhost"),
            ("imap_security", "tls"),
            ("smtp_host", "127.0.0.1"),
            ("smtp_security", "tls"),
            ("after_taking", "leave"),
            ("size_mib_max", "30"),
            ("reopen_days", "14"),
            ("folders", "INBOX"),
        ];
        let mut card: Vec<(&str, String)> = fields.map(|(name, value)| (name, value.to_owned())).into();
        card.push(("imap_port", self.dovecot.tls().port.to_string()));
        card.push(("smtp_port", self.sink.port.to_string()));
        card
    }
}

/// The card with other values.
fn but<'a>(card: &'a [(&'static str, String)], others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = card.iter().filter(|(name, _)| !others.iter().any(|(other, _)| other == name));
    kept.map(|(name, value)| (*name, value.as_str())).chain(others.iter().copied()).collect()
}

/// Looks at a trial until it is over.
pub(super) async fn tried(browser: &mut Browser, place: &str) -> Page {
    let mut look = tokio::time::interval(Duration::from_millis(50));
    let looking = async {
        loop {
            let page = browser.get(&format!("{place}/test")).await;
            assert_eq!(page.status, 200, "{}", page.words());
            if !page.text.contains("every 1s") {
                return page;
            }
            look.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE * 3, looking).await.expect("a trial comes to an end")
}

/// Waits until this holds of the mailbox.
pub(super) async fn until(desk: &TestDesk, holds: impl Fn(&Mailbox) -> bool) -> Mailbox {
    let mut look = tokio::time::interval(Duration::from_millis(50));
    let looking = async {
        loop {
            let mailbox = desk.read(|db| mailboxes::mailbox_by_id(db, MailboxId(1))).await;
            if holds(&mailbox) {
                return mailbox;
            }
            look.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.expect("the mailbox comes to be so")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_and_a_password_are_enough_and_every_step_is_shown() {
    let servers = Servers::start().await;
    let desk = servers.desk().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let page = ada.get("/admin/mail").await;
    assert!(page.words().contains("No mailbox yet"), "{}", page.words());
    ada.get("/admin/mail/new").await;
    let began = std::time::Instant::now();
    let page = ada.post("/admin/mail", &but(&servers.card(), &[])).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/admin/mail/1/test"), "{}", page.words());
    let page = tried(&mut ada, "/admin/mail/1").await;
    let words = page.words();
    assert!(words.contains("Everything works"), "{words}");
    for step in ["Connect", "TLS", "Sign in", "Folders", "Fetch", "Send to itself", "Arrive", "makes no ticket"] {
        assert!(words.contains(step), "{step}: {words}");
    }
    let (words_of_trial, named) = (page.words(), page.field("authserv_id"));
    println!("connected and tried in {} ms", began.elapsed().as_millis());
    let letters = desk.read(|db| mailboxes::outbox(db, &mailboxes::OutboxFilter::default(), None, 9)).await.rows;
    assert_eq!((letters.len(), letters[0].kind, letters[0].state), (1, OutboundKind::Trial, OutboundState::Sent));
    let counts = desk.read(mailboxes::outcome_counts).await;
    assert_eq!(counts, [(Outcome::Refused, 1)], "the ledger knows it as ours");
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("In order") && words.contains("support@desk.test"), "{words}");
    let health = ada.get("/admin/health").await.words();
    assert!(health.contains("0 unaccounted, 0 unreadable, 0 not sent"), "{health}");

    // Who checks senders there stands on the letter that came back, and is believed by one click.
    assert!(words_of_trial.contains("the server mx.desk.test found out"), "{words_of_trial}");
    let page = ada.post("/admin/mail/1/authserv", &[("authserv_id", &named)]).await;
    assert!(page.words().contains("Senders are checked from now on"), "{}", page.words());
    assert_eq!(page.field("authserv_id"), "mx.desk.test");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_with_what_to_do() {
    let servers = Servers::start().await;
    let desk = servers.desk().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/mail/new").await;
    let card = servers.card();
    let page =
        ada.post("/admin/mail", &but(&card, &[("address", "nobody"), ("password", ""), ("imap_port", "x")])).await;
    assert_eq!(
        (page.status, page.field("address"), page.field("imap_host")),
        (422, "nobody".into(), "localhost".into())
    );
    assert!(
        page.words().contains("A whole number") && page.words().contains("Please fill this in"),
        "{}",
        page.words()
    );

    let page = ada.post("/admin/mail", &but(&card, &[("password", "wrong")])).await;
    assert_eq!(page.path, "/admin/mail/1/test", "{}", page.words());
    let words = tried(&mut ada, "/admin/mail/1").await.words();
    assert!(words.contains("does not accept user name and password"), "{words}");
    assert!(!words.contains("Send to itself"), "{words}");

    for (change, told) in [
        (("imap_host", "no.such.host.invalid"), "There is no server no.such.host.invalid"),
        (("imap_port", "1"), "port 1:"),
        (("imap_host", "192.168.7.7"), "not on the public internet"),
        (("smtp_host", "no.such.host.invalid"), "There is no server no.such.host.invalid"),
        (("folders", "Elsewhere"), "There is no folder Elsewhere"),
    ] {
        let page = ada.post("/admin/mail/1", &but(&card, &[change])).await;
        assert_eq!((page.status, page.path.as_str()), (200, "/admin/mail/1"), "{}", page.words());
        ada.post("/admin/mail/1/test", &[]).await;
        let words = tried(&mut ada, "/admin/mail/1").await.words();
        assert!(words.contains(told), "{change:?}: {words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_goes_to_no_server_and_account_that_it_was_not_typed_for() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/mail/new").await;
    let fields = [
        ("address", "help@desk.example"),
        ("name", "Help"),
        ("auth", "password"),
        ("imap_host", "imap.desk.example"),
        ("imap_port", "993"),
        ("imap_security", "tls"),
        ("smtp_port", "465"),
        ("smtp_security", "tls"),
        ("after_taking", "leave"),
        ("size_mib_max", "30"),
        ("reopen_days", "14"),
    ];
    let page = ada.post("/admin/mail", &[&fields[..], &[("password", "geheim-1")]].concat()).await;
    assert_eq!(page.path, "/admin/mail/1/test", "{}", page.words());
    let with = |more: &[(&'static str, &'static str)]| {
        let kept = fields.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        kept.chain(more).copied().collect::<Vec<_>>()
    };
    let secret = || desk.number("SELECT count(*) AS number FROM mailboxes WHERE secret IS NOT NULL");
    for change in [("imap_host", "imap.evil.example"), ("smtp_host", "smtp.evil.example"), ("login", "other")] {
        let page = ada.post("/admin/mail/1", &with(&[change])).await;
        assert_eq!(page.status, 422, "{change:?}: {}", page.words());
        assert!(page.words().contains("what is saved is not sent to another server"), "{}", page.words());
        assert_eq!(page.field(change.0), change.1, "what was typed stays");
    }
    assert_eq!(desk.read(|db| mailboxes::mailbox_by_id(db, MailboxId(1))).await.card.imap.host, "imap.desk.example");
    for change in [("name", "Support"), ("imap_port", "1993"), ("smtp_host", "")] {
        let page = ada.post("/admin/mail/1", &with(&[change])).await;
        assert_eq!((page.status, secret().await), (200, 1), "{change:?}: {}", page.words());
    }
    let moved = [("imap_host", "imap.new.example"), ("password", "geheim-1")];
    let page = ada.post("/admin/mail/1", &with(&moved)).await;
    assert_eq!((page.status, secret().await), (200, 1), "{}", page.words());

    // However it is changed.
    desk.act(|act| {
        let mut card = mailboxes::mailbox_by_id(act.db, MailboxId(1))?.card;
        card.imap.host = "imap.evil.example".into();
        mailboxes::change_mailbox(act, MailboxId(1), &card)
    })
    .await;
    assert_eq!(secret().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_nobody_can_be_pinned() {
    let servers = Servers::start().await;
    // Nobody told this desk of the authority.
    let desk = TestDesk::configured(&[("mail.networks", "127.0.0.0/8, ::1")]).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/mail/new").await;
    ada.post("/admin/mail", &but(&servers.card(), &[])).await;
    for side in ["imap", "smtp"] {
        let page = tried(&mut ada, "/admin/mail/1").await;
        assert!(page.words().contains("Pin this certificate"), "{}", page.words());
        assert_eq!(page.field("side"), side);
        let pin = page.field("pin");
        // What runs on an older card is told by the moment of the change.
        desk.pass(1_000);
        let page = ada.post("/admin/mail/1/pin", &[("side", side), ("pin", &pin)]).await;
        assert!(page.words().contains("The certificate is pinned"), "{}", page.words());
        ada.post("/admin/mail/1/test", &[]).await;
    }
    let words = tried(&mut ada, "/admin/mail/1").await.words();
    assert!(words.contains("Everything works"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_off_rests_and_goes_on_where_it_was() {
    let servers = Servers::start().await;
    let desk = servers.desk().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/mail/new").await;
    ada.post("/admin/mail", &but(&servers.card(), &[])).await;
    tried(&mut ada, "/admin/mail/1").await;
    let page = ada.post("/admin/mail/1/switch", &[("on", "no")]).await;
    assert!(
        page.words().contains("The mailbox is off") && page.text.contains("/admin/mail/1/switch"),
        "{}",
        page.words()
    );
    // Its tasks give the right to fetch back when they have ended.
    let leased = "SELECT count(*) AS number FROM mailboxes WHERE leased_by IS NOT NULL";
    let mut look = tokio::time::interval(Duration::from_millis(20));
    while desk.number(leased).await > 0 {
        look.tick().await;
    }
    ada.post("/admin/mail/1/test", &[]).await;
    let words = tried(&mut ada, "/admin/mail/1").await.words();
    assert!(words.contains("The mailbox is switched off"), "{words}");
    servers.dovecot.deliver("support", &[b"From: eva@x.example\r\nSubject: Drips\r\n\r\nIt drips.\r\n"]).await;
    desk.settle().await;
    let before = desk.read(mailboxes::outcome_counts).await;
    assert!(!before.iter().any(|(outcome, _)| *outcome == Outcome::Entry), "{before:?}");
    assert!(ada.get("/admin/mail").await.words().contains("Switched off"));

    ada.post("/admin/mail/1/switch", &[("on", "yes")]).await;
    let mut look = tokio::time::interval(Duration::from_millis(50));
    while !desk.read(mailboxes::outcome_counts).await.contains(&(Outcome::Entry, 1)) {
        look.tick().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_shows_a_secret() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/mail/new").await;
    let servers = [("imap_host", "mail.invalid"), ("imap_port", "993"), ("imap_security", "tls")];
    let more = [("smtp_port", "465"), ("smtp_security", "tls"), ("after_taking", "leave"), ("size_mib_max", "30")];
    let own = [("address", "a@desk.test"), ("name", "A"), ("auth", "password"), ("reopen_days", "14")];
    let secrets = [("password", "geheim-5521-x"), ("client_secret", "geheim-5522-x")];
    let fields = [&servers[..], &more, &own, &secrets].concat();
    let page = ada.post("/admin/mail", &fields).await;
    assert_eq!(page.path, "/admin/mail/1/test", "{}", page.words());
    ada.post("/admin/mail/1/dkim", &[]).await;
    let page = ada.get("/admin/mail/1").await;
    assert!(
        page.text.contains("deskbell._domainkey.desk.test") && page.text.contains("v=DKIM1; k=ed25519"),
        "{}",
        page.words()
    );
    let refused = ada.post("/admin/mail/1", &[("password", "geheim-5521-x"), ("imap_port", "x")]).await;
    assert_eq!(refused.status, 422);
    for shown in [page, refused, ada.get("/admin/mail").await, tried(&mut ada, "/admin/mail/1").await] {
        assert!(!shown.text.contains("geheim-552") && !shown.text.contains("PRIVATE KEY"), "{}", shown.path);
    }
    let told =
        desk.number("SELECT count(*) AS number FROM events WHERE data LIKE '%geheim%' OR data LIKE '%PRIVATE%'").await;
    assert_eq!(told, 0, "and the log of events knows none");
    for entry in std::fs::read_dir(desk.folder()).unwrap() {
        let path = entry.unwrap().path();
        let octets = std::fs::read(&path).unwrap_or_default();
        for secret in ["geheim-552", "BEGIN PRIVATE"] {
            assert!(!octets.windows(secret.len()).any(|part| part == secret.as_bytes()), "{}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_fills_the_servers_in_with_scripts_and_without() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let part = ada.fragment("/admin/mail/servers?address=help%40gmx.de&preset=").await;
    assert_eq!((part.field("imap_host"), part.field("smtp_host")), ("imap.gmx.net".into(), "mail.gmx.net".into()));
    let part = ada.fragment("/admin/mail/servers?address=a%40pumpen.example&preset=microsoft").await;
    assert!(part.field("auth") == "microsoft" && part.text.contains("name=\"tenant\""), "{}", part.text);
    ada.get("/admin/mail/new").await;
    let page = ada.post("/admin/mail", &[("address", "a@pumpen.example"), ("then", "fill"), ("name", "Pumps")]).await;
    assert_eq!(
        (page.status, page.field("imap_host"), page.field("name")),
        (200, "imap.pumpen.example".into(), "Pumps".into())
    );
    assert!(desk.read(mailboxes::mailboxes).await.is_empty(), "nothing was saved");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_turns_out_wrong_is_taken_back_with_the_password_of_before() {
    let servers = Servers::start().await;
    let desk = servers.desk().await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/mail/new").await;
    let card = servers.card();
    ada.post("/admin/mail", &but(&card, &[])).await;
    tried(&mut ada, "/admin/mail/1").await;
    until(&desk, |mailbox| mailbox.fetched_at.is_some()).await;
    let page = ada.get("/admin/mail/1").await;
    assert!(!page.words().contains("Back to the settings that worked"), "there are no others: {}", page.words());
    assert_eq!(ada.post("/admin/mail/1/back", &[]).await.status, 409);

    desk.pass(1_000);
    ada.get("/admin/mail/1").await;
    let wrong = [("password", "falsch-77"), ("login", "sales@desk.test"), ("name", "Help desk")];
    let page = ada.post("/admin/mail/1", &but(&card, &wrong)).await;
    assert_eq!(page.status, 200, "{}", page.words());
    until(&desk, |mailbox| mailbox.failing_since_at.is_some()).await;
    // Another try makes it no better, and what worked is not forgotten over it.
    desk.pass(1_000);
    ada.post("/admin/mail/1", &but(&card, &[wrong[0], wrong[2], ("imap_port", "1")])).await;
    until(&desk, |mailbox| mailbox.failure.as_deref().is_some_and(|why| why.contains("port 1"))).await;
    let page = ada.get("/admin/mail/1").await;
    let words = page.words();
    assert!(
        words.contains("Back to the settings that worked") && words.contains("as support@desk.test at localhost"),
        "{words}"
    );
    assert!(!page.text.contains("falsch-77"), "{}", page.text);

    desk.pass(1_000);
    let page = ada.post("/admin/mail/1/back", &[]).await;
    assert!(page.words().contains("The settings are those that worked."), "{}", page.words());
    let port = servers.dovecot.tls().port.to_string();
    assert_eq!(
        (page.field("imap_port"), page.field("login"), page.field("name")),
        (port, "support@desk.test".into(), "Help desk".into()),
        "what has nothing to do with it stays"
    );
    let now = desk.clock.now();
    until(&desk, |mailbox| mailbox.fetched_at == Some(now) && mailbox.failing_since_at.is_none()).await;
    let words = ada.get("/admin/mail/1").await.words();
    assert!(words.contains("In order") && !words.contains("Back to the settings that worked"), "{words}");
}
