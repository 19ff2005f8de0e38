//! The same data in what else signs a cookie's value.

use std::rc::Rc;

use biscotti::config::{CryptoAlgorithm, CryptoRule};
use biscotti::{Processor, ProcessorConfig, ResponseCookie};
use cookie::{Cookie, CookieJar};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::SECRET;
use crate::data::{OneKey, Session};
use crate::operation::{Against, Operation};
use crate::tokens::{DECODE, ENCODE, ONE_KEY};

const NAME: &str = "session";

/// `cookie` verifies and reads one member.
pub const COOKIE_ONE_KEY: &str = "cookie: verify, one key";
/// `jsonwebtoken` verifies and reads one member.
pub const JWT_ONE_KEY: &str = "jsonwebtoken: verify, one key";
/// `cookie` verifies, reads all as a dictionary, and takes one member out.
pub const COOKIE_DICTIONARY: &str = "cookie: verify, key of a dictionary";
/// `jsonwebtoken` verifies, reads all as a dictionary, and takes one member out.
pub const JWT_DICTIONARY: &str = "jsonwebtoken: verify, key of a dictionary";
/// `biscotti` verifies and reads one member.
pub const BISCOTTI_ONE_KEY: &str = "biscotti: verify, one key";

/// Something that signs data into a text.
trait Peer: 'static {
    fn sign(&self, data: &impl Serialize) -> String;
    fn verify<T: DeserializeOwned>(&self, text: &str) -> T;
}

pub(crate) fn operations<S: Session>(data: &S) -> Vec<Operation> {
    [
        of_peer(
            SignedJar(cookie::Key::from(&long_key())),
            data,
            ["cookie: sign", COOKIE_ONE_KEY, COOKIE_DICTIONARY, "cookie: verify, struct"],
        ),
        of_peer(Jwt::new(), data, ["jsonwebtoken: sign", JWT_ONE_KEY, JWT_DICTIONARY, "jsonwebtoken: verify, struct"]),
        of_peer(
            Biscotti::new(),
            data,
            ["biscotti: sign", BISCOTTI_ONE_KEY, "biscotti: verify, key of a dictionary", "biscotti: verify, struct"],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn of_peer<P: Peer, S: Session>(
    peer: P,
    data: &S,
    [sign, one_key, dictionary, whole]: [&'static str; 4],
) -> [Operation; 4] {
    let text = peer.sign(data);
    assert_eq!(&peer.verify::<S>(&text), data, "what is read is what was written");
    let given = Rc::new((peer, data.clone(), text));
    [
        Operation::new(sign, &given, |(peer, data, _)| peer.sign(data)).against(Against::Ours(ENCODE)),
        Operation::new(one_key, &given, |(peer, _, text)| peer.verify::<OneKey>(text)).against(Against::Ours(ONE_KEY)),
        Operation::new(dictionary, &given, |(peer, _, text)| {
            match peer.verify::<serde_json::Value>(text)["theme"].take() {
                serde_json::Value::String(theme) => theme,
                other => panic!("a theme is a text, not {other}"),
            }
        })
        .against(Against::Ours(ONE_KEY)),
        Operation::new(whole, &given, |(peer, _, text)| peer.verify::<S>(text)).against(Against::Ours(DECODE)),
    ]
}

/// The signed jar. It leaves the JSON as it is, so its quotes and commas are percent-encoded on the way.
struct SignedJar(cookie::Key);

impl Peer for SignedJar {
    fn sign(&self, data: &impl Serialize) -> String {
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.0).add((NAME, to_json(data)));
        jar.get(NAME).expect("it was added").encoded().to_string()
    }

    fn verify<T: DeserializeOwned>(&self, text: &str) -> T {
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::parse_encoded(text.to_owned()).expect("it is a cookie"));
        from_json(jar.signed(&self.0).get(NAME).expect("verifies").value())
    }
}

/// HS256, its claims the session and when it ends.
struct Jwt {
    header: Header,
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

#[derive(Serialize, Deserialize)]
struct Claims<T> {
    d: T,
    exp: u64,
}

impl Jwt {
    fn new() -> Self {
        Self {
            header: Header::new(Algorithm::HS256),
            signing: EncodingKey::from_secret(SECRET.as_bytes()),
            verifying: DecodingKey::from_secret(SECRET.as_bytes()),
            validation: Validation::new(Algorithm::HS256),
        }
    }
}

impl Peer for Jwt {
    fn sign(&self, data: &impl Serialize) -> String {
        // The crate reads the system's clock.
        let in_a_century = 4_900_000_000;
        jsonwebtoken::encode(&self.header, &Claims { d: data, exp: in_a_century }, &self.signing).expect("it is JSON")
    }

    fn verify<T: DeserializeOwned>(&self, text: &str) -> T {
        let token = jsonwebtoken::decode::<Claims<T>>(text, &self.verifying, &self.validation);
        token.expect("verifies").claims.d
    }
}

struct Biscotti(Processor);

impl Biscotti {
    fn new() -> Self {
        let mut config = ProcessorConfig::default();
        config.crypto_rules.push(CryptoRule {
            cookie_names: vec![NAME.to_owned()],
            algorithm: CryptoAlgorithm::Signing,
            key: biscotti::Key::from(long_key()),
            fallbacks: Vec::new(),
        });
        Self(config.into())
    }
}

impl Peer for Biscotti {
    fn sign(&self, data: &impl Serialize) -> String {
        self.0.process_outgoing(ResponseCookie::new(NAME, to_json(data))).value().to_owned()
    }

    fn verify<T: DeserializeOwned>(&self, text: &str) -> T {
        from_json(self.0.process_incoming(NAME, text).expect("verifies").value())
    }
}

/// Both crates of cookies take no key shorter than 64 bytes.
pub(crate) fn long_key() -> Vec<u8> {
    SECRET.bytes().cycle().take(64).collect()
}

fn to_json(data: &impl Serialize) -> String {
    serde_json::to_string(data).expect("the session is plain data")
}

fn from_json<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("the JSON is a `T`")
}
