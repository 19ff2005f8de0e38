//! The JSON around the data: written in one way, read in every way that JSON allows.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use session_codec::{Claims, DecodeError, EncodeError, Lifetime, UnixTime};

use crate::common::{NOW, assert_is_no_envelope, codec, payload_json, signed, verify};

#[track_caller]
fn assert_reads_as(json: &str, data: &str, claims: Claims) {
    let verified = verify(json).unwrap();
    assert_eq!((verified.data_json(), verified.claims()), (data, claims), "{json}");
}

// Writing

#[test]
fn writes_compact_json_with_d_first_and_t_an_integer() {
    let token = codec().encode(&json!({"user_id": "42", "n": [1, 2]}), NOW).unwrap();

    assert_eq!(payload_json(&token), r#"{"d":{"user_id":"42","n":[1,2]},"t":1700000000}"#);
}

#[test]
fn a_float_that_was_encoded_is_the_float_that_is_decoded() {
    for float in [9.636279947347473e-6, 1848120484.8213181, 0.1, f64::MIN_POSITIVE, f64::MAX, 5e-324, -0.0] {
        let token = codec().encode(&HashMap::from([("f", float)]), NOW).unwrap();
        let decoded: HashMap<String, f64> = codec().decode(token, NOW).unwrap();

        assert_eq!(decoded.get("f").map(|float| float.to_bits()), Some(float.to_bits()), "{float}");
    }
}

#[test]
fn data_that_is_no_object_is_not_written() {
    for data in [json!(null), json!([]), json!("{}"), json!(1), json!(true)] {
        assert_eq!(codec().encode(&data, NOW), Err(EncodeError::NotAnObject));
    }
}

#[test]
fn data_that_is_no_json_is_not_written() {
    let by_pair = HashMap::from([((1, 2), 3)]);

    assert_eq!(codec().encode(&by_pair, NOW), Err(EncodeError::Unserializable));
}

/// One of the two allocations that encoding may make is the token itself.
#[test]
fn a_token_is_as_large_as_the_memory_that_was_asked_for_it() {
    for length in 0..100 {
        let token = codec().encode(&json!({"a": "x".repeat(length)}), NOW).unwrap();

        assert_eq!(token.capacity(), token.len(), "{length} characters");
    }
}

// Reading

#[test]
fn reads_the_members_in_any_order_beside_any_others() {
    let claims = Claims {
        issued_at: UnixTime::from_secs(1),
        created_at: Some(UnixTime::from_secs(2)),
        lifetime: Some(Lifetime::For(Duration::from_secs(9_999_999_999))),
    };
    for json in [
        r#"{"d":{"a":1},"t":1,"c":2,"m":9999999999}"#,
        r#"{"d":{"a":1},"t":1,"m":9999999999,"c":2}"#,
        r#"{"d":{"a":1},"c":2,"t":1,"m":9999999999}"#,
        r#"{"m":9999999999,"c":2,"t":1,"d":{"a":1}}"#,
        r#"{"t":1,"d":{"a":1},"c":2,"m":9999999999}"#,
        r#"{"v":{},"d":{"a":1},"t":1,"c":2,"m":9999999999}"#,
        r#"{"d":{"a":1},"v":{},"t":1,"c":2,"m":9999999999}"#,
        r#"{"d":{"a":1},"v":{"t":5},"t":1,"c":2,"m":9999999999}"#,
        r#"{"d":{"a":1},"t":1,"c":2,"m":9999999999,"v":"}"}"#,
        r#"{"d":{"a":1},"t":1,"c":2,"m":9999999999,"v":{"m":0}}"#,
        " {\t\"d\" : {\"a\":1} , \"t\" :\n1,\"c\":2,\r\"m\":9999999999 } ",
        r#"{"\u0064":{"a":1},"t":1,"\u0063":2,"\u006d":9999999999}"#,
    ] {
        assert_reads_as(json, r#"{"a":1}"#, claims);
    }
}

#[test]
fn what_looks_like_a_member_of_the_envelope_inside_the_data_is_data() {
    let claims = Claims::new(UnixTime::from_secs(1));
    for data in [
        r#"{"t":5}"#,
        r#"{"a":{"x":1},"t":5}"#,
        r#"{"a":"},\"t\":5}"}"#,
        r#"{"a":"}","b":",\"t\":5"}"#,
        r#"{"a":{},"b":{"c":{},"d":{}},"e":[{},{}]}"#,
        r#"{"\"":{},"\\":{}}"#,
        r#"{"a":"}\",\"t\":5"}"#,
    ] {
        assert_reads_as(&format!(r#"{{"d":{data},"t":1}}"#), data, claims);
    }
}

#[test]
fn a_member_twice_in_the_envelope_is_refused() {
    for json in [
        r#"{"d":{},"d":{},"t":1}"#,
        r#"{"d":{},"t":1,"t":1}"#,
        r#"{"d":{"a":{}},"d":{},"t":1}"#,
        r#"{"d":{},"t":1,"d":{},"t":2}"#,
        r#"{"d":{},"t":1,"c":1,"c":1}"#,
        r#"{"d":{},"t":1,"m":1,"m":1}"#,
        r#"{"d":{},"t":1,"m":1,"c":1,"m":1}"#,
        r#"{"d":{},"t":1,"\u0074":2}"#,
        r#"{"d":{},"v":1,"v":1,"t":1}"#,
        "{\"d\":{} , \"d\":{},\"t\":1}",
    ] {
        assert_is_no_envelope(json);
    }
}

#[test]
fn what_is_no_envelope_is_refused() {
    for json in [
        "",
        "{",
        "null",
        "[]",
        "1",
        "\"\"",
        "{}",
        r#"{"d":{}}"#,
        r#"{"t":1}"#,
        r#"{"d":[],"t":1}"#,
        r#"{"d":"{}","t":1}"#,
        r#"{"d":null,"t":1}"#,
        r#"{"d":{},"t":1}x"#,
        r#"{"d":{},"t":1"#,
        r#"{"d":{},"t":1,}"#,
        r#"{"d":{},,"t":1}"#,
        r#"{"d":{}"t":1}"#,
        r#"{"d":{},"t":1,"c":null}"#,
        r#"{"d":{},"t":1,"m":"60"}"#,
        r#"{"d":{},"t":1,"m":-1}"#,
        "\u{feff}{\"d\":{},\"t\":1}",
    ] {
        assert_is_no_envelope(json);
    }
    assert_is_no_envelope(b"{\"d\":{\"a\":\"\xff\"},\"t\":1}");
}

#[test]
fn twice_in_the_data_the_last_value_counts() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Data {
        a: u8,
        b: Option<u8>,
    }

    let verified = verify(r#"{"d":{"a":1,"b":2,"\u0061":3},"t":1}"#).unwrap();
    assert_eq!(verified.data::<Value>().unwrap(), json!({"a": 3, "b": 2}));
    assert_eq!(verified.data::<HashMap<String, u8>>().unwrap(), HashMap::from([("a".into(), 3), ("b".into(), 2)]));
    assert_eq!(verified.data::<Data>().unwrap(), Data { a: 3, b: Some(2) });
}

#[test]
fn data_of_another_type_is_an_invalid_payload() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Data {
        a: u8,
    }

    for data in [r#"{"a":"1"}"#, r#"{"b":1}"#, r#"{"a":300}"#, r#"{"a":1,"a":300}"#] {
        let verified = verify(format!(r#"{{"d":{data},"t":1}}"#)).unwrap();
        assert_eq!(verified.data::<Data>(), Err(DecodeError::InvalidPayload), "{data}");
    }
}

#[test]
fn data_that_is_no_json_is_an_invalid_payload_when_it_is_parsed_and_not_before() {
    for data in [r#"{"a":nope}"#, r#"{"a":1,}"#, "{\"a\":\"\n\"}", r#"{"a"}"#, "{}{}"] {
        let verified = verify(format!(r#"{{"d":{data},"t":0}}"#)).unwrap();

        assert_eq!(verified.data::<Value>(), Err(DecodeError::InvalidPayload), "{data}");
    }
}

#[test]
fn data_can_borrow_from_the_token() {
    #[derive(Deserialize)]
    struct Data<'a> {
        name: &'a str,
    }

    let verified = verify(r#"{"d":{"name":"alice"},"t":1}"#).unwrap();
    assert_eq!(verified.data::<Data<'_>>().unwrap().name, "alice");
}

#[test]
fn numbers_keep_all_their_digits() {
    let data = r#"{"big":18446744073709551617,"float":1.00000000000000000000001,"exp":1E+400}"#;
    let verified = verify(format!(r#"{{"d":{data},"t":1}}"#)).unwrap();

    assert_eq!(verified.data_json(), data);
}

#[test]
fn data_beside_other_members_is_returned_alone() {
    let token = signed(r#"{"t":1700000000,"x":{"d":1},"d":{"a":1} }"#);

    assert_eq!(codec().verify(token, NOW).unwrap().into_data_json(), r#"{"a":1}"#);
}
