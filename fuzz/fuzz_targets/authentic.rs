//! Any bytes under a valid signature.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| session_fuzz::tokens::check_authentic(bytes));
