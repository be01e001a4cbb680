//! What becomes of a letter, for everything that a server can do with it.

use std::time::Duration;

use bytes::Bytes;
use deskbell::base::EmailAddress;
use deskbell::config::Secret;
use deskbell::mail::reach::Reach;
use deskbell::mail::smtp::{
    Checked, Delivery, Envelope, Lane, Login, Outcome, Patience, Security, Sender, Server, Step, Trouble,
};
use deskbell::mail::tls::{self, Trust};
use futures_util::future::join_all;

use super::sink::{Manners, Sink, login};

const LETTER: &[u8] = b"From: a@desk.example\r\nSubject: Hi\r\n\r\nHello\r\n.\r\n..dots\r\n";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn envelope(to: &[&str]) -> Envelope {
    let to = to.iter().map(|local| address(&format!("{local}@x.example"))).collect();
    Envelope { from: Some(address("desk@desk.example")), to }
}

async fn send(sender: &Sender, to: &[&str]) -> Delivery {
    sender.send(Lane::Prompt, envelope(to), Bytes::from_static(LETTER)).await
}

/// A sender to a sink that is as it should be.
async fn plain() -> (Sink, Sender) {
    let sink = Sink::start(Manners::default()).await;
    let sender = Sender::new(sink.server(), Login::None);
    (sink, sender)
}

fn hasty(server: Server) -> Server {
    let patience = Patience { dot: Duration::from_millis(200), ..server.patience };
    Server { patience, ..server }
}

#[tokio::test]
async fn a_letter_arrives_as_it_is() {
    let (sink, sender) = plain().await;
    let delivery = send(&sender, &["erika", "max"]).await;
    assert_eq!(delivery.outcome, Outcome::Accepted("250 2.0.0 stored".to_owned()));
    assert_eq!(delivery.refused, []);
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].octets, LETTER, "octet by octet, dots too");
    assert_eq!(taken[0].to, ["erika@x.example", "max@x.example"]);
    assert_eq!(taken[0].from, "MAIL FROM:<desk@desk.example>");
}

/// The library writes a letter in pieces of 64 KiB, with a dot before each line that begins with one.
#[tokio::test]
async fn dots_and_ends_are_as_they_were() {
    const PIECE: usize = 64 << 10;
    let mut letters =
        vec![b".\r\n".to_vec(), b"a\r\n.\r\n".to_vec(), b"a\r\n\r\n\r\n".to_vec(), b"..\r\n.a\r\n".to_vec()];
    // A line of a lone dot around the end of the first piece, and of the second.
    for at in (PIECE - 6..PIECE + 3).chain(2 * PIECE - 6..2 * PIECE + 3) {
        letters.push([vec![b'x'; at], b"\r\n.\r\n.y\r\n".to_vec()].concat());
    }
    letters.extend([PIECE - 2, PIECE, PIECE + 1].map(|length| [vec![b'.'; length], b"\r\n".to_vec()].concat()));
    let manners = Manners { implicit: true, ..Manners::default() };
    let (sink, encrypted) = (Sink::start(Manners::default()).await, Sink::start(manners).await);
    for (sink, security) in [(sink, Security::None), (encrypted, Security::Implicit)] {
        let sender = Sender::new(Server { security, ..sink.server() }, Login::None);
        for letter in &letters {
            let delivery = sender.send(Lane::Prompt, envelope(&["erika"]), Bytes::from(letter.clone())).await;
            assert!(matches!(delivery.outcome, Outcome::Accepted(_)), "{delivery:?}");
        }
        let taken: Vec<Vec<u8>> = sink.taken().into_iter().map(|taken| taken.octets).collect();
        assert!(taken == letters, "octet by octet");
        // What ends without a line end gets one, since the final dot stands on a line of its own.
        sender.send(Lane::Prompt, envelope(&["erika"]), Bytes::from_static(b"a\r\n.b")).await;
        assert_eq!(sink.taken().last().unwrap().octets, b"a\r\n.b\r\n");
    }
}

