//! Any `Cookie` headers.
#![no_main]

libfuzzer_sys::fuzz_target!(|headers: &[u8]| session_fuzz::cookie_header::check(headers));
