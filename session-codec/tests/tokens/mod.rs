//! Tokens: how they are written and read, which of them are accepted, and what attackers make of them.

mod attacks;
mod claims;
mod encode_json;
mod envelope;
mod verify;
