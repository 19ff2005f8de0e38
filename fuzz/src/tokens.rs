//! Tokens, verified by the codec and by the reference.

use std::sync::LazyLock;
use std::time::Duration;

use arbitrary::Arbitrary;
use serde_json::Value;
use serde_json::value::RawValue;
use session_codec::{Claims, Codec, DecodeError, Lifetime, UnixTime, Verified, json};

use crate::json::Object;
use crate::keys::{ACCEPTED, FALLBACK, NOW, PRIMARY, key};
use crate::reference::{self, Envelope, Limits, lifetime_seconds, same_seconds};

/// Returns a codec that signs with the primary key and accepts both keys.
#[must_use]
pub fn codec() -> Codec {
    static CODEC: LazyLock<Codec> = LazyLock::new(|| Codec::new(key(PRIMARY)).with_fallback_key(key(FALLBACK)));
    CODEC.clone()
}

/// Checks that the codec accepts a token if and only if the reference does, with the same contents, and otherwise refuses
/// it for the same reason.
pub fn check(token: &[u8]) {
    let ageless = codec().with_clock_skew(Duration::MAX).verify(token, UnixTime::from_secs(0));
    match (&ageless, reference::verify(token, &ACCEPTED)) {
        (Ok(verified), Ok((key_index, envelope))) => check_same(verified, key_index, &envelope),
        (Ok(verified), Err(reason)) => {
            // The codec reads an envelope in its own spelling without parsing the data, so invalid data shows only later.
            assert_eq!(reason, DecodeError::InvalidPayload, "accepted, unlike the reference");
            check_no_data(verified);
        }
        (Err(reason), expected) => assert_eq!(Err(*reason), expected.map(drop), "refused, unlike the reference"),
    }
    for limits in limits() {
        check_age(token, &ageless, limits);
    }
}

fn limits() -> [Limits; 5] {
    let limits = |now, clock_skew, [max_age, default_lifetime, max_lifetime]: [Option<u64>; 3]| Limits {
        now,
        max_age: max_age.map(Duration::from_secs),
        default_lifetime: default_lifetime.map(Duration::from_secs),
        max_lifetime: max_lifetime.map(Duration::from_secs),
        clock_skew: Duration::from_secs(clock_skew),
    };
    [
        limits(NOW, 60, [Some(3600), None, None]),
        limits(NOW, 60, [Some(3600), Some(600), Some(86_400)]),
        limits(NOW, 60, [None, Some(60), Some(30)]),
        limits(UnixTime::from_duration(Duration::new(1_700_000_000, 250_000_000)), 0, [None; 3]),
        limits(UnixTime::from_duration(Duration::MAX), 60, [None; 3]),
    ]
}

fn check_age(token: &[u8], ageless: &Result<Verified, DecodeError>, limits: Limits) {
    let codec = codec().with_clock_skew(limits.clock_skew);
    let codec = limits.max_age.into_iter().fold(codec, Codec::with_max_age);
    let codec = limits.default_lifetime.into_iter().fold(codec, Codec::with_default_lifetime);
    let codec = limits.max_lifetime.into_iter().fold(codec, Codec::with_max_lifetime);
    let expected = match ageless {
        Ok(verified) => limits.check(&verified.claims()),
        Err(reason) => Err(*reason),
    };
    let verified = codec.verify(token, limits.now);
    assert_eq!(verified.as_ref().map(drop).map_err(|reason| *reason), expected, "{limits:?}");
    if verified.is_ok() {
        let decoded: Result<Value, _> = codec.decode(token, limits.now);
        assert_eq!(decoded, verified.and_then(|verified| verified.data()));
    }
}

