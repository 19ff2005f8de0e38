//! The tokens that both sides verify.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use e2e::velocipy::Signer;
use fastrand::Rng;
use serde_json::value::RawValue;
use session_codec::{Claims, Codec, Key, Lifetime, UnixTime};

use super::{
    DEFAULT_LIFETIME, MAX_AGE, NOW,
    damage::damaged,
    envelopes::{ENVELOPES, NO_TEXTS, TIMESTAMPS, VALUES},
    here,
    token::{SECRET, sign, sign_payload},
};
use crate::random_session::RandomSession;

type Make = fn(&mut Generator, usize) -> Vec<u8>;

/// Kinds of tokens: how many of each, and what makes the one of this number.
pub(crate) const KINDS: [(&str, usize, Make); 13] = [
    ("as VelociPy signs", 400, |g, _| sign(g.envelope_of_velocipy()).into()),
    ("as this project signs", 400, |g, _| g.signed_here().into()),
    ("JSON in other words", 600, |g, _| sign(g.envelope_in_other_words()).into()),
    ("envelopes, odd or broken", 600, |g, n| sign(g.filled(ENVELOPES[n % ENVELOPES.len()])).into()),
    ("values, odd or broken", 600, |g, n| sign(g.with_value(VALUES[n % VALUES.len()], n)).into()),
    ("timestamps", 900, |g, n| sign(g.with_timestamp(n)).into()),
    ("characters changed in the JSON", 900, |g, _| sign(g.changed_envelope()).into()),
    ("bytes that are no UTF-8 JSON", 100, |g, n| sign(g.no_text(n)).into()),
    ("base64 in other spellings", 500, |g, n| g.other_base64(n).into_bytes()),
    ("around 4096 bytes", 40, |g, n| sign(g.sized(n)).into()),
    ("nested", 40, |g, n| sign(g.nested(n)).into()),
    ("integers around 4300 digits", 20, |g, n| sign(g.long_integer(n)).into()),
    ("damaged", 1400, |g, n| damaged(g, n)),
];

pub(crate) struct Generator {
    pub(crate) rng: Rng,
    /// Each as Rust writes it and as Python does.
    sessions: Vec<[String; 2]>,
}

impl Generator {
    pub(crate) fn new(seed: u64, signer: &mut Signer) -> Self {
        let mut rng = Rng::with_seed(seed);
        let sessions = (0..200)
            .map(|_| RandomSession::new(&mut rng).json())
            .map(|json| [json.clone(), signer.compact(&json).unwrap()])
            .collect();
        Self { rng, sessions }
    }

