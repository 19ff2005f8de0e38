//! Asks the application about a cookie, and collects what there is to say of it.

use std::error::Error;
use std::slice::from_ref;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use session_codec::{Codec, DecodeError, Key, UnixTime, Verified};
use session_cookie::Origin;
use sha2::Sha256;

use crate::args::InspectArgs;
use crate::cookies::{self, MAX_CANDIDATES, MAX_COOKIE_SIZE};
use crate::keys;
use crate::options::{Options, is_authentic, origin};
use crate::report::{Contents, Report, Verdict};

/// What the application says of a cookie whose key it has not.
const UNKNOWN: Origin = Origin::Rejected(DecodeError::InvalidSignature);

/// # Errors
///
/// Keys or options that the application would refuse.
pub(crate) fn inspect(args: &InspectArgs, input: &str) -> Result<Report, Box<dyn Error>> {
    let options = Options::new(args)?;
    let given = keys::load(&args.keys)?;
    // With a random key nothing is authentic.
    let random = [Key::generate()?];
    let keys = given.as_deref().unwrap_or(&random);
    let now = args.now.unwrap_or_else(UnixTime::now);
    let application = options.application(keys, now)?;
    let name = options.name.as_str();

    let cookies = cookies::find(input, name);
    let values: Vec<_> = cookies.values.iter().map(String::as_str).collect();
    let of_each_key: Vec<_> =
        keys.iter().map(|key| options.application(from_ref(key), now)).collect::<Result<_, _>>()?;

    let tried = values.get(..MAX_CANDIDATES).unwrap_or(&values);
    let mut decision = origin(&application, name, &values);
    // With the right key, a cookie of the right form may be the one that the application takes.
    let has_form = |value: &&str| origin(&application, name, &[value]) == UNKNOWN;
    if given.is_none() && tried.iter().any(has_form) {
        decision = UNKNOWN;
    }
    // The one that it was about: of those that it says the same of, the one signed last, as the application takes it.
    let about = tried.iter().filter(|value| origin(&application, name, &[value]) == decision);
    let about = about.map(|value| {
        let contents = read(value).filter(|_| name.len() + value.len() <= MAX_COOKIE_SIZE);
        let key = of_each_key.iter().position(|application| is_authentic(origin(application, name, &[value])));
        (*value, contents, key)
    });
    let about = about.max_by_key(|(_, contents, key)| (contents.as_ref().map(Verified::issued_at), *key == Some(0)));
    let size = about.as_ref().map(|(value, ..)| name.len() + value.len());
    let (contents, key) = about.map_or((None, None), |(_, contents, key)| (contents, key));
    let verdict = match decision {
        Origin::Verified { .. } => Verdict::Verified,
        Origin::New => Verdict::Missing,
        UNKNOWN if given.is_none() && contents.is_some() => Verdict::Unverified,
        Origin::Rejected(DecodeError::Expired) => Verdict::Expired,
        Origin::Rejected(reason) if given.is_some() && reason != DecodeError::Malformed => Verdict::Refused(reason),
        _ => Verdict::NotACookie,
    };
    let has_end = matches!(verdict, Verdict::Verified | Verdict::Expired | Verdict::Unverified);
    let mut contents = contents.map(|signed| Contents { signed, end: None });
    if let Some(contents) = contents.as_mut().filter(|contents| has_end && contents.is_read()) {
        contents.end = options.end(&contents.signed);
    }
    Ok(Report {
        verdict,
        keys: keys.iter().map(|key| key.fingerprint().to_string()).collect(),
        key,
        size,
        name: name.to_owned(),
        cookies,
        contents,
        now,
    })
}

/// Reads a payload, authentic or not. The codec reads only what is signed, so it is signed here with a key that no one trusts: what the
/// codec's reader of the envelope refuses is refused here too.
fn read(token: &str) -> Option<Verified> {
    const SECRET: [u8; 32] = [0; 32];
    let (payload, _) = token.rsplit_once('.')?;
    let mac = Hmac::<Sha256>::new_from_slice(&SECRET).ok()?.chain_update(payload).finalize();
    let signature = Base64UrlUnpadded::encode_string(&mac.into_bytes());
    Codec::new(Key::new(SECRET).ok()?).authenticate(format!("{payload}.{signature}")).ok()
}
