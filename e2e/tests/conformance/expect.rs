//! What a check expects of an answer.

use e2e::raw_http::Response;
use serde_json::{Value, json};

use crate::signer::now;

/// The answer of `GET /me` to Alice.
#[track_caller]
pub(crate) fn assert_alice(response: &Response) {
    assert_user(response, json!("42"), json!("alice"));
}

/// The answer of `GET /me` to someone without a session.
#[track_caller]
pub(crate) fn assert_logged_out(response: &Response) {
    assert_user(response, Value::Null, Value::Null);
}

#[track_caller]
fn assert_user(response: &Response, user_id: Value, username: Value) {
    assert_json(response, 200, json!({"user_id": user_id, "username": username}));
}

/// A JSON answer with this status and body.
#[track_caller]
pub(crate) fn assert_json(response: &Response, status: u16, body: Value) {
    assert_eq!((response.status, response.text()), (status, body.to_string()));
    assert_eq!(response.header("content-type"), Some(b"application/json".as_slice()));
}

/// One `Set-Cookie` line.
#[derive(Debug, PartialEq)]
pub(crate) struct SetCookie {
    pub(crate) name: String,
    pub(crate) value: String,
    /// What follows the value, without the first `; `.
    pub(crate) attributes: String,
    /// Length of the whole line.
    pub(crate) length: usize,
}

impl SetCookie {
    /// The seconds of `Max-Age`.
    #[track_caller]
    pub(crate) fn max_age(&self) -> u64 {
        let max_age = self.attributes.split("; ").find_map(|attribute| attribute.strip_prefix("Max-Age="));
        max_age.unwrap_or_else(|| panic!("no Max-Age in {self:?}")).parse().unwrap()
    }

    /// What a client sends back.
    pub(crate) fn pair(&self) -> String {
        format!("{}={}", self.name, self.value)
    }
}

/// A cookie that was sent within the last minute, to live until this second.
#[track_caller]
pub(crate) fn assert_max_age_until(cookie: &SetCookie, end: u64) {
    let left = end - now();
    assert!((left..left + 60).contains(&cookie.max_age()), "{left} s were left: {cookie:?}");
}

/// The one `Set-Cookie` of this answer.
#[track_caller]
pub(crate) fn set_cookie(response: &Response) -> SetCookie {
    let [cookie] = <[_; 1]>::try_from(set_cookies(response)).expect("one Set-Cookie");
    cookie
}

/// Every `Set-Cookie` of this answer, in the order of their names.
#[track_caller]
pub(crate) fn set_cookies(response: &Response) -> Vec<SetCookie> {
    let cookies = response.header_lines("set-cookie").map(|line| {
        let line = str::from_utf8(line).unwrap();
        let (pair, attributes) = line.split_once("; ").unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').unwrap();
        SetCookie {
            name: name.to_owned(),
            value: value.to_owned(),
            attributes: attributes.to_owned(),
            length: line.len(),
        }
    });
    let mut cookies: Vec<_> = cookies.collect();
    cookies.sort_by(|a, b| a.name.cmp(&b.name));
    cookies
}

/// An answer that leaves the client's cookies alone.
#[track_caller]
pub(crate) fn assert_no_set_cookie(response: &Response) {
    assert_eq!(response.header("set-cookie"), None, "no Set-Cookie expected in {response:?}");
}

/// The lines of this log that an operator has to see.
pub(crate) fn warnings(log: &str) -> Vec<&str> {
    log.lines().filter(|line| line.contains(" WARN ") || line.contains(" ERROR ")).collect()
}

/// The lines of this log about a cookie that was refused.
pub(crate) fn rejections(log: &str) -> Vec<&str> {
    log.lines().filter(|line| line.contains(" DEBUG ") && line.contains("session cookie rejected")).collect()
}

/// The fingerprint of the key that signs, as the server logged it once at its start.
#[track_caller]
pub(crate) fn fingerprint(log: &str) -> &str {
    let starts = log.lines().filter_map(|line| line.split_once("sessions are signed with this key"));
    let [(level, fields)] = starts.collect::<Vec<_>>()[..] else { panic!("one fingerprint expected in {log}") };
    let fingerprint = fields.rsplit_once(" key=").unwrap().1;
    assert!(level.contains(" INFO ") && fingerprint.len() == 8, "{log}");
    assert!(fingerprint.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{log}");
    fingerprint
}

/// How often `Vary` lists `Cookie`.
pub(crate) fn vary_cookie_count(response: &Response) -> usize {
    response
        .header_lines("vary")
        .flat_map(|line| line.split(|&byte| byte == b','))
        .filter(|name| name.trim_ascii().eq_ignore_ascii_case(b"cookie"))
        .count()
}
