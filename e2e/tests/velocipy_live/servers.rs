//! Each demo beside a VelociPy server with the same key, and a browser that visits both.

use std::time::Duration;

use e2e::{Check, DemoServer, Framework, checks, figures};
use serde_json::{Value, json};
use session_codec::{Claims, Codec, Key, Lifetime, UnixTime};

use crate::{RANDOM_SESSIONS, SEED, browser::Browser, random_session::RandomSession, with_member};

/// Not ASCII, since VelociPy's secrets are text and ours are bytes.
const SECRET: &str = "ключ, 鍵 and 🦖: both sides sign with the UTF-8 bytes";
const MAX_AGE: u64 = 600;

pub(crate) const CHECKS: &[Check<fn(&Pair)>] = checks![
    a_login_there_is_a_login_here,
    a_login_here_is_a_login_there,
    a_logout_there_is_a_logout_here,
    a_logout_here_is_a_logout_there,
    a_change_there_is_read_here,
    a_cart_filled_on_both_sides_is_one_cart,
    a_change_here_keeps_every_value_from_there_to_the_letter,
    random_sessions_from_there_survive_a_change_here,
    creation_time_and_lifetime_are_lost_there_and_nothing_else,
    a_forged_cookie_is_refused_on_both_sides,
    an_expired_cookie_is_refused_on_both_sides,
    a_cookie_from_the_future_is_refused_here_alone,
];

/// Two servers that share a key.
pub(crate) struct Pair {
    framework: Framework,
    there: DemoServer,
    here: DemoServer,
}

impl Pair {
    pub(crate) fn start(framework: Framework) -> Self {
        let max_age = MAX_AGE.to_string();
        let env = [("SESSION_SECRET_KEY", SECRET), ("SESSION_MAX_AGE", &max_age)];
        Self { framework, there: DemoServer::start_velocipy(&env), here: DemoServer::start(framework, &env) }
    }

    /// Returns the answers of `/me` to this token, from VelociPy and from us.
    fn me_with(&self, token: &str) -> [Value; 2] {
        [&self.there, &self.here]
            .map(|server| Browser::with_session(token, &server.url("/")).get_json(&server.url("/me")))
    }
}

fn a_login_there_is_a_login_here(Pair { there, here, .. }: &Pair) {
    let browser = Browser::new();
    assert_eq!(browser.get_json(&here.url("/me")), no_one());

    browser.post(&there.url("/login"));

    assert_eq!(browser.get_json(&here.url("/me")), alice());
}

fn a_login_here_is_a_login_there(Pair { there, here, .. }: &Pair) {
    let browser = Browser::new();
    assert_eq!(browser.get_json(&there.url("/me")), no_one());

    browser.post(&here.url("/login"));

    assert_eq!(browser.get_json(&there.url("/me")), alice());
}

/// VelociPy removes no cookie: it signs an empty session.
fn a_logout_there_is_a_logout_here(Pair { there, here, .. }: &Pair) {
    let browser = Browser::new();
    browser.post(&here.url("/login"));

    browser.post(&there.url("/logout"));

    assert!(browser.session().is_some());
    assert_eq!(browser.get_json(&here.url("/me")), no_one());
    browser.post(&here.url("/login"));
    assert_eq!(browser.get_json(&there.url("/me")), alice());
}

fn a_logout_here_is_a_logout_there(Pair { there, here, .. }: &Pair) {
    let browser = Browser::new();
    browser.post(&there.url("/login"));

    browser.post(&here.url("/logout"));

    assert_eq!(browser.session(), None);
    assert_eq!(browser.get_json(&there.url("/me")), no_one());
    browser.post(&there.url("/login"));
    assert_eq!(browser.get_json(&here.url("/me")), alice());
}

