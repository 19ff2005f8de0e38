//! Rules 19 to 22: settings that make no sense are refused before the server listens.

use e2e::checks;

use crate::Check;
use crate::expect::{assert_alice, assert_no_set_cookie, set_cookie, warnings};
use crate::server::{ALICE, OTHER_SECRET, SECRET, Server, alice, alice_of};
use crate::signer::open;

const DEFAULT_ATTRIBUTES: &str = "Max-Age=3600; Path=/; HttpOnly; SameSite=Lax";

pub(crate) const CHECKS: &[Check] = checks![
    r19_a_name_that_is_no_token_is_refused,
    r19_a_path_that_no_browser_would_keep_is_refused,
    r19_a_domain_that_no_browser_would_keep_is_refused,
    r19_a_domain_that_browsers_reach_is_accepted,
    r19_the_longest_path_is_accepted,
    r20_what_needs_secure_is_refused_without,
    r21_a_prefix_that_is_not_kept_is_refused,
    r21_a_prefix_that_is_kept_is_accepted_in_any_case,
    r22_a_lifetime_that_makes_no_sense_is_refused,
    r22_a_refresh_that_no_browser_waits_for_is_refused,
    r22_a_max_age_beyond_400_days_is_warned_of_once_and_sent_as_400_days,
    r22_a_session_that_never_ends_is_allowed_and_warned_of_once,
    r24_a_refusal_is_one_line_without_a_secret,
    r22_a_server_that_was_not_told_whether_secure_holds_warns_once,
    r19_a_blank_variable_is_not_set,
    r19_the_preset_is_a_base_that_variables_override,
    r19_variables_that_only_begin_alike_are_ignored,
    r19_a_misspelt_variable_is_ignored_and_warned_of_once,
    #[cfg(unix)]
    r19_what_is_not_unicode_is_refused_by_its_name_and_elsewhere_ignored,
    http_an_address_that_is_no_good_is_refused_by_its_variable,
];

/// The server refuses these settings in one line that names the variable and holds no secret; the line.
#[track_caller]
pub(crate) fn assert_refused(server: &Server, env: &[(&str, &str)], variable: &str) -> String {
    let refusal = server.refusal_of(env);

    let line = refusal.stderr.trim_end_matches('\n');
    assert!(!line.is_empty() && !line.contains('\n'), "one line expected for {env:?}: {line}");
    assert!(!line.contains("panicked") && !line.contains("RUST_BACKTRACE"), "{line}");
    assert!(line.contains(variable), "{variable} expected for {env:?}: {line}");
    assert!(!line.contains(SECRET) && !line.contains(OTHER_SECRET), "{line}");
    assert!(line.chars().all(|c| !c.is_control()), "{line:?}");
    assert!(refusal.exit_code.is_some_and(|code| code != 0), "{:?}", refusal.exit_code);
    line.to_owned()
}

fn r19_a_name_that_is_no_token_is_refused(server: &Server) {
    for name in [
        " ",
        "a b",
        " a",
        "a ",
        "a;b",
        "a=b",
        "a,b",
        "a\tb",
        "a\nb",
        "a\r\nSet-Cookie: b",
        "\"a\"",
        "a/b",
        "a[b]",
        "a{b}",
        "a(b)",
        "a<b>",
        "a@b",
        "a:b",
        "a?b",
        "a\\b",
        "\u{e9}",
        "\u{7f}",
        "\u{1b}[31m",
    ] {
        assert_refused(server, &[("SESSION_NAME", name)], "SESSION_NAME");
    }
    let roomless = "n".repeat(4000);
    assert_refused(server, &[("SESSION_NAME", &roomless)], "SESSION_NAME");
}

fn r19_a_path_that_no_browser_would_keep_is_refused(server: &Server) {
    let long = format!("/{}", "p".repeat(1024));
    for path in [
        " ",
        "app",
        "./app",
        " /app",
        "/app ",
        "/a;b",
        "/a; Domain=evil.example",
        "/a\nb",
        "/a\r\nX: y",
        "/a\tb",
        "/\u{e9}",
        "/\u{7f}",
        "/\u{202e}",
        "/a b",
        "/\"a\"",
        "/a?b",
        "/a#b",
        "/<a>",
        "/a\\b",
        "/a|b",
        "/[a]",
        &long,
    ] {
        assert_refused(server, &[("SESSION_PATH", path)], "SESSION_PATH");
    }
}