fn check_same(verified: &Verified, key_index: usize, envelope: &Envelope) {
    assert_eq!((verified.key_index(), verified.data_json()), (key_index, envelope.data.as_str()));

    let claims = verified.claims();
    assert_eq!(claims.issued_at, verified.issued_at());
    assert!(same_seconds(&envelope.issued_at, claims.issued_at.since_epoch()), "{claims:?} of {envelope:?}");
    let same = |text: &Option<String>, time: Option<Duration>| match (text, time) {
        (Some(text), Some(time)) => same_seconds(text, time),
        (text, time) => text.is_none() && time.is_none(),
    };
    assert!(same(&envelope.created_at, claims.created_at.map(UnixTime::since_epoch)), "{claims:?} of {envelope:?}");
    let lifetime = claims.lifetime.map(|lifetime| match lifetime {
        Lifetime::For(lifetime) => lifetime,
        Lifetime::BrowserSession => Duration::ZERO,
    });
    assert!(same(&envelope.lifetime, lifetime), "{claims:?} of {envelope:?}");
    let created_at = claims.created_at.unwrap_or(claims.issued_at);
    assert_eq!(verified.created_at(), created_at.min(claims.issued_at));

    let raw: &RawValue = verified.data().expect("the reference read it");
    assert_eq!(raw.get(), envelope.data);
    if let Ok(value) = serde_json::from_str::<Value>(&envelope.data) {
        assert_eq!(verified.data(), Ok(value));
    }
}

fn check_no_data(verified: &Verified) {
    let data = verified.data_json();
    assert!(
        json::members(data).any(|member| member.is_err()),
        "{data:?} is an object, so the reference should have accepted it"
    );
    assert_eq!(verified.data::<&RawValue>().map(RawValue::get), Err(DecodeError::InvalidPayload));
    assert_eq!(verified.data::<Value>(), Err(DecodeError::InvalidPayload));
}

/// Checks any bytes under a valid signature, both as the payload's text and as the JSON in it.
pub fn check_authentic(bytes: &[u8]) {
    for token in [reference::sign(FALLBACK, bytes), reference::sign_json(PRIMARY, bytes).into_bytes()] {
        assert!(!matches!(codec().verify(&token, NOW), Err(DecodeError::Malformed | DecodeError::InvalidSignature)));
        check(&token);
    }
}

/// A session with any data and any times.
#[derive(Arbitrary, Clone, Debug)]
pub struct Session {
    /// The session's contents.
    pub data: Object,
    /// `"t"`.
    pub issued_at: Duration,
    /// `"c"`.
    pub created_at: Option<Duration>,
    /// `"m"`.
    pub lifetime: Option<Duration>,
}

impl Session {
    /// Returns the times as the codec takes them.
    #[must_use]
    pub fn claims(&self) -> Claims {
        Claims {
            issued_at: UnixTime::from_duration(self.issued_at),
            created_at: self.created_at.map(UnixTime::from_duration),
            lifetime: self.lifetime.map(reference::lifetime),
        }
    }

    /// Checks that the codec writes the same token as the reference, and that it decodes to what was encoded.
    pub fn check_round_trip(&self) {
        let json = serde_json::to_string(&self.data).expect("every key is text");
        let token = codec().encode_with(&self.data, self.claims()).expect("an object");

        let claims = self.claims();
        let optional =
            |name, seconds: Option<u64>| seconds.map(|seconds| format!(r#","{name}":{seconds}"#)).unwrap_or_default();
        let envelope = format!(
            r#"{{"d":{json},"t":{}{}{}}}"#,
            claims.issued_at.as_secs(),
            optional("c", claims.created_at.map(UnixTime::as_secs)),
            optional("m", claims.lifetime.map(lifetime_seconds))
        );
        assert_eq!(token, reference::sign_json(PRIMARY, envelope.as_bytes()));
        if claims == Claims::new(claims.issued_at) {
            assert_eq!(codec().encode(&self.data, claims.issued_at).as_deref(), Ok(token.as_str()));
        }

        let whole = |time: UnixTime| UnixTime::from_secs(time.as_secs());
        let verified = codec()
            .with_clock_skew(Duration::MAX)
            .verify(&token, UnixTime::from_secs(0))
            .expect("its own token verifies");
        assert_eq!(verified.data_json(), json);
        assert_eq!(
            verified.claims(),
            Claims {
                issued_at: whole(claims.issued_at),
                created_at: claims.created_at.map(whole),
                lifetime: claims
                    .lifetime
                    .map(|lifetime| reference::lifetime(Duration::from_secs(lifetime_seconds(lifetime)))),
            }
        );
        // The text has been compared above. `Value` cannot hold numbers beyond 64 bits, deep nesting and the names that
        // `serde_json` uses internally, so those are left out here.
        if let Ok(value) = serde_json::to_value(&self.data)
            && serde_json::from_str::<Value>(&json).is_ok()
            && !json.contains("$serde_json::private")
        {
            assert_eq!(verified.data(), Ok(value));
        }
        check(token.as_bytes());
    }
}
