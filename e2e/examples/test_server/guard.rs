use session_cookie::{Origin, Session, SessionError};

/// Returns whether the browser may have kept the session's cookie back: the request came without one, and another site
/// caused it.
fn may_lack_cookie(session: &Session, sec_fetch_site: Option<&str>) -> bool {
    session.origin() == Origin::New && sec_fetch_site == Some("cross-site")
}

/// Returns where to send a visitor who is not logged in, and leaves a message for that page.
pub(crate) fn guard(session: &Session, sec_fetch_site: Option<&str>) -> Result<Option<&'static str>, SessionError> {
    if session.contains_key("user_id") {
        return Ok(None);
    }
    if !may_lack_cookie(session, sec_fetch_site) {
        session.insert("message", "Please log in first.")?;
    }
    Ok(Some("/login"))
}
