//! Decides about a cookie as the application would, and collects what there is to say of it.

use std::error::Error;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use session_codec::{Claims, Codec, DecodeError, Key, Lifetime, UnixTime, json};
use session_cookie::{SessionManager, SessionSettings};

use crate::args::InspectArgs;
use crate::cookies::{self, Cookies};
use crate::keys::{self, Keys};
use crate::report::{Contents, End, MAX_COOKIE_SIZE, Report, Verdict};

/// What session-cookie derives a sibling's key for, followed by the name of its cookie. Fixed for ever.
const SIBLING: &str = "session-cookie/sibling/v1\0";

/// How many cookies of one name the application tries.
const MAX_CANDIDATES: usize = 8;

/// The options that decide which cookie is taken, and how long it lives.
struct Options {
    name: String,
    max_age: Option<Duration>,
    default_lifetime: Option<Duration>,
    max_lifetime: Option<Duration>,
}

impl Options {
    /// # Errors
    ///
    /// As in the application, in its words.
    fn new(args: &InspectArgs) -> Result<Self, Box<dyn Error>> {
        let InspectArgs { name, max_age, default_lifetime, max_lifetime, preset, .. } = args;
        let settings: SessionSettings = serde_json::from_value(serde_json::json!({
            "max_age": max_age, "default_lifetime": default_lifetime, "max_lifetime": max_lifetime, "preset": preset,
        }))?;
        // Refuses a wrong value. It does not give back the right ones.
        let config = settings.cookie_config()?;
        let is_set = |text: &&String| !text.is_empty();
        let limit = |text: &Option<String>, default: Option<u64>| {
            text.as_ref().filter(is_set).map_or(default, |text| text.parse().ok()).map(Duration::from_secs)
        };
        let is_hardened = preset.as_ref().filter(is_set).is_some();
        let (default_name, default_age) = if is_hardened { ("__Host-session", 604_800) } else { ("session", 3600) };
        let name = args.sibling.as_ref().or(name.as_ref()).filter(is_set).map_or(default_name, |name| name);
        // Refuses what makes no sense together. Whether the cookie is `Secure`, which some names need, is not seen here.
        SessionManager::new(Key::generate()?, config.with_name(name).with_secure(true))?;
        Ok(Self {
            name: name.to_owned(),
            max_age: limit(max_age, Some(default_age)),
            default_lifetime: limit(default_lifetime, None),
            max_lifetime: limit(max_lifetime, None),
        })
    }

    /// Returns when a session with these claims ends, and by which option.
    fn end(&self, claims: &Claims, created_at: UnixTime) -> Option<End> {
        let own = match claims.lifetime {
            Some(Lifetime::For(lifetime)) => Some(("own lifetime", lifetime)),
            _ => self.default_lifetime.map(|limit| ("default_lifetime", limit)),
        };
        let since_issue = own.into_iter().chain(self.max_age.map(|limit| ("max_age", limit)));
        let since_issue = since_issue.map(|(option, limit)| (option, claims.issued_at, limit));
        let since_creation = self.max_lifetime.map(|limit| ("max_lifetime", created_at, limit));
        let ends = since_issue.chain(since_creation).map(|(option, since, limit)| End {
            at: UnixTime::from_duration(since.since_epoch().saturating_add(limit)),
            option,
        });
        ends.min_by_key(|end| end.at)
    }
}

/// Makes the codec of the application's keys, for which no token is too old: [`Options::end`] says when one is. Without a key
/// it has a random one, with which nothing verifies.
fn codec(keys: Option<&Keys>, sibling: Option<&str>) -> Result<Codec, Box<dyn Error>> {
    let keys = keys.map_or_else(|| Ok(vec![Key::generate()?]), |keys| Ok::<_, Box<dyn Error>>(keys.keys.clone()))?;
    let mut keys = keys.into_iter().map(|key| match sibling {
        Some(name) => key.derive(&format!("{SIBLING}{name}")),
        None => key,
    });
    let codec = Codec::new(keys.next().ok_or("no key is given")?);
    Ok(keys.fold(codec, Codec::with_fallback_key))
}

