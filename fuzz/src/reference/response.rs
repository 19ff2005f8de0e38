//! The response's own `Vary` and `Cache-Control`: rules 15 and 16.

/// Optional whitespace (RFC 9110, section 5.6.3). Nothing else is space in a header.
const SPACE: [char; 2] = [' ', '\t'];

/// Returns the directives of all lines of a `Cache-Control` together: what is between commas that are in no quoted string
/// (RFC 9110, sections 5.6.1 and 5.6.4).
#[must_use]
pub fn directives(lines: &[String]) -> Vec<String> {
    let (directives, _) = split(&lines.join(","));
    directives
}

/// Returns whether all quoted strings of a line end in it.
#[must_use]
pub fn ends_its_quotes(line: &str) -> bool {
    let (_, in_quotes) = split(line);
    !in_quotes
}

/// Returns the directives, and whether the last one's quoted string has no end.
fn split(text: &str) -> (Vec<String>, bool) {
    let mut members = vec![String::new()];
    let mut characters = text.chars();
    let mut in_quotes = false;
    while let Some(character) = characters.next() {
        match character {
            ',' if !in_quotes => {
                members.push(String::new());
                continue;
            }
            '"' => in_quotes = !in_quotes,
            _ => {}
        }
        let Some(member) = members.last_mut() else { continue };
        member.push(character);
        if character == '\\' && in_quotes {
            member.extend(characters.next());
        }
    }
    (without_space(members.iter().map(String::as_str)), in_quotes)
}

fn without_space<'a>(members: impl Iterator<Item = &'a str>) -> Vec<String> {
    members.map(|member| member.trim_matches(SPACE).to_owned()).filter(|member| !member.is_empty()).collect()
}

/// Returns the names of all lines of a `Vary` together.
#[must_use]
pub fn names(lines: &[String]) -> Vec<String> {
    without_space(lines.iter().flat_map(|line| line.split(',')))
}

/// Returns the `Vary` that a response with a touched session has, or `None` if its own says enough.
#[must_use]
pub fn vary(lines: &[String]) -> Option<Vec<String>> {
    let mut names = names(lines);
    if names.iter().any(|name| name == "*" || name.eq_ignore_ascii_case("cookie")) {
        return None;
    }
    names.push("Cookie".to_owned());
    Some(names)
}

/// Returns the `Cache-Control` that a response with the session's `Set-Cookie` has, or `None` if its own says enough.
#[must_use]
pub fn cache_control(lines: &[String]) -> Option<Vec<String>> {
    let there = directives(lines);
    let is_for_shared_caches = |directive: &&String| {
        let name = directive.split('=').next().unwrap_or_default().trim_matches(SPACE);
        ["public", "s-maxage"].iter().any(|shared| name.eq_ignore_ascii_case(shared))
    };
    let mut kept: Vec<String> = there.iter().filter(|directive| !is_for_shared_caches(directive)).cloned().collect();
    let says = |name: &str| kept.iter().any(|directive| directive.eq_ignore_ascii_case(name));
    // A cache that knows `must-understand` may ignore `no-store` (RFC 9111, section 5.2.2.3).
    if !says("private") && (!says("no-store") || says("must-understand")) {
        kept.insert(0, "private".to_owned());
    }
    (kept != there).then_some(kept)
}
