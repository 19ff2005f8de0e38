//! Load over sockets on loopback: `wrk` against servers, each in a process of its own with one thread.

mod actix;
mod axum;
mod server;
mod wrk;

use std::fmt::Write as _;

use self::server::Server;
pub use self::server::{Framework, serve};
use self::wrk::{Load, Round};
use crate::data::{Flat, Session as _};
use crate::manager;

/// All loads take turns in each round. Odd, for the median.
const ROUNDS: usize = 5;
/// What every response carries, so that all are of one size but for the cookie.
const THEME: &str = "dark";

/// What is asked of a server.
#[derive(Clone, Copy)]
enum Request {
    Bare,
    Untouched,
    Read,
    Change,
}

impl Request {
    const ALL: [Self; 4] = [Self::Bare, Self::Untouched, Self::Read, Self::Change];

    const fn has_sessions(self) -> bool {
        !matches!(self, Self::Bare)
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Bare | Self::Untouched => "/",
            Self::Read => "/read",
            Self::Change => "/change",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Bare => "without sessions",
            Self::Untouched => "untouched",
            Self::Read => "read one key",
            Self::Change => "change one key",
        }
    }
}

/// Puts load on all servers in turns, and returns one table.
///
/// # Panics
///
/// If `wrk` is not there, or a server does not answer as it has to.
#[must_use]
pub fn table() -> String {
    let cookie = manager().cookie_for(&Flat::with_size(290)).expect("it fits");
    let mut missing = None;
    let mut loads = Vec::new();
    for framework in [Framework::Axum, Framework::Actix, Framework::VelociPy] {
        match of_framework(framework, &cookie) {
            Ok(more) => loads.extend(more),
            Err(why) => missing = Some(why),
        }
    }
    for _ in 0..ROUNDS {
        loads.iter_mut().for_each(Load::run);
    }

    let columns = ["requests/s", "of bare", "p50, us", "p99, us", "CPU, us"].map(|column| format!("{column:>12}"));
    let mut table = format!("{:<32}{}\n", wrk::SETTINGS, columns.concat());
    let mut bare = f64::NAN;
    for load in &loads {
        let Round { per_second, p50, p99, cpu } = load.median();
        if !load.request.has_sessions() {
            bare = per_second;
        }
        let name = format!("{}: {}", load.server.framework.name(), load.request.name());
        let of_bare = 100.0 * per_second / bare;
        writeln!(table, "{name:<32}{per_second:>12.0}{of_bare:>11.0}%{p50:>12.0}{p99:>12.0}{cpu:>12.1}")
            .expect("a string takes anything");
    }
    table.extend(missing);
    table
}

/// All requests to one framework; or why it is not there.
fn of_framework(framework: Framework, cookie: &str) -> Result<Vec<Load>, String> {
    Request::ALL
        .into_iter()
        .map(|request| {
            let server = Server::start(framework, request.has_sessions())?;
            server.check(request, cookie);
            Ok(Load::new(server, request, cookie))
        })
        .collect()
}
