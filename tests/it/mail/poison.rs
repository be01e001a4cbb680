//! Mails that are meant to kill: each is read or refused by a value, in time and without blowing up.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use deskbell::mail::incoming::{self, Incoming, Limits, Oddity, Unreadable};
use deskbell::mail::trimming;

/// What one mail may cost. Unoptimised it is ten times as slow.
const TIME_MAX: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

/// KiB of memory that one mail may cost at most, itself included.
const MEMORY_KIB_MAX: u64 = 64 << 10;

/// Names the mail that a process of its own reads.
const ALONE: &str = "DESKBELL_TEST_POISON";

fn head(name: &str) -> String {
    format!(
        "From: Eve <eve@x.test>\r\nTo: support@desk.test\r\nSubject: {name}\r\nMessage-ID: <{name}@poison.test>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
}

/// Reads and trims, within the time; nothing that is made of it is larger than it may be.
fn survive(name: &str, raw: &[u8]) -> Result<Incoming, Unreadable> {
    let started = Instant::now();
    let read = incoming::read(raw, &Limits::default());
    if let Ok(mail) = &read {
        let trimmed = trimming::trim(&mail.text, mail.raw_html.as_deref(), mail.is_answer());
        assert!(mail.text.trim().is_empty() || !trimmed.shown.is_empty(), "{name}: nothing is shown");
        assert!(mail.text.len() <= 2 << 20, "{name}: {} octets of text", mail.text.len());
        assert!(mail.html.as_ref().is_none_or(|html| html.len() <= 2 << 20), "{name}: too much HTML");
        assert!(mail.attachments.len() <= 200 && mail.to.len() <= 100 && mail.references.len() <= 51, "{name}");
        assert!(mail.attachments.iter().all(|a| a.name.len() <= 160 && !a.name.contains(['/', '\\', '\0'])), "{name}");
    }
    assert_ne!(read.as_ref().err(), Some(&Unreadable::Panicked), "{name}");
    assert!(started.elapsed() < TIME_MAX, "{name}: {:?}", started.elapsed());
    println!("{name:24} {:?}", started.elapsed());
    read
}

fn mail(name: &str, rest: &str) -> Incoming {
    survive(name, format!("{}{rest}", head(name)).as_bytes()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn repeated(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).map(make).collect()
}

#[test]
fn depth_and_number() {
    for count in [1_000, 20_000] {
        let open = repeated(count, |n| format!("Content-Type: multipart/mixed; boundary=\"b{n}\"\r\n\r\n--b{n}\r\n"));
        let found = mail("nested_multipart", &format!("{open}Content-Type: text/plain\r\n\r\nx\r\n"));
        assert!(found.oddities.contains(&Oddity::PartsCut));
    }
    // A chain of mails within mails that would overflow the stack of a reader that keeps them in each other.
    let chain = repeated(200_000, |n| format!("Content-Type: message/rfc822\r\n\r\nSubject: n{n}\r\n"));
    assert_eq!(mail("nested_mails", &format!("{chain}\r\nx\r\n")).attachments.len(), 1);
    let parts = "--q\r\n\r\nx\r\n".repeat(100_000);
    let found = mail("parts", &format!("Content-Type: multipart/mixed; boundary=\"q\"\r\n\r\n{parts}--q--\r\n"));
    assert!(found.oddities.contains(&Oddity::PartsCut));
    let files = "--q\r\nContent-Type: image/png\r\n\r\nx\r\n".repeat(500);
    let found = mail("files", &format!("Content-Type: multipart/mixed; boundary=\"q\"\r\n\r\n{files}--q--\r\n"));
    assert!(found.oddities.contains(&Oddity::AttachmentsCut) && found.attachments.len() == 200);
}

#[test]
fn headers() {
    assert!(
        mail("long", &format!("X-Long: {}\r\n\r\nx\r\n", "a".repeat(5_000_000))).oddities.contains(&Oddity::HeadersCut)
    );
    let many = repeated(200_000, |n| format!("X-H{n}: v\r\n"));
    assert!(mail("many", &format!("{many}\r\nx\r\n")).oddities.contains(&Oddity::HeadersCut));
    let to = repeated(200_000, |n| format!("u{n}@x.test,\r\n "));
    assert!(mail("to", &format!("To: {to}a@b.test\r\n\r\nx\r\n")).oddities.contains(&Oddity::RecipientsCut));
    let words = "=?utf-8?Q?=C3=A4?=\r\n ".repeat(50_000);
    let found = survive("words", format!("Subject: {words}\r\nFrom: a@b.test\r\n\r\nx\r\n").as_bytes()).unwrap();
    assert!(found.oddities.contains(&Oddity::SubjectCut) && found.subject.starts_with("ää"));
    let names = repeated(5_000, |n| format!(" name*{n}*=%C3%A4;\r\n"));
    mail("continued", &format!("Content-Type: application/pdf;\r\n{names} x=y\r\n\r\nx\r\n"));
    let references = repeated(20_000, |n| format!("<r{n}@x.test>\r\n "));
    let found = mail("references", &format!("References: {references}\r\n\r\nx\r\n"));
    assert_eq!(found.references.first().map(String::as_str), Some("r0@x.test"));
    let id = format!("<{}@x>", "m".repeat(100_000));
    let found = survive("id", format!("From: a@b.test\r\nMessage-ID: {id}\r\n\r\nx").as_bytes()).unwrap();
    assert_eq!(found.message_id, None);
    let unclosed = format!("From: \"{}\r\nSubject: {}\r\n\r\nx", "\\\"(".repeat(50_000), "=?".repeat(50_000));
    survive("unclosed", unclosed.as_bytes()).unwrap();
    let dirt = format!("{}Subject: late\r\n\r\nx", "no field at all\r\n".repeat(100_000));
    survive("dirt", dirt.as_bytes()).unwrap_err();
}

#[test]
fn html() {
    let html = |name: &str, body: &str| mail(name, &format!("Content-Type: text/html; charset=utf-8\r\n\r\n{body}"));
    for (name, body) in [
        ("deep", format!("{}x{}", "<div>".repeat(20_000), "</div>".repeat(20_000))),
        ("unclosed", "<b>x".repeat(20_000)),
        ("amplified", "<b id=i><i><p>x".repeat(5_000)),
        ("attributes", format!("<p {}>x", repeated(40_000, |n| format!("a{n}=1 ")))),
        ("large", "<p>x</p>".repeat(400_000)),
        ("tables", "<table><tr><td>x".repeat(2_000)),
    ] {
        let found = html(name, &body);
        assert!(found.oddities.contains(&Oddity::HtmlTooComplex) && found.html.is_none(), "{name}");
        assert!(found.text.contains('x'), "{name}: its text is shown");
    }
    assert!(html("links", &"<a href=\"http://x.test/\">l</a> ".repeat(15_000)).html.is_some());
    html("more_links", &"<a href=\"http://x.test/\">l</a> ".repeat(100_000));
    html("white", &format!("<p>{}x", "\u{a0} \t".repeat(500_000)));
    html("entities", &format!("<a href=\"http://x.test/?{}\">x</a>", "a=1&amp;".repeat(100_000)));
    html("data", &format!("<img src=\"data:image/png;base64,{}\">x", "A".repeat(1_000_000)));
    html("comment", &format!("x<!--{}", "-- ".repeat(300_000)));
    html("links_in_formats", &format!("{}x", "<a>".repeat(40_000)));
}

#[test]
fn texts() {
    mail("white", &format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{}x", "\u{a0} \t".repeat(1_200_000)));
    mail("quotes", &format!("\r\nhi\r\n{}", repeated(3_000, |n| format!("{} x\r\n", ">".repeat(n)))));
    mail("on", &format!("\r\n{}\r\n", "On ".repeat(100_000)));
    mail("on_lines", &format!("\r\nx\r\n{}", "On 1 Feb 2026 at 10:00\r\n".repeat(5_000)));
    mail("from_lines", &format!("\r\nx\r\n{}", "From: a\r\n".repeat(5_000)));
    mail("one_line", &format!("\r\n{}", "1 ".repeat(250_000)));
    let begin = "begin 644 x\r\n#0V%T\r\nend\r\n".repeat(2_000);
    assert_eq!(mail("uuencoded", &format!("\r\n{begin}")).attachments.len(), 200);
    let found = survive("nul", b"From: a@b.test\r\nSubject: n\0ul\r\n\r\na\0b\r\n").unwrap();
    assert!(!found.text.contains('\0') && !found.subject.contains('\0'));
}

#[test]
fn what_is_no_mail() {
    assert_eq!(survive("empty", b"").unwrap_err(), Unreadable::Empty);
    assert_eq!(survive("line_ends", b"\n\n\n").unwrap_err(), Unreadable::Empty);
    assert_eq!(survive("text", b"just text without any header\r\n").unwrap_err(), Unreadable::NoHeaders);
    let octets: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let _ = survive("octets", &octets);
    let large = vec![b'a'; Limits::default().mail_bytes_max + 1];
    assert_eq!(incoming::read(&large, &Limits::default()).unwrap_err(), Unreadable::TooLarge);
}

#[test]
fn large_files() {
    let line = format!("{}\r\n", "A".repeat(76));
    let raw = format!(
        "{}Content-Type: application/octet-stream; name=b.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        head("big"),
        line.repeat(390_000)
    );
    let found = survive("big", raw.as_bytes()).unwrap();
    assert_eq!(found.attachments[0].bytes.len(), 76 * 390_000 / 4 * 3);
    assert_eq!(found.attachments[0].name, "b.bin");
}

/// A figure of this process in KiB, as Linux counts it.
fn kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Reads the mail that [`what_is_beside_the_repository_costs_little`] names, and says what that cost; nothing without one.
#[test]
fn alone() {
    let Some(path) = std::env::var_os(ALONE) else { return };
    let path = Path::new(&path);
    // What every mail needs once, tables and expressions, is there in a desk that runs. Linux forgets the peak until now.
    mail("any", "Content-Type: text/html\r\n\r\n<p>Hello, it <b>drips</b>.\r\n\r\nOn Monday, Max wrote:\r\n> How?\r\n");
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = kib("VmRSS:");
    let raw = std::fs::read(path).unwrap();
    let started = Instant::now();
    let read = survive(&path.file_stem().unwrap().to_string_lossy(), &raw);
    println!("cost {} {}", started.elapsed().as_millis(), kib("VmHWM:").saturating_sub(before));
    drop(read);
}

#[test]
fn what_is_beside_the_repository_costs_little() {
    let poisoner = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tools/mail/poison.py");
    if !poisoner.is_file() {
        println!("{} is absent: only our own mails are tested", poisoner.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("python3").arg(&poisoner).arg(folder.path()).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut mails: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    mails.sort();
    assert!(mails.len() >= 30, "{}", mails.len());
    let mut too_dear = Vec::new();
    for mail in mails {
        // In a process of its own: what one leaves behind is not the next one's.
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "mail::poison::alone", "--nocapture", "--test-threads=1"])
            .env(ALONE, &mail)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&child.stdout).into_owned();
        assert!(child.status.success(), "{}: {told}{}", mail.display(), String::from_utf8_lossy(&child.stderr));
        let cost = told.lines().find_map(|line| line.split_once("cost ")).unwrap().1;
        let (ms, kib) = cost.split_once(' ').unwrap();
        let (ms, kib): (u128, u64) = (ms.parse().unwrap(), kib.trim().parse().unwrap());
        println!("{:28} {ms:6} ms {kib:7} KiB", mail.file_stem().unwrap().to_string_lossy());
        if ms > TIME_MAX.as_millis() || kib > MEMORY_KIB_MAX {
            too_dear.push(format!("{}: {ms} ms, {kib} KiB", mail.display()));
        }
    }
    assert!(too_dear.is_empty(), "{too_dear:#?}");
}
