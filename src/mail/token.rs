//! What a letter of ours says of itself, with a keyed hash, so that an answer finds its ticket and nothing else does.
//!
//! Four words leave the house, each made by HMAC-SHA256 (RFC 2104) over its own purpose, so that none can stand for another:
//!
//! | word | form | bound to |
//! |---|---|---|
//! | reply address | `support+t<ticket>.<entry>.<mac>@` | ticket, entry, mailbox, recipient, agent |
//! | Message-ID | `<t<ticket>.<entry>.<mac>@host>`, `<t<ticket>.<entry>.l<letter>.<mac>@host>` | ticket, entry, letter |
//! | return path (VERP) | `bounce+<letter>.<mac>@` | letter |
//! | loop mark | the value of `X-Deskbell-Loop` | this desk |
//!
//! A mac is 80 bits as 16 lower-case base32 characters (RFC 4648): local parts lose their case on the way. What comes back
//! is hostile: reading it never fails loudly, it is bounded, each word has one spelling, and macs are compared in constant
//! time. Two keys are known, so that a new one can be taken into use while letters made with the old one are still answered.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::address::{domain, with_tag};
use crate::base::EmailAddress;

/// Characters of a mac.
const MAC_CHARACTERS: usize = 16;
/// Octets of a reply address or Message-ID that are looked at.
const WORD_OCTETS_MAX: usize = 320;
/// Recipients against whom one reply address is checked.
pub const RECIPIENTS_MAX: usize = 1_000;
/// RFC 4648 section 6 in lower case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A mac as it is written.
type Written = [u8; MAC_CHARACTERS];

/// To whom a letter goes: the address, and the agent where it goes to one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address in the envelope.
    pub address: EmailAddress,
    /// The agent, when the letter goes to an agent. His token is another than a customer's with the same address.
    pub agent: Option<i64>,
}

/// What a reply address claims. Nothing of it holds before [`Keys::whose_reply`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyTag {
    /// The ticket that is claimed.
    pub ticket: i64,
    /// The entry of that ticket that is answered.
    pub entry: i64,
    mac: Written,
}

/// What a Message-ID of ours says, once its mac was found right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The ticket.
    pub ticket: i64,
    /// The entry of that ticket that the letter carried or told of.
    pub entry: i64,
    /// The letter, where several were sent about one entry (notices, acknowledgements).
    pub letter: Option<i64>,
}

/// The keys of this desk: the one that signs, and the one before it.
#[derive(Clone)]
pub struct Keys {
    current: [u8; 32],
    previous: Option<[u8; 32]>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(***)")
    }
}

impl Keys {
    /// Keys of 256 random bits; `previous` is still believed, but signs nothing.
    pub fn new(current: [u8; 32], previous: Option<[u8; 32]>) -> Self {
        Self { current, previous }
    }

    /// The address to which one recipient's answer is to go. Nothing when the tag does not fit into the 64 octets of a local
    /// part; then the letter is answered to the plain address and found by its Message-ID.
    pub fn reply_address(
        &self,
        base: &EmailAddress,
        mailbox: i64,
        ticket: i64,
        entry: i64,
        to: &Recipient,
    ) -> Option<EmailAddress> {
        let mac = mac(&self.current, b"v1|reply|", &reply_parts(mailbox, ticket, entry, to));
        with_tag(base, &format!("t{ticket}.{entry}.{}", text(&mac)))
    }

    /// Which of the recipients of that entry was given this reply address: their place in `recipients`. All are compared,
    /// 1,000 at most, and how long it takes does not tell which one it was.
    pub fn whose_reply(&self, tag: &ReplyTag, mailbox: i64, recipients: &[Recipient]) -> Option<usize> {
        let mut found = 0_u64;
        for (place, recipient) in (1_u64..).zip(recipients.iter().take(RECIPIENTS_MAX)) {
            let parts = reply_parts(mailbox, tag.ticket, tag.entry, recipient);
            found = u64::conditional_select(&found, &place, self.is_mac(b"v1|reply|", &parts, &tag.mac));
        }
        usize::try_from(found).ok()?.checked_sub(1)
    }

    /// The Message-ID of a letter about an entry, with its angle brackets. `letter` tells apart the letters that one entry
    /// caused; the reply itself has none.
    pub fn message_id(&self, named: Named, host: &str) -> String {
        let mac = mac(&self.current, b"v1|id|", &id_parts(named));
        let letter = named.letter.map(|letter| format!("l{letter}.")).unwrap_or_default();
        format!("<t{}.{}.{letter}{}@{host}>", named.ticket, named.entry, text(&mac))
    }

