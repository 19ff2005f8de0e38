//! Whole requests in process, on both frameworks: without a session, with ours and with the peers'.
//!
//! There is no socket and no runtime. Each future is polled once, which is enough, since none waits. Making a request is not measured;
//! dropping the response is.

mod actix;
mod axum;

use futures_util::FutureExt as _;
use serde_json::{Map, Value};

use crate::data::{Flat, Session as _};
use crate::operation::Case;
use crate::{manager, tokens};

const SIZE: usize = 290;
const THEME: &str = "theme";

/// A type that marks the second of two sessions.
enum Second {}

/// The name of the case.
#[must_use]
pub fn name() -> String {
    format!("requests, {}", tokens::name::<Flat>(SIZE))
}

/// The request without a session that this one is compared with.
#[must_use]
pub fn bare(request: &str) -> &'static str {
    if request.starts_with("actix") { actix::BARE } else { axum::BARE }
}

/// All requests, and the floor over the token in them.
#[must_use]
pub fn case() -> Case {
    let cookie = manager().cookie_for(&data()).expect("it fits");
    let (_, token) = cookie.split_once('=').expect("a cookie has a value");
    let operations =
        [tokens::floor(token)].into_iter().chain(axum::operations(&cookie)).chain(actix::operations(&cookie));
    Case { name: name(), operations: operations.collect(), missing: None }
}

fn data() -> Flat {
    Flat::with_size(SIZE)
}

/// The data for peers whose interface takes one member after the other.
fn members() -> Map<String, Value> {
    let Value::Object(members) = serde_json::to_value(data()).expect("it is plain data") else {
        panic!("it is a struct")
    };
    members
}

/// A manager of a second cookie beside the session's.
fn second_manager() -> session_cookie::SessionManager {
    manager().sibling(session_cookie::CookieConfig::default().with_name("second")).expect("the default is sound")
}

fn two_cookies(cookie: &str) -> String {
    format!("{cookie}; {}", second_manager().cookie_for(&data()).expect("it fits"))
}

/// The result of a future that doesn't wait.
fn poll_once<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("nothing in it waits")
}

/// The `name=value` of a `Set-Cookie`.
fn pair(set_cookie: &str) -> &str {
    set_cookie.split(';').next().unwrap_or_default()
}
