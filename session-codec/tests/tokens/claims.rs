//! The claims beside the data: when a token was signed, when its session began, and how long it lives.

use std::time::Duration;

use serde_json::json;
use session_codec::{Claims, DecodeError, Lifetime, UnixTime};

use crate::common::{NOW, assert_is_no_envelope, codec, payload_json, verify};

#[test]
fn claims_of_a_time_have_that_time_of_issue_and_nothing_else() {
    assert_eq!(Claims::new(NOW), Claims { issued_at: NOW, created_at: None, lifetime: None });
}

#[test]
fn writes_the_optional_claims_only_when_given() {
    let claims = Claims { issued_at: NOW, created_at: Some(UnixTime::from_secs(1_600_000_000)), lifetime: None };
    let token = codec().encode_with(&json!({}), claims).unwrap();
    assert_eq!(payload_json(&token), r#"{"d":{},"t":1700000000,"c":1600000000}"#);

    let claims = Claims { lifetime: Some(Lifetime::BrowserSession), ..Claims::new(NOW) };
    let token = codec().encode_with(&json!({}), claims).unwrap();
    assert_eq!(payload_json(&token), r#"{"d":{},"t":1700000000,"m":0}"#);
}

#[test]
fn a_fraction_of_the_time_of_issue_is_not_written() {
    let time = UnixTime::from_duration(Duration::from_millis(1_699_999_999_900));
    let token = codec().encode(&json!({}), time).unwrap();

    assert_eq!(payload_json(&token), r#"{"d":{},"t":1699999999}"#);
}

#[test]
fn a_lifetime_is_rounded_up_so_that_a_short_one_is_not_taken_for_none() {
    for (lifetime, written) in [
        (Duration::ZERO, 1),
        (Duration::from_nanos(1), 1),
        (Duration::from_millis(500), 1),
        (Duration::from_secs(1), 1),
        (Duration::from_millis(1500), 2),
        (Duration::MAX, u64::MAX),
    ] {
        let claims = Claims { lifetime: Some(Lifetime::For(lifetime)), ..Claims::new(NOW) };
        let token = codec().encode_with(&json!({}), claims).unwrap();

        assert_eq!(payload_json(&token), format!(r#"{{"d":{{}},"t":1700000000,"m":{written}}}"#));
    }
}

#[test]
fn claims_survive_the_way_there_and_back() {
    let claims = Claims {
        issued_at: NOW,
        created_at: Some(UnixTime::from_secs(1_600_000_000)),
        lifetime: Some(Lifetime::For(Duration::from_secs(60))),
    };
    let verified = codec().verify(codec().encode_with(&json!({"a": 1}), claims).unwrap(), NOW).unwrap();

    assert_eq!(verified.claims(), claims);
    assert_eq!(verified.data_json(), r#"{"a":1}"#);
}

#[test]
fn reads_a_timestamp_of_any_number_from_zero_up() {
    for (text, nanos) in [
        ("0", 0),
        ("-0", 0),
        ("-0.0", 0),
        ("0.0", 0),
        ("1.5", 1_500_000_000),
        ("1.000000001", 1_000_000_001),
        ("1.0000000019", 1_000_000_001),
        ("1.7e3", 1_700_000_000_000),
        ("17E-1", 1_700_000_000),
        ("1e-999", 0),
        ("1699999999.999999", 1_699_999_999_999_999_000),
    ] {
        let verified = verify(format!(r#"{{"d":{{}},"t":{text}}}"#)).unwrap();

        assert_eq!(verified.issued_at().since_epoch(), Duration::from_nanos(nanos), "{text}");
    }
}

#[test]
fn a_timestamp_beyond_all_clocks_lies_in_the_future() {
    for text in ["18446744073709551615", "18446744073709551616", "99999999999999999999999999.5", "1e30", "1e999"] {
        let json = format!(r#"{{"d":{{}},"t":{text}}}"#);

        assert_eq!(verify(json).err(), Some(DecodeError::IssuedInFuture), "{text}");
    }
}

#[test]
fn a_timestamp_that_is_no_time_is_refused() {
    for text in [
        "-1",
        "-0.5",
        "-1e999",
        "NaN",
        "nan",
        "inf",
        "Infinity",
        "-Infinity",
        "true",
        "null",
        "\"1\"",
        "[1]",
        "{}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "0x10",
        "1_000",
        "",
    ] {
        assert_is_no_envelope(format!(r#"{{"d":{{}},"t":{text}}}"#));
    }
}

#[test]
fn a_missing_c_counts_as_t() {
    let verified = verify(r#"{"d":{},"t":5}"#).unwrap();
    assert_eq!(verified.created_at(), UnixTime::from_secs(5));
    assert_eq!(verified.claims().created_at, None);

    let verified = verify(r#"{"d":{},"t":5,"c":3}"#).unwrap();
    assert_eq!(verified.created_at(), UnixTime::from_secs(3));
}

#[test]
fn a_session_can_not_have_begun_after_it_was_signed() {
    let verified = verify(r#"{"d":{},"t":5,"c":7}"#).unwrap();

    assert_eq!(verified.created_at(), UnixTime::from_secs(5));
}
