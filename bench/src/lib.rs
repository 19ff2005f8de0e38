//! The benchmarks: the [operations] on the codec and on the session, and their [data].
//!
//! Only the public interface of the libraries is used, so the same source measures an older tree.

pub mod data;
pub mod operations;
