//! Rule 7: only a real change counts, and what no call changes survives to the letter.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use session_cookie::Session;

use crate::common::*;

// What each call changes

#[test]
fn r07_inserting_a_new_value_changes() {
    assert_changed(r#"{"a":1}"#, |s| s.insert("b", 2).unwrap(), r#"{"a":1,"b":2}"#);
}

#[test]
fn r07_inserting_another_value_changes_it_in_its_place() {
    assert_changed(r#"{"a":1,"b":2,"c":3}"#, |s| s.insert("b", "x").unwrap(), r#"{"a":1,"b":"x","c":3}"#);
}

#[test]
fn r07_inserting_the_value_that_is_there_changes_nothing() {
    assert_unchanged(r#"{"a":1,"b":"x","c":[true,null],"d":{"e":1.5}}"#, |s| {
        s.insert("a", 1).unwrap();
        s.insert("b", "x").unwrap();
        s.insert("c", (true, ())).unwrap();
        s.insert("d", BTreeMap::from([("e", 1.5)])).unwrap();
    });
}

#[test]
fn r07_inserting_the_value_that_is_there_into_a_new_session_changes_nothing_more() {
    let (manager, session) = new_session();
    session.insert("a", 1).unwrap();
    session.insert("a", 1).unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"a":1}"#);
}

