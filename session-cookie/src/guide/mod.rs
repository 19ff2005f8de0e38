//! Guides: how the parts work together, and recipes that are tested.

#[doc = include_str!("rules.md")]
pub mod rules {}

#[doc = include_str!("lifetimes.md")]
pub mod lifetimes {}

#[doc = include_str!("login.md")]
pub mod login {}

#[doc = include_str!("concurrency.md")]
pub mod concurrency {}
