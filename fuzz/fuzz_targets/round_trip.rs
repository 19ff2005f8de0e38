//! Any JSON object and any times, encoded and decoded.
#![no_main]

use session_fuzz::tokens::Session;

libfuzzer_sys::fuzz_target!(|session: Session| session.check_round_trip());
