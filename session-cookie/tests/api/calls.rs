//! The calls that are about the whole session, or can fail halfway.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use session_cookie::{Lifetime, Origin, Session, SessionError};

use crate::common::*;

// discard

#[test]
fn discard_takes_back_every_kind_of_change() {
    let changes: [Step; 8] = [
        ("insert", |s| s.insert("b", 2).unwrap()),
        ("remove", |s| assert!(s.remove("a"))),
        ("update", |s| s.update("a", |a: &mut i32| *a += 1).unwrap()),
        ("clear", Session::clear),
        ("clear and insert", |s| {
            s.clear();
            s.insert("user_id", "42").unwrap();
        }),
        ("renew", Session::renew),
        ("set_lifetime", |s| s.set_lifetime(Lifetime::For(seconds(60))).unwrap()),
        ("write", |s| s.write(&json!({"c": 3})).unwrap()),
    ];
    for (call, change) in changes {
        let (manager, session) = session_with(r#"{"a":1}"#);
        let origin = session.origin();
        change(&session);

        session.discard().unwrap();

        assert_eq!((session.read(), session.origin()), (Ok(json!({"a": 1})), origin), "{call}");
        assert_eq!(save(&manager, &session), None, "{call}");
    }
}

#[test]
fn discard_of_a_new_session_leaves_a_new_one() {
    let manager = manager();
    let session = manager.new_session();
    session.insert("user_id", "42").unwrap();

    session.discard().unwrap();

    assert!(session.is_empty());
    assert_eq!(save(&manager, &session), None);
}

#[test]
fn what_is_changed_after_a_discard_is_saved() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    session.insert("user_id", "42").unwrap();
    session.discard().unwrap();
    session.insert("message", "wrong code").unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"a":1,"message":"wrong code"}"#);
}

#[test]
fn discard_leaves_what_is_due_anyway() {
    let manager = rotated(refreshing(0));
    let session = manager.load([signed_by(OLD_SECRET)]);
    session.insert("b", 2).unwrap();

    session.discard().unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"a":1}"#);
}

#[test]
fn discard_logs_no_rejected_cookie_a_second_time() {
    let ((), log) = logged(|| {
        let session = manager().load(["session=junk"]);
        session.insert("a", 1).unwrap();
        session.discard().unwrap();
    });

    assert_eq!(lines(&log, "DEBUG").len(), 1, "{log}");
}

#[test]
fn discard_fails_after_the_response_and_inside_an_update() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    let inside = session.update("a", |_: &mut i32| session.discard()).unwrap();
    assert_eq!(inside, Err(SessionError::InsideUpdate));

    let _ = manager.save(&session).unwrap();
    assert_eq!(session.discard(), Err(SessionError::ResponseSent));
}

// try_update

