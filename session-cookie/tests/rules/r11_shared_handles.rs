//! Rule 11: handles share one session, and concurrent use is safe. A call inside of an update is an error, never a
//! deadlock.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use session_cookie::{Lifetime, Session, SessionError};

use crate::common::*;

const INSIDE: SessionError = SessionError::InsideUpdate;

#[test]
fn r11_handles_share_one_session() {
    let (manager, session) = new_session();
    let clone = session.clone();

    clone.insert("a", 1).unwrap();

    assert_eq!(session.get("a"), Ok(Some(1)));
    assert_eq!(saved_data(&manager, &session), r#"{"a":1}"#);
}

#[test]
fn r11_two_loads_of_one_cookie_are_two_sessions() {
    let manager = manager();
    let first = manager.load([cookie(r#"{"a":1}"#)]);
    let second = manager.load([cookie(r#"{"a":1}"#)]);

    first.insert("a", 2).unwrap();

    assert_eq!(second.get("a"), Ok(Some(1)));
    assert_eq!(save(&manager, &second), None);
}

#[test]
fn r11_no_update_is_lost_between_threads() {
    let (manager, session) = new_session();

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    session.update("n", |n: &mut u32| *n += 1).unwrap();
                }
            });
        }
    });

    assert_eq!(saved_data(&manager, &session), r#"{"n":400}"#);
}

#[test]
fn r11_no_insert_is_lost_beside_updates() {
    let (_, session) = new_session();

    thread::scope(|scope| {
        for thread in 0..4 {
            let session = session.clone();
            scope.spawn(move || {
                for n in 0..10 {
                    session.insert(&format!("k{thread}_{n}"), n).unwrap();
                    session.update("n", |n: &mut u32| *n += 1).unwrap();
                    assert_eq!(session.get(&format!("k{thread}_{n}")), Ok(Some(n)));
                }
            });
        }
    });

    assert_eq!(session.len(), 41);
    assert_eq!(session.get("n"), Ok(Some(40)));
}

#[test]
fn r11_get_or_insert_with_puts_in_one_value_for_all_threads() {
    let (_, session) = new_session();

    let values: Vec<u32> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let session = &session;
                scope.spawn(move || session.get_or_insert_with("n", || n).unwrap())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    assert!(values.iter().all(|value| session.get("n") == Ok(Some(*value))), "{values:?}");
}

#[test]
fn r11_of_several_threads_one_takes_the_message() {
    let (_, session) = session_with(r#"{"flash":"saved"}"#);

    let taken: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| session.take::<String>("flash").unwrap())).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).count()
    });

    assert_eq!(taken, 1);
}

#[test]
fn r11_readers_see_all_of_an_extend_or_nothing() {
    let (_, session) = new_session();

    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 1..=100 {
                session.extend([("a", n), ("b", n)]).unwrap();
            }
        });
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let both: BTreeMap<String, i32> = session.read().unwrap();
                    assert_eq!(both.get("a"), both.get("b"));
                }
            });
        }
    });
}

#[test]
fn r11_of_several_threads_one_saves() {
    let (manager, session) = new_session();
    session.insert("a", 1).unwrap();

    let answers: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| manager.save(&session))).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()).count()
    });

    assert_eq!(answers, 1);
}

