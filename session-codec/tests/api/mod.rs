//! What callers may rely on: keys, JSON and time, the traits of the types, the texts of errors.

mod autotrait;
mod errors;
mod json;
mod json_scanner;
mod key;
#[cfg(feature = "std")]
mod time;
