//! A session beside what else a stack has: other layers and middleware, and a WebSocket.
//!
//! Here and not with the adapters' own tests, since an example is built with all that the tests beside it need: so
//! `cargo run --example sessions-axum` builds no compression and no WebSocket.

mod actix;
mod axum;
