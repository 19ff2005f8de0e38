//! Runs every example on the page about the wire format, `src/wire_format.md`.

use std::collections::BTreeSet;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::Value;
use serde_json::value::RawValue;
use session_codec::{Claims, Codec, DecodeError, Key, Lifetime, UnixTime, Verified, json};

use crate::common::{NOW, mac};

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/wire_format.md"));

/// The cell of an absent value.
const NONE: &str = "—";

/// The rows of the one table with this heading, each cell without its backticks.
fn table<const COLUMNS: usize>(heading: &str, at_least: usize) -> Vec<[&'static str; COLUMNS]> {
    let parts: Vec<_> = PAGE.split(&format!("\n{heading}\n|{}\n", " --- |".repeat(COLUMNS))).collect();
    let [_, after] = <[&str; 2]>::try_from(parts).unwrap_or_else(|_| panic!("the page has not one table `{heading}`"));

    let rows: Vec<_> = after.lines().map_while(|line| line.strip_prefix('|')?.strip_suffix('|')).map(cells).collect();
    assert!(rows.len() >= at_least, "`{heading}` has lost examples: there are {}", rows.len());
    rows
}

fn cells<const COLUMNS: usize>(row: &'static str) -> [&'static str; COLUMNS] {
    let cells: Vec<_> = row.split('|').map(|cell| without_backticks(cell.trim())).collect();
    cells.try_into().unwrap_or_else(|cells| panic!("not {COLUMNS} cells: {cells:?}"))
}

/// Of a cell that is one code span. Others, in which prose and code are mixed, stay as they are.
fn without_backticks(cell: &str) -> &str {
    cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).filter(|code| !code.contains('`')).unwrap_or(cell)
}

/// The values of the only fenced block that begins with a secret and has the line `purpose`, or that has not.
fn worked_block(has_purpose: bool) -> impl Fn(&str) -> String {
    let blocks: Vec<_> = PAGE
        .split("```text\nsecret ")
        .skip(1)
        .map(|rest| format!("secret {}", rest.split("\n```").next().unwrap()))
        .filter(|block| block.contains("\npurpose ") == has_purpose)
        .collect();
    let [block] = <[String; 1]>::try_from(blocks).expect("the page has one such block");
    move |name| {
        let mut lines = block.lines().skip_while(|line| !line.starts_with(&format!("{name:<16}")));
        let first = lines.next().unwrap_or_else(|| panic!("the block has no `{name}`"));
        let rest = lines.map_while(|line| line.strip_prefix(&" ".repeat(16)));
        [first.get(16..).unwrap()].into_iter().chain(rest).collect::<Vec<_>>().join(" ")
    }
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn secret() -> String {
    worked_block(false)("secret")
}

fn codec() -> Codec {
    Codec::new(Key::new(secret()).unwrap())
}

/// A token over this payload text, signed without the codec.
fn signed_payload(payload: &str) -> String {
    let mac = mac(secret().as_bytes(), payload.as_bytes());
    format!("{payload}.{}", Base64UrlUnpadded::encode_string(&mac))
}

fn signed(json: &str) -> String {
    signed_payload(&Base64UrlUnpadded::encode_string(json.as_bytes()))
}

/// Verifies a token and reads all of its data.
fn read(codec: &Codec, token: &str, now: UnixTime) -> Result<Verified, DecodeError> {
    let verified = codec.verify(token, now)?;
    let is_json = json::members(verified.data_json()).all(|member| member.is_ok());
    if is_json { Ok(verified) } else { Err(DecodeError::InvalidPayload) }
}

fn verdict(codec: &Codec, token: &str, now: UnixTime) -> &'static str {
    match read(codec, token, now) {
        Ok(_) => "good",
        Err(DecodeError::Malformed) => "malformed",
        Err(DecodeError::InvalidSignature) => "invalid signature",
        Err(DecodeError::InvalidPayload) => "invalid payload",
        Err(DecodeError::IssuedInFuture) => "issued in future",
        Err(DecodeError::Expired) => "expired",
        Err(other) => panic!("the page does not name {other:?}"),
    }
}

/// Seconds in plain decimals, to the nanosecond.
fn duration(seconds: &str) -> Duration {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    assert!(fraction.len() <= 9, "{seconds} is finer than a nanosecond");
    Duration::new(whole.parse().unwrap(), format!("{fraction:0<9}").parse().unwrap())
}

