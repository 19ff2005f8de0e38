//! Signed, timestamped tokens that carry a whole session.
//!
//! **A token is signed, not encrypted.** Anyone who holds it can read it, and only a holder of the key can change it.
//!
//! ```
//! use core::time::Duration;
//! use serde::{Deserialize, Serialize};
//! use session_codec::{Codec, DecodeError, Key, UnixTime};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! struct Cart {
//!     items: Vec<String>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn core::error::Error>> {
//! let codec = Codec::new(Key::new("an example secret of 32 bytes or more")?)
//!     .with_max_age(Duration::from_secs(3600));
//!
//! let cart = Cart { items: vec!["egg".to_owned()] };
//! let now = UnixTime::from_secs(1_700_000_000);
//! let token = codec.encode(&cart, now)?;
//!
//! assert_eq!(codec.decode::<Cart>(&token, now)?, cart);
//!
//! let later = UnixTime::from_secs(1_700_003_601);
//! assert_eq!(codec.decode::<Cart>(&token, later), Err(DecodeError::Expired));
//! # Ok(())
//! # }
//! ```
//!
//! # The token
//!
//! ```text
//! token     = payload "." signature
//! payload   = base64url({"d":<object>,"t":<seconds since the Unix epoch>}), no padding
//! signature = base64url(HMAC-SHA256(secret, payload)), no padding
//! ```
//!
//! This is the wire format of the Python framework VelociPy 0.3.0, in both directions. [`wire_format`] defines it exactly.
//!
//! # What it promises
//!
//! 1. The signature is compared in constant time, before anything of the payload is read.
//! 2. One token has one spelling: padding, another alphabet and stray trailing bits are refused.
//! 3. No input causes a panic, and no error repeats the key, the token or a value in it.
//! 4. Time is an argument ([`UnixTime`]), so the crate needs no clock and every result can be reproduced.
//!
//! It keeps no list of tokens: a copied token is good until it expires. It does not limit a token's length: check that
//! before you verify what a stranger sent.
//!
//! # Guide
//!
//! For sessions in a cookie take `session-cookie`. Its [guide] has lifetimes, the change of keys, production and troubleshooting.
//!
//! # Features
//!
//! The crate is `no_std` and needs `alloc`. No feature is on by default.
//!
//! - `std` adds [`UnixTime::now`](UnixTime) and `From<SystemTime>`. Base64 uses vector instructions, and less is allocated.
//! - `getrandom` adds [`Key::generate`](Key), a random key.
//!
//! [guide]: https://docs.rs/session-cookie/latest/session_cookie/guide/

#![no_std]
#![warn(clippy::alloc_instead_of_core, clippy::std_instead_of_alloc, clippy::std_instead_of_core)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod base64url;
mod claims;
mod codec;
mod envelope;
mod error;
pub mod json;
mod key;
mod mac;
mod seconds;
mod time;
mod verified;

pub use crate::claims::{Claims, Lifetime};
pub use crate::codec::Codec;
pub use crate::error::{DecodeError, EncodeError};
pub use crate::key::{Key, KeyError};
pub use crate::time::UnixTime;
pub use crate::verified::Verified;

/// [differences]: https://docs.rs/crate/session-codec/latest#where-we-differ-from-velocipy
///
#[doc = include_str!("wire_format.md")]
pub mod wire_format {}

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
