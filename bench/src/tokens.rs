//! Tokens and their sessions, without a framework: ours, what they can't do without, and the peers'.

use std::hint::black_box;
use std::rc::Rc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use session_codec::Codec;
use session_cookie::SessionManager;
use sha2::Sha256;

use crate::data::{OneKey, Session};
use crate::operation::{Against, Case, Operation};
use crate::{NOW, SECRET, key, manager, peers, velocipy};

/// HMAC-SHA256 over the token's payload text, its key schedule computed before: no signed session does with less.
pub const FLOOR: &str = "HMAC";
/// Verifies a token.
pub const VERIFY: &str = "Codec::verify";
/// Verifies a token and reads one member of its session.
pub const ONE_KEY: &str = "verify, read one key";
/// Verifies a token and reads its session as a struct.
pub const DECODE: &str = "Codec::decode";
/// Writes a struct and signs it.
pub const ENCODE: &str = "Codec::encode";
/// The floor of reading a struct, beside the HMAC.
pub const READ: &str = "serde_json reads the struct";
/// The floor of writing a struct, beside the HMAC.
pub const WRITE: &str = "serde_json writes the struct";

const READ_BORROWED: &str = "serde_json reads it borrowed";

/// A cookie of up to 4,096 bytes is taken, its attributes included.
const LARGEST_COOKIE: usize = 4_000;

/// The name of the case with a session of this shape and size.
#[must_use]
pub fn name<S: Session>(size: usize) -> String {
    format!("{} bytes, {}", bytes::<S>(size), S::SHAPE)
}

/// How many bytes the JSON of that session has.
pub(crate) fn bytes<S: Session>(size: usize) -> usize {
    json(&S::with_size(size)).len()
}

/// What is done with a session of this shape and size.
#[must_use]
pub fn case<S: Session>(size: usize) -> Case {
    Case { name: name::<S>(size), operations: ours(&Rc::new(Given::<S>::new(size))), missing: None }
}

/// The same, and what the peers do with it.
#[must_use]
pub fn case_with_peers<S: Session>(size: usize) -> Case {
    let given = Rc::new(Given::<S>::new(size));
    let mut operations = ours(&given);
    operations.extend(peers::operations(&given.data));
    let session = serde_json::to_value(&given.data).expect("the session is plain data");
    let missing = match velocipy::operations(&session, &given.token) {
        Ok(more) => {
            operations.extend(more);
            None
        }
        Err(why) => Some(why),
    };
    Case { name: name::<S>(size), operations, missing }
}

/// The floor over the token of `data`.
pub(crate) fn floor(token: &str) -> Operation {
    let (payload, _) = token.split_once('.').expect("a token has a signature");
    let hmac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes a key of any length");
    let given = Rc::new((hmac, payload.to_owned()));
    Operation::new(FLOOR, &given, |(hmac, payload)| hmac.clone().chain_update(payload).finalize())
}

fn json(session: &impl Session) -> String {
    serde_json::to_string(session).expect("the session is plain data")
}

struct Given<S> {
    data: S,
    json: String,
    token: String,
    cookie_header: String,
    codec: Codec,
    manager: SessionManager,
}

impl<S: Session> Given<S> {
    fn new(size: usize) -> Self {
        let codec = Codec::new(key());
        let data = S::with_size(size);
        let token = codec.encode(&data, NOW).expect("a struct is an object");
        assert_eq!(codec.decode::<S>(&token, NOW).as_ref(), Ok(&data), "what is read is what was written");
        Self {
            json: json(&data),
            cookie_header: format!("session={token}"),
            manager: manager().with_clock(|| NOW),
            data,
            token,
            codec,
        }
    }
}

fn ours<S: Session>(given: &Rc<Given<S>>) -> Vec<Operation> {
    let mut operations = vec![
        floor(&given.token),
        Operation::new(READ, given, |given| serde_json::from_str::<S>(&given.json).expect("the JSON is an `S`")),
        Operation::new(READ_BORROWED, given, |given| {
            drop(black_box(serde_json::from_str::<S::Borrowed<'_>>(&given.json).expect("the JSON is an `S`")));
        }),
        Operation::new(WRITE, given, |given| serde_json::to_vec(&given.data).expect("the session is plain data")),
        Operation::new(VERIFY, given, |given| given.codec.verify(&given.token, NOW).expect("verifies")),
        Operation::new(ONE_KEY, given, |given| {
            let verified = given.codec.verify(&given.token, NOW).expect("verifies");
            verified.data::<OneKey>().expect("the key is there").theme
        }),
        Operation::new("verify, read it borrowed", given, |given| {
            let verified = given.codec.verify(&given.token, NOW).expect("verifies");
            drop(black_box(verified.data::<S::Borrowed<'_>>().expect("the data is an `S`")));
        })
        .against(Against::HmacAndJson(READ_BORROWED)),
        Operation::new(DECODE, given, |given| given.codec.decode::<S>(&given.token, NOW).expect("the data is an `S`"))
            .against(Against::HmacAndJson(READ)),
        Operation::new(ENCODE, given, |given| given.codec.encode(&given.data, NOW).expect("a struct is an object"))
            .against(Against::HmacAndJson(WRITE)),
    ];
    if given.cookie_header.len() <= LARGEST_COOKIE {
        operations.extend([
            Operation::new("load, save untouched", given, |given| {
                let session = given.manager.load([&given.cookie_header]);
                given.manager.save(&session).expect("saved for the first time")
            }),
            Operation::new("load, get one key, save", given, |given| {
                let session = given.manager.load([&given.cookie_header]);
                let theme = session.get::<String>("theme").expect("a theme is a text").expect("the key is there");
                (given.manager.save(&session).expect("saved for the first time"), theme)
            }),
            Operation::new("load, change one key, save", given, |given| {
                let session = given.manager.load([&given.cookie_header]);
                session.insert("theme", "lite").expect("the session stays as small");
                given.manager.save(&session).expect("saved for the first time")
            }),
        ]);
    }
    operations
}
