//! Finds the cookie in what a person copied: a value, a pair, a header, a request, a command line, a log or a table.

/// What the input has of the session's cookie.
#[derive(Default)]
pub(crate) struct Cookies {
    /// Those of its name, or the one value without a name.
    pub(crate) values: Vec<String>,
    /// The names of the other cookies.
    pub(crate) others: Vec<String>,
    /// Whether a `Set-Cookie` removes it.
    pub(crate) is_removed: bool,
    /// Whether its `=` or its dot is percent-encoded.
    pub(crate) is_encoded: bool,
}

/// A text without `=` has no name.
type Pair<'a> = (Option<&'a str>, &'a str);

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Cookie,
    SetCookie,
    /// An argument, which a blank ends unless it is quoted.
    Curl,
    /// Text that nothing says the kind of.
    Bare,
}

/// What a line has before its cookies.
const BEGINNINGS: [(&str, Source); 5] = [
    ("set-cookie:", Source::SetCookie),
    ("cookie:", Source::Cookie),
    ("cookie=", Source::Cookie),
    ("--cookie ", Source::Curl),
    ("-b ", Source::Curl),
];
const ATTRIBUTES: [&str; 8] = ["domain", "expires", "httponly", "max-age", "partitioned", "path", "samesite", "secure"];
/// The length of a token's signature.
const SIGNATURE: usize = 43;
/// More than a cookie has.
const LONGEST_TOKEN: usize = 8192;

/// Returns the cookies of this name. Where the input names none, its single value is taken.
pub(crate) fn find(input: &str, name: &str) -> Cookies {
    let text = without_quotes(&joined(input));
    let mut lines: Vec<_> = text.lines().filter_map(after_beginning).collect();
    if lines.is_empty() {
        lines = text.lines().map(|line| (Source::Bare, line.trim_start_matches(['<', '>', ' ']))).collect();
    }
    let mut cookies = Cookies::default();
    let mut unnamed = Vec::new();
    for (source, line) in lines {
        let all = pairs(source, line);
        let is_removal = matches!(source, Source::SetCookie | Source::Bare) && is_removal(&all);
        let taken = if source == Source::SetCookie { 1 } else { all.len() };
        for (at, pair) in all.into_iter().take(taken).enumerate() {
            match pair {
                _ if source == Source::Bare && at > 0 && is_attribute(pair) => {}
                (Some(own), _) if own == name && is_removal => cookies.is_removed = true,
                (Some(own), value) if own == name => cookies.values.push(value.to_owned()),
                (Some(other), _) => cookies.others.push(other.to_owned()),
                (None, value) if has(value, "%3d") => cookies.is_encoded = true,
                (None, value) if source == Source::Bare && !value.ends_with(':') => unnamed.push(value.to_owned()),
                (None, _) => {}
            }
        }
    }
    let has_pairs = cookies.is_removed || !cookies.values.is_empty() || !cookies.others.is_empty();
    if unnamed.len() == 1 && !has_pairs {
        cookies.values = unnamed;
    }
    cookies.is_encoded |= cookies.values.iter().any(|value| has(value, "%2e") || has(value, "%3d"));
    cookies
}

/// Joins a token that was broken into lines, and takes the escapes of JSON and of shells away.
fn joined(input: &str) -> String {
    // Windows escapes by `^`.
    let text = if input.contains("^\"") { input.replace('^', "") } else { input.to_owned() };
    let text = text.replace("\\\"", "\"").replace("\\r", "").replace("\\n", "\n").replace("$'", "'");
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim_end().trim_end_matches('\\').trim_end();
        let rest = line.trim_start();
        let after = rest.trim_start_matches(is_of_token);
        let is_rest = after.len() < rest.len() && after.chars().next().is_none_or(|char| char == ';' || is_quote(char));
        if !is_rest || !ends_inside_token(&joined) {
            joined.push('\n');
        }
        joined.push_str(if joined.ends_with('\n') { line } else { rest });
    }
    joined
}

fn ends_inside_token(text: &str) -> bool {
    let end = text.get(text.len().saturating_sub(LONGEST_TOKEN)..).unwrap_or_default();
    let token = end.rsplit(|char| !is_of_token(char)).next().unwrap_or_default();
    token.rsplit_once('.').map_or(!token.is_empty(), |(_, signature)| signature.len() < SIGNATURE)
}

const fn is_of_token(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.')
}

const fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}')
}

/// Ends the line where a quote ends an argument or a member, and removes the others.
fn without_quotes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        let after = text.get(at + char.len_utf8()..).unwrap_or_default();
        let next = after.trim_start_matches(' ');
        if !is_quote(char) {
            plain.push(char);
        } else if next.starts_with([',', '}', ']', ')']) || (next != after && !next.starts_with([';', ':', '='])) {
            plain.push('\n');
        }
    }
    plain
}

/// Returns what follows the name of a header or option that holds cookies.
fn after_beginning(line: &str) -> Option<(Source, &str)> {
    let lower = line.to_ascii_lowercase();
    let is_end_of_word = |before: &str| before.ends_with(|char: char| char == '-' || char.is_alphanumeric());
    BEGINNINGS.iter().find_map(|&(beginning, source)| {
        let mut places = lower.match_indices(beginning);
        let (at, _) = places.find(|(at, _)| !lower.get(..*at).is_some_and(is_end_of_word))?;
        let cookies = line.get(at + beginning.len()..)?.trim_matches(['[', ' ', '\t']);
        let (first, _) = cookies.split_once(';').unwrap_or((cookies, ""));
        (!first.is_empty() && (beginning != "cookie=" || first.contains('='))).then_some((source, cookies))
    })
}

/// Splits a line into names and values.
fn pairs(source: Source, line: &str) -> Vec<Pair<'_>> {
    let row: Vec<_> = line.split('\t').collect();
    match *row {
        // Of curl's cookie jar, and of the table in a browser's developer tools.
        [_, "TRUE" | "FALSE", _, _, _, name, value] if source == Source::Bare => return vec![(Some(name), value)],
        [name, value, ..] if source == Source::Bare && !name.contains('=') => return vec![(Some(name), value)],
        _ => {}
    }
    let pieces = line.split(';').map(str::trim).filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| match (source, piece.split_once('=')) {
            (_, None) => (None, piece),
            (Source::Bare, Some((name, value))) => {
                (name.trim_end().rsplit([' ', '{', '(', '[', ',', '?', '&', ':']).next(), value.trim())
            }
            (Source::Curl, Some((name, value))) => (Some(name.trim()), value.split(' ').next().unwrap_or_default()),
            (_, Some((name, value))) => (Some(name.trim()), value.trim()),
        })
        .collect()
}

/// Returns whether a `Set-Cookie` is one that browsers remove the cookie at.
fn is_removal(pairs: &[Pair<'_>]) -> bool {
    let is_empty = matches!(pairs.first(), Some((Some(_), "")));
    pairs.iter().skip(1).any(|(name, value)| match name.unwrap_or_default().to_ascii_lowercase().as_str() {
        "max-age" => value.starts_with(['0', '-']),
        "expires" => is_empty,
        _ => false,
    })
}

/// Returns whether this is an attribute of a `Set-Cookie`. Without the header's name, nothing else tells them from cookies.
fn is_attribute((name, value): Pair<'_>) -> bool {
    ATTRIBUTES.contains(&&*name.unwrap_or(value).to_ascii_lowercase())
}

fn has(value: &str, encoded: &str) -> bool {
    value.to_ascii_lowercase().contains(encoded)
}
