//! Rule 9: a write that would make the cookie larger than 4096 bytes fails.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Serialize, Serializer};
use session_cookie::{CookieConfig, Lifetime, Origin, Refresh, SameSite, Session, SessionError, SessionManager};

use crate::common::*;

/// A clock can show no more: `t` and `c` then have all twenty digits that they can ever have.
const END_OF_TIME: u64 = u64::MAX;

struct Case {
    config: CookieConfig,
    /// The longest lifetime that `set_lifetime` takes under it.
    longest_lifetime: Duration,
    /// How many characters fit under the key `k`.
    fits: usize,
    /// Bytes of the cookie with that many characters, at its largest, and with one more.
    size: usize,
    next_size: usize,
}

/// Worked out by hand: name, `=`, base64url of `{"d":{"k":"…"},"t":…,"c":…,"m":…}` with the longest numbers, `.`, 43
/// characters of signature, and the attributes.
fn cases() -> Vec<Case> {
    let default = CookieConfig::default;
    let case = |config, lifetime, fits, size, next_size| Case {
        config,
        longest_lifetime: seconds(lifetime),
        fits,
        size,
        next_size,
    };
    vec![
        case(default(), 3600, 2950, 4096, 4097),
        case(default().with_name("sessions"), 3600, 2949, 4095, 4097),
        case(default().with_name("session_9"), 3600, 2949, 4096, 4098),
        case(default().with_name("session_10"), 3600, 2948, 4096, 4097),
        case(CookieConfig::hardened(), 604_800, 2933, 4096, 4097),
        case(default().with_max_age(None), 34_560_000, 2943, 4096, 4097),
        case(default().with_max_lifetime(seconds(86_400)), 3600, 2925, 4096, 4097),
        case(default().with_name("sid").with_max_age(seconds(1)).with_http_only(false), 1, 2966, 4096, 4097),
        case(full(), 31_536_000, 2888, 4096, 4097),
    ]
}

fn full() -> CookieConfig {
    CookieConfig::default()
        .with_name("id")
        .with_max_age(seconds(31_536_000))
        .with_max_lifetime(seconds(31_536_000))
        .with_refresh(Refresh::After(Duration::ZERO))
        .with_domain("example.com")
        .with_path("/app")
        .with_secure(true)
        .with_same_site(SameSite::None)
        .with_partitioned(true)
}

fn fill(session: &Session, characters: usize) -> Result<(), SessionError> {
    session.insert("k", "x".repeat(characters))
}

#[test]
fn r09_a_cookie_of_exactly_4096_bytes_at_its_largest_is_accepted_and_one_more_byte_is_not() {
    for Case { config, fits, size, next_size, .. } in cases() {
        let manager = manager_of(config.clone());
        let session = manager.load(NO_HEADERS);

        assert_eq!(fill(&session, fits), Ok(()), "{config:?}");
        assert_eq!(
            fill(&session, fits + 1),
            Err(SessionError::TooLarge { size: next_size, limit: 4096 }),
            "{config:?}"
        );
        assert!(size <= 4096 && save(&manager, &session).unwrap().len() <= size);
    }
}

#[test]
fn r09_the_size_is_that_with_the_longest_max_age_t_c_and_m() {
    for Case { config, longest_lifetime, fits, size, .. } in cases() {
        let manager = manager_at(config.clone(), END_OF_TIME);
        let session = manager.load(NO_HEADERS);
        session.set_lifetime(Lifetime::For(longest_lifetime)).unwrap();
        fill(&session, fits).unwrap();

        let cookie = save(&manager, &session).unwrap();

        assert_eq!(cookie.len(), size, "{config:?}");
        assert!(matches!(manager.load([pair(&cookie)]).origin(), Origin::Verified { .. }), "{config:?}");
    }
}

#[test]
fn r09_an_absolute_lifetime_bounds_the_longest_max_age_of_a_browser_session_too() {
    let config = CookieConfig::default().with_max_age(None).with_max_lifetime(seconds(86_400));
    let manager = manager_at(config, END_OF_TIME);
    let session = manager.load(NO_HEADERS);
    session.set_lifetime(Lifetime::For(seconds(34_560_000))).unwrap();

    assert_eq!(fill(&session, 2921), Err(SessionError::TooLarge { size: 4097, limit: 4096 }));
    assert_eq!(fill(&session, 2920), Ok(()));
    assert_eq!(save(&manager, &session).unwrap().len(), 4095);
}

