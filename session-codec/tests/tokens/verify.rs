//! Which tokens are good, and why the others are not.

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use session_codec::{Claims, Codec, DecodeError, Key, Lifetime, UnixTime};

use crate::common::{NOW, codec, signed, signed_payload};

fn token() -> String {
    codec().encode(&json!({"user_id": "42"}), NOW).unwrap()
}

fn refusal(token: impl AsRef<[u8]>) -> Option<DecodeError> {
    codec().verify(token, NOW).err()
}

fn secs(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs)
}

#[test]
fn what_was_encoded_decodes_to_the_same() {
    assert_eq!(codec().decode::<Value>(token(), NOW), Ok(json!({"user_id": "42"})));
}

#[test]
fn what_is_not_of_the_form_of_a_token_is_malformed() {
    let token = token();
    let (payload, signature) = token.split_once('.').unwrap();
    for token in [
        "",
        ".",
        "a.b",
        "..",
        payload,
        signature,
        &format!("{payload}{signature}"),
        &format!("{payload}."),
        &format!("{payload}.{}", &signature[1..]),
        &format!("{payload}.{signature}="),
        &format!("{payload}.{signature} "),
        &format!("{payload}.{signature}A"),
        &format!("{payload}.{signature}."),
        &format!("{payload}+{signature}"),
        &format!("{payload}.{}+", &signature[..42]),
    ] {
        assert_eq!(refusal(token), Some(DecodeError::Malformed), "{token}");
    }
}

#[test]
fn bytes_that_are_no_text_are_malformed() {
    assert_eq!(refusal([0xff; 100]), Some(DecodeError::Malformed));
    assert_eq!(refusal([&token().into_bytes()[..], &[0xff]].concat()), Some(DecodeError::Malformed));
}

