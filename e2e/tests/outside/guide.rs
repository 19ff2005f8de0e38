//! What these tests show has to be what the guide teaches.

use e2e::{Check, checks};

pub(crate) const CHECKS: &[Check] = checks![has_the_guard_that_the_test_servers_run];

fn has_the_guard_that_the_test_servers_run() {
    let guide = include_str!("../../../session-cookie/src/guide/login.md");
    let guard = include_str!("../../examples/test_server/guard.rs").replace("pub(crate) fn", "fn");

    assert!(guide.contains(&guard), "login.md lacks this text:\n{guard}");
}
