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
    /// Of any other kind: a pair is a word, and may be an attribute.
    Text,
}

/// What a line has before its cookies.
const BEGINNINGS: [(&str, Source); 5] = [
    ("set-cookie:", Source::SetCookie),
    ("cookie:", Source::Cookie),
    ("cookie=", Source::Cookie),
    ("--cookie ", Source::Text),
    ("-b ", Source::Text),
];
const ATTRIBUTES: [&str; 8] = ["domain", "expires", "httponly", "max-age", "partitioned", "path", "samesite", "secure"];
/// How many names the application logs.
const MOST_OTHERS: usize = 16;
/// The length of a token's signature.
const SIGNATURE: usize = 43;

/// Returns the cookies of this name. Where the input names none, its single value is taken.
pub(crate) fn find(input: &str, name: &str) -> Cookies {
    let text = without_quotes(&joined(input));
    // A member of an object.
    let with_members = text.replace(&format!("{name}:"), &format!("{name}="));
    let mut lines: Vec<_> = text.lines().filter_map(after_beginning).collect();
    if lines.is_empty() {
        lines = with_members.lines().map(|line| (Source::Text, line)).collect();
    }
    let (mut cookies, mut others, mut unnamed) = (Cookies::default(), Vec::new(), Vec::new());
    for (source, line) in lines {
        let all = pairs(source, line);
        let is_removal = source != Source::Cookie && is_removal(&all);
        let count = if source == Source::SetCookie { 1 } else { all.len() };
        for (at, pair) in all.into_iter().take(count).enumerate() {
            match pair {
                _ if source == Source::Text && at > 0 && is_attribute(pair) => {}
                (Some(own), _) if own == name && is_removal => cookies.is_removed = true,
                (Some(own), value) if own == name => cookies.values.push(value.to_owned()),
                (Some(other), _) => others.extend(
                    (!other.is_empty() && others.len() < MOST_OTHERS && !others.contains(&other)).then_some(other),
                ),
                (None, value) if is_encoded(value) => cookies.is_encoded = true,
                (None, value) if source == Source::Text && !value.contains([' ', ':']) => {
                    unnamed.push(value.to_owned())
                }
                _ => {}
            }
        }
    }
    if unnamed.len() == 1 && !cookies.is_removed && cookies.values.is_empty() && others.is_empty() {
        cookies.values = unnamed;
    }
    cookies.others = others.into_iter().map(str::to_owned).collect();
    cookies.is_encoded |= cookies.values.iter().any(|value| is_encoded(value));
    cookies
}

/// Joins a token that was broken into lines, and removes the escapes of JSON and of shells.
fn joined(input: &str) -> String {
    // Windows escapes by `^`.
    let text = if input.contains("^\"") { input.replace('^', "") } else { input.to_owned() };
    let text =
        text.replace("\\\"", "\"").replace("\\r", "").replace("\\n", "\n").replace("$'", "'").replace(" = ", "=");
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        // `curl -v` has `<` and `>` before a header.
        let line = line.trim_matches(|char: char| char.is_whitespace() || matches!(char, '<' | '>' | '\\'));
        let after = line.trim_start_matches(is_of_token);
        let is_rest = after != line && after.chars().next().is_none_or(|char| char == ';' || is_quote(char));
        if !(is_rest && ends_inside_token(&joined)) {
            joined.push('\n');
        }
        joined.push_str(line);
    }
    joined
}

fn ends_inside_token(text: &str) -> bool {
    let end = text.get(text.len().saturating_sub(SIGNATURE + 1)..).unwrap_or_default();
    let token = end.rsplit(|char| !is_of_token(char)).next().unwrap_or_default();
    token.rsplit_once('.').map_or(!token.is_empty() || end.ends_with('='), |(_, signature)| signature.len() < SIGNATURE)
}

const fn is_of_token(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.')
}

const fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}')
}

/// Ends the line where a quote ends an argument or a member, and removes the others.
fn without_quotes(text: &str) -> String {
    let mut parts = text.split(is_quote);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let next = part.trim_start_matches(' ');
        if next.starts_with([',', '}', ']', ')']) || (next != part && !next.starts_with([';', ':', '='])) {
            plain.push('\n');
        }
        plain.push_str(part);
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
        let first = cookies.split(';').next().filter(|first| !first.is_empty())?;
        (beginning != "cookie=" || first.contains('=')).then_some((source, cookies))
    })
}

/// Splits a line into names and values.
fn pairs(source: Source, line: &str) -> Vec<Pair<'_>> {
    match *line.split('\t').collect::<Vec<_>>() {
        // A row of curl's cookie jar, or of the table in a browser's developer tools.
        [_, "TRUE" | "FALSE", _, _, _, name, value] | [name, value, ..]
            if source == Source::Text && !name.contains('=') =>
        {
            return vec![(Some(name), value)];
        }
        _ => {}
    }
    let pieces = line.split(';').map(str::trim).filter(|piece| !piece.is_empty());
    pieces.map(|piece| pair(source, piece)).collect()
}

fn pair(source: Source, piece: &str) -> Pair<'_> {
    match piece.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
        Some((name, value)) if source == Source::Text => {
            let name = name.rsplit([' ', '{', '(', '[', ',', '?', '&', ':']).next();
            (name, value.split_whitespace().next().unwrap_or_default())
        }
        Some((name, value)) => (Some(name), value),
        None => (None, piece),
    }
}

/// Returns whether browsers remove the cookie at this `Set-Cookie`.
fn is_removal(pairs: &[Pair<'_>]) -> bool {
    let is_empty = pairs.first().is_some_and(|(name, value)| name.is_some() && value.is_empty());
    pairs.iter().skip(1).filter_map(|(name, value)| Some((name.as_ref()?, value))).any(|(name, value)| {
        name.eq_ignore_ascii_case("max-age") && value.starts_with(['0', '-'])
            || name.eq_ignore_ascii_case("expires") && is_empty
    })
}

/// Returns whether this is an attribute of a `Set-Cookie`. Without the header's name, nothing else tells them from cookies.
fn is_attribute((name, value): Pair<'_>) -> bool {
    ATTRIBUTES.contains(&&*name.unwrap_or(value).to_ascii_lowercase())
}

/// Returns whether the `=` of a pair or the dot of a token is percent-encoded.
fn is_encoded(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    value.contains("%3d") || value.contains("%2e")
}
