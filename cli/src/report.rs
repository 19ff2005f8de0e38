//! What is said about a cookie, to a person or a program.

use std::fmt;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use session_codec::{DecodeError, Key, Lifetime, UnixTime, Verified, json};

use crate::cookies::{Cookies, MAX_COOKIE_SIZE};
use crate::text::{escape, pretty};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Verified,
    Expired,
    Refused(DecodeError),
    NotACookie,
    Missing,
    Unverified,
}

impl Verdict {
    /// Returns its exit code, its name, and the reason as the application logs it.
    pub(crate) const fn words(self) -> (u8, &'static str, Option<&'static str>) {
        match self {
            Self::Verified => (0, "verified", None),
            Self::Refused(DecodeError::InvalidSignature) => (1, "refused", Some("invalid signature")),
            Self::Refused(DecodeError::IssuedInFuture) => (1, "refused", Some("issued in future")),
            Self::Refused(_) => (1, "refused", Some("invalid payload")),
            Self::Expired => (3, "expired", Some("expired")),
            Self::NotACookie => (4, "not a cookie", Some("malformed")),
            Self::Missing => (4, "not a cookie", Some("missing")),
            Self::Unverified => (5, "unverified", None),
        }
    }
}

/// When a session ends, and by which option.
pub(crate) struct End {
    pub(crate) at: UnixTime,
    pub(crate) option: &'static str,
    /// The option and its value, for a person.
    pub(crate) limit: String,
}

/// What is in a cookie, authentic or not.
pub(crate) struct Contents {
    /// As the codec reads it. Whether the application's keys signed it is the verdict's to say.
    pub(crate) signed: Verified,
    pub(crate) end: Option<End>,
}

impl Contents {
    /// Returns whether the application reads it.
    pub(crate) fn is_read(&self) -> bool {
        self.object().is_some()
    }

    /// Returns the data as it was signed, if it is a JSON object to its end.
    fn object(&self) -> Option<&str> {
        Some(self.signed.data_json()).filter(|data| json::members(data).all(|member| member.is_ok()))
    }
}

pub(crate) struct Report {
    pub(crate) verdict: Verdict,
    /// The fingerprints of the keys that were tried.
    pub(crate) keys: Vec<String>,
    /// The number of the key that signed it, 0 for the primary one.
    pub(crate) key: Option<usize>,
    pub(crate) name: String,
    pub(crate) size: Option<usize>,
    pub(crate) cookies: Cookies,
    pub(crate) contents: Option<Contents>,
    pub(crate) now: UnixTime,
}

impl Report {
    fn fingerprint(&self) -> Option<&str> {
        self.keys.get(self.key?).map(String::as_str)
    }

    fn end(&self) -> Option<&End> {
        self.contents.as_ref()?.end.as_ref()
    }

    fn message(&self) -> String {
        let key = match (self.key, self.fingerprint().unwrap_or_default()) {
            (Some(0), fingerprint) => format!("signed by the primary key, {fingerprint}"),
            (Some(number), fingerprint) => format!("signed by fallback key {number}, {fingerprint}"),
            (None, _) => String::new(),
        };
        match self.verdict {
            Verdict::Verified => key,
            Verdict::Expired => {
                let limit = self.end().map_or("", |end| &end.limit);
                format!("older than the options allow, {limit}; {key}")
            }
            Verdict::Refused(DecodeError::InvalidSignature) => {
                let keys = self.keys.join(", ");
                format!("changed, or signed with none of the keys that are given, {keys}; nothing below is verified")
            }
            Verdict::Refused(reason) => format!("{reason}; {key}"),
            Verdict::NotACookie if self.size.is_some_and(|size| size > MAX_COOKIE_SIZE) => {
                format!("larger than the {MAX_COOKIE_SIZE} bytes that the application reads")
            }
            Verdict::Missing if self.cookies.is_removed => format!("a Set-Cookie removes the cookie {:?}", self.name),
            Verdict::NotACookie | Verdict::Missing if self.cookies.is_encoded => {
                "percent-encoded, which the application does not decode; decode it first".to_owned()
            }
            Verdict::NotACookie if self.contents.is_some() => {
                "the signature is damaged; nothing below is verified".to_owned()
            }
            Verdict::NotACookie => "not of the form `payload.signature`, or no session in it".to_owned(),
            Verdict::Missing if self.cookies.unnamed > 1 => {
                format!(
                    "there is no cookie {:?}, but {} values without a name; give one",
                    self.name, self.cookies.unnamed
                )
            }
            Verdict::Missing if self.cookies.others.is_empty() => "there is no cookie".to_owned(),
            Verdict::Missing => {
                let (name, others) = (&self.name, self.cookies.others.join(", "));
                format!("there is no cookie {name:?}, but {others}; give --name, --preset or --sibling to read another")
            }
            Verdict::Unverified => {
                let unread = "; the application does not read this payload, which is no JSON";
                let unread = if self.contents.as_ref().is_some_and(Contents::is_read) { "" } else { unread };
                format!(
                    "NOTHING WAS VERIFIED: no key is given, and anyone could have written this; give SESSION_SECRET_KEY or --key-file{unread}"
                )
            }
        }
    }

