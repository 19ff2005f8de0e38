//! What the demos of both adapters share: the start from the environment, the JSON of the answers, and the page.
//!
//! Not published. Nothing here knows of a framework; how a framework's handlers use a session is what each demo shows
//! by itself.

mod answers;
mod login;
mod page;
mod start;

pub use answers::{AddToCart, Cart, DONE, Done, Failure, Me};
pub use login::Login;
pub use page::{content_security_policy, page};
pub use start::{Demo, StartError, start};
