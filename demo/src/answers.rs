use serde::{Deserialize, Serialize};

/// The answer of a call that only succeeds or fails.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Done {
    ok: bool,
}

/// `{"ok":true}`
pub const DONE: Done = Done { ok: true };

/// Who is logged in.
#[derive(Debug, Serialize)]
pub struct Me {
    /// `null` if no one is logged in.
    pub user_id: Option<String>,
    /// `null` if no one is logged in.
    pub username: Option<String>,
}

/// The items in the cart.
#[derive(Debug, Serialize)]
pub struct Cart {
    /// In the order in which they were added.
    pub items: Vec<String>,
}

/// Why a call failed.
#[derive(Debug, Serialize)]
pub struct Failure {
    /// For a person to read.
    pub error: String,
}

impl Failure {
    /// The answer of `POST /break` to a session that is empty.
    #[must_use]
    pub fn nothing_to_break() -> Self {
        Self { error: "there is nothing to break yet; log in first, or put something into the cart".to_owned() }
    }
}

/// The query of `POST /cart/add`.
#[derive(Debug, Deserialize)]
pub struct AddToCart {
    /// An egg, unless the query names another item.
    #[serde(default = "egg")]
    pub item: String,
}

fn egg() -> String {
    "egg".to_owned()
}
