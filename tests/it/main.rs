//! The one integration binary; it mirrors `src/`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails should panic")]

mod calls;
mod cli;
mod config;
mod crash;
mod desk;
mod full;
mod ops;
mod peers;
mod phone;
mod starting;
mod web;
