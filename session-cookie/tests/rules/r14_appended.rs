//! Rule 14: `Set-Cookie` is appended, and marked as sensitive.

use crate::common::*;

#[test]
fn r14_set_cookie_is_appended_and_marked_sensitive_and_the_others_are_not() {
    let answer = changed_answer();
    let headers = headers(&answer, &["Accept-Encoding"], &[]);

    let [vary, cache_control, set_cookie] = &headers[..] else { panic!("{headers:?}") };
    assert_eq!(*set_cookie, ("set-cookie", answer.set_cookie().unwrap().to_owned(), true, true));
    assert_eq!(*vary, ("vary", "Accept-Encoding, Cookie".to_owned(), false, false));
    assert_eq!(*cache_control, ("cache-control", "private".to_owned(), false, false));
}

#[test]
fn r14_a_removal_is_appended_too() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    session.clear();
    let answer = manager.save(&session).unwrap();

    assert!(headers(&answer, &[], &[]).contains(&("set-cookie", REMOVAL.to_owned(), true, true)));
}
