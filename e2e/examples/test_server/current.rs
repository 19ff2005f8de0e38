//! The session of the request that a task works on, for code that is given no request: a log subscriber, a `Deserialize`.

use std::cell::OnceCell;

use session_cookie::Session;

tokio::task_local! {
    static CURRENT: OnceCell<Session>;
}

/// Runs a request. This goes around the session's layer, so that a line which that logs at the end finds the session too.
pub(crate) fn scope<F: Future>(request: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(OnceCell::new(), request)
}

/// Keeps the session until the end of the request.
pub(crate) fn enter(session: &Session) {
    CURRENT.with(|current| {
        current.get_or_init(|| session.clone());
    });
    // An event in every request, at which the subscriber is the first to touch the session.
    tracing::debug!("the request has its session");
}

/// Returns a text in the session; `None` outside of a request too.
pub(crate) fn text(key: &str) -> Option<String> {
    CURRENT.try_with(|current| current.get()?.get(key).ok()?).ok()?
}
