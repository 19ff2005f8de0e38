//! The virtual environment that holds VelociPy.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    sync::OnceLock,
};

use crate::cargo::scratch_dir;

const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/velocipy/requirements.txt");
const NEEDS_PYTHON: &str = "Install Python 3.11 or newer with its venv module (Debian: apt-get install python3 \
                            python3-venv), or name one in the variable PYTHON.";
const NEEDS_PYPI: &str = "VelociPy is installed from PyPI by pip, which needs the network (or a mirror that \
                          PIP_INDEX_URL names) and Python 3.11 or newer.";

/// A Python that has VelociPy, from a virtual environment that the first call makes and later runs use again.
///
/// It is made by `python3`, or by the program that the variable `PYTHON` names.
///
/// # Panics
///
/// When Python, its `venv` module or PyPI is missing. The message says what to install.
pub fn python() -> &'static Path {
    static ENVIRONMENT: OnceLock<PathBuf> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let python = env::var_os("PYTHON").unwrap_or_else(|| OsString::from("python3"));
        let environment = scratch_dir().join(format!("velocipy-venv-{:016x}", contents(&python)));
        if !interpreter(&environment).exists() {
            make(&python, &environment);
        }
        interpreter(&environment)
    })
}

/// A name that changes whenever the contents of the environment would.
fn contents(python: &OsStr) -> u64 {
    let version = run(Command::new(python).arg("-VV"), NEEDS_PYTHON);
    let requirements = fs::read(REQUIREMENTS).unwrap_or_else(|error| panic!("{REQUIREMENTS} can't be read: {error}"));
    let mut hasher = DefaultHasher::new();
    (version, requirements).hash(&mut hasher);
    hasher.finish()
}

/// Makes the environment aside and moves it into place whole, since several test processes may come here at once,
/// and any of them may be interrupted. In a moved environment only the scripts miss their old place, and nothing
/// here runs those.
fn make(python: &OsStr, environment: &Path) {
    let aside = environment.with_extension(process::id().to_string());
    run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&aside), NEEDS_PYTHON);
    run(
        Command::new(interpreter(&aside))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(["--requirement", REQUIREMENTS]),
        NEEDS_PYPI,
    );
    if let Err(error) = fs::rename(&aside, environment) {
        let _left_to_cargo_clean = fs::remove_dir_all(&aside);
        assert!(
            interpreter(environment).exists(),
            "{} is in the way and holds no Python; remove it ({error})",
            environment.display()
        );
    }
}

fn run(command: &mut Command, hint: &str) -> Vec<u8> {
    let problem = match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => return output.stdout,
        Ok(output) => [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat(),
        Err(error) => error.to_string(),
    };
    panic!("VelociPy can't be had. {hint}\n{command:?} failed:\n{problem}");
}

fn interpreter(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}
