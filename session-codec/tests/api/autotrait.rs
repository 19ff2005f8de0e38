//! Tests which types can cross threads and be copied, since callers rely on it.

use session_codec::json::{InvalidJson, Member};
use session_codec::{Claims, Codec, DecodeError, EncodeError, Key, KeyError, Lifetime, UnixTime, Verified};

fn is_free<T: Send + Sync + Unpin + core::panic::UnwindSafe + core::panic::RefUnwindSafe + 'static>() {}
fn is_clone<T: Clone + core::fmt::Debug>() {}
fn is_copy<T: Copy + Eq + core::fmt::Debug>() {}
fn is_error<T: core::error::Error + Copy + Eq>() {}

#[test]
fn everything_crosses_threads() {
    is_free::<Claims>();
    is_free::<Codec>();
    is_free::<DecodeError>();
    is_free::<EncodeError>();
    is_free::<InvalidJson>();
    is_free::<Key>();
    is_free::<KeyError>();
    is_free::<Lifetime>();
    is_free::<Member>();
    is_free::<UnixTime>();
    is_free::<Verified>();
}

#[test]
fn everything_is_cloned_and_shown() {
    is_clone::<Codec>();
    is_clone::<Key>();
    is_clone::<Member>();
    is_clone::<Verified>();
    is_copy::<Claims>();
    is_copy::<Lifetime>();
    is_copy::<UnixTime>();
}

#[test]
fn errors_are_small_errors() {
    is_error::<DecodeError>();
    is_error::<EncodeError>();
    is_error::<InvalidJson>();
    is_error::<KeyError>();

    assert_eq!([size_of::<DecodeError>(), size_of::<EncodeError>(), size_of::<KeyError>()], [1; 3]);
}
