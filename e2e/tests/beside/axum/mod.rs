// The helpers of the adapter's own tests, of which these need a part.
#[allow(dead_code)]
#[path = "../../../../adapter-axum/tests/common.rs"]
mod common;
mod layers;
mod websocket;
