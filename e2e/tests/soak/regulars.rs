//! Clients who leave the browser open and come back now and then, as most do in real life: where the lifetime slides,
//! their sessions outlive it many times over.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use crate::{client::Client, tally::Tally};

const REGULARS: u64 = 16;
/// Longer than it takes until a refresh is due, and far below the shortest `max_age`.
const BETWEEN_LOOKS: Duration = Duration::from_secs(16);

/// Until the end, one client after the other reads its session and sends one request that changes it.
pub(crate) fn come_back_until(end: Instant, addr: SocketAddr, key_elsewhere: &'static str, first: u64) -> Tally {
    let mut regulars: Vec<_> =
        (first..).take(REGULARS as usize).map(|number| Client::new(addr, key_elsewhere, number)).collect();
    for regular in &mut regulars {
        begin(regular);
    }
    'open: loop {
        for regular in &mut regulars {
            thread::sleep(BETWEEN_LOOKS / REGULARS as u32);
            if Instant::now() >= end {
                break 'open;
            }
            if let Err(trouble) = regular.look() {
                regular.tally.note(trouble);
                begin(regular);
            }
            regular.hang_up();
        }
    }
    let mut total = Tally::default();
    for regular in regulars {
        total += regular.tally;
    }
    total
}

fn begin(regular: &mut Client) {
    regular.start_over();
    regular.tally.sessions += 1;
    let mut begin = || {
        regular.log_in()?;
        (0..10).try_for_each(|_| regular.add_to_cart())
    };
    if let Err(trouble) = begin() {
        regular.tally.note(trouble);
    }
    regular.hang_up();
}
