//! One binary for all tests: `api` is about keys, errors and traits, `tokens` about what is signed and what is accepted,
//! `vectors` about tokens and MACs from elsewhere.

// A test expects by panicking.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]

mod api;
mod common;
mod tokens;
mod vectors;
