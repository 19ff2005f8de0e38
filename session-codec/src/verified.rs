use alloc::string::String;
use core::fmt;

use serde::Deserialize;

use crate::envelope::Envelope;
use crate::{Claims, DecodeError, UnixTime, json};

/// A token whose signature held.
///
/// If [`Codec::verify`](crate::Codec::verify) returned it, its age was within the limits then;
/// [`Codec::authenticate`](crate::Codec::authenticate) leaves the age to its caller. `Debug` shows the claims and nothing of the
/// data.
///
/// ```
/// use std::borrow::Cow;
/// use serde::Deserialize;
/// use session_codec::{Codec, Key, UnixTime};
///
/// #[derive(Deserialize)]
/// struct User<'a> {
///     #[serde(borrow)]
///     name: Cow<'a, str>, // borrows where the JSON has no escapes; VelociPy writes `é` as `\u00e9`
/// }
///
/// # fn main() -> Result<(), Box<dyn core::error::Error>> {
/// let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
/// let now = UnixTime::from_secs(1_700_000_000);
/// let verified = codec.verify(codec.encode(&serde_json::json!({"name": "alice"}), now)?, now)?;
///
/// let user: User<'_> = verified.data()?;
/// assert!(matches!(user.name, Cow::Borrowed("alice")));
/// assert_eq!(verified.issued_at(), now);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verified {
    envelope: Envelope,
    key_index: usize,
}

impl Verified {
    pub(crate) const fn new(envelope: Envelope, key_index: usize) -> Self {
        Self { envelope, key_index }
    }

    /// Deserialises the data into a `T`, which may borrow from this value.
    ///
    /// A member that is there twice counts once, with its last value.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # use std::collections::BTreeMap;
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// # let token = codec.encode(&serde_json::json!({"n": 1}), now)?;
    /// let verified = codec.verify(token, now)?;
    /// let data: BTreeMap<&str, u8> = verified.data()?; // the name is borrowed
    /// assert_eq!(data, BTreeMap::from([("n", 1)]));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeError::InvalidPayload`] if the data is not JSON, or is not a `T`.
    pub fn data<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DecodeError> {
        let data = self.data_json();
        serde_json::from_str(data).ok().or_else(|| json::from_last_values(data)).ok_or(DecodeError::InvalidPayload)
    }

    /// Returns the data's JSON text as it was signed, to the letter: big integers and long floats keep all their digits.
    ///
    /// A holder of the key wrote it. [`Verified::data`] checks that it is well-formed JSON; nothing does so before.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// # let token = codec.encode(&serde_json::json!({"n": 1}), now)?;
    /// assert_eq!(codec.verify(token, now)?.data_json(), r#"{"n":1}"#);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn data_json(&self) -> &str {
        self.envelope.json.get(self.envelope.data.clone()).unwrap_or_default()
    }

    /// The same as an owned text, without a copy.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// # let token = codec.encode(&serde_json::json!({"n": 1}), now)?;
    /// let data: String = codec.verify(token, now)?.into_data_json();
    /// assert_eq!(data, r#"{"n":1}"#);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn into_data_json(self) -> String {
        let Envelope { mut json, data, .. } = self.envelope;
        json.truncate(data.end);
        json.drain(..data.start);
        json
    }

    /// Returns what the token says of its age and lifetime.
    ///
    /// ```
    /// # use session_codec::{Claims, Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// # let token = codec.encode(&serde_json::json!({"n": 1}), now)?;
    /// assert_eq!(codec.verify(token, now)?.claims(), Claims::new(now));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn claims(&self) -> Claims {
        self.envelope.claims
    }

    /// Returns when the token was signed.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// # let token = codec.encode(&serde_json::json!({"n": 1}), now)?;
    /// let later = UnixTime::from_secs(1_700_000_300);
    /// let age = later.as_secs() - codec.verify(token, later)?.issued_at().as_secs();
    /// assert_eq!(age, 300);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.envelope.claims.issued_at
    }

    /// Returns when the session began: `"c"`, or the time of issue if the token has no `"c"` or a later one.
    ///
    /// ```
    /// # use session_codec::{Claims, Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// let began = UnixTime::from_secs(1_600_000_000);
    /// let claims = Claims { created_at: Some(began), ..Claims::new(now) };
    /// let verified = codec.verify(codec.encode_with(&serde_json::json!({}), claims)?, now)?;
    /// assert_eq!(verified.created_at(), began);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn created_at(&self) -> UnixTime {
        self.envelope.claims.created_at.map_or(self.issued_at(), |created_at| created_at.min(self.issued_at()))
    }

    /// Returns the position of the key that signed the token: 0 for the primary key, 1 for the first fallback key.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let [old_key, new_key] = [Key::new("an example secret of 32 bytes or more")?, Key::new("the next secret, of 32 bytes or longer")?];
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// # let token = Codec::new(old_key.clone()).encode(&serde_json::json!({"n": 1}), now)?;
    /// let codec = Codec::new(new_key).with_fallback_key(old_key);
    /// let verified = codec.verify(token, now)?;
    /// assert_eq!(verified.key_index(), 1);
    /// // The old key signed it: sign it again with the new one.
    /// let token = codec.encode_json(verified.data_json(), verified.claims())?;
    /// assert_eq!(codec.verify(token, now)?.key_index(), 0);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn key_index(&self) -> usize {
        self.key_index
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("claims", &self.envelope.claims)
            .field("key_index", &self.key_index)
            .finish_non_exhaustive()
    }
}
