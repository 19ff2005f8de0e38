//! What callers may rely on: the entry points for adapters, the traits of the types, the texts of errors and
//! options.

mod adapters;
mod apply;
mod autotrait;
mod calls;
mod errors;
mod logs;
mod options;
