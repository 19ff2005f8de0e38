//! Seconds as JSON numbers.

use core::num::IntErrorKind;
use core::time::Duration;

/// Reads a JSON value: `None` unless it is a number of zero or more. A number too large for `Duration` becomes
/// `Duration::MAX`, which exceeds every limit.
pub(crate) fn read(json: &str) -> Option<Duration> {
    read_plain(json).or_else(|| {
        let number: f64 =
            json.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then(|| json.parse().ok())??;
        if number < 0.0 {
            return None;
        }
        Some(Duration::try_from_secs_f64(number.abs()).unwrap_or(Duration::MAX))
    })
}

/// Reads digits with or without a fraction, as in `1700000000` and `1700000000.25`, to the nanosecond; finer digits are
/// dropped.
pub(crate) fn read_plain(text: &str) -> Option<Duration> {
    if let Some(secs) = whole_number(text) {
        return Some(Duration::from_secs(secs));
    }
    let (whole, fraction) = text.split_once('.')?;
    let secs = whole_number(whole)?;
    if fraction.is_empty() || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let nanos = fraction.bytes().chain(core::iter::repeat(b'0')).take(9).filter_map(value_of);
    let nanos = nanos.fold(0, |nanos: u64, digit| nanos.saturating_mul(10).saturating_add(digit));
    Some(Duration::from_secs(secs).saturating_add(Duration::from_nanos(nanos)))
}

/// Reads an integer; one beyond `u64` counts as its maximum.
fn whole_number(text: &str) -> Option<u64> {
    if text.starts_with('+') || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    match text.parse::<u64>() {
        // It stops where it overflows, and looks at no digit after that.
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => {
            text.bytes().all(|digit| digit.is_ascii_digit()).then_some(u64::MAX)
        }
        number => number.ok(),
    }
}

fn value_of(digit: u8) -> Option<u64> {
    digit.is_ascii_digit().then(|| u64::from(digit.wrapping_sub(b'0')))
}
