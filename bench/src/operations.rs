//! The operations that are measured, each on one session.

use std::hint::black_box;
use std::rc::Rc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use session_codec::{Codec, Key, UnixTime};
use session_cookie::{CookieConfig, SessionManager};
use sha2::Sha256;

use crate::data::{Flat, Nested, OneKey, SIZES, Session};

/// HMAC-SHA256 over the token's payload text, its key schedule computed before: no signed session does with less.
pub const FLOOR: &str = "HMAC";

const READ: &str = "serde_json reads the struct";
const READ_BORROWED: &str = "serde_json reads it borrowed";
const WRITE: &str = "serde_json writes the struct";

/// A cookie of up to 4,096 bytes is taken, its attributes included.
const LARGEST_COOKIE: usize = 4_000;

const SECRET: &str = "a secret of more than 32 bytes, for benchmarks";
const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

/// One session, and what is done with it.
pub struct Case {
    /// The size of its JSON and its shape.
    pub name: String,
    /// The operations, the floors first.
    pub operations: Vec<Operation>,
}

/// One thing to measure.
pub struct Operation {
    /// The name in the table.
    pub name: &'static str,
    /// The operation of `serde_json` that it can't do without either.
    pub json: Option<&'static str>,
    /// Does it so many times.
    pub repeat: Box<dyn Fn(u32)>,
}

/// All sizes, each in both shapes.
#[must_use]
pub fn cases() -> Vec<Case> {
    SIZES.into_iter().flat_map(|size| [case::<Flat>(size), case::<Nested>(size)]).collect()
}

struct Given<S> {
    data: S,
    json: String,
    token: String,
    payload: String,
    cookie_header: String,
    hmac: Hmac<Sha256>,
    codec: Codec,
    manager: SessionManager,
    /// Its last fallback key signed the token.
    rotated: SessionManager,
    /// No key of it did.
    foreign: SessionManager,
    eight_cookies: String,
}

impl<S: Session> Given<S> {
    fn new(size: usize) -> Self {
        let key = || Key::new(SECRET).expect("the secret is long enough");
        let codec = Codec::new(key());
        let manager = SessionManager::new(key(), CookieConfig::default()).expect("the default is sound");

        let data = S::with_size(size);
        let token = codec.encode(&data, NOW).expect("a struct is an object");
        assert_eq!(codec.decode::<S>(&token, NOW).as_ref(), Ok(&data), "what is read is what was written");
        let foreign_key = |number| Key::new(format!("{SECRET} {number}")).expect("the secret is long enough");
        let foreign = SessionManager::new(foreign_key(0), CookieConfig::default()).expect("the default is sound");
        let foreign = foreign.with_clock(|| NOW);
        let with_keys = |keys: Vec<Key>| foreign.clone().with_fallback_keys(keys).expect("there are eight");
        let foreign_keys = |count| (1..=count).map(foreign_key).collect::<Vec<_>>();
        let (payload, _) = token.split_once('.').expect("a token has a signature");
        Self {
            json: serde_json::to_string(&data).expect("the session is plain data"),
            payload: payload.to_owned(),
            cookie_header: format!("session={token}"),
            rotated: with_keys([foreign_keys(SessionManager::MAX_FALLBACK_KEYS - 1), vec![key()]].concat()),
            foreign: with_keys(foreign_keys(SessionManager::MAX_FALLBACK_KEYS)),
            eight_cookies: [format!("session={token}").as_str(); 8].join("; "),
            hmac: Hmac::new_from_slice(SECRET.as_bytes()).expect("HMAC takes a key of any length"),
            manager: manager.with_clock(|| NOW),
            data,
            token,
            codec,
        }
    }
}

fn case<S: Session>(size: usize) -> Case {
    let given = Rc::new(Given::<S>::new(size));
    let mut operations = vec![
        operation(FLOOR, None, &given, |given| given.hmac.clone().chain_update(&given.payload).finalize()),
        operation(READ, None, &given, |given| serde_json::from_str::<S>(&given.json).expect("the JSON is an `S`")),
        operation(READ_BORROWED, None, &given, |given| {
            drop(black_box(serde_json::from_str::<S::Borrowed<'_>>(&given.json).expect("the JSON is an `S`")));
        }),
        operation(WRITE, None, &given, |given| serde_json::to_vec(&given.data).expect("the session is plain data")),
        operation("Codec::verify", None, &given, |given| given.codec.verify(&given.token, NOW).expect("verifies")),
        operation("verify, read one key", None, &given, |given| {
            let verified = given.codec.verify(&given.token, NOW).expect("verifies");
            verified.data::<OneKey>().expect("the key is there").theme
        }),
        operation("verify, read it borrowed", Some(READ_BORROWED), &given, |given| {
            let verified = given.codec.verify(&given.token, NOW).expect("verifies");
            drop(black_box(verified.data::<S::Borrowed<'_>>().expect("the data is an `S`")));
        }),
        operation("Codec::decode", Some(READ), &given, |given| {
            given.codec.decode::<S>(&given.token, NOW).expect("the data is an `S`")
        }),
        operation("Codec::encode", Some(WRITE), &given, |given| {
            given.codec.encode(&given.data, NOW).expect("a struct is an object")
        }),
    ];
    if given.cookie_header.len() <= LARGEST_COOKIE {
        operations.extend([
            operation("load, save untouched", None, &given, |given| {
                let session = given.manager.load([&given.cookie_header]);
                given.manager.save(&session).expect("saved for the first time")
            }),
            operation("load, get one key, save", None, &given, |given| {
                let session = given.manager.load([&given.cookie_header]);
                let theme = session.get::<String>("theme").expect("a theme is a text").expect("the key is there");
                (given.manager.save(&session).expect("saved for the first time"), theme)
            }),
            operation("8 cookies of no key, load", None, &given, |given| {
                given.foreign.load([&given.eight_cookies]).is_empty()
            }),
            operation("8 cookies of key 9, load", None, &given, |given| {
                given.rotated.load([&given.eight_cookies]).is_empty()
            }),
            operation("load, change one key, save", None, &given, |given| {
                let session = given.manager.load([&given.cookie_header]);
                session.insert("theme", "lite").expect("the session stays as small");
                given.manager.save(&session).expect("saved for the first time")
            }),
        ]);
    }
    Case { name: format!("{} bytes, {}", given.json.len(), S::SHAPE), operations }
}

fn operation<S: 'static, R>(
    name: &'static str,
    json: Option<&'static str>,
    given: &Rc<Given<S>>,
    run: impl Fn(&Given<S>) -> R + 'static,
) -> Operation {
    let given = Rc::clone(given);
    let repeat = move |times| {
        for _ in 0..times {
            black_box(run(black_box(&given)));
        }
    };
    Operation { name, json, repeat: Box::new(repeat) }
}