    /// Reads a Message-ID, with or without angle brackets; nothing unless it is one of ours. The host is not looked at: a
    /// desk may have moved.
    pub fn read_message_id(&self, id: &str) -> Option<Named> {
        let id = bounded(id)?;
        let (left, host) = id.trim_start_matches('<').trim_end_matches('>').split_once('@')?;
        let mut parts = left.strip_prefix('t')?.split('.');
        let (ticket, entry) = (number(parts.next()?)?, number(parts.next()?)?);
        let third = parts.next()?;
        let (letter, last) = match third.strip_prefix('l').filter(|_| third.len() != MAC_CHARACTERS) {
            Some(letter) => (Some(number(letter)?), parts.next()?),
            None => (None, third),
        };
        let named = Named { ticket, entry, letter };
        let whole = parts.next().is_none() && !host.is_empty();
        (whole && bool::from(self.is_mac(b"v1|id|", &id_parts(named), &written(last)?))).then_some(named)
    }

    /// The return path of a letter (VERP), so that a bounce names it: `bounce@example.org` becomes `bounce+17.<mac>@`.
    pub fn return_path(&self, base: &EmailAddress, letter: i64) -> Option<EmailAddress> {
        let mac = mac(&self.current, b"v1|bounce|", &letter.to_be_bytes());
        with_tag(base, &format!("{letter}.{}", text(&mac)))
    }

    /// The letter that a bounce to this address is about; nothing unless the address is one of ours.
    pub fn read_return_path(&self, address: &str) -> Option<i64> {
        let address = bounded(address)?;
        let (local, _) = address.rsplit_once('@')?;
        let (_, tag) = local.rsplit_once('+')?;
        let (letter, mac) = tag.split_once('.')?;
        let letter = number(letter)?;
        bool::from(self.is_mac(b"v1|bounce|", &letter.to_be_bytes(), &written(mac)?)).then_some(letter)
    }

    /// The mark of this desk on all its letters.
    pub fn loop_mark(&self) -> String {
        text(&mac(&self.current, b"v1|loop|", b"")).to_owned()
    }

    /// Whether a loop mark is ours: the letter was sent by this desk and came back.
    pub fn is_own_loop_mark(&self, mark: &str) -> bool {
        let mark = bounded(mark.trim()).and_then(|mark| written(&mark));
        mark.is_some_and(|mark| self.is_mac(b"v1|loop|", b"", &mark).into())
    }

    /// Whether a mac is right by either key.
    fn is_mac(&self, purpose: &[u8], parts: &[u8], given: &Written) -> Choice {
        let current = mac(&self.current, purpose, parts).ct_eq(given);
        let previous = self.previous.map(|key| mac(&key, purpose, parts).ct_eq(given));
        current | previous.unwrap_or(Choice::from(0))
    }
}

impl ReplyTag {
    /// Reads the claim of an address, wherever it was found (To, Cc, Delivered-To, X-Original-To). Nothing when it makes
    /// none; the last tag counts, so that mailboxes with a tag of their own work.
    pub fn parse(address: &str) -> Option<Self> {
        let address = bounded(address)?;
        let (local, _) = address.rsplit_once('@')?;
        let (_, tag) = local.rsplit_once("+t")?;
        let mut parts = tag.split('.');
        let (ticket, entry) = (number(parts.next()?)?, number(parts.next()?)?);
        let mac = written(parts.next()?)?;
        parts.next().is_none().then_some(Self { ticket, entry, mac })
    }
}

/// Whether a Message-ID stands at this host: what our letters are sent from. It is only a hint against loops.
pub fn is_id_at(id: &str, address: &EmailAddress) -> bool {
    let host = id.trim_end_matches('>').rsplit_once('@').map(|(_, host)| host);
    host.is_some_and(|host| host.eq_ignore_ascii_case(domain(address)))
}

/// The word in lower case; nothing when it is too long or not ASCII.
fn bounded(word: &str) -> Option<String> {
    (word.len() <= WORD_OCTETS_MAX && word.is_ascii()).then(|| word.to_ascii_lowercase())
}

/// A positive number in its only spelling.
fn number(digits: &str) -> Option<i64> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| plain)
}

/// The characters of a mac; nothing when it is not one.
fn written(text: &str) -> Option<Written> {
    let mac = Written::try_from(text.as_bytes()).ok()?;
    mac.iter().all(|octet| ALPHABET.contains(octet)).then_some(mac)
}

/// The mac as text.
fn text(mac: &Written) -> &str {
    std::str::from_utf8(mac).unwrap_or_default()
}

/// What a reply address is bound to. All parts have a fixed length, so that none can pass for its neighbour.
fn reply_parts(mailbox: i64, ticket: i64, entry: i64, to: &Recipient) -> Vec<u8> {
    let mut parts = Vec::with_capacity(72);
    for number in [ticket, entry, mailbox, to.agent.map_or(0, |_| 1), to.agent.unwrap_or(0)] {
        parts.extend_from_slice(&number.to_be_bytes());
    }
    parts.extend_from_slice(&Sha256::digest(to.address.as_str().as_bytes()));
    parts
}

