//! `repeat CASE OPERATION TIMES`: repeats one operation, for tools that watch a whole process. See `../instructions`.

use bench::cases::all;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [case, operation, times] = arguments.as_slice() else { panic!("usage: repeat CASE OPERATION TIMES") };
    let cases = all();
    let names: Vec<&String> = cases.iter().map(|case| &case.name).collect();
    let case = cases.iter().find(|it| it.name == *case).unwrap_or_else(|| panic!("the cases are {names:?}"));
    let names: Vec<&str> = case.operations.iter().map(|operation| operation.name.as_str()).collect();
    let operation = case.operations.iter().find(|it| it.name == *operation);
    let operation = operation.unwrap_or_else(|| panic!("the operations are {names:?}"));
    (operation.batch)(times.parse().expect("TIMES is a number"));
}