fn r19_a_domain_that_no_browser_would_keep_is_refused(server: &Server) {
    let long = "d".repeat(1025);
    for domain in [
        " ",
        " a.example",
        "a.example ",
        "a.example;",
        "a;b",
        "a\nb",
        "a\r\nX: y",
        "a\tb",
        "\u{e9}.example",
        "\u{7f}",
        "https://example.com",
        "//example.com",
        "example.com/app",
        "example.com:8080",
        "*.example.com",
        "exa mple.com",
        "a.example,b.example",
        "example..com",
        "..example.com",
        "example.com.",
        ".",
        "[::1]",
        "user@example.com",
        &long,
    ] {
        assert_refused(server, &[("SESSION_DOMAIN", domain)], "SESSION_DOMAIN");
    }
}

fn r19_a_domain_that_browsers_reach_is_accepted(server: &Server) {
    for domain in [".example.com", "localhost", "127.0.0.1", "a_b.example-1.com", "xn--bcher-kva.example"] {
        let cookie = set_cookie(&server.beside_with(&[("SESSION_DOMAIN", domain)]).post("/login", ""));

        assert_eq!(cookie.attributes, format!("Max-Age=3600; Domain={domain}; Path=/; HttpOnly; SameSite=Lax"));
    }
}

fn r19_the_longest_path_is_accepted(server: &Server) {
    let path = format!("/{}", "p".repeat(1023));
    let roomless = server.beside_with(&[("SESSION_PATH", &path)]);

    let cookie = set_cookie(&roomless.post("/login", ""));

    assert_eq!(cookie.attributes, format!("Max-Age=3600; Path={path}; HttpOnly; SameSite=Lax"));
}

fn r20_what_needs_secure_is_refused_without(server: &Server) {
    assert_refused(server, &[("SESSION_SAME_SITE", "none")], "SESSION_SAME_SITE");
    assert_refused(server, &[("SESSION_SAME_SITE", "None"), ("SESSION_SECURE", "false")], "SESSION_SAME_SITE");
    assert_refused(server, &[("SESSION_PARTITIONED", "true")], "SESSION_PARTITIONED");
    assert_refused(server, &[("SESSION_SAME_SITE", "sideways")], "SESSION_SAME_SITE");
    assert_refused(server, &[("SESSION_SAME_SITE", " ")], "SESSION_SAME_SITE");
    for flag in ["SESSION_SECURE", "SESSION_HTTP_ONLY", "SESSION_PARTITIONED"] {
        for value in [" ", "maybe", "2", "truee", "t rue", "none"] {
            assert_refused(server, &[(flag, value)], flag);
        }
    }
}

fn r21_a_prefix_that_is_not_kept_is_refused(server: &Server) {
    let secure = ("SESSION_SECURE", "true");
    for name in [
        "__Secure-a",
        "__secure-a",
        "__SECURE-a",
        "__Host-a",
        "__host-a",
        "__HOST-a",
        "__Http-a",
        "__http-a",
        "__Host-Http-a",
        "__hOST-hTTP-a",
        "__Secure-",
        "__Host-",
    ] {
        assert_refused(server, &[("SESSION_NAME", name)], "SESSION_NAME");
    }
    for name in ["__Host-a", "__host-a", "__Host-Http-a", "__HOST-HTTP-a"] {
        assert_refused(server, &[("SESSION_NAME", name), secure, ("SESSION_PATH", "/app")], "SESSION_NAME");
        assert_refused(server, &[("SESSION_NAME", name), secure, ("SESSION_DOMAIN", "a.example")], "SESSION_NAME");
    }
    for name in ["__Http-a", "__HTTP-a", "__Host-Http-a", "__host-http-a"] {
        assert_refused(server, &[("SESSION_NAME", name), secure, ("SESSION_HTTP_ONLY", "false")], "SESSION_NAME");
    }
}

