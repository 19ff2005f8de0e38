//! End-to-end tests: servers as separate processes, real sockets, the real VelociPy.
//!
//! The tests are in `tests/` and share this library. Tests that need more than Rust are behind a
//! feature of that name, so that `cargo test --workspace` is green with nothing but Rust installed:
//!
//! | command | needs |
//! | --- | --- |
//! | `cargo test -p e2e` | Python 3.11 for `wire_format`, which without a `python3` compares nothing and passes |
//! | `cargo test -p e2e --features chromium --test browser` | Chromium and chromedriver; npm, and its registry at the first run |
//! | `cargo test -p e2e --features nginx --test fleet -- --nocapture` | nginx, on Linux; what the next one needs |
//! | `cargo test -p e2e --features nginx --test outside` | nginx, for its shared cache and its limits |
//! | `cargo test -p e2e --features soak --release --test soak -- --nocapture` | ten minutes, on Linux |
//! | `cargo test -p e2e --features velocipy --test velocipy_live` | Python 3.11 with `venv`; PyPI at the first run |

#[cfg(any(feature = "nginx", feature = "soak"))]
mod action;
mod cargo;
mod checks;
#[cfg(feature = "chromium")]
mod chromium;
mod demo;
#[cfg(any(feature = "nginx", feature = "soak"))]
mod expected_session;
mod framework;
#[cfg(feature = "chromium")]
mod front;
mod jar;
#[cfg(feature = "nginx")]
mod nginx;
mod process;
pub mod raw_http;
#[cfg(any(feature = "chromium", feature = "nginx"))]
mod scratch;
pub mod velocipy;
pub mod wire_format;

#[cfg(any(feature = "nginx", feature = "soak"))]
pub use action::Action;
pub use cargo::{CompileError, compile_errors};
pub use checks::{Check, Suite, figures};
#[cfg(feature = "chromium")]
pub use chromium::{Chromium, Cookie};
pub use demo::{DemoServer, Refusal};
#[cfg(any(feature = "nginx", feature = "soak"))]
pub use expected_session::ExpectedSession;
pub use framework::Framework;
#[cfg(feature = "chromium")]
pub use front::{Front, SentRequest};
pub use jar::Jar;
#[cfg(feature = "nginx")]
pub use nginx::Nginx;
pub use process::Process;
#[cfg(any(feature = "chromium", feature = "nginx"))]
pub use scratch::scratch;

/// The examples of the workspace's README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