    /// One line. The data is as it was signed, but for characters that a terminal would obey.
    pub(crate) fn json(&self) -> String {
        let end = self.end();
        let (exit_code, verdict, reason) = self.verdict.words();
        let signed = self.contents.as_ref().map(|contents| &contents.signed);
        let report = serde_json::json!({
            "verdict": verdict,
            "exit_code": exit_code,
            "reason": reason,
            "message": self.message(),
            "cookie": self.name,
            "cookies_of_that_name": self.cookies.values.len(),
            "size": self.size,
            "size_limit": MAX_COOKIE_SIZE,
            "key": self.fingerprint(),
            "key_number": self.key,
            "now": self.now.as_secs(),
            "issued_at": signed.map(|signed| signed.issued_at().as_secs()),
            "created_at": signed.map(|signed| signed.created_at().as_secs()),
            "age": signed.map(|signed| seconds_between(signed.issued_at(), self.now)),
            "own_lifetime": signed.and_then(|signed| signed.claims().lifetime).map(|lifetime| match lifetime {
                Lifetime::For(lifetime) if lifetime.subsec_nanos() > 0 => lifetime.as_secs_f64().into(),
                Lifetime::For(lifetime) => Value::from(lifetime.as_secs()),
                // No other lifetime is 0.
                Lifetime::BrowserSession => 0.into(),
            }),
            "ends_at": end.map(|end| end.at.as_secs()),
            "ends_by": end.map(|end| end.option),
            "left": end.map(|end| seconds_between(self.now, end.at)),
        });
        let report = report.to_string();
        // Between members only: inside a string they are escaped already.
        let data = self.contents.as_ref().and_then(Contents::object).unwrap_or("null").replace(['\n', '\r', '\t'], " ");
        escape(&format!("{},\"data\":{data}}}", report.strip_suffix('}').unwrap_or_default()))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = if self.verdict == Verdict::Verified { GOOD } else { BAD };
        let (_, verdict, reason) = self.verdict.words();
        let reason = reason.filter(|reason| *reason != verdict).map(|reason| format!(", {reason}")).unwrap_or_default();
        write!(f, "{style}{}{reason}{style:#}: {}", verdict.to_uppercase(), escape(&self.message()))?;
        let Some(size) = self.size else { return Ok(()) };
        write!(f, "\ncookie    {}, {size} of {MAX_COOKIE_SIZE} bytes", escape(&self.name))?;
        match (self.cookies.values.len(), self.verdict) {
            (1, _) => {}
            (count, Verdict::Verified | Verdict::Expired) => {
                write!(f, "; the one of {count} that the application takes")?
            }
            (count, Verdict::Unverified) => {
                write!(f, "; one of {count}: which one the application takes depends on its key")?
            }
            (count, _) => write!(f, "; one of {count}, of which the application takes none")?,
        }
        if self.cookies.unnamed == 1 {
            f.write_str("; its name was not found")?;
        }
        if self.cookies.is_removed {
            f.write_str("; a Set-Cookie removes it")?;
        }
        let Some(contents @ Contents { signed, end }) = &self.contents else { return Ok(()) };
        let ago = |time: UnixTime| match self.now.since_epoch().checked_sub(time.since_epoch()) {
            Some(age) => format!("{}, {} ago", date(time), duration(age)),
            None => {
                format!("{}, {} ahead", date(time), duration(time.since_epoch().saturating_sub(self.now.since_epoch())))
            }
        };
        write!(f, "\nissued    {}\ncreated   {}", ago(signed.issued_at()), ago(signed.created_at()))?;
        match signed.claims().lifetime {
            Some(Lifetime::For(lifetime)) => write!(f, "\nlifetime  its own, {}", duration(lifetime))?,
            Some(Lifetime::BrowserSession) => f.write_str("\nlifetime  until the browser closes")?,
            None => f.write_str("\nlifetime  as configured")?,
        }
        match end {
            Some(End { at, option, .. }) if self.now <= *at => {
                let left = at.since_epoch().saturating_sub(self.now.since_epoch());
                write!(f, "\nleft      {}, until {} ({option})", duration(left), date(*at))?;
            }
            Some(End { at, option, .. }) => write!(f, "\nleft      nothing, ended {} ({option})", ago(*at))?,
            None if matches!(self.verdict, Verdict::Verified | Verdict::Unverified) && contents.is_read() => {
                f.write_str("\nleft      no end is configured")?
            }
            None => {}
        }
        write!(f, "\n{}", pretty(signed.data_json()))
    }
}

/// The fingerprints of the keys, the primary one first.
pub(crate) fn fingerprints(keys: &[Key], as_json: bool) -> String {
    let fingerprints: Vec<_> = keys.iter().map(|key| key.fingerprint().to_string()).collect();
    let [key, fallback_keys @ ..] = &*fingerprints else { return String::new() };
    if as_json {
        return serde_json::json!({"key": key, "fallback_keys": fallback_keys}).to_string();
    }
    let numbered = (1..).zip(fallback_keys).map(|(number, key)| format!("\n{key}  fallback key {number}"));
    format!("{key}  primary key{}", numbered.collect::<String>())
}

/// Rounded down: what ended a fraction of a second ago has -1 s left.
fn seconds_between(since: UnixTime, until: UnixTime) -> i64 {
    let [since, until] = [since, until].map(UnixTime::since_epoch);
    let whole = |seconds: Duration| i64::try_from(seconds.as_secs()).unwrap_or(i64::MAX);
    let behind = since.saturating_sub(until);
    whole(until.saturating_sub(since)) - whole(behind) - i64::from(behind.subsec_nanos() > 0)
}

fn date(time: UnixTime) -> String {
    let date = i64::try_from(time.as_secs()).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    date.map_or_else(|| format!("second {}", time.as_secs()), |date| date.to_string())
}

/// The two largest units.
fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0, seconds) => format!("{seconds} s"),
        (0, 0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (0, hours, minutes, _) => format!("{hours} h {minutes} min"),
        (days, hours, ..) => format!("{days} d {hours} h"),
    }
}
