//! What someone without the secret can try with tokens that they have. The table in `SECURITY.md` names the tests.

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};
use hmac::{EagerHash, Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use session_codec::{Codec, DecodeError, Key};
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512, Sha512_256};

use crate::common::{NOW, SECRET, codec, key, mac, signed};

fn token_of(user: &str) -> String {
    codec().encode(&json!({"user_id": user}), NOW).unwrap()
}

fn halves(token: &str) -> (&str, &str) {
    token.split_once('.').unwrap()
}

#[track_caller]
fn assert_refused(token: impl AsRef<[u8]>) {
    let refusal = codec().verify(&token, NOW).err();
    assert!(
        matches!(refusal, Some(DecodeError::Malformed | DecodeError::InvalidSignature)),
        "{refusal:?}: {}",
        String::from_utf8_lossy(token.as_ref())
    );
}

#[test]
fn a_token_cut_anywhere_is_refused() {
    let token = token_of("42");
    for at in 0..token.len() {
        assert_refused(&token[..at]);
        assert_refused(&token[at + 1..]);
    }
}

#[test]
fn a_token_extended_by_any_byte_is_refused() {
    let token = token_of("42").into_bytes();
    let (_, signature) = token.split_at(token.len() - 43);
    let payload_end = token.len() - 44;
    for byte in 0..=u8::MAX {
        assert_refused([&token[..], &[byte]].concat());
        assert_refused([&[byte], &token[..]].concat());
        assert_refused([&token[..payload_end], &[byte], b".", signature].concat());
        assert_refused([&token[..payload_end], b".", &[byte], signature].concat());
    }
}

#[test]
fn a_signature_that_was_stripped_shortened_or_made_up_is_refused() {
    let token = token_of("42");
    let (payload, signature) = halves(&token);
    let signature = Base64UrlUnpadded::decode_vec(signature).unwrap();
    assert_refused(payload);
    assert_refused(format!("{payload}."));
    assert_refused(format!("{payload}.none"));
    for length in 0..signature.len() {
        assert_refused(format!("{payload}.{}", Base64UrlUnpadded::encode_string(&signature[..length])));
    }
    for byte in [0x00, 0xff] {
        assert_refused(format!("{payload}.{}", Base64UrlUnpadded::encode_string(&[byte; 32])));
    }
}

#[test]
fn a_token_in_another_encoding_is_refused() {
    // Of this user the payload and the signature hold characters in which the alphabets differ.
    let token = (0..1000).map(|user| token_of(&format!("~~~???{user}"))).find(|token| {
        let (payload, signature) = halves(token);
        [payload, signature].iter().all(|half| half.contains(['-', '_']))
    });
    let token = token.unwrap();
    let (payload, signature) = halves(&token);
    let bytes = |half| Base64UrlUnpadded::decode_vec(half).unwrap();
    let hex = |half| bytes(half).iter().map(|byte| format!("{byte:02x}")).collect::<String>();

    fn pair<E: Encoding>(payload: &[u8], signature: &[u8]) -> [String; 2] {
        [E::encode_string(payload), E::encode_string(signature)]
    }
    let (json, mac) = (bytes(payload), bytes(signature));
    for [other_payload, other_signature] in [
        pair::<Base64>(&json, &mac),
        pair::<Base64Unpadded>(&json, &mac),
        pair::<Base64Url>(&json, &mac),
        [hex(payload), hex(signature)],
        [String::from_utf8(json.clone()).unwrap(), String::from_utf8_lossy(&mac).into_owned()],
    ] {
        assert_refused(format!("{other_payload}.{other_signature}"));
        assert_refused(format!("{payload}.{other_signature}"));
        if other_payload != payload {
            assert_refused(format!("{other_payload}.{signature}"));
        }
    }
    for whole in [
        token.replace('.', "%2E"),
        token.replace('.', ":"),
        token.replace('.', ".."),
        format!("\"{token}\""),
        format!(" {token}"),
        format!("{token}\r\n"),
        format!("{token}\0"),
        format!("\u{feff}{token}"),
        token.to_uppercase(),
        token.to_lowercase(),
        Base64UrlUnpadded::encode_string(token.as_bytes()),
        format!("{token}{token}"),
        format!("{token}.{token}"),
    ] {
        assert_refused(whole);
    }
}

