//! Signs a token and verifies it without `std` and without a C library. The program calls only the kernel's `write` and
//! `exit`.
#![no_std]
#![no_main]

extern crate alloc;

mod heap;
mod memory;
mod system;

use alloc::string::String;

use serde::{Deserialize, Serialize};
use session_codec::{Codec, DecodeError, Key, UnixTime};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Reading {
    sensor: String,
    celsius: f64,
}

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

/// Returns 0 if the token verified and a forged one did not.
extern "C" fn main() -> i32 {
    match sign_and_verify() {
        Some(token) => {
            system::print(&token);
            system::print("\nverified\n");
            0
        }
        None => 1,
    }
}

fn sign_and_verify() -> Option<String> {
    let codec = Codec::new(Key::new("an example secret of 32 bytes or more").ok()?);
    let reading = Reading { sensor: String::from("garden"), celsius: 21.5 };
    let token = codec.encode(&reading, NOW).ok()?;

    let forged = token.replacen("ey", "fy", 1);
    let is_verified = codec.decode::<Reading>(&token, NOW).is_ok_and(|decoded| decoded == reading);
    let is_refused = codec.decode::<Reading>(&forged, NOW) == Err(DecodeError::InvalidSignature);
    (is_verified && is_refused).then_some(token)
}
