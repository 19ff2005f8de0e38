//! Reads signed session cookies, and makes their keys. The README has the outputs and the exit codes.

mod args;
mod cookies;
mod inspect;
mod keys;
mod options;
mod report;
mod text;

use std::env;
use std::error::Error;
use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;

use base64ct::{Base64UrlUnpadded, Encoding};
use clap::Parser;
use clap::error::{ContextKind, ContextValue};

use crate::args::{Args, Command, InspectArgs};
use crate::cookies::{PAYLOAD, is_of_token};
use crate::text::{MOST_INPUT, warn};

/// The exit code of a wrong call or wrong settings, as clap has it.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    // A blank before them tells arguments of curl from options.
    let is_of_curl = |text: &str| ["-b ", "--cookie ", "-H "].iter().any(|option| text.starts_with(option));
    let args = env::args_os().map(|arg| match arg.to_str() {
        Some(text) if is_of_curl(text) => format!(" {text}").into(),
        _ => arg,
    });
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => return fail(wrong_call(&error).trim_end()),
    };
    run(args).unwrap_or_else(|error| fail(&format!("error: {error}")))
}

fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    match args.command {
        Command::Inspect(args) => {
            let report = inspect::inspect(&args, &input(&args)?)?;
            print(&if args.json { report.json() } else { report.to_string() })?;
            let (exit_code, ..) = report.verdict.words();
            Ok(ExitCode::from(exit_code))
        }
        Command::Keygen => {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret)?;
            print(&Base64UrlUnpadded::encode_string(&secret))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Fingerprint { keys, json } => {
            let keys = keys::load(&keys)?.ok_or("no key is given; set SESSION_SECRET_KEY, or give --key-file")?;
            print(&report::fingerprints(&keys, json))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn input(args: &InspectArgs) -> io::Result<String> {
    match args.cookie.as_deref() {
        Some(text) if text != "-" => return Ok(text.to_owned()),
        None if io::stdin().is_terminal() => warn("reading the cookie from the terminal, until Ctrl-D"),
        _ => {}
    }
    let mut bytes = Vec::new();
    if io::stdin().take(MOST_INPUT + 1).read_to_end(&mut bytes)? as u64 > MOST_INPUT {
        return Err(io::Error::other("the input is larger than 1 MiB; give the part with the cookie"));
    }
    // Windows writes UTF-16, of which every second byte of a cookie is zero.
    let unit = match *bytes {
        [0xff, 0xfe, ..] | [_, 0, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] | [0, ..] => u16::from_be_bytes,
        _ => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
    };
    let (units, _) = bytes.as_chunks();
    Ok(String::from_utf16_lossy(&units.iter().copied().map(unit).collect::<Vec<_>>()))
}

/// Prints a line, in colour if it goes to a terminal. A reader that has gone, as in `| head -1`, has what it wanted.
fn print(text: &str) -> io::Result<()> {
    match writeln!(anstream::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

/// Returns what is wrong with the arguments. One that is not expected may be a cookie or a secret, so it is not repeated.
fn wrong_call(error: &clap::Error) -> String {
    let is_value = |kind| matches!(error.get(kind), Some(ContextValue::String(arg)) if !arg.starts_with('-'));
    if [ContextKind::InvalidArg, ContextKind::InvalidSubcommand].into_iter().any(is_value) {
        return "error: an argument is not expected; give a command (inspect, keygen or fingerprint) and a cookie in quotes"
            .to_owned();
    }
    error.render().to_string()
}

fn fail(message: &str) -> ExitCode {
    // A message may repeat an argument, which may be a cookie.
    let words = message.split_inclusive(|char| !is_of_token(char));
    let hidden = |word: &str| word.starts_with(PAYLOAD).then(|| format!("…{}", word.trim_start_matches(is_of_token)));
    let message: String = words.map(|word| hidden(word).unwrap_or_else(|| word.to_owned())).collect();
    warn(&message);
    ExitCode::from(USAGE)
}
