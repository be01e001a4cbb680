//! The palette: one line that leads everywhere and does what can be said in a few words. It knows every feature and none
//! knows it.
//!
//! Nouns: *command* (what a line says: a verb on a ticket, a number to call, or just words), *row* (what the palette
//! offers for it). A row leads somewhere or is a form of another feature, whose handler decides; the palette itself
//! changes nothing. It offers nobody what their role does not allow, and no ticket that they may not see.
//!
//! Owns no tables.

mod command;
mod finding;
pub mod pages;
mod row;
mod views;

use command::{Command, Verb, read};
use row::{Row, To};
