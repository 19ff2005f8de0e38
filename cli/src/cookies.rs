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
/// How many names the application logs, and how much of each, in bytes.
const MOST_OTHERS: usize = 16;
const MAX_NAME_SIZE: usize = 64;
/// How each payload begins, which is JSON.
const PAYLOAD: &str = "eyJ";
/// The length of a token's signature.
const SIGNATURE: usize = 43;
/// What is longer is no part of a cookie.
const MOST_OF_TOKEN: usize = 8192;

/// Returns the cookies of this name. Where the input names none, its single value is taken.
pub(crate) fn find(input: &str, name: &str) -> Cookies {
    let text = joined(input);
    // A header by itself is read as the application reads it. Around any other text there may be quotes that are not the cookie's.
    let (mut lines, mut others) = (Vec::new(), String::new());
    for line in text.lines() {
        match bare_header(line) {
            Some(header) => lines.push(header),
            None => others.extend([line, "\n"]),
        }
    }
    let others = without_quotes(&members(others, name));
    lines.extend(others.lines().filter_map(after_beginning));
    let has_beginning = !lines.is_empty();
    lines.extend(
        others.lines().filter(|line| !has_beginning || row(line, name).is_some()).map(|line| (Source::Text, line)),
    );

    let (mut cookies, mut others, mut unnamed) = (Cookies::default(), Vec::new(), Vec::new());
    for (source, line) in lines {
        let all = pairs(source, line, name);
        let is_removal = source != Source::Cookie && is_removal(&all);
        let count = if source == Source::SetCookie { 1 } else { all.len() };
        for (at, pair) in all.into_iter().take(count).enumerate() {
            match pair {
                _ if source == Source::Text && at > 0 && is_attribute(pair) => {}
                (Some(own), _) if own == name && at == 0 && is_removal => cookies.is_removed = true,
                (Some(own), value) if own == name => cookies.values.push(value.to_owned()),
                (Some(other), _) => others.extend(
                    (!other.is_empty() && others.len() < MOST_OTHERS && !others.contains(&other)).then_some(other),
                ),
                (None, value) if is_encoded(value) => cookies.is_encoded = true,
                (None, value) if source == Source::Text && value.chars().all(is_of_token) => {
                    unnamed.push(value.to_owned())
                }
                _ => {}
            }
        }
    }
    if unnamed.len() > 1 {
        unnamed.retain(|value| is_whole(value));
    }
    if unnamed.len() == 1 && !cookies.is_removed && cookies.values.is_empty() && others.is_empty() {
        cookies.values = unnamed;
    }
    cookies.others = others.into_iter().map(|other| other.chars().take(MAX_NAME_SIZE).collect()).collect();
    cookies.is_encoded |= cookies.values.iter().any(|value| is_encoded(value));
    cookies
}

/// Joins a token that was broken into lines.
fn joined(input: &str) -> String {
    let mut joined = String::with_capacity(input.len());
    for line in input.lines() {
        // `curl -v` has `<` and `>` before a header.
        let line = line.trim_start_matches(|char: char| char.is_whitespace() || matches!(char, '<' | '>')).trim_end();
        let rest = line.split(|char| !is_of_token(char)).next().unwrap_or_default();
        let before = joined.trim_end_matches([' ', '\\']).len();
        match joined.get(..before).is_some_and(|before| belongs(before, rest)) {
            true => joined.truncate(before),
            false => joined.push('\n'),
        }
        joined.push_str(line);
    }
    joined
}

/// Returns whether a line's first word goes on with the token at the end of the line before.
fn belongs(before: &str, rest: &str) -> bool {
    if rest.is_empty() || rest.starts_with(PAYLOAD) {
        return before.ends_with('=') && is_whole(rest);
    }
    let start = before.rfind(|char| !is_of_token(char)).map_or(0, |at| at + 1);
    let token = before.get(start..).filter(|token| token.len() <= MOST_OF_TOKEN).unwrap_or_default();
    token.starts_with(PAYLOAD) && !is_whole(token)
}

fn is_whole(token: &str) -> bool {
    token.starts_with(PAYLOAD) && token.rsplit_once('.').is_some_and(|(_, signature)| signature.len() >= SIGNATURE)
}

