//! Measures everything and prints one table for each case, then the budgets; or, given the word `budgets`, only those.
//! README.md says how to read it.

use std::env;

use bench::budgets::budgets;
use bench::cases::{all, budgeted};
use bench::measure::{Measured, MeasuredCase, measure};
use bench::operation::Against;
use bench::tokens::FLOOR;

fn main() {
    let only_budgets = env::args().any(|argument| argument == "budgets");
    let cases = if only_budgets { budgeted() } else { all() };
    let measured = measure(&cases);
    if !only_budgets {
        measured.iter().for_each(print);
        println!();
    }
    budgets(&measured).iter().for_each(|budget| println!("{budget}"));
}

fn print(case: &MeasuredCase<'_>) {
    let floor = case.nanos(FLOOR);
    println!("\n{:<44}{:>8}{:>9}{:>13}  against", case.case.name, "ns", "/ HMAC", "allocations");
    for Measured { operation, allocations, nanos, .. } in &case.operations {
        let against = match operation.against {
            None => String::new(),
            Some(Against::HmacAndJson(json)) => format!("{:.2} x (HMAC + JSON)", nanos / (floor + case.nanos(json))),
            Some(Against::Ours(ours)) => format!("{:.1} x ours", nanos / case.nanos(ours)),
            Some(Against::Bare(bare)) => {
                let over = nanos - case.nanos(bare);
                format!("{over:.0} ns over bare, {:.2} x HMAC", over / floor)
            }
            Some(Against::Fewer(count)) => match fewest(case) {
                (fewest, _) if fewest == count => String::new(),
                (fewest, least) => format!("{:.1} ns for each more", (nanos - least) / f64::from(count - fewest)),
            },
        };
        println!("{:<44}{nanos:>8.0}{:>9.2}{allocations:>13}  {against}", operation.name, nanos / floor);
    }
    case.case.missing.iter().for_each(|missing| println!("{missing}"));
}

/// How few of what grows there are at least, and the nanoseconds of that.
fn fewest(case: &MeasuredCase<'_>) -> (u32, f64) {
    let mut growing = case.operations.iter().filter_map(|measured| match measured.operation.against {
        Some(Against::Fewer(count)) => Some((count, measured.nanos)),
        _ => None,
    });
    growing.next().expect("the first of several")
}
