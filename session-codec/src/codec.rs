use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use crate::base64url::{self, SIGNATURE_LENGTH};
use crate::mac::Mac;
use crate::{Claims, DecodeError, EncodeError, Key, Lifetime, UnixTime, Verified, envelope, json};

/// Signs and verifies tokens.
///
/// Build it once and share it: every method takes `&self`. A clone copies the keys.
///
/// ```
/// use core::time::Duration;
/// use session_codec::{Codec, Key, UnixTime};
///
/// # fn main() -> Result<(), Box<dyn core::error::Error>> {
/// let codec = Codec::new(Key::new("the new secret, 32 bytes or longer")?)
///     .with_fallback_key(Key::new("the previous secret, 32 bytes or longer")?)
///     .with_max_age(Duration::from_secs(3600));
///
/// let now = UnixTime::from_secs(1_700_000_000);
/// let token = codec.encode(&serde_json::json!({"user_id": "42"}), now)?;
/// let verified = codec.verify(&token, now)?;
/// assert_eq!(verified.data_json(), r#"{"user_id":"42"}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Codec {
    key: Key,
    fallback_keys: Vec<Key>,
    max_age: Option<Duration>,
    default_lifetime: Option<Duration>,
    max_lifetime: Option<Duration>,
    clock_skew: Duration,
}

