//! A valid token, changed.
#![no_main]

use session_fuzz::forge::Forgery;

libfuzzer_sys::fuzz_target!(|forgery: Forgery| forgery.check());
