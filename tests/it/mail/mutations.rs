//! A hundred thousand mails with faults, the same in each run: none makes the reader panic.

use deskbell::mail::incoming::{self, Limits, Unreadable};
use deskbell::mail::{authentication, commands, html, trimming};
use deskbell::people;
use deskbell::phone::NumberPlan;

use super::corpus::Collection;
use super::traps;

/// A generator of numbers that are the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }
}

/// What mails break at.
const DIRT: [&[u8]; 14] = [
    b"=?utf-8?B?",
    b"?=",
    b"\r\n",
    b"\n\n",
    b"--",
    b"\"",
    b"<",
    b"\0",
    b"\xFF\xFE",
    b";boundary=",
    b"*0*=",
    b"begin 644 x\n",
    b"%",
    b"\x1B$B",
];

fn mutate(mail: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut octets = mail.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(octets.len());
        let end = (at + numbers.below(200)).min(octets.len());
        match numbers.below(6) {
            0 => octets.truncate(at),
            1 => {
                octets.iter_mut().skip(at).take(1).for_each(|octet| *octet = u8::try_from(numbers.below(256)).unwrap())
            }
            2 => {
                let copied = octets[at..end].to_vec();
                let place = numbers.below(octets.len());
                octets.splice(place..place, copied);
            }
            3 => drop(octets.drain(at..end)),
            4 => drop(octets.splice(at..at, DIRT[numbers.below(DIRT.len())].iter().copied())),
            _ => octets.iter_mut().skip(at).take(20).for_each(|octet| *octet ^= 0x80),
        }
    }
    octets
}

/// Reads a mail and does with it what is done with mails.
fn use_up(octets: &[u8]) {
    match incoming::read(octets, &Limits::default()) {
        Ok(mail) => {
            let trimmed = trimming::trim(&mail.text, mail.raw_html.as_deref(), mail.is_answer());
            assert!(mail.text.trim().is_empty() || !trimmed.shown.is_empty());
            let plan = NumberPlan::new("DE").unwrap();
            people::numbers_of_signature(trimmed.signature.as_deref().unwrap_or(&mail.text), &plan);
            commands::read(&mail.text);
            authentication::verdict(&mail.headers, "mx.desk.test", "example.org");
            if let Some(cleaned) = &mail.html {
                let keep = |cid: &str| Some(format!("cid:{cid}"));
                assert!(!html::clean(cleaned, &keep).html.contains("<script"));
            }
        }
        Err(why) => assert_ne!(why, Unreadable::Panicked, "{}", String::from_utf8_lossy(octets)),
    }
}

#[test]
fn a_hundred_thousand_mails_with_faults() {
    let own = traps::mails();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for n in 0..100_000 {
        use_up(&mutate(&own[n % own.len()], &mut numbers));
    }
}

#[test]
fn real_mails_with_faults() {
    let Some(collection) = Collection::open() else { return };
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for mail in collection.mails().filter(|mail| mail.len() < 40_000) {
        for _ in 0..20 {
            use_up(&mutate(mail, &mut numbers));
        }
    }
}
