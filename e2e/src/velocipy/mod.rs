//! The real VelociPy, installed from PyPI into a virtual environment under the target folder.

mod environment;
mod server;
mod signer;

pub use environment::python;
pub use signer::{Signed, Signer, Verdict};
