//! A fleet behind nginx under load: instances are stopped, killed and started, the key is rotated from one instance to
//! the next, by restarts or by SIGHUP alone, and no session is lost. The same load shows losses when the rotation breaks its order,
//! and that no request hangs where a log's subscriber reads the session at each event. Without load: what one server does at
//! SIGHUP.
//!
//! By hand: `cargo test -p e2e --features nginx --test fleet -- --nocapture`. It takes some minutes and prints its
//! figures at the end.

mod broken_order;
mod by_signal;
mod client;
mod fleet;
mod keys;
mod load;
mod rolling;
mod rollout;
mod sighup;
mod sleepers;
mod subscriber;
mod tally;

use std::process::ExitCode;

use e2e::Suite;

fn main() -> ExitCode {
    // Two fleets at once would share the machine.
    let mut suite = Suite::with_threads(1);
    suite.add("rolling", rolling::CHECKS);
    suite.add("broken_order", broken_order::CHECKS);
    suite.add("by_signal", by_signal::CHECKS);
    suite.add("sighup", sighup::CHECKS);
    suite.add("subscriber", subscriber::CHECKS);
    suite.run()
}
