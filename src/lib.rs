//! Deskbell: a self-hosted help desk appliance. One daemon that hears calls, keeps tickets and shows both live.
//!
//! This page is the map. The modules stand in the order of their dependencies; each may use those above it, mechanisms
//! don't know each other or any feature, and a feature uses only what the `mod.rs` of an earlier one exports. A later
//! feature influences an earlier one only through events. `tests/it/tidy.rs` holds all of that.
//!
//! ```text
//! base <- config <- db <- events <- { blobs, jobs, mail, phone, search, web }     mechanisms
//!      <- settings <- accounts <- people <- tickets <- mailboxes <- calls <- palette    features
//!      <- routes, app, ops, cli                                     composition
//! ```
//!
//! # Invariants
//!
//! 1. *Taken means kept.* A call is on disk with its ticket before the caller hears that it rings; a form before its
//!    answer. What was answered survives kill -9 and a power cut ([`db`]: `synchronous=FULL`, one commit for a group).
//! 2. *Every change has an event*, written in the same transaction, in a chain of hashes without gaps ([`events`]).
//! 3. *The domain is synchronous.* Verbs get an [`events::Act`] and know neither clock, HTTP nor SIP; async is at the edges.
//! 4. *All input is hostile and bounded*: octets, headers, names, forms, cookies, configuration, queues, tables.
//! 5. *Nobody is guessed.* A number shows everybody whom it may belong to; a source that no line names hears nothing.
//! 6. *Two databases, one code*: only [`db`] knows which of SQLite and PostgreSQL it is.
//!
//! # A call
//!
//! 1. Octets arrive at a socket of [`phone`]. The door drops what no line knows; the reader turns the rest strictly into a
//!    message; the transaction layer answers repetitions; the exchange says `100 Trying` and asks its desk.
//! 2. The desk is [`calls::Intake`]. It finds the line by source and dialled number, reads the caller by the line's
//!    numbering plan, and does an act: `calls::start` inserts the call, `tickets::open_for_call` makes the ticket or joins
//!    the caller's untouched one, both record their events.
//! 3. [`events::Books::write`] returns when the writer has committed the group. Only now the phone says `180 Ringing`.
//! 4. [`calls::Screens`], a follower, reads the new events, gathers who it may be and what is open for them, and publishes
//!    one card in every language through [`web::Live`]. The browser's shared worker hands it to every tab.
//! 5. The PBX cancels. The phone answers `200` and `487`, reads the outcome from the Reason, and tells the desk:
//!    `calls::end` notes it, the ticket follows, the card changes.
//! 6. Killed in between? The next start closes what rang as "unknown after restart" (`Intake::recover`).
//!
//! # A click
//!
//! 1. "Take" posts a form to `/t/10014/take`. [`web`] gives the request an id, checks the host, limits the body.
//! 2. [`routes`] names the handler and the right; [`accounts::gate`] finds the session's agent and refuses who may not.
//! 3. `tickets::pages::take` takes a [`web::Form`], which is the check against forged requests, and calls the verb
//!    `Ticket::take` inside one act. The verb decides, changes the revision that was read, and records what it did.
//! 4. The answer is a redirect to the page, which says "The ticket is yours". Other tabs hear of the event and load the
//!    thread anew.
//! 5. If somebody was faster, the verb's [`base::Error::Conflict`] becomes a page that says so and keeps what was typed.

pub mod base;

pub mod config;

pub mod db;

pub mod events;

pub mod blobs;
pub mod jobs;
pub mod mail;
pub mod phone;
pub mod search;
pub mod web;

pub mod settings;

pub mod accounts;

pub mod people;

pub mod tickets;

pub mod mailboxes;

pub mod calls;

pub mod palette;

pub mod routes;

pub mod app;
pub mod cli;
pub mod ops;