#[test]
fn r09_a_session_that_came_with_a_cookie_may_become_as_large_as_a_new_one() {
    for Case { config, fits, next_size, .. } in cases() {
        let manager = manager_of(config.clone());
        let mut browser = Browser::default();
        browser.visits(&manager, NOW, |session| session.insert("k", "x").unwrap());

        browser.visits(&manager, NOW, |session| {
            assert!(matches!(session.origin(), Origin::Verified { .. }));
            assert_eq!(
                fill(session, fits + 1),
                Err(SessionError::TooLarge { size: next_size, limit: 4096 }),
                "{config:?}"
            );
            assert_eq!(fill(session, fits), Ok(()), "{config:?}");
        });
    }
}

#[test]
fn r09_growing_byte_by_byte_stops_at_the_limit() {
    let (manager, session) = new_session();
    fill(&session, 2940).unwrap();

    for length in 2941..=2950 {
        let grown = session.update("k", |k: &mut String| k.push('x'));
        assert_eq!(grown, Ok(()), "{length}");
    }
    let size = SessionError::TooLarge { size: 4097, limit: 4096 };
    assert_eq!(session.update("k", |k: &mut String| k.push('x')), Err(size));
    assert_eq!(saved_data(&manager, &session).len(), 2958);
}

#[test]
fn r09_every_write_that_would_make_the_cookie_too_large_fails_and_changes_nothing() {
    let calls: [Call; 6] = [
        ("insert", |s| s.insert("n", "xx")),
        ("insert over a value", |s| fill(s, 2951)),
        ("update", |s| s.update("k", |k: &mut String| k.push('x'))),
        ("get_or_insert_with", |s| s.get_or_insert_with("n", || 1).map(|_| ())),
        ("extend", |s| s.extend([("n", 1)])),
        ("write", |s| s.write(&BTreeMap::from([("k", "x".repeat(2951))]))),
    ];
    let full = format!(r#"{{"k":"{}"}}"#, "x".repeat(2950));
    for (call, write) in calls {
        let (manager, session) = session_with(&full);

        let error = write(&session).unwrap_err();

        assert!(matches!(error, SessionError::TooLarge { size, limit: 4096 } if size > 4096), "{call}: {error}");
        assert_eq!(session.keys(), ["k"], "{call}");
        assert_eq!(session.get("k"), Ok(Some("x".repeat(2950))), "{call}");
        assert_eq!(save(&manager, &session), None, "{call}");
    }
}

#[test]
fn r09_what_counts_is_all_members_with_the_commas_between_them() {
    let (manager, session) = session_with(r#"{"a":1,"b":2,"c":3}"#);

    assert_eq!(fill(&session, 2933), Err(SessionError::TooLarge { size: 4097, limit: 4096 }));
    assert_eq!(fill(&session, 2932), Ok(()));
    assert_eq!(saved_data(&manager, &session).len(), 2958);
}

#[test]
fn r09_the_error_says_both_sizes() {
    let (_, session) = new_session();

    let message = fill(&session, 2951).unwrap_err().to_string();

    assert!(message.contains("4097") && message.contains("4096"), "{message}");
}

#[test]
fn r09_what_counts_is_bytes_and_not_characters() {
    let (_, session) = new_session();

    assert_eq!(session.insert("k", "é".repeat(1475)), Ok(()));
    assert!(matches!(session.insert("k", "é".repeat(1476)), Err(SessionError::TooLarge { .. })));
}

#[test]
fn r09_what_counts_is_json_with_its_escapes() {
    let (_, session) = new_session();

    assert_eq!(session.insert("k", "\n".repeat(1475)), Ok(()));
    assert!(matches!(session.insert("k", "\n".repeat(1476)), Err(SessionError::TooLarge { .. })));
}

#[test]
fn r09_the_largest_session_survives_being_read_back_and_refreshed() {
    for Case { config, fits, .. } in cases() {
        let manager = manager_of(config.with_refresh(Refresh::After(Duration::ZERO)));
        let mut browser = Browser::default();
        browser.visits(&manager, NOW, |session| fill(session, fits).unwrap());

        for _ in 0..3 {
            browser.visits(&manager, NOW, |session| {
                assert_eq!(session.get("k"), Ok(Some("x".repeat(fits))));
            });
        }
    }
}

#[test]
fn r09_a_sessions_own_lifetime_always_fits_a_session_that_was_accepted() {
    for Case { config, fits, longest_lifetime, .. } in cases() {
        let manager = manager_of(config.clone());
        let mut browser = Browser::default();
        browser.visits(&manager, NOW, |session| fill(session, fits).unwrap());

        browser.visits(&manager, NOW, |session| {
            assert_eq!(session.set_lifetime(Lifetime::For(longest_lifetime)), Ok(()), "{config:?}");
            assert_eq!(session.set_lifetime(Lifetime::BrowserSession), Ok(()), "{config:?}");
        });
    }
}

#[test]
fn r09_a_created_at_that_another_server_wrote_is_counted() {
    let manager = manager_at(CookieConfig::default(), END_OF_TIME);
    let session =
        manager.load([signed_cookie(format!(r#"{{"d":{{"k":"x"}},"t":{END_OF_TIME},"c":{END_OF_TIME},"m":3600}}"#))]);

    assert_eq!(fill(&session, 2926), Err(SessionError::TooLarge { size: 4097, limit: 4096 }));
    assert_eq!(fill(&session, 2925), Ok(()));
    assert_eq!(save(&manager, &session).unwrap().len(), 4096);
}

#[test]
fn r09_a_lifetime_from_a_time_of_a_longer_max_age_is_kept_and_counted() {
    let manager = manager_at(CookieConfig::default(), END_OF_TIME);
    let longest = u64::MAX;
    let session = manager.load([signed_cookie(format!(r#"{{"d":{{"k":"x"}},"t":{END_OF_TIME},"m":{longest}}}"#))]);

    assert_eq!(fill(&session, 2935), Err(SessionError::TooLarge { size: 4097, limit: 4096 }));
    assert_eq!(fill(&session, 2934), Ok(()));
    let cookie = save(&manager, &session).unwrap();
    assert_eq!(cookie.len(), 4096);
    assert!(signed_json(&cookie).ends_with(&format!(r#","m":{longest}}}"#)));
}

#[test]
fn r09_a_lifetime_with_a_fraction_is_counted_as_it_will_be_signed_rounded_up() {
    for (lifetime, fits) in [("9999", 2950), ("9999.5", 2949)] {
        let session = manager().load([signed_cookie(format!(r#"{{"d":{{"k":"x"}},"t":{NOW},"m":{lifetime}}}"#))]);

        assert_eq!(fill(&session, fits + 1), Err(SessionError::TooLarge { size: 4097, limit: 4096 }), "{lifetime}");
        assert_eq!(fill(&session, fits), Ok(()), "{lifetime}");
    }
}

#[test]
fn r09_what_could_never_fit_is_refused_without_being_sorted_in() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    let pairs: BTreeMap<String, usize> = (0..200_000).map(|n| (format!("key {n}"), n)).collect();

    assert_eq!(session.extend(&pairs), Err(SessionError::TooLarge { size: 5_037_201, limit: 4096 }));
    assert_eq!(session.write(&pairs), Err(SessionError::TooLarge { size: 5_037_193, limit: 4096 }));

    assert_eq!(session.keys(), ["a"]);
    assert_eq!(save(&manager, &session), None);
}

#[test]
fn r09_pairs_of_one_key_count_once_with_the_last_value() {
    let (manager, session) = session_with(r#"{"a":1}"#);

    session.extend((0..10_000).map(|n| (if n % 2 == 0 { "even" } else { "odd" }, n))).unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"a":1,"even":9998,"odd":9999}"#);
}

#[test]
fn r09_a_key_written_as_often_as_a_cookie_has_bytes_counts_once() {
    let (manager, session) = session_with(r#"{"a":1}"#);

    session.write(&raw(&format!("{{{}}}", [r#""b":2"#; 4096].join(",")))).unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"b":2}"#);
}

// A session from a VelociPy server, which allows any size: larger than this library signs, and small enough to be read

/// Almost as large as a cookie that is still read can be: 4096 bytes with its `=`, and 46 more of attributes.
fn oversize() -> String {
    let data = format!(r#"{{"small":1,"k":"{}"}}"#, "x".repeat(2994));
    let cookie = cookie(&data);
    assert_eq!(cookie.len(), 4096);
    cookie
}

fn oversize_session(config: CookieConfig) -> (SessionManager, Session) {
    let manager = manager_of(config);
    let session = manager.load([oversize()]);
    assert_eq!(session.len(), 2);
    (manager, session)
}

#[test]
fn r09_an_oversize_session_is_read() {
    let (manager, session) = oversize_session(CookieConfig::default());

    assert_eq!(session.get("small"), Ok(Some(1)));
    assert_eq!(session.get("k"), Ok(Some("x".repeat(2994))));
    assert_eq!(save(&manager, &session), None);
}

#[test]
fn r09_a_write_that_makes_an_oversize_session_smaller_is_never_refused() {
    let shrinking: [Call; 7] = [
        ("remove", |s| {
            assert!(s.remove("small"));
            Ok(())
        }),
        ("take", |s| s.take::<i32>("small").map(|_| ())),
        ("insert", |s| fill(s, 2993)),
        ("update", |s| s.update("k", |k: &mut String| k.truncate(2993))),
        ("extend", |s| s.extend([("k", "x".repeat(2992)), ("small", String::new())])),
        ("write", |s| s.write(&BTreeMap::from([("k", "x".repeat(2994))]))),
        ("two steps", |s| {
            s.remove("small");
            fill(s, 2980)
        }),
    ];
    for (call, shrink) in shrinking {
        let (manager, session) = oversize_session(CookieConfig::default());

        let (cookie, log) = logged(|| {
            assert_eq!(shrink(&session), Ok(()), "{call}");
            save(&manager, &session).unwrap_or_else(|| panic!("{call} is lost"))
        });

        assert!(matches!(manager.load([pair(&cookie)]).origin(), Origin::Verified { .. }), "{call}");
        assert_eq!(lines(&log, "WARN").len(), 1, "still larger than browsers are sure to keep: {log}");
    }
}

#[test]
fn r09_an_oversize_session_that_shrinks_a_little_is_still_a_session_at_the_next_request() {
    for config in [CookieConfig::default(), CookieConfig::default().with_max_lifetime(seconds(86_400))] {
        let manager = manager_of(config.clone());
        let session = manager.load([oversize()]);
        fill(&session, 2993).unwrap();
        let cookie = save(&manager, &session).unwrap_or_else(oversize);

        let next = manager.load([pair(&cookie)]);

        assert!(
            matches!(next.origin(), Origin::Verified { .. }),
            "{:?} of {} bytes: {config:?}",
            next.origin(),
            pair(&cookie).len()
        );
    }
}

#[test]
fn r09_an_oversize_session_whose_cookie_is_the_largest_that_can_come_back_is_sent() {
    let manager = manager_of(CookieConfig::default().with_name("sessions").with_max_lifetime(seconds(86_400)));
    let session = manager.load([format!("sessions={}", token(&format!(r#"{{"k":"{}"}}"#, "x".repeat(2990)), NOW))]);
    fill(&session, 2989).unwrap();

    let cookie = save(&manager, &session).unwrap();

    assert_eq!(pair(&cookie).len(), 4096 + "=".len());
    assert!(matches!(manager.load([pair(&cookie)]).origin(), Origin::Verified { .. }));
}

#[test]
fn r09_an_oversize_session_that_shrinks_below_the_limit_is_saved_without_a_warning() {
    let (manager, session) = oversize_session(CookieConfig::default());

    let (cookie, log) = logged(|| {
        fill(&session, 100).unwrap();
        save(&manager, &session)
    });

    assert!(cookie.is_some());
    assert_eq!(log.lines().count(), lines(&log, "DEBUG").len(), "{log}");
}

#[test]
fn r09_an_oversize_session_is_emptied_and_removed_as_any_other() {
    let (manager, session) = oversize_session(CookieConfig::default());

    session.clear();

    assert!(save(&manager, &session).unwrap().starts_with("session=; Max-Age=0"));
}

#[test]
fn r09_a_write_that_makes_an_oversize_session_larger_is_refused() {
    let (manager, session) = oversize_session(CookieConfig::default());

    assert!(matches!(session.insert("n", 1), Err(SessionError::TooLarge { limit: 4096, .. })));
    assert!(matches!(session.insert("small", 10), Err(SessionError::TooLarge { limit: 4096, .. })));
    assert_eq!(session.insert("small", 1), Ok(()), "no change, no size");
    assert_eq!(session.len(), 2);
    assert_eq!(save(&manager, &session), None);
}

#[test]
fn r09_after_shrinking_a_little_growing_again_is_refused() {
    let (_, session) = oversize_session(CookieConfig::default());
    fill(&session, 2980).unwrap();

    assert!(matches!(fill(&session, 2981), Err(SessionError::TooLarge { limit: 4096, .. })));
    assert_eq!(session.get("k"), Ok(Some("x".repeat(2980))));
}

#[test]
fn r09_a_lifetime_that_cannot_fit_is_refused() {
    let (manager, session) = oversize_session(CookieConfig::default());

    assert!(matches!(
        session.set_lifetime(Lifetime::For(seconds(60))),
        Err(SessionError::TooLarge { limit: 4096, .. })
    ));
    assert_eq!(save(&manager, &session), None);
}

// A cookie that nothing but its age would change

/// The answer keeps the browser's cookie, says so in the log, and still says that it depends on it.
fn assert_skipped_and_logged(manager: &SessionManager, session: &Session) {
    let (answer, log) = logged(|| manager.save(session).unwrap());
    assert_eq!(answer.set_cookie(), None);
    assert_eq!(header(&answer, "vary", &[], &[]).as_deref(), Some("Cookie"));
    assert_eq!(header(&answer, "cache-control", &[], &[]), None);
    assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
    assert!(log.contains("too large"), "{log}");
}

#[test]
fn r09_a_renewal_that_cannot_fit_is_skipped_and_logged() {
    let (manager, session) = oversize_session(CookieConfig::default());

    session.renew();

    assert_skipped_and_logged(&manager, &session);
}

#[test]
fn r09_a_refresh_that_cannot_fit_is_skipped_and_logged() {
    let (manager, session) = oversize_session(CookieConfig::default().with_refresh(Refresh::After(Duration::ZERO)));

    assert_skipped_and_logged(&manager, &session);
}

#[test]
fn r09_a_re_sign_after_rotation_that_cannot_fit_is_skipped_and_logged() {
    let config = CookieConfig::default();
    let manager = SessionManager::new(old_key(), config).unwrap().with_fallback_keys([key()]).unwrap().with_clock(now);
    let session = manager.load([oversize()]);
    assert_eq!(session.len(), 2);

    assert_skipped_and_logged(&manager, &session);
}

#[test]
fn r09_a_session_of_exactly_4096_bytes_now_is_refreshed_whatever_it_could_become() {
    let data = format!(r#"{{"k":"{}"}}"#, "x".repeat(2969));
    let manager = manager_of(CookieConfig::default().with_refresh(Refresh::After(Duration::ZERO)));
    let session = manager.load([cookie(&data)]);
    assert_eq!(session.len(), 1);

    assert_eq!(save(&manager, &session).unwrap().len(), 4096);

    let data = format!(r#"{{"k":"{}"}}"#, "x".repeat(2970));
    let session = manager.load([cookie(&data)]);
    assert_eq!(session.len(), 1);
    assert_skipped_and_logged(&manager, &session);
}

// A value that could not be read back

/// So many arrays in each other.
fn nested(levels: usize) -> Box<serde_json::value::RawValue> {
    raw(&format!("{}{}", "[".repeat(levels), "]".repeat(levels)))
}

#[test]
fn r09_a_value_of_126_levels_is_stored_and_read_and_one_of_127_is_refused_by_every_call() {
    type Store = fn(&Session, &str, usize) -> Result<(), SessionError>;
    let calls: [Store; 5] = [
        |s, key, levels| s.insert(key, nested(levels)),
        |s, key, levels| s.extend([(key, nested(levels))]),
        |s, key, levels| s.write(&BTreeMap::from([(key, nested(levels))])),
        |s, key, levels| s.get_or_insert_with(key, || nested(levels)).map(drop),
        |s, key, levels| s.update(key, |value: &mut serde_json::Value| *value = deep_value(levels)),
    ];
    for store in calls {
        let (_, session) = session_with(r#"{"a":1}"#);

        assert_eq!(store(&session, "deep", 127), Err(SessionError::TooDeep { limit: 126 }));
        assert!(!session.contains_key("deep"));

        assert_eq!(store(&session, "deep", 126), Ok(()));
        assert!(session.get::<serde_json::Value>("deep").unwrap().is_some());
        assert!(session.read::<serde_json::Value>().is_ok());
    }
}

fn deep_value(levels: usize) -> serde_json::Value {
    (0..levels).fold(serde_json::Value::Null, |value, _| serde_json::Value::Array(vec![value]))
}

#[test]
fn r09_no_string_hides_a_level() {
    let deep = |string: &str| format!("[{string},{}1{}]", "[".repeat(126), "]".repeat(126));
    for string in [r#""""#, r#""]]]]""#, r#""}}}}""#, r#""\"""#, r#""\\""#, r#""\\\"]]""#] {
        let (_, session) = session_with("{}");

        assert_eq!(session.insert("a", raw(&deep(string))), Err(SessionError::TooDeep { limit: 126 }), "{string}");
    }
}

#[test]
fn r09_brackets_in_strings_are_no_levels() {
    let (_, session) = session_with("{}");

    assert_eq!(session.insert("text", "[".repeat(500) + "\\\"[{"), Ok(()));
    assert_eq!(session.insert("text", "\"".to_owned() + &"[".repeat(500)), Ok(()));
    assert_eq!(session.insert("brackets", raw(r#"{"\"[":["\\",[]],"b":[{}]}"#)), Ok(()));
}

/// Comparing an escaped key decodes it, which allocates: so allocations count comparisons, on every machine alike.
#[test]
fn r09_a_refused_call_makes_a_number_of_comparisons_that_grows_linearly_whatever_its_keys_look_like() {
    type Refused = fn(&Session, &[(String, u8)]) -> Result<(), SessionError>;
    let calls: [(&str, Refused); 2] = [
        ("extend", |s, pairs| s.extend(pairs.iter().map(|(key, value)| (key, value)))),
        ("write", |s, pairs| s.write(&Pairs(pairs))),
    ];
    type Keys = (usize, fn(usize) -> String);
    let keys: [Keys; 3] = [
        (100_000, |n| format!("\u{1}{n}")),
        (16_384, |n| format!("{n:06}\n")),
        (16_384, |n| format!("\"{}\\", n % 3_000)),
    ];
    let escaped_members: Vec<String> = (0..200).map(|n| format!(r#""\u0001{n}":0"#)).collect();
    for (call, refused) in calls {
        for (most, key) in keys {
            for count in [4_096, most] {
                let pairs: Vec<(String, u8)> = (0..count).map(|n| (key(n), 1)).collect();
                let (_, session) = session_with(&format!("{{{}}}", escaped_members.join(",")));
                assert_eq!(session.len(), 200);

                let made = allocation_counter::measure(|| {
                    assert!(matches!(refused(&session, &pairs), Err(SessionError::TooLarge { .. })));
                });

                let limit = 16 * (count as u64 + 200);
                assert!(made.count_total < limit, "{call} of {count} such as {:?}: {}", key(1), made.count_total);
            }
        }
    }
}

/// An object of these members, in their order, repeated keys included.
struct Pairs<'a>(&'a [(String, u8)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
