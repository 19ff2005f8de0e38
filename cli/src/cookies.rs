//! Finds the cookie in what a person copied: a value, a pair, a header, or the lines of a request or a response.

/// The cookies of the session's name.
pub(crate) struct Cookies<'a> {
    pub(crate) name: String,
    pub(crate) values: Vec<&'a str>,
}

const ATTRIBUTES: [&str; 8] = ["domain", "expires", "httponly", "max-age", "partitioned", "path", "samesite", "secure"];

/// Returns the cookies of this name. If there is a single cookie and it has another name, it is that one.
///
/// # Errors
///
/// The names that are there instead.
pub(crate) fn find<'a>(input: &'a str, name: &str) -> Result<Cookies<'a>, Vec<String>> {
    let lines = || input.lines().map(|line| line.trim_start_matches(['<', '>']).trim());
    let headers: Vec<_> = lines().filter_map(header_value).collect();
    let lines = if headers.is_empty() { lines().collect() } else { headers };

    let pairs: Vec<_> = lines.into_iter().flat_map(pairs).collect();
    let values_of = |wanted: &str| pairs.iter().filter(|(name, _)| *name == wanted).map(|(_, value)| *value).collect();
    if pairs.iter().any(|(other, _)| *other == name) {
        return Ok(Cookies { name: name.to_owned(), values: values_of(name) });
    }
    match *pairs {
        // A value alone is the cookie's, whatever its name is.
        [("", value)] => Ok(Cookies { name: name.to_owned(), values: vec![value] }),
        [(other, value)] => Ok(Cookies { name: other.to_owned(), values: vec![value] }),
        _ => Err(pairs.into_iter().map(|(name, _)| name.to_owned()).filter(|name| !name.is_empty()).collect()),
    }
}

/// Returns what follows the name of a header that holds cookies.
fn header_value(line: &str) -> Option<&str> {
    let (name, value) = line.split_once(':')?;
    ["cookie", "set-cookie"].contains(&&*name.trim().to_ascii_lowercase()).then_some(value)
}

/// Splits a line into the cookies' names and values, without the attributes of a `Set-Cookie`.
fn pairs(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = line.split(';').filter(|pair| !pair.trim().is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let value = value.trim();
        (name.trim(), value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
    });
    pairs.enumerate().filter(|(at, (name, value))| *at == 0 || !is_attribute(name, value)).map(|(_, pair)| pair)
}

fn is_attribute(name: &str, value: &str) -> bool {
    let name = if name.is_empty() { value } else { name };
    ATTRIBUTES.contains(&&*name.to_ascii_lowercase())
}
