//! Measures what one word asks for, or all without a word. README.md says how to read what it prints.

use std::env;

use bench::budgets::budgets;
use bench::cases::{all, budgeted, shown};
use bench::measure::{Measured, MeasuredCase, measure};
use bench::operation::Against;
use bench::tokens::FLOOR;
use bench::{chart, concurrent, growth, readme, sockets};

fn main() {
    // Cargo adds this word.
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.first().map(String::as_str) {
        None => print_all(),
        Some("budgets") => print_budgets(&measure(&budgeted())),
        Some("growth") => print_growth(),
        Some("readme") => write_readme(),
        Some("sockets") => print!("{}", sockets::table()),
        Some("serve") => sockets::serve(&words[1..]),
        Some(other) => panic!("{other}? The words are budgets, growth, readme and sockets"),
    }
}

fn print_all() {
    let cases = all();
    let measured = measure(&cases);
    measured.iter().for_each(print);
    print_concurrent();
    println!();
    print_budgets(&measured);
}

fn print_budgets(measured: &[MeasuredCase<'_>]) {
    budgets(measured).iter().for_each(|budget| println!("{budget}"));
}

fn print_growth() {
    measure(&growth::cases()).iter().for_each(print);
    print_concurrent();
}

fn write_readme() {
    let cases = shown();
    if let Some(missing) = cases.iter().find_map(|case| case.missing.as_ref()) {
        panic!("{missing}");
    }
    let measured = measure(&cases);
    let table = readme::table(&measured);
    readme::write(&table);
    chart::draw(&measured).expect("the chart can be written");
    print!("{table}");
}

fn print(case: &MeasuredCase<'_>) {
    let floor = case.nanos(FLOOR);
    let growth = case.growth();
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
            Some(Against::Fewer(count)) => against_fewer(&growth, count),
        };
        println!("{:<44}{nanos:>8.0}{:>9.2}{allocations:>13}  {against}", operation.name, nanos / floor);
    }
    case.case.missing.iter().for_each(|missing| println!("{missing}"));
}

/// What each one more adds to the first row, and how that compares with the rows before.
fn against_fewer(growth: &[(u32, f64)], count: u32) -> String {
    let row = growth.iter().position(|(other, _)| *other == count).expect("the row is one of them");
    let ((fewest, least), (_, nanos)) = (growth[0], growth[row]);
    let each = (nanos - least) / f64::from(count - fewest);
    match (row, growth::over_line(growth)[row]) {
        (0, _) => String::new(),
        (_, None) => format!("{each:.1} ns for each more"),
        (_, Some(over)) => format!("{each:.1} ns for each more, {over:.2} x the line"),
    }
}

fn print_concurrent() {
    let measured = concurrent::measure();
    println!("\n{:<44}{:>8}{:>9}", "threads that share one session", "read", "change");
    for one in &measured {
        println!("{:<44}{:>8.0}{:>9.0}", one.threads, one.read, one.change);
    }
}
