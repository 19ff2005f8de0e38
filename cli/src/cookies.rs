//! Finds the cookie in what a person copied. The first of these that has it is read, and nothing else:
//!
//! 1. Lines that are a `Cookie` or `Set-Cookie` header and nothing else, or the pairs of one without its name. They are read as the
//!    application reads them.
//! 2. The cookie's name with a value, in whatever notation.
//! 3. One value without a name.

use std::collections::BTreeSet;

/// What the input has of the session's cookie.
#[derive(Default)]
pub(crate) struct Cookies {
    /// Those of its name, or the one value without a name.
    pub(crate) values: Vec<String>,
    /// The names of the other cookies.
    pub(crate) others: Vec<String>,
    /// How many values a text has without a name. If it is one, that may be the value.
    pub(crate) unnamed: usize,
    /// Whether a `Set-Cookie` removes it.
    pub(crate) is_removed: bool,
    /// Whether it is percent-encoded.
    pub(crate) is_encoded: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Cookie,
    SetCookie,
    /// Of either, since no name tells which.
    Whole,
}

/// How many cookies of one name the application tries.
pub(crate) const MAX_CANDIDATES: usize = 8;
/// The largest name and value that it reads, in bytes.
pub(crate) const MAX_COOKIE_SIZE: usize = 4096;

/// Cookies with `;` between them, and nothing else.
type List<'a> = (Source, &'a str);

/// The attributes with a value. Without the header's name, nothing else tells them from cookies.
const ATTRIBUTES: [&str; 5] = ["domain", "expires", "max-age", "path", "samesite"];
/// How many names the application logs, and how much of each, in bytes.
const MOST_OTHERS: usize = 16;
const MAX_NAME_SIZE: usize = 64;
/// How each payload begins, which is JSON.
pub(crate) const PAYLOAD: &str = "eyJ";
/// The length of a token's signature.
const SIGNATURE: usize = 43;
/// How far the value of an object may be from its name, in members and line ends.
const MOST_MEMBERS: usize = 24;

