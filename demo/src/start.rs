use std::error::Error;
use std::io::{IsTerminal, Write};
use std::net::TcpListener;
use std::{env, fmt, io};

use session_cookie::{Key, SessionManager, SessionSettings};
use tracing_subscriber::filter::LevelFilter;

/// A demo that is ready to serve.
#[derive(Debug)]
pub struct Demo {
    /// Configured from the environment.
    pub manager: SessionManager,
    /// Bound and listening, in non-blocking mode.
    pub listener: TcpListener,
}

/// Starts the log, takes the options from the environment, listens, and says where.
///
/// `SESSION_*` are those of [`SessionSettings::from_env`]; without a key a random one is made for this run. `BIND` is
/// the address, `127.0.0.1:8000` by default, and `RUST_LOG` the level of the log, `info` by default.
///
/// # Errors
///
/// A variable that is wrong, by its name, or an address that is taken.
pub fn start() -> Result<Demo, StartError> {
    let level = env::var("RUST_LOG").ok().and_then(|level| level.parse().ok());
    tracing_subscriber::fmt()
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();

    let manager = manager(SessionSettings::from_env()?)?;
    let bind = env::var_os("BIND").unwrap_or_else(|| "127.0.0.1:8000".into());
    let bind = bind.to_string_lossy();
    let listener = TcpListener::bind(&*bind).map_err(|error| StartError(format!("BIND is {bind:?}: {error}")))?;
    listener.set_nonblocking(true)?;
    writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    Ok(Demo { manager, listener })
}

/// Reads the keys from their files again, and exchanges those of the manager. A demo does this at SIGHUP.
///
/// Where that fails the keys stay as they are, and the log says why.
pub fn reload_keys(manager: &SessionManager) {
    if let Err(StartError(error)) = read_keys_again(manager) {
        tracing::error!("the keys stay as they are: {error}");
    }
}

fn read_keys_again(manager: &SessionManager) -> Result<(), StartError> {
    // The variables of a process stay as they are. The files that they name change.
    let settings = SessionSettings::from_env()?;
    if !settings.has_keys() {
        tracing::warn!(
            "the random key stays as it is: SESSION_SECRET_KEY_FILE and SESSION_FALLBACK_KEYS_FILE are not set, so there is \
             nothing to read again"
        );
        return Ok(());
    }
    let (key, fallback_keys) = settings.keys()?;
    manager.set_keys(key, fallback_keys)?;
    Ok(())
}

fn manager(settings: SessionSettings) -> Result<SessionManager, StartError> {
    if settings.has_keys() {
        return Ok(settings.try_into()?);
    }
    let manager = SessionManager::new(Key::generate()?, settings.cookie_config()?)
        .map_err(|error| StartError(format!("SESSION_{}: {error}", error.option().to_ascii_uppercase())))?;
    tracing::warn!("SESSION_SECRET_KEY is not set: a random key signs, so every session ends with this process");
    Ok(manager)
}

/// Why a demo did not start, or got no other keys, in one line.
///
/// `main` shows an error by its `Debug`, which is the same line here.
pub struct StartError(String);

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: Error> From<E> for StartError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
