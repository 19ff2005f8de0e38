//! What the fuzz targets share.
//!
//! A target takes bytes, makes an input of them, and hands it to a check of this crate. A check puts the same question to
//! the library and to a [`reference`] that is written to be plain instead of fast, and panics where they disagree.

#![allow(clippy::missing_panics_doc, reason = "a check reports by panicking")]

pub mod config;
pub mod cookie_header;
pub mod forge;
pub mod json;
pub mod keys;
pub mod reference;
pub mod session_ops;
pub mod tokens;