#[tokio::test]
async fn strange_answers_are_understood() {
    let (sink, sender) = plain().await;
    assert_eq!(send(&sender, &["terse"]).await.outcome, Outcome::Accepted("250 ".to_owned()));
    let outcome = send(&sender, &["571"]).await.outcome;
    assert_eq!(outcome, Outcome::Permanent(550, "571 5.7.1 ?ber 571 5.7.1 blocked".to_owned()));
    assert_eq!(sink.connections().0, 1, "in one conversation");
}

#[tokio::test]
async fn each_refusal_is_what_it_says() {
    let (_sink, sender) = plain().await;
    for code in [450_u16, 451, 550, 551, 552, 421] {
        let delivery = send(&sender, &[&code.to_string()]).await;
        let right = match delivery.outcome {
            Outcome::Transient(given, _) => given == code && code < 500,
            Outcome::Permanent(given, _) => given == code && code >= 500,
            _ => false,
        };
        assert!(right, "{code}: {delivery:?}");
        assert_eq!(send(&sender, &["erika"]).await.outcome, Outcome::Accepted("250 2.0.0 stored".to_owned()));
    }
}

#[tokio::test]
async fn recipients_are_refused_one_by_one() {
    let (sink, sender) = plain().await;
    let delivery = send(&sender, &["erika", "550", "451"]).await;
    assert!(matches!(delivery.outcome, Outcome::Accepted(_)), "{delivery:?}");
    let refused: Vec<_> = delivery.refused.iter().map(|r| (r.address.as_str(), r.code, r.is_permanent())).collect();
    assert_eq!(refused, [("550@x.example", 550, true), ("451@x.example", 451, false)]);
    assert_eq!(sink.taken()[0].to, ["erika@x.example"]);

    let delivery = send(&sender, &["550", "451", "551"]).await;
    assert_eq!(delivery.outcome, Outcome::Transient(451, "4.2.0 try later".to_owned()), "one may be tried again");
    assert_eq!(delivery.refused.len(), 3);
    let delivery = send(&sender, &["550", "551"]).await;
    assert_eq!(delivery.outcome, Outcome::Permanent(550, "5.1.1 no such user".to_owned()));
}

#[tokio::test]
async fn what_breaks_behind_the_dot_is_unknown() {
    let sink = Sink::start(Manners::default()).await;
    let sender = Sender::new(hasty(sink.server()), Login::None);
    for kind in ["drop", "slow"] {
        let delivery = send(&sender, &[kind]).await;
        assert!(matches!(delivery.outcome, Outcome::Unknown(_)), "{kind}: {delivery:?}");
    }
    assert!(matches!(send(&sender, &["erika"]).await.outcome, Outcome::Accepted(_)), "a new conversation");
}

