//! The recipes of the guide that need a framework, run on axum and on actix-web, and the log lines that its page about symptoms
//! tells to look for.

mod actix;
mod axum;
mod logs;
mod pages;
mod rotation;
mod symptoms;

/// The requests that both frameworks get: method, `Sec-Fetch-Site`, `Origin`, and whether it passes. The host is `example.com`.
pub(crate) const FORGED_OR_NOT: &[(&str, Option<&str>, Option<&str>, bool)] = &[
    ("POST", Some("same-origin"), Some("https://example.com"), true),
    ("POST", Some("none"), None, true),
    ("POST", Some("cross-site"), Some("https://attacker.example"), false),
    ("POST", Some("cross-site"), None, false),
    ("POST", Some("same-site"), Some("https://blog.example.com"), false),
    ("GET", Some("cross-site"), None, true),
    ("POST", None, Some("https://example.com"), true),
    ("POST", None, Some("http://example.com"), true),
    ("POST", None, Some("https://attacker.example"), false),
    ("POST", None, Some("https://example.com.attacker.example"), false),
    ("POST", None, Some("https://example.com:8443"), false),
    ("POST", None, Some("null"), false),
    ("POST", None, None, true),
];
