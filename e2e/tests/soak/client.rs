//! A person with a browser, who knows what the session must hold.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use e2e::{
    Action, ExpectedSession, Jar,
    raw_http::{Request, Response},
};
use fastrand::Rng;
use serde_json::json;

use crate::{
    keep_alive::KeepAlive,
    keys::{OLD, token},
    tally::{Tally, Trouble},
};

/// Far from filling the cookie, however many of them a visit takes.
const LONGEST_ITEM: usize = 60;
/// Never fits into a cookie.
const TOO_LONG_AN_ITEM: usize = 5000;

/// A client with two connections, a cookie jar, and a session that it expects.
pub(crate) struct Client {
    number: u64,
    key_elsewhere: &'static str,
    connections: [KeepAlive; 2],
    jar: Jar,
    expected: ExpectedSession,
    rng: Rng,
    items: usize,
    pub(crate) tally: Tally,
}

impl Client {
    /// Its number decides what it does.
    pub(crate) fn new(addr: SocketAddr, key_elsewhere: &'static str, number: u64) -> Self {
        Self {
            number,
            key_elsewhere,
            connections: [KeepAlive::new(addr), KeepAlive::new(addr)],
            jar: Jar::default(),
            expected: ExpectedSession::default(),
            rng: Rng::with_seed(number),
            items: 0,
            tally: Tally::default(),
        }
    }

    /// One session after the other, until the end.
    pub(crate) fn visit_until(mut self, end: Instant) -> Tally {
        while Instant::now() < end {
            if let Err(trouble) = self.visit() {
                self.tally.note(trouble);
                self.start_over();
                // An answer may be left on one of them.
                self.hang_up();
            }
        }
        self.tally
    }

    /// One session, from the first look at the shop to the logout, or until the browser is cleared.
    fn visit(&mut self) -> Result<(), Trouble> {
        self.tally.sessions += 1;
        if self.rng.u8(..4) == 0 {
            self.come_from_elsewhere()?;
        }
        for _ in 0..self.rng.usize(..3) {
            self.add_to_cart()?;
        }
        self.log_in()?;
        let hangs_up = self.rng.u8(..8) == 0;
        for _ in 0..self.rng.usize(6..24) {
            if hangs_up {
                self.hang_up();
            }
            self.do_something()?;
        }
        if self.rng.u8(..4) == 0 {
            self.start_over();
            return Ok(());
        }
        self.log_out()
    }

    fn do_something(&mut self) -> Result<(), Trouble> {
        match self.rng.u8(..16) {
            0..3 => self.add_to_cart(),
            3..6 => self.perform(&Action::ReadCart),
            6..10 => self.perform(&Action::ReadMe),
            10..12 => self.perform(&Action::ReadPage),
            12 => self.perform(&Action::CheckHealth),
            13 => self.perform_two_at_once(),
            14 => self.overfill_the_cart(),
            _ => self.log_in(),
        }
    }

    /// Logs in, with one of the choices of "remember me".
    pub(crate) fn log_in(&mut self) -> Result<(), Trouble> {
        let remember = self.rng.choice([None, Some(false), Some(true)]).flatten();
        self.perform(&Action::Login { remember })
    }

    /// Looks at the whole session.
    pub(crate) fn look(&mut self) -> Result<(), Trouble> {
        self.perform(&Action::ReadPage)
    }

    pub(crate) fn add_to_cart(&mut self) -> Result<(), Trouble> {
        let action = self.something_to_add();
        self.perform(&action)
    }

    /// An item with a unique name, so that a mixed-up cart is noticed.
    fn something_to_add(&mut self) -> Action {
        self.items += 1;
        let length = self.rng.usize(..LONGEST_ITEM);
        Action::AddToCart(format!("{:-<length$}", format!("{}-{}", self.number, self.items)))
    }

    /// Gives up the session, as one does who clears the browser.
    pub(crate) fn start_over(&mut self) {
        self.jar = Jar::default();
        self.expected = ExpectedSession::default();
    }

    /// Lets go of the connections, since nothing will be asked for a while.
    pub(crate) fn hang_up(&mut self) {
        self.connections.iter_mut().for_each(KeepAlive::hang_up);
    }

    /// Arrives with a session of another server, one that knows more of it than the demo does.
    fn come_from_elsewhere(&mut self) -> Result<(), Trouble> {
        let content = json!({
            "visits": self.rng.u64(..),
            "ratio": self.rng.f64(),
            "flash": [["info", "Bienvenue <b>à la fête</b> & \"à bientôt\""]],
            "nested": (0..self.rng.u8(..100)).fold(json!(null), |inner, _| json!([inner])),
            "cart": [format!("{}-from-elsewhere", self.number)],
        });
        let content = content.as_object().expect("a literal object").clone();
        let age = Duration::from_secs(self.rng.u64(..20));
        self.jar = Jar::with_token(&token(self.key_elsewhere, &content, age));
        self.expected = ExpectedSession::of(content);
        let arrived_with = self.jar.clone();
        self.look()?;
        let is_signed_again = self.jar != arrived_with;
        if is_signed_again != (self.key_elsewhere == OLD) {
            let words = format!("{:?} was signed again: {is_signed_again}", arrived_with.cookie());
            return Err(Trouble::Error(words));
        }
        self.tally.signed_again += usize::from(is_signed_again);
        Ok(())
    }

