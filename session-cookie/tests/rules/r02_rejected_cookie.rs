//! Rule 2: a cookie that is malformed, forged, expired, from the future or not a session gives an empty session.

use session_cookie::{DecodeError, Origin, UnixTime};

use crate::common::*;

#[test]
fn r02_a_cookie_that_verifies_is_the_session() {
    let session = manager().load([signed_cookie(r#"{"d":{"user_id":"42"},"t":1699999990}"#)]);

    assert_eq!(user(&session).as_deref(), Some("42"));
    let Origin::Verified { issued_at, created_at, lifetime, key_index, .. } = session.origin() else { panic!() };
    assert_eq!(issued_at, UnixTime::from_secs(1_699_999_990));
    assert_eq!(created_at, issued_at, "a missing \"c\" counts as \"t\"");
    assert_eq!(lifetime, None);
    assert_eq!(key_index, 0);
}

// Malformed or forged

#[test]
fn r02_a_malformed_cookie_is_an_empty_session() {
    let signature_only = format!(".{}", "A".repeat(43));
    let no_dot = "A".repeat(100);
    let whole = token(r#"{"user_id":"42"}"#, NOW);
    let (payload, signature) = whole.split_once('.').unwrap();
    let short = format!("{payload}.{}", signature.get(..42).unwrap());
    let padded = format!("{payload}.{signature}=");
    let dotted = format!("{payload}.{signature}.");
    for value in ["", ".", "..", "x", "null", "%22", &no_dot, payload, &short, &padded, &dotted] {
        assert_rejected(format!("session={value}"), DecodeError::Malformed);
    }
    assert_rejected(format!("session={signature_only}"), DecodeError::InvalidSignature);
}

#[test]
fn r02_a_cookie_that_is_not_utf_8_is_an_empty_session() {
    assert_rejected(b"session=\xff\xfe\x80".as_slice(), DecodeError::Malformed);
}

#[test]
fn r02_a_cookie_signed_with_another_key_is_an_empty_session() {
    let forged = sign(STRANGE_SECRET, envelope(r#"{"user_id":"42"}"#, NOW));

    assert_rejected(format!("session={forged}"), DecodeError::InvalidSignature);
}

#[test]
fn r02_a_cookie_changed_in_any_one_character_is_an_empty_session() {
    let token = token(r#"{"user_id":"42"}"#, NOW);
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let session = manager().load([[b"session=".as_slice(), &changed].concat()]);

        assert!(matches!(session.origin(), Origin::Rejected(_)), "character {at}");
        assert!(session.is_empty());
    }
}

// Too old or too new

#[test]
fn r02_at_exactly_max_age_a_cookie_is_good_and_a_second_later_it_is_expired() {
    let at_max_age = cookie_of(r#"{"user_id":"42"}"#, NOW - 3600);
    let after_max_age = cookie_of(r#"{"user_id":"42"}"#, NOW - 3601);

    assert_eq!(user(&manager().load([at_max_age])).as_deref(), Some("42"));
    assert_rejected(after_max_age, DecodeError::Expired);
}

#[test]
fn r02_a_fraction_of_a_second_after_max_age_is_expired_as_in_velocipy() {
    assert_rejected(signed_cookie(r#"{"d":{},"t":1699996399.999}"#), DecodeError::Expired);

    let good = manager().load([signed_cookie(r#"{"d":{"user_id":"42"},"t":1699996400.0}"#)]);
    assert_eq!(user(&good).as_deref(), Some("42"));
}

#[test]
fn r02_a_timestamp_ahead_by_more_than_the_allowed_skew_is_an_empty_session() {
    let at_skew = cookie_of(r#"{"user_id":"42"}"#, NOW + 60);
    let beyond_skew = cookie_of(r#"{"user_id":"42"}"#, NOW + 61);

    assert_eq!(user(&manager().load([at_skew])).as_deref(), Some("42"));
    assert_rejected(beyond_skew, DecodeError::IssuedInFuture);
}

// What is done with a rejected session

#[test]
fn r02_a_refused_session_can_be_filled_and_saved_like_a_new_one() {
    let manager = manager();
    let session = manager.load(["session=junk"]);

    session.insert("user_id", "42").unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"user_id":"42"}"#);
}

#[test]
fn r02_the_reason_is_logged_at_debug_and_no_higher() {
    let manager = manager();

    let (_, log) = logged(|| manager.load([cookie_of("{}", NOW - 3601)]).len());

    assert_eq!(lines(&log, "DEBUG").len(), 1, "{log}");
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains("expired"), "{log}");
}

// The payload

#[test]
fn r02_an_authentic_cookie_that_is_no_session_is_an_empty_session() {
    for json in [
        "",
        "null",
        "[]",
        "{}",
        "42",
        r#""d""#,
        r#"{"t":1700000000}"#,
        r#"{"d":{"user_id":"42"}}"#,
        r#"{"d":null,"t":1700000000}"#,
        r#"{"d":[],"t":1700000000}"#,
        r#"{"d":"{}","t":1700000000}"#,
        r#"{"d":42,"t":1700000000}"#,
        r#"{"d":{},"t":"1700000000"}"#,
        r#"{"d":{},"t":null}"#,
        r#"{"d":{},"t":true}"#,
        r#"{"d":{},"t":-1}"#,
        r#"{"d":{},"t":NaN}"#,
        r#"{"d":{},"t":01700000000}"#,
        r#"{"d":{},"t":1700000000}}"#,
        r#"{"d":{},"t":1700000000} {}"#,
        r#"{"d":{},"t":1700000000"#,
        r#"{"d":{"user_id":"42"},"d":{"user_id":"43"},"t":1700000000}"#,
        r#"{"d":{"user_id":"42"},"t":1700000000,"t":1700000000}"#,
        r#"{"d":{"user_id":"42"},"\u0064":{},"t":1700000000}"#,
        r#"{"\u0074":1700000000,"d":{"user_id":"42"},"t":1700000000}"#,
        r#"{"d":{"user_id":"42"},"t":1700000000,"c":1,"t":1700000000}"#,
        r#"{"d":{"user_id":"42"},"t":1700000000,"m":60,"m":60}"#,
        r#"{"d":{"user_id":"42"},"t":1700000000,"m":-1}"#,
        r#"{"d":{"user_id":"42"},"t":1700000000,"m":"60"}"#,
        r#"{"d":{"user_id":"42"},"t":1700000000,"m":null}"#,
        r#"{"d":{"user_id":"42"},"t":1700000000,"c":"1"}"#,
        r#"{"d":{"user_id":"42"} "x":{},"t":1700000000}"#,
        r#"{"d":{"user_id":"42"},{},"t":1700000000}"#,
        r#"{"d":{"user_id":"42"}}},"t":1700000000}"#,
        r#"{"d":{{"user_id":"42"},"t":1700000000}"#,
        r#"{"d":{"user_id":"42",},"t":1700000000}"#,
        r#"{"d":{"user_id"},"t":1700000000}"#,
        r#"{"d":{"user_id":},"t":1700000000}"#,
        r#"{"d":{user_id:"42"},"t":1700000000}"#,
        r#"{"d":{"user_id":'42'},"t":1700000000}"#,
        r#"{"d":{"user_id":NaN},"t":1700000000}"#,
        r#"{"d":{"user_id":Infinity},"t":1700000000}"#,
        r#"{"d":{"user_id":042},"t":1700000000}"#,
        r#"{"d":{"user_id":+42},"t":1700000000}"#,
        r#"{"d":{"user_id":4.},"t":1700000000}"#,
        r#"{"d":{"user_id":.4},"t":1700000000}"#,
        r#"{"d":{"user_id":4e},"t":1700000000}"#,
        r#"{"d":{"user_id":[1,]},"t":1700000000}"#,
        r#"{"d":{"user_id":[1}},"t":1700000000}"#,
        r#"{"d":{"user_id":{"a":1]},"t":1700000000}"#,
        r#"{"d":{"user_id":"\x"},"t":1700000000}"#,
        r#"{"d":{"user_id":"\u12g4"},"t":1700000000}"#,
        r#"{"d":{"user_id":tru},"t":1700000000}"#,
        r#"{"d":{"user_id":"42" "b":1},"t":1700000000}"#,
        "{\"d\":{\"user_id\":\"4\n2\"},\"t\":1700000000}",
        "{\"d\":{\"user_id\":\"42\"}\u{a0},\"t\":1700000000}",
        "\u{feff}{\"d\":{\"user_id\":\"42\"},\"t\":1700000000}",
    ] {
        let session = manager().load([signed_cookie(json)]);

        assert_eq!(session.origin(), Origin::Rejected(DecodeError::InvalidPayload), "{json}");
        assert!(session.is_empty(), "{json}");
    }
}

#[test]
fn r02_an_authentic_payload_that_is_not_utf_8_is_an_empty_session() {
    assert_rejected(signed_cookie(b"{\"d\":{\"a\":\"\xff\"},\"t\":1700000000}"), DecodeError::InvalidPayload);
}

#[test]
fn r02_the_envelope_is_read_in_any_order_with_whitespace_and_unknown_members() {
    for json in [
        r#"{"t":1700000000,"d":{"user_id":"42"}}"#,
        r#" { "d" : { "user_id" : "42" } , "t" : 1700000000 } "#,
        "{\n\t\"d\":\r\n{\"user_id\":\"42\"},\"t\":1.7e9}",
        r#"{"v":{"d":{},"t":1},"d":{"user_id":"42"},"t":1700000000}"#,
        r#"{"d":{"user_id":"42"},"t":1700000000,"x":[1,{"d":{}}]}"#,
        r#"{"d":{"user_id":"42"},"t":1700000000.25,"c":1699999999,"m":60}"#,
        r#"{"d":{"user_id":"42","d":{"t":1}},"t":1700000000}"#,
        r#"{"d":{"user_id":"42","x":"},\"t\":1}"},"t":1700000000}"#,
        r#"{"d":{"user_id":"42"},"x":{},"t":1700000000}"#,
        "{\"d\":{\"user_id\":\"42\"}\n,\n\"x\":{\"a\":{}},\"t\":1700000000}",
        r#"{"\u0064":{"user_id":"42"},"\u0074":1700000000}"#,
        r#"{"d":{"user_id":"42","x":{"y":{}},"z":[{},{"t":1}]},"t":1700000000}"#,
        r#"{"m":60,"d":{"user_id":"42"},"c":1,"t":1700000000}"#,
    ] {
        let session = manager().load([signed_cookie(json)]);

        assert_eq!(user(&session).as_deref(), Some("42"), "{json}");
    }
}

/// Damages the text by one character a time: the same damage in every run.
fn damaged(text: &str, seed: u64) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let random = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 16;
    let at = usize::try_from(random).unwrap() % chars.len();
    let other = [
        '"', '\\', '{', '}', '[', ']', ',', ':', '0', '1', '9', '-', '+', '.', 'e', 'E', 'n', 't', 'u', 'f', ' ', '\n',
        '\t', '/', 'é', '\u{1}', '\u{7f}', '\u{2028}',
    ];
    let other = other[usize::try_from(random >> 20).unwrap() % other.len()];
    match random >> 40 & 3 {
        0 => drop(chars.remove(at)),
        1 => chars.insert(at, other),
        2 => chars[at] = other,
        _ => chars.swap(at, (at + 1) % text.chars().count()),
    }
    chars.into_iter().collect()
}

#[test]
fn r02_data_are_a_session_exactly_if_serde_json_reads_them_as_an_object() {
    let seeds = [
        r#"{"a":1,"b":-0.5e+10,"c":[true,false,null,[],{}],"d":{"e":"x","f":[1,2]}}"#,
        r#"{ "k" : "\"\\\/\b\f\n\r\t\u00e9\ud83e" ,"":0, "long text of more than eight bytes":"and another, of many" }"#,
        r#"{"a":{"b":[{"c":[0,10,1.0,1e1,1E-1,-1]}]},"z":"é🦖"}"#,
    ];
    let (mut accepted, mut refused) = (0, 0);
    for seed in 0..6000 {
        let data = damaged(&damaged(seeds[(seed % 3) as usize], seed), seed.wrapping_mul(31));
        let is_json = |text: &str| serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
        let envelope = envelope(&data, NOW);

        let origin = manager().load([signed_cookie(&envelope)]).origin();

        let is_session = matches!(origin, Origin::Verified { .. });
        if is_json(&data) && data.trim_start().starts_with('{') {
            assert!(is_session, "{data}");
            accepted += 1;
        } else if !is_json(&envelope) {
            assert_eq!(origin, Origin::Rejected(DecodeError::InvalidPayload), "{data}");
            refused += 1;
        }
    }
    assert!(accepted > 500 && refused > 500, "{accepted} {refused}");
}

#[test]
fn r02_lone_surrogates_do_not_cost_the_session() {
    let (_, session) = session_with(r#"{"\udc00":1,"bad":"\ud83e","user_id":"42"}"#);

    assert_eq!(user(&session).as_deref(), Some("42"));
    assert_eq!(session.len(), 3);
    assert!(session.get::<String>("bad").is_err());
}

// Repeated keys

#[test]
fn r02_of_a_key_that_is_there_twice_the_last_value_counts_as_in_python() {
    let (_, session) = session_with(r#"{"user_id":"41","a":1,"user_id":"42"}"#);

    assert_eq!(user(&session).as_deref(), Some("42"));
    assert_eq!(session.keys(), ["user_id", "a"]);
    assert_eq!(session.len(), 2);
}

#[test]
fn r02_a_key_that_is_there_twice_and_has_no_neighbours_is_there_once() {
    let (_, session) = session_with(r#"{"user_id":"41","user_id":"42"}"#);

    assert_eq!(user(&session).as_deref(), Some("42"));
    assert_eq!(session.keys(), ["user_id"]);
}

#[test]
fn r02_a_key_written_twice_in_two_spellings_is_there_twice() {
    let (_, session) = session_with(r#"{"\u0075ser_id":"41","user_id":"42"}"#);

    assert_eq!(user(&session).as_deref(), Some("42"));
    assert_eq!(session.keys(), ["user_id"]);
}

#[test]
fn r02_many_keys_that_look_alike_are_all_kept_apart() {
    let keys: Vec<String> = (0..150).map(|n| format!("k{n:03}k")).collect();
    let members: Vec<String> = keys.iter().map(|key| format!(r#""{key}":"{key}""#)).collect();
    let (_, session) = session_with(&format!("{{{}}}", members.join(",")));

    assert_eq!(session.keys(), keys);
    for key in &keys {
        assert_eq!(session.get::<String>(key).unwrap().as_ref(), Some(key));
    }
}

#[test]
fn r02_many_keys_with_escapes_and_repetitions_are_read_as_python_reads_them() {
    let members = |value: u32| (0..120).map(move |n| format!(r#""\u04{:02x}":{value}"#, n % 100));
    let data = members(1).chain(members(2)).chain([r#""\ud800":1"#.to_owned(), r#""\ud800":2"#.to_owned()]);
    let (_, session) = session_with(&format!("{{{}}}", data.collect::<Vec<_>>().join(",")));

    assert_eq!(session.len(), 101);
    assert_eq!(session.keys()[..2], ["\u{400}", "\u{401}"]);
    assert_eq!(session.get("\u{400}"), Ok(Some(2)));
}

// Nesting

#[test]
fn r02_500_levels_of_nesting_are_a_session() {
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    let (manager, session) = session_with(&format!(r#"{{"deep":{deep},"user_id":"42"}}"#));

    assert_eq!(user(&session).as_deref(), Some("42"));
    session.insert("user_id", "43").unwrap();
    assert_eq!(saved_data(&manager, &session), format!(r#"{{"deep":{deep},"user_id":"43"}}"#));
}

#[test]
fn r02_500_levels_of_objects_in_arrays_are_a_session() {
    let deep = format!("{}1{}", r#"[{"a":"#.repeat(250), "}]".repeat(250));
    let (manager, session) = session_with(&format!(r#"{{"deep":{deep},"user_id":"42"}}"#));

    assert!(session.remove("user_id"));

    assert_eq!(saved_data(&manager, &session), format!(r#"{{"deep":{deep}}}"#));
}

#[test]
fn r02_nesting_that_is_closed_in_the_wrong_order_is_no_session() {
    for levels in [1, 63, 64, 65, 127, 128, 129, 500] {
        let mut closing = "]".repeat(levels);
        closing.replace_range(levels / 2..=levels / 2, "}");
        let json = format!(r#"{{"d":{{"deep":{}1{closing}}},"t":1700000000}}"#, "[".repeat(levels));

        assert_rejected(signed_cookie(json), DecodeError::InvalidPayload);
    }
}

#[test]
fn r02_the_nesting_of_a_whole_cookie_is_neither_a_panic_nor_an_error() {
    for (open, close) in [("[", "]"), (r#"{"":"#, "}")] {
        let levels = 2900 / (open.len() + close.len());
        let inner = if open == "[" { "" } else { "1" };
        let deep = format!("{}{inner}{}", open.repeat(levels), close.repeat(levels));
        let (_, session) = session_with(&format!(r#"{{"deep":{deep},"user_id":"42"}}"#));

        assert_eq!(user(&session).as_deref(), Some("42"));
        assert!(session.get::<serde_json::Value>("deep").is_err(), "too deep for serde_json, and said so");
        session.insert("theme", "dark").unwrap();
    }
}

#[test]
fn r02_a_cookie_from_the_future_is_logged_at_warn_once_a_minute() {
    let manager = manager();
    let early = cookie_of(r#"{"a":1}"#, NOW + 61);

    let (_, log) = logged(|| {
        for _ in 0..3 {
            let session = manager.load([&early]);
            assert_eq!(session.origin(), Origin::Rejected(DecodeError::IssuedInFuture));
        }
    });

    assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
    assert!(lines(&log, "WARN")[0].contains("clock") && lines(&log, "WARN")[0].contains("count=1"), "{log}");
}
