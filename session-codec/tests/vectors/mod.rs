//! Vectors that others have published, or signed.

mod rfc_4231;
mod velocipy;
mod wycheproof;
