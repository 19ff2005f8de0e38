//! All that is measured.

use crate::data::{Flat, Nested, SIZES};
use crate::operation::Case;
use crate::{growth, readme, requests, tokens, worst};

/// A small session and one beyond what a cookie holds, in which the budgets are given and the peers are measured.
pub const COMPARED: [usize; 2] = [290, 3_100];

/// All sizes, each in both shapes, and the rest.
#[must_use]
pub fn all() -> Vec<Case> {
    let tokens = |size| match COMPARED.contains(&size) {
        true => [tokens::case_with_peers::<Flat>(size), tokens::case::<Nested>(size)],
        false => [tokens::case::<Flat>(size), tokens::case::<Nested>(size)],
    };
    SIZES.into_iter().flat_map(tokens).chain([requests::case(), worst::case()]).chain(growth::cases()).collect()
}

/// What the [budgets](crate::budgets) need.
#[must_use]
pub fn budgeted() -> Vec<Case> {
    let rest = [requests::case(), worst::case()].into_iter().chain(growth::cases());
    COMPARED.map(tokens::case_with_peers::<Flat>).into_iter().chain(rest).collect()
}

/// What the [table and chart](crate::readme) of README.md show.
#[must_use]
pub fn shown() -> Vec<Case> {
    let tokens = |size| match size == readme::SIZE {
        true => tokens::case_with_peers::<Flat>(size),
        false => tokens::case::<Flat>(size),
    };
    SIZES.into_iter().map(tokens).chain([requests::case()]).collect()
}
