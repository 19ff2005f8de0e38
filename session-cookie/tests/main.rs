//! One binary for all tests: `rules` has a file for each numbered rule of the guide.

// A test expects by panicking.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod api;
mod common;
mod guide;
mod rules;
mod settings;
