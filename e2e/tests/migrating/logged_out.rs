//! The page's table of who is logged out. Each cookie was made by the release that the page names, with the secret of the test.

use session_cookie::{CookieConfig, Key, Origin, Session, SessionManager};

fn load(cookie: &str) -> Session {
    let key = Key::new("migrating-from-others-0123456789abcdef").unwrap();
    let manager = SessionManager::new(key, CookieConfig::default().with_max_age(None)).unwrap();
    manager.load([cookie])
}

fn is_refused(cookie: &str) {
    let session = load(cookie);
    assert!(session.is_empty());
    assert!(matches!(session.origin(), Origin::Rejected(_)), "{:?}", session.origin());
}

#[test]
fn a_user_of_velocipy_stays_logged_in() {
    let session = load(
        "session=eyJkIjp7InVzZXJfaWQiOiI0MiJ9LCJ0IjoxNzAwMDAwMDAwLjI1fQ.qcIcG5OmwG-qKJ7OhKdKk0xePOl6uo6t4yCqSiWAEns",
    );
    assert_eq!(session.get::<String>("user_id").unwrap().as_deref(), Some("42"));
}

#[test]
fn a_user_of_starlette_is_logged_out() {
    is_refused("session=eyJ1c2VyX2lkIjogIjQyIn0=.awgAWA.WTmAAieEAnrSWSp7aQUyaCnBpQY");
}

#[test]
fn a_user_of_flask_is_logged_out() {
    is_refused("session=eyJ1c2VyX2lkIjoiNDIifQ.awgAWA.tWcVy5JxNrap-OTAnn5u_JvY-y4");
}

#[test]
fn a_user_of_express_session_is_logged_out() {
    is_refused("session=s%3Aua-ngIo86K04eymxdnDkOKkBmswit-ke.Z2RTJjj47JHnejE3Aqv6zP%2BzYxE5yc36sI0V7%2BhHF%2FI");
}

#[test]
fn a_user_of_cookie_session_is_logged_out() {
    is_refused("session=eyJ1c2VyX2lkIjoiNDIifQ==; session.sig=ko4erXyVkwjq3irwGoMctqeW4wQ");
}
