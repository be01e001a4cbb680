//! `[log]`: how much is said, in which form, and how frankly.

use tracing::Level;
use tracing::level_filters::LevelFilter;

use super::fault::hint;
use super::field::{Field, Form, Section};
use super::reader::Reader;

/// The section.
pub(super) const SECTION: Section =
    Section { name: "log", doc: "What deskbell says about itself, on standard error.", fields: &[LEVEL, FORMAT, PII] };

const LEVEL: &Field = &Field {
    section: "log",
    name: "level",
    form: Form::Text,
    doc: "off, error, warn, info, debug or trace; after commas for single parts, as in \"info,deskbell::phone=debug\".",
    default: Some("\"info\""),
    example: "",
    credential: None,
};

const FORMAT: &Field = &Field {
    section: "log",
    name: "format",
    form: Form::Word(&["auto", "journald", "logfmt", "json", "pretty"]),
    doc: "auto, journald, logfmt, json or pretty. auto is journald under systemd and pretty elsewhere.",
    default: Some("\"auto\""),
    example: "",
    credential: None,
};

const PII: &Field = &Field {
    section: "log",
    name: "pii",
    form: Form::Flag,
    doc: "Whether phone numbers and addresses of people are logged in full instead of masked.",
    default: Some("false"),
    example: "",
    credential: None,
};

/// `[log]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// How much.
    pub level: Levels,
    /// In which form.
    pub format: Format,
    /// Whether phone numbers and addresses of people are logged in full.
    pub pii: bool,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `Journald` when standard error is the journal, else `Pretty`.
    Auto,
    /// Structured fields to the journal, or lines with `<6>` before them without libsystemd.
    Journald,
    /// `level=info msg="…" key=value`.
    Logfmt,
    /// One JSON object per line.
    Json,
    /// For people at a terminal.
    Pretty,
}

/// A level for everything and others for single targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    /// For whatever no target matches.
    pub default: LevelFilter,
    /// By target (a module path such as `deskbell::phone`); the longest that matches counts.
    pub targets: Vec<(String, LevelFilter)>,
}

impl Log {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let level = reader.text(LEVEL, levels);
        let format = reader.text(FORMAT, |word| Ok(format(word)));
        let pii = reader.flag(PII);
        Some(Self { level: level?, format: format?, pii: pii? })
    }
}

fn format(word: &str) -> Format {
    match word {
        "journald" => Format::Journald,
        "logfmt" => Format::Logfmt,
        "json" => Format::Json,
        "pretty" => Format::Pretty,
        _ => Format::Auto,
    }
}

const LEVEL_WORDS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

fn level(word: &str) -> Result<LevelFilter, String> {
    // By name alone: tracing would also take numbers, which nobody can read.
    match word {
        "off" => Ok(LevelFilter::OFF),
        "error" => Ok(Level::ERROR.into()),
        "warn" => Ok(Level::WARN.into()),
        "info" => Ok(Level::INFO.into()),
        "debug" => Ok(Level::DEBUG.into()),
        "trace" => Ok(Level::TRACE.into()),
        _ => Err(format!(
            "{word:?} is not a level: write {}{}",
            super::field::quoted(&LEVEL_WORDS),
            hint(word, LEVEL_WORDS)
        )),
    }
}

fn levels(text: &str) -> Result<Levels, String> {
    let mut levels = Levels { default: Level::INFO.into(), targets: Vec::new() };
    let mut default_seen = false;
    for part in text.split(',').map(str::trim) {
        match part.split_once('=') {
            None if default_seen => return Err(format!("{text:?} has two levels for everything")),
            None => {
                levels.default = level(part)?;
                default_seen = true;
            }
            Some((target, word)) => {
                let fine = !target.is_empty() && target.chars().all(|c| c.is_ascii_alphanumeric() || "_:-".contains(c));
                if !fine {
                    return Err(format!("{target:?} is not a target: write a module such as deskbell::phone"));
                }
                if levels.targets.iter().any(|(known, _)| known == target) {
                    return Err(format!("{target:?} stands there twice"));
                }
                levels.targets.push((target.to_owned(), level(word)?));
            }
        }
    }
    Ok(levels)
}
