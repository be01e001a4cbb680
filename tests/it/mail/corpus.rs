//! Mails of other help desks with the outcome that their own tests expect, where their collection lies beside the
//! repository. They are not ours to publish; `traps` holds the same traps in mails of our own.
//!
//! Each expectation counts one; the share that is met is printed for each kind and held at what was reached.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use deskbell::mail::incoming::{self, Class, Incoming, Limits};
use deskbell::mail::{commands, trimming};
use serde_json::Value;

/// The collection: its entries, and the octets of its files.
pub struct Collection {
    entries: Vec<Value>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Collection {
    /// Reads it into memory; says so when it is absent.
    pub fn open() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/mail");
        if !folder.is_dir() {
            println!("{} is absent: only our own mails are tested", folder.display());
            return None;
        }
        let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("dev.json")).unwrap()).unwrap();
        let entries = manifest["entries"].as_array().unwrap().clone();
        let packed = std::fs::File::open(folder.join("dev.tar.gz")).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed));
        let mut files = BTreeMap::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().to_string_lossy().trim_start_matches("./").to_owned();
            let mut octets = Vec::new();
            entry.read_to_end(&mut octets).unwrap();
            files.insert(path, octets);
        }
        Some(Self { entries, files })
    }

    /// The octets of its raw mails.
    pub fn mails(&self) -> impl Iterator<Item = &[u8]> {
        let raw = self.entries.iter().filter(|entry| entry["format"] == "rfc822");
        raw.map(|entry| self.file(entry))
    }

    fn file(&self, entry: &Value) -> &[u8] {
        &self.files[entry["file"].as_str().unwrap()]
    }
}

/// Scores: kind of expectation -> how many, how many met.
#[derive(Default)]
struct Scores(BTreeMap<String, (u32, u32)>);

impl Scores {
    fn count(&mut self, entry: &Value, kind: &str, met: bool, got: &str) {
        let score = self.0.entry(kind.to_owned()).or_default();
        score.0 += 1;
        if met {
            score.1 += 1;
        } else {
            let expected =
                entry["expect"].get(kind.split('/').next().unwrap()).map(ToString::to_string).unwrap_or_default();
            let short = |text: &str| text.chars().take(300).collect::<String>();
            println!("{} {kind}\n   expected {}\n   got      {}", entry["id"], short(&expected), short(got));
        }
    }

    /// The share that is met of the kinds that begin with one of these.
    fn share(&self, kinds: &[&str]) -> f64 {
        let scores = self.0.iter().filter(|(kind, _)| kinds.iter().any(|start| kind.starts_with(start)));
        let (all, met) = scores.fold((0, 0), |sum, (_, score)| (sum.0 + score.0, sum.1 + score.1));
        assert!(all > 0, "nothing was counted of {kinds:?}");
        f64::from(met) / f64::from(all)
    }
}

