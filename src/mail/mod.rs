//! Mail: formats and transports only. It knows no ticket, no database and no mailbox of the desk; what a mail means here is
//! decided by the features that use it.
//!
//! All that comes in is hostile and bounded: each line, each literal, each answer and each wait; what servers say is cleaned
//! before anybody reads it ([`words`]). All that goes out is built from parts, never from text put together: what a stranger
//! wrote can't become a header, a recipient or a command. What a letter says of us that others may bring back (reply address,
//! Message-ID, return path) carries a keyed hash, so nothing guessable ever joins a ticket.

pub mod address;
pub mod archive;
pub mod authentication;
pub mod commands;
pub mod html;
pub mod imap;
pub mod incoming;
pub mod markdown;
pub mod oauth;
pub mod outgoing;
pub mod reach;
pub mod smtp;
pub mod subject;
pub mod templates;
pub mod tls;
pub mod token;
pub mod trimming;
pub mod words;

/// The beginning of a text, at most so many octets of it.
fn start_of(text: &str, octets_max: usize) -> &str {
    let mut end = octets_max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
