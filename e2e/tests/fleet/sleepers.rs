//! Clients who log in and leave the browser open, without asking for anything.

use std::{net::SocketAddr, thread};

use e2e::Action;

use crate::{client::Client, tally::Tally};

pub(crate) const SLEEPERS: usize = 32;
/// The number of the first, far from those of the load.
const FIRST: u64 = 1001;
/// Their carts fill the cookie almost, which is more than nginx takes by default.
const ITEMS: usize = 14;
const ITEM_LENGTH: usize = 200;
/// Two requests each, so that a sleeper meets several instances.
const READS: usize = 4;

/// Sessions that stay idle between two calls, like most in real life.
pub(crate) struct Sleepers(Vec<Client>);

impl Sleepers {
    pub(crate) fn log_in(addr: SocketAddr) -> Self {
        Self((FIRST..).take(SLEEPERS).map(|number| log_in(Client::new(addr, number))).collect())
    }

    /// Lets each of them read its session. Returns how many got another one.
    ///
    /// They only read, so that each of them has the same session afterwards, signed by another key perhaps.
    pub(crate) fn look(&mut self) -> usize {
        // All at once: one after the other, each would wait for the whole load at each of its requests.
        thread::scope(|scope| {
            let looks: Vec<_> = self.0.iter_mut().map(|client| scope.spawn(|| sees_another_session(client))).collect();
            looks.into_iter().map(|look| look.join().expect("a client does not panic")).filter(|&lost| lost).count()
        })
    }

    /// What they counted, except for what [`Sleepers::look`] returned.
    pub(crate) fn into_tally(self) -> Tally {
        let mut total = Tally::default();
        for client in self.0 {
            total += client.tally;
        }
        total
    }
}

fn log_in(mut client: Client) -> Client {
    client.tally.sessions += 1;
    let mut log_in = || {
        client.perform(Action::Login { remember: None })?;
        (0..ITEMS).try_for_each(|_| client.add_to_cart(ITEM_LENGTH))
    };
    if log_in().is_err() {
        panic!("nothing has happened to the fleet yet: {:#?}", client.tally.troubles);
    }
    client.hang_up();
    client
}

fn sees_another_session(client: &mut Client) -> bool {
    let sees_another = (0..READS).any(|_| {
        let me = client.perform(Action::ReadMe);
        me.and_then(|()| client.perform(Action::ReadCart)).is_err()
    });
    client.hang_up();
    sees_another
}
