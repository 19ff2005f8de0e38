//! Shared by the demos of both adapters: the start from the environment, the exchange of keys, the JSON of the answers, and the page.
//!
//! Not published. Nothing here depends on a framework: each demo shows how its framework's handlers use a session.

mod answers;
mod login;
mod page;
mod start;

pub use answers::{AddToCart, Cart, DONE, Done, Failure, Me};
pub use login::Login;
pub use page::{Framework, broken_cookie, content_security_policy, page};
pub use start::{Demo, StartError, reload_keys, start};