fn r21_a_prefix_that_is_kept_is_accepted_in_any_case(server: &Server) {
    let secure = ("SESSION_SECURE", "true");
    for env in [
        &[("SESSION_NAME", "__Host-a"), secure] as &[_],
        &[("SESSION_NAME", "__hOsT-a"), secure, ("SESSION_HTTP_ONLY", "false")],
        &[("SESSION_NAME", "__Host-Http-a"), secure],
        &[("SESSION_NAME", "__Secure-a"), secure, ("SESSION_DOMAIN", "a.example"), ("SESSION_PATH", "/app")],
        &[("SESSION_NAME", "__Http-a"), secure, ("SESSION_DOMAIN", "a.example"), ("SESSION_PATH", "/app")],
        &[("SESSION_NAME", "_Host-a")],
        &[("SESSION_NAME", "__Host")],
        &[("SESSION_NAME", "a__Host-")],
    ] {
        let server = server.beside_with(env);
        let cookie = set_cookie(&server.post("/login", ""));

        assert_eq!(cookie.name, env[0].1);
        assert_alice(&server.get("/me", format!("{}={}", env[0].1, alice())));
    }
}

fn r22_a_lifetime_that_makes_no_sense_is_refused(server: &Server) {
    for max_age in [
        " ",
        "0",
        "-1",
        "0.5",
        "1.5",
        "NaN",
        "inf",
        "1e999",
        "an hour",
        "60 s",
        "0x10",
        "99999999999999999999",
        "null",
        "false",
    ] {
        assert_refused(server, &[("SESSION_MAX_AGE", max_age)], "SESSION_MAX_AGE");
        if max_age != "0" {
            assert_refused(server, &[("SESSION_REFRESH", max_age)], "SESSION_REFRESH");
        }
        assert_refused(server, &[("SESSION_MAX_LIFETIME", max_age)], "SESSION_MAX_LIFETIME");
        assert_refused(server, &[("SESSION_DEFAULT_LIFETIME", max_age)], "SESSION_DEFAULT_LIFETIME");
    }
    for refresh in ["3600", "86400"] {
        assert_refused(server, &[("SESSION_REFRESH", refresh)], "SESSION_REFRESH");
    }
    assert_refused(server, &[("SESSION_MAX_LIFETIME", "3599")], "SESSION_MAX_LIFETIME");
    assert_refused(server, &[("SESSION_DEFAULT_LIFETIME", "3601")], "SESSION_DEFAULT_LIFETIME");
    let env = [("SESSION_MAX_AGE", "none"), ("SESSION_MAX_LIFETIME", "60"), ("SESSION_DEFAULT_LIFETIME", "61")];
    assert_refused(server, &env, "SESSION_DEFAULT_LIFETIME");
}

/// 400 days, for which browsers keep a cookie at the most.
const LONGEST: u64 = 34_560_000;

fn r22_a_refresh_that_no_browser_waits_for_is_refused(server: &Server) {
    let refresh = |seconds: u64| [("SESSION_MAX_AGE", "none".to_owned()), ("SESSION_REFRESH", seconds.to_string())];
    let too_long = refresh(LONGEST + 1);
    let env = too_long.each_ref().map(|(name, value)| (*name, value.as_str()));

    let line = assert_refused(server, &env, "SESSION_REFRESH");

    assert!(line.contains("400 days"), "{line}");
    let longest = refresh(LONGEST);
    server.beside_with(&longest.each_ref().map(|(name, value)| (*name, value.as_str())));
}

fn r22_a_max_age_beyond_400_days_is_warned_of_once_and_sent_as_400_days(server: &Server) {
    for (max_age, lines) in [(LONGEST, 0), (LONGEST + 1, 1), (LONGEST * 2, 1)] {
        let long = server.beside_with(&[("SESSION_MAX_AGE", &max_age.to_string()), ("SESSION_SECURE", "false")]);
        for _ in 0..3 {
            let login = set_cookie(&long.post("/login", ""));
            assert_eq!(login.max_age(), LONGEST);
            assert_alice(&long.get("/me", login.pair()));
        }
        let old = format!("session={}", alice_of(SECRET, LONGEST - 100));
        assert_alice(&long.get("/me", &old));

        let log = long.stop();
        assert_eq!(warnings(&log).len(), lines, "{log}");
        assert_eq!(log.matches("400 days").count(), lines, "{log}");
    }
    let lifetime = (LONGEST * 2).to_string();
    let log = server.beside_with(&[("SESSION_MAX_LIFETIME", &lifetime), ("SESSION_SECURE", "false")]).stop();
    assert_eq!(warnings(&log), [""; 0], "a refreshed session lives on");
}

