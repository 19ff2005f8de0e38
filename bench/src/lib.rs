//! The benchmarks: the [operations](operation) on tokens, on sessions and in requests, and their [data].
//!
//! Only the public interface of the libraries is used, so the same source measures an older tree.

use session_cookie::{CookieConfig, Key, SessionManager, UnixTime};

pub mod budgets;
pub mod cases;
pub mod chart;
pub mod concurrent;
pub mod data;
pub mod growth;
pub mod measure;
pub mod operation;
pub mod peers;
pub mod readme;
pub mod requests;
pub mod sockets;
pub mod tokens;
pub mod velocipy;
pub mod worst;

const SECRET: &str = "a secret of more than 32 bytes, for benchmarks";
const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

fn key() -> Key {
    Key::new(SECRET).expect("the secret is long enough")
}

fn manager() -> SessionManager {
    SessionManager::new(key(), CookieConfig::default()).expect("the default is sound")
}
