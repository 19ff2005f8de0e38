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
/// Bytes of JSON; the largest fills a cookie.
const SIZES: [usize; 7] = [56, 290, 580, 1_160, 1_740, 2_320, 2_880];

/// One case for each thing that grows.
#[must_use]
pub fn cases() -> Vec<Case> {
    vec![
        case("bytes of the session's cookie", SIZES, |size| {
            let cookie = manager().cookie_for(&Flat::with_size(size)).expect("it fits");
            Request { count: cookie.len(), manager: manager(), header: cookie, key: THEME.to_owned() }
        }),
        case("cookies of others, before ours", [0, 1, 5, 10, 20, 50], |count| {
            let other = |number| format!("other_{number}=0123456789abcdef0123456789abcdef; ");
            let header = (0..count).map(other).chain([cookie()]).collect();
            Request { count, manager: manager(), header, key: THEME.to_owned() }
        }),
        case("authentic cookies of our name", [1, 2, 4, 8], |count| {
            let header = vec![cookie(); count].join("; ");
            Request { count, manager: manager(), header, key: THEME.to_owned() }
        }),
        case("keys tried in vain before the right one", [0, 1, 2, 4, 8], |count| {
            let other = |number| Key::new(format!("{SECRET} {number}")).expect("the secret is long enough");
            let mut keys: Vec<Key> = (0..count).map(other).chain([key()]).collect();
            let manager = SessionManager::new(keys.remove(0), CookieConfig::default()).expect("the default is sound");
            let manager = manager.with_fallback_keys(keys).expect("there are at most eight");
            Request { count, manager, header: cookie(), key: THEME.to_owned() }
        }),
        case("members, of which the last is read", [1, 25, 50, 100, 200, 400], |count| {
            let names = (b'a'..=b'z').flat_map(|first| (b'a'..=b'z').map(move |second| [first, second]));
            let names = names.map(|name| name.map(char::from).iter().collect::<String>());
            let data: BTreeMap<String, u8> = names.take(count).zip(iter::repeat(7)).collect();
            let (last, _) = data.last_key_value().expect("there is one");
            let header = manager().cookie_for(&data).expect("it fits");
            Request { count, manager: manager(), header, key: last.clone() }
        }),
    ]
}

/// Compares the cost of each count, after the first two, with what a line through the first and the one before predicts: above 1 the
/// cost grows faster than what grows.
#[must_use]
pub fn over_line(counts: &[(u32, f64)]) -> Vec<Option<f64>> {
    let Some(&(fewest, least)) = counts.first() else { return Vec::new() };
    let predicted = |(before, cost): (u32, f64), count| {
        least + (cost - least) * f64::from(count - fewest) / f64::from(before - fewest)
    };
    let after_two = counts.windows(2).skip(1).map(|pair| Some(pair[1].1 / predicted(pair[0], pair[1].0)));
    [None, None].into_iter().take(counts.len()).chain(after_two).collect()
}

/// A session of which one member is read, and how many there are of what grows.
struct Request {
    count: usize,
    manager: SessionManager,
    header: String,
    key: String,
}

fn case<const N: usize>(name: &str, counts: [usize; N], request: impl Fn(usize) -> Request) -> Case {
    let read = |count| {
        let request = Rc::new(request(count));
        let read = Operation::new(request.count.to_string(), &request, |Request { manager, header, key, .. }| {
            manager.load([header]).get::<Value>(key).expect("any JSON is a `Value`").expect("the key is there")
        });
        read.against(Against::Fewer(request.count as u32))
    };
    let cookie = cookie();
    let (_, token) = cookie.split_once('=').expect("a cookie has a value");
    let operations = [floor(token)].into_iter().chain(counts.map(read)).collect();
    Case { name: name.to_owned(), operations, missing: None }
}

fn cookie() -> String {
    manager().cookie_for(&Flat::with_size(290)).expect("it fits")
}

#[cfg(test)]
mod tests {
    use super::over_line;

    #[test]
    fn what_grows_along_a_line_is_what_the_line_predicts() {
        assert_eq!(over_line(&[(0, 100.0), (1, 110.0), (4, 140.0), (8, 180.0)]), [None, None, Some(1.0), Some(1.0)]);
    }

    #[test]
    fn what_grows_with_the_square_is_beyond_the_line() {
        assert_eq!(over_line(&[(0, 0.0), (1, 1.0), (2, 4.0), (4, 16.0)]), [None, None, Some(2.0), Some(2.0)]);
    }
}
