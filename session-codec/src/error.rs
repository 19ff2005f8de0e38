use core::fmt;

/// Shows an error by its message in `Debug` too, since a `main` that returns it prints its `Debug`.
macro_rules! debug_is_the_message {
    ($($error:ty),+) => {$(
        impl core::fmt::Debug for $error {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }
        impl core::error::Error for $error {}
    )+};
}
pub(crate) use debug_is_the_message;

debug_is_the_message!(DecodeError, EncodeError);

/// Why a token was refused.
///
/// A client should see no difference between these: they are for your logs. None holds a part of the token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeError {
    /// The token does not have the form `payload.signature`, with a signature of 43 base64url characters.
    Malformed,
    /// No key of the codec signed this payload: it was changed, signed with another key, or made up.
    InvalidSignature,
    /// The token is authentic, and older than its maximum age.
    Expired,
    /// The token is authentic, and its timestamp is further ahead of the clock than the clock skew allows.
    IssuedInFuture,
    /// The token is authentic, and its payload is not what was expected: not base64url, not UTF-8, not an envelope of
    /// data and timestamp, or data of another type.
    InvalidPayload,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the token is not of the form `payload.signature`",
            Self::InvalidSignature => "the token's signature was not made with any of the codec's keys",
            Self::Expired => "the token is older than its maximum age",
            Self::IssuedInFuture => {
                "the token's timestamp lies in the future; compare the clocks of the servers that share the key"
            }
            Self::InvalidPayload => "the token is authentic, but its payload does not hold the expected data",
        })
    }
}

/// Why data could not be signed.
///
/// The message of the data's own `Serialize` is left out, since such messages may repeat the value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeError {
    /// The data can't be written as JSON: a map's key is not text, or its `Serialize` failed.
    Unserializable,
    /// The data is valid JSON, but not an object. Wrap it in a struct or a map.
    NotAnObject,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unserializable => "the data can't be written as JSON: a map's key is not text, or `Serialize` failed",
            Self::NotAnObject => "the data is not a JSON object; wrap it in a struct or a map",
        })
    }
}
