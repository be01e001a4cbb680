//! Mailboxes that sign in with somebody else: the sign-in, tokens that are renewed in time and by one alone, and what happens
//! when they are worth nothing any more.

use deskbell::accounts::Role;
use deskbell::base::id::MailboxId;
use deskbell::config::Secret;
use deskbell::mailboxes::{self, Auth, Credential, Held, Mailbox, MailboxCard, Registration};

use super::boxes::{tried, until};
use super::fetching::{self, settled};
use crate::desk::{Browser, TestDesk, server};
use crate::mail::dovecot::{Dovecot, Setup};
use crate::mail::tokens::TokenServer;

/// A desk with a Dovecot that takes tokens.
async fn start(flags: &[(&'static str, &str)]) -> (TokenServer, Dovecot, TestDesk) {
    let server = TokenServer::start().await;
    let setup = Setup { introspection: Some(server.url("/introspect")), ..Setup::default() };
    let dovecot = Dovecot::with(setup).await;
    let authority = dovecot.authority();
    let own = [("mail.networks", "127.0.0.0/8, ::1"), ("mail.ca_file", authority.to_str().unwrap())];
    let desk = TestDesk::configured(&[&own, flags].concat()).await;
    (server, dovecot, desk)
}

async fn set_up(ada: &mut Browser, dovecot: &Dovecot, more: &[(&str, &str)]) {
    ada.get("/admin/mail/new").await;
    let port = dovecot.tls().port.to_string();
    let fields = [
        ("address", "support@desk.test"),
        ("name", "Support"),
        ("client_id", "app"),
        ("imap_host", "localhost"),
        ("imap_port", &port),
        ("imap_security", "tls"),
        ("smtp_port", "465"),
        ("smtp_security", "tls"),
        ("after_taking", "leave"),
        ("size_mib_max", "30"),
        ("reopen_days", "14"),
    ];
    let page = ada.post("/admin/mail", &[&fields[..], more].concat()).await;
    assert_eq!(page.path, "/admin/mail/1/sign-in", "{}", page.words());
}

async fn mailbox(desk: &TestDesk) -> Mailbox {
    desk.read(|db| mailboxes::mailbox_by_id(db, MailboxId(1))).await
}

async fn held(desk: &TestDesk) -> Held {
    let seal = desk.app().room.seal;
    let Some(Credential::Tokens(held)) = desk.read(move |db| mailboxes::credential(db, &seal, MailboxId(1))).await
    else {
        panic!("there are tokens")
    };
    held
}

async fn access(desk: &TestDesk) -> String {
    held(desk).await.access.reveal().to_owned()
}

/// A mailbox that was signed in with Microsoft just now; switched off, so that nothing is done with it by itself.
async fn signed_in(server: &TokenServer, dovecot: &Dovecot, desk: &TestDesk) -> Mailbox {
    let access = server.mint("support@desk.test");
    let (refresh, now) = (access.replace("at-", "rt-"), desk.clock.now());
    let held = Held {
        access: Secret::new(access),
        refresh: Some(Secret::new(refresh)),
        granted_at: now,
        expires_at: now.plus_ms(3_600_000),
    };
    let registration = Registration {
        client_id: "app".into(),
        tenant: "desk.test".into(),
        token_url: server.url("/token"),
        ..Registration::default()
    };
    let card = MailboxCard { auth: Auth::Microsoft, oauth: registration.written(), ..fetching::card(dovecot) };
    let seal = desk.app().room.seal;
    desk.act(move |act| {
        let id = mailboxes::add_mailbox(act, &card)?;
        mailboxes::disable_mailbox(act, id)?;
        mailboxes::keep_credential(act, &seal, id, &Credential::Tokens(held))?;
        mailboxes::mailbox_by_id(act.db, id)
    })
    .await
}

/// Waits until the server has given tokens more often than so.
async fn asked(tokens: &TokenServer, given: u32) {
    let mut look = tokio::time::interval(std::time::Duration::from_millis(10));
    while tokens.given() <= given {
        look.tick().await;
    }
}

/// Has the database say that it can't write secrets now.
const LOCKED: [&str; 2] = [
    "CREATE TRIGGER locked BEFORE UPDATE OF secret ON mailboxes BEGIN SELECT RAISE(ABORT, 'database is locked'); END",
    "CREATE FUNCTION locked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'lock timeout'; END $$; \
     CREATE TRIGGER locked BEFORE UPDATE OF secret ON mailboxes FOR EACH ROW EXECUTE FUNCTION locked()",
];
const FREE: [&str; 2] = ["DROP TRIGGER locked", "DROP TRIGGER locked ON mailboxes"];

#[tokio::test(flavor = "multi_thread")]
async fn new_tokens_are_not_lost_when_the_database_can_not_take_them_at_once() {
    let (tokens, dovecot, desk) = start(&[]).await;
    let own = signed_in(&tokens, &dovecot, &desk).await;
    let (first, given) = (access(&desk).await, tokens.given());
    let which = usize::from(server().is_some());
    desk.sql(LOCKED[which]).await;
    desk.pass(55 * 60_000);
    let room = desk.app().room.clone();
    let fetching = tokio::spawn(async move { mailboxes::fetch_once(&room, &own).await });
    asked(&tokens, given).await;
    for _ in 0..20 {
        desk.act(|act| mailboxes::mailboxes(act.db)).await;
    }
    desk.sql(FREE[which]).await;
    fetching.await.unwrap().unwrap();
    assert!(access(&desk).await != first && tokens.given() == given + 1, "asked once, and kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tokens_are_kept_when_the_mailbox_is_switched_off_while_they_are_on_their_way() {
    let (tokens, dovecot, desk) = start(&[]).await;
    let id = signed_in(&tokens, &dovecot, &desk).await.id;
    desk.act(move |act| mailboxes::enable_mailbox(act, id)).await;
    until(&desk, |mailbox| mailbox.fetched_at.is_some()).await;
    let (first, given) = (access(&desk).await, tokens.given());
    desk.pass(55 * 60_000);
    tokens.hold();
    dovecot.kick("support");
    asked(&tokens, given).await;
    desk.act(move |act| mailboxes::disable_mailbox(act, id)).await;
    let mut look = tokio::time::interval(std::time::Duration::from_millis(10));
    while desk.number("SELECT count(*) AS number FROM mailboxes WHERE leased_by IS NOT NULL").await > 0 {
        look.tick().await;
    }
    tokens.let_go();
    while access(&desk).await == first {
        look.tick().await;
    }
    while desk.number("SELECT count(*) AS number FROM mailboxes WHERE renewing_until_at IS NOT NULL").await > 0 {
        look.tick().await;
    }
    mailboxes::fetch_once(&desk.app().room.clone(), &mailbox(&desk).await).await.unwrap();
    assert_eq!(tokens.given(), given + 1, "they are good, and no others are asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_renewed_every_day_though_nobody_asks_for_them() {
    const HOUR: i64 = 3_600_000;
    let (tokens, dovecot, desk) = start(&[]).await;
    let id = signed_in(&tokens, &dovecot, &desk).await.id;
    let (room, seal, given) = (desk.app().room.clone(), desk.app().room.seal, tokens.given());
    desk.pass(24 * HOUR);
    mailboxes::renew_due(&room).await.unwrap();
    assert_eq!(tokens.given(), given, "it is switched off");

    // Its token is good for ten days, and its connection lives.
    let now = desk.clock.now();
    let long = Held { granted_at: now, expires_at: now.plus_ms(240 * HOUR), ..held(&desk).await };
    desk.act(move |act| {
        mailboxes::keep_credential(act, &seal, id, &Credential::Tokens(long))?;
        mailboxes::enable_mailbox(act, id)
    })
    .await;
    until(&desk, |mailbox| mailbox.fetched_at.is_some()).await;
    for (hours, count) in [(19, 0), (2, 1), (0, 1)] {
        desk.pass(hours * HOUR);
        mailboxes::renew_due(&room).await.unwrap();
        assert_eq!(tokens.given(), given + count, "after {hours} hours more");
    }
    assert_eq!(held(&desk).await.granted_at, desk.clock.now());
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_the_secret_of_the_registration_go_to_nobody_else() {
    let (tokens, dovecot, desk) = start(&[]).await;
    let own = signed_in(&tokens, &dovecot, &desk).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    ada.get("/admin/mail").await;
    let (seal, secret) = (desk.app().room.seal, Secret::new("geheim-9"));
    desk.act(move |act| mailboxes::keep_client_secret(act, &seal, own.id, &secret)).await;
    let port = dovecot.tls().port.to_string();
    let (right, wrong) = (tokens.url("/token"), tokens.url("/busy"));
    let fields = |auth: &'static str, token_url: &str, client_secret: &'static str| {
        [
            ("address", "support@desk.test"),
            ("name", "Support"),
            ("auth", auth),
            ("client_id", "app"),
            ("tenant", "desk.test"),
            ("token_url", token_url),
            ("client_secret", client_secret),
            ("imap_host", "localhost"),
            ("imap_port", &port),
            ("imap_security", "tls"),
            ("smtp_port", "465"),
            ("smtp_security", "tls"),
            ("after_taking", "leave"),
            ("size_mib_max", "30"),
            ("reopen_days", "14"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
    };
    let kept = "SELECT count(*) AS number FROM mailboxes WHERE secret IS NOT NULL AND client_secret IS NOT NULL";
    let post = async |ada: &mut Browser, fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ada.post("/admin/mail/1", &fields).await
    };
    let page = post(&mut ada, fields("microsoft", &right, "")).await;
    assert_eq!((page.path.as_str(), desk.number(kept).await), ("/admin/mail/1", 1), "{}", page.words());
    let page = post(&mut ada, fields("google", &right, "")).await;
    assert!(page.status == 422 && page.words().contains("what is saved is not sent"), "{}", page.words());
    let page = post(&mut ada, fields("microsoft", &wrong, "")).await;
    assert_eq!(page.path, "/admin/mail/1/sign-in", "{}", page.words());
    assert!(page.words().contains("Now sign the mailbox in again"), "{}", page.words());
    let none = "SELECT count(*) AS number FROM mailboxes WHERE secret IS NULL AND client_secret IS NULL";
    assert_eq!(desk.number(none).await, 1);
    assert!(mailboxes::fetch_once(&desk.app().room.clone(), &mailbox(&desk).await).await.is_err());
    assert!(!tokens.was_asked("/busy"), "nothing went there");
}

#[tokio::test(flavor = "multi_thread")]
async fn microsoft_signs_in_by_a_code_and_tokens_are_renewed_until_they_are_revoked() {
    let (server, dovecot, desk) = start(&[]).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let (begin, token) = (server.url("/devicecode"), server.url("/token"));
    let more = [("auth", "microsoft"), ("tenant", "desk.test"), ("begin_url", &*begin), ("token_url", &*token)];
    set_up(&mut ada, &dovecot, &more).await;
    let words = ada.post("/admin/mail/1/sign-in", &[]).await.words();
    assert!(words.contains("ABCD-EFGH") && words.contains("https://login.example/device"), "{words}");
    let asked = server.given();
    ada.get("/admin/mail/1/sign-in").await;
    assert_eq!(server.given(), asked, "nobody is asked before the interval is over");
    for _ in 0..2 {
        desk.pass(8_000);
        assert_eq!(ada.get("/admin/mail/1/sign-in").await.path, "/admin/mail/1/sign-in");
    }
    desk.pass(8_000);
    let page = ada.get("/admin/mail/1/sign-in").await;
    assert_eq!(page.path, "/admin/mail/1/test", "{}", page.words());
    let page = tried(&mut ada, "/admin/mail/1").await;
    assert!(page.words().contains("Everything works"), "{}", page.words());
    let first = access(&desk).await;
    let ends = mailbox(&desk).await.needs_sign_in_at.unwrap();
    assert_eq!(ends.since_ms(desk.clock.now()), 90 * 86_400_000);

    // At four fifths of its life it is renewed, by one of all who ask at once.
    desk.pass(50 * 60_000);
    let (own, given) = (mailbox(&desk).await, server.given());
    let room = desk.app().room.clone();
    let all = (0..5).map(|_| mailboxes::fetch_once(&room, &own));
    for fetched in futures_util::future::join_all(all).await {
        fetched.unwrap();
    }
    let second = access(&desk).await;
    assert!(second != first && server.given() == given + 1, "{first} {second} {given} {}", server.given());

    server.revoke();
    desk.pass(70 * 60_000);
    let failed = mailboxes::fetch_once(&room, &own).await;
    assert!(failed.is_err());
    let now = until(&desk, |mailbox| mailbox.needs_sign_in_at.is_some_and(|at| at <= desk.clock.now())).await;
    assert!(!now.is_tried(), "and nothing is tried any more");
    let given = server.given();
    assert!(mailboxes::fetch_once(&room, &own).await.is_err() && server.given() == given);
    let words = ada.get("/admin/mail").await.words();
    assert!(words.contains("Needs a sign-in") && words.contains("no longer valid"), "{words}");
    assert!(ada.get("/admin/health").await.words().contains("needs a sign-in"));
    for page in [ada.get("/admin/mail/1").await, ada.get("/admin/mail/1/sign-in").await] {
        assert!(!page.text.contains(&second) && !page.text.contains("rt-"), "{}", page.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_token_is_kept_before_it_is_used_and_fetches_mail() {
    let (server, dovecot, desk) = start(&[]).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let (begin, token) = (server.url("/devicecode"), server.url("/token"));
    let more = [("auth", "microsoft"), ("tenant", "desk.test"), ("begin_url", &*begin), ("token_url", &*token)];
    set_up(&mut ada, &dovecot, &more).await;
    ada.post("/admin/mail/1/sign-in", &[]).await;
    for _ in 0..3 {
        desk.pass(8_000);
        ada.get("/admin/mail/1/sign-in").await;
    }
    assert!(tried(&mut ada, "/admin/mail/1").await.words().contains("Everything works"));
    let (first, given) = (held(&desk).await, server.given());

    // The token is renewed, and the mail server is away just then: whoever lost the new ones would be locked out, as the old
    // ones are worth nothing now.
    desk.pass(50 * 60_000);
    let (room, own) = (desk.app().room.clone(), mailbox(&desk).await);
    let mut away = own.clone();
    away.card.imap.port = 1;
    assert!(mailboxes::fetch_once(&room, &away).await.is_err());
    let second = held(&desk).await;
    assert_eq!(server.given(), given + 1);
    assert!(second.access != first.access && second.refresh != first.refresh, "both are others, and both are kept");

    let mail = b"From: <eva@x.example>\r\nSubject: Drips\r\nMessage-ID: <1@x.example>\r\n\r\nIt drips.\r\n";
    dovecot.lay("support", [mail.to_vec()]);
    mailboxes::fetch_once(&room, &own).await.unwrap();
    assert_eq!(server.given(), given + 1, "it is good, and no other was asked for");
    let rows = settled(&desk, &own, 1).await;
    assert_eq!((rows.len(), rows[0].outcome), (1, mailboxes::Outcome::Entry), "{rows:?}");

    // What was kept then renews the next.
    desk.pass(50 * 60_000);
    mailboxes::fetch_once(&room, &own).await.unwrap();
    assert_eq!(server.given(), given + 2);
    assert_ne!(held(&desk).await.refresh, second.refresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn google_sends_back_whoever_began_and_nobody_else() {
    let (server, dovecot, desk) = start(&[("web.public_url", "http://127.0.0.1:8080")]).await;
    let mut ada = desk.signed_in("ada", Role::Admin).await;
    let mut eve = desk.signed_in("eve", Role::Admin).await;
    let token = server.url("/token");
    let more = [("auth", "google"), ("client_secret", "geheim-9"), ("token_url", &*token), ("is_testing", "on")];
    set_up(&mut ada, &dovecot, &more).await;
    let page = ada.post("/admin/mail/1/sign-in", &[]).await;
    let link = page.text.split("href=\"https://accounts.google.com").nth(1).expect("a way to Google");
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let url: url::Url = format!("https://accounts.google.com{link}").parse().unwrap();
    let value = |name: &str| url.query_pairs().find(|(own, _)| own == name).unwrap().1.into_owned();
    assert_eq!(value("redirect_uri"), "http://127.0.0.1:8080/admin/mail/google");
    assert!(!page.text.contains("geheim-9"));
    let code = server.sign_in(&value("code_challenge"));
    let back = format!("/admin/mail/google?state={}&code={code}", value("state"));
    assert_eq!(eve.get(&back).await.status, 409, "another session");
    assert_eq!(ada.get("/admin/mail/google?state=x&code=code-1").await.status, 409, "another state");
    assert_eq!(ada.get("/admin/mail/google?error=access_denied").await.status, 409);
    let page = ada.get(&back).await;
    assert_eq!(page.path, "/admin/mail/1/test", "{}", page.words());
    assert_eq!(ada.get(&back).await.status, 409, "each can be ended once");
    let page = tried(&mut ada, "/admin/mail/1").await;
    assert!(page.words().contains("Everything works"), "{}", page.words());
    // An app in testing is signed out after a week, and that is said before.
    let ends = mailbox(&desk).await.needs_sign_in_at.unwrap();
    assert_eq!(ends.since_ms(desk.clock.now()), 7 * 86_400_000);
    for (days, is_soon) in [(4, false), (1, true)] {
        desk.pass(days * 86_400_000);
        let mut ada = desk.sign_in("ada").await;
        let words = ada.get("/admin/health").await.words();
        assert_eq!(words.contains("the sign-in ends soon"), is_soon, "{words}");
        let badge = ada.fragment("/admin/mail/quarantined").await.words();
        assert_eq!(badge.contains("One mailbox needs a sign-in."), is_soon, "{badge}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_takes_no_secret_along_that_was_given_for_other_servers() {
    use diesel::connection::SimpleConnection as _;

    let desk = TestDesk::start().await;
    let seal = desk.app().room.seal;
    let card = |host: &str, token_url: &str| {
        let registration = Registration {
            client_id: "app".into(),
            tenant: "pumpen.example".into(),
            token_url: token_url.into(),
            ..Registration::default()
        };
        let mut card =
            MailboxCard { name: "Pumps".into(), address: "a@pumpen.example".into(), ..MailboxCard::default() };
        card.auth = Auth::Microsoft;
        card.oauth = registration.written();
        card.imap.host = host.into();
        card.login = "a@pumpen.example".into();
        card
    };
    let sign_in = |word: &str| {
        let (granted_at, expires_at) = (desk.clock.now(), desk.clock.now().plus_ms(3_600_000));
        let (access, refresh) = (Secret::new(word), Some(Secret::new(word)));
        Credential::Tokens(Held { access, refresh, granted_at, expires_at })
    };
    // The same registration and another server; then another registration as well.
    for (n, token_url) in ["", "https://login.other.example/token"].into_iter().enumerate() {
        let mut good = card("imap.good.example", "");
        good.address = format!("a{n}@pumpen.example");
        let new = MailboxCard { address: good.address.clone(), ..card("imap.new.example", token_url) };
        let (before, after) = (sign_in("before"), sign_in("after"));
        let (left, client_secret) = desk
            .act(move |act| {
                let id = mailboxes::add_mailbox(act, &good)?;
                mailboxes::keep_credential(act, &seal, id, &before)?;
                act.db.batch_execute("UPDATE mailboxes SET fetched_at = updated_at")?;
                mailboxes::change_mailbox(act, id, &new)?;
                mailboxes::keep_credential(act, &seal, id, &after)?;
                mailboxes::keep_client_secret(act, &seal, id, &Secret::new("for the new one"))?;
                mailboxes::go_back(act, id)?;
                assert_eq!(mailboxes::mailbox_by_id(act.db, id)?.card.imap.host, "imap.good.example");
                let kept = format!("SELECT count(client_secret) AS number FROM mailboxes WHERE id = {id}");
                Ok((mailboxes::credential(act.db, &seal, id)?, crate::db::number(act.db, &kept)))
            })
            .await;
        assert_eq!(left, None, "tokens of the new server don't go to the one of before");
        assert_eq!(client_secret == 0, n == 1, "nor does what the other registration was given");
        desk.sql("UPDATE mailboxes SET disabled_at = 1").await;
    }
}
