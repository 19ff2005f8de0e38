//! Rule 25: sessions of different names in one handler, each with its own cookie, options and key.

use session_cookie::{ConfigError, CookieConfig, DecodeError, Origin, SameSite, SessionManager};

use crate::common::*;

fn named(name: &str) -> CookieConfig {
    CookieConfig::default().with_name(name)
}

fn oauth(manager: &SessionManager) -> SessionManager {
    manager.sibling(named("oauth").with_max_age(seconds(600))).unwrap()
}

/// The secret of the sibling of this name, computed by nothing but HMAC-SHA256.
fn sibling_secret(secret: &str, name: &str) -> [u8; 32] {
    mac(secret, &format!("session-codec/derive/v1\0session-cookie/sibling/v1\0{name}"))
}

/// A cookie of the sibling `oauth` with a session `{"a":1}`.
fn oauth_cookie(secret: &str) -> String {
    format!("oauth={}", sign(sibling_secret(secret, "oauth"), envelope(r#"{"a":1}"#, NOW)))
}

#[test]
fn r25_a_sibling_signs_with_the_key_that_is_derived_for_its_name() {
    let oauth = oauth(&manager());
    let session = oauth.load(NO_HEADERS);
    session.insert("a", 1).unwrap();

    assert_eq!(pair(&save(&oauth, &session).unwrap()), oauth_cookie(SECRET));
}

#[test]
fn r25_a_sibling_accepts_what_each_key_of_the_family_derives() {
    let oauth = oauth(&rotated(CookieConfig::default()));

    for (index, secret) in [SECRET, OLD_SECRET].into_iter().enumerate() {
        let origin = oauth.load([oauth_cookie(secret)]).origin();
        let Origin::Verified { key_index, .. } = origin else { panic!("{origin:?}") };
        assert_eq!(key_index, index);
    }
    assert_eq!(oauth.load([oauth_cookie(STRANGE_SECRET)]).origin(), Origin::Rejected(DecodeError::InvalidSignature));
}

#[test]
fn r25_the_cookies_of_siblings_can_not_be_swapped() {
    let main = manager();
    let managers = [main.clone(), main.sibling(named("oauth")).unwrap(), main.sibling(named("shop")).unwrap()];
    let names = ["session", "oauth", "shop"];

    for (from, name) in managers.iter().zip(names) {
        let cookie = from.cookie_for(&serde_json::json!({"user_id": "alice"})).unwrap();
        for (to, other) in managers.iter().zip(names) {
            let session = to.load([cookie.replacen(name, other, 1)]);
            match name == other {
                true => assert_eq!(user(&session).as_deref(), Some("alice")),
                false => {
                    assert_eq!(session.origin(), Origin::Rejected(DecodeError::InvalidSignature), "{name} {other}")
                }
            }
        }
    }
}

#[test]
fn r25_a_sibling_has_options_of_its_cookie_alone() {
    let main = manager_of(CookieConfig::default().with_same_site(SameSite::Strict).with_secure(true));
    let oauth = main.sibling(named("oauth").with_path("/login").with_max_age(seconds(600))).unwrap();
    let (of_main, of_oauth) = (main.new_session(), oauth.new_session());
    of_main.insert("a", 1).unwrap();
    of_oauth.insert("a", 1).unwrap();

    let attributes = |set_cookie: String| set_cookie.split_once("; ").unwrap().1.to_owned();
    assert_eq!(attributes(save(&main, &of_main).unwrap()), "Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Strict");
    assert_eq!(attributes(save(&oauth, &of_oauth).unwrap()), "Max-Age=600; Path=/login; HttpOnly; SameSite=Lax");
}

#[test]
fn r25_a_sibling_goes_by_the_clock_of_its_manager() {
    let clock = Clock::at(NOW);
    let oauth = oauth(&clock.manager(CookieConfig::default()));

    clock.set(NOW + 600);
    assert!(!oauth.load([oauth_cookie(SECRET)]).is_empty());
    clock.set(NOW + 601);
    assert_eq!(oauth.load([oauth_cookie(SECRET)]).origin(), Origin::Rejected(DecodeError::Expired));
}

#[test]
fn r25_a_sibling_is_refused_the_name_of_its_manager() {
    let main = manager();
    let refused = |name: &str| Some(ConfigError::SiblingName(name.to_owned()));

    assert_eq!(main.sibling(named("session")).err(), refused("session"));
    assert_eq!(oauth(&main).sibling(named("session")).err(), refused("session"), "of a sibling's sibling too");
    assert_eq!(oauth(&main).sibling(named("oauth")).err(), refused("oauth"));
    let message = refused("session").unwrap().to_string();
    assert_eq!(
        message,
        r#"name is "session", which is the name of the manager that this is a sibling of; choose another"#
    );
}

#[test]
fn r25_the_options_of_a_sibling_are_checked_as_those_of_a_manager() {
    assert_eq!(manager().sibling(named("a b")).err(), Some(ConfigError::Name("a b".to_owned())));
}

#[test]
fn r25_two_siblings_of_one_name_read_each_others_cookies() {
    // actix-web calls its factory once a worker.
    let main = manager();
    let cookie = oauth(&main).cookie_for(&serde_json::json!({"user_id": "alice"})).unwrap();

    assert_eq!(user(&oauth(&main).load([&cookie])).as_deref(), Some("alice"));
    let of_a_sibling = main.sibling(named("shop")).unwrap();
    assert_eq!(user(&oauth(&of_a_sibling).load([&cookie])).as_deref(), Some("alice"), "made from a sibling");
}

#[test]
fn r25_siblings_in_one_request_are_no_twins_and_each_sends_its_cookie() {
    let main = manager();
    let oauth = oauth(&main);

    let ((), log) = logged(|| {
        let (of_main, main_save) = main.begin(None, [cookie(r#"{"a":1}"#)]);
        let (of_oauth, oauth_save) = oauth.begin(Some(&of_main), [oauth_cookie(SECRET)]);
        of_main.insert("b", 2).unwrap();
        of_oauth.clear();

        let removal = oauth_save.unwrap().save().unwrap();
        assert!(removal.set_cookie().unwrap().starts_with("oauth=; Max-Age=0;"));
        assert!(main_save.unwrap().save().unwrap().set_cookie().unwrap().starts_with("session="));
    });

    assert_eq!(lines(&log, "ERROR"), [""; 0]);
}

#[test]
fn r25_a_sibling_and_another_manager_of_its_name_are_twins() {
    let main = manager();
    let (of_main, _main_save) = main.begin(None, NO_HEADERS);

    let ((), log) = logged(|| {
        let (of_oauth, _oauth_save) = oauth(&main).begin(Some(&of_main), NO_HEADERS);
        let _other = manager_of(named("oauth")).begin(Some(&of_oauth), NO_HEADERS);
    });

    assert_eq!(lines(&log, "ERROR").len(), 1, "{log}");
}

#[test]
fn r25_the_log_tells_the_key_of_the_family_for_each_cookie() {
    let fingerprint = key().fingerprint().to_string();
    let main = manager();

    let (oauth, log) = logged(|| oauth(&main));
    assert!(log.contains(r#"cookie="oauth""#) && log.contains(&fingerprint), "{log}");
    let (_, log) = logged(|| oauth.load([oauth_cookie(STRANGE_SECRET)]).len());
    assert!(log.contains("invalid signature") && log.contains(&fingerprint), "{log}");
}
