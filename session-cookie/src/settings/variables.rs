//! The environment variables of the options.

use std::env;

use super::SessionSettings;
use super::value::Value;

/// Each option, the variable that [`SessionSettings::from_env`] reads it from, and where it is kept.
pub(super) type Variable = (&'static str, &'static str, fn(&mut SessionSettings) -> &mut Value);
pub(super) const VARIABLES: [Variable; 16] = [
    ("secret_key", "SESSION_SECRET_KEY", |settings| &mut settings.secret_key),
    ("secret_key_file", "SESSION_SECRET_KEY_FILE", |settings| &mut settings.secret_key_file),
    ("fallback_keys", "SESSION_FALLBACK_KEYS", |settings| &mut settings.fallback_keys),
    ("fallback_keys_file", "SESSION_FALLBACK_KEYS_FILE", |settings| &mut settings.fallback_keys_file),
    ("preset", "SESSION_PRESET", |settings| &mut settings.preset),
    ("name", "SESSION_NAME", |settings| &mut settings.name),
    ("max_age", "SESSION_MAX_AGE", |settings| &mut settings.max_age),
    ("default_lifetime", "SESSION_DEFAULT_LIFETIME", |settings| &mut settings.default_lifetime),
    ("path", "SESSION_PATH", |settings| &mut settings.path),
    ("domain", "SESSION_DOMAIN", |settings| &mut settings.domain),
    ("secure", "SESSION_SECURE", |settings| &mut settings.secure),
    ("http_only", "SESSION_HTTP_ONLY", |settings| &mut settings.http_only),
    ("same_site", "SESSION_SAME_SITE", |settings| &mut settings.same_site),
    ("partitioned", "SESSION_PARTITIONED", |settings| &mut settings.partitioned),
    ("refresh", "SESSION_REFRESH", |settings| &mut settings.refresh),
    ("max_lifetime", "SESSION_MAX_LIFETIME", |settings| &mut settings.max_lifetime),
];

/// Warns of variables that are written as other frameworks write those of [`VARIABLES`].
pub(super) fn warn_of_misspelt() {
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        // On Windows, upper and lower case are one name.
        let is = |variable: &str| variable == name || cfg!(windows) && variable.eq_ignore_ascii_case(&name);
        if let Some(meant) = meant_by(&name).filter(|meant| !is(meant)) {
            tracing::warn!("{name} is not read; the variable is {meant}");
        }
    }
}

/// Returns the variable of [`VARIABLES`] that has this name but for underscores, upper case, and a `COOKIE` in it.
fn meant_by(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_uppercase();
    let option = name.strip_prefix("SESSION_")?.replace("COOKIE", "").replace('_', "");
    let same = VARIABLES.iter().find(|(known, ..)| known.replace('_', "").eq_ignore_ascii_case(&option));
    same.map(|(_, variable, _)| *variable)
}