fn folded(text: &str) -> String {
    text.replace(['\u{a0}', '\0'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How alike two texts are as bags of words (Dice).
fn likeness(one: &str, other: &str) -> f64 {
    let mut bag: BTreeMap<&str, i32> = BTreeMap::new();
    one.split(' ').filter(|word| !word.is_empty()).for_each(|word| *bag.entry(word).or_default() += 1);
    let (mut common, mut all) = (0, bag.values().sum::<i32>());
    for word in other.split(' ').filter(|word| !word.is_empty()) {
        all += 1;
        if let Some(left) = bag.get_mut(word).filter(|left| **left > 0) {
            *left -= 1;
            common += 1;
        }
    }
    if all == 0 { 1.0 } else { f64::from(2 * common) / f64::from(all) }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().map(|all| all.iter().filter_map(|s| s.as_str().map(str::to_owned)).collect()).unwrap_or_default()
}

/// The expectations of the header.
fn header(scores: &mut Scores, entry: &Value, mail: &Incoming) {
    let expect = &entry["expect"];
    let mut equal = |kind: &str, got: &str, fold: bool| {
        if let Some(wanted) = expect[kind].as_str() {
            let same = if fold { folded(wanted).eq_ignore_ascii_case(&folded(got)) } else { wanted == got };
            scores.count(entry, kind, same, got);
        }
    };
    equal("subject", &mail.subject, true);
    equal("from_email", &mail.from.address, true);
    equal("from_name", &mail.from.name, true);
    equal("message_id", mail.message_id.as_deref().unwrap_or_default(), false);
    equal("in_reply_to", mail.in_reply_to.as_deref().unwrap_or_default(), false);
    equal("to_name", mail.to.first().map_or("", |first| &first.name), true);
    for (kind, mailboxes) in [("to_emails", &mail.to), ("cc_emails", &mail.cc)] {
        if expect[kind].is_array() {
            let got: Vec<String> = mailboxes.iter().map(|mailbox| mailbox.address.to_lowercase()).collect();
            let met = strings(&expect[kind]).iter().all(|address| got.contains(&address.to_lowercase()));
            scores.count(entry, kind, met, &format!("{got:?}"));
        }
    }
    if let Some(wanted) = expect["subject_contains"].as_str() {
        scores.count(entry, "subject_contains", mail.subject.contains(wanted), &mail.subject);
    }
}

/// The expectations of the attachments.
fn attachments(scores: &mut Scores, entry: &Value, mail: &Incoming) {
    let expect = &entry["expect"];
    let names: Vec<String> = mail.attachments.iter().map(|attachment| folded(&attachment.name)).collect();
    if let Some(wanted) = expect["attachment_count"].as_u64() {
        scores.count(entry, "attachment_count", names.len() as u64 == wanted, &format!("{names:?}"));
    }
    for kind in ["attachment_names", "attachment_names_include"] {
        if expect[kind].is_array() {
            // Some origins replace characters by an underscore, and number what has no name.
            let plain = |name: &str| name.replace(|c: char| !c.is_alphabetic() && !c.is_ascii_digit(), "");
            let got: Vec<String> = names.iter().map(|name| plain(name)).collect();
            let met = strings(&expect[kind]).iter().all(|name| got.contains(&plain(name)));
            scores.count(entry, kind, met, &format!("{names:?}"));
        }
    }
    for wanted in expect["attachments"].as_array().into_iter().flatten() {
        if let Some(size) = wanted["size"].as_u64() {
            let sizes: Vec<u64> = mail.attachments.iter().map(|attachment| attachment.bytes.len() as u64).collect();
            scores.count(entry, "attachments/size", sizes.contains(&size), &format!("{sizes:?}"));
        }
        if let Some(sum) = wanted["sha256"].as_str() {
            let met = mail.attachments.iter().any(|a| deskbell::base::sha256_hex(&a.bytes) == sum);
            scores.count(entry, "attachments/sha256", met, "other octets");
        }
    }
    for wanted in expect["attachments_origin"].as_array().into_iter().flatten() {
        // Zammad adds the HTML itself; it lists what is a mail by its size after it was read.
        if wanted["is_origin_html_alternative"] != true
            && wanted["content_type"] != "message/rfc822"
            && wanted["size"].is_u64()
        {
            let met = mail.attachments.iter().any(|a| Some(a.bytes.len() as u64) == wanted["size"].as_u64());
            let sizes: Vec<usize> = mail.attachments.iter().map(|attachment| attachment.bytes.len()).collect();
            scores.count(entry, "attachments_origin/size", met, &format!("{} {sizes:?}", wanted["size"]));
        }
    }
}

/// The expectations of the text.
fn body(scores: &mut Scores, entry: &Value, mail: &Incoming) {
    let expect = &entry["expect"];
    let html = mail.raw_html.as_deref().map(deskbell::mail::html::to_text).unwrap_or_default();
    let (text, html) = (folded(&mail.text), folded(&html));
    if let Some(wanted) = expect["body_text"].as_str() {
        scores.count(entry, "body_text", folded(wanted) == text, &text);
    }
    for kind in ["body_words", "body_words_text", "body_words_html"] {
        if let Some(wanted) = expect[kind].as_str() {
            let wanted = folded(wanted);
            let best = likeness(&wanted, &text).max(likeness(&wanted, &html));
            scores.count(entry, kind, best >= 0.95, &format!("{best:.2} {text}"));
        }
    }
    for wanted in strings(&expect["body_contains"]) {
        scores.count(entry, "body_contains", text.contains(&folded(&wanted)), &text);
    }
    if let Some(wanted) = expect["body_text_substring"]["text"].as_str() {
        scores.count(entry, "body_text_substring", text.contains(&folded(wanted)), &text);
    }
    if let Some(wanted) = expect["kv_commands"].as_object() {
        let met = wanted.get("Priority").is_none_or(|value| {
            let found = mail.text.lines().flat_map(|line| commands::read(line).0).collect::<Vec<_>>();
            found.contains(&commands::Command::Priority(value.as_str().unwrap().to_owned()))
        });
        scores.count(entry, "kv_commands", met, &mail.text);
    }
}

/// The expectations of class and bounce.
fn class(scores: &mut Scores, entry: &Value, mail: &Incoming) {
    let expect = &entry["expect"];
    let got = format!("{:?} {:?}", mail.class, mail.bounce);
    if let Some(wanted) = expect["is_auto"].as_bool() {
        scores.count(entry, "is_auto", (mail.class != Class::Human) == wanted, &got);
    }
    if let Some(wanted) = expect["is_bounce"].as_bool() {
        scores.count(entry, "is_bounce", (mail.class == Class::Bounce) == wanted, &got);
    }
    let recipients = mail.bounce.as_ref().map(|report| report.recipients.as_slice()).unwrap_or_default();
    for wanted in strings(&expect["bounce"]["recipients"]) {
        scores.count(entry, "bounce/recipients", recipients.iter().any(|one| one.address == wanted), &got);
    }
    if let Some(wanted) = expect["bounce"]["permanent"].as_bool() {
        scores.count(
            entry,
            "bounce/permanent",
            recipients.iter().any(incoming::FailedRecipient::is_permanent) == wanted,
            &got,
        );
    }
    if let Some(wanted) = expect["bounce"]["any_hard"].as_bool() {
        scores.count(entry, "bounce/hard", recipients.iter().any(incoming::FailedRecipient::is_hard) == wanted, &got);
    }
    for wanted in expect["bounce"]["results"].as_array().into_iter().flatten() {
        let status = wanted["status"].as_str().unwrap_or_default();
        // Sisimai makes up numbers of its own, 5.0.9xx, where a report has none.
        if !status.starts_with("5.0.9") {
            let met = recipients.iter().any(|one| one.status.as_deref() == Some(status));
            scores.count(entry, "bounce/status", met, &format!("{status} {got}"));
        }
    }
}

/// The expectations of what is new in a text.
fn reply(scores: &mut Scores, entry: &Value, text: &str, html: Option<&str>, answers: bool) {
    let expect = &entry["expect"];
    let origin = entry["origin"].as_str().unwrap();
    let kind = |name: &str| format!("{name}/{origin}");
    let started = std::time::Instant::now();
    let shown = trimming::trim(text, html, answers).shown;
    if expect["must_finish_within_ms"].is_u64() {
        scores.count(entry, &kind("must_finish_within_ms"), started.elapsed().as_secs() < 5, "too slow");
    }
    if let Some(wanted) = expect["reply_text"].as_str() {
        scores.count(entry, &kind("reply_text"), folded(wanted) == folded(&shown), &shown);
    }
    if expect["reply_text_is_whole_body"] == true {
        scores.count(entry, &kind("reply_text_is_whole_body"), folded(text) == folded(&shown), &shown);
    }
    if expect["reply_contains"].is_array() {
        let met = strings(&expect["reply_contains"]).iter().all(|part| folded(&shown).contains(&folded(part)));
        scores.count(entry, &kind("reply_contains"), met, &shown);
    }
    if expect["reply_not_contains"].is_array() {
        let met = strings(&expect["reply_not_contains"]).iter().all(|part| !folded(&shown).contains(&folded(part)));
        scores.count(entry, &kind("reply_not_contains"), met, &shown);
    }
}

#[test]
fn the_collection_is_read_as_its_origins_expect() {
    let Some(collection) = Collection::open() else { return };
    let mut scores = Scores::default();
    for entry in &collection.entries {
        let octets = collection.file(entry);
        match entry["format"].as_str().unwrap() {
            "rfc822" => {
                let read = incoming::read(octets, &Limits::default());
                scores.count(entry, "read", read.is_ok(), &format!("{:?}", read.as_ref().err()));
                let Ok(mail) = read else { continue };
                header(&mut scores, entry, &mail);
                attachments(&mut scores, entry, &mail);
                body(&mut scores, entry, &mail);
                class(&mut scores, entry, &mail);
                reply(&mut scores, entry, &mail.text, mail.raw_html.as_deref(), mail.is_answer());
            }
            // Bodies without a header: all of answers.
            "plain_body" => reply(&mut scores, entry, &String::from_utf8_lossy(octets), None, true),
            _ => {
                let html = String::from_utf8_lossy(octets);
                let text = deskbell::mail::html::to_text(&html);
                let shown = trimming::trim(&text, Some(&html), true).shown;
                let wanted = entry["expect"]["reply_words_nows"].as_str().unwrap_or_default();
                scores.count(entry, "reply_words_nows", shown.split_whitespace().collect::<String>() == wanted, &shown);
            }
        }
    }
    for (kind, (all, met)) in &scores.0 {
        println!("{kind:40} {met}/{all}");
    }
    for (kinds, floor) in FLOORS {
        let share = scores.share(kinds);
        println!("{:40} {share:.3}", kinds.join(", "));
        assert!(share >= floor, "{kinds:?}: {share:.3} of at least {floor}");
    }
}

/// What was reached, for kinds that begin so.
const FLOORS: [(&[&str], f64); 12] = [
    (&["read"], 1.0),
    (&["subject"], 0.97),
    (&["from_email", "from_name"], 0.97),
    (&["to_", "cc_", "message_id", "in_reply_to"], 1.0),
    (&["attachment"], 0.97),
    (&["body_"], 0.91),
    (&["is_auto", "is_bounce"], 1.0),
    (&["bounce/"], 0.95),
    (&["reply_text/crisp"], 0.96),
    (&["reply_text/talon"], 1.0),
    (&["reply_text/github_erp", "reply_contains/github_erp", "reply_not_contains/github_erp"], 0.91),
    (&["reply_contains/redmine", "reply_text/redmine", "reply_contains/chatwoot", "kv_commands"], 1.0),
];
