//! Tests of `src/mail`. What comes in: traps in mails of our own, mails that are meant to kill, mutations, a collection of real
//! ones. How it travels: a real Dovecot, alone and behind a proxy that cuts connections in nasty places, a token server and a
//! server for letters that do as they are told, letters as another program reads them.

mod corpus;
pub mod cutting;
pub mod dovecot;
mod faults;
mod fetching;
mod folders;
pub mod gate;
mod hostile;
mod idling;
mod letters;
mod mutations;
mod oauth;
mod poison;
pub mod refusing;
mod security;
mod sending;
pub mod sink;
pub mod tokens;
mod traps;
