//! Runs one case of this program under memcheck and reads the complaints.

use std::fmt;
use std::process::Command;

pub(crate) struct Findings {
    /// How often a complaint arose.
    pub(crate) count: usize,
    /// The places at which complaints arose.
    pub(crate) complaints: Vec<Complaint>,
}

#[derive(Default)]
pub(crate) struct Complaint {
    pub(crate) kind: String,
    /// Functions and their places in the source, innermost first.
    frames: Vec<String>,
}

impl Complaint {
    /// Returns whether this is the branch on whether a key signed the token: it is in `Codec::find_key`, with no inner frame
    /// but the iterator over the keys, so in particular neither in the hash nor in the comparison.
    pub(crate) fn is_the_verdict(&self) -> bool {
        let is_iterator =
            |frame: &&String| frame.contains("(library/core/src/iter/") || frame.contains("(library/core/src/ops/");
        let innermost = self.frames.iter().find(|frame| !is_iterator(frame));
        innermost.is_some_and(|frame| frame.starts_with("session_codec::codec::Codec::find_key ("))
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    {}", self.kind)?;
        self.frames.iter().take(8).try_for_each(|frame| writeln!(f, "        {frame}"))
    }
}

pub(crate) fn run(case: &str) -> Result<Findings, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=memcheck", "--quiet", "--error-limit=no", "--num-callers=40"])
        .arg(program)
        .arg(case)
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let count = String::from_utf8_lossy(&output.stdout).trim().parse();
    match (output.status.success(), count) {
        (true, Ok(count)) => Ok(Findings { count, complaints: complaints(&log) }),
        _ => Err(format!("ended with {}\n{log}", output.status)),
    }
}

/// Reads complaints like this one, separated by empty lines:
///
/// ```text
/// ==1== Conditional jump or move depends on uninitialised value(s)
/// ==1==    at 0x133366: session_codec::codec::Codec::find_key (codec.rs:137)
/// ==1==    by 0x12AEDE: session_codec::codec::Codec::verify (codec.rs:115)
/// ```
fn complaints(log: &str) -> Vec<Complaint> {
    let mut complaints: Vec<Complaint> = Vec::new();
    for line in log.lines().filter_map(|line| line.strip_prefix("==")?.split_once("== ")).map(|(_, line)| line) {
        match (line.trim_start().split_once(": "), complaints.last_mut()) {
            (Some((address, frame)), Some(complaint))
                if address.starts_with("at 0x") || address.starts_with("by 0x") =>
            {
                complaint.frames.push(frame.to_owned());
            }
            _ if line.trim().is_empty() => {}
            _ => complaints.push(Complaint { kind: line.to_owned(), ..Complaint::default() }),
        }
    }
    complaints
}
