//! A soak test: both adapters under mixed load, hostile clients in between. Resident memory and open files stay flat,
//! no request fails, no session is lost, and nothing is logged but actix-web's lines about requests that are not HTTP.
//!
//! By hand: `cargo test -p e2e --features soak --release --test soak -- --nocapture`. It takes ten minutes, or
//! `SOAK_SECONDS` seconds (20 for a first look), and prints a table at the end.
//!
//! Four servers run at the same time for the whole test, so that the memory of each is watched for as long as possible: each
//! adapter with its defaults, and with a rotated key, a short `max_age` and a sliding lifetime. The load is
//! as high as the machine allows. The table compares it with an hour of an ordinary site, taken to be 100 requests a
//! second: 360,000 requests.

mod client;
mod hostile;
mod instance;
mod keep_alive;
mod keys;
mod load;
mod regulars;
mod report;
mod resources;
mod tally;

use std::{env, thread, time::Duration};

use crate::{instance::Instance, report::Report};

const TEN_MINUTES: Duration = Duration::from_secs(600);

#[test]
fn under_load_memory_stays_flat_and_no_session_is_lost() {
    let duration = duration();
    let instances = Instance::start_all();

    let outcomes = thread::scope(|scope| {
        let running: Vec<_> =
            instances.into_iter().map(|instance| scope.spawn(move || load::soak(instance, duration))).collect();
        running.into_iter().map(|soak| soak.join().expect("a soak does not panic")).collect()
    });

    let report = Report { duration, outcomes };
    println!("{report}");
    let complaints = report.complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

fn duration() -> Duration {
    env::var("SOAK_SECONDS").map_or(TEN_MINUTES, |seconds| {
        Duration::from_secs(seconds.parse().unwrap_or_else(|error| panic!("SOAK_SECONDS is {seconds:?}: {error}")))
    })
}
