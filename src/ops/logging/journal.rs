//! A record as an entry of the systemd journal, with its fields.

use super::line::{self, Style, escaped, priority};
use super::record::{Record, Value};

/// Octets that the journal allows in a field's name.
const NAME_BYTES_MAX: usize = 64;

/// Sends it. When the journal does not take it, it goes to standard error with a priority before it.
pub(super) fn send(record: &Record) {
    let entry = entry(record);
    let fields: Vec<&str> = entry.iter().map(String::as_str).collect();
    if systemd::journal::send(&fields).is_err() {
        use std::io::Write;
        // Nobody is left to tell that this failed too.
        let _ = std::io::stderr().lock().write_all(format!("{}\n", line::render(Style::Prefixed, record)).as_bytes());
    }
}

/// The entry, `NAME=value` each. Values are escaped like everywhere else, so that `journalctl` shows text, not `[blob data]`.
fn entry(record: &Record) -> Vec<String> {
    let mut entry = vec![
        format!("MESSAGE={}", escaped(&record.message)),
        format!("PRIORITY={}", priority(record.level)),
        "SYSLOG_IDENTIFIER=deskbell".to_owned(),
        format!("DESKBELL_TARGET={}", escaped(&record.target)),
    ];
    if let Some((file, line)) = &record.place {
        entry.push(format!("CODE_FILE={file}"));
        entry.push(format!("CODE_LINE={line}"));
    }
    if let Some(id) = &record.message_id {
        entry.push(format!("MESSAGE_ID={}", escaped(id)));
    }
    for (name, value) in &record.fields {
        let text = match value {
            Value::Text(text) => escaped(text),
            Value::Number(number) => number.to_string(),
            Value::Flag(flag) => flag.to_string(),
        };
        entry.push(format!("{}={text}", field_name(name)));
    }
    entry
}

/// The journal allows capitals, digits and underscores, and drops the whole field otherwise.
fn field_name(name: &str) -> String {
    let clean = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    "DESKBELL_".chars().chain(clean).take(NAME_BYTES_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_names_that_the_journal_takes() {
        let record = Record {
            at: jiff::Timestamp::UNIX_EPOCH,
            level: tracing::Level::ERROR,
            target: "deskbell::phone".to_owned(),
            place: Some(("src/phone/mod.rs".to_owned(), 12)),
            message: "line\ndown".to_owned(),
            message_id: Some("8e2a3c5de0a14f3c9e6b6a9d3b3a1f00".to_owned()),
            fields: vec![
                ("request_id", Value::Text("a\nPRIORITY=0".to_owned())),
                ("sip.code", Value::Number(503.into())),
            ],
        };
        assert_eq!(
            entry(&record),
            [
                "MESSAGE=line\\ndown",
                "PRIORITY=3",
                "SYSLOG_IDENTIFIER=deskbell",
                "DESKBELL_TARGET=deskbell::phone",
                "CODE_FILE=src/phone/mod.rs",
                "CODE_LINE=12",
                "MESSAGE_ID=8e2a3c5de0a14f3c9e6b6a9d3b3a1f00",
                "DESKBELL_REQUEST_ID=a\\nPRIORITY=0",
                "DESKBELL_SIP_CODE=503",
            ]
        );
        assert_eq!(field_name(&"x".repeat(100)).len(), 64);
        // Without a journal this is a no-op that succeeds.
        send(&record);
    }
}
