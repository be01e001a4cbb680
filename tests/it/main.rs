//! The one integration binary; it mirrors `src/`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails should panic")]

mod accounts;
mod blobs;
mod calls;
mod cli;
mod config;
mod crash;
mod db;
mod desk;
mod doors;
mod dossier;
mod events;
mod full;
mod hostile;
mod jobs;
mod lines;
mod ops;
mod peers;
mod people;
mod phone;
mod schema;
mod settings;
mod starting;
mod tickets;
mod tidy;
mod web;
