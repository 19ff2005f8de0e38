//! The JSON functions: which members and elements are found, and how a fault shows.

use std::borrow::Cow;

use session_codec::json::{InvalidJson, Member, elements, members, unquote};

/// The members' keys and values, and whether the text was valid.
fn read_members(text: &str) -> (Vec<(&str, &str)>, bool) {
    let found: Vec<_> = members(text).collect();
    let valid = found.iter().all(Result::is_ok);
    (found.into_iter().flatten().map(|Member { key, value }| (&text[key], &text[value])).collect(), valid)
}

fn read_elements(text: &str) -> (Vec<&str>, bool) {
    let found: Vec<_> = elements(text).collect();
    let valid = found.iter().all(Result::is_ok);
    (found.into_iter().flatten().map(|element| &text[element]).collect(), valid)
}

#[test]
fn an_empty_object_or_array_has_no_entries() {
    for text in ["{}", " {\n} "] {
        assert_eq!(read_members(text), (vec![], true), "{text:?}");
    }
    for text in ["[]", " [\t] "] {
        assert_eq!(read_elements(text), (vec![], true), "{text:?}");
    }
}

#[test]
fn entries_are_found_at_the_first_level_only() {
    let text = r#"{ "a" : {"b":[1,{"c":2}]} , "d":[[],{}], "a":"," }"#;
    assert_eq!(
        read_members(text),
        (vec![(r#""a""#, r#"{"b":[1,{"c":2}]}"#), (r#""d""#, "[[],{}]"), (r#""a""#, r#"",""#)], true)
    );

    let text = r#"[ [1,[2]] , {"a":[3]}, "]" , -0.5e3 ]"#;
    assert_eq!(read_elements(text), (vec!["[1,[2]]", r#"{"a":[3]}"#, r#""]""#, "-0.5e3"], true));
}

#[test]
fn what_is_not_exactly_one_object_ends_with_an_error() {
    for (text, before) in [
        ("", 0),
        (" ", 0),
        ("[]", 0),
        ("null", 0),
        ("{", 0),
        ("{,}", 0),
        ("{1:2}", 0),
        (r#"{"a"}"#, 0),
        (r#"{"a":}"#, 0),
        (r#"{"a":[}]}"#, 0),
        ("{} {}", 0),
        ("{}x", 0),
        (r#"{"a":1,}"#, 1),
        (r#"{"a":1 "b":2}"#, 1),
        (r#"{"a":1}x"#, 1),
        (r#"{"a":1},"#, 1),
        (r#"{"a":1,"b":2]"#, 2),
    ] {
        let (found, valid) = read_members(text);
        assert_eq!((found.len(), valid), (before, false), "{text:?}");
    }
}

#[test]
fn what_is_not_exactly_one_array_ends_with_an_error() {
    for (text, before) in [
        ("", 0),
        ("{}", 0),
        ("1", 0),
        ("[", 0),
        ("[,]", 0),
        ("[]]", 0),
        ("[1,]", 1),
        ("[1 2]", 1),
        ("[1]x", 1),
        ("[1,2}", 2),
    ] {
        let (found, valid) = read_elements(text);
        assert_eq!((found.len(), valid), (before, false), "{text:?}");
    }
}

#[test]
fn nothing_comes_after_the_end_or_after_an_error() {
    let mut valid = members(r#"{"a":1}"#);
    assert!(matches!(valid.next(), Some(Ok(_))));
    assert!((0..3).all(|_| valid.next().is_none()));

    let mut invalid = members(r#"{"a":1,"b":,"c":3}"#);
    assert!(matches!(invalid.next(), Some(Ok(_))));
    assert_eq!(invalid.next(), Some(Err(InvalidJson)));
    assert!((0..3).all(|_| invalid.next().is_none()));

    let mut invalid = elements("[1,2}");
    assert_eq!(invalid.by_ref().filter(Result::is_ok).count(), 2);
    assert!((0..3).all(|_| invalid.next().is_none()));
}

#[test]
fn invalid_json_says_so() {
    assert_eq!(
        InvalidJson.to_string(),
        "the text is not one valid JSON object or array of the kind that was looked for"
    );
}

#[test]
fn a_string_is_unquoted() {
    for (string, characters) in [
        (r#""""#, Some("")),
        (r#""café""#, Some("café")),
        (r#""\"\\\/\b\f\n\r\t""#, Some("\"\\/\u{8}\u{c}\n\r\t")),
        (r#""\u00e9\ud83e\udd96""#, Some("é🦖")),
        (r#""\ud83e""#, None),
        (r#""\udd96\ud83e""#, None),
        (r#""\x""#, None),
        (r#""\""#, None),
        (r#"""#, None),
        ("", None),
        ("a", None),
        (r#""a"#, None),
        (r#"a""#, None),
    ] {
        assert_eq!(unquote(string).as_deref(), characters, "{string}");
    }
}

#[test]
fn a_string_without_escapes_is_borrowed() {
    assert!(matches!(unquote(r#""plain""#), Some(Cow::Borrowed("plain"))));
    assert!(matches!(unquote(r#""\u0070lain""#), Some(Cow::Owned(_))));
}

#[test]
fn the_error_says_what_was_looked_for() {
    assert_eq!(
        InvalidJson.to_string(),
        "the text is not one valid JSON object or array of the kind that was looked for"
    );
}
