//! What errors say: what is wrong, what to do, and nothing of the token or the secret.

use std::error::Error;

use session_codec::{DecodeError, EncodeError, KeyError, json};

/// A `main` that returns an error prints its `Debug`.
#[test]
fn debug_is_the_message() {
    fn check(error: impl Error) {
        assert_eq!(format!("{error:?}"), error.to_string());
    }
    check(DecodeError::Malformed);
    check(DecodeError::InvalidSignature);
    check(DecodeError::Expired);
    check(DecodeError::IssuedInFuture);
    check(DecodeError::InvalidPayload);
    check(EncodeError::Unserializable);
    check(EncodeError::NotAnObject);
    check(KeyError::TooShort);
    check(KeyError::Empty);
    check(KeyError::NoRandomness);
    check(json::InvalidJson);
}

#[test]
fn a_refused_token_says_why() {
    for (error, message) in [
        (DecodeError::Malformed, "the token is not of the form `payload.signature`"),
        (DecodeError::InvalidSignature, "the token's signature was not made with any of the codec's keys"),
        (DecodeError::Expired, "the token is older than its maximum age"),
        (
            DecodeError::IssuedInFuture,
            "the token's timestamp lies in the future; compare the clocks of the servers that share the key",
        ),
        (DecodeError::InvalidPayload, "the token is authentic, but its payload does not hold the expected data"),
    ] {
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn data_that_is_not_written_says_why() {
    for (error, message) in [
        (
            EncodeError::Unserializable,
            "the data can't be written as JSON: a map's key is not text, or `Serialize` failed",
        ),
        (EncodeError::NotAnObject, "the data is not a JSON object; wrap it in a struct or a map"),
    ] {
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn a_refused_secret_says_how_to_make_a_good_one() {
    assert!(KeyError::TooShort.to_string().contains("openssl rand -base64 32"));
    assert!(KeyError::TooShort.to_string().contains("Key::with_short_secret"));
    assert!(KeyError::Empty.to_string().contains("openssl rand -base64 32"));
    assert!(KeyError::NoRandomness.to_string().contains("no random bytes"));
}
