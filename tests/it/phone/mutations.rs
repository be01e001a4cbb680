//! A hundred thousand broken messages, the same in every run: none may panic, and what is read must survive printing.
//! And the shapes that make naive parsers slow.

use std::time::{Duration, Instant};

use super::read_twice;
use super::traps::RIGHT;
use deskbell::phone::reader::{Framer, salvage};

const MUTATIONS: usize = 100_000;
const THREADS: u64 = 4;

/// Xorshift64*: small, and good enough to break things.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % limit.max(1)
    }
}

const SPLINTERS: [&[u8]; 24] = [
    b"\r\n",
    b"\r\n ",
    b"\r\n\r\n",
    b":",
    b";",
    b",",
    b"<",
    b">",
    b"\"",
    b"\\",
    b"%",
    b"@",
    b"[",
    b"]",
    b"=",
    b"\0",
    b"\xff",
    b"Content-Length: 9\r\n",
    b"l: 0\r\n",
    b"Via: SIP/2.0/UDP h\r\n",
    b"-1",
    b"4294967296",
    b"sip:",
    b" \t",
];

fn mutate(random: &mut Random) -> Vec<u8> {
    let mut octets = RIGHT[random.below(RIGHT.len())].to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(octets.len());
        let end = (at + 1 + random.below(20)).min(octets.len());
        match random.below(8) {
            0 => octets[at] ^= 1 << random.below(8),
            1 => drop(octets.drain(at..end)),
            2 => {
                let piece = octets[at..end].to_vec();
                octets.splice(at..at, piece);
            }
            3 | 4 => drop(octets.splice(at..at, SPLINTERS[random.below(SPLINTERS.len())].iter().copied())),
            5 => octets.truncate(at),
            6 => {
                let other = RIGHT[random.below(RIGHT.len())];
                octets.truncate(at);
                octets.extend_from_slice(&other[random.below(other.len())..]);
            }
            _ => octets[at] = u8::try_from(random.below(256)).unwrap(),
        }
        if octets.is_empty() {
            octets.push(b'\r');
        }
    }
    octets
}

#[test]
fn a_hundred_thousand_mutations() {
    let started = Instant::now();
    let run = |seed: u64| {
        let (mut random, mut accepted) = (Random(0x9E37_79B9_7F4A_7C15 ^ (seed + 1)), 0);
        for _ in 0..MUTATIONS / usize::try_from(THREADS).unwrap() {
            let octets = mutate(&mut random);
            match read_twice(&octets) {
                Ok(_) => accepted += 1,
                Err(_) => drop(salvage(&octets)),
            }
            let mut framer = Framer::default();
            framer.buffer().extend_from_slice(&octets);
            while let Ok(Some(_)) = framer.cut() {}
        }
        accepted
    };
    let accepted: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|seed| scope.spawn(move || run(seed))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{MUTATIONS} mutations, {accepted} read, {:.1?}", started.elapsed());
    assert!(accepted > MUTATIONS / 20 && accepted < MUTATIONS / 2, "{accepted}: the mutations test something");
}

#[test]
fn big_shapes_are_read_or_refused_in_no_time() {
    let fill = |piece: &str| piece.repeat(60_000 / piece.len());
    let with = |header: &str| {
        let plain = String::from_utf8(RIGHT[0].to_vec()).unwrap();
        plain.replace("Max-Forwards: 70\r\n", header)
    };
    let shapes: [String; 14] = [
        with(&format!("X: {}\r\n", fill("a"))),
        with(&format!("X: {}\r\n", fill("a\r\n "))),
        with(&fill("X: y\r\n")),
        with(&fill("Via: SIP/2.0/UDP h,SIP/2.0/UDP h\r\n")),
        with(&format!("Contact: {}\r\n", fill("<sip:a@b>,"))),
        with(&format!("Contact: <sip:a@b>{}\r\n", fill(";a=b"))),
        with(&format!("Contact: \"{}\" <sip:a@b>\r\n", fill("\\\""))),
        with(&format!("Contact: {}\r\n", fill("<"))),
        with(&format!("Content-Length: {}\r\n", fill("9"))),
        with(&format!("X: \"{}\r\n", fill("\\\u{1}"))),
        fill("\r\n"),
        fill(" "),
        format!("INVITE sip:{}@h SIP/2.0\r\n\r\n", fill("%41")),
        format!("INVITE sip:h SIP/2.0\r\nX: {}", fill(": ")),
    ];
    for (place, shape) in shapes.iter().enumerate() {
        // The best of three, since the machine may be busy. In a release build it is a fraction of a millisecond.
        let best = (0..3).map(|_| {
            let started = Instant::now();
            drop(read_twice(shape.as_bytes()));
            drop(salvage(shape.as_bytes()));
            started.elapsed()
        });
        let best = best.min().unwrap();
        assert!(best < Duration::from_millis(500), "shape {place}: {best:?}");
    }
}