    /// Logs out, and comes back now and then with a copy of the cookie: a signed cookie is good until it expires.
    fn log_out(&mut self) -> Result<(), Trouble> {
        let copy = (self.jar.clone(), self.expected.clone());
        self.perform(&Action::Logout)?;
        self.perform(&Action::ReadMe)?;
        if self.rng.u8(..4) == 0 {
            (self.jar, self.expected) = copy;
            self.tally.attacks.count("replayed after the logout");
            let action = Action::ReadPage;
            let response = self.exchange(&action)?;
            self.check(&action, &self.expected.clone(), &response)?;
            self.start_over();
        }
        Ok(())
    }

    /// Is refused, and keeps the session.
    fn overfill_the_cart(&mut self) -> Result<(), Trouble> {
        self.tally.requests.count("add too much");
        let response = self.exchange(&Action::AddToCart("x".repeat(TOO_LONG_AN_ITEM)))?;
        // A refresh may be due.
        self.jar.take(&response);
        match response.status {
            413 => Ok(()),
            status => Err(Trouble::Error(format!("too large an item was answered {status}: {:.200}", response.text()))),
        }
    }

    fn perform(&mut self, action: &Action) -> Result<(), Trouble> {
        self.tally.requests.count(kind(action));
        let response = self.exchange(action)?;
        self.check(action, &self.expected.clone(), &response)
    }

    /// Two tabs of one browser: both requests carry the same cookie, and the last answer wins.
    fn perform_two_at_once(&mut self) -> Result<(), Trouble> {
        let other = match self.rng.u8(..4) {
            0 => self.something_to_add(),
            1 => Action::ReadPage,
            2 => Action::ReadMe,
            _ => Action::Logout,
        };
        let actions = [self.something_to_add(), other];
        let before = self.expected.clone();
        let requests = actions.each_ref().map(|action| self.request(action));
        for (at, request) in requests.iter().enumerate() {
            self.tally.requests.count("two at once");
            self.connections[at].send(request).map_err(|error| no_answer(&actions[at], &error))?;
        }
        let mut arrival = [0, 1];
        self.rng.shuffle(&mut arrival);
        for at in arrival {
            let response = self.connections[at].receive().map_err(|error| no_answer(&actions[at], &error))?;
            self.check(&actions[at], &before, &response)?;
        }
        Ok(())
    }

    fn exchange(&mut self, action: &Action) -> Result<Response, Trouble> {
        let request = self.request(action);
        self.connections[0].ask(&request).map_err(|error| no_answer(action, &error))
    }

    /// With the session's cookie, and now and then with others that must not cost the session.
    fn request(&mut self, action: &Action) -> Vec<u8> {
        let request = action.request();
        let Some(own) = self.jar.cookie() else { return request.to_bytes() };
        let request = match self.rng.u8(..10) {
            0 => request.cookie("theme=dark").cookie(own),
            1 => request.cookie([b"\xff\xfe=\x80; ==;; =; a; ", own.as_bytes()].concat()),
            2 => with_planted(request, self.rng.usize(1..8), own),
            _ => request.cookie(own),
        };
        request.to_bytes()
    }

    /// Checks the answer to a request that was sent when the session was `before`.
    fn check(&mut self, action: &Action, before: &ExpectedSession, response: &Response) -> Result<(), Trouble> {
        if response.status != 200 {
            let text = response.text();
            return Err(Trouble::Error(format!("{action:?} was answered {}: {text:.200}", response.status)));
        }
        let mut after = before.clone();
        let expected = after.apply(action);
        let shown = action.shown_by(response);
        if shown != expected {
            let [shown, expected] = [shown, expected].map(|json| json.to_string());
            return Err(Trouble::Lost(format!("{action:?} was answered {shown:.200} and not {expected:.200}")));
        }
        if self.jar.take(response) {
            self.expected = after;
        } else if after != *before {
            return Err(Trouble::Lost(format!("{action:?} changed the session and brought no cookie")));
        }
        Ok(())
    }
}

/// As a sibling subdomain plants them: seven of them do not end a session.
fn with_planted(request: Request, count: usize, own: &str) -> Request {
    request.cookie(format!("{}{own}", "session=planted.junk; ".repeat(count)))
}

fn no_answer(action: &Action, error: &io::Error) -> Trouble {
    Trouble::Error(format!("{action:?} was not answered: {error}"))
}

fn kind(action: &Action) -> &'static str {
    match action {
        Action::Login { .. } => "log in",
        Action::Logout => "log out",
        Action::AddToCart(_) => "add to cart",
        Action::ReadCart => "read cart",
        Action::ReadMe => "read who I am",
        Action::ReadPage => "read page",
        Action::CheckHealth => "session untouched",
    }
}
