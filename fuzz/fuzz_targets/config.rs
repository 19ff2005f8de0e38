//! Any cookie options.
#![no_main]

use session_fuzz::config::Options;

libfuzzer_sys::fuzz_target!(|options: Options| options.check());
