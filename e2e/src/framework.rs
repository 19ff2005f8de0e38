//! The frameworks that have an adapter, a demo and a test server.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use crate::cargo::build_example;

/// One for each framework.
type Executables = [OnceLock<PathBuf>; 2];

/// A framework that has an adapter and a demo server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Framework {
    /// `adapter-axum/examples/sessions-axum.rs`
    Axum,
    /// `adapter-actix/examples/sessions-actix.rs`
    Actix,
}

impl Framework {
    /// Every framework, for a test that holds for each.
    pub const ALL: [Self; 2] = [Self::Axum, Self::Actix];

    /// `axum` or `actix`, as in the names of the adapter and its demo.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Actix => "actix",
        }
    }

    /// The demo's executable, built by the first call.
    pub(crate) fn demo(self) -> &'static Path {
        static EXECUTABLES: Executables = [const { OnceLock::new() }; 2];
        EXECUTABLES[self as usize]
            .get_or_init(|| build_example(&format!("session-cookie-{self}"), &format!("sessions-{self}")))
    }

    /// The executable of the test server, built by the first call.
    pub(crate) fn test_server(self) -> &'static Path {
        static EXECUTABLES: Executables = [const { OnceLock::new() }; 2];
        EXECUTABLES[self as usize].get_or_init(|| build_example("e2e", &format!("test-server-{self}")))
    }

    /// The executable of the OAuth example, built by the first call.
    ///
    /// # Panics
    ///
    /// When it does not build.
    #[must_use]
    pub fn oauth_example(self) -> &'static Path {
        static EXECUTABLES: Executables = [const { OnceLock::new() }; 2];
        EXECUTABLES[self as usize].get_or_init(|| build_example("e2e", &format!("oauth-{self}")))
    }
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
