//! The session that a client expects.

use serde_json::{Map, Value, json};

use crate::action::Action;

/// What the session must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExpectedSession(Map<String, Value>);

impl ExpectedSession {
    /// Of a session that begins with this content, made by another server.
    #[must_use]
    pub fn of(content: Map<String, Value>) -> Self {
        Self(content)
    }

    /// Applies the action and returns what the answer has to show.
    ///
    /// # Panics
    ///
    /// When the cart is no list.
    pub fn apply(&mut self, action: &Action) -> Value {
        let Self(session) = self;
        match action {
            Action::Login { .. } => {
                session.insert("user_id".to_owned(), "42".into());
                session.insert("username".to_owned(), "alice".into());
            }
            Action::Logout => session.clear(),
            Action::AddToCart(item) => {
                let cart = session.entry("cart").or_insert_with(|| json!([]));
                cart.as_array_mut().expect("the cart is a list").push(item.as_str().into());
            }
            Action::ReadCart | Action::ReadMe | Action::ReadPage | Action::CheckHealth => {}
        }
        match action {
            Action::Login { .. } | Action::Logout | Action::CheckHealth => json!({"ok": true}),
            Action::AddToCart(_) | Action::ReadCart => json!({"items": session.get("cart").unwrap_or(&json!([]))}),
            Action::ReadMe => json!({"user_id": session.get("user_id"), "username": session.get("username")}),
            Action::ReadPage => json!(session),
        }
    }
}
