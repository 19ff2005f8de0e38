//! A VelociPy server with the demo's routes.

use std::process::Command;

use crate::{DemoServer, Process, demo::set_environment, velocipy::python};

impl DemoServer {
    /// Starts VelociPy with the demo's routes, and waits until it listens.
    ///
    /// It takes the same variables as the demos. Besides their routes, `GET /session` answers the session as JSON,
    /// as VelociPy's signer writes it; `POST /session` merges a JSON object into it, and `PUT /session` puts one in its place.
    ///
    /// # Panics
    ///
    /// Like [`python`], and when the server does not listen.
    #[must_use]
    pub fn start_velocipy(env: &[(&str, &str)]) -> Self {
        let mut command = Command::new(python());
        set_environment(&mut command, env);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/velocipy/app.py"));
        Self::listen(Process::spawn("VelociPy", &mut command))
    }
}
