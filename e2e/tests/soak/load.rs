//! All the load on one server.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use e2e::{Action, DemoServer, Framework};

use crate::{
    client::Client,
    hostile::{Attacker, SlowSender},
    instance::{Instance, Setting},
    keep_alive::KeepAlive,
    regulars,
    resources::Resources,
    tally::Tally,
};

const CLIENTS: u64 = 6;
const ATTACKERS: u64 = 2;
const SLOW_SENDERS: u64 = 2;
/// The numbers of the first of each, far from each other.
const FIRST_CLIENT: u64 = 1;
const FIRST_REGULAR: u64 = 1001;
const FIRST_ATTACKER: u64 = 2001;
const FIRST_SLOW_SENDER: u64 = 3001;

/// How often resources are looked at during the load.
const SAMPLES: u32 = 200;
/// How many lines of a log are told in full.
const LOG_SHOWN: usize = 10;
/// How long a server may take to let go of connections when the clients are gone: longer than any of its time-outs.
const LETTING_GO: Duration = Duration::from_secs(30);

/// The results of one server.
pub(crate) struct Outcome {
    pub(crate) framework: Framework,
    pub(crate) setting: Setting,
    pub(crate) tally: Tally,
    pub(crate) resources: Resources,
    /// The lines that it logged above the level info, except for those below.
    pub(crate) log: Vec<String>,
    /// How often actix-web has logged that a request is not HTTP, which the hostile clients see to.
    pub(crate) not_http: usize,
}

impl Outcome {
    /// What is wrong; empty if nothing is.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let Self { setting, tally, resources, log, .. } = self;
        let mut complaints = resources.complaints();
        if tally.lost + tally.errors > 0 {
            complaints.push(format!("{} sessions lost, {} errors: {:#?}", tally.lost, tally.errors, tally.troubles));
        }
        let is_rotated = matches!(setting, Setting::Rotated);
        if is_rotated != (tally.signed_again > 0) {
            complaints.push(format!("{} sessions signed again, and rotated is {is_rotated}", tally.signed_again));
        }
        if !log.is_empty() {
            complaints.push(format!(
                "logged {} lines of complaint: {:#?}",
                log.len(),
                &log[..log.len().min(LOG_SHOWN)]
            ));
        }
        complaints
    }
}

/// Keeps a server busy for so long, watches it, and ends it.
pub(crate) fn soak(instance: Instance, duration: Duration) -> Outcome {
    let Instance { framework, setting, server } = instance;
    let mut resources = resources_with_one_connection(&server);
    let tally = thread::scope(|scope| {
        let start = Instant::now();
        let clients = clients(server.addr(), setting, start + duration);
        let clients: Vec<_> = clients.into_iter().map(|client| scope.spawn(client)).collect();
        for at in 1..=SAMPLES {
            thread::sleep((start + duration * at / SAMPLES).saturating_duration_since(Instant::now()));
            resources.look();
        }
        let mut total = Tally::default();
        for client in clients {
            total += client.join().expect("a client does not panic");
        }
        total
    });
    resources.settle(LETTING_GO);
    let log = server.stop();
    let above_info = log.lines().filter(|line| !line.contains(" INFO "));
    let (not_http, log): (Vec<_>, Vec<_>) = above_info.map(str::to_owned).partition(|line| is_about_no_http(line));
    Outcome { framework, setting, tally, resources, log, not_http: not_http.len() }
}

/// The demos say where they listen before all of their threads have started; one answer shows that they have.
fn resources_with_one_connection(server: &DemoServer) -> Resources {
    let mut connection = KeepAlive::new(server.addr());
    connection.ask(&Action::CheckHealth.request().to_bytes()).expect("a server that listens answers");
    Resources::with_one_connection(server.id())
}

fn is_about_no_http(line: &str) -> bool {
    line.contains(" actix_http::h1::dispatcher: stream error: request parse error: ")
}

type Run = Box<dyn FnOnce() -> Tally + Send>;

fn clients(addr: SocketAddr, setting: Setting, end: Instant) -> Vec<Run> {
    let key = setting.key_elsewhere();
    let mut clients: Vec<Run> = vec![Box::new(move || regulars::come_back_until(end, addr, key, FIRST_REGULAR))];
    for number in FIRST_CLIENT..FIRST_CLIENT + CLIENTS {
        clients.push(Box::new(move || Client::new(addr, key, number).visit_until(end)));
    }
    for number in FIRST_ATTACKER..FIRST_ATTACKER + ATTACKERS {
        clients.push(Box::new(move || Attacker::new(addr, number).attack_until(end)));
    }
    for number in FIRST_SLOW_SENDER..FIRST_SLOW_SENDER + SLOW_SENDERS {
        clients.push(Box::new(move || SlowSender::new(addr, number).send_until(end)));
    }
    clients
}
