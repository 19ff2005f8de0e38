//! Helpers for the tests of several crates.

pub mod log;
