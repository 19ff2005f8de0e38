use core::fmt;

use crate::error::debug_is_the_message;
use crate::mac::{KeySchedule, Mac};

/// The prefix of the message that a derived key is the MAC of. A payload is base64url and holds no `\0`, so no
/// signature of a token can ever equal a derived key.
const DERIVATION: &[u8] = b"session-codec/derive/v1\0";

/// A secret that signs tokens.
///
/// Anyone who knows it can forge any session: keep it out of the source, give it to servers through their environment,
/// and [replace](crate::Codec::with_fallback_key) it when it may have leaked.
///
/// It keeps not the secret but the HMAC key schedule, computed once. That is wiped from memory on drop, and `Debug` shows
/// nothing of it.
///
/// **One key, one use.** A token does not name its cookie, so two cookies signed with one key
/// can be swapped by the browser's owner. Give each its own key with [`Key::derive`].
///
/// ```
/// use session_codec::{Key, KeyError};
///
/// let key = Key::new("an example secret of 32 bytes or more")?;
/// assert_eq!(format!("{key:?}"), "Key(..)");
///
/// assert_eq!(Key::new("too short").unwrap_err(), KeyError::TooShort);
/// # Ok::<(), KeyError>(())
/// ```
#[doc(alias = "secret")]
#[derive(Clone)]
pub struct Key(pub(crate) KeySchedule);

impl Key {
    /// The shortest secret that [`Key::new`] takes, in bytes: the length of the MAC (RFC 2104, section 3).
    pub const MIN_LENGTH: usize = 32;

    /// Makes a key from a secret of at least 32 bytes, taken as they are.
    ///
    /// The length is all that can be checked; what matters is that the secret can't be guessed.
    /// `openssl rand -base64 32` makes a good one.
    ///
    /// ```
    /// # use session_codec::{Key, KeyError};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// assert!(Key::new("an example secret of 32 bytes or more").is_ok());
    /// assert_eq!(Key::new("too short").unwrap_err(), KeyError::TooShort);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] for fewer than [`Key::MIN_LENGTH`] bytes.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let secret = secret.as_ref();
        if secret.len() < Self::MIN_LENGTH {
            return Err(KeyError::TooShort);
        }
        Self::with_short_secret(secret)
    }

    /// Makes a key from a secret of any length but zero, for a secret that a fleet already uses.
    ///
    /// **What it costs:** a token is public, so anyone who has one can try secrets against it offline, billions a
    /// second on one graphics card. A secret that is short or made of words is found in hours, and with it every
    /// session can be forged. Move to a secret of 32 random bytes with [a fallback key](crate::Codec::with_fallback_key).
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// let old_key = Key::with_short_secret("of old")?;
    /// let token = Codec::new(old_key.clone()).encode(&serde_json::json!({"n": 1}), now)?;
    ///
    /// // Signs with the good secret, and still accepts what the short one signed.
    /// let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?).with_fallback_key(old_key);
    /// assert!(codec.verify(token, now).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::Empty`] for an empty secret.
    pub fn with_short_secret(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let secret = secret.as_ref();
        if secret.is_empty() {
            return Err(KeyError::Empty);
        }
        // It can't fail: HMAC takes a key of any length (RFC 2104, section 2).
        KeySchedule::new(secret).map(Self).map_err(|_| KeyError::Empty)
    }

    /// Makes a key from 32 random bytes of the operating system, for tests, demos and sessions that need not outlive the
    /// process. It needs the feature `getrandom`, of this crate or of the one that exports `Key` to you.
    ///
    /// ```
    /// # use session_codec::Key;
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// let key = Key::generate()?;
    /// assert_ne!(key.fingerprint().to_string(), Key::generate()?.fingerprint().to_string());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandomness`] if the operating system gives none.
    #[cfg(feature = "getrandom")]
    #[cfg_attr(docsrs, doc(cfg(feature = "getrandom")))]
    pub fn generate() -> Result<Self, KeyError> {
        let mut secret = [0; Self::MIN_LENGTH];
        getrandom::fill(&mut secret).map_err(|_| KeyError::NoRandomness)?;
        Self::new(secret)
    }

    /// Returns an independent key for another cookie or another use of the same secret.
    ///
    /// It is HMAC-SHA256(secret, `"session-codec/derive/v1\0"` followed by `purpose`), fixed for ever: the same
    /// secret and purpose give the same key in every version. Neither the secret nor another derived key can be
    /// computed from it. Purposes that begin with `session-codec/` or `session-cookie/` are reserved for these libraries.
    ///
    /// ```
    /// # use session_codec::{Codec, DecodeError, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// let key = Key::new("an example secret of 32 bytes or more")?;
    /// let sessions = Codec::new(key.derive("session"));
    /// let invitations = Codec::new(key.derive("invitation"));
    ///
    /// let invitation = invitations.encode(&serde_json::json!({"user_id": "42"}), now)?;
    /// assert_eq!(sessions.verify(invitation, now).unwrap_err(), DecodeError::InvalidSignature);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "salt")]
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Self {
        Self(KeySchedule::from_mac(&self.derived_mac(purpose)))
    }

    /// Returns eight hex digits that tell whether two instances have the same key, and nothing else of it.
    ///
    /// They are the first of the key that [`Key::derive`] makes for `"session-codec/fingerprint/v1"`, fixed for ever.
    ///
    /// ```
    /// # use session_codec::{Key, KeyError};
    /// let key = Key::new("an example secret of 32 bytes or more")?;
    /// assert_eq!(key.fingerprint().to_string(), "8e9946ca");
    /// # Ok::<(), KeyError>(())
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> impl fmt::Display + use<> {
        let [a, b, c, d, ..] = self.derived_mac("session-codec/fingerprint/v1");
        alloc::format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
    }

    fn derived_mac(&self, purpose: &str) -> Mac {
        self.0.mac(&[DERIVATION, purpose.as_bytes()].concat())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Why a secret was not accepted as a key. Holds nothing of the secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyError {
    /// The secret has fewer than [`Key::MIN_LENGTH`] bytes.
    TooShort,
    /// The secret is empty.
    Empty,
    /// The operating system gave no random bytes.
    NoRandomness,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => {
                "the secret is shorter than 32 bytes; make one with `openssl rand -base64 32` \
                 (for a short secret already in use there is `Key::with_short_secret`)"
            }
            Self::Empty => "the secret is empty; make one with `openssl rand -base64 32`",
            Self::NoRandomness => "the operating system gave no random bytes; give a secret instead",
        })
    }
}

debug_is_the_message!(KeyError);
