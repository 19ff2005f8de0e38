//! Environment variables for one test. They belong to the process, so each case runs in a separate process.

use std::any::type_name_of_val;
use std::env;
use std::ffi::OsStr;
use std::process::Command;

const CASE: &str = "CASE_OF_THE_ENVIRONMENT_TEST";

pub(crate) const NO_VARIABLES: [(&str, &str); 0] = [];

/// Runs `body` with these variables and no others that begin with `SESSION_`.
///
/// It runs in a child process: this binary, which runs only this test. What the tests beside it do
/// and see is not changed.
pub(crate) fn with_env<V: AsRef<OsStr>>(test: impl Fn(), variables: &[(&str, V)], body: impl FnOnce()) {
    let all: Vec<(&str, &OsStr)> = variables.iter().map(|(name, value)| (*name, value.as_ref())).collect();
    let (_crate, test) = type_name_of_val(&test).split_once("::").unwrap();
    let case = format!("{test} {all:?}");
    match env::var(CASE) {
        Ok(running) if running == case => {
            body();
            println!("done: {case}");
        }
        Ok(_) => {}
        Err(_) => {
            let mut child = Command::new(env::current_exe().unwrap());
            for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SESSION_")) {
                child.env_remove(name);
            }
            let output = child.args(["--exact", test, "--nocapture"]).env(CASE, &case).envs(all).output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{case}\n{text}\n{errors}");
            assert!(text.contains(&format!("done: {case}")), "the case did not run: {case}\n{text}");
        }
    }
}
