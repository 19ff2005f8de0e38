use std::fmt::Write;
use std::sync::LazyLock;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use serde_json::value::RawValue;
use session_cookie::{Lifetime, Origin, Session, SessionError, UnixTime};
use sha2::{Digest, Sha256};

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The demo's page: its buttons, and what the cookie of this request says.
///
/// # Errors
///
/// The errors of [`Session::get`].
pub fn page<E>(session: &Session<E>) -> Result<String, SessionError> {
    let session = section(&session.with_error())?;
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Signed-cookie session</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
         {HTML}{session}</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    ))
}

/// The `Content-Security-Policy` that the page is served with: nothing runs or loads but what is written in it.
#[must_use]
pub fn content_security_policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; connect-src 'self'; img-src data:; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'",
            source_hash(STYLE),
            source_hash(SCRIPT)
        )
    });
    &POLICY
}

fn source_hash(text: &str) -> String {
    format!("sha256-{}", Base64::encode_string(&Sha256::digest(text)))
}

fn section(session: &Session) -> Result<String, SessionError> {
    let mut html = String::from(
        "<section id=\"session\" aria-labelledby=\"session-title\">\n<h2 id=\"session-title\">What the cookie says</h2>\n",
    );
    html.push_str(&facts(session.origin()));
    if !session.is_empty() {
        html.push_str("<pre>{");
        let mut comma = "";
        for key in session.keys() {
            let value: Option<Box<RawValue>> = session.get(&key)?;
            let value = value.as_deref().map_or("null", RawValue::get);
            let key = serde_json::Value::from(key);
            let _ = write!(html, "{comma}\n  {}: {}", escape(&key.to_string()), escape(value));
            comma = ",";
        }
        html.push_str("\n}</pre>\n");
    }
    html.push_str("</section>\n");
    Ok(html)
}

/// Origin, age and lifetime of the session.
fn facts(origin: Origin) -> String {
    let facts = match origin {
        Origin::New => fact("Origin", "<strong>No cookie.</strong> The session is new and empty."),
        Origin::Verified { issued_at, created_at, lifetime, key_index, .. } => {
            let key = if key_index == 0 { "the primary key" } else { "a fallback key" };
            fact("Origin", &format!("<strong class=\"good\">Verified.</strong> Signed with {key}."))
                + &fact("Age", &age(issued_at, created_at))
                + &fact("Lifetime", &own_lifetime(lifetime))
        }
        Origin::Rejected(reason) => {
            let reason = escape(&reason.to_string());
            fact("Origin", &format!("<strong class=\"bad\">Refused:</strong> {reason}. The session started empty."))
        }
        _ => String::new(),
    };
    format!("<dl>\n{facts}</dl>\n")
}

fn fact(name: &str, html: &str) -> String {
    format!("<dt>{name}</dt><dd>{html}</dd>\n")
}

fn age(issued_at: UnixTime, created_at: UnixTime) -> String {
    let signed = ago(issued_at);
    if created_at == issued_at {
        format!("Signed {signed}.")
    } else {
        format!("Signed {signed}, began {}.", ago(created_at))
    }
}

/// The page's script lets it grow older.
fn ago(time: UnixTime) -> String {
    let age = UnixTime::now().since_epoch().saturating_sub(time.since_epoch());
    format!("<time data-unix=\"{}\">{} ago</time>", time.as_secs(), in_words(age))
}

fn own_lifetime(lifetime: Option<Lifetime>) -> String {
    match lifetime {
        None => "As configured.".to_owned(),
        Some(Lifetime::BrowserSession) => "Until the browser closes.".to_owned(),
        Some(Lifetime::For(lifetime)) => format!("Remembered for {} after it was signed.", in_words(lifetime)),
    }
}

/// In the largest unit that needs no fraction.
fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (count, unit) = [(86400, "day"), (3600, "hour"), (60, "minute")]
        .into_iter()
        .find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit))
        .map_or((seconds, "second"), |(unit, name)| (seconds / unit, name));
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
