//! Random sessions, as JSON text: no number type of Rust holds every number that Python writes.

use std::fmt::Write;

use fastrand::Rng;

/// Leaves room in a cookie for base64, signature, attributes and a change.
const LARGEST: usize = 2_000;
const DEEPEST: usize = 6;

/// Members that have different keys, each with its value as JSON.
pub(crate) struct RandomSession {
    members: Vec<(String, String)>,
}

impl RandomSession {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        loop {
            let session = Self { members: members(rng, 9, 0) };
            if size_in_python(&session.json()) <= LARGEST {
                return session;
            }
        }
    }

    pub(crate) fn members(&self) -> &[(String, String)] {
        &self.members
    }

    pub(crate) fn json(&self) -> String {
        object(&self.members)
    }
}

fn members(rng: &mut Rng, at_most: usize, depth: usize) -> Vec<(String, String)> {
    let mut members: Vec<(String, String)> = Vec::new();
    for _ in 0..rng.usize(..=at_most) {
        let key = text(rng);
        if members.iter().all(|(other, _)| *other != key) {
            members.push((key, value(rng, depth + 1)));
        }
    }
    members
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(key, value)| format!("{}:{value}", quoted(key, false))).collect();
    format!("{{{}}}", members.join(","))
}

fn value(rng: &mut Rng, depth: usize) -> String {
    let kinds = if depth < DEEPEST { 8 } else { 6 };
    match rng.u8(..kinds) {
        0 => rng.choice(["null", "true", "false"]).unwrap().to_owned(),
        1 => rng.i64(-1000..1000).to_string(),
        2 => big_integer(rng),
        3 => float(rng),
        4 | 5 => {
            let escaped = rng.bool();
            quoted(&text(rng), escaped)
        }
        6 => {
            let values: Vec<_> = (0..rng.usize(..5)).map(|_| value(rng, depth + 1)).collect();
            format!("[{}]", values.join(","))
        }
        _ => object(&members(rng, 4, depth)),
    }
}

/// Around the limits of 64 bits, and far beyond.
fn big_integer(rng: &mut Rng) -> String {
    match rng.u8(..4) {
        0 => (i128::from(u64::MAX) + i128::from(rng.i8(..))).to_string(),
        1 => (i128::from(i64::MIN) + i128::from(rng.i8(..))).to_string(),
        2 => rng.i128(..).to_string(),
        _ => {
            let digits: String = (0..rng.usize(30..60)).map(|_| rng.digit(10)).collect();
            format!("{}{digits}", rng.u8(1..10))
        }
    }
}

fn float(rng: &mut Rng) -> String {
    match rng.u8(..4) {
        0 => (*rng
            .choice(&[
                "0.0",
                "-0.0",
                "0.1",
                "1.0",
                "1E5",
                "1e16",
                "123456789.0e-20",
                "5e-324",
                "1.7976931348623157e308",
            ])
            .unwrap())
        .to_owned(),
        1 => format!("{:?}", rng.f64()),
        2 => format!("{:?}", (rng.f64() - 0.5) * 1e6),
        _ => loop {
            let float = f64::from_bits(rng.u64(..));
            if float.is_finite() {
                break format!("{float:e}");
            }
        },
    }
}

fn text(rng: &mut Rng) -> String {
    let (first, last) = *rng
        .choice(&[
            (' ', '~'),
            ('a', 'z'),
            ('\0', '\u{1f}'),
            ('\u{7f}', 'ÿ'),
            ('Ѐ', 'ӿ'),
            ('֐', 'ۿ'),
            ('\u{2000}', '\u{206f}'),
            ('一', '鿿'),
            ('\u{fff0}', '\u{ffff}'),
            ('😀', '🦖'),
            ('\0', char::MAX),
        ])
        .unwrap();
    (0..rng.usize(..12)).map(|_| rng.char(first..=last)).collect()
}

/// A JSON string; `escaped` writes with `\u` what needs no escape.
fn quoted(text: &str, escaped: bool) -> String {
    if !escaped {
        return serde_json::to_string(text).unwrap();
    }
    let mut json = String::from("\"");
    for unit in text.encode_utf16() {
        write!(json, "\\u{unit:04x}").unwrap();
    }
    json + "\""
}

/// Python spells all that is not printable ASCII with `\u`.
fn size_in_python(json: &str) -> usize {
    json.chars().map(|c| if matches!(c, ' '..='~') { 1 } else { 6 * c.len_utf16() }).sum()
}
