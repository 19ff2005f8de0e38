//! What the compiler says to the usual mistakes, and what a server says that lacks a layer.
//!
//! Compiled with `--cfg mistakes="axum"` or `"actix"`, this program holds the mistakes, and its tests compile it so. That takes a
//! second, since all that it depends on is built.

#[cfg(mistakes = "actix")]
mod actix;
#[cfg(mistakes = "axum")]
mod axum;

#[cfg(not(any(mistakes = "actix", mistakes = "axum")))]
mod says;
#[cfg(not(any(mistakes = "actix", mistakes = "axum")))]
mod without_a_layer;
