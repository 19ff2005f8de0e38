// The helpers of the adapter's own tests, of which these need a part.
#[allow(dead_code)]
#[path = "../../../../adapter-actix/tests/common.rs"]
mod common;
mod middleware;
mod websocket;
