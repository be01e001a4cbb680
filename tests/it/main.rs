//! The one integration binary; it mirrors `src/`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails should panic")]

mod cli;
mod config;
mod ops;
mod phone;
mod web;