impl Codec {
    /// Makes a codec that signs with `key`, without a maximum age, allowing clocks to be 60 seconds apart.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// let token = codec.encode(&serde_json::json!({}), UnixTime::from_secs(1))?;
    /// // Good for ever: give it a maximum age.
    /// assert!(codec.verify(token, UnixTime::from_secs(1_700_000_000)).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn new(key: Key) -> Self {
        Self {
            key,
            fallback_keys: Vec::new(),
            max_age: None,
            default_lifetime: None,
            max_lifetime: None,
            clock_skew: Duration::from_secs(60),
        }
    }

    /// Accepts tokens that `key` signed too, but never signs with it: for the time while a key is being replaced.
    ///
    /// Keys are tried in the order in which they were given, after the primary one. Each key costs one more HMAC
    /// for a token that no earlier key signed.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// let old = Codec::new(Key::new("the previous secret, 32 bytes or longer")?);
    /// let codec = Codec::new(Key::new("the new secret, 32 bytes or longer")?)
    ///     .with_fallback_key(Key::new("the previous secret, 32 bytes or longer")?);
    ///
    /// let token = old.encode(&serde_json::json!({}), now)?;
    /// assert_eq!(codec.verify(token, now)?.key_index(), 1);
    /// let token = codec.encode(&serde_json::json!({}), now)?;
    /// assert!(old.verify(token, now).is_err());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("rotate", "rotation"))]
    #[must_use]
    pub fn with_fallback_key(mut self, key: Key) -> Self {
        self.fallback_keys.push(key);
        self
    }

    /// Refuses tokens older than this: a token is expired when `now - t > max_age`, and still good at exactly
    /// `max_age`.
    ///
    /// ```
    /// # use session_codec::{Codec, DecodeError, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # use core::time::Duration;
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// let codec = codec.with_max_age(Duration::from_secs(60));
    /// let token = codec.encode(&serde_json::json!({}), UnixTime::from_secs(1000))?;
    /// assert!(codec.verify(&token, UnixTime::from_secs(1060)).is_ok());
    /// assert_eq!(codec.verify(&token, UnixTime::from_secs(1061)).unwrap_err(), DecodeError::Expired);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "ttl")]
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Refuses a token older than this that has no [lifetime](Claims::lifetime), or that of a browser session. Such a token
    /// lives no longer than the maximum age in any case.
    ///
    /// ```
    /// # use session_codec::{Claims, Codec, Key, Lifetime, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # use core::time::Duration;
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let signed = UnixTime::from_secs(1000);
    /// let codec = codec.with_max_age(Duration::from_secs(3600)).with_default_lifetime(Duration::from_secs(60));
    /// let short = codec.encode(&serde_json::json!({}), signed)?;
    /// let lifetime = Some(Lifetime::For(Duration::from_secs(3600)));
    /// let long = codec.encode_with(&serde_json::json!({}), Claims { lifetime, ..Claims::new(signed) })?;
    ///
    /// let after_61_s = UnixTime::from_secs(1061);
    /// assert!(codec.verify(short, after_61_s).is_err());
    /// assert!(codec.verify(long, after_61_s).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn with_default_lifetime(mut self, default_lifetime: Duration) -> Self {
        self.default_lifetime = Some(default_lifetime);
        self
    }

    /// Refuses a token whose session [began](Verified::created_at) longer ago than this, however often it was signed since.
    ///
    /// ```
    /// # use session_codec::{Claims, Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # use core::time::Duration;
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// let codec = codec.with_max_lifetime(Duration::from_secs(3600));
    /// let signed = UnixTime::from_secs(5000);
    /// let created_at = Some(UnixTime::from_secs(1000));
    /// let token = codec.encode_with(&serde_json::json!({}), Claims { created_at, ..Claims::new(signed) })?;
    /// assert!(codec.verify(token, signed).is_err());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn with_max_lifetime(mut self, max_lifetime: Duration) -> Self {
        self.max_lifetime = Some(max_lifetime);
        self
    }

    /// Sets how far ahead of `now` a timestamp may be, which is how far apart the clocks of the servers that share the
    /// key may be. 60 seconds unless set.
    ///
    /// ```
    /// # use session_codec::{Codec, DecodeError, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # use core::time::Duration;
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// let token = codec.encode(&serde_json::json!({}), UnixTime::from_secs(1010))?;
    /// let behind = UnixTime::from_secs(1000);
    /// assert!(codec.verify(&token, behind).is_ok());
    ///
    /// let codec = codec.with_clock_skew(Duration::from_secs(5));
    /// assert_eq!(codec.verify(&token, behind).unwrap_err(), DecodeError::IssuedInFuture);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "leeway")]
    #[must_use]
    pub const fn with_clock_skew(mut self, clock_skew: Duration) -> Self {
        self.clock_skew = clock_skew;
        self
    }

    /// Signs `data`, which must serialise to a JSON object, as issued `now`. Always with the primary key.
    ///
    /// As in all of `serde_json`, a float that is not a number, or is infinite, becomes `null`.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// let token = codec.encode(&serde_json::json!({"user_id": "42"}), now)?;
    /// assert!(token.starts_with("ey"));
    /// assert!(codec.encode(&["a list"], now).is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`EncodeError`], if `data` can't be written as JSON or is not an object.
    #[doc(alias("sign", "dumps"))]
    pub fn encode<T: Serialize + ?Sized>(&self, data: &T, now: UnixTime) -> Result<String, EncodeError> {
        self.encode_with(data, Claims::new(now))
    }

    /// The same, with the optional claims.
    ///
    /// ```
    /// # use session_codec::{Claims, Codec, Key, Lifetime, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # use core::time::Duration;
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// let lifetime = Some(Lifetime::For(Duration::from_secs(60)));
    /// let token = codec.encode_with(&serde_json::json!({}), Claims { lifetime, ..Claims::new(now) })?;
    /// assert_eq!(codec.verify(token, now)?.claims().lifetime, lifetime);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Codec::encode`].
    pub fn encode_with<T: Serialize + ?Sized>(&self, data: &T, claims: Claims) -> Result<String, EncodeError> {
        let mut token = String::new();
        self.sign(&envelope::write(data, claims)?, &mut token);
        Ok(token)
    }

    /// The same, for data that is JSON already. It is signed to the letter, as [`Verified::data_json`] returns it.
    ///
    /// ```
    /// # use session_codec::{Claims, Codec, EncodeError, Key, UnixTime};
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// let now = UnixTime::from_secs(1_700_000_000);
    /// let token = codec.encode_json(r#"{"n":1.50}"#, Claims::new(now))?;
    /// assert_eq!(codec.verify(token, now)?.data_json(), r#"{"n":1.50}"#);
    ///
    /// assert_eq!(codec.encode_json("[]", Claims::new(now)), Err(EncodeError::NotAnObject));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`EncodeError::NotAnObject`], if `data` is not exactly one valid JSON object.
    pub fn encode_json(&self, data: &str, claims: Claims) -> Result<String, EncodeError> {
        if !data.starts_with('{') || !json::is_one_container(data) {
            return Err(EncodeError::NotAnObject);
        }
        let mut token = String::new();
        self.append_unchecked(data, claims, &mut token);
        Ok(token)
    }

    /// Appends to `text` the token of `data`, which nothing checks: the caller has made sure that it is exactly one valid JSON
    /// object. For session-cookie.
    #[doc(hidden)]
    pub fn append_unchecked(&self, data: &str, claims: Claims, text: &mut String) {
        debug_assert!(data.starts_with('{') && json::is_one_container(data));
        self.sign(&envelope::write_json(data, claims), text);
    }

    /// Verifies a token: its signature, then its encoding, its envelope and its age.
    ///
    /// The signature is compared in constant time, and nothing of the payload is read before it holds. The data inside
    /// the envelope is not parsed yet, and may turn out not to be JSON: [`Verified::data`] checks that.
    ///
    /// ```
    /// # use session_codec::{Codec, DecodeError, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// let token = codec.encode(&serde_json::json!({"user_id": "42"}), now)?;
    /// assert_eq!(codec.verify(&token, now)?.issued_at(), now);
    /// assert_eq!(codec.verify(format!("{token}A"), now).unwrap_err(), DecodeError::Malformed);
    /// assert_eq!(codec.verify(format!("A{token}"), now).unwrap_err(), DecodeError::InvalidSignature);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeError`], whose variants are documented one by one.
    #[doc(alias("unsign", "loads"))]
    pub fn verify(&self, token: impl AsRef<[u8]>, now: UnixTime) -> Result<Verified, DecodeError> {
        let verified = self.authenticate(token)?;
        self.check_age(&verified, now)?;
        Ok(verified)
    }

    /// Does the first part of [`Codec::verify`], all but the age, for a caller with several tokens to choose from. Check
    /// the age of the one that you choose with [`Codec::check_age`].
    ///
    /// ```
    /// # use core::time::Duration;
    /// # use session_codec::{Codec, DecodeError, Key, UnixTime};
    /// let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?).with_max_age(Duration::from_secs(60));
    /// let token = codec.encode(&serde_json::json!({}), UnixTime::from_secs(1000))?;
    ///
    /// let authentic = codec.authenticate(token)?;
    /// assert_eq!(codec.check_age(&authentic, UnixTime::from_secs(1060)), Ok(()));
    /// assert_eq!(codec.check_age(&authentic, UnixTime::from_secs(1061)), Err(DecodeError::Expired));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeError`], but for [`DecodeError::Expired`] and [`DecodeError::IssuedInFuture`].
    pub fn authenticate(&self, token: impl AsRef<[u8]>) -> Result<Verified, DecodeError> {
        let (payload, signature) = split(token.as_ref()).ok_or(DecodeError::Malformed)?;
        let key_index = self.find_key(payload, &signature).ok_or(DecodeError::InvalidSignature)?;

        let json = base64url::decode(payload).ok_or(DecodeError::InvalidPayload)?;
        let json = String::from_utf8(json).map_err(|_| DecodeError::InvalidPayload)?;
        let envelope = envelope::read(json).ok_or(DecodeError::InvalidPayload)?;
        Ok(Verified::new(envelope, key_index))
    }

    /// Checks an authentic token's age against its own or the default lifetime, the maximum age, the maximum lifetime and
    /// the clock skew.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # use core::time::Duration;
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// let codec = codec.with_max_age(Duration::from_secs(60));
    /// let newest = [1000, 1030, 1010]
    ///     .map(|secs| codec.encode(&serde_json::json!({}), UnixTime::from_secs(secs)).unwrap_or_default())
    ///     .into_iter()
    ///     .filter_map(|token| codec.authenticate(token).ok())
    ///     .max_by_key(|authentic| authentic.issued_at());
    /// let newest = newest.ok_or("none is authentic")?;
    /// assert_eq!(codec.check_age(&newest, UnixTime::from_secs(1090)), Ok(()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeError::IssuedInFuture`], if it is from the future; [`DecodeError::Expired`], if it is too old.
    pub fn check_age(&self, authentic: &Verified, now: UnixTime) -> Result<(), DecodeError> {
        if authentic.issued_at().since_epoch() > now.since_epoch().saturating_add(self.clock_skew) {
            return Err(DecodeError::IssuedInFuture);
        }
        let own_lifetime = match authentic.claims().lifetime {
            Some(Lifetime::For(lifetime)) => Some(lifetime),
            Some(Lifetime::BrowserSession) | None => self.default_lifetime,
        };
        let is_older = |since: UnixTime, limit| now.since_epoch().saturating_sub(since.since_epoch()) > limit;
        let is_expired =
            [own_lifetime, self.max_age].into_iter().flatten().any(|limit| is_older(authentic.issued_at(), limit))
                || self.max_lifetime.is_some_and(|limit| is_older(authentic.created_at(), limit));
        if is_expired { Err(DecodeError::Expired) } else { Ok(()) }
    }

    /// Verifies a token and deserialises its data into an owned `T`. [`Verified::data`] can borrow instead.
    ///
    /// ```
    /// # use session_codec::{Codec, Key, UnixTime};
    /// # fn main() -> Result<(), Box<dyn core::error::Error>> {
    /// # use std::collections::HashMap;
    /// # let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?);
    /// # let now = UnixTime::from_secs(1_700_000_000);
    /// let token = codec.encode(&HashMap::from([("user_id", "42")]), now)?;
    /// let data: HashMap<String, String> = codec.decode(token, now)?;
    /// assert_eq!(data["user_id"], "42");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Codec::verify`]; and [`DecodeError::InvalidPayload`] where the data is not a `T`.
    pub fn decode<T: DeserializeOwned>(&self, token: impl AsRef<[u8]>, now: UnixTime) -> Result<T, DecodeError> {
        self.verify(token, now)?.data()
    }

    /// Appends the token of an envelope.
    fn sign(&self, json: &[u8], text: &mut String) {
        let start = text.len();
        base64url::encode(json, 1 + SIGNATURE_LENGTH, text);
        let mac = self.key.0.mac(text.get(start..).unwrap_or_default().as_bytes());
        text.push('.');
        base64url::encode_mac(&mac, text);
    }

    /// Returns the position of the key that signed `payload`: 0 is the primary one.
    fn find_key(&self, payload: &[u8], signature: &Mac) -> Option<usize> {
        core::iter::once(&self.key).chain(&self.fallback_keys).position(|key| key.0.verify(payload, signature))
    }
}

/// Splits a token into its payload and the MAC that it claims.
fn split(token: &[u8]) -> Option<(&[u8], Mac)> {
    let (rest, signature) = token.split_last_chunk::<SIGNATURE_LENGTH>()?;
    Some((rest.strip_suffix(b".")?, base64url::decode_mac(signature)?))
}
