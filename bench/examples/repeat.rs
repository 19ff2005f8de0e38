//! `repeat CASE OPERATION TIMES`: repeats one operation, for tools that watch a whole process.
//!
//! `repeat TIMES`: does so with each operation that a line of stdin names, `CASE | OPERATION`: once, then as often as said, then
//! twice as often. It calls [`mark`] after each of these three. `../instructions` lets callgrind write down there what it has counted.

use std::hint::black_box;
use std::io;

use bench::cases::all;
use bench::operation::{Case, Operation};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let times = |text: &str| text.parse().expect("TIMES is a number");
    let cases = all();
    match arguments.as_slice() {
        [case, operation, count] => _ = (find(&cases, case, operation).batch)(times(count)),
        [count] => {
            for line in io::stdin().lines() {
                let line = line.expect("stdin is text");
                let (case, operation) = line.split_once(" | ").expect("a line names a case and its operation");
                let operation = find(&cases, case, operation);
                for times in [1, times(count), 2 * times(count)] {
                    (operation.batch)(times);
                    mark();
                }
            }
        }
        _ => panic!("usage: repeat CASE OPERATION TIMES, or repeat TIMES"),
    }
}

#[inline(never)]
fn mark() {
    black_box(());
}

fn find<'a>(cases: &'a [Case], case: &str, operation: &str) -> &'a Operation {
    let names: Vec<&String> = cases.iter().map(|case| &case.name).collect();
    let case = cases.iter().find(|it| it.name == case).unwrap_or_else(|| panic!("the cases are {names:?}"));
    let names: Vec<&str> = case.operations.iter().map(|operation| operation.name.as_str()).collect();
    let operation = case.operations.iter().find(|it| it.name == operation);
    operation.unwrap_or_else(|| panic!("the operations are {names:?}"))
}
