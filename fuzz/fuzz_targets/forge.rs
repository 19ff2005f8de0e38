//! A valid token, mutated.
#![no_main]

use session_fuzz::forge::Forgery;

libfuzzer_sys::fuzz_target!(|forgery: Forgery| forgery.check());
