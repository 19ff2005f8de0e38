//! `Answer::apply` sets what `Answer::headers` returns.

use http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue};
use session_cookie::Answer;

use crate::common::*;

fn response(headers: &[(&'static str, &'static [u8])]) -> HeaderMap {
    let mut response = HeaderMap::new();
    for (name, value) in headers {
        response.append(*name, HeaderValue::from_bytes(value).unwrap());
    }
    response
}

fn set_one_by_one(answer: &Answer, response: &mut HeaderMap) {
    for header in answer.headers(|name| response.get_all(name)) {
        let mut value = HeaderValue::try_from(header.value).unwrap();
        value.set_sensitive(header.sensitive);
        match header.append {
            true => drop(response.append(header.name, value)),
            false => drop(response.insert(header.name, value)),
        }
    }
}

#[test]
fn apply_sets_what_headers_returns() {
    let (manager, session) = new_session();
    let untouched = manager.save(&session).unwrap();
    for answer in [untouched, touched_answer(), changed_answer()] {
        let merged: [(_, &[u8]); 2] = [("vary", b"Accept"), ("vary", b"Origin")];
        let no_text: [(_, &[u8]); 2] = [("vary", b"\xff"), ("cache-control", b"public, max-age=60")];
        let kept: [(_, &[u8]); 3] = [("vary", b"Cookie"), ("cache-control", b"private"), ("set-cookie", b"other=1")];
        for there in [&[][..], &merged, &no_text, &kept] {
            let mut expected = response(there);
            set_one_by_one(&answer, &mut expected);

            let mut applied = response(there);
            answer.clone().apply(&mut applied);

            assert_eq!(applied, expected, "{there:?}");
        }
    }
}

#[test]
fn apply_marks_the_cookie_and_nothing_else_as_sensitive() {
    let mut headers = HeaderMap::new();
    changed_answer().apply(&mut headers);

    assert_eq!([SET_COOKIE, VARY, CACHE_CONTROL].map(|name| headers[name].is_sensitive()), [true, false, false]);
}
