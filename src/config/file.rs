//! Reading one TOML file into values with places.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use toml_edit::{Document, Item, TableLike};

use super::SECTIONS;
use super::fault::{Fault, hint};
use super::field::{self, Field, Section};
use super::value::{Origin, Raw, Value, mismatch};

/// Octets that a configuration file may have.
pub(super) const FILE_BYTES_MAX: u64 = 1 << 20;

/// Values of one layer, each for one field.
pub(super) type Layer = Vec<(&'static Field, Value)>;

/// The text of the file; nothing when there is no such file and `required` is false.
pub(super) fn text_of(path: &Path, required: bool) -> Result<Option<String>, Fault> {
    let refuse = |message: String| Fault::new(&Origin::File { path: path.to_owned(), place: None }, message);
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound && !required => return Ok(None),
        Err(error) => return Err(refuse(cannot_read(&error))),
    };
    // Opening a pipe would wait for its writer, so this comes before.
    if metadata.is_dir() {
        return Err(refuse("this is a directory; name the file in it".to_owned()));
    }
    if !metadata.is_file() {
        return Err(refuse("this is not a regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    read.map_err(|error| refuse(cannot_read(&error)))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(refuse("the file is larger than 1 MiB; is it the right one?".to_owned()));
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let good =
            String::from_utf8_lossy(error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default());
        let place = Some(place_of(&good, good.len()));
        Fault::new(&Origin::File { path: path.to_owned(), place }, "this is not UTF-8; save the file as UTF-8")
    })
}

/// Why a file can't be read, with what to do.
pub(super) fn cannot_read(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => {
            "permission denied; the user that runs deskbell must be able to read it".to_owned()
        }
        _ => format!("cannot be read: {error}"),
    }
}

/// Line and column, both from 1 and in characters, of the octet at `offset`.
fn place_of(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

/// Where in which text we are.
struct Page<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Page<'_> {
    fn origin(&self, span: Option<std::ops::Range<usize>>) -> Origin {
        let place = Some(span.map_or((1, 1), |span| place_of(self.text, span.start)));
        Origin::File { path: self.path.to_owned(), place }
    }
}

/// Reads `text`, which stands in `path`, as a configuration. What is wrong with it goes to `faults`.
pub(super) fn parse(path: &Path, text: &str, faults: &mut Vec<Fault>) -> Layer {
    let page = Page { path, text };
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            // Only the message: the whole error would quote the line, and that line may hold a secret.
            let message = error.message().replace('\n', "; ");
            faults.push(Fault::new(&page.origin(error.span()), format!("this is not TOML: {message}")));
            return Layer::new();
        }
    };
    let mut layer = Layer::new();
    let root: &dyn TableLike = document.as_table();
    for (name, item) in root.iter() {
        let at = page.origin(root.key(name).and_then(toml_edit::Key::span));
        let section = SECTIONS.iter().find(|section| section.name == name);
        match (section, item.as_table_like()) {
            (Some(section), Some(table)) => read_section(&page, section, table, &mut layer, faults),
            (Some(_), None) if item.is_array_of_tables() => {
                faults.push(Fault::new(&at, format!("[[{name}]] is a list of sections; write [{name}] once")));
            }
            (Some(_), None) => faults.push(Fault::new(&at, format!("{name} is a section; write [{name}]"))),
            (None, _) => faults.push(Fault::new(&at, unknown_at_root(name, item))),
        }
    }
    layer
}

/// The message for a name at the root that is no section.
fn unknown_at_root(name: &str, item: &Item) -> String {
    if item.is_table_like() || item.is_array_of_tables() {
        let meant = super::fault::nearest(name, SECTIONS.iter().map(|section| section.name));
        return format!(
            "unknown section [{name}]{}",
            meant.map(|m| format!("; did you mean [{m}]?")).unwrap_or_default()
        );
    }
    format!("unknown key {name:?} outside of any section{}", belongs(name))
}

/// `; it belongs into [web]`, when some section has a key of that name.
fn belongs(name: &str) -> String {
    let homes: Vec<String> =
        field::all().filter(|field| field.name == name).map(|field| format!("[{}]", field.section)).collect();
    if homes.is_empty() { String::new() } else { format!("; it belongs into {}", homes.join(" or ")) }
}

fn read_section(page: &Page, section: &Section, table: &dyn TableLike, layer: &mut Layer, faults: &mut Vec<Fault>) {
    for (name, item) in table.iter() {
        let key_at = page.origin(table.key(name).and_then(toml_edit::Key::span));
        let Some(field) = field::find(section.name, name) else {
            let mut meant = hint(name, section.fields.iter().map(|field| field.name));
            if meant.is_empty() {
                meant = belongs(name);
            }
            faults.push(Fault::new(&key_at, format!("unknown key {name:?} in [{}]{meant}", section.name)));
            continue;
        };
        let at = page.origin(item.span());
        match read_item(page, field, item, at).and_then(|value| match value.check(field) {
            Ok(()) => Ok(value),
            Err(message) => Err(Fault::new(&value.origin, message)),
        }) {
            Ok(value) => layer.push((field, value)),
            Err(fault) => faults.push(fault),
        }
    }
}

fn read_item(page: &Page, field: &'static Field, item: &Item, origin: Origin) -> Result<Value, Fault> {
    let raw = match item.as_value() {
        Some(toml_edit::Value::String(text)) => Raw::Text(text.value().clone()),
        Some(toml_edit::Value::Integer(number)) => Raw::Number(*number.value()),
        Some(toml_edit::Value::Boolean(flag)) => Raw::Flag(*flag.value()),
        Some(toml_edit::Value::Array(array)) => {
            let mut parts = Vec::new();
            for part in array {
                let at = page.origin(part.span());
                let Some(text) = part.as_str() else {
                    let message = format!("{}: expected a text in quotes, found {}", field.path(), part.type_name());
                    return Err(Fault::new(&at, message));
                };
                parts.push((text.to_owned(), at));
            }
            Raw::List(parts)
        }
        _ => return Err(Fault::new(&origin, mismatch(field, item.type_name(), field.form))),
    };
    Ok(Value { raw, origin })
}