/// Quotes and what escapes them; Windows escapes by `^`.
const QUOTES: &[char] = &['"', '\'', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\\', '^'];
const BRACKETS: &[char] = &['[', '(', '{', '<', '>', '$'];

/// Returns the cookies of this name. Where the input names none, its single value is taken.
pub(crate) fn find(input: &str, name: &str) -> Cookies {
    let text = joined(&without_colours(input));
    let (lists, rest) = lists(&text);
    let mut cookies = Cookies::default();
    for list in &lists {
        cookies.read(*list, name);
    }
    // A response's headers do not say what the request had.
    let is_response = lists.iter().all(|(source, _)| *source == Source::SetCookie);
    if is_response && cookies.values.is_empty() && !cookies.is_removed {
        let around = Cookies::of_text(&rest, name);
        if lists.is_empty() || around.has_token() {
            cookies = around;
        }
    }
    let beside = |(at, _): (usize, _)| text.get(at.saturating_sub(3)..at + name.len() + 3).is_some_and(has_code);
    cookies.is_encoded |= cookies.values.iter().any(|value| has_code(value));
    cookies.is_encoded |= cookies.values.is_empty() && text.match_indices(name).any(beside);
    cookies
}

impl Cookies {
    /// Reads what is no header.
    fn of_text(text: &str, name: &str) -> Self {
        // As JSON and programs write them.
        let text = text.replace("\\r", " ").replace("\\n", "\n").replace("\\t", "\t");
        let mut cookies = Self { values: named(&text, name), ..Self::default() };
        if cookies.values == [""] && removes(&text, "") {
            return Self { is_removed: true, ..Self::default() };
        }
        if !cookies.has_token() {
            let mut unnamed = Self::default();
            unnamed.read_unnamed(&text);
            if cookies.values.is_empty() || unnamed.has_token() {
                cookies = unnamed;
            }
        }
        // Lines of a log are of several requests: the last of them count.
        cookies.values.drain(..cookies.values.len().saturating_sub(MAX_CANDIDATES));
        cookies
    }

    fn has_token(&self) -> bool {
        self.values.iter().any(|value| is_token(value))
    }

    fn read(&mut self, (source, list): List<'_>, name: &str) {
        let count = if source == Source::SetCookie { 1 } else { usize::MAX };
        let pairs = list.split(';').map(str::trim_ascii).filter(|pair| !pair.is_empty());
        for (at, pair) in pairs.enumerate().take(count) {
            let Some((own, value)) = pair.split_once('=') else { continue };
            let (own, value) = (own.trim_ascii_end(), unquoted(value.trim_ascii_start()));
            match source {
                Source::Whole if at > 0 && ATTRIBUTES.contains(&&*own.to_ascii_lowercase()) => {}
                _ if own != name => self.add_other(own),
                Source::SetCookie | Source::Whole if at == 0 && removes(list, value) => self.is_removed = true,
                _ => self.values.push(value.to_owned()),
            }
        }
    }

    fn add_other(&mut self, name: &str) {
        let name: String = name.chars().take(MAX_NAME_SIZE).collect();
        if self.others.len() < MOST_OTHERS && !name.is_empty() && !self.others.contains(&name) {
            self.others.push(name);
        }
    }

    /// Takes the one value of a text that does not name the cookie.
    fn read_unnamed(&mut self, text: &str) {
        let value = text.trim_matches(|char| is_end(char) || BRACKETS.contains(&char));
        let is_inside =
            |char: char| char.is_whitespace() || QUOTES.contains(&char) || [';', ',', '{', '}'].contains(&char);
        if value.contains(is_of_token) && !value.contains(is_inside) {
            self.is_encoded = has_code(value);
            self.values.extend((!self.is_encoded).then(|| value.to_owned()));
            return;
        }
        let (mut unnamed, mut rest) = (BTreeSet::new(), text);
        while let Some((before, after)) = rest.find(PAYLOAD).and_then(|at| rest.split_at_checked(at)) {
            let token = word(after);
            rest = after.strip_prefix(token).unwrap_or_default();
            let token = token.trim_end_matches('.');
            match name_before(before) {
                _ if !is_token(token) || before.ends_with(is_of_token) => {}
                Some(name) => self.add_other(name),
                None => _ = unnamed.insert(token),
            }
        }
        self.unnamed = unnamed.len();
        let only = unnamed.pop_first().filter(|_| unnamed.is_empty() && self.others.is_empty());
        self.values.extend(only.map(str::to_owned));
        let of_cookies =
            text.lines().filter(|line| line.contains("-b ") || line.to_ascii_lowercase().contains("cookie"));
        let pieces = of_cookies.flat_map(|line| line.split(|char| char == ';' || QUOTES.contains(&char)));
        for name in pieces.filter_map(|piece| Some(piece.split_once('=')?.0.trim_ascii())) {
            self.add_other(Some(name).filter(|name| *name == word(name) && is_name(name)).unwrap_or_default());
        }
    }
}

/// Removes the colours of a terminal, and the mark at the start of a file.
fn without_colours(text: &str) -> String {
    let mut parts = text.trim_start_matches('\u{feff}').split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.trim_start_matches(|char: char| char.is_ascii_digit() || matches!(char, '[' | ';'));
        plain.push_str(code.strip_prefix('m').unwrap_or(part));
    }
    plain
}

/// Joins a token that was broken into lines, and removes the `>` and `<` of `curl -v` and of a quoted mail.
fn joined(input: &str) -> String {
    // Where the word begins that the text ends with.
    let (mut joined, mut start) = (String::with_capacity(input.len() + 1), 0);
    for line in input.lines() {
        let line = line.trim_start_matches([' ', '\t', '\r', '<', '>']).trim_ascii_end();
        let end = joined.trim_end_matches([' ', '\\']).len();
        if joined.get(..end).zip(joined.get(start..end)).is_some_and(|(text, word)| goes_on(text, word, line)) {
            joined.truncate(end);
        } else {
            joined.push('\n');
            start = joined.len();
        }
        let before_end = line.trim_end_matches([' ', '\\']);
        if let Some(word) = before_end.rsplit(|char| !is_of_token(char)).next().filter(|word| *word != before_end) {
            start = joined.len() + before_end.len() - word.len();
        }
        joined.push_str(line);
    }
    joined
}

/// Returns whether a line can be nothing but the rest of the token at the end of the text before it.
fn goes_on(text: &str, token: &str, line: &str) -> bool {
    let rest = word(line);
    let after = line.strip_prefix(rest).unwrap_or_default();
    if rest.is_empty() || rest.starts_with(PAYLOAD) {
        return text.ends_with('=') && is_token(rest);
    }
    let signature = token.split_once('.').map_or("", |(_, signature)| signature);
    let is_unfinished = token.starts_with(PAYLOAD) && signature.len() < SIGNATURE && !signature.contains('.');
    let is_end = after.trim_matches([' ', '\\']).is_empty()
        || after.starts_with(|char| is_end(char) && char != ' ' && char != '\t');
    is_unfinished && token.len() <= MAX_COOKIE_SIZE && (is_end || is_token(&[token, rest].concat()))
}

