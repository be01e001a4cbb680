//! What is put into the index, and what it is found by.

use super::language::Language;

/// Octets of a text that are looked at: the rest of a longer one is not found.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// Facts of one item.
pub const FACTS_MAX: usize = 100;

/// Something that can be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Its number among all items; whoever puts it in knows what it stands for.
    pub key: u64,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub body: String,
    /// Numbers that are found by any part of three characters and more, besides those that stand in its texts.
    pub codes: Vec<String>,
    /// What holds of it, as `name:value` in small letters: `kind:article`, `is:open`. A question asks for some of them; who
    /// may see it is one as well.
    pub facts: Vec<String>,
    /// The language of its texts; nothing to have it found out.
    pub language: Option<Language>,
}