fn a_change_there_is_read_here(Pair { there, here, .. }: &Pair) {
    let browser = Browser::new();
    browser.post(&here.url("/login"));

    browser.put(&there.url("/session"), r#"{"user_id":"7 \u0000 \"","username":"Жанна \ud83e\udd96"}"#);

    assert_eq!(browser.get_json(&here.url("/me")), json!({"user_id": "7 \0 \"", "username": "Жанна 🦖"}));
}

fn a_cart_filled_on_both_sides_is_one_cart(Pair { there, here, .. }: &Pair) {
    let browser = Browser::new();
    browser.post(&there.url("/login"));

    browser.post(&there.url("/cart/add?item=egg"));
    browser.post(&here.url("/cart/add?item=spam"));
    browser.post(&there.url("/cart/add?item=%F0%9F%A6%96"));
    browser.post(&here.url("/cart/add?item=%22%5C%22"));

    for server in [there, here] {
        assert_eq!(browser.get_json(&server.url("/cart")), json!({"items": ["egg", "spam", "🦖", "\"\\\""]}));
        assert_eq!(browser.get_json(&server.url("/me")), alice());
    }
}

fn a_change_here_keeps_every_value_from_there_to_the_letter(Pair { there, here, .. }: &Pair) {
    let browser = Browser::new();
    let stored = browser.put(
        &there.url("/session"),
        r#"{"above_u64":18446744073709551617,"below_i64":-9223372036854775809,
            "huge":10000000000000000000000000000000000000000,"zero":-0.0,"tenth":0.1,"tiny":5e-324,
            "largest":1.7976931348623157e308,"whole":1.0,"exponent":1E22,
            "text":"é 字 🦖 \u2028 \u0000 \" \\ / <b>","":"no key","nested":[[[{"deep":[null,true,{}]}]]]}"#,
    );
    assert!(stored.contains(r#""above_u64":18446744073709551617"#) && stored.contains("1e+22"));

    browser.post(&here.url("/cart/add"));

    assert_eq!(browser.get(&there.url("/session")), with_member(&stored, r#""cart":["egg"]"#));
}

fn random_sessions_from_there_survive_a_change_here(Pair { there, here, framework }: &Pair) {
    let mut rng = fastrand::Rng::with_seed(SEED);
    for _ in 0..RANDOM_SESSIONS {
        let browser = Browser::new();
        let session = RandomSession::new(&mut rng).json();
        let stored = browser.put(&there.url("/session"), &session);

        browser.post(&here.url("/cart/add"));

        assert_eq!(browser.get(&there.url("/session")), with_member(&stored, r#""cart":["egg"]"#), "from {session}");
    }
    figures(format!(
        "{framework}: {RANDOM_SESSIONS} random sessions stored there over HTTP, changed here, read there to the letter \
         (seed {SEED:#x})"
    ));
}

fn creation_time_and_lifetime_are_lost_there_and_nothing_else(pair: &Pair) {
    let now = UnixTime::now();
    let claims = Claims {
        issued_at: now,
        created_at: Some(UnixTime::from_secs(now.as_secs() - 60)),
        lifetime: Some(Lifetime::For(Duration::from_secs(300))),
    };
    let token = codec(SECRET).encode_with(&alice(), claims).unwrap();
    assert_eq!(pair.me_with(&token), [alice(), alice()]);
    let browser = Browser::with_session(&token, &pair.there.url("/"));

    browser.post(&pair.there.url("/cart/add"));

    assert_eq!(browser.get_json(&pair.here.url("/me")), alice());
    assert_eq!(browser.get_json(&pair.here.url("/cart")), json!({"items": ["egg"]}));
    let changed = codec(SECRET).verify(browser.session().unwrap(), UnixTime::now()).unwrap();
    assert_eq!(changed.claims(), Claims::new(changed.issued_at()));
}

fn a_forged_cookie_is_refused_on_both_sides(pair: &Pair) {
    let now = UnixTime::now();
    let token = codec(SECRET).encode(&alice(), now).unwrap();
    let other = codec("the key of somebody else, of some 32 bytes").encode(&alice(), now).unwrap();
    let mallory = codec(SECRET).encode(&json!({"user_id": "666"}), now).unwrap();
    let (payload, signature) = token.split_once('.').unwrap();
    let (other_payload, _) = mallory.split_once('.').unwrap();
    let mut forgeries = vec![
        other.clone(),
        payload.to_owned(),
        format!("{payload}."),
        format!(".{signature}"),
        format!("{signature}.{payload}"),
        format!("{other_payload}.{signature}"),
        format!("{token}A"),
        format!("{token}="),
        format!("A{token}"),
        token[..token.len() - 1].to_owned(),
    ];
    forgeries.extend((0..token.len()).filter(|&at| at != payload.len()).step_by(3).map(|at| changed_at(&token, at)));
    forgeries.push(changed_at(&token, token.len() - 1));

    for forgery in &forgeries {
        assert_eq!(pair.me_with(forgery), [no_one(), no_one()], "{forgery}");
    }

    assert_eq!(pair.me_with(&token), [alice(), alice()]);
    figures(format!("{}: {} forged cookies refused on both sides", pair.framework, forgeries.len()));
}

fn an_expired_cookie_is_refused_on_both_sides(pair: &Pair) {
    let signed_ago = |seconds| {
        let then = UnixTime::from_secs(UnixTime::now().as_secs() - seconds);
        codec(SECRET).encode(&alice(), then).unwrap()
    };

    assert_eq!(pair.me_with(&signed_ago(MAX_AGE - 30)), [alice(), alice()]);
    assert_eq!(pair.me_with(&signed_ago(MAX_AGE + 1)), [no_one(), no_one()]);
    assert_eq!(pair.me_with(&signed_ago(MAX_AGE * 1000)), [no_one(), no_one()]);
}

/// A wanted difference: VelociPy takes any timestamp ahead of its clock, and so believes such a cookie for longer.
fn a_cookie_from_the_future_is_refused_here_alone(pair: &Pair) {
    let signed_ahead = |seconds| {
        let then = UnixTime::from_secs(UnixTime::now().as_secs() + seconds);
        codec(SECRET).encode(&alice(), then).unwrap()
    };

    assert_eq!(pair.me_with(&signed_ahead(30)), [alice(), alice()]);
    assert_eq!(pair.me_with(&signed_ahead(300)), [alice(), no_one()]);
}

fn alice() -> Value {
    json!({"user_id": "42", "username": "alice"})
}

fn no_one() -> Value {
    json!({"user_id": null, "username": null})
}

fn codec(secret: &str) -> Codec {
    Codec::new(Key::new(secret).unwrap())
}

/// `token` with another base64url character at this place.
fn changed_at(token: &str, at: usize) -> String {
    let other = if token[at..].starts_with('A') { "B" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}
