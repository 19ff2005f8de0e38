//! The instances, and nginx in front of them.

use std::{
    collections::BTreeMap,
    fmt, fs,
    net::SocketAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use e2e::{
    DemoServer, Framework, Nginx,
    raw_http::{Connection, Request},
    wire_format::sign,
};

use crate::keys::Environment;

/// The server of an instance: one of our demos or test servers, or VelociPy.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Demo(Framework),
    /// Its log has every event, and reads the session at each.
    TestServer(Framework),
    VelociPy,
}

/// Servers with nginx in front of them. All of them end when this value is dropped.
pub(crate) struct Fleet {
    /// Ends first, so that it asks nothing of an instance that has ended.
    nginx: Nginx,
    instances: Vec<Instance>,
    kinds: BTreeMap<String, Kind>,
    history: History,
}

/// What has happened to the instances.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) stopped: usize,
    pub(crate) killed: usize,
    pub(crate) started_again: usize,
    /// How many rejected cookies the instances have logged, at debug.
    pub(crate) rejections: usize,
    /// What instances have logged that is more than information.
    pub(crate) complaints: Vec<String>,
}

impl Fleet {
    pub(crate) fn start(kinds: &[Kind], keys: Environment<'_>) -> Self {
        let instances: Vec<_> = kinds.iter().zip(2..).map(|(&kind, host)| Instance::start(kind, host, keys)).collect();
        let nginx = Nginx::start(&addresses(&instances));
        let kinds = instances.iter().map(|instance| (instance.addr.to_string(), instance.kind)).collect();
        Self { nginx, instances, kinds, history: History::default() }
    }

    /// Where clients go.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.nginx.addr()
    }

    pub(crate) fn len(&self) -> usize {
        self.instances.len()
    }

    /// The server of the instance with this address, even if it has left the fleet.
    pub(crate) fn kind(&self, addr: &str) -> Kind {
        *self.kinds.get(addr).unwrap_or_else(|| panic!("no instance is at {addr}"))
    }

    /// Asks an instance to end, as a deployment does.
    pub(crate) fn stop(&mut self, at: usize) {
        let log = self.instances[at].take().stop();
        self.history.stopped += 1;
        self.history.note(&log);
    }

    /// Lets an instance crash.
    pub(crate) fn kill(&mut self, at: usize) {
        let log = self.instances[at].take().kill();
        self.history.killed += 1;
        self.history.note(&log);
    }

    /// Starts an instance that has ended, where it was before.
    pub(crate) fn start_again(&mut self, at: usize, keys: Environment<'_>) {
        self.instances[at].start_again(keys);
        self.history.started_again += 1;
    }

    /// Tells an instance to read its keys again.
    pub(crate) fn signal(&self, at: usize) {
        self.instances[at].server().reload_keys();
    }

    /// The process of each instance, and when it started.
    pub(crate) fn processes(&self) -> Vec<(u32, String)> {
        let id = |instance: &Instance| instance.server().id();
        self.instances.iter().map(id).map(|id| (id, start_of_process(id))).collect()
    }

    /// Which of these secrets each instance accepts.
    pub(crate) fn accepted<'a>(&self, secrets: &'a [&'a str]) -> Vec<Vec<&'a str>> {
        let accepted =
            |instance: &Instance| secrets.iter().copied().filter(|secret| is_accepted(instance.addr, secret)).collect();
        self.instances.iter().map(accepted).collect()
    }

    /// Removes an instance from the fleet: from nginx first, then it ends.
    pub(crate) fn dismiss(&mut self, at: usize) {
        let mut leaving = self.instances.remove(at);
        self.nginx.reload(&addresses(&self.instances));
        let log = leaving.take().stop();
        self.history.stopped += 1;
        self.history.note(&log);
    }

    /// Ends the instances after the last request.
    pub(crate) fn finish(mut self) -> History {
        for server in self.instances.into_iter().filter_map(|instance| instance.server) {
            self.history.note(&server.stop());
        }
        self.history
    }
}

impl History {
    fn note(&mut self, log: &str) {
        // actix-web's server says "No workers" when a connection comes in while it stops its workers; nginx passes the
        // request on.
        let is_of_the_stop = |line: &str| line.contains(" actix_server::");
        let is_information = |line: &str| line.contains(" INFO ") || line.contains(" DEBUG ");
        let is_complaint = |line: &&str| !line.is_empty() && !is_information(line) && !is_of_the_stop(line);
        self.rejections += log.matches("session cookie rejected").count();
        self.complaints.extend(log.lines().filter(is_complaint).map(str::to_owned));
    }
}

/// One place in the fleet.
struct Instance {
    kind: Kind,
    addr: SocketAddr,
    /// `None` while it is away.
    server: Option<DemoServer>,
}

impl Instance {
    /// On its own loopback address, like a separate machine (Linux answers on all of 127.0.0.0/8): connections
    /// of others go out from 127.0.0.1, so that none of them has the port when the instance comes back to it.
    fn start(kind: Kind, host: u8, keys: Environment<'_>) -> Self {
        let server = kind.start(&format!("127.0.0.{host}:0"), keys);
        Self { kind, addr: server.addr(), server: Some(server) }
    }

    fn start_again(&mut self, keys: Environment<'_>) {
        assert!(self.server.is_none(), "{} is still there", self.addr);
        self.server = Some(self.kind.start(&self.addr.to_string(), keys));
    }

    fn server(&self) -> &DemoServer {
        self.server.as_ref().unwrap_or_else(|| panic!("{} is away", self.addr))
    }

    fn take(&mut self) -> DemoServer {
        self.server.take().unwrap_or_else(|| panic!("{} is away already", self.addr))
    }
}

fn addresses(instances: &[Instance]) -> Vec<SocketAddr> {
    instances.iter().map(|instance| instance.addr).collect()
}

impl Kind {
    fn start(self, bind: &str, [key, fallback_keys]: Environment<'_>) -> DemoServer {
        let env = [("BIND", bind), ("SESSION_SECURE", "false"), key, fallback_keys];
        match self {
            Self::Demo(framework) => DemoServer::start(framework, &env),
            Self::TestServer(framework) => {
                DemoServer::start_test_server(framework, &[&env, [("RUST_LOG", "debug")].as_slice()].concat())
            }
            Self::VelociPy => DemoServer::start_velocipy(&env),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Demo(framework) | Self::TestServer(framework) => framework.fmt(f),
            Self::VelociPy => f.pad("VelociPy"),
        }
    }
}

/// When a process started, in the kernel's ticks since the machine did (proc(5), field 22).
fn start_of_process(id: u32) -> String {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_else(|error| panic!("process {id}: {error}"));
    let (_, after_name) = stat.rsplit_once(')').expect("the name is in brackets");
    after_name.split_whitespace().nth(19).expect("there are more fields").to_owned()
}

/// Whether a server takes a session that this secret has signed.
pub(crate) fn is_accepted(addr: SocketAddr, secret: &str) -> bool {
    let request = Request::new("GET", "/me").cookie(format!("session={}", token(secret, r#"{"user_id":"7"}"#)));
    let mut connection = Connection::open(addr).expect("the server listens");
    let response = connection.send(request.to_bytes()).and_then(|()| connection.receive()).expect("it answers");
    match response.text().as_str() {
        r#"{"user_id":"7","username":null}"# => true,
        r#"{"user_id":null,"username":null}"# => false,
        other => panic!("{addr} answered {other}"),
    }
}

/// The token of a session with these data, signed now.
pub(crate) fn token(secret: &str, data: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs();
    sign(secret, format!(r#"{{"d":{data},"t":{now}}}"#))
}
