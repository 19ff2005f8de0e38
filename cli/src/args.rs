use std::time::Duration;

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use session_codec::UnixTime;

/// Reads signed session cookies, and makes their keys.
///
/// Keys come from SESSION_SECRET_KEY, SESSION_FALLBACK_KEYS, their _FILE forms, or the options for files: as in the application.
#[derive(Parser)]
#[command(name = "session-cookie", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show who signed a cookie, how old it is and what is in it, or why it is refused
    ///
    /// Exit codes: 0 verified, 1 refused, 2 wrong call or settings, 3 expired, 4 not a cookie, 5 decoded without a key.
    Inspect(InspectArgs),
    /// Print a new secret for SESSION_SECRET_KEY
    Keygen,
    /// Print the fingerprint of each key, as the application logs them at its start
    Fingerprint {
        #[command(flatten)]
        keys: KeyArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(clap::Args)]
pub(crate) struct InspectArgs {
    /// The cookie: its value, or text with it, as a Cookie header or a curl command; from stdin if left out, where no shell keeps it
    pub(crate) cookie: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    /// The cookie is that of the application's sibling session of this name; its own options are to be given, for the
    /// variables are the main session's
    #[arg(long, value_name = "NAME", value_parser = not_empty)]
    pub(crate) sibling: Option<String>,
    /// The cookie's name. A value alone is taken whatever its name is
    #[arg(long, env = "SESSION_NAME")]
    pub(crate) name: Option<String>,
    /// The application's option: seconds, or none
    #[arg(long, env = "SESSION_MAX_AGE", value_name = "SECONDS")]
    pub(crate) max_age: Option<String>,
    /// The application's option: seconds, or none
    #[arg(long, env = "SESSION_DEFAULT_LIFETIME", value_name = "SECONDS")]
    pub(crate) default_lifetime: Option<String>,
    /// The application's option: seconds, or none
    #[arg(long, env = "SESSION_MAX_LIFETIME", value_name = "SECONDS")]
    pub(crate) max_lifetime: Option<String>,
    /// Defaults for the options above: hardened
    #[arg(long, env = "SESSION_PRESET")]
    pub(crate) preset: Option<String>,
    /// The time to inspect it at: seconds since 1970, or a date such as 2026-11-24T01:53:33Z
    #[arg(long, value_name = "TIME", value_parser = time, allow_negative_numbers = true)]
    pub(crate) now: Option<UnixTime>,
}

fn time(text: &str) -> Result<UnixTime, &'static str> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let date = || text.parse::<Timestamp>().ok()?.as_duration().try_into().ok();
    let since_epoch = seconds.or_else(date).ok_or("give seconds since 1970, or a date such as 2026-11-24T01:53:33Z")?;
    Ok(UnixTime::from_duration(since_epoch))
}

fn not_empty(text: &str) -> Result<String, &'static str> {
    Some(text.to_owned()).filter(|text| !text.is_empty()).ok_or("it is empty")
}

#[derive(clap::Args)]
pub(crate) struct KeyArgs {
    /// A file with the secret, in place of the environment's keys
    #[arg(long, value_name = "FILE", value_parser = not_empty)]
    pub(crate) key_file: Option<String>,
    /// A file with previous secrets, one a line; needs --key-file
    #[arg(long, value_name = "FILE", requires = "key_file", value_parser = not_empty)]
    pub(crate) fallback_keys_file: Option<String>,
}