/// Returns whether the text has the form of a session's token.
fn is_token(text: &str) -> bool {
    let signature = text.split_once('.').map_or("", |(_, signature)| signature);
    text.starts_with(PAYLOAD) && signature.len() == SIGNATURE && !signature.contains('.')
}

pub(crate) const fn is_of_token(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.')
}

/// Returns whether a line may have this around names and values.
fn is_around(char: char) -> bool {
    matches!(char, ' ' | '\t') || QUOTES.contains(&char)
}

/// Returns whether this ends a value in a text.
fn is_end(char: char) -> bool {
    let is_blank = char.is_whitespace() || char.is_control() || matches!(char, '\u{200b}' | '\u{feff}');
    is_blank || QUOTES.contains(&char) || matches!(char, ';' | ',' | ')' | ']' | '}' | '&' | '<' | '|')
}

/// Returns the characters of a token or a name that a text begins with.
fn word(text: &str) -> &str {
    text.split(|char| !is_of_token(char)).next().unwrap_or_default()
}

/// Returns whether this can be a cookie's name, and is neither a word for any cookie nor a token with `=` at its end.
fn is_name(word: &str) -> bool {
    !word.starts_with(PAYLOAD) && !["", "cookie", "set-cookie", "value"].contains(&&*word.to_ascii_lowercase())
}

/// Removes one pair of quotes, as the application does. What it would not read without them keeps them.
fn unquoted(value: &str) -> &str {
    let inside = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    inside.filter(|inside| !inside.starts_with('"') && inside.trim_ascii() == *inside).unwrap_or(value)
}

/// Returns whether browsers remove the cookie at this `Set-Cookie`.
fn removes(pairs: &str, value: &str) -> bool {
    pairs.split(';').skip(1).filter_map(|attribute| attribute.split_once('=')).any(|(name, limit)| {
        let (name, limit) = (name.trim_ascii(), limit.trim_ascii());
        name.eq_ignore_ascii_case("max-age") && limit.starts_with(['0', '-'])
            || name.eq_ignore_ascii_case("expires") && (value.is_empty() || limit.contains("1970"))
    })
}

/// Returns the lists of the lines that are a header and nothing else, or of a text that is one list, and the other lines.
fn lists(text: &str) -> (Vec<List<'_>>, String) {
    let (mut lists, mut rest) = (Vec::new(), String::new());
    // A browser's table has the cookies in the line after the header's name.
    for (line, next) in text.lines().zip(text.lines().skip(1).chain([""])) {
        match header(line, next) {
            Some(list) => lists.push(list),
            None => rest.extend([line, "\n"]),
        }
    }
    let text = text.trim_ascii();
    let pair = text.split(';').next().and_then(|pair| pair.split_once('='));
    let is_pair = |(name, value)| name == word(name) && is_name(name) && !unquoted(value).contains(is_end);
    if lists.is_empty() && !text.contains('\n') && pair.is_some_and(is_pair) {
        lists.push((Source::Whole, text));
        rest.clear();
    }
    (lists, rest)
}

fn header<'a>(line: &'a str, next: &'a str) -> Option<List<'a>> {
    let (name, pairs) = line.split_once(':')?;
    let source = match &*name.to_ascii_lowercase() {
        "cookie" => Source::Cookie,
        "set-cookie" => Source::SetCookie,
        _ => return None,
    };
    let pairs = if pairs.trim_ascii().is_empty() { next } else { pairs };
    // Wireshark shows the line's end.
    let pairs = pairs.strip_suffix("\\r\\n").unwrap_or(pairs);
    // A sentence has no pair, and the first of a printed object or list begins with a quote, a bracket or a dash.
    let Some((own, _)) = pairs.split(';').find_map(|pair| pair.split_once('=')) else {
        return (!pairs.trim_ascii().contains(' ')).then_some((source, pairs));
    };
    let is_of_object = |char| QUOTES.contains(&char) || BRACKETS.contains(&char);
    (!own.contains(is_of_object) && !own.trim_ascii().starts_with("- ")).then_some((source, pairs))
}

