//! Runs the code of MIGRATING.md, with the releases of the libraries that it moves from.

mod actix_after;
mod actix_before;
mod jar_before;
mod tower_after;
mod tower_before;

mod actix_session;
mod app_after;
mod jars;
mod logged_out;
mod tower_sessions;

#[test]
fn the_page_has_the_code_that_is_tested_here() {
    let page = include_str!("../../../MIGRATING.md");
    let tested = [
        include_str!("actix_before.rs"),
        include_str!("actix_after.rs"),
        include_str!("actix_session.rs"),
        include_str!("tower_before.rs"),
        include_str!("tower_after.rs"),
        include_str!("tower_sessions.rs"),
        include_str!("jar_before.rs"),
    ]
    .concat()
    .replace("pub(crate) ", "");

    let blocks: Vec<&str> = page.split("```rs\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();

    assert_eq!(blocks.len(), 7);
    for block in blocks {
        assert!(tested.contains(block), "the tests lack this text:\n{block}");
    }
}