#[test]
fn an_update_that_fails_leaves_the_session_as_it_was() {
    let (manager, session) = session_with(r#"{"n":1}"#);
    let result = session.try_update("n", |n: &mut i32| {
        *n = 2;
        Err::<(), _>("no")
    });

    assert_eq!(result, Ok(Err("no")));
    assert_eq!(session.get("n"), Ok(Some(1)));
    assert_eq!(save(&manager, &session), None);
}

#[test]
fn an_update_that_does_not_fail_changes_the_value() {
    let (manager, session) = session_with(r#"{"n":1}"#);
    let result = session.try_update("n", |n: &mut i32| {
        *n += 1;
        Ok::<_, &str>(*n)
    });

    assert_eq!(result, Ok(Ok(2)));
    assert_eq!(saved_data(&manager, &session), r#"{"n":2}"#);
}

#[test]
fn an_update_that_fails_needs_no_value_that_can_be_written() {
    let (_, session) = session_with("{}");
    let result = session.try_update("key", |map: &mut BTreeMap<Vec<u8>, u8>| {
        map.insert(vec![1], 1);
        Err::<(), _>("no")
    });

    assert_eq!(result, Ok(Err("no")));
}

// modify

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Shop {
    #[serde(alias = "basket")]
    cart: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coupon: Option<String>,
}

#[test]
fn modify_leaves_the_members_that_the_struct_does_not_have() {
    let (manager, session) = session_with(r#"{"a":1.50,"cart":["egg"],"z":{"cart":[]}}"#);
    session.modify(|shop: &mut Shop| shop.cart.push("ham".to_owned())).unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"a":1.50,"cart":["egg","ham"],"z":{"cart":[]}}"#);
}

#[test]
fn modify_removes_what_the_struct_no_longer_writes() {
    let (manager, session) = session_with(r#"{"coupon":"x","cart":[],"a":1}"#);
    session.modify(|shop: &mut Shop| shop.coupon = None).unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"cart":[],"a":1}"#);
}

#[test]
fn modify_moves_a_value_to_the_name_that_its_field_has_now() {
    let (manager, session) = session_with(r#"{"basket":["egg"],"a":1}"#);
    session.modify(|shop: &mut Shop| shop.cart.push("ham".to_owned())).unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"a":1,"cart":["egg","ham"]}"#);
}

/// Serde reads all members of such a type before it looks at their keys.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Flat {
    visits: u32,
    #[serde(flatten)]
    shop: Shop,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Visitor {
    Guest { visits: u32 },
}

impl Default for Visitor {
    fn default() -> Self {
        Self::Guest { visits: 0 }
    }
}

#[test]
fn modify_leaves_the_members_that_a_flattened_struct_or_an_enum_does_not_have() {
    let (manager, session) = session_with(r#"{"user_id":"42","basket":["egg"],"visits":1,"coupon":null}"#);
    session.modify(|flat: &mut Flat| flat.visits = 2).unwrap();
    assert_eq!(saved_data(&manager, &session), r#"{"user_id":"42","visits":2,"cart":["egg"]}"#);

    let (manager, session) = session_with(r#"{"user_id":"42","kind":"Guest","visits":1}"#);
    session.modify(|Visitor::Guest { visits }: &mut Visitor| *visits = 2).unwrap();
    assert_eq!(saved_data(&manager, &session), r#"{"user_id":"42","kind":"Guest","visits":2}"#);
}

#[test]
fn modify_leaves_the_members_that_the_closure_does_not_change() {
    let data = |n| format!(r#"{{"big":18446744073709551617,"pi":3.14159265358979323846264338,"n":{n}}}"#);
    let (manager, session) = session_with(&data(1));
    session.modify(|all: &mut Value| all["n"] = 2.into()).unwrap();

    assert_eq!(saved_data(&manager, &session), data(2));
}

#[test]
fn modify_that_leaves_nothing_where_nothing_was_changes_nothing() {
    let (manager, session) = session_with("{}");
    session.modify(|_: &mut Option<Shop>| ()).unwrap();

    assert!(manager.save(&session).unwrap().set_cookie().is_none());
}

#[test]
fn discard_does_not_touch_a_session_that_nobody_touched() {
    let (manager, session) = session_with(r#"{"a":1}"#);
    session.discard().unwrap();

    let nothing_set = |_: &'static str| [""; 0];
    assert!(manager.save(&session).unwrap().headers(nothing_set).is_empty());
}

#[test]
fn modify_that_leaves_the_struct_as_it_was_changes_nothing() {
    for data in [r#"{"basket":[ "egg" ],"a":1}"#, "{}"] {
        let (manager, session) = session_with(data);
        session.modify(|_: &mut Shop| ()).unwrap();

        assert_eq!(save(&manager, &session), None, "{data}");
    }
}

#[test]
fn modify_begins_a_new_session_with_the_default() {
    #[derive(Default, Serialize, Deserialize)]
    struct Visits {
        count: u32,
    }
    let manager = manager();
    let session = manager.new_session();
    let count = session.modify(|visits: &mut Visits| {
        visits.count += 1;
        visits.count
    });

    assert_eq!(count, Ok(1));
    assert_eq!(saved_data(&manager, &session), r#"{"count":1}"#);
}

#[test]
fn modify_through_a_map_has_every_member() {
    let (manager, session) = session_with(r#"{"a":1,"b":2}"#);
    session.modify(|map: &mut BTreeMap<String, Value>| map.remove("a")).unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"b":2}"#);
}

#[test]
fn modify_of_a_key_that_is_there_twice_reads_the_last_value() {
    let (manager, session) = session_with(r#"{"cart":[],"a":1,"cart":["egg"]}"#);
    session.modify(|shop: &mut Shop| shop.cart.push("ham".to_owned())).unwrap();

    assert_eq!(saved_data(&manager, &session), r#"{"cart":["egg","ham"],"a":1}"#);
}

#[test]
fn modify_that_fails_leaves_the_session_as_it_was() {
    let (manager, session) = session_with(r#"{"cart":"egg"}"#);
    let wrong = session.modify(|_: &mut Shop| ());
    assert!(matches!(wrong, Err(SessionError::WrongShape { key: Some(key), .. }) if key == "cart"));

    let too_large = session.modify(|map: &mut BTreeMap<String, Value>| map.insert("x".into(), "x".repeat(5000).into()));
    assert!(matches!(too_large, Err(SessionError::TooLarge { .. })));

    let (_, list) = session_with("{}");
    let not_an_object = list.modify(|list: &mut Vec<u8>| list.push(1));
    assert!(matches!(not_an_object, Err(SessionError::NotAnObject { .. })));
    assert_eq!(save(&manager, &session), None);
}

#[test]
fn modify_refuses_calls_on_the_session_inside() {
    let (_, session) = session_with("{}");

    assert_eq!(session.modify(|_: &mut Shop| session.insert("a", 1)), Ok(Err(SessionError::InsideUpdate)));
}

// read

#[test]
fn a_session_of_the_wrong_shape_names_the_key_whose_value_does_not_fit() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Account {
        name: String,
        age: u8,
    }
    for (data, key) in [
        (r#"{"name":1,"age":2}"#, Some("name")),
        (r#"{"name":"x","age":300}"#, Some("age")),
        (r#"{"name":"x","age":{"years":[2]}}"#, Some("age")),
        (r#"{"x":{"name":1},"name":"a","\u0061ge":"2"}"#, Some("age")),
        (r#"{"name":"x"}"#, None),
        ("{}", None),
    ] {
        let (_, session) = session_with(data);

        let Err(SessionError::WrongShape { key: found, .. }) = session.read::<Account>() else { panic!("{data}") };
        assert_eq!(found.as_deref(), key, "{data}");
    }
}

// Sessions without a request

#[test]
fn a_cookie_for_data_is_what_a_browser_sends_for_it() {
    let manager = manager();
    let cookie = manager.cookie_for(&json!({"user_id": "42"})).unwrap();

    let session = manager.load([&cookie]);
    assert!(matches!(session.origin(), Origin::Verified { .. }));
    assert_eq!(session.read(), Ok(json!({"user_id": "42"})));
}

#[test]
fn data_that_no_session_can_hold_has_no_cookie() {
    let manager = manager();

    assert_eq!(manager.cookie_for(&json!({})).as_deref(), Ok(""));
    assert!(matches!(manager.cookie_for(&[1]), Err(SessionError::NotAnObject { .. })));
    assert!(matches!(manager.cookie_for(&json!({"x": "x".repeat(5000)})), Err(SessionError::TooLarge { .. })));
}
