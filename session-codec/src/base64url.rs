//! base64url without padding (RFC 4648, section 5), in its one canonical spelling.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::mac::{MAC_LENGTH, Mac};

/// Characters of a MAC in base64url.
pub(crate) const SIGNATURE_LENGTH: usize = 43;

/// The engine that uses the CPU's vector instructions, which it takes `std` to detect.
#[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
static ENGINE: std::sync::LazyLock<base64::engine::simd::Simd> =
    std::sync::LazyLock::new(|| base64::engine::simd::Simd::url_safe(base64::engine::general_purpose::NO_PAD));
#[cfg(not(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64"))))]
static ENGINE: &base64::engine::general_purpose::GeneralPurpose = &URL_SAFE_NO_PAD;

/// Appends public bytes, and leaves room for more characters. The time that it takes depends on the bytes.
pub(crate) fn encode(bytes: &[u8], room: usize, text: &mut String) {
    let length = base64::encoded_len(bytes.len(), false).unwrap_or_default();
    text.reserve_exact(length.saturating_add(room));
    ENGINE.encode_string(bytes, text);
}

/// Appends a MAC, which is secret until it is sent, in constant time.
pub(crate) fn encode_mac(mac: &Mac, text: &mut String) {
    let mut signature = [0; SIGNATURE_LENGTH];
    // It always fits: the buffer has the length of an encoded MAC.
    if let Ok(signature) = Base64UrlUnpadded::encode(mac, &mut signature) {
        text.push_str(signature);
    }
}

/// Returns `None` for padding, another alphabet and stray trailing bits.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    // `decode` asks for zeroed memory, which glibc serves without the cache of freed memory that each thread has.
    let mut bytes = Vec::with_capacity(base64::decoded_len_estimate(text.len()));
    ENGINE.decode_vec(text, &mut bytes).ok()?;
    Some(bytes)
}

/// Decodes the signature that came with a token. It is public: the sender wrote it.
pub(crate) fn decode_mac(signature: &[u8; SIGNATURE_LENGTH]) -> Option<Mac> {
    // The decoder asks for room for whole groups of three bytes.
    let mut bytes = [0; MAC_LENGTH.next_multiple_of(3)];
    // Too short for vector instructions.
    URL_SAFE_NO_PAD.decode_slice(signature, &mut bytes).ok()?;
    bytes.first_chunk().copied()
}
