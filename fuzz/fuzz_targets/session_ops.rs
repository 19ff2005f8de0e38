//! Any calls on a session, over several requests.
#![no_main]

libfuzzer_sys::fuzz_target!(|script: &[u8]| session_fuzz::session_ops::check(script));
