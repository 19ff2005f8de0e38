mod cookie;

use std::fmt::Write;
use std::sync::LazyLock;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use serde_json::value::RawValue;
use session_cookie::{DecodeError, Lifetime, Origin, Session, SessionError, SessionManager, UnixTime};
use sha2::{Digest, Sha256};

pub use self::cookie::broken_cookie;

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The largest `Set-Cookie` that browsers surely keep, in bytes.
const MAX_COOKIE_SIZE: usize = 4096;

/// Which framework serves the page.
#[derive(Clone, Copy, Debug)]
pub struct Framework {
    /// As on crates.io.
    pub name: &'static str,
    /// The package that brings the sessions to it.
    pub adapter: &'static str,
}

/// The demo's page: its buttons, and what the cookie of this request says.
///
/// # Errors
///
/// The errors of [`Session::get`].
pub fn page<E>(session: &Session<E>, manager: &SessionManager, framework: Framework) -> Result<String, SessionError> {
    let session = section(&session.with_error(), manager)?;
    let html = HTML.replace("{framework}", framework.name).replace("{adapter}", framework.adapter);
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Signed-cookie session</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
         {html}{session}</div>\n</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
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

fn section(session: &Session, manager: &SessionManager) -> Result<String, SessionError> {
    let mut html = String::from(
        "<section id=\"session\" aria-labelledby=\"session-title\">\n<h2 id=\"session-title\">Your cookie</h2>\n",
    );
    html.push_str(&facts(session, manager));
    if !session.is_empty() {
        html.push_str(
            "<h3 id=\"contents-title\">What is in it</h3>\n<pre tabindex=\"0\" role=\"group\" aria-labelledby=\"contents-title\">{",
        );
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

/// What the server makes of the cookie; of a good one, its age, its end and its size.
fn facts(session: &Session, manager: &SessionManager) -> String {
    match session.origin() {
        Origin::New => {
            "<p><strong>No cookie.</strong> The server does not know you, and has stored nothing.</p>\n".to_owned()
        }
        Origin::Verified { issued_at, created_at, lifetime, key_index, .. } => {
            let key = if key_index == 0 { "this server’s key" } else { "an older key of this server" };
            let verified = format!("<strong class=\"good\">Verified.</strong> No one changed it. Signed with {key}.");
            let about = cookie::facts(session, manager);
            let facts = [
                fact("Signature", &verified),
                fact("Age", &age(issued_at, created_at)),
                about.as_ref().map(|about| fact("Ends", &end(about.ends_at, lifetime))).unwrap_or_default(),
                about.map(|about| fact("Size", &size(about.size))).unwrap_or_default(),
            ];
            format!("<dl>\n{}</dl>\n", facts.concat())
        }
        Origin::Rejected(reason) => format!(
            "<p><strong class=\"bad\">Refused:</strong> {}. The server believes nothing in it, so your session starts fresh. Log in or \
             add to the cart, and a new cookie takes its place.</p>\n",
            in_plain_words(reason)
        ),
        _ => String::new(),
    }
}

/// Where the library speaks of tokens and codecs, a visitor knows cookies and servers.
const fn in_plain_words(reason: DecodeError) -> &'static str {
    match reason {
        DecodeError::InvalidSignature => {
            "its signature was not made with any of this server’s keys. Someone changed the cookie, or another server signed it"
        }
        DecodeError::Expired => "it is older than its maximum age",
        DecodeError::IssuedInFuture => "its date lies in the future, so the clock of a server is wrong",
        DecodeError::Malformed => "it is not of the form of a session cookie",
        _ => "it is authentic, but its payload is not a session",
    }
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

fn end(ends_at: Option<UnixTime>, lifetime: Option<Lifetime>) -> String {
    let time = ends_at.map(|ends_at| {
        let left = ends_at.since_epoch().saturating_sub(UnixTime::now().since_epoch());
        format!("<time data-unix=\"{}\">in {}</time>", ends_at.as_secs(), in_words(left))
    });
    let at_the_latest = time.as_ref().map(|time| format!(", or {time}")).unwrap_or_default();
    let time =
        time.map_or("When you close the browser".to_owned(), |time| format!("<span class=\"sentence\">{time}</span>"));
    match lifetime {
        None => format!("{time}, as this server is set up."),
        Some(Lifetime::BrowserSession) => format!("When you close the browser{at_the_latest}."),
        Some(Lifetime::For(lifetime)) => format!("{time}. Remembered for {} after it was signed.", in_words(lifetime)),
    }
}

fn size(size: usize) -> String {
    format!(
        "<meter min=\"0\" max=\"{MAX_COOKIE_SIZE}\" high=\"3500\" optimum=\"0\" value=\"{size}\" aria-label=\"How full the cookie \
         is\">{size}</meter> {size} of the {MAX_COOKIE_SIZE} bytes that browsers keep: {} % full.",
        size * 100 / MAX_COOKIE_SIZE
    )
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
