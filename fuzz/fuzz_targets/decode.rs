//! Any bytes as a token.
#![no_main]

libfuzzer_sys::fuzz_target!(|token: &[u8]| session_fuzz::tokens::check(token));
