//! A record as one line of text.

use std::fmt::Write;

use tracing::Level;

use super::record::{Record, Value};

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `12:34:56.789 INFO  phone: ringing line=3`, in local time, for people.
    Pretty {
        /// With colours of the terminal.
        colour: bool,
    },
    /// `ts=2024-.. level=info target=.. msg=".." line=3`.
    Logfmt,
    /// `{"ts":"2024-..","level":"info","target":"..","message":"..","line":3}`.
    Json,
    /// `<6>phone: ringing line=3`: for a service manager, which knows the time; the number is syslog's priority.
    Prefixed,
}

/// The line, without its end. It holds no character that could end it early.
pub(super) fn render(style: Style, record: &Record) -> String {
    match style {
        Style::Pretty { colour } => pretty(record, colour),
        Style::Logfmt => logfmt(record),
        Style::Json => json(record),
        Style::Prefixed => format!("<{}>{}{}", priority(record.level), said(record), pairs(record)),
    }
}

/// Syslog's priority.
pub(super) fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Whether a character must not stand in a line as it is: it would end the line, steer a terminal, or show what follows in
/// another order than it stands.
fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{061C}')
}

/// `text` with dangerous characters written as `\u001b`, as JSON and logfmt read them.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // All of them are in the first plane, so four digits are enough.
            c if is_dangerous(c) => out.extend(format!("\\u{:04x}", u32::from(c)).chars()),
            c => out.push(c),
        }
    }
    out
}

/// A value as it stands after `=`: quoted where it would otherwise run into what follows.
fn quoted(text: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !is_dangerous(c) && !matches!(c, '"' | '=' | '\\');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("\"{}\"", escaped(&text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
    }
}

fn pairs(record: &Record) -> String {
    record.fields.iter().map(|(name, v)| format!(" {name}={}", value(v))).collect()
}

/// `phone: message`: our own targets without the part that all of them share.
fn said(record: &Record) -> String {
    let target = record.target.strip_prefix("deskbell::").unwrap_or(&record.target);
    format!("{}: {}", escaped(target), escaped(&record.message))
}

fn pretty(record: &Record, colour: bool) -> String {
    let time = record.at.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S%.3f").to_string();
    let level = word(record.level).to_uppercase();
    if !colour {
        return format!("{time} {level:5} {}{}", said(record), pairs(record));
    }
    let hue = match record.level {
        Level::ERROR => "31;1",
        Level::WARN => "33",
        Level::INFO => "32",
        Level::DEBUG => "34",
        Level::TRACE => "35",
    };
    let dim = |text: &str| format!("\u{1b}[2m{text}\u{1b}[0m");
    format!("{} \u{1b}[{hue}m{level:5}\u{1b}[0m {}{}", dim(&time), said(record), dim(&pairs(record)))
}

fn logfmt(record: &Record) -> String {
    let mut line = format!("ts={:.3} level={} target={}", record.at, word(record.level), quoted(&record.target));
    let _ = write!(line, " msg={}", quoted(&record.message));
    if let Some(id) = &record.message_id {
        let _ = write!(line, " message_id={}", quoted(id));
    }
    line + &pairs(record)
}

fn json(record: &Record) -> String {
    let mut object = serde_json::Map::new();
    for (name, value) in &record.fields {
        let value = match value {
            Value::Text(text) => text.as_str().into(),
            Value::Number(number) => number.clone().into(),
            Value::Flag(flag) => (*flag).into(),
        };
        object.insert((*name).to_owned(), value);
    }
    // After the fields, so that none of them can pose as one of these.
    object.insert("ts".to_owned(), format!("{:.3}", record.at).into());
    object.insert("level".to_owned(), word(record.level).into());
    object.insert("target".to_owned(), record.target.as_str().into());
    object.insert("message".to_owned(), record.message.as_str().into());
    if let Some(id) = &record.message_id {
        object.insert("message_id".to_owned(), id.as_str().into());
    }
    // serde_json leaves DEL, C1 and U+2028 as they are; they only occur inside texts, where the escape means the same.
    escaped(&serde_json::Value::Object(object).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            at: "2024-05-06T07:08:09.123Z".parse().unwrap(),
            level: Level::WARN,
            target: "deskbell::phone".to_owned(),
            place: Some(("src/phone.rs".to_owned(), 7)),
            message: "ring\u{1b}[2J\r\n\u{2028}\u{202E}\u{9b}x".to_owned(),
            message_id: None,
            fields: vec![
                ("caller", Value::Text("\"Bob\" \\ <a=b>".to_owned())),
                ("line", Value::Number(3.into())),
                ("up", Value::Flag(true)),
                ("level", Value::Text("error".to_owned())),
                ("none", Value::Text(String::new())),
            ],
        }
    }

    #[test]
    fn each_style_is_one_line() {
        let tail = r#" caller="\"Bob\" \\ <a=b>" line=3 up=true level=error none="""#;
        let message = r"ring\u001b[2J\r\n\u2028\u202e\u009bx";
        assert_eq!(render(Style::Prefixed, &record()), format!("<4>phone: {message}{tail}"));
        let logfmt = format!("ts=2024-05-06T07:08:09.123Z level=warn target=deskbell::phone msg=\"{message}\"{tail}");
        assert_eq!(render(Style::Logfmt, &record()), logfmt);
        let pretty = render(Style::Pretty { colour: false }, &record());
        assert!(pretty.ends_with(&format!(" WARN  phone: {message}{tail}")), "{pretty}");
        let coloured = render(Style::Pretty { colour: true }, &record());
        assert_eq!(coloured.matches('\u{1b}').count(), 6, "only ours: {coloured:?}");
    }

    #[test]
    fn json_says_the_same_and_fields_cannot_pose() {
        let line = render(Style::Json, &record());
        assert!(!line.chars().any(is_dangerous), "{line:?}");
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["message"], record().message);
        assert_eq!((&value["level"], &value["line"], &value["up"]), (&"warn".into(), &3.into(), &true.into()));
        assert_eq!(value["caller"], "\"Bob\" \\ <a=b>");
    }
}
