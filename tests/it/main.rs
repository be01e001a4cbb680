//! The one integration binary; it mirrors `src/`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails should panic")]

mod accounts;
mod blobs;
mod calls;
mod cli;
mod config;
mod db;
mod desk;
mod doors;
mod events;
mod jobs;
mod ops;
mod phone;
mod schema;
mod web;
