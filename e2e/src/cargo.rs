//! Builds a demo with the cargo that runs the tests.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Builds an example of a workspace member, and returns its executable.
///
/// In the target folder and profile of the running test, so that little is left to build.
pub(crate) fn build_example(package: &str, example: &str) -> PathBuf {
    let (target_dir, profile) = target_dir_and_profile();
    let output = Command::new(env!("CARGO"))
        .args(["build", "--message-format=json-render-diagnostics", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .args(["--package", package, "--example", example])
        .args(["--profile", &profile, "--target-dir"])
        .arg(target_dir)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{} can't be started: {error}", env!("CARGO")));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`cargo build -p {package} --example {example}` failed:\n{stderr}");
    executable(&output.stdout, example)
        .unwrap_or_else(|| panic!("cargo built {example} and did not say where:\n{stderr}"))
}

/// The folder where tests may leave files that `cargo clean` removes.
pub(crate) fn scratch_dir() -> PathBuf {
    target_dir_and_profile().0.join("tmp")
}

/// The executable that cargo's JSON messages name for `example`.
fn executable(messages: &[u8], example: &str) -> Option<PathBuf> {
    serde_json::Deserializer::from_slice(messages)
        .into_iter::<serde_json::Value>()
        .map_while(Result::ok)
        .filter(|message| message["target"]["name"] == example)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
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
