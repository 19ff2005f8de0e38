//! The JSON around the data, read by `serde_json` as a whole.

use std::time::Duration;

use session_codec::Lifetime;

use super::json::members;

/// The members of an authentic payload. The times are JSON texts, unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The data's JSON.
    pub data: String,
    /// `"t"`.
    pub issued_at: String,
    /// `"c"`.
    pub created_at: Option<String>,
    /// `"m"`.
    pub lifetime: Option<String>,
}

/// Reads a payload's JSON. Returns `None` if it is not an envelope.
#[must_use]
pub fn read_envelope(json: &str) -> Option<Envelope> {
    let mut found: Vec<(String, &str)> = Vec::new();
    for (name, value) in members(json)? {
        let name: String = serde_json::from_str(name).ok()?;
        if found.iter().any(|(other, _)| *other == name) {
            return None;
        }
        found.push((name, value));
    }
    let member = |name: &str| found.iter().find(|(other, _)| other == name).map(|(_, value)| (*value).to_owned());
    let data = member("d").filter(|data| data.starts_with('{'))?;
    let (issued_at, created_at, lifetime) = (member("t")?, member("c"), member("m"));
    let are_times = is_time(&issued_at) && [&created_at, &lifetime].into_iter().flatten().all(|time| is_time(time));
    are_times.then_some(Envelope { data, issued_at, created_at, lifetime })
}

/// Returns whether `json` is a number of zero or more.
fn is_time(json: &str) -> bool {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && json.parse::<f64>().is_ok_and(|seconds| seconds >= 0.0)
}

/// Returns `"m"` as the codec writes it: whole seconds, rounded up, since zero marks a browser session.
#[must_use]
pub fn lifetime_seconds(lifetime: Lifetime) -> u64 {
    match lifetime {
        Lifetime::BrowserSession => 0,
        Lifetime::For(lifetime) => {
            u64::try_from(lifetime.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u64::MAX).max(1)
        }
    }
}

/// Returns `"m"` as the codec reads it. What is shorter than a nanosecond counts as zero.
#[must_use]
pub fn lifetime(duration: Duration) -> Lifetime {
    if duration.is_zero() { Lifetime::BrowserSession } else { Lifetime::For(duration) }
}

/// Returns whether `duration` equals the number: exactly for an integer, otherwise to the precision of a float.
#[must_use]
pub fn same_seconds(json: &str, duration: Duration) -> bool {
    if let Ok(seconds) = json.parse() {
        return duration == Duration::from_secs(seconds);
    }
    let expected = Duration::try_from_secs_f64(json.parse::<f64>().unwrap_or_default().abs()).unwrap_or(Duration::MAX);
    let tolerance = Duration::from_nanos(2) + expected.mul_f64(f64::EPSILON);
    duration.abs_diff(expected) <= tolerance
}
