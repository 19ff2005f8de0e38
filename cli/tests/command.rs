//! The command as a shell and a script see it: what it prints, and its exit codes.

// A test expects by panicking.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use session_codec::{Claims, Codec, DecodeError, Key, Lifetime, UnixTime};
use session_cookie::{CookieConfig, Origin, SessionManager, SessionSettings};
use sha2::Sha256;

/// Signed by VelociPy 0.3.0, as all of session-codec's `velocipy-0.3.0.json`.
const VELOCIPY: &str = "eyJkIjp7InVzZXJfaWQiOiI0MiIsInVzZXJuYW1lIjoiYWxpY2UifSwidCI6MTc5NTQ4NTIxMy4yNzg3NTg4fQ.KJ1la7P-N2-WJSWbP5BrMK2iDxAd8KtV44vooxrt--Y";
const SECRET: &str = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
const OTHER_SECRET: &str = "another secret of 32 bytes or more";
const ISSUED_AT: u64 = 1_795_485_213;
/// A minute and a half after it was signed.
const NOW: &str = "1795485303";

const REFUSED: i32 = 1;
const USAGE: i32 = 2;
const EXPIRED: i32 = 3;
const NOT_A_COOKIE: i32 = 4;
const UNVERIFIED: i32 = 5;

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn run(args: &[&str], variables: &[(&str, &str)], stdin: impl AsRef<[u8]>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_session-cookie"));
    command.args(args).env_clear().envs(variables.iter().copied());
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It does not read its input where the cookie is an argument.
    _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn inspect(cookie: &str, more: &[&str]) -> Ran {
    run(&[&["inspect", cookie, "--now", NOW], more].concat(), &[("SESSION_SECRET_KEY", SECRET)], "")
}

fn inspect_json(cookie: &str, more: &[&str]) -> (i32, Value) {
    let ran = inspect(cookie, &[&["--json"], more].concat());
    (ran.code, serde_json::from_str(&ran.stdout).unwrap())
}

fn codec() -> Codec {
    codec_of(SECRET)
}

fn codec_of(secret: &str) -> Codec {
    Codec::new(Key::with_short_secret(secret).unwrap())
}

fn signed(data: &str) -> String {
    codec().encode_json(data, Claims::new(UnixTime::from_secs(ISSUED_AT))).unwrap()
}

/// Signs an envelope as it is.
fn sign(envelope: &str) -> String {
    let payload = Base64UrlUnpadded::encode_string(envelope.as_bytes());
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(&payload).finalize();
    format!("{payload}.{}", Base64UrlUnpadded::encode_string(&mac.into_bytes()))
}

#[test]
fn a_cookie_of_velocipy_is_verified() {
    let ran = inspect(VELOCIPY, &[]);
    let expected = "\
VERIFIED: signed by the primary key, a9a8b3f1
cookie    session, 137 of 4096 bytes
issued    2026-11-24T01:53:33Z, 1 min 29 s ago
created   2026-11-24T01:53:33Z, 1 min 29 s ago
lifetime  as configured
left      58 min 30 s, until 2026-11-24T02:53:33Z (max_age)
{
  \"user_id\": \"42\",
  \"username\": \"alice\"
}
";
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str(), ran.code), (expected, "", 0));
}

#[test]
fn a_tampered_cookie_is_refused_and_still_shown() {
    let ran = inspect(&VELOCIPY.replacen("eyJkIjp7InVzZXJfaWQiOiI0M", "eyJkIjp7InVzZXJfaWQiOiI5M", 1), &[]);
    assert!(ran.stdout.starts_with("REFUSED, invalid signature: "), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("nothing below is verified") && ran.stdout.contains("\"user_id\": \"92\""),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.code, REFUSED);
}

#[test]
fn a_cookie_of_another_key_is_refused() {
    let ran = run(&["inspect", VELOCIPY], &[("SESSION_SECRET_KEY", OTHER_SECRET)], "");
    assert!(ran.stdout.starts_with("REFUSED, invalid signature: "), "{}", ran.stdout);
    assert_eq!(ran.code, REFUSED);
}

