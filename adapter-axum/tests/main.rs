//! What only this adapter can show: how the session fits into the framework. What a client sees of any adapter is in
//! `e2e/tests/conformance`, and the
//! session beside other layers, which bring many crates, in `e2e/tests/beside`.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test expects by panicking")]

mod autotrait;
mod common;
mod errors;
mod extract;
mod layers;
mod named;
mod rules;
mod shapes;
