//! Rule 8: a failed call changes nothing, and its error says why it failed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use session_cookie::{Session, SessionError};

use crate::common::*;

/// A call that fails leaves the session as it was: same members, and nothing to send.
fn assert_refused<R: std::fmt::Debug>(
    data: &str,
    call: impl FnOnce(&Session) -> Result<R, SessionError>,
    is_expected: impl FnOnce(&SessionError) -> bool,
) {
    let (manager, session) = session_with(data);
    let before: serde_json::Value = session.read().unwrap();
    let error = call(&session).unwrap_err();
    assert!(is_expected(&error), "{error:?}");
    assert_eq!(session.read::<serde_json::Value>().unwrap(), before);
    assert_eq!(save(&manager, &session), None, "{error}");
}

fn is_unserializable(error: &SessionError) -> bool {
    matches!(error, SessionError::Unserializable { .. })
}

fn is_wrong_type(error: &SessionError) -> bool {
    matches!(error, SessionError::WrongType { .. })
}

#[test]
fn r08_a_value_that_cannot_be_serialised_leaves_the_session_as_it_was() {
    assert_refused(r#"{"a":1}"#, |s| s.insert("a", Unserializable), is_unserializable);
    assert_refused(r#"{"a":1}"#, |s| s.insert("b", Unserializable), is_unserializable);
    assert_refused(r#"{"a":1}"#, |s| s.insert("b", BTreeMap::from([((1, 2), 3)])), is_unserializable);
    assert_refused(r#"{"a":1}"#, |s| s.insert("b", vec![Ok(1), Err(Unserializable)]), is_unserializable);
}

#[test]
fn r08_extend_puts_in_all_or_nothing() {
    let pairs = [("b", Some(1)), ("c", None), ("d", Some(3))];
    let pairs = pairs.map(|(key, value)| (key, value.ok_or(Unserializable)));
    assert_refused(r#"{"a":1}"#, |s| s.extend(pairs), is_unserializable);

    let too_large = [("b", "x".repeat(10)), ("a", "x".repeat(5000)), ("c", "x".repeat(10))];
    assert_refused(r#"{"a":1}"#, |s| s.extend(too_large), |error| matches!(error, SessionError::TooLarge { .. }));
}

#[test]
fn r08_a_write_that_is_no_object_leaves_the_session_as_it_was() {
    let is_no_object = |error: &SessionError| matches!(error, SessionError::NotAnObject { .. });
    assert_refused(r#"{"a":1}"#, |s| s.write(&[1, 2]), is_no_object);
    assert_refused(r#"{"a":1}"#, |s| s.write("text"), is_no_object);
    assert_refused(r#"{"a":1}"#, |s| s.write(&None::<User>), is_no_object);
    assert_refused(r#"{"a":1}"#, |s| s.write(&raw(r#"{"b":2,"\ud800":"no Rust string can name it"}"#)), is_no_object);
    assert_refused(r#"{"a":1}"#, |s| s.write(&Unserializable), |_| true);
    assert_refused(r#"{"a":1}"#, |s| s.write(&BTreeMap::from([("b", Ok(1)), ("c", Err(Unserializable))])), |_| true);
}

#[test]
fn r08_a_long_value_that_is_no_object_is_refused_for_that() {
    let (_, session) = session_with(r#"{"a":1}"#);

    assert!(matches!(session.write("x".repeat(10_000).as_str()), Err(SessionError::NotAnObject { .. })));
}

#[test]
fn r08_a_value_of_another_type_is_an_error_that_changes_nothing() {
    assert_refused(r#"{"a":"x"}"#, |s| s.get::<i32>("a"), is_wrong_type);
    assert_refused(r#"{"a":"x"}"#, |s| s.take::<i32>("a"), is_wrong_type);
    assert_refused(r#"{"a":"x"}"#, |s| s.get_or_insert_with("a", || 1), is_wrong_type);
    assert_refused(r#"{"a":"x"}"#, |s| s.update("a", |n: &mut i32| *n += 1), is_wrong_type);
    assert_refused(r#"{"a":"x"}"#, |s| s.read::<User>(), |error| matches!(error, SessionError::WrongShape { .. }));
}

#[test]
fn r08_an_update_whose_result_cannot_be_serialised_changes_nothing() {
    #[derive(Default, Deserialize)]
    struct Broken {}
    impl Serialize for Broken {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            Unserializable.serialize(serializer)
        }
    }
    assert_refused(r#"{"a":{}}"#, |s| s.update("a", |_: &mut Broken| ()), is_unserializable);
    assert_refused(r#"{"a":1}"#, |s| s.update("b", |_: &mut Broken| ()), is_unserializable);
    assert_refused(r#"{"a":1}"#, |s| s.get_or_insert_with("b", Broken::default).map(|_| ()), is_unserializable);
}

#[test]
fn r08_a_failed_call_does_not_undo_the_changes_before_it() {
    assert_changed(
        r#"{"a":1}"#,
        |s| {
            s.insert("b", 2).unwrap();
            s.insert("c", Unserializable).unwrap_err();
            s.insert("d", "x".repeat(5000)).unwrap_err();
        },
        r#"{"a":1,"b":2}"#,
    );
}

#[test]
fn r08_a_float_that_json_does_not_know_becomes_null() {
    assert_changed(r#"{"a":1}"#, |s| s.insert("a", f64::NAN).unwrap(), r#"{"a":null}"#);
}

#[test]
fn r08_an_error_names_the_key_the_type_and_the_kind_of_trouble() {
    let (_, session) = session_with(r#"{"user_id":"42","list":[1]}"#);

    let wrong_type = session.get::<u64>("user_id").unwrap_err().to_string();
    assert!(
        wrong_type.contains("user_id") && wrong_type.contains("u64") && wrong_type.contains("a string"),
        "{wrong_type}"
    );

    let unserializable = session.insert("list", Unserializable).unwrap_err().to_string();
    assert!(unserializable.contains("list") && unserializable.contains("Unserializable"), "{unserializable}");

    let no_object = session.write(&[1_u8]).unwrap_err().to_string();
    assert!(no_object.contains("u8") && no_object.contains("object"), "{no_object}");

    let wrong_shape = session.read::<User>().unwrap_err().to_string();
    assert!(wrong_shape.contains("User"), "{wrong_shape}");
}

#[test]
fn r08_every_kind_of_json_value_is_named_in_a_wrong_type() {
    for (json, found) in [
        ("{}", "an object"),
        ("[]", "an array"),
        (r#""""#, "a string"),
        ("true", "a boolean"),
        ("false", "a boolean"),
        ("-1", "a number"),
        ("1.5", "a number"),
    ] {
        let (_, session) = session_with(&format!(r#"{{"a":{json}}}"#));

        let error = session.get::<u8>("a").unwrap_err();

        assert_eq!(error, SessionError::WrongType { key: "a".into(), expected: "u8", found }, "{json}");
    }
}

#[test]
fn r08_a_null_is_nothing_as_none_is_in_python_unless_the_type_can_be_null() {
    let (manager, session) = session_with(r#"{"a":null,"b":1}"#);

    assert_eq!(session.get::<u8>("a"), Ok(None));
    assert_eq!(session.get::<Option<u8>>("a"), Ok(Some(None)));
    assert!(session.contains_key("a"));
    assert_eq!(save(&manager, &session), None);
}
