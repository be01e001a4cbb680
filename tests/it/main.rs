//! The one integration binary; it mirrors `src/`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails should panic")]

mod accounts;
mod blobs;
mod board;
mod calls;
mod categories;
mod cli;
mod config;
mod crash;
mod db;
mod desk;
mod doors;
mod dossier;
mod duty;
mod events;
mod full;
mod hostile;
mod incidents;
mod interview;
mod jobs;
mod lines;
mod links;
mod log;
mod ops;
mod palette;
mod peers;
mod people;
mod phone;
mod reports;
mod schema;
mod settings;
mod starting;
mod tickets;
mod tidy;
mod web;
