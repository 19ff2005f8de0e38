//! Hostile clients. Each of their requests has to be answered, as from a visitor without a session or by a refusal, and must not affect other clients.

mod cookies;
mod requests;

use std::{
    io,
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use e2e::{
    Action, ExpectedSession,
    raw_http::{Connection, Response},
};
use fastrand::Rng;

use crate::{
    keep_alive::KeepAlive,
    tally::{Tally, Trouble},
};

const SLOW: &str = "sent slowly";

/// Sends one attack after the other.
pub(crate) struct Attacker {
    addr: SocketAddr,
    connection: KeepAlive,
    rng: Rng,
    tally: Tally,
}

impl Attacker {
    /// Its number decides what it does.
    pub(crate) fn new(addr: SocketAddr, number: u64) -> Self {
        Self { addr, connection: KeepAlive::new(addr), rng: Rng::with_seed(number), tally: Tally::default() }
    }

    pub(crate) fn attack_until(mut self, end: Instant) -> Tally {
        while Instant::now() < end {
            let attack = match self.rng.u8(..4) {
                0 => self.send_bad_bytes(),
                1 => self.drop_a_connection(),
                _ => self.send_a_bad_cookie(),
            };
            if let Err(trouble) = attack {
                self.connection.hang_up();
                self.tally.note(trouble);
            }
        }
        self.tally
    }

    fn send_a_bad_cookie(&mut self) -> Result<(), Trouble> {
        let (kind, add_to) = *self.rng.choice(cookies::BAD).expect("there are bad cookies");
        self.tally.attacks.count(kind);
        let action = self.rng.choice([Action::ReadMe, Action::ReadCart, Action::ReadPage]).expect("there are reads");
        let request = add_to(action.request(), &mut self.rng);
        match self.connection.ask(&request.to_bytes()) {
            Ok(response) if is_logged_out(&action, &response) => Ok(()),
            answer => Err(unexpected(kind, answer)),
        }
    }

    /// On a new connection, which the server may close before the whole request is sent.
    fn send_bad_bytes(&mut self) -> Result<(), Trouble> {
        let (kind, bytes) = *self.rng.choice(requests::BAD).expect("there are bad requests");
        self.tally.attacks.count(kind);
        let mut connection = self.connect(kind)?;
        let _closed_early = connection.send(bytes(&mut self.rng)).and_then(|()| connection.finish_sending());
        refused_or_closed(kind, connection.receive())
    }

    /// Goes away without waiting for an answer.
    fn drop_a_connection(&mut self) -> Result<(), Trouble> {
        let (kind, bytes) = *self.rng.choice(requests::UNFINISHED).expect("there are unfinished requests");
        self.tally.attacks.count(kind);
        self.connect(kind)?.send(bytes(&mut self.rng)).map_err(|error| unexpected(kind, Err(error)))
    }

    fn connect(&self, kind: &str) -> Result<Connection, Trouble> {
        Connection::open(self.addr).map_err(|error| unexpected(kind, Err(error)))
    }
}

/// A sender whose request trickles in over many seconds, or is given up by the server.
pub(crate) struct SlowSender {
    addr: SocketAddr,
    rng: Rng,
    tally: Tally,
}

impl SlowSender {
    /// Its number decides what it does.
    pub(crate) fn new(addr: SocketAddr, number: u64) -> Self {
        Self { addr, rng: Rng::with_seed(number), tally: Tally::default() }
    }

    pub(crate) fn send_until(mut self, end: Instant) -> Tally {
        while Instant::now() < end {
            self.tally.attacks.count(SLOW);
            if let Err(trouble) = self.trickle(end) {
                self.tally.note(trouble);
            }
        }
        self.tally
    }

    fn trickle(&mut self, end: Instant) -> Result<(), Trouble> {
        let request = Action::ReadMe.request().cookie("session=slow.slow").to_bytes();
        // actix-web waits 5 seconds for a head: some requests take less, some more.
        let takes = Duration::from_millis(self.rng.u64(100..8000));
        let mut connection = Connection::open(self.addr).map_err(|error| unexpected(SLOW, Err(error)))?;
        for byte in &request {
            thread::sleep(takes / request.len() as u32);
            if Instant::now() >= end || connection.send([*byte]).is_err() {
                break;
            }
        }
        let _closed_early = connection.finish_sending();
        refused_or_closed(SLOW, connection.receive())
    }
}

/// Shows an empty session, and leaves the cookies alone: reading never removes.
fn is_logged_out(action: &Action, response: &Response) -> bool {
    let shows_no_login = action.shown_by(response) == ExpectedSession::default().apply(action);
    response.status == 200 && shows_no_login && response.header("set-cookie").is_none()
}

/// Anything but an error of the server, or silence.
fn refused_or_closed(kind: &str, answer: io::Result<Response>) -> Result<(), Trouble> {
    match answer {
        Ok(response) if (200..500).contains(&response.status) => Ok(()),
        Err(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => Ok(()),
        answer => Err(unexpected(kind, answer)),
    }
}

fn unexpected(kind: &str, answer: io::Result<Response>) -> Trouble {
    Trouble::Error(match answer {
        Ok(response) => {
            let set_cookie = response.header("set-cookie").map(String::from_utf8_lossy);
            format!("{kind}: answered {}, Set-Cookie {set_cookie:?}: {:.200}", response.status, response.text())
        }
        Err(error) => format!("{kind}: {error}"),
    })
}
