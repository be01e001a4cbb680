//! Merging: for each field, every layer's value is checked and the last one wins.

use std::collections::BTreeMap;

use super::fault::{Fault, Refusal};
use super::field::{self, Field};
use super::file::Layer;
use super::secret::Secret;
use super::show::Shown;
use super::source::secret_of;
use super::value::{Origin, Raw, Value};

/// The layers, field by field. Its methods return nothing when a value can't be used; the fault is then noted.
pub(super) struct Reader {
    /// By section and name; the strongest value last.
    values: BTreeMap<(&'static str, &'static str), Vec<Value>>,
    faults: Vec<Fault>,
}

impl Reader {
    pub fn new(layers: Vec<Layer>, faults: Vec<Fault>) -> Self {
        let mut values: BTreeMap<_, Vec<Value>> = BTreeMap::new();
        for layer in layers {
            for (field, value) in merge_repeated(layer) {
                values.entry((field.section, field.name)).or_default().push(value);
            }
        }
        Self { values, faults }
    }

    /// Notes a fault that concerns several fields, at the place of one of them.
    pub fn fault(&mut self, field: &Field, message: impl std::fmt::Display) {
        let origin = self.origin(field);
        self.faults.push(Fault::new(&origin, format!("{}: {message}", field.path())));
    }

    /// Where the winning value stands.
    fn origin(&self, field: &Field) -> Origin {
        self.winner(field).map_or(Origin::Default, |value| value.origin.clone())
    }

    fn winner(&self, field: &Field) -> Option<&Value> {
        self.values.get(&(field.section, field.name)).and_then(|values| values.last())
    }

    /// The last of what `read` makes of each layer's value; the outer nothing says that one of them is no good.
    fn each<T>(
        &mut self,
        field: &Field,
        mut read: impl FnMut(&Value, &mut Vec<Fault>) -> Option<T>,
    ) -> Option<Option<T>> {
        let mut last = Some(None);
        for value in self.values.get(&(field.section, field.name)).into_iter().flatten() {
            let read = read(value, &mut self.faults);
            last = last.and(read.map(Some));
        }
        last
    }

    /// A field with a text that `parse` understands, or nothing where it is not set.
    pub fn optional<T>(&mut self, field: &Field, parse: impl Fn(&str) -> Result<T, String>) -> Option<Option<T>> {
        self.each(field, |value, faults| match &value.raw {
            Raw::Text(text) => kept(field, &value.origin, parse(text), faults),
            _ => None,
        })
    }

    /// A field with a default and a text that `parse` understands.
    pub fn text<T>(&mut self, field: &Field, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        self.optional(field, parse).flatten()
    }

    /// A field with a default and a number, which is within its bounds by now.
    pub fn number(&mut self, field: &Field) -> Option<u32> {
        self.each(field, |value, _| match value.raw {
            Raw::Number(number) => u32::try_from(number).ok(),
            _ => None,
        })
        .flatten()
    }

    /// A field with a default and a truth value.
    pub fn flag(&mut self, field: &Field) -> Option<bool> {
        self.each(field, |value, _| match value.raw {
            Raw::Flag(flag) => Some(flag),
            _ => None,
        })
        .flatten()
    }

    /// A field with a default and a list whose parts `parse` understands. What stands there twice is a fault.
    pub fn list<T: PartialEq>(&mut self, field: &Field, parse: impl Fn(&str) -> Result<T, String>) -> Option<Vec<T>> {
        self.each(field, |value, faults| {
            let Raw::List(parts) = &value.raw else { return None };
            let mut good = Vec::new();
            for (text, at) in parts {
                let Some(part) = kept(field, at, parse(text), faults) else { continue };
                if good.contains(&part) {
                    faults.push(Fault::new(at, format!("{}: {text:?} stands there twice", field.path())));
                } else {
                    good.push(part);
                }
            }
            (good.len() == parts.len()).then_some(good)
        })
        .flatten()
    }

    /// The secret in the file that the field names, or in the credential that stands in for it.
    pub fn secret(&mut self, field: &Field) -> Option<Option<Secret>> {
        let path = self.optional(field, |text| match text.starts_with('/') {
            true => Ok(text.to_owned()),
            false => Err(format!("{text:?} is not absolute: write a path that starts with /")),
        })?;
        let Some(path) = path else { return Some(None) };
        let origin = self.origin(field);
        kept(field, &origin, secret_of(&path), &mut self.faults).map(Some)
    }

    /// Every fault so far.
    pub fn refusal(self) -> Refusal {
        Refusal { faults: self.faults }
    }

    /// The effective values, unless there were faults.
    pub fn finish(self) -> Result<Vec<Shown>, Refusal> {
        if !self.faults.is_empty() {
            return Err(self.refusal());
        }
        Ok(field::all().map(|field| Shown::new(field, self.winner(field))).collect())
    }
}

/// The good outcome, or nothing once the bad one is noted.
fn kept<T>(field: &Field, at: &Origin, outcome: Result<T, String>, faults: &mut Vec<Fault>) -> Option<T> {
    outcome.map_err(|message| faults.push(Fault::new(at, format!("{}: {message}", field.path())))).ok()
}

/// Within one layer only flags can name a field twice: lists grow (`--web A --web B`), of others the last one counts.
fn merge_repeated(layer: Layer) -> Layer {
    let mut merged: Layer = Vec::new();
    for (field, value) in layer {
        let earlier = merged.iter_mut().find(|(known, _)| known.path() == field.path());
        match (earlier.map(|(_, earlier)| earlier), value) {
            (Some(Value { raw: Raw::List(parts), .. }), Value { raw: Raw::List(more), .. }) => parts.extend(more),
            (Some(earlier), value) => *earlier = value,
            (None, value) => merged.push((field, value)),
        }
    }
    merged
}