#[tokio::test]
async fn what_breaks_before_the_dot_was_not_taken() {
    let (sink, sender) = plain().await;
    for (kind, trouble) in [
        ("gone", Trouble::Lost(Step::Send)),
        ("babble", Trouble::NotSmtp),
        ("flood", Trouble::NotSmtp),
        ("river", Trouble::NotSmtp),
    ] {
        assert_eq!(send(&sender, &[kind]).await.outcome, Outcome::NotConnected(trouble), "{kind}");
    }
    // More than the buffers of two sockets hold, so that the end is felt while the letter is written.
    let long = Bytes::from(b"0123456789\r\n".repeat(4_000_000));
    let delivery = sender.send(Lane::Prompt, envelope(&["cut"]), long.clone()).await;
    assert_eq!(delivery.outcome, Outcome::NotConnected(Trouble::Lost(Step::Send)));
    let short = Duration::from_millis(200);
    let patience = Patience { greeting: short, command: short, ..sink.server().patience };
    let hasty = Sender::new(Server { patience, ..sink.server() }, Login::None);
    let delivery = hasty.send(Lane::Prompt, envelope(&["stuck"]), long).await;
    assert_eq!(delivery.outcome, Outcome::NotConnected(Trouble::TimedOut(Step::Send)));
    assert_eq!(sink.taken().len(), 0);
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let nobody = Sender::new(Server { port: free, ..sink.server() }, Login::None);
    let outcome = send(&nobody, &["erika"]).await.outcome;
    assert!(
        matches!(outcome, Outcome::NotConnected(Trouble::Connection(tls::Error::Unreachable { .. }))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn many_letters_use_few_conversations() {
    let (sink, sender) = plain().await;
    let prompt = (0..50).map(|_| send(&sender, &["erika"]));
    let bulk = (0..20).map(|_| sender.send(Lane::Bulk, envelope(&["max"]), Bytes::from_static(LETTER)));
    let (prompt, bulk) = futures_util::join!(join_all(prompt), join_all(bulk));
    assert!(prompt.iter().chain(&bulk).all(|d| matches!(d.outcome, Outcome::Accepted(_))));
    let (all, most) = sink.connections();
    assert!(most <= 5 && all <= 5, "{all} connections, {most} at once");
    assert_eq!(sink.taken().len(), 70);
    sender.rest().await;
    sink.empty().await;
    assert_eq!(
        sink.commands().iter().filter(|command| *command == "QUIT").count(),
        all,
        "each was ended as one should"
    );
}

#[tokio::test]
async fn bulk_does_not_stand_before_a_person() {
    let (sink, sender) = plain().await;
    let bulk = (0..10).map(|_| {
        let sender = sender.clone();
        tokio::spawn(async move { sender.send(Lane::Bulk, envelope(&["held"]), Bytes::from_static(LETTER)).await })
    });
    let bulk: Vec<_> = bulk.collect();
    sink.held(1).await;
    assert!(matches!(send(&sender, &["erika"]).await.outcome, Outcome::Accepted(_)));
    assert_eq!(sink.taken().len(), 1, "all bulk still waits");
    sink.let_go();
    for sent in bulk {
        assert!(matches!(sent.await.unwrap().outcome, Outcome::Accepted(_)));
    }
}

#[tokio::test]
async fn who_stops_waiting_does_not_stop_the_letter() {
    let (sink, sender) = plain().await;
    let waiting = tokio::spawn({
        let sender = sender.clone();
        async move { send(&sender, &["held"]).await }
    });
    sink.held(1).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    sink.let_go();
    sender.rest().await;
    assert_eq!(sink.taken().len(), 1);
}

#[tokio::test]
async fn a_conversation_that_died_meanwhile_is_replaced() {
    let (sink, sender) = plain().await;
    send(&sender, &["erika"]).await;
    // The sink ends the conversation of this letter, and the next finds another.
    send(&sender, &["421"]).await;
    sink.empty().await;
    assert!(matches!(send(&sender, &["erika"]).await.outcome, Outcome::Accepted(_)));
    assert_eq!(sink.connections().0, 2);
}

#[tokio::test]
async fn letters_that_do_not_fit_are_not_sent() {
    let sink = Sink::start(Manners { size: Some(1_000), ..Manners::default() }).await;
    let sender = Sender::new(sink.server(), Login::None);
    let long = Bytes::from(b"0123456789\r\n".repeat(100));
    let outcome = sender.send(Lane::Prompt, envelope(&["erika"]), long).await.outcome;
    assert!(matches!(&outcome, Outcome::Permanent(552, text) if text.contains("1200 octets")), "{outcome:?}");
    for smuggled in ["a\r\n\n.\r\nMAIL FROM:<x@y.z>\r\n", "a\n.\r\n", "a\r.\r\n", "\r", "a\r\n.\n"] {
        let outcome = sender.send(Lane::Prompt, envelope(&["erika"]), Bytes::from(smuggled)).await.outcome;
        assert!(matches!(outcome, Outcome::Permanent(554, _)), "{smuggled:?}: {outcome:?}");
    }
    assert!(matches!(send(&sender, &["erika"]).await.outcome, Outcome::Accepted(_)));
    assert!(sink.taken()[0].from.ends_with(&format!("SIZE={}", LETTER.len())));
    assert_eq!(sink.commands().iter().filter(|command| command.starts_with("MAIL")).count(), 1);
}

#[tokio::test]
async fn logins_of_every_kind() {
    let token = |token: &str| Login::Token { user: "desk".to_owned(), token: Secret::new(token) };
    let wrong = Login::Password { user: "desk".to_owned(), password: Secret::new("guess") };
    for (offered, login, right) in [
        ("LOGIN PLAIN", login(), true),
        ("LOGIN", login(), true),
        ("XOAUTH2", token("secret"), true),
        ("PLAIN", wrong.clone(), false),
        ("LOGIN", wrong, false),
        ("XOAUTH2", token("old"), false),
    ] {
        let sink = Sink::start(Manners { logins: offered, ..Manners::default() }).await;
        let outcome = send(&Sender::new(sink.server(), login), &["erika"]).await.outcome;
        let refused = Outcome::NotConnected(Trouble::LoginRefused(535, "5.7.8 wrong".to_owned()));
        match right {
            true => assert!(matches!(outcome, Outcome::Accepted(_)), "{offered}: {outcome:?}"),
            false => assert_eq!(outcome, refused, "{offered}"),
        }
    }
    let sink = Sink::start(Manners { logins: "CRAM-MD5", ..Manners::default() }).await;
    let outcome = send(&Sender::new(sink.server(), login()), &["erika"]).await.outcome;
    assert_eq!(outcome, Outcome::NotConnected(Trouble::NoLoginOffered("CRAM-MD5".to_owned())));
}

#[tokio::test]
async fn a_new_token_is_used_from_then_on() {
    let token = |token: &str| Login::Token { user: "desk".to_owned(), token: Secret::new(token) };
    let sink = Sink::start(Manners { logins: "XOAUTH2", ..Manners::default() }).await;
    let sender = Sender::new(sink.server(), token("old"));
    assert!(matches!(send(&sender, &["erika"]).await.outcome, Outcome::NotConnected(Trouble::LoginRefused(..))));
    sender.set_login(token("secret"));
    assert!(matches!(send(&sender, &["erika"]).await.outcome, Outcome::Accepted(_)));
}

#[tokio::test]
async fn tls_of_both_kinds() {
    for (security, implicit) in [(Security::Implicit, true), (Security::StartTls, false)] {
        let manners = Manners { implicit, starttls: !implicit, logins: "PLAIN", ..Manners::default() };
        let sink = Sink::start(manners).await;
        let sender = Sender::new(Server { security, ..sink.server() }, login());
        let checked = sender.verify().await;
        assert!(checked.iter().all(|checked| checked.result.is_ok()), "{checked:?}");
        let mut steps: Vec<Step> = checked.iter().map(|checked| checked.step).collect();
        steps.sort_by_key(|step| format!("{step:?}"));
        assert_eq!(steps, [Step::Connect, Step::Encrypt, Step::Greet, Step::Login]);
        assert!(matches!(send(&sender, &["erika"]).await.outcome, Outcome::Accepted(_)));
        let commands = sink.commands();
        let login_at = commands.iter().position(|command| command.starts_with("AUTH")).unwrap();
        let tls_at = commands.iter().position(|command| command == "STARTTLS");
        assert!(tls_at.is_none_or(|at| at < login_at), "{commands:?}");
    }
}

/// What kept TLS from coming about; no password may have been sent, and somebody has to look.
async fn trouble(server: &Server, sink: &Sink, security: Security) -> tls::Error {
    let checked = Sender::new(Server { security, ..server.clone() }, login()).verify().await;
    assert!(!sink.commands().iter().any(|command| command.starts_with("AUTH")), "no password was sent");
    match checked.last().cloned() {
        Some(Checked { step: Step::Encrypt, result: Err(trouble) }) => {
            assert!(trouble.needs_somebody(), "{trouble:?}");
            let Trouble::Connection(error) = trouble else { panic!("{trouble:?}") };
            error
        }
        _ => panic!("{checked:?}"),
    }
}

#[tokio::test]
async fn there_is_no_way_around_tls() {
    let stripped = Sink::start(Manners { logins: "PLAIN", ..Manners::default() }).await;
    let why = trouble(&stripped.server(), &stripped, Security::StartTls).await;
    assert!(matches!(why, tls::Error::NoStartTls { .. }), "{why:?}");

    let smuggling = Manners { starttls: true, logins: "PLAIN", smuggled: "250 AUTH PLAIN", ..Manners::default() };
    let smuggling = Sink::start(smuggling).await;
    let why = trouble(&smuggling.server(), &smuggling, Security::StartTls).await;
    assert!(matches!(why, tls::Error::Injected { .. }), "{why:?}");

    let wrong = Sink::start(Manners { implicit: true, wrong_name: true, ..Manners::default() }).await;
    let why = trouble(&wrong.server(), &wrong, Security::Implicit).await;
    assert!(matches!(why, tls::Error::WrongName { .. }), "{why:?}");

    let strange = Sink::start(Manners { implicit: true, ..Manners::default() }).await;
    let server = Server { trust: stripped.trust.clone(), ..strange.server() };
    let why = trouble(&server, &strange, Security::Implicit).await;
    let pin = why.shown().map(|shown| shown.pin);
    assert!(matches!(why, tls::Error::Untrusted { .. }), "{why:?}");
    let pinned = Server { pin, security: Security::Implicit, ..server };
    let outcome = send(&Sender::new(pinned.clone(), Login::None), &["erika"]).await.outcome;
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    let other = Sink::start(Manners { implicit: true, ..Manners::default() }).await;
    let why = trouble(&Server { port: other.port, ..pinned }, &other, Security::Implicit).await;
    assert!(matches!(why, tls::Error::OtherThanPinned { .. }), "{why:?}");

    let plain = Sink::start(Manners::default()).await;
    let why = trouble(&plain.server(), &plain, Security::Implicit).await;
    assert!(matches!(why, tls::Error::NotTls { .. } | tls::Error::Handshake { .. }), "{why:?}");
}

#[tokio::test]
async fn who_is_out_of_reach_hears_nothing() {
    let sink = Sink::start(Manners::default()).await;
    let inside = Server { trust: Trust::new(None, Reach::public()).unwrap(), ..sink.server() };
    let checked = Sender::new(inside, Login::None).verify().await;
    let out = Trouble::Connection(tls::Error::OutOfReach {
        host: "127.0.0.1".to_owned(),
        address: "127.0.0.1".parse().unwrap(),
    });
    assert_eq!(checked, [Checked { step: Step::Connect, result: Err(out) }]);
    assert_eq!(sink.connections().0, 0);
}

#[tokio::test]
async fn strange_greetings() {
    for (greeting, trouble) in [
        ("554 5.7.1 blocked", Trouble::Refused(554, "5.7.1 blocked".to_owned())),
        ("HTTP/1.1 400 Bad Request", Trouble::NotSmtp),
        ("* OK IMAP4rev1 ready", Trouble::NotSmtp),
        ("220-a\r\n250 b", Trouble::NotSmtp),
    ] {
        let sink = Sink::start(Manners { greeting: Some(greeting), ..Manners::default() }).await;
        let checked = Sender::new(sink.server(), Login::None).verify().await;
        assert_eq!(checked.last().unwrap(), &Checked { step: Step::Greet, result: Err(trouble) }, "{greeting}");
    }
    let sink = Sink::start(Manners::default()).await;
    let nowhere = Server { host: "no.such.host.invalid".to_owned(), ..sink.server() };
    let checked = Sender::new(nowhere, Login::None).verify().await;
    assert!(matches!(checked[0].result, Err(Trouble::Connection(tls::Error::NoSuchHost { .. }))), "{checked:?}");
}
