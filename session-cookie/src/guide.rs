//! Guides: how the parts work together, and recipes that are tested.

#[doc = include_str!("guide/rules.md")]
pub mod rules {}

#[doc = include_str!("guide/lifetimes.md")]
pub mod lifetimes {}

#[doc = include_str!("guide/login.md")]
pub mod login {}

#[doc = include_str!("guide/concurrency.md")]
pub mod concurrency {}
