//! Rule 17, as far as this crate decides it: the answer does not depend on how the request went.

use session_cookie::SessionError;

use crate::common::*;

#[test]
fn r17_what_was_changed_before_an_error_is_saved() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    let handler = || -> Result<(), SessionError> {
        session.insert("failures", 1)?;
        session.get::<String>("a")?;
        session.insert("successes", 1)
    };

    handler().unwrap_err();

    assert_eq!(saved_data(&manager, &session), r#"{"a":1,"failures":1}"#);
}

#[test]
fn r17_what_was_changed_before_a_panic_is_saved() {
    let (manager, session) = session_with(r#"{"a":1}"#);

    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        session.insert("a", 2).unwrap();
        panic!("the handler's own");
    }));

    assert!(panicked.is_err());
    assert_eq!(saved_data(&manager, &session), r#"{"a":2}"#);
}
