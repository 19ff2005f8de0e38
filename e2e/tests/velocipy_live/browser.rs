//! A client that keeps cookies, as a browser does.

use serde_json::Value;
use ureq::{Agent, http::Uri};

/// An HTTP client with a cookie jar. Cookies know no ports (RFC 6265, section 8.5), so all servers on
/// one host share them, like the instances behind one domain.
pub(crate) struct Browser {
    agent: Agent,
}

impl Browser {
    pub(crate) fn new() -> Self {
        let config = Agent::config_builder().proxy(None).build();
        Self { agent: config.new_agent() }
    }

    /// A browser that holds one cookie already: this token as the session of the server at `url`.
    pub(crate) fn with_session(token: &str, url: &str) -> Self {
        let browser = Self::new();
        let uri: Uri = url.parse().unwrap();
        let cookie = ureq::Cookie::parse(format!("session={token}; Path=/"), &uri).unwrap();
        browser.agent.cookie_jar_lock().insert(cookie, &uri).unwrap();
        browser
    }

    pub(crate) fn get(&self, url: &str) -> String {
        self.agent.get(url).call().unwrap().into_body().read_to_string().unwrap()
    }

    pub(crate) fn get_json(&self, url: &str) -> Value {
        serde_json::from_str(&self.get(url)).unwrap()
    }

    pub(crate) fn post(&self, url: &str) {
        self.agent.post(url).send_empty().unwrap();
    }

    pub(crate) fn put(&self, url: &str, json: &str) -> String {
        self.agent.put(url).send(json).unwrap().into_body().read_to_string().unwrap()
    }

    /// The token in the jar. There is never more than one, since both sides set the same cookie.
    pub(crate) fn session(&self) -> Option<String> {
        let jar = self.agent.cookie_jar_lock();
        let tokens: Vec<_> = jar.iter().map(|cookie| cookie.value().to_owned()).collect();
        assert!(tokens.len() <= 1, "two cookies where one replaces the other: {tokens:?}");
        tokens.into_iter().next()
    }
}
