//! How the cost of loading a session and reading one member grows with what is in the request.

use std::collections::BTreeMap;
use std::iter;
use std::rc::Rc;

use serde_json::Value;
use session_codec::Key;
use session_cookie::{CookieConfig, SessionManager};

use crate::data::{Flat, Session as _};
use crate::operation::{Against, Case, Operation};
use crate::tokens::floor;
use crate::{SECRET, key, manager};

const THEME: &str = "theme";

/// One case for each thing that grows.
#[must_use]
pub fn cases() -> Vec<Case> {
    vec![
        case("cookies of others, before ours", [0, 1, 5, 10, 20, 50], |count| {
            let other = |number| format!("other_{number}=0123456789abcdef0123456789abcdef; ");
            (manager(), (0..count).map(other).chain([cookie()]).collect(), THEME.to_owned())
        }),
        case("authentic cookies of our name", [1, 2, 4, 8], |count| {
            (manager(), vec![cookie(); count as usize].join("; "), THEME.to_owned())
        }),
        case("keys tried in vain before the right one", [0, 1, 2, 4, 8], |count| {
            let other = |number| Key::new(format!("{SECRET} {number}")).expect("the secret is long enough");
            let mut keys: Vec<Key> = (0..count).map(other).chain([key()]).collect();
            let manager = SessionManager::new(keys.remove(0), CookieConfig::default()).expect("the default is sound");
            (manager.with_fallback_keys(keys).expect("there are at most eight"), cookie(), THEME.to_owned())
        }),
        case("members, of which the last is read", [1, 25, 50, 100, 200, 400], |count| {
            let names = (b'a'..=b'z').flat_map(|first| (b'a'..=b'z').map(move |second| [first, second]));
            let names = names.map(|name| name.map(char::from).iter().collect::<String>());
            let data: BTreeMap<String, u8> = names.take(count as usize).zip(iter::repeat(7)).collect();
            let (last, _) = data.last_key_value().expect("there is one");
            (manager(), manager().cookie_for(&data).expect("it fits"), last.clone())
        }),
    ]
}

fn case<const N: usize>(name: &str, counts: [u32; N], given: impl Fn(u32) -> (SessionManager, String, String)) -> Case {
    let read = |count| {
        let given = Rc::new(given(count));
        let read = Operation::new(count.to_string(), &given, |(manager, header, key)| {
            manager.load([header]).get::<Value>(key).expect("any JSON is a `Value`").expect("the key is there")
        });
        read.against(Against::Fewer(count))
    };
    let cookie = cookie();
    let (_, token) = cookie.split_once('=').expect("a cookie has a value");
    let operations = [floor(token)].into_iter().chain(counts.map(read)).collect();
    Case { name: name.to_owned(), operations, missing: None }
}

fn cookie() -> String {
    manager().cookie_for(&Flat::with_size(290)).expect("it fits")
}