fn r22_a_session_that_never_ends_is_allowed_and_warned_of_once(server: &Server) {
    let endless = server.beside_with(&[("SESSION_MAX_AGE", "none"), ("SESSION_SECURE", "false")]);
    for _ in 0..3 {
        assert_alice(&endless.get("/me", set_cookie(&endless.post("/login", "")).pair()));
    }

    let log = endless.stop();
    assert!(matches!(warnings(&log)[..], [warning] if warning.contains("max_age")), "{log}");
}

fn r22_a_server_that_was_not_told_whether_secure_holds_warns_once(server: &Server) {
    for env in [&[] as &[_], &[("SESSION_SECURE", "")], &[("SESSION_MAX_AGE", "60")]] {
        let untold = server.beside_with(env);
        assert_eq!(untold.post("/login", "").status, 200);
        let log = untold.stop();
        assert!(matches!(warnings(&log)[..], [warning] if warning.contains("secure is not set")), "{log}");
    }
    for told in [("SESSION_SECURE", "true"), ("SESSION_SECURE", "false"), ("SESSION_PRESET", "hardened")] {
        assert_eq!(warnings(&server.beside_with(&[told]).stop()), [""; 0], "{told:?}");
    }
}

/// Every variable of the options but the secret's, which a server needs.
const VARIABLES: [&str; 15] = [
    "SESSION_SECRET_KEY_FILE",
    "SESSION_FALLBACK_KEYS",
    "SESSION_FALLBACK_KEYS_FILE",
    "SESSION_PRESET",
    "SESSION_NAME",
    "SESSION_MAX_AGE",
    "SESSION_DEFAULT_LIFETIME",
    "SESSION_PATH",
    "SESSION_DOMAIN",
    "SESSION_SECURE",
    "SESSION_HTTP_ONLY",
    "SESSION_SAME_SITE",
    "SESSION_PARTITIONED",
    "SESSION_REFRESH",
    "SESSION_MAX_LIFETIME",
];

fn r19_a_blank_variable_is_not_set(server: &Server) {
    let blank = server.beside_with(&VARIABLES.map(|variable| (variable, "")));

    let login = set_cookie(&blank.post("/login", ""));

    assert_eq!((login.name.as_str(), open(SECRET, &login.value).data.as_str()), ("session", ALICE));
    assert_eq!(login.attributes, DEFAULT_ATTRIBUTES);
    // Neither refreshed nor given a beginning.
    assert_eq!(open(SECRET, &login.value).c, None);
    assert_no_set_cookie(&blank.get("/me", format!("session={}", alice_of(SECRET, 3000))));
}

fn r19_the_preset_is_a_base_that_variables_override(server: &Server) {
    let hardened = ("SESSION_PRESET", "hardened");
    for (env, name, attributes) in [
        (&[hardened] as &[_], "__Host-session", "Max-Age=604800; Path=/; Secure; HttpOnly; SameSite=Strict"),
        (
            &[("SESSION_PRESET", "Hardened"), ("SESSION_NAME", ""), ("SESSION_SECURE", "")],
            "__Host-session",
            "Max-Age=604800; Path=/; Secure; HttpOnly; SameSite=Strict",
        ),
        (
            &[hardened, ("SESSION_NAME", "s"), ("SESSION_MAX_AGE", "60"), ("SESSION_SAME_SITE", "lax")],
            "s",
            "Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Lax",
        ),
        (
            &[hardened, ("SESSION_NAME", "s"), ("SESSION_SECURE", "false")],
            "s",
            "Max-Age=604800; Path=/; HttpOnly; SameSite=Strict",
        ),
    ] {
        let server = server.beside_with(env);
        let cookie = set_cookie(&server.post("/login", ""));

        assert_eq!((cookie.name.as_str(), cookie.attributes.as_str()), (name, attributes));
        assert_alice(&server.get("/me", cookie.pair()));
    }
    for preset in [" ", "production", "hardened ", "none", "default"] {
        assert_refused(server, &[("SESSION_PRESET", preset)], "SESSION_PRESET");
    }
    assert_refused(server, &[hardened, ("SESSION_SECURE", "false")], "SESSION_NAME");
    assert_refused(server, &[hardened, ("SESSION_DOMAIN", "example.com")], "SESSION_NAME");
}

