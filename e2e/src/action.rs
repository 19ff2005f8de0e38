//! A request that a client makes to a demo.

use serde_json::{Value, json};

use crate::raw_http::{Request, Response};

/// One request, to any of the demo's routes.
#[derive(Clone, Debug)]
pub enum Action {
    /// With a choice of "remember me", or without.
    Login {
        /// The parameter of the query.
        remember: Option<bool>,
    },
    /// Empties the session.
    Logout,
    /// Adds an item, whose name needs no escape in a URL.
    AddToCart(String),
    /// Reads a part of the session.
    ReadCart,
    /// Reads another part of it.
    ReadMe,
    /// Reads the whole session, off the demo's page.
    ReadPage,
    /// Does not touch the session.
    CheckHealth,
}

impl Action {
    /// Without a cookie yet.
    #[must_use]
    pub fn request(&self) -> Request {
        match self {
            Self::Login { remember: None } => Request::new("POST", "/login"),
            Self::Login { remember: Some(remember) } => Request::new("POST", &format!("/login?remember={remember}")),
            Self::Logout => Request::new("POST", "/logout"),
            Self::AddToCart(item) => Request::new("POST", &format!("/cart/add?item={item}")),
            Self::ReadCart => Request::new("GET", "/cart"),
            Self::ReadMe => Request::new("GET", "/me"),
            Self::ReadPage => Request::new("GET", "/"),
            Self::CheckHealth => Request::new("GET", "/health"),
        }
    }

    /// Whether the answer brings a new cookie, even from an instance that has refused the one it got.
    #[must_use]
    pub fn changes_the_session(&self) -> bool {
        matches!(self, Self::Login { .. } | Self::Logout | Self::AddToCart(_))
    }

    /// Returns what the answer shows, or `null` if it is not an answer to this action.
    #[must_use]
    pub fn shown_by(&self, response: &Response) -> Value {
        match self {
            Self::ReadPage => session_on_page(&response.text()).unwrap_or_default(),
            _ => serde_json::from_slice(&response.body).unwrap_or_default(),
        }
    }
}

fn session_on_page(page: &str) -> Option<Value> {
    let (_, section) = page.split_once(r#"<section id="session""#)?;
    let Some((_, rest)) = section.split_once("<pre>") else { return Some(json!({})) };
    let (escaped, _) = rest.split_once("</pre>")?;
    let escapes = [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    let json = escapes.iter().fold(escaped.to_owned(), |text, (escape, char)| text.replace(escape, char));
    serde_json::from_str(&json).ok()
}