/// # Errors
///
/// Keys or options that the application would refuse.
pub(crate) fn inspect(args: &InspectArgs, input: &str) -> Result<Report, Box<dyn Error>> {
    let options = Options::new(args)?;
    let keys = keys::load(&args.keys)?;
    let codec = codec(keys.as_ref(), args.sibling.as_deref())?;
    let now = args.now.map_or_else(UnixTime::now, UnixTime::from_secs);
    let Cookies { name, values } = match cookies::find(input, &options.name) {
        Ok(cookies) => cookies,
        Err(others) => return Ok(Report::without_cookie(&options.name, &others, now)),
    };
    let opened = values.iter().take(MAX_CANDIDATES).map(|value| (*value, open(&codec, &name, value, now)));
    // As the application does: of those that are authentic the one signed last, else one whose payload can be read.
    let taken = opened.max_by_key(|(_, (contents, verdict))| match verdict {
        Ok(key) => (3, contents.as_ref().map(Contents::issued_at), *key == 0),
        Err(DecodeError::Malformed) => (0, None, false),
        Err(DecodeError::InvalidSignature) => (1, None, false),
        Err(_) => (2, None, false),
    });
    let Some((value, (contents, authentic))) = taken else {
        return Ok(Report::without_cookie(&options.name, &[], now));
    };
    let contents =
        contents.map(|contents| Contents { end: options.end(&contents.claims, contents.created_at), ..contents });
    let verdict = match (authentic, &contents) {
        (Err(DecodeError::InvalidSignature), None) if keys.is_none() => Verdict::NotACookie,
        (Err(DecodeError::InvalidSignature), _) if keys.is_none() => Verdict::Unverified,
        (Err(DecodeError::Malformed), _) => Verdict::NotACookie,
        (Err(reason), _) => Verdict::Refused(reason),
        (Ok(_), Some(Contents { end: Some(end), .. })) if now > end.at => Verdict::Expired,
        (Ok(_), Some(contents)) if !contents.is_session() => Verdict::Refused(DecodeError::InvalidPayload),
        (Ok(_), _) => Verdict::Verified,
    };
    let key = authentic.ok().and_then(|index| Some((index, keys?.fingerprints.into_iter().nth(index)?)));
    Ok(Report {
        verdict,
        key,
        size: Some(name.len() + value.len()),
        count: values.len(),
        name,
        contents,
        now,
        names: Vec::new(),
    })
}

/// Opens a cookie, its age aside: what it holds, authentic or not, and which key signed it.
fn open(codec: &Codec, name: &str, value: &str, now: UnixTime) -> (Option<Contents>, Result<usize, DecodeError>) {
    if name.len() + value.len() > MAX_COOKIE_SIZE {
        return (None, Err(DecodeError::Malformed));
    }
    let verified = match codec.authenticate(value) {
        Ok(verified) => verified,
        Err(error) => return (unverified_contents(value), Err(error)),
    };
    let index = verified.key_index();
    let age = codec.check_age(&verified, now).err().filter(|error| *error == DecodeError::IssuedInFuture);
    let (claims, created_at) = (verified.claims(), verified.created_at());
    let contents = Contents { claims, created_at, end: None, data: verified.into_data_json() };
    (Some(contents), age.map_or(Ok(index), Err))
}

/// Reads a payload that nothing vouches for.
fn unverified_contents(value: &str) -> Option<Contents> {
    let (payload, _signature) = value.split_once('.')?;
    let envelope = String::from_utf8(Base64UrlUnpadded::decode_vec(payload).ok()?).ok()?;
    let members: Vec<_> = json::members(&envelope).collect::<Result<_, _>>().ok()?;
    let member = |name: &str| {
        let found = members
            .iter()
            .rev()
            .find(|member| envelope.get(member.key.clone()).and_then(json::unquote).is_some_and(|key| key == name))?;
        envelope.get(found.value.clone())
    };
    let seconds = |name: &str| Duration::try_from_secs_f64(member(name)?.parse().ok()?).ok();
    let issued_at = UnixTime::from_duration(seconds("t")?);
    let created_at = seconds("c").map(UnixTime::from_duration);
    let lifetime = seconds("m").map(|lifetime| match lifetime {
        Duration::ZERO => Lifetime::BrowserSession,
        lifetime => Lifetime::For(lifetime),
    });
    let began = created_at.map_or(issued_at, |created_at| created_at.min(issued_at));
    let claims = Claims { issued_at, created_at, lifetime };
    let contents = Contents { claims, created_at: began, end: None, data: member("d")?.to_owned() };
    contents.is_session().then_some(contents)
}
