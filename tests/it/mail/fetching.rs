//! Fetching from a real server: whole, in slices, and only the beginning.

use deskbell::mail::imap::{Error, Found, SLICE_BYTES, batches};

use super::dovecot::{Dovecot, Setup};

/// A mail with octets of every kind; each number makes another one.
pub fn mail(number: usize) -> Vec<u8> {
    let mut raw = format!("Message-ID: <m{number}@desk.test>\r\nSubject: Mail {number}\r\n\r\n").into_bytes();
    for n in 0..(number % 7) * 300 {
        let octet = u8::try_from((n * 31 + number) % 255 + 1).unwrap();
        // Lines end with CR LF, as a server keeps them; a literal may hold everything else but NUL.
        raw.push(if matches!(octet, b'\r' | b'\n') { b'.' } else { octet });
        if n % 70 == 69 {
            raw.extend_from_slice(b"\r\n");
        }
    }
    raw.extend_from_slice(b"\r\nA1 OK this is no answer\r\n* 1 FETCH (UID 1 BODY[] {3}\r\n)\r\n");
    raw
}

/// A mail of about so many octets.
fn large(bytes: usize) -> Vec<u8> {
    let mut raw = b"Subject: Large\r\n\r\n".to_vec();
    let mut n = 0_usize;
    while raw.len() < bytes {
        raw.extend_from_slice(format!("{n:070}\r\n").as_bytes());
        n += 1;
    }
    raw
}

#[tokio::test]
async fn two_hundred_mails_come_as_they_are() {
    let dovecot = Dovecot::start().await;
    let mails: Vec<Vec<u8>> = (0..200).map(mail).collect();
    dovecot.lay("support", mails.clone());
    let mut session = dovecot.session("support").await;
    assert_eq!(session.select("INBOX").await.unwrap().exists, 200);
    let uids = session.uids(None).await.unwrap();
    assert_eq!(uids, (1..=200).collect::<Vec<u32>>());
    let found = session.sizes(&uids).await.unwrap();
    let mut count = 0;
    for batch in batches(&found) {
        let fetched = session.fetch(batch).await.unwrap();
        assert!(fetched.missing.is_empty());
        for fetched in fetched.mails {
            let number = usize::try_from(fetched.uid).unwrap() - 1;
            assert!(fetched.raw == mails[number], "mail {number} is another one");
            assert_eq!(found[number].size, fetched.raw.len() as u64);
            count += 1;
        }
    }
    assert_eq!(count, 200);
    // Nothing was marked by fetching.
    assert!(session.sizes(&uids).await.unwrap().iter().all(|mail| !mail.seen && !mail.deleted));
    assert!(found.iter().all(|mail| mail.received_at.is_some()));
    session.logout().await;
}

#[tokio::test]
async fn what_is_not_there_is_missing_and_not_an_error() {
    let dovecot = Dovecot::start().await;
    dovecot.lay("support", (0..3).map(mail));
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    // A task of its own may use it.
    let mut session = tokio::spawn(async move {
        let found = session.sizes(&[1]).await.unwrap();
        session.fetch(&found).await.unwrap();
        session.fetch_to(&found[0], 1 << 20, &mut Vec::new()).await.unwrap();
        session.idle(std::future::ready(())).await;
        session
    })
    .await
    .unwrap();
    // The last mail is not above its own number, whatever `4:*` finds.
    assert!(session.uids(Some(4..=u32::MAX)).await.unwrap().is_empty());
    assert_eq!(session.uids(Some(2..=u32::MAX)).await.unwrap(), [2, 3]);
    assert_eq!(session.uids(Some(2..=2)).await.unwrap(), [2]);
    let found = session.sizes(&[1, 2, 3, 4, 99]).await.unwrap();
    assert_eq!(found.iter().map(|mail| mail.uid).collect::<Vec<_>>(), [1, 2, 3]);
    let gone = Found { uid: 99, ..found[0] };
    let fetched = session.fetch(&[found[0], gone]).await.unwrap();
    assert_eq!((fetched.mails.len(), fetched.missing), (1, vec![99]));
    assert_eq!(session.fetch_to(&gone, 1 << 20, &mut Vec::new()).await.unwrap(), None);
    assert_eq!(session.head(99).await.unwrap(), None);
}

/// Takes a mail by slices, and forgets each at once after a look at it.
struct Checking {
    expected: Vec<u8>,
    at: usize,
    largest: usize,
}

impl tokio::io::AsyncWrite for Checking {
    fn poll_write(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        octets: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        let at = self.at;
        assert!(self.expected[at..].starts_with(octets), "the mail is another one from octet {at} on");
        self.at += octets.len();
        self.largest = self.largest.max(octets.len());
        std::task::Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_large_mail_comes_in_slices() {
    let dovecot = Dovecot::start().await;
    let raw = large(41 << 20);
    dovecot.lay("support", [raw.clone(), large(usize::try_from(SLICE_BYTES).unwrap() * 2)]);
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    let found = session.sizes(&[1, 2]).await.unwrap();
    let mut to = Checking { expected: raw, at: 0, largest: 0 };
    let written = session.fetch_to(&found[0], 64 << 20, &mut to).await.unwrap();
    assert_eq!(written, Some(to.expected.len() as u64));
    assert_eq!(to.at, to.expected.len());
    assert!(to.largest <= 1 << 20, "{}", to.largest);
    assert!(session.fetch_to(&found[1], 4 << 20, &mut Vec::new()).await.unwrap().unwrap() >= SLICE_BYTES * 2);
    assert_eq!(
        session.fetch_to(&found[0], 4 << 20, &mut Vec::new()).await,
        Err(Error::TooLarge { bytes_max: 4 << 20 })
    );
    // The session goes on, and the beginning can be had alone.
    let head = session.head(1).await.unwrap().unwrap();
    assert_eq!(head.len(), b"Subject: Large\r\n\r\n".len() + (64 << 10));
    assert!(to.expected.starts_with(&head));
}

#[tokio::test]
async fn a_mail_whose_lines_end_otherwise_has_its_real_size() {
    // Dovecot sends CR LF for a file with LF alone: neither more nor less may come.
    let dovecot = Dovecot::with(Setup::default()).await;
    dovecot.lay(
        "support",
        [b"Subject: LF\n\nOne\nTwo\n".to_vec(), b"Subject: No end\r\n\r\nx".to_vec(), b"\r\n".to_vec()],
    );
    let mut session = dovecot.session("support").await;
    session.select("INBOX").await.unwrap();
    let found = session.sizes(&[1, 2, 3]).await.unwrap();
    let fetched = session.fetch(&found).await.unwrap();
    let raws: Vec<&[u8]> = fetched.mails.iter().map(|mail| &mail.raw[..]).collect();
    assert_eq!(raws, [&b"Subject: LF\r\n\r\nOne\r\nTwo\r\n"[..], b"Subject: No end\r\n\r\nx", b"\r\n"]);
    assert!(fetched.missing.is_empty());
}
