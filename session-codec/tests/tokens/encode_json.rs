//! Data that is JSON already: signed to the letter, or refused.

use session_codec::{Claims, EncodeError, Lifetime, UnixTime};

use crate::common::{NOW, codec, payload_json, signed};

#[test]
fn json_is_signed_to_the_letter() {
    for data in [
        "{}",
        r#"{"n":1.50,"e":1E+2,"z":-0}"#,
        "{ \"b\" : [ 1 ,\n2 ] ,\t\"a\" : { } }",
        r#"{"same":1,"same":2}"#,
        r#"{"é":"\u00e9","lone":"\ud800","slash":"\/"}"#,
        r#"{"d":{},"t":1}"#,
    ] {
        let token = codec().encode_json(data, Claims::new(NOW)).unwrap();

        assert_eq!(payload_json(&token), format!(r#"{{"d":{data},"t":1700000000}}"#));
        assert_eq!(token, signed(payload_json(&token)));
        let verified = codec().verify(token, NOW).unwrap();
        assert_eq!(verified.data_json(), data);
        assert_eq!(verified.into_data_json(), data);
    }
}

#[test]
fn the_claims_are_written_after_it() {
    let claims = Claims {
        issued_at: NOW,
        created_at: Some(UnixTime::from_secs(1_600_000_000)),
        lifetime: Some(Lifetime::BrowserSession),
    };
    let token = codec().encode_json(r#"{"a":1}"#, claims).unwrap();

    assert_eq!(payload_json(&token), r#"{"d":{"a":1},"t":1700000000,"c":1600000000,"m":0}"#);
}

#[test]
fn what_is_not_exactly_one_json_object_is_refused() {
    for data in [
        "",
        " ",
        " {}",
        "\n{}",
        "\u{feff}{}",
        "{} ",
        "{}\n",
        "{}x",
        "{}{}",
        "{},{}",
        r#"{},"t":0"#,
        r#"{"a":1},"t":0,"x":{}"#,
        "[]",
        "[{}]",
        "null",
        "1",
        r#""{}""#,
        "{",
        "}",
        "{]",
        "{,}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{"a":NaN}"#,
        r#"{"a":01}"#,
        r#"{"a":"\x"}"#,
        "{\"a\":\"\n\"}",
        r#"{"a":1"#,
        r#"{'a':1}"#,
        "{a:1}",
    ] {
        assert_eq!(codec().encode_json(data, Claims::new(NOW)), Err(EncodeError::NotAnObject), "{data:?}");
    }
}