#[test]
fn a_signature_has_one_spelling() {
    // The last of 43 characters holds four bits of the MAC and two that must be zero.
    let token = token();
    let (rest, last) = token.split_at(token.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.find(last).unwrap();

    assert_eq!(at % 4, 0);
    for other in &alphabet[at + 1..at + 4].chars().collect::<Vec<_>>() {
        assert_eq!(refusal(format!("{rest}{other}")), Some(DecodeError::Malformed));
    }
}

#[test]
fn a_payload_has_one_spelling() {
    // One byte over: the last of two characters holds two bits of it, and four that must be zero.
    for payload in [
        "eyJkIjp7fSwidCI6MX0=",
        "eyJkIjp7fSwidCI6MX1",
        "eyJkIjp7fSwidCI6MX0.",
        "eyJkIjp7fSwi dCI6MX0",
        "eyJkIjp7fSwidCI6MX0\n",
    ] {
        assert_eq!(refusal(signed_payload(payload)), Some(DecodeError::InvalidPayload), "{payload:?}");
    }
    assert_eq!(refusal(signed_payload("eyJkIjp7fSwidCI6MX0")), None);
    let standard_alphabet = signed_payload("eyJkIjp7ImEiOiI+Pj4/Pz8ifSwidCI6MX0");
    assert_eq!(refusal(standard_alphabet), Some(DecodeError::InvalidPayload));
    assert_eq!(refusal(signed_payload("eyJkIjp7ImEiOiI-Pj4_Pz8ifSwidCI6MX0")), None);
}

#[test]
fn one_flipped_bit_anywhere_is_enough() {
    let token = token().into_bytes();
    for at in 0..token.len() {
        for bit in 0..8 {
            let mut flipped = token.clone();
            flipped[at] ^= 1 << bit;
            let refusal = refusal(&flipped);

            assert!(
                matches!(refusal, Some(DecodeError::InvalidSignature | DecodeError::Malformed)),
                "byte {at}, bit {bit}: {refusal:?}"
            );
        }
    }
}

#[test]
fn one_removed_doubled_or_swapped_byte_anywhere_is_enough() {
    let token = token().into_bytes();
    for at in 0..token.len() {
        let mut removed = token.clone();
        removed.remove(at);
        assert!(refusal(&removed).is_some(), "byte {at} removed");

        let mut doubled = token.clone();
        doubled.insert(at, token[at]);
        assert!(refusal(&doubled).is_some(), "byte {at} doubled");

        let mut swapped = token.clone();
        swapped.swap(at, token.len() - 1 - at);
        assert!(swapped == token || refusal(&swapped).is_some(), "byte {at} swapped");
    }
}

#[test]
fn nothing_of_the_payload_is_looked_at_before_the_signature_holds() {
    // All of these would be refused for another reason, if they were signed.
    for payload in ["", "!", "eyJkIjp7fSwidCI6MX0=", "bnVsbA", "eyJkIjp7fSwidCI6OTk5OTk5OTk5OTl9"] {
        let forged = format!("{payload}.{}", Base64UrlUnpadded::encode_string(&[0; 32]));

        assert_eq!(refusal(forged), Some(DecodeError::InvalidSignature), "{payload}");
        assert!(!matches!(refusal(signed_payload(payload)), Some(DecodeError::InvalidSignature)), "{payload}");
    }
}

#[test]
fn another_key_is_refused() {
    let other = Codec::new(Key::new([1; 32]).unwrap());

    assert_eq!(refusal(other.encode(&json!({}), NOW).unwrap()), Some(DecodeError::InvalidSignature));
}

#[test]
fn is_good_at_exactly_the_maximum_age_and_expired_after() {
    let codec = codec().with_max_age(Duration::from_secs(3600));
    let token = codec.encode(&json!({}), secs(1000)).unwrap();
    let at = |duration| codec.verify(&token, UnixTime::from_duration(duration)).err();

    assert_eq!(at(Duration::from_secs(4600)), None);
    assert_eq!(at(Duration::new(4600, 1)), Some(DecodeError::Expired));
    assert_eq!(at(Duration::from_secs(4601)), Some(DecodeError::Expired));
    assert_eq!(at(Duration::MAX), Some(DecodeError::Expired));
}

#[test]
fn a_fraction_in_velocipys_timestamp_counts() {
    let codec = codec().with_max_age(Duration::from_secs(3600));
    let token = signed(r#"{"d":{},"t":1000.25}"#);

    assert!(codec.verify(&token, UnixTime::from_duration(Duration::from_millis(4_600_250))).is_ok());
    let late = codec.verify(&token, UnixTime::from_duration(Duration::from_millis(4_600_251)));
    assert_eq!(late.err(), Some(DecodeError::Expired));
}

#[test]
fn without_a_maximum_age_a_token_is_good_for_ever() {
    assert!(codec().verify(token(), UnixTime::from_duration(Duration::MAX)).is_ok());
}

#[test]
fn clocks_may_be_sixty_seconds_apart_and_no_more() {
    let token = codec().encode(&json!({}), secs(1060)).unwrap();

    assert!(codec().verify(&token, secs(1000)).is_ok());
    assert_eq!(codec().verify(&token, secs(999)).err(), Some(DecodeError::IssuedInFuture));
}

#[test]
fn the_allowed_clock_skew_can_be_chosen() {
    let token = codec().encode(&json!({}), secs(1001)).unwrap();
    let exact = codec().with_clock_skew(Duration::ZERO);

    assert_eq!(exact.verify(&token, secs(1000)).err(), Some(DecodeError::IssuedInFuture));
    assert!(exact.verify(&token, secs(1001)).is_ok());
    assert!(codec().with_clock_skew(Duration::MAX).verify(&token, secs(0)).is_ok());
}

#[test]
fn a_lifetime_below_the_maximum_age_is_the_limit() {
    let claims = Claims { lifetime: Some(Lifetime::For(Duration::from_secs(60))), ..Claims::new(secs(1000)) };
    for codec in [codec(), codec().with_max_age(Duration::from_secs(3600))] {
        let token = codec.encode_with(&json!({}), claims).unwrap();

        assert!(codec.verify(&token, secs(1060)).is_ok());
        assert_eq!(codec.verify(&token, secs(1061)).err(), Some(DecodeError::Expired));
    }
}

#[test]
fn a_lifetime_above_the_maximum_age_changes_nothing() {
    let codec = codec().with_max_age(Duration::from_secs(60));
    let claims = Claims { lifetime: Some(Lifetime::For(Duration::from_secs(3600))), ..Claims::new(secs(1000)) };
    let token = codec.encode_with(&json!({}), claims).unwrap();

    assert!(codec.verify(&token, secs(1060)).is_ok());
    assert_eq!(codec.verify(&token, secs(1061)).err(), Some(DecodeError::Expired));
}

#[test]
fn a_lifetime_of_zero_sets_no_limit() {
    let claims = Claims { lifetime: Some(Lifetime::BrowserSession), ..Claims::new(secs(1000)) };
    let token = codec().encode_with(&json!({}), claims).unwrap();
    assert!(codec().verify(&token, secs(9_999_999)).is_ok());

    let codec = codec().with_max_age(Duration::from_secs(60));
    assert!(codec.verify(&token, secs(1060)).is_ok());
    assert_eq!(codec.verify(&token, secs(1061)).err(), Some(DecodeError::Expired));
}

/// The last second in which each token is good, for the codec's `max_age` and `default_lifetime`.
#[test]
fn the_default_lifetime_is_that_of_a_token_without_its_own() {
    let long = Duration::from_secs(3600);
    let for_ten_minutes = Some(Lifetime::For(Duration::from_secs(600)));
    for (lifetime, max_age, good_until) in [
        (None, None, 1060),
        (None, Some(long), 1060),
        (Some(Lifetime::BrowserSession), None, 1060),
        (Some(Lifetime::BrowserSession), Some(long), 1060),
        (for_ten_minutes, None, 1600),
        (for_ten_minutes, Some(long), 1600),
        (None, Some(Duration::from_secs(30)), 1030),
        (for_ten_minutes, Some(Duration::from_secs(30)), 1030),
    ] {
        let mut codec = codec().with_default_lifetime(Duration::from_secs(60));
        if let Some(max_age) = max_age {
            codec = codec.with_max_age(max_age);
        }
        let token = codec.encode_with(&json!({}), Claims { lifetime, ..Claims::new(secs(1000)) }).unwrap();

        assert!(codec.verify(&token, secs(good_until)).is_ok(), "{lifetime:?} {max_age:?}");
        assert_eq!(codec.verify(&token, secs(good_until + 1)).err(), Some(DecodeError::Expired));
    }
}

#[test]
fn the_maximum_lifetime_counts_from_when_the_session_began() {
    let codec = codec().with_max_age(Duration::from_secs(60)).with_max_lifetime(Duration::from_secs(100));
    for (created_at, good_until) in
        [(Some(secs(900)), 1000), (Some(secs(930)), 1030), (Some(secs(990)), 1060), (None, 1060)]
    {
        let token = codec.encode_with(&json!({}), Claims { created_at, ..Claims::new(secs(1000)) }).unwrap();

        assert!(codec.verify(&token, secs(good_until)).is_ok(), "{created_at:?}");
        assert_eq!(codec.verify(&token, secs(good_until + 1)).err(), Some(DecodeError::Expired));
    }
}

#[test]
fn without_a_c_the_maximum_lifetime_counts_from_the_time_of_issue() {
    let codec = codec().with_max_lifetime(Duration::from_secs(100));
    let token = codec.encode(&json!({}), secs(1000)).unwrap();

    assert!(codec.verify(&token, secs(1100)).is_ok());
    assert_eq!(codec.verify(&token, secs(1101)).err(), Some(DecodeError::Expired));
}

#[test]
fn signing_is_by_the_primary_key_and_verifying_by_all_in_order() {
    let key = |byte: u8| Key::new([byte; 32]).unwrap();
    let codec = Codec::new(key(1)).with_fallback_key(key(2)).with_fallback_key(key(3)).with_fallback_key(key(2));
    let index = |byte: u8| {
        let token = Codec::new(key(byte)).encode(&json!({}), NOW).unwrap();
        codec.verify(token, NOW).map(|verified| verified.key_index())
    };

    assert_eq!([index(1), index(2), index(3)], [Ok(0), Ok(1), Ok(2)]);
    assert_eq!(index(4), Err(DecodeError::InvalidSignature));
    let token = codec.encode(&json!({}), NOW).unwrap();
    assert!(Codec::new(key(1)).verify(token, NOW).is_ok());
}

#[test]
fn nothing_of_the_token_is_in_debug() {
    let verified = codec().verify(token(), NOW).unwrap();
    let debug = format!("{verified:?}");

    assert!(!debug.contains("42") && !debug.contains("user_id"), "{debug}");
    assert!(debug.contains("1700000000s"), "{debug}");
}

// In two parts

#[test]
fn authenticate_returns_a_token_whatever_its_age() {
    let limited = codec().with_max_age(Duration::from_secs(60));
    let claims = |issued_at| Claims { lifetime: Some(Lifetime::For(Duration::from_secs(1))), ..Claims::new(issued_at) };
    for issued_at in [secs(0), NOW, secs(u64::MAX)] {
        let token = limited.encode_with(&json!({"user_id": "42"}), claims(issued_at)).unwrap();

        let authentic = limited.authenticate(&token).unwrap();

        assert_eq!(authentic.claims(), claims(issued_at));
        assert_eq!(authentic.data_json(), r#"{"user_id":"42"}"#);
        assert_eq!(limited.check_age(&authentic, NOW).err(), limited.verify(&token, NOW).err());
    }
}

#[test]
fn authenticate_refuses_what_is_malformed_forged_or_no_session_as_verify_does() {
    let forged = Codec::new(Key::new("another secret of thirty-two bytes").unwrap()).encode(&json!({}), NOW).unwrap();
    for (token, reason) in [
        ("a.b".to_owned(), DecodeError::Malformed),
        (forged, DecodeError::InvalidSignature),
        (signed("[]"), DecodeError::InvalidPayload),
        (signed(r#"{"d":{},"t":-1}"#), DecodeError::InvalidPayload),
    ] {
        assert_eq!(codec().authenticate(&token).err(), Some(reason), "{token}");
        assert_eq!(refusal(&token), Some(reason), "{token}");
    }
}

#[test]
fn the_age_that_is_checked_is_that_of_the_token_that_is_given() {
    let limited = codec().with_max_age(Duration::from_secs(60)).with_clock_skew(Duration::from_secs(5));
    let token = limited.encode(&json!({}), secs(1000)).unwrap();
    let authentic = limited.authenticate(&token).unwrap();
    for (now, result) in [
        (994, Err(DecodeError::IssuedInFuture)),
        (995, Ok(())),
        (1060, Ok(())),
        (1061, Err(DecodeError::Expired)),
        (u64::MAX, Err(DecodeError::Expired)),
    ] {
        assert_eq!(limited.check_age(&authentic, secs(now)), result, "{now}");
        assert_eq!(limited.verify(&token, secs(now)).map(|_| ()), result, "{now}");
    }
}