/// Returns the values of this name, each once. If one has a token's form, the others are something else of that name.
fn named(text: &str, name: &str) -> Vec<String> {
    let (mut values, mut seen, mut from, mut is_body) = (Vec::new(), BTreeSet::new(), 0, false);
    while let Some((before, _)) = text.get(from..).and_then(|rest| rest.split_once(name)) {
        // What curl sends as a body is no cookie. Its options end with a line that does not go on.
        let is_continued = |line: &str| line.trim_end_matches(' ').ends_with(['\\', '^', '`']);
        let mut ends = before.match_indices('\n').filter(|(at, _)| !before.get(..*at).is_some_and(is_continued));
        let line = ends.next_back().and_then(|(at, _)| before.get(at..));
        let option = line.unwrap_or(before).rsplit(char::is_whitespace).find(|word| word.starts_with('-'));
        is_body = option.map_or(is_body && line.is_none(), |option| option == "-d" || option.starts_with("--data"));
        from += before.len();
        let is_word = text.get(..from).is_some_and(|before| !before.ends_with(|char| is_of_token(char) || char == '$'));
        from += name.len();
        if let Some(rest) = text.get(from..).filter(|_| is_word && !is_body).and_then(after_name) {
            let own = rest.split(|char| is_end(char) || char == '=').next().unwrap_or_default();
            let after = rest.strip_prefix(own).unwrap_or_default();
            let padding = after.len() - after.trim_start_matches('=').len();
            // In place of the value there may be a pair, whose name may be this one.
            let is_pair =
                padding > 0 && after.get(padding..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(is_end));
            let length = if is_pair { 0 } else { own.len() + padding };
            from = text.len() - rest.len() + length;
            let value = rest.get(..length).filter(|_| !is_pair).unwrap_or(own).trim_end_matches('.');
            let is_value = !["null", "None", "nil", "undefined", "true", "false"].contains(&value);
            values.extend((is_value && seen.insert(value)).then(|| value.to_owned()));
        }
    }
    if values.iter().any(|value| is_token(value)) {
        values.retain(|value| is_token(value));
    }
    values
}

/// Returns the text from the value on that belongs to a name before it.
fn after_name(text: &str) -> Option<&str> {
    if text.starts_with(is_of_token) {
        return None;
    }
    // Between columns is any punctuation, and a value is known by its form only.
    let column = text.trim_start_matches(|char: char| !char.is_alphanumeric());
    let value = after_connective(text).or(Some(column).filter(|rest| rest.starts_with(PAYLOAD)));
    value.or_else(|| {
        let object = text.trim_start_matches(|char| is_around(char) || matches!(char, ':' | '='));
        let object = Some(object).filter(|object| object.starts_with([',', '\n', '{']))?;
        let ends = object.match_indices([',', '\n', '{', '}']).take(MOST_MEMBERS).take_while(|(_, end)| *end != "}");
        let mut members =
            ends.filter_map(|(at, _)| object.get(at + 1..)?.trim_start_matches(is_around).strip_prefix("value"));
        members.find_map(after_connective)
    })
}

/// Returns the text after the `=`, `:` or `=>` that follows a name, and what may be around both.
fn after_connective(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|char| is_around(char) || char == ']').strip_prefix(['=', ':'])?;
    let rest = rest.trim_start_matches(|char| is_around(char) || matches!(char, '>' | '[' | '('));
    (!rest.starts_with(['{', '\n'])).then_some(rest)
}

/// Returns the name of the value that a text ends before.
fn name_before(text: &str) -> Option<&str> {
    let line = text.rsplit('\n').next()?;
    let before = line.trim_end_matches(|char| is_around(char) || matches!(char, '[' | '('));
    // The row of a table, or of curl's cookie jar, which a terminal shows with blanks.
    let is_column =
        line.get(before.len()..)?.contains('\t') || [" TRUE ", " FALSE "].iter().any(|flag| line.contains(flag));
    let name = before.trim_end_matches(|char| is_around(char) || matches!(char, '=' | ':' | '>' | ']'));
    let name = Some(name).filter(|_| is_column || name != before)?.rsplit(|char| !is_of_token(char)).next()?;
    Some(name).filter(|name| is_name(name))
}

/// Returns whether something is percent-encoded.
fn has_code(text: &str) -> bool {
    let mut codes = text.split('%').skip(1).filter_map(|code| code.get(..2));
    codes.any(|code| code.chars().all(|char| char.is_ascii_hexdigit()))
}