#[test]
fn an_older_cookie_than_the_options_allow_is_expired() {
    let at_its_last_second = inspect(VELOCIPY, &["--max-age", "90"]);
    assert_eq!(at_its_last_second.code, 0);

    let ran = inspect(VELOCIPY, &["--max-age", "89"]);
    assert!(ran.stdout.starts_with("EXPIRED: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("left      nothing, ended 2026-11-24T01:55:02Z, 0 s ago (max_age)"), "{}", ran.stdout);
    assert_eq!(ran.code, EXPIRED);
}

#[test]
fn a_session_ends_after_the_last_second_of_each_limit() {
    let of = |lifetime, created_at| Claims { lifetime, created_at, ..Claims::new(UnixTime::from_secs(ISSUED_AT)) };
    let plain = of(None, None);
    let browser_session = of(Some(Lifetime::BrowserSession), None);
    let own_lifetime = of(Some(Lifetime::For(Duration::from_secs(90))), None);
    let older = of(None, Some(UnixTime::from_secs(ISSUED_AT - 100)));
    for (claims, option, limit) in [
        (plain, "--max-age", 90),
        (plain, "--default-lifetime", 90),
        (browser_session, "--default-lifetime", 90),
        (own_lifetime, "--max-age", 100),
        (older, "--max-lifetime", 190),
    ] {
        let token = codec().encode_json("{}", claims).unwrap();
        let at = |now: u64| {
            let now = now.to_string();
            let args = ["inspect", &token, option, &limit.to_string(), "--now", &now];
            run(&args, &[("SESSION_SECRET_KEY", SECRET), ("SESSION_MAX_AGE", "190")], "")
        };
        let (last, after) = (at(ISSUED_AT + 90), at(ISSUED_AT + 91));
        assert_eq!([last.code, after.code], [0, EXPIRED], "{claims:?} {option}");
        // What is said of the end agrees with the verdict.
        assert!(last.stdout.contains("left      0 s, until ") && after.stdout.contains("left      nothing, ended "));
    }
}

#[test]
fn a_cookie_from_more_than_a_minute_ahead_is_refused() {
    let at = |now| run(&["inspect", VELOCIPY, "--now", now], &[("SESSION_SECRET_KEY", SECRET)], "");
    assert_eq!(at("1795485154").code, 0);

    let ran = at("1795485153");
    assert!(ran.stdout.starts_with("REFUSED, issued in future: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("; signed by the primary key, a9a8b3f1\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("1 min 0 s ahead"), "{}", ran.stdout);
    assert_eq!(ran.code, REFUSED);
}

#[test]
fn an_authentic_payload_that_is_no_session_is_refused() {
    // VelociPy writes NaN, which is not JSON.
    let ran = inspect(NAN, &[]);
    assert!(ran.stdout.starts_with("REFUSED, invalid payload: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("; signed by the primary key, a9a8b3f1\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\"nan\": NaN"), "{}", ran.stdout);
    assert_eq!(ran.code, REFUSED);

    // No older cookie steps in for it.
    let older = codec().encode(&json!({}), UnixTime::from_secs(ISSUED_AT - 1)).unwrap();
    let (code, report) = inspect_json(&format!("session={NAN}; session={older}"), &[]);
    assert_eq!((code, &report["data"]), (REFUSED, &json!(null)));
}

/// `{"d":{"nan":NaN},"t":1795485213}`, signed with the secret.
const NAN: &str = "eyJkIjp7Im5hbiI6TmFOfSwidCI6MTc5NTQ4NTIxM30.ihy-abH0Sbjytp5rf2GWNdcWBePwtPJk423sAX1NNck";

#[test]
fn what_is_no_cookie_is_told_apart() {
    let too_large = signed(&json!({"x": "x".repeat(4096)}).to_string());
    for garbage in ["garbage", "a.b", &too_large] {
        let ran = inspect(garbage, &[]);
        assert!(ran.stdout.starts_with("NOT A COOKIE, malformed: "), "{}", ran.stdout);
        assert_eq!(ran.code, NOT_A_COOKIE);
    }
    let ran = inspect("Cookie: theme=dark; lang=en", &[]);
    assert!(ran.stdout.contains(r#"no cookie "session", but theme, lang; give --name"#), "{}", ran.stdout);
    assert_eq!(ran.code, NOT_A_COOKIE);
}

#[test]
fn a_cookie_that_lost_its_end_says_that_nothing_is_verified() {
    let mut damaged = VELOCIPY.to_owned();
    damaged.pop();
    let ran = inspect(&damaged, &[]);
    assert_eq!(ran.code, NOT_A_COOKIE);
    assert!(ran.stdout.contains("malformed: the signature is damaged; nothing below is verified"), "{}", ran.stdout);
    assert!(ran.stdout.contains("alice"));
}

#[test]
fn without_a_key_it_decodes_and_says_that_nothing_was_verified() {
    let ran = run(&["inspect", VELOCIPY, "--now", NOW], &[], "");
    assert!(ran.stdout.starts_with("UNVERIFIED: NOTHING WAS VERIFIED: no key is given"), "{}", ran.stdout);
    assert!(ran.stdout.contains("issued    2026-11-24T01:53:33Z, 1 min 29 s ago"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\"username\": \"alice\""), "{}", ran.stdout);
    assert_eq!(ran.code, UNVERIFIED);

    assert_eq!(run(&["inspect", "garbage"], &[], "").code, NOT_A_COOKIE);
}

#[test]
fn without_a_key_the_cookie_that_can_be_one_is_shown() {
    for form in [format!("Cookie: session=abc; session={VELOCIPY}"), format!("Cookie: session={VELOCIPY}; session=abc")]
    {
        let ran = run(&["inspect", &form, "--now", NOW], &[], "");
        assert!(ran.stdout.starts_with("UNVERIFIED: ") && ran.stdout.contains("alice"), "{}", ran.stdout);
        assert!(
            ran.stdout.contains("; one of 2: which one the application takes depends on its key\n"),
            "{}",
            ran.stdout
        );
        assert_eq!(ran.code, UNVERIFIED);
    }
    // Two that are none.
    let ran = run(&["inspect", "Cookie: session=abc; session=a.b", "--now", NOW], &[], "");
    assert!(ran.stdout.contains("; one of 2, of which the application takes none"), "{}", ran.stdout);
    assert_eq!(ran.code, NOT_A_COOKIE);
}

#[test]
fn without_a_key_a_payload_that_no_application_reads_is_named() {
    let ran = run(&["inspect", NAN, "--now", NOW], &[], "");
    assert!(ran.stdout.starts_with("UNVERIFIED: NOTHING WAS VERIFIED: "), "{}", ran.stdout);
    let first = ran.stdout.lines().next().unwrap();
    assert!(first.contains("the application does not read this payload"), "{first}");
    assert!(!ran.stdout.contains("\nleft ") && ran.code == UNVERIFIED, "{}", ran.stdout);
    let ran = run(&["inspect", NAN, "--json", "--now", NOW], &[], "");
    assert_eq!(serde_json::from_str::<Value>(&ran.stdout).unwrap()["left"], json!(null));
}

#[test]
fn a_header_is_taken_in_every_form() {
    let forms = [
        format!("Cookie: theme=dark; session={VELOCIPY}; lang=en"),
        format!("theme=dark; session=\"{VELOCIPY}\""),
        format!("set-cookie: session={VELOCIPY}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"),
        format!("session={VELOCIPY}; Path=/; Secure"),
        // An attribute of tomorrow is no second cookie.
        format!("Set-Cookie: session={VELOCIPY}; Path=/; session=other; SameParty"),
        format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: theme=dark\r\nCookie: session={VELOCIPY}\r\n\r\n"),
        format!("< HTTP/1.1 200 OK\n< Set-Cookie: theme=dark; Path=/\n< Set-Cookie: session={VELOCIPY}; Path=/\n"),
        format!("  {VELOCIPY}\n"),
    ];
    for form in forms {
        let (code, report) = inspect_json(&form, &[]);
        assert_eq!((code, &report["cookie"], &report["size"]), (0, &json!("session"), &json!(137)), "{form}");
    }
}

#[test]
fn only_a_value_without_a_name_is_taken_whatever_the_name_is() {
    assert_eq!(inspect(VELOCIPY, &["--name", "sid"]).code, 0);
    assert_eq!(inspect(VELOCIPY, &["--preset", "hardened"]).code, 0);
    let [cookie, set_cookie] =
        [format!("Cookie: session={VELOCIPY}"), format!("Set-Cookie: session={VELOCIPY}; Path=/")];
    for form in [&*cookie, &set_cookie, &format!("session={VELOCIPY}"), &format!("session={VELOCIPY}; SameParty")] {
        for (more, wanted) in [(["--name", "sid"], "sid"), (["--preset", "hardened"], "__Host-session")] {
            let ran = inspect(form, &more);
            let expected = format!("NOT A COOKIE, missing: there is no cookie \"{wanted}\", but session");
            assert!(ran.stdout.starts_with(&expected) && ran.stdout.contains("--name"), "{form} {}", ran.stdout);
            assert_eq!(ran.code, NOT_A_COOKIE);
        }
    }
    let (code, report) = inspect_json(&format!("a=b; id={VELOCIPY}"), &["--name", "id"]);
    assert_eq!((code, &report["cookie"]), (0, &json!("id")));
}

#[test]
fn a_cookie_that_is_not_there_is_missing_and_not_malformed() {
    let none = "there is no cookie";
    for (cookie, message) in [
        (
            "Cookie: theme=dark; theme=light",
            "there is no cookie \"session\", but theme; give --name, --preset or --sibling to read another",
        ),
        ("", none),
        ("Cookie:", none),
        ("=", none),
    ] {
        let (code, report) = inspect_json(cookie, &[]);
        assert_eq!((code, &report["verdict"]), (NOT_A_COOKIE, &json!("not a cookie")));
        assert_eq!(report["reason"], "missing", "{cookie}");
        assert_eq!(report["message"], message);
    }
}

/// What people copy, and where from. Quotes and line ends around a cookie never damage it.
#[test]
fn a_cookie_is_found_in_whatever_was_copied() {
    let (half, rest) = VELOCIPY.split_at(60);
    let (quarter, half_rest) = half.split_at(30);
    let browser = format!("theme=dark; session={VELOCIPY}; _ga=1");
    let forms = [
        // Chrome's "Copy as cURL", whole and in parts.
        format!("-b '{browser}'"),
        format!("-H 'cookie: {browser}'"),
        format!("--cookie \"{browser}\""),
        format!("-b session={VELOCIPY} https://a.example/"),
        format!("curl -b session={VELOCIPY} -H 'Accept: */*' https://a.example/?session=other"),
        format!(
            "curl 'https://a.example/?session=other;x' \\\n  -H 'accept: */*;q=0.8' \\\n  -b '{browser}' \\\n  --data-raw 'session=other;a'"
        ),
        format!(
            "curl 'https://a.example/' -H 'accept: text/html;q=0.9' -H $'cookie: {browser}; a=\\u0021' --compressed"
        ),
        format!(
            "curl ^\"https://a.example/^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n  -b ^\"{browser}^\" ^\r\n  -H ^\"a: ^\\^\"b^\\^\"^\""
        ),
        format!("curl ^\"https://a.example/^\" ^\r\n  -H ^\"cookie: {browser}^\" ^\r\n  -H ^\"a: b^\""),
        // Quotes.
        format!("'{VELOCIPY}'"),
        format!("\"{VELOCIPY}\""),
        format!("\u{201c}{VELOCIPY}\u{201d}"),
        format!("'session={VELOCIPY}'"),
        format!("\"Cookie: {browser}\""),
        format!("'session=\"{VELOCIPY}\"; a=b'"),
        format!("Set-Cookie: session=\"{VELOCIPY}\"; Path=/"),
        // A line of a log.
        format!(r#"{{"level":"info","headers":{{"cookie":"{browser}","host":"a"}}}}"#),
        format!(r#"{{"headers": {{"Cookie": ["{browser}"], "set-cookie": []}}}}"#),
        format!(r#"{{"cookie":"a=\"b\"; session=\"{VELOCIPY}\""}}"#),
        format!(r#""GET / HTTP/1.1\r\nCookie: {browser}\r\nHost: a\r\n""#),
        format!("level=info cookie=\"{browser}\" host=a"),
        // A member of JSON, or of a script.
        format!(r#"{{"cookies":{{"theme":"dark","session":"{VELOCIPY}"}}}}"#),
        format!("session:\"{VELOCIPY}\""),
        format!("document.cookie = 'session={VELOCIPY}; a=b'"),
        // Lines that a terminal or an editor wrapped.
        format!("{half}\n{rest}"),
        format!("{quarter}\r\n{half_rest}\r\n  {rest}\r\n"),
        format!("{half}\\\n{rest}"),
        format!("Cookie: theme=dark; session={half}\n{rest}; lang=en"),
        format!("-b 'session={half}\n{rest}'"),
        format!("session={half} \\\n    {rest}"),
        format!("Cookie: theme=dark; session=\n{VELOCIPY}"),
        // A row of curl's cookie jar, and of a browser's table. A header's name in a line before it.
        format!("#HttpOnly_a.example\tFALSE\t/\tTRUE\t0\tsession\t{VELOCIPY}"),
        format!(
            "# Netscape HTTP Cookie File\n\na.example\tFALSE\t/\tFALSE\t0\ttheme\tdark\na.example\tFALSE\t/\tTRUE\t0\tsession\t{VELOCIPY}\n"
        ),
        format!(
            "theme\tdark\ta.example\t/\tSession\t9\nsession\t{VELOCIPY}\ta.example\t/\t2026-11-24T02:53:33.000Z\t137\t✓\t✓\tLax"
        ),
        format!("Cookie:\nsession={VELOCIPY}\nHost:\na.example"),
        format!("cookie\nsession={VELOCIPY}\nhost\na.example"),
        // A word in the line before it.
        format!("session\n{VELOCIPY}"),
        format!("POST\n{VELOCIPY}"),
        format!("here is the cookie\n{VELOCIPY}"),
        // Another `=` before it.
        format!("level=info user=1 session={VELOCIPY}"),
        format!("GET /a?x=1 session={VELOCIPY}"),
        format!("const c = \"session={VELOCIPY}\";"),
        format!("requests.get(url, cookies={{\"session\": \"{VELOCIPY}\"}})"),
        format!("2026-11-24\tINFO\tsession={VELOCIPY}"),
        // A cookie of JSON before it.
        format!("Cookie: prefs={{\"a\":\"b\",\"c\":\"d\"}}; session={VELOCIPY}"),
        // README's commands and the jar, which a terminal gives with blanks.
        format!(
            "$ curl -b /tmp/jar http://127.0.0.1:8000/me; cat /tmp/jar\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t{VELOCIPY}"
        ),
        format!("#HttpOnly_127.0.0.1  FALSE  /  FALSE  1795488813  session  {VELOCIPY}"),
        // Exports of browsers and their drivers.
        format!(r#"[{{"name":"session","value":"{VELOCIPY}","path":"/"}}]"#),
        format!("[\n  {{\n    \"name\": \"session\",\n    \"value\": \"{VELOCIPY}\",\n    \"path\": \"/\"\n  }}\n]"),
    ];
    for form in forms {
        let (code, report) = inspect_json(&form, &[]);
        let found = (code, &report["cookie"], &report["size"], &report["cookies_of_that_name"]);
        assert_eq!(found, (0, &json!("session"), &json!(137), &json!(1)), "{form}\n{report}");
    }
}

/// Another program's cookie, as Flask and Starlette sign theirs: it begins as a session's does, and ends in another way.
const FLASK: &str = "eyJ1c2VyIjoxfQ.Z0PR9e.AAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[test]
fn a_line_is_the_rest_of_a_token_only_where_it_can_be_nothing_else() {
    let cut = VELOCIPY.strip_suffix('Y').unwrap();
    for (form, count) in [
        (format!("cookie: session={FLASK}\ncookie: session={VELOCIPY}\n"), 2),
        (format!("cookie: flask={FLASK}\ncookie: session={VELOCIPY}\n"), 1),
        (format!("cookie: prefs=eyJhIjoxfQ\ncookie: session={VELOCIPY}\n"), 1),
        (format!("> Cookie: session={FLASK}\n< set-cookie: session={VELOCIPY}; Path=/; HttpOnly\n"), 2),
        (format!("> Cookie: prefs=eyJhIjoxfQ\n< Set-Cookie: session={VELOCIPY}; Path=/\n"), 1),
        (format!("> Cookie: prefs=eyJhIjoxfQ\n< HTTP/1.1 200 OK\n< Set-Cookie: session={VELOCIPY}; Path=/\n"), 1),
        (format!("Cookie: session={cut}\nCookie: session={VELOCIPY}\n"), 2),
        (format!("2026-11-24 INFO session={FLASK}\n2026-11-24 INFO session={VELOCIPY}\n"), 1),
        (format!("2026-11-24 INFO session=eyJhIjoxfQ\n2026-11-24 INFO session={VELOCIPY}\n"), 1),
    ] {
        let (code, report) = inspect_json(&form, &[]);
        assert_eq!((code, &report["cookies_of_that_name"]), (0, &json!(count)), "{form} {report}");
    }
    let (code, report) = inspect_json("Cookie: session=eyJtruncated\nHost: a.example\nX-Forwarded-For: 1.2.3.4", &[]);
    assert_eq!((code, &report["size"]), (NOT_A_COOKIE, &json!("session=eyJtruncated".len() - 1)));
    // A column of a table that a terminal wrapped.
    let (half, rest) = VELOCIPY.split_at(60);
    assert_eq!(inspect(&format!("session\t{half}\n{rest}\ta.example\t/"), &[]).code, 0);
}

#[test]
fn a_cookie_is_found_in_every_notation_of_names_and_values() {
    for form in [
        format!("session: {VELOCIPY}"),
        format!("cookies:\n  theme: dark\n  session: {VELOCIPY}\n"),
        format!("cookies:\n- name: session\n  value: {VELOCIPY}\n"),
        format!("session = {VELOCIPY}"),
        format!("{{ theme: 'dark', session: '{VELOCIPY}' }}"),
        format!("{{'session': '{VELOCIPY}'}}"),
        format!("{{\"session\" : \"{VELOCIPY}\"}}"),
        format!("[ {{ name: 'session', value: '{VELOCIPY}', domain: 'localhost' }} ]"),
        format!("{{\"name\": \"session\", \"path\": \"/\", \"value\": \"{VELOCIPY}\"}}"),
        format!("Cookie[name=session, value={VELOCIPY}]"),
        // Chrome's "Copy as PowerShell".
        format!(
            "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.UserAgent = \"a\"\n$session.Cookies.Add((New-Object System.Net.Cookie(\"theme\", \"dark\", \"/\", \"a.example\")))\n$session.Cookies.Add((New-Object System.Net.Cookie(\"session\", \"{VELOCIPY}\", \"/\", \"a.example\")))\nInvoke-WebRequest -WebSession $session"
        ),
        // Firefox's "Response Cookies".
        format!(
            "{{\n\t\"Response Cookies\": {{\n\t\t\"session\": {{\n\t\t\t\"httpOnly\": true,\n\t\t\t\"path\": \"/\",\n\t\t\t\"value\": \"{VELOCIPY}\"\n\t\t}}\n\t}}\n}}"
        ),
        format!("b'session={VELOCIPY}'"),
        format!("Cookies: {{\"session\"=>\"{VELOCIPY}\", \"theme\"=>\"dark\"}}"),
        // Columns.
        format!("session,{VELOCIPY},a.example,/"),
        format!("| session | {VELOCIPY} |"),
        format!("<cookie name=\"session\">{VELOCIPY}</cookie>"),
        // Columns and lines as JSON has them.
        format!(r#"{{"jar":"a.example\tFALSE\t/\tTRUE\t0\tsession\t{VELOCIPY}\n"}}"#),
        format!(r#"{{"log":"theme=dark\r\nsession={VELOCIPY}\r\n"}}"#),
        // A colour of the terminal.
        format!("\u{1b}[36mCookie\u{1b}[39;49;00m:\u{1b}[37m \u{1b}[39;49;00msession={VELOCIPY}\u{1b}[0m"),
        format!("\u{1b}[3mcookie\u{1b}[0m\u{1b}[2m=\u{1b}[0m\"session={VELOCIPY}\""),
        // A value in a sentence.
        format!("it is {VELOCIPY} thanks"),
        format!("the cookie is `{VELOCIPY}`, thanks"),
        format!("<{VELOCIPY}>"),
        format!("The cookie is {VELOCIPY}."),
        format!("user reports session cookie: {VELOCIPY}"),
        format!("{VELOCIPY}\n{VELOCIPY}\n"),
    ] {
        let (code, report) = inspect_json(&form, &[]);
        assert_eq!((code, &report["cookies_of_that_name"]), (0, &json!(1)), "{form}\n{report}");
    }
    // Whatever the notation, another name is another cookie.
    for form in
        [format!("{{\"sid\": \"{VELOCIPY}\"}}"), format!("sid: {VELOCIPY}"), format!("sid\t{VELOCIPY}\ta.example")]
    {
        let (code, report) = inspect_json(&form, &[]);
        assert_eq!((code, &report["reason"]), (NOT_A_COOKIE, &json!("missing")), "{form}");
        assert!(report["message"].as_str().unwrap().contains("but sid; give --name"), "{report}");
    }
    // A line of the application's log has the cookie's name, and no cookie.
    let line =
        "DEBUG session_cookie::issuer: session cookie rejected cookie=\"session\" reason=\"expired\" key=\"a9a8b3f1\"";
    let (code, report) = inspect_json(line, &[]);
    assert_eq!((code, &report["reason"]), (NOT_A_COOKIE, &json!("missing")), "{report}");
}

#[test]
fn what_looks_like_a_header_or_a_pair_hides_no_cookie() {
    let others = (0..9).map(|n| codec_of(OTHER_SECRET).encode(&json!({}), UnixTime::from_secs(ISSUED_AT + n)).unwrap());
    let others: String = others.map(|other| format!("INFO session={other}\n")).collect();
    for form in [
        // Printed objects, whose member is named as a header.
        format!("{{\n  host: 'a.example',\n  cookie: 'theme=dark; session={VELOCIPY}',\n  accept: '*/*'\n}}\n"),
        format!("  cookie: \"session={VELOCIPY}\""),
        format!("Cookie: `session={VELOCIPY}`"),
        format!("Cookie: HeaderValue(\"session={VELOCIPY}\")"),
        format!("Cookie:\n- session={VELOCIPY}\n"),
        format!("Cookie: see below\n\nsession={VELOCIPY}"),
        // Wireshark shows the line ends.
        format!("    Host: a.example\\r\\n\n    Cookie: theme=dark; session={VELOCIPY}\\r\\n\n"),
        format!("$ curl -i -b session={VELOCIPY} https://a.example\nHTTP/2 200\nset-cookie: lb=x; Path=/\n"),
        // The target of an event, and a member of logfmt.
        format!("2026-11-24T01:53:33Z DEBUG app::session: session={VELOCIPY} age=12"),
        format!("2026-11-24T01:53:33Z DEBUG app::session: cookie={VELOCIPY}"),
        format!("2026-11-24T01:53:33Z DEBUG app::session: got cookie {VELOCIPY}"),
        format!("level=info cookie={VELOCIPY} x=1"),
        // What is after the line of an option is not its value.
        format!("$ docker compose up -d\n2026 INFO session={VELOCIPY}\n"),
        format!("$ curl https://a.example/login -d user=alice\n{{\"session\":\"{VELOCIPY}\"}}\n"),
        format!("{{\"session\":null,\"cookie\":\"{VELOCIPY}\"}}"),
        // The lines of a log are of several requests, so the limit of one request is none here.
        format!("{others}INFO session={VELOCIPY}\n"),
    ] {
        let (code, report) = inspect_json(&form, &[]);
        assert_eq!((code, &report["verdict"]), (0, &json!("verified")), "{form}\n{report}");
    }
    for form in ["{\"path\":\"/me\",\"session\":null}", "[{name: 'theme', session: true, value: 'dark'}]"] {
        let (code, report) = inspect_json(form, &[]);
        assert_eq!((code, &report["reason"]), (NOT_A_COOKIE, &json!("missing")), "{form}\n{report}");
    }
}

/// The name may be what is wrong.
#[test]
fn a_value_that_was_found_without_its_name_is_said_to_be() {
    for form in [format!("[{{name: 'mysession', value: '{VELOCIPY}'}}]"), format!("session_id,{VELOCIPY},a.example")] {
        let ran = inspect(&form, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stdout);
        assert!(ran.stdout.contains("bytes; its name was not found"), "{}", ran.stdout);
    }
    assert!(!inspect(&format!("session={VELOCIPY}"), &[]).stdout.contains("its name"));
    assert!(!inspect(VELOCIPY, &[]).stdout.contains("its name"));
}

#[test]
fn what_is_no_cookie_is_not_counted() {
    for form in [
        format!("* [HTTP/2] [1] [cookie: session={VELOCIPY}]\n> GET /me HTTP/2\n> cookie: session={VELOCIPY}\n"),
        format!(
            "1.2.3.4 - - \"GET /me?session=x HTTP/1.1\" 200 12 \"-\" \"curl/8\" \"_ga=1; theme=dark; session={VELOCIPY}\""
        ),
    ] {
        let ran = inspect(&form, &[]);
        assert!(
            ran.stdout.contains("cookie    session, 137 of 4096 bytes\n") && ran.code == 0,
            "{form} {}",
            ran.stdout
        );
    }
}

#[test]
fn a_value_by_itself_is_judged_as_in_a_header() {
    let (payload, signature) = VELOCIPY.split_once('.').unwrap();
    for value in [
        format!("{payload}=.{signature}"),
        format!("{payload}==.{signature}"),
        format!("{payload}.{signature}="),
        format!("{payload}+.{signature}"),
        format!("{payload}/.{signature}"),
        format!("{payload}!.{signature}"),
        format!("{payload}.{signature}!"),
        VELOCIPY.replacen("JkI", "J=I", 1),
    ] {
        let [alone, in_header] = [value.clone(), format!("Cookie: session={value}")].map(|form| inspect(&form, &[]));
        assert_eq!((alone.code, alone.stdout), (in_header.code, in_header.stdout), "{value}");
    }
}

#[test]
fn of_a_bare_header_only_ascii_blanks_are_trimmed() {
    for form in [
        format!("Cookie:\u{a0}session={VELOCIPY}"),
        format!("Cookie: session=\u{a0}{VELOCIPY}"),
        format!("Cookie: session={VELOCIPY}\u{a0}"),
        format!("Cookie: a=b;\u{2003}session={VELOCIPY}"),
        format!("Cookie: session=\" {VELOCIPY} \""),
    ] {
        let manager = SessionManager::new(Key::new(SECRET).unwrap(), CookieConfig::default()).unwrap();
        let (_, pairs) = form.split_once(':').unwrap();
        let reason = match manager.load([pairs]).origin() {
            Origin::New => "missing",
            Origin::Rejected(DecodeError::Malformed) => "malformed",
            Origin::Rejected(DecodeError::InvalidSignature) => "invalid signature",
            origin => panic!("{origin:?}"),
        };
        assert_eq!(inspect_json(&form, &[]).1["reason"], reason, "{form}");
    }
    assert_eq!(inspect(&format!("Cookie:\tsession= {VELOCIPY}\t; a=b"), &[]).code, 0);
}

#[test]
fn text_of_windows_is_read() {
    for text in
        [format!("{VELOCIPY}\r\n"), format!("Cookie: session={VELOCIPY}\r\n"), format!("session={VELOCIPY}\r\n")]
    {
        let marked = format!("\u{feff}{text}");
        let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
        for input in [
            marked.clone().into_bytes(),
            utf_16(&marked, u16::to_le_bytes),
            utf_16(&marked, u16::to_be_bytes),
            utf_16(&text, u16::to_le_bytes),
            utf_16(&text, u16::to_be_bytes),
        ] {
            let ran = run(&["inspect", "--now", NOW], &[("SESSION_SECRET_KEY", SECRET)], &input);
            assert_eq!(ran.code, 0, "{} {input:?}", ran.stdout);
        }
    }
    // The library takes the mark for a part of the secret.
    let key = format!("{}/a key with a mark", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&key, format!("\u{feff}{SECRET}\n")).unwrap();
    let ran = inspect(VELOCIPY, &["--key-file", &key]);
    assert_eq!(ran.code, REFUSED);
    assert!(ran.stderr.contains("secret_key_file") && ran.stderr.contains("byte order mark"), "{}", ran.stderr);
}

#[test]
fn a_missing_cookie_comes_with_what_to_do() {
    let other = signed("{}");
    for form in [format!("{VELOCIPY}\n{other}"), format!("first {VELOCIPY}, then {other}.")] {
        let ran = inspect(&form, &[]);
        assert!(ran.stdout.contains("2 values without a name") && ran.stdout.contains("give one"), "{}", ran.stdout);
        assert_eq!(ran.code, NOT_A_COOKIE);
    }
    let curl =
        inspect("curl 'https://a.example/?a=b' \\\n  -H 'accept: */*;q=0.9' \\\n  -b 'theme=dark; lang=en'", &[]);
    assert!(curl.stdout.contains("no cookie \"session\", but theme, lang; give --name"), "{}", curl.stdout);
    for form in [
        format!("Cookie: session=%22{VELOCIPY}%22"),
        format!("Cookie: theme=dark;%20session={VELOCIPY}"),
        format!("Cookie: theme%3Ddark%3B%20session%3D{VELOCIPY}"),
        format!("01:53:33\tSEA\t1\tGET\t/me\tMozilla/5.0%2520\ttheme=dark;%20session={VELOCIPY}\tHit"),
    ] {
        let (code, report) = inspect_json(&form, &[]);
        let message = report["message"].as_str().unwrap();
        assert!(message.starts_with("percent-encoded") && code == NOT_A_COOKIE, "{form} {report}");
    }
}

#[test]
fn the_time_to_read_an_input_grows_with_its_size_only() {
    let units = [
        "a\n",
        "eyJ",
        "eyJ\n",
        "eyJ=\n",
        "eyJ\n=",
        "cookie:",
        "cookie:\"",
        "\"cookie:\"a=",
        "cookie=a=\"\\",
        " -b 'a=",
        "-b\n",
        "session=",
        "session=a ",
        "session,",
        "session,\n",
        "session\n{",
        "session:{",
        "session:{value",
        "session ",
        "\\",
        "\"",
        "^\"",
        " \\\n",
        "\u{1b}[",
        "%20session",
        "a=b;",
        ";",
        "a FALSE / FALSE 0 session a\n",
        VELOCIPY,
        "eyJa.",
        "eyJa\n\na\n",
    ];
    let begun = std::time::Instant::now();
    for (unit, before) in units.iter().flat_map(|unit| [(unit, ""), (unit, "eyJ\n"), (unit, "session=")]) {
        let input = format!("{before}{}", unit.repeat((1 << 17) / unit.len()));
        let ran = run(&["inspect", "--now", NOW], &[("SESSION_SECRET_KEY", SECRET)], &input);
        assert!([0, REFUSED, NOT_A_COOKIE].contains(&ran.code) && ran.stdout.len() < 5000, "{unit:?} {}", ran.stderr);
    }
    // Twelve mebibytes. What grows with the square of its input takes minutes.
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn what_the_application_would_not_read_is_not_read_here() {
    for (form, code) in [
        (format!("Cookie: a session={VELOCIPY}"), NOT_A_COOKIE),
        (format!("Cookie: session={VELOCIPY} x"), NOT_A_COOKIE),
        (format!("Cookie: ={VELOCIPY}"), NOT_A_COOKIE),
        (format!("Cookie: {VELOCIPY}"), NOT_A_COOKIE),
        (format!("X-Cookie: session={VELOCIPY}\nCookie: theme=dark"), NOT_A_COOKIE),
        (format!("curl 'https://a.example/' -b 'theme=dark' -d 'session={VELOCIPY}'"), NOT_A_COOKIE),
        (format!("curl 'https://a.example/' -b 'theme=dark' -d 'x; session={VELOCIPY}'"), NOT_A_COOKIE),
        (format!("Set-Cookie: theme=dark; session={VELOCIPY}"), NOT_A_COOKIE),
        // What a client or a proxy did to it.
        (format!("Cookie: session='{VELOCIPY}'"), NOT_A_COOKIE),
        (format!("Cookie: session=`{VELOCIPY}`"), NOT_A_COOKIE),
        (format!("Cookie: session=\"\"{VELOCIPY}\"\""), NOT_A_COOKIE),
        (format!("Cookie: session=\"{VELOCIPY}"), REFUSED),
        (format!("Cookie: session={VELOCIPY}>"), NOT_A_COOKIE),
        (format!("Cookie: session={VELOCIPY}\\"), NOT_A_COOKIE),
        (format!("Cookie: a=\"x; session={VELOCIPY}\""), NOT_A_COOKIE),
        (format!("127.0.0.1 FALSE / FALSE 0 theme {VELOCIPY}"), NOT_A_COOKIE),
        (format!("Set-Cookie: session={VELOCIPY}; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), NOT_A_COOKIE),
    ] {
        assert_eq!(inspect(&form, &[]).code, code, "{form}");
    }
}

#[test]
fn a_percent_encoded_cookie_is_named_so() {
    let encoded = VELOCIPY.replace('.', "%2E");
    for form in [
        format!("session%3D{VELOCIPY}"),
        format!("Cookie: session%3d{VELOCIPY}"),
        format!("session={encoded}"),
        format!("session={}%3D", VELOCIPY),
        encoded,
    ] {
        let ran = inspect(&form, &[]);
        assert!(ran.stdout.contains("percent-encoded") && !ran.stdout.contains("invalid signature"), "{}", ran.stdout);
        assert_eq!(ran.code, NOT_A_COOKIE);
    }
}

#[test]
fn a_set_cookie_that_removes_the_cookie_is_named_so() {
    for removal in [
        "session=; Path=/; Max-Age=0",
        "session=x; max-age=-1",
        "session=\"\"; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/",
    ] {
        for prefix in ["", "Set-Cookie: ", "< set-cookie: "] {
            let ran = inspect(&format!("{prefix}{removal}"), &[]);
            assert!(ran.stdout.starts_with("NOT A COOKIE, missing: "), "{}", ran.stdout);
            assert!(ran.stdout.contains("a Set-Cookie removes the cookie \"session\""), "{}", ran.stdout);
            assert_eq!(ran.code, NOT_A_COOKIE);
        }
        let ran =
            inspect(&format!("> Cookie: session={VELOCIPY}\n>\n< HTTP/1.1 200 OK\n< Set-Cookie: {removal}\n"), &[]);
        assert!(ran.stdout.starts_with("VERIFIED: signed by the primary key, a9a8b3f1\n"), "{}", ran.stdout);
        assert!(
            ran.stdout.contains("cookie    session, 137 of 4096 bytes; a Set-Cookie removes it\n"),
            "{}",
            ran.stdout
        );
        assert_eq!(ran.code, 0);
    }
    let in_a_log = inspect(r#"{"status":200,"set-cookie":"session=; HttpOnly; Max-Age=0"}"#, &[]);
    assert!(in_a_log.stdout.contains("a Set-Cookie removes the cookie \"session\""), "{}", in_a_log.stdout);
    assert!(!inspect(&format!("Set-Cookie: session={VELOCIPY}; Max-Age=60"), &[]).stdout.contains("removes"));
    assert_eq!(inspect(&format!("-b 'theme=; max-age=0; session={VELOCIPY}'"), &[]).code, 0);
}

#[test]
fn of_several_cookies_the_one_signed_last_is_taken() {
    let newer = codec().encode(&json!({"newer": true}), UnixTime::from_secs(ISSUED_AT + 60)).unwrap();
    let (code, report) = inspect_json(&format!("session={newer}; session={VELOCIPY}; session=junk"), &[]);
    assert_eq!((code, &report["data"]), (0, &json!({"newer": true})));
    assert_eq!(report["cookies_of_that_name"], 3);
}

#[test]
fn stdin_is_read_where_there_is_no_argument() {
    let variables = [("SESSION_SECRET_KEY", SECRET)];
    let header = format!("Cookie: session={VELOCIPY}\n");
    assert_eq!(run(&["inspect", "--now", NOW], &variables, &header).code, 0);
    assert_eq!(run(&["inspect", "-", "--now", NOW], &variables, &header).code, 0);
}

#[test]
fn json_has_all_of_it() {
    let claims = Claims {
        issued_at: UnixTime::from_secs(ISSUED_AT),
        created_at: Some(UnixTime::from_secs(ISSUED_AT - 1000)),
        lifetime: Some(Lifetime::For(Duration::from_secs(600))),
    };
    let token = codec().encode_json("{\"big\":\n18446744073709551617}", claims).unwrap();
    let ran = inspect(&token, &["--json", "--max-age", "1500", "--max-lifetime", "1500"]);
    assert!(ran.stdout.ends_with("\"data\":{\"big\": 18446744073709551617}}\n"), "{}", ran.stdout);
    let mut report: Value = serde_json::from_str(&ran.stdout).unwrap();
    report.as_object_mut().unwrap().remove("data");
    let expected = json!({
        "verdict": "verified", "exit_code": 0, "reason": null, "message": "signed by the primary key, a9a8b3f1",
        "cookie": "session", "cookies_of_that_name": 1, "size": 7 + token.len(), "size_limit": 4096,
        "key": "a9a8b3f1", "key_number": 0, "now": ISSUED_AT + 90, "issued_at": ISSUED_AT, "created_at": ISSUED_AT - 1000,
        "age": 90, "own_lifetime": 600, "ends_at": ISSUED_AT + 500, "ends_by": "max_lifetime", "left": 410,
    });
    assert_eq!(report, expected);
}

#[test]
fn ages_in_json_are_those_of_the_text() {
    let at = |t: &str, now: &str| {
        let token = sign(&format!(r#"{{"d":{{}},"t":{t}}}"#));
        let of = |more: &[&str]| {
            let args = [&["inspect", &token, "--now", now], more].concat();
            run(&args, &[("SESSION_SECRET_KEY", SECRET)], "")
        };
        let report: Value = serde_json::from_str(&of(&["--json"]).stdout).unwrap();
        (of(&[]), report["age"].as_i64(), report["left"].as_i64())
    };
    let (ran, age, left) = at("1700000000.9", "1700000100.1");
    assert!(ran.stdout.contains("1 min 39 s ago") && ran.stdout.contains("58 min 20 s"), "{}", ran.stdout);
    assert_eq!((age, left), (Some(99), Some(3500)));
    // What has ended by a fraction of a second has nothing left.
    let (ran, age, left) = at("1700000000.5", "1700003600.75");
    assert_eq!((ran.code, age, left), (EXPIRED, Some(3600), Some(-1)));
    let (ran, age, left) = at("1700000000.5", "1700003600.5");
    assert_eq!((ran.code, age, left), (0, Some(3600), Some(0)));

    let own_lifetime = |m: &str| {
        let token = sign(&format!(r#"{{"d":{{}},"t":{ISSUED_AT},"m":{m}}}"#));
        inspect_json(&token, &[]).1["own_lifetime"].clone()
    };
    // Zero is that of a browser session.
    assert_eq!(["0", "0.5", "60"].map(own_lifetime), [json!(0), json!(0.5), json!(60)]);
}

#[test]
fn options_are_the_applications() {
    for (options, ends_by, left) in [
        (&[("SESSION_MAX_AGE", "600")][..], json!("max_age"), json!(510)),
        (&[("SESSION_DEFAULT_LIFETIME", "600")], json!("default_lifetime"), json!(510)),
        (&[("SESSION_MAX_AGE", "none"), ("SESSION_MAX_LIFETIME", "600")], json!("max_lifetime"), json!(510)),
        (&[("SESSION_MAX_AGE", "NONE")], json!(null), json!(null)),
        (&[("SESSION_MAX_AGE", "")], json!("max_age"), json!(3510)),
        (&[("SESSION_PRESET", "hardened")], json!("max_age"), json!(604_800 - 90)),
    ] {
        let variables = [options, &[("SESSION_SECRET_KEY", SECRET)]].concat();
        let ran = run(&["inspect", VELOCIPY, "--json", "--now", NOW], &variables, "");
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!((&report["ends_by"], &report["left"].as_i64()), (&ends_by, &left.as_i64()), "{options:?}");
    }
}

#[test]
fn names_and_ages_that_are_not_given_are_those_of_session_cookie() {
    for (preset, config) in [("", CookieConfig::default()), ("hardened", CookieConfig::hardened())] {
        let manager = SessionManager::new(Key::new(SECRET).unwrap(), config).unwrap();
        let session = manager.new_session();
        session.insert("user_id", "42").unwrap();
        let answer = manager.save(&session).unwrap();
        let variables = [("SESSION_SECRET_KEY", SECRET), ("SESSION_PRESET", preset)];
        let set_cookie = answer.set_cookie().unwrap();
        let ran = run(&["inspect", "--json", &format!("theme=dark; {set_cookie}")], &variables, "");
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(ran.code, 0, "{preset}");
        let age = report["ends_at"].as_u64().unwrap() - report["issued_at"].as_u64().unwrap();
        assert!(set_cookie.contains(&format!("; Max-Age={age};")), "{set_cookie} {age}");
    }
}

/// Whatever comes, in whatever order: the command says what an application says.
#[test]
fn of_several_cookies_the_reason_is_the_applications() {
    let at = |seconds: u64, key: &str| {
        let codec = Codec::new(Key::new(key).unwrap());
        codec.encode(&json!({"of": seconds}), UnixTime::from_secs(seconds)).unwrap()
    };
    let now = ISSUED_AT + 90;
    // The application's limit is 100 s here.
    let [good, older] = [now - 60, now - 80].map(|seconds| at(seconds, SECRET));
    let [expired, future, foreign] =
        [(now - 101, SECRET), (now + 61, SECRET), (now, OTHER_SECRET)].map(|(t, key)| at(t, key));
    let cookies = [&*good, &older, &expired, &future, &foreign, NAN, "junk"];
    let mut sets: Vec<Vec<&str>> = Vec::new();
    for first in cookies {
        for second in cookies {
            sets.extend(cookies.map(|third| vec![first, second, third]));
        }
    }
    for count in [7, 8] {
        sets.push([vec!["junk"; count], vec![&good]].concat());
        sets.push([vec![&*expired; count], vec![&foreign]].concat());
    }
    let config = CookieConfig::default().with_max_age(Duration::from_secs(100));
    let manager = SessionManager::new(Key::new(SECRET).unwrap(), config).unwrap();
    let manager = manager.with_clock(move || UnixTime::from_secs(now));
    for set in sets {
        let header: Vec<_> = set.iter().map(|token| format!("session={token}")).collect();
        let header = header.join("; ");
        let (_, report) = inspect_json(&header, &["--max-age", "100"]);
        let (reason, issued_at) = match manager.load([&header]).origin() {
            Origin::Verified { issued_at, .. } => (json!(null), json!(issued_at.as_secs())),
            Origin::Rejected(DecodeError::Malformed) => (json!("malformed"), json!(null)),
            Origin::Rejected(DecodeError::InvalidSignature) => (json!("invalid signature"), json!(now)),
            Origin::Rejected(DecodeError::Expired) => (json!("expired"), json!(now - 101)),
            Origin::Rejected(DecodeError::IssuedInFuture) => (json!("issued in future"), json!(now + 61)),
            Origin::Rejected(DecodeError::InvalidPayload) => (json!("invalid payload"), json!(ISSUED_AT)),
            origin => panic!("{origin:?}"),
        };
        assert_eq!((&report["reason"], &report["issued_at"]), (&reason, &issued_at), "{header}");
    }
    // A ninth cookie is not tried, so it is not the one that is shown either.
    let eight = vec![format!("session={}", at(now - 200, SECRET)); 8].join("; ");
    let (_, report) = inspect_json(&format!("{eight}; session={expired}"), &["--max-age", "100"]);
    assert_eq!(report["issued_at"], json!(now - 200));
}

#[test]
fn the_largest_cookie_is_the_applications() {
    let manager = SessionManager::new(Key::new(SECRET).unwrap(), CookieConfig::default().with_max_age(None)).unwrap();
    let sizes: Vec<_> = (2995..3015).map(|length| signed(&json!({"x": "x".repeat(length)}).to_string())).collect();
    let mut largest = 0;
    for token in sizes {
        let is_verified = matches!(manager.load([format!("session={token}")]).origin(), Origin::Verified { .. });
        let (code, report) = inspect_json(&token, &[]);
        assert_eq!(code == 0, is_verified);
        let size = report["size"].as_u64().unwrap();
        assert_eq!(report["message"].as_str().unwrap().contains("larger than the 4096 bytes"), !is_verified);
        assert_eq!(size <= 4096, is_verified);
        largest = largest.max(size);
    }
    assert!(largest > 4096);
}

#[test]
fn a_fallback_key_is_named_by_number_and_fingerprint() {
    let variables = [("SESSION_SECRET_KEY", OTHER_SECRET), ("SESSION_FALLBACK_KEYS", SECRET)];
    let ran = run(&["inspect", VELOCIPY, "--now", NOW], &variables, "");
    assert!(ran.stdout.starts_with("VERIFIED: signed by fallback key 1, a9a8b3f1\n"), "{}", ran.stdout);
    assert_eq!(ran.code, 0);
}

#[test]
fn a_siblings_cookie_needs_its_name() {
    let manager = SessionManager::new(Key::new(SECRET).unwrap(), CookieConfig::default()).unwrap();
    let sibling = manager.sibling(CookieConfig::default().with_name("oauth")).unwrap();
    let cookie = sibling.cookie_for(&json!({"state": "xyz"})).unwrap();
    let inspect =
        |more: &[&str]| run(&[&["inspect", &cookie], more].concat(), &[("SESSION_SECRET_KEY", SECRET)], "").code;
    assert_eq!(inspect(&["--sibling", "oauth"]), 0);
    assert_eq!(inspect(&["--sibling", "other"]), NOT_A_COOKIE);
    assert_eq!(inspect(&["--name", "oauth"]), REFUSED);
    let variables = [("SESSION_SECRET_KEY", SECRET), ("SESSION_NAME", "session")];
    let both = format!("session={VELOCIPY}; {cookie}");
    let renamed = cookie.replacen("oauth", "other", 1);
    assert_eq!(run(&["inspect", &renamed, "--sibling", "other"], &variables, "").code, REFUSED);
    let ran = run(&["inspect", &both, "--sibling", "oauth"], &variables, "");
    assert!(ran.stdout.contains("cookie    oauth, ") && ran.code == 0, "{}", ran.stdout);
}

#[test]
fn wrong_settings_and_calls_are_errors_that_hold_no_secret() {
    for (args, variables, expected) in [
        (
            &["inspect", VELOCIPY, "--max-age", "1h"][..],
            &[("SESSION_SECRET_KEY", SECRET)][..],
            "max_age is \"1h\"; give whole seconds, or none",
        ),
        (&["inspect", VELOCIPY, "--max-age", "0"], &[], "max_age is 0 s"),
        (&["inspect", VELOCIPY, "--default-lifetime", "3601"], &[], "default_lifetime is 3601 s"),
        (&["inspect", VELOCIPY, "--max-lifetime", "60"], &[], "max_lifetime is 60 s"),
        (&["inspect", VELOCIPY, "--name", "a b"], &[], "name is \"a b\""),
        (&["inspect", VELOCIPY], &[("SESSION_FALLBACK_KEYS", SECRET)], "SESSION_SECRET_KEY is missing"),
        (&["inspect", VELOCIPY, "--key-file", "/nowhere/key"], &[], "secret_key_file: can't read \"/nowhere/key\""),
        (&["fingerprint"], &[], "no key is given"),
        (&["inspect", "--secret", "hunter2"], &[], "unexpected argument '--secret'"),
    ] {
        let ran = run(args, variables, "");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
        assert!(!ran.stderr.contains(SECRET) && ran.stdout.is_empty());
        assert_eq!(ran.code, USAGE);
    }
}

#[test]
fn an_unexpected_argument_is_not_repeated() {
    let pair = format!("session={VELOCIPY}");
    for (args, secret) in [
        (&["inspect", "Cookie:", &pair][..], VELOCIPY),
        (&["inspect", VELOCIPY, SECRET], SECRET),
        (&["fingerprint", SECRET], SECRET),
        (&[SECRET], SECRET),
        (&["inspect", "--secret=hunter2"], "hunter2"),
        (&["inspect", &format!("--json={VELOCIPY}")], VELOCIPY),
        (&["inspect", &format!("--now={VELOCIPY}")], VELOCIPY),
        (&["inspect", &format!("--max-age={VELOCIPY}")], VELOCIPY),
    ] {
        let ran = run(args, &[], "");
        assert!(!ran.stderr.contains(secret) && !ran.stderr.is_empty() && ran.stdout.is_empty(), "{}", ran.stderr);
        assert_eq!(ran.code, USAGE);
    }
    assert!(run(&["inspect", "Cookie:", &pair], &[], "").stderr.contains("quotes"));
    assert!(run(&["inspekt"], &[], "").stderr.contains("inspect"));
}

#[test]
fn what_is_given_as_empty_is_a_wrong_call() {
    for option in ["--key-file", "--fallback-keys-file", "--sibling"] {
        let key = format!("{}/a key of the main session", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(&key, SECRET).unwrap();
        let more: &[&str] = if option == "--fallback-keys-file" { &["--key-file", &key] } else { &[] };
        let ran = inspect(VELOCIPY, &[&[option, ""], more].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (USAGE, ""), "{option}");
        assert!(ran.stderr.contains(option) && ran.stderr.contains("it is empty"), "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn keys_that_come_through_a_pipe_are_as_those_of_a_file() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let short = codec_of("short").encode(&json!({}), UnixTime::from_secs(ISSUED_AT)).unwrap();
    let key = format!("{folder}/a key beside a pipe");
    std::fs::write(&key, SECRET).unwrap();
    let list = format!("{SECRET}\n\nshort\n");
    for (args, variables, stdin, said) in [
        (&["--key-file", "/dev/stdin"][..], &[][..], "short\n", "signed by the primary key"),
        (&[], &[("SESSION_SECRET_KEY_FILE", "/dev/stdin")], "short\r\n", "signed by the primary key"),
        (&["--key-file", &key, "--fallback-keys-file", "/dev/stdin"], &[], &list, "signed by fallback key 2"),
        (
            &[],
            &[("SESSION_SECRET_KEY", SECRET), ("SESSION_FALLBACK_KEYS_FILE", "/dev/stdin")],
            "short\n",
            "signed by fallback key 1",
        ),
    ] {
        let ran = run(&[&["inspect", &short, "--now", NOW], args].concat(), variables, stdin);
        assert!(ran.stdout.starts_with("VERIFIED: ") && ran.stdout.contains(said), "{} {}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("shorter than 32 bytes; "), "{}", ran.stderr);
        assert_eq!((ran.stderr.lines().count(), ran.code), (1, 0));
    }
    let ran = run(&["fingerprint", "--key-file", "/dev/zero"], &[], "");
    assert!(ran.stderr.contains("secret_key_file") && ran.stderr.contains("1 MiB"), "{}", ran.stderr);
    assert_eq!(ran.code, USAGE);
    // What the application refuses is refused here.
    let both = [("SESSION_SECRET_KEY", SECRET), ("SESSION_SECRET_KEY_FILE", &*key)];
    let ran = run(&["fingerprint"], &both, "");
    assert!(ran.stderr.contains("SESSION_SECRET_KEY and SESSION_SECRET_KEY_FILE are both set"), "{}", ran.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_warning_that_can_not_be_written_changes_nothing() {
    let misspelt = [("SESSION_SECRETKEY", SECRET), ("SESSION_SECRET_KEY", SECRET)];
    for (args, variables, code) in [
        (&["inspect", VELOCIPY, "--now", NOW][..], &[("SESSION_SECRET_KEY", "short")][..], REFUSED),
        (&["inspect", VELOCIPY, "--now", NOW], &[("SESSION_SECRET_KEY", "")], UNVERIFIED),
        (&["inspect", VELOCIPY, "--now", NOW], &misspelt, 0),
        (&["fingerprint"], &[("SESSION_SECRET_KEY", "short")], 0),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_session-cookie"));
        command.args(args).env_clear().envs(variables.iter().copied());
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = command.stderr(full).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{variables:?}");
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn every_cookie_of_velocipy_is_verified_whatever_its_secret() {
    let vectors = include_str!("../../session-codec/tests/data/velocipy-0.3.0.json");
    let vectors: Value = serde_json::from_str(vectors).unwrap();
    let vectors = vectors["accepted"].as_array().unwrap();
    assert_eq!(vectors.len(), 60);
    let key_file = format!("{}/secret of velocipy", env!("CARGO_TARGET_TMPDIR"));
    let mut refused = 0;
    for vector in vectors {
        let [secret, token] = ["secret", "token"].map(|member| vector[member].as_str().unwrap());
        std::fs::write(&key_file, format!("{secret}\n")).unwrap();
        let now = vector["t"].as_f64().unwrap().floor().to_string();
        let args = ["inspect", token, "--now", &now];
        let as_the_application = SessionManager::try_from(SessionSettings::default().with_secret_key(secret));
        refused += u8::from(as_the_application.is_err());
        for (ran, setting) in [
            (run(&args, &[("SESSION_SECRET_KEY", secret)], ""), "SESSION_SECRET_KEY"),
            (run(&args, &[("SESSION_SECRET_KEY_FILE", &key_file)], ""), "SESSION_SECRET_KEY_FILE"),
            (run(&[&args[..], &["--key-file", &key_file]].concat(), &[], ""), "secret_key_file"),
            (run(&args, &[("SESSION_SECRET_KEY", SECRET), ("SESSION_FALLBACK_KEYS_FILE", &key_file)], ""), "key 1"),
        ] {
            // A list of one secret a line is no place for these.
            if setting == "key 1" && secret.contains(['\n', '\r']) {
                continue;
            }
            assert!(ran.stdout.starts_with("VERIFIED: signed by "), "{secret:?} {} {}", ran.stdout, ran.stderr);
            // What the application says of the secret, in one line.
            let warning = as_the_application.as_ref().map_or_else(
                |error| error.to_string().split_once(": ").unwrap().1.split_once(';').unwrap().0.to_owned(),
                |_| String::new(),
            );
            assert!(ran.stderr.contains(&warning) && !ran.stderr.contains(secret), "{}", ran.stderr);
            assert!(ran.stderr.contains(setting) || warning.is_empty(), "{}", ran.stderr);
            assert_eq!(ran.stderr.lines().count(), usize::from(!warning.is_empty()), "{}", ran.stderr);
        }
    }
    assert_eq!(refused, 19);
}

#[test]
fn of_a_list_with_a_secret_that_settings_refuse_each_is_tried() {
    let list = format!("short,{SECRET}, {OTHER_SECRET}");
    let ran =
        run(&["inspect", VELOCIPY, "--now", NOW], &[("SESSION_SECRET_KEY", "x"), ("SESSION_FALLBACK_KEYS", &list)], "");
    assert!(ran.stdout.starts_with("VERIFIED: signed by fallback key 2, a9a8b3f1\n"), "{} {}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("SESSION_SECRET_KEY: ") && ran.stderr.contains("SESSION_FALLBACK_KEYS, key 1: "));
}

#[test]
fn an_empty_secret_is_named_as_none_that_can_be_a_key() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let empty = format!("{folder}/empty secret of the command");
    std::fs::write(&empty, "\n").unwrap();
    let ran = run(&["inspect", VELOCIPY, "--key-file", &empty], &[], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (USAGE, ""));
    assert!(ran.stderr.contains("it is empty"), "{}", ran.stderr);

    let ran = run(&["inspect", VELOCIPY, "--now", NOW], &[("SESSION_SECRET_KEY", "")], "");
    assert_eq!(ran.code, UNVERIFIED);
    assert!(
        ran.stderr.contains("SESSION_SECRET_KEY is empty") && ran.stderr.contains("anyone can sign"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_misspelt_variable_is_warned_of() {
    let ran = run(&["inspect", VELOCIPY, "--now", NOW], &[("SESSION_SECRETKEY", SECRET)], "");
    assert_eq!(ran.code, UNVERIFIED);
    assert!(ran.stderr.contains("SESSION_SECRETKEY") && ran.stderr.contains("SESSION_SECRET_KEY"), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1);
}

#[test]
fn a_refusal_says_what_was_tried_and_what_to_give() {
    let variables =
        [("SESSION_SECRET_KEY", OTHER_SECRET), ("SESSION_FALLBACK_KEYS", "a third secret of at least 32 bytes")];
    let ran = run(&["inspect", VELOCIPY, "--now", NOW], &variables, "");
    for secret in variables.map(|(_, secret)| secret) {
        let fingerprint = Key::new(secret).unwrap().fingerprint().to_string();
        assert!(ran.stdout.lines().next().unwrap().contains(&fingerprint), "{}", ran.stdout);
    }
    let ran = run(&["inspect", VELOCIPY, "--now", NOW], &[], "");
    let first = ran.stdout.lines().next().unwrap();
    assert!(first.contains("SESSION_SECRET_KEY") && first.contains("--key-file"), "{first}");
}

#[test]
fn what_is_left_is_said_only_of_a_cookie_that_was_good() {
    let tampered = VELOCIPY.replacen("eyJkIjp7InVzZXJfaWQiOiI0M", "eyJkIjp7InVzZXJfaWQiOiI5M", 1);
    let future = codec().encode(&json!({}), UnixTime::from_secs(ISSUED_AT + 1000)).unwrap();
    let damaged = VELOCIPY.strip_suffix('Y').unwrap();
    for cookie in [&*tampered, &future, damaged, NAN] {
        assert!(!inspect(cookie, &[]).stdout.contains("\nleft "), "{cookie}");
        assert_eq!(inspect_json(cookie, &[]).1["left"], json!(null));
    }
    assert!(inspect(VELOCIPY, &[]).stdout.contains("\nleft "));
    assert!(inspect(VELOCIPY, &["--max-age", "60"]).stdout.contains("\nleft "));
    assert!(run(&["inspect", VELOCIPY, "--now", NOW], &[], "").stdout.contains("\nleft "));
}

#[test]
fn an_expired_cookie_names_its_limit_and_a_default_that_may_be_another() {
    let two_hours_old = (ISSUED_AT + 7200).to_string();
    let first = |more: &[&str]| {
        let args = [&["inspect", VELOCIPY, "--now", &two_hours_old], more].concat();
        let ran = run(&args, &[("SESSION_SECRET_KEY", SECRET)], "");
        assert_eq!(ran.code, EXPIRED);
        ran.stdout.lines().next().unwrap().to_owned()
    };
    let of_the_defaults = first(&[]);
    assert!(of_the_defaults.starts_with("EXPIRED: older than the options allow, max_age 3600 s"), "{of_the_defaults}");
    assert!(
        of_the_defaults.contains("--preset hardened") && of_the_defaults.contains("--max-age"),
        "{of_the_defaults}"
    );
    let given = first(&["--max-age", "600"]);
    assert_eq!(given, "EXPIRED: older than the options allow, max_age 600 s; signed by the primary key, a9a8b3f1");
    assert!(first(&["--max-lifetime", "3600"]).contains("--preset hardened"));
    assert!(!first(&["--max-age", "none", "--max-lifetime", "60"]).contains("--preset"));
}

#[test]
fn now_takes_a_date_and_fractions() {
    for (now, left) in [("2026-11-24T01:55:03Z", 3510), ("1795485303.25", 3510), ("2026-11-24T02:55:03+01:00", 3510)] {
        let (code, report) = {
            let ran = run(&["inspect", VELOCIPY, "--json", "--now", now], &[("SESSION_SECRET_KEY", SECRET)], "");
            (ran.code, serde_json::from_str::<Value>(&ran.stdout).unwrap_or_default())
        };
        assert_eq!((code, &report["left"]), (0, &json!(left)), "{now}");
    }
    for now in ["tomorrow", "-1", "1e30", "NaN", "1969-12-31T23:59:59Z", ""] {
        for args in [&[&*format!("--now={now}")][..], &["--now", now]] {
            let ran = run(&[&["inspect", VELOCIPY], args].concat(), &[], "");
            assert!(ran.stderr.contains("2026-11-24T01:53:33Z"), "{}", ran.stderr);
            assert_eq!(ran.code, USAGE);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_told_that_its_input_is_read() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let terminal = std::fs::File::open(ptsname(&controller, Vec::new()).unwrap().to_str().unwrap()).unwrap();
    let end_of_input = b"garbage\n\x04";
    std::fs::File::from(controller.try_clone().unwrap()).write_all(end_of_input).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_session-cookie"));
    let output = command.arg("inspect").env_clear().stdin(terminal).output().unwrap();
    assert_eq!(output.stderr, b"reading the cookie from the terminal, until Ctrl-D\n");
    assert_eq!(output.status.code(), Some(NOT_A_COOKIE));
    assert_eq!(run(&["inspect"], &[], "garbage").stderr, "");
}

#[test]
fn an_input_of_more_than_a_mebibyte_is_refused() {
    let cookie = format!("session={VELOCIPY}");
    let inspect = |size: usize| {
        let input = format!("{cookie}{}", " ".repeat(size - cookie.len()));
        run(&["inspect", "--now", NOW], &[("SESSION_SECRET_KEY", SECRET)], &input)
    };
    assert_eq!(inspect(1 << 20).code, 0);
    let ran = inspect((1 << 20) + 1);
    assert_eq!((ran.code, ran.stdout.as_str()), (USAGE, ""));
    assert!(ran.stderr.contains("1 MiB"), "{}", ran.stderr);
}

#[test]
fn help_says_which_options_belong_together() {
    let help = run(&["inspect", "--help"], &[], "").stdout;
    let (_, fallback) = help.split_once("--fallback-keys-file").unwrap();
    assert!(fallback.split("\n\n").next().unwrap().contains("--key-file"), "{help}");
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_is_a_wrong_call() {
    use std::os::unix::ffi::OsStrExt as _;

    let mut command = Command::new(env!("CARGO_BIN_EXE_session-cookie"));
    command.args(["fingerprint", "--key-file"]).arg(std::ffi::OsStr::from_bytes(b"/tmp/\xff"));
    assert_eq!(command.output().unwrap().status.code(), Some(USAGE));
}

#[test]
fn a_ninth_fallback_key_is_refused_as_by_the_application() {
    let keys = [OTHER_SECRET; 9].join(",");
    let ran = run(&["fingerprint"], &[("SESSION_SECRET_KEY", SECRET), ("SESSION_FALLBACK_KEYS", &keys)], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (USAGE, ""));
}

#[test]
fn keys_come_from_files_too() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let [key, fallback_keys] = ["key", "fallback_keys"].map(|name| format!("{folder}/{name}"));
    std::fs::write(&key, format!("{OTHER_SECRET}\n")).unwrap();
    std::fs::write(&fallback_keys, format!("{SECRET}\n")).unwrap();

    let as_options = ["inspect", VELOCIPY, "--now", NOW, "--key-file", &key, "--fallback-keys-file", &fallback_keys];
    assert_eq!(run(&as_options, &[], "").code, 0);
    let variables = [("SESSION_SECRET_KEY_FILE", &*key), ("SESSION_FALLBACK_KEYS_FILE", &*fallback_keys)];
    assert_eq!(run(&["inspect", VELOCIPY, "--now", NOW], &variables, "").code, 0);
}

#[test]
fn fingerprints_are_those_of_the_log() {
    let [key, fallback_key] = [SECRET, OTHER_SECRET].map(|secret| Key::new(secret).unwrap().fingerprint().to_string());
    let variables = [("SESSION_SECRET_KEY", SECRET), ("SESSION_FALLBACK_KEYS", OTHER_SECRET)];
    let ran = run(&["fingerprint"], &variables, "");
    assert_eq!((ran.stdout, ran.code), (format!("{key}  primary key\n{fallback_key}  fallback key 1\n"), 0));

    let ran = run(&["fingerprint", "--json"], &variables, "");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report, json!({"key": key, "fallback_keys": [fallback_key]}));
}

#[test]
fn a_new_secret_is_taken_as_a_key_and_never_the_same() {
    let [one, other] = [(); 2].map(|()| run(&["keygen"], &[], "").stdout);
    assert_ne!(one, other);
    assert_eq!(one.trim_end().len(), 43);
    assert_eq!(run(&["fingerprint"], &[("SESSION_SECRET_KEY", one.trim_end())], "").code, 0);
}

#[test]
fn no_escape_code_of_a_cookie_reaches_the_terminal() {
    let hostile = signed("{\"a\\u001b[2J\":\"\\u001b]0;x\\u0007\u{7f}\u{9b}31m\u{202e}\"}");
    let outputs = [
        inspect(&hostile, &[]).stdout,
        inspect(&hostile, &["--json"]).stdout,
        inspect(&format!("\u{1b}[2J\u{9b}={hostile}"), &[]).stdout,
        inspect("a\u{1b}[2J=b; \u{9b}c=d", &[]).stdout,
        inspect("a", &["--\u{1b}[2J\u{202e}"]).stderr,
        inspect("a", &["--max-age", "\u{1b}[2J\u{202e}"]).stderr,
    ];
    for output in outputs {
        let is_obeyed = |char: char| (char.is_control() && char != '\n') || char == '\u{202e}';
        assert!(!output.is_empty() && !output.contains(is_obeyed), "{output:?}");
    }
    let (_, report) = inspect_json(&hostile, &[]);
    assert_eq!(report["data"], json!({"a\u{1b}[2J": "\u{1b}]0;x\u{7}\u{7f}\u{9b}31m\u{202e}"}));
}

#[test]
fn colour_is_for_terminals_and_no_color_is_respected() {
    let with = |variable: &[(&str, &str)]| {
        let variables = [&[("SESSION_SECRET_KEY", SECRET)], variable].concat();
        run(&["inspect", VELOCIPY, "--now", NOW], &variables, "").stdout
    };
    assert!(with(&[("CLICOLOR_FORCE", "1")]).contains("\u{1b}[36m\"user_id\"\u{1b}[0m: \u{1b}[32m\"42\"\u{1b}[0m"));
    assert!(!with(&[]).contains('\u{1b}'));
    assert!(!with(&[("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn nested_data_is_indented_and_keeps_its_spelling() {
    let ran = inspect(&signed(r#"{"a":[],"b":{},"c":[1.50,{"d":"x\"y\\"}],"e":"\ud800"}"#), &[]);
    let expected = r#"
{
  "a": [],
  "b": {},
  "c": [
    1.50,
    {
      "d": "x\"y\\"
    }
  ],
  "e": "\ud800"
}
"#;
    assert!(ran.stdout.ends_with(expected), "{}", ran.stdout);
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_session-cookie"));
    command.args(["inspect", "--now", NOW]).env_clear().env("SESSION_SECRET_KEY", SECRET);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(VELOCIPY.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
