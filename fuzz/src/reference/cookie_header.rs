//! The `Cookie` header of RFC 6265, section 4.2.1, split at every semicolon.

/// Returns the values of the first eight cookies of this name, without surrounding space and one pair of quotes. A value is
/// empty if name and value have more than 4096 bytes together.
#[must_use]
pub fn candidates(name: &str, headers: &[&[u8]]) -> Vec<Vec<u8>> {
    let pairs = headers.iter().flat_map(|header| header.split(|byte| *byte == b';'));
    let mut values = Vec::new();
    for pair in pairs {
        let Some(equals) = pair.iter().position(|byte| *byte == b'=') else { continue };
        let (found, value) = (pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii());
        if found != name.as_bytes() {
            continue;
        }
        let value = match value {
            [b'"', inside @ .., b'"'] => inside,
            _ => value,
        };
        values.push(if name.len() + value.len() > 4096 { Vec::new() } else { value.to_vec() });
    }
    values.truncate(8);
    values
}
