//! The headers of the response: rules 14, 15 and 16.

use session_cookie::{Answer, ResponseHeader};

use super::script::Request;
use crate::reference::{cache_control, directives, names, vary};

/// Checks that the response gets the headers that the rules name, and no others.
pub fn check(answer: &Answer, request: &Request, is_touched: bool, set_cookie: Option<&str>) {
    let headers = answer.headers(|name| match name {
        "vary" => request.vary.clone(),
        "cache-control" => request.cache_control.clone(),
        _ => Vec::new(),
    });
    let value = |name: &str| {
        let mut named = headers.iter().filter(|header| header.name == name);
        let value = named.next().map(|ResponseHeader { value, .. }| value.clone());
        assert_eq!(named.next(), None, "{name} twice");
        value
    };
    let expected_vary = if is_touched { vary(&request.vary) } else { None };
    assert_eq!(value("vary").map(|value| names(&[value])), expected_vary);
    let expected_cache_control = set_cookie.and_then(|_| cache_control(&request.cache_control));
    assert_eq!(value("cache-control").map(|value| directives(&[value])), expected_cache_control);
    assert_eq!(value("set-cookie").as_deref(), set_cookie);
    for header in &headers {
        assert!(["vary", "cache-control", "set-cookie"].contains(&header.name), "{header:?}");
        let is_set_cookie = header.name == "set-cookie";
        assert_eq!((header.append, header.sensitive), (is_set_cookie, is_set_cookie), "{header:?}");
    }
}
