//! What each operation may cost at most, as a ratio within one run.

use std::fmt;

use crate::cases::COMPARED;
use crate::data::Flat;
use crate::measure::MeasuredCase;
use crate::peers::{COOKIE_DICTIONARY, JWT_DICTIONARY};
use crate::tokens::{DECODE, ENCODE, FLOOR, ONE_KEY, READ, VERIFY, WRITE};
use crate::velocipy::VELOCIPY_ONE_KEY;
use crate::{growth, requests, tokens, worst};

/// One limit, and what was measured.
pub struct Budget {
    what: String,
    measured: Option<f64>,
    limit: Limit,
}

enum Limit {
    AtMost(f64),
    AtLeast(f64),
}
use Limit::{AtLeast, AtMost};

/// All budgets.
#[must_use]
pub fn budgets(measured: &[MeasuredCase<'_>]) -> Vec<Budget> {
    let find = |name: &str| {
        measured.iter().find(|case| case.case.name == name).unwrap_or_else(|| panic!("no case is named {name}"))
    };
    let [small, large] = COMPARED.map(|size| find(&tokens::name::<Flat>(size)));
    let mut budgets = Vec::new();
    budgets.extend(of_tokens(small, [1.35, 2.0, 1.2, 1.15], 2));
    budgets.extend(of_tokens(large, [1.2, 2.0, 1.15, 1.15], 4));
    budgets.extend(of_requests(find(&requests::name())));
    budgets.extend(of_worst(find(worst::NAME)));
    budgets.extend(measured.iter().filter_map(of_growth));
    budgets
}

fn of_tokens(case: &MeasuredCase<'_>, [verify, one_key, decode, encode]: [f64; 4], allocations: u64) -> Vec<Budget> {
    let nanos = |name| case.nanos(name);
    let floor = nanos(FLOOR);
    let new = |what: &str, measured, limit| Budget { what: format!("{}: {what}", case.case.name), measured, limit };
    let faster = |than| case.get(than).map(|peer| peer.nanos / nanos(ONE_KEY));
    let allocated = |name| Some(case.find(name).allocations as f64);
    vec![
        new("verify / HMAC", Some(nanos(VERIFY) / floor), AtMost(verify)),
        new("one key / HMAC", Some(nanos(ONE_KEY) / floor), AtMost(one_key)),
        new("decode / (HMAC + serde_json)", Some(nanos(DECODE) / (floor + nanos(READ))), AtMost(decode)),
        new("encode / (HMAC + serde_json)", Some(nanos(ENCODE) / (floor + nanos(WRITE))), AtMost(encode)),
        new("one key, times faster than cookie's dictionary", faster(COOKIE_DICTIONARY), AtLeast(4.0)),
        new("one key, times faster than jsonwebtoken's", faster(JWT_DICTIONARY), AtLeast(5.5)),
        new("one key, times faster than VelociPy", faster(VELOCIPY_ONE_KEY), AtLeast(10.0)),
        new("allocations of encode", allocated(ENCODE), AtMost(allocations as f64)),
        new("allocations of verify", allocated(VERIFY), AtMost(1.0)),
    ]
}

fn of_requests(case: &MeasuredCase<'_>) -> Vec<Budget> {
    let over_bare =
        |framework, request| case.nanos(&format!("{framework}: {request}")) - case.nanos(&format!("{framework}: bare"));
    let over_least = |request, limit| Budget {
        what: format!("axum: {request}, (over bare - least layer) / HMAC"),
        measured: Some((over_bare("axum", request) - over_bare("axum", "least layer")) / case.nanos(FLOOR)),
        limit: AtMost(limit),
    };
    let actix = |request| Budget {
        what: format!("actix: {request}, over bare / axum's over bare"),
        measured: Some(over_bare("actix", request) / over_bare("axum", request)),
        limit: AtMost(1.1),
    };
    [("untouched", 0.35), ("read one key", 3.1), ("change one key", 5.8)]
        .into_iter()
        .map(|(request, limit)| over_least(request, limit))
        .chain(
            [
                "untouched",
                "read one key",
                "change one key",
                "remove one key",
                "clear",
                "two sessions, read a key of each",
            ]
            .map(actix),
        )
        .collect()
}

fn of_worst(case: &MeasuredCase<'_>) -> [Budget; 2] {
    [worst::FORGED, worst::AUTHENTIC].map(|name| Budget {
        what: format!("{}: {name} / {} HMACs", case.case.name, worst::HMACS),
        measured: Some(case.nanos(name) / (worst::HMACS * case.nanos(FLOOR))),
        limit: AtMost(1.1),
    })
}

/// No step may be worse than linear. Where the last step doubles what grows, a square is 2 times the line.
fn of_growth(case: &MeasuredCase<'_>) -> Option<Budget> {
    let steepest = growth::over_line(&case.growth()).into_iter().flatten().reduce(f64::max)?;
    let what = format!("{}: steepest step / line", case.case.name);
    Some(Budget { what, measured: Some(steepest), limit: AtMost(1.15) })
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (words, limit) = match self.limit {
            AtMost(limit) => ("at most", limit),
            AtLeast(limit) => ("at least", limit),
        };
        let verdict = match (self.measured, &self.limit) {
            (None, _) => "not measured",
            (Some(measured), AtMost(limit)) if measured <= *limit => "met",
            (Some(measured), AtLeast(limit)) if measured >= *limit => "met",
            _ => "MISSED",
        };
        let measured = self.measured.map_or_else(|| "-".to_owned(), |measured| format!("{measured:.2}"));
        write!(f, "{:<72}{measured:>8}  {words:<8}{limit:>6.2}  {verdict}", self.what)
    }
}
