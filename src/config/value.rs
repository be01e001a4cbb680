//! A value as it was written, and where.

use std::fmt;
use std::path::PathBuf;

use super::fault::hint;
use super::field::{Field, Form, quoted};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A file; with line and column (both from 1, in characters) where the fault or value has a place in it.
    File {
        /// The file.
        path: PathBuf,
        /// Line and column.
        place: Option<(usize, usize)>,
    },
    /// An environment variable, by name.
    Variable(String),
    /// A systemd credential, by name.
    Credential(String),
    /// A flag of the command line, such as `--web`.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, place: None } => write!(f, "{}", path.display()),
            Self::File { path, place: Some((line, column)) } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Credential(name) => write!(f, "credential {name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value and its place. Elements of a list have places of their own.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub raw: Raw,
    pub origin: Origin,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Raw {
    Text(String),
    Number(i64),
    Flag(bool),
    List(Vec<(String, Origin)>),
}

impl Value {
    /// Reads a text that has no types (a variable, a flag) as the form of `field`.
    pub fn untyped(field: &Field, text: &str, origin: Origin) -> Result<Self, String> {
        let raw = match field.form {
            Form::Text | Form::Word(_) => Raw::Text(text.to_owned()),
            Form::Number { .. } => match text.trim().parse() {
                Ok(number) => Raw::Number(number),
                Err(_) => return Err(format!("{}: {text:?} is not {}", field.path(), field.form.wanted())),
            },
            Form::Flag => match text.trim() {
                "true" => Raw::Flag(true),
                "false" => Raw::Flag(false),
                _ => return Err(format!("{}: {text:?} is not {}", field.path(), field.form.wanted())),
            },
            Form::List => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Raw::List(parts.map(|part| (part.to_owned(), origin.clone())).collect())
            }
        };
        let value = Self { raw, origin };
        value.check(field).map(|()| value)
    }

    /// Whether the value has the form of `field`.
    pub fn check(&self, field: &Field) -> Result<(), String> {
        match (&self.raw, field.form) {
            (Raw::Text(_), Form::Text) | (Raw::Flag(_), Form::Flag) | (Raw::List(_), Form::List) => Ok(()),
            (Raw::Number(n), Form::Number { min, max }) if (i64::from(min)..=i64::from(max)).contains(n) => Ok(()),
            (Raw::Number(n), Form::Number { min, max }) => {
                Err(format!("{}: {n} is out of range: write a number from {min} to {max}", field.path()))
            }
            (Raw::Text(word), Form::Word(words)) if words.contains(&word.as_str()) => Ok(()),
            (Raw::Text(word), Form::Word(words)) => {
                let meant = hint(word, words.iter().copied());
                Err(format!("{}: {word:?} is not {}{meant}", field.path(), quoted(words)))
            }
            (raw, form) => Err(mismatch(field, raw.kind(), form)),
        }
    }
}

/// The message for a value of the wrong type.
pub(super) fn mismatch(field: &Field, found: &str, form: Form) -> String {
    format!("{}: expected {}, found {found}; write {} = {}", field.path(), form.wanted(), field.name, field.specimen())
}

impl Raw {
    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Flag(_) => "a boolean",
            Self::List(_) => "a list",
        }
    }

    /// As it would stand in JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
            Self::List(parts) => parts.iter().map(|(text, _)| text.as_str()).collect(),
        }
    }

    /// As it would stand in TOML. JSON's texts, numbers and lists are TOML's too, but for one character.
    pub fn to_toml(&self) -> String {
        match self {
            Self::List(parts) => {
                let parts: Vec<String> = parts.iter().map(|(text, _)| Self::Text(text.clone()).to_toml()).collect();
                format!("[{}]", parts.join(", "))
            }
            raw => raw.to_json().to_string().replace('\u{7F}', "\\u007f"),
        }
    }
}