/// Removes the escapes of JSON and of shells, and gives a cookie that is a member of an object the form of a pair.
fn members(text: String, name: &str) -> String {
    // Windows escapes by `^`.
    let text = if text.contains("^\"") { text.replace('^', "") } else { text };
    let text =
        text.replace("\\\"", "\"").replace("\\r", "").replace("\\n", "\n").replace("$'", "'").replace(" = ", "=");
    let exported = [",", ", ", ",\n"].into_iter().flat_map(|comma| ["", " "].map(|blank| (comma, blank)));
    let text = exported.fold(text, |text, (comma, blank)| {
        text.replace(&format!("\"name\":{blank}\"{name}\"{comma}\"value\":"), &format!("\"{name}\":"))
    });
    [":", "\": ", "\":"]
        .into_iter()
        .fold(text, |text, colon| text.replace(&format!("{name}{colon}"), &format!("{name}=")))
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

/// Returns the cookies of a line that is a header and nothing else.
fn bare_header(line: &str) -> Option<(Source, &str)> {
    let (header, cookies) = line.split_once(':')?;
    let source = match header.to_ascii_lowercase().as_str() {
        "cookie" => Source::Cookie,
        "set-cookie" => Source::SetCookie,
        _ => return None,
    };
    (!cookies.trim().is_empty()).then_some((source, cookies))
}

/// Returns what follows the name of a header or option that holds cookies.
fn after_beginning(line: &str) -> Option<(Source, &str)> {
    let lower = line.to_ascii_lowercase();
    let is_end_of_word = |before: &str| before.ends_with(|char: char| char == '-' || char.is_alphanumeric());
    BEGINNINGS.iter().find_map(|&(beginning, source)| {
        let mut places = lower.match_indices(beginning);
        let (at, _) = places.find(|(at, _)| !lower.get(..*at).is_some_and(is_end_of_word))?;
        let cookies = line.get(at + beginning.len()..)?.trim_matches(['[', ']', ' ', '\t']);
        // Without a pair it is a file of cookies, or a cookie's name in the application's log.
        let (first, _) = cookies.split_once('=').filter(|_| !cookies.is_empty())?;
        (!first.trim().contains(' ')).then_some((source, cookies))
    })
}

/// Splits a line into names and values.
fn pairs<'a>(source: Source, line: &'a str, name: &str) -> Vec<Pair<'a>> {
    if let Some(row) = row(line, name).filter(|_| source == Source::Text) {
        return vec![row];
    }
    let pieces = line.split(';').map(str::trim).filter(|piece| !piece.is_empty());
    pieces.map(|piece| pair(source, piece, name)).collect()
}

/// Reads a row of curl's cookie jar, or of the table in a browser's developer tools.
fn row<'a>(line: &'a str, name: &str) -> Option<Pair<'a>> {
    if let [_, "TRUE" | "FALSE", _, _, _, own, value] = *line.split_whitespace().collect::<Vec<_>>() {
        return Some((Some(own), value));
    }
    let (own, rest) = line.split_once('\t').filter(|(own, _)| *own == name)?;
    Some((Some(own), rest.split('\t').next().unwrap_or_default()))
}

fn pair<'a>(source: Source, piece: &'a str, name: &str) -> Pair<'a> {
    if source == Source::Text
        && let Some(value) = named(piece, name)
    {
        return value;
    }
    match piece.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
        Some((name, value)) if source == Source::Text => {
            let name = name.rsplit([' ', '{', '(', '[', ',', '?', '&', ':']).next();
            (name, value.split_whitespace().next().unwrap_or_default())
        }
        // The application takes one pair of quotes away.
        Some((name, value)) => {
            let inside = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            (Some(name), inside.filter(|inside| !inside.starts_with('"')).unwrap_or(value))
        }
        None => (None, piece),
    }
}

/// Finds the cookie's name in a text, where a word begins, and the word after its `=`.
fn named<'a>(text: &'a str, name: &str) -> Option<Pair<'a>> {
    let is_end_of_word = |before: &str| before.ends_with(is_of_token);
    let mut places = text.match_indices(name);
    let (own, after) = places.find_map(|(at, own)| {
        let after = text.get(at + own.len()..)?.strip_prefix('=')?;
        (!text.get(..at).is_some_and(is_end_of_word)).then_some((own, after))
    })?;
    Some((Some(own), after.split([' ', '\t', ',', '&', '}', ']', ')']).next().unwrap_or_default()))
}

/// Returns whether browsers remove the cookie at this `Set-Cookie`.
fn is_removal(pairs: &[Pair<'_>]) -> bool {
    let is_empty = pairs.first().is_some_and(|(name, value)| name.is_some() && value.is_empty());
    pairs.iter().skip(1).filter_map(|(name, value)| Some((name.as_ref()?, value))).any(|(name, value)| {
        name.eq_ignore_ascii_case("max-age") && value.starts_with(['0', '-'])
            || name.eq_ignore_ascii_case("expires") && (is_empty || value.contains("1970"))
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
