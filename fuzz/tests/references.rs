//! The references agree with VelociPy on the tokens that it minted, and with the rules on their examples.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use session_codec::{DecodeError, UnixTime};
use session_fuzz::reference::{
    Signed, authenticate, cache_control, canonical, fresh_time, is_deeper, not_from_the_future, open_signed_last,
    same_seconds, vary, verify,
};

#[derive(Deserialize)]
struct Vectors {
    accepted: Vec<Accepted>,
    rejected: Vec<Rejected>,
}

#[derive(Deserialize)]
struct Accepted {
    secret: String,
    t: Box<RawValue>,
    data_json: String,
    token: String,
}

#[derive(Deserialize)]
struct Rejected {
    secret: String,
    token: String,
    why: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../session-codec/tests/data/velocipy-0.3.0.json")).expect("vectors")
}

#[test]
fn accepts_what_velocipy_minted() {
    for vector in vectors().accepted {
        let (key_index, envelope) = verify(vector.token.as_bytes(), &[&vector.secret]).expect("good");

        assert_eq!((key_index, envelope.data), (0, vector.data_json));
        assert_eq!(envelope.issued_at, vector.t.get());
        assert_eq!((envelope.created_at, envelope.lifetime), (None, None));
    }
}

#[test]
fn refuses_what_velocipy_refuses() {
    for Rejected { secret, token, why } in vectors().rejected {
        assert!(verify(token.as_bytes(), &[&secret]).is_err(), "{why}");
    }
}

#[test]
fn tells_authentic_from_forged() {
    for Accepted { secret, token, .. } in vectors().accepted {
        let token = token.as_bytes();
        assert_eq!(authenticate(token, &["another secret"]), Err(DecodeError::InvalidSignature));
        assert_eq!(authenticate(&token[1..], &[&secret]), Err(DecodeError::InvalidSignature));
        assert_eq!(authenticate(&token[..token.len() - 1], &[&secret]), Err(DecodeError::Malformed));
    }
}