    pub(crate) fn envelope_of_velocipy(&mut self) -> String {
        let at = self.rng.usize(..self.sessions.len());
        format!(r#"{{"d":{},"t":{}}}"#, self.sessions[at][1].clone(), self.fresh())
    }

    fn session(&mut self) -> String {
        let at = self.rng.usize(..self.sessions.len());
        self.sessions[at][self.rng.usize(..2)].clone()
    }

    /// A timestamp that both sides accept, whole or in the digits of Python's `time.time()`.
    fn fresh(&mut self) -> String {
        let t = NOW + 60.0 - self.rng.f64() * (59 + DEFAULT_LIFETIME) as f64;
        if self.rng.bool() { format!("{t:?}") } else { t.floor().to_string() }
    }

    fn signed_here(&mut self) -> String {
        let session = RawValue::from_string(self.session()).unwrap();
        let now = here::now().as_secs();
        let issued_at = now - self.rng.u64(..MAX_AGE);
        let claims = Claims {
            issued_at: UnixTime::from_secs(issued_at),
            created_at: self.rng.bool().then(|| UnixTime::from_secs(issued_at - self.rng.u64(..MAX_AGE))),
            lifetime: match self.rng.u8(..3) {
                0 => None,
                1 => Some(Lifetime::BrowserSession),
                _ => Some(Lifetime::For(Duration::from_secs(self.rng.u64(1..2 * MAX_AGE)))),
            },
        };
        Codec::new(Key::new(SECRET).unwrap()).encode_with(&session, claims).unwrap()
    }

    /// Members in any order, beside others, spelled with escapes, and with space between all of it.
    fn envelope_in_other_words(&mut self) -> String {
        let mut members = vec![
            (*self.rng.choice(&["d", r"\u0064"]).unwrap(), self.session()),
            (*self.rng.choice(&["t", r"\u0074"]).unwrap(), self.fresh()),
        ];
        for other in ["c", "", "D", "d ", r#"\"t\":0"#, r"\u0000", "é"] {
            if self.rng.u8(..4) == 0 {
                let value = if other == "c" { "1600000000.5".to_owned() } else { self.session() };
                members.push((other, value));
            }
        }
        self.rng.shuffle(&mut members);
        let members: Vec<_> = members
            .iter()
            .map(|(name, value)| {
                let [a, b, c, d] = [(); 4].map(|()| self.space());
                format!(r#"{a}"{name}"{b}:{c}{value}{d}"#)
            })
            .collect();
        format!("{}{{{}}}{}", self.space(), members.join(","), self.space())
    }

    fn space(&mut self) -> &'static str {
        self.rng.choice(["", "", " ", "\t", "\n", "\r\n", "   "]).unwrap()
    }

    /// The envelope with a session for each `@d` and a timestamp for each `@t`.
    fn filled(&mut self, template: &str) -> String {
        template.replace("@t", &self.fresh()).replace("@d", &self.session())
    }

    fn with_value(&mut self, value: &str, n: usize) -> String {
        let places = [
            r#"{"d":{"v":@v},"t":@t}"#,
            r#"{"d":{"":[[],{"x":@v}],"y":0},"t":@t}"#,
            r#"{"t":@t,"d":{"v":@v}}"#,
            r#"{"d":{},"t":@t,"x":@v}"#,
        ];
        places[n / VALUES.len() % places.len()].replace("@t", &self.fresh()).replace("@v", value)
    }

    fn with_timestamp(&mut self, n: usize) -> String {
        let t = if n.is_multiple_of(3) {
            TIMESTAMPS[n / 3 % TIMESTAMPS.len()].to_owned()
        } else {
            self.timestamp_near_a_limit()
        };
        match self.rng.u8(..4) {
            0 => format!(r#"{{"t":{t},"d":{{"a":1}}}}"#),
            1 => format!(r#"{{"d":{{}},"t":{t},"m":{MAX_AGE}}}"#),
            _ => format!(r#"{{"d":{{"a":1}},"t":{t}}}"#),
        }
    }

    fn timestamp_near_a_limit(&mut self) -> String {
        let age = *self.rng.choice(&[-60.0, 0.0, MAX_AGE as f64]).unwrap();
        let limit = NOW - age;
        match self.rng.u8(..6) {
            0 => limit.to_string(),
            1 => (limit.floor() + f64::from(self.rng.i8(-3..=3))).to_string(),
            2 => format!("{:?}", limit + 4.0 * (self.rng.f64() - 0.5)),
            3 => format!("{:e}", limit + 4.0 * (self.rng.f64() - 0.5)),
            4 => format!("{:.6}", limit + 1e-5 * (self.rng.f64() - 0.5)),
            _ => {
                let nanos = (limit * 1e9) as i128 + self.rng.i128(-1500..=1500);
                format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
            }
        }
    }

    fn changed_envelope(&mut self) -> String {
        const REPLACEMENTS: &[u8] = b"\"\\{}[]:,0123456789-+.eEutfnadtcm \n\x00\x1f\x7f";
        let envelope = self.envelope_of_velocipy();
        let mut text: Vec<char> = envelope.chars().collect();
        for _ in 0..self.rng.usize(1..4) {
            let at = match self.rng.u8(..3) {
                0 => self.rng.usize(..text.len().min(8)),
                1 => text.len() - self.rng.usize(1..=text.len().min(20)),
                _ => self.rng.usize(..text.len()),
            };
            let other = char::from(*self.rng.choice(REPLACEMENTS).unwrap());
            match self.rng.u8(..3) {
                0 => text[at] = other,
                1 => text.insert(at, other),
                _ => drop(text.remove(at)),
            }
        }
        text.into_iter().collect()
    }

    fn no_text(&mut self, n: usize) -> Vec<u8> {
        let envelope = self.envelope_of_velocipy();
        let utf_16 = || envelope.encode_utf16();
        match n % (NO_TEXTS.len() + 6) {
            0 => [b"\xef\xbb\xbf", envelope.as_bytes()].concat(),
            1 => utf_16().flat_map(u16::to_le_bytes).collect(),
            2 => utf_16().flat_map(u16::to_be_bytes).collect(),
            3 => [0xfeff].into_iter().chain(utf_16()).flat_map(u16::to_le_bytes).collect(),
            4 => envelope.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
            5 => [envelope.as_bytes(), b"\0"].concat(),
            other => {
                let inside = NO_TEXTS[other - 6];
                [br#"{"d":{"v":""#, inside, br#""},"t":"#, self.fresh().as_bytes(), b"}"].concat()
            }
        }
    }

    /// Payloads that hold a valid envelope, if one is lenient, under a signature over exactly that text.
    fn other_base64(&mut self, n: usize) -> String {
        // `?>` and `~` for the two characters in which the alphabets differ.
        let envelope = format!(r#"{{"d":{{"v":"{}?>~?>~"}},"t":{}}}"#, "x".repeat(self.rng.usize(..9)), self.fresh());
        let token = sign(&envelope);
        let (payload, _signature) = token.split_once('.').unwrap();
        let at = self.rng.usize(..=payload.len());
        let with = |inside: &str| format!("{}{inside}{}", &payload[..at], &payload[at..]);
        let payload = match n % 12 {
            0 => format!("{payload}{}", "=".repeat(self.rng.usize(1..5))),
            1 => format!("{payload}{}", "=".repeat(payload.len().wrapping_neg() % 4)),
            2 => BASE64_STANDARD.encode(&envelope),
            3 => payload.replace('-', "+").replace('_', "/"),
            4 => with(self.rng.choice(["!", " ", "\n", "*", "%3D", "\0", "~"]).unwrap()),
            5 => with(self.rng.choice(["=", "==", "."]).unwrap()),
            6 => format!("{payload}{}", self.rng.alphanumeric()),
            7 => payload[..payload.len() - self.rng.usize(1..4)].to_owned(),
            8 => format!(" {payload}\n"),
            9 => format!("{payload}====AAAA"),
            10 => format!("{}{payload}", self.rng.choice(["\"", "'", "b'", "+", "/", "-"]).unwrap()),
            _ => {
                // Most lengths of a payload don't use the lowest bit of their last character.
                let (rest, last) = payload.split_at(payload.len() - 1);
                format!("{rest}{}", char::from(last.as_bytes()[0] + 1))
            }
        };
        sign_payload(&payload)
    }

    /// Tokens of up to ten bytes less or more than a cookie named `session` may have.
    fn sized(&mut self, n: usize) -> String {
        let (empty, t) = (r#"{"d":{"v":""},"t":}"#.len(), self.fresh());
        let json = (4096 - "session".len() - ".".len() - 43) * 3 / 4 + n % 16 - 8;
        format!(r#"{{"d":{{"v":"{}"}},"t":{t}}}"#, "x".repeat(json - empty - t.len()))
    }

    fn nested(&mut self, n: usize) -> String {
        let levels = if n < 3 { 50_000 + n } else { self.rng.usize(1..200) };
        let value = [r#"[{"a":"#.repeat(levels), "1".to_owned(), "}]".repeat(levels)].concat();
        format!(r#"{{"d":{{"v":{value}}},"t":{}}}"#, self.fresh())
    }

    fn long_integer(&mut self, n: usize) -> String {
        let digits: String = (0..4289 + n).map(|_| self.rng.digit(10)).collect();
        format!(r#"{{"d":{{"v":-1{digits}}},"t":{}}}"#, self.fresh())
    }
}