/// What a Message-ID is bound to.
fn id_parts(named: Named) -> Vec<u8> {
    let numbers = [named.ticket, named.entry, named.letter.map_or(0, |_| 1), named.letter.unwrap_or(0)];
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// The first 80 bits of the HMAC as base32.
fn mac(key: &[u8; 32], purpose: &[u8], parts: &[u8]) -> Written {
    // The key has a length that HMAC takes: any.
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; MAC_CHARACTERS] };
    hmac.update(purpose);
    hmac.update(parts);
    let hash = hmac.finalize().into_bytes();
    let bits = hash.iter().take(10).fold(0_u128, |bits, octet| bits << 8 | u128::from(*octet));
    let mut mac = [0; MAC_CHARACTERS];
    for (place, character) in mac.iter_mut().rev().enumerate() {
        let five = usize::try_from(bits >> (5 * place) & 31).unwrap_or_default();
        *character = ALPHABET.get(five).copied().unwrap_or_default();
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "desk.example";

    fn keys() -> Keys {
        Keys::new([7; 32], None)
    }

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    fn to(text: &str, agent: Option<i64>) -> Recipient {
        Recipient { address: address(text), agent }
    }

    /// Every word with one bit of one octet turned.
    fn turned(word: &str) -> impl Iterator<Item = String> {
        (0..word.len() * 8).filter_map(move |bit| {
            let mut octets = word.as_bytes().to_vec();
            octets[bit / 8] ^= 1 << (bit % 8);
            String::from_utf8(octets).ok()
        })
    }

    #[test]
    fn base32_is_that_of_the_rfc() {
        let mac = mac(&[7; 32], b"v1|loop|", b"");
        let mut hmac = Hmac::<Sha256>::new_from_slice(&[7; 32]).unwrap();
        hmac.update(b"v1|loop|");
        let hash = hmac.finalize().into_bytes();
        let bits: String = hash.iter().take(10).map(|octet| format!("{octet:08b}")).collect();
        let slow: String =
            (0..16).map(|n| ALPHABET[usize::from_str_radix(&bits[n * 5..n * 5 + 5], 2).unwrap()] as char).collect();
        assert_eq!(text(&mac), slow);
    }

    #[test]
    fn an_answer_finds_its_ticket_and_who_was_written_to() {
        let recipients = [to("erika@x.org", None), to("ada@desk.example", Some(3)), to("bob@y.org", None)];
        let base = address("support@desk.example");
        for (place, recipient) in recipients.iter().enumerate() {
            let given = keys().reply_address(&base, 2, 10_014, 77, recipient).unwrap();
            assert!(given.as_str().starts_with("support+t10014.77."), "{given}");
            let tag = ReplyTag::parse(&given.as_str().to_uppercase()).unwrap();
            assert_eq!((tag.ticket, tag.entry), (10_014, 77));
            assert_eq!(keys().whose_reply(&tag, 2, &recipients), Some(place));
            assert_eq!(keys().whose_reply(&tag, 3, &recipients), None, "another mailbox");
            assert_eq!(keys().whose_reply(&tag, 2, &[]), None);
        }
    }

    #[test]
    fn tokens_of_agents_and_customers_differ() {
        let base = address("support@desk.example");
        let made = |agent| keys().reply_address(&base, 1, 1, 1, &to("ada@desk.example", agent)).unwrap();
        let all = [made(None), made(Some(0)), made(Some(1)), made(Some(2))];
        for (n, one) in all.iter().enumerate() {
            assert!(!all[n + 1..].contains(one), "{one}");
        }
    }

    #[test]
    fn any_turned_bit_makes_it_worthless() {
        let erika = to("erika@x.org", None);
        let given = keys().reply_address(&address("support@desk.example"), 1, 12, 345, &erika).unwrap();
        let local = given.as_str().split_once("+t").unwrap().1.split_once('@').unwrap().0.to_owned();
        let mut refused = 0;
        for word in turned(&local) {
            // Case is not part of the word.
            if word.eq_ignore_ascii_case(&local) {
                continue;
            }
            let tag = ReplyTag::parse(&format!("support+t{word}@desk.example"));
            assert!(
                tag.is_none_or(|tag| keys().whose_reply(&tag, 1, std::slice::from_ref(&erika)).is_none()),
                "{word}"
            );
            refused += 1;
        }
        assert!(refused > 100, "{refused}");

        let id = keys().message_id(Named { ticket: 12, entry: 345, letter: Some(6) }, HOST);
        let left = id.trim_matches(['<', '>']).split_once('@').unwrap().0.to_owned();
        for word in turned(&left).filter(|word| !word.eq_ignore_ascii_case(&left)) {
            assert_eq!(keys().read_message_id(&format!("<{word}@{HOST}>")), None, "{word}");
        }
        let path = keys().return_path(&address("bounce@desk.example"), 99).unwrap();
        let tag = path.as_str().split_once('+').unwrap().1.split_once('@').unwrap().0.to_owned();
        for word in turned(&tag).filter(|word| !word.eq_ignore_ascii_case(&tag)) {
            assert_eq!(keys().read_return_path(&format!("bounce+{word}@desk.example")), None, "{word}");
        }
    }

    #[test]
    fn message_ids_are_read_back() {
        for letter in [None, Some(1), Some(i64::MAX)] {
            for (ticket, entry) in [(1, 1), (10_014, 77), (i64::MAX, i64::MAX)] {
                let named = Named { ticket, entry, letter };
                let id = keys().message_id(named, HOST);
                assert_eq!(keys().read_message_id(&id), Some(named), "{id}");
                assert_eq!(keys().read_message_id(&id.to_uppercase().replace(['<', '>'], "")), Some(named));
                assert!(is_id_at(&id, &address("support@Desk.example")));
            }
        }
        let many: Vec<String> =
            (1..2_000_i64).map(|entry| keys().message_id(Named { ticket: 5, entry, letter: None }, HOST)).collect();
        for (entry, id) in (1..).zip(&many) {
            // Some macs begin with the letter that marks the number of a letter.
            assert_eq!(keys().read_message_id(id).map(|named| named.entry), Some(entry), "{id}");
        }
    }

    #[test]
    fn bounces_and_loops_are_known() {
        let path = keys().return_path(&address("bounce@desk.example"), 17).unwrap();
        assert!(path.as_str().starts_with("bounce+17."), "{path}");
        assert_eq!(keys().read_return_path(path.as_str()), Some(17));
        assert!(keys().is_own_loop_mark(&keys().loop_mark()));
        assert!(!Keys::new([8; 32], None).is_own_loop_mark(&keys().loop_mark()));
        assert!(!keys().is_own_loop_mark(""));
    }

    #[test]
    fn words_of_one_purpose_do_not_serve_another() {
        let mark = keys().loop_mark();
        assert_eq!(keys().read_return_path(&format!("bounce+1.{mark}@desk.example")), None);
        assert_eq!(keys().read_message_id(&format!("<t1.1.{mark}@desk.example>")), None);
    }

    #[test]
    fn the_old_key_is_believed_and_signs_nothing() {
        let rotated = Keys::new([9; 32], Some([7; 32]));
        let named = Named { ticket: 1, entry: 2, letter: None };
        assert_eq!(rotated.read_message_id(&keys().message_id(named, HOST)), Some(named));
        assert_eq!(keys().read_message_id(&rotated.message_id(named, HOST)), None);
        assert_eq!(Keys::new([9; 32], None).read_message_id(&keys().message_id(named, HOST)), None);
    }

    #[test]
    fn hostile_words_are_nothing() {
        let mac = "a".repeat(16);
        for word in [
            String::new(),
            "@".to_owned(),
            "support@desk.example".to_owned(),
            format!("support+t.1.{mac}@d.example"),
            format!("support+t01.1.{mac}@d.example"),
            format!("support+t+1.1.{mac}@d.example"),
            format!("support+t-1.1.{mac}@d.example"),
            format!("support+t0.1.{mac}@d.example"),
            format!("support+t1.1.{mac}a@d.example"),
            format!("support+t1.1.{mac}.@d.example"),
            format!("support+t1.1.{}1@d.example", "a".repeat(15)),
            format!("support+t99999999999999999999.1.{mac}@d.example"),
            format!("support+t1.1.{mac}ä@d.example"),
            format!("support+t１.1.{mac}@d.example"),
            "+t".repeat(1_000_000),
        ] {
            assert_eq!(ReplyTag::parse(&word), None, "{:?}", word.get(..60));
            assert_eq!(keys().read_message_id(&word), None);
            assert_eq!(keys().read_return_path(&word), None);
        }
        assert!(ReplyTag::parse(&format!("support+de+t1.1.{mac}@d.example")).is_some(), "tags of the mailbox's own");
    }

    #[test]
    fn a_tag_that_does_not_fit_is_none() {
        let long = address(&format!("{}@desk.example", "s".repeat(40)));
        assert_eq!(keys().reply_address(&long, 1, i64::MAX, i64::MAX, &to("erika@x.org", None)), None);
    }

    #[test]
    fn keys_do_not_print() {
        assert_eq!(format!("{:?}", keys()), "Keys(***)");
    }
}
