//! Whether two JSON texts hold the same value: the question behind "only a real change counts".
//!
//! Texts differ where values do not: VelociPy writes `é` as `\u00e9` and a float as `1e-07`, this crate writes `é` and
//! `1e-7`. A comparison of parsed trees would answer that 2^64+1 and 2^64+2 are the same, since both become one
//! float; so numbers are compared by their digits.

use std::borrow::Cow;
use std::collections::BTreeMap;

use session_codec::json;

/// Returns whether two valid JSON texts hold the same value: strings by their characters, objects whatever the order of
/// their members, numbers exactly, and an integer is no float.
///
/// It goes as deep as the shallower of the two, which no call makes deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
pub(crate) fn same_json(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (a.as_bytes().first(), b.as_bytes().first()) {
        (Some(b'{'), Some(b'{')) => both(members, a, b).is_some_and(|(a, b)| {
            a.len() == b.len() && a.iter().zip(&b).all(|((a_key, a), (b_key, b))| a_key == b_key && same_json(a, b))
        }),
        (Some(b'['), Some(b'[')) => both(elements, a, b)
            .is_some_and(|(a, b)| a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same_json(a, b))),
        (Some(b'"'), Some(b'"')) => both(json::unquote, a, b).is_some_and(|(a, b)| a == b),
        (Some(b'-' | b'0'..=b'9'), Some(b'-' | b'0'..=b'9')) => both(Decimal::parse, a, b).is_some_and(|(a, b)| a == b),
        _ => false,
    }
}

/// Reads both texts, or neither.
fn both<'a, T>(read: impl Fn(&'a str) -> Option<T>, a: &'a str, b: &'a str) -> Option<(T, T)> {
    Some((read(a)?, read(b)?))
}

/// Returns each member's last value. `None` for an escaped lone surrogate: such a key is the same only as text.
fn members(object: &str) -> Option<BTreeMap<Cow<'_, str>, &str>> {
    let member = |json::Member { key, value }| Some((json::unquote(object.get(key)?)?, object.get(value)?));
    json::members(object).map(|found| member(found.ok()?)).collect()
}

fn elements(array: &str) -> Option<Vec<&str>> {
    json::elements(array).map(|element| array.get(element.ok()?)).collect()
}

/// A number as written, without its freedom of spelling: 1.50, 15e-1 and 0.15E+1 are one.
#[derive(PartialEq)]
struct Decimal {
    negative: bool,
    /// JSON has one kind of number, but Rust and Python read 1 and 1.0 as different types.
    float: bool,
    /// Without zeros at either end.
    digits: String,
    /// The power of ten of the last digit.
    exponent: i64,
}

impl Decimal {
    /// `None` for an exponent beyond `i64`.
    fn parse(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = format!("{whole}{fraction}");
        let without_trailing_zeros = all_digits.trim_end_matches('0');
        let digits = without_trailing_zeros.trim_start_matches('0').to_owned();
        let exponent = if digits.is_empty() {
            0
        } else {
            let dropped = i64::try_from(all_digits.len() - without_trailing_zeros.len()).ok()?;
            exponent.parse::<i64>().ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(dropped)?
        };
        Some(Self { negative, float: text.contains(['.', 'e', 'E']), digits, exponent })
    }
}
