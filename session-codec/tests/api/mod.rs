//! What callers may rely on: keys, the traits of the types, the texts of errors.

mod autotrait;
mod errors;
mod key;
