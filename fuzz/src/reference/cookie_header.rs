//! The `Cookie` header of RFC 6265, section 4.2.1, split at every semicolon.

/// The values of the cookies of this name, in order: at most eight, without surrounding space and one pair of quotes, and
/// empty where name and value have more than 4096 bytes.
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
