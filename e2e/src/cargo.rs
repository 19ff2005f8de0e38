//! Builds a demo with the cargo that runs the tests, or shows what the compiler says.

use std::{
    env,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

/// Builds an example of a workspace member, and returns its executable.
///
/// In the target folder and profile of the running test, so that little is left to build.
pub(crate) fn build_example(package: &str, example: &str) -> PathBuf {
    let output = cargo("build", "json-render-diagnostics", &["--package", package, "--example", example], &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`cargo build -p {package} --example {example}` failed:\n{stderr}");
    executable(&output.stdout, example)
        .unwrap_or_else(|| panic!("cargo built {example} and did not say where:\n{stderr}"))
}

/// An error of the compiler.
#[derive(Debug)]
pub struct CompileError {
    /// The file where it is, from the workspace's folder on.
    pub file: String,
    /// The line where it is.
    pub line: usize,
    /// What the compiler shows, in many lines.
    pub text: String,
}

/// Compiles a test of this package with this `--cfg`, and returns the compiler's errors.
#[must_use]
pub fn compile_errors(test: &str, cfg: &str) -> Vec<CompileError> {
    let output = cargo("rustc", "json", &["--package", "e2e", "--test", test], &["--", "--cfg", cfg]);
    let errors = messages(&output.stdout).filter(|message| message["message"]["level"] == "error");
    errors.filter_map(|error| compile_error(&error["message"])).collect()
}

/// `None` for the last one, which only counts the others.
fn compile_error(message: &serde_json::Value) -> Option<CompileError> {
    let span = message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    Some(CompileError {
        file: span["file_name"].as_str()?.replace('\\', "/"),
        line: span["line_start"].as_u64()?.try_into().ok()?,
        text: message["rendered"].as_str()?.to_owned(),
    })
}

fn cargo(command: &str, format: &str, target: &[&str], last: &[&str]) -> Output {
    let (target_dir, profile) = target_dir_and_profile();
    Command::new(env!("CARGO"))
        .args([command, &format!("--message-format={format}"), "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .args(target)
        .args(["--profile", &profile, "--target-dir"])
        .arg(target_dir)
        .args(last)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{} can't be started: {error}", env!("CARGO")))
}

/// The folder where tests may leave files that `cargo clean` removes.
pub(crate) fn scratch_dir() -> PathBuf {
    target_dir_and_profile().0.join("tmp")
}

/// The executable that cargo's JSON messages name for `example`.
fn executable(output: &[u8], example: &str) -> Option<PathBuf> {
    messages(output)
        .filter(|message| message["target"]["name"] == example)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

fn messages(output: &[u8]) -> impl Iterator<Item = serde_json::Value> {
    serde_json::Deserializer::from_slice(output).into_iter().map_while(Result::ok)
}

/// From the path of the running test, `<target>/<profile>/deps/<test>`.
fn target_dir_and_profile() -> (PathBuf, String) {
    let test = env::current_exe().expect("a running test has a path");
    let profile_dir = test.ancestors().nth(2).expect("cargo puts tests two folders deep");
    let target_dir = profile_dir.parent().expect("the profile's folder lies in the target folder");
    let profile = match profile_dir.file_name().and_then(|name| name.to_str()) {
        // The one profile whose folder has another name.
        Some("debug") => "dev",
        Some(name) => name,
        None => panic!("{} does not name a profile", profile_dir.display()),
    };
    (target_dir.to_owned(), profile.to_owned())
}
