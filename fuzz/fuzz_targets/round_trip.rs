//! Any JSON value and any times, there and back.
#![no_main]

use session_fuzz::tokens::Session;

libfuzzer_sys::fuzz_target!(|session: Session| session.check_round_trip());
