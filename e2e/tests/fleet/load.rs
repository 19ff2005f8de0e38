//! Many clients at once. Each has its own session, and starts another when that ends.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{
    client::{Client, Trouble},
    tally::Tally,
};

pub(crate) const CLIENTS: usize = 64;
/// The number of the first client.
const FIRST: u64 = 1;
/// How long to wait for the clients.
const DEADLINE: Duration = Duration::from_secs(60);

/// Clients that go on until they are told to finish, or until this value is dropped.
pub(crate) struct Load {
    clients: Vec<JoinHandle<Tally>>,
    answered: Vec<Arc<AtomicUsize>>,
    is_over: Arc<AtomicBool>,
}

impl Load {
    pub(crate) fn start(addr: SocketAddr) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let clients = (FIRST..).take(CLIENTS).map(|number| Client::new(addr, number));
        let (answered, clients) = clients
            .map(|client| {
                let is_over = Arc::clone(&is_over);
                (client.answered(), thread::spawn(move || visit_until(client, &is_over)))
            })
            .unzip();
        Self { clients, answered, is_over }
    }

    /// Waits until this many more requests have been answered.
    pub(crate) fn pass(&self, requests: usize) {
        let goal = self.requests() + requests;
        wait_until(|| self.requests() >= goal);
    }

    /// Waits until every client has asked for something, and been answered.
    pub(crate) fn hear_every_client(&self) {
        for answered in &self.answered {
            // Two answers: the request of the first may already have been sent.
            let goal = answered.load(Ordering::Relaxed) + 2;
            wait_until(|| answered.load(Ordering::Relaxed) >= goal);
        }
    }

    /// Waits until every client has ended its session. Returns what they counted.
    pub(crate) fn finish(mut self) -> Tally {
        self.is_over.store(true, Ordering::Relaxed);
        let mut total = Tally::default();
        for client in self.clients.drain(..) {
            total += client.join().expect("a client does not panic");
        }
        total
    }

    fn requests(&self) -> usize {
        self.answered.iter().map(|answered| answered.load(Ordering::Relaxed)).sum()
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

fn visit_until(mut client: Client, is_over: &AtomicBool) -> Tally {
    while !is_over.load(Ordering::Relaxed) {
        if let Err(trouble) = client.visit() {
            match trouble {
                Trouble::Lost => client.tally.lost += 1,
                Trouble::Replaced => {
                    client.tally.lost += 1;
                    client.tally.replaced += 1;
                }
                // A server that can't be reached is not tried again at once.
                Trouble::Failed => thread::sleep(Duration::from_millis(50)),
            }
            client.start_over();
        }
    }
    client.tally
}

#[track_caller]
fn wait_until(is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < deadline, "the clients got too few answers within {DEADLINE:?}");
        thread::sleep(Duration::from_millis(5));
    }
}
