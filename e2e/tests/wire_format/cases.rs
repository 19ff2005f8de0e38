//! Random tokens, and the keys, clock and options that they are read with.

use std::time::Duration;

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD as BASE64},
};
use e2e::wire_format::{sign, sign_payload};
use fastrand::Rng;
use serde_json::value::RawValue;

use crate::answer::decimal;
use crate::damage::damaged;
use crate::envelopes::{ENVELOPES, NO_TEXTS, VALUES};
use crate::numbers;
use crate::ours;
use crate::random_session::RandomSession;

type Make = fn(&mut Generator, usize) -> Case;

/// Kinds of tokens: how many of each, and what makes the one of this number. 2,000 in all.
pub(crate) const KINDS: [(&str, usize, Make); 10] = [
    ("as the codec signs", 400, |g, n| g.written(n)),
    ("numbers", 390, |g, _| g.numbers()),
    ("ages at a limit", 300, |g, n| g.at_a_limit(n)),
    ("members in any order", 200, |g, _| g.any_order()),
    ("envelopes, odd or broken", 170, |g, n| g.template(ENVELOPES[n % ENVELOPES.len()])),
    ("values, odd or broken", 150, |g, n| g.value(VALUES[n % VALUES.len()])),
    ("characters changed in the JSON", 130, |g, _| g.changed()),
    ("bytes that are not UTF-8", 40, |g, n| g.no_text(n)),
    ("base64 in other spellings", 60, |g, n| g.other_base64(n)),
    ("changed after signing", 160, |g, n| g.damaged(n)),
];

/// The clock that the shared lists of odd envelopes and timestamps are made for.
const NOW: Duration = Duration::from_millis(1_700_000_000_500);
const HOUR: Duration = Duration::from_secs(3600);

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) token: Vec<u8>,
    pub(crate) keys: Vec<String>,
    pub(crate) now: Duration,
    pub(crate) skew: Duration,
    pub(crate) max_age: Option<Duration>,
}

/// The times that a writer puts into `t`, `c` and `m`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) t: Duration,
    pub(crate) c: Option<Duration>,
    pub(crate) m: Option<Duration>,
}

impl Case {
    pub(crate) fn new(token: impl Into<Vec<u8>>, keys: Vec<String>) -> Self {
        Self { token: token.into(), keys, now: NOW, skew: Duration::from_secs(60), max_age: None }
    }

