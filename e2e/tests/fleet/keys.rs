//! The keys that an instance is started with.

const OLD: &str = "the-old-key-that-signs-when-the-test-begins";
const NEW: &str = "the-new-key-that-is-to-take-the-old-one's-place";

/// The key that an instance signs with, and the keys that it accepts too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    primary: &'static str,
    fallback: &'static str,
}

impl Keys {
    /// Before the rotation.
    pub(crate) const OLD: Self = Self { primary: OLD, fallback: "" };
    /// After phase 1.
    pub(crate) const OLD_THEN_NEW: Self = Self { primary: OLD, fallback: NEW };
    /// After phase 2.
    pub(crate) const NEW_THEN_OLD: Self = Self { primary: NEW, fallback: OLD };
    /// After phase 3.
    pub(crate) const NEW: Self = Self { primary: NEW, fallback: "" };

    pub(crate) fn environment(self) -> [(&'static str, &'static str); 2] {
        [("SESSION_SECRET_KEY", self.primary), ("SESSION_FALLBACK_KEYS", self.fallback)]
    }
}
