//! Begins the envelope: what comes before the data.

use alloc::vec::Vec;

pub(super) const HEAD: &str = r#"{"d":"#;

/// Bytes after the data: `t`, `c` and `m` with all digits that they can have, and the brace.
const LONGEST_TAIL: usize = r#","t":18446744073709551615,"c":18446744073709551615,"m":18446744073709551615}"#.len();

pub(super) fn head_with_room_for(data_length: usize) -> Vec<u8> {
    let mut json = Vec::with_capacity(HEAD.len() + data_length + LONGEST_TAIL);
    json.extend_from_slice(HEAD.as_bytes());
    json
}
