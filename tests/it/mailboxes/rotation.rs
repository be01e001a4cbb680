//! The key under reply addresses and Message-IDs is renewed: what was sent under the one before is still answered.

use std::os::unix::fs::PermissionsExt as _;

use super::field;
use super::house::{House, letter_from, until};
use crate::cli::{code, err, out};

const ERIKA: &str = "erika@muster.example";

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_letters_of_the_key_before_join_and_older_ones_do_not() {
    let house = House::build().await;
    house.mailbox(house.card(&house.dovecot.tls()), "secret").await;
    house.dovecot.lay("support", [letter_from(ERIKA)]);
    let daemon = house.start();
    let told = house.letter_to(ERIKA).await.message_id;
    until("she is told", || house.taken().contains_key(&told)).await;
    let reply_to = field(&house.taken()[&told][0], "Reply-To");
    let token = reply_to.split(['<', '>']).find(|part| part.contains("+t")).unwrap().to_owned();
    let (ticket, _) = house.ticket_of(ERIKA);

    let rotate = || house.premises.run(&["mail", "rotate-keys"]);
    let refused = rotate();
    assert!(code(&refused) == 1 && err(&refused).contains("stop it first"), "{}{}", out(&refused), err(&refused));
    assert_eq!(daemon.terminate().code, Some(0));

    // Others than she write, so that nothing but the word from our letter can let them in.
    let answers = |n: usize| {
        let by = |word: &str, to: &str, more: &str| {
            format!(
                "Return-Path: <x@x.example>\r\nFrom: <{word}{n}@there.example>\r\nTo: <{to}>\r\nSubject: {word} {n}\r\n\
                 Message-ID: <{word}-{n}@there.example>\r\nDate: Fri, 20 Nov 2026 11:00:00 +0000\r\n{more}\r\nThanks.\r\n"
            )
            .into_bytes()
        };
        [by("token", &token, ""), by("id", "support@desk.test", &format!("In-Reply-To: {told}\r\n"))]
    };
    for (n, joins) in [(1, true), (2, false)] {
        let rotated = rotate();
        assert!(code(&rotated) == 0 && out(&rotated).contains("A new key"), "{}{}", out(&rotated), err(&rotated));
        let mode = |name: &str| house.premises.data().join(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("mail.keys"), mode("secret.key")), (0o600, 0o600));
        let before = house.settled();
        house.dovecot.lay("support", answers(n));
        let daemon = house.start();
        until("both are taken", || house.settled() == before + 2).await;
        for word in ["token", "id"] {
            let (found, _) = house.ticket_of(&format!("{word}{n}@there.example"));
            assert_eq!(found == ticket, joins, "{word} after {n}");
        }
        assert_eq!(daemon.terminate().code, Some(0));
    }
}
