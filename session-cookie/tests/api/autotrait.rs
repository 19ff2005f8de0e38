//! What callers may rely on without reading the code.

use std::error::Error;
use std::fmt::Debug;
use std::panic::{RefUnwindSafe, UnwindSafe};

use session_cookie::{
    Answer, ConfigError, CookieConfig, DecodeError, Key, KeyError, KeyInUse, Lifetime, Origin, ParseOptionError,
    PendingSave, Refresh, ResponseHeader, SameSite, SecretFlaw, Session, SessionError, SessionManager, SessionSettings,
    SettingsError, UnixTime,
};

fn is_send_sync_and_unpin<T: Send + Sync + Unpin + 'static>() {}
fn is_clone_and_debug<T: Clone + Debug>() {}
fn is_copy_and_eq<T: Copy + Eq>() {}
fn is_error<T: Error + Send + Sync + UnwindSafe + RefUnwindSafe + 'static>() {}

#[test]
fn public_types_are_send_sync_and_unpin() {
    is_send_sync_and_unpin::<Answer>();
    is_send_sync_and_unpin::<ConfigError>();
    is_send_sync_and_unpin::<CookieConfig>();
    is_send_sync_and_unpin::<DecodeError>();
    is_send_sync_and_unpin::<Key>();
    is_send_sync_and_unpin::<KeyError>();
    is_send_sync_and_unpin::<KeyInUse>();
    is_send_sync_and_unpin::<Origin>();
    is_send_sync_and_unpin::<Refresh>();
    is_send_sync_and_unpin::<ResponseHeader>();
    is_send_sync_and_unpin::<SameSite>();
    is_send_sync_and_unpin::<SecretFlaw>();
    is_send_sync_and_unpin::<Session>();
    is_send_sync_and_unpin::<SessionError>();
    is_send_sync_and_unpin::<SessionManager>();
    is_send_sync_and_unpin::<SessionSettings>();
    is_send_sync_and_unpin::<SettingsError>();
    is_send_sync_and_unpin::<UnixTime>();
    is_send_sync_and_unpin::<PendingSave>();
}

#[test]
fn public_types_are_clone_and_debug() {
    is_clone_and_debug::<Answer>();
    is_clone_and_debug::<ConfigError>();
    is_clone_and_debug::<CookieConfig>();
    is_clone_and_debug::<DecodeError>();
    is_clone_and_debug::<Key>();
    is_clone_and_debug::<KeyError>();
    is_clone_and_debug::<KeyInUse>();
    is_clone_and_debug::<Origin>();
    is_clone_and_debug::<Refresh>();
    is_clone_and_debug::<ResponseHeader>();
    is_clone_and_debug::<SameSite>();
    is_clone_and_debug::<SecretFlaw>();
    is_clone_and_debug::<Session>();
    is_clone_and_debug::<SessionError>();
    is_clone_and_debug::<SessionManager>();
    is_clone_and_debug::<SessionSettings>();
    is_clone_and_debug::<SettingsError>();
    is_clone_and_debug::<UnixTime>();
}

#[test]
fn small_types_are_copy_and_comparable() {
    is_copy_and_eq::<DecodeError>();
    is_copy_and_eq::<KeyError>();
    is_copy_and_eq::<Lifetime>();
    is_copy_and_eq::<Origin>();
    is_copy_and_eq::<ParseOptionError>();
    is_copy_and_eq::<Refresh>();
    is_copy_and_eq::<SameSite>();
    is_copy_and_eq::<SecretFlaw>();
    is_copy_and_eq::<UnixTime>();
}

#[test]
fn errors_fit_a_box_of_errors() {
    is_error::<ConfigError>();
    is_error::<DecodeError>();
    is_error::<KeyError>();
    is_error::<ParseOptionError>();
    is_error::<SessionError>();
    is_error::<SettingsError>();
}
