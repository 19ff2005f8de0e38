//! Vectors that others have published, or signed.

mod rfc_4231;
mod velocipy;
mod wire_format;
mod wycheproof;