#[test]
fn tells_equal_values_from_others() {
    for (a, b) in
        [("1e-07", "1e-7"), ("1.50", "15e-1"), (r#""\u00e9""#, r#""é""#), (r#"{"a":1,"b":[2]}"#, r#"{"b":[ 2],"a":1}"#)]
    {
        assert_eq!(canonical(a), canonical(b));
    }
    for (a, b) in [
        ("18446744073709551617", "18446744073709551618"),
        ("1", "1.0"),
        ("0.0", "-0.0"),
        ("[]", "{}"),
        (r#""a""#, r#""A""#),
    ] {
        assert_ne!(canonical(a), canonical(b));
    }
}

#[test]
fn tells_the_same_seconds_from_others() {
    let cases = [
        ("1700000000", Duration::from_secs(1_700_000_000)),
        ("1700000000.25", Duration::from_millis(1_700_000_000_250)),
        ("1.7e9", Duration::from_secs(1_700_000_000)),
        ("1e999", Duration::MAX),
        ("-0.0", Duration::ZERO),
    ];
    for (json, _) in cases {
        for (other, duration) in cases {
            let same = json.parse::<f64>().ok() == other.parse::<f64>().ok();
            assert_eq!(same_seconds(json, duration), same, "{json} and {other}");
        }
    }
    assert!(!same_seconds("1700000000", Duration::new(1_700_000_000, 1)));
}

#[test]
fn counts_levels() {
    for (json, levels) in [("1", 0), (r#""[[""#, 0), ("[]", 1), (r#"{"a":{"b":[1]}}"#, 3), (r#"[1,[2],"[[["]"#, 2)] {
        assert!(!is_deeper(json, levels), "{json}");
        assert!(levels == 0 || is_deeper(json, levels - 1), "{json}");
    }
}

fn at(milliseconds: u64) -> UnixTime {
    UnixTime::from_duration(Duration::from_millis(milliseconds))
}

/// Returns the position of the cookie that is taken, or why none is. Cookies more than ten seconds old have expired.
fn taken(cookies: &[Result<(u64, usize), DecodeError>]) -> Result<Option<usize>, DecodeError> {
    let now = at(100_000);
    let cookies = cookies.iter().enumerate().map(|(position, cookie)| {
        let (issued_at, key_index) = (*cookie)?;
        not_from_the_future(Signed { issued_at: at(issued_at), key_index, contents: position }, now)
    });
    let cookies: Vec<_> = cookies.collect();
    open_signed_last(&cookies, |signed| {
        if signed.issued_at < at(90_000) { Err(DecodeError::Expired) } else { Ok(signed.contents) }
    })
}

#[test]
fn takes_the_cookie_that_was_signed_last() {
    use DecodeError::{Expired, InvalidSignature, IssuedInFuture, Malformed};

    assert_eq!(taken(&[]), Ok(None));
    assert_eq!(taken(&[Ok((100_500, 0)), Ok((100_000, 0))]), Ok(Some(0)));
    assert_eq!(taken(&[Ok((100_000, 1)), Ok((100_500, 1))]), Ok(Some(1)));
    assert_eq!(taken(&[Ok((100_000, 0)), Ok((100_000, 1))]), Ok(Some(0)));
    assert_eq!(taken(&[Ok((100_000, 0)), Ok((100_000, 0)), Err(Malformed)]), Ok(Some(1)));
    assert_eq!(taken(&[Ok((160_000, 0)), Ok((160_001, 0))]), Ok(Some(0)));
    assert_eq!(taken(&[Ok((80_000, 0)), Ok((89_999, 1))]), Err(Expired));
    assert_eq!(taken(&[Err(Malformed), Err(InvalidSignature)]), Err(Malformed));
    assert_eq!(taken(&[Err(InvalidSignature), Ok((170_000, 0)), Ok((89_999, 1))]), Err(IssuedInFuture));
}

#[test]
fn signs_a_second_after_what_it_has_to_win_against() {
    let now = at(100_250);
    for (issued_at, signed_at) in [
        (&[][..], 100),
        (&[100_000], 100),
        (&[100_250], 102),
        (&[101_000], 102),
        (&[154_000], 155),
        (&[160_000], 155),
        (&[99_000, 99_500], 101),
        (&[100_000, 1_000], 101),
        (&[98_000, 99_000], 100),
    ] {
        let times: Vec<UnixTime> = issued_at.iter().copied().map(at).collect();
        assert_eq!(fresh_time(&times, now), signed_at, "{issued_at:?}");
    }
}

#[test]
fn keeps_a_response_out_of_shared_caches() {
    for (there, expected) in [
        (&[][..], Some("private")),
        (&["no-store"], None),
        (&["max-age=1,\tPrivate"], None),
        (&["max-age=1", "x"], Some("private, max-age=1, x")),
        (&["public, s-maxage = 5", "max-age=1"], Some("private, max-age=1")),
        (&["no-store, public"], Some("no-store")),
        (&[r#"private="a, no-store""#], Some(r#"private, private="a, no-store""#)),
        (&[r#"x="\", private""#], Some(r#"private, x="\", private""#)),
        (&["\u{a0}private"], Some("private, \u{a0}private")),
    ] {
        let lines: Vec<String> = there.iter().map(ToString::to_string).collect();
        assert_eq!(cache_control(&lines).map(|directives| directives.join(", ")).as_deref(), expected, "{there:?}");
    }
}

#[test]
fn varies_by_cookie_once() {
    for (there, expected) in [
        (&[][..], Some("Cookie")),
        (&["Accept,", "Origin"], Some("Accept, Origin, Cookie")),
        (&["Accept, COOKIE"], None),
        (&["Accept", " *"], None),
    ] {
        let lines: Vec<String> = there.iter().map(ToString::to_string).collect();
        assert_eq!(vary(&lines).map(|names| names.join(", ")).as_deref(), expected, "{there:?}");
    }
}
