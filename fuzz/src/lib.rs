//! The checks behind the fuzz targets.
//!
//! A target turns bytes into an input and passes it to a check. A check gives the input to the library and to a
//! [`reference`], which is written for clarity rather than speed, and panics if their answers differ.

#![allow(clippy::missing_panics_doc, reason = "a check reports by panicking")]

pub mod config;
pub mod cookie_header;
pub mod forge;
pub mod json;
pub mod keys;
pub mod reference;
pub mod session_ops;
pub mod tokens;