fn r24_a_refusal_is_one_line_without_a_secret(server: &Server) {
    let everything_wrong = [
        ("SESSION_FALLBACK_KEYS", OTHER_SECRET),
        ("SESSION_NAME", "a\n\u{1b}[2Jb"),
        ("SESSION_PATH", "no slash"),
        ("SESSION_MAX_AGE", "\n"),
    ];

    assert_refused(server, &everything_wrong, "SESSION_");
}

fn r19_variables_that_only_begin_alike_are_ignored(server: &Server) {
    let server = server.beside_with(&[
        ("SESSION_MANAGER", "local/host:@ICE-unix/1,unix/host:ICE-unix/1"),
        ("SESSION_ID", "\u{1f996}"),
        ("SESSION_", "x"),
        ("SESSION_SECRET_KEYS_FILES", "/nowhere"),
        ("session_max_ages", "x"),
        ("XDG_SESSION_TYPE", "x"),
        ("NAME", "x"),
        ("SECRET_KEY", "x"),
        ("SESSION_SECURE", "false"),
    ]);

    assert_eq!(set_cookie(&server.post("/login", "")).name, "session");
    assert_eq!(warnings(&server.stop()), [""; 0]);
}

fn r19_a_misspelt_variable_is_ignored_and_warned_of_once(server: &Server) {
    for (misspelt, value, meant) in [
        ("SESSION_COOKIE_SECURE", "true", "SESSION_SECURE"),
        ("SESSION_SECURE_COOKIE", "true", "SESSION_SECURE"),
        ("SESSION_SAMESITE", "strict", "SESSION_SAME_SITE"),
        ("SESSION_HTTPONLY", "false", "SESSION_HTTP_ONLY"),
        ("SESSION_COOKIE_NAME", "x", "SESSION_NAME"),
        ("SESSION_MAXAGE", "60", "SESSION_MAX_AGE"),
    ] {
        let server = server.beside_with(&[("SESSION_SECURE", "false"), (misspelt, value)]);

        let login = set_cookie(&server.post("/login", ""));

        assert_eq!((login.name.as_str(), login.attributes.as_str()), ("session", DEFAULT_ATTRIBUTES), "{misspelt}");
        let log = server.stop();
        let warning = format!("since its name is misspelt variable={misspelt:?} meant={meant:?}");
        assert!(matches!(warnings(&log)[..], [line] if line.ends_with(&warning)), "{warning} in: {log}");
    }
}

#[cfg(unix)]
fn r19_what_is_not_unicode_is_refused_by_its_name_and_elsewhere_ignored(server: &Server) {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    use e2e::{DemoServer, Process};

    use crate::server::with_secret;

    let process_with = |variable: &str| {
        let mut command = DemoServer::command(server.framework(), &with_secret(&[]));
        Process::spawn(
            format!("the demo with a wrong {variable}"),
            // Above the level of what is logged when the manager is built, before `BIND` is read.
            command.env("RUST_LOG", "error").env(variable, OsStr::from_bytes(b"\xff\xfe")),
        )
    };
    for variable in ["SESSION_NAME", "SESSION_SECRET_KEY", "SESSION_MAX_AGE", "SESSION_FALLBACK_KEYS", "BIND"] {
        let (status, stderr) = process_with(variable).wait_for_exit("listening");

        assert!(!status.success(), "{variable}");
        assert!(stderr.contains(variable) && stderr.lines().count() == 1, "{variable}: {stderr}");
        assert!(!stderr.contains("panicked"), "{variable}: {stderr}");
    }
    for variable in ["SESSION_MANAGER", "SESSION_ID", "UNRELATED", "RUST_LOG"] {
        process_with(variable).wait_for_line("listening on http://");
    }
}

fn http_an_address_that_is_no_good_is_refused_by_its_variable(server: &Server) {
    for bind in ["nonsense", "127.0.0.1", "127.0.0.1:99999", &server.addr().to_string(), ""] {
        // Above the level of what is logged when the manager is built, before `BIND` is read.
        assert_refused(server, &[("BIND", bind), ("RUST_LOG", "error")], "BIND");
    }
}
