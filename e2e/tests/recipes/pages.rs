//! What the guide shows has to be what runs here.

fn blocks(page: &str) -> Vec<&str> {
    page.split("```rs\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// Asserts that these files have each block of the page in front of their tests, and import nothing there that the page does not: so
/// what compiles here compiles as pasted.
fn assert_shown(page: &str, count: usize, files: &[&str]) {
    let files: Vec<&str> = files.iter().map(|file| file.split_once("\nmod tests {").unwrap().0).collect();
    let shown = blocks(page);
    assert_eq!(shown.len(), count);
    for block in shown {
        assert!(files.iter().any(|file| file.contains(block)), "the recipe lacks this text:\n{block}");
    }
    let imports = files.iter().flat_map(|file| file.lines()).filter(|line| line.starts_with("use "));
    for import in imports.filter(|import| !import.starts_with("use self::tests::")) {
        assert!(page.contains(import), "the page lacks {import:?}");
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
