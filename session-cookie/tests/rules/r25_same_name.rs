//! Rule 25: two managers of one cookie name in one stack.

use session_cookie::{CookieConfig, SessionManager};

use crate::common::*;

fn twins() -> (SessionManager, SessionManager) {
    (manager(), manager())
}

#[test]
fn r25_two_managers_of_one_cookie_name_are_logged_once_at_error() {
    let (a, b) = twins();

    let ((), log) = logged(|| {
        for _ in 0..3 {
            let (outer, _outer_save) = a.begin(None, NO_HEADERS);
            let (_, inner_save) = b.begin(Some(&outer), NO_HEADERS);
            assert!(inner_save.is_some());
        }
    });

    assert_eq!(lines(&log, "ERROR").len(), 1, "{log}");
    assert!(log.contains("clone it"), "{log}");
}

#[test]
fn r25_the_outer_one_sends_no_cookie_if_the_inner_one_does() {
    let (a, b) = twins();
    let (outer, outer_save) = a.begin(None, [cookie(r#"{"user_id":"alice"}"#)]);
    outer.insert("seen", true).unwrap();
    let (inner, inner_save) = b.begin(Some(&outer), [cookie(r#"{"user_id":"alice"}"#)]);
    inner.clear();

    let inner_answer = inner_save.unwrap().save().unwrap();
    let outer_answer = outer_save.unwrap().save().unwrap();

    assert!(inner_answer.set_cookie().unwrap().starts_with("session=; Max-Age=0"));
    assert_eq!(outer_answer.set_cookie(), None);
}

#[test]
fn r25_the_outer_one_sends_its_cookie_if_the_inner_one_sends_none() {
    let (a, b) = twins();
    let (outer, outer_save) = a.begin(None, NO_HEADERS);
    outer.insert("user_id", "bob").unwrap();
    let (_, inner_save) = b.begin(Some(&outer), NO_HEADERS);

    assert_eq!(inner_save.unwrap().save().unwrap().set_cookie(), None);
    assert!(outer_save.unwrap().save().unwrap().set_cookie().is_some());
}

#[test]
fn r25_a_manager_of_another_name_in_between_hides_no_twin() {
    let (a, c) = twins();
    let b = manager_of(CookieConfig::default().with_name("other"));
    let (outer, outer_save) = a.begin(None, NO_HEADERS);
    outer.insert("of", "a").unwrap();
    let (middle, middle_save) = b.begin(Some(&outer), NO_HEADERS);
    middle.insert("of", "b").unwrap();
    let (inner, inner_save) = c.begin(Some(&middle), NO_HEADERS);
    inner.insert("of", "c").unwrap();

    let sent = [inner_save, middle_save, outer_save].map(|save| save.unwrap().save().unwrap().set_cookie().is_some());

    assert_eq!(sent, [true, true, false]);
}