fn time(seconds: &str) -> UnixTime {
    UnixTime::from_duration(duration(seconds))
}

fn optional(cell: &str) -> Option<&str> {
    (cell != NONE).then_some(cell)
}

/// A member of the envelope with a comma before it, or nothing.
fn member(name: &str, cell: &str) -> String {
    optional(cell).map(|value| format!(r#","{name}":{value}"#)).unwrap_or_default()
}

#[test]
fn the_worked_token_is_computed_as_the_page_says() {
    let value = worked_block(false);
    let (secret, json, payload) = (value("secret"), value("JSON"), value("payload"));

    assert_eq!(value("secret bytes"), hex(&secret));
    assert_eq!(value("JSON bytes"), hex(&json));
    assert_eq!(payload, Base64UrlUnpadded::encode_string(json.as_bytes()));
    let mac = mac(secret.as_bytes(), payload.as_bytes());
    assert_eq!(value("MAC"), hex(mac));
    assert_eq!(value("signature"), Base64UrlUnpadded::encode_string(&mac));
    assert_eq!(value("token"), format!("{payload}.{}", value("signature")));
}

#[test]
fn the_worked_token_is_what_the_codec_reads_and_writes() {
    let token = worked_block(false)("token");
    let json = worked_block(false)("JSON");
    let verified = read(&codec(), &token, NOW).unwrap();
    assert!(json.starts_with(&format!(r#"{{"d":{},"t""#, verified.data_json())), "{json}");

    let data: &RawValue = verified.data().unwrap();
    assert_eq!(codec().encode_with(data, verified.claims()).unwrap(), token);
}

#[test]
fn the_worked_token_is_good_for_as_long_as_the_page_says() {
    let (_, sentence) = PAGE.split_once("it is good while `now` is from ").unwrap();
    let (from, rest) = sentence.split_once(" to ").unwrap();
    let [from, to] = [from, rest.split_once('.').unwrap().0].map(|seconds| duration(seconds).as_nanos());
    let token = worked_block(false)("token");
    let at = |nanos| {
        let now = UnixTime::from_duration(Duration::from_nanos(u64::try_from(nanos).unwrap()));
        verdict(&codec().with_max_age(Duration::from_secs(7200)), &token, now)
    };

    assert_eq!([at(from - 1), at(from), at(to), at(to + 1)], ["issued in future", "good", "good", "expired"]);
}

#[test]
fn the_derived_key_is_computed_as_the_page_says() {
    let value = worked_block(true);
    let (secret, purpose, json) = (value("secret"), value("purpose"), value("JSON"));
    let message = [b"session-codec/derive/v1\0", purpose.as_bytes()].concat();
    let derived = mac(secret.as_bytes(), &message);
    let payload = Base64UrlUnpadded::encode_string(json.as_bytes());
    let signature = Base64UrlUnpadded::encode_string(&mac(&derived, payload.as_bytes()));

    assert_eq!(value("message bytes"), hex(&message));
    assert_eq!(value("derived key"), hex(derived));
    assert_eq!(value("token"), format!("{payload}.{signature}"));

    let codec = Codec::new(Key::new(&secret).unwrap().derive(&purpose));
    let verified = read(&codec, &value("token"), NOW).unwrap();
    assert_eq!(codec.encode_with(verified.data::<&RawValue>().unwrap(), verified.claims()).unwrap(), value("token"));
}

#[test]
fn every_example_token_has_its_verdict() {
    let tokens = table("| token | verdict | why |", 28);
    for [token, expected, why] in &tokens {
        assert_eq!(verdict(&codec(), token, NOW), *expected, "{why}: {token}");
    }
    let verdicts: BTreeSet<_> = tokens.iter().map(|[_, verdict, _]| *verdict).collect();
    let all = ["expired", "good", "invalid payload", "invalid signature", "issued in future", "malformed"];
    assert_eq!(verdicts, BTreeSet::from(all));
}

#[test]
fn every_example_envelope_has_its_verdict() {
    for [json, expected, why] in table("| envelope | verdict | why |", 43) {
        assert_eq!(verdict(&codec(), &signed(json), NOW), expected, "{why}: {json}");
    }
}

#[test]
fn every_example_payload_has_its_verdict() {
    for [payload, expected, why] in table("| payload | verdict | the bytes are |", 11) {
        assert!(Base64UrlUnpadded::decode_vec(payload).is_ok(), "{payload}");
        assert_eq!(verdict(&codec(), &signed_payload(payload), NOW), expected, "{why}: {payload}");
    }
}

#[test]
fn every_example_number_is_read_as_the_page_says() {
    // At this time no token is from the future or too old.
    let codec = codec().with_clock_skew(Duration::MAX);
    let read = |members: String| read(&codec, &signed(&format!(r#"{{"d":{{}},{members}}}"#)), UnixTime::from_secs(0));

    for [number, expected] in table("| number | seconds |", 46) {
        let as_t = read(format!(r#""t":{number}"#)).map(|verified| verified.issued_at().since_epoch());
        let as_c = read(format!(r#""t":0,"c":{number}"#))
            .map(|verified| verified.claims().created_at.expect("c is there").since_epoch());
        let as_m = read(format!(r#""t":0,"m":{number}"#)).map(|verified| seconds_of(verified.claims()));
        for read in [as_t, as_c, as_m] {
            match expected {
                "refused" => assert_eq!(read, Err(DecodeError::InvalidPayload), "{number}"),
                "largest" => assert_eq!(read.map(|read| read.as_secs()), Ok(u64::MAX), "{number}"),
                _ => assert_eq!(read, Ok(duration(expected)), "{number}"),
            }
        }
    }
}

/// The `m` of a token that has one.
fn seconds_of(claims: Claims) -> Duration {
    match claims.lifetime.expect("m is there") {
        Lifetime::For(lifetime) => lifetime,
        Lifetime::BrowserSession => Duration::ZERO,
    }
}

#[test]
fn every_example_age_has_its_verdict() {
    for [t, m, now, max_age, expected, why] in table("| `t` | `m` | now | maximum age | verdict | why |", 24) {
        let codec = optional(max_age).map_or(codec(), |max_age| codec().with_max_age(duration(max_age)));
        let json = format!(r#"{{"d":{{}},"t":{t}{}}}"#, member("m", m));
        assert_eq!(verdict(&codec, &signed(&json), time(now)), expected, "{why}: {json} at {now}");
    }
}

#[test]
fn a_session_began_when_the_page_says() {
    for [t, c, expected] in table("| `t` | `c` | the session began |", 7) {
        let json = format!(r#"{{"d":{{}},"t":{t}{}}}"#, member("c", c));
        assert_eq!(read(&codec(), &signed(&json), NOW).unwrap().created_at(), time(expected), "{json}");
    }
}

#[test]
fn a_repeated_key_is_read_as_the_page_says() {
    for [data, expected] in table("| `d` | is read as |", 3) {
        let verified = read(&codec(), &signed(&format!(r#"{{"d":{data},"t":0}}"#)), NOW).unwrap();
        assert_eq!(verified.data_json(), data);
        assert_eq!(verified.data::<Value>().unwrap().to_string(), expected);
    }
}

#[test]
fn every_example_is_written_as_the_page_says() {
    for [data, issued_at, created_at, lifetime, expected] in
        table("| data | issued | began | own lifetime | JSON |", 12)
    {
        let lifetime = optional(lifetime).map(|cell| match cell {
            "browser session" => Lifetime::BrowserSession,
            cell => Lifetime::For(duration(cell)),
        });
        let claims = Claims { issued_at: time(issued_at), created_at: optional(created_at).map(time), lifetime };
        assert_eq!(codec().encode_json(data, claims).unwrap(), signed(expected));
    }
}

#[test]
fn a_cookie_has_room_for_the_depth_that_the_page_names() {
    assert!(PAGE.contains("a cookie has room for\n  1,500 levels"));
    let json = format!(r#"{{"d":{{"a":{}{}}},"t":1700000000}}"#, "[".repeat(1498), "]".repeat(1498));
    let token = signed(&json);
    assert!("session=".len() + token.len() <= 4096);
    assert_eq!(verdict(&codec(), &token, NOW), "good");
}

/// The page allows either reason for one pair of faults, and for no other.
#[test]
fn data_that_is_no_json_is_refused_whatever_its_age() {
    for t in ["1700000000", "1700000061", "1699999999"] {
        let token = signed(&format!(r#"{{"d":{{"a":nope}},"t":{t},"m":0.5}}"#));
        assert_ne!(verdict(&codec(), &token, NOW), "good");
    }
}
