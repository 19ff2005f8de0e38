//! Rule 18: of several requests at once the last answer wins.

use session_cookie::CookieConfig;

use crate::common::*;

#[test]
fn r18_of_two_requests_at_once_the_last_answer_wins() {
    let manager = manager();
    let mut browser = Browser::default();
    browser.visits(&manager, NOW, |s| s.insert("a", 0).unwrap());
    let first = browser.opens(&manager, NOW);
    let second = browser.opens(&manager, NOW);
    first.insert("first", 1).unwrap();
    second.insert("second", 2).unwrap();

    browser.receives(save(&manager, &second).as_deref(), NOW);
    browser.receives(save(&manager, &first).as_deref(), NOW);

    assert_eq!(browser.opens(&manager, NOW).keys(), ["a", "first"]);
}

#[test]
fn r18_a_request_that_only_read_overwrites_no_change() {
    let manager = manager_of(refreshing(1800));
    let mut browser = Browser::default();
    browser.visits(&manager, NOW - 1800, |s| s.insert("a", 0).unwrap());
    let reader = browser.opens(&manager, NOW);
    read(&reader);
    let writer = browser.opens(&manager, NOW);
    writer.insert("a", 1).unwrap();

    browser.receives(save(&manager, &writer).as_deref(), NOW);
    browser.receives(save(&manager, &reader).as_deref(), NOW);

    assert_eq!(browser.opens(&manager, NOW).get("a"), Ok(Some(1)));
}

#[test]
fn r18_a_re_sign_after_rotation_counts_as_an_answer_too() {
    let manager = rotated(CookieConfig::default());
    let mut browser = Browser::default();
    browser.receives(Some(&old_cookie(r#"{"a":0}"#, NOW)), NOW);
    let reader = browser.opens(&manager, NOW);
    read(&reader);
    let writer = browser.opens(&manager, NOW);
    writer.insert("a", 1).unwrap();

    browser.receives(save(&manager, &writer).as_deref(), NOW);
    browser.receives(save(&manager, &reader).as_deref(), NOW);

    assert_eq!(browser.opens(&manager, NOW).get("a"), Ok(Some(0)), "documented, not hidden");
}
