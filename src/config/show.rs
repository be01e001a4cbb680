//! What is in effect, and where it came from. Secrets are redacted before they get here: a field holds a path at most.

use serde_json::json;

use super::field::Field;
use super::value::{Origin, Value};

/// One row of `deskbell config show`.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The section.
    pub section: &'static str,
    /// The key.
    pub name: &'static str,
    /// The value as TOML; nothing where it is not set and has no default.
    pub toml: Option<String>,
    /// The value as JSON; null where it is not set.
    pub json: serde_json::Value,
    /// Where it came from.
    pub origin: Origin,
}

impl Shown {
    pub(super) fn new(field: &Field, value: Option<&Value>) -> Self {
        let (toml, json) = match value {
            None => (None, serde_json::Value::Null),
            // The path of a credential tells nobody anything, and it is a secret's stand-in.
            Some(Value { origin: Origin::Credential(_), .. }) => (Some("\"***\"".to_owned()), "***".into()),
            Some(value) => (Some(value.raw.to_toml()), value.raw.to_json()),
        };
        let origin = value.map_or(Origin::Default, |value| value.origin.clone());
        Self { section: field.section, name: field.name, toml, json, origin }
    }
}

/// The rows as a TOML file that would have the same effect, each with its origin.
pub fn show_text(rows: &[Shown]) -> String {
    let mut text = String::new();
    let mut section = "";
    for row in rows {
        if row.section != section {
            text.push_str(&format!("{}[{}]\n", if section.is_empty() { "" } else { "\n" }, row.section));
            section = row.section;
        }
        match &row.toml {
            Some(value) => text.push_str(&format!("{} = {value}  # {}\n", row.name, row.origin)),
            None => text.push_str(&format!("# {} is not set\n", row.name)),
        }
    }
    text
}

/// The rows as a JSON object: `{"web.listen": {"value": [..], "origin": "default"}, ..}`.
pub fn show_json(rows: &[Shown]) -> serde_json::Value {
    rows.iter()
        .map(|row| {
            let key = format!("{}.{}", row.section, row.name);
            (key, json!({ "value": row.json, "origin": row.origin.to_string() }))
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}
