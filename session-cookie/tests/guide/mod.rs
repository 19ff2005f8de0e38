//! Tests what the guide promises.

mod lifetime_table;
mod lifetimes;
mod recipes;
