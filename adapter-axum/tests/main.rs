//! What only this adapter can show: how the session fits into the framework. What a client sees of any adapter is in
//! `e2e/tests/conformance`.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test expects by panicking")]

mod autotrait;
mod common;
mod errors;
mod extract;
mod layers;
mod named;
mod rules;
mod shapes;
mod websocket;
