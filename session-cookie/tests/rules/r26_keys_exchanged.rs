//! Rule 26: keys are exchanged while the server runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use session_cookie::{ConfigError, CookieConfig, DecodeError, Key, KeyInUse, Origin, SessionManager, UnixTime};

use crate::common::*;

const NEW_SECRET: &str = "the secret that signs after these tests";

fn new_key() -> Key {
    Key::new(NEW_SECRET).unwrap()
}

fn no_keys() -> [Key; 0] {
    []
}

fn is_accepted(manager: &SessionManager, secret: &str) -> bool {
    matches!(manager.load([signed_by(secret)]).origin(), Origin::Verified { .. })
}

fn of_sibling(secret: &str) -> String {
    let key = mac(secret, "session-codec/derive/v1\0session-cookie/sibling/v1\0oauth");
    format!("oauth={}", sign(key, envelope(r#"{"a":1}"#, NOW)))
}

#[test]
fn r26_new_keys_sign_and_verify_from_the_next_request_on() {
    let manager = manager();
    assert!(is_accepted(&manager, SECRET) && !is_accepted(&manager, NEW_SECRET));

    manager.set_keys(new_key(), [old_key()]).unwrap();

    assert!(!is_accepted(&manager, SECRET));
    assert_eq!(key_index(&manager, NEW_SECRET), 0);
    assert_eq!(key_index(&manager, OLD_SECRET), 1);
    let session = manager.new_session();
    session.insert("a", 1).unwrap();
    assert_eq!(pair(&save(&manager, &session).unwrap()), signed_by(NEW_SECRET));
}

#[test]
fn r26_new_keys_reach_clones_siblings_and_variants_whichever_of_them_got_them() {
    type Made = fn(&SessionManager) -> SessionManager;
    let others: [(&str, Made); 3] = [
        ("clone", |manager| manager.clone()),
        ("sibling", |manager| manager.sibling(CookieConfig::default().with_name("oauth")).unwrap()),
        ("with_clock", |manager| manager.clone().with_clock(now)),
    ];
    let accepts_new_alone = |manager: &SessionManager, name: &str| match name {
        "sibling" => {
            manager.load([of_sibling(SECRET)]).is_empty() && !manager.load([of_sibling(NEW_SECRET)]).is_empty()
        }
        _ => !is_accepted(manager, SECRET) && is_accepted(manager, NEW_SECRET),
    };
    for (name, other) in others {
        for is_set_on_other in [false, true] {
            let manager = manager();
            let other = other(&manager);
            // Both have made sessions with the key before.
            assert!(!accepts_new_alone(&manager, "") && !accepts_new_alone(&other, name), "{name}");

            let target = if is_set_on_other { &other } else { &manager };
            target.set_keys(new_key(), no_keys()).unwrap();

            assert!(accepts_new_alone(&manager, ""), "{name}");
            assert!(accepts_new_alone(&other, name), "{name}");
        }
    }
}

#[test]
fn r26_with_fallback_keys_begins_keys_for_the_manager_that_it_returns() {
    let earlier = manager();
    let sibling = earlier.sibling(CookieConfig::default().with_name("oauth")).unwrap();
    let manager = earlier.clone().with_fallback_keys([old_key()]).unwrap();
    assert!(sibling.load([of_sibling(OLD_SECRET)]).is_empty(), "it was made before");

    manager.set_keys(new_key(), no_keys()).unwrap();

    assert!(is_accepted(&manager, NEW_SECRET) && !is_accepted(&manager, SECRET));
    assert!(is_accepted(&earlier, SECRET) && !is_accepted(&earlier, NEW_SECRET));
    assert!(!sibling.load([of_sibling(SECRET)]).is_empty());
}

#[test]
fn r26_a_refused_exchange_leaves_all_keys_as_they_are() {
    let manager = rotated(CookieConfig::default());
    let nine = (1..=9).map(|n| Key::new(fallback_secret(n)).unwrap());

    assert_eq!(manager.set_keys(new_key(), nine), Err(ConfigError::TooManyFallbackKeys { limit: 8 }));

    assert!(is_accepted(&manager, SECRET) && is_accepted(&manager, OLD_SECRET));
    assert!(!is_accepted(&manager, NEW_SECRET) && !is_accepted(&manager, &fallback_secret(1)));
    let eight = (1..=8).map(|n| Key::new(fallback_secret(n)).unwrap());
    assert_eq!(manager.set_keys(new_key(), eight), Ok(()));
    assert_eq!(key_index(&manager, &fallback_secret(8)), 8);
}

#[test]
fn r26_a_request_is_opened_and_signed_with_the_keys_that_were_there_when_it_came() {
    let manager = manager();
    // A thief has `SECRET`, and its operator exchanges it while the thief's request runs.
    let forged = cookie(r#"{"user_id":"admin"}"#);
    let touched_before = manager.load([&forged]);
    assert_eq!(user(&touched_before).as_deref(), Some("admin"));
    let touched_after = manager.load([&forged]);

    manager.set_keys(new_key(), no_keys()).unwrap();

    for session in [touched_before, touched_after] {
        session.insert("b", 2).unwrap();
        session.renew();
        let set_cookie = save(&manager, &session).unwrap();
        // What leaves is signed with the key that is gone, so that it is worth nothing.
        assert_eq!(pair(&set_cookie), cookie(r#"{"user_id":"admin","b":2}"#));
        let next = manager.load([pair(&set_cookie)]);
        assert_eq!(next.origin(), Origin::Rejected(DecodeError::InvalidSignature));
    }
}

/// What a forged session holds may be copied into another one, so that one must not get the new keys either.
#[test]
fn r26_all_sessions_of_a_request_have_the_keys_that_were_there_when_the_first_was_begun() {
    for is_main_outside in [true, false] {
        let main = manager();
        let sibling = main.sibling(CookieConfig::default().with_name("oauth")).unwrap();
        let (outer, inner) = if is_main_outside { (&main, &sibling) } else { (&sibling, &main) };
        let (of_outer, outer_save) = outer.begin(None, NO_HEADERS);
        let other = manager_of(CookieConfig::default().with_name("other"));
        let (of_other, _other_save) = other.begin(Some(&of_outer), NO_HEADERS);

        main.set_keys(new_key(), no_keys()).unwrap();
        let (of_inner, inner_save) = inner.begin(Some(&of_other), NO_HEADERS);

        for (manager, session, save) in [(outer, of_outer, outer_save), (inner, of_inner, inner_save)] {
            session.insert("user_id", "admin").unwrap();
            let answer = save.unwrap().save().unwrap();
            let next = manager.load([pair(answer.set_cookie().unwrap())]);
            assert_eq!(next.origin(), Origin::Rejected(DecodeError::InvalidSignature), "{is_main_outside}");
            assert!(manager.cookie_for(&serde_json::json!({"a": 1})).is_ok_and(|own| !manager.load([own]).is_empty()));
        }
    }
}

#[test]
fn r26_a_session_that_was_discarded_is_opened_with_the_same_keys_again() {
    let manager = manager();
    let session = manager.load([cookie(r#"{"user_id":"alice"}"#)]);
    session.clear();

    manager.set_keys(new_key(), no_keys()).unwrap();
    session.discard().unwrap();

    assert_eq!(user(&session).as_deref(), Some("alice"));
}

#[test]
fn r26_no_request_is_refused_while_keys_turn_in_the_right_order() {
    let manager = manager();
    let sibling = manager.sibling(CookieConfig::default().with_name("oauth")).unwrap();
    let is_over = AtomicBool::new(false);

    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    for manager in [&manager, &sibling] {
                        let cookie = manager.cookie_for(&serde_json::json!({"user_id": "alice"})).unwrap();
                        assert_eq!(user(&manager.load([cookie])).as_deref(), Some("alice"));
                    }
                }
            });
        }
        for _ in 0..200 {
            // A cookie is at most one exchange old, so each set has the key of the one before and of the one after.
            manager.set_keys(key(), [new_key()]).unwrap();
            thread::yield_now();
            manager.set_keys(new_key(), [key()]).unwrap();
            thread::yield_now();
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn r26_an_exchange_logs_all_new_keys_and_warns_of_an_example_that_is_new() {
    let manager = manager();
    let example = || Key::new("an example secret of 32 bytes or more").unwrap();

    let ((), log) = logged(|| manager.set_keys(new_key(), [key(), old_key()]).unwrap());
    assert_keys_logged(&log, &new_key(), &[&key(), &old_key()]);
    assert_eq!(lines(&log, "WARN"), [""; 0]);

    let ((), log) = logged(|| manager.set_keys(new_key(), [example()]).unwrap());
    assert_eq!(lines(&log, "WARN").len(), 1, "{log}");
    let ((), log) = logged(|| manager.set_keys(example(), [new_key()]).unwrap());
    assert_eq!((lines(&log, "WARN").len(), lines(&log, "INFO").len()), (0, 1), "it was warned of: {log}");
}

/// A manager with the key that signs, and the fallback keys.
fn with(key: &Key, fallback_keys: &[&Key]) -> SessionManager {
    let manager = SessionManager::new(key.clone(), CookieConfig::default()).unwrap();
    manager.with_fallback_keys(fallback_keys.iter().map(|&key| key.clone())).unwrap()
}

/// Whether each instance of such a fleet accepts the sessions of every other one.
fn share_sessions(fleet: &[SessionManager]) -> bool {
    let cookies = fleet.iter().map(|manager| manager.cookie_for(&serde_json::json!({"a": 1})).unwrap());
    cookies.into_iter().all(|cookie| fleet.iter().all(|manager| !manager.load([&cookie]).is_empty()))
}

#[test]
fn r26_a_rotation_that_changes_one_file_in_each_phase_loses_no_session_on_the_way() {
    let (old, new) = (&old_key(), &new_key());
    let before = with(old, &[]);
    let phase_1 = with(old, &[old, new]);
    let phase_2 = with(new, &[old, new]);
    let phase_3 = with(new, &[]);

    assert!(share_sessions(&[before, phase_1.clone()]));
    assert!(share_sessions(&[phase_1, phase_2.clone()]));
    // After the wait, in which every session was signed with the new key or expired.
    assert!(share_sessions(&[phase_2, phase_3]));
}

#[test]
fn r26_a_phase_that_changes_both_files_loses_sessions_in_between_whichever_is_the_first() {
    let (old, new) = (&old_key(), &new_key());
    let (phase_1, phase_2) = (with(old, &[new]), with(new, &[old]));
    assert!(share_sessions(&[phase_1.clone(), phase_2.clone()]));

    for between in [with(old, &[old]), with(new, &[new])] {
        assert!(!share_sessions(&[phase_1.clone(), between, phase_2.clone()]));
    }
}

// Which key is still of use

/// Whether each key verified something, and when.
fn last_verified(manager: &SessionManager) -> Vec<Option<u64>> {
    manager.keys_in_use().iter().map(|key| key.last_verified.map(UnixTime::as_secs)).collect()
}

#[test]
fn r26_keys_in_use_tells_for_each_key_when_it_last_verified_a_session() {
    let clock = Clock::at(NOW);
    let manager = clock.manager(CookieConfig::default()).with_fallback_keys([old_key(), new_key()]).unwrap();
    let fingerprint = |key: Key| key.fingerprint().to_string();
    let fingerprints: Vec<String> =
        manager.keys_in_use().into_iter().map(|KeyInUse { fingerprint, .. }| fingerprint).collect();
    assert_eq!(fingerprints, [key(), old_key(), new_key()].map(fingerprint));
    assert_eq!(last_verified(&manager), [None, None, None]);

    let untouched = manager.load([signed_by(SECRET)]);
    assert_eq!(last_verified(&manager), [None, None, None], "nothing was verified yet");
    read(&untouched);
    assert_eq!(last_verified(&manager), [Some(NOW), None, None]);
    clock.set(NOW + 9);
    assert!(is_accepted(&manager, OLD_SECRET));
    assert_eq!(last_verified(&manager), [Some(NOW), Some(NOW + 9), None]);
    clock.set(NOW + 5);
    assert!(is_accepted(&manager, OLD_SECRET));
    assert_eq!(last_verified(&manager), [Some(NOW), Some(NOW + 5), None], "a clock that was ahead was set back");
}

#[test]
fn r26_keys_in_use_counts_no_cookie_that_is_no_session() {
    let manager = rotated(CookieConfig::default());
    let junk = [
        signed_by(STRANGE_SECRET),
        cookie_of("{}", NOW - 3601),
        old_cookie("{}", NOW + 3600),
        signed_cookie("[]"),
        "session=".to_owned(),
    ];

    junk.iter().for_each(|cookie| read(&manager.load([cookie])));

    assert_eq!(last_verified(&manager), [None, None]);
}

#[test]
fn r26_keys_in_use_counts_siblings_and_outlives_an_exchange() {
    let manager = rotated(CookieConfig::default());
    let sibling = manager.sibling(CookieConfig::default().with_name("oauth")).unwrap();
    read(&sibling.load([of_sibling(OLD_SECRET)]));
    assert_eq!(last_verified(&manager), [None, Some(NOW)]);

    manager.set_keys(new_key(), [old_key()]).unwrap();

    assert_eq!(last_verified(&manager), [None, Some(NOW)], "the old key stayed");
    assert_eq!(last_verified(&sibling), [None, Some(NOW)]);
}

#[test]
fn r26_keys_in_use_counts_what_the_keys_verified_since_they_were_added() {
    let earlier = manager();
    assert!(is_accepted(&earlier, SECRET));
    let manager = earlier.clone().with_fallback_keys([old_key()]).unwrap();
    assert_eq!(last_verified(&manager), [None, None], "its keys are other ones than those of the manager before");

    assert!(is_accepted(&manager, SECRET) && is_accepted(&manager, OLD_SECRET));
    let later = manager.clone().with_fallback_keys([new_key()]).unwrap();

    assert_eq!(last_verified(&earlier), [Some(NOW)]);
    assert_eq!(last_verified(&manager), [Some(NOW), Some(NOW)]);
    assert_eq!(last_verified(&later), [None, None, None]);
    manager.set_keys(key(), no_keys()).unwrap();
    manager.set_keys(key(), [old_key()]).unwrap();
    assert_eq!(last_verified(&manager), [Some(NOW), None], "it was gone meanwhile");
}
