//! VelociPy's signer against session-codec and session-cookie, without servers between them.

use e2e::{Check, checks, figures, velocipy::Signer};
use serde_json::value::RawValue;
use session_codec::{Codec, DecodeError, Key, UnixTime};
use session_cookie::{CookieConfig, Origin, Session, SessionManager};

use crate::{RANDOM_SESSIONS, SEED, random_session::RandomSession, with_member};

/// Shorter than HMAC's block, longer, not ASCII, and the one in VelociPy's documentation, which is too short.
const SECRETS: [&str; 4] = [
    "exactly 32 bytes, the shortest..",
    "longer than the block of HMAC-SHA256, which is 64 bytes, so that the key is hashed before its use",
    "ключ, 鍵 and 🦖: both sides sign with the UTF-8 bytes",
    "change-me-in-production",
];

pub(crate) const CHECKS: &[Check] = checks![
    random_sessions_signed_there_are_read_here_to_the_letter,
    random_sessions_signed_here_are_read_there,
    random_sessions_signed_there_survive_a_change_here,
    half_a_surrogate_pair_survives_a_change_here,
    what_json_does_not_know_is_refused_here_alone,
    a_token_of_another_secret_is_refused_on_both_sides,
    a_token_of_a_sibling_is_refused_there_and_one_of_velocipy_by_the_sibling,
];

fn random_sessions_signed_there_are_read_here_to_the_letter() {
    for_random_sessions(|signer, secret, session| {
        let signed = signer.sign(secret, &session.json());

        let verified = codec(secret).verify(&signed.token, UnixTime::now()).unwrap();

        assert_eq!(verified.data_json(), signed.json);
    });
    figures(format!("{RANDOM_SESSIONS} random sessions signed there, read here to the letter (seed {SEED:#x})"));
}

fn random_sessions_signed_here_are_read_there() {
    for_random_sessions(|signer, secret, session| {
        let python_writes = signer.sign(secret, &session.json()).json;
        let whole = RawValue::from_string(session.json()).unwrap();
        let manager = manager(secret);
        let here = manager.load(None::<&str>);
        for (key, value) in session.members() {
            here.insert(key, RawValue::from_string(value.clone()).unwrap()).unwrap();
        }

        let from_codec = codec(secret).encode(&whole, UnixTime::now()).unwrap();
        let from_session = token(&manager, &here);

        assert_eq!(signer.verify(secret, &from_codec).as_ref(), Some(&python_writes));
        if !session.members().is_empty() {
            assert_eq!(signer.verify(secret, &from_session.unwrap()), Some(python_writes));
        }
    });
    figures(format!("{RANDOM_SESSIONS} random sessions signed here, read there (seed {SEED:#x})"));
}

fn random_sessions_signed_there_survive_a_change_here() {
    for_random_sessions(|signer, secret, session| {
        let signed = signer.sign(secret, &session.json());
        let manager = manager(secret);
        let here = manager.load([format!("session={}", signed.token)]);

        here.insert("seen_here", true).unwrap();

        let changed = token(&manager, &here).unwrap();
        assert_eq!(signer.verify(secret, &changed), Some(with_member(&signed.json, r#""seen_here":true"#)));
    });
    figures(format!(
        "{RANDOM_SESSIONS} random sessions signed there, changed here, read there to the letter (seed {SEED:#x})"
    ));
}

/// Python's text may hold half a surrogate pair, Rust's may not; a value that no code here reads is kept all the same.
fn half_a_surrogate_pair_survives_a_change_here() {
    let [secret, ..] = SECRETS;
    let mut signer = Signer::start();
    let signed = signer.sign(secret, r#"{"half":"\ud83e","whole":"\ud83e\udd96"}"#);
    let manager = manager(secret);
    let here = manager.load([format!("session={}", signed.token)]);

    here.insert("seen_here", true).unwrap();

    assert_eq!(here.get::<String>("whole").unwrap().as_deref(), Some("🦖"));
    let changed = token(&manager, &here).unwrap();
    assert_eq!(signer.verify(secret, &changed), Some(with_member(&signed.json, r#""seen_here":true"#)));
}

/// A wanted difference: Python writes `NaN` and `Infinity`, which JSON does not know.
fn what_json_does_not_know_is_refused_here_alone() {
    let [secret, ..] = SECRETS;
    let mut signer = Signer::start();
    for session in [r#"{"a":NaN}"#, r#"{"a":[-Infinity]}"#, r#"{"a":1e999}"#] {
        let signed = signer.sign(secret, session);

        let here = manager(secret).load([format!("session={}", signed.token)]);

        assert!(here.is_empty(), "{}", signed.json);
        assert_eq!(here.origin(), Origin::Rejected(DecodeError::InvalidPayload));
        assert_eq!(signer.verify(secret, &signed.token), Some(signed.json));
    }
}

fn a_token_of_another_secret_is_refused_on_both_sides() {
    let mut signer = Signer::start();
    for secret in SECRETS {
        let ours = codec(secret);
        for other in SECRETS.into_iter().filter(|&other| other != secret) {
            let from_there = signer.sign(other, "{}").token;
            let from_here = codec(other).encode(&serde_json::json!({}), UnixTime::now()).unwrap();

            for token in [from_there, from_here] {
                let refusal = ours.verify(&token, UnixTime::now()).unwrap_err();
                assert_eq!(refusal, DecodeError::InvalidSignature);
                assert_eq!(signer.verify(secret, &token), None);
            }
        }
    }
}

/// VelociPy knows no derived keys: a sibling is a cookie of ours alone.
fn a_token_of_a_sibling_is_refused_there_and_one_of_velocipy_by_the_sibling() {
    let [secret, ..] = SECRETS;
    let mut signer = Signer::start();
    let main = manager(secret);
    let sibling = main.sibling(CookieConfig::default().with_name("sibling")).unwrap();
    let data = serde_json::json!({"user_id": "42"});
    let value = |cookie: String| cookie.split_once('=').unwrap().1.to_owned();

    assert!(signer.verify(secret, &value(main.cookie_for(&data).unwrap())).is_some());
    assert_eq!(signer.verify(secret, &value(sibling.cookie_for(&data).unwrap())), None);

    let from_there = signer.sign(secret, r#"{"user_id":"42"}"#).token;
    assert!(main.load([format!("session={from_there}")]).contains_key("user_id"));
    let refused = sibling.load([format!("sibling={from_there}")]).origin();
    assert_eq!(refused, Origin::Rejected(DecodeError::InvalidSignature));
}

/// Each session with the next of the secrets.
fn for_random_sessions(mut check: impl FnMut(&mut Signer, &str, &RandomSession)) {
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut signer = Signer::start();
    for secret in SECRETS.into_iter().cycle().take(RANDOM_SESSIONS) {
        check(&mut signer, secret, &RandomSession::new(&mut rng));
    }
}

fn key(secret: &str) -> Key {
    Key::with_short_secret(secret).unwrap()
}

fn codec(secret: &str) -> Codec {
    Codec::new(key(secret))
}

fn manager(secret: &str) -> SessionManager {
    SessionManager::new(key(secret), CookieConfig::default()).unwrap()
}

/// The token that a browser would hold after this session's response.
fn token(manager: &SessionManager, session: &Session) -> Option<String> {
    let answer = manager.save(session).unwrap();
    let (pair, _attributes) = answer.set_cookie()?.split_once(';')?;
    pair.strip_prefix("session=").map(str::to_owned)
}
