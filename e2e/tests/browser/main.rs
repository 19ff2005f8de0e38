//! A real browser against both demos.
fn main() {}