#[test]
fn r07_removing_changes() {
    assert_changed(r#"{"a":1,"b":2}"#, |s| assert!(s.remove("a")), r#"{"b":2}"#);
}

#[test]
fn r07_removing_a_missing_key_changes_nothing() {
    assert_unchanged(r#"{"a":1}"#, |s| assert!(!s.remove("b")));
}

#[test]
fn r07_taking_a_missing_key_changes_nothing() {
    assert_unchanged(r#"{"a":1}"#, |s| assert_eq!(s.take::<i32>("b"), Ok(None)));
}

#[test]
fn r07_removing_from_a_session_that_is_empty_and_came_without_a_cookie_changes_nothing() {
    let (manager, session) = new_session();

    session.remove("a");

    assert_eq!(save(&manager, &session), None);
}

#[test]
fn r07_updating_to_the_same_value_changes_nothing() {
    assert_unchanged(r#"{"cart":["egg"]}"#, |s| {
        let length = s.update("cart", |cart: &mut Vec<String>| cart.len()).unwrap();
        assert_eq!(length, 1);
    });
}

#[test]
fn r07_a_nested_change_by_update_is_never_missed() {
    assert_changed(
        r#"{"cart":{"items":["egg"]}}"#,
        |s| {
            s.update("cart", |cart: &mut BTreeMap<String, Vec<String>>| {
                cart.get_mut("items").unwrap().push("spam".into())
            })
            .unwrap()
        },
        r#"{"cart":{"items":["egg","spam"]}}"#,
    );
}

#[test]
fn r07_an_update_that_leaves_the_default_where_there_was_no_value_changes_nothing() {
    assert_unchanged(r#"{"a":1}"#, |s| s.update("cart", |_: &mut Vec<String>| ()).unwrap());
}

#[test]
fn r07_an_update_that_does_nothing_keeps_the_spelling() {
    for signed in [r#"{"v":"\u00e9"}"#, r#"{"v":1.50}"#, r#"{"v":{"b":1,"a":2}}"#] {
        assert_unchanged(signed, |s| s.update("v", |_: &mut serde_json::Value| ()).unwrap());
    }
}

#[test]
fn r07_an_update_of_a_set_that_does_nothing_is_no_change_in_whatever_order_it_is_written() {
    let letters: Vec<String> = ('a'..='z').map(String::from).collect();
    let signed = format!(r#"{{"v":{}}}"#, serde_json::to_string(&letters).unwrap());
    for _ in 0..10 {
        assert_unchanged(&signed, |s| s.update("v", |_: &mut HashSet<String>| ()).unwrap());
    }
}

#[test]
fn r07_get_or_insert_with_does_not_ask_for_a_value_that_is_there() {
    assert_unchanged(r#"{"a":1}"#, |s| {
        assert_eq!(s.get_or_insert_with("a", || -> i32 { panic!("not needed") }), Ok(1));
    });
}

#[test]
fn r07_get_or_insert_with_puts_in_what_is_missing() {
    assert_changed(r#"{"a":1}"#, |s| assert_eq!(s.get_or_insert_with("b", || 2), Ok(2)), r#"{"a":1,"b":2}"#);
}

#[test]
fn r07_extending_with_what_is_there_changes_nothing() {
    assert_unchanged(r#"{"a":1,"b":2}"#, |s| s.extend([("b", 2), ("a", 1)]).unwrap());
    assert_unchanged(r#"{"a":1}"#, |s| s.extend::<&str, i32>([]).unwrap());
}

#[test]
fn r07_extending_with_anything_new_changes() {
    assert_changed(r#"{"a":1}"#, |s| s.extend([("a", 1), ("b", 2)]).unwrap(), r#"{"a":1,"b":2}"#);
}

#[test]
fn r07_of_a_key_that_extend_has_twice_the_last_value_counts() {
    assert_changed(r#"{"a":1}"#, |s| s.extend([("b", 2), ("b", 3)]).unwrap(), r#"{"a":1,"b":3}"#);
}

#[test]
fn r07_writing_what_is_there_changes_nothing() {
    assert_unchanged(r#"{"id":42,"name":"alice"}"#, |s| {
        let user: User = s.read().unwrap();
        s.write(&user).unwrap();
    });
}

#[test]
fn r07_writing_the_same_members_in_another_order_changes_nothing() {
    assert_unchanged(r#"{"name":"alice","id":42}"#, |s| s.write(&User { id: 42, name: "alice".into() }).unwrap());
}

#[test]
fn r07_writing_another_value_changes_and_takes_out_what_it_does_not_have() {
    assert_changed(
        r#"{"id":42,"name":"alice","theme":"dark"}"#,
        |s| s.write(&User { id: 42, name: "bob".into() }).unwrap(),
        r#"{"id":42,"name":"bob"}"#,
    );
}

#[test]
fn r07_writing_fewer_members_changes_even_if_all_of_them_are_the_same() {
    assert_changed(
        r#"{"id":42,"name":"alice","theme":"dark"}"#,
        |s| s.write(&User { id: 42, name: "alice".into() }).unwrap(),
        r#"{"id":42,"name":"alice"}"#,
    );
}

#[test]
fn r07_writing_more_members_changes() {
    assert_changed(r#"{"id":42}"#, |s| s.write(&User { id: 42, name: "a".into() }).unwrap(), r#"{"id":42,"name":"a"}"#);
}

#[test]
fn r07_writing_an_empty_value_into_a_new_session_changes_nothing() {
    let (manager, session) = new_session();

    session.write(&BTreeMap::<String, i32>::new()).unwrap();

    assert_eq!(save(&manager, &session), None);
}

#[test]
fn r07_writing_a_key_twice_whose_last_value_is_there_changes_nothing() {
    let twice = serde_json::value::RawValue::from_string(r#"{"a":1,"b":5,"b":2}"#.to_owned()).unwrap();
    assert_unchanged(r#"{"a":1,"b":2}"#, |s| s.write(&twice).unwrap());
}

#[test]
fn r07_a_change_that_is_taken_back_still_counts() {
    assert_changed(
        r#"{"a":1}"#,
        |s| {
            s.insert("b", 2).unwrap();
            s.remove("b");
        },
        r#"{"a":1}"#,
    );
    assert_changed(
        r#"{"a":1}"#,
        |s| {
            s.insert("a", 2).unwrap();
            s.insert("a", 1).unwrap();
        },
        r#"{"a":1}"#,
    );
    assert_changed(
        r#"{"a":1}"#,
        |s| {
            let a: i32 = s.take("a").unwrap().unwrap();
            s.insert("a", a).unwrap();
        },
        r#"{"a":1}"#,
    );
}

#[test]
fn r07_a_clear_and_a_login_in_one_request_are_a_change() {
    assert_changed(
        r#"{"cart":["egg"]}"#,
        |s| {
            s.clear();
            s.insert("user_id", "42").unwrap();
        },
        r#"{"user_id":"42"}"#,
    );
}

// What each call returns

#[test]
fn r07_what_was_inserted_is_what_the_next_call_reads() {
    let (_, session) = new_session();
    session.insert("user", User { id: 42, name: "alice".into() }).unwrap();
    session.insert("none", None::<i32>).unwrap();

    assert_eq!(session.get("user"), Ok(Some(User { id: 42, name: "alice".into() })));
    assert_eq!(session.get::<Option<i32>>("none"), Ok(Some(None)));
    assert_eq!(session.get::<i32>("missing"), Ok(None));
    assert!(session.contains_key("none"));
    assert_eq!(session.len(), 2);
    assert_eq!(session.keys(), ["user", "none"]);
}

#[test]
fn r07_take_returns_the_value_and_removes_it() {
    assert_changed(
        r#"{"flash":"saved","a":1}"#,
        |s| {
            assert_eq!(s.take("flash"), Ok(Some("saved".to_owned())));
            assert_eq!(s.take::<String>("flash"), Ok(None));
        },
        r#"{"a":1}"#,
    );
}

#[test]
fn r07_update_returns_what_the_closure_returns() {
    let (_, session) = session_with(r#"{"n":41}"#);

    let result = session.update("n", |n: &mut i32| {
        *n += 1;
        format!("{n}!")
    });

    assert_eq!(result.as_deref(), Ok("42!"));
}

#[test]
fn r07_big_numbers_can_be_read_exactly() {
    let (_, session) = session_with(r#"{"n":18446744073709551617}"#);

    assert_eq!(session.get::<u128>("n"), Ok(Some(18_446_744_073_709_551_617)));
}

// Two values are the same when their JSON is

/// Inserting `new` where `old` is: is it a change?
fn is_change(old: &str, new: &str) -> bool {
    let (manager, session) = session_with(&format!(r#"{{"v":{old}}}"#));
    session.insert("v", raw(new)).unwrap();
    let by_insert = save(&manager, &session).is_some();

    let (manager, session) = session_with(&format!(r#"{{"v":{old}}}"#));
    session.write(&raw(&format!(r#"{{"v":{new}}}"#))).unwrap();
    let by_write = save(&manager, &session).is_some();

    assert_eq!(by_insert, by_write, "{old} and {new}");
    by_insert
}

#[test]
fn r07_values_are_the_same_when_their_json_is() {
    for (old, new) in [
        (r#""é""#, r#""\u00e9""#),
        (r#""\u00e9""#, r#""é""#),
        (r#""\u00E9""#, r#""\u00e9""#),
        (r#""🦖""#, r#""\ud83e\udd96""#),
        (r#""\/""#, r#""/""#),
        (r#""\u0041""#, r#""A""#),
        (r#""\n\t\"\\""#, r#""\u000a\u0009\u0022\u005c""#),
        ("1e-07", "1e-7"),
        ("1e-7", "0.0000001"),
        ("1E5", "1e+05"),
        ("1.50", "1.5"),
        ("1.5", "15e-1"),
        ("100000.0", "1e5"),
        ("1e16", "1e+16"),
        ("0.0", "0e0"),
        ("-1.0e0", "-1.00"),
        ("1e400", "10e399"),
        ("18446744073709551617", "18446744073709551617"),
        (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#),
        (r#"{"a":1,"b":2}"#, r#"{ "a" : 1 , "b" : 2 }"#),
        (r#"{"\u00e9":[{"b":1e-07}]}"#, r#"{"é":[{"b":1e-7}]}"#),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        ("[1, 2]", "[1,2]"),
        ("[]", "[ ]"),
        ("{}", "{ }"),
        ("null", "null"),
        (r#""\ud83e""#, r#""\ud83e""#),
    ] {
        assert!(!is_change(old, new), "{old} is {new}");
    }
}

#[test]
fn r07_values_differ_when_their_json_does() {
    for (old, new) in [
        ("18446744073709551617", "18446744073709551618"),
        ("10000000000000000000000000000000000000000", "10000000000000000000000000000000000000001"),
        ("0.1", "0.10000000000000000001"),
        ("1e400", "1e401"),
        ("1e400", "-1e400"),
        ("1", "1.0"),
        ("1.0", "1"),
        ("0", "0.0"),
        ("0.0", "-0.0"),
        ("1", "-1"),
        ("1", "10"),
        ("1.0", "10.0"),
        ("1e1", "1e2"),
        ("1", r#""1""#),
        ("1", "true"),
        ("0", "false"),
        ("null", "false"),
        ("null", r#""""#),
        ("null", "{}"),
        ("[]", "{}"),
        ("[1,2]", "[2,1]"),
        ("[1]", "[1,1]"),
        ("[null]", "[]"),
        (r#"{"a":null}"#, "{}"),
        (r#"{"a":1}"#, r#"{"A":1}"#),
        (r#"{"a":{"b":[1,2]}}"#, r#"{"a":{"b":[1,3]}}"#),
        (r#""a""#, r#""A""#),
        (r#""é""#, "\"e\u{301}\""),
        (r#""\\u00e9""#, r#""\u00e9""#),
        (r#""\ud83e""#, r#""\ud83f""#),
    ] {
        assert!(is_change(old, new), "{old} is not {new}");
    }
}

#[test]
fn r07_two_to_the_64_plus_1_and_plus_2_differ_as_rust_numbers_too() {
    let two_to_the_64 = 1_u128 << 64;

    assert_unchanged(r#"{"n":18446744073709551617}"#, |s| s.insert("n", two_to_the_64 + 1).unwrap());
    assert_changed(
        r#"{"n":18446744073709551617}"#,
        |s| s.insert("n", two_to_the_64 + 2).unwrap(),
        r#"{"n":18446744073709551618}"#,
    );
}

#[test]
fn r07_deep_values_are_compared_to_their_last_level() {
    let nested = |inner: &str| format!("{}{inner}{}", "[".repeat(126), "]".repeat(126));

    assert!(!is_change(&nested("1"), &nested("1")));
    assert!(!is_change(&nested(r#""\u00e9""#), &nested(r#""é""#)));
    assert!(is_change(&nested("1"), &nested("2")));
}

#[test]
fn r07_a_value_that_came_nested_deeper_than_any_call_takes_differs_from_every_new_one() {
    assert!(is_change(&format!("{}{}", "[".repeat(500), "]".repeat(500)), "[[[]]]"));
}

#[test]
fn r07_a_float_that_goes_through_an_update_unchanged_is_not_a_change() {
    for float in [9.636279947347473e-6_f64, 1848120484.8213181, 5e-324] {
        let (manager, session) = session_with(&format!(r#"{{"a":[{float:?}]}}"#));

        session.update("a", |floats: &mut Vec<f64>| assert_eq!(floats[0].to_bits(), float.to_bits())).unwrap();

        assert_eq!(save(&manager, &session), None, "{float}");
    }
}

// Two keys are the same when their texts are

#[test]
fn r07_a_key_is_the_same_in_every_spelling() {
    assert_unchanged(r#"{"\u00e9\ud83e\udd96\n":1}"#, |s| s.insert("é🦖\n", 1).unwrap());
    assert_changed(r#"{"\u00e9":1,"a":2}"#, |s| s.insert("é", 3).unwrap(), r#"{"\u00e9":3,"a":2}"#);
    assert_changed(r#"{"\u00e9":1,"a":2}"#, |s| assert!(s.remove("é")), r#"{"a":2}"#);
}

#[test]
fn r07_keys_with_every_kind_of_character_are_kept_apart() {
    let keys = [
        "", "a", "A", "\"", "\\", "\\u0061", "\n", "é", "e\u{301}", "🦖", "\u{0}", "/", "{", "}", ":", ",", "\u{2028}",
    ];
    let (manager, session) = new_session();
    for (n, key) in keys.iter().enumerate() {
        session.insert(key, n).unwrap();
    }
    let cookie = save(&manager, &session).unwrap();

    let session = manager.load([pair(&cookie)]);

    assert_eq!(session.keys(), keys);
    for (n, key) in keys.iter().enumerate() {
        assert_eq!(session.get(key), Ok(Some(n)), "{key:?}");
    }
}

#[test]
fn r07_a_lone_surrogate_is_not_its_own_escaped_text() {
    assert_changed(
        r#"{"\ud800":1,"\\ud800":2,"a":1}"#,
        |s| s.insert("a", 2).unwrap(),
        r#"{"\ud800":1,"\\ud800":2,"a":2}"#,
    );
}

#[test]
fn r07_of_a_key_that_is_there_twice_the_last_value_survives_in_the_place_of_the_first_as_in_python() {
    assert_changed(r#"{"x":1,"y":2,"x":3.0,"a":1}"#, |s| s.insert("a", 2).unwrap(), r#"{"x":3.0,"y":2,"a":2}"#);
}

#[test]
fn r07_removing_a_key_that_is_there_twice_leaves_none_of_it() {
    assert_changed(r#"{"x":1,"y":2,"x":3}"#, |s| assert!(s.remove("x")), r#"{"y":2}"#);
}

// Members that no call changes keep their text and their order

#[test]
fn r07_texts_survive_to_the_letter_after_another_key_changed() {
    let texts = r#""big":18446744073709551617,"huge":-10000000000000000000000000000000000000001,"tiny":5e-324,"long":3.14159265358979323846264338327950288,"exp":1E+05,"zero":-0.0,"\u00e9":"\u00e9\ud83e\udd96\/","lone":"\ud83e","nested":[{"a":1.50, "b" : [ ]}],"":"""#;
    assert_changed(&format!(r#"{{"a":1,{texts}}}"#), |s| s.insert("a", 2).unwrap(), &format!(r#"{{"a":2,{texts}}}"#));
}

#[test]
fn r07_texts_survive_every_call_that_changes_another_key() {
    let data = r#"{"a":1,"big":18446744073709551617,"f":1e-07,"\u00e9":"\u00e9","gone":0}"#;
    type Change = (&'static str, fn(&Session), &'static str);
    let changes: [Change; 6] = [
        ("remove", |s| assert!(s.remove("gone")), r#"{"a":1,"big":18446744073709551617,"f":1e-07,"\u00e9":"\u00e9"}"#),
        (
            "take",
            |s| assert_eq!(s.take("gone"), Ok(Some(0))),
            r#"{"a":1,"big":18446744073709551617,"f":1e-07,"\u00e9":"\u00e9"}"#,
        ),
        (
            "update",
            |s| s.update("a", |a: &mut i32| *a += 1).unwrap(),
            r#"{"a":2,"big":18446744073709551617,"f":1e-07,"\u00e9":"\u00e9","gone":0}"#,
        ),
        (
            "get_or_insert_with",
            |s| assert_eq!(s.get_or_insert_with("b", || 1), Ok(1)),
            r#"{"a":1,"big":18446744073709551617,"f":1e-07,"\u00e9":"\u00e9","gone":0,"b":1}"#,
        ),
        (
            "extend",
            |s| s.extend([("f", 1e-7)]).and_then(|()| s.extend([("a", 3)])).unwrap(),
            r#"{"a":3,"big":18446744073709551617,"f":1e-07,"\u00e9":"\u00e9","gone":0}"#,
        ),
        ("renew", Session::renew, r#"{"a":1,"big":18446744073709551617,"f":1e-07,"\u00e9":"\u00e9","gone":0}"#),
    ];
    for (call, change, to) in changes {
        let (manager, session) = session_with(data);

        change(&session);

        assert_eq!(saved_data(&manager, &session), to, "{call}");
    }
}

/// Found by fuzzing: of a key that is there in two spellings, the first is its name.
#[test]
fn r07_write_keeps_the_first_spelling_of_a_key_that_is_there_twice() {
    assert_changed(
        r#"{"a":1,"b":2,"\u0061":3,"c":4}"#,
        |session| session.write(&BTreeMap::from([("a", 3), ("b", 2)])).unwrap(),
        r#"{"a":3,"b":2}"#,
    );
}

#[test]
fn r07_write_keeps_the_text_of_members_whose_value_is_the_same() {
    #[derive(Serialize)]
    struct Whole {
        f: f64,
        #[serde(rename = "é")]
        accent: &'static str,
        n: u128,
        a: i32,
    }
    assert_changed(
        r#"{"f":1e-07,"\u00e9":"\u00e9","n":18446744073709551617,"a":1}"#,
        |s| s.write(&Whole { f: 1e-7, accent: "é", n: (1 << 64) + 1, a: 2 }).unwrap(),
        r#"{"f":1e-07,"\u00e9":"\u00e9","n":18446744073709551617,"a":2}"#,
    );
}

#[test]
fn r07_keys_with_lone_surrogates_survive_to_the_letter() {
    assert_changed(
        r#"{"\ud800":1,"\udc00x":2,"a":1}"#,
        |s| s.insert("a", 2).unwrap(),
        r#"{"\ud800":1,"\udc00x":2,"a":2}"#,
    );
}

#[test]
fn r07_whitespace_between_members_is_not_part_of_them() {
    assert_changed("{ \"a\" : 1 ,\n \"b\" :\t[1, 2] }", |s| s.insert("a", 2).unwrap(), r#"{"a":2,"b":[1, 2]}"#);
}

#[test]
fn r07_insertion_order_is_kept_and_a_removed_key_comes_back_last() {
    assert_changed(
        r#"{"z":1,"a":2,"m":3}"#,
        |s| {
            s.remove("z");
            s.insert("z", 1).unwrap();
            s.insert("a", 9).unwrap();
            assert_eq!(s.keys(), ["a", "m", "z"]);
        },
        r#"{"a":9,"m":3,"z":1}"#,
    );
}