    /// The same with `{}` in place of the data, if that begins with `{`, ends with `}` and is not JSON.
    pub(crate) fn with_data_emptied_that_is_no_json(&self) -> Option<Self> {
        let payload = self.token.rsplitn(2, |byte| *byte == b'.').last()?;
        let json = String::from_utf8(BASE64.decode(payload).ok()?).ok()?;
        let (data, claims) = json.strip_prefix(r#"{"d":"#)?.rsplit_once(r#","t":"#)?;
        let no_json = data.starts_with('{') && data.ends_with('}') && serde_json::from_str::<&RawValue>(data).is_err();
        let token = sign(&self.keys[0], format!(r#"{{"d":{{}},"t":{claims}"#));
        no_json.then(|| Self { token: token.into(), ..self.clone() })
    }
}

pub(crate) struct Generator(Rng);

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// Short ones, those of more than HMAC's block of 64 bytes, and those that a careless reader would trim.
    pub(crate) fn secret(&mut self) -> String {
        let length = self.0.choice([1, 31, 32, 33, 63, 64, 65, 200]).unwrap();
        (0..length).map(|_| if self.0.u8(..20) == 0 { self.0.char(..) } else { self.0.char(' '..='~') }).collect()
    }

    pub(crate) fn purpose(&mut self) -> String {
        (0..self.0.usize(..40))
            .map(|_| if self.0.bool() { self.0.char(..) } else { self.0.char('\0'..'\x7f') })
            .collect()
    }

    pub(crate) fn data(&mut self) -> String {
        match self.0.u8(..8) {
            0 => "{}".to_owned(),
            1 | 2 => (*self.0.choice(DATA).unwrap()).to_owned(),
            3 => self.nested(),
            _ => RandomSession::new(&mut self.0).json(),
        }
    }

    /// As long as a cookie has room for, and sometimes far longer.
    fn nested(&mut self) -> String {
        let levels = if self.0.u8(..20) == 0 { 5_000 } else { self.0.usize(1..750) };
        format!(r#"{{"v":{}1{}}}"#, r#"[{"":"#.repeat(levels), "}]".repeat(levels))
    }

    /// A time or an age from 0 to about two hours, or something larger.
    fn age(&mut self) -> Duration {
        let (some_secs, some_nanos) = (self.0.u64(..7200), self.0.u32(..1_000_000_000));
        let secs = self.0.choice([0, 1, 60, 3600, some_secs, some_secs, 1_000_000_000]).unwrap();
        let nanos = self.0.choice([0, 0, 250_000_000, 1, 999_999_999, some_nanos]).unwrap();
        Duration::new(secs, nanos)
    }

    pub(crate) fn times(&mut self) -> Times {
        let t = match self.0.u8(..10) {
            0 => Duration::ZERO,
            1 => Duration::new(u64::MAX - self.0.u64(..3), self.0.u32(..1_000_000_000)),
            _ => self.issued_recently(),
        };
        let c = if self.0.bool() { t.saturating_sub(self.age()) } else { t.saturating_add(self.age()) };
        let m = if self.0.u8(..10) == 0 { Duration::MAX } else { self.age() };
        Times { t, c: self.0.bool().then_some(c), m: self.0.bool().then_some(m) }
    }

    /// Mostly good for an hour.
    fn issued_recently(&mut self) -> Duration {
        NOW + Duration::from_secs(90) - Duration::from_nanos(self.0.u64(..4_000_000_000_000))
    }

    /// The token is mostly signed by one of the keys, and now and then by two that are the same.
    fn read(&mut self, token: impl Into<Vec<u8>>, secret: String) -> Case {
        let mut keys: Vec<_> = (0..self.0.usize(1..4)).map(|_| self.secret()).collect();
        for _ in 0..self.0.choice([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]).unwrap() {
            let at = if self.0.bool() { 0 } else { self.0.usize(..=keys.len()) };
            keys.insert(at, secret.clone());
        }
        Case { max_age: self.0.bool().then_some(HOUR), ..Case::new(token, keys) }
    }

    fn signed(&mut self, json: impl AsRef<[u8]>) -> Case {
        let secret = self.secret();
        self.read(sign(&secret, json), secret)
    }

    fn written(&mut self, n: usize) -> Case {
        let (secret, data, times) = (self.secret(), self.data(), self.times());
        let t = if n.is_multiple_of(4) { times.t } else { self.issued_recently() };
        let token = ours::encode(&secret, &data, Times { t, ..times });
        self.read(token, secret)
    }

    fn numbers(&mut self) -> Case {
        let (data, t) = (self.data(), self.issued_recently());
        let plain_t = self.0.u8(..4) != 0;
        let spelled_t = if plain_t { decimal(t) } else { numbers::about(&mut self.0, t) };
        let mut members = vec![format!(r#""t":{spelled_t}"#)];
        if self.0.bool() {
            let c = if self.0.bool() { t.saturating_sub(self.age()) } else { t + self.age() };
            members.push(format!(r#""c":{}"#, numbers::about(&mut self.0, c)));
        }
        if self.0.bool() {
            let m = self.age();
            members.push(format!(r#""m":{}"#, numbers::about(&mut self.0, m)));
        }
        let as_written = self.0.bool();
        members.insert(if as_written { 0 } else { members.len() }, format!(r#""d":{data}"#));
        self.signed(format!("{{{}}}", members.join(",")))
    }

    /// A nanosecond before a limit, at it, and one after it.
    fn at_a_limit(&mut self, n: usize) -> Case {
        let (t, skew, max_age, m) = (self.issued_recently(), self.age(), self.age(), self.age());
        let (now, has_max_age, has_m) = match n / 3 % 3 {
            0 => (t - skew, self.0.bool(), self.0.bool()),
            1 => (t + max_age, true, self.0.bool()),
            _ => (t + m, self.0.bool(), true),
        };
        let now = now + Duration::from_nanos(n as u64 % 3) - Duration::from_nanos(1);
        let m = if has_m { format!(r#","m":{}"#, decimal(m)) } else { String::new() };
        // Data that is not JSON is where the page leaves the reason open.
        let data = if n % 10 == 9 { "{1}" } else { "{}" };
        let case = self.signed(format!(r#"{{"d":{data},"t":{}{m}}}"#, decimal(t)));
        Case { now, skew, max_age: has_max_age.then_some(max_age), ..case }
    }

    fn any_order(&mut self) -> Case {
        let t = decimal(self.issued_recently());
        let mut members = vec![
            (self.0.choice(["d", r"\u0064"]).unwrap(), self.data()),
            (self.0.choice(["t", r"\u0074"]).unwrap(), t),
        ];
        for _ in 0..self.0.usize(..4) {
            let name = *self.0.choice(NAMES).unwrap();
            let value = match name {
                "c" | r"\u0063" => decimal(self.issued_recently()),
                "m" => decimal(self.age()),
                _ => self.0.choice(OTHER_VALUES).unwrap().to_string(),
            };
            members.push((name, value));
        }
        self.0.shuffle(&mut members);
        let members: Vec<_> = members
            .iter()
            .map(|(name, value)| {
                let [a, b, c, d] = [(); 4].map(|()| self.space());
                format!(r#"{a}"{name}"{b}:{c}{value}{d}"#)
            })
            .collect();
        let json = format!("{}{{{}}}{}", self.space(), members.join(","), self.space());
        self.signed(json)
    }

    fn space(&mut self) -> &'static str {
        self.0.choice(["", "", " ", "\t", "\n", "\r\n", "   "]).unwrap()
    }

    fn template(&mut self, template: &str) -> Case {
        let json = template.replace("@t", &decimal(self.issued_recently())).replace("@d", &self.data());
        self.signed(json)
    }

    fn value(&mut self, value: &str) -> Case {
        let templates = [
            r#"{"d":{"v":@v},"t":@t}"#,
            r#"{"d":{"":[[],{"x":@v}],"y":0},"t":@t,"m":0}"#,
            r#"{"t":@t,"d":{"v":@v}}"#,
            r#"{"d":{},"t":@t,"x":@v}"#,
        ];
        let template = self.0.choice(templates).unwrap();
        self.template(&template.replace("@v", value))
    }

    fn plain_json(&mut self) -> String {
        let (session, t) = (RandomSession::new(&mut self.0).json(), self.issued_recently());
        format!(r#"{{"d":{session},"t":{},"c":{},"m":60}}"#, decimal(t), t.as_secs())
    }

    fn changed(&mut self) -> Case {
        const REPLACEMENTS: &str = "\"\\{}[]:,0123456789-+.eEutfnadtcm \n\x00\x1f\x7fé";
        let replacements: Vec<_> = REPLACEMENTS.chars().collect();
        let mut json: Vec<_> = self.plain_json().chars().collect();
        for _ in 0..self.0.usize(1..3) {
            let at = match self.0.u8(..3) {
                0 => self.0.usize(..8),
                1 => json.len() - self.0.usize(1..=40).min(json.len()),
                _ => self.0.usize(..json.len()),
            };
            let other = *self.0.choice(&replacements).unwrap();
            match self.0.u8(..3) {
                0 => json[at] = other,
                1 => json.insert(at, other),
                _ => drop(json.remove(at)),
            }
        }
        self.signed(json.into_iter().collect::<String>())
    }

    fn no_text(&mut self, n: usize) -> Case {
        let json = self.plain_json();
        let json = match n % (NO_TEXTS.len() + 4) {
            0 => [b"\xef\xbb\xbf", json.as_bytes()].concat(),
            1 => json.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            2 => json.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            3 => [json.as_bytes(), b"\0"].concat(),
            other => [br#"{"d":{"v":""#, NO_TEXTS[other - 4], br#""},"t":1700000000}"#].concat(),
        };
        self.signed(json)
    }

    /// Payloads that a lenient decoder reads as a good envelope, each with its own MAC.
    fn other_base64(&mut self, n: usize) -> Case {
        // `?>` and `~` for the two characters in which the alphabets differ.
        let json = format!(r#"{{"d":{{"v":"{}?>~?>~"}},"t":1700000000}}"#, "x".repeat(self.0.usize(..9)));
        let payload = BASE64.encode(&json);
        let at = self.0.usize(..=payload.len());
        let with = |inside: &str| format!("{}{inside}{}", &payload[..at], &payload[at..]);
        let payload = match n % 10 {
            0 => format!("{payload}{}", "=".repeat(payload.len().wrapping_neg() % 4)),
            1 => format!("{payload}="),
            2 => BASE64_STANDARD_NO_PAD.encode(&json),
            3 => with(self.0.choice(["!", " ", "\n", "\r", "\t", "*", "%3D", "\0", "~", "é", "Ａ"]).unwrap()),
            4 => with(self.0.choice(["=", "==", "."]).unwrap()),
            5 => format!("{payload}{}", self.0.alphanumeric()),
            6 => payload[..payload.len() - self.0.usize(1..4)].to_owned(),
            7 => format!(" {payload}\n"),
            8 => payload.clone(),
            // Most lengths don't use the lowest bit of their last character.
            _ => with_last_character_raised(&payload),
        };
        let secret = self.secret();
        self.read(sign_payload(&secret, &payload), secret)
    }

    fn damaged(&mut self, n: usize) -> Case {
        let (secret, json) = (self.secret(), self.plain_json());
        let token = damaged(&mut self.0, n, &secret, &json);
        self.read(token, secret)
    }
}

fn with_last_character_raised(payload: &str) -> String {
    let (rest, last) = payload.split_at(payload.len() - 1);
    format!("{rest}{}", char::from(last.as_bytes()[0] + 1))
}

/// Names of members beside `d` and `t`; with two of one name the envelope is invalid.
const NAMES: &[&str] = &[
    "c",
    "c",
    r"\u0063",
    "m",
    "m",
    "",
    "D",
    "T",
    "d ",
    "é",
    r"\u00e9",
    r#"\"t\":0"#,
    r"\u0000",
    r"\ud800",
    r"\ud83e\udd96",
    "🦖",
];

const OTHER_VALUES: [&str; 5] = ["1", "null", r#"{"a":1,"a":2}"#, r#""\ud800""#, r#"[{"t":5}]"#];

/// Objects for the page's rules about the data.
const DATA: &[&str] = &[
    r#"{"a":1,"b":2,"a":3}"#,
    r#"{"a":1,"\u0061":2}"#,
    r#"{"x":{"a":1,"b":2,"a":{"a":1,"a":2}},"a":0}"#,
    r#"{"a":"\ud800","\udc00":1}"#,
    r#"{"\ud800":1,"\uD800":2}"#,
    r#"{"n":123456789012345678901234567890,"x":1E+400,"y":-0.0e-0}"#,
    r#"{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83e\udd96"}"#,
    "{\"a\":\"café 🦖 \x7f\u{2028}\u{feff}\"}",
    "{ \"a\" : [ 1 ,\t{ } ] ,\r\n\"b\" : null }",
    r#"{"d":{"d":{},"t":-5},"t":1,"c":null,"m":"x"}"#,
    r#"{"x":"},\"t\":0,\"c\":0,\"m\":1"}"#,
    r#"{"x":{},"y":[{},{"z":{}}],"":{}}"#,
    r#"{"n":[1,2.5,null,true,false],"s":"é"}"#,
];
