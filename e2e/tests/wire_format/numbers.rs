//! Spellings of `t`, `c` and `m`.

use std::time::Duration;

use fastrand::Rng;

use crate::answer::decimal;
use crate::envelopes::TIMESTAMPS;

/// About this many seconds, in one of JSON's spellings, or now and then another number, or none.
pub(crate) fn about(rng: &mut Rng, seconds: Duration) -> String {
    let nanos = seconds.as_nanos();
    match rng.u8(..16) {
        0 | 1 => seconds.as_secs().to_string(),
        2 | 3 => decimal(seconds),
        4 => format!("{}.{:09}{}", seconds.as_secs(), seconds.subsec_nanos(), digits(rng, 40)),
        5 => format!("{:?}", seconds.as_secs_f64()),
        6 => format!("{:e}", seconds.as_secs_f64()),
        7 => format!("{:E}", seconds.as_secs_f64()).replace('E', "E+"),
        8 => format!("{nanos}e-9"),
        9 => format!("{nanos}{}E-0{}", "0".repeat(20), 29),
        10 => format!("0.000{nanos}e{}", nanos.to_string().len() as i32 - 6),
        11 => half_a_nanosecond(rng),
        12 => at_the_largest(rng),
        13 => tiny(rng),
        14 => (*rng.choice(NO_NUMBERS_OR_ODD).unwrap()).to_owned(),
        _ => (*rng.choice(TIMESTAMPS).unwrap()).to_owned(),
    }
}

/// A double that lies between two nanoseconds, and the same digits where they are cut off.
fn half_a_nanosecond(rng: &mut Rng) -> String {
    let double = f64::from(rng.u32(..)) / 1024.0;
    if rng.bool() { format!("{double:e}") } else { double.to_string() }
}

fn at_the_largest(rng: &mut Rng) -> String {
    let number = u128::from(u64::MAX) + 2 - u128::from(rng.u16(..2100)) * u128::from(rng.bool());
    let rest = rng.choice(["", ".0", ".25", ".999999999", "e0", ".5E+0", "e1", "00", "e400"]).unwrap();
    format!("{number}{rest}")
}

fn tiny(rng: &mut Rng) -> String {
    let sign = rng.choice(["", "", "-"]).unwrap();
    let number =
        rng.choice(["0", "0.0", "0e5", "0E-5", "1e-400", "4e-324", "2e-324", "1e-9", "5e-10", "1.5e-9"]).unwrap();
    let plain = format!("0.{}{}", "0".repeat(rng.usize(6..12)), rng.u8(1..10));
    if rng.u8(..3) == 0 { format!("{sign}{plain}") } else { format!("{sign}{number}") }
}

fn digits(rng: &mut Rng, at_most: usize) -> String {
    (0..=rng.usize(..at_most)).map(|_| rng.digit(10)).collect()
}

const NO_NUMBERS_OR_ODD: &[&str] = &[
    "01",
    "1.",
    ".5",
    "+1",
    "1e",
    "1e+",
    "0x10",
    "1_000",
    "NaN",
    "Infinity",
    "-Infinity",
    "-",
    "--1",
    "-01",
    "1,0",
    "1e5.5",
    "true",
    "null",
    r#""1""#,
    "[1]",
    "{}",
    "1 2",
    "１",
    "१",
    "1e٣",
    "1\u{a0}",
    "-0",
    "-0.0",
    "-0e5",
    "1e-999",
    "-1e-999",
    "1e999",
    "-1e999",
    "-0.0000000001",
    "0.0000000009",
    "1e30",
    "99999999999999999999999999.5",
];
