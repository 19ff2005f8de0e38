//! Whether a key may be there twice, answered cheaply: almost no session has one, and comparing each key with all before
//! it would take as long as finding them.

/// The texts of keys so far, as a set that may say yes wrongly and never no.
#[derive(Default)]
pub(crate) struct SeenKeys([u64; 4]);

impl SeenKeys {
    /// Whether this text may be there already; remembers it.
    pub(crate) fn may_have(&mut self, key: &str) -> bool {
        let hash = hash(key.as_bytes());
        let mark = 1 << (hash & 63);
        let Some(marks) = self.0.get_mut((hash >> 62) as usize) else { return true };
        let seen = *marks & mark != 0;
        *marks |= mark;
        seen
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
