//! How often each operation allocates on the heap: the same number on every machine, in debug and in release.
//!
//! `allocation-counter` counts only on the thread that measures, so tests that run at the same time change nothing.

use bench::data::Flat;
use bench::operation::{Against, Case, Operation};
use bench::{requests, tokens};

/// A case and an operation, named as in the tables of `cargo bench -p bench`, and how often one operation allocates; for a
/// request, how often beyond the bare framework. Growing a buffer counts as one more.
const ALLOCATIONS: [(&str, &str, i64); 22] = [
    ("296 bytes, flat", "Codec::verify", 1),
    ("296 bytes, flat", "verify, read one key", 2),
    ("296 bytes, flat", "Codec::decode", 15),
    ("296 bytes, flat", "Codec::encode", 2),
    ("3102 bytes, flat", "Codec::verify", 1),
    ("3102 bytes, flat", "verify, read one key", 2),
    ("3102 bytes, flat", "Codec::decode", 170),
    ("3102 bytes, flat", "Codec::encode", 4),
    ("296 bytes, flat", "load, save untouched", 2),
    ("296 bytes, flat", "load, get one key, save", 6),
    ("296 bytes, flat", "load, change one key, save", 10),
    ("requests, 296 bytes, flat", "axum: least layer", 4),
    ("requests, 296 bytes, flat", "axum: untouched", 6),
    ("requests, 296 bytes, flat", "axum: read one key", 10),
    ("requests, 296 bytes, flat", "axum: change one key", 15),
    ("requests, 296 bytes, flat", "axum: clear", 12),
    ("requests, 296 bytes, flat", "axum: two sessions, read a key of each", 22),
    ("requests, 296 bytes, flat", "actix: untouched", 3),
    ("requests, 296 bytes, flat", "actix: read one key", 9),
    ("requests, 296 bytes, flat", "actix: change one key", 15),
    ("requests, 296 bytes, flat", "actix: clear", 12),
    ("requests, 296 bytes, flat", "actix: two sessions, read a key of each", 19),
];

#[test]
fn each_operation_allocates_as_often_as_the_table_says() {
    let cases = [tokens::case::<Flat>(290), tokens::case::<Flat>(3_100), requests::case()];
    let changes: Vec<String> = ALLOCATIONS
        .iter()
        .filter_map(|(case, name, written)| {
            let case = cases.iter().find(|it| it.name == *case).unwrap_or_else(|| panic!("no case is named {case}"));
            let counted = allocations(case, find(case, name));
            let advice = if counted < *written { "better: write the new number down" } else { "worse: say why" };
            (counted != *written).then(|| format!("{}, {name}: {written} before, {counted} now; {advice}", case.name))
        })
        .collect();
    assert!(changes.is_empty(), "the number of allocations has changed:\n{}", changes.join("\n"));
}

fn find<'a>(case: &'a Case, name: &str) -> &'a Operation {
    let operation = case.operations.iter().find(|operation| operation.name == name);
    operation.unwrap_or_else(|| panic!("no operation of {} is named {name}", case.name))
}

fn allocations(case: &Case, operation: &Operation) -> i64 {
    match operation.against {
        Some(Against::Bare(bare)) => of_one(operation) - of_one(find(case, bare)),
        _ => of_one(operation),
    }
}

fn of_one(operation: &Operation) -> i64 {
    // The first may fill what later ones reuse, such as actix's pool of requests.
    (operation.batch)(1);
    allocation_counter::measure(|| _ = (operation.batch)(1)).count_total as i64
}
