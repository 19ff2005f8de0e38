use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use base64_simd::{AsOut as _, URL_SAFE_NO_PAD};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Serialize, de::DeserializeOwned};

use crate::key::{MAC_LENGTH, Mac, mac_eq};
use crate::{Claims, DecodeError, EncodeError, Key, UnixTime, Verified, envelope};

/// Characters of a MAC in base64url without padding.
const SIGNATURE_LENGTH: usize = 43;

/// Makes tokens and judges them.
///
/// Built once and shared: every method takes `&self`, and a clone costs what cloning its keys costs.
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
    clock_skew: Duration,
}

impl Codec {
    /// A codec that signs with `key`, without a maximum age, allowing clocks to be 60 seconds apart.
    #[must_use]
    pub const fn new(key: Key) -> Self {
        Self { key, fallback_keys: Vec::new(), max_age: None, clock_skew: Duration::from_secs(60) }
    }

    /// Accepts what `key` signed too, without ever signing with it: for the time in which a key is replaced.
    ///
    /// Keys are tried in the order in which they were given, after the primary one. Each costs one more HMAC over a
    /// token that none before it signed.
    #[must_use]
    pub fn with_fallback_key(mut self, key: Key) -> Self {
        self.fallback_keys.push(key);
        self
    }

    /// Refuses tokens older than this: a token is expired when `now - t > max_age`, and still good at exactly
    /// `max_age`, as in VelociPy.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// How far ahead of `now` a timestamp may lie: as far as the clocks of the servers that share the key may
    /// disagree. 60 seconds unless set. VelociPy accepts any future timestamp.
    #[must_use]
    pub const fn with_clock_skew(mut self, clock_skew: Duration) -> Self {
        self.clock_skew = clock_skew;
        self
    }

    /// Signs `data`, which must serialise to a JSON object, as issued `now`. Always with the primary key.
    ///
    /// As in all of `serde_json`, a float that is not a number, or is infinite, becomes `null`.
    ///
    /// # Errors
    ///
    /// [`EncodeError`], if `data` can't be written as JSON or is not an object.
    pub fn encode<T: Serialize + ?Sized>(&self, data: &T, now: UnixTime) -> Result<String, EncodeError> {
        self.encode_with(data, Claims::new(now))
    }

    /// The same, with the optional claims.
    ///
    /// # Errors
    ///
    /// As [`Codec::encode`].
    pub fn encode_with<T: Serialize + ?Sized>(&self, data: &T, claims: Claims) -> Result<String, EncodeError> {
        let json = envelope::write(data, claims)?;
        let mut token = String::with_capacity(token_length(json.len()));
        URL_SAFE_NO_PAD.encode_append(&json, &mut token);

        let mut signature = [0; SIGNATURE_LENGTH];
        let signature = Base64UrlUnpadded::encode(&self.key.mac(token.as_bytes()), &mut signature)
            .map_err(|_| EncodeError::Unserializable)?;
        token.push('.');
        token.push_str(signature);
        Ok(token)
    }

    /// Judges a token: its signature, then its encoding, its envelope and its age.
    ///
    /// The signature is compared in constant time, and nothing of the payload is looked at before it holds. The
    /// data inside the envelope is not parsed yet, and so may still turn out to be no JSON: [`Verified::data`] does that.
    ///
    /// # Errors
    ///
    /// [`DecodeError`], whose variants are documented one by one.
    pub fn verify(&self, token: impl AsRef<[u8]>, now: UnixTime) -> Result<Verified, DecodeError> {
        let (payload, signature) = split(token.as_ref()).ok_or(DecodeError::Malformed)?;
        let key_index = self.signer(payload, &signature).ok_or(DecodeError::InvalidSignature)?;

        let json = URL_SAFE_NO_PAD.decode_to_vec(payload).map_err(|_| DecodeError::InvalidPayload)?;
        let json = String::from_utf8(json).map_err(|_| DecodeError::InvalidPayload)?;
        let envelope = envelope::read(json).ok_or(DecodeError::InvalidPayload)?;
        self.check_age(&envelope.claims, now)?;
        Ok(Verified::new(envelope, key_index))
    }

    /// Judges a token and reads its data as a `T` of its own. [`Verified::data`] can borrow instead.
    ///
    /// # Errors
    ///
    /// As [`Codec::verify`]; and [`DecodeError::InvalidPayload`] where the data is not a `T`.
    pub fn decode<T: DeserializeOwned>(&self, token: impl AsRef<[u8]>, now: UnixTime) -> Result<T, DecodeError> {
        self.verify(token, now)?.data()
    }

    /// The place of the key that signed `payload`: 0 is the primary one.
    fn signer(&self, payload: &[u8], signature: &Mac) -> Option<usize> {
        core::iter::once(&self.key)
            .chain(&self.fallback_keys)
            .position(|key| mac_eq(&key.mac(payload), signature).into())
    }

    fn check_age(&self, claims: &Claims, now: UnixTime) -> Result<(), DecodeError> {
        let (now, issued_at) = (now.since_epoch(), claims.issued_at.since_epoch());
        if issued_at > now.saturating_add(self.clock_skew) {
            return Err(DecodeError::IssuedInFuture);
        }
        let age = now.saturating_sub(issued_at);
        let own_limit = claims.lifetime.filter(|lifetime| !lifetime.is_zero());
        if self.max_age.into_iter().chain(own_limit).any(|limit| age > limit) {
            return Err(DecodeError::Expired);
        }
        Ok(())
    }
}

/// A token's payload text and the MAC that it claims. The MAC is no secret here: the sender wrote it.
fn split(token: &[u8]) -> Option<(&[u8], Mac)> {
    let (rest, signature) = token.split_last_chunk::<SIGNATURE_LENGTH>()?;
    let payload = rest.strip_suffix(b".")?;
    let mut mac = [0; MAC_LENGTH];
    URL_SAFE_NO_PAD.decode(signature, mac.as_mut_slice().as_out()).ok()?;
    Some((payload, mac))
}

/// Length in bytes of a token over this much JSON.
const fn token_length(json_length: usize) -> usize {
    URL_SAFE_NO_PAD.encoded_length(json_length).saturating_add(1 + SIGNATURE_LENGTH)
}
