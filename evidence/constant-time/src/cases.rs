//! The cases that run under memcheck, and the complaints that each must cause.

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crabgrind::memcheck::{MemState, Memcheck as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use session_codec::{Codec, Key, UnixTime};
use sha2::Sha256;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: fn(),
    pub(crate) expected: Expected,
}

pub(crate) enum Expected {
    /// This many complaints, all of them at the verdict.
    Verdicts(usize),
    /// At least one complaint of this kind elsewhere. This is a negative control, which shows that memcheck detects the fault.
    Caught(&'static str),
}

const BRANCH: &str = "Conditional jump or move depends on uninitialised value";
const INDEX: &str = "Use of uninitialised value";

pub(crate) const CASES: &[Case] = &[
    Case { name: "SHA-256 takes its software path", run: without_sha_instructions, expected: Expected::Verdicts(0) },
    Case { name: "making and deriving keys", run: make_keys, expected: Expected::Verdicts(0) },
    Case { name: "verify: genuine", run: verify_genuine, expected: Expected::Verdicts(1) },
    Case {
        name: "verify: first byte of the signature differs",
        run: verify_first_differs,
        expected: Expected::Verdicts(1),
    },
    Case {
        name: "verify: last byte of the signature differs",
        run: verify_last_differs,
        expected: Expected::Verdicts(1),
    },
    Case { name: "verify: signed with a fallback key", run: verify_fallback, expected: Expected::Verdicts(2) },
    Case { name: "verify: a derived key", run: verify_derived, expected: Expected::Verdicts(1) },
    Case { name: "verify: a secret longer than a block", run: verify_long_secret, expected: Expected::Verdicts(1) },
    Case { name: "sign", run: sign, expected: Expected::Verdicts(0) },
    Case { name: "control: MACs compared with ==", run: compare_naively, expected: Expected::Caught(BRANCH) },
    Case { name: "control: MAC encoded by a table", run: encode_naively, expected: Expected::Caught(INDEX) },
];

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

const SECRET: [u8; 32] = *b"0123456789abcdef0123456789abcdef";

/// Returns the secret as bytes that memcheck tracks and whose values the compiler does not know.
fn hidden(secret: impl Into<Vec<u8>>) -> Vec<u8> {
    let secret = secret.into();
    secret.mark(MemState::Undefined).expect("this runs under valgrind");
    black_box(secret)
}

fn key(secret: impl AsRef<[u8]>) -> Key {
    Key::new(secret).expect("32 bytes")
}

fn sign_with(key: Key) -> String {
    let items: Vec<_> = (0..20).map(|number| format!("item {number}")).collect();
    Codec::new(key).encode(&json!({"user_id": "42", "items": items}), NOW).expect("an object")
}

fn without_sha_instructions() {
    assert!(
        !std::is_x86_feature_detected!("sha"),
        "this Valgrind shows the SHA instructions to the program, so their path was checked: update the documentation"
    );
}

fn make_keys() {
    black_box(key(hidden(SECRET)).derive("session").derive("again"));
}

fn verify_genuine() {
    let token = sign_with(key(SECRET));
    assert!(Codec::new(key(hidden(SECRET))).verify(token, NOW).is_ok());
}

fn verify_first_differs() {
    let mut token = sign_with(key(SECRET)).into_bytes();
    let first = token.len() - 43;
    token[first] = if token[first] == b'A' { b'B' } else { b'A' };
    assert!(Codec::new(key(hidden(SECRET))).verify(token, NOW).is_err());
}

fn verify_last_differs() {
    let mut token = sign_with(key(SECRET)).into_bytes();
    let last = token.len() - 1;
    token[last] = if token[last] == b'A' { b'E' } else { b'A' };
    assert!(Codec::new(key(hidden(SECRET))).verify(token, NOW).is_err());
}

fn verify_fallback() {
    let token = sign_with(key(SECRET));
    let codec = Codec::new(key(hidden([1; 32]))).with_fallback_key(key(hidden(SECRET)));
    assert_eq!(codec.verify(token, NOW).map(|verified| verified.key_index()), Ok(1));
}

fn verify_derived() {
    let token = sign_with(key(SECRET).derive("session"));
    assert!(Codec::new(key(hidden(SECRET)).derive("session")).verify(token, NOW).is_ok());
}

fn verify_long_secret() {
    let token = sign_with(key([7; 65]));
    assert!(Codec::new(key(hidden([7; 65]))).verify(token, NOW).is_ok());
}

/// Asserts that memcheck tracked the secret into the signature; otherwise the lack of complaints would show nothing.
fn sign() {
    let token = sign_with(key(hidden(SECRET)));
    let mut undefined = vec![0; token.len()];
    token.as_bytes().vbits(&mut undefined).expect("the token is in memory");
    let (payload, signature) = undefined.split_at(token.len() - 43);
    assert!(payload.iter().all(|&bits| bits == 0) && signature.iter().all(|&bits| bits != 0));
}

fn mac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let hmac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    hmac.chain_update(message).finalize().into_bytes().to_vec()
}

fn compare_naively() {
    let claimed = mac(&SECRET, b"message");
    assert!(mac(&hidden(SECRET), b"message") == claimed);
}

fn encode_naively() {
    black_box(URL_SAFE_NO_PAD.encode(mac(&hidden(SECRET), b"message")));
}
