//! Tokens that were changed after they had been signed.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use e2e::wire_format::{flipped, mac, sign_payload, with_trailing_bits};
use fastrand::Rng;

use super::{
    generator::Generator,
    token::{SECRET, sign},
};

/// A valid token with the damage of this number, which is another token then.
pub(crate) fn damaged(generator: &mut Generator, n: usize) -> Vec<u8> {
    loop {
        let envelope = generator.envelope_of_velocipy();
        let other = sign(generator.envelope_of_velocipy());
        let token = sign(&envelope);
        let damaged = damage(&mut generator.rng, n, &envelope, &token, &other);
        if damaged != token.as_bytes() && damaged != other.as_bytes() {
            return damaged;
        }
    }
}

fn damage(rng: &mut Rng, n: usize, envelope: &str, token: &str, other: &str) -> Vec<u8> {
    let (payload, signature) = token.split_once('.').unwrap();
    let (other_payload, other_signature) = other.split_once('.').unwrap();
    let at = rng.usize(..token.len());
    let mac_of_payload = mac(SECRET, payload);
    match n % 24 {
        0 | 1 => flipped(token, at, rng.u8(..8)),
        2 => flipped(token, payload.len() + 1 + rng.usize(..signature.len()), rng.u8(..8)),
        3 => flipped(token, token.len() - 1, rng.u8(..8)),
        4 => token[..at].into(),
        5 => token[at..].into(),
        6 => [&token[..at], &token[at + 1..]].concat().into(),
        7 => [&token[..at], &token[at..=at], &token[at..]].concat().into(),
        8 => format!("{token}{}", rng.alphanumeric()).into(),
        9 => format!("{}{token}", rng.alphanumeric()).into(),
        10 => format!("{token}{}", "=".repeat(rng.usize(1..4))).into(),
        11 => format!("{payload}=.{signature}").into(),
        12 => format!("{signature}.{payload}").into(),
        13 => format!("{payload}.{other_signature}").into(),
        14 => format!("{other_payload}.{signature}").into(),
        15 => sign_payload(&SECRET[1..], payload).into(),
        16 => token.to_ascii_uppercase().into(),
        17 => other_case(token, at),
        18 => format!("{payload}.{}", BASE64_STANDARD.encode(mac_of_payload)).into(),
        19 => format!("{payload}.{}", signature.replace('-', "+").replace('_', "/")).into(),
        20 => format!("{payload}.{}", hex(&mac_of_payload)).into(),
        21 => format!("{payload}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac(SECRET, envelope))).into(),
        22 => with_trailing_bits(token, rng.u8(1..4)),
        _ => format!("{token}.{other}").into(),
    }
}

fn other_case(token: &str, at: usize) -> Vec<u8> {
    let mut token = token.as_bytes().to_vec();
    if let Some(letter) = token[at..].iter_mut().find(|byte| byte.is_ascii_alphabetic()) {
        *letter ^= 0x20;
    }
    token
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
