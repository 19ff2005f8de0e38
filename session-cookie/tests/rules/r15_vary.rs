//! Rule 15: a response whose session was touched says `Vary: Cookie`, once.

use session_cookie::{Lifetime, Session};

use crate::common::*;

#[test]
fn r15_a_response_whose_session_was_touched_says_vary_cookie() {
    assert_eq!(headers(&touched_answer(), &[], &[]), [("vary", "Cookie".to_owned(), false, false)]);
}

#[test]
fn r15_a_response_whose_session_was_changed_says_it_too() {
    assert_eq!(header(&changed_answer(), "vary", &[], &[]).as_deref(), Some("Cookie"));
}

#[test]
fn r15_a_session_that_turned_out_to_be_junk_was_touched_all_the_same() {
    let manager = manager();
    let session = manager.load(["session=junk"]);
    read(&session);

    assert_eq!(header(&manager.save(&session).unwrap(), "vary", &[], &[]).as_deref(), Some("Cookie"));
}

#[test]
fn r15_every_write_touches_even_if_it_changes_nothing() {
    let writes: [Step; 4] = [
        ("clear", Session::clear),
        ("renew", Session::renew),
        ("extend", |s| s.extend::<&str, i32>([]).unwrap()),
        ("set_lifetime", |s| s.set_lifetime(Lifetime::BrowserSession).unwrap()),
    ];
    for (call, write) in writes {
        let (manager, session) = new_session();

        write(&session);

        assert_eq!(header(&manager.save(&session).unwrap(), "vary", &[], &[]).as_deref(), Some("Cookie"), "{call}");
    }
}

#[test]
fn r15_vary_is_merged_with_what_is_there() {
    for (there, merged) in [
        (&["Accept-Encoding"][..], "Accept-Encoding, Cookie"),
        (&["Accept-Encoding, Origin"], "Accept-Encoding, Origin, Cookie"),
        (&["Accept-Encoding", "Origin"], "Accept-Encoding, Origin, Cookie"),
        (&["X-Cookie"], "X-Cookie, Cookie"),
        (&["Cookies"], "Cookies, Cookie"),
        (&["Set-Cookie"], "Set-Cookie, Cookie"),
    ] {
        assert_eq!(header(&touched_answer(), "vary", there, &[]).as_deref(), Some(merged), "{there:?}");
    }
}

#[test]
fn r15_vary_says_cookie_once() {
    for there in [
        &["Cookie"][..],
        &["cookie"],
        &["COOKIE"],
        &["Accept-Encoding, Cookie"],
        &["Accept-Encoding,cookie,Origin"],
        &["Accept-Encoding", "Cookie"],
        &["Accept-Encoding ,\tCookie "],
    ] {
        assert_eq!(headers(&touched_answer(), there, &[]), [], "{there:?}");
    }
}

#[test]
fn r15_vary_on_everything_says_it_already() {
    assert_eq!(headers(&touched_answer(), &["*"], &[]), []);
    assert_eq!(headers(&touched_answer(), &["Origin", " * "], &[]), []);
}

#[test]
fn r15_an_empty_vary_is_merged_without_an_empty_member() {
    for there in [&[""][..], &["", ""], &["  "]] {
        assert_eq!(header(&touched_answer(), "vary", there, &[]).as_deref(), Some("Cookie"), "{there:?}");
    }
    assert_eq!(header(&touched_answer(), "vary", &["", "Origin"], &[]).as_deref(), Some("Origin, Cookie"));
}

#[test]
fn r15_a_vary_that_cannot_be_repeated_stays_and_ours_goes_beside_it() {
    let headers = touched_answer().headers(vary(&[b"\xff"]));

    assert_eq!(headers.len(), 1);
    assert_eq!((headers[0].name, headers[0].value.as_str(), headers[0].append), ("vary", "Cookie", true));
}

#[test]
fn r15_a_vary_that_is_not_utf_8_and_says_cookie_says_it() {
    assert_eq!(touched_answer().headers(vary(&[b"\xff, Cookie"])), []);
    assert_eq!(touched_answer().headers(vary(&[b"\xff", b"cookie"])), []);
}

/// A response with these values of `Vary`, and with no other headers.
fn vary<'a>(values: &'a [&'a [u8]]) -> impl Fn(&'static str) -> &'a [&'a [u8]] {
    move |name| if name == "vary" { values } else { &[] }
}
