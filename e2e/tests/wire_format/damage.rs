//! Tokens that are changed after they were signed.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use e2e::wire_format::{flipped, mac, sign, sign_payload, with_trailing_bits};
use fastrand::Rng;

/// The token over `json` with the damage of this number.
pub(crate) fn damaged(rng: &mut Rng, n: usize, secret: &str, json: &str) -> Vec<u8> {
    let token = sign(secret, json);
    let (payload, signature) = token.split_once('.').unwrap();
    let (at, in_signature) = (rng.usize(..token.len()), payload.len() + 1 + rng.usize(..43));
    let of_payload = mac(secret, payload);
    match n % 20 {
        0 | 1 => flipped(&token, at, rng.u8(..8)),
        2 => flipped(&token, in_signature, rng.u8(..8)),
        3 => flipped(&token, token.len() - 1, rng.u8(..8)),
        4 => flipped(&token, payload.len(), rng.u8(..8)),
        5 => token[..at].into(),
        6 => token[at..].into(),
        7 => [&token[..at], &token[at + 1..]].concat().into(),
        8 => [&token[..at], &token[at..=at], &token[at..]].concat().into(),
        9 => format!("{token}{}", rng.choice(["=", "A", " ", "\n", ".", "\0", "é"]).unwrap()).into(),
        10 => format!("{}{token}", rng.choice(["=", "A", " ", "\n", ".", "\0", "é"]).unwrap()).into(),
        11 => format!("{signature}.{payload}").into(),
        12 => format!("{payload}..{signature}").into(),
        13 => format!("{payload}.{}", BASE64_STANDARD.encode(of_payload)).into(),
        14 => format!("{payload}.{}", BASE64_STANDARD_NO_PAD.encode(of_payload)).into(),
        15 => format!("{payload}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac(secret, json))).into(),
        16 => with_trailing_bits(&token, rng.u8(1..4)),
        17 => [&token.as_bytes()[..at], b"\xff", &token.as_bytes()[at..]].concat(),
        18 => sign_payload(format!("{secret} "), payload).into(),
        _ => format!("{token}.{token}").into(),
    }
}
