//! The references agree with VelociPy on the tokens that it minted.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use session_codec::DecodeError;
use session_fuzz::reference::{authenticate, canonical, same_seconds, verify};

#[derive(Deserialize)]
struct Vectors {
    accepted: Vec<Accepted>,
    rejected: Vec<Rejected>,
}

#[derive(Deserialize)]
struct Accepted {
    secret: String,
    t: Box<RawValue>,
    data_json: String,
    token: String,
}

#[derive(Deserialize)]
struct Rejected {
    secret: String,
    token: String,
    why: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../session-codec/tests/data/velocipy-0.3.0.json")).expect("vectors")
}

#[test]
fn accepts_what_velocipy_minted() {
    for vector in vectors().accepted {
        let (key_index, envelope) = verify(vector.token.as_bytes(), &[&vector.secret]).expect("good");

        assert_eq!((key_index, envelope.data), (0, vector.data_json));
        assert_eq!(envelope.issued_at, vector.t.get());
        assert_eq!((envelope.created_at, envelope.lifetime), (None, None));
    }
}

#[test]
fn refuses_what_velocipy_refuses() {
    for Rejected { secret, token, why } in vectors().rejected {
        assert!(verify(token.as_bytes(), &[&secret]).is_err(), "{why}");
    }
}

#[test]
fn tells_authentic_from_forged() {
    for Accepted { secret, token, .. } in vectors().accepted {
        let token = token.as_bytes();
        assert_eq!(authenticate(token, &["another secret"]), Err(DecodeError::InvalidSignature));
        assert_eq!(authenticate(&token[1..], &[&secret]), Err(DecodeError::InvalidSignature));
        assert_eq!(authenticate(&token[..token.len() - 1], &[&secret]), Err(DecodeError::Malformed));
    }
}

#[test]
fn tells_equal_values_from_others() {
    for (a, b) in
        [("1e-07", "1e-7"), ("1.50", "15e-1"), (r#""\u00e9""#, r#""é""#), (r#"{"a":1,"b":[2]}"#, r#"{"b":[ 2],"a":1}"#)]
    {
        assert_eq!(canonical(a), canonical(b));
    }
    for (a, b) in [
        ("18446744073709551617", "18446744073709551618"),
        ("1", "1.0"),
        ("0.0", "-0.0"),
        ("[]", "{}"),
        (r#""a""#, r#""A""#),
    ] {
        assert_ne!(canonical(a), canonical(b));
    }
}

#[test]
fn tells_the_same_seconds_from_others() {
    let cases = [
        ("1700000000", Duration::from_secs(1_700_000_000)),
        ("1700000000.25", Duration::from_millis(1_700_000_000_250)),
        ("1.7e9", Duration::from_secs(1_700_000_000)),
        ("1e999", Duration::MAX),
        ("-0.0", Duration::ZERO),
    ];
    for (json, _) in cases {
        for (other, duration) in cases {
            let same = json.parse::<f64>().ok() == other.parse::<f64>().ok();
            assert_eq!(same_seconds(json, duration), same, "{json} and {other}");
        }
    }
    assert!(!same_seconds("1700000000", Duration::new(1_700_000_000, 1)));
}
