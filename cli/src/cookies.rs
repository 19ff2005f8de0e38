//! Finds the cookie in what a person copied: a value, a pair, a header, or the lines of a request or a response.

/// The cookies of the session's name.
pub(crate) struct Cookies<'a> {
    pub(crate) name: String,
    pub(crate) values: Vec<&'a str>,
}

const ATTRIBUTES: [&str; 8] = ["domain", "expires", "httponly", "max-age", "partitioned", "path", "samesite", "secure"];

/// Returns the cookies of this name; where `any_name`, a single cookie whatever its name is.
///
/// # Errors
///
/// The names that are there instead.
pub(crate) fn find<'a>(input: &'a str, name: &str, any_name: bool) -> Result<Cookies<'a>, Vec<String>> {
    let lines = || input.lines().map(|line| line.trim_start_matches(['<', '>']).trim());
    let mut found: Vec<_> = lines().filter_map(header_pairs).flatten().collect();
    if found.is_empty() {
        let bare = |line| pairs(line).enumerate().filter(|(at, pair)| *at == 0 || !is_attribute(pair));
        found = lines().flat_map(bare).map(|(_, pair)| pair).collect();
    }
    let values_of = |wanted: &str| found.iter().filter(|(name, _)| *name == wanted).map(|(_, value)| *value).collect();
    if found.iter().any(|(other, _)| *other == name) {
        return Ok(Cookies { name: name.to_owned(), values: values_of(name) });
    }
    match *found {
        // A value alone is the cookie's, whatever its name is.
        [("", value)] => Ok(Cookies { name: name.to_owned(), values: vec![value] }),
        [(other, value)] if any_name => Ok(Cookies { name: other.to_owned(), values: vec![value] }),
        _ => Err(found.into_iter().map(|(name, _)| name.to_owned()).filter(|name| !name.is_empty()).collect()),
    }
}

/// Returns the cookies of a header that holds some: all of a `Cookie`, and of a `Set-Cookie` the one before its attributes.
fn header_pairs(line: &str) -> Option<impl Iterator<Item = (&str, &str)>> {
    let (name, value) = line.split_once(':')?;
    match &*name.trim().to_ascii_lowercase() {
        "cookie" => Some(pairs(value).take(usize::MAX)),
        "set-cookie" => Some(pairs(value).take(1)),
        _ => None,
    }
}

/// Splits a line into names and values.
fn pairs(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split(';').filter(|pair| !pair.trim().is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let value = value.trim();
        (name.trim(), value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
    })
}

/// Returns whether this is an attribute of a `Set-Cookie`. Without the header's name, nothing else tells them from cookies.
fn is_attribute(&(name, value): &(&str, &str)) -> bool {
    ATTRIBUTES.contains(&&*if name.is_empty() { value } else { name }.to_ascii_lowercase())
}
