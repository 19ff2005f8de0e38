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

#[test]
fn r14_a_cookie_of_our_name_that_the_response_sets_already_is_logged_at_warn() {
    for (there, lines_expected) in
        [("session=1; Path=/", 1), (" session =1", 1), ("sessions=1", 0), ("theme=session=1", 0), ("", 0)]
    {
        let answer = changed_answer();
        let (headers, log) = logged(|| answer.headers(|name| (name == "set-cookie").then_some(there)));

        assert_eq!(headers.iter().filter(|header| header.name == "set-cookie").count(), 1);
        assert_eq!(lines(&log, "WARN").len(), lines_expected, "{there}: {log}");
    }
}
