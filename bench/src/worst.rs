//! The dearest requests that a client can send.

use std::iter;
use std::rc::Rc;

use session_codec::Key;
use session_cookie::{CookieConfig, SessionManager};

use crate::data::{Flat, Session as _};
use crate::operation::{Case, Operation};
use crate::tokens::floor;
use crate::{SECRET, key, manager};

/// The case.
pub const NAME: &str = "8 cookies of 4 KB, 9 keys";
/// No key has signed them.
pub const FORGED: &str = "8 cookies of no key, load";
/// The last of the keys has signed them.
pub const AUTHENTIC: &str = "8 cookies of key 9, load";
/// A manager tries so many cookies, each with so many keys.
pub const HMACS: f64 = (CANDIDATES * (1 + SessionManager::MAX_FALLBACK_KEYS)) as f64;

const CANDIDATES: usize = 8;
/// Of name and value together.
const LARGEST_COOKIE: usize = 4_096;

/// Sessions as large as a cookie can be, and as many as are looked at.
#[must_use]
pub fn case() -> Case {
    let cookie = largest_cookie();
    let (_, token) = cookie.split_once('=').expect("a cookie has a value");
    let header = iter::repeat_n(cookie.as_str(), CANDIDATES).collect::<Vec<_>>().join("; ");
    let other_key = |number| Key::new(format!("{SECRET} {number}")).expect("the secret is long enough");
    let load = |name, fallback_keys: Vec<Key>, is_empty| {
        let manager = SessionManager::new(other_key(0), CookieConfig::default()).expect("the default is sound");
        let manager = manager.with_fallback_keys(fallback_keys).expect("they are eight");
        let given = Rc::new((manager, header.clone()));
        Operation::new(name, &given, move |(manager, header)| assert_eq!(manager.load([header]).is_empty(), is_empty))
    };
    let other_keys = || (1..=SessionManager::MAX_FALLBACK_KEYS).map(other_key);
    let operations = vec![
        floor(token),
        load(FORGED, other_keys().collect(), true),
        load(AUTHENTIC, other_keys().skip(1).chain([key()]).collect(), false),
    ];
    Case { name: NAME.to_owned(), operations, missing: None }
}

fn largest_cookie() -> String {
    let fits = |size| manager().cookie_for(&Flat::with_size(size)).ok().filter(|cookie| cookie.len() <= LARGEST_COOKIE);
    let most_json = LARGEST_COOKIE / 4 * 3; // base64 turns three bytes into four
    (0..most_json).rev().find_map(fits).expect("a small one fits")
}
