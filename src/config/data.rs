//! `[data]`: where the daemon keeps what is its own.

use std::path::{Path, PathBuf};

use super::field::{Field, Form, Section};
use super::reader::Reader;

/// The section.
pub(super) const SECTION: Section =
    Section { name: "data", doc: "Where deskbell keeps what is its own.", fields: &[DIR] };

const DIR: &Field = &Field {
    section: "data",
    name: "dir",
    form: Form::Text,
    doc: "The directory for the database, attachments, recordings and keys: an absolute path.\n\
          Only the user that runs deskbell should be able to read it.",
    default: Some("\"/var/lib/deskbell\""),
    example: "",
    credential: None,
};

/// `[data]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// The directory; absolute. It need not exist yet.
    pub dir: PathBuf,
}

impl Data {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self { dir: reader.text(DIR, directory)? })
    }
}

fn directory(text: &str) -> Result<PathBuf, String> {
    match Path::new(text) {
        _ if text.contains('\0') => Err("a path can't hold a NUL".to_owned()),
        path if !path.is_absolute() => Err(format!("{text:?} is not absolute: write a path that starts with /")),
        path => Ok(path.to_owned()),
    }
}
