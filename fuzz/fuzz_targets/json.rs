//! Any text, read as a JSON object.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| session_fuzz::json::check_members(text));
