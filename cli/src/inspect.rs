//! Asks the application about a cookie, and collects what there is to say of it.

use std::error::Error;
use std::slice::from_ref;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use session_codec::{Codec, DecodeError, Key, UnixTime, Verified};
use session_cookie::Origin;
use sha2::Sha256;

use crate::args::InspectArgs;
use crate::cookies;
use crate::keys;
use crate::options::{Options, is_authentic, origin};
use crate::report::{Contents, MAX_COOKIE_SIZE, Report, Verdict};

/// How many cookies of one name the application tries.
const MAX_CANDIDATES: usize = 8;

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

    let decision = origin(&application, name, &values);
    // The one that it was about: of those that it says the same of, the one signed last, as the application takes it.
    let about = values.iter().take(MAX_CANDIDATES).filter(|value| origin(&application, name, &[value]) == decision);
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
        Origin::Rejected(DecodeError::InvalidSignature) if given.is_none() && contents.is_some() => Verdict::Unverified,
        Origin::Rejected(DecodeError::Expired) => Verdict::Expired,
        Origin::Rejected(reason) if given.is_some() && reason != DecodeError::Malformed => Verdict::Refused(reason),
        _ => Verdict::NotACookie,
    };
    let has_end = matches!(verdict, Verdict::Verified | Verdict::Expired | Verdict::Unverified);
    let contents = contents.map(|signed| Contents { end: options.end(&signed).filter(|_| has_end), signed });
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
