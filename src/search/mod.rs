//! Search: an index of whatever has a title, a text and facts. What its items are, and who may see them, others know.
//!
//! Behind it is `tantivy`. Texts come as words of our own (`words.rs`), each by the language of its text, and never as
//! tantivy's: what is typed is no syntax, and Chinese is no single word. A question finds what has any of its words; how rare
//! each is, how often it stands there and in how short a text decide what comes first (BM25, k1 1.2, b 0.75).
//!
//! Invariants: nothing is found without a fact that whoever asks may see ([`Search::seen_by`]); every question has an answer,
//! whatever was typed.

mod fields;
mod finding;
mod index;
mod item;
mod language;
mod question;
mod stops;
mod typos;
mod words;

pub use finding::{Found, HITS_MAX, Hit, Search};
pub use index::{Finder, Scribe};
pub use item::{FACTS_MAX, Item, TEXT_BYTES_MAX};
pub use language::Language;
pub use question::Question;
