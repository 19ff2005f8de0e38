//! A codec's verdict on a token, in words that both codecs use.

use std::time::Duration;

use serde::Deserialize;

/// Whole seconds of the largest time.
pub(crate) const LARGEST: &str = "18446744073709551615";

/// The verdict, and the contents if it is `good`. Times are seconds in decimals.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Answer {
    pub(crate) verdict: String,
    pub(crate) key: Option<usize>,
    pub(crate) data: Option<String>,
    pub(crate) t: Option<String>,
    pub(crate) c: Option<String>,
    pub(crate) m: Option<String>,
    pub(crate) began: Option<String>,
}

impl Answer {
    /// The same, without the fraction of a largest time: the page leaves it to the reader.
    pub(crate) fn comparable(mut self) -> Self {
        for time in [&mut self.t, &mut self.c, &mut self.m, &mut self.began].into_iter().flatten() {
            if time.starts_with(LARGEST) {
                LARGEST.clone_into(time);
            }
        }
        self
    }
}

pub(crate) fn decimal(seconds: Duration) -> String {
    let text = format!("{}.{:09}", seconds.as_secs(), seconds.subsec_nanos());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
