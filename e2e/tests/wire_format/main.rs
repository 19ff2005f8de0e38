//! The codec against a second implementation, which was written in Python from the page on the wire format alone.
//!
//! Where the two differ, one of them or the page is wrong. `WIRE_FORMAT_SEED=7` makes other tokens.
//!
//! `e2e/wire_format/codec.py` needs Python 3.11. Without a `python3` there is nothing to compare with, and the tests
//! say so and pass.

mod answer;
mod cases;
mod damage;
#[path = "../velocipy_live/differential/envelopes.rs"]
mod envelopes;
mod numbers;
mod ours;
#[path = "../velocipy_live/random_session.rs"]
#[expect(dead_code, reason = "only its text is used here")]
mod random_session;
mod second_codec;

use std::collections::BTreeMap;
use std::env;
use std::time::Duration;

use serde_json::Value;

use crate::answer::Answer;
use crate::cases::{Case, Generator, KINDS};
use crate::second_codec::SecondCodec;

fn seed() -> u64 {
    env::var("WIRE_FORMAT_SEED").map_or(0x7769_7265, |seed| seed.parse().expect("WIRE_FORMAT_SEED is a number"))
}

#[test]
fn two_thousand_random_tokens_get_the_same_answer_from_both() {
    let Some(mut second) = SecondCodec::start() else { return };
    let mut generator = Generator::new(seed());
    let mut seen = Seen::default();

    for (kind, count, make) in KINDS {
        for n in 0..count {
            let case = make(&mut generator, n);
            let (ours, theirs) = (ours::verify(&case), second.verify(&case));
            if ours == theirs {
                seen.count(&ours);
            } else {
                let allowed = leaves_either_reason(&case, &ours, &theirs, &mut second);
                assert!(allowed, "{kind}, {n}: {ours:#?}\nand in Python {theirs:#?}\nfor {case:#?}");
                seen.add("either reason");
            }
        }
    }

    println!("{seen:#?}");
    assert_eq!(seen.total("verdict: ") + seen.of("either reason"), 2000);
    for (what, at_least) in [
        ("verdict: good", 800),
        ("verdict: malformed", 50),
        ("verdict: invalid signature", 150),
        ("verdict: invalid payload", 350),
        ("verdict: issued in future", 40),
        ("verdict: expired", 200),
        ("either reason", 10),
        ("claims: t", 300),
        ("claims: t c", 120),
        ("claims: t m", 120),
        ("claims: t c m", 60),
        ("key: 0", 400),
        ("key: 1", 100),
        ("key: 2", 50),
        ("key: 3", 15),
        ("t: whole", 250),
        ("t: with a fraction", 400),
        ("c: not after t", 80),
        ("c: after t", 50),
        ("c: largest", 3),
        ("m: zero", 25),
        ("m: whole", 100),
        ("m: with a fraction", 50),
        ("m: largest", 8),
    ] {
        assert!(seen.of(what) >= at_least, "{what}: {}, and {at_least} are wanted", seen.of(what));
    }
}

#[test]
fn both_write_the_same_bytes_and_read_what_the_other_writes() {
    let Some(mut second) = SecondCodec::start() else { return };
    let mut generator = Generator::new(seed() + 1);

    for _ in 0..500 {
        let (secret, data, times) = (generator.secret(), generator.data(), generator.times());
        let token = ours::encode(&secret, &data, times);
        assert_eq!(token, second.encode(secret.as_bytes(), &data, times), "{times:?} {data}");

        let case = Case { now: times.t, ..Case::new(token, vec![secret]) };
        let answer = second.verify(&case);
        assert_eq!(answer.data.as_ref(), Some(&data));
        assert_eq!(answer, ours::verify(&case));
    }
}

#[test]
fn both_derive_the_same_keys() {
    let Some(mut second) = SecondCodec::start() else { return };
    let mut generator = Generator::new(seed() + 2);

    for _ in 0..100 {
        let (secret, purpose, times) = (generator.secret(), generator.purpose(), generator.times());
        let derived = second.derive(&secret, &purpose);

        let token = second.encode(&derived, "{}", times);
        assert_eq!(token, ours::encode_derived(&secret, &purpose, "{}", times), "{secret:?} {purpose:?}");
    }
}

#[test]
fn both_give_every_token_of_velocipy_the_same_answer() {
    let Some(mut second) = SecondCodec::start() else { return };
    let vectors: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("../../../session-codec/tests/data/velocipy-0.3.0.json")).unwrap();
    let mut seen = Seen::default();

    for kind in ["accepted", "rejected", "either"] {
        for vector in vectors[kind].as_array().unwrap() {
            let [secret, token] = ["secret", "token"].map(|member| vector[member].as_str().unwrap());
            let now = Duration::from_secs(2_000_000_000);
            let case = Case { now, ..Case::new(token, vec![secret.to_owned()]) };
            let answer = second.verify(&case);
            assert_eq!(ours::verify(&case), answer, "{vector}");
            assert_eq!(answer.verdict == "good", kind != "rejected", "{vector}");
            if let Some(data) = vector.get("data_json") {
                assert_eq!(answer.data.as_deref(), data.as_str());
            }
            seen.add(kind);
        }
    }

    println!("{seen:?}");
    assert!(seen.of("accepted") >= 40 && seen.of("rejected") >= 40 && seen.of("either") >= 1, "{seen:?}");
}

/// The one freedom that the page leaves: of a token whose data is not JSON, and that is refused for its age with `{}`
/// in place of the data, either reason is right.
fn leaves_either_reason(case: &Case, ours: &Answer, theirs: &Answer, second: &mut SecondCodec) -> bool {
    let for_its_age = ["expired", "issued in future"].contains(&&*ours.verdict);
    for_its_age
        && theirs.verdict == "invalid payload"
        && case.with_data_emptied_that_is_no_json().is_some_and(|case| second.verify(&case) == *ours)
}

/// How often each thing was seen.
#[derive(Debug, Default)]
struct Seen(BTreeMap<String, usize>);

impl Seen {
    fn add(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    fn of(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or_default()
    }

    fn total(&self, prefix: &str) -> usize {
        self.0.iter().filter(|(what, _)| what.starts_with(prefix)).map(|(_, count)| count).sum()
    }

    fn count(&mut self, answer: &Answer) {
        self.add(format!("verdict: {}", answer.verdict));
        let (Some(key), Some(t)) = (answer.key, &answer.t) else { return };
        self.add(format!("key: {key}"));
        self.add(format!("t: {}", form(t)));
        let mut claims = "claims: t".to_owned();
        if let Some(c) = &answer.c {
            claims += " c";
            self.add(format!("c: {}", if answer.began.as_ref() == Some(c) { "not after t" } else { "after t" }));
            self.add(format!("c: {}", form(c)));
        }
        if let Some(m) = &answer.m {
            claims += " m";
            self.add(format!("m: {}", form(m)));
        }
        self.add(claims);
    }
}

fn form(seconds: &str) -> &'static str {
    match seconds {
        "0" => "zero",
        answer::LARGEST => "largest",
        _ if seconds.contains('.') => "with a fraction",
        _ => "whole",
    }
}
