//! What callers may rely on without reading the code.

use session_cookie_axum::{ResponseFuture, Session, SessionError, SessionLayer, SessionService};

fn is_send_sync_and_unpin<T: Send + Sync + Unpin + 'static>() {}
fn is_clone_and_debug<T: Clone + std::fmt::Debug>() {}
fn is_error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn public_types_are_send_sync_and_unpin() {
    is_send_sync_and_unpin::<Session>();
    is_send_sync_and_unpin::<SessionError>();
    is_send_sync_and_unpin::<SessionLayer>();
    is_send_sync_and_unpin::<SessionService<()>>();
    is_send_sync_and_unpin::<ResponseFuture<()>>();
}

#[test]
fn public_types_are_clone_and_debug() {
    is_clone_and_debug::<Session>();
    is_clone_and_debug::<SessionError>();
    is_clone_and_debug::<SessionLayer>();
    is_clone_and_debug::<SessionService<()>>();
}

#[test]
fn the_error_fits_a_box_of_errors() {
    is_error::<SessionError>();
}
