//! Sessions as shops keep them: some sizes, each in two shapes.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Sizes of the sessions' JSON in bytes, at least: a login, two shops, what fills a cookie, and a token beyond that.
pub const SIZES: [usize; 5] = [56, 290, 1_700, 2_800, 3_100];

/// A session as a struct that holds exactly its data.
pub trait Session: Clone + Debug + PartialEq + Serialize + DeserializeOwned + 'static {
    /// The name of the shape in the table.
    const SHAPE: &str;
    /// The same session, its texts borrowed from the JSON.
    type Borrowed<'a>: Deserialize<'a>;

    /// A session whose JSON has `size` bytes or a few more.
    fn with_size(size: usize) -> Self;
}

/// One member of either shape, neither the first nor the last.
#[derive(Deserialize)]
pub struct OneKey {
    /// The colours that the user has chosen.
    pub theme: String,
}

/// Texts, numbers and lists of texts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flat {
    user_id: String,
    username: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_seen: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cart: Vec<String>,
    pub(crate) theme: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    csrf_token: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    recently_viewed: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flash: Vec<String>,
}

/// [`Flat`], borrowed.
#[derive(Deserialize)]
#[expect(dead_code, reason = "reading it is what is measured")]
pub struct FlatRef<'a> {
    user_id: &'a str,
    username: &'a str,
    email: Option<&'a str>,
    last_seen: Option<u64>,
    #[serde(borrow, default)]
    cart: Vec<&'a str>,
    theme: &'a str,
    csrf_token: Option<&'a str>,
    #[serde(borrow, default)]
    recently_viewed: Vec<&'a str>,
    #[serde(borrow, default)]
    flash: Vec<&'a str>,
}

impl Session for Flat {
    const SHAPE: &str = "flat";
    type Borrowed<'a> = FlatRef<'a>;

    fn with_size(size: usize) -> Self {
        let mut session =
            Self { user_id: "10042".into(), username: "alice_88".into(), theme: "dark".into(), ..Self::default() };
        if json_length(&session) < size {
            session.email = Some("alice@example.com".into());
            session.last_seen = Some(1_699_999_000);
            session.csrf_token = Some("b2f1c7e09a4d4be38f5d6c1a7e903f42".into());
        }
        let mut number = 0;
        while json_length(&session) < size {
            match number % 4 {
                0 | 1 => session.cart.push(format!("sku-{:05}", 1_000 + number * 37)),
                2 => session.recently_viewed.push(format!("/shop/garden/{}", 200 + number * 13)),
                _ => session.flash.push("Your order is placed. Thank you!".into()),
            }
            number += 1;
        }
        session
    }
}

/// Objects in lists and in objects, most of them before the plain members.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Nested {
    cart: Vec<Item>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preferences: Option<Preferences>,
    theme: String,
    user_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    csrf_token: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flash: Vec<Message>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    id: u32,
    count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<Price>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Price {
    cents: u32,
    currency: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Preferences {
    language: String,
    notify: Notify,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Notify {
    email: bool,
    sms: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Message {
    level: String,
    text: String,
}

/// [`Nested`], borrowed.
#[derive(Deserialize)]
#[expect(dead_code, reason = "reading it is what is measured")]
pub struct NestedRef<'a> {
    #[serde(borrow)]
    cart: Vec<ItemRef<'a>>,
    #[serde(borrow)]
    preferences: Option<PreferencesRef<'a>>,
    theme: &'a str,
    user_id: &'a str,
    csrf_token: Option<&'a str>,
    #[serde(borrow, default)]
    flash: Vec<MessageRef<'a>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "reading it is what is measured")]
struct ItemRef<'a> {
    id: u32,
    count: u32,
    name: Option<&'a str>,
    #[serde(borrow)]
    price: Option<PriceRef<'a>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "reading it is what is measured")]
struct PriceRef<'a> {
    cents: u32,
    currency: &'a str,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "reading it is what is measured")]
struct PreferencesRef<'a> {
    language: &'a str,
    notify: Notify,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "reading it is what is measured")]
struct MessageRef<'a> {
    level: &'a str,
    text: &'a str,
}

impl Session for Nested {
    const SHAPE: &str = "nested";
    type Borrowed<'a> = NestedRef<'a>;

    fn with_size(size: usize) -> Self {
        let mut session = Self {
            cart: vec![Item { id: 7, count: 2, name: None, price: None }],
            theme: "dark".into(),
            user_id: "42".into(),
            ..Self::default()
        };
        if json_length(&session) < size {
            session.preferences =
                Some(Preferences { language: "en".into(), notify: Notify { email: true, sms: false } });
            session.csrf_token = Some("b2f1c7e09a4d4be38f5d6c1a7e903f42".into());
            session.flash.push(Message { level: "info".into(), text: "Welcome!".into() });
        }
        let mut number = 0;
        while json_length(&session) < size {
            session.cart.push(Item {
                id: 100 + number * 37,
                count: 1 + number % 3,
                name: Some("Garden shears".into()),
                price: Some(Price { cents: 1_995 + number * 100, currency: "EUR".into() }),
            });
            if number % 4 == 3 {
                session.flash.push(Message { level: "info".into(), text: "Your order has been placed.".into() });
            }
            number += 1;
        }
        session
    }
}

fn json_length(session: &impl Serialize) -> usize {
    serde_json::to_vec(session).expect("the session is plain data").len()
}
