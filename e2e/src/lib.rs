//! End-to-end tests: servers as processes of their own, real sockets, the real VelociPy.
//!
//! The tests are in `tests/`; this library is what they share. Tests that need more than Rust are behind a
//! feature of that name, so that `cargo test --workspace` is green with nothing but Rust installed:
//!
//! | command | needs |
//! | --- | --- |
//! | `cargo test -p e2e` | |
//! | `cargo test -p e2e --features velocipy --test velocipy_live` | Python 3.11 with `venv`; PyPI at the first run |

mod cargo;
mod demo;
mod framework;
mod process;
pub mod raw_http;
pub mod velocipy;

pub use demo::{DemoServer, Refusal};
pub use framework::Framework;
pub use process::Process;
