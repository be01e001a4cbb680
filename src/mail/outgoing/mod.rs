//! Letters: from parts to the octets that are stored, signed and sent.
//!
//! A [`Letter`] is built once and its octets are kept, so that every try to send it sends the same mail with the same
//! Message-ID. Nothing is written into a header that was not checked or encoded here, lines end in CR LF and nothing else
//! (what servers disagree about is how a second mail is smuggled in), and the same letter gives the same octets.

pub mod dkim;
mod letter;
mod parts;

pub(in crate::mail) use letter::is_crlf_only;
pub use letter::{Attachment, Fault, InlineImage, Kind, Letter, Person};
