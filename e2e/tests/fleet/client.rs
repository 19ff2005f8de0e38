//! A person with a browser, who knows what the session must hold.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use e2e::{
    Action, ExpectedSession, Jar,
    raw_http::{Connection, Response},
};
use fastrand::Rng;

use crate::tally::Tally;

/// How often a request is sent before it counts as failed.
const ATTEMPTS: usize = 5;
/// A forged cookie that a sibling subdomain has set in every browser. It costs no session, and is an event in each request.
const PLANTED: &str = "session=forged";
/// Far from filling the cookie, however many of them a visit takes.
const LONGEST_ITEM: usize = 80;

/// A client with one connection, a cookie jar, and a session that it expects.
pub(crate) struct Client {
    number: u64,
    addr: SocketAddr,
    connection: Option<Connection>,
    jar: Jar,
    expected: ExpectedSession,
    rng: Rng,
    items: usize,
    answered: Arc<AtomicUsize>,
    pub(crate) tally: Tally,
}

/// Why an action did not go as it had to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trouble {
    /// The answer shows another session than the one that the client knows.
    Lost,
    /// And it brings a cookie for that other session.
    Replaced,
    /// There is no answer, or it does not show the session.
    Failed,
}

impl Client {
    /// Its number decides what it does.
    pub(crate) fn new(addr: SocketAddr, number: u64) -> Self {
        Self {
            number,
            addr,
            connection: None,
            jar: Jar::default(),
            expected: ExpectedSession::default(),
            rng: Rng::with_seed(number),
            items: 0,
            answered: Arc::default(),
            tally: Tally::default(),
        }
    }

    /// How many answers it has had, for a thread that waits for more.
    pub(crate) fn answered(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.answered)
    }

    /// One session, from the first look at the shop to the logout.
    pub(crate) fn visit(&mut self) -> Result<(), Trouble> {
        self.tally.sessions += 1;
        for _ in 0..self.rng.usize(0..3) {
            self.add_something()?;
        }
        self.perform(Action::Login { remember: None })?;
        for _ in 0..self.rng.usize(6..18) {
            match self.rng.u8(0..3) {
                0 => self.add_something()?,
                1 => self.perform(Action::ReadCart)?,
                _ => self.perform(Action::ReadMe)?,
            }
        }
        self.perform(Action::Logout)?;
        self.perform(Action::ReadMe)
    }

    fn add_something(&mut self) -> Result<(), Trouble> {
        let length = self.rng.usize(..LONGEST_ITEM);
        self.add_to_cart(length)
    }

    /// Adds an item with a unique name, so that a mixed-up cart is noticed; `length` is roughly the length of the name.
    pub(crate) fn add_to_cart(&mut self, length: usize) -> Result<(), Trouble> {
        self.items += 1;
        let item = format!("{:-<length$}", format!("{}-{}", self.number, self.items));
        self.perform(Action::AddToCart(item))
    }

    /// Gives up the session, as one does who clears the browser.
    pub(crate) fn start_over(&mut self) {
        self.jar = Jar::default();
        self.expected = ExpectedSession::default();
    }

    /// Lets go of the connection, since nothing will be asked for a while.
    pub(crate) fn hang_up(&mut self) {
        self.connection = None;
    }

    pub(crate) fn perform(&mut self, action: Action) -> Result<(), Trouble> {
        let mut after = self.expected.clone();
        let expected = after.apply(&action);
        let response = self.answer_to(&action)?;
        self.jar.take(&response);
        self.expected = after;

        let shown = action.shown_by(&response);
        if shown == expected {
            return Ok(());
        }
        let [shown, expected] = [shown, expected].map(|json| json.to_string());
        let instances = served_by(&response);
        self.tally.tell(format!("{action:?} was answered {shown:.100} and not {expected:.100} by {instances}"));
        Err(if action.changes_the_session() { Trouble::Replaced } else { Trouble::Lost })
    }

    /// The answer, if it is a success.
    ///
    /// A request without an answer is sent again, even a POST. The session is in the cookie, and the jar still holds the
    /// cookie from before the request. So the first attempt changed nothing that the client has, and an item can't get into
    /// the cart twice.
    fn answer_to(&mut self, action: &Action) -> Result<Response, Trouble> {
        let cookies: Vec<_> = [PLANTED].into_iter().chain(self.jar.cookie()).collect();
        let request = action.request().cookie(cookies.join("; ")).to_bytes();
        for _ in 0..ATTEMPTS {
            match self.exchange(&request) {
                Ok(response) => return self.check(action, response),
                Err(_) => self.tally.sent_again += 1,
            }
        }
        Err(self.fail(format!("{action:?} was not answered in {ATTEMPTS} attempts")))
    }

    fn exchange(&mut self, request: &[u8]) -> io::Result<Response> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.addr)?,
        };
        connection.send(request)?;
        let response = connection.receive()?;
        if response.header("connection") != Some(b"close") {
            self.connection = Some(connection);
        }
        Ok(response)
    }

    fn check(&mut self, action: &Action, response: Response) -> Result<Response, Trouble> {
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.tally.requests += 1;
        let instances = served_by(&response);
        let mut asked = instances.rsplit(", ");
        *self.tally.served_by.entry(asked.next().unwrap_or_default().to_owned()).or_default() += 1;
        if asked.next().is_some() {
            self.tally.passed_on += 1;
        }
        if response.status == 200 {
            return Ok(response);
        }
        Err(self.fail(format!("{action:?} was answered {} by {instances}", response.status)))
    }

    fn fail(&mut self, trouble: String) -> Trouble {
        self.tally.failed += 1;
        self.tally.tell(trouble);
        Trouble::Failed
    }
}

/// Which instances nginx has asked, the one that answered last.
fn served_by(response: &Response) -> String {
    String::from_utf8_lossy(response.header("served-by").unwrap_or_default()).into_owned()
}
