//! Tokens that an attacker changed.

use arbitrary::Arbitrary;
use session_codec::{DecodeError, UnixTime};

use crate::keys::STRANGER;
use crate::reference;
use crate::tokens::{Session, check, codec};

/// A valid token, and the changes to it.
#[derive(Arbitrary, Clone, Debug)]
pub struct Forgery {
    session: Session,
    other: Session,
    changes: Vec<Change>,
}

/// One change. Positions are modulo the token's length.
#[derive(Arbitrary, Clone, Debug)]
enum Change {
    FlipBit {
        at: usize,
        bit: u8,
    },
    Put {
        at: usize,
        byte: u8,
    },
    Insert {
        at: usize,
        byte: u8,
    },
    Remove {
        at: usize,
    },
    Double {
        at: usize,
        length: u8,
    },
    Swap {
        at: usize,
        with: usize,
    },
    Cut {
        at: usize,
    },
    CutStart {
        at: usize,
    },
    Append {
        bytes: Vec<u8>,
    },
    Pad {
        with: u8,
    },
    OtherAlphabet,
    SwapHalves,
    DropSignature,
    ZeroSignature,
    /// The same payload, signed with a key that the codec does not accept.
    SignByStranger,
    /// The other token's payload with this token's signature.
    OtherPayload,
    /// Sets bits in the last character of the payload or the signature that decoders may ignore.
    StrayBits {
        signature: bool,
        bits: u8,
    },
}

impl Forgery {
    /// Checks that the result is accepted if and only if it is, byte for byte, one of the two signed tokens.
    pub fn check(&self) {
        let codec = codec().with_clock_skew(core::time::Duration::MAX);
        let encode =
            |session: &Session| codec.encode_with(&session.data, session.claims()).expect("an object").into_bytes();
        let (token, other) = (encode(&self.session), encode(&self.other));
        let mut forged = token.clone();
        for change in &self.changes {
            change.apply(&mut forged, &other);
        }
        let verdict = codec.verify(&forged, UnixTime::from_secs(0));
        if forged == token || forged == other {
            assert!(verdict.is_ok(), "refused a signed token");
        } else {
            let reason = verdict.expect_err("accepted a forged token");
            assert!(matches!(reason, DecodeError::Malformed | DecodeError::InvalidSignature), "{reason:?}");
        }
        check(&forged);
    }
}

impl Change {
    fn apply(&self, token: &mut Vec<u8>, other: &[u8]) {
        let length = token.len();
        let place = |at: &usize| if length == 0 { None } else { Some(at % length) };
        let dot = |token: &[u8]| token.iter().rposition(|byte| *byte == b'.').unwrap_or(token.len());
        match self {
            Self::FlipBit { at, bit } => {
                if let Some(at) = place(at) {
                    token[at] ^= 1 << (bit % 8);
                }
            }
            Self::Put { at, byte } => {
                if let Some(at) = place(at) {
                    token[at] = *byte;
                }
            }
            Self::Insert { at, byte } => token.insert(at % (length + 1), *byte),
            Self::Remove { at } => {
                if let Some(at) = place(at) {
                    token.remove(at);
                }
            }
            Self::Double { at, length: run } => {
                if let Some(at) = place(at) {
                    let run = token[at..length.min(at + usize::from(*run))].to_vec();
                    token.splice(at..at, run);
                }
            }
            Self::Swap { at, with } => {
                if let (Some(at), Some(with)) = (place(at), place(with)) {
                    token.swap(at, with);
                }
            }
            Self::Cut { at } => token.truncate(at % (length + 1)),
            Self::CutStart { at } => drop(token.drain(..at % (length + 1))),
            Self::Append { bytes } => token.extend_from_slice(bytes),
            Self::Pad { with } => token.extend(std::iter::repeat_n(b'=', usize::from(*with % 4))),
            Self::OtherAlphabet => {
                for byte in token {
                    *byte = match *byte {
                        b'-' => b'+',
                        b'_' => b'/',
                        byte => byte,
                    };
                }
            }
            Self::SwapHalves => {
                let dot = dot(token);
                let (payload, signature) = token.split_at(dot);
                *token = [signature.strip_prefix(b".").unwrap_or_default(), b".", payload].concat();
            }
            Self::DropSignature => token.truncate(dot(token)),
            Self::ZeroSignature => {
                token.truncate(dot(token));
                token.push(b'.');
                token.extend([b'A'; 43]);
            }
            Self::SignByStranger => *token = reference::sign(STRANGER, &token[..dot(token)]),
            Self::OtherPayload => {
                let signature = token.split_off(dot(token));
                *token = [&other[..dot(other)], &signature].concat();
            }
            Self::StrayBits { signature, bits } => {
                const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
                let end = if *signature { length } else { dot(token) };
                let Some(last) = token[..end].last_mut() else { return };
                if let Some(value) = ALPHABET.iter().position(|character| character == last) {
                    *last = ALPHABET[value | usize::from(bits % 16)];
                }
            }
        }
    }
}