#[test]
fn another_hash_over_the_same_payload_is_refused() {
    fn hmac<H: EagerHash>(payload: &[u8]) -> Vec<u8> {
        Hmac::<H>::new_from_slice(SECRET).unwrap().chain_update(payload).finalize().as_bytes().to_vec()
    }

    let token = token_of("42");
    let (payload, _) = halves(&token);
    let text = payload.as_bytes();
    for mut mac in [
        hmac::<Sha224>(text),
        hmac::<Sha384>(text),
        hmac::<Sha512>(text),
        hmac::<Sha512_256>(text),
        Sha256::digest(text).to_vec(),
        // Keyed without HMAC's construction: a length extension would start from this.
        Sha256::digest([SECRET, text].concat()).to_vec(),
        Sha256::digest([text, SECRET].concat()).to_vec(),
        mac(text, SECRET).to_vec(),
        mac(SECRET, &mac(SECRET, text)).to_vec(),
        mac(SECRET, &Base64UrlUnpadded::decode_vec(payload).unwrap()).to_vec(),
        mac(SECRET, token.as_bytes()).to_vec(),
        mac(SECRET, format!("{payload}.").as_bytes()).to_vec(),
        mac(SECRET, b"").to_vec(),
    ] {
        assert_refused(format!("{payload}.{}", Base64UrlUnpadded::encode_string(&mac)));
        mac.resize(32, 0);
        let as_long_as_ours = format!("{payload}.{}", Base64UrlUnpadded::encode_string(&mac));
        assert_eq!(codec().verify(as_long_as_ours, NOW).err(), Some(DecodeError::InvalidSignature));
    }
}

#[test]
fn halves_swapped_or_of_two_tokens_are_refused() {
    let (alice, bob) = (token_of("alice"), token_of("bob"));
    let ((alices_payload, alices_signature), (bobs_payload, bobs_signature)) = (halves(&alice), halves(&bob));
    assert_refused(format!("{alices_signature}.{alices_payload}"));
    assert_refused(format!("{alices_payload}.{bobs_signature}"));
    assert_refused(format!("{bobs_payload}.{alices_signature}"));
    assert_refused(format!("{alices_payload}{bobs_payload}.{alices_signature}"));
    assert_refused(format!("{alices_payload}.{bobs_payload}.{alices_signature}"));
}

#[test]
fn a_secret_that_is_nearly_the_right_one_is_another_key() {
    let secret = "0123456789abcdef0123456789abcdef";
    let codec = Codec::new(Key::new(secret).unwrap());
    for other in [
        secret.to_uppercase(),
        secret.chars().rev().collect(),
        secret[1..].to_owned(),
        secret[..31].to_owned(),
        format!("{secret}\n"),
        format!(" {secret}"),
        format!("{secret}{secret}"),
        "\0".repeat(32),
    ] {
        let token = Codec::new(Key::with_short_secret(&other).unwrap()).encode(&json!({}), NOW).unwrap();

        assert_eq!(codec.verify(token, NOW).err(), Some(DecodeError::InvalidSignature), "{other:?}");
    }
}

/// A token does not say what it is for. Only a separate key keeps two uses apart.
#[test]
fn a_token_of_one_cookie_is_refused_under_another_that_has_its_own_derived_key() {
    let key = key();
    let [session, csrf] = ["session", "csrf"].map(|cookie| Codec::new(key.derive(cookie)));
    let token = session.encode(&json!({}), NOW).unwrap();

    assert!(session.verify(&token, NOW).is_ok());
    assert_eq!(csrf.verify(&token, NOW).err(), Some(DecodeError::InvalidSignature));
    assert_eq!(codec().verify(&token, NOW).err(), Some(DecodeError::InvalidSignature));
}

#[test]
fn a_payload_that_only_begins_with_a_session_is_refused_though_it_is_signed() {
    for json in
        [r#"{"d":{},"t":1}{"d":{},"t":1}"#, r#"{"d":{},"t":1}null"#, "{\"d\":{},\"t\":1}\0", r#"{"d":{},"t":1},"#]
    {
        assert_eq!(codec().verify(signed(json), NOW).err(), Some(DecodeError::InvalidPayload), "{json}");
    }
}

#[test]
fn a_payload_that_is_nearly_an_envelope_is_refused_though_it_is_signed() {
    for json in [
        r#"{"d":{},"x":1}"#,
        r#"{"d":{},"T":1}"#,
        r#"{"d":{},"c":1}"#,
        r#"{"d":{},"c":1,"m":1}"#,
        r#"{"d":1,"x":{},"t":1}"#,
        r#"{"d":[],"x":{},"t":1}"#,
        r#"{"x":{},"d":[],"t":1}"#,
        r#"{"\ud800":1,"d":{},"t":1}"#,
        r#"{"d":{},"t":99999999999999999999x}"#,
        r#"{"d":{},"t":1700000000,"m":99999999999999999999x}"#,
    ] {
        assert_eq!(codec().verify(signed(json), NOW).err(), Some(DecodeError::InvalidPayload), "{json}");
    }
}

#[test]
fn a_megabyte_of_junk_is_refused() {
    assert_refused(vec![b'A'; 1 << 20]);
    assert_refused(
        [vec![b'A'; 1 << 20], format!(".{}", Base64UrlUnpadded::encode_string(&[0; 32])).into_bytes()].concat(),
    );
}

#[test]
fn a_megabyte_of_nesting_is_refused_though_it_is_signed() {
    for open in ["[", "{\"d\":", "{\"\":["] {
        let json = format!("{{\"d\":{{\"a\":{}", open.repeat((1 << 20) / open.len()));

        assert_eq!(codec().verify(signed(&json), NOW).err(), Some(DecodeError::InvalidPayload), "{open}");
    }
}
