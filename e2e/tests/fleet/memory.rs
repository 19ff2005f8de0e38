//! What a client does, and what it has to be told afterwards.

use e2e::raw_http::Request;
use serde_json::{Value, json};

/// One request that touches the session.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Login,
    Logout,
    AddToCart(String),
    ReadCart,
    ReadMe,
}

impl Action {
    pub(crate) fn request(&self) -> Request {
        match self {
            Self::Login => Request::new("POST", "/login"),
            Self::Logout => Request::new("POST", "/logout"),
            Self::AddToCart(item) => Request::new("POST", &format!("/cart/add?item={item}")),
            Self::ReadCart => Request::new("GET", "/cart"),
            Self::ReadMe => Request::new("GET", "/me"),
        }
    }

    /// Whether the answer brings a new cookie, even from an instance that has refused the one it got.
    pub(crate) fn changes_the_session(&self) -> bool {
        matches!(self, Self::Login | Self::Logout | Self::AddToCart(_))
    }
}

/// What the session must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    is_logged_in: bool,
    cart: Vec<String>,
}

impl Memory {
    /// Takes part in an action; returns what the answer has to be.
    pub(crate) fn take_part(&mut self, action: &Action) -> Value {
        match action {
            Action::Login => self.is_logged_in = true,
            Action::Logout => *self = Self::default(),
            Action::AddToCart(item) => self.cart.push(item.clone()),
            Action::ReadCart | Action::ReadMe => {}
        }
        match action {
            Action::Login | Action::Logout => json!({"ok": true}),
            Action::AddToCart(_) | Action::ReadCart => json!({"items": self.cart}),
            Action::ReadMe if self.is_logged_in => json!({"user_id": "42", "username": "alice"}),
            Action::ReadMe => json!({"user_id": null, "username": null}),
        }
    }
}
