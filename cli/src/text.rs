//! Text that a stranger wrote: how much of it is read, how it is made safe for a terminal, and JSON made readable.

use std::fmt::Write;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};

const KEY: Style = AnsiColor::Cyan.on_default();
const STRING: Style = AnsiColor::Green.on_default();
const OTHER: Style = AnsiColor::Yellow.on_default();

/// How much is read from stdin, or from a file, in bytes.
pub(crate) const MOST_INPUT: u64 = 1 << 20;

/// Deeper JSON is not indented further: its text would grow with the square of its depth.
const DEEPEST_INDENT: usize = 32;

/// Writes what a terminal obeys instead of showing it (control characters, and those that turn the direction of the text) as JSON
/// escapes. Inside JSON they mean the same.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            char if char.is_control() => _ = write!(escaped, "\\u{:04x}", u32::from(char)),
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                _ = write!(escaped, "\\u{:04x}", u32::from(char));
            }
            char => escaped.push(char),
        }
    }
    escaped
}

/// Writes a line to stderr.
pub(crate) fn warn(message: &str) {
    let lines: Vec<_> = message.lines().map(escape).collect();
    // There is no other place to report to.
    let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
}

/// Indents and colours valid JSON, and leaves each number and string as it is spelt.
pub(crate) fn pretty(json: &str) -> String {
    let (mut out, mut rest, mut depth) = (String::new(), json.trim_start(), 0_usize);
    while let Some(first) = rest.chars().next() {
        let (token, after) = rest.split_at_checked(token_length(rest)).unwrap_or((rest, ""));
        let after = after.trim_start();
        match first {
            '{' | '[' if after.starts_with(['}', ']']) => out.push(first),
            '{' | '[' => {
                depth += 1;
                out.push(first);
                new_line(&mut out, depth);
            }
            '}' | ']' => {
                if !out.ends_with(['{', '[']) {
                    depth = depth.saturating_sub(1);
                    new_line(&mut out, depth);
                }
                out.push(first);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                let style = if first != '"' {
                    OTHER
                } else if after.starts_with(':') {
                    KEY
                } else {
                    STRING
                };
                _ = write!(out, "{style}{}{style:#}", escape(token));
            }
        }
        rest = after;
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    _ = write!(out, "\n{:width$}", "", width = 2 * depth.min(DEEPEST_INDENT));
}

/// Returns the length of the first bracket, comma, colon, string or word.
fn token_length(json: &str) -> usize {
    if let Some(string) = json.strip_prefix('"') {
        let mut is_escaped = false;
        let end = string.find(|char| {
            let was_escaped = is_escaped;
            is_escaped = char == '\\' && !was_escaped;
            char == '"' && !was_escaped
        });
        return end.map_or(json.len(), |end| end + 2);
    }
    match json.find(['{', '}', '[', ']', ',', ':', ' ', '\n', '\r', '\t']) {
        Some(0) => 1,
        end => end.unwrap_or(json.len()),
    }
}