#[test]
fn r11_other_threads_read_while_an_update_runs() {
    let (_, session) = session_with(r#"{"n":1}"#);

    session
        .update("n", |n: &mut i32| {
            *n = 2;
            thread::scope(|scope| {
                scope.spawn(|| {
                    assert_eq!(session.get("n"), Ok(Some(1)), "the update is not over");
                    assert_eq!(session.keys(), ["n"]);
                });
            });
        })
        .unwrap();

    assert_eq!(session.get("n"), Ok(Some(2)));
}

// A write that waits for an update by another thread

#[test]
fn r11_a_write_by_another_thread_waits_for_the_update_and_is_not_lost() {
    let (_, session) = new_session();
    let (started, is_started) = mpsc::channel();

    thread::scope(|scope| {
        let writer = session.clone();
        scope.spawn(move || {
            is_started.recv().unwrap();
            writer.insert("other", 1).unwrap();
            writer.update("n", |n: &mut Vec<u8>| n.push(2)).unwrap();
        });
        session
            .update("n", move |n: &mut Vec<u8>| {
                started.send(()).unwrap();
                thread::yield_now();
                n.push(1);
            })
            .unwrap();
    });

    assert_eq!(session.get("other"), Ok(Some(1)));
    assert_eq!(session.get("n"), Ok(Some(vec![1, 2])));
}

/// Runs `update`, and in another thread an insert that begins when `update` says so. Returns what both return.
fn insert_meanwhile<R>(session: &Session, update: impl FnOnce(mpsc::Sender<()>) -> R) -> (R, Result<(), SessionError>) {
    let (started, is_started) = mpsc::channel();
    thread::scope(|scope| {
        let waiting = scope.spawn(move || {
            is_started.recv().unwrap();
            session.insert("b", 2)
        });
        let result = update(started);
        (result, waiting.join().unwrap())
    })
}

#[test]
fn r11_a_panic_inside_update_lets_a_waiting_thread_go_on() {
    let (_, session) = session_with(r#"{"a":1}"#);

    let (panicked, inserted) = insert_meanwhile(&session, |started| {
        catch_unwind(AssertUnwindSafe(|| {
            session.update("a", |_: &mut i32| {
                started.send(()).unwrap();
                thread::yield_now();
                panic!("in the closure");
            })
        }))
    });

    assert!(panicked.is_err());
    assert_eq!(inserted, Ok(()));
    assert_eq!(session.get("b"), Ok(Some(2)));
}

#[test]
fn r11_a_thread_that_waits_while_the_headers_go_out_learns_of_it() {
    let (manager, session) = session_with(r#"{"a":1}"#);

    let (updated, inserted) = insert_meanwhile(&session, |started| {
        session.update("a", |a: &mut i32| {
            *a = 2;
            let saved = save(&manager, &session);
            started.send(()).unwrap();
            saved
        })
    });

    assert_eq!(updated, Err(SessionError::ResponseSent));
    assert_eq!(inserted, Err(SessionError::ResponseSent));
}

// A call on the session inside its update

const CALLS: [Call; 9] = [
    ("get", |s| s.get::<i32>("a").map(|_| ())),
    ("read", |s| s.read::<BTreeMap<String, i32>>().map(|_| ())),
    ("insert", |s| s.insert("b", 2)),
    ("take", |s| s.take::<i32>("a").map(|_| ())),
    ("get_or_insert_with", |s| s.get_or_insert_with("b", || 2).map(|_| ())),
    ("update", |s| s.update("b", |b: &mut i32| *b += 1)),
    ("extend", |s| s.extend([("b", 2)])),
    ("write", |s| s.write(&BTreeMap::from([("b", 2)]))),
    ("set_lifetime", |s| s.set_lifetime(Lifetime::For(seconds(60)))),
];

#[test]
fn r11_a_call_with_a_result_inside_update_is_an_error() {
    for (call, inside) in CALLS {
        let (manager, session) = session_with(r#"{"a":1}"#);

        let result = session.update("a", |a: &mut i32| {
            *a += 1;
            inside(&session.clone())
        });

        assert_eq!(result, Ok(Err(INSIDE)), "{call}");
        assert_eq!(saved_data(&manager, &session), r#"{"a":2}"#, "the update itself goes on: {call}");
    }
}

#[test]
fn r11_a_call_with_a_result_inside_get_or_insert_with_is_an_error() {
    for (call, inside) in CALLS {
        let (manager, session) = session_with(r#"{"a":1}"#);

        let value = session.get_or_insert_with("n", || {
            assert_eq!(inside(&session), Err(INSIDE), "{call}");
            7
        });

        assert_eq!(value, Ok(7));
        assert_eq!(saved_data(&manager, &session), r#"{"a":1,"n":7}"#, "{call}");
    }
}

#[test]
fn r11_a_call_without_a_result_inside_update_does_nothing_and_is_logged_at_error() {
    let calls: [Step; 3] =
        [("remove", |s| assert!(!s.remove("a"))), ("clear", Session::clear), ("renew", Session::renew)];
    for (call, inside) in calls {
        let (manager, session) = session_with(r#"{"a":1}"#);

        let (result, log) = logged(|| session.update("a", |_: &mut i32| inside(&session)));

        assert_eq!(result, Ok(()));
        assert_eq!(lines(&log, "ERROR").len(), 1, "{log}");
        assert!(log.contains(call), "{log}");
        assert_eq!(session.get("a"), Ok(Some(1)));
        assert_eq!(save(&manager, &session), None, "{call}");
    }
}

#[test]
fn r11_looking_inside_update_sees_the_session_as_it_was() {
    let (_, session) = session_with(r#"{"a":1}"#);
    let origin = session.origin();

    session
        .update("b", |b: &mut i32| {
            *b = 2;
            assert_eq!(session.keys(), ["a"]);
            assert_eq!(session.len(), 1);
            assert!(!session.contains_key("b") && !session.is_empty());
            assert_eq!(session.origin(), origin);
        })
        .unwrap();

    assert_eq!(session.keys(), ["a", "b"]);
}

#[test]
fn r11_the_error_names_update() {
    assert!(INSIDE.to_string().contains("update"), "{INSIDE}");
}

#[test]
fn r11_another_session_can_be_used_inside_update() {
    let (_, session) = new_session();
    let (_, other) = new_session();

    let result = session.update("a", |a: &mut i32| {
        *a = 1;
        other.update("b", |b: &mut i32| *b = 2)
    });

    assert_eq!(result, Ok(Ok(())));
    assert_eq!(other.get("b"), Ok(Some(2)));
}

#[test]
fn r11_serialising_a_value_that_uses_the_session_is_no_deadlock() {
    struct Nosy<'a>(&'a Session);
    impl serde::Serialize for Nosy<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_u64(self.0.len() as u64)
        }
    }
    let (_, session) = session_with(r#"{"a":1}"#);

    session.insert("n", Nosy(&session)).unwrap();
    session.extend([("m", Nosy(&session))]).unwrap();
    session.write(&BTreeMap::from([("o", Nosy(&session))])).unwrap();

    assert_eq!(session.get("o"), Ok(Some(3)));
}

#[test]
fn r11_the_session_is_free_again_after_an_update_that_failed() {
    let (_, session) = session_with(r#"{"a":"text"}"#);

    session.update("a", |_: &mut i32| ()).unwrap_err();
    session.update("b", |b: &mut String| *b = "x".repeat(5000)).unwrap_err();
    session.get_or_insert_with("c", || "x".repeat(5000)).unwrap_err();

    assert_eq!(session.insert("d", 1), Ok(()));
    assert_eq!(session.keys(), ["a", "d"]);
}

// A panic in the code of a caller

#[test]
fn r11_a_panic_inside_update_changes_nothing_and_leaves_the_session_usable() {
    let (manager, session) = session_with(r#"{"a":1}"#);

    let panicked = catch_unwind(AssertUnwindSafe(|| {
        session.update("a", |a: &mut i32| {
            *a = 2;
            panic!("in the closure");
        })
    }));

    assert!(panicked.is_err());
    assert_eq!(session.get("a"), Ok(Some(1)));
    assert_eq!(session.update("a", |a: &mut i32| *a += 2), Ok(()));
    assert_eq!(saved_data(&manager, &session), r#"{"a":3}"#);
}

#[test]
fn r11_a_panic_inside_get_or_insert_with_changes_nothing_and_leaves_the_session_usable() {
    let (manager, session) = session_with(r#"{"a":1}"#);

    let panicked =
        catch_unwind(AssertUnwindSafe(|| session.get_or_insert_with("b", || -> i32 { panic!("in the closure") })));

    assert!(panicked.is_err());
    assert_eq!(session.get_or_insert_with("c", || 3), Ok(3));
    assert_eq!(saved_data(&manager, &session), r#"{"a":1,"c":3}"#);
}

#[test]
fn r11_a_panic_while_serialising_or_deserialising_leaves_the_session_usable() {
    struct Panics;
    impl serde::Serialize for Panics {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("while serialising");
        }
    }
    impl<'de> serde::Deserialize<'de> for Panics {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("while deserialising");
        }
    }
    let calls: [fn(&Session); 7] = [
        |s| s.insert("b", Panics).unwrap(),
        |s| s.extend([("b", Panics)]).unwrap(),
        |s| s.write(&Panics).unwrap(),
        |s| drop(s.get::<Panics>("a")),
        |s| drop(s.take::<Panics>("a")),
        |s| drop(s.read::<Panics>()),
        |s| drop(s.get_or_insert_with("a", || Panics)),
    ];
    for call in calls {
        let (manager, session) = session_with(r#"{"a":1}"#);

        assert!(catch_unwind(AssertUnwindSafe(|| call(&session))).is_err());

        assert_eq!(session.get("a"), Ok(Some(1)));
        session.insert("c", 3).unwrap();
        assert_eq!(saved_data(&manager, &session), r#"{"a":1,"c":3}"#);
    }
}
