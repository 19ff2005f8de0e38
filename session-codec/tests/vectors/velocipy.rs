//! Tokens that VelociPy 0.3.0 itself signed, or damaged and then accepted or rejected (`data/velocipy-0.3.0.json`).

use serde_json::Value;
use serde_json::value::RawValue;
use session_codec::{Codec, DecodeError, Key, UnixTime};

fn vectors(kind: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../data/velocipy-0.3.0.json")).unwrap();
    let vectors = all[kind].as_array().unwrap().clone();
    assert!(!vectors.is_empty(), "no vectors of the kind {kind}");
    vectors
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap()
}

fn codec(vector: &Value) -> Codec {
    Codec::new(Key::with_short_secret(text(vector, "secret")).unwrap())
}

/// Later than every vector. No maximum age is set.
const LATER: UnixTime = UnixTime::from_secs(2_000_000_000);

#[test]
fn accepted_tokens_hold_the_same_json_to_the_letter() {
    for vector in vectors("accepted") {
        let verified = codec(&vector).verify(text(&vector, "token"), LATER).unwrap();

        assert_eq!(verified.data_json(), text(&vector, "data_json"));
        assert_eq!(verified.issued_at().since_epoch().as_secs_f64(), vector["t"].as_f64().unwrap());
        assert_eq!(verified.key_index(), 0);
    }
}

#[test]
fn accepted_tokens_decode_to_the_same_values() {
    for vector in vectors("accepted") {
        let decoded: Value = codec(&vector).decode(text(&vector, "token"), LATER).unwrap();
        let expected: Value = serde_json::from_str(text(&vector, "data_json")).unwrap();

        assert_eq!(decoded, expected);
        // The numbers too: this crate's tests parse with `arbitrary_precision`, so a number is its digits.
        assert_eq!(decoded.to_string(), expected.to_string());
    }
}

#[test]
fn accepted_tokens_are_encoded_again_with_the_same_text() {
    for vector in vectors("accepted") {
        let codec = codec(&vector);
        let verified = codec.verify(text(&vector, "token"), LATER).unwrap();
        let data: &RawValue = verified.data().unwrap();
        let token = codec.encode(data, verified.issued_at()).unwrap();

        let again = codec.verify(&token, LATER).unwrap();
        assert_eq!(again.data_json(), text(&vector, "data_json"));
        assert_eq!(again.issued_at().as_secs(), verified.issued_at().as_secs());
    }
}

#[test]
fn tokens_with_a_whole_timestamp_are_the_very_bytes_that_velocipy_signs() {
    let mut compared = 0;
    for vector in vectors("accepted") {
        let Some(issued_at) = vector["t"].as_u64() else { continue };
        let data = RawValue::from_string(text(&vector, "data_json").to_owned()).unwrap();

        assert_eq!(codec(&vector).encode(&data, UnixTime::from_secs(issued_at)).unwrap(), text(&vector, "token"));
        compared += 1;
    }
    assert!(compared > 20, "{compared} vectors have a whole timestamp");
}

#[test]
fn rejected_tokens_are_refused() {
    for vector in vectors("rejected") {
        let result = codec(&vector).decode::<Value>(text(&vector, "token"), LATER);
        assert!(result.is_err(), "accepted: {}", text(&vector, "why"));
        let verified = codec(&vector).verify(text(&vector, "token"), LATER);
        assert!(verified.is_err(), "verified: {}", text(&vector, "why"));
    }
}

#[test]
fn deep_nesting_neither_panics_nor_recurses() {
    for vector in vectors("either") {
        let verified = codec(&vector).verify(text(&vector, "token"), LATER).unwrap();

        assert_eq!(verified.data::<Value>(), Err(DecodeError::InvalidPayload));
        verified.data::<&RawValue>().unwrap();
    }
}
