//! What the guide shows has to be what runs here.

fn blocks(page: &str) -> Vec<&str> {
    page.split("```rs\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

fn assert_shown(page: &str, count: usize, files: &[&str]) {
    let blocks = blocks(page);
    assert_eq!(blocks.len(), count);
    for block in blocks {
        assert!(files.iter().any(|file| file.contains(block)), "the recipe lacks this text:\n{block}");
    }
}

#[test]
fn the_page_about_testing_has_the_clients_of_the_recipes() {
    let page = include_str!("../../../session-cookie/src/guide/testing.md");
    assert_shown(page, 6, &[include_str!("axum/testing.rs"), include_str!("actix/testing.rs")]);
}

#[test]
fn the_page_about_guards_has_the_code_of_the_recipes() {
    let page = include_str!("../../../session-cookie/src/guide/guards.md");
    assert_shown(page, 6, &[include_str!("axum/guards.rs"), include_str!("actix/guards.rs")]);
}

#[test]
fn the_page_about_csrf_has_the_code_of_the_recipes() {
    let page = include_str!("../../../session-cookie/src/guide/csrf.md");
    assert_shown(page, 4, &[include_str!("axum/csrf.rs"), include_str!("actix/csrf.rs")]);
}

#[test]
fn the_page_about_rotation_has_the_code_of_the_recipe() {
    let page = include_str!("../../../session-cookie/src/guide/rotation.md");
    assert_shown(page, 2, &[include_str!("rotation.rs")]);
}

#[test]
fn the_page_about_the_log_has_the_code_of_the_recipes() {
    let page = include_str!("../../../session-cookie/src/guide/logs.md");
    assert_shown(page, 3, &[include_str!("logs/metrics.rs")]);
}
