//! Whether a key may be there twice, answered cheaply: almost no session has one, and comparing each key with all before
//! it would take as long as finding them.

use crate::members::has_escapes;

/// The keys so far, as a set that may say yes wrongly and never no.
pub(crate) struct SeenKeys {
    marks: [u64; 4],
    /// Whether a key may be spelt in several ways.
    escapes: bool,
}

impl SeenKeys {
    pub(crate) fn of(text: &str) -> Self {
        Self { marks: [0; 4], escapes: has_escapes(text) }
    }

    /// Whether an earlier key may name the same as this JSON text; remembers it.
    pub(crate) fn may_have(&mut self, key: &str) -> bool {
        let hash = hash(key.as_bytes());
        let mark = 1 << (hash & 63);
        let Some(marks) = self.marks.get_mut((hash >> 62) as usize) else { return true };
        let seen = *marks & mark != 0;
        *marks |= mark;
        seen || (self.escapes && has_escapes(key))
    }
}

/// A hash of the length and of up to eight bytes at either end: enough to tell most keys apart.
fn hash(key: &[u8]) -> u64 {
    let (first, last) = match (key.first_chunk(), key.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (key.first_chunk(), key.last_chunk()) {
            (Some(first), Some(last)) => (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()),
            // A quote, perhaps one character, and a quote.
            _ => (key.get(1).copied().unwrap_or_default().into(), 0),
        },
    };
    let mixed = (first ^ last.rotate_left(29) ^ key.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 32
}
